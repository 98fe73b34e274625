//! The scenario format: every section of a scenario file, typed.
//!
//! The sections of the mechanisms are the `Params` of the mechanisms themselves; this file adds
//! what describes the region, and composes the whole. Types, defaults, ranges, units and sources
//! of all keys are read from here by the checks, the schema and the documentation.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::indicators::measurement;
use crate::mechanisms::{
    demography, finance, fiscal, investment, labour, market, mergers, outside, pricing, production,
    research, science, talent, upgrading, value_chain,
};
use crate::policy::Instrument;

/// A table keyed by name.
pub type Keyed<T> = IndexMap<String, T>;

/// A scenario of regional industrial upgrading.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Scenario {
    /// Title, shown in summaries and reports.
    #[default("untitled".to_string())]
    #[schemars(extend("x-unit" = "text", "x-source" = "description", "x-opening" = true))]
    pub title: String,
    /// Question, what to look at, source.
    #[schemars(extend("x-unit" = "text", "x-source" = "description", "x-opening" = true))]
    pub description: String,
    /// Seed of all random numbers.
    #[default(1)]
    #[schemars(range(min = 0, max = 9_007_199_254_740_991_u64), extend("x-unit" = "-", "x-source" = "any", "x-opening" = true))]
    pub seed: u64,
    /// Number of simulated firms relative to real firms; totals are kept, so each simulated firm
    /// stands for 1 / scale real ones.
    #[default(1.0)]
    #[schemars(range(min = 0.001, max = 1e6), extend("x-unit" = "-", "x-source" = "choice of resolution", "x-opening" = true))]
    pub scale: f64,
    /// Calendar.
    #[schemars(extend("x-opening" = true))]
    pub time: Time,
    /// The region as a whole.
    pub region: Region,
    /// Cities of the region.
    #[schemars(extend("x-csv" = true, "x-opening" = true))]
    pub cities: Keyed<City>,
    /// Sub-industries of the equipment industry.
    #[schemars(extend("x-csv" = true, "x-opening" = true))]
    pub sub_industries: Keyed<SubIndustry>,
    /// Purchases per unit of output: input -> sub-industry -> coefficient; the row `value_added`
    /// completes each column to one.
    #[schemars(extend("x-csv" = true, "x-opening" = true, "x-inner-keys" = "sub_industries", "x-shares" = "columns", "x-unit" = "share of output", "x-source" = "assumption of +-40 % per cell"))]
    pub input_output: Keyed<Keyed<f64>>,
    /// Technology fields.
    #[schemars(extend("x-csv" = true, "x-opening" = true))]
    pub technology_fields: Keyed<TechnologyField>,
    /// Recipes: sub-industry -> field -> weight; the weights of a sub-industry sum to one.
    #[schemars(extend("x-csv" = true, "x-opening" = true, "x-keys" = "sub_industries", "x-inner-keys" = "technology_fields", "x-shares" = "rows", "x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub recipes: Keyed<Keyed<f64>>,
    /// Ownership groups with their six dials.
    #[schemars(extend("x-csv" = true))]
    pub ownership: Keyed<OwnershipGroup>,
    /// Which of the six dials of state ownership work; a dial that is off is neutral for all.
    pub ownership_dials: OwnershipDials,
    /// Paid-in capital by source: sub-industry -> capital source -> share.
    #[schemars(extend("x-csv" = true, "x-opening" = true, "x-keys" = "sub_industries", "x-shares" = "rows", "x-unit" = "share 0-1", "x-source" = "ADB report, Tables 3-4"))]
    pub ownership_shares: Keyed<Keyed<f64>>,
    /// Firms known by name, placed first.
    #[schemars(extend("x-csv" = true, "x-opening" = true))]
    pub named_firms: Keyed<NamedFirm>,
    /// Named industrial bases and clusters.
    #[schemars(extend("x-csv" = true, "x-opening" = true))]
    pub bases: Keyed<IndustrialBase>,
    /// Universities.
    #[schemars(extend("x-csv" = true, "x-opening" = true))]
    pub universities: Keyed<University>,
    /// Research institutes.
    #[schemars(extend("x-csv" = true, "x-opening" = true))]
    pub institutes: Keyed<Institute>,
    /// The opening population of firms.
    #[schemars(extend("x-opening" = true))]
    pub firms: FirmPopulation,
    /// The three markets.
    pub markets: Markets,
    /// Demand by sub-industry, market and tier relative to its path; 1 is the path itself.
    #[schemars(extend("x-csv" = true, "x-keys" = "sub_industries"))]
    pub demand: Keyed<DemandLevel>,
    /// Price of each input relative to its path; 1 is the path itself.
    #[schemars(range(min = 0.01, max = 100.0), extend("x-csv" = true, "x-keys" = "input_output", "x-unit" = "index", "x-source" = "scenario"))]
    pub input_prices: Keyed<f64>,
    /// Outside world.
    pub outside: outside::Params,
    /// Research: improve or imitate.
    pub research: research::Params,
    /// Upgrading choice.
    pub upgrading: upgrading::Params,
    /// Investment and vintages.
    pub investment: investment::Params,
    /// Pricing.
    pub pricing: pricing::Params,
    /// Competition for customers.
    pub market: market::Params,
    /// Production.
    pub production: production::Params,
    /// Labour.
    pub labour: labour::Params,
    /// Engineers, graduates, mobility.
    pub talent: talent::Params,
    /// Universities and institutes as researchers.
    pub science: science::Params,
    /// Banks, credit, venture capital.
    pub finance: finance::Params,
    /// Taxes and the public budget.
    pub fiscal: fiscal::Params,
    /// Entry and exit.
    pub demography: demography::Params,
    /// Mergers.
    pub mergers: mergers::Params,
    /// Division of chain value over functions.
    pub value_chain: value_chain::Params,
    /// Measurement.
    pub measurement: measurement::Params,
    /// Policy instruments by name.
    pub policies: Keyed<Instrument>,
    /// Scheduled changes of parameters.
    pub event: Vec<Event>,
    /// What is written.
    #[schemars(extend("x-opening" = true))]
    pub output: OutputSettings,
}

