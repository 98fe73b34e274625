//! Sweeps survive anything: kills, changed files, other threads, other machines.

#[path = "support/folder.rs"]
mod folder;
#[path = "support/sweeps.rs"]
mod sweeps;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use folder::{Folder, number};
use sweeps::{PLAN, records, tables, whole, with_plan};
use tiexi::experiment::store::Index;
use tiexi::kernel::draws::Small;
use tiexi::output::Lock;
use tiexi::scenario::{self, KeyPath, Override};

#[test]
fn tables_hold_every_run_once_and_each_is_the_run_it_would_be_alone() {
    let folder = with_plan(PLAN);
    let [_, series, manifest, ..] = whole(&folder);
    let runs = folder.rows("whole/runs.csv");
    assert_eq!(runs.len(), 12);
    assert_eq!(series.lines().count(), 1 + 12 * 4, "ticks 0, 3, 6 and the last");
    assert!(!manifest.contains(folder.path().to_str().expect("a path")), "no trace of the machine");
    for (at, run) in runs.iter().enumerate() {
        assert_eq!((number(run, "run"), number(run, "point")), ((at + 1) as f64, (at / 2 + 1) as f64));
        assert_eq!(run["seed"], runs[at % 2]["seed"], "replicates share their seeds over all points");
    }
    assert_ne!(runs[0]["seed"], runs[1]["seed"]);

    let run = &runs[7];
    let set = |key: &str| format!("{key}={:?}", number(run, key));
    let (debt, rate) = (set("finance.debt_limit"), set("research.arrival_rate"));
    let alone = ["run", "teaching.toml", "--ticks", "8", "--set", &debt, "--set", &rate, "--seed", &run["seed"]];
    folder.said(&[&alone[..], &["--output", "alone", "--quiet"]].concat(), 0);
    assert!(folder.read("alone/manifest.json").contains(&run["scenario_hash"]));
    let region = folder.rows("alone/region.csv");
    for row in folder.rows("whole/series.csv").iter().filter(|row| row["run"] == "8") {
        let same = region.iter().find(|other| other["tick"] == row["tick"]).expect("the tick");
        for column in ["value_added", "high_end_share", "stage"] {
            assert_eq!(row[column], same[column], "{column} at tick {}", row["tick"]);
        }
    }
}

#[test]
fn without_common_seeds_no_two_runs_share_one() {
    let folder = with_plan(&PLAN.replace("replicates = 2", "replicates = 2\ncommon_seeds = false"));
    whole(&folder);
    let runs = folder.rows("whole/runs.csv");
    assert_eq!(runs.iter().map(|run| run["seed"].as_str()).collect::<BTreeSet<_>>().len(), 12);
}

#[test]
fn the_number_of_threads_changes_no_byte() {
    let folder = with_plan(PLAN);
    let on = |threads: &str| {
        let text = folder.said(&["sweep", "plan.toml", "--output", threads, "--threads", threads], 0);
        assert!(text.contains(", storage ") && text.contains(" % of it"), "{text}");
        tables(&folder, threads)
    };
    let one = on("1");
    assert_eq!(one, on("2"));
    assert_eq!(one, on("3"));
}

/// Killed again and again, from its first trace on disk on and also while it resumes, a sweep ends as if nothing had
/// been, and no run that had finished is done again.
#[test]
fn killed_at_any_moment_it_ends_with_the_same_bytes() {
    let folder = with_plan(PLAN);
    let expected = whole(&folder);
    let mut small = Small::new(u64::from(std::process::id()));
    let mut kills = 0;
    for round in 0..3 {
        let output = format!("killed-{round}");
        let arguments = ["sweep", "plan.toml", "--output", &output, "--threads", "2"];
        let known = || Index::read(&folder.join(&output)).map_or(0, |index| index.entries().count());
        for again in 0.. {
            let before = known();
            // Later and later, so that every stage is hit and the end reached.
            if folder.ended_before(&arguments, &output, 1 + again / 4 + small.index(1 + 2 * again)) {
                break;
            }
            assert!(known() >= before, "a finished run was lost");
            kills += 1;
        }
        assert_eq!(tables(&folder, &output), expected, "after {kills} kills");
        assert_eq!(records(&folder, &output), 12, "every run was done once");
        folder.said(&["verify", &output], 0);
    }
    assert!(kills >= 3, "only {kills} kills");
}

#[test]
#[cfg(unix)]
fn asked_to_stop_it_stops_soon_and_goes_on_later() {
    let folder = with_plan(PLAN);
    let expected = whole(&folder);
    for (signal, code) in [("-INT", 130), ("-TERM", 143)] {
        let output = format!("stopped{signal}");
        let arguments = ["sweep", "plan.toml", "--output", &output, "--threads", "1"];
        let child = folder.command(&arguments).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("started");
        while Index::read(&folder.join(&output)).map_or(true, |index| index.entries().count() == 0) {
            std::thread::sleep(Duration::from_millis(2));
        }
        let asked = Instant::now();
        std::process::Command::new("kill").args([signal, &child.id().to_string()]).status().expect("sent");
        let ended = child.wait_with_output().expect("ended");
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert!(asked.elapsed() < Duration::from_secs(5));
        assert_eq!(ended.status.code(), Some(code), "{said}");
        assert!(said.contains(&format!("`tiexi resume {output}`")), "{said}");
        let known = Index::read(&folder.join(&output)).expect("read").entries().count();
        assert!((1..12).contains(&known));
        let text = folder.said(&["resume", &output], 0);
        assert!(text.contains(&format!("{known} of them there before")), "{text}");
        assert_eq!(tables(&folder, &output), expected);
    }
}

