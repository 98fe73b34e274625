//! Sweeps under attack: kills at single system calls, full and read-only disks, two processes at once.
//!
//! With `CI` set, kills come at up to three hundred places; every single one of them with
//!
//! ```sh
//! TIEXI_EVERY_KILL=1 cargo test --test sweep_faults every_step
//! ```
#![cfg(target_os = "linux")]

#[path = "support/folder.rs"]
mod folder;
#[path = "support/sweeps.rs"]
mod sweeps;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use assert_cmd::cargo::cargo_bin;
use folder::Folder;
use sweeps::{PLAN, records, tables, whole, with_plan};
use tiexi::experiment::store::Index;

/// Says that a test was left out, where the harness would hide it.
fn left_out(what: &str, why: &str) {
    let _ = writeln!(std::io::stderr(), "left out: {what} ({why}; ./tests/run does it)");
}

fn has(program: &str, arguments: &[&str]) -> bool {
    let mut command = Command::new(program);
    let status = command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

/// System calls by which a sweep reaches the disk.
const CALLS: [&str; 12] = [
    "write",
    "rename",
    "renameat",
    "renameat2",
    "fsync",
    "fdatasync",
    "unlink",
    "unlinkat",
    "mkdir",
    "mkdirat",
    "ftruncate",
    "rmdir",
];

/// `strace` around the program, following its threads.
fn strace(own: &[&str], arguments: &[&str], folder: &Folder) -> Output {
    let mut command = Command::new("strace");
    command.args(["-f", "-qq"]).args(own).arg(cargo_bin!("tiexi")).args(arguments).current_dir(folder.path());
    command.output().expect("strace starts")
}

/// How often each call is made by the thread that makes it most: strace counts by thread.
fn steps(folder: &Folder, arguments: &[&str]) -> BTreeMap<&'static str, usize> {
    // A question mark lets strace pass over what this machine does not have.
    let trace = format!("trace={}", CALLS.map(|call| format!("?{call}")).join(","));
    let log = folder.join("steps.log");
    let output = strace(&["-o", log.to_str().expect("a path"), "-e", &trace], arguments, folder);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut by_thread: BTreeMap<(&str, String), usize> = BTreeMap::new();
    for line in std::fs::read_to_string(&log).expect("a log").lines() {
        let Some((thread, rest)) = line.split_once(' ') else {
            continue;
        };
        let name = rest.trim_start().split('(').next().unwrap_or_default();
        if let Some(call) = CALLS.iter().find(|call| **call == name) {
            *by_thread.entry((call, thread.to_string())).or_default() += 1;
        }
    }
    std::fs::remove_file(&log).expect("removed");
    let mut most = BTreeMap::new();
    for ((call, _), count) in by_thread {
        let known = most.entry(call).or_insert(0);
        *known = count.max(*known);
    }
    most
}

