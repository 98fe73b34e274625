//! What the program aims at, beside what was measured.

use super::table::{Row, shown};

/// One aim.
#[derive(Debug, Clone, Copy)]
pub struct Aim {
    /// What it is, in words.
    pub what: &'static str,
    /// The quantity that tells.
    pub quantity: &'static str,
    /// At this scale, on so many threads.
    pub at: (f64, usize),
    /// Whether the aim is a least value; a largest one otherwise.
    pub at_least: bool,
    /// Value of the aim.
    pub value: f64,
    /// Unit.
    pub unit: &'static str,
}

const fn aim(what: &'static str, quantity: &'static str, at: (f64, usize), value: f64, unit: &'static str) -> Aim {
    Aim { what, quantity, at, at_least: false, value, unit }
}

const fn least(what: &'static str, quantity: &'static str, at: (f64, usize), value: f64, unit: &'static str) -> Aim {
    Aim { at_least: true, ..aim(what, quantity, at, value, unit) }
}

/// Aims in the order in which they are shown.
pub const AIMS: [Aim; 21] = [
    aim("A firm and tick, 4 thousand firms, one thread", "tick/all", (1.0, 1), 1000.0, "ns per firm and tick"),
    aim("A firm and tick, 100 thousand firms, one thread", "tick/all", (25.0, 1), 1000.0, "ns per firm and tick"),
    aim("A firm and tick, a million firms, one thread", "tick/all", (250.0, 1), 1500.0, "ns per firm and tick"),
    aim("A firm and tick, ten million firms, one thread", "tick/all", (2500.0, 1), 1500.0, "ns per firm and tick"),
    least("Two threads against one, 100 thousand firms", "tick/speed-up", (25.0, 2), 1.9, "times"),
    least("Two threads against one, a million firms", "tick/speed-up", (250.0, 2), 1.9, "times"),
    aim("Liaoning 1:1, 84 ticks, the whole process", "start/liaoning", (1.0, 1), 0.4, "s"),
    aim("The same without standards and lines", "start/without lines", (1.0, 1), 0.7, "s"),
    aim("The same, the economy alone", "start/economy", (1.0, 1), 0.4, "s"),
    least("A sweep on two cores against its runs alone", "sweep/speed-up", (0.25, 2), 1.9, "times"),
    aim("State of a firm", "memory/state", (0.0, 1), 1024.0, "bytes per firm"),
    aim("The economy's part of it, before relations", "memory/economy", (0.0, 1), 600.0, "bytes per firm"),
    aim(
        "The same with its relations, a million firms",
        "tick/state with relations",
        (250.0, 1),
        1024.0,
        "bytes per firm",
    ),
    aim("Peak of the process, a million firms", "memory/peak", (250.0, 2), 1200.0, "bytes per firm"),
    aim("Peak of the process, ten million firms", "memory/peak", (2500.0, 2), 1200.0, "bytes per firm"),
    least("CSV, one thread", "csv/sink", (1.0, 1), 300.0, "MB/s"),
    aim("Part of a run that goes into CSV", "csv/share", (1.0, 1), 5.0, "%"),
    aim("Start of the program", "start/version", (0.0, 1), 50.0, "ms"),
    aim("Check of a scenario", "start/check", (0.0, 1), 50.0, "ms"),
    aim("Allocations of a tick where nobody enters", "allocations/standing", (1.0, 1), 0.0, "allocations per tick"),
    aim("The same in Liaoning, which grows", "allocations/tick", (1.0, 1), 0.0, "allocations per tick"),
];

impl Aim {
    /// The row that tells, if it was measured.
    pub fn row<'a>(&self, rows: &'a [Row]) -> Option<&'a Row> {
        rows.iter().find(|row| row.quantity == self.quantity && (row.scale, row.threads) == self.at)
    }

    /// Whether the aim is met, in a word or three.
    pub fn verdict(&self, rows: &[Row]) -> String {
        match self.row(rows).map(|row| row.median) {
            None => "not measured".to_string(),
            Some(found) if self.is_met(found) => "met".to_string(),
            Some(_) if self.value == 0.0 => "missed".to_string(),
            Some(found) => {
                let times = if self.at_least { self.value / found } else { found / self.value };
                format!("**missed** by a factor of {}", shown(times))
            }
        }
    }

    fn is_met(&self, found: f64) -> bool {
        if self.at_least { found >= self.value } else { found <= self.value }
    }
}
