//! All measurements in one table, with the machine and the commit they belong to.
//!
//! ```sh
//! cargo bench --bench results                        # measures everything, some minutes
//! cargo bench --bench results -- --write             # and renews the committed table and docs/performance.md
//! cargo bench --bench results -- --compare           # and says what is worse than the committed table beyond noise
//! cargo bench --bench results -- tick csv/sink       # only quantities whose names begin so
//! cargo bench --bench results -- tick memory --scales 2500 --write    # ten million firms, added to the table
//! ```
//!
//! Each round of a case runs in a process of its own, so that no round inherits another's memory, and rounds of
//! different cases take turns, so that a machine that slows down for a while does not strike one of them alone. The
//! machine must be idle. Pages and rules of comparison are in [`record`]; what is measured is in the other modules.

#[path = "../common/mod.rs"]
mod common;
mod csv_files;
mod draws;
mod hardware;
#[path = "../common/nowhere.rs"]
mod nowhere;
mod programs;
mod record;
#[path = "../common/sweeping.rs"]
mod sweeping;
mod ticks;
mod touched;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use clap::Parser;
use record::comparison;
use record::machine::{self, Origin};
use record::page;
use record::table::{self, Measurement, Row, group_wanted, wanted};

#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The scenario of all cases but those of the group `everything`.
const SCENARIO: &str = "liaoning.toml";
/// Worlds up to this scale are opened anew for each number of threads, and measured in more rounds.
const SMALL: f64 = 50.0;

/// Measures Tiexi: time, memory, allocations, and what the hardware would allow.
#[derive(Debug, Clone, Parser)]
struct Arguments {
    /// Beginnings of the names of quantities, such as `tick` or `csv/sink` [default: all]
    filters: Vec<String>,

    /// Say what is worse than the committed table beyond noise; exit code 1 if anything is
    #[arg(long)]
    compare: bool,

    /// Renew the committed table and the page docs/performance.md; cases not measured now keep their rows
    #[arg(long)]
    write: bool,

    /// Simulated firms per real firm; 2500 is ten million firms
    #[arg(long, value_delimiter = ',', default_value = "1,25,250")]
    scales: Vec<f64>,

    /// Numbers of threads
    #[arg(long, value_delimiter = ',', default_value = "1,2")]
    threads: Vec<usize>,

    /// Rounds of every case [default: 5, and 3 or 1 of large ones]
    #[arg(long)]
    rounds: Option<usize>,

    /// Measure one round of one group and print it (used by the program itself)
    #[arg(long, hide = true)]
    measure: Option<String>,

    /// As small as possible (used by the program itself)
    #[arg(long, hide = true)]
    tiny: bool,

    /// Said by `cargo bench`
    #[arg(long, hide = true)]
    bench: bool,
}

/// One round of a group.
#[derive(Debug, Clone)]
pub struct Case {
    /// Simulated firms per real firm.
    pub scale: f64,
    /// Numbers of threads.
    pub threads: Vec<usize>,
    /// Whether it is only to be seen to run.
    pub tiny: bool,
}

/// A group of quantities at one size, and how often it is measured.
struct Job {
    group: &'static str,
    case: Case,
    rounds: usize,
}

fn main() -> ExitCode {
    // `cargo bench` says so; `cargo test --benches` does not and only wants to see it run.
    let asked = std::env::args().any(|argument| ["--bench", "--measure"].contains(&argument.as_str()));
    let arguments =
        if asked { Arguments::parse() } else { Arguments::parse_from(["results", "--tiny", "--scales", "0.05"]) };
    let done = match &arguments.measure {
        Some(group) => child(group, &arguments),
        None => parent(&arguments),
    };
    done.unwrap_or_else(|message| {
        eprintln!("error: {message}");
        ExitCode::from(2)
    })
}

