//! The machinery on the real scenario format.

use crate::scenario::describe::{parameters, undocumented};
use crate::scenario::shape::{Field, Shape, field_of, shape_of};
use crate::scenario::{Scenario, load, load_str, schema_json};
use std::path::{Path, PathBuf};

#[test]
fn every_parameter_has_unit_source_and_meaning() {
    assert_eq!(undocumented::<Scenario>(), Vec::<String>::new());
}

#[test]
fn keys_are_listed_once() {
    let mut keys: Vec<String> = parameters::<Scenario>().into_iter().map(|row| row.key).collect();
    let all = keys.len();
    assert!(all > 200, "only {all} parameters");
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), all);
}

#[test]
fn tables_that_names_refer_to_exist() {
    let root = shape_of::<Scenario>();
    let mut missing = Vec::new();
    each_field(&root, &mut |field| {
        let tables = [&field.keys, &field.inner_keys, &field.reference];
        for table in tables.into_iter().flatten() {
            let found = field_of(&root, table).map(|field| &field.shape);
            if !matches!(found, Some(Shape::Map(_))) {
                missing.push(table.clone());
            }
        }
    });
    assert_eq!(missing, Vec::<String>::new());
}

fn each_field(field: &Field, seen: &mut dyn FnMut(&Field)) {
    seen(field);
    match &field.shape {
        Shape::Record(fields) => fields.values().for_each(|field| each_field(field, seen)),
        Shape::Map(inner) | Shape::List(inner, _, _) => each_field(inner, seen),
        Shape::Tagged { variants, .. } => {
            variants.values().flat_map(|variant| variant.1.values()).for_each(|field| each_field(field, seen));
        }
        _ => {}
    }
}

#[test]
fn every_default_is_within_its_range() {
    let mut outside = Vec::new();
    for row in parameters::<Scenario>() {
        let number = |text: &str| text.parse::<f64>().ok();
        let Some(default) = number(&row.default) else { continue };
        let low = number(&row.minimum).is_some_and(|least| default < least);
        let high = number(&row.maximum).is_some_and(|most| default > most);
        if low || high {
            outside.push(row.key);
        }
    }
    assert_eq!(outside, Vec::<String>::new());
}

#[test]
fn the_schema_is_for_editors() {
    let schema = schema_json();
    assert_eq!(schema["title"], "Tiexi scenario");
    assert_eq!(schema["properties"]["cities"]["properties"]["csv"]["type"], "string");
    assert_eq!(schema["properties"]["input_prices"]["additionalProperties"]["maximum"], 100.0);
}

#[test]
fn an_input_price_that_is_not_written_counts_as_one() {
    let liaoning = std::fs::read_to_string(scenarios().join("liaoning.toml")).unwrap();
    let text = liaoning.replace("services = 1.0\n", "").replace("event = []", "");
    assert!(text.len() < liaoning.len() - 20, "nothing was taken out");
    let after = |change: &str| {
        let event = format!("\n[[event]]\ntick = 2\nkey = 'input_prices.services'\n{change}\n");
        load_str("new.toml", &(text.clone() + &event), &scenarios(), &[]).map(|loaded| {
            assert!(!loaded.scenario.input_prices.contains_key("services"));
            loaded.at(2).input_prices["services"]
        })
    };
    assert_eq!(after("multiply = 1.25").unwrap(), 1.25);
    assert_eq!(after("add = -0.25").unwrap(), 0.75);
    let message = after("multiply = 1000").unwrap_err().to_string();
    assert!(message.contains("`input_prices.services` must be between 0.01 and 100 (index), but is 1000"), "{message}");
}

fn scenarios() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios")
}

/// The scenarios that come with the program.
fn shipped() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(scenarios()).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<_> = entries.filter(|path| path.extension().is_some_and(|end| end == "toml")).collect();
    paths.sort();
    paths
}

#[test]
fn every_shipped_scenario_loads() {
    let paths = shipped();
    assert!(paths.len() >= 6, "{paths:?}");
    for path in paths {
        let loaded = load(&path, &[]).unwrap_or_else(|error| panic!("{error}"));
        assert!(!loaded.scenario.description.is_empty(), "{}", path.display());
    }
}

#[test]
fn the_coast_names_no_firm_and_keeps_no_row_of_liaoning() {
    let liaoning = load(&scenarios().join("liaoning.toml"), &[]).unwrap().scenario;
    let coast = load(&scenarios().join("coast.toml"), &[]).unwrap().scenario;
    assert!(liaoning.named_firms.len() > 10);
    assert!(coast.named_firms.is_empty());
    assert_eq!(coast.sub_industries["MET"].firms, 620);
    assert_eq!(coast.ownership["personal"].entrant_share, 0.47, "entries alone are laid on the parent's table");
    assert_eq!(coast.cities, liaoning.cities);
}
