//! The generated reference is current. After a change of a parameter:
//!
//! ```sh
//! TIEXI_REGENERATE=1 cargo test --test docs
//! ```

use std::path::{Path, PathBuf};
use tiexi::scenario::describe::{parameters, undocumented};
use tiexi::scenario::{Scenario, parameter_reference, schema_json};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}

/// Compares a file with what the program would write; writes it if asked to.
fn assert_current(name: &str, expected: &str) {
    let path = root().join("docs/reference").join(name);
    if std::env::var_os("TIEXI_REGENERATE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, expected).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    if let Some((number, old, new)) = first_difference(&written, expected) {
        panic!(
            "docs/reference/{name} is out of date at line {number}:\n  is        {old}\n  should be {new}\n\
             write it anew with: TIEXI_REGENERATE=1 cargo test --test docs"
        );
    }
}

/// The first line that differs: its number, and both versions of it.
fn first_difference<'a>(written: &'a str, expected: &'a str) -> Option<(usize, &'a str, &'a str)> {
    let (mut left, mut right) = (written.lines(), expected.lines());
    for number in 1.. {
        match (left.next(), right.next()) {
            (None, None) => return None,
            (old, new) if old != new => return Some((number, old.unwrap_or("(end)"), new.unwrap_or("(end)"))),
            _ => {}
        }
    }
    None
}

#[test]
fn the_page_of_parameters_is_current() {
    assert_current("parameters.md", &parameter_reference());
}

#[test]
fn the_schema_for_editors_is_current() {
    assert_current("scenario.schema.json", &(serde_json::to_string_pretty(&schema_json()).unwrap() + "\n"));
}

#[test]
fn every_parameter_has_unit_source_and_meaning() {
    assert_eq!(undocumented::<Scenario>(), Vec::<String>::new());
}

#[test]
fn the_page_has_every_parameter() {
    let page = parameter_reference();
    let rows = parameters::<Scenario>();
    assert!(rows.len() > 200, "only {} parameters", rows.len());
    for row in rows {
        let key = row.key.replace('<', "&lt;");
        assert!(page.contains(&format!("| {key} | ")), "{key} is missing");
    }
}

#[test]
fn every_scenario_names_the_schema_on_its_first_line() {
    let mut seen = 0;
    for entry in std::fs::read_dir(root().join("scenarios")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|end| end == "toml") {
            let text = std::fs::read_to_string(&path).unwrap();
            let first = text.lines().next().unwrap_or("");
            assert_eq!(first, "#:schema ../docs/reference/scenario.schema.json", "{}", path.display());
            seen += 1;
        }
    }
    assert!(seen >= 6, "only {seen} scenarios");
}
