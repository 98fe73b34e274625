//! The tables of a sweep, made from its records: the same bytes however the records came about.

use std::path::Path;

use serde::Serialize;

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

/// The tables on their way.
struct Tables {
    runs: LooseFile,
    series: LooseFile,
    timing: LooseFile,
}

impl Tables {
    fn create(path: &Path, sweep: &Sweep) -> Result<Self, SweepError> {
        let mut tables = Self {
            runs: LooseFile::create(path, "runs.csv")?,
            series: LooseFile::create(path, "series.csv")?,
            timing: LooseFile::create(path, "timing.csv")?,
        };
        let mut header = b"run,point,replicate,seed".to_vec();
        for factor in &sweep.spec.plan.factor {
            header.push(b',');
            push_text(&mut header, &factor.column());
        }
        header.extend_from_slice(b",status,reason,scenario_hash\n");
        tables.runs.write(&header)?;
        tables.series.write(format!("run,tick,{}\n", sweep.spec.indicators.join(",")).as_bytes())?;
        tables.timing.write(b"run,wall_seconds\n")?;
        Ok(tables)
    }

    fn add(&mut self, run: &Run, record: &Record) -> Result<(), SweepError> {
        let mut line = format!("{},{},{},{}", run.number, run.point, run.replicate, run.seed).into_bytes();
        for value in &run.values {
            line.push(b',');
            push_value(&mut line, value);
        }
        let failure = record.header.failure.as_deref();
        line.extend_from_slice(if failure.is_some() { b",failed," } else { b",ok," });
        push_text(&mut line, failure.unwrap_or("-"));
        line.push(b',');
        push_text(&mut line, if record.header.scenario.is_empty() { "-" } else { &record.header.scenario });
        line.push(b'\n');
        self.runs.row(&line)?;
        for row in record.rows.lines() {
            self.series.row(format!("{},{row}\n", run.number).as_bytes())?;
        }
        self.timing.row(format!("{},{:.6}\n", run.number, record.header.seconds).as_bytes())?;
        Ok(())
    }

    /// The wall times differ from one time to the next and are no part of the result.
    fn finish(self) -> Result<Vec<FileEntry>, SweepError> {
        self.timing.finish()?;
        Ok(vec![self.runs.finish()?, self.series.finish()?])
    }
}

/// A value of a factor as a cell; lists and tables as JSON.
fn push_value(line: &mut Vec<u8>, value: &serde_json::Value) {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_string);
    let cell = match (value.as_i64(), value.as_f64()) {
        (Some(whole), _) => Cell::Integer(whole),
        (None, Some(number)) => Cell::Number(number),
        _ => Cell::Text(&text),
    };
    // Values of a plan are finite.
    let _ = push_cell(line, &cell);
}
