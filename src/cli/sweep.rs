//! `tiexi sweep`: many runs by plan.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use super::failure::{Failure, chain};
use super::progress::{Progress, Style};
use super::report::renewing;
use super::run::{counted, duration, size};
use super::signals::Signals;
use super::slurm::{self, SlurmArguments};
use super::{Done, console, glue};
use crate::experiment::probe;
use crate::experiment::store::Index;
use crate::experiment::sweep::{self, Count, Folder, Shard, Sweep, SweepError};
use crate::experiment::tables;
use crate::experiment::verify::tables_are_sound;
use crate::output::host;

/// Run a plan: many points, many replicates, taken up again at any moment
///
/// The plan names a base scenario, what varies (any key, or whole scenarios), a design, replicates,
/// and what to keep. Every finished run is on disk at once: after Ctrl-C, a kill or a power cut, the
/// same command or `tiexi resume` does the rest, repeats nothing, and ends with the same bytes. The
/// folder gets runs.csv (a row per run: point, replicate, seed, factors, status), series.csv (a row per
/// run and kept tick), both also as Parquet, timing.csv and manifest.json.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tiexi sweep plan.toml --dry-run                   how many runs, how long, how much disk?
  tiexi sweep plan.toml                             results go to output/plan
  tiexi sweep plan.toml --shard 3/8                 the third of eight parts, for another machine
  tiexi resume output/plan                          go on after an interruption
  tiexi sweep plan.toml --slurm --print             the job array of a Slurm cluster; without --print
                                                    it is submitted, see --profile below

