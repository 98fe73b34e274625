//! Sweeps: many runs by plan, in a folder from which they can be taken up again at any moment.
//!
//! The folder holds `plan.json` (the plan with the hashes of its scenarios; from it every run can be
//! told without reading a scenario), `runs/` (the finished runs, see [`super::store`]) and, when all
//! runs are there, the tables that derive from them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::design::{Points, points};
use super::one::{self, Ended};
use super::parallel::{self, Means};
use super::plan::{LoadedPlan, Plan, beside, setting};
use super::seeds::replicate_seed;
use super::sources::Scenarios;
use super::store::{Header, Index, Record, StoreError, Writer, key};
use super::watch::Row;
use crate::output::{Lock, LooseFile, OutputError, RESULTS_VERSION, push_cell, remove_partials};
use crate::scenario::{self, Loaded};

/// File with the plan in the folder of a sweep.
pub const PLAN_NAME: &str = "plan.json";
/// Marks our own file.
const PROGRAM: &str = "tiexi sweep";
/// Tables and what belongs to them.
const DERIVED: [&str; 12] = [
    "manifest.json",
    "runs.csv",
    "runs.parquet",
    "series.csv",
    "series.parquet",
    "timing.csv",
    "sensitivity.csv",
    "map.csv",
    "map_gains.csv",
    "map_traits.csv",
    "map.svg",
    "map.png",
];

/// What went wrong with a sweep.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    /// The folder, the plan or its files were refused; the user must decide.
    #[error("{0}")]
    Refused(String),
    /// The folder cannot be used.
    #[error("cannot {action} {path}: {source}")]
    Disk {
        /// What was tried.
        action: &'static str,
        /// Where.
        path: PathBuf,
        /// Cause given by the operating system.
        source: std::io::Error,
    },
    /// A file of the folder.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// The records.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl SweepError {
    /// The folder cannot be used.
    pub(super) fn disk(action: &'static str, path: &Path, source: std::io::Error) -> Self {
        SweepError::Disk { action, path: path.to_path_buf(), source }
    }
}

fn disk(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> SweepError {
    let path = path.to_path_buf();
    move |source| SweepError::disk(action, &path, source)
}

/// A scenario of a sweep.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Source {
    /// File, relative to the plan.
    pub file: String,
    /// Hash of the resolved scenario with the settings of the plan.
    pub hash: String,
}

/// One of several parts of a sweep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shard {
    /// Number from 1.
    pub number: u32,
    /// Parts.
    pub of: u32,
}

impl Shard {
    /// Folder of the part in the folder of the sweep.
    pub fn folder(self) -> String {
        format!("shard-{}-of-{}", self.number, self.of)
    }
}

/// What determines a sweep: everything that is needed to tell its runs apart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Spec {
    /// Version of the numbers.
    pub results_version: u32,
    /// The plan.
    pub plan: Plan,
    /// Its scenarios.
    pub scenarios: Vec<Source>,
    /// Seed from which those of the replicates derive.
    pub master_seed: u64,
    /// Last tick.
    pub ticks: u32,
    /// Indicators that are kept.
    pub indicators: Vec<String>,
}

/// `plan.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Document {
    program: String,
    format: u32,
    version: String,
    identity: String,
    plan_file: PathBuf,
    shard: Option<Shard>,
    spec: Spec,
}

/// A run of a sweep.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// Number from 1.
    pub number: usize,
    /// Point from 1.
    pub point: usize,
    /// Replicate from 1.
    pub replicate: u32,
    /// Seed.
    pub seed: u64,
    /// Value of each factor.
    pub values: Vec<Json>,
}

/// A sweep with its points.
#[derive(Debug, Clone)]
pub struct Sweep {
    /// What determines it.
    pub spec: Spec,
    /// File of the plan.
    pub plan_file: PathBuf,
    /// The part of it that is meant; none for all.
    pub shard: Option<Shard>,
    points: Points,
}

impl Sweep {
    /// The sweep of a plan.
    pub fn new(loaded: &LoadedPlan, shard: Option<Shard>) -> Self {
        let plan = &loaded.plan;
        let sources = plan.scenarios().into_iter().zip(&loaded.scenarios);
        let first = &loaded.scenarios[0].scenario;
        let spec = Spec {
            results_version: RESULTS_VERSION,
            plan: plan.clone(),
            scenarios: sources.map(|(file, loaded)| Source { file, hash: loaded.hash.clone() }).collect(),
            master_seed: plan.seed.unwrap_or(first.seed),
            ticks: first.time.ticks,
            indicators: plan.indicators().into_iter().map(String::from).collect(),
        };
        let plan_file = loaded.path.canonicalize().unwrap_or_else(|_| loaded.path.clone());
        Self::of(spec, plan_file, shard)
    }

