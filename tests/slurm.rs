//! A sweep on a real Slurm, one node of which dies in the middle of the work.
#![cfg(target_os = "linux")]

#[path = "support/folder.rs"]
mod folder;
#[path = "support/sweeps.rs"]
mod sweeps;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use folder::Folder;
use sweeps::{tables, with_plan};

const PLAN: &str = r#"
base = "teaching.toml"
replicates = 8
[set]
time.ticks = 84
[design]
kind = "latin_hypercube"
size = 12
[[factor]]
key = "finance.debt_limit"
range = [1.0, 4.0]
[output]
indicators = ["value_added", "firms"]
every = 12
"#;

/// A cluster that is stopped when the test ends, however it ends.
struct Cluster {
    folder: PathBuf,
}

impl Cluster {
    fn up(folder: PathBuf) -> Self {
        std::fs::create_dir_all(&folder).expect("created");
        let cluster = Self { folder };
        let output = cluster.script(&["up"], &[]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        cluster
    }

    fn script(&self, before: &[&str], after: &[&str]) -> Output {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/slurm.sh");
        Command::new(script).args(before).arg(&self.folder).args(after).output().expect("bash is there")
    }

    fn configuration(&self) -> PathBuf {
        self.folder.join("slurm.conf")
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.script(&["down"], &[]);
    }
}

fn status(folder: &Folder, output: &str) -> serde_json::Value {
    let said = folder.command(&["status", output, "--format", "json"]).output().expect("tiexi starts");
    serde_json::from_slice(&said.stdout).unwrap_or_default()
}

/// Waits until the files say that so many runs are done.
#[track_caller]
fn wait_for(folder: &Folder, runs: u64) {
    let until = Instant::now() + Duration::from_secs(240);
    loop {
        let status = status(folder, "sweep");
        if status["ok"].as_u64().is_some_and(|ok| ok >= runs) {
            return;
        }
        assert!(Instant::now() < until, "{status:#}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn a_node_that_dies_costs_no_finished_run_and_changes_no_byte() {
    if std::env::var_os("TIEXI_TEST_SLURM").is_none() {
        // Written directly, since the test harness hides what passing tests print.
        let _ = writeln!(std::io::stderr(), "left out: a sweep on Slurm (./tests/run does it)");
        return;
    }
    let folder = with_plan(PLAN);
    folder.write("profile.toml", "parts = 6\ntime = \"00:10:00\"\ncpus = 1\n");
    folder.said(&["sweep", "plan.toml", "--output", "alone", "--quiet"], 0);

    let cluster = Cluster::up(folder.join("slurm"));
    let mut submit =
        folder.command(&["sweep", "plan.toml", "--slurm", "--profile", "profile.toml", "--output", "sweep"]);
    let output = submit.env("SLURM_CONF", cluster.configuration()).output().expect("started");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    wait_for(&folder, 6);
    let before = status(&folder, "sweep")["ok"].as_u64().expect("a number");
    let cut = cluster.script(&["cut"], &["n2"]);
    assert!(cut.status.success(), "{}", String::from_utf8_lossy(&cut.stderr));
    let after = status(&folder, "sweep")["ok"].as_u64().expect("a number");
    assert!(before < 96 && after >= before, "{before}, {after}");
    assert_eq!(folder.command(&["merge", "sweep"]).output().expect("started").status.code(), Some(2), "not yet");
    wait_for(&folder, 96);
    // A task may still be at its last words.
    let until = Instant::now() + Duration::from_secs(60);
    while !folder.command(&["merge", "sweep"]).output().expect("started").status.success() {
        assert!(Instant::now() < until, "{}", folder.said(&["merge", "sweep"], 0));
        std::thread::sleep(Duration::from_millis(500));
    }
    assert_eq!(tables(&folder, "sweep"), tables(&folder, "alone"));
}
