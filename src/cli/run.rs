//! `tiexi run`: one scenario, one result.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use clap::ValueEnum;

use super::failure::Failure;
use super::progress::Style;
use super::scenario_arguments::{ScenarioArguments, Setting};
use super::session::{Ending, Session};
use super::signals::Signals;
use super::{Done, console, glue};
use crate::output::{Manifest, RESULTS_VERSION, ScenarioSource, host};
use crate::scenario::Loaded;
use crate::scenario::format::Scenario;

/// Run a scenario and write its results as CSV
///
/// The results go to one folder: time series of the region, its cells, sub-industries, cities and
/// clusters, the policies, the books, and a manifest that says how to repeat the run. The same
/// scenario and seed give the same bytes, whatever the number of threads. A folder that holds the
/// same result already is left alone; another result is never overwritten without --force.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tiexi run scenarios/liaoning.toml
  tiexi run scenarios/liaoning.toml --seed 2 --output output/liaoning-2
  tiexi run scenarios/teaching.toml --set research.arrival_rate=0.9 --output output/more-research
  tiexi run scenarios/teaching.toml --set 'time.ticks=40' --quiet
  tiexi run scenarios/liaoning.toml --scale 10 --panel firms --panel-every 4
  tiexi run scenarios/liaoning.toml --graph gexf --graph-ticks 0,40,84

What the columns mean: tiexi describe indicators")]
pub(super) struct Arguments {
    #[command(flatten)]
    scenario: ScenarioArguments,

    /// Threads to use; they change the speed, never the results [default: all cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,

    /// Folder of the results [default: output/<name of the scenario file>]
    #[arg(long, short, value_name = "DIR")]
    output: Option<PathBuf>,

    /// Also write micro data, a row per firm or link (short for --set output.panel=[...])
    #[arg(long, value_name = "KIND", value_enum, value_delimiter = ',')]
    panel: Vec<Panel>,

    /// Ticks between two waves of the micro data (short for --set output.panel_every=N)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    panel_every: Option<u32>,

    /// Also write the network of the region as graph files (short for --set output.graph=[...])
    #[arg(long, value_name = "FORMAT", value_enum, value_delimiter = ',')]
    graph: Vec<Graph>,

    /// Ticks of the graph files, opening and end if none is given (short for --set output.graph_ticks=[...])
    #[arg(long, value_name = "TICKS", value_delimiter = ',', allow_negative_numbers = true)]
    graph_ticks: Vec<u32>,

    /// Replace a result that is in the folder, with its report.html; other files are never touched
    #[arg(long)]
    force: bool,

    /// Say nothing unless something is wrong
    #[arg(long, short)]
    quiet: bool,
}

/// A kind of micro data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Panel {
    /// One row per firm: firms.csv
    Firms,
    /// One row per link: links.csv
    Links,
}

/// A format of graph files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Graph {
    /// GraphML, for igraph, networkx, Cytoscape, yEd: network-TICK.graphml
    #[value(name = "graphml")]
    GraphMl,
    /// GEXF 1.3, for Gephi: network-TICK.gexf
    Gexf,
}

impl Arguments {
    /// All changes of the scenario.
    fn settings(&self) -> Vec<Setting> {
        let mut settings = self.scenario.settings();
        if !self.panel.is_empty() {
            let name = |kind: &Panel| match kind {
                Panel::Firms => "\"firms\"",
                Panel::Links => "\"links\"",
            };
            let names: Vec<_> = self.panel.iter().map(name).collect();
            let text = format!("output.panel=[{}]", names.join(","));
            settings.push(Setting::new("--panel", text));
        }
        let every = self.panel_every.map(|every| format!("output.panel_every={every}"));
        settings.extend(every.map(|text| Setting::new("--panel-every", text)));
        settings.extend(self.graph_settings());
        settings
    }

