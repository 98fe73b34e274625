//! Comparisons: the same luck for all arms, honest intervals, failures counted.

#[path = "support/folder.rs"]
mod folder;

use std::collections::BTreeMap;

use folder::{Folder, number};

#[test]
fn arms_share_their_seeds_and_are_the_same_until_the_policy_starts() {
    let folder = Folder::new();
    let arguments = ["compare", "teaching.toml", "grant.toml", "-n", "4", "--ticks", "12", "--output", "x"];
    let table = folder.said(&arguments, 0);
    assert!(table.contains("at the end of 2012") && table.contains("value_added"), "{table}");

    let lines = folder.rows("x/comparison.csv");
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
    let runs = folder.rows("x/runs.csv");
    runs.iter().for_each(|row| seeds.entry(&row["scenario"]).or_default().push(&row["seed"]));
    assert_eq!(seeds["teaching"], seeds["grant"]);
    let distinct: std::collections::BTreeSet<_> = seeds["grant"].iter().collect();
    assert_eq!(distinct.len(), 4);
}

/// What the file says of an indicator is what the runs say, computed here by hand.
#[test]
fn the_interval_follows_from_single_runs_with_the_recorded_seeds() {
    let folder = Folder::new();
    let shape = ["--ticks", "12"];
    folder.said(&[&["compare", "teaching.toml", "grant.toml", "-n", "3", "--output", "x"], &shape[..]].concat(), 0);
    let seeds: Vec<String> = folder.rows("x/runs.csv").iter().take(3).map(|row| row["seed"].clone()).collect();
    let research = |scenario: &str, seed: &str| {
        let output = format!("{scenario}-{seed}");
        let arguments = ["run", scenario, "--seed", seed, "--output", &output, "--quiet"];
        folder.said(&[&arguments[..], &shape[..]].concat(), 0);
        number(folder.rows(&format!("{output}/region.csv")).last().expect("rows"), "research")
    };
    let differences: Vec<f64> =
        seeds.iter().map(|seed| research("grant.toml", seed) - research("teaching.toml", seed)).collect();
    let mean = differences.iter().sum::<f64>() / 3.0;
    let deviation = (differences.iter().map(|d| (d - mean).powi(2)).sum::<f64>() / 2.0).sqrt();
    let half = 4.302_652_73 * deviation / 3.0_f64.sqrt();

    let lines = folder.rows("x/comparison.csv");
    let line = lines.iter().rev().find(|row| row["indicator"] == "research").expect("a row");
    let near = |value: f64, expected: f64| (value - expected).abs() <= 1e-7 * (1.0 + expected.abs());
    assert!(near(number(line, "difference"), mean), "{line:?} {mean}");
    assert!(near(number(line, "low"), mean - half) && near(number(line, "high"), mean + half), "{line:?}");
    assert!(near(number(line, "effect_size"), mean / deviation));
}

#[test]
fn a_scenario_against_itself_differs_in_nothing() {
    let folder = Folder::new();
    folder.said(&["compare", "teaching.toml", "again.toml", "-n", "2", "--ticks", "4", "--output", "x", "--quiet"], 0);
    let lines = folder.rows("x/comparison.csv");
    assert!(lines.len() > 50);
    for row in lines {
        assert_eq!(
            [number(&row, "difference"), number(&row, "low"), number(&row, "seeds_needed")],
            [0.0; 3],
            "{row:?}"
        );
        assert_eq!((number(&row, "agreement"), &row["baseline_mean"]), (1.0, &row["mean"]));
    }
}

#[test]
fn the_number_of_threads_changes_no_byte_and_a_result_is_not_overwritten() {
    let folder = Folder::new();
    let run = |threads: &str| {
        let output = format!("t{threads}");
        let arguments = [
            "compare",
            "teaching.toml",
            "grant.toml",
            "-n",
            "3",
            "--ticks",
            "4",
            "--threads",
            threads,
            "--output",
            &output,
        ];
        folder.said(&arguments, 0);
        ["comparison.csv", "runs.csv"].map(|name| folder.read(&format!("{output}/{name}")))
    };
    let one = run("1");
    assert_eq!(one, run("2"));
    assert_eq!(one, run("5"));
    let again = ["compare", "teaching.toml", "grant.toml", "-n", "3", "--ticks", "4", "--output", "t1"];
    assert!(folder.said(&again, 0).contains("already"));
    let other = ["compare", "teaching.toml", "grant.toml", "-n", "4", "--ticks", "4", "--output", "t1"];
    folder.said(&other, 2);
}

#[test]
fn what_cannot_be_compared_is_refused() {
    let folder = Folder::new();
    folder.write("short.toml", "extends = \"teaching.toml\"\ntime.ticks = 3\n");
    for (arguments, said) in [
        (vec!["teaching.toml", "short.toml"], "the same [time]"),
        (vec!["teaching.toml", "grand.toml"], "grant.toml"),
        (vec!["teaching.toml", "grant.toml", "--set", "finance.debt_limt=1"], "debt_limit"),
        (vec!["teaching.toml"], "2 values required"),
    ] {
        let text = folder.said(&[&["compare"], &arguments[..]].concat(), 2);
        assert!(text.contains(said), "{arguments:?}: {text}");
    }
}