/// Places evenly spread over all there are, as many as there is time for.
fn chosen(all: Vec<(&'static str, usize)>) -> Vec<(&'static str, usize)> {
    let most = match (std::env::var_os("TIEXI_EVERY_KILL"), std::env::var_os("CI")) {
        (Some(_), _) => usize::MAX,
        (None, Some(_)) => 300,
        (None, None) => 40,
    };
    let step = all.len().div_ceil(most.min(all.len()).max(1));
    all.into_iter().step_by(step.max(1)).collect()
}

/// Killed in the very moment of a write, a rename, a wait for the disk, a removal, each in a folder of its
/// own: nothing that finished is lost, nothing done twice, and the end is that of a sweep without kills.
/// Every other one is killed again at the same place while it resumes.
#[test]
fn killed_at_every_step_to_the_disk_it_ends_with_the_same_bytes() {
    if !has("strace", &["-o", "/dev/null", "true"]) {
        return left_out("kills at single system calls", "needs strace");
    }
    let folder = with_plan(&PLAN.replace("ticks = 8", "ticks = 2"));
    let expected = whole(&folder);
    let sweep = |output: &'static str| ["sweep", "plan.toml", "--output", output, "--threads", "1", "--quiet"];
    let counts = steps(&folder, &sweep("counted"));
    assert!(counts["write"] > 15 && counts.len() >= 4, "{counts:?}");
    let all: Vec<_> = counts.into_iter().flat_map(|(call, count)| (1..=count).map(move |when| (call, when))).collect();
    let mut kills = 0;
    for (number, (call, when)) in chosen(all).into_iter().enumerate() {
        let _ = std::fs::remove_dir_all(folder.join("x"));
        let (trace, inject) = (format!("trace={call}"), format!("inject={call}:signal=KILL:when={when}"));
        for _ in 0..=number % 2 {
            let known = || Index::read(&folder.join("x")).map_or(0, |index| index.entries().count());
            let before = known();
            let output = strace(&["-o", "/dev/null", "-e", &trace, "-e", &inject], &sweep("x"), &folder);
            kills += usize::from(!output.status.success());
            assert!(known() >= before, "{call} {when}: a finished run was lost");
        }
        folder.said(&["sweep", "plan.toml", "--output", "x", "--quiet"], 0);
        assert_eq!(tables(&folder, "x"), expected, "{call} {when}");
        assert_eq!(records(&folder, "x"), 12, "{call} {when}: every run was done once");
        folder.said(&["verify", "x"], 0);
    }
    assert!(kills >= 30, "only {kills} kills");
}

/// A small disk of its own, seen by this script alone: full, then read-only, then larger.
const SMALL_DISK: &str = r#"
mkdir small
mount -t tmpfs -o size=160k none small
"$1" sweep plan.toml --output small/x --threads 1 2> full.txt; echo $? > full.code
"$1" status small/x --format json > full.json
mount -o remount,ro small
"$1" resume small/x 2> locked.txt; echo $? > locked.code
"$1" status small/x --format json > locked.json
mount -o remount,rw,size=8m small
"$1" resume small/x > resumed.txt 2>&1; echo $? > resumed.code
"$1" verify small/x > verified.txt 2>&1; echo $? > verified.code
mkdir x
cp small/x/*.csv small/x/*.parquet small/x/manifest.json x
"#;

fn ok_runs(folder: &Folder, name: &str) -> u64 {
    let status: serde_json::Value = serde_json::from_str(&folder.read(name)).expect("JSON");
    status["ok"].as_u64().expect("a number")
}

#[test]
fn a_full_and_a_read_only_disk_are_named_and_what_finished_is_kept() {
    if !has("unshare", &["--mount", "--map-root-user", "true"]) {
        return left_out("a full and a read-only disk", "needs the right to mount");
    }
    let folder = with_plan(&PLAN.replace("indicators =", "# ").replace("every = 3", "every = 1"));
    let expected = whole(&folder);
    let mut command = Command::new("unshare");
    command.args(["--mount", "--map-root-user", "sh", "-c", SMALL_DISK, "sh"]).arg(cargo_bin!("tiexi"));
    let output = command.current_dir(folder.path()).output().expect("unshare starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));

    let full = folder.read("full.txt");
    assert_eq!(folder.read("full.code").trim(), "1", "{full}");
    assert!(full.contains("small/x/") && full.contains("No space left on device") && full.contains("resume"), "{full}");
    let known = ok_runs(&folder, "full.json");
    assert!((1..12).contains(&known), "{known}");

    let locked = folder.read("locked.txt");
    assert_eq!(folder.read("locked.code").trim(), "1", "{locked}");
    assert!(locked.contains("small/x/") && locked.contains("Read-only file system"), "{locked}");
    assert_eq!(ok_runs(&folder, "locked.json"), known, "earlier results are intact");

    let resumed = folder.read("resumed.txt");
    assert_eq!(folder.read("resumed.code").trim(), "0", "{resumed}");
    assert!(resumed.contains(&format!("{known} of them there before")), "{resumed}");
    assert_eq!(folder.read("verified.code").trim(), "0", "{}", folder.read("verified.txt"));
    assert_eq!(tables(&folder, "x"), expected);
}

/// Of two processes on one folder each run is done once: one does all, or they take turns.
#[test]
fn two_processes_on_one_folder_do_every_run_once() {
    let folder = with_plan(PLAN);
    let expected = whole(&folder);
    let mut refused = 0;
    for round in 0..5 {
        let output = format!("both-{round}");
        let arguments = ["sweep", "plan.toml", "--output", &output, "--threads", "1", "--quiet"];
        let start =
            || folder.command(&arguments).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("started");
        let began = Instant::now();
        let both = [start(), start()].map(|child| child.wait_with_output().expect("ended"));
        for output in &both {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            match output.status.code() {
                Some(0) => {}
                Some(2) if said.contains("in use") => refused += 1,
                code => panic!("{code:?}: {said}"),
            }
        }
        assert!(both.iter().any(|output| output.status.success()));
        assert!(began.elapsed() < Duration::from_secs(120));
        assert_eq!(tables(&folder, &output), expected);
        assert_eq!(records(&folder, &output), 12, "every run was done once");
    }
    assert!(refused > 0, "the two never met");
}

/// Largest memory of a process while it runs, in bytes, by asking again and again.
fn peak_memory(folder: &Folder, arguments: &[&str]) -> u64 {
    let mut child = folder.command(arguments).stdout(Stdio::null()).spawn().expect("started");
    let status = Path::new("/proc").join(child.id().to_string()).join("status");
    let mut peak = 0;
    loop {
        // Gone at the very end; it only ever grows.
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let held = line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok());
        peak = held.map_or(peak, |kilobytes| peak.max(1024 * kilobytes));
        if let Some(ended) = child.try_wait().expect("waited") {
            assert!(ended.success());
            return peak;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Small runs: what grows with their number must not show.
#[test]
fn ten_thousand_runs_need_the_memory_of_a_thousand() {
    let peak = |replicates: u32| {
        let folder = with_plan(&format!(
            "base = \"tiny.toml\"\nreplicates = {replicates}\n[set]\ntime.ticks = 1\nscale = 0.01\n\
             \"upgrading.settling_quarters\" = 0\n[output]\nindicators = [\"value_added\", \"stage\"]\n"
        ));
        let peak = peak_memory(&folder, &["sweep", "plan.toml", "--output", "x", "--threads", "2", "--quiet"]);
        assert_eq!(folder.read("x/runs.csv").lines().count() as u32, replicates + 1);
        peak
    };
    let (few, many) = (peak(1000), peak(10_000));
    assert!(many as f64 <= 1.1 * few as f64, "{many} bytes and {few}");
}
