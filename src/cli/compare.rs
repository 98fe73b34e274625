//! `tiexi compare`: scenarios side by side on common random numbers.

use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime};

use serde_json::json;

use super::failure::Failure;
use super::progress::{Progress, Style};
use super::run::{counted, duration};
use super::scenario_arguments::ChangeArguments;
use super::session::stopped;
use super::signals::Signals;
use super::table::{Column, figure, side_by_side};
use super::{Done, console, glue};
use crate::experiment::compare::{Arm, COMPARISON, Comparison, Design, Line, RUNS};
use crate::output::{CsvSink, Folder, Manifest, Outcome, RESULTS_VERSION, ScenarioSource, host};
use crate::report::DIFFERENCES;
use crate::scenario::{Loaded, Override};

/// Compare scenarios, replicate by replicate with the same seeds
///
/// Runs every scenario with each of N seeds, which depend on the seed of the first scenario and the
/// number of the replicate alone. Because all scenarios meet the same luck, most of it cancels in the
/// difference, and before a policy starts there is none. For every indicator and the end of every
/// year, comparison.csv gives the means, the mean difference to the first scenario with its 95 %
/// confidence interval, the effect size, the share of seeds that agree on the sign, and how many seeds
/// it would take where the interval is wider than the effect.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tiexi compare scenarios/liaoning.toml scenarios/policy-example.toml
  tiexi compare base.toml grant.toml subsidy.toml --replicates 50 --output output/grant-or-subsidy
  tiexi compare base.toml grant.toml --scale 0.25 --ticks 40 --set finance.debt_limit=2.0

Values are those of the last tick of a year. --set, --ticks and --scale hold for all scenarios.
How many replicates: the table says where the interval is too wide. Exit code 3: some runs failed.")]
pub(super) struct Arguments {
    /// Scenario files; the first is what the others are compared with
    #[arg(value_name = "SCENARIO.toml", num_args = 2.., required = true)]
    scenarios: Vec<PathBuf>,

    /// Seeds to run each scenario with
    #[arg(long, short = 'n', value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(2..=1_000_000))]
    replicates: u32,

    #[command(flatten)]
    changes: ChangeArguments,

    /// Threads to use; they change the speed, never the results [default: all cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,

    /// Folder of the results [default: output/<names of the scenario files>]
    #[arg(long, short, value_name = "DIR")]
    output: Option<PathBuf>,

    /// Replace a result that is in the folder, with its report.html; other files are never touched
    #[arg(long)]
    force: bool,

    /// Say nothing unless something is wrong
    #[arg(long, short)]
    quiet: bool,
}

impl Arguments {
    fn threads(&self) -> usize {
        self.threads.map_or_else(host::granted_cores, usize::from)
    }

    fn folder(&self) -> PathBuf {
        let standard = || Path::new("output").join(self.names().join("-vs-"));
        self.output.clone().unwrap_or_else(standard)
    }

    /// Names of the scenarios: their file names, numbered where two are the same.
    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for path in &self.scenarios {
            let stem = path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
            let same = |name: &String| name == &stem || name.starts_with(&format!("{stem}#"));
            let before = names.iter().filter(|name| same(name)).count();
            names.push(if before == 0 { stem } else { format!("{stem}#{}", before + 1) });
        }
        names
    }

    fn arms(&self) -> Vec<Arm> {
        let settings = self.changes.settings();
        let changes: Vec<Override> =
            settings.into_iter().map(|setting| Override::labelled(setting.option, setting.text)).collect();
        let arm = |(name, path): (String, &PathBuf)| Arm { name, path: path.clone(), changes: changes.clone() };
        self.names().into_iter().zip(&self.scenarios).map(arm).collect()
    }
}

