//! The command line as a user meets it: answers, refusals, exit codes.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

const SUBCOMMANDS: [&str; 16] = [
    "run",
    "compare",
    "sweep",
    "resume",
    "status",
    "verify",
    "merge",
    "sensitivity",
    "calibrate",
    "map",
    "check",
    "describe",
    "requirements",
    "schema",
    "new",
    "completions",
];

/// `tiexi` in an empty folder of its own.
fn tiexi(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().expect("tiexi starts")
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("tiexi"));
    command.current_dir(folder).args(arguments).env("NO_COLOR", "1");
    command
}

fn empty_folder() -> TempDir {
    tempfile::tempdir().expect("folder")
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Runs `tiexi`, checks the exit code, and returns what it said on both streams.
fn said(arguments: &[&str], code: i32) -> String {
    let folder = empty_folder();
    let output = tiexi(folder.path(), arguments);
    let text = out(&output) + &err(&output);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}\n{text}");
    text
}

#[test]
fn help_teaches_with_examples() {
    assert!(said(&["--help"], 0).contains("Exit codes:"));
    for subcommand in SUBCOMMANDS {
        for help in ["-h", "--help"] {
            let text = said(&[subcommand, help], 0);
            assert!(text.contains("Examples:"), "{text}");
            assert!(text.contains(&format!("\n  tiexi {subcommand}")), "{text}");
        }
    }
    assert!(said(&[], 2).contains("Usage: tiexi"), "without arguments, help");
}

#[test]
fn misspelt_commands_and_options_are_refused_with_a_suggestion() {
    assert!(said(&["rum"], 2).contains("'run'"));
    assert!(said(&["run", "a.toml", "--sede", "3"], 2).contains("'--seed'"));
    assert!(said(&["run", "a.toml", "--panel", "firm"], 2).contains("'firms'"));
    assert!(said(&["describe", "parameter"], 2).contains("'parameters'"));
}

#[test]
fn values_that_make_no_sense_are_refused() {
    for (option, value) in
        [("--seed", "x"), ("--ticks", "-1"), ("--scale", "nan"), ("--threads", "0"), ("--panel-every", "0")]
    {
        let text = said(&["run", "a.toml", option, value], 2);
        assert!(text.contains(option), "{text}");
    }
}

/// A plan is no scenario, nor the other way round, and neither is said to have twenty unknown keys.
#[test]
fn files_of_another_kind_are_named_as_what_they_are() {
    for (subcommand, file, command) in [
        ("run", "scenarios/plans/debt-limit.toml", "tiexi sweep"),
        ("check", "scenarios/plans/calibration.toml", "tiexi calibrate"),
        ("sweep", "scenarios/teaching.toml", "tiexi run"),
        ("map", "scenarios/teaching.toml", "tiexi run"),
    ] {
        let file = format!("{}/{file}", env!("CARGO_MANIFEST_DIR"));
        let text = said(&[subcommand, &file], 2);
        assert!(text.contains(&format!("`{command} {file}`")) && !text.contains("unknown key"), "{text}");
    }
}

#[test]
fn programmes_that_can_do_nothing_are_named() {
    let scenario = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/everything.toml");
    let check = |changes: &[&str]| said(&[&["check", scenario], changes].concat(), 0);
    assert!(!check(&[]).contains("can do nothing"));
    let text = check(&["--set", "platform.enabled=false", "--set", "finance.enabled=false"]);
    assert_eq!(text.matches("can do nothing").count(), 4, "{text}");
    assert!(text.contains("`platform.enabled` is false") && text.contains("`policies.interest_discount`"), "{text}");
}

#[test]
fn a_file_without_anything_is_named() {
    let folder = empty_folder();
    std::fs::write(folder.path().join("empty.toml"), "").expect("written");
    let path = folder.path().join("empty.toml");
    let text = said(&["check", path.to_str().expect("a path")], 2);
    assert!(text.contains("has no city") && text.contains("empty.toml"), "{text}");
}

#[test]
fn a_missing_scenario_is_named() {
    for subcommand in ["run", "check"] {
        let text = said(&[subcommand, "nowhere/missing.toml"], 2);
        assert!(text.contains("nowhere/missing.toml"), "{text}");
    }
}

