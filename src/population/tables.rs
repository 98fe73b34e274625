//! The tables of the opening state: what a scenario says of the region it starts from.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::world::platforms::{RESOURCES, SUB_PLATFORMS};

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
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
    /// Class of standards to which patents in the field belong: `basic`, `intelligent` or `green`.
    #[serde(default)]
    #[schemars(extend("x-unit" = "-", "x-source" = "assumption"))]
    pub standard: StandardClassName,
    /// Provenance of the row.
    #[serde(default)]
    #[schemars(extend("x-unit" = "text", "x-source" = "description"))]
    pub source: String,
}

/// Class of a technical standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StandardClassName {
    /// Components, materials and processes.
    #[default]
    Basic,
    /// Interfaces and data of intelligent manufacturing.
    Intelligent,
    /// Energy, emissions and recycling.
    Green,
}

/// Who stands behind a standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SponsorName {
    /// Firms of the region that break through in generic technologies.
    Region,
    /// The rest of the nation.
    Nation,
    /// Holders abroad.
    Foreign,
}

/// A technical standard that competes with others of its class.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CompetingStandard {
    /// Class: `basic`, `intelligent` or `green`.
    #[schemars(extend("x-unit" = "-", "x-source" = "standards paper, section 4"))]
    pub class: StandardClassName,
    /// Who stands behind it: `region`, `nation` or `foreign`; at most one of the region in each class.
    #[schemars(extend("x-unit" = "-", "x-source" = "scenario"))]
    pub sponsor: SponsorName,
    /// Technical level at the opening or the launch, relative to the frontier.
    #[schemars(range(min = -10.0, max = 10.0), extend("x-unit" = "log points", "x-source" = "assumption"))]
    pub level: f64,
    /// Growth of that level relative to the frontier once it is launched.
    #[serde(default)]
    #[schemars(range(min = -1.0, max = 1.0), extend("x-unit" = "log points per year", "x-source" = "assumption"))]
    pub growth: f64,
    /// Royalty that its holders ask of users.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 0.1), extend("x-unit" = "share of sales", "x-source" = "assumption"))]
    pub royalty: f64,
    /// Calendar year in which it is launched; 0 for before the start.
    #[serde(default)]
    #[schemars(range(min = 0, max = 3000), extend("x-unit" = "year", "x-source" = "scenario"))]
    pub launch: u32,
    /// Share of the installed base of its class that lies abroad and stays with it.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub abroad: f64,
    /// Share of the home market that uses it at the opening.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub opening_home: f64,
    /// Share of the region's firms that use it at the opening.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub opening_region: f64,
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

/// An innovation platform: what it is planned to be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InnovationPlatform {
    /// City.
    #[schemars(extend("x-unit" = "-", "x-source" = "policy design", "x-ref" = "cities"))]
    pub city: String,
    /// Technology fields that it serves.
    #[schemars(extend("x-unit" = "-", "x-source" = "policy design", "x-ref" = "technology_fields"))]
    pub fields: Vec<String>,
    /// Period in which it is founded, such as `2012Q1`; empty for the first of the run.
    #[serde(default)]
    #[schemars(extend("x-unit" = "date", "x-source" = "policy design"))]
    pub founded: String,
    /// Share of the leading firms in reach, the tenth of fitting firms with the most research, that found it.
    #[serde(default = "quarter")]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub founders: f64,
    /// Whether it has shared research facilities.
    #[serde(default = "yes")]
    #[schemars(extend("x-unit" = "-", "x-source" = "policy design"))]
    pub research: bool,
    /// Whether it transforms scientific results.
    #[serde(default = "yes")]
    #[schemars(extend("x-unit" = "-", "x-source" = "policy design"))]
    pub transformation: bool,
    /// Whether it gives technical service.
    #[serde(default = "yes")]
    #[schemars(extend("x-unit" = "-", "x-source" = "policy design"))]
    pub service: bool,
    /// Whether it finances ventures.
    #[serde(default = "yes")]
    #[schemars(extend("x-unit" = "-", "x-source" = "policy design"))]
    pub venture: bool,
    /// Whether it trains people.
    #[serde(default = "yes")]
    #[schemars(extend("x-unit" = "-", "x-source" = "policy design"))]
    pub training: bool,
    /// Level of information at the founding; 0 for none.
    #[serde(default = "half")]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub information: f64,
    /// Level of technology at the founding, of which it has what scientists in reach bring; 0 for none.
    #[serde(default = "half")]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub technology: f64,
    /// Level of manpower at the founding; 0 for none.
    #[serde(default = "half")]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub manpower: f64,
    /// Level of finance at the founding; 0 for none.
    #[serde(default = "half")]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub finance: f64,
    /// Level of material and equipment at the founding; 0 for none.
    #[serde(default = "half")]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub material: f64,
    /// Development outlay planned, of which support pays its share.
    #[schemars(range(min = 0.0, max = 1e6), extend("x-unit" = "million CNY per year", "x-source" = "policy design"))]
    pub development: f64,
    /// Provenance of the row.
    #[serde(default)]
    #[schemars(extend("x-unit" = "text", "x-source" = "description"))]
    pub source: String,
}

fn yes() -> bool {
    true
}

fn quarter() -> f64 {
    0.25
}

fn half() -> f64 {
    0.5
}

impl InnovationPlatform {
    /// Which sub-platforms it has, in the order of [`SubPlatform::ALL`](crate::world::platforms::SubPlatform::ALL).
    pub fn sub_platforms(&self) -> [bool; SUB_PLATFORMS] {
        [self.research, self.transformation, self.service, self.venture, self.training]
    }

    /// Levels of resources, in the order of [`RESOURCE_NAMES`](crate::world::platforms::RESOURCE_NAMES).
    pub fn resources(&self) -> [f64; RESOURCES] {
        [self.information, self.technology, self.manpower, self.finance, self.material]
    }
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
    #[default(0.25)]
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
