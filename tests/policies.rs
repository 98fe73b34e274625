//! Every instrument of the sources is mapped to a kind that exists, with terms that a scenario accepts.

mod support;

use std::collections::BTreeSet;

/// Rows of the table of docs/policies.md: number, kind, terms.
fn rows() -> Vec<(String, String, String)> {
    let text = std::fs::read_to_string(support::root().join("docs/policies.md")).expect("docs/policies.md");
    let lines = text.lines().filter(|line| line.starts_with("| POL-"));
    lines
        .map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
            assert_eq!(cells.len(), 6, "{line}");
            let bare = |cell: &str| cell.trim_matches('`').trim().to_string();
            (bare(cells[0]), bare(cells[2]), bare(cells[3]))
        })
        .collect()
}

#[test]
fn every_instrument_of_the_sources_is_in_the_table_once() {
    let text = std::fs::read_to_string(support::root().join("scenarios/data/policies.csv")).expect("policies.csv");
    let listed: Vec<&str> = text.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    let mapped: Vec<String> = rows().into_iter().map(|(number, _, _)| number).collect();
    assert_eq!(listed.len(), 54);
    assert_eq!(mapped, listed);
}

#[test]
fn every_kind_of_the_table_exists_and_accepts_its_terms() {
    let mut kinds = BTreeSet::new();
    for (number, kind, terms) in rows() {
        let policy = |terms: &str| format!("policies.some={{kind=\"{kind}\",annual_budget=10.0{terms}}}");
        kinds.insert(kind.clone());
        let text = policy(&format!(",{terms}"));
        if let Err(error) = support::try_scenario("liaoning.toml", &[&text]) {
            panic!("{number}: {}", error.render(false));
        }
    }
    assert!(kinds.len() >= 23, "{kinds:?}");
}

#[test]
fn everything_has_a_programme_of_every_kind() {
    let schema = schemars::schema_for!(tiexi::policy::Instrument);
    let kinds: &serde_json::Value = schema.get("oneOf").expect("an enumeration tagged by kind");
    let kinds = kinds.as_array().expect("alternatives").iter().map(|kind| &kind["properties"]["kind"]["const"]);
    let declared: BTreeSet<String> = kinds.map(|kind| kind.as_str().expect("a name").to_string()).collect();
    let loaded = support::scenario::<&str>("everything.toml", &[]);
    let named = loaded.scenario.policies.values().map(|policy| serde_json::to_value(policy).expect("a value"));
    let named: BTreeSet<String> = named.map(|policy| policy["kind"].as_str().expect("a name").to_string()).collect();
    assert!(declared.len() >= 26, "{declared:?}");
    assert_eq!(declared, named);
}

/// The switch without which a programme can do nothing is a key of the scenario, so that a warning can find it.
#[test]
fn what_programmes_need_can_be_switched() {
    let loaded = support::scenario::<&str>("everything.toml", &[]);
    let scenario = serde_json::to_value(&loaded.scenario).expect("a value");
    let switches: BTreeSet<&str> = loaded.scenario.policies.values().filter_map(|policy| policy.needs()).collect();
    assert!(switches.len() >= 12, "{switches:?}");
    for switch in switches {
        let place = format!("/{}", switch.replace('.', "/"));
        assert_eq!(scenario.pointer(&place).and_then(serde_json::Value::as_bool), Some(true), "{switch}");
    }
}