#[test]
fn every_topic_is_described_in_every_format() {
    for topic in ["parameters", "plans", "indicators", "mechanisms", "policies"] {
        let json = said(&["describe", topic, "--format", "json"], 0);
        let rows: Vec<serde_json::Value> = serde_json::from_str(&json).expect("a list");
        assert!(rows.len() > 3, "{topic}: {json}");

        let csv = said(&["describe", topic, "--format", "csv"], 0);
        assert_eq!(csv::Reader::from_reader(csv.as_bytes()).records().count(), rows.len(), "{topic}");

        let markdown = said(&["describe", topic, "--format", "markdown"], 0);
        assert_eq!(markdown.lines().count(), rows.len() + 2, "{topic}");

        let text = said(&["describe", topic], 0);
        for row in &rows {
            let name = row.as_object().and_then(|row| row.values().next()).and_then(|name| name.as_str());
            assert!(text.contains(name.expect("a name")), "{topic}: {row}");
        }
    }
}

#[test]
fn a_mechanism_is_explained_in_full() {
    let chapter = said(&["describe", "mechanisms", "research"], 0);
    assert!(!chapter.contains("//!") && !chapter.contains("use "), "{chapter}");
    let row = said(&["describe", "mechanisms", "research", "--format", "csv"], 0);
    assert_eq!(row.lines().count(), 2, "{row}");
}

#[test]
fn parameters_as_csv_have_the_promised_columns() {
    let csv = said(&["describe", "parameters", "--format", "csv"], 0);
    assert!(csv.starts_with("key,type,default,unit,minimum,maximum,source,meaning\n"), "{csv:.200}");
    let one = said(&["describe", "parameters", "research.arrival_rate", "--format", "csv"], 0);
    assert_eq!(one.lines().count(), 2, "{one}");
}

#[test]
fn misspelt_names_are_refused_with_the_nearest_one() {
    for (topic, wrong, right) in [
        ("parameters", "reserch", "`research`"),
        ("mechanisms", "pricng", "`pricing`"),
        ("policies", "research_grants", "`research_grant`"),
        ("indicators", "value_aded", "`value_added`"),
    ] {
        let text = said(&["describe", topic, wrong], 2);
        assert!(text.contains(right), "{text}");
    }
}

#[test]
fn the_schema_is_a_schema() {
    let schema: serde_json::Value = serde_json::from_str(&said(&["schema"], 0)).expect("JSON");
    assert!(schema["properties"]["research"].is_object());
}

#[test]
fn completions_know_the_subcommands_in_every_shell() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = said(&["completions", shell], 0);
        for subcommand in SUBCOMMANDS {
            assert!(script.contains(subcommand), "{shell}: {subcommand}");
        }
    }
}

#[test]
fn new_writes_a_scenario_once() {
    let folder = empty_folder();
    let first = tiexi(folder.path(), &["new", "my region"]);
    assert!(first.status.success(), "{}", err(&first));
    assert!(out(&first).contains("tiexi run my-region.toml"), "{}", out(&first));
    assert!(err(&first).contains("teaching.toml, which is not there"), "{}", err(&first));
    let path = folder.path().join("my-region.toml");
    let text = std::fs::read_to_string(&path).expect("written");
    assert!(text.parse::<toml::Table>().expect("TOML").contains_key("extends"));

    std::fs::write(&path, "mine").expect("written");
    let second = tiexi(folder.path(), &["new", "my-region.toml"]);
    assert_eq!(second.status.code(), Some(2));
    assert!(err(&second).contains("my-region.toml exists already"), "{}", err(&second));
    assert_eq!(std::fs::read_to_string(&path).expect("read"), "mine");
}

#[test]
fn new_prefers_the_folder_of_scenarios() {
    let folder = empty_folder();
    std::fs::create_dir(folder.path().join("scenarios")).expect("created");
    std::fs::write(folder.path().join("scenarios/liaoning.toml"), "").expect("written");
    let output = tiexi(folder.path(), &["new", "study", "--extends", "liaoning.toml"]);
    assert!(output.status.success() && err(&output).is_empty(), "{}", err(&output));
    assert!(folder.path().join("scenarios/study.toml").is_file());
}

/// Every example of the starter, its comment mark removed, is accepted as it stands.
#[test]
fn the_examples_in_a_new_scenario_work() {
    let folder = empty_folder();
    let scenarios = folder.path().join("scenarios");
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios"), &scenarios);
    assert!(tiexi(folder.path(), &["new", "mine"]).status.success());
    let path = scenarios.join("mine.toml");
    let check = || tiexi(folder.path(), &["check", "scenarios/mine.toml"]);
    assert!(check().status.success(), "as written: {}", err(&check()));

    let text = std::fs::read_to_string(&path).expect("readable");
    std::fs::write(&path, text.lines().map(without_comment_mark).collect::<String>()).expect("written");
    assert!(check().status.success(), "with its examples: {}", err(&check()));
    let events = out(&check()).lines().find(|line| line.starts_with("scheduled events")).map(str::to_string);
    assert!(events.is_some_and(|line| line.ends_with('1')), "{}", out(&check()));
}

