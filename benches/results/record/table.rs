//! The table of results: from numbers of single rounds to rows, and the file they stand in.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// Groups of quantities in the order of the file; the name of a quantity begins with that of its group.
pub const GROUPS: [&str; 11] = [
    "tick",
    "everything",
    "memory",
    "allocations",
    "start",
    "csv",
    "sweep",
    "draws",
    "hardware",
    "reference",
    "touched",
];

/// One number of one round.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Measurement {
    /// Group and name, such as `tick/markets`.
    pub quantity: String,
    /// Unit.
    pub unit: String,
    /// Simulated firms per real firm; 0 where no firm takes part.
    pub scale: f64,
    /// Firms that took part.
    pub firms: usize,
    /// Threads.
    pub threads: usize,
    /// The number.
    pub value: f64,
}

impl Measurement {
    /// A number that belongs to no firms, taken on one thread.
    pub fn new(quantity: impl Into<String>, unit: &str, value: f64) -> Self {
        Measurement { quantity: quantity.into(), unit: unit.to_string(), scale: 0.0, firms: 0, threads: 1, value }
    }

    /// The same of a world of this size.
    pub fn of(self, scale: f64, firms: usize) -> Self {
        Measurement { scale, firms, ..self }
    }

    /// The same on so many threads.
    pub fn on(self, threads: usize) -> Self {
        Measurement { threads, ..self }
    }
}

/// What all rounds say of one quantity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Group and name.
    pub quantity: String,
    /// Unit.
    pub unit: String,
    /// Simulated firms per real firm; 0 where no firm takes part.
    pub scale: f64,
    /// Firms that took part.
    pub firms: usize,
    /// Threads.
    pub threads: usize,
    /// Middle of the rounds.
    pub median: f64,
    /// Lowest round.
    pub low: f64,
    /// Highest round.
    pub high: f64,
    /// Rounds.
    pub rounds: usize,
    /// Commit that was measured, with a `+` where files had changed since.
    pub commit: String,
}

impl Row {
    /// Group of the quantity.
    pub fn group(&self) -> &str {
        group(&self.quantity)
    }

    /// Whether both rows are about the same thing.
    pub fn matches(&self, other: &Row) -> bool {
        self.quantity == other.quantity && self.same_case(other)
    }

    fn same_case(&self, other: &Row) -> bool {
        self.group() == other.group() && self.scale == other.scale && self.threads == other.threads
    }
}

/// Group of a quantity.
pub fn group(quantity: &str) -> &str {
    quantity.split('/').next().unwrap_or(quantity)
}

/// Whether somebody who asks for names that begin so wants to see this quantity; all without any filter.
pub fn wanted(quantity: &str, filters: &[String]) -> bool {
    filters.is_empty() || filters.iter().any(|filter| quantity.starts_with(filter.as_str()))
}

/// Whether anything of a group is asked for.
pub fn group_wanted(name: &str, filters: &[String]) -> bool {
    filters.is_empty() || filters.iter().any(|filter| name.starts_with(group(filter)))
}

/// Rows from the numbers of all rounds, in the order in which quantities first appear.
pub fn rows(measurements: &[Measurement], commit: &str) -> Vec<Row> {
    let mut rounds: IndexMap<(&str, u64, usize), Vec<&Measurement>> = IndexMap::new();
    for m in measurements {
        rounds.entry((&m.quantity, m.scale.to_bits(), m.threads)).or_default().push(m);
    }
    let mut rows: Vec<Row> = rounds.values().map(|rounds| row(rounds, commit)).collect();
    sort(&mut rows);
    rows
}

fn row(rounds: &[&Measurement], commit: &str) -> Row {
    let mut values: Vec<f64> = rounds.iter().map(|m| m.value).collect();
    values.sort_by(f64::total_cmp);
    let first = rounds[0];
    Row {
        quantity: first.quantity.clone(),
        unit: first.unit.clone(),
        scale: first.scale,
        firms: first.firms,
        threads: first.threads,
        median: rounded((values[(values.len() - 1) / 2] + values[values.len() / 2]) / 2.0),
        low: rounded(values[0]),
        high: rounded(values[values.len() - 1]),
        rounds: values.len(),
        commit: commit.to_string(),
    }
}

