//! Levers: a handful of sliders, each of which stands for keys of the scenario.
//!
//! What the sliders say is always a scenario file: the picked scenario, extended. Moving a slider
//! while the run waits is an event of that file, so that whoever has the file sees the same run.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::scenario::Scenario;

/// A slider.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Lever {
    /// Its name; the page knows what to call it.
    pub id: String,
    /// Lowest place.
    pub low: f64,
    /// Highest place.
    pub high: f64,
    /// Distance of two places.
    pub step: f64,
    /// Place at which the scenario is unchanged.
    pub start: f64,
}

/// Where the sliders are; those that are missing are at their start.
pub type State = BTreeMap<String, f64>;

/// Instruments of the two paths: name, kind, share of the path's budget, rate.
const PATHS: [(&str, &str, f64, f64); 6] = [
    ("live_alliances", "alliance_funding", 0.3, 0.4),
    ("live_generic", "generic_technology_programme", 0.5, 0.3),
    ("live_connection", "connection", 0.2, 0.3),
    ("live_suppliers", "supplier_programme", 0.3, 0.5),
    ("live_procurement", "local_procurement", 0.5, 0.1),
    ("live_loans", "interest_discount", 0.2, 0.02),
];
/// The first three belong to path A.
const OF_PATH_A: usize = 3;
const TALENT: (&str, &str, f64) = ("live_talent", "talent_programme", 0.1);

/// Privileges of state firms that each step of the reform takes away.
const REFORM: [&[&str]; 3] = [&["cheap_capital", "bailout"], &["labour_hoarding", "inertia"], &["priority"]];

/// The levers of a scenario.
pub fn levers(scenario: &Scenario) -> Vec<Lever> {
    let lever =
        |id: &str, low: f64, high: f64, step: f64, start: f64| Lever { id: id.to_string(), low, high, step, start };
    vec![
        lever("path", 0.0, 3.0, 1.0, 0.0),
        lever("budget", 0.0, 5000.0, 100.0, 1000.0),
        lever("patience", 1.0, 20.0, 0.5, scenario.finance.venture_patience),
        lever("reform", 0.0, 3.0, 1.0, 0.0),
        lever("talent", 0.0, 2000.0, 50.0, 0.0),
        lever("demand", 0.4, 1.6, 0.05, 1.0),
    ]
}

/// The nearest place that each slider can have; what is unknown or no number is left out.
pub fn sound(levers: &[Lever], state: &State) -> State {
    let place = |lever: &Lever| {
        let value = state.get(&lever.id).copied().filter(|value| value.is_finite()).unwrap_or(lever.start);
        (lever.id.clone(), value.clamp(lever.low, lever.high))
    };
    levers.iter().map(place).collect()
}

/// All keys that the sliders decide, with their values.
fn settings(scenario: &Scenario, state: &State) -> IndexMap<String, Json> {
    let at = |id: &str| state.get(id).copied().unwrap_or_default();
    let mut keys = IndexMap::new();
    let path = at("path").round() as u8;
    for (place, (name, _, share, _)) in PATHS.iter().enumerate() {
        let wanted = if place < OF_PATH_A { path == 1 || path == 3 } else { path >= 2 };
        let halves = if path == 3 { 0.5 } else { 1.0 };
        let budget = if wanted { at("budget") * share * halves } else { 0.0 };
        keys.insert(format!("policies.{name}.annual_budget"), json!(budget));
    }
    keys.insert(format!("policies.{}.annual_budget", TALENT.0), json!(at("talent")));
    keys.insert("finance.venture_patience".to_string(), json!(at("patience")));
    let step = at("reform").round() as usize;
    for (place, dials) in REFORM.iter().enumerate() {
        for dial in *dials {
            let kept = place >= step && privilege(scenario, dial);
            keys.insert(format!("ownership_dials.{dial}"), json!(kept));
        }
    }
    for code in scenario.sub_industries.keys() {
        let own = scenario.demand.get(code).cloned().unwrap_or_default();
        for (key, level) in [("home_ordinary", own.home_ordinary), ("home_high_end", own.home_high_end)] {
            keys.insert(format!("demand.{code}.{key}"), json!(level * at("demand")));
        }
    }
    keys
}

/// Whether state firms have a privilege in the scenario as it is.
fn privilege(scenario: &Scenario, dial: &str) -> bool {
    serde_json::to_value(&scenario.ownership_dials).is_ok_and(|dials| dials[dial] == true)
}