/// Runs the comparison and says what came of it.
pub(super) fn execute(arguments: &Arguments) -> Done {
    let (started, began) = (SystemTime::now(), Instant::now());
    let signals = Signals::listen().map_err(|error| Failure::stopped(format!("cannot listen for signals: {error}")))?;
    let arms = arguments.arms();
    let loaded = arms.iter().map(|arm| glue::load(&arm.path, &arguments.changes.settings()));
    let loaded = loaded.collect::<Result<Vec<Loaded>, Failure>>()?;
    loaded.iter().try_for_each(|loaded| glue::path_conditions(loaded).map(|_| ()))?;
    let design = design(arguments, arms, &loaded)?;
    let folder_path = arguments.folder();
    let mut manifest = manifest(arguments, &design, &loaded, started);
    let files = [&COMPARISON, &RUNS].map(|table| format!("{}.csv", table.name));
    let folder = Folder::prepare(&folder_path, &manifest.identity, &files, arguments.force)?;
    if folder.outcome() == Outcome::IdenticalExists {
        return said(arguments, &format!("{} holds this very comparison already\n", folder_path.display()));
    }
    let comparison = run(arguments, &design, &signals)?;
    let lines = comparison.lines();
    let mut sink = CsvSink::create(folder.path(), &[&COMPARISON, &RUNS])?;
    comparison.write(&lines, &mut sink).map_err(|error| stopped(&error))?;
    manifest.wall_seconds.insert("total".to_string(), began.elapsed().as_secs_f64());
    folder.publish(sink.seal()?, &manifest)?;
    let took = duration(began.elapsed());
    let runs = counted(design.runs(), "run");
    said(
        arguments,
        &format!("{}Results in {}: {runs} in {took}\n", table(&comparison, &lines), folder_path.display()),
    )?;
    failures(&comparison, &design)
}

fn said(arguments: &Arguments, text: &str) -> Done {
    if arguments.quiet { Ok(()) } else { console::emit(text) }
}

/// The design, if the scenarios can be compared at all.
fn design(arguments: &Arguments, arms: Vec<Arm>, loaded: &[Loaded]) -> Result<Design, Failure> {
    let time = &loaded[0].scenario.time;
    for (arm, other) in arms.iter().zip(loaded) {
        let other = &other.scenario.time;
        if (other.ticks, other.ticks_per_year, other.start_year) != (time.ticks, time.ticks_per_year, time.start_year) {
            return Err(Failure::refused(format!(
                "{} runs {} ticks from {} on and {} runs {} from {} on; scenarios are compared year by year and \
                 need the same [time] (--ticks N sets the ticks of all)",
                arms[0].name, time.ticks, time.start_year, arm.name, other.ticks, other.start_year
            )));
        }
    }
    Ok(Design {
        arms,
        replicates: arguments.replicates,
        master_seed: loaded[0].scenario.seed,
        ticks: time.ticks,
        ticks_per_year: time.ticks_per_year,
    })
}

fn manifest(arguments: &Arguments, design: &Design, loaded: &[Loaded], started: SystemTime) -> Manifest {
    let hashes: Vec<&str> = loaded.iter().map(|loaded| loaded.hash.as_str()).collect();
    let identity = format!("comparison {RESULTS_VERSION} {} {:?} {hashes:?}", design.replicates, arguments.names());
    let arms = design.arms.iter().zip(loaded).map(|(arm, loaded)| {
        json!({"name": arm.name, "path": arm.path.display().to_string(), "hash": loaded.hash, "scenario": loaded.resolved_json()})
    });
    Manifest {
        identity: blake3::hash(identity.as_bytes()).to_hex().to_string(),
        results_version: RESULTS_VERSION,
        scenario: ScenarioSource {
            path: design.arms[0].path.display().to_string(),
            title: loaded[0].scenario.title.clone(),
            hash: loaded[0].hash.clone(),
        },
        seed: design.master_seed,
        command_line: std::env::args_os().map(|argument| argument.to_string_lossy().into_owned()).collect(),
        started: host::timestamp(started),
        wall_seconds: Default::default(),
        threads: arguments.threads(),
        path_conditions: Vec::new(),
        resolved_scenario: json!({"comparison": arms.collect::<Vec<_>>(), "replicates": design.replicates}),
    }
}