    fn graph_settings(&self) -> impl Iterator<Item = Setting> {
        let name = |format: &Graph| match format {
            Graph::GraphMl => "\"graphml\"".to_string(),
            Graph::Gexf => "\"gexf\"".to_string(),
        };
        let formats: Vec<_> = self.graph.iter().map(name).collect();
        let ticks: Vec<_> = self.graph_ticks.iter().map(u32::to_string).collect();
        let options = [("--graph", "output.graph", formats), ("--graph-ticks", "output.graph_ticks", ticks)];
        let given = options.into_iter().filter(|(_, _, values)| !values.is_empty());
        given.map(|(option, key, values)| Setting::new(option, format!("{key}=[{}]", values.join(","))))
    }

    /// An option that says when, of something that is not asked for, would do nothing.
    fn refuse_idle_options(&self, scenario: &Scenario) -> Done {
        let idle = |given: bool, asked: bool, option: &str, what: &str| {
            let message = format!("{option} would do nothing: the run writes no {what}");
            if given && !asked { Err(Failure::refused(message)) } else { Ok(()) }
        };
        let output = &scenario.output;
        idle(self.panel_every.is_some(), !output.panel.is_empty(), "--panel-every", "micro data; add --panel firms")?;
        idle(
            !self.graph_ticks.is_empty(),
            !output.graph.is_empty(),
            "--graph-ticks",
            "graph files; add --graph graphml",
        )
    }

    fn threads(&self) -> usize {
        self.threads.map_or_else(host::granted_cores, usize::from)
    }

    fn folder(&self) -> PathBuf {
        let standard = || Path::new("output").join(self.scenario.stem());
        self.output.clone().unwrap_or_else(standard)
    }
}

/// Runs the scenario and says what came of it.
pub(super) fn execute(arguments: &Arguments) -> Done {
    let started = SystemTime::now();
    let signals = Signals::listen().map_err(|error| Failure::stopped(format!("cannot listen for signals: {error}")))?;
    let loaded = glue::load(arguments.scenario.path(), &arguments.settings())?;
    arguments.refuse_idle_options(&loaded.scenario)?;
    let conditions = glue::path_conditions(&loaded)?;
    let folder = arguments.folder();
    let threads = arguments.threads();
    let session = Session {
        folder: &folder,
        tables: glue::tables(&loaded.scenario),
        graphs: glue::graphs(&loaded.scenario),
        force: arguments.force,
        style: Style::choose(arguments.quiet),
        title: title(&loaded.scenario, threads),
        manifest: Manifest { path_conditions: conditions, ..manifest(arguments, &loaded, started, threads) },
    };
    let ending = session.record(&signals, |stage| glue::simulate(&loaded, threads, stage))?;
    match arguments.quiet {
        true => Ok(()),
        false => console::emit(&account(&ending, &folder)),
    }
}

fn title(scenario: &Scenario, threads: usize) -> String {
    let (ticks, seed) = (scenario.time.ticks, scenario.seed);
    // The title is free text and may hold terminal codes.
    let title = scenario.title.replace(char::is_control, " ");
    format!("{title}: {ticks} ticks, seed {seed}, {}", counted(threads, "thread"))
}

fn manifest(arguments: &Arguments, loaded: &Loaded, started: SystemTime, threads: usize) -> Manifest {
    Manifest {
        identity: identity(RESULTS_VERSION, &loaded.hash),
        results_version: RESULTS_VERSION,
        scenario: ScenarioSource {
            path: arguments.scenario.path().display().to_string(),
            title: loaded.scenario.title.clone(),
            hash: loaded.hash.clone(),
        },
        seed: loaded.scenario.seed,
        command_line: std::env::args_os().map(|argument| argument.to_string_lossy().into_owned()).collect(),
        started: host::timestamp(started),
        // Known at the end.
        wall_seconds: Default::default(),
        threads,
        path_conditions: Vec::new(),
        resolved_scenario: loaded.resolved_json(),
    }
}

/// All that the files depend on: the resolved scenario, seed and panel included, and the version of
/// the numbers.
fn identity(results_version: u32, scenario_hash: &str) -> String {
    let text = format!("results {results_version}, scenario {scenario_hash}");
    blake3::hash(text.as_bytes()).to_hex().to_string()
}

