//! The results as a part of a page: what stands between two marks is written from the table.

use super::aims::AIMS;
use super::machine::Origin;
use super::table::{Row, shown};

/// Where the generated part begins.
pub const BEGIN: &str = "<!-- results: cargo bench --bench results -- --write -->\n";
/// Where it ends.
pub const END: &str = "<!-- /results -->";
/// The quantity that a phase's memory time is counted from.
const TOUCHED: &str = "touched/";

/// The quantity of requests for memory in a phase.
const REQUESTS: &str = "allocations/in ";

/// The page with its generated part anew.
///
/// # Errors
/// When the marks are missing.
pub fn fill(page: &str, results: Option<(&Origin, &[Row])>) -> Result<String, String> {
    let missing = |mark: &str| format!("the page lacks the line {}", mark.trim_end());
    let (before, rest) = page.split_once(BEGIN).ok_or_else(|| missing(BEGIN))?;
    let (_, after) = rest.split_once(END).ok_or_else(|| missing(END))?;
    let tables = match results {
        Some((origin, rows)) if !rows.is_empty() => tables(origin, rows),
        _ => "Nothing has been recorded yet.\n".to_string(),
    };
    Ok(format!("{before}{BEGIN}\n{tables}\n{END}{after}"))
}

fn tables(origin: &Origin, rows: &[Row]) -> String {
    let Origin { processor, cores, memory, system, compiler, commit, date } = origin;
    format!(
        "{processor}, {cores} cores, {memory} GiB, {system}; {compiler}; commit {commit}, {date}. Numbers are medians of \
         rounds.\n\n{}\n{}\n{}",
        aims(rows),
        phases(rows),
        rest(rows)
    )
}

fn line(cells: &[String]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

fn head(cells: &[String]) -> String {
    line(cells) + &format!("|{}\n", "---|".repeat(cells.len()))
}

fn words(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|cell| cell.to_string()).collect()
}

/// Aims beside what was measured.
fn aims(rows: &[Row]) -> String {
    let mut text = "### Aims\n\n".to_string() + &head(&words(&["what", "aim", "measured", "rounds from .. to", ""]));
    for aim in AIMS {
        let (bound, unit) = (if aim.at_least { "at least" } else { "at most" }, aim.unit);
        let (measured, range) = aim.row(rows).map_or_else(Default::default, |row| {
            (format!("{} {unit}", shown(row.median)), format!("{} .. {}", shown(row.low), shown(row.high)))
        });
        let aimed = if aim.value == 0.0 { "none".to_string() } else { format!("{bound} {} {unit}", shown(aim.value)) };
        text += &line(&[aim.what.to_string(), aimed, measured, range, aim.verdict(rows)]);
    }
    text
}

/// Scales of which ticks were measured, ascending.
fn scales(rows: &[Row]) -> Vec<f64> {
    let mut scales: Vec<f64> = rows.iter().filter(|row| row.group() == "tick").map(|row| row.scale).collect();
    scales.sort_by(f64::total_cmp);
    scales.dedup();
    scales
}

fn median(rows: &[Row], quantity: &str, scale: f64, threads: usize) -> Option<f64> {
    let found = rows.iter().find(|row| row.quantity == quantity && row.scale == scale && row.threads == threads);
    found.map(|row| row.median)
}

/// Time in which memory moves what a phase touches of a firm, ns: bytes over GB/s.
pub fn memory_time(rows: &[Row], phase: &str) -> Option<f64> {
    let bytes = median(rows, &format!("{TOUCHED}{phase}"), 0.0, 1)?;
    let speed = median(rows, "hardware/copy", 0.0, 1)?;
    (bytes > 0.0 && speed > 0.0).then(|| bytes / speed)
}

/// Phases by scale, beside the memory that they touch.
fn phases(rows: &[Row]) -> String {
    let scales = scales(rows);
    let Some(largest) = scales.last() else { return String::new() };
    let firms = |scale: &f64| {
        let row = rows.iter().find(|row| row.group() == "tick" && row.scale == *scale);
        row.map_or_else(String::new, |row| format!("{} firms", row.firms))
    };
    let mut columns = vec!["ns per firm and tick, one thread".to_string()];
    columns.extend(scales.iter().map(firms));
    columns.extend(words(&["two threads, times", "bytes touched", "memory time, ns", "distance, times"]));
    columns.extend(words(&["everything at once", "requests for memory"]));
    let mut text = "### Phases of the tick\n\n".to_string() + &head(&columns);
    let mut names: Vec<&str> = Vec::new();
    let timed = |row: &&Row| row.group() == "tick" && row.unit == "ns per firm and tick";
    for name in rows.iter().filter(timed).filter_map(|row| row.quantity.strip_prefix("tick/")) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let cell = |value: Option<f64>| value.map_or_else(String::new, shown);
    for name in names {
        let time = |scale: f64, threads: usize| median(rows, &format!("tick/{name}"), scale, threads);
        let over = |a: Option<f64>, b: Option<f64>| a.zip(b).map(|(a, b)| a / b);
        let memory = memory_time(rows, name);
        let mut cells = vec![name.to_string()];
        cells.extend(scales.iter().map(|scale| cell(time(*scale, 1))));
        cells.push(cell(over(time(*largest, 1), time(*largest, 2))));
        cells.push(cell(median(rows, &format!("{TOUCHED}{name}"), 0.0, 1)));
        cells.extend([cell(memory), cell(over(time(*largest, 1), memory))]);
        cells.push(cell(median(rows, &format!("everything/{name}"), 1.0, 1)));
        cells.push(cell(median(rows, &format!("{REQUESTS}{name}"), 1.0, 1)));
        text += &line(&cells);
    }
    text + "\n*Two threads* and *distance* are those of the largest scale; *everything at once* is the same time at scale 1 \
            with a programme of every kind; *requests for memory* are those of a tick at scale 1 on one thread.\n"
}

/// Everything that is no phase.
fn rest(rows: &[Row]) -> String {
    let mut text = "### All other quantities\n\n".to_string()
        + &head(&words(&["quantity", "firms", "threads", "median", "low", "high", "rounds", "unit", "commit"]));
    let shown_above = |row: &Row| row.group() == "touched" || row.quantity.starts_with(REQUESTS);
    let other = |row: &&Row| row.unit != "ns per firm and tick" && !shown_above(row);
    for row in rows.iter().filter(other) {
        let firms = if row.firms > 0 { row.firms.to_string() } else { String::new() };
        text += &line(&[
            row.quantity.clone(),
            firms,
            row.threads.to_string(),
            shown(row.median),
            shown(row.low),
            shown(row.high),
            row.rounds.to_string(),
            row.unit.clone(),
            row.commit.clone(),
        ]);
    }
    text
}
