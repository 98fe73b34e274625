//! A folder with copies of the shipped scenarios, in which the program is run as a user would.

// Every test file is a crate of its own and takes what it needs.
#![allow(dead_code)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use assert_cmd::cargo::cargo_bin;
use tempfile::TempDir;

/// A folder that goes when the test ends.
pub struct Folder(TempDir);

impl Folder {
    /// With `liaoning.toml`, `teaching.toml`, their data, `grant.toml`, whose policy starts in 2012,
    /// and `tiny.toml`, which names no firm and so can be as small as wanted.
    pub fn new() -> Self {
        let scenarios = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
        let folder = tempfile::tempdir().expect("folder");
        std::fs::create_dir(folder.path().join("data")).expect("created");
        for name in ["liaoning.toml", "teaching.toml"] {
            std::fs::copy(scenarios.join(name), folder.path().join(name)).expect("copied");
        }
        for entry in std::fs::read_dir(scenarios.join("data")).expect("read") {
            let entry = entry.expect("entry");
            if entry.path().is_file() {
                std::fs::copy(entry.path(), folder.path().join("data").join(entry.file_name())).expect("copied");
            }
        }
        let folder = Self(folder);
        folder.write(
            "grant.toml",
            "extends = \"teaching.toml\"\n[policies.grant]\nkind = \"research_grant\"\nstart = \"2012Q1\"\n\
             end = \"2018Q1\"\nannual_budget = 3000.0\nrate = 0.5\n",
        );
        folder.write("tiny.toml", "extends = \"teaching.toml\"\n[named_firms]\ncsv = \"data/coast_named_firms.csv\"\n");
        folder.write("again.toml", "extends = \"teaching.toml\"\n");
        folder
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn join(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.join(name), text).unwrap_or_else(|error| panic!("{name}: {error}"));
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// `tiexi` with these arguments, not started yet.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(cargo_bin!("tiexi"));
        command.current_dir(self.path()).args(arguments).env("NO_COLOR", "1");
        command
    }

    /// Runs `tiexi`, checks the exit code, and returns what it said on both streams.
    #[track_caller]
    pub fn said(&self, arguments: &[&str], code: i32) -> String {
        let output = self.command(arguments).output().expect("tiexi starts");
        let text = both(&output);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}\n{text}");
        text
    }

    /// Starts `tiexi` and kills it (SIGKILL) as soon as the files under `output` have been seen to change that often:
    /// how far it has come decides, and not how fast the machine is. Whether it ended before, which must be well.
    #[track_caller]
    pub fn ended_before(&self, arguments: &[&str], output: &str, changes: usize) -> bool {
        let mut command = self.command(arguments);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("tiexi starts");
        let (mut seen, mut last) = (0, sizes(&self.join(output)));
        while seen < changes {
            if let Some(status) = child.try_wait().expect("waited") {
                assert!(status.success(), "{arguments:?}");
                return true;
            }
            std::thread::sleep(Duration::from_millis(1));
            let now = sizes(&self.join(output));
            seen += usize::from(now != last);
            last = now;
        }
        // It may end in this very moment.
        let _ = child.kill();
        child.wait().expect("waited").success()
    }

    /// The rows of a table.
    pub fn rows(&self, name: &str) -> Vec<BTreeMap<String, String>> {
        let mut reader = csv::Reader::from_path(self.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        reader.deserialize().map(|row| row.expect("a row")).collect()
    }
}

/// The files under a folder with their sizes. What comes or goes meanwhile may be left out.
fn sizes(folder: &Path) -> BTreeMap<PathBuf, u64> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.metadata() {
            Ok(data) if data.is_dir() => found.append(&mut sizes(&entry.path())),
            Ok(data) => drop(found.insert(entry.path(), data.len())),
            Err(_) => {}
        }
    }
    found
}

fn both(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// A number in a row of a table.
#[track_caller]
pub fn number(row: &BTreeMap<String, String>, column: &str) -> f64 {
    row[column].parse().unwrap_or_else(|_| panic!("{column}: {:?}", row[column]))
}