#[test]
fn parts_put_together_are_the_whole() {
    let folder = with_plan(PLAN);
    let expected = whole(&folder);
    let part = |part: &str| folder.said(&["sweep", "plan.toml", "--output", "parts", "--shard", part, "--quiet"], 0);
    part("1/3");
    part("3/3");
    assert!(folder.said(&["merge", "parts"], 2).contains("one is missing: 2"));
    part("2/3");
    assert!(folder.said(&["merge", "parts/shard-1-of-3", "parts", "-o", "x"], 2).contains("part 1 is there twice"));
    let status = folder.said(&["status", "parts", "--format", "json"], 0);
    let status: serde_json::Value = serde_json::from_str(&status).expect("JSON");
    assert_eq!((&status["runs"], &status["ok"], &status["complete"]), (&12.into(), &12.into(), &true.into()));
    folder.said(&["merge", "parts"], 0);
    assert_eq!(tables(&folder, "parts"), expected);
    folder.said(&["merge", "parts/shard-1-of-3", "parts/shard-2-of-3", "parts/shard-3-of-3", "-o", "elsewhere"], 0);
    assert_eq!(tables(&folder, "elsewhere"), expected);

    folder.write("plan.toml", &PLAN.replace("4.0", "5.0"));
    folder.said(&["sweep", "plan.toml", "--output", "other", "--shard", "2/3", "--quiet"], 0);
    let mixed = ["merge", "parts/shard-1-of-3", "other/shard-2-of-3", "parts/shard-3-of-3", "-o", "mixed"];
    assert!(folder.said(&mixed, 2).contains("different plans"));
    assert!(folder.said(&["merge", "whole"], 2).contains("a whole sweep"));
}

#[test]
fn a_part_that_is_not_finished_is_not_merged() {
    let folder = with_plan(PLAN);
    for part in ["1/2", "2/2"] {
        folder.said(&["sweep", "plan.toml", "--output", "parts", "--shard", part, "--quiet"], 0);
    }
    let runs = std::fs::read_dir(folder.join("parts/shard-2-of-2/runs")).expect("read");
    for file in runs {
        let path = file.expect("a file").path();
        let bytes = std::fs::read(&path).expect("read");
        std::fs::write(&path, &bytes[..bytes.len() - 1]).expect("cut");
    }
    assert!(folder.said(&["merge", "parts"], 2).contains("1 runs are missing in parts/shard-2-of-2"));
    folder.said(&["resume", "parts/shard-2-of-2", "--quiet"], 0);
    folder.said(&["merge", "parts"], 0);
}

#[test]
fn a_folder_that_holds_something_else_is_refused() {
    let folder = with_plan(PLAN);
    std::fs::create_dir(folder.join("foreign")).expect("created");
    folder.write("foreign/thesis.txt", "years of work");
    assert!(folder.said(&["sweep", "plan.toml", "--output", "foreign"], 2).contains("thesis.txt"));
    assert_eq!(folder.read("foreign/thesis.txt"), "years of work");
    for command in ["resume", "status", "verify"] {
        assert!(folder.said(&[command, "foreign"], 2).contains("foreign holds n"), "{command}");
    }
    let lock = Lock::take(&folder.join("foreign")).expect("free");
    assert!(folder.said(&["sweep", "plan.toml", "--output", "foreign"], 2).contains("in use"));
    drop(lock);
}

