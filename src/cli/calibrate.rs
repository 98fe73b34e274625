//! `tiexi calibrate`: which values of the free parameters fit what is known?

use std::path::{Path, PathBuf};

use super::failure::Failure;
use super::run::{counted, duration};
use super::sweep::{self, Options};
use super::table::{Column, figure, side_by_side};
use super::{Done, console};
use crate::experiment::calibration::course::Calibration;
use crate::experiment::calibration::findings::{ParameterFound, parameters, targets};
use crate::experiment::calibration::plan;
use crate::experiment::calibration::tables::{self, Desk};
use crate::experiment::probe;
use crate::experiment::store::Index;
use crate::experiment::sweep::{Folder, SweepError};
use std::time::{Duration, Instant};

/// Find the values of free parameters that fit what is known
///
/// A plan names free parameters with priors and targets with tolerances. Waves of runs explore the
/// parameters; emulators learn from them what the model would give anywhere; what is implausible is left
/// out (history matching), and the next wave explores the rest. In the end the posterior is drawn, and
/// some of it is run in the model once more, with other seeds, to see the fit. Interrupt it at any
/// moment: the same command goes on. Writes parameters.csv (what is known of each parameter now, and
/// which the targets do not identify), fit.csv (each target, met or missed), posterior.csv, waves.csv,
/// explored.csv and manifest.json; wave-1 and so on are sweeps with all their runs.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tiexi calibrate scenarios/plans/calibration.toml
  tiexi calibrate scenarios/plans/calibration.toml --dry-run
  tiexi calibrate plan.toml --output output/second-try

A plan:
  base = \"liaoning.toml\"                            # relative to the plan
  replicates = 4
  [exploration]
  waves = 2
  points = 60                                       # of each wave
  [[parameter]]
  key = \"research.arrival_rate\"
  prior = \"log_uniform\"                             # uniform, log_uniform, normal
  range = [0.1, 1.0]
  [target]
  csv = \"data/calibration_targets.csv\"              # or one by one:
  [target.margin]
  indicator = \"profit_margin\"                       # column of region.csv, mean of the year
  year = 2014
  value = 0.0505
  tolerance = 0.007

Exit code 3: some runs failed; runs.csv of the waves lists them.")]
pub(super) struct Arguments {
    /// Plan file
    #[arg(value_name = "PLAN.toml")]
    plan: PathBuf,

    /// Folder of the results [default: output/<name of the plan>]
    #[arg(long, short, value_name = "DIR")]
    output: Option<PathBuf>,

    /// Say how many runs it needs and how long they take, and run nothing
    #[arg(long)]
    dry_run: bool,

    #[command(flatten)]
    options: Options,
}

/// Calibrates, or says what it would take.
pub(super) fn execute(arguments: &Arguments) -> Done {
    let signals = sweep::listen()?;
    let loaded =
        plan::load(&arguments.plan).map_err(|error| Failure::refused_in_full(error.render(console::colour())))?;
    let mut calibration = Calibration::new(loaded);
    let threads = arguments.options.threads();
    if arguments.dry_run {
        let seconds = match calibration.next_step() {
            Some(step) => probe::first_run(&step.sweep, signals.stop())?.seconds,
            None => 0.0,
        };
        return console::emit(&outlook(&calibration, seconds, threads));
    }
    let began = Instant::now();
    let folder = folder(arguments);
    let _desk = Desk::take(&folder, &calibration)?;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(|error| Failure::stopped(format!("cannot start the threads: {error}")))?;
    let mut failed = 0;
    while let Some(step) = calibration.next_step() {
        let place = folder.join(&step.name);
        let taken = Folder::take(&place, &step.sweep, false)?;
        let again = format!("tiexi calibrate {}", arguments.plan.display());
        let worked = sweep::work(&taken, &step.sweep, &arguments.options, &signals, &again)?;
        failed += worked.count.failed;
        let index = Index::read(&place).map_err(SweepError::from)?;
        sweep::write_tables(&taken, &step.sweep, &index)?;
        pool.install(|| calibration.take(&step, &index))?;
    }
    tables::write(&folder, &calibration)?;
    if !arguments.options.is_quiet() {
        console::emit(&text(&calibration, &folder, began.elapsed()))?;
    }
    if failed == 0 {
        return Ok(());
    }
    let runs = counted(failed, "run");
    Err(Failure::some_failed(format!("{runs} failed and taught nothing; runs.csv of the waves lists them")))
}

