//! Levers: a handful of sliders, each of which stands for keys of the scenario.
//!
//! The path lever spends its budget on path A (generic technologies), B (supply chain), C (innovation
//! platforms, which are founded when it is first chosen) or a third on each. What the sliders say is
//! always a scenario file: the picked scenario, extended. Moving a slider while the run waits is an event
//! of that file, so that whoever has the file sees the same run.

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

/// Instruments of the three paths: name, kind, path, share of the path's budget, rate.
const PATHS: [(&str, &str, u8, f64, f64); 9] = [
    ("live_alliances", "alliance_funding", 1, 0.3, 0.4),
    ("live_generic", "generic_technology_programme", 1, 0.5, 0.3),
    ("live_connection", "connection", 1, 0.2, 0.3),
    ("live_suppliers", "supplier_programme", 2, 0.3, 0.5),
    ("live_procurement", "local_procurement", 2, 0.5, 0.1),
    ("live_loans", "interest_discount", 2, 0.2, 0.02),
    ("live_platforms", "platform_support", PLATFORMS, 0.7, 1.0),
    ("live_meetings", "connection", 3, 0.2, 0.2),
    ("live_staying", "talent_programme", 3, 0.1, 0.1),
];
/// The path whose platforms have to be founded.
const PLATFORMS: u8 = 3;
/// The place of the lever at which each of the three paths has a third of the budget.
const ALL_PATHS: u8 = 4;
/// Platforms that are founded at most, fields of each, and what its development may cost, million CNY a year.
const MOST_PLATFORMS: usize = 3;
const MOST_FIELDS: usize = 4;
const DEVELOPMENT: f64 = 150.0;
const TALENT: (&str, &str, f64) = ("live_talent", "talent_programme", 0.1);

/// Privileges of state firms that each step of the reform takes away.
const REFORM: [&[&str]; 3] = [&["cheap_capital", "bailout"], &["labour_hoarding", "inertia"], &["priority"]];

/// The levers of a scenario.
pub fn levers(scenario: &Scenario) -> Vec<Lever> {
    let lever =
        |id: &str, low: f64, high: f64, step: f64, start: f64| Lever { id: id.to_string(), low, high, step, start };
    vec![
        lever("path", 0.0, f64::from(ALL_PATHS), 1.0, 0.0),
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
    for (name, _, path, share, _) in PATHS {
        let budget = at("budget") * share * part_of(path, state);
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

/// Part of the budget that goes to a path.
fn part_of(path: u8, state: &State) -> f64 {
    match state.get("path").map_or(0, |place| place.round() as u8) {
        ALL_PATHS => 1.0 / 3.0,
        chosen if chosen == path => 1.0,
        _ => 0.0,
    }
}

/// Innovation platforms that a region without any founds on path C: in the cities with the best funded
/// science, for the fields in which it works. Before their founding they change nothing.
fn platforms(scenario: &Scenario, founded: &str) -> String {
    if !scenario.platforms.is_empty() {
        return String::new();
    }
    let of_universities = scenario.universities.values().map(|one| (&one.city, &one.fields, one.funding));
    let of_institutes = scenario.institutes.values().map(|one| (&one.city, &one.fields, one.funding));
    let mut cities: IndexMap<&str, (f64, IndexMap<&str, f64>)> = IndexMap::new();
    for (city, fields, funding) in of_universities.chain(of_institutes) {
        let (sum, by_field) = cities.entry(city.as_str()).or_default();
        *sum += funding;
        fields.iter().for_each(|field| *by_field.entry(field.as_str()).or_default() += funding);
    }
    // Sorts are stable: of equals the first in the scenario.
    cities.sort_by(|_, a, _, b| b.0.total_cmp(&a.0));
    let mut text = String::new();
    for (city, (_, mut fields)) in cities.into_iter().take(MOST_PLATFORMS) {
        fields.sort_by(|_, a, _, b| b.total_cmp(a));
        let fields: Vec<toml::Value> = fields.keys().take(MOST_FIELDS).map(|field| (*field).into()).collect();
        text += &format!(
            "\n[platforms.{}]\ncity = {}\nfields = {}\nfounded = {founded}\ndevelopment = {DEVELOPMENT:?}\n",
            quoted(&format!("platform of {city}")),
            quoted(city),
            toml::Value::Array(fields)
        );
    }
    text
}

/// Whether state firms have a privilege in the scenario as it is.
fn privilege(scenario: &Scenario, dial: &str) -> bool {
    serde_json::to_value(&scenario.ownership_dials).is_ok_and(|dials| dials[dial] == true)
}

/// The scenario file that says it all: opening places, and the places from later ticks on.
pub fn text(file: &str, scenario: &Scenario, seed: u64, places: &[(u32, State)]) -> String {
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
    if let Some((tick, _)) = places.iter().find(|(_, state)| part_of(PLATFORMS, state) > 0.0) {
        text += &platforms(scenario, &quoted(&scenario.time.axis().label((*tick).max(1))));
    }
    let instruments = PATHS.iter().map(|(name, kind, _, _, rate)| (*name, *kind, *rate)).chain([TALENT]);
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

/// A text as TOML has it.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_string()).to_string()
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
        for (path, total) in [(0.0, 0.0), (1.0, 800.0), (2.0, 800.0), (3.0, 800.0), (4.0, 800.0)] {
            assert!((sum(at(&[("path", path), ("budget", 800.0)])) - total).abs() < 1e-9);
        }
    }

    /// Path C founds platforms where and when it is chosen; a scenario that has its own keeps to them.
    #[test]
    fn path_c_founds_platforms_where_there_are_none() {
        let later = text("teaching.toml", &teaching(), 1, &[(0, at(&[])), (9, at(&[("path", 3.0)]))]);
        let loaded =
            load_str("x.toml", &later, &folder(), &[]).unwrap_or_else(|error| panic!("{}", error.render(false)));
        let founded = &loaded.scenario.platforms;
        assert_eq!(founded.len(), MOST_PLATFORMS);
        assert!(founded.values().all(|one| one.founded == "2012Q1" && (1..=MOST_FIELDS).contains(&one.fields.len())));
        assert_eq!(founded.keys().next().map(String::as_str), Some("platform of Shenyang"));
        assert!(!text("teaching.toml", &teaching(), 1, &[(0, at(&[("path", 2.0)]))]).contains("[platforms"));
        let own = load(&folder().join("teaching-path-c.toml"), &[]).expect("a shipped scenario").scenario;
        assert!(!text("x.toml", &own, 1, &[(0, at(&[("path", 3.0)]))]).contains("[platforms"));
    }
}
