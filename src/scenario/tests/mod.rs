//! Tests of the machinery on a small scenario type that has one of everything.

mod describing;
mod files;
mod hostile;
mod real;
mod schedule;
mod tables;
mod writing;

use super::cross::CrossProblem;
use super::format::Event;
use super::{LoadedAs, Override, ScenarioError, load_str_as};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;
use std::path::Path;

/// One of everything.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Small {
    /// Title.
    #[schemars(extend("x-unit" = "text", "x-source" = "description", "x-opening" = true))]
    pub title: String,
    /// Seed.
    #[default(1)]
    #[schemars(extend("x-unit" = "-", "x-source" = "any", "x-opening" = true))]
    pub seed: u64,
    /// Calendar.
    #[schemars(extend("x-opening" = true))]
    pub time: Time,
    /// Research.
    pub research: Research,
    /// Cities.
    #[schemars(extend("x-csv" = true, "x-opening" = true))]
    pub cities: IndexMap<String, City>,
    /// Shares of capital.
    #[schemars(extend("x-csv" = true, "x-keys" = "cities", "x-shares" = "rows",
        "x-unit" = "share", "x-source" = "test"))]
    pub capital: IndexMap<String, IndexMap<String, f64>>,
    /// Purchases.
    #[schemars(extend("x-csv" = true, "x-inner-keys" = "cities", "x-shares" = "columns",
        "x-unit" = "share", "x-source" = "test"))]
    pub purchases: IndexMap<String, IndexMap<String, f64>>,
    /// Prices.
    #[schemars(extend("x-csv" = true, "x-unit" = "index", "x-source" = "test"))]
    pub prices: IndexMap<String, f64>,
    /// Markets.
    pub markets: Markets,
    /// Policies.
    pub policies: IndexMap<String, Policy>,
    /// Events.
    pub event: Vec<Event>,
}

#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Time {
    /// Year of tick 1.
    #[default(2010)]
    #[schemars(range(min = 1900, max = 3000), extend("x-unit" = "year", "x-source" = "test"))]
    pub start_year: i32,
    /// Number of ticks.
    #[default(84)]
    #[schemars(range(min = 1, max = 8000), extend("x-unit" = "ticks", "x-source" = "test"))]
    pub ticks: u32,
    /// Ticks in a year.
    #[default(4)]
    #[schemars(extend("enum" = [1, 2, 4, 12], "x-unit" = "1/year", "x-source" = "test"))]
    pub ticks_per_year: u32,
}