/// A run is what it is wherever it stands: in another order, among others, with other neighbours.
#[test]
fn shuffled_or_among_others_a_run_is_the_same() {
    let plan = |debts: &str, rates: &str| {
        let factor = |key: &str, values: &str| format!("[[factor]]\nkey = \"{key}\"\nvalues = [{values}]\n");
        let factors = factor("finance.debt_limit", debts) + &factor("research.arrival_rate", rates);
        let kept = "[output]\nindicators = [\"value_added\", \"stage\"]\nevery = 4\n";
        format!(
            "base = \"teaching.toml\"\nreplicates = 2\n[set]\ntime.ticks = 8\n[design]\nkind = \"list\"\n{factors}{kept}"
        )
    };
    let folder = Folder::new();
    let results = |name: &str, plan: String| {
        folder.write("plan.toml", &plan);
        folder.said(&["sweep", "plan.toml", "--output", name, "--quiet"], 0);
        let mut series: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for row in folder.rows(&format!("{name}/series.csv")) {
            let cells = ["tick", "value_added", "stage"].map(|column| row[column].clone());
            series.entry(row["run"].clone()).or_default().push(cells.join(","));
        }
        let of = |run: &BTreeMap<String, String>| {
            let place = ["finance.debt_limit", "research.arrival_rate", "seed", "scenario_hash"];
            (place.map(|column| run[column].clone()), series[&run["run"]].clone())
        };
        folder.rows(&format!("{name}/runs.csv")).iter().map(of).collect::<BTreeSet<_>>()
    };
    let all = results("all", plan("1.0, 2.0, 3.0", "0.2, 0.4, 0.6"));
    assert_eq!(all.len(), 6);
    assert_eq!(results("shuffled", plan("3.0, 1.0, 2.0", "0.6, 0.2, 0.4")), all);
    let some = results("some", plan("2.0", "0.4"));
    assert!(some.len() == 2 && some.is_subset(&all));
    assert!(results("more", plan("4.0, 3.0, 2.0, 1.0", "0.8, 0.6, 0.4, 0.2")).is_superset(&all));
}

#[test]
fn a_thousand_replicates_are_a_thousand_different_runs() {
    let folder = with_plan(
        "base = \"tiny.toml\"\nreplicates = 1000\n[set]\ntime.ticks = 2\nscale = 0.02\n\
         \"upgrading.settling_quarters\" = 4\n[output]\nindicators = [\"value_added\", \"wage\"]\nevery = 2\n",
    );
    folder.said(&["sweep", "plan.toml", "--output", "x", "--quiet"], 0);
    let runs = folder.rows("x/runs.csv");
    let different = |column: &str| runs.iter().map(|run| run[column].as_str()).collect::<BTreeSet<_>>().len();
    assert_eq!((runs.len(), different("seed"), different("scenario_hash")), (1000, 1000, 1000));
    let last = folder.rows("x/series.csv").into_iter().filter(|row| row["tick"] == "2");
    assert_eq!(last.map(|row| row["value_added"].clone()).collect::<BTreeSet<_>>().len(), 1000);
}

