//! Every scenario that comes with the program: it runs, its books balance in every tick (a run stops if
//! they do not), its decomposition adds up, and the number of threads changes no byte.

mod support;

use support::{Memory, assert_same};

/// File names of all shipped scenarios.
fn scenarios() -> Vec<String> {
    let folder = std::fs::read_dir(support::root().join("scenarios")).expect("scenarios");
    let names = folder.map(|entry| entry.expect("entry").file_name().into_string().expect("name"));
    let mut names: Vec<String> = names.filter(|name| name.ends_with(".toml")).collect();
    names.sort();
    names
}

fn run(name: &str, threads: usize) -> Memory {
    let small = if name.starts_with("teaching") { "scale=0.05" } else { "scale=0.12" };
    let loaded = support::scenario(name, &[small, "time.ticks=20"]);
    support::run_with(&loaded, threads).0
}

#[test]
fn every_shipped_scenario_adds_up_on_any_number_of_threads() {
    let all = scenarios();
    assert!(all.len() >= 15, "{all:?}");
    for name in &all {
        let (one, three) = (run(name, 1), run(name, 3));
        for table in ["region", "ledger", "network", "technologies", "value_chain", "cells"] {
            assert_same(&format!("{name}: {table}"), one.table(table), three.table(table));
        }
        let region = one.region();
        let column = |name: &str| region.numbers(name);
        let parts =
            ["following", "factor", "value_chain", "structure"].map(|part| column(&format!("{part}_contribution")));
        for (tick, change) in column("value_added_per_worker_change").into_iter().enumerate() {
            let sum: f64 = parts.iter().map(|part| part[tick]).sum();
            assert!((sum - change).abs() < 1e-9, "{name}: tick {tick}: {sum} and {change}");
        }
    }
}

#[test]
fn every_shipped_scenario_says_what_it_asks() {
    for name in scenarios() {
        let text = std::fs::read_to_string(support::root().join("scenarios").join(&name)).expect("text");
        for word in ["# Question", "# Look at", "# Sources"] {
            assert!(text.contains(word), "{name} has no line {word}");
        }
    }
}
