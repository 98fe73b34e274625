//! Golden runs: results change only on purpose. What changed is told column by column; on purpose,
//! regenerate with `TIEXI_REGENERATE=1 cargo test --test golden` and say why in the changelog.

mod support;

use std::path::PathBuf;

use support::Table;

/// Relative tolerance: another compiler may round the last bits differently.
const TOLERANCE: f64 = 1e-9;
const TICKS: u32 = 20;
const SEEDS: [u64; 2] = [1, 2];

fn path(seed: u64) -> PathBuf {
    support::root().join(format!("tests/golden/teaching-{seed}.csv"))
}

fn region(seed: u64) -> Table {
    let run = support::tables("teaching.toml", &[format!("time.ticks={TICKS}"), format!("seed={seed}")]);
    run.region().clone()
}

/// Cells of a CSV text, header first.
fn cells(text: &str) -> Vec<Vec<&str>> {
    text.lines().map(|line| line.split(',').collect()).collect()
}

fn same(ours: &str, golden: &str) -> bool {
    match (ours.parse::<f64>(), golden.parse::<f64>()) {
        (Ok(a), Ok(b)) => (a - b).abs() <= TOLERANCE * a.abs().max(b.abs()),
        _ => ours == golden,
    }
}

/// What differs: columns that came or went, and for each column that changed the first tick, both
/// values and how many ticks. Empty where nothing does.
fn differences(ours: &str, golden: &str) -> Vec<String> {
    let (ours, golden) = (cells(ours), cells(golden));
    let mut told = Vec::new();
    let lists = |columns: &[&str], others: &[&str]| {
        columns.iter().filter(|column| !others.contains(column)).map(ToString::to_string).collect::<Vec<_>>().join(", ")
    };
    let (new, gone) = (lists(&ours[0], &golden[0]), lists(&golden[0], &ours[0]));
    told.extend((!new.is_empty()).then(|| format!("new columns: {new}")));
    told.extend((!gone.is_empty()).then(|| format!("columns gone: {gone}")));
    told.extend((ours.len() != golden.len()).then(|| format!("{} rows instead of {}", ours.len(), golden.len())));
    for (place, column) in ours[0].iter().enumerate() {
        let Some(there) = golden[0].iter().position(|name| name == column) else { continue };
        let pairs = ours.iter().zip(&golden).skip(1);
        let differing: Vec<(&str, &str, &str)> =
            pairs.map(|(a, b)| (a[0], a[place], b[there])).filter(|(_, a, b)| !same(a, b)).collect();
        if let Some((tick, a, b)) = differing.first() {
            told.push(format!(
                "{column:36} tick {tick:>3}: {a} instead of {b} ({} of {} ticks)",
                differing.len(),
                ours.len() - 1
            ));
        }
    }
    told
}

#[test]
fn results_change_only_on_purpose() {
    let mut told = Vec::new();
    for seed in SEEDS {
        let ours = region(seed).csv();
        if std::env::var_os("TIEXI_REGENERATE").is_some() {
            std::fs::create_dir_all(path(seed).parent().expect("a folder")).expect("folder");
            std::fs::write(path(seed), &ours).expect("written");
            continue;
        }
        let golden = std::fs::read_to_string(path(seed))
            .unwrap_or_else(|error| panic!("{}: {error}; make it with TIEXI_REGENERATE=1", path(seed).display()));
        let found = differences(&ours, &golden);
        if !found.is_empty() {
            told.push(format!("seed {seed}: {} differences\n  {}", found.len(), found.join("\n  ")));
        }
    }
    assert!(
        told.is_empty(),
        "results changed:\n{}\nif on purpose: TIEXI_REGENERATE=1 cargo test --test golden",
        told.join("\n")
    );
}

#[test]
fn a_change_is_told_with_column_tick_and_values() {
    let golden = "tick,a,b\n0,1.0,2.0\n1,1.5,2.5\n2,1.5,x\n";
    assert!(differences(golden, golden).is_empty());
    assert!(differences("tick,a,b\n0,1.0,2.0\n1,1.5000000000001,2.5\n2,1.5,x\n", golden).is_empty());
    let found = differences("tick,a,b\n0,1.0,2.0\n1,1.6,2.5\n2,1.7,y\n", golden);
    assert_eq!(found.len(), 2);
    assert!(
        found[0].starts_with("a ") && found[0].contains("tick   1: 1.6 instead of 1.5 (2 of 3 ticks)"),
        "{found:?}"
    );
    let found = differences("tick,a,c\n0,1.0,2.0\n", golden);
    assert_eq!(found, ["new columns: c", "columns gone: b", "2 rows instead of 4"]);
}