/// Typed columns and the same cells as the CSV files, as others read them.
#[test]
fn parquet_says_what_the_csv_files_say() {
    if std::env::var_os("TIEXI_TEST_TOOLS").is_none() {
        // Written directly, since the test harness hides what passing tests print.
        let _ = writeln!(std::io::stderr(), "left out: Parquet read by polars and DuckDB (./tests/run does it)");
        return;
    }
    let folder = with_plan(&PLAN.replace(
        "scale = \"log\"",
        "scale = \"log\"\n[[factor]]\nname = \"help\"\n\
        option.none = {}\noption.\"some, \\\"more\\\"\" = { \"finance.interest\" = 0.04 }",
    ));
    whole(&folder);
    let output = Command::new("python3").args(["-c", PARQUET]).current_dir(folder.join("whole")).output();
    let output = output.unwrap_or_else(|error| panic!("python3 cannot be started: {error}"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

const PARQUET: &str = r#"
import duckdb, polars as pl

for name, whole, numbers, words in [
    ("runs", ["run", "point", "replicate", "seed"], ["finance.debt_limit", "research.arrival_rate"], ["help", "status"]),
    ("series", ["run", "tick"], ["value_added", "high_end_share"], ["stage"]),
]:
    table, text = pl.read_parquet(f"{name}.parquet"), pl.read_csv(f"{name}.csv")
    assert table.columns == text.columns, (table.columns, text.columns)
    assert table.height > 0 and table.equals(text), (table, text)
    for columns, kind in [(whole, pl.Int64), (numbers, pl.Float64), (words, pl.String)]:
        assert all(table[column].dtype == kind for column in columns), table.schema
    other = duckdb.sql(f"select * from '{name}.parquet'").fetchall()
    assert other == table.rows(), name
"#;

/// Whatever determines the runs may not change under a sweep.
#[test]
fn what_changed_is_refused_or_done_again() {
    let folder = with_plan(PLAN);
    let expected = whole(&folder);
    let again = folder.said(&["sweep", "plan.toml", "--output", "whole"], 0);
    assert!(again.contains("12 of them there before"), "{again}");

    // The plan: refused, unless taken over; then only what is new is done.
    folder.write("plan.toml", &PLAN.replace("replicates = 2", "replicates = 3"));
    assert!(folder.said(&["sweep", "plan.toml", "--output", "whole"], 2).contains("another plan"));
    assert!(folder.said(&["resume", "whole"], 2).contains("another plan"));
    assert_eq!(tables(&folder, "whole"), expected, "a refusal changes nothing");
    let extended = folder.said(&["sweep", "plan.toml", "--output", "whole", "--extend"], 0);
    assert!(extended.contains("18 runs, 12 of them there before"), "{extended}");
    folder.said(&["sweep", "plan.toml", "--output", "fresh", "--quiet"], 0);
    assert_eq!(tables(&folder, "whole"), tables(&folder, "fresh"));

    // A scenario, at whatever depth, and a table of data.
    for (name, from, to) in [
        ("liaoning.toml", "debt_limit = 2.0", "debt_limit = 2.5"),
        ("teaching.toml", "scale = 0.05", "scale = 0.051"),
        ("data/sub_industries.csv", "\nMET,", "\nMET ,"),
    ] {
        let before = folder.read(name);
        let after = if name.ends_with(".csv") { nudged(&before) } else { before.replace(from, to) };
        assert_ne!(before, after, "{name}");
        folder.write(name, &after);
        let text = folder.said(&["resume", "whole"], 2);
        assert!(text.contains("changed since"), "{name}: {text}");
        folder.write(name, &before);
    }
    folder.said(&["resume", "whole"], 0);

    // Every table that comes with the scenario.
    for entry in std::fs::read_dir(folder.join("data")).expect("read") {
        let name = format!("data/{}", entry.expect("entry").file_name().to_string_lossy());
        let before = folder.read(&name);
        // The list of instruments in the sources is no part of a scenario.
        if !name.ends_with(".csv") || name.contains("coast") || name.ends_with("/policies.csv") {
            continue;
        }
        folder.write(&name, &nudged(&before));
        let text = folder.said(&["resume", "whole"], 2);
        // Shares that no longer add up are refused where they are used.
        assert!(text.contains("changed since") || text.contains("error: "), "{name}: {text}");
        folder.write(&name, &before);
    }
    folder.said(&["resume", "whole"], 0);

    let plan = folder.read("whole/plan.json");
    folder.write("whole/plan.json", &plan.replace("0.2", "0.3"));
    assert!(folder.said(&["resume", "whole"], 2).contains("changed by hand"));
}

/// A change of any single key of the scenario gives its runs another identity, or is refused.
#[test]
fn every_changed_key_is_another_run() {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/teaching.toml");
    let before = scenario::load(&file, &[]).unwrap_or_else(|error| panic!("{error}"));
    let mut keys = Vec::new();
    leaves(&before.resolved_json()["scenario"], &KeyPath::default(), &mut keys);
    let (mut changed, mut refused) = (0, 0);
    for (key, value) in keys {
        // The table of the firms and the like have many rows; every eighth will do.
        let deep = key.to_string().matches('.').count() >= 2;
        if deep && !blake3::hash(key.to_string().as_bytes()).as_bytes()[0].is_multiple_of(8) {
            continue;
        }
        match scenario::load(&file, &[Override::assign("test", &key, &value)]) {
            Ok(after) => {
                assert_ne!(after.hash, before.hash, "{key}");
                changed += 1;
            }
            Err(_) => refused += 1,
        }
    }
    assert!(changed > 150, "{changed} changed, {refused} refused");
}

/// All values below a key, each with another one in its place: lists lose their last entry, texts get longer
/// (most are names or dates, and then refused).
fn leaves(json: &serde_json::Value, path: &KeyPath, found: &mut Vec<(KeyPath, toml::Value)>) {
    use serde_json::Value as Json;
    match json {
        Json::Object(table) => table.iter().for_each(|(name, inner)| leaves(inner, &path.key(name), found)),
        Json::Bool(value) => found.push((path.clone(), toml::Value::Boolean(!value))),
        Json::Number(value) => found.push((
            path.clone(),
            match (value.as_i64(), value.as_f64()) {
                (Some(whole), _) => toml::Value::Integer(whole + 1),
                (None, number) => toml::Value::Float(number.expect("a number") * 1.001 + 1e-6),
            },
        )),
        Json::String(text) => found.push((path.clone(), toml::Value::String(format!("{text}x")))),
        Json::Array(list) => {
            let shorter = list.split_last().and_then(|(_, rest)| toml::Value::try_from(rest).ok());
            found.extend(shorter.map(|shorter| (path.clone(), shorter)));
        }
        Json::Null => {}
    }
}

/// A table with one figure changed.
fn nudged(text: &str) -> String {
    let at = text.rfind(|c: char| c.is_ascii_digit()).expect("a digit");
    let digit = if text.as_bytes()[at] == b'1' { "2" } else { "1" };
    format!("{}{digit}{}", &text[..at], &text[at + 1..])
}

const FAILING: &str = r#"
base = "grant.toml"
[set]
time.ticks = 4
[[factor]]
key = "policies.grant.start"
values = ["2012Q1", "2015Q1"]
[[factor]]
key = "policies.grant.end"
values = ["2014Q1", "2018Q1"]
[output]
indicators = ["firms"]
every = 4
"#;

#[test]
fn failed_runs_are_counted_listed_and_done_again_alone() {
    let folder = with_plan(FAILING);
    let text = folder.said(&["sweep", "plan.toml", "--output", "x"], 3);
    assert!(text.contains("1 of 4 runs failed") && text.contains("run 3 (point 3"), "{text}");
    let runs = folder.rows("x/runs.csv");
    let states: Vec<&str> = runs.iter().map(|run| run["status"].as_str()).collect();
    assert_eq!(states, ["ok", "ok", "failed", "ok"]);
    assert!(runs[2]["reason"].len() > 10 && runs[0]["reason"] == "-", "{runs:?}");
    let expected = tables(&folder, "x");

    assert!(folder.said(&["status", "x"], 0).contains("1 failed, 0 missing"));
    folder.said(&["resume", "x"], 3);
    assert_eq!(records(&folder, "x"), 4, "what failed is not done again unasked");
    folder.said(&["resume", "x", "--failed"], 3);
    assert_eq!(records(&folder, "x"), 5);
    assert_eq!(tables(&folder, "x"), expected);
}

#[test]
fn whole_scenarios_can_be_a_factor() {
    let folder = with_plan(
        "replicates = 2\n[set]\ntime.ticks = 12\n[[factor]]\nscenario = [\"teaching.toml\", \"grant.toml\"]\n\
         [output]\nindicators = [\"policy_spending\"]\nevery = 12\n",
    );
    folder.said(&["sweep", "plan.toml", "--output", "x"], 0);
    let runs = folder.rows("x/runs.csv");
    let scenarios: Vec<&str> = runs.iter().map(|run| run["scenario"].as_str()).collect();
    assert_eq!(scenarios, ["teaching.toml", "teaching.toml", "grant.toml", "grant.toml"]);
    let last: Vec<f64> =
        folder.rows("x/series.csv").iter().skip(1).step_by(2).map(|row| number(row, "policy_spending")).collect();
    assert!(last[0] == 0.0 && last[2] > 0.0, "{last:?}");
}

#[test]
fn a_dry_run_tells_size_time_and_disk_and_writes_nothing() {
    let folder = with_plan(PLAN);
    let text = folder.said(&["sweep", "plan.toml", "--output", "x", "--dry-run"], 0);
    for part in ["points      6", "runs        12", "3, 4 rows each", "time        about", "disk        about"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!folder.join("x").exists());
}

/// A task takes the cores that Slurm grants it, and no process more than it may use.
#[test]
#[cfg(target_os = "linux")]
fn threads_are_those_that_are_granted() {
    let folder = with_plan(PLAN);
    let cores = std::thread::available_parallelism().expect("known").get();
    let threads = |before: &[&str], granted: &str| {
        let program = assert_cmd::cargo::cargo_bin!("tiexi").to_str().expect("a path");
        let line = [before, &[program, "sweep", "plan.toml", "--dry-run"]].concat();
        let mut command = Command::new(line[0]);
        command.args(&line[1..]).current_dir(folder.path()).env("SLURM_CPUS_PER_TASK", granted);
        let output = command.output().expect("started");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let (_, rest) = text.split_once(" on ").unwrap_or_else(|| panic!("{text}"));
        rest.split(' ').next().and_then(|number| number.parse::<usize>().ok()).expect("a number")
    };
    assert_eq!(threads(&[], "1"), 1);
    assert_eq!(threads(&[], ""), cores.min(12), "none granted: all cores, or as many as there are runs");
    assert_eq!(threads(&[], "1000"), cores.min(12), "more granted than there are");
    // What `taskset` sets is what Slurm sets for its tasks; the first core this process may use will do.
    let status = std::fs::read_to_string("/proc/self/status").expect("known");
    let allowed = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:")).expect("known").trim();
    let first = allowed.split([',', '-']).next().expect("a core");
    assert_eq!(threads(&["taskset", "-c", first], ""), 1);
}

/// A limit on the size of files stands for a disk that fills up after some runs.
#[test]
#[cfg(unix)]
fn a_full_disk_is_named_and_what_finished_is_kept() {
    let folder = with_plan(&PLAN.replace("indicators =", "# ").replace("every = 3", "every = 1"));
    let expected = whole(&folder);
    let line = "ulimit -f 64; trap '' XFSZ; exec \"$@\"";
    let mut command = std::process::Command::new("sh");
    command.args(["-c", line, "sh"]).arg(assert_cmd::cargo::cargo_bin!("tiexi")).current_dir(folder.path());
    let output = command.args(["sweep", "plan.toml", "--output", "x", "--threads", "1"]).output().expect("sh starts");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("x/runs/") && said.contains("File too large") && said.contains("resume"), "{said}");
    let known = Index::read(&folder.join("x")).expect("read").entries().count();
    assert!((1..12).contains(&known), "{known}");
    assert!(folder.said(&["resume", "x"], 0).contains(&format!("{known} of them there before")));
    assert_eq!(tables(&folder, "x"), expected);

    folder.write("file", "");
    assert!(folder.said(&["sweep", "plan.toml", "--output", "file/x"], 1).contains("file/x: Not a directory"));
}

#[test]
fn damage_is_found() {
    let folder = with_plan(PLAN);
    let [_, series, ..] = whole(&folder);
    assert!(folder.said(&["verify", "whole"], 0).contains("12 of 12 runs have a sound record"));
    folder.write("whole/series.csv", &series.replacen('1', "7", 1));
    assert!(folder.said(&["verify", "whole"], 1).contains("series.csv was changed"));
    folder.said(&["resume", "whole"], 0);
    folder.said(&["verify", "whole"], 0);
    std::fs::remove_dir_all(folder.join("whole/runs")).expect("removed");
    assert!(folder.said(&["verify", "whole"], 1).contains("records of 12 runs are not"));
}

/// Each with the line and column at which it stands, and what was meant.
#[test]
fn misspelt_plans_are_refused_with_place_and_suggestion() {
    let folder = Folder::new();
    for (from, to, place, meant) in [
        ("base =", "bas =", "plan.toml:2:1", "did you mean `base`"),
        ("teaching.toml", "teeching.toml", "plan.toml:2:8", "did you mean `teaching.toml`"),
        ("replicates", "replicats", "plan.toml:3:1", "did you mean `replicates`"),
        ("time.ticks = 8", "time.tick = 8", "plan.toml:5:", "did you mean `ticks`"),
        ("kind =", "knd =", "plan.toml:7:1", "did you mean `kind`"),
        ("latin_hypercube", "latin_hypercub", "plan.toml:7:8", "did you mean `latin_hypercube`"),
        ("size = 6", "sise = 6", "plan.toml:8:1", "did you mean `size`"),
        ("finance.debt_limit", "finance.debt_limt", "plan.toml:10:7", "did you mean `debt_limit`"),
        ("range = [1.0", "rang = [1.0", "plan.toml:11:1", "did you mean `range`"),
        ("range = [1.0", "range = [-1.0", "plan.toml:11:", "`finance.debt_limit` must be"),
        ("range = [0.2, 0.8]", "range = [0.8, 0.2]", "plan.toml:14:", "the range must rise"),
        ("\"log\"", "\"lug\"", "plan.toml:15:9", "did you mean `log`"),
        ("[output]", "[outputs]", "plan.toml:16:", "did you mean `output`"),
        ("high_end_share", "high_end_shares", "plan.toml:17:30", "did you mean `high_end_share`"),
        ("every = 3", "every = 0", "plan.toml:18:9", "`output.every` must be"),
    ] {
        assert!(PLAN.contains(from), "{from}");
        folder.write("plan.toml", &PLAN.replacen(from, to, 1));
        let text = folder.said(&["sweep", "plan.toml", "--output", "x"], 2);
        assert!(text.contains(place), "{to}: {place} is not in\n{text}");
        assert!(text.contains(meant), "{to}: {meant} is not in\n{text}");
        assert!(!folder.join("x").exists());
    }
}

#[test]
fn plans_that_make_no_sense_are_refused() {
    let folder = Folder::new();
    for (plan, said) in [
        ("[[factor]]\nkey = \"scale\"\nvalues = [0.05]\n", "missing key `base`"),
        ("base = \"teaching.toml\"\n[[factor]]\nscenario = [\"grant.toml\"]\n", "exclude each other"),
        ("base = \"teaching.toml\"\n[[factor]]\nkey = \"seed\"\nvalues = [1]\n", "cannot be a factor"),
        ("base = \"teaching.toml\"\n[[factor]]\nkey = \"scale\"\n", "`values` or `range`"),
        ("base = \"teaching.toml\"\n[[factor]]\nkey = \"cities.csv\"\nvalues = [\"a.csv\"]\n", "another CSV file"),
        ("base = \"teaching.toml\"\n[design]\nkind = \"saltelli\"\n", "missing key `size`"),
        ("base = \"teaching.toml\"\n[set]\nseed = 3\n", "on top of the plan"),
        (
            "base = \"teaching.toml\"\nreplicates = 1000000\n[design]\nkind = \"sobol\"\nsize = 60000\n[[factor]]\n\
             key = \"scale\"\nrange = [0.05, 0.06]\n",
            "more than 10000000 runs",
        ),
        (
            "base = \"teaching.toml\"\n[design]\nkind = \"list\"\n[[factor]]\nkey = \"scale\"\nvalues = [0.05]\n\
             [[factor]]\nkey = \"finance.debt_limit\"\nvalues = [1.0, 2.0]\n",
            "the same number of values",
        ),
        (
            "base = \"grant.toml\"\n[[factor]]\nname = \"until\"\n[factor.option.soon]\n\
             \"policies.grant.end\" = \"2014Q1\"\n[[factor]]\nname = \"path\"\n[factor.option.training]\n\
             \"policies.grant\" = { kind = \"talent_programme\", annual_budget = 30.0, rate = 0.1 }\n",
            "write this factor before `until`",
        ),
    ] {
        folder.write("plan.toml", plan);
        let text = folder.said(&["sweep", "plan.toml", "--output", "x"], 2);
        assert!(text.contains(said), "{said} is not in\n{text}");
    }
}

/// A stand-in for Slurm that does the tasks of an array one after the other, in an order of its own.
const SBATCH: &str = r#"#!/bin/bash
script="$(mktemp)"
cat > "$script"
array="$(sed -n 's/^#SBATCH --array=1-\([0-9]*\).*/\1/p' "$script")"
echo "Submitted batch job 1"
for task in $(seq "$array" -1 1); do
    SLURM_ARRAY_TASK_ID="$task" SLURM_CPUS_PER_TASK=2 bash "$script" || exit 1
done
"#;

#[test]
#[cfg(unix)]
fn a_job_array_does_what_one_process_does() {
    use std::os::unix::fs::PermissionsExt;
    let folder = with_plan(PLAN);
    let expected = whole(&folder);
    folder.write("profile.toml", "parts = 3\nat_once = 2\npartition = \"short\"\ntime = \"00:10:00\"\n");
    let script = folder.said(&["sweep", "plan.toml", "--slurm", "--profile", "profile.toml", "--print"], 0);
    for line in ["#SBATCH --array=1-3%2", "#SBATCH --partition=short", "#SBATCH --time=00:10:00", "#SBATCH --requeue"] {
        assert!(script.contains(line), "{line}: {script}");
    }
    assert!(!folder.join("output").exists(), "printed only");

    folder.write("sbatch", SBATCH);
    std::fs::set_permissions(folder.join("sbatch"), PermissionsExt::from_mode(0o755)).expect("made a program");
    let usual = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(std::iter::once(folder.path().into()).chain(std::env::split_paths(&usual)));
    let mut command =
        folder.command(&["sweep", "plan.toml", "--slurm", "--profile", "profile.toml", "--output", "x y"]);
    let output = command.env("PATH", path.expect("a path")).output().expect("started");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stdout).contains("3 tasks"));
    folder.write("x y/slurm-1_1.log", "a log");
    folder.said(&["merge", "x y"], 0);
    assert_eq!(tables(&folder, "x y"), expected);

    folder.write("profile.toml", "parts = 3\nmemry = \"2G\"\n");
    let text = folder.said(&["sweep", "plan.toml", "--slurm", "--profile", "profile.toml", "--print"], 2);
    assert!(text.contains("profile.toml:2:1") && text.contains("did you mean `memory`"), "{text}");
    folder.write("profile.toml", "parts = 30\n");
    assert!(
        folder
            .said(&["sweep", "plan.toml", "--slurm", "--profile", "profile.toml", "--print"], 2)
            .contains("cannot be divided")
    );
}