/// Measures one round and prints its numbers.
fn child(group: &str, arguments: &Arguments) -> Result<ExitCode, String> {
    let case = Case { scale: arguments.scales[0], threads: arguments.threads.clone(), tiny: arguments.tiny };
    let measured = match group {
        "tick" => ticks::measure(&case),
        "everything" => ticks::everything(&case),
        "memory" => programs::memory(&case),
        "allocations" => programs::allocations(&case),
        "start" => programs::start(&case),
        "csv" => csv_files::measure(&case),
        "sweep" => programs::sweep(&case),
        "draws" => draws::measure(&case),
        "hardware" => hardware::memory(&case),
        "reference" => hardware::reference(&case),
        "touched" => touched::measure(),
        _ => return Err(format!("no group `{group}`")),
    };
    print!("{}", table::format_lines(&measured).map_err(|error| error.to_string())?);
    Ok(ExitCode::SUCCESS)
}

fn parent(arguments: &Arguments) -> Result<ExitCode, String> {
    if let Some(refused) = arguments.scales.iter().find_map(|scale| machine::refusal(*scale, machine::available())) {
        return Err(refused);
    }
    let jobs = jobs(arguments);
    if jobs.is_empty() {
        return Err(format!("nothing is called so; groups are {}", table::GROUPS.join(", ")));
    }
    let origin = Origin::here();
    let rows = table::rows(&measure(&jobs, arguments.tiny)?, &origin.commit);
    if arguments.tiny {
        return sound(&rows).map(|()| ExitCode::SUCCESS);
    }
    print!("{}", table::listing(rows.iter().filter(|row| wanted(&row.quantity, &arguments.filters))));
    let code = if arguments.compare { compare(&origin, &rows, &arguments.filters)? } else { ExitCode::SUCCESS };
    if arguments.write {
        write(&origin, &rows, arguments.filters.is_empty())?;
    }
    Ok(code)
}

/// What there is to measure.
fn jobs(arguments: &Arguments) -> Vec<Job> {
    let mut jobs = Vec::new();
    for group in table::GROUPS.into_iter().filter(|group| group_wanted(group, &arguments.filters)) {
        for case in cases(group, arguments) {
            let usual = match group {
                "touched" | "memory" | "allocations" => 1,
                "sweep" => 3,
                _ if case.scale > 10.0 * SMALL => 1,
                _ if case.scale > SMALL => 3,
                _ => 5,
            };
            let rounds = if arguments.tiny { 1 } else { arguments.rounds.unwrap_or(usual).max(1) };
            jobs.push(Job { group, case, rounds });
        }
    }
    jobs
}

fn cases(group: &str, arguments: &Arguments) -> Vec<Case> {
    let Arguments { scales, threads, tiny, .. } = arguments;
    let case = |scale: f64, threads: &[usize]| Case { scale, threads: threads.to_vec(), tiny: *tiny };
    let most = [threads.iter().copied().max().unwrap_or(1)];
    let one = if *tiny { scales[0] } else { 1.0 };
    match group {
        "tick" => scales.iter().flat_map(|scale| ticks::shares(*scale, threads)).map(|(s, t)| case(s, &t)).collect(),
        "everything" => scales.iter().filter(|scale| **scale <= SMALL).map(|scale| case(*scale, &[1])).collect(),
        "memory" => scales.iter().map(|scale| case(*scale, &most)).collect(),
        // These run another build of cargo, which would wait for the one that runs the tests.
        "allocations" if *tiny => Vec::new(),
        "allocations" => scales.iter().filter(|scale| **scale <= SMALL).map(|scale| case(*scale, threads)).collect(),
        "reference" => scales.iter().map(|scale| case(*scale, threads)).collect(),
        "hardware" => vec![case(0.0, threads)],
        _ => vec![case(one, &[1])],
    }
}

/// All rounds of all jobs, taking turns.
fn measure(jobs: &[Job], tiny: bool) -> Result<Vec<Measurement>, String> {
    let mut all = Vec::new();
    for round in 0..jobs.iter().map(|job| job.rounds).max().unwrap_or(0) {
        let mut numbers = Vec::new();
        for job in jobs.iter().filter(|job| round < job.rounds) {
            if !tiny {
                eprintln!("round {} of {}: {} at scale {}", round + 1, job.rounds, job.group, job.case.scale);
            }
            numbers.extend(one_round(job)?);
        }
        numbers.extend(table::speed_ups(&numbers));
        all.extend(numbers);
    }
    Ok(all)
}