/// Calendar of a run.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Time {
    /// Calendar year of tick 1; tick 0 is the opening state one period before.
    #[default(2010)]
    #[schemars(range(min = 1900, max = 3000), extend("x-unit" = "year", "x-source" = "scenario"))]
    pub start_year: i32,
    /// Number of ticks to run.
    #[default(84)]
    #[schemars(range(min = 1, max = 8000), extend("x-unit" = "ticks", "x-source" = "scenario"))]
    pub ticks: u32,
    /// Ticks in a year: 1, 2, 4 or 12.
    #[default(4)]
    #[schemars(range(min = 1, max = 12), extend("enum" = [1, 2, 4, 12], "x-unit" = "ticks per year", "x-source" = "scenario"))]
    pub ticks_per_year: u32,
}

/// The region as a whole.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Region {
    /// Name of the region.
    #[default("region".to_string())]
    #[schemars(extend("x-unit" = "text", "x-source" = "scenario", "x-opening" = true))]
    pub name: String,
    /// Opening size of the industry relative to the year of the data (sales, employment, assets).
    #[default(1.0)]
    #[schemars(range(min = 0.001, max = 100.0), extend("x-unit" = "-", "x-source" = "assumption", "x-opening" = true))]
    pub initial_level: f64,
    /// Growth of the population and so of the labour force, in log points.
    #[default(-0.002)]
    #[schemars(range(min = -0.2, max = 0.2), extend("x-unit" = "1/year", "x-source" = "census 2010 to 2021 of the cities: 43.7 to 42.3 million"))]
    pub population_growth: f64,
}

/// A city.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct City {
    /// Latitude.
    #[schemars(range(min = -90.0, max = 90.0), extend("x-unit" = "degrees", "x-source" = "geography"))]
    pub latitude: f64,
    /// Longitude.
    #[schemars(range(min = -180.0, max = 180.0), extend("x-unit" = "degrees", "x-source" = "geography"))]
    pub longitude: f64,
    /// Population.
    #[schemars(range(min = 0.0, max = 1e9), extend("x-unit" = "persons", "x-source" = "census 2010"))]
    pub population: f64,
    /// Whether the city has a seaport.
    #[serde(default)]
    #[schemars(extend("x-unit" = "-", "x-source" = "geography"))]
    pub port: bool,
    /// Provenance of the row.
    #[serde(default)]
    #[schemars(extend("x-unit" = "text", "x-source" = "description"))]
    pub source: String,
}

/// Technology class of a sub-industry.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum TechnologyClass {
    /// Low technology.
    Low,
    /// Medium-low technology.
    MediumLow,
    /// Medium technology.
    Medium,
    /// Medium-high technology.
    MediumHigh,
    /// High technology.
    High,
}