const MAP: &str = r#"
base = "teaching.toml"
replicates = 3
[set]
time.ticks = 12
[map]
x = "finance.debt_limit"
y = "outside.frontier_growth"
path = "path"
criterion = "engineers"
[[factor]]
name = "path"
[factor.option.nothing]
[factor.option.talent]
"policies.t" = { kind = "talent_programme", annual_budget = 3000.0, rate = 0.5 }
[factor.option.little]
"policies.t" = { kind = "talent_programme", annual_budget = 30.0, rate = 0.01 }
[[factor]]
key = "finance.debt_limit"
values = [1.0, 3.0]
[[factor]]
key = "outside.frontier_growth"
values = [0.02, 0.04, 0.06]
[output]
indicators = ["engineers", "policy_spending"]
every = 12
"#;

#[test]
fn a_map_of_a_plan_without_one_is_refused_before_anything_runs() {
    let folder = with_plan(PLAN);
    let text = folder.said(&["map", "plan.toml", "--output", "x"], 2);
    assert!(text.contains("plan.toml") && text.contains("no [map]") && text.contains("`tiexi sweep`"), "{text}");
    assert!(!folder.join("x").exists());
}

#[test]
fn a_map_names_the_best_path_of_every_cell() {
    let folder = with_plan(MAP);
    let text = folder.said(&["map", "plan.toml", "--output", "x"], 0);
    assert!(text.contains("best path by engineers"), "{text}");
    let cells = folder.rows("x/map.csv");
    assert_eq!(cells.len(), 6);
    for cell in &cells {
        assert_eq!((cell["best"].as_str(), cell["second"].as_str()), ("talent", "little"), "{cell:?}");
        assert!(number(cell, "gain_low") > 0.0 && cell["verdict"] == "clear", "{cell:?}");
        assert!(number(cell, "margin") < number(cell, "gain"), "{cell:?}");
    }
    // By hand, from the tables of the sweep: the first cell.
    let runs = folder.rows("x/runs.csv");
    let series = folder.rows("x/series.csv");
    let level = |path: &str| {
        let mine = runs.iter().filter(|run| {
            run["path"] == path
                && number(run, "finance.debt_limit") == 1.0
                && number(run, "outside.frontier_growth") == 0.02
        });
        let last = |run: &std::collections::BTreeMap<String, String>| {
            let row = series.iter().find(|row| row["run"] == run["run"] && row["tick"] == "12");
            number(row.expect("a row"), "engineers")
        };
        mine.map(last).sum::<f64>() / 3.0
    };
    let gain = level("talent") - level("nothing");
    assert!((number(&cells[0], "gain") - gain).abs() < 1e-9 * gain.abs(), "{gain}");
    let gains = folder.rows("x/map_gains.csv");
    assert_eq!(gains.len(), 12, "two paths in six cells");
    assert!((number(&gains[0], "gain") - gain).abs() < 1e-9 * gain.abs() && gains[0]["path"] == "talent");

    // By hand too: how the gain changes from the first value of an axis to the second, over three rows.
    let traits = folder.rows("x/map_traits.csv");
    assert_eq!(traits.len(), (2 + 3) * 3, "values of both axes, pairs of paths");
    let of = |debt: &str| {
        let rows = gains.iter().filter(|row| row["path"] == "talent" && row["finance.debt_limit"] == debt);
        rows.map(|row| number(row, "gain")).sum::<f64>() / 3.0
    };
    let row = traits
        .iter()
        .find(|row| row["value"] == "3.0" && row["path"] == "talent" && row["over"] == "nothing")
        .expect("a row");
    let (gain, change) = (of("3.0"), of("3.0") - of("1.0"));
    assert!((number(row, "gain") - gain).abs() < 1e-9 * gain.abs(), "{row:?} {gain}");
    assert!((number(row, "change") - change).abs() < 1e-6 * gain.abs(), "{row:?} {change}");
    assert!(number(row, "change_low") <= change && change <= number(row, "change_high"), "{row:?}");
    let picture = folder.read("x/map.svg");
    assert!(picture.starts_with("<svg") && picture.matches(">talent<").count() == 7, "six cells and the legend");
    let pixels = std::fs::read(folder.join("x/map.png")).expect("a picture");
    assert!(pixels.starts_with(b"\x89PNG") && pixels.len() > 10_000, "{}", pixels.len());
    folder.said(&["map", "plan.toml", "--output", "x", "--quiet"], 0);
    assert_eq!(folder.read("x/map.svg"), picture);
    assert_eq!(std::fs::read(folder.join("x/map.png")).expect("a picture"), pixels);

    for (from, to, place, meant) in [
        ("path = \"path\"", "path = \"paths\"", "plan.toml:9:8", "did you mean `path`"),
        ("criterion = \"engineers\"", "criterion = \"enginers\"", "plan.toml:10:13", "did you mean `engineers`"),
        (
            "\"policies.t\" = { kind = \"talent_programme\", annual",
            "\"policies.t\" = { kind = \"talent_programme\", anual",
            "plan.toml:15:1",
            "annual_budget",
        ),
    ] {
        folder.write("plan.toml", &MAP.replacen(from, to, 1));
        let text = folder.said(&["map", "plan.toml", "--output", "y"], 2);
        assert!(text.contains(place) && text.contains(meant), "{to}\n{text}");
    }
}

