//! One process per output folder, with a lock that the operating system releases.
//!
//! A killed process leaves at most the empty file `.tiexi.lock`; it locks nobody out, because the
//! lock belongs to the open file and not to its existence.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::OutputError;

/// Name of the lock file.
pub(super) const LOCK_NAME: &str = ".tiexi.lock";

/// The right to write to a folder, given back when dropped.
#[derive(Debug)]
pub struct Lock {
    path: PathBuf,
    _file: File,
}

impl Lock {
    /// Takes the lock of `folder`, or says that another process has it.
    ///
    /// # Errors
    /// [`OutputError::Busy`] when another process holds it, or a failure of the file system.
    pub fn take(folder: &Path) -> Result<Self, OutputError> {
        let path = folder.join(LOCK_NAME);
        loop {
            let file = OpenOptions::new()
                .write(true)
                .create(true)
                .truncate(false)
                .open(&path)
                .map_err(OutputError::io("create", &path))?;
            lock(&file, folder, &path)?;
            if is_still_there(&file, &path).map_err(OutputError::io("read", &path))? {
                return Ok(Self { path, _file: file });
            }
        }
    }
}

/// File systems without locks (some network ones) are used without: partial files carry a random
/// token, so nothing is mixed up there either.
fn lock(file: &File, folder: &Path, path: &Path) -> Result<(), OutputError> {
    match file.try_lock() {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => Err(OutputError::Busy { folder: folder.to_path_buf() }),
        Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Unsupported => Ok(()),
        Err(TryLockError::Error(error)) => Err(OutputError::io("lock", path)(error)),
    }
}

/// The previous owner may have removed the file between our opening and our locking it; a lock on
/// a removed file protects nothing.
#[cfg(unix)]
fn is_still_there(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let ours = file.metadata()?;
    match fs::metadata(path) {
        Ok(found) => Ok((found.dev(), found.ino()) == (ours.dev(), ours.ino())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(not(unix))]
fn is_still_there(_file: &File, _path: &Path) -> io::Result<bool> {
    Ok(true)
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Elsewhere an open file cannot be told from its successor, so it stays: it is harmless.
        if cfg!(unix) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn second_owner_is_refused_until_the_first_is_done() {
        let folder = tempfile::tempdir().expect("folder");
        let first = Lock::take(folder.path()).expect("free");
        let refused = Lock::take(folder.path()).expect_err("held");
        assert!(matches!(refused, OutputError::Busy { .. }), "{refused}");
        drop(first);
        let _second = Lock::take(folder.path()).expect("free again");
    }

    #[test]
    fn a_left_over_file_locks_nobody_out() {
        let folder = tempfile::tempdir().expect("folder");
        fs::write(folder.path().join(LOCK_NAME), "").expect("written");
        let _lock = Lock::take(folder.path()).expect("no owner");
    }
}
