//! The tables of a sweep, made from its records: the same bytes however the records came about.

use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::Value as Json;

use super::columnar::{self, Kind};
use super::plan::Factor;
use super::store::{Entry, Index, Record};
use super::sweep::{Count, Folder, Run, Spec, Sweep, SweepError, count};
use crate::kernel::record::Cell;
use crate::output::{FileEntry, LooseFile, push_cell, push_text};

/// A run that failed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Failure {
    /// Number of the run.
    pub run: usize,
    /// Point of the design.
    pub point: usize,
    /// Replicate.
    pub replicate: u32,
    /// Seed.
    pub seed: u64,
    /// Why.
    pub reason: String,
}

/// `manifest.json` of a sweep. Says nothing of time and machine, so that it too is the same whatever
/// happened on the way.
#[derive(Debug, Serialize)]
struct Manifest<'a> {
    program: &'a str,
    format: u32,
    version: &'a str,
    identity: String,
    runs: Count,
    files: &'a [FileEntry],
    spec: &'a Spec,
}

/// Runs of the sweep in design order, each with its record.
fn finished<'a>(sweep: &'a Sweep, index: &'a Index) -> impl Iterator<Item = (Run, &'a Entry)> {
    (0..sweep.len()).filter_map(move |at| {
        let run = sweep.run(at);
        let entry = index.get(&sweep.id(&run))?;
        Some((run, entry))
    })
}

/// All failed runs.
///
/// # Errors
/// When a record cannot be read.
pub fn failures(sweep: &Sweep, index: &Index) -> Result<Vec<Failure>, SweepError> {
    let mut failures = Vec::new();
    for (run, entry) in finished(sweep, index).filter(|(_, entry)| entry.failed) {
        let reason = index.record(entry)?.header.failure.unwrap_or_default();
        let Run { number, point, replicate, seed, .. } = run;
        failures.push(Failure { run: number, point, replicate, seed, reason });
    }
    Ok(failures)
}

/// Writes the tables of a sweep whose runs have all finished; the manifest comes last.
///
/// # Errors
/// When a run is missing, two records contradict each other, or the disk refuses.
pub fn write(folder: &Folder, sweep: &Sweep, index: &Index) -> Result<(), SweepError> {
    let runs = count(sweep, index);
    if runs.missing() > 0 {
        return Err(SweepError::Refused(format!("{} of {} runs are missing", runs.missing(), runs.runs)));
    }
    if let Some(id) = index.conflicts.first() {
        return Err(SweepError::Refused(format!(
            "two records of the run {id} differ in their rows: they come from different programs or machines; \
             remove the folder and start again"
        )));
    }
    folder.remove_tables()?;
    let path = folder.path();
    let mut tables = Tables::create(path, sweep)?;
    for (run, entry) in finished(sweep, index) {
        tables.add(&run, &index.record(entry)?)?;
    }
    let files = tables.finish()?;
    let manifest = Manifest {
        program: "tiexi",
        format: crate::output::FORMAT_VERSION,
        version: env!("CARGO_PKG_VERSION"),
        identity: sweep.identity(),
        runs,
        files: &files,
        spec: &sweep.spec,
    };
    let mut file = LooseFile::create(path, "manifest.json")?;
    file.write(&serde_json::to_vec_pretty(&manifest).unwrap_or_default())?;
    file.write(b"\n")?;
    file.finish()?;
    Ok(())
}

/// The tables on their way, each as CSV and as Parquet.
struct Tables {
    folder: PathBuf,
    indicators: Vec<String>,
    runs: LooseFile,
    series: LooseFile,
    timing: LooseFile,
    run_columns: columnar::Table,
    /// Begun with the first row, which tells what kinds the indicators are.
    series_columns: Option<columnar::Table>,
}

impl Tables {
    fn create(path: &Path, sweep: &Sweep) -> Result<Self, SweepError> {
        let columns = run_columns(sweep);
        let mut tables = Self {
            folder: path.to_path_buf(),
            indicators: sweep.spec.indicators.clone(),
            runs: LooseFile::create(path, "runs.csv")?,
            series: LooseFile::create(path, "series.csv")?,
            timing: LooseFile::create(path, "timing.csv")?,
            run_columns: columnar::Table::create(path, "runs.parquet", &columns)?,
            series_columns: None,
        };
        tables.runs.write(&line(columns.iter().map(|(name, _)| name.as_str())))?;
        tables.series.write(format!("run,tick,{}\n", sweep.spec.indicators.join(",")).as_bytes())?;
        tables.timing.write(b"run,wall_seconds\n")?;
        Ok(tables)
    }

