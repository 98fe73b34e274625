//! Writes every table of a run as one CSV file, and its graphs beside them.

use std::io;
use std::path::{Path, PathBuf};

use super::OutputError;
use super::csv_text::{push_cell, push_text};
use super::graph_file::{self, GraphFormat};
use super::manifest::FileEntry;
use super::partial::{PartialFile, random_token};
use crate::kernel::graph::Graph;
use crate::kernel::record::{Cell, RecordError, Recorder, TableSpec};

/// Rows are handed to the system in pieces of about this size.
const BUFFER_BYTES: usize = 1 << 18;

/// A [`Recorder`] that writes each table into a hidden partial file of one folder.
///
/// The tables are named at the start, so that a table without rows still gets its header. Nothing
/// gets a final name before [`CsvSink::seal`] and the publication that follows; a sink that is
/// dropped on the way removes its files.
#[derive(Debug)]
pub struct CsvSink {
    folder: PathBuf,
    token: String,
    tables: Vec<TableFile>,
    graphs: Vec<(FileEntry, PartialFile)>,
}

impl CsvSink {
    /// Opens one partial file per table in `folder`, which must exist, and writes the headers.
    ///
    /// # Errors
    /// When a file cannot be created.
    pub fn create(folder: &Path, tables: &[&'static TableSpec]) -> Result<Self, OutputError> {
        let token = random_token();
        let tables = tables.iter().map(|spec| TableFile::create(folder, spec, &token)).collect::<Result<_, _>>()?;
        Ok(Self { folder: folder.to_path_buf(), token, tables, graphs: Vec::new() })
    }

    /// Writes a graph, to be published with the tables under `name` (a plain file name that no other
    /// file of the result has).
    ///
    /// # Errors
    /// When the graph cannot be written, see [`super::write_graph`].
    pub fn add_graph(&mut self, name: &str, format: GraphFormat, graph: &Graph) -> Result<(), OutputError> {
        self.graphs.push(graph_file::write_partial(&self.folder, name, &self.token, format, graph)?);
        Ok(())
    }

    /// Completes all tables on disk, still under their hidden names.
    ///
    /// # Errors
    /// When bytes cannot be written.
    pub fn seal(mut self) -> Result<Sealed, OutputError> {
        for table in &mut self.tables {
            table.flush().map_err(OutputError::io("write", table.partial.path()))?;
        }
        let (mut files, mut partials) = (Vec::new(), Vec::new());
        for table in self.tables {
            table.partial.sync()?;
            files.push(table.entry());
            partials.push(table.partial);
        }
        for (entry, partial) in self.graphs {
            files.push(entry);
            partials.push(partial);
        }
        Ok(Sealed { token: self.token, files, partials })
    }
}

impl Recorder for CsvSink {
    fn row(&mut self, table: &'static TableSpec, cells: &[Cell<'_>]) -> Result<(), RecordError> {
        match self.tables.iter_mut().find(|file| file.is_for(table)) {
            Some(file) => file.row(cells),
            None => Err(RecordError::Write {
                path: self.folder.join(file_name(table)),
                source: io::Error::new(io::ErrorKind::InvalidInput, "the table was not announced"),
            }),
        }
    }

    fn graph(&mut self, name: &str, graph: &Graph) -> Result<(), RecordError> {
        let refused = |problem: String| RecordError::Graph { name: name.to_string(), problem };
        let Some(format) = GraphFormat::of(name) else {
            return Err(refused("no format of graphs has this extension".to_string()));
        };
        self.add_graph(name, format, graph).map_err(|error| match error {
            OutputError::Io { path, source, .. } => RecordError::Write { path, source },
            OutputError::Graph { problem, .. } => refused(problem),
            other => refused(other.to_string()),
        })
    }
}

/// Tables and graphs that are complete and on disk, but have no names yet; removed when dropped.
#[derive(Debug)]
pub struct Sealed {
    pub(super) token: String,
    pub(super) files: Vec<FileEntry>,
    pub(super) partials: Vec<PartialFile>,
}

impl Sealed {
    /// Name, size, rows and hash of every table, then of every graph.
    pub fn files(&self) -> &[FileEntry] {
        &self.files
    }
}

