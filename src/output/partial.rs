//! Files that exist under a hidden name until they are complete.
//!
//! `region.csv` grows as `.region.csv.<token>.partial`, the token being random per process, so that
//! two processes never write into the same file and a killed one leaves nothing that could be taken
//! for a result.

use std::fs::{self, File};
use std::hash::{BuildHasher, Hasher};
use std::io::Write;
use std::path::{Path, PathBuf};

use super::OutputError;

const SUFFIX: &str = ".partial";

/// A random token of sixteen hexadecimal digits, new in every call.
pub fn random_token() -> String {
    // The standard library seeds every such state from the operating system's randomness.
    let mut hasher = std::hash::RandomState::new().build_hasher();
    hasher.write_u32(std::process::id());
    format!("{:016x}", hasher.finish())
}

/// Hidden name under which `name` grows.
pub(super) fn partial_name(name: &str, token: &str) -> String {
    format!(".{name}.{token}{SUFFIX}")
}

/// The final name and the token, if `hidden` is a partial file of ours.
pub(super) fn split_partial_name(hidden: &str) -> Option<(&str, &str)> {
    let inner = hidden.strip_prefix('.')?.strip_suffix(SUFFIX)?;
    let (name, token) = inner.rsplit_once('.')?;
    let is_token = token.len() == 16 && token.bytes().all(|b| b.is_ascii_hexdigit());
    (is_token && !name.is_empty()).then_some((name, token))
}

/// A partial file; removed when dropped unless [`PartialFile::keep`] was called.
#[derive(Debug)]
pub(super) struct PartialFile {
    /// None once the file is complete.
    file: Option<File>,
    path: PathBuf,
    kept: bool,
}

impl PartialFile {
    /// Creates the partial file of `name` in `folder`.
    pub(super) fn create(folder: &Path, name: &str, token: &str) -> Result<Self, OutputError> {
        let path = folder.join(partial_name(name, token));
        let file = File::create_new(&path).map_err(OutputError::io("create", &path))?;
        Ok(Self { file: Some(file), path, kept: false })
    }

    /// Where the file is now.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Appends bytes.
    pub(super) fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        match &mut self.file {
            Some(file) => file.write_all(bytes),
            None => Err(std::io::Error::new(std::io::ErrorKind::InvalidInput, "the file is complete")),
        }
    }

    /// Waits until the disk has the bytes.
    pub(super) fn sync(&self) -> Result<(), OutputError> {
        let done = self.file.as_ref().map_or(Ok(()), File::sync_all);
        done.map_err(OutputError::io("write", &self.path))
    }

    /// Closes the file when the disk has the bytes; many complete files may wait for their names.
    pub(super) fn close(&mut self) -> Result<(), OutputError> {
        self.sync()?;
        self.file = None;
        Ok(())
    }

    /// From now on the file survives this value.
    pub(super) fn keep(&mut self) {
        self.kept = true;
    }
}

impl Drop for PartialFile {
    fn drop(&mut self) {
        if !self.kept {
            // Nothing more can be done here; the next run in this folder removes a left-over.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Makes renames and removals in `folder` durable, where the system can.
pub(super) fn sync_folder(folder: &Path) -> Result<(), OutputError> {
    #[cfg(unix)]
    File::open(folder).and_then(|opened| opened.sync_all()).map_err(OutputError::io("write", folder))?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_split_back_and_strangers_do_not() {
        let token = random_token();
        let hidden = partial_name("region.csv", &token);
        assert_eq!(split_partial_name(&hidden), Some(("region.csv", &token[..])));
        for stranger in ["region.csv", ".region.csv.partial", ".a.b.partial", ".partial"] {
            assert_eq!(split_partial_name(stranger), None, "{stranger}");
        }
    }

    #[test]
    fn tokens_differ() {
        assert_ne!(random_token(), random_token());
    }

    #[test]
    fn a_dropped_partial_file_is_gone_and_a_kept_one_stays() {
        let folder = tempfile::tempdir().expect("folder");
        let dropped = PartialFile::create(folder.path(), "a", "0").expect("created");
        let mut kept = PartialFile::create(folder.path(), "b", "0").expect("created");
        kept.keep();
        let (gone, stays) = (dropped.path().to_path_buf(), kept.path().to_path_buf());
        drop((dropped, kept));
        assert!(!gone.exists());
        assert!(stays.exists());
    }
}
