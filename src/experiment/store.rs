//! Finished runs on disk: framed records with checksums, in files that are only ever appended to.
//!
//! Each process writes a file of its own, so that nothing is ever written behind a torn end. A record
//! is accepted whole or not at all: what a kill cut short fails its checksum and is run again. Records
//! are found by the identity of their run, whatever the plan says by now, so that a plan that grew
//! repeats nothing and a plan that changed takes nothing stale.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::output::random_token;

/// Start of every record.
const MAGIC: &[u8; 8] = b"tiexirn1";
/// Magic, length, hash.
const HEAD: usize = 8 + 4 + 32;
/// No record may claim to be larger.
const LARGEST: u32 = 1 << 30;
/// Folder of the record files.
const FOLDER: &str = "runs";
const SUFFIX: &str = ".records";
/// Records that come faster than this share one wait for the disk.
const SYNC_EVERY: Duration = Duration::from_millis(200);

/// What went wrong with the disk, and where.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action} {path}: {source}")]
pub struct StoreError {
    action: &'static str,
    path: PathBuf,
    source: io::Error,
}

fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> StoreError {
    let path = path.to_path_buf();
    move |source| StoreError { action, path, source }
}

/// What is known of a finished run beside its rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// Identity of the run: everything that determines it.
    pub id: String,
    /// Hash of the resolved scenario, as in the manifest of a single run; empty if it was refused.
    pub scenario: String,
    /// Why it failed, if it did.
    pub failure: Option<String>,
    /// Wall time.
    pub seconds: f64,
}

/// A finished run.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// What is known of it.
    pub header: Header,
    /// Its rows as CSV: tick and indicators.
    pub rows: String,
}

impl Record {
    fn payload(&self) -> io::Result<Vec<u8>> {
        let mut payload = serde_json::to_vec(&self.header)?;
        payload.push(b'\n');
        payload.extend_from_slice(self.rows.as_bytes());
        Ok(payload)
    }

    fn of(payload: &[u8]) -> Option<Self> {
        let end = payload.iter().position(|byte| *byte == b'\n')?;
        let header = serde_json::from_slice(&payload[..end]).ok()?;
        let rows = std::str::from_utf8(&payload[end + 1..]).ok()?.to_string();
        Some(Self { header, rows })
    }
}

/// Appends records to a file of its own, made with the first of them.
#[derive(Debug)]
pub struct Writer {
    folder: PathBuf,
    open: Option<(File, PathBuf)>,
    synced: Instant,
    waiting: bool,
    spent: Duration,
}

impl Writer {
    /// A writer for an experiment's folder.
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.join(FOLDER), open: None, synced: Instant::now(), waiting: false, spent: Duration::ZERO }
    }

    /// Appends a record.
    ///
    /// # Errors
    /// When the disk does not take it; what was appended before stays.
    pub fn append(&mut self, record: &Record) -> Result<(), StoreError> {
        let began = Instant::now();
        let appended = self.put(record);
        self.spent += began.elapsed();
        appended
    }

    /// Time that went into records so far, waits for the disk included.
    pub fn spent(&self) -> Duration {
        self.spent
    }

    fn put(&mut self, record: &Record) -> Result<(), StoreError> {
        if self.open.is_none() {
            self.open = Some(self.create()?);
        }
        let Some((file, path)) = &mut self.open else {
            return Ok(());
        };
        let written = frame(record).and_then(|frame| file.write_all(&frame));
        written.map_err(failed("write", path))?;
        self.waiting = true;
        if self.synced.elapsed() >= SYNC_EVERY { self.flush() } else { Ok(()) }
    }

    /// Waits until the disk has all records.
    ///
    /// # Errors
    /// When the disk does not take them.
    pub fn sync(&mut self) -> Result<(), StoreError> {
        let began = Instant::now();
        let flushed = self.flush();
        self.spent += began.elapsed();
        flushed
    }

    fn flush(&mut self) -> Result<(), StoreError> {
        if let Some((file, path)) = self.open.as_ref().filter(|_| self.waiting) {
            file.sync_data().map_err(failed("write", path))?;
        }
        (self.waiting, self.synced) = (false, Instant::now());
        Ok(())
    }

    fn create(&self) -> Result<(File, PathBuf), StoreError> {
        fs::create_dir_all(&self.folder).map_err(failed("create", &self.folder))?;
        let path = self.folder.join(format!("{}{SUFFIX}", random_token()));
        let file = OpenOptions::new().append(true).create_new(true).open(&path).map_err(failed("create", &path))?;
        #[cfg(unix)]
        for folder in [Some(self.folder.as_path()), self.folder.parent()].into_iter().flatten() {
            File::open(folder).and_then(|opened| opened.sync_all()).map_err(failed("write", folder))?;
        }
        Ok((file, path))
    }
}