/// File name of a table.
pub(super) fn file_name(table: &TableSpec) -> String {
    format!("{}.csv", table.name)
}

/// One table on its way to the disk: hashed and counted as it passes.
#[derive(Debug)]
struct TableFile {
    spec: &'static TableSpec,
    partial: PartialFile,
    buffer: Vec<u8>,
    hasher: blake3::Hasher,
    bytes: u64,
    rows: u64,
}

impl TableFile {
    fn create(folder: &Path, spec: &'static TableSpec, token: &str) -> Result<Self, OutputError> {
        let mut file = Self {
            spec,
            partial: PartialFile::create(folder, &file_name(spec), token)?,
            buffer: Vec::with_capacity(BUFFER_BYTES + BUFFER_BYTES / 8),
            hasher: blake3::Hasher::new(),
            bytes: 0,
            rows: 0,
        };
        file.push_header();
        Ok(file)
    }

    fn is_for(&self, table: &'static TableSpec) -> bool {
        std::ptr::eq(self.spec, table) || self.spec.name == table.name
    }

    fn push_header(&mut self) {
        for (position, column) in self.spec.columns.iter().enumerate() {
            if position > 0 {
                self.buffer.push(b',');
            }
            push_text(&mut self.buffer, column.name);
        }
        self.buffer.push(b'\n');
    }

    fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), RecordError> {
        if cells.len() != self.spec.columns.len() {
            let (found, expected) = (cells.len(), self.spec.columns.len());
            let message = format!("a row of {found} cells for {expected} columns");
            return Err(self.failure(io::Error::new(io::ErrorKind::InvalidInput, message)));
        }
        self.push_row(cells)?;
        self.rows += 1;
        if self.buffer.len() >= BUFFER_BYTES {
            self.flush().map_err(|error| self.failure(error))?;
        }
        Ok(())
    }

    /// Appends the row, or nothing of it.
    fn push_row(&mut self, cells: &[Cell<'_>]) -> Result<(), RecordError> {
        let start = self.buffer.len();
        for (position, cell) in cells.iter().enumerate() {
            if position > 0 {
                self.buffer.push(b',');
            }
            if let Err(value) = push_cell(&mut self.buffer, cell) {
                self.buffer.truncate(start);
                return Err(self.not_finite(position, value, cells));
            }
        }
        self.buffer.push(b'\n');
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.partial.write(&self.buffer)?;
        self.hasher.update(&self.buffer);
        self.bytes += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }

    fn entry(&self) -> FileEntry {
        FileEntry {
            name: file_name(self.spec),
            bytes: self.bytes,
            rows: self.rows,
            blake3: self.hasher.finalize().to_hex().to_string(),
        }
    }

    fn not_finite(&self, position: usize, value: f64, cells: &[Cell<'_>]) -> RecordError {
        RecordError::NotFinite {
            table: self.spec.name,
            column: self.spec.columns[position].name,
            tick: match cells.first() {
                Some(Cell::Integer(tick)) => *tick,
                _ => 0,
            },
            value,
        }
    }

    fn failure(&self, source: io::Error) -> RecordError {
        RecordError::Write { path: self.partial.path().to_path_buf(), source }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::record::Column;
    use std::fs;

    const fn column(name: &'static str) -> Column {
        Column { name, unit: "-", meaning: "a test", source: "definition" }
    }

    static CITIES: TableSpec = TableSpec {
        name: "cities",
        row: "one city and tick",
        columns: &[column("tick"), column("city"), column("sales")],
    };
    static EMPTY: TableSpec = TableSpec { name: "empty", row: "nothing", columns: &[column("tick"), column("a,b")] };

    fn names_in(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("folder");
        let name = |entry: io::Result<fs::DirEntry>| entry.expect("entry").file_name();
        let mut names: Vec<_> = entries.map(|entry| name(entry).to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_table_reads_back_cell_by_cell() {
        let folder = tempfile::tempdir().expect("folder");
        let mut sink = CsvSink::create(folder.path(), &[&CITIES, &EMPTY]).expect("created");
        let rows = [(0, "Shenyang, Tiexi", 0.1 + 0.2), (1, "Da\"lian\"", 3.0)];
        for (tick, city, sales) in rows {
            let cells = [Cell::Integer(tick), Cell::Text(city), Cell::Number(sales)];
            sink.row(&CITIES, &cells).expect("stored");
        }
        let sealed = sink.seal().expect("sealed");
        let text = fs::read(sealed.partials[0].path()).expect("readable");

        let mut reader = csv::Reader::from_reader(&text[..]);
        assert_eq!(reader.headers().expect("header"), vec!["tick", "city", "sales"]);
        let back: Vec<(i64, String, f64)> = reader.deserialize().map(|row| row.expect("typed row")).collect();
        let expected: Vec<_> = rows.map(|(t, c, s)| (t, c.to_string(), s)).to_vec();
        assert_eq!(back, expected);

        let entry = &sealed.files()[0];
        assert_eq!((entry.name.as_str(), entry.rows), ("cities.csv", 2));
        assert_eq!(entry.bytes, text.len() as u64);
        assert_eq!(entry.blake3, blake3::hash(&text).to_hex().to_string());
        assert_eq!(fs::read_to_string(sealed.partials[1].path()).expect("readable"), "tick,\"a,b\"\n");
    }

    #[test]
    fn long_tables_pass_through_the_buffer_in_order() {
        let folder = tempfile::tempdir().expect("folder");
        let mut sink = CsvSink::create(folder.path(), &[&CITIES]).expect("created");
        for tick in 0..50_000 {
            let cells = [Cell::Integer(tick), Cell::Text("Anshan"), Cell::Number(0.1 * tick as f64)];
            sink.row(&CITIES, &cells).expect("stored");
        }
        let sealed = sink.seal().expect("sealed");
        let text = fs::read(sealed.partials[0].path()).expect("readable");
        assert!(text.len() > 3 * BUFFER_BYTES, "the test must cross the buffer");
        assert_eq!(sealed.files()[0].blake3, blake3::hash(&text).to_hex().to_string());
        let mut reader = csv::Reader::from_reader(&text[..]);
        let ticks = reader.records().map(|row| row.expect("row")[0].parse::<i64>().expect("tick"));
        assert!(ticks.eq(0..50_000));
    }

    #[test]
    fn a_value_that_is_not_finite_is_named_and_its_row_left_out() {
        let folder = tempfile::tempdir().expect("folder");
        let mut sink = CsvSink::create(folder.path(), &[&CITIES]).expect("created");
        let cells = [Cell::Integer(7), Cell::Text("Anshan"), Cell::Number(f64::NAN)];
        let error = sink.row(&CITIES, &cells).expect_err("refused");
        assert_eq!(error.to_string(), "cities.sales is NaN at tick 7");
        let sealed = sink.seal().expect("sealed");
        let text = fs::read_to_string(sealed.partials[0].path()).expect("readable");
        assert_eq!(text, "tick,city,sales\n");
        assert_eq!(sealed.files()[0].rows, 0);
    }

    #[test]
    fn rows_of_the_wrong_shape_or_table_are_refused() {
        let folder = tempfile::tempdir().expect("folder");
        let mut sink = CsvSink::create(folder.path(), &[&CITIES]).expect("created");
        let short = sink.row(&CITIES, &[Cell::Integer(1)]).expect_err("too short");
        assert!(short.to_string().contains("1 cells for 3 columns"), "{short}");
        let unknown = sink.row(&EMPTY, &[]).expect_err("not announced");
        assert!(unknown.to_string().contains("empty.csv"), "{unknown}");
    }

    #[test]
    fn nothing_is_left_of_a_sink_that_was_not_published() {
        let folder = tempfile::tempdir().expect("folder");
        let sink = CsvSink::create(folder.path(), &[&CITIES]).expect("created");
        assert!(names_in(folder.path())[0].starts_with(".cities.csv."));
        drop(sink);
        assert!(names_in(folder.path()).is_empty());
        let sink = CsvSink::create(folder.path(), &[&CITIES]).expect("created");
        drop(sink.seal().expect("sealed"));
        assert!(names_in(folder.path()).is_empty());
    }

    #[test]
    fn a_folder_that_is_missing_is_named() {
        let error = CsvSink::create(Path::new("/nowhere/at/all"), &[&CITIES]).expect_err("refused");
        assert!(error.to_string().contains("/nowhere/at/all"), "{error}");
        assert!(!error.is_refusal());
    }
}
