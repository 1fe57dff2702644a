//! LMDB's file as pages, read without a map: is it as long as it says, and do its trees hold together?
//!
//! What LMDB reads it trusts: a page number that points beyond the end of the file ends the process. So the file's length is
//! held against its own record before it is mapped, and `ibid check` walks all pages before it walks the tables. The layout
//! is that of `mdb.c`, data version 1, on 64-bit systems: <https://github.com/LMDB/lmdb/blob/mdb.master/libraries/liblmdb/mdb.c>.

mod free;
mod node;
mod tree;
mod walk;

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;
pub(super) use walk::examine;

/// The header of every page: its number, padding, flags, and where its free space begins and ends.
const HEADER: usize = 16;
const MAGIC: u32 = 0xBEEF_C0DE;
const VERSION: u32 = 1;
const META: usize = 136;
const META_FLAG: u16 = 0x08;
/// The root of a tree that has no page.
const NO_PAGE: u64 = u64::MAX;
/// The two records of the last transactions stand on the first two pages.
pub(super) const METAS: u64 = 2;

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_ne_bytes([bytes[at], bytes[at + 1]])
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from(u16::from_ne_bytes([bytes[at], bytes[at + 1]])) | u32::from(u16_at(bytes, at + 2)) << 16
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_ne_bytes(bytes[at..at + 8].try_into().expect("a slice of eight bytes is an array of eight"))
}

/// What LMDB notes of one of its B-trees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tree {
    flags: u16,
    depth: u16,
    branches: u64,
    leaves: u64,
    overflows: u64,
    entries: u64,
    root: u64,
}

impl Tree {
    /// The length of the record.
    const BYTES: usize = 48;

    fn read(bytes: &[u8]) -> Self {
        Self {
            flags: u16_at(bytes, 4),
            depth: u16_at(bytes, 6),
            branches: u64_at(bytes, 8),
            leaves: u64_at(bytes, 16),
            overflows: u64_at(bytes, 24),
            entries: u64_at(bytes, 32),
            root: u64_at(bytes, 40),
        }
    }
}

/// A record of a transaction: which it was, and where its trees begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Meta {
    pub(super) page_size: u64,
    free: Tree,
    main: Tree,
    /// The last page in use.
    last: u64,
    pub(super) transaction: u64,
}

impl Meta {
    /// Reads the record at the start of a page's bytes, if they are one.
    fn read(page: &[u8]) -> Option<Self> {
        let body = page.get(HEADER..HEADER + META)?;
        if u16_at(page, 10) & META_FLAG == 0 || u32_at(body, 0) != MAGIC || u32_at(body, 4) != VERSION {
            return None;
        }
        let page_size = u64::from(u32_at(body, 24));
        let sensible = page_size.is_power_of_two() && (256..=65_536).contains(&page_size);
        sensible.then(|| Self {
            page_size,
            free: Tree::read(&body[24..]),
            main: Tree::read(&body[24 + Tree::BYTES..]),
            last: u64_at(body, 120),
            transaction: u64_at(body, 128),
        })
    }

    /// The same state as what another transaction left, of another number.
    fn same_state(&self, other: &Self) -> bool {
        (&self.free, &self.main, self.last) == (&other.free, &other.main, other.last)
    }

    /// How long the file is to be, in bytes; none if no file could be.
    fn length(&self) -> Option<u64> {
        self.last.checked_add(1)?.checked_mul(self.page_size)
    }
}

/// The two records of a file; none where it does not begin with two.
pub(super) fn metas(file: &File) -> io::Result<Option<[Meta; 2]>> {
    let mut bytes = [0; HEADER + META];
    let mut read = |at: u64| match file.read_exact_at(&mut bytes, at) {
        Ok(()) => Ok(Meta::read(&bytes)),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(error),
    };
    let Some(first) = read(0)? else { return Ok(None) };
    let second = read(first.page_size)?;
    Ok(second.map(|second| [first, second]))
}

/// How long a file is and how long it would have to be, where it is cut short.
///
/// LMDB may leave a file shorter than its last page where it never wrote that page; such pages are in its list of free
/// ones, which is looked up then. A file that is none of LMDB's is left for LMDB to refuse.
///
/// # Errors
/// When the file cannot be read.
pub(super) fn cut_short(path: &Path) -> io::Result<Option<(u64, u64)>> {
    // While a writer is at its record, half of it may be read.
    for patience in (0..3).rev() {
        let short = look_short(path)?;
        if short.is_none() || patience == 0 {
            return Ok(short);
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    Ok(None)
}

fn look_short(path: &Path) -> io::Result<Option<(u64, u64)>> {
    let file = File::open(path)?;
    let both = metas(&file)?;
    // Looked at after the records, since the file only grows.
    let length = file.metadata()?.len();
    let Some(both) = both else {
        let mut bytes = [0; HEADER + META];
        let first = if file.read_exact_at(&mut bytes, 0).is_ok() { Meta::read(&bytes) } else { None };
        return Ok(first
            .filter(|first| length < METAS * first.page_size)
            .map(|first| (length, METAS * first.page_size)));
    };
    let newest = if both[1].transaction > both[0].transaction { &both[1] } else { &both[0] };
    let needed = newest.length().unwrap_or(u64::MAX);
    if length >= needed || walk::rest_is_free(&file, newest, length) { Ok(None) } else { Ok(Some((length, needed))) }
}

/// Gives the state that a compacted copy holds the number of a transaction, so that it can take the place of the file that
/// it is a copy of while others have that one open: they share the last transaction's number through the file of the locks.
/// Both records are made to say the same, since whoever looks may look at either.
///
/// # Errors
/// When the file is no such copy, or cannot be written.
pub(super) fn continue_from(file: &File, transaction: u64) -> io::Result<()> {
    let Some([_, copied]) = metas(file)? else { return Err(io::ErrorKind::InvalidData.into()) };
    let mut page = vec![0; copied.page_size as usize];
    file.read_exact_at(&mut page, copied.page_size)?;
    for number in [transaction - 1, transaction] {
        let slot = number % METAS;
        page[..8].copy_from_slice(&slot.to_ne_bytes());
        page[HEADER + META - 8..HEADER + META].copy_from_slice(&number.to_ne_bytes());
        file.write_all_at(&page, slot * copied.page_size)?;
    }
    Ok(())
}