fn without_comment_mark(line: &str) -> String {
    let inner = line.strip_prefix("# ").unwrap_or("");
    let key = inner.split(" = ").next().unwrap_or("");
    let is_key = inner.contains(" = ") && key.chars().all(|c| c.is_ascii_alphanumeric() || "._".contains(c));
    let is_header = inner.starts_with('[') && inner.ends_with(']');
    let line = if is_key || is_header { inner } else { line };
    format!("{line}\n")
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir(to).expect("created");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let path = entry.expect("entry").path();
        let target = to.join(path.file_name().expect("a name"));
        match path.is_dir() {
            true => copy(&path, &target),
            false => std::fs::copy(&path, &target).map(|_| ()).expect("copied"),
        }
    }
}

/// The reader closes the pipe before anything is written; a panic would exit with 101 and speak.
#[cfg(unix)]
#[test]
fn a_closed_pipe_is_no_error() {
    for arguments in [&["schema"][..], &["describe", "parameters"], &["completions", "bash"], &["--help"]] {
        let mut child = command(empty_folder().path(), arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("tiexi starts");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("tiexi ends");
        assert!(output.status.success(), "{arguments:?}: {:?} {}", output.status, err(&output));
        assert!(err(&output).is_empty(), "{}", err(&output));
    }
}

/// `/dev/full` refuses every byte, as a full disk does.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_behind_standard_output_is_an_error() {
    let full = std::fs::File::create("/dev/full").expect("Linux has it");
    let output = command(empty_folder().path(), &["schema"]).stdout(full).output().expect("tiexi starts");
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("standard output"), "{}", err(&output));
}

/// A scenario that is shipped and small.
fn teaching() -> String {
    format!("{}/scenarios/teaching.toml", env!("CARGO_MANIFEST_DIR"))
}

/// `tiexi run` of the small scenario over two years.
fn run(folder: &Path, more: &[&str]) -> Output {
    let scenario = teaching();
    let arguments = ["run", &scenario, "--ticks", "8"];
    tiexi(folder, &[&arguments[..], more].concat())
}