/// A sub-industry in the year of the data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SubIndustry {
    /// Name in words.
    #[schemars(extend("x-unit" = "text", "x-source" = "description"))]
    pub name: String,
    /// Firms above the reporting threshold.
    #[schemars(range(min = 0, max = 100_000_000), extend("x-unit" = "firms", "x-source" = "ADB report; split an assumption"))]
    pub firms: u32,
    /// Annual sales.
    #[schemars(range(min = 0.0, max = 1e12), extend("x-unit" = "million CNY per year", "x-source" = "ADB report, Table 1"))]
    pub sales: f64,
    /// Annual sales per employee.
    #[schemars(range(min = 1e-6, max = 1e6), extend("x-unit" = "million CNY per person and year", "x-source" = "ADB report, Table 2"))]
    pub sales_per_employee: f64,
    /// Total assets over annual sales.
    #[schemars(range(min = 0.01, max = 100.0), extend("x-unit" = "years", "x-source" = "ADB report, Table 2"))]
    pub assets_per_sales: f64,
    /// Profit before tax over sales.
    #[schemars(range(min = -1.0, max = 1.0), extend("x-unit" = "share of sales", "x-source" = "ADB report, Table 2"))]
    pub profit_margin: f64,
    /// Selling expense over sales.
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share of sales", "x-source" = "ADB report, Table 2"))]
    pub selling_expense_ratio: f64,
    /// Exports over sales.
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share of sales", "x-source" = "ADB report, Table 1"))]
    pub export_share: f64,
    /// Research outlay over sales.
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share of sales", "x-source" = "national R&D bulletins 2012-14"))]
    pub research_to_sales: f64,
    /// Value added over sales; raised where the costs of the opening balance need it.
    #[schemars(range(min = 0.01, max = 1.0), extend("x-unit" = "share of sales", "x-source" = "assumption"))]
    pub value_added_ratio: f64,
    /// Technology class; `high` counts as high-tech.
    #[schemars(extend("x-unit" = "-", "x-source" = "classification"))]
    pub technology_class: TechnologyClass,
    /// Share of output made to stock.
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub make_to_stock: f64,
    /// The region's share of the home market in the opening state.
    #[schemars(range(min = 1e-6, max = 0.9), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub home_market_share: f64,
    /// Share of equipment inputs and machines bought within the region.
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub local_purchase_share: f64,
    /// Mean opening gap of competence to the frontier.
    #[schemars(range(min = 0.0, max = 10.0), extend("x-unit" = "log points", "x-source" = "assumption"))]
    pub opening_gap: f64,
    /// Provenance of the row.
    #[serde(default)]
    #[schemars(extend("x-unit" = "text", "x-source" = "description"))]
    pub source: String,
}

/// A technology field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TechnologyField {
    /// Name in words.
    #[schemars(extend("x-unit" = "text", "x-source" = "description"))]
    pub name: String,
    /// Whether the field is generic: a key common technology needed by many sub-industries.
    #[schemars(extend("x-unit" = "-", "x-source" = "assumption"))]
    pub generic: bool,
    /// Growth of the field's frontier relative to `outside.frontier_growth`.
    #[schemars(range(min = 0.0, max = 10.0), extend("x-unit" = "-", "x-source" = "assumption"))]
    pub growth_factor: f64,
    /// Provenance of the row.
    #[serde(default)]
    #[schemars(extend("x-unit" = "text", "x-source" = "description"))]
    pub source: String,
}

/// Sector that holds the capital of an ownership group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Holder {
    /// The government (state capital).
    Government,
    /// Households (private and collective capital).
    Households,
    /// The outside world (capital from abroad).
    OutsideWorld,
}

