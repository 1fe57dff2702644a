//! One writer at a time, and a name for whoever it is.
//!
//! LMDB's own mutex has no time-out and names nobody. So writers take an advisory lock first, on a file that says who
//! holds it; the kernel frees it when the process dies, however it dies.

use super::Result;
use super::error::Error;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

const NAME: &str = "writer.lock";
/// LMDB's own lock file, and what it may grow to for as many readers as are let in.
#[cfg(target_os = "linux")]
const READERS: &str = "lock.mdb";
#[cfg(target_os = "linux")]
const READERS_BYTES: u64 = 72 << 10;
const POLL: Duration = Duration::from_millis(20);

/// Held as long as it lives.
pub(super) struct WriterLock {
    file: File,
}

impl WriterLock {
    /// Takes the lock of the store in `folder`, waiting up to `wait` for another writer to finish.
    pub(super) fn take(folder: &Path, wait: Duration, who: &str) -> Result<Self> {
        let path = folder.join(NAME);
        let broken = |source| match source {
            source if is_read_only(&source) => Error::ReadOnly(folder.to_owned()),
            source => Error::io(&path, source),
        };
        let mut file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(broken)?;
        let started = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if started.elapsed() < wait => sleep(POLL),
                Err(TryLockError::WouldBlock) => {
                    let mut holder = String::new();
                    let _ = file.read_to_string(&mut holder);
                    let holder =
                        if holder.is_empty() { "another process".to_owned() } else { holder.trim().to_owned() };
                    return Err(Error::Locked { path: folder.to_owned(), holder });
                }
                Err(TryLockError::Error(source)) => return Err(Error::Io { path, source }),
            }
        }
        let noted = file.set_len(0).and_then(|()| file.rewind()).and_then(|()| writeln!(file, "{who}"));
        match noted.map_err(|source| Error::io(&path, source)) {
            // The lock is held all the same, and what is to be written may free some room.
            Ok(()) | Err(Error::Full(_)) => {}
            Err(error) => return Err(error),
        }
        Ok(Self { file })
    }
}

impl Drop for WriterLock {
    fn drop(&mut self) {
        // A process that is just being started from this one holds the file too, until it runs: closing it is not enough.
        let _ = self.file.unlock();
    }
}

/// Makes sure that there is room for what LMDB notes of those who read, in a file that it maps: where the disk is full,
/// writing to a page of a map that has no room ends the process.
pub(super) fn make_room(folder: &Path) -> Result<()> {
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{FallocateFlags, fallocate};
        use rustix::io::Errno;
        use std::os::unix::fs::OpenOptionsExt;
        let path = folder.join(READERS);
        let mut options = OpenOptions::new();
        // With the rights that LMDB gives it.
        let Ok(file) = options.write(true).create(true).truncate(false).mode(0o600).open(&path) else { return Ok(()) };
        // The first page is for some sixty readers, and there already where the store was ever open.
        for bytes in [READERS_BYTES, 4096] {
            match fallocate(&file, FallocateFlags::KEEP_SIZE, 0, bytes) {
                Err(error @ (Errno::NOSPC | Errno::DQUOT | Errno::FBIG)) if bytes < READERS_BYTES => {
                    return Err(Error::io(&path, error.into()));
                }
                Err(Errno::NOSPC | Errno::DQUOT | Errno::FBIG) => {}
                // Where a file system cannot do it, LMDB is on its own.
                Ok(()) | Err(_) => break,
            }
        }
    }
    Ok(())
}

/// Whether the system refused because nothing may be written there.
pub(super) fn is_read_only(error: &std::io::Error) -> bool {
    matches!(error.kind(), std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem)
}
