//! The folder of a calibration and its tables: the same bytes however often it was interrupted.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::course::{Calibration, Explored};
use super::findings::{parameters, targets};
use super::plan::CalibrationPlan;
use crate::experiment::statistics::{deviation, mean};
use crate::experiment::sweep::SweepError;
use crate::kernel::record::Cell;
use crate::output::{FileEntry, Lock, LooseFile, OutputError, RESULTS_VERSION, push_cell, push_text, remove_partials};

/// File that says which calibration a folder holds.
const NAME: &str = "calibration.json";
/// Marks our own file.
const PROGRAM: &str = "tiexi calibrate";

/// What determines a calibration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Spec {
    results_version: u32,
    plan: CalibrationPlan,
    scenario: String,
}

/// `calibration.json`.
#[derive(Debug, Serialize, Deserialize)]
struct Document {
    program: String,
    identity: String,
    spec: Spec,
}

/// `manifest.json`; says nothing of time and machine.
#[derive(Debug, Serialize)]
struct Manifest<'a> {
    program: &'a str,
    format: u32,
    version: &'a str,
    identity: String,
    files: &'a [FileEntry],
    spec: &'a Spec,
}

impl Spec {
    fn of(calibration: &Calibration) -> Self {
        let scenario = calibration.scenario_hash().to_string();
        Self { results_version: RESULTS_VERSION, plan: calibration.plan.clone(), scenario }
    }

    fn identity(&self) -> String {
        let text = serde_json::to_string(self).unwrap_or_default();
        blake3::hash(text.as_bytes()).to_hex().to_string()
    }
}

/// The right to write to the folder of a calibration.
#[derive(Debug)]
pub struct Desk {
    _lock: Lock,
}

impl Desk {
    /// Takes a folder: a new one, or one that holds this very calibration.
    ///
    /// # Errors
    /// When it holds anything else, or another process has it.
    pub fn take(folder: &Path, calibration: &Calibration) -> Result<Self, SweepError> {
        fs::create_dir_all(folder).map_err(|source| SweepError::disk("create", folder, source))?;
        let desk = Self { _lock: Lock::take(folder)? };
        let spec = Spec::of(calibration);
        let path = folder.join(NAME);
        match fs::read(&path) {
            Ok(text) => check_same(folder, &text, &spec)?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                refuse_foreign(folder)?;
                let document = Document { program: PROGRAM.to_string(), identity: spec.identity(), spec };
                write_json(folder, NAME, &document)?;
            }
            Err(error) => return Err(SweepError::disk("read", &path, error)),
        }
        remove_partials(folder)?;
        Ok(desk)
    }
}

fn check_same(folder: &Path, text: &[u8], spec: &Spec) -> Result<(), SweepError> {
    let held = serde_json::from_slice::<Document>(text).ok().filter(|held| held.program == PROGRAM);
    let folder = folder.display();
    let Some(held) = held else {
        return Err(SweepError::Refused(format!("{folder}/{NAME} is not ours, or damaged")));
    };
    let what = match held.spec {
        held if held == *spec => return Ok(()),
        held if held.results_version != spec.results_version => "was made with another results version",
        held if held.plan != spec.plan => "has another plan",
        _ => "starts from a scenario that has changed since",
    };
    Err(SweepError::Refused(format!(
        "{folder} holds a calibration that {what}; choose another folder with --output, or remove it"
    )))
}

fn refuse_foreign(folder: &Path) -> Result<(), SweepError> {
    let entries = fs::read_dir(folder).map_err(|source| SweepError::disk("read", folder, source))?;
    let names = entries.filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()));
    let mut found: Vec<String> = names.filter(|name| !name.starts_with('.')).collect();
    found.sort();
    found.truncate(5);
    if found.is_empty() {
        return Ok(());
    }
    let (folder, found) = (folder.display(), found.join(", "));
    Err(SweepError::Refused(format!(
        "{folder} holds files that are not part of a calibration ({found}); choose another folder with --output"
    )))
}

fn write_json(folder: &Path, name: &str, document: &impl Serialize) -> Result<(), OutputError> {
    let mut file = LooseFile::create(folder, name)?;
    file.write(&serde_json::to_vec_pretty(document).unwrap_or_default())?;
    file.write(b"\n")?;
    file.finish().map(|_| ())
}

/// Writes all tables; the manifest comes last.
///
/// # Errors
/// When the disk refuses.
pub fn write(folder: &Path, calibration: &Calibration) -> Result<(), SweepError> {
    let files = [
        write_table(folder, "parameters.csv", &parameter_rows(calibration))?,
        write_table(folder, "fit.csv", &fit_rows(calibration))?,
        write_table(folder, "posterior.csv", &posterior_rows(calibration))?,
        write_table(folder, "waves.csv", &wave_rows(calibration))?,
        write_table(folder, "explored.csv", &explored_rows(calibration))?,
    ];
    let spec = Spec::of(calibration);
    let manifest = Manifest {
        program: "tiexi",
        format: crate::output::FORMAT_VERSION,
        version: env!("CARGO_PKG_VERSION"),
        identity: spec.identity(),
        files: &files,
        spec: &spec,
    };
    Ok(write_json(folder, "manifest.json", &manifest)?)
}

/// A cell that owns its text.
enum Entry {
    Whole(usize),
    Number(f64),
    Text(String),
}

type Rows = Vec<Vec<Entry>>;

fn text(text: impl Into<String>) -> Entry {
    Entry::Text(text.into())
}