fn frame(record: &Record) -> io::Result<Vec<u8>> {
    let payload = record.payload()?;
    let length = u32::try_from(payload.len()).ok().filter(|length| *length < LARGEST);
    let length = length.ok_or_else(|| io::Error::other("the run has too many rows for a record"))?;
    let mut frame = Vec::with_capacity(HEAD + payload.len());
    frame.extend_from_slice(MAGIC);
    frame.extend_from_slice(&length.to_le_bytes());
    frame.extend_from_slice(blake3::hash(&payload).as_bytes());
    frame.extend_from_slice(&payload);
    Ok(frame)
}

/// Where a record lies; small, for there is one for every run.
#[derive(Debug, Clone)]
pub struct Entry {
    offset: u64,
    file: u32,
    length: u32,
    /// Beginning of the hash of its rows.
    rows: u64,
    /// Wall time of the run, seconds.
    pub seconds: f32,
    /// Whether the run failed.
    pub failed: bool,
    taken: bool,
}

/// A run's identity as a number; what is no identity of ours is a number of its own all the same.
pub fn key(id: &str) -> u128 {
    u128::from_str_radix(id, 16).unwrap_or_else(|_| {
        let hash = blake3::hash(id.as_bytes());
        u128::from_le_bytes(std::array::from_fn(|at| hash.as_bytes()[at]))
    })
}

/// Beginning of the hash of a record's rows.
fn print(rows: &str) -> u64 {
    let hash = blake3::hash(rows.as_bytes());
    u64::from_le_bytes(std::array::from_fn(|at| hash.as_bytes()[at]))
}

/// All finished runs of one or several folders.
#[derive(Debug, Default)]
pub struct Index {
    files: Vec<PathBuf>,
    /// One for every run, by key; a list takes a third less than a tree.
    entries: Vec<(u128, Entry)>,
    /// Files with bytes behind their last whole record, and how many.
    pub torn: Vec<(PathBuf, u64)>,
    /// Runs of which two records say different things.
    pub conflicts: Vec<String>,
}

impl Index {
    /// Reads and checks all records of an experiment's folder.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn read(folder: &Path) -> Result<Self, StoreError> {
        Self::of([folder])
    }

    /// Reads and checks all records of several folders.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn of<'a>(folders: impl IntoIterator<Item = &'a Path>) -> Result<Self, StoreError> {
        let mut index = Self::default();
        for folder in folders {
            for path in files(&folder.join(FOLDER))? {
                index.scan(&path)?;
            }
        }
        index.settle()?;
        Ok(index)
    }

    /// The record of a run, if it finished.
    pub fn get(&self, id: &str) -> Option<&Entry> {
        let at = self.place(id)?;
        Some(&self.entries[at].1).filter(|entry| !entry.taken)
    }

    /// The record of a run, which the index then forgets.
    pub fn take(&mut self, id: &str) -> Option<Entry> {
        let at = self.place(id)?;
        let entry = &mut self.entries[at].1;
        let found = (!entry.taken).then(|| entry.clone());
        entry.taken = true;
        found
    }

    fn place(&self, id: &str) -> Option<usize> {
        let key = key(id);
        self.entries.binary_search_by_key(&key, |(key, _)| *key).ok()
    }

    /// The records of all runs that finished, of whatever plan.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().map(|(_, entry)| entry).filter(|entry| !entry.taken)
    }

    /// Reads a record back.
    ///
    /// # Errors
    /// When it cannot be read, or is no longer what it was.
    pub fn record(&self, entry: &Entry) -> Result<Record, StoreError> {
        let path = &self.files[entry.file as usize];
        let read = || -> io::Result<Option<Record>> {
            let mut file = File::open(path)?;
            file.seek(SeekFrom::Start(entry.offset))?;
            let mut payload = vec![0; entry.length as usize];
            file.read_exact(&mut payload)?;
            Ok(Record::of(&payload).filter(|record| print(&record.rows) == entry.rows))
        };
        let record = read().map_err(failed("read", path))?;
        record.ok_or_else(|| failed("read", path)(io::Error::other("a record has changed since it was checked")))
    }

    fn scan(&mut self, path: &Path) -> Result<(), StoreError> {
        let file = File::open(path).map_err(failed("read", path))?;
        let size = file.metadata().map_err(failed("read", path))?.len();
        let mut reader = BufReader::with_capacity(1 << 16, file);
        let (number, mut offset) = (self.files.len() as u32, 0);
        self.files.push(path.to_path_buf());
        while let Some(payload) = next(&mut reader).map_err(failed("read", path))? {
            let Some(record) = Record::of(&payload) else {
                break;
            };
            let length = payload.len() as u32;
            let (failed, seconds) = (record.header.failure.is_some(), record.header.seconds as f32);
            let rows = print(&record.rows);
            if self.entries.is_empty() {
                // Runs are much alike, and lists that double when they are full would take up to twice the memory.
                let alike = size / (HEAD + payload.len()) as u64;
                self.entries.reserve_exact((alike + alike / 8) as usize);
            }
            offset += HEAD as u64;
            let entry = Entry { file: number, offset, length, rows, failed, seconds, taken: false };
            self.entries.push((key(&record.header.id), entry));
            offset += u64::from(length);
        }
        if offset < size {
            self.torn.push((path.to_path_buf(), size - offset));
        }
        Ok(())
    }

    /// Leaves one entry of each run: one that succeeded once has succeeded; of two failures the later one counts.
    fn settle(&mut self) -> Result<(), StoreError> {
        // Entries of one run stay in the order in which they were read; a stable sort would take as much memory again.
        self.entries.sort_unstable_by_key(|(key, entry)| (*key, entry.file, entry.offset));
        let mut contradicted = Vec::new();
        self.entries.dedup_by(|(key, entry), (known_key, known)| {
            let is_same = key == known_key;
            if is_same && !known.failed && !entry.failed && known.rows != entry.rows {
                contradicted.push(known.clone());
            }
            if is_same && known.failed {
                *known = entry.clone();
            }
            is_same
        });
        // To give back a little would take the list a second time for a moment.
        if self.entries.capacity() > self.entries.len() + self.entries.len() / 4 {
            self.entries.shrink_to_fit();
        }
        for entry in contradicted {
            self.conflicts.push(self.record(&entry)?.header.id);
        }
        Ok(())
    }
}