/// Names of everything in a folder, sorted; nothing if there is no folder.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let mut names: Vec<_> =
        entries.map(|entry| entry.expect("entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// Every file of a folder with its content.
fn contents(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let read = |name: String| (name.clone(), std::fs::read(folder.join(name)).expect("readable"));
    names(folder).into_iter().map(read).collect()
}

#[test]
fn a_run_writes_its_result_where_it_says() {
    let folder = empty_folder();
    let output = run(folder.path(), &[]);
    assert!(output.status.success(), "{}", err(&output));
    let text = out(&output);
    for part in ["mean of the year", "value_added", "2010", "2011", "Results in output/teaching"] {
        assert!(text.contains(part), "{part} missing in\n{text}");
    }
    let result = folder.path().join("output/teaching");
    assert!(result.join("manifest.json").is_file() && result.join("region.csv").is_file());
    assert!(!names(&result).iter().any(|name| name.starts_with('.') || name == "firms.csv"), "{:?}", names(&result));

    let progress = err(&output);
    assert!(progress.lines().count() <= 5, "a log is not flooded:\n{progress}");
    assert!(!progress.contains(['\r', '\u{1b}']), "a log has no terminal codes:\n{progress}");
}

#[test]
fn quiet_says_nothing() {
    let folder = empty_folder();
    let output = run(folder.path(), &["--quiet", "--output", "x"]);
    assert!(output.status.success(), "{}", err(&output));
    assert_eq!(out(&output) + &err(&output), "");
    assert!(folder.path().join("x/manifest.json").is_file());
}

#[test]
fn the_same_result_is_reported_and_another_refused_until_forced() {
    let folder = empty_folder();
    let result = folder.path().join("x");
    assert!(run(folder.path(), &["--output", "x"]).status.success());
    let first = contents(&result);

    let same = run(folder.path(), &["--output", "x", "--threads", "1"]);
    assert_eq!(same.status.code(), Some(0));
    assert!(out(&same).contains("x holds this very result already"), "{}", out(&same));
    assert_eq!(contents(&result), first);

    let other = run(folder.path(), &["--output", "x", "--seed", "2"]);
    assert_eq!(other.status.code(), Some(2));
    assert!(err(&other).contains("different result") && err(&other).contains("--force"), "{}", err(&other));
    assert_eq!(contents(&result), first);

    let forced = run(folder.path(), &["--output", "x", "--seed", "2", "--force", "--panel", "firms"]);
    assert_eq!(forced.status.code(), Some(0), "{}", err(&forced));
    assert!(result.join("firms.csv").is_file());
    assert_ne!(contents(&result), first);
}

#[test]
fn a_folder_with_other_files_is_refused_even_with_force() {
    let folder = empty_folder();
    std::fs::create_dir(folder.path().join("x")).expect("created");
    std::fs::write(folder.path().join("x/thesis.txt"), "mine").expect("written");
    for force in [&[][..], &["--force"]] {
        let output = run(folder.path(), &[&["--output", "x"][..], force].concat());
        assert_eq!(output.status.code(), Some(2));
        assert!(err(&output).contains("thesis.txt"), "{}", err(&output));
    }
    assert_eq!(names(&folder.path().join("x")), ["thesis.txt"]);
}

#[test]
fn settings_are_checked_like_the_file() {
    let folder = empty_folder();
    let word = run(folder.path(), &["--set", "title=word"]);
    assert_eq!(word.status.code(), Some(2));
    assert!(err(&word).contains("title=\"word\""), "the hint shows the quotes: {}", err(&word));
    let key = run(folder.path(), &["--set", "reserch.enabled=true"]);
    assert_eq!(key.status.code(), Some(2));
    assert!(err(&key).contains("did you mean `research`"), "{}", err(&key));
    let range = run(folder.path(), &["--scale", "-1"]);
    assert_eq!(range.status.code(), Some(2));
    assert!(err(&range).contains("--scale"), "the option is named: {}", err(&range));
    assert!(names(folder.path()).is_empty(), "nothing was created");
}

#[test]
fn check_shows_the_world_and_writes_nothing() {
    let folder = empty_folder();
    let output = tiexi(folder.path(), &["check", &teaching(), "--seed", "3"]);
    assert!(output.status.success(), "{}", err(&output));
    assert!(out(&output).contains("firms"), "{}", out(&output));
    assert!(names(folder.path()).is_empty());
    let refused = tiexi(folder.path(), &["check", &teaching(), "--set", "time.ticks=-1"]);
    assert_eq!(refused.status.code(), Some(2), "{}", out(&refused));
}

/// Where costs exceed the value added of the data, the check says what is used instead, and why.
#[test]
fn check_shows_raised_value_added() {
    let lines = |changes: &[&str]| {
        let text = said(&[&["check", &teaching()], changes].concat(), 0);
        let table = text.split("\n\n").find(|block| block.contains("value added over sales: given"));
        table.expect("a table of value added").lines().map(str::to_string).collect::<Vec<_>>()
    };
    let cells = |line: &str| line.split_whitespace().map(str::to_string).collect::<Vec<_>>();
    let wage = ["--set", "labour.annual_wage=0.2"];
    let (before, after) = (lines(&[]), lines(&wage));
    let find = |table: &[String]| {
        cells(table.iter().find(|line| line.starts_with("GEN ")).expect("a row of general equipment"))
    };
    let (before, after) = (find(&before), find(&after));
    assert_eq!(before[1..3], ["0.2100", "0.2100"]);
    assert_eq!(before[11..], ["as", "given"]);
    let numbers: Vec<f64> = after[1..11].iter().map(|cell| cell.parse().expect("a share")).collect();
    let (given, used, costs) = (numbers[0], numbers[1], numbers[2..].iter().sum::<f64>());
    assert!(given == 0.21 && used > 0.3, "{after:?}");
    assert!((costs - used).abs() < 5e-4, "the costs add up to what is used: {after:?}");
    assert!(after[11..].join(" ").starts_with("raised: costs 0.3"), "{after:?}");
}

/// An opening that cannot be is refused like any other slip, before anything runs.
#[test]
fn impossible_opening_books_are_refused() {
    let folder = empty_folder();
    for (change, says) in [("labour.annual_wage=2.0", "the costs of `"), ("finance.debt_to_sales=1.5", "no own funds")]
    {
        for subcommand in ["check", "run"] {
            let output = tiexi(folder.path(), &[subcommand, &teaching(), "--set", change]);
            assert_eq!(output.status.code(), Some(2), "{}", err(&output));
            let text = err(&output);
            assert!(text.contains(says) && text.contains("--set:1:") && text.contains("help: "), "{text}");
        }
    }
    assert!(names(folder.path()).is_empty(), "nothing was created");
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::process::Child;
    use std::time::{Duration, Instant};

    /// Starts a long run into `x` and waits until its tables grow.
    fn long_run(folder: &Path) -> Child {
        let scenario = teaching();
        let arguments = ["run", &scenario, "--ticks", "5000", "--output", "x"];
        let child = command(folder, &arguments).stderr(Stdio::piped()).stdout(Stdio::null()).spawn();
        let mut child = child.expect("tiexi starts");
        let patience = Instant::now() + Duration::from_secs(60);
        while !names(&folder.join("x")).iter().any(|name| name.ends_with(".partial")) {
            assert!(Instant::now() < patience, "no table was begun");
            assert!(child.try_wait().expect("a child").is_none(), "the run ended before it could be disturbed");
            std::thread::sleep(Duration::from_millis(5));
        }
        child
    }

    fn send(signal: &str, child: &Child) {
        let number = child.id().to_string();
        let sent = Command::new("kill").args(["-s", signal, &number]).status();
        assert!(sent.expect("kill starts").success());
    }

    #[test]
    fn an_interrupted_run_ends_soon_with_its_code_and_leaves_nothing() {
        for (signal, code) in [("INT", 130), ("TERM", 143)] {
            let folder = empty_folder();
            let child = long_run(folder.path());
            let sent = Instant::now();
            send(signal, &child);
            let output = child.wait_with_output().expect("tiexi ends");
            assert!(sent.elapsed() < Duration::from_secs(5), "{:?}", sent.elapsed());
            assert_eq!(output.status.code(), Some(code), "{}", err(&output));
            assert!(err(&output).contains(&format!("SIG{signal}")), "{}", err(&output));
            assert!(names(folder.path()).is_empty(), "{:?}", names(&folder.path().join("x")));
        }
    }

    #[test]
    fn a_killed_run_leaves_nothing_that_could_be_taken_for_a_result() {
        let folder = empty_folder();
        let result = folder.path().join("x");
        let child = long_run(folder.path());
        send("KILL", &child);
        child.wait_with_output().expect("tiexi ends");
        let left = names(&result);
        assert!(left.iter().all(|name| name.starts_with('.')), "{left:?}");

        assert!(run(folder.path(), &["--output", "x"]).status.success());
        assert!(!names(&result).iter().any(|name| name.starts_with('.')), "{:?}", names(&result));
    }

    #[test]
    fn two_processes_do_not_write_into_one_folder() {
        let folder = empty_folder();
        let first = long_run(folder.path());
        let second = run(folder.path(), &["--output", "x"]);
        assert_eq!(second.status.code(), Some(2));
        assert!(err(&second).contains("another tiexi process"), "{}", err(&second));
        send("TERM", &first);
        assert_eq!(first.wait_with_output().expect("tiexi ends").status.code(), Some(143));
    }

    /// A limit on the size of files stands for a disk that fills up in the middle of a run.
    #[test]
    fn a_disk_that_fills_up_is_named_and_earlier_results_stay() {
        let folder = empty_folder();
        let result = folder.path().join("x");
        assert!(run(folder.path(), &["--output", "x"]).status.success());
        let before = contents(&result);
        let line = "ulimit -f 1; trap '' XFSZ; exec \"$@\"";
        let program = assert_cmd::cargo::cargo_bin!("tiexi");
        let output = Command::new("sh")
            .args(["-c", line, "sh"])
            .arg(program)
            .args(["run", &teaching(), "--seed", "2", "--force", "--output", "x"])
            .current_dir(folder.path())
            .output()
            .expect("sh starts");
        assert_eq!(output.status.code(), Some(1), "{}", err(&output));
        assert!(err(&output).contains("x/.") && err(&output).contains("File too large"), "{}", err(&output));
        assert_eq!(contents(&result), before);
    }

    #[test]
    fn a_path_that_cannot_be_a_folder_is_named_with_its_cause() {
        let folder = empty_folder();
        std::fs::write(folder.path().join("file"), "").expect("written");
        let output = run(folder.path(), &["--output", "file/x"]);
        assert_eq!(output.status.code(), Some(1));
        assert!(err(&output).contains("file/x: Not a directory"), "{}", err(&output));
        let output = run(folder.path(), &["--output", "file"]);
        assert_eq!(output.status.code(), Some(1));
        assert!(err(&output).contains("cannot create file: it exists and is not a folder"), "{}", err(&output));
    }
}