fn header(names: &[&str]) -> Vec<Entry> {
    names.iter().map(|name| text(*name)).collect()
}

/// The first row is the header.
fn write_table(folder: &Path, name: &str, rows: &Rows) -> Result<FileEntry, OutputError> {
    let mut file = LooseFile::create(folder, name)?;
    for (number, row) in rows.iter().enumerate() {
        let mut line = Vec::new();
        for (place, entry) in row.iter().enumerate() {
            line.extend_from_slice(if place > 0 { b"," } else { b"" });
            match entry {
                Entry::Whole(value) => line.extend_from_slice(value.to_string().as_bytes()),
                // What is not finite is left empty.
                Entry::Number(value) if value.is_finite() => drop(push_cell(&mut line, &Cell::Number(*value))),
                Entry::Number(_) => {}
                Entry::Text(words) => push_text(&mut line, words),
            }
        }
        line.push(b'\n');
        if number == 0 { file.write(&line)? } else { file.row(&line)? }
    }
    file.finish()
}

fn parameter_rows(calibration: &Calibration) -> Rows {
    let mut rows = vec![header(&[
        "parameter",
        "low",
        "high",
        "mean",
        "deviation",
        "quantile_05",
        "median",
        "quantile_95",
        "width_of_prior",
        "partner",
        "correlation",
        "verdict",
    ])];
    for found in parameters(calibration) {
        let numbers = [found.range[0], found.range[1], found.mean, found.deviation]
            .into_iter()
            .chain(found.quantiles)
            .chain([found.width]);
        let mut row: Vec<Entry> = std::iter::once(text(&found.key)).chain(numbers.map(Entry::Number)).collect();
        let verdict = found.verdict();
        let (partner, correlation) = found.partner.unwrap_or_else(|| ("-".to_string(), 0.0));
        row.extend([text(partner), Entry::Number(correlation), text(verdict)]);
        rows.push(row);
    }
    rows
}

fn fit_rows(calibration: &Calibration) -> Rows {
    let names = ["target", "value", "tolerance", "mean", "quantile_05", "quantile_95", "runs", "verdict", "source"];
    let mut rows = vec![header(&names)];
    for (found, target) in targets(calibration).into_iter().zip(calibration.plan.target.values()) {
        let mut row = vec![text(&found.name)];
        let numbers = [found.value, found.tolerance, found.mean, found.spread[0], found.spread[1]];
        row.extend(numbers.map(Entry::Number));
        row.extend([Entry::Whole(found.runs), text(found.verdict()), text(&target.source)]);
        rows.push(row);
    }
    rows
}

/// Names of the parameters behind those columns.
fn with_parameters(calibration: &Calibration, first: &[&str]) -> Vec<Entry> {
    let names = calibration.plan.parameter.iter().map(|parameter| text(parameter.name()));
    header(first).into_iter().chain(names).collect()
}

fn values<'a>(calibration: &'a Calibration, at: &'a [f64]) -> impl Iterator<Item = Entry> + 'a {
    calibration.plan.parameter.iter().zip(at).map(|(parameter, place)| Entry::Number(parameter.at(*place)))
}

/// Each draw with what the emulators expect of the targets there.
fn posterior_rows(calibration: &Calibration) -> Rows {
    let mut first = with_parameters(calibration, &["draw"]);
    first.extend(calibration.targets().map(|(name, _)| text(format!("expected {name}"))));
    let mut rows = vec![first];
    for (at, place) in calibration.posterior.iter().enumerate() {
        let mut row = vec![Entry::Whole(at + 1)];
        row.extend(values(calibration, place));
        row.extend(calibration.expected(place).into_iter().map(Entry::Number));
        rows.push(row);
    }
    rows
}

fn wave_rows(calibration: &Calibration) -> Rows {
    let names = [
        "wave",
        "runs_ok",
        "runs",
        "plausible_share",
        "least_implausibility",
        "target",
        "points",
        "foretold",
        "covered",
        "luck",
    ];
    let mut rows = vec![header(&names)];
    for wave in &calibration.waves {
        for ((quality, luck), (name, _)) in wave.qualities.iter().zip(&wave.luck).zip(calibration.targets()) {
            let mut row = vec![Entry::Whole(wave.number), Entry::Whole(wave.runs.0), Entry::Whole(wave.runs.1)];
            row.extend([Entry::Number(wave.share), Entry::Number(wave.level), text(name)]);
            row.push(Entry::Whole(quality.points));
            row.extend([quality.foretold, quality.covered, luck.sqrt()].map(Entry::Number));
            rows.push(row);
        }
    }
    rows
}

/// Every point that was run, with mean and deviation of each target; wave 0 is the confirmation.
fn explored_rows(calibration: &Calibration) -> Rows {
    let mut first = with_parameters(calibration, &["wave"]);
    for (name, _) in calibration.targets() {
        first.extend([text(name), text(format!("deviation {name}")), text(format!("runs {name}"))]);
    }
    let mut rows = vec![first];
    for Explored { wave, at, outcomes } in &calibration.explored {
        let mut row = vec![Entry::Whole(*wave)];
        row.extend(values(calibration, at));
        for outcome in outcomes {
            let figures = &outcome.figures;
            let level = if figures.is_empty() { f64::NAN } else { mean(figures) };
            row.extend([Entry::Number(level), Entry::Number(deviation(figures)), Entry::Whole(figures.len())]);
        }
        rows.push(row);
    }
    rows
}
