//! Feasibility: whether a region meets the conditions of the path that a policy declares.
//!
//! # Question
//! Can this path be walked from here?
//!
//! # Story
//! A policy may say to which path of upgrading it belongs. The conditions that the sources name for a path are
//! computed from the opening state and from the policies themselves. What is not met is said, before the run and
//! in its manifest; the run is made all the same, for a path that fails is a result, too.
//!
//! # Equations
//! - firms: opening firms, in terms of real ones
//! - public money: annual budgets of the path's policies over the firms' annual research outlay
//! - advanced firms: share of firms whose competence is above the mean of their sub-industry by a standard
//!   deviation; core firms: as the supply network finds them, in terms of real ones
//! - bottleneck: mean of `e^(-(ceiling - competence) / bottleneck_gap)`, or the share of components bought abroad,
//!   whichever is larger
//! - dominance: share of the largest firm in the sales of its sub-industry, weighted by sales
//! - supplier gap: mean competence of integrators less that of component suppliers, by sub-industry, weighted by
//!   the sales of integrators
//! - patience: years for which the longest of the path's policies runs
//! - science: open work of universities and institutes over the firms' research outlay
//! - network: partners of a subject that has any
//! - resources: kinds present of universities, institutes, engineers without a post, venture capital, partners
//!   abroad, over five
//!
//! # Sources
//! Upgrading paper: what each path requires and suits (REQ-27 to REQ-30, REQ-32, REQ-33, REQ-36 to REQ-39). It gives
//! no thresholds: all are assumptions.
//!
//! # REQ numbers
//! REQ-21.
//!
//! # What it leaves out
//! Whether a condition decides in the model: that is shown by maps over regional traits.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::policy::PathName;
use crate::world::World;
use crate::world::firms::Role;
use crate::world::supply::Source;

/// Thresholds of the conditions of the paths.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Fewest firms of an industrial base (paths A and C).
    #[default(200.0)]
    #[schemars(range(min = 0.0), extend("x-unit" = "firms", "x-source" = "assumption", "x-opening" = true))]
    pub least_firms: f64,
    /// Least public money for a path over the firms' research outlay (A and C).
    #[default(0.02)]
    #[schemars(range(min = 0.0), extend("x-unit" = "share of research outlay", "x-source" = "assumption", "x-opening" = true))]
    pub least_public_money: f64,
    /// Least share of firms that are advanced enough to diffuse technology (A).
    #[default(0.05)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption", "x-opening" = true))]
    pub least_advanced: f64,
    /// Least bottleneck or dependence on imported components (A).
    #[default(0.2)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption", "x-opening" = true))]
    pub least_bottleneck: f64,
    /// Gap to the ceiling over which the nearness of a bottleneck fades.
    #[default(0.08)]
    #[schemars(range(min = 0.001, max = 5.0), extend("x-unit" = "log points", "x-source" = "as research.step_gap", "x-opening" = true))]
    pub bottleneck_gap: f64,
    /// Largest dominance of the largest firms (A).
    #[default(0.4)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption", "x-opening" = true))]
    pub most_dominance: f64,
    /// Least length of policies (A).
    #[default(5.0)]
    #[schemars(range(min = 0.0), extend("x-unit" = "years", "x-source" = "assumption: alliances last three to five years", "x-opening" = true))]
    pub least_years: f64,
    /// Fewest core firms (B and C).
    #[default(5.0)]
    #[schemars(range(min = 0.0), extend("x-unit" = "firms", "x-source" = "assumption", "x-opening" = true))]
    pub least_core_firms: f64,
    /// Largest gap of component suppliers behind integrators (B).
    #[default(0.25)]
    #[schemars(range(min = 0.0), extend("x-unit" = "log points", "x-source" = "as supply.learning_gap", "x-opening" = true))]
    pub most_supplier_gap: f64,
    /// Least open work of science over the firms' research outlay (C).
    #[default(0.05)]
    #[schemars(range(min = 0.0), extend("x-unit" = "share of research outlay", "x-source" = "assumption", "x-opening" = true))]
    pub least_science: f64,
    /// Least length of policies for a platform (C).
    #[default(8.0)]
    #[schemars(range(min = 0.0), extend("x-unit" = "years", "x-source" = "assumption: a platform loses money for years", "x-opening" = true))]
    pub least_platform_years: f64,
    /// Least mean number of partners in a network that grows or is mature (C).
    #[default(2.0)]
    #[schemars(range(min = 0.0), extend("x-unit" = "partners", "x-source" = "assumption", "x-opening" = true))]
    pub least_partners: f64,
    /// Least share of the kinds of innovation resources that are present (C).
    #[default(0.8)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption", "x-opening" = true))]
    pub least_resources: f64,
}

