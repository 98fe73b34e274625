//! Tables as Parquet: typed columns, for readers of large results.
//!
//! Rows come one by one and must not pile up in memory; readers want few and large groups of rows, in which the
//! cells of a column lie together. So rows wait in memory until they fill a block, blocks wait on the disk until
//! they fill a group ([`Spool`]), and a group is written column by column, each read back block by block. A table
//! that fits into one block never waits on the disk. The bytes depend on the rows alone.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parquet::basic::{Compression, Encoding, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{ColumnPath, Type};

use super::spool::Spool;
use super::sweep::SweepError;
use crate::output::{FileEntry, LooseFile, OutputError};

/// How much waits, and where.
#[derive(Debug, Clone, Copy)]
struct Sizes {
    /// Bytes of a block in memory, for each column.
    block: usize,
    /// Blocks of a group.
    group: usize,
}

/// Two thousand numbers of each column in memory, which is also what is read back at once. A million in a group, as
/// readers like them: the end of the file describes every column of every group in about a kilobyte, and stays in
/// memory until it is written. While a group waits, it takes eight megabytes of the disk for each column.
const SIZES: Sizes = Sizes { block: 16 << 10, group: 512 };
/// Bytes of a number.
const NUMBER: usize = 8;
/// Bytes of a page, which the library gathers before it writes it.
const PAGE: usize = 16 << 10;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Whole numbers.
    Integer,
    /// Floats.
    Number,
    /// Words.
    Text,
}

impl Kind {
    /// What a cell of a CSV file holds: floats show that they are floats there.
    pub fn of(cell: &str) -> Self {
        match (cell.parse::<i64>(), cell.parse::<f64>()) {
            (Ok(_), _) => Kind::Integer,
            (_, Ok(_)) => Kind::Number,
            _ => Kind::Text,
        }
    }

    /// What holds cells of both kinds.
    pub fn with(self, other: Kind) -> Kind {
        match (self, other) {
            (one, another) if one == another => one,
            (Kind::Text, _) | (_, Kind::Text) => Kind::Text,
            _ => Kind::Number,
        }
    }
}

/// A column, and its cells in the block that waits in memory.
#[derive(Debug)]
struct Column {
    name: String,
    kind: Kind,
    /// A number is its bytes, a text its letters behind the number of them.
    cells: Vec<u8>,
}

impl Column {
    /// Takes a cell; false if it is not of this kind.
    fn push(&mut self, cell: &str) -> bool {
        let number: Option<[u8; NUMBER]> = match self.kind {
            Kind::Integer => cell.parse().map(i64::to_le_bytes).ok(),
            Kind::Number => cell.parse().map(f64::to_le_bytes).ok(),
            Kind::Text => Some((cell.len() as u64).to_le_bytes()),
        };
        let Some(number) = number else {
            return false;
        };
        self.cells.extend_from_slice(&number);
        if self.kind == Kind::Text {
            self.cells.extend_from_slice(cell.as_bytes());
        }
        true
    }
}

/// A file on its way, as the library writes to it.
struct Sink(LooseFile);

impl io::Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.0.write(bytes).map_err(|error| match error {
            OutputError::Io { source, .. } => source,
            other => io::Error::other(other),
        });
        written.map(|()| bytes.len())
    }

    /// The file hands its bytes on by itself, and all of them when it is finished.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A table on its way.
pub struct Table {
    path: PathBuf,
    writer: SerializedFileWriter<Sink>,
    columns: Vec<Column>,
    /// The blocks of a group before the one in memory.
    spool: Spool,
    sizes: Sizes,
    /// Bytes of the block in memory.
    waiting: usize,
    rows: u64,
}

impl Table {
    /// Begins the table `name` with these columns.
    ///
    /// # Errors
    /// When the file cannot be created.
    pub fn create(folder: &Path, name: &str, columns: &[(String, Kind)]) -> Result<Self, SweepError> {
        Self::of_sizes(folder, name, columns, SIZES)
    }

