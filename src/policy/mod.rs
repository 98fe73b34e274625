//! Policy instruments.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

/// Whom an instrument addresses; an empty list means everybody.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Target {
    /// Sub-industries addressed.
    #[schemars(extend("x-unit" = "-", "x-source" = "policy design", "x-ref" = "sub_industries"))]
    pub sub_industries: Vec<String>,
    /// Cities addressed.
    #[schemars(extend("x-unit" = "-", "x-source" = "policy design", "x-ref" = "cities"))]
    pub cities: Vec<String>,
    /// Ownership groups addressed.
    #[schemars(extend("x-unit" = "-", "x-source" = "policy design", "x-ref" = "ownership"))]
    pub ownership: Vec<String>,
    /// Smallest employment addressed, relative to real firms.
    #[default(0.0)]
    #[schemars(range(min = 0.0), extend("x-unit" = "persons", "x-source" = "policy design"))]
    pub minimum_employment: f64,
    /// Largest employment addressed, relative to real firms.
    #[default(1e12)]
    #[schemars(range(min = 0.0), extend("x-unit" = "persons", "x-source" = "policy design"))]
    pub maximum_employment: f64,
}

/// What every instrument states: when it runs, what it may cost, how strong it is, and for whom.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Terms {
    /// First period, such as `2012Q1`; empty from the start of the run.
    #[schemars(extend("x-unit" = "date", "x-source" = "policy design"))]
    pub start: String,
    /// Period from which the instrument no longer runs; empty to the end of the run.
    #[schemars(extend("x-unit" = "date", "x-source" = "policy design"))]
    pub end: String,
    /// Most that may be spent in a year; nothing is done at zero.
    #[default(0.0)]
    #[schemars(range(min = 0.0, max = 1e9), extend("x-unit" = "million CNY per year", "x-source" = "policy design"))]
    pub annual_budget: f64,
    /// Strength of the instrument, in the unit that its kind states.
    #[default(0.0)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1 (interest discount: 1/year)", "x-source" = "policy design"))]
    pub rate: f64,
    /// Whom it addresses.
    #[schemars(extend("x-unit" = "-", "x-source" = "policy design"))]
    pub target: Target,
}

/// A policy instrument, tagged by `kind`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Instrument {
    /// Research grant: pays the share `rate` of the research outlay of the firms addressed.
    ResearchGrant(Terms),
    /// Equipment subsidy: pays the share `rate` of investment in new machines.
    EquipmentSubsidy(Terms),
    /// Talent programme: pays the share `rate` of an annual engineer's pay to graduates who stay.
    TalentProgramme(Terms),
    /// Interest discount: takes over `rate` (per year) of the interest of the firms addressed.
    InterestDiscount(Terms),
}