/// An ownership group: a capital source, a range of size, and six dials.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnershipGroup {
    /// Name in words.
    #[schemars(extend("x-unit" = "text", "x-source" = "description", "x-opening" = true))]
    pub name: String,
    /// Column of `ownership_shares` from which the group's capital comes.
    #[schemars(extend("x-unit" = "-", "x-source" = "classification", "x-opening" = true))]
    pub capital_source: String,
    /// Sector that holds the capital.
    #[schemars(extend("x-unit" = "-", "x-source" = "classification", "x-opening" = true))]
    pub holder: Holder,
    /// Smallest opening employment of the group, relative to real firms.
    #[schemars(range(min = 0.0, max = 1e12), extend("x-unit" = "persons", "x-source" = "assumption", "x-opening" = true))]
    pub minimum_employment: f64,
    /// Share of entrants that belong to the group.
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub entrant_share: f64,
    /// Dial 1, cheap capital: deduction from the interest rate.
    #[schemars(range(min = 0.0, max = 0.2), extend("x-unit" = "1/year", "x-source" = "Ferri & Liu 2010: interest gap 1.5-2.5 points (to be verified)"))]
    pub interest_deduction: f64,
    /// Dial 2, soft budget: probability of a bail-out at failure.
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "probability", "x-source" = "assumption"))]
    pub bailout: f64,
    /// Dial 3, labour hoarding: speed of lay-offs relative to hiring.
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "-", "x-source" = "assumption"))]
    pub layoff_speed: f64,
    /// Dial 4: efficiency of research.
    #[schemars(range(min = 0.0, max = 5.0), extend("x-unit" = "-", "x-source" = "assumption"))]
    pub research_efficiency: f64,
    /// Dial 5, inertia: speed of changes of strategy and partners relative to others.
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "-", "x-source" = "assumption"))]
    pub strategy_speed: f64,
    /// Dial 6: priority in orders, credit and subsidies; 1 is neutral.
    #[schemars(range(min = 0.0, max = 10.0), extend("x-unit" = "-", "x-source" = "assumption"))]
    pub priority: f64,
    /// Share of its knowledge that others can imitate.
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption: multinationals hold knowledge back"))]
    pub spill_over: f64,
    /// Opening competence relative to the sub-industry's mean.
    #[schemars(range(min = -3.0, max = 3.0), extend("x-unit" = "log points", "x-source" = "assumption", "x-opening" = true))]
    pub opening_lead: f64,
    /// Provenance of the row.
    #[serde(default)]
    #[schemars(extend("x-unit" = "text", "x-source" = "description", "x-opening" = true))]
    pub source: String,
}

/// Switches of the six dials.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct OwnershipDials {
    /// Dial 1, cheap capital.
    #[default(true)]
    #[schemars(extend("x-unit" = "-", "x-source" = "switch"))]
    pub cheap_capital: bool,
    /// Dial 2, soft budget.
    #[default(true)]
    #[schemars(extend("x-unit" = "-", "x-source" = "switch"))]
    pub bailout: bool,
    /// Dial 3, labour hoarding.
    #[default(true)]
    #[schemars(extend("x-unit" = "-", "x-source" = "switch"))]
    pub labour_hoarding: bool,
    /// Dial 4, research efficiency.
    #[default(true)]
    #[schemars(extend("x-unit" = "-", "x-source" = "switch"))]
    pub research_efficiency: bool,
    /// Dial 5, inertia of strategy and partners.
    #[default(true)]
    #[schemars(extend("x-unit" = "-", "x-source" = "switch"))]
    pub inertia: bool,
    /// Dial 6, priority in orders, credit and subsidies.
    #[default(true)]
    #[schemars(extend("x-unit" = "-", "x-source" = "switch"))]
    pub priority: bool,
}

/// A firm known by name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NamedFirm {
    /// Sub-industry.
    #[schemars(extend("x-unit" = "-", "x-source" = "source report", "x-ref" = "sub_industries"))]
    pub sub_industry: String,
    /// City.
    #[schemars(extend("x-unit" = "-", "x-source" = "source report", "x-ref" = "cities"))]
    pub city: String,
    /// Ownership group.
    #[schemars(extend("x-unit" = "-", "x-source" = "source report", "x-ref" = "ownership"))]
    pub ownership: String,
    /// Annual sales where a source states them; absent, the largest free size is taken.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1e9), extend("x-unit" = "million CNY per year", "x-source" = "source report"))]
    pub sales: Option<f64>,
    /// Provenance of the row.
    #[serde(default)]
    #[schemars(extend("x-unit" = "text", "x-source" = "description"))]
    pub source: String,
}

/// A named industrial base or cluster.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IndustrialBase {
    /// City.
    #[schemars(extend("x-unit" = "-", "x-source" = "standards paper, Table 1", "x-ref" = "cities"))]
    pub city: String,
    /// Key cluster to which the base belongs; empty for none.
    #[serde(default)]
    #[schemars(extend("x-unit" = "text", "x-source" = "standards paper, Table 1"))]
    pub cluster: String,
    /// Sub-industries of the base.
    #[schemars(extend("x-unit" = "-", "x-source" = "proposed mapping", "x-ref" = "sub_industries"))]
    pub sub_industries: Vec<String>,
    /// Provenance of the row.
    #[serde(default)]
    #[schemars(extend("x-unit" = "text", "x-source" = "description"))]
    pub source: String,
}