    fn of_sizes(folder: &Path, name: &str, columns: &[(String, Kind)], sizes: Sizes) -> Result<Self, SweepError> {
        let path = folder.join(name);
        let file = Sink(LooseFile::create(folder, name)?);
        let fields = columns.iter().map(|(name, kind)| field(name, *kind).map(Arc::new)).collect::<Result<_, _>>();
        let begin = || {
            let schema = Type::group_type_builder("table").with_fields(fields?).build()?;
            SerializedFileWriter::new(file, Arc::new(schema), Arc::new(properties(columns)))
        };
        let writer = begin().map_err(failed(&path))?;
        let column = |(name, kind): &(String, Kind)| Column { name: name.clone(), kind: *kind, cells: Vec::new() };
        let columns = columns.iter().map(column).collect();
        Ok(Self { path, writer, columns, spool: Spool::new(folder), sizes, waiting: 0, rows: 0 })
    }

    /// Appends a row, each cell as in a CSV file but without quotes.
    ///
    /// # Errors
    /// When a cell does not fit its column, or the disk refuses.
    pub fn row<'a>(&mut self, cells: impl IntoIterator<Item = &'a str>) -> Result<(), SweepError> {
        for (column, cell) in self.columns.iter_mut().zip(cells) {
            let before = column.cells.len();
            if !column.push(cell) {
                let (path, name) = (self.path.display(), &column.name);
                return Err(SweepError::Refused(format!("{path}: `{cell}` does not fit the column `{name}`")));
            }
            self.waiting += column.cells.len() - before;
        }
        self.rows += 1;
        if self.waiting < self.sizes.block * self.columns.len() {
            return Ok(());
        }
        if self.spool.blocks() + 1 < self.sizes.group { self.set_aside() } else { self.write_group() }
    }

    fn set_aside(&mut self) -> Result<(), SweepError> {
        let pieces = self.columns.iter().map(|column| column.cells.as_slice());
        self.spool.put(pieces).map_err(|source| SweepError::disk("set rows aside for", &self.path, source))?;
        self.begin_block();
        Ok(())
    }

    fn write_group(&mut self) -> Result<(), SweepError> {
        let Self { path, writer, columns, spool, .. } = self;
        let mut group = writer.next_row_group().map_err(failed(path))?;
        columns.iter().try_for_each(|column| write_column(&mut group, column, spool, path))?;
        group.close().map_err(failed(path))?;
        spool.clear();
        self.begin_block();
        Ok(())
    }

    fn begin_block(&mut self) {
        self.columns.iter_mut().for_each(|column| column.cells.clear());
        self.waiting = 0;
    }

    /// Writes what is left and gives the file its name.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn finish(mut self) -> Result<FileEntry, SweepError> {
        if self.waiting > 0 || self.spool.blocks() > 0 {
            self.write_group()?;
        }
        let Sink(mut file) = self.writer.into_inner().map_err(failed(&self.path))?;
        file.count_rows(self.rows);
        Ok(file.finish()?)
    }
}

fn field(name: &str, kind: Kind) -> Result<Type, ParquetError> {
    let (physical, logical) = match kind {
        Kind::Integer => (Physical::INT64, None),
        Kind::Number => (Physical::DOUBLE, None),
        Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
    };
    let builder = Type::primitive_type_builder(name, physical).with_repetition(Repetition::REQUIRED);
    builder.with_logical_type(logical).build()
}

/// Whole numbers are often near the one before. No dictionaries: the library would keep all pages of a column back until
/// its words are known, and if they are too many, fastparquet loses those that are not in the dictionary. Words that
/// repeat are short after compression, too.
fn properties(columns: &[(String, Kind)]) -> WriterProperties {
    let mut builder = WriterProperties::builder()
        .set_created_by("tiexi".to_string())
        .set_compression(Compression::SNAPPY)
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_offset_index_disabled(true)
        .set_data_page_size_limit(PAGE)
        .set_data_page_row_count_limit(PAGE / NUMBER)
        .set_dictionary_enabled(false);
    for (name, _) in columns.iter().filter(|(_, kind)| *kind == Kind::Integer) {
        builder = builder.set_column_encoding(ColumnPath::from(vec![name.clone()]), Encoding::DELTA_BINARY_PACKED);
    }
    builder.build()
}