/// The scenario file that says it all: opening places, and the places from later ticks on.
pub fn text(file: &str, scenario: &Scenario, seed: u64, places: &[(u32, State)]) -> String {
    let quoted = |text: &str| toml::Value::String(text.to_string()).to_string();
    let first = places.first().map(|(_, state)| state.clone()).unwrap_or_default();
    let start = sound(&levers(scenario), &State::new());
    let (unchanged, opening) = (settings(scenario, &start), settings(scenario, &first));
    let mut text = format!(
        "# Made with the levers of the live page; lies beside {}\nextends = {}\nseed = {seed}\n",
        file.replace(char::is_control, " "),
        quoted(file)
    );
    for (key, value) in &opening {
        if !key.starts_with("policies.") && unchanged.get(key) != Some(value) {
            text += &format!("{key} = {}\n", shown(value));
        }
    }
    let begin = quoted(&scenario.time.axis().label(1));
    let instruments = PATHS.iter().map(|(name, kind, _, rate)| (*name, *kind, *rate)).chain([TALENT]);
    for (name, kind, rate) in instruments {
        let budget = &opening[&format!("policies.{name}.annual_budget")];
        text += &format!(
            "\n[policies.{name}]\nkind = {}\nstart = {begin}\nannual_budget = {}\nrate = {rate:?}\n",
            quoted(kind),
            shown(budget)
        );
    }
    let mut before = opening;
    for (tick, state) in places.iter().skip(1) {
        let now = settings(scenario, state);
        for (key, value) in now.iter().filter(|(key, value)| before.get(*key) != Some(value)) {
            text += &format!("\n[[event]]\ntick = {tick}\nkey = {}\nvalue = {}\n", quoted(key), shown(value));
        }
        before = now;
    }
    text
}

/// A value as TOML has it.
fn shown(value: &Json) -> String {
    value.as_f64().map_or_else(|| value.to_string(), |number| format!("{number:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{load, load_str};
    use std::path::Path;

    fn folder() -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios")
    }

    fn teaching() -> Scenario {
        load(&folder().join("teaching.toml"), &[]).expect("a shipped scenario").scenario
    }

    fn at(pairs: &[(&str, f64)]) -> State {
        let moved: State = pairs.iter().map(|(id, value)| (id.to_string(), *value)).collect();
        sound(&levers(&teaching()), &moved)
    }

    #[test]
    fn sliders_at_their_start_spend_nothing_and_change_nothing() {
        let text = text("teaching.toml", &teaching(), 7, &[(0, at(&[]))]);
        let loaded = load_str("x.toml", &text, &folder(), &[]).expect("accepted");
        assert_eq!(loaded.scenario.seed, 7);
        let plain = teaching();
        assert_eq!((&loaded.scenario.finance, &loaded.scenario.demand), (&plain.finance, &plain.demand));
        assert!(
            loaded
                .scenario
                .programmes()
                .iter()
                .all(|programme| !text.contains("annual_budget = 1") && !programme.name.is_empty())
        );
    }

    /// Every lever, at both of its ends and moved later, is an accepted scenario that differs.
    #[test]
    fn every_lever_changes_the_scenario_and_can_be_moved_in_the_middle() {
        let still = at(&[("path", 1.0)]);
        let before = text("teaching.toml", &teaching(), 1, &[(0, still.clone())]);
        for lever in levers(&teaching()) {
            for place in [lever.low, lever.high] {
                let moved = at(&[("path", 1.0), (&lever.id, place)]);
                let opening = text("teaching.toml", &teaching(), 1, &[(0, moved.clone())]);
                load_str("x.toml", &opening, &folder(), &[]).unwrap_or_else(|error| panic!("{}", error.render(false)));
                let later = text("teaching.toml", &teaching(), 1, &[(0, at(&[])), (9, moved)]);
                let loaded = load_str("x.toml", &later, &folder(), &[])
                    .unwrap_or_else(|error| panic!("{}", error.render(false)));
                assert_eq!(loaded.timeline.len(), usize::from(later.contains("[[event]]")));
                assert_eq!(opening == before, place == still[&lever.id], "{} at {place}", lever.id);
            }
        }
    }

    #[test]
    fn places_beyond_the_ends_are_brought_back_and_strangers_left_out() {
        let state = at(&[("budget", 1e9), ("luck", 1.0), ("demand", f64::NAN)]);
        assert_eq!((state["budget"], state["demand"]), (5000.0, 1.0));
        assert!(!state.contains_key("luck"));
    }

    #[test]
    fn a_path_divides_its_budget() {
        let sum = |state: State| -> f64 {
            let keys = settings(&teaching(), &state);
            keys.iter().filter(|(key, _)| key.ends_with("annual_budget")).filter_map(|(_, value)| value.as_f64()).sum()
        };
        for (path, total) in [(0.0, 0.0), (1.0, 800.0), (2.0, 800.0), (3.0, 800.0)] {
            assert!((sum(at(&[("path", path), ("budget", 800.0)])) - total).abs() < 1e-9);
        }
    }
}
