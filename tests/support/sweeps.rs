//! What the tests of sweeps share: a small plan, its tables, and a count of its records.

// Every test file is a crate of its own and takes what it needs.
#![allow(dead_code)]

use tiexi::experiment::store::Index;

use crate::folder::Folder;

/// Twelve short runs of a small world.
pub const PLAN: &str = r#"
base = "teaching.toml"
replicates = 2
[set]
time.ticks = 8
[design]
kind = "latin_hypercube"
size = 6
[[factor]]
key = "finance.debt_limit"
range = [1.0, 4.0]
[[factor]]
key = "research.arrival_rate"
range = [0.2, 0.8]
scale = "log"
[output]
indicators = ["value_added", "high_end_share", "stage"]
every = 3
"#;

/// Files of a sweep that must not depend on how it was done.
const TABLES: [&str; 5] = ["runs.csv", "series.csv", "manifest.json", "runs.parquet", "series.parquet"];

/// The tables of a sweep: the texts, and the hashes of what is no text.
pub fn tables(folder: &Folder, output: &str) -> [String; 5] {
    TABLES.map(|name| {
        let name = format!("{output}/{name}");
        if name.ends_with(".parquet") {
            let bytes = std::fs::read(folder.join(&name)).unwrap_or_else(|error| panic!("{name}: {error}"));
            blake3::hash(&bytes).to_hex().to_string()
        } else {
            folder.read(&name)
        }
    })
}

/// A folder with a plan.
pub fn with_plan(plan: &str) -> Folder {
    let folder = Folder::new();
    folder.write("plan.toml", plan);
    folder
}

/// Does the plan in one go, into the folder `whole`.
pub fn whole(folder: &Folder) -> [String; 5] {
    folder.said(&["sweep", "plan.toml", "--output", "whole", "--quiet"], 0);
    tables(folder, "whole")
}

/// Whole records in all files of a sweep, counted one by one.
pub fn records(folder: &Folder, output: &str) -> usize {
    let files = std::fs::read_dir(folder.join(output).join("runs")).expect("read");
    let starts = files.map(|file| {
        let bytes = std::fs::read(file.expect("a file").path()).expect("read");
        bytes.windows(8).filter(|window| window == b"tiexirn1").count()
    });
    let torn = Index::read(&folder.join(output)).expect("read").torn.len();
    starts.sum::<usize>() - torn
}
