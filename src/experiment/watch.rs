//! What is kept of a run: some columns of the region at some ticks.

use crate::indicators::region;
use crate::kernel::record::{Cell, RecordError, Recorder, TableSpec};

/// Columns that say when, and are never indicators.
const WHEN: [&str; 2] = ["tick", "year"];

/// A kept cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A count.
    Integer(i64),
    /// A quantity.
    Number(f64),
    /// A label.
    Text(String),
}

impl Value {
    fn of(cell: &Cell<'_>) -> Self {
        match *cell {
            Cell::Integer(value) => Value::Integer(value),
            Cell::Number(value) => Value::Number(value),
            Cell::Text(value) => Value::Text(value.to_string()),
        }
    }

    /// The cell, to write it.
    pub fn cell(&self) -> Cell<'_> {
        match self {
            Value::Integer(value) => Cell::Integer(*value),
            Value::Number(value) => Cell::Number(*value),
            Value::Text(value) => Cell::Text(value),
        }
    }

    /// The number, if it is one.
    pub fn number(&self) -> Option<f64> {
        match self {
            Value::Integer(value) => Some(*value as f64),
            Value::Number(value) => Some(*value),
            Value::Text(_) => None,
        }
    }
}

/// Kept cells of one tick.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Tick.
    pub tick: u32,
    /// Calendar year.
    pub year: i64,
    /// Cells in the order of the chosen columns.
    pub values: Vec<Value>,
}

/// Names of all indicators of the region, in the order of its file.
pub fn indicators() -> Vec<&'static str> {
    let names = region::TABLE.columns.iter().map(|column| column.name);
    names.filter(|name| !WHEN.contains(name)).collect()
}

/// Takes the rows of a run and keeps what was asked for. Every number is held to be finite, as in
/// files.
pub struct Watch<'a> {
    columns: Vec<usize>,
    wanted: &'a (dyn Fn(u32) -> bool + Sync),
    /// What was kept.
    pub rows: Vec<Row>,
}

impl<'a> Watch<'a> {
    /// Keeps the `indicators` at the ticks that are `wanted`; unknown names are left out.
    pub fn new<S: AsRef<str>>(indicators: &[S], wanted: &'a (dyn Fn(u32) -> bool + Sync)) -> Self {
        let columns = indicators.iter().filter_map(|name| place(name.as_ref())).collect();
        Self { columns, wanted, rows: Vec::new() }
    }
}

fn place(name: &str) -> Option<usize> {
    region::TABLE.columns.iter().position(|column| column.name == name)
}

fn integer(cells: &[Cell<'_>], name: &str) -> i64 {
    match place(name).and_then(|place| cells.get(place)) {
        Some(Cell::Integer(value)) => *value,
        _ => 0,
    }
}

impl Recorder for Watch<'_> {
    fn row(&mut self, table: &'static TableSpec, cells: &[Cell<'_>]) -> Result<(), RecordError> {
        check_finite(table, cells)?;
        if table.name != region::TABLE.name {
            return Ok(());
        }
        let tick = u32::try_from(integer(cells, "tick")).unwrap_or(0);
        if (self.wanted)(tick) {
            let values = self.columns.iter().map(|column| Value::of(&cells[*column])).collect();
            self.rows.push(Row { tick, year: integer(cells, "year"), values });
        }
        Ok(())
    }
}

fn check_finite(table: &'static TableSpec, cells: &[Cell<'_>]) -> Result<(), RecordError> {
    for (column, cell) in table.columns.iter().zip(cells) {
        if let Cell::Number(value) = *cell
            && !value.is_finite()
        {
            let tick = if let Some(Cell::Integer(tick)) = cells.first() { *tick } else { 0 };
            return Err(RecordError::NotFinite { table: table.name, column: column.name, tick, value });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    static OTHER: TableSpec = TableSpec { name: "other", row: "a test", columns: &[region::TABLE.columns[0]] };

    fn region_row(tick: i64) -> Vec<Cell<'static>> {
        let cell = |name: &str| match name {
            "tick" => Cell::Integer(tick),
            "year" => Cell::Integer(2010),
            _ => Cell::Number(1.5),
        };
        region::TABLE.columns.iter().map(|column| cell(column.name)).collect()
    }

    #[test]
    fn chosen_columns_are_kept_at_wanted_ticks() {
        let wanted = |tick| tick % 2 == 0;
        let mut watch = Watch::new(&["value_added", "firms"], &wanted);
        for tick in 0..4 {
            watch.row(&region::TABLE, &region_row(tick)).expect("taken");
            watch.row(&OTHER, &[Cell::Integer(tick)]).expect("taken");
        }
        let ticks: Vec<u32> = watch.rows.iter().map(|row| row.tick).collect();
        assert_eq!(ticks, [0, 2]);
        assert_eq!(watch.rows[1].values, [Value::Number(1.5), Value::Number(1.5)]);
        assert_eq!(watch.rows[1].year, 2010);
    }

    #[test]
    fn no_number_may_be_infinite_in_any_table() {
        let wanted = |_| true;
        let mut watch = Watch::new(&["firms"], &wanted);
        let refused = watch.row(&OTHER, &[Cell::Number(f64::INFINITY)]).expect_err("refused");
        assert!(refused.to_string().contains("other."), "{refused}");
    }

    #[test]
    fn when_is_no_indicator() {
        assert!(indicators().contains(&"value_added") && !indicators().contains(&"year"));
    }
}