/// The record files of a folder, sorted.
fn files(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other.map_err(failed("read", folder))?,
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(failed("read", folder))?.path();
        if path.to_string_lossy().ends_with(SUFFIX) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// The next payload; nothing at the end, and at whatever is no whole record.
fn next(reader: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut head = [0; HEAD];
    if !fill(reader, &mut head)? || &head[..8] != MAGIC {
        return Ok(None);
    }
    let length = u32::from_le_bytes([head[8], head[9], head[10], head[11]]);
    if length >= LARGEST {
        return Ok(None);
    }
    let mut payload = Vec::new();
    reader.take(length.into()).read_to_end(&mut payload)?;
    let whole = payload.len() == length as usize && blake3::hash(&payload).as_bytes() == &head[12..HEAD];
    Ok(whole.then_some(payload))
}

/// Reads until `bytes` are full; false when the file ends before.
fn fill(reader: &mut impl Read, bytes: &mut [u8]) -> io::Result<bool> {
    match reader.read_exact(bytes) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        other => other.map(|()| true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(id: &str, rows: &str, failure: Option<&str>) -> Record {
        let failure = failure.map(str::to_string);
        let header = Header { id: id.to_string(), scenario: "s".to_string(), failure, seconds: 0.5 };
        Record { header, rows: rows.to_string() }
    }

    fn written(records: &[Record]) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().expect("folder");
        let mut writer = Writer::new(folder.path());
        records.iter().for_each(|record| writer.append(record).expect("appended"));
        writer.sync().expect("synced");
        let file = files(&folder.path().join(FOLDER)).expect("listed").remove(0);
        (folder, file)
    }

    #[test]
    fn records_come_back_as_they_were() {
        let records = [record("a", "1,2.0\n2,3.0\n", None), record("b", "", Some("books, \"open\"\n"))];
        let (folder, _) = written(&records);
        let index = Index::read(folder.path()).expect("read");
        for expected in &records {
            let entry = index.get(&expected.header.id).expect("there");
            assert_eq!(&index.record(entry).expect("read"), expected);
        }
        assert!(index.get("c").is_none() && index.torn.is_empty());
    }

    /// Cut anywhere: whole records stay, the rest counts as nothing.
    #[test]
    fn a_torn_end_loses_only_the_record_it_tears() {
        let (folder, file) = written(&[record("a", "1,2.0\n", None), record("b", "1,3.0\n", None)]);
        let bytes = fs::read(&file).expect("read");
        let first = frame(&record("a", "1,2.0\n", None)).expect("framed").len();
        for length in 0..bytes.len() {
            fs::write(&file, &bytes[..length]).expect("cut");
            let index = Index::read(folder.path()).expect("read");
            assert_eq!(index.entries().count(), usize::from(length >= first), "cut at {length}");
            assert_eq!(index.torn.is_empty(), length == 0 || length == first, "cut at {length}");
        }
    }

    #[test]
    fn no_flipped_bit_is_accepted() {
        let (folder, file) = written(&[record("a", "1,2.0\n", None)]);
        let bytes = fs::read(&file).expect("read");
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            fs::write(&file, &changed).expect("changed");
            assert_eq!(Index::read(folder.path()).expect("read").entries().count(), 0, "byte {at}");
        }
    }

    #[test]
    fn success_counts_over_failure_and_contradictions_are_seen() {
        let good = record("a", "1,2.0\n", None);
        let (folder, _) =
            written(&[record("a", "", Some("x")), good.clone(), record("a", "", Some("y")), good.clone()]);
        let index = Index::read(folder.path()).expect("read");
        assert_eq!(index.record(index.get("a").expect("there")).expect("read"), good);
        assert!(index.conflicts.is_empty());
        let (folder, _) = written(&[good, record("a", "1,9.0\n", None)]);
        assert_eq!(Index::read(folder.path()).expect("read").conflicts, ["a"]);
    }
}
