//! Sweeps under attack: kills at single system calls, full and read-only disks, two processes at once.
//!
//! With `CI` set, the sweep is killed at every step to the disk, and twice, the second time while it
//! resumes, at pairs of steps spread over all there are, three hundred in all; at every pair with
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
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use assert_cmd::cargo::cargo_bin;
use folder::Folder;
use sweeps::{PLAN, records, tables, whole, with_plan};
use tiexi::experiment::store::Index;
use tiexi::experiment::verify::verify;

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

/// Four runs of a moment each: few, and yet they reach the disk in every way that a sweep does.
const SHORT: &str = r#"
base = "tiny.toml"
replicates = 2
[set]
time.ticks = 1
scale = 0.01
"upgrading.settling_quarters" = 0
[[factor]]
key = "finance.debt_limit"
values = [1.0, 4.0]
[output]
indicators = ["value_added", "high_end_share", "stage"]
"#;

/// A system call, and how many of its kind up to this one.
type Step = (&'static str, usize);
/// Where a sweep is killed, and where once more while it resumes, if so.
type Kills = (Step, Option<Step>);

/// So many places as there is time for, evenly spread over all there are.
fn spread(all: Vec<Kills>, most: usize) -> Vec<Kills> {
    let count = most.min(all.len());
    (0..count).map(|at| all[at * all.len() / count]).collect()
}

/// Every step alone and every pair of steps, or of them what there is time for.
fn chosen(steps: &[Step]) -> Vec<Kills> {
    let once: Vec<Kills> = steps.iter().map(|step| (*step, None)).collect();
    let pairs = steps.iter().flat_map(|first| steps.iter().map(|second| (*first, Some(*second))));
    let (alone, twice) = match (std::env::var_os("TIEXI_EVERY_KILL"), std::env::var_os("CI")) {
        (Some(_), _) => (usize::MAX, usize::MAX),
        (None, Some(_)) => (usize::MAX, 300_usize.saturating_sub(once.len())),
        (None, None) => (25, 15),
    };
    [spread(once, alone), spread(pairs.collect(), twice)].concat()
}

/// Kills the sweep `output` where it is told, then lets it end, and looks what became of it. Returns the
/// number of kills: a resumed sweep does not come to every step again.
fn survives(folder: &Folder, output: &str, (first, second): Kills, expected: &[String; 5]) -> usize {
    let what = format!("{first:?}, then {second:?}");
    let sweep = ["sweep", "plan.toml", "--output", output, "--threads", "1", "--quiet"];
    let known = || Index::read(&folder.join(output)).map_or(0, |index| index.entries().count());
    let (mut kills, mut before) = (0, 0);
    for (call, when) in std::iter::once(first).chain(second) {
        let (trace, inject) = (format!("trace={call}"), format!("inject={call}:signal=KILL:when={when}"));
        let ended = strace(&["-o", "/dev/null", "-e", &trace, "-e", &inject], &sweep, folder);
        kills += usize::from(!ended.status.success());
        assert!(known() >= before, "{what}: a finished run was lost");
        before = known();
    }
    folder.said(&sweep, 0);
    assert_eq!(&tables(folder, output), expected, "{what}");
    assert_eq!(records(folder, output), 4, "{what}: every run was done once");
    let found = verify(&folder.join(output)).expect("a sweep");
    assert!(found.wrong.is_empty() && !found.sound.is_empty(), "{what}: {found:?}");
    std::fs::remove_dir_all(folder.join(output)).expect("removed");
    kills
}

/// Killed in the very moment of a write, a rename, a wait for the disk, a removal, each in a folder of its
/// own: nothing that finished is lost, nothing done twice, and the end is that of a sweep without kills.
/// So it is when it is killed again while it resumes.
#[test]
fn killed_at_every_step_to_the_disk_it_ends_with_the_same_bytes() {
    if !has("strace", &["-o", "/dev/null", "true"]) {
        return left_out("kills at single system calls", "needs strace");
    }
    let folder = with_plan(SHORT);
    let expected = whole(&folder);
    let counts = steps(&folder, &["sweep", "plan.toml", "--output", "counted", "--threads", "1", "--quiet"]);
    assert!(counts["write"] >= 10 && counts["fsync"] >= 10 && counts.len() >= 5, "{counts:?}");
    let steps: Vec<Step> =
        counts.into_iter().flat_map(|(call, count)| (1..=count).map(move |when| (call, when))).collect();
    let cases = chosen(&steps);
    let (next, kills) = (AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for worker in 0..std::thread::available_parallelism().map_or(2, usize::from).clamp(2, 4) {
            let (folder, cases, expected, next, kills) = (&folder, &cases, &expected, &next, &kills);
            scope.spawn(move || {
                let output = format!("killed-{worker}");
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    kills.fetch_add(survives(folder, &output, *case, expected), Ordering::Relaxed);
                }
            });
        }
    });
    // The last wait for the disk may come earlier or later than it was counted.
    assert!(kills.into_inner() >= cases.len() * 9 / 10, "{} places", cases.len());
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

/// Largest memory of a process while it runs, in bytes, by asking again and again. Without huge pages, which
/// come in steps of two megabytes, and with what else `settings` say to the allocator.
fn peak_memory(folder: &Folder, arguments: &[&str], settings: &[(&str, &str)]) -> u64 {
    let mut command = folder.command(arguments);
    command.env("MIMALLOC_ALLOW_THP", "0").envs(settings.iter().copied());
    let mut child = command.stdout(Stdio::null()).spawn().expect("started");
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

/// Largest memory of a process that does all runs as the one part there is, and of one that merges it.
fn peaks_of(replicates: u32) -> [u64; 2] {
    let folder = with_plan(&format!(
        "base = \"tiny.toml\"\nreplicates = {replicates}\n[set]\ntime.ticks = 3\nscale = 0.01\n\
         \"upgrading.settling_quarters\" = 0\n"
    ));
    let sweep = ["sweep", "plan.toml", "--output", "x", "--shard", "1/1", "--threads", "2", "--quiet"];
    // Runs free memory all the time. What the allocator keeps of that for later is a matter of chance, and the longer
    // one looks, the more of it is seen at once.
    let peaks =
        [peak_memory(&folder, &sweep, &[("MIMALLOC_PURGE_DELAY", "0")]), peak_memory(&folder, &["merge", "x"], &[])];
    assert_eq!(folder.read("x/runs.csv").lines().count() as u32, replicates + 1);
    peaks
}

/// Small runs with all their indicators: what grows with their number must not show, neither while they are
/// done nor while their records become tables.
#[test]
fn ten_thousand_runs_need_the_memory_of_a_thousand() {
    // What two threads hold at the same moment is a matter of chance; of two measurements the larger counts.
    let [few, many] = [1000, 10_000].map(|runs| {
        let [one, other] = [peaks_of(runs), peaks_of(runs)];
        [one[0].max(other[0]), one[1].max(other[1])]
    });
    for (what, (few, many)) in ["sweep", "merge"].into_iter().zip(few.into_iter().zip(many)) {
        println!("{what}: {many} bytes and {few}");
        assert!(few > 0 && many as f64 <= 1.1 * few as f64, "{what}: {many} bytes and {few}");
    }
}
