//! Tables as Parquet: typed columns, for readers of large results.
//!
//! Rows are gathered into groups of a bounded size, so that a table of any length is written in the
//! same memory; the bytes depend on the rows alone.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{ColumnPath, Type};

use super::sweep::SweepError;
use crate::output::{FileEntry, LooseFile, OutputError};

/// Bytes of a column while a group of rows waits in memory, on average over the columns: four thousand numbers,
/// which is what lists that double hold.
/// Small, for what waits must not grow with the rows of a long table; not smaller, for the end of the file
/// describes every column of every group in about a kilobyte, and that stays in memory, too.
const WAITING: usize = 32 << 10;
/// Bytes of a number, and of a text beside its letters.
const NUMBER: usize = 8;
const TEXT: usize = 64;

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

/// Cells of a column that are not yet written.
#[derive(Debug)]
enum Cells {
    Integers(Vec<i64>),
    Numbers(Vec<f64>),
    Texts(Vec<ByteArray>),
}

impl Cells {
    fn of(kind: Kind) -> Self {
        match kind {
            Kind::Integer => Cells::Integers(Vec::new()),
            Kind::Number => Cells::Numbers(Vec::new()),
            Kind::Text => Cells::Texts(Vec::new()),
        }
    }

    /// Takes a cell; false if it is not of this kind.
    fn push(&mut self, cell: &str) -> bool {
        match self {
            Cells::Integers(cells) => cell.parse().map(|value| cells.push(value)).is_ok(),
            Cells::Numbers(cells) => cell.parse().map(|value| cells.push(value)).is_ok(),
            Cells::Texts(cells) => {
                cells.push(ByteArray::from(cell));
                true
            }
        }
    }

    /// Bytes that a cell takes in memory.
    fn size(&self, cell: &str) -> usize {
        if matches!(self, Cells::Texts(_)) { TEXT + cell.len() } else { NUMBER }
    }

    fn clear(&mut self) {
        match self {
            Cells::Integers(cells) => cells.clear(),
            Cells::Numbers(cells) => cells.clear(),
            Cells::Texts(cells) => cells.clear(),
        }
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
    columns: Vec<Cells>,
    names: Vec<String>,
    /// Bytes of the cells that are not yet written.
    waiting: usize,
    rows: u64,
}

impl Table {
    /// Begins the table `name` with these columns.
    ///
    /// # Errors
    /// When the file cannot be created.
    pub fn create(folder: &Path, name: &str, columns: &[(String, Kind)]) -> Result<Self, SweepError> {
        let path = folder.join(name);
        let file = Sink(LooseFile::create(folder, name)?);
        let fields = columns.iter().map(|(name, kind)| field(name, *kind).map(Arc::new)).collect::<Result<_, _>>();
        let begin = || {
            let schema = Type::group_type_builder("table").with_fields(fields?).build()?;
            SerializedFileWriter::new(file, Arc::new(schema), Arc::new(properties(columns)))
        };
        let writer = begin().map_err(failed(&path))?;
        let (cells, names) = (columns.iter().map(|(_, kind)| Cells::of(*kind)), columns.iter().map(|(name, _)| name));
        Ok(Self { path, writer, columns: cells.collect(), names: names.cloned().collect(), waiting: 0, rows: 0 })
    }

    /// Appends a row, each cell as in a CSV file but without quotes.
    ///
    /// # Errors
    /// When a cell does not fit its column, or the disk refuses.
    pub fn row<'a>(&mut self, cells: impl IntoIterator<Item = &'a str>) -> Result<(), SweepError> {
        for ((column, cell), name) in self.columns.iter_mut().zip(cells).zip(&self.names) {
            if !column.push(cell) {
                let path = self.path.display();
                return Err(SweepError::Refused(format!("{path}: `{cell}` does not fit the column `{name}`")));
            }
            self.waiting += column.size(cell);
        }
        self.rows += 1;
        if self.waiting >= WAITING * self.columns.len() { self.write_group() } else { Ok(()) }
    }

    fn write_group(&mut self) -> Result<(), SweepError> {
        let write = |writer: &mut SerializedFileWriter<Sink>, columns: &[Cells]| -> Result<(), ParquetError> {
            let mut group = writer.next_row_group()?;
            columns.iter().try_for_each(|cells| write_column(&mut group, cells))?;
            group.close().map(|_| ())
        };
        write(&mut self.writer, &self.columns).map_err(failed(&self.path))?;
        self.columns.iter_mut().for_each(Cells::clear);
        self.waiting = 0;
        Ok(())
    }

    /// Writes what is left and gives the file its name.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn finish(mut self) -> Result<FileEntry, SweepError> {
        if self.waiting > 0 {
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

/// A dictionary helps words and numbers of runs; floats are all different.
fn properties(columns: &[(String, Kind)]) -> WriterProperties {
    let mut builder = WriterProperties::builder()
        .set_created_by("tiexi".to_string())
        .set_compression(Compression::SNAPPY)
        .set_statistics_enabled(EnabledStatistics::None)
        .set_offset_index_disabled(true);
    for (name, _) in columns.iter().filter(|(_, kind)| *kind == Kind::Number) {
        builder = builder.set_column_dictionary_enabled(ColumnPath::from(vec![name.clone()]), false);
    }
    builder.build()
}

fn write_column(group: &mut SerializedRowGroupWriter<'_, Sink>, cells: &Cells) -> Result<(), ParquetError> {
    let Some(mut column) = group.next_column()? else {
        return Ok(());
    };
    match cells {
        Cells::Integers(cells) => column.typed::<Int64Type>().write_batch(cells, None, None)?,
        Cells::Numbers(cells) => column.typed::<DoubleType>().write_batch(cells, None, None)?,
        Cells::Texts(cells) => column.typed::<ByteArrayType>().write_batch(cells, None, None)?,
    };
    column.close()
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
    use super::*;
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::Field;

    fn columns() -> Vec<(String, Kind)> {
        let names = ["run", "value", "stage"].map(String::from);
        names.into_iter().zip([Kind::Integer, Kind::Number, Kind::Text]).collect()
    }

    #[test]
    fn tables_come_back_as_they_were_in_several_groups() {
        let folder = tempfile::tempdir().expect("folder");
        let stage = "chain, \"growth\"";
        let rows = 3 * WAITING / (2 * NUMBER + TEXT + stage.len()) + 100;
        let mut table = Table::create(folder.path(), "x.parquet", &columns()).expect("created");
        for at in 0..rows {
            let (run, value) = (at.to_string(), format!("{:?}", at as f64 / 8.0));
            table.row([run.as_str(), &value, stage]).expect("taken");
        }
        let entry = table.finish().expect("finished");
        assert_eq!(entry.rows, rows as u64);
        let file = std::fs::File::open(folder.path().join("x.parquet")).expect("there");
        let reader = SerializedFileReader::new(file).expect("Parquet");
        assert_eq!(reader.metadata().num_row_groups(), 2);
        for (at, row) in reader.get_row_iter(None).expect("rows").enumerate() {
            let row = row.expect("a row");
            let fields: Vec<&Field> = row.get_column_iter().map(|(_, field)| field).collect();
            assert_eq!(fields[0], &Field::Long(at as i64));
            assert_eq!(fields[1], &Field::Double(at as f64 / 8.0));
            assert_eq!(fields[2], &Field::Str(stage.to_string()));
        }
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
