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
const POLL: Duration = Duration::from_millis(20);

/// Held as long as it lives.
pub(super) struct WriterLock {
    _file: File,
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
        Ok(Self { _file: file })
    }
}

/// Whether the system refused because nothing may be written there.
pub(super) fn is_read_only(error: &std::io::Error) -> bool {
    matches!(error.kind(), std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem)
}