#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Research {
    /// Whether it runs.
    #[default(true)]
    #[schemars(extend("x-unit" = "-", "x-source" = "switch"))]
    pub enabled: bool,
    /// Events per year.
    #[default(0.45)]
    #[schemars(range(min = 0.0, max = 10.0), extend("x-unit" = "1/year", "x-source" = "assumption"))]
    pub arrival_rate: f64,
    /// Number of rivals looked at.
    #[default(5)]
    #[schemars(range(min = 1, max = 50), extend("x-unit" = "firms", "x-source" = "assumption"))]
    pub rivals: u32,
    /// How rivals are chosen.
    #[schemars(extend("x-unit" = "-", "x-source" = "assumption"))]
    pub search: Search,
    /// Weights.
    #[default(_code = "vec![1.0]")]
    #[schemars(length(min = 1, max = 3), inner(range(min = 0.0)),
        extend("x-unit" = "-", "x-source" = "assumption"))]
    pub weights: Vec<f64>,
    /// Optional cap.
    #[schemars(range(min = 0.0), extend("x-unit" = "-", "x-source" = "assumption"))]
    pub cap: Option<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Search {
    /// Near ones first.
    #[default]
    Near,
    /// Any.
    Random,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct City {
    /// Population.
    #[schemars(range(min = 0.0), extend("x-unit" = "persons", "x-source" = "census"))]
    pub population: f64,
    /// Whether it has a port.
    #[serde(default)]
    #[schemars(extend("x-unit" = "-", "x-source" = "geography"))]
    pub port: bool,
    /// Rank.
    #[serde(default)]
    #[schemars(range(max = 9), extend("x-unit" = "-", "x-source" = "geography"))]
    pub rank: u32,
    /// Neighbours.
    #[serde(default)]
    #[schemars(extend("x-unit" = "-", "x-source" = "geography", "x-ref" = "cities"))]
    pub neighbours: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Markets {
    /// Home.
    #[default(Market { growth: 0.01, share: 0.5 })]
    pub home: Market,
    /// Abroad.
    #[default(Market { growth: 0.02, share: 0.25 })]
    pub abroad: Market,
}

#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Market {
    /// Growth.
    #[default(0.09)]
    #[schemars(extend("x-unit" = "1/year", "x-source" = "test"))]
    pub growth: f64,
    /// Share.
    #[default(0.99)]
    #[schemars(range(max = 1.0), extend("exclusiveMinimum" = 0.0, "x-unit" = "share", "x-source" = "test"))]
    pub share: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Policy {
    /// A grant.
    Grant(Terms),
    /// A loan.
    Loan(Terms),
}

#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Terms {
    /// Budget.
    #[schemars(range(min = 0.0), extend("x-unit" = "million CNY", "x-source" = "policy"))]
    pub budget: f64,
    /// City.
    #[schemars(extend("x-unit" = "-", "x-source" = "policy", "x-ref" = "cities"))]
    pub city: Option<String>,
    /// First period; empty from the start.
    #[schemars(extend("x-unit" = "date", "x-source" = "policy"))]
    pub start: String,
}

/// The good scenario that the cases patch.
pub(super) const GOOD: &str = r#"title = "Small"

[time]
start_year = 2010
ticks = 84

[research]
arrival_rate = 0.5
search = "random"

[cities.Dalian]
population = 6.7e6
port = true

[cities."Shen Yang"]
population = 8.1e6
neighbours = ["Dalian"]

[capital.Dalian]
state = 0.4
private = 0.6

[purchases.steel]
Dalian = 0.3

[purchases.value_added]
Dalian = 0.7

[prices]
steel = 1.0

[policies.grant]
kind = "grant"
budget = 10

[[event]]
date = "2015Q1"
key = "research.arrival_rate"
multiply = 2.0
until = "2016Q1"
"#;

pub(super) fn read(text: &str) -> Result<LoadedAs<Small>, ScenarioError> {
    read_with(text, &[])
}

pub(super) fn read_with(text: &str, settings: &[&str]) -> Result<LoadedAs<Small>, ScenarioError> {
    let overrides: Vec<Override> = settings.iter().map(|text| Override::set(*text)).collect();
    load_str_as("good.toml", text, Path::new("."), &overrides, &[even_rivals])
}

/// A check of the whole: an odd one, so that no default breaks it.
fn even_rivals(small: &Small) -> Vec<CrossProblem> {
    if small.research.rivals == 13 {
        let problem = CrossProblem::new("research.rivals", "thirteen rivals bring bad luck");
        vec![problem.help("take twelve")]
    } else {
        Vec::new()
    }
}

/// The message for a text that must be refused.
pub(super) fn refused(text: &str) -> String {
    match read(text) {
        Ok(_) => panic!("accepted:\n{text}"),
        Err(error) => error.to_string(),
    }
}

/// The good scenario with one text put in place of another that must occur in it.
pub(super) fn patched(from: &str, to: &str) -> String {
    assert!(GOOD.contains(from), "{from} does not occur");
    GOOD.replacen(from, to, 1)
}

/// Each patch must be refused with a message that contains all the parts.
pub(super) fn assert_refused(cases: &[(&str, &str, &[&str])]) {
    for (from, to, parts) in cases {
        let message = refused(&patched(from, to));
        for part in *parts {
            assert!(message.contains(part), "`{part}` is not in the message for `{to}`:\n{message}");
        }
    }
}