/// What the policies of a path give.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Declared {
    /// The path.
    pub path: PathName,
    /// Annual budgets of its policies, million CNY.
    pub budget: f64,
    /// Years for which the longest of them runs.
    pub years: f64,
}

/// One condition of a path.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Condition {
    /// The path.
    pub path: PathName,
    /// Claim from which it comes.
    pub requirement: &'static str,
    /// What is asked.
    pub about: &'static str,
    /// What is there.
    pub found: f64,
    /// What is asked for.
    pub limit: f64,
    /// Whether at least, not at most, the limit is asked for.
    pub at_least: bool,
}

impl Condition {
    /// Whether it is met.
    pub fn met(&self) -> bool {
        if self.at_least { self.found >= self.limit } else { self.found <= self.limit }
    }

    /// One line for people.
    pub fn line(&self) -> String {
        let verdict = if self.met() { "met" } else { "NOT MET" };
        let bound = if self.at_least { "at least" } else { "at most" };
        let Condition { path, requirement, about, found, limit, .. } = self;
        format!("path {path:?}: {about}: {found:.3}, {bound} {limit} ({requirement}): {verdict}")
    }
}

/// All conditions of the paths declared, as the opening state meets them.
pub fn check(world: &World, declared: &[Declared], params: &Params) -> Vec<Condition> {
    declared.iter().flat_map(|declared| conditions(world, declared, params)).collect()
}

fn conditions(world: &World, declared: &Declared, p: &Params) -> Vec<Condition> {
    let path = declared.path;
    let least = |requirement, about, found, limit| Condition { path, requirement, about, found, limit, at_least: true };
    let most = |requirement, about, found, limit| Condition { path, requirement, about, found, limit, at_least: false };
    let research = annual_research(world);
    let over_research = |money: f64| if research > 0.0 { money / research } else { 0.0 };
    let money = over_research(declared.budget);
    let firms = world.firms.len() as f64 / world.structure.scale;
    let cores = world.firms.profile.iter().filter(|profile| profile.core).count() as f64 / world.structure.scale;
    match path {
        PathName::A => vec![
            least("REQ-27", "firms of an industrial base", firms, p.least_firms),
            least("REQ-27", "public money over research outlay", money, p.least_public_money),
            least("REQ-27", "share of advanced firms", advanced(world), p.least_advanced),
            least("REQ-28", "bottleneck or dependence on imports", bottleneck(world, p), p.least_bottleneck),
            most("REQ-29", "dominance of the largest firms", dominance(world), p.most_dominance),
            least("REQ-30", "years of support", declared.years, p.least_years),
        ],
        PathName::B => vec![
            least("REQ-32", "core firms", cores, p.least_core_firms),
            most("REQ-33", "gap of suppliers behind integrators", supplier_gap(world), p.most_supplier_gap),
        ],
        PathName::C => vec![
            least("REQ-36", "firms of an industrial base", firms, p.least_firms),
            least("REQ-36", "science over research outlay", over_research(open_science(world)), p.least_science),
            least("REQ-37", "years of support", declared.years, p.least_platform_years),
            least("REQ-37", "public money over research outlay", money, p.least_public_money),
            least("REQ-37", "core firms", cores, p.least_core_firms),
            least("REQ-38", "partners in the network", partners(world), p.least_partners),
            least("REQ-39", "kinds of resources present", resources(world), p.least_resources),
        ],
    }
}

/// Annual research outlay, million CNY.
fn annual_research(world: &World) -> f64 {
    world.firms.chunks.sum(|row| world.firms.flow[row].research.get()) * world.clock.ticks()
}

/// Rows of firms that make something.
fn makers(world: &World) -> impl Iterator<Item = usize> + '_ {
    (0..world.firms.len()).filter(|row| world.firms.plant[*row].capacity > 0.0)
}