    fn of(spec: Spec, plan_file: PathBuf, shard: Option<Shard>) -> Self {
        let points = points(&spec.plan.design, &spec.plan.factor);
        Self { spec, plan_file, shard, points }
    }

    /// The sweep that a folder holds; none if it holds none of ours.
    ///
    /// # Errors
    /// When `plan.json` cannot be read or was changed.
    pub fn read(folder: &Path) -> Result<Option<Self>, SweepError> {
        let path = folder.join(PLAN_NAME);
        let text = match fs::read(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(disk("read", &path)(error)),
            Ok(text) => text,
        };
        let document = serde_json::from_slice::<Document>(&text).ok().filter(|document| document.program == PROGRAM);
        let Some(document) = document else {
            return Err(SweepError::Refused(format!("{} is not the plan of a sweep", path.display())));
        };
        if identity(&document.spec) != document.identity {
            return Err(SweepError::Refused(format!("{} was changed by hand or damaged", path.display())));
        }
        Ok(Some(Self::of(document.spec, document.plan_file, document.shard)))
    }

    /// All parts of this sweep together.
    pub fn whole(&self) -> Self {
        Self { shard: None, ..self.clone() }
    }

    /// Hash of all that determines the sweep.
    pub fn identity(&self) -> String {
        identity(&self.spec)
    }

    /// Runs of the whole sweep.
    pub fn len(&self) -> usize {
        self.points.len() * self.spec.plan.replicates as usize
    }

    /// Whether there is nothing to run.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Points of the design.
    pub fn points(&self) -> &Points {
        &self.points
    }

    /// The run in place `at` of the design.
    pub fn run(&self, at: usize) -> Run {
        let replicates = self.spec.plan.replicates as usize;
        let (point, replicate) = (at / replicates, (at % replicates) as u32 + 1);
        let places = self.points.get(point);
        let values = self.spec.plan.factor.iter().zip(places).map(|(factor, place)| factor.at(*place)).collect();
        let own = if self.spec.plan.common_seeds { replicate } else { at as u32 + 1 };
        let seed = replicate_seed(self.spec.master_seed, own);
        Run { number: at + 1, point: point + 1, replicate, seed, values }
    }

    /// Whether the run in this place belongs to the shard that is meant.
    fn is_ours(&self, at: usize) -> bool {
        self.shard.is_none_or(|shard| at % shard.of as usize == shard.number as usize - 1)
    }

    /// Runs of this part.
    pub fn own(&self) -> usize {
        (0..self.len()).filter(|at| self.is_ours(*at)).count()
    }

    /// Which scenario a run is of.
    fn scenario_of(&self, run: &Run) -> usize {
        let factors = &self.spec.plan.factor;
        let file = factors.iter().zip(&run.values).find(|(factor, _)| factor.scenario.is_some());
        let named =
            file.and_then(|(_, file)| self.spec.scenarios.iter().position(|s| Some(s.file.as_str()) == file.as_str()));
        named.unwrap_or(0)
    }

