//! Science: universities and research institutes as researchers and partners.
//!
//! # Question
//! What does public knowledge add to what firms can do?
//!
//! # Story
//! Universities and institutes live on public funding and on contracts with firms, learn towards the
//! frontier of their fields as far as their income goes, and spend what they earn on their people.
//! Contract research adds effective engineers to a firm, more of them the nearer the partners of its
//! recipe are to the frontier.
//!
//! # Equations
//! - knowledge: `a' = a + l min(1, income / funding) (F - a)` (`learning` = l), but never falling behind more than the frontier moves
//! - quality for sub-industry s: contract productivity x recipe-weighted mean over partners of
//!   `exp(a - F)`, partners weighted by applied share and income
//! - effective engineers of a contract: outlay (1 - overhead) / engineer cost x quality
//!
//! # Place in the tick
//! Before research.
//!
//! # Reads / Writes
//! Reads the frontier; writes universities, institutes, `world.science_quality`, the ledger.
//!
//! # Randomness
//! None.
//!
//! # Sources
//! Share of university research paid by firms: about a third (Chinese science statistics, to be
//! verified); the learning rate is an assumption.
//!
//! # REQ numbers
//! REQ-01, REQ-02, REQ-03.
//!
//! # What it leaves out
//! Alliances with firms, and the transformation of results into firms of their own.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::kernel::math::exp;
use crate::world::World;
use crate::world::ledger::{Account, Entry};
use crate::world::outside::Outside;
use crate::world::region::Researcher;
use crate::world::structure::{Each, Structure};

/// Parameters of universities and research institutes.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Whether the mechanism runs; off is inert.
    #[default(true)]
    #[schemars(extend("x-unit" = "-", "x-source" = "switch"))]
    pub enabled: bool,
    /// Share of the gap to the frontier of its fields that a fully funded university or institute
    /// closes in a year.
    #[default(0.1)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "1/year", "x-source" = "assumption"))]
    pub learning: f64,
    /// Effective engineers per million CNY of contract research relative to own research, with a
    /// partner at the frontier.
    #[default(1.5)]
    #[schemars(range(min = 0.0, max = 10.0), extend("x-unit" = "-", "x-source" = "assumption"))]
    pub contract_productivity: f64,
    /// Share of contract income that is not spent on the contract.
    #[default(0.3)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub overhead: f64,
}

/// Funds universities and institutes, lets them learn, and measures what contracts are worth.
pub fn step(world: &mut World, params: &Params) {
    let years = world.clock.years();
    let World { universities, institutes, outside, ledger, .. } = world;
    for (group, funding, pay) in [
        (universities, Entry::ScienceUniversities, Entry::UniversityPay),
        (institutes, Entry::ScienceInstitutes, Entry::InstitutePay),
    ] {
        let (mut funded, mut paid) = (0.0, 0.0);
        for researcher in group.iter_mut() {
            let public = researcher.funding * years;
            let income = public + researcher.contracts;
            funded += public;
            paid += income;
            // Income of the last tick's contracts is spent now; deposits return to their opening level.
            researcher.balances.add(Account::Deposits, public - income);
            researcher.balances.close();
            researcher.contracts = 0.0;
            if params.enabled {
                learn(researcher, income / public.max(1e-9), outside, params, years);
            }
        }
        ledger.post(funding, funded);
        ledger.post(pay, paid);
    }
    measure_quality(world, params);
}

/// Moves a researcher's knowledge towards the frontier.
fn learn(researcher: &mut Researcher, funded: f64, outside: &Outside, params: &Params, years: f64) {
    let speed = (params.learning * years * funded.min(2.0)).min(1.0);
    for (level, frontier) in researcher.levels.iter_mut().zip(&outside.frontier) {
        *level += speed * (frontier - *level).max(0.0);
    }
}

/// Quality of contract research for each sub-industry.
pub fn measure_quality(world: &mut World, params: &Params) {
    let partners = world.universities.iter().chain(&world.institutes);
    let quality = |s: usize| {
        let usable = if params.enabled { params.contract_productivity * (1.0 - params.overhead) } else { 0.0 };
        usable * partner_quality(partners.clone(), &world.structure, &world.outside, s)
    };
    let qualities: Each<f64> = (0..world.structure.sub_industries.len()).map(quality).collect();
    world.science_quality.copy_from_slice(&qualities);
}

/// Recipe-weighted nearness of the partners to the frontier; 0 in fields without a partner.
fn partner_quality<'a>(
    partners: impl Iterator<Item = &'a Researcher> + Clone,
    structure: &Structure,
    outside: &Outside,
    s: usize,
) -> f64 {
    let mut quality = 0.0;
    for (field, weight) in &structure.sub_industries[s].recipe {
        let (mut sum, mut total) = (0.0, 0.0);
        for partner in partners.clone().filter(|p| p.fields >> field & 1 == 1) {
            let size = partner.applied_share * partner.funding;
            sum += size * exp(partner.levels[*field] - outside.frontier[*field]);
            total += size;
        }
        if total > 0.0 {
            quality += weight * sum / total;
        }
    }
    quality
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn learning_closes_its_share_of_the_gap() {
        let outside = Outside { frontier: vec![0.0], ..Outside::default() };
        let mut researcher = Researcher { levels: vec![-1.0], ..Researcher::for_tests() };
        let params = Params { learning: 0.1, ..Params::default() };
        learn(&mut researcher, 1.0, &outside, &params, 0.25);
        assert!((researcher.levels[0] + 0.975).abs() < 1e-15);
        learn(&mut researcher, 0.0, &outside, &params, 0.25);
        assert!((researcher.levels[0] + 0.975).abs() < 1e-15);
    }
}
