//! The house: who may import whom, one number per random stream, chapters with all their headings, and
//! no way in for results that depend on scheduling or hashing.

mod support;

use std::collections::BTreeMap;

use support::rust_files;

/// Layers from left to right; each imports only what stands further right. Modules of one layer are
/// siblings and do not import each other.
const LAYERS: &[&[&str]] = &[
    &["main"],
    &["cli"],
    &["report"],
    &["experiment"],
    &["run", "output", "scenario", "requirements"],
    &["tick", "population"],
    &["mechanisms", "policy", "indicators"],
    &["world"],
    &["kernel"],
];

/// What is allowed beyond the rule: a run is a run of a scenario.
const ALLOWED: &[(&str, &str)] = &[("run", "scenario")];

fn layer(module: &str) -> usize {
    let place = LAYERS.iter().position(|layer| layer.contains(&module));
    place.unwrap_or_else(|| panic!("module `{module}` has no place in the layers"))
}

/// Source without comments and without what follows `#[cfg(test)]`.
fn code(text: &str) -> String {
    let product = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = product.lines().map(|line| line.split("//").next().unwrap_or_default());
    lines.collect::<Vec<_>>().join("\n")
}

/// All files of the library and the program but those that hold only tests: path, module, code.
fn sources() -> Vec<(String, String, String)> {
    let files = rust_files("src").into_iter().filter(|(path, _)| !path.contains("/tests"));
    files
        .map(|(path, text)| {
            let module = path.split('/').nth(1).expect("below src").trim_end_matches(".rs").to_string();
            (path, module, code(&text))
        })
        .collect()
}

/// First segments of all paths that start with `start`, such as `world` of `crate::world::World`; in a
/// group `crate::{a, b}` each of them.
fn segments(code: &str, start: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices(start) {
        let rest = &code[at + start.len()..];
        let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
        match rest.strip_prefix('{') {
            Some(group) => {
                let group = group.split('}').next().unwrap_or_default();
                found.extend(group.split(',').map(|part| word(part.trim())).filter(|name| !name.is_empty()));
            }
            None => found.push(word(rest)),
        }
    }
    found
}

fn import_problems(sources: &[(String, String, String)]) -> Vec<String> {
    let mut problems = Vec::new();
    for (path, module, code) in sources.iter().filter(|(_, module, _)| module != "lib") {
        let start = if module == "main" { "tiexi::" } else { "crate::" };
        for target in segments(code, start) {
            let allowed = target == *module || ALLOWED.contains(&(module.as_str(), target.as_str()));
            if !allowed && layer(&target) <= layer(module) {
                problems.push(format!("{path}: {module} imports {target}"));
            }
        }
    }
    problems
}

#[test]
fn modules_import_only_to_their_right() {
    assert_eq!(import_problems(&sources()), Vec::<String>::new());
}

#[test]
fn a_wrong_import_is_seen() {
    let file = |path: &str, module: &str, code: &str| (path.to_string(), module.to_string(), code.to_string());
    let wrong = [
        file("src/world/mod.rs", "world", "use crate::mechanisms::market;"),
        file("src/policy/mod.rs", "policy", "let x = crate::indicators::tables();"),
        file("src/kernel/ids.rs", "kernel", "use crate::{kernel, world};"),
        file("src/cli/run.rs", "cli", "use crate::world::World;"),
    ];
    assert_eq!(import_problems(&wrong).len(), 3);
}

/// Whether a file of the mechanisms is a chapter, and not a part of one, which stands in the folder of its name.
fn is_chapter(path: &str) -> bool {
    path.split('/').count() == 3 && !path.ends_with("mod.rs")
}

/// Mechanisms meet in the world: only `mod.rs` knows them all. The parts of a chapter know it and each other.
#[test]
fn mechanisms_do_not_know_each_other() {
    let files = sources().into_iter().filter(|(path, module, _)| module == "mechanisms" && !path.ends_with("mod.rs"));
    for (path, _, code) in files {
        assert!(!code.contains("mechanisms::"), "{path} imports a mechanism");
        let neighbour = if is_chapter(&path) { "super::" } else { "super::super" };
        assert!(!code.contains(neighbour), "{path} imports a neighbour");
    }
    // What decides about instruments knows them: governments, and conditions of the paths that they declare.
    let above = ["mod.rs", "government.rs", "feasibility.rs"];
    let instruments = sources()
        .into_iter()
        .filter(|(path, module, _)| module == "policy" && !above.iter().any(|file| path.ends_with(file)));
    for (path, _, code) in instruments {
        assert!(!code.contains("policy::") && !code.contains("super::"), "{path} imports a neighbour");
    }
}

#[test]
fn every_random_stream_has_a_number_of_its_own() {
    let mut streams: BTreeMap<u16, String> = BTreeMap::new();
    for (path, _, code) in sources() {
        for (at, _) in code.match_indices("Stream = Stream(") {
            let digits = &code[at + "Stream = Stream(".len()..];
            let number: u16 = digits.split(')').next().and_then(|n| n.trim().parse().ok()).expect("a number");
            assert!(number < 1024, "{path}: stream {number} is beyond the field of the key");
            if let Some(other) = streams.insert(number, path.clone()) {
                panic!("stream {number} is declared in {other} and in {path}");
            }
        }
        // A stream made on the spot would escape the count.
        let made = code.matches("Stream(").count() - code.matches("Stream = Stream(").count();
        assert!(path.ends_with("kernel/draws.rs") || made == 0, "{path} makes a stream without declaring it");
    }
    assert!(streams.len() >= 8, "{streams:?}");
}