    /// Everything that the factors set in a run.
    fn assignments<'a>(&'a self, run: &'a Run) -> Vec<(&'a str, &'a Json)> {
        let mut set = Vec::new();
        for (factor, value) in self.spec.plan.factor.iter().zip(&run.values) {
            set.extend(factor.key.as_deref().map(|key| (key, value)));
            let option = value.as_str().and_then(|name| factor.option.get(name));
            set.extend(option.into_iter().flatten().map(|(key, value)| (key.as_str(), value)));
        }
        set
    }

    /// Identity of a run: the version of the numbers, its scenario with all data, what is set in it, its
    /// seed, and what is kept of it. Its place in the design is not in it.
    pub fn id(&self, run: &Run) -> String {
        let set = self.assignments(run);
        let spec = &self.spec;
        let (hash, every) = (&spec.scenarios[self.scenario_of(run)].hash, spec.plan.output.every);
        let text = serde_json::json!([PROGRAM, spec.results_version, hash, set, run.seed, spec.indicators, every]);
        blake3::hash(text.to_string().as_bytes()).to_hex()[..32].to_string()
    }

    pub(super) fn is_kept(&self, tick: u32) -> bool {
        tick.is_multiple_of(self.spec.plan.output.every) || tick == self.spec.ticks
    }

    /// The scenario of a run.
    pub(super) fn load(&self, run: &Run) -> Result<Loaded, String> {
        self.load_point(run).map(|loaded| loaded.with_seed(run.seed))
    }

    /// The scenario of all runs of a point, but for their seeds.
    pub(super) fn load_point(&self, run: &Run) -> Result<Loaded, String> {
        let file = beside(&self.plan_file, &self.spec.scenarios[self.scenario_of(run)].file);
        let mut settings = self.spec.plan.settings();
        settings.extend(self.assignments(run).into_iter().filter_map(|(key, value)| setting("factor", key, value)));
        scenario::load(&file, &settings).map_err(|error| super::first_problem(&error))
    }

    /// One run of the sweep, as it would be done alone.
    fn carry_out(&self, run: &Run, scenarios: &Scenarios<'_>, means: Means<'_>) -> Result<Option<Record>, SweepError> {
        let began = Instant::now();
        let (scenario, ended) = match scenarios.of_run(run)? {
            Ok(loaded) => {
                let wanted = |tick| self.is_kept(tick);
                (loaded.hash.clone(), one::observe(&loaded, &self.spec.indicators, &wanted, means))
            }
            Err(problem) => (String::new(), Ended::Failed(problem)),
        };
        let header = |failure| Header { id: self.id(run), scenario, failure, seconds: began.elapsed().as_secs_f64() };
        Ok(match ended {
            Ended::Finished(rows) => Some(Record { header: header(None), rows: csv(&rows) }),
            Ended::Failed(reason) => Some(Record { header: header(Some(reason)), rows: String::new() }),
            Ended::Stopped => None,
        })
    }
}

fn identity(spec: &Spec) -> String {
    let text = serde_json::to_string(spec).unwrap_or_default();
    blake3::hash(text.as_bytes()).to_hex().to_string()
}

/// The kept rows of a run as lines of CSV.
pub(super) fn csv(rows: &[Row]) -> String {
    let mut line = Vec::new();
    for row in rows {
        line.extend_from_slice(row.tick.to_string().as_bytes());
        for value in &row.values {
            line.push(b',');
            // What is not finite was refused when it was taken.
            let _ = push_cell(&mut line, &value.cell());
        }
        line.push(b'\n');
    }
    String::from_utf8_lossy(&line).into_owned()
}

/// The folder of a sweep, which this process alone may write to.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    _lock: Lock,
}

/// How far a sweep is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Count {
    /// Runs of the sweep, or of the part.
    pub runs: usize,
    /// Finished well.
    pub ok: usize,
    /// Failed.
    pub failed: usize,
}

/// What came of working on a sweep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Worked {
    /// How far the sweep is now.
    pub count: Count,
    /// Time in which records were read and written. Runs go on meanwhile.
    pub storing: Duration,
}

impl Count {
    /// Not finished.
    pub fn missing(&self) -> usize {
        self.runs - self.ok - self.failed
    }
}