/// Share of firms a standard deviation above the mean competence of their sub-industry.
fn advanced(world: &World) -> f64 {
    let competence = |row: usize| world.firms.technique[row].competence;
    let group = |row: usize| usize::from(world.firms.profile[row].sub_industry);
    let mut sums = vec![[0.0; 3]; world.members.len()];
    for row in makers(world) {
        let (sum, x) = (&mut sums[group(row)], competence(row));
        (sum[0], sum[1], sum[2]) = (sum[0] + 1.0, sum[1] + x, sum[2] + x * x);
    }
    let above = makers(world).filter(|row| {
        let [count, sum, squares] = sums[group(*row)];
        let (mean, count) = (sum / count, count.max(1.0));
        competence(*row) > mean + (squares / count - mean * mean).max(0.0).sqrt()
    });
    above.count() as f64 / (makers(world).count() as f64).max(1.0)
}

/// Nearness to the ceiling, or the share of components that come from abroad if that is larger.
fn bottleneck(world: &World, params: &Params) -> f64 {
    let (mut near, mut abroad, mut sales) = (0.0, 0.0, 0.0);
    for row in makers(world) {
        let s = usize::from(world.firms.profile[row].sub_industry);
        let gap = (world.outside.machine_offer[s] - world.firms.technique[row].competence).max(0.0);
        let sources = &world.firms.sourcing[row].source;
        let imported = sources.iter().filter(|source| **source == Source::ABROAD).count() as f64;
        let weight = world.firms.flow[row].sales;
        near += weight * libm::exp(-gap / params.bottleneck_gap);
        abroad += weight * imported / sources.len() as f64;
        sales += weight;
    }
    if sales > 0.0 { (near / sales).max(abroad / sales) } else { 0.0 }
}

/// Share of the largest firm in its sub-industry, weighted by sales.
fn dominance(world: &World) -> f64 {
    let (mut largest, mut total) = (0.0, 0.0);
    for members in &world.members {
        let sales = members.iter().map(|row| world.firms.flow[*row as usize].sales.get());
        largest += sales.clone().fold(0.0, f64::max);
        total += sales.sum::<f64>();
    }
    if total > 0.0 { largest / total } else { 0.0 }
}

/// Mean gap of component suppliers behind integrators of their sub-industry.
fn supplier_gap(world: &World) -> f64 {
    let (mut gap, mut weight) = (0.0, 0.0);
    for members in &world.members {
        let (mut sums, mut sales) = ([[0.0; 2]; 2], 0.0);
        for row in members.iter().map(|row| *row as usize) {
            let sum = &mut sums[usize::from(world.firms.profile[row].role == Role::ComponentSupplier)];
            (sum[0], sum[1]) = (sum[0] + world.firms.technique[row].competence, sum[1] + 1.0);
            if world.firms.profile[row].role == Role::Integrator {
                sales += world.firms.flow[row].sales;
            }
        }
        if sums.iter().all(|[_, count]| *count > 0.0) {
            gap += sales * (sums[0][0] / sums[0][1] - sums[1][0] / sums[1][1]);
            weight += sales;
        }
    }
    if weight > 0.0 { gap / weight } else { 0.0 }
}

/// Open work of universities and institutes, million CNY a year, in terms of simulated firms.
fn open_science(world: &World) -> f64 {
    let all = world.universities.iter().chain(&world.institutes);
    all.map(|researcher| researcher.applied_share * researcher.funding).sum()
}

/// Partners of a subject that has any.
fn partners(world: &World) -> f64 {
    let nodes = world.firms.len() + world.researchers();
    let degrees = (0..nodes).map(|node| world.network.partners(node).count()).filter(|degree| *degree > 0);
    let (sum, count) = degrees.fold((0, 0), |(sum, count), degree| (sum + degree, count + 1));
    if count > 0 { sum as f64 / f64::from(count) } else { 0.0 }
}

/// Share of the kinds of innovation resources that are present.
fn resources(world: &World) -> f64 {
    let present = [
        !world.universities.is_empty(),
        !world.institutes.is_empty(),
        world.cities.iter().any(|city| city.engineers > city.posts),
        world.structure.sub_industries.iter().any(|sub| sub.venture),
        !world.partners_abroad.is_empty(),
    ];
    present.iter().filter(|present| **present).count() as f64 / present.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_is_met_on_its_own_side_of_the_limit() {
        let condition = |found, at_least| Condition {
            path: PathName::A,
            requirement: "REQ-30",
            about: "years of support",
            found,
            limit: 5.0,
            at_least,
        };
        assert!(condition(5.0, true).met() && !condition(4.9, true).met());
        assert!(condition(5.0, false).met() && !condition(5.1, false).met());
        assert_eq!(condition(3.0, true).line(), "path A: years of support: 3.000, at least 5 (REQ-30): NOT MET");
    }
}