    fn add(&mut self, run: &Run, record: &Record) -> Result<(), SweepError> {
        let failure = record.header.failure.as_deref();
        let hash = if record.header.scenario.is_empty() { "-" } else { &record.header.scenario };
        let mut cells =
            vec![run.number.to_string(), run.point.to_string(), run.replicate.to_string(), run.seed.to_string()];
        cells.extend(run.values.iter().map(value_cell));
        cells.push(if failure.is_some() { "failed" } else { "ok" }.to_string());
        cells.extend([failure.unwrap_or("-"), hash].map(String::from));
        self.runs.row(&line(cells.iter().map(String::as_str)))?;
        self.run_columns.row(cells.iter().map(String::as_str))?;
        for row in record.rows.lines() {
            self.add_to_series(run.number, row)?;
        }
        self.timing.row(format!("{},{:.6}\n", run.number, record.header.seconds).as_bytes())?;
        Ok(())
    }

    /// Takes a kept row; labels of the region hold no comma.
    fn add_to_series(&mut self, number: usize, row: &str) -> Result<(), SweepError> {
        self.series.row(format!("{number},{row}\n").as_bytes())?;
        let number = number.to_string();
        let columns = match &mut self.series_columns {
            Some(columns) => columns,
            none => none.insert(series_columns(&self.folder, &self.indicators, row)?),
        };
        columns.row(std::iter::once(number.as_str()).chain(row.split(',')))
    }

    /// The wall times differ from one time to the next and are no part of the result.
    fn finish(self) -> Result<Vec<FileEntry>, SweepError> {
        self.timing.finish()?;
        let series = match self.series_columns {
            Some(columns) => columns,
            // No run ended well.
            None => series_columns(&self.folder, &self.indicators, "")?,
        };
        Ok(vec![self.runs.finish()?, self.series.finish()?, self.run_columns.finish()?, series.finish()?])
    }
}

/// Columns of the table of runs.
fn run_columns(sweep: &Sweep) -> Vec<(String, Kind)> {
    let whole = ["run", "point", "replicate", "seed"].map(|name| (name.to_string(), Kind::Integer));
    let words = ["status", "reason", "scenario_hash"].map(|name| (name.to_string(), Kind::Text));
    let factors = sweep.spec.plan.factor.iter().map(|factor| (factor.column(), factor_kind(factor)));
    whole.into_iter().chain(factors).chain(words).collect()
}

/// What holds all values of a factor.
fn factor_kind(factor: &Factor) -> Kind {
    let of = |value: &Json| if value.is_number() { Kind::of(&value_cell(value)) } else { Kind::Text };
    // The ends of a range are of the kind of all between them.
    let values = factor.listed().unwrap_or_else(|| vec![factor.at(0.0), factor.at(1.0)]);
    values.iter().map(of).reduce(Kind::with).unwrap_or(Kind::Text)
}

/// The table of kept rows, of the kinds that its first row has.
fn series_columns(folder: &Path, indicators: &[String], row: &str) -> Result<columnar::Table, SweepError> {
    let mut kinds = row.split(',').skip(1).map(Kind::of);
    let when = ["run", "tick"].map(|name| (name.to_string(), Kind::Integer));
    let kept = indicators.iter().map(|name| (name.clone(), kinds.next().unwrap_or(Kind::Number)));
    columnar::Table::create(folder, "series.parquet", &when.into_iter().chain(kept).collect::<Vec<_>>())
}

/// A line of CSV.
fn line<'a>(cells: impl Iterator<Item = &'a str>) -> Vec<u8> {
    let mut line = Vec::new();
    for (place, cell) in cells.enumerate() {
        line.extend_from_slice(if place > 0 { b"," } else { b"" });
        push_text(&mut line, cell);
    }
    line.push(b'\n');
    line
}

/// A value of a factor as a cell; lists and tables as JSON.
fn value_cell(value: &Json) -> String {
    let mut cell = Vec::new();
    // Values of a plan are finite.
    let _ = match (value.as_i64(), value.as_f64()) {
        (Some(whole), _) => push_cell(&mut cell, &Cell::Integer(whole)),
        (None, Some(number)) => push_cell(&mut cell, &Cell::Number(number)),
        _ => return value.as_str().map_or_else(|| value.to_string(), str::to_string),
    };
    String::from_utf8_lossy(&cell).into_owned()
}
