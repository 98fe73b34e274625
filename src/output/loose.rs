//! A single file that appears under its name when it is complete, and replaces what had that name.

use std::fs;
use std::path::{Path, PathBuf};

use super::OutputError;
use super::manifest::FileEntry;
use super::partial::{PartialFile, random_token, sync_folder};

/// Bytes are handed to the system in pieces of at most this size, unless they come in larger ones.
const BUFFER_BYTES: usize = 1 << 16;

/// A file on its way: hashed and counted as it grows; removed when dropped unfinished.
#[derive(Debug)]
pub struct LooseFile {
    folder: PathBuf,
    name: String,
    partial: PartialFile,
    buffer: Vec<u8>,
    hasher: blake3::Hasher,
    bytes: u64,
    rows: u64,
}

impl LooseFile {
    /// Begins the file `name` in `folder`.
    ///
    /// # Errors
    /// When it cannot be created.
    pub fn create(folder: &Path, name: &str) -> Result<Self, OutputError> {
        Ok(Self {
            folder: folder.to_path_buf(),
            name: name.to_string(),
            partial: PartialFile::create(folder, name, &random_token())?,
            buffer: Vec::new(),
            hasher: blake3::Hasher::new(),
            bytes: 0,
            rows: 0,
        })
    }

    /// Appends bytes.
    ///
    /// # Errors
    /// When the disk does not take them.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), OutputError> {
        if self.buffer.len() + bytes.len() > BUFFER_BYTES {
            self.flush()?;
        }
        self.buffer.extend_from_slice(bytes);
        Ok(())
    }

    /// Appends the line of one row, line break included.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub fn row(&mut self, line: &[u8]) -> Result<(), OutputError> {
        self.rows += 1;
        self.write(line)
    }

    /// Counts rows of a format that is not written line by line.
    pub fn count_rows(&mut self, rows: u64) {
        self.rows += rows;
    }

    fn flush(&mut self) -> Result<(), OutputError> {
        self.partial.write(&self.buffer).map_err(OutputError::io("write", self.partial.path()))?;
        self.hasher.update(&self.buffer);
        self.bytes += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }

    /// Waits for the disk and gives the file its name.
    ///
    /// # Errors
    /// When the disk refuses; what had the name before is then still there.
    pub fn finish(mut self) -> Result<FileEntry, OutputError> {
        self.flush()?;
        self.partial.sync()?;
        let path = self.folder.join(&self.name);
        fs::rename(self.partial.path(), &path).map_err(OutputError::io("rename to", &path))?;
        self.partial.keep();
        sync_folder(&self.folder)?;
        let blake3 = self.hasher.finalize().to_hex().to_string();
        Ok(FileEntry { name: self.name.clone(), bytes: self.bytes, rows: self.rows, blake3 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finished_file_replaces_and_an_unfinished_one_leaves_no_trace() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("a.csv");
        fs::write(&path, "old").expect("written");
        let mut dropped = LooseFile::create(folder.path(), "a.csv").expect("created");
        dropped.write(b"half").expect("written");
        drop(dropped);
        assert_eq!(fs::read_to_string(&path).expect("read"), "old");
        let mut file = LooseFile::create(folder.path(), "a.csv").expect("created");
        file.write(b"x\n").expect("written");
        file.row(b"1\n").expect("written");
        let entry = file.finish().expect("finished");
        assert_eq!((entry.bytes, entry.rows), (4, 1));
        assert!(entry.verifies(&path).expect("readable"));
        assert_eq!(fs::read_dir(folder.path()).expect("read").count(), 1);
    }
}