/// Where the results go.
fn folder(arguments: &Arguments) -> PathBuf {
    let stem = arguments.plan.file_stem().map_or_else(|| "calibration".into(), |stem| stem.to_os_string());
    arguments.output.clone().unwrap_or_else(|| Path::new("output").join(stem))
}

fn outlook(calibration: &Calibration, seconds: f64, threads: usize) -> String {
    let plan = &calibration.plan;
    let (waves, points, replicates) = (plan.exploration.waves, plan.exploration.points, plan.replicates);
    let runs = (waves * points + plan.posterior.confirmed) * replicates;
    let time = Duration::from_secs_f64(seconds * f64::from(runs) / threads.max(1) as f64);
    format!(
        "parameters  {}\ntargets     {}\nwaves       {waves} of {points} points\nreplicates  {replicates}\n\
         runs        {runs}\ntime        about {} on {} ({seconds:.3} s a run), and the emulators\n",
        plan.parameter.len(),
        plan.target.len(),
        duration(time),
        counted(threads, "thread"),
    )
}

/// What was found, for people.
fn text(calibration: &Calibration, folder: &Path, took: Duration) -> String {
    let mut text = waves_text(calibration);
    text += &format!("\n{}\n{}", parameters_text(&parameters(calibration)), fit_text(calibration));
    let place = folder.display();
    text + &format!("\nPosterior in {place}/posterior.csv, all figures beside it, {}\n", duration(took))
}

fn waves_text(calibration: &Calibration) -> String {
    let mut text = String::new();
    for wave in &calibration.waves {
        let (ok, runs) = wave.runs;
        text += &format!("wave {}: {ok} of {runs} runs, {:.3} % of the prior is left", wave.number, 100.0 * wave.share);
        if wave.level > calibration.plan.exploration.cutoff {
            text += &format!(
                "\n  no point meets all targets: the best misses one by {:.1} standard deviations, and what follows \
                 lies around it",
                wave.level
            );
        }
        text.push('\n');
    }
    text
}

fn parameters_text(found: &[ParameterFound]) -> String {
    let figures = |of: fn(&ParameterFound) -> f64| found.iter().map(move |one| figure(of(one)));
    let with = |one: &ParameterFound| match &one.partner {
        Some((partner, how)) if one.verdict() == "with partner only" => format!("only with {partner} ({how:+.2})"),
        _ => one.verdict().to_string(),
    };
    side_by_side(&[
        Column::words("parameter", found.iter().map(|one| one.key.clone())),
        Column::figures("5 %", figures(|one| one.quantiles[0])),
        Column::figures("median", figures(|one| one.quantiles[1])),
        Column::figures("95 %", figures(|one| one.quantiles[2])),
        Column::figures("of prior", found.iter().map(|one| format!("{:.0} %", 100.0 * one.width))),
        Column::words("", found.iter().map(with)),
    ])
}

fn fit_text(calibration: &Calibration) -> String {
    let found = targets(calibration);
    side_by_side(&[
        Column::words("target", found.iter().map(|one| one.name.clone())),
        Column::figures("known", found.iter().map(|one| figure(one.value))),
        Column::figures("+-", found.iter().map(|one| figure(one.tolerance))),
        Column::figures("model", found.iter().map(|one| figure(one.mean))),
        Column::words(
            "5 % to 95 %",
            found.iter().map(|one| format!("{} .. {}", figure(one.spread[0]), figure(one.spread[1]))),
        ),
        Column::words("", found.iter().map(|one| one.verdict().to_string())),
    ])
}
