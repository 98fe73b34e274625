//! Comparisons: the same luck for all arms, honest intervals, failures counted.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use assert_cmd::cargo::cargo_bin;
use tempfile::TempDir;

fn scenarios() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios")
}

/// A folder with copies of the scenarios and one arm whose policy starts in the third year.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("folder");
    std::fs::create_dir(folder.path().join("data")).expect("created");
    for name in ["liaoning.toml", "teaching.toml"] {
        std::fs::copy(scenarios().join(name), folder.path().join(name)).expect("copied");
    }
    for entry in std::fs::read_dir(scenarios().join("data")).expect("read") {
        let entry = entry.expect("entry");
        if entry.path().is_file() {
            std::fs::copy(entry.path(), folder.path().join("data").join(entry.file_name())).expect("copied");
        }
    }
    let grant = "extends = \"teaching.toml\"\n[policies.grant]\nkind = \"research_grant\"\nstart = \"2012Q1\"\n\
                 annual_budget = 3000.0\nrate = 0.5\n";
    std::fs::write(folder.path().join("grant.toml"), grant).expect("written");
    std::fs::write(folder.path().join("again.toml"), "extends = \"teaching.toml\"\n").expect("written");
    folder
}

fn compare(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(cargo_bin!("tiexi"));
    command.current_dir(folder).arg("compare").args(arguments).env("NO_COLOR", "1").output().expect("tiexi starts")
}

#[track_caller]
fn succeed(folder: &Path, arguments: &[&str]) -> String {
    let output = compare(folder, arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn rows(path: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    reader.deserialize().map(|row| row.expect("a row")).collect()
}

fn number(row: &BTreeMap<String, String>, column: &str) -> f64 {
    row[column].parse().expect("a number")
}

#[test]
fn arms_share_their_seeds_and_are_the_same_until_the_policy_starts() {
    let folder = folder();
    let arguments = ["teaching.toml", "grant.toml", "-n", "4", "--ticks", "12", "--output", "x"];
    let table = succeed(folder.path(), &arguments);
    assert!(table.contains("at the end of 2012") && table.contains("value_added"), "{table}");

    let lines = rows(&folder.path().join("x/comparison.csv"));
    let (before, after): (Vec<_>, Vec<_>) = lines.iter().partition(|row| number(row, "year") < 2012.0);
    assert!(before.len() > 100);
    assert!(before.iter().all(|row| number(row, "difference") == 0.0 && number(row, "high") == 0.0));
    let spending = after.iter().find(|row| row["indicator"] == "policy_spending").expect("a row");
    assert!(number(spending, "low") > 0.0 && number(spending, "agreement") == 1.0, "{spending:?}");
    for row in &after {
        let (low, middle, high) = (number(row, "low"), number(row, "difference"), number(row, "high"));
        assert!(low <= middle && middle <= high, "{row:?}");
        assert_eq!(number(row, "n"), 4.0);
    }

    let mut seeds: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let runs = rows(&folder.path().join("x/runs.csv"));
    runs.iter().for_each(|row| seeds.entry(&row["scenario"]).or_default().push(&row["seed"]));
    assert_eq!(seeds["teaching"], seeds["grant"]);
    let distinct: std::collections::BTreeSet<_> = seeds["grant"].iter().collect();
    assert_eq!(distinct.len(), 4);
}

/// What the file says of an indicator is what the runs say, computed here by hand.
#[test]
fn the_interval_follows_from_single_runs_with_the_recorded_seeds() {
    let folder = folder();
    let shape = ["--ticks", "12"];
    succeed(folder.path(), &[&["teaching.toml", "grant.toml", "-n", "3", "--output", "x"], &shape[..]].concat());
    let seeds: Vec<String> =
        rows(&folder.path().join("x/runs.csv")).iter().take(3).map(|row| row["seed"].clone()).collect();
    let research = |scenario: &str, seed: &str| {
        let output = format!("{scenario}-{seed}");
        let mut command = Command::new(cargo_bin!("tiexi"));
        command.current_dir(folder.path()).args(["run", scenario, "--seed", seed, "--output", &output, "--quiet"]);
        assert!(command.args(shape).status().expect("started").success());
        number(rows(&folder.path().join(output).join("region.csv")).last().expect("rows"), "research")
    };
    let differences: Vec<f64> =
        seeds.iter().map(|seed| research("grant.toml", seed) - research("teaching.toml", seed)).collect();
    let mean = differences.iter().sum::<f64>() / 3.0;
    let deviation = (differences.iter().map(|d| (d - mean).powi(2)).sum::<f64>() / 2.0).sqrt();
    let half = 4.302_652_73 * deviation / 3.0_f64.sqrt();

    let lines = rows(&folder.path().join("x/comparison.csv"));
    let line = lines.iter().rev().find(|row| row["indicator"] == "research").expect("a row");
    let near = |value: f64, expected: f64| (value - expected).abs() <= 1e-7 * (1.0 + expected.abs());
    assert!(near(number(line, "difference"), mean), "{line:?} {mean}");
    assert!(near(number(line, "low"), mean - half) && near(number(line, "high"), mean + half), "{line:?}");
    assert!(near(number(line, "effect_size"), mean / deviation));
}

#[test]
fn a_scenario_against_itself_differs_in_nothing() {
    let folder = folder();
    succeed(folder.path(), &["teaching.toml", "again.toml", "-n", "2", "--ticks", "4", "--output", "x", "--quiet"]);
    let lines = rows(&folder.path().join("x/comparison.csv"));
    assert!(lines.len() > 50);
    for row in lines {
        assert_eq!([number(&row, "difference"), number(&row, "low"), number(&row, "seeds_needed")], [0.0; 3], "{row:?}");
        assert_eq!((number(&row, "agreement"), &row["baseline_mean"]), (1.0, &row["mean"]));
    }
}

#[test]
fn the_number_of_threads_changes_no_byte_and_a_result_is_not_overwritten() {
    let folder = folder();
    let run = |threads: &str| {
        let output = format!("t{threads}");
        let arguments =
            ["teaching.toml", "grant.toml", "-n", "3", "--ticks", "4", "--threads", threads, "--output", &output];
        succeed(folder.path(), &arguments);
        ["comparison.csv", "runs.csv"].map(|name| std::fs::read(folder.path().join(&output).join(name)).expect("read"))
    };
    let one = run("1");
    assert_eq!(one, run("2"));
    assert_eq!(one, run("5"));
    let again = ["teaching.toml", "grant.toml", "-n", "3", "--ticks", "4", "--output", "t1"];
    assert!(succeed(folder.path(), &again).contains("already"));
    let other = ["teaching.toml", "grant.toml", "-n", "4", "--ticks", "4", "--output", "t1"];
    assert_eq!(compare(folder.path(), &other).status.code(), Some(2));
}

#[test]
fn what_cannot_be_compared_is_refused() {
    let folder = folder();
    std::fs::write(folder.path().join("short.toml"), "extends = \"teaching.toml\"\ntime.ticks = 3\n").expect("written");
    for (arguments, said) in [
        (vec!["teaching.toml", "short.toml"], "the same [time]"),
        (vec!["teaching.toml", "grand.toml"], "grant.toml"),
        (vec!["teaching.toml", "grant.toml", "--set", "finance.debt_limt=1"], "debt_limit"),
        (vec!["teaching.toml"], "2 values required"),
    ] {
        let output = compare(folder.path(), &arguments);
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(text.contains(said), "{arguments:?}: {text}");
    }
}