A plan:
  base = \"liaoning.toml\"                            # relative to the plan
  replicates = 20
  [set]                                             # holds in every run
  time.ticks = 40
  [design]
  kind = \"grid\"                                     # list, latin_hypercube, sobol, saltelli, morris
  [[factor]]
  key = \"finance.debt_limit\"                        # or scenario = [\"base.toml\", \"grant.toml\"]
  values = [1.5, 2.0, 3.0]                          # or range = [1.0, 4.0], scale = \"log\"
  [output]
  indicators = [\"value_added\", \"high_end_share\"]    # default: all of region.csv
  every = 4                                         # ticks

A profile of a cluster (every key may be left out):
  parts = 32                # tasks of the array
  at_once = 8               # of which so many at the same time
  partition = \"short\"
  account = \"my-project\"
  time = \"02:00:00\"
  cpus = 4                  # cores of a task
  memory = \"4G\"
  requeue = true            # start again when a node fails
  options = [\"--qos=low\"]   # anything else for sbatch

Replicate 7 has the same seed at every point. A task of a cluster that is killed or starts again goes
on where it was; `tiexi status` counts what is done, `tiexi merge` puts the parts together, byte for
byte as if one process had done all. Exit code 3: some runs failed; runs.csv lists them.")]
pub(super) struct Arguments {
    /// Plan file
    #[arg(value_name = "PLAN.toml")]
    plan: PathBuf,

    /// Folder of the results [default: output/<name of the plan>]
    #[arg(long, short, value_name = "DIR")]
    output: Option<PathBuf>,

    /// Do only part I of N, in a folder of its own below DIR; `tiexi merge` puts them together
    #[arg(long, value_name = "I/N", value_parser = shard)]
    shard: Option<Shard>,

    /// Say how large the sweep is, how long it takes and how much disk, and run nothing
    #[arg(long)]
    dry_run: bool,

    /// Take over the folder of another plan: runs that are the same are kept, others are done
    #[arg(long)]
    extend: bool,

    #[command(flatten)]
    options: Options,

    #[command(flatten)]
    slurm: SlurmArguments,
}

/// How to go about it, the same for `sweep` and `resume`.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Do failed runs again, and only them if all others are done
    #[arg(long, alias = "failed")]
    retry_failed: bool,

    /// Threads to use; they change the speed, never the results [default: those that Slurm grants, or all cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,

    /// Say nothing unless something is wrong
    #[arg(long, short)]
    quiet: bool,
}

impl Options {
    /// As asked for, as the batch system grants, or as the machine has.
    pub(super) fn threads(&self) -> usize {
        self.threads.map_or_else(host::granted_cores, usize::from)
    }

    /// Whether nothing is to be said.
    pub(super) fn is_quiet(&self) -> bool {
        self.quiet
    }
}

fn shard(text: &str) -> Result<Shard, String> {
    let parts = text.split_once('/').and_then(|(number, of)| Some((number.parse().ok()?, of.parse().ok()?)));
    match parts {
        Some((number, of)) if 1 <= number && number <= of && of <= 100_000 => Ok(Shard { number, of }),
        _ => Err("write I/N with I from 1 to N, such as 3/8".to_string()),
    }
}

impl From<SweepError> for Failure {
    fn from(error: SweepError) -> Self {
        match error {
            SweepError::Refused(message) => Failure::refused(message),
            SweepError::Output(error) => error.into(),
            SweepError::Disk { .. } => Failure::stopped(chain(&error)),
            SweepError::Store(error) => Failure::stopped(format!(
                "{}; what finished before is safe, and `tiexi resume` goes on from there",
                chain(&error)
            )),
        }
    }
}

impl Arguments {
    /// Whether there will be no whole result.
    pub(super) fn is_partial(&self) -> bool {
        self.dry_run || self.shard.is_some() || self.slurm.is_meant()
    }

    /// Whether nothing is to be said.
    pub(super) fn is_quiet(&self) -> bool {
        self.options.quiet
    }

    /// The plan file.
    pub(super) fn plan(&self) -> &Path {
        &self.plan
    }

    /// Where the results go.
    pub(super) fn folder(&self) -> PathBuf {
        let stem = self.plan.file_stem().map_or_else(|| "sweep".into(), |stem| stem.to_os_string());
        let folder = self.output.clone().unwrap_or_else(|| Path::new("output").join(stem));
        match self.shard {
            Some(shard) => folder.join(shard.folder()),
            None => folder,
        }
    }
}

/// Reads a plan; nothing runs if anything is wrong with it.
fn load(path: &Path, shard: Option<Shard>) -> Result<Sweep, Failure> {
    Ok(Sweep::new(&glue::plan(path)?, shard))
}

/// Does the sweep, or says what it would be.
pub(super) fn execute(arguments: &Arguments) -> Done {
    if arguments.slurm.is_meant() {
        return slurm::execute(&arguments.slurm, &arguments.plan, &arguments.folder());
    }
    let signals = listen()?;
    let sweep = load(&arguments.plan, arguments.shard)?;
    if arguments.dry_run {
        return console::emit(&outlook(&sweep, arguments.options.threads(), signals.stop())?);
    }
    let folder = Folder::take(&arguments.folder(), &sweep, arguments.extend)?;
    carry_out(&folder, &sweep, &arguments.options, &signals)
}

pub(super) fn listen() -> Result<Signals, Failure> {
    Signals::listen().map_err(|error| Failure::stopped(format!("cannot listen for signals: {error}")))
}

/// Goes on with a sweep from its folder.
pub(super) fn go_on(path: &Path, plan_file: Option<&Path>, options: &Options) -> Done {
    let signals = listen()?;
    let held = Sweep::read(path)?;
    let held = held.ok_or_else(|| Failure::from(crate::experiment::merge::no_sweep(path)))?;
    let plan_file = plan_file.unwrap_or(&held.plan_file);
    if !plan_file.is_file() {
        let place = plan_file.display();
        return Err(Failure::refused(format!(
            "the plan of this sweep, {place}, is not there; --plan says where it is now"
        )));
    }
    let sweep = load(plan_file, held.shard)?;
    let folder = Folder::take(path, &sweep, false)?;
    carry_out(&folder, &sweep, options, &signals)
}

/// Does what is missing, and makes the tables when all is there.
fn carry_out(folder: &Folder, sweep: &Sweep, options: &Options, signals: &Signals) -> Done {
    let began = Instant::now();
    let worked = work(folder, sweep, options, signals, &format!("tiexi resume {}", folder.path().display()))?;
    finish(folder, sweep, options, &worked, began)
}

/// How far a sweep came.
pub(super) struct Worked {
    /// Runs by now.
    pub count: Count,
    /// Runs that were done only now.
    pub new: usize,
    /// Time that records took.
    pub storing: Duration,
}

/// Does what is missing, and shows how it goes; `again` is the command that goes on after an interruption.
pub(super) fn work(
    folder: &Folder,
    sweep: &Sweep,
    options: &Options,
    signals: &Signals,
    again: &str,
) -> Result<Worked, Failure> {
    let mut before: Option<Count> = None;
    let mut progress: Option<Progress> = None;
    let style = Style::choose(options.quiet);
    let result = folder.work(sweep, options.threads(), options.retry_failed, signals.stop(), |count| {
        let start = *before.get_or_insert(count);
        if start.missing() + start.failed == 0 {
            return;
        }
        let bar = progress.get_or_insert_with(|| Progress::of_runs(style, &title(folder, sweep, start)));
        bar.fail(count.failed);
        let done = |count: Count| (count.ok + count.failed) as u64;
        if done(count) > done(start) {
            bar.reach(done(count) - done(start), start.missing() as u64);
        }
    });
    if let Some(progress) = progress {
        progress.end();
    }
    let sweep::Worked { count, storing } = result?;
    if let Some(signal) = signals.received().filter(|_| count.missing() > 0) {
        let (name, finished) = (signal.name(), count.ok + count.failed);
        let runs = counted(count.runs, "run");
        let message = format!("interrupted by {name}; {finished} of {runs} are safe, `{again}` does the rest");
        return Err(Failure::interrupted(signal, message));
    }
    let new = before.map_or(0, |before| count.ok + count.failed - before.ok - before.failed);
    Ok(Worked { count, new, storing })
}

/// Makes the tables, unless they are there as written.
pub(super) fn write_tables(folder: &Folder, sweep: &Sweep, index: &Index) -> Done {
    if !tables_are_sound(folder.path()) {
        renewing(folder.path(), "manifest.json", || tables::write(folder, sweep, index))?;
    }
    Ok(())
}

/// Tables, a word for people, and the failures.
fn finish(folder: &Folder, sweep: &Sweep, options: &Options, worked: &Worked, began: Instant) -> Done {
    let Worked { count, new, storing } = *worked;
    let path = folder.path().display();
    let runs_done = Instant::now();
    let index = Index::read(folder.path()).map_err(SweepError::from)?;
    let what = if sweep.shard.is_some() {
        format!("Part finished in {path}: {}; `tiexi merge` puts the parts together", counted(count.runs, "run"))
    } else {
        write_tables(folder, sweep, &index)?;
        format!("Results in {path}: {}", counted(count.runs, "run"))
    };
    let known = count.runs - new.min(count.runs);
    let before = if known > 0 { format!(", {known} of them there before") } else { String::new() };
    if !options.quiet {
        let (took, storing) = (began.elapsed(), storing + runs_done.elapsed());
        let share = if new > 0 { format!(", storage {:.1} % of it", percent(storing, took)) } else { String::new() };
        console::emit(&format!("{what}{before}, {}{share}\n", duration(took)))?;
    }
    let failures = tables::failures(sweep, &index)?;
    if failures.is_empty() {
        return Ok(());
    }
    let mut text = format!("{} of {} failed:", count.failed, counted(count.runs, "run"));
    for failure in failures.iter().take(10) {
        let (run, seed, reason) = (failure.run, failure.seed, &failure.reason);
        text += &format!("\n  run {run} (point {}, seed {seed}): {reason}", failure.point);
    }
    Err(Failure::some_failed(format!(
        "{text}\n`tiexi status {path}` lists all, `tiexi resume {path} --retry-failed` does them again"
    )))
}

/// Share of a time in another, in percent.
fn percent(part: Duration, whole: Duration) -> f64 {
    100.0 * part.as_secs_f64() / whole.as_secs_f64().max(1e-9)
}

fn title(folder: &Folder, sweep: &Sweep, start: Count) -> String {
    let points = counted(sweep.points().len(), "point");
    let replicates = counted(sweep.spec.plan.replicates as usize, "replicate");
    // A part lies in a folder that only says which one it is.
    let place = if sweep.shard.is_some() { &sweep.plan_file } else { folder.path() };
    let name = place.file_stem().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let part = sweep.shard.map_or_else(String::new, |shard| format!(", part {} of {}", shard.number, shard.of));
    let done = if start.ok > 0 { format!(", {} there already", start.ok) } else { String::new() };
    format!(
        "{}: {points}, {replicates}{part}, {}{done}",
        name.replace(char::is_control, " "),
        counted(start.runs, "run")
    )
}

/// Size, time and disk of a sweep, by trying its first run.
fn outlook(sweep: &Sweep, threads: usize, stop: &AtomicBool) -> Result<String, Failure> {
    let probe = probe::first_run(sweep, stop)?;
    let (own, points) = (sweep.own(), sweep.points().len());
    let at_once = threads.min(own).max(1);
    let seconds = probe.seconds * own as f64 / at_once as f64;
    // The records and the tables made from them.
    let bytes = 2 * probe.bytes * own as u64;
    let mut text = format!(
        "points      {points}\nreplicates  {}\nruns        {own}\nindicators  {}, {} each\n",
        sweep.spec.plan.replicates,
        sweep.spec.indicators.len(),
        counted(probe.rows, "row")
    );
    for factor in &sweep.spec.plan.factor {
        text += &format!("factor      {}\n", factor.column().replace(char::is_control, " "));
    }
    text += &format!(
        "time        about {} on {} ({:.3} s a run)\ndisk        about {}\n",
        duration(Duration::from_secs_f64(seconds)),
        counted(at_once, "thread"),
        probe.seconds,
        size(bytes)
    );
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_written_as_fractions() {
        assert_eq!(shard("3/8"), Ok(Shard { number: 3, of: 8 }));
        for wrong in ["0/8", "9/8", "3", "3/", "a/b", "3/8/2", "-1/2"] {
            assert!(shard(wrong).is_err(), "{wrong}");
        }
    }
}