fn run(arguments: &Arguments, design: &Design, signals: &Signals) -> Result<Comparison, Failure> {
    let names = arguments.names().join(" and ").replace(char::is_control, " ");
    let title =
        format!("{names}: {} with {} each", counted(design.runs(), "run"), counted(design.replicates as usize, "seed"));
    let mut progress = Progress::of_runs(Style::choose(arguments.quiet), &title);
    let total = design.runs() as u64;
    let comparison = design.run(arguments.threads(), signals.stop(), |done, failed| {
        progress.fail(failed);
        progress.reach(done as u64, total);
    });
    progress.end();
    match signals.received() {
        Some(signal) => {
            let message = format!("interrupted by {}; nothing was written", signal.name());
            Err(Failure::interrupted(signal, message))
        }
        None => Ok(comparison),
    }
}

/// The headline indicators at the last year.
fn table(comparison: &Comparison, lines: &[Line]) -> String {
    let last = lines.last().map_or(0, |line| line.year);
    let is_shown = |line: &&Line| line.year == last && DIFFERENCES.contains(&line.indicator);
    let mut shown: Vec<&Line> = lines.iter().filter(is_shown).collect();
    shown.sort_by_key(|line| (line.arm, DIFFERENCES.iter().position(|name| *name == line.indicator)));
    if shown.is_empty() {
        return String::new();
    }
    let words =
        |header: &str, text: &dyn Fn(&Line) -> String| Column::words(header, shown.iter().map(|line| text(line)));
    let figures =
        |header: &str, text: &dyn Fn(&Line) -> String| Column::figures(header, shown.iter().map(|line| text(line)));
    side_by_side(&[
        words(&format!("at the end of {last}"), &|line| line.indicator.to_string()),
        words("scenario", &|line| comparison.name(line.arm).to_string()),
        figures("first", &|line| figure(line.paired.baseline)),
        figures("this", &|line| figure(line.paired.mean)),
        figures("difference", &|line| figure(line.paired.difference)),
        words("95 % interval", &|line| format!("{} .. {}", figure(line.paired.low), figure(line.paired.high))),
        figures("effect", &|line| format!("{:.2}", line.paired.effect_size)),
        figures("agree", &|line| format!("{:.0} %", 100.0 * line.paired.agreement)),
        words("", &|line| advice(line)),
    ]) + "\n"
}

/// What more seeds would do, where the interval is wider than the effect.
fn advice(line: &Line) -> String {
    match line.paired.needed {
        0 => String::new(),
        needed if needed > 10_000 => "no effect that 10,000 seeds would show".to_string(),
        needed => format!("too few seeds: {needed} would show it"),
    }
}

/// Lists what failed; the exit code says so.
fn failures(comparison: &Comparison, design: &Design) -> Done {
    let failures = comparison.failures();
    if failures.is_empty() {
        return Ok(());
    }
    let mut text = format!("{} of {} failed:", failures.len(), counted(design.runs(), "run"));
    for (name, replicate, seed, reason) in failures.iter().take(10) {
        text += &format!("\n  {name}, replicate {replicate}, seed {seed}: {reason}");
    }
    Err(Failure::some_failed(text + "\nall of them are listed in runs.csv"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Program {
        #[command(flatten)]
        compare: Arguments,
    }

    fn parse(arguments: &[&str]) -> Result<Arguments, clap::Error> {
        Program::try_parse_from(["program"].iter().chain(arguments)).map(|parsed| parsed.compare)
    }

    #[test]
    fn a_comparison_takes_two_scenarios_and_two_seeds_at_least() {
        assert!(parse(&["a.toml"]).is_err());
        assert!(parse(&["a.toml", "b.toml", "-n", "1"]).is_err());
        assert_eq!(parse(&["a.toml", "b.toml", "c.toml"]).expect("accepted").arms().len(), 3);
    }

    #[test]
    fn scenarios_of_one_name_are_told_apart() {
        let parsed = parse(&["x/a.toml", "y/a.toml", "b.toml"]).expect("accepted");
        assert_eq!(parsed.names(), ["a", "a#2", "b"]);
        assert_eq!(parsed.folder(), Path::new("output/a-vs-a#2-vs-b"));
    }
}
