//! Records: the columns and cells in which a run is written down.
//!
//! A table is a list of [`Column`]s and rows of [`Cell`]s. Indicators produce rows; output writes
//! them; neither needs to know the other.

use crate::kernel::graph::Graph;

/// One column of an output table: the single source of the CSV header, the documentation and
/// `tiexi describe indicators`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Header of the column, unique within its table.
    pub name: &'static str,
    /// Unit, such as `million CNY per tick`, `persons` or `share 0-1`.
    pub unit: &'static str,
    /// One sentence that says what the number means.
    pub meaning: &'static str,
    /// Definition's source, or the word *definition* where this project defines it.
    pub source: &'static str,
}

/// One table of the output folder.
#[derive(Debug, Clone, Copy)]
pub struct TableSpec {
    /// File name without extension, such as `region`.
    pub name: &'static str,
    /// What one row stands for.
    pub row: &'static str,
    /// Columns in file order.
    pub columns: &'static [Column],
}

/// One value of a row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell<'a> {
    /// A count, tick or year.
    Integer(i64),
    /// A measured quantity; must be finite when it is written.
    Number(f64),
    /// A label; quoted by the CSV writer where it must be.
    Text(&'a str),
}

impl From<f64> for Cell<'_> {
    fn from(value: f64) -> Self {
        Cell::Number(value)
    }
}

impl From<usize> for Cell<'_> {
    fn from(value: usize) -> Self {
        Cell::Integer(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

impl From<i64> for Cell<'_> {
    fn from(value: i64) -> Self {
        Cell::Integer(value)
    }
}

impl<'a> From<&'a str> for Cell<'a> {
    fn from(value: &'a str) -> Self {
        Cell::Text(value)
    }
}

/// Receives the rows of every table and the graphs, in the order in which the run produces them.
pub trait Recorder: Send {
    /// Takes one row of `table`; `cells` has exactly one cell per column.
    ///
    /// # Errors
    /// When the row cannot be stored (disk full, a non-finite number).
    fn row(&mut self, table: &'static TableSpec, cells: &[Cell<'_>]) -> Result<(), RecordError>;

    /// Takes a graph under the name of its file, whose extension says the format; left out unless a
    /// recorder has a place for graphs. One that passes rows on passes graphs on too.
    ///
    /// # Errors
    /// When the graph cannot be stored (disk full, a non-finite number).
    fn graph(&mut self, name: &str, graph: &Graph) -> Result<(), RecordError> {
        let _ = (name, graph);
        Ok(())
    }
}

/// Why a row could not be recorded.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// A number is NaN or infinite.
    #[error("{table}.{column} is {value} at tick {tick}")]
    NotFinite {
        /// Table name.
        table: &'static str,
        /// Column name.
        column: &'static str,
        /// Tick of the row (its first cell).
        tick: i64,
        /// The offending value.
        value: f64,
    },
    /// No file of its format can hold the graph.
    #[error("{name} cannot be written: {problem}")]
    Graph {
        /// Name of the file.
        name: String,
        /// What is wrong with the graph, and where.
        problem: String,
    },
    /// The file could not be written.
    #[error("cannot write {path}: {source}")]
    Write {
        /// Path of the file.
        path: std::path::PathBuf,
        /// Cause given by the operating system.
        source: std::io::Error,
    },
}
