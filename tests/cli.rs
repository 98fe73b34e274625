//! The command line as a user meets it: answers, refusals, exit codes.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

const SUBCOMMANDS: [&str; 6] = ["run", "check", "describe", "schema", "new", "completions"];

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

#[test]
fn a_missing_scenario_is_named() {
    for subcommand in ["run", "check"] {
        let text = said(&[subcommand, "nowhere/missing.toml"], 2);
        assert!(text.contains("nowhere/missing.toml"), "{text}");
    }
}

#[test]
fn every_topic_is_described_in_every_format() {
    for topic in ["parameters", "indicators", "mechanisms", "policies"] {
        let text = said(&["describe", topic], 0);
        assert!(text.lines().count() > 2, "{topic}:\n{text}");
        let lines = text.lines().count() - 1;

        let json = said(&["describe", topic, "--format", "json"], 0);
        let rows: Vec<serde_json::Value> = serde_json::from_str(&json).expect("a list");
        assert_eq!(rows.len(), lines, "{topic}");

        let csv = said(&["describe", topic, "--format", "csv"], 0);
        assert_eq!(csv::Reader::from_reader(csv.as_bytes()).records().count(), lines, "{topic}");

        let markdown = said(&["describe", topic, "--format", "markdown"], 0);
        assert_eq!(markdown.lines().count(), lines + 2, "{topic}");
    }
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
    assert!(schema["$schema"].is_string());
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