/// What came of the run, for people.
fn account(ending: &Ending, folder: &Path) -> String {
    let folder = folder.display();
    match ending {
        Ending::Identical => format!(
            "{folder} holds this very result already, complete and unchanged (--force runs it \
             again)\n"
        ),
        Ending::Written { headlines, files, took } => {
            let separator = if headlines.is_empty() { "" } else { "\n" };
            format!(
                "{headlines}{separator}Results in {folder}: {}, {} in {}\n\
                 What the columns mean: tiexi describe indicators\n",
                counted(files.len(), "file"),
                size(files.iter().map(|file| file.bytes).sum()),
                duration(*took)
            )
        }
    }
}

/// A number with its noun.
pub(super) fn counted(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

/// Bytes, for people.
pub(super) fn size(bytes: u64) -> String {
    match bytes as f64 {
        bytes if bytes >= 1e9 => format!("{:.1} GB", bytes / 1e9),
        bytes if bytes >= 1e6 => format!("{:.1} MB", bytes / 1e6),
        bytes => format!("{:.0} kB", (bytes / 1e3).ceil()),
    }
}

/// A time, for people.
pub(super) fn duration(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..60 => format!("{:.1} s", time.as_secs_f64()),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3600, seconds / 60 % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Program {
        #[command(flatten)]
        run: Arguments,
    }

    fn parse(arguments: &[&str]) -> Result<Arguments, clap::Error> {
        let program = ["program", "scenarios/teaching.toml"];
        Program::try_parse_from(program.iter().chain(arguments)).map(|parsed| parsed.run)
    }

    #[test]
    fn the_panel_is_part_of_the_scenario() {
        let parsed = parse(&["--panel", "firms,links", "--panel-every", "2"]).expect("accepted");
        let settings: Vec<_> = parsed.settings().into_iter().map(|setting| setting.text).collect();
        assert_eq!(settings, ["output.panel=[\"firms\",\"links\"]", "output.panel_every=2"]);
        assert!(parse(&[]).expect("accepted").settings().is_empty());
        assert!(parse(&["--panel", "houses"]).is_err());
        assert!(parse(&["--panel-every", "0"]).is_err());
    }

    #[test]
    fn graphs_are_part_of_the_scenario() {
        let parsed = parse(&["--graph", "graphml,gexf", "--graph-ticks", "0,40,84"]).expect("accepted");
        let settings: Vec<_> = parsed.settings().into_iter().map(|setting| setting.text).collect();
        assert_eq!(settings, ["output.graph=[\"graphml\",\"gexf\"]", "output.graph_ticks=[0,40,84]"]);
        for wrong in [["--graph", "dot"], ["--graph-ticks", "-1"], ["--graph-ticks", "2015Q1"]] {
            assert!(parse(&wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn the_folder_is_named_after_the_scenario() {
        assert_eq!(parse(&[]).expect("accepted").folder(), Path::new("output/teaching"));
        let chosen = parse(&["--output", "elsewhere"]).expect("accepted");
        assert_eq!(chosen.folder(), Path::new("elsewhere"));
    }

    #[test]
    fn the_identity_depends_on_scenario_and_version_of_the_numbers() {
        let same = identity(1, "a");
        assert_eq!(same, identity(1, "a"));
        assert_ne!(same, identity(2, "a"));
        assert_ne!(same, identity(1, "b"));
    }

    #[test]
    fn the_account_says_where_the_results_lie() {
        let written = Ending::Written {
            headlines: "firms  3\n".to_string(),
            files: Vec::new(),
            took: Duration::from_millis(340),
        };
        let text = account(&written, Path::new("output/x"));
        assert!(text.starts_with("firms  3\n\nResults in output/x: 0 files, 0 kB in 0.3 s\n"), "{text}");
        let text = account(&Ending::Identical, Path::new("output/x"));
        assert!(text.starts_with("output/x holds this very result"), "{text}");
    }

    #[test]
    fn sizes_and_times_are_readable() {
        assert_eq!([900, 1_234_567, 5_000_000_000].map(size), ["1 kB", "1.2 MB", "5.0 GB"]);
        assert_eq!([5, 65, 3_725].map(|s| duration(Duration::from_secs(s))), ["5.0 s", "1 min 5 s", "1 h 2 min"]);
    }
}
