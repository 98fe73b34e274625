//! Rows that wait on the disk: set aside block by block, read back column by column.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Bytes before a piece that say how long it is.
const HEAD: usize = 8;

/// Blocks of rows in a file without a name, which is gone with the process whatever ends it. A block holds a
/// piece for every column, one behind the other.
#[derive(Debug)]
pub struct Spool {
    folder: PathBuf,
    /// None as long as nothing waits.
    file: Option<File>,
    /// For every block, where the next of its pieces begins. A piece says how long it is, and with that where the
    /// next one begins, so that nothing else has to be remembered.
    next: Vec<u64>,
    end: u64,
}

impl Spool {
    /// A spool on the disk of a folder.
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_path_buf(), file: None, next: Vec::new(), end: 0 }
    }

    /// Blocks that were set aside.
    pub fn blocks(&self) -> usize {
        self.next.len()
    }

    /// Sets a block aside: a piece for every column, in their order.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub fn put<'a>(&mut self, pieces: impl IntoIterator<Item = &'a [u8]>) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(tempfile::tempfile_in(&self.folder)?),
        };
        file.seek(SeekFrom::Start(self.end))?;
        self.next.push(self.end);
        for piece in pieces {
            file.write_all(&(piece.len() as u64).to_le_bytes())?;
            file.write_all(piece)?;
            self.end += (HEAD + piece.len()) as u64;
        }
        Ok(())
    }

    /// Reads the next piece of a block into `piece`: with the first call that of the first column, and so on.
    ///
    /// # Errors
    /// When the disk does not give it back.
    pub fn take(&mut self, block: usize, piece: &mut Vec<u8>) -> io::Result<()> {
        piece.clear();
        let (Some(file), Some(next)) = (&mut self.file, self.next.get_mut(block)) else {
            return Ok(());
        };
        let mut head = [0; HEAD];
        file.seek(SeekFrom::Start(*next))?;
        file.read_exact(&mut head)?;
        let length = u64::from_le_bytes(head);
        *next += HEAD as u64 + length;
        let read = file.take(length).read_to_end(piece)?;
        if read as u64 == length { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
    }

    /// Forgets all blocks and gives the disk back what they took.
    pub fn clear(&mut self) {
        (self.file, self.end) = (None, 0);
        self.next.clear();
    }

    /// A spool whose disk fails.
    #[cfg(test)]
    pub fn broken(file: File) -> Self {
        Self { file: Some(file), ..Self::new(Path::new("")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_come_back_column_by_column() {
        let folder = tempfile::tempdir().expect("folder");
        let mut spool = Spool::new(folder.path());
        for blocks in [[["a", "bcd", ""], ["efgh", "", "i"]], [["", "", "x"], ["yz", "a", "b"]]] {
            blocks.iter().for_each(|block| spool.put(block.map(str::as_bytes)).expect("set aside"));
            assert_eq!(spool.blocks(), 2);
            let mut piece = Vec::new();
            for column in 0..3 {
                for (at, block) in blocks.iter().enumerate() {
                    spool.take(at, &mut piece).expect("read back");
                    assert_eq!(piece, block[column].as_bytes(), "column {column} of block {at}");
                }
            }
            assert_eq!(std::fs::read_dir(folder.path()).expect("read").count(), 0, "the file has no name");
            spool.clear();
        }
    }

    #[test]
    fn without_blocks_there_is_no_file() {
        let mut spool = Spool::new(Path::new("nowhere"));
        assert_eq!(spool.blocks(), 0);
        assert!(spool.put([b"a".as_slice()]).is_err());
        assert_eq!(spool.blocks(), 0);
    }

    #[test]
    fn what_was_cut_short_is_an_error() {
        let folder = tempfile::tempdir().expect("folder");
        for left in [HEAD - 1, HEAD + 2] {
            let mut spool = Spool::new(folder.path());
            spool.put([b"abc".as_slice()]).expect("set aside");
            spool.file.as_ref().expect("there").set_len(left as u64).expect("cut");
            let error = spool.take(0, &mut Vec::new()).expect_err("cut");
            assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof, "{left} bytes left");
        }
    }
}