/// A number with four digits, which is more than any measurement holds.
fn rounded(value: f64) -> f64 {
    format!("{value:.3e}").parse().unwrap_or(value)
}

/// How much faster than one thread each other number of threads carries out the ticks of one round.
pub fn speed_ups(round: &[Measurement]) -> Vec<Measurement> {
    let ticks = || round.iter().filter(|m| m.quantity == "tick/all");
    let alone = |many: &Measurement| ticks().find(|m| m.threads == 1 && m.scale == many.scale).map(|m| m.value);
    let speed_up = |many: &Measurement| {
        let times = alone(many)? / many.value;
        Some(Measurement::new("tick/speed-up", "times", times).of(many.scale, many.firms).on(many.threads))
    };
    ticks().filter(|m| m.threads > 1).filter_map(speed_up).collect()
}

/// New rows, and of the old ones those whose group, scale and threads were not measured again.
pub fn merged(old: &[Row], new: &[Row]) -> Vec<Row> {
    let kept = old.iter().filter(|old| !new.iter().any(|new| new.same_case(old)));
    let mut all: Vec<Row> = new.iter().chain(kept).cloned().collect();
    sort(&mut all);
    all
}

/// By group, scale and threads; rows of one case stay in their order.
fn sort(rows: &mut [Row]) {
    let place = |row: &Row| GROUPS.iter().position(|group| *group == row.group()).unwrap_or(GROUPS.len());
    rows.sort_by(|a, b| place(a).cmp(&place(b)).then(a.scale.total_cmp(&b.scale)).then(a.threads.cmp(&b.threads)));
}

/// Rows of a file of results.
///
/// # Errors
/// When a line is none.
pub fn parse(text: &str) -> Result<Vec<Row>, csv::Error> {
    csv::Reader::from_reader(text.as_bytes()).deserialize().collect()
}

/// Text of a file of results.
///
/// # Errors
/// When a row cannot be written.
pub fn format(rows: &[Row]) -> Result<String, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    rows.iter().try_for_each(|row| writer.serialize(row))?;
    let bytes = writer.into_inner().map_err(|error| csv::Error::from(std::io::Error::other(error.to_string())))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Numbers of one round as lines without a header, for whoever started the measuring process.
///
/// # Errors
/// When a number cannot be written.
pub fn format_lines(measurements: &[Measurement]) -> Result<String, csv::Error> {
    let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    measurements.iter().try_for_each(|m| writer.serialize(m))?;
    let bytes = writer.into_inner().map_err(|error| csv::Error::from(std::io::Error::other(error.to_string())))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Reads what [`format_lines`] wrote.
///
/// # Errors
/// When a line is none.
pub fn parse_lines(text: &str) -> Result<Vec<Measurement>, csv::Error> {
    csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes()).deserialize().collect()
}

/// A number as people read it: three digits and more before the point, fewer behind it.
pub fn shown(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 || size == 0.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        size if size >= 0.01 => format!("{value:.2}"),
        _ => format!("{value:.1e}"),
    }
}

/// Rows for the terminal.
pub fn listing<'a>(rows: impl Iterator<Item = &'a Row>) -> String {
    let mut text = format!(
        "{:<42} {:>7} {:>9} {:>7} {:>9} {:>9} {:>9} {:>6}  unit\n",
        "quantity", "scale", "firms", "threads", "median", "low", "high", "rounds"
    );
    for row in rows {
        text += &format!(
            "{:<42} {:>7} {:>9} {:>7} {:>9} {:>9} {:>9} {:>6}  {}\n",
            row.quantity,
            row.scale,
            row.firms,
            row.threads,
            shown(row.median),
            shown(row.low),
            shown(row.high),
            row.rounds,
            row.unit
        );
    }
    text
}