const HEADINGS: [&str; 9] = [
    "Question",
    "Story",
    "Equations",
    "Place in the tick",
    "Reads / Writes",
    "Randomness",
    "Sources",
    "REQ numbers",
    "What it leaves out",
];

/// The headings of a chapter, in order, each followed by text.
fn chapter(text: &str) -> Vec<String> {
    let doc: Vec<&str> = text.lines().take_while(|line| line.starts_with("//!")).collect();
    let heads = doc.iter().enumerate().filter_map(|(at, line)| {
        let filled = doc[at + 1..].iter().take_while(|line| !line.starts_with("//! # ")).any(|line| line.len() > 4);
        line.strip_prefix("//! # ").filter(|_| filled).map(str::to_string)
    });
    heads.collect()
}

#[test]
fn every_mechanism_is_a_chapter_with_all_headings() {
    let mut chapters = 0;
    for (path, text) in rust_files("src/mechanisms").into_iter().filter(|(path, _)| is_chapter(path)) {
        assert_eq!(chapter(&text), HEADINGS, "{path}");
        assert!(text.contains("REQ-"), "{path} names no requirement");
        chapters += 1;
    }
    assert!(chapters >= 15);
}

/// Where results are made, nothing is kept in an order that a hash decides.
#[test]
fn nothing_is_kept_in_hashed_order() {
    let layers = ["world", "mechanisms", "kernel", "tick", "indicators", "policy", "population", "run"];
    for (path, module, code) in sources() {
        let hashed = code.contains("HashMap") || code.contains("HashSet");
        assert!(!layers.contains(&module.as_str()) || !hashed, "{path} uses a hashed collection");
    }
}

/// Parallel sums of floats depend on scheduling; only chunks folded in order do not.
fn unordered(code: &str) -> Option<String> {
    let parallel = ["par_iter", "par_chunks", "into_par_iter", "par_bridge"];
    let folds = [".sum", ".product", ".reduce", ".fold(", ".min_by", ".max_by"];
    let statements = code.split(';').filter(|statement| parallel.iter().any(|word| statement.contains(word)));
    // What stands inside a closure of the parallel step works on one item or one chunk.
    let outside = |statement: &str| {
        let (mut depth, mut kept) = (0, String::new());
        for c in statement[statement.find("par_").unwrap_or(0)..].chars() {
            depth += match c {
                '(' | '{' | '[' => 1,
                ')' | '}' | ']' => -1,
                _ => 0,
            };
            if depth <= 0 || (depth == 1 && c == '(') {
                kept.push(c);
            }
        }
        kept
    };
    let mut found = statements.filter(|statement| folds.iter().any(|fold| outside(statement).contains(fold)));
    found.next().map(str::to_string)
}

#[test]
fn no_parallel_sum_of_floats() {
    for (path, module, code) in sources() {
        if path.ends_with("kernel/ordered.rs") || module == "output" {
            continue;
        }
        if let Some(statement) = unordered(&code) {
            panic!("{path} folds in parallel without an order: {statement}");
        }
    }
    assert!(unordered("let total: f64 = rows.par_iter().map(|x| x * 2.0).sum();").is_some());
    assert!(unordered("let parts: Vec<f64> = rows.par_chunks(4).map(|c| c.iter().sum::<f64>()).collect();").is_none());
}

/// Books of a firm are opened once; whoever else opened them would write to its accounts past the ledger.
#[test]
fn only_the_opening_and_the_table_open_books() {
    let opening = |(path, _, code): (String, String, String)| code.contains("FirmBooks::opened").then_some(path);
    let mut found: Vec<String> = sources().into_iter().filter_map(opening).collect();
    found.sort();
    assert_eq!(found, ["src/population/balance.rs", "src/world/firms.rs"]);
}

/// No unsafe code, no `todo!`, and no float printed or compared through the locale.
#[test]
fn nothing_is_left_open() {
    for (path, text) in rust_files("src") {
        for word in ["todo!", "unimplemented!", "TODO", "FIXME", "dbg!"] {
            assert!(!text.contains(word), "{path} contains {word}");
        }
    }
}

/// Elementary functions come from `kernel::math` or `libm` where results depend on them, so that platforms agree.
#[test]
fn elementary_functions_do_not_depend_on_the_platform() {
    let layers = ["world", "mechanisms", "kernel", "tick", "indicators", "policy", "population"];
    let platform = [
        ".exp()",
        ".ln()",
        ".powf(",
        ".log10()",
        ".log2()",
        ".sin()",
        ".cos()",
        ".tanh()",
        ".exp_m1()",
        ".ln_1p()",
        ".cbrt()",
    ];
    for (path, module, code) in sources() {
        for function in platform.iter().filter(|_| layers.contains(&module.as_str())) {
            assert!(!code.contains(function), "{path} uses {function} of the platform");
        }
    }
}
