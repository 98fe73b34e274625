//! The scenario format: every section of a scenario file, typed.
//!
//! The sections of the mechanisms are the `Params` of the mechanisms themselves; this file adds
//! what describes the region, and composes the whole. Types, defaults, ranges, units and sources
//! of all keys are read from here by the checks, the schema and the documentation.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::indicators::measurement;
use crate::mechanisms::{
    abroad, alliances, demography, digital, finance, fiscal, generic_technology, investment, labour, market, mergers,
    outside, own_projects, ownership, platforms, pricing, production, research, science, services, standards, supply,
    talent, upgrading, value_chain,
};
use crate::policy::{Instrument, feasibility, government};
use crate::population::tables::{
    City, CompetingStandard, FirmPopulation, IndustrialBase, InnovationPlatform, Institute, Markets, NamedFirm,
    OwnershipGroup, Region, SubIndustry, TechnologyField, University,
};

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
    pub ownership_dials: ownership::Switches,
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
    /// Innovation platforms: those that are or will be.
    #[schemars(extend("x-csv" = true, "x-opening" = true))]
    pub platforms: Keyed<InnovationPlatform>,
    /// The opening population of firms.
    #[schemars(extend("x-opening" = true))]
    pub firms: FirmPopulation,
    /// The three markets.
    pub markets: Markets,
    /// Demand by sub-industry, market and tier relative to its path; 1 is the path itself.
    #[schemars(extend("x-csv" = true, "x-keys" = "sub_industries"))]
    pub demand: Keyed<DemandLevel>,
    /// Price of each input relative to its path; 1 is the path itself, as is an absent entry.
    #[schemars(extend("minimum" = 0.01, "maximum" = 100.0, "x-entry-default" = 1.0, "x-csv" = true, "x-keys" = "input_output", "x-unit" = "index", "x-source" = "scenario"))]
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
    /// Alliances and the innovation network.
    pub alliances: alliances::Params,
    /// Projects of one firm on generic technologies.
    pub own_projects: own_projects::Params,
    /// Breakthroughs in generic technologies and their diffusion.
    pub generic_technology: generic_technology::Params,
    /// Supply network, components and core firms.
    pub supply: supply::Params,
    /// Producer services.
    pub services: services::Params,
    /// Technical standards that compete, by name.
    #[schemars(extend("x-csv" = true, "x-opening" = true))]
    pub competing_standards: Keyed<CompetingStandard>,
    /// Choice of standards.
    pub standards: standards::Params,
    /// Digital and green lines.
    pub digital: digital::Params,
    /// Going abroad: channels, research, brands, projects, parks, introduced technology, risks of markets.
    pub abroad: abroad::Params,
    /// What innovation platforms do and cost.
    pub platform: platforms::Params,
    /// Measurement.
    pub measurement: measurement::Params,
    /// The government: which of the policies run, at which budget.
    pub government: government::Params,
    /// Thresholds of the conditions of the paths that policies declare.
    #[schemars(extend("x-opening" = true))]
    pub feasibility: feasibility::Params,
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
    /// Formats in which the network of the region is written as a graph: `graphml`, `gexf`.
    #[schemars(extend("x-unit" = "-", "x-source" = "choice"))]
    pub graph: Vec<GraphFile>,
    /// Ticks at which the network is written as a graph, none beyond the run; if empty, the opening state
    /// and the last tick.
    #[schemars(inner(range(min = 0, max = 8000)), extend("x-unit" = "ticks", "x-source" = "choice"))]
    pub graph_ticks: Vec<u32>,
}

impl OutputSettings {
    /// Tick and name of every graph file of a run with so many ticks.
    pub fn graph_files(&self, last: u32) -> Vec<(u32, String)> {
        let asked = if self.graph_ticks.is_empty() { &[0, last][..] } else { &self.graph_ticks };
        let ticks: BTreeSet<u32> = asked.iter().copied().filter(|tick| *tick <= last).collect();
        let formats: BTreeSet<GraphFile> = self.graph.iter().copied().collect();
        let name = |tick: u32, format: &GraphFile| (tick, format!("network-{tick:04}.{}", format.extension()));
        ticks.into_iter().flat_map(|tick| formats.iter().map(move |format| name(tick, format))).collect()
    }
}

/// A format of graph files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub enum GraphFile {
    /// GraphML: `network-0084.graphml` and the like.
    #[serde(rename = "graphml")]
    GraphMl,
    /// GEXF 1.3: `network-0084.gexf` and the like.
    #[serde(rename = "gexf")]
    Gexf,
}

impl GraphFile {
    /// End of the names of its files, without the dot.
    fn extension(self) -> &'static str {
        match self {
            GraphFile::GraphMl => "graphml",
            GraphFile::Gexf => "gexf",
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn names(graph: &[GraphFile], ticks: &[u32]) -> Vec<(u32, String)> {
        let settings = OutputSettings { graph: graph.to_vec(), graph_ticks: ticks.to_vec(), ..Default::default() };
        settings.graph_files(84)
    }

    #[test]
    fn every_tick_and_format_has_one_graph_file() {
        let of = |pairs: &[(u32, &str)]| pairs.iter().map(|(tick, name)| (*tick, name.to_string())).collect::<Vec<_>>();
        assert_eq!(names(&[GraphFile::Gexf], &[]), of(&[(0, "network-0000.gexf"), (84, "network-0084.gexf")]));
        let twice = [GraphFile::Gexf, GraphFile::GraphMl, GraphFile::Gexf];
        assert_eq!(names(&twice, &[40, 40]), of(&[(40, "network-0040.graphml"), (40, "network-0040.gexf")]));
        assert_eq!(names(&[], &[0, 40]), of(&[]));
    }
}