/// One round in a process of its own.
fn one_round(Job { group, case, .. }: &Job) -> Result<Vec<Measurement>, String> {
    let list = |numbers: &[usize]| numbers.iter().map(usize::to_string).collect::<Vec<_>>().join(",");
    let this = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut command = Command::new(this);
    command.args(["--measure", group, "--scales", &case.scale.to_string(), "--threads", &list(&case.threads)]);
    command.args(case.tiny.then_some("--tiny")).stderr(Stdio::inherit());
    let output = command.output().map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(format!("{group} at scale {} ended with {}", case.scale, output.status));
    }
    table::parse_lines(&String::from_utf8_lossy(&output.stdout)).map_err(|error| format!("{group}: {error}"))
}

/// Whether a try gave numbers for everything.
fn sound(rows: &[Row]) -> Result<(), String> {
    let wrong = rows.iter().find(|row| !row.median.is_finite() || row.median < 0.0);
    let missing = table::GROUPS.iter().filter(|group| **group != "allocations");
    let mut missing = missing.filter(|group| !rows.iter().any(|row| row.group() == **group));
    match (wrong, missing.next()) {
        (Some(row), _) => Err(format!("{} is {}", row.quantity, row.median)),
        (_, Some(group)) => Err(format!("no row of {group}")),
        _ => Ok(()),
    }
}

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The committed table, if there is one.
fn committed() -> Result<Option<(Origin, Vec<Row>)>, String> {
    let (Ok(head), Ok(rows)) =
        (std::fs::read_to_string(file("benches/results.toml")), std::fs::read_to_string(file("benches/results.csv")))
    else {
        return Ok(None);
    };
    let origin = toml::from_str(&head).map_err(|error| format!("benches/results.toml: {error}"))?;
    let rows = table::parse(&rows).map_err(|error| format!("benches/results.csv: {error}"))?;
    Ok(Some((origin, rows)))
}

fn compare(origin: &Origin, rows: &[Row], filters: &[String]) -> Result<ExitCode, String> {
    let (before, old) = committed()?.ok_or("there is no committed table; write one with --write")?;
    println!("\nagainst commit {} of {}", before.commit, before.date);
    origin.differences(&before).iter().for_each(|difference| println!("not the same {difference}"));
    let same_machine = origin.same_machine(&before);
    if !same_machine {
        println!("another machine: times are shown, but only counts and sizes can be regressions");
    }
    let shown: Vec<Row> = rows.iter().filter(|row| wanted(&row.quantity, filters)).cloned().collect();
    let old: Vec<Row> = old.into_iter().filter(|row| wanted(&row.quantity, filters)).collect();
    let differences = comparison::differences(&old, &shown);
    print!("{}", comparison::account(&differences));
    comparison::only_in(&shown, &old).iter().for_each(|row| println!("new    {} at scale {}", row.quantity, row.scale));
    comparison::only_in(&old, &shown).iter().for_each(|row| println!("gone   {} at scale {}", row.quantity, row.scale));
    let regressions = comparison::regressions(&differences, same_machine).len();
    println!("regressions: {regressions}");
    Ok(if regressions > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Renews table, head and page.
fn write(origin: &Origin, rows: &[Row], everything: bool) -> Result<(), String> {
    // Times of two machines do not belong in one table.
    let rows = match committed()? {
        Some((before, old)) if origin.same_machine(&before) => table::merged(&old, rows),
        Some(_) if !everything => {
            return Err("the table is of another machine; measure all of it, without names".into());
        }
        _ => rows.to_vec(),
    };
    let head = toml::to_string(origin).map_err(|error| error.to_string())?;
    let text = table::format(&rows).map_err(|error| error.to_string())?;
    let performance = file("docs/performance.md");
    let old = std::fs::read_to_string(&performance).map_err(|error| format!("docs/performance.md: {error}"))?;
    let new = page::fill(&old, Some((origin, &rows)))?;
    let files = [(file("benches/results.toml"), head), (file("benches/results.csv"), text), (performance, new)];
    for (path, text) in files {
        std::fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    println!("wrote benches/results.csv, benches/results.toml and docs/performance.md");
    Ok(())
}