/// Writes a column of a group: its cells in the blocks on the disk, then those in memory.
fn write_column(
    group: &mut SerializedRowGroupWriter<'_, Sink>,
    column: &Column,
    spool: &mut Spool,
    path: &Path,
) -> Result<(), SweepError> {
    let Some(mut chunk) = group.next_column().map_err(failed(path))? else {
        return Ok(());
    };
    let mut piece = Vec::new();
    for block in 0..spool.blocks() {
        spool.take(block, &mut piece).map_err(|source| SweepError::disk("read back rows of", path, source))?;
        write_cells(&mut chunk, column.kind, &piece).map_err(failed(path))?;
    }
    write_cells(&mut chunk, column.kind, &column.cells).map_err(failed(path))?;
    chunk.close().map_err(failed(path))
}

fn write_cells(chunk: &mut SerializedColumnWriter<'_>, kind: Kind, cells: &[u8]) -> Result<(), ParquetError> {
    match kind {
        Kind::Integer => chunk.typed::<Int64Type>().write_batch(&numbers(cells, i64::from_le_bytes), None, None)?,
        Kind::Number => chunk.typed::<DoubleType>().write_batch(&numbers(cells, f64::from_le_bytes), None, None)?,
        Kind::Text => chunk.typed::<ByteArrayType>().write_batch(&texts(cells), None, None)?,
    };
    Ok(())
}

fn numbers<T>(cells: &[u8], number: fn([u8; NUMBER]) -> T) -> Vec<T> {
    cells.as_chunks().0.iter().map(|bytes| number(*bytes)).collect()
}

fn texts(mut cells: &[u8]) -> Vec<ByteArray> {
    let mut texts = Vec::new();
    while let Some((text, rest)) = first_text(cells) {
        texts.push(ByteArray::from(text.to_vec()));
        cells = rest;
    }
    texts
}

fn first_text(cells: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = cells.split_first_chunk::<NUMBER>()?;
    rest.split_at_checked(u64::from_le_bytes(*length) as usize)
}

