//! Same scenario, same seed, same bytes: for any number of threads, on every repeat, in one process
//! or several, wherever and whenever it is run.

mod support;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use assert_cmd::cargo::cargo_bin;
use support::assert_same;

/// Enough firms that every loop is shared out among threads, and single rows with them.
const MANY: &[&str] = &["scale=1.3", "time.ticks=3", "output.panel=[\"firms\"]", "output.panel_every=1"];
const FEW: &[&str] = &["time.ticks=12", "output.panel=[\"firms\"]", "output.panel_every=1"];

#[test]
fn the_number_of_threads_changes_nothing() {
    let loaded = support::scenario("policy-example.toml", MANY);
    let (one, report) = support::run_with(&loaded, 1);
    assert!(report.world.firms.len() > 4096, "{} firms are too few to be shared out", report.world.firms.len());
    for threads in [2, 3, 8] {
        let (many, _) = support::run_with(&loaded, threads);
        for (name, table) in &one.tables {
            assert_same(&format!("{name} on {threads} threads"), table, many.table(name));
        }
    }
}

#[test]
fn a_busy_machine_changes_nothing() {
    let loaded = support::scenario("liaoning.toml", MANY);
    let (quiet, _) = support::run_with(&loaded, 2);
    let done = AtomicBool::new(false);
    let busy = std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    std::hint::spin_loop()
                }
            });
        }
        let (busy, _) = support::run_with(&loaded, 3);
        done.store(true, Ordering::Relaxed);
        busy
    });
    for (name, table) in &quiet.tables {
        assert_same(&format!("{name} under load"), table, busy.table(name));
    }
}

#[test]
fn runs_of_one_process_leave_no_trace_in_each_other() {
    let loaded = support::scenario("teaching.toml", FEW);
    let (first, _) = support::run(&loaded);
    support::tables("coast.toml", &["scale=0.05", "time.ticks=5", "seed=9"]);
    let together = support::seeds(4, |_| support::run(&loaded).0);
    for again in together {
        for (name, table) in &first.tables {
            assert_same(&format!("{name} on repeat"), table, again.table(name));
        }
    }
}

/// The files of a run of the program, by name, but for the manifest, which tells of the machine.
fn files(folder: &Path, prepare: impl Fn(&mut Command)) -> BTreeMap<String, Vec<u8>> {
    let mut command = Command::new(cargo_bin("tiexi"));
    let scenario = support::root().join("scenarios/teaching.toml");
    command.args(["run", "--quiet", "--ticks", "12", "--panel", "firms", "--output"]).arg(folder).arg(scenario);
    prepare(&mut command);
    let output = command.output().expect("started");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let entries = std::fs::read_dir(folder).expect("results").map(|entry| entry.expect("entry").path());
    let named = entries.map(|path| {
        let name = path.file_name().expect("name").to_string_lossy().into_owned();
        (name, std::fs::read(path).expect("readable"))
    });
    named.filter(|(name, _)| name.ends_with(".csv")).collect()
}

#[test]
fn place_time_zone_language_and_threads_do_not_show_in_the_files() {
    let folder = tempfile::tempdir().expect("folder");
    let place = |name: &str| folder.path().join(name);
    let plain = files(&place("plain"), |_| {});
    assert!(plain.len() >= 9 && plain.contains_key("region.csv") && plain.contains_key("firms.csv"));
    let elsewhere = |command: &mut Command| {
        command.current_dir(folder.path()).env("TZ", "Asia/Kathmandu");
    };
    let german = |command: &mut Command| {
        command.envs([("LANG", "de_DE.UTF-8"), ("LC_ALL", "de_DE.UTF-8"), ("LC_NUMERIC", "de_DE.UTF-8")]);
    };
    let threads = |command: &mut Command| {
        command.args(["--threads", "3"]).env("RAYON_NUM_THREADS", "7");
    };
    for (name, prepare) in
        [("elsewhere", &elsewhere as &dyn Fn(&mut Command)), ("german", &german), ("threads", &threads)]
    {
        let other = files(&place(name), prepare);
        assert_eq!(plain.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>());
        let differing: Vec<&String> = plain.keys().filter(|file| plain[*file] != other[*file]).collect();
        assert!(differing.is_empty(), "{name}: {differing:?} differ");
    }
}

#[test]
fn seeds_make_different_histories() {
    let run = |seed: u64| support::tables("teaching.toml", &["time.ticks=4".to_string(), format!("seed={seed}")]);
    let value_added: Vec<Vec<u64>> =
        (1..=5).map(|seed| run(seed).region().numbers("value_added").iter().map(|v| v.to_bits()).collect()).collect();
    for (a, b) in (0..5).flat_map(|a| (0..a).map(move |b| (a, b))) {
        assert_ne!(value_added[a][1..], value_added[b][1..], "seeds {} and {}", a + 1, b + 1);
    }
}