impl Folder {
    /// Takes a folder for a sweep: a new one, one that holds the same sweep, or, if `extend`, one that
    /// holds another sweep, whose runs are kept as far as they are runs of this one.
    ///
    /// # Errors
    /// When it holds anything else, or another process has it.
    pub fn take(path: &Path, sweep: &Sweep, extend: bool) -> Result<Self, SweepError> {
        fs::create_dir_all(path).map_err(disk("create", path))?;
        let folder = Self { path: path.to_path_buf(), _lock: Lock::take(path)? };
        match Sweep::read(path)? {
            Some(held) if held.identity() == sweep.identity() && held.shard == sweep.shard => {}
            Some(held) if !extend || held.shard != sweep.shard => return Err(another(path, &held, sweep)),
            Some(_) => folder.write_plan(sweep)?,
            None => {
                folder.refuse_foreign()?;
                folder.write_plan(sweep)?;
            }
        }
        remove_partials(path)?;
        Ok(folder)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn refuse_foreign(&self) -> Result<(), SweepError> {
        let entries = fs::read_dir(&self.path).map_err(disk("read", &self.path))?;
        let names = entries.filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()));
        // Hidden files are ours: the lock, and what a killed process left. Parts and the logs of their jobs
        // lie in the folder of the whole.
        let mut found: Vec<String> = names
            .filter(|name| !name.starts_with('.') && !name.starts_with("shard-") && !name.starts_with("slurm-"))
            .collect();
        found.sort();
        found.truncate(5);
        if found.is_empty() {
            return Ok(());
        }
        Err(SweepError::Refused(format!(
            "{} holds files that are not part of a sweep ({}); choose another folder with --output",
            self.path.display(),
            found.join(", ")
        )))
    }

    /// The tables of another plan go before the new plan comes, so that they never belong to it.
    fn write_plan(&self, sweep: &Sweep) -> Result<(), SweepError> {
        self.remove_tables()?;
        let document = Document {
            program: PROGRAM.to_string(),
            format: 1,
            version: env!("CARGO_PKG_VERSION").to_string(),
            identity: sweep.identity(),
            plan_file: sweep.plan_file.clone(),
            shard: sweep.shard,
            spec: sweep.spec.clone(),
        };
        let text = serde_json::to_vec_pretty(&document).unwrap_or_default();
        let mut file = LooseFile::create(&self.path, PLAN_NAME)?;
        file.write(&text)?;
        file.write(b"\n")?;
        file.finish()?;
        Ok(())
    }

    /// Removes what derives from the records.
    pub(super) fn remove_tables(&self) -> Result<(), SweepError> {
        for name in DERIVED {
            let path = self.path.join(name);
            match fs::remove_file(&path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(disk("remove", &path)(error));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Does all runs that are not there yet; failed ones again only if `retry`. `observe` is told how many
    /// were there before, and how the count stands after each run.
    ///
    /// # Errors
    /// When a record cannot be written, or a file of the plan changed.
    pub fn work(
        &self,
        sweep: &Sweep,
        threads: usize,
        retry: bool,
        stop: &AtomicBool,
        mut observe: impl FnMut(Count),
    ) -> Result<Worked, SweepError> {
        let began = Instant::now();
        let (mut count, todo) = open_runs(sweep, &Index::read(&self.path)?, retry);
        let reading = began.elapsed();
        observe(count);
        if todo.is_empty() {
            return Ok(Worked { count, storing: reading });
        }
        self.remove_tables()?;
        let scenarios = Scenarios::of(sweep, threads)?;
        let mut writer = Writer::new(&self.path);
        let work = |job: usize, means: Means<'_>| sweep.carry_out(&sweep.run(todo[job].0 as usize), &scenarios, means);
        let outcome = parallel::each(todo.len(), threads, stop, work, |job, result| {
            if let Some(record) = result? {
                writer.append(&record)?;
                let alike = todo[job].1 as usize;
                if record.header.failure.is_some() {
                    count.failed += alike
                } else {
                    count.ok += alike
                }
                observe(count);
            }
            Ok::<(), SweepError>(())
        });
        writer.sync()?;
        outcome.map(|()| Worked { count, storing: reading + writer.spent() })
    }
}

/// How many runs are there, and the places of those that are not, each with the number of runs it
/// stands for: runs that are the same in everything are done once.
fn open_runs(sweep: &Sweep, index: &Index, retry: bool) -> (Count, Vec<(u32, u32)>) {
    let mut count = Count::default();
    let mut todo: Vec<(u32, u32)> = Vec::new();
    let mut known: BTreeMap<u128, u32> = BTreeMap::new();
    for at in (0..sweep.len()).filter(|at| sweep.is_ours(*at)) {
        count.runs += 1;
        let id = sweep.id(&sweep.run(at));
        match index.get(&id) {
            Some(entry) if !entry.failed => count.ok += 1,
            Some(_) if !retry => count.failed += 1,
            _ => match known.get(&key(&id)) {
                Some(place) => todo[*place as usize].1 += 1,
                None => {
                    known.insert(key(&id), todo.len() as u32);
                    todo.push((at as u32, 1));
                }
            },
        }
    }
    (count, todo)
}

/// How far the runs of a sweep are.
pub fn count(sweep: &Sweep, index: &Index) -> Count {
    open_runs(sweep, index, false).0
}

fn another(path: &Path, held: &Sweep, wanted: &Sweep) -> SweepError {
    let what = if held.shard != wanted.shard {
        "another part of a sweep".to_string()
    } else if held.spec.results_version != wanted.spec.results_version {
        format!("a sweep with results version {}, this is {}", held.spec.results_version, wanted.spec.results_version)
    } else if held.spec.plan != wanted.spec.plan {
        "a sweep with another plan".to_string()
    } else {
        "a sweep of scenarios that have changed since".to_string()
    };
    SweepError::Refused(format!(
        "{} holds {what}; choose another folder with --output, or take it over with --extend (runs that are the same \
         are kept, others are done)",
        path.display()
    ))
}