fn failed(path: &Path) -> impl FnOnce(ParquetError) -> SweepError {
    move |error| {
        let source = match error {
            ParquetError::External(inner) => match inner.downcast::<io::Error>() {
                Ok(source) => *source,
                Err(other) => io::Error::other(other),
            },
            other => io::Error::other(other),
        };
        SweepError::disk("write", path, source)
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::*;
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::Field;

    fn columns() -> Vec<(String, Kind)> {
        let names = ["run", "value", "stage"].map(String::from);
        names.into_iter().zip([Kind::Integer, Kind::Number, Kind::Text]).collect()
    }

    /// Whole numbers near and far from the one before, and words that repeat and do not.
    fn values(at: usize) -> (i64, f64, String) {
        let run = [i64::MIN, i64::MAX].get(at % 11).copied().unwrap_or(at as i64 / 4);
        let stage =
            ["chain, \"growth\"", "", "成长"].get(at % 7).map_or_else(|| at.to_string(), |word| word.to_string());
        (run, at as f64 / 8.0, stage)
    }

    fn add(table: &mut Table, at: usize) -> Result<(), SweepError> {
        let (run, value, stage) = values(at);
        table.row([run.to_string().as_str(), &format!("{value:?}"), &stage])
    }

    fn written(folder: &Path, rows: usize, sizes: Sizes) -> FileEntry {
        let mut table = Table::of_sizes(folder, "x.parquet", &columns(), sizes).expect("created");
        (0..rows).for_each(|at| add(&mut table, at).expect("taken"));
        table.finish().expect("finished")
    }

    /// Finds the rows as they were, and says in how many groups they are.
    fn groups_of(folder: &Path, rows: usize) -> usize {
        let file = File::open(folder.join("x.parquet")).expect("there");
        let reader = SerializedFileReader::new(file).expect("Parquet");
        assert_eq!(reader.metadata().file_metadata().num_rows(), rows as i64);
        for (at, row) in reader.get_row_iter(None).expect("rows").enumerate() {
            let row = row.expect("a row");
            let fields: Vec<&Field> = row.get_column_iter().map(|(_, field)| field).collect();
            let (run, value, stage) = values(at);
            assert_eq!(fields, [&Field::Long(run), &Field::Double(value), &Field::Str(stage)], "row {at}");
        }
        reader.metadata().num_row_groups()
    }

    /// Wherever a table ends: within a block, with it, with the group.
    #[test]
    fn tables_come_back_as_they_were_from_any_blocks_and_groups() {
        let folder = tempfile::tempdir().expect("folder");
        let groups = |rows, group| {
            assert_eq!(written(folder.path(), rows, Sizes { block: 40, group }).rows, rows as u64);
            groups_of(folder.path(), rows)
        };
        for rows in 0..40 {
            let blocks = groups(rows, 1);
            assert!((rows / 5..=rows.div_ceil(3)).contains(&blocks), "{blocks} blocks of {rows} rows");
            for group in [2, 3, 100] {
                assert_eq!(groups(rows, group), blocks.div_ceil(group), "{rows} rows, {group} blocks a group");
            }
        }
    }

    /// The same bytes once more.
    #[test]
    fn many_rows_are_one_group_of_many_pages() {
        let folder = tempfile::tempdir().expect("folder");
        let rows = 5 * PAGE / NUMBER;
        let entry = written(folder.path(), rows, SIZES);
        assert_eq!(groups_of(folder.path(), rows), 1);
        assert_eq!(written(folder.path(), rows, SIZES).blake3, entry.blake3);
    }

    /// A table whose blocks go to `file`.
    fn begun(folder: &Path, file: File) -> Table {
        let mut table =
            Table::of_sizes(folder, "x.parquet", &columns(), Sizes { block: 40, group: 100 }).expect("created");
        table.spool = Spool::broken(file);
        table
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_disk_that_is_full_is_named_with_what_was_tried() {
        let folder = tempfile::tempdir().expect("folder");
        let mut table = begun(folder.path(), File::options().write(true).open("/dev/full").expect("opened"));
        let error = (0..20).find_map(|at| add(&mut table, at).err()).expect("an error").to_string();
        assert!(
            error.starts_with("cannot set rows aside for ") && error.contains("x.parquet: No space left"),
            "{error}"
        );
    }

    #[test]
    fn a_disk_that_cannot_be_read_is_named_with_what_was_tried() {
        let [folder, elsewhere] = [(); 2].map(|()| tempfile::tempdir().expect("folder"));
        // Opened for writing alone.
        let mut table = begun(folder.path(), File::create(elsewhere.path().join("y")).expect("created"));
        (0..20).for_each(|at| add(&mut table, at).expect("taken"));
        let error = table.finish().expect_err("an error").to_string();
        assert!(error.starts_with("cannot read back rows of ") && error.contains("x.parquet: "), "{error}");
        assert_eq!(std::fs::read_dir(folder.path()).expect("read").count(), 0, "nothing half-written");
    }
    #[test]
    fn a_cell_of_another_kind_is_refused() {
        let folder = tempfile::tempdir().expect("folder");
        let mut table = Table::create(folder.path(), "x.parquet", &columns()).expect("created");
        let refused = table.row(["1.5", "2.0", "x"]).expect_err("refused");
        assert!(refused.to_string().contains("`1.5` does not fit the column `run`"), "{refused}");
        drop(table);
        assert_eq!(std::fs::read_dir(folder.path()).expect("read").count(), 0, "nothing half-written");
    }

    #[test]
    fn kinds_are_told_from_cells() {
        assert_eq!(
            ["3", "-4", "3.0", "1e-12", "true", ""].map(Kind::of),
            [Kind::Integer, Kind::Integer, Kind::Number, Kind::Number, Kind::Text, Kind::Text]
        );
        assert_eq!(Kind::Integer.with(Kind::Number), Kind::Number);
        assert_eq!(Kind::Number.with(Kind::Text), Kind::Text);
    }
}