/// A university.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct University {
    /// City.
    #[schemars(extend("x-unit" = "-", "x-source" = "geography", "x-ref" = "cities"))]
    pub city: String,
    /// Technology fields in which it teaches and does research.
    #[schemars(extend("x-unit" = "-", "x-source" = "assumption", "x-ref" = "technology_fields"))]
    pub fields: Vec<String>,
    /// Opening gap of its knowledge to the frontier.
    #[schemars(range(min = 0.0, max = 10.0), extend("x-unit" = "log points", "x-source" = "assumption"))]
    pub gap: f64,
    /// Engineers who graduate in a year.
    #[schemars(range(min = 0.0, max = 1e7), extend("x-unit" = "persons per year", "x-source" = "assumption"))]
    pub graduates: f64,
    /// Annual public funding of research.
    #[schemars(range(min = 0.0, max = 1e7), extend("x-unit" = "million CNY per year", "x-source" = "assumption"))]
    pub funding: f64,
    /// Provenance of the row.
    #[serde(default)]
    #[schemars(extend("x-unit" = "text", "x-source" = "description"))]
    pub source: String,
}

/// A research institute.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Institute {
    /// City.
    #[schemars(extend("x-unit" = "-", "x-source" = "geography", "x-ref" = "cities"))]
    pub city: String,
    /// Technology fields in which it does research.
    #[schemars(extend("x-unit" = "-", "x-source" = "assumption", "x-ref" = "technology_fields"))]
    pub fields: Vec<String>,
    /// Opening gap of its knowledge to the frontier.
    #[schemars(range(min = 0.0, max = 10.0), extend("x-unit" = "log points", "x-source" = "assumption"))]
    pub gap: f64,
    /// Share of its work that is applied and open to contracts.
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub applied_share: f64,
    /// Annual public funding of research.
    #[schemars(range(min = 0.0, max = 1e7), extend("x-unit" = "million CNY per year", "x-source" = "assumption"))]
    pub funding: f64,
    /// Provenance of the row.
    #[serde(default)]
    #[schemars(extend("x-unit" = "text", "x-source" = "description"))]
    pub source: String,
}

/// The opening population of firms.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct FirmPopulation {
    /// Annual sales of the smallest firm, relative to real firms.
    #[default(20.0)]
    #[schemars(range(min = 0.001, max = 1e6), extend("x-unit" = "million CNY per year", "x-source" = "reporting threshold of the statistics"))]
    pub size_threshold: f64,
    /// Standard deviation of opening competence among firms of a sub-industry.
    #[default(0.35)]
    #[schemars(range(min = 0.0, max = 3.0), extend("x-unit" = "log points", "x-source" = "assumption"))]
    pub gap_deviation: f64,
    /// Correlation of opening competence with log size: large firms master the core technology.
    #[default(0.4)]
    #[schemars(range(min = -1.0, max = 1.0), extend("x-unit" = "-", "x-source" = "assumption"))]
    pub gap_size_correlation: f64,
    /// Standard deviation of the competence of one firm over its fields.
    #[default(0.15)]
    #[schemars(range(min = 0.0, max = 3.0), extend("x-unit" = "log points", "x-source" = "assumption"))]
    pub field_deviation: f64,
    /// Share of firms that export.
    #[default(0.25)]
    #[schemars(range(min = 0.001, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "20-30 % of firms above the threshold export (to be verified)"))]
    pub exporters: f64,
    /// Exponent of population in the choice of a city.
    #[default(0.5)]
    #[schemars(range(min = 0.0, max = 3.0), extend("x-unit" = "-", "x-source" = "assumption"))]
    pub city_population_exponent: f64,
    /// Share of paid-in capital in total assets.
    #[default(0.2)]
    #[schemars(range(min = 0.01, max = 0.9), extend("x-unit" = "share 0-1", "x-source" = "ADB report, Tables 2-4: .16-.30"))]
    pub paid_in_capital: f64,
    /// Most firms that may be built; a guard against slips of the pen.
    #[default(20_000_000)]
    #[schemars(range(min = 1, max = 200_000_000), extend("x-unit" = "firms", "x-source" = "memory of the machine"))]
    pub most: u64,
}

