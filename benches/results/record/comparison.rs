//! Whether a quantity has become worse beyond noise.
//!
//! The noise of a row is what its rounds say: the range from the lowest to the highest, widened on each side by half
//! its width, for a few rounds do not reach the ends of what may happen. A quantity is *worse* where the widened
//! ranges of both sides lie apart and the medians differ by more than five per cent (by twenty where fewer than
//! three rounds say nothing of the noise of a time).

use super::table::{Row, shown};

/// Least difference of medians that counts.
pub const LEAST: f64 = 0.05;
/// The same where too few rounds were made to know the noise.
pub const LEAST_UNKNOWN: f64 = 0.20;
/// Rounds that say something of noise.
pub const ROUNDS: usize = 3;

/// What became of a quantity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Slower, or larger, beyond noise.
    Worse,
    /// Faster, or smaller, beyond noise.
    Better,
    /// Within noise.
    Same,
}

/// A quantity on both sides.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// The row of the file.
    pub old: Row,
    /// The row measured now.
    pub new: Row,
    /// What became of it.
    pub change: Change,
}

/// Whether more is better: rates and speed-ups, not times and sizes.
pub fn more_is_better(unit: &str) -> bool {
    unit.ends_with("/s") || unit == "times"
}

/// Whether a quantity is the same on any machine: counts and sizes, not times.
pub fn is_exact(unit: &str) -> bool {
    unit.starts_with("bytes") || unit.starts_with("allocations")
}

/// Range in which the noise of a row lies.
fn noise(row: &Row) -> (f64, f64) {
    let margin = (row.high - row.low) / 2.0;
    (row.low - margin, row.high + margin)
}

/// What became of a quantity.
pub fn judge(old: &Row, new: &Row) -> Change {
    let known = is_exact(&old.unit) || old.rounds.min(new.rounds) >= ROUNDS;
    let least = if known { LEAST } else { LEAST_UNKNOWN };
    let larger = |a: &Row, b: &Row| noise(a).0 > noise(b).1 && a.median > b.median * (1.0 + least);
    match (larger(new, old), larger(old, new), more_is_better(&old.unit)) {
        (true, _, false) | (_, true, true) => Change::Worse,
        (true, _, true) | (_, true, false) => Change::Better,
        _ => Change::Same,
    }
}

/// All quantities that both sides have.
pub fn differences(old: &[Row], new: &[Row]) -> Vec<Difference> {
    let pair = |new: &Row| old.iter().find(|old| old.matches(new)).map(|old| (old.clone(), new.clone()));
    new.iter().filter_map(pair).map(|(old, new)| Difference { change: judge(&old, &new), old, new }).collect()
}

/// Quantities of one side that the other does not have, of the cases that both have.
pub fn only_in<'a>(these: &'a [Row], others: &[Row]) -> Vec<&'a Row> {
    let shared = |row: &Row| others.iter().any(|other| other.group() == row.group() && other.scale == row.scale);
    these.iter().filter(|row| shared(row) && !others.iter().any(|other| other.matches(row))).collect()
}

/// Those that count as regressions: all on the same machine, on another only what no machine changes.
pub fn regressions(differences: &[Difference], same_machine: bool) -> Vec<&Difference> {
    let counts = |d: &&Difference| d.change == Change::Worse && (same_machine || is_exact(&d.new.unit));
    differences.iter().filter(counts).collect()
}

/// What differs beyond noise, one line each, and how many do not.
pub fn account(differences: &[Difference]) -> String {
    let mut text = String::new();
    for (change, word) in [(Change::Worse, "worse"), (Change::Better, "better")] {
        for d in differences.iter().filter(|d| d.change == change) {
            text += &line(word, d);
        }
    }
    let same = differences.iter().filter(|d| d.change == Change::Same).count();
    text + &format!("{same} of {} quantities are the same within noise\n", differences.len())
}

fn line(word: &str, Difference { old, new, .. }: &Difference) -> String {
    let range = |row: &Row| format!("{} ({} .. {})", shown(row.median), shown(row.low), shown(row.high));
    let case = format!("{} at scale {}, threads {}", new.quantity, new.scale, new.threads);
    let change = if old.median > 0.0 {
        format!("{:+.1} %", 100.0 * (new.median / old.median - 1.0))
    } else {
        "from nothing".to_string()
    };
    format!("{word:<6} {case}: {} -> {} {}, {change}\n", range(old), range(new), new.unit)
}
