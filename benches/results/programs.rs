//! What whole programs take: the binary from start to end, its memory, a sweep, and the count of allocations.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use tiexi::world::firms::Firms;

use crate::record::table::{self, Measurement};
use crate::touched::FIELDS;
use crate::{Case, SCENARIO, sweeping};

/// Starts of which the middle one counts.
const STARTS: usize = 20;
/// Whole runs of which the fastest counts: they do the same to the last bit, and whoever else works on the machine can only
/// add to what they take.
const RUNS: usize = 9;

/// What is switched off in a run of less than the whole model.
const LINES: [&str; 2] = ["standards.enabled=false", "digital.enabled=false"];
const RELATIONS: [&str; 6] = [
    "alliances.enabled=false",
    "own_projects.enabled=false",
    "generic_technology.enabled=false",
    "supply.enabled=false",
    "value_chain.enabled=false",
    "services.enabled=false",
];

/// The built program in this repository.
fn tiexi(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tiexi"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(arguments);
    command
}

/// Seconds of a command, its output forgotten.
fn seconds(mut command: Command) -> f64 {
    let began = Instant::now();
    let output = command.output().expect("tiexi starts");
    let seconds = began.elapsed().as_secs_f64();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    seconds
}

/// A run into a folder of its own.
fn run(folder: &Path, case: &Case, changes: &[&str]) -> Command {
    let (scale, threads) = (case.scale.to_string(), case.threads[0].to_string());
    let mut command = tiexi(&["run", "--quiet", "--scale", &scale, "--threads", &threads]);
    command.arg(format!("scenarios/{SCENARIO}")).arg("--output").arg(folder.join("run"));
    command.args(changes.iter().flat_map(|change| ["--set", change]));
    command
}

/// The middle of some times.
fn middle(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    let n = times.len();
    (times[(n - 1) / 2] + times[n / 2]) / 2.0
}

/// Start of the program, and whole runs: of the whole model, without standards and lines, of the economy alone.
pub fn start(case: &Case) -> Vec<Measurement> {
    let (starts, runs) = if case.tiny { (1, 1) } else { (STARTS, RUNS) };
    let of_starts = |arguments: &[&str]| 1e3 * middle((0..starts).map(|_| seconds(tiexi(arguments))).collect());
    let ticks: &[&str] = if case.tiny { &["time.ticks=4"] } else { &[] };
    let economy = [&LINES[..], &RELATIONS].concat();
    let models = [("start/liaoning", &[][..]), ("start/without lines", &LINES), ("start/economy", &economy)];
    let mut times = [(); 3].map(|()| Vec::new());
    // By turns, so that a slow minute of the machine is everybody's.
    for _ in 0..runs {
        for ((_, off), times) in models.iter().zip(&mut times) {
            let folder = tempfile::tempdir().expect("a folder");
            times.push(seconds(run(folder.path(), case, &[ticks, off].concat())));
        }
    }
    let mut found = vec![
        Measurement::new("start/version", "ms", of_starts(&["--version"])),
        Measurement::new("start/check", "ms", of_starts(&["check", "scenarios/teaching.toml"])),
    ];
    let least = |times: Vec<f64>| times.into_iter().fold(f64::INFINITY, f64::min);
    let whole = models.iter().zip(times);
    found.extend(whole.map(|((name, _), times)| Measurement::new(*name, "s", least(times)).of(case.scale, 0)));
    found
}

/// Bytes of a firm, and the most that a whole process holds.
pub fn memory(case: &Case) -> Vec<Measurement> {
    let folder = tempfile::tempdir().expect("a folder");
    seconds(run(folder.path(), case, &["time.ticks=4", "output.panel=[\"firms\"]", "output.panel_every=4"]));
    let manifest = std::fs::read_to_string(folder.path().join("run/manifest.json")).expect("a manifest");
    let manifest: serde_json::Value = serde_json::from_str(&manifest).expect("a manifest");
    let panel = std::fs::read_to_string(folder.path().join("run/firms.csv")).expect("a panel");
    let firms = panel.lines().filter(|line| line.starts_with("4,")).count();
    let of_state = |name: &str, bytes: usize| Measurement::new(name, "bytes per firm", bytes as f64);
    let mut found = vec![
        of_state("memory/state", Firms::bytes_per_firm(FIELDS)),
        of_state("memory/economy", Firms::bytes_of_the_economy(FIELDS)),
    ];
    if let Some(peak) = manifest["peak_memory_bytes"].as_f64() {
        let peak = Measurement::new("memory/peak", "bytes per firm", peak / firms as f64);
        found.push(peak.of(case.scale, firms).on(case.threads[0]));
    }
    found
}

/// Counts of the benchmark `allocations`, which needs an allocator of its own and so a program of its own.
pub fn allocations(case: &Case) -> Vec<Measurement> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_string());
    let threads: Vec<String> = case.threads.iter().map(usize::to_string).collect();
    let mut command = Command::new(cargo);
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(["bench", "--quiet", "--bench", "allocations"]);
    command.env("TIEXI_BENCH_SCALES", case.scale.to_string()).env("TIEXI_BENCH_THREADS", threads.join(","));
    let output = command.output().expect("cargo starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    table::parse_lines(&String::from_utf8_lossy(&output.stdout)).expect("lines of numbers")
}

/// A small sweep beside the same runs alone.
pub fn sweep(case: &Case) -> Vec<Measurement> {
    let (scale, ticks, replicates) = if case.tiny { (0.05, 1, 1) } else { (0.25, 84, 5) };
    let bench = sweeping::Bench::prepare(&sweeping::Size { scale, ticks, replicates });
    bench.warm_up();
    let round = bench.measure();
    let times = |time: std::time::Duration| round.alone.as_secs_f64() / time.as_secs_f64();
    let storage = 100.0 * round.storage.as_secs_f64() / round.sweep.as_secs_f64();
    let row = |name: &str, unit: &str, value: f64| Measurement::new(name, unit, value).of(scale, 0).on(bench.cores);
    vec![
        row("sweep/speed-up", "times", times(round.sweep)),
        row("sweep/speed-up of the machine", "times", times(round.at_once)),
        row("sweep/storage", "%", storage),
        row("sweep/runs", "runs/s", bench.runs() as f64 / round.sweep.as_secs_f64()),
    ]
}