/// With further traits a map for each combination of them, each cell as in a map of its own.
#[test]
fn further_traits_make_panels() {
    let folder = with_plan(&MAP.replace("path = \"path\"\ncriterion", "panels = [\"wages\"]\npath = \"path\"\ncriterion").replace(
        "[output]",
        "[[factor]]\nname = \"wages\"\noption.usual = {}\noption.high = { \"labour.annual_wage\" = 0.05 }\n[output]",
    ));
    let text = folder.said(&["map", "plan.toml", "--output", "x"], 0);
    assert!(text.contains("wages: usual") && text.contains("wages: high"), "{text}");
    let cells = folder.rows("x/map.csv");
    assert_eq!(cells.len(), 12);
    folder.write("plan.toml", MAP);
    folder.said(&["map", "plan.toml", "--output", "y", "--quiet"], 0);
    let alone = folder.rows("y/map.csv");
    let usual: Vec<_> = cells.into_iter().filter(|cell| cell["wages"] == "usual").collect();
    assert_eq!(usual.len(), alone.len());
    for (one, other) in usual.iter().zip(&alone) {
        assert!(other.iter().all(|(column, value)| &one[column] == value), "{one:?} and {other:?}");
    }
    assert!(folder.read("x/map.svg").contains(">wages: high<"));
    folder.write(
        "plan.toml",
        &MAP.replace("path = \"path\"\ncriterion", "panels = [\"pathe\"]\npath = \"path\"\ncriterion"),
    );
    let text = folder.said(&["map", "plan.toml", "--output", "z"], 2);
    assert!(text.contains("plan.toml:9:11") && text.contains("did you mean `path`"), "{text}");
}

/// The plans that come with the program pass all checks, and their first run runs.
#[test]
fn every_shipped_plan_can_be_run() {
    let plans = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/plans");
    let folder = Folder::new();
    let mut count = 0;
    for entry in std::fs::read_dir(plans).expect("plans") {
        let path = entry.expect("entry").path();
        if path.extension().is_none_or(|ending| ending != "toml") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("text");
        assert!(text.contains("# Question") && text.contains("# Look at"), "{}", path.display());
        let command = if text.contains("[[parameter]]") { "calibrate" } else { "sweep" };
        let said = folder.said(&[command, path.to_str().expect("a path"), "--dry-run"], 0);
        assert!(said.contains("runs  "), "{said}");
        count += 1;
    }
    assert!(count >= 6, "{count}");
}