/// The three markets.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Markets {
    /// The rest of the nation, the region included.
    #[default(Market { growth: 0.04, export_weight: 0.0, region_share: 0.05 })]
    pub home: Market,
    /// Middle-income countries.
    #[default(Market { growth: 0.04, export_weight: 0.5, region_share: 0.01 })]
    pub middle_income: Market,
    /// High-income countries.
    #[default(Market { growth: 0.04, export_weight: 0.5, region_share: 0.005 })]
    pub high_income: Market,
}

/// A market's path.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Market {
    /// Growth of demand, in log points.
    #[default(0.04)]
    #[schemars(range(min = -0.5, max = 0.5), extend("x-unit" = "1/year", "x-source" = "assumption"))]
    pub growth: f64,
    /// Share of the market in the region's opening exports; zero for the home market.
    #[default(0.0)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption", "x-opening" = true))]
    pub export_weight: f64,
    /// The region's opening share of the market where `sub_industries` does not give it.
    #[default(0.05)]
    #[schemars(range(min = 1e-6, max = 0.9), extend("x-unit" = "share 0-1", "x-source" = "assumption", "x-opening" = true))]
    pub region_share: f64,
}

/// Demand of a sub-industry by market and tier, relative to its path.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DemandLevel {
    /// Home market, ordinary tier.
    #[default(1.0)]
    #[schemars(range(min = 0.0, max = 100.0), extend("x-unit" = "index", "x-source" = "scenario"))]
    pub home_ordinary: f64,
    /// Home market, high-end tier.
    #[default(1.0)]
    #[schemars(range(min = 0.0, max = 100.0), extend("x-unit" = "index", "x-source" = "scenario"))]
    pub home_high_end: f64,
    /// Middle-income market, ordinary tier.
    #[default(1.0)]
    #[schemars(range(min = 0.0, max = 100.0), extend("x-unit" = "index", "x-source" = "scenario"))]
    pub middle_income_ordinary: f64,
    /// Middle-income market, high-end tier.
    #[default(1.0)]
    #[schemars(range(min = 0.0, max = 100.0), extend("x-unit" = "index", "x-source" = "scenario"))]
    pub middle_income_high_end: f64,
    /// High-income market, ordinary tier.
    #[default(1.0)]
    #[schemars(range(min = 0.0, max = 100.0), extend("x-unit" = "index", "x-source" = "scenario"))]
    pub high_income_ordinary: f64,
    /// High-income market, high-end tier.
    #[default(1.0)]
    #[schemars(range(min = 0.0, max = 100.0), extend("x-unit" = "index", "x-source" = "scenario"))]
    pub high_income_high_end: f64,
}

/// A scheduled change of a parameter.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Event {
    /// Period from which the change holds, such as `2015Q1`; or give `tick`.
    #[schemars(extend("x-unit" = "date", "x-source" = "scenario"))]
    pub date: Option<String>,
    /// Tick from which the change holds; or give `date`.
    #[schemars(range(min = 1, max = 8000), extend("x-unit" = "ticks", "x-source" = "scenario"))]
    pub tick: Option<u32>,
    /// Period from which the change no longer holds.
    #[schemars(extend("x-unit" = "date", "x-source" = "scenario"))]
    pub until: Option<String>,
    /// Dotted key of the parameter.
    #[schemars(extend("x-unit" = "-", "x-source" = "scenario"))]
    pub key: String,
    /// New value.
    #[schemars(extend("x-unit" = "as the key", "x-source" = "scenario"))]
    pub value: Option<serde_json::Value>,
    /// Factor on the value.
    #[schemars(extend("x-unit" = "-", "x-source" = "scenario"))]
    pub multiply: Option<f64>,
    /// Addition to the value.
    #[schemars(extend("x-unit" = "as the key", "x-source" = "scenario"))]
    pub add: Option<f64>,
    /// Why.
    #[schemars(extend("x-unit" = "text", "x-source" = "description"))]
    pub note: Option<String>,
}

/// What is written besides the standard tables.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct OutputSettings {
    /// Micro data to write: `firms`, `links`.
    #[schemars(extend("x-unit" = "-", "x-source" = "choice"))]
    pub panel: Vec<Panel>,
    /// Ticks between two waves of the panel.
    #[default(4)]
    #[schemars(range(min = 1, max = 8000), extend("x-unit" = "ticks", "x-source" = "choice"))]
    pub panel_every: u32,
}

/// A kind of micro data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Panel {
    /// One row per firm: `firms.csv`.
    Firms,
    /// One row per link: `links.csv`.
    Links,
}
