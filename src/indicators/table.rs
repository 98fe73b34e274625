//! How tables are declared: one entry per column, from which header, documentation and cells come.

use crate::kernel::record::{Cell, Column, RecordError, Recorder, TableSpec};

/// Money of a tick at current prices of the model.
pub const MONEY: &str = "million CNY per tick";
/// Money of a tick, deflated.
pub const REAL_MONEY: &str = "million CNY per tick at opening prices";
/// Real money per worker and tick.
pub const REAL_PER_WORKER: &str = "million CNY per person per tick at opening prices";
/// Money at the end of a tick.
pub const STOCK: &str = "million CNY";
/// Shares.
pub const SHARE: &str = "share 0-1";
/// Ratios that may exceed one or be negative.
pub const RATIO: &str = "ratio";
/// People.
pub const PERSONS: &str = "persons";
/// Simulated firms.
pub const FIRMS: &str = "firms";
/// Differences of logarithms.
pub const LOG: &str = "log points";
/// Names.
pub const TEXT: &str = "text";
/// Time.
pub const TICKS: &str = "ticks";
/// Source of what this project defines itself.
pub const DEFINITION: &str = "definition";

/// One column of a table: what it is, and the function that gives its cell.
#[derive(Debug, Clone, Copy)]
pub struct Indicator<F> {
    /// What the column is.
    pub column: Column,
    /// Cell of a row.
    pub value: F,
}

/// A column.
pub const fn column(name: &'static str, unit: &'static str, meaning: &'static str, source: &'static str) -> Column {
    Column { name, unit, meaning, source }
}

/// The columns of a list of indicators, `N` of them.
pub const fn columns<F, const N: usize>(indicators: &[Indicator<F>]) -> [Column; N] {
    let mut columns = [column("", "", "", ""); N];
    let mut index = 0;
    while index < N {
        columns[index] = indicators[index].column;
        index += 1;
    }
    columns
}

/// Where rows go, with the tick that begins each of them.
pub struct Rows<'a> {
    /// Tick of all rows.
    pub tick: u32,
    /// Takes the rows.
    pub recorder: &'a mut dyn Recorder,
}

impl Rows<'_> {
    /// Writes a row; `rest` follows the tick.
    ///
    /// # Errors
    /// When the recorder cannot take the row.
    pub fn write<const N: usize>(&mut self, table: &'static TableSpec, rest: [Cell<'_>; N]) -> Result<(), RecordError> {
        /// More than any table has.
        const MOST: usize = 32;
        const { assert!(N < MOST) };
        let mut cells = [Cell::Integer(i64::from(self.tick)); MOST];
        cells[1..=N].copy_from_slice(&rest);
        self.recorder.row(table, &cells[..=N])
    }
}

/// `part / whole`, or 0 where there is no whole.
pub fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

/// Herfindahl-Hirschman index of non-negative amounts.
pub fn concentration(amounts: impl Iterator<Item = f64> + Clone) -> f64 {
    let total: f64 = amounts.clone().sum();
    amounts.map(|amount| ratio(amount, total).powi(2)).sum()
}
