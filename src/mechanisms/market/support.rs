//! What programmes offer: support of buyers, insurance of first sets, promotion abroad.

use crate::kernel::math::{exp, ln};
use crate::world::World;
use crate::world::firms::{Flow, MARKETS, Profile, Technique, Workforce};
use crate::world::ledger::Entry;
use crate::world::levers::{self, Lever};

use super::Params;

/// Whether what cover adds to sales earns more than the part of the premium that is left to pay.
pub(super) fn worth_insuring(flow: &Flow, subsidised: f64, params: &Params) -> bool {
    let margin = if flow.sales > 0.0 { flow.operating / flow.sales } else { 0.0 };
    let response = params.regional_elasticity - 1.0;
    margin * response * params.first_set_distrust * params.insured_trust > params.insurance_premium * (1.0 - subsidised)
}

/// Shares of the price that buyers of a firm's product do not pay, by market.
pub(super) fn support(levers: &[Lever], profile: &Profile, high_end: f64, workers: f64) -> [f64; MARKETS] {
    /// Largest support, all levers together.
    const MOST: f64 = 0.9;
    let mut rates = [0.0; MARKETS];
    for lever in levers.iter().filter(|lever| lever.addressees.include(profile, workers)) {
        for (market, rate) in rates.iter_mut().enumerate() {
            *rate += lever_rate(lever, market, high_end);
        }
    }
    rates.map(|rate: f64| rate.min(MOST))
}

/// What one lever offers the buyers of one market.
pub(super) fn lever_rate(lever: &Lever, market: usize, high_end: f64) -> f64 {
    let part = if lever.addressees.high_end_only { high_end } else { 1.0 };
    if lever.addressees.markets >> market & 1 == 1 { lever.rate * part } else { 0.0 }
}

/// Factor on the appeal of a product of which buyers do not pay this share of the price.
fn lift(rate: f64, params: &Params) -> f64 {
    if rate > 0.0 { exp((1.0 - params.regional_elasticity) * ln(1.0 - rate)) } else { 1.0 }
}

/// Factors on the appeal of a firm's products from the support of their buyers, by market.
#[inline]
pub(super) fn lifts(
    levers: &[Lever],
    profile: &Profile,
    technique: &Technique,
    people: &Workforce,
    params: &Params,
) -> [f64; MARKETS] {
    if levers.is_empty() {
        return [1.0; MARKETS];
    }
    support(levers, profile, technique.high_end.get(), people.workers.get()).map(|rate| lift(rate, params))
}

/// Pays for promotion abroad: for every firm addressed that does not export yet, in proportion to the rate;
/// what the budget cannot pay is not offered.
pub(super) fn promote(world: &mut World, params: &Params) {
    let World { clock, firms, structure, levers, ledger, .. } = world;
    let levers::Levers { exports, outlays, .. } = levers;
    for lever in exports.iter_mut() {
        let reached = (0..firms.len()).filter(|row| {
            let profile = &firms.profile[*row];
            !profile.exporter && lever.addressees.include(profile, firms.workforce[*row].workers.get())
        });
        let reached = reached.count() as f64;
        let full = reached * params.promotion_cost * clock.years() * lever.nominal / structure.scale;
        let paid = outlays[lever.instrument].pay(full, full, reached);
        lever.rate = if full > 0.0 { lever.nominal * paid / full } else { 0.0 };
        ledger.post(Entry::ExportPromotion, paid);
    }
}

/// What programmes offer the buyers of a firm's products, and the firm abroad.
#[derive(Debug, Clone, Copy)]
pub(super) struct Offer {
    /// What is spent over what buyers pay themselves, by market.
    pub(super) raised: [f64; MARKETS],
    /// Factor on its appeal in each market.
    pub(super) lift: [f64; MARKETS],
    /// Additional probability, per year, to start exporting at median competence.
    pub(super) promotion: f64,
}

impl Offer {
    pub(super) fn of(
        levers: &levers::Levers,
        profile: &Profile,
        technique: &Technique,
        people: &Workforce,
        params: &Params,
    ) -> Self {
        if levers.buyers.is_empty() && levers.exports.is_empty() {
            return Offer { raised: [1.0; MARKETS], lift: [1.0; MARKETS], promotion: 0.0 };
        }
        let support = support(&levers.buyers, profile, technique.high_end.get(), people.workers.get());
        let promoted = !levers.exports.is_empty() && !profile.exporter;
        let promotion =
            if promoted { levers::rate_for(&levers.exports, profile, people.workers.get(), 1.0) } else { 0.0 };
        let raised = support.map(|rate| if rate > 0.0 { 1.0 / (1.0 - rate) } else { 1.0 });
        Offer { raised, lift: support.map(|rate| lift(rate, params)), promotion }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cover_is_bought_where_it_earns_its_premium() {
        let params = Params::default();
        // Margin x 4 x .05 x .8 against .03 x (1 - .8): worth it from a margin of 3.75 %.
        let flow = |margin: f64| Flow { sales: 10.0.into(), operating: (10.0 * margin).into(), ..Flow::default() };
        assert!(worth_insuring(&flow(0.04), 0.8, &params) && !worth_insuring(&flow(0.035), 0.8, &params));
        // With a fifth of the premium paid it would take 15 %.
        assert!(!worth_insuring(&flow(0.14), 0.2, &params) && worth_insuring(&flow(0.16), 0.2, &params));
        assert!(!worth_insuring(&Flow::default(), 0.8, &params));
        assert!((params.distrust().insured - 0.01).abs() < 1e-15);
    }

    #[test]
    fn support_reaches_the_markets_and_the_tier_addressed() {
        let addressees = levers::Addressees { markets: 0b010, high_end_only: true, ..levers::Addressees::all() };
        let lever = Lever { instrument: 0, rate: 0.5, nominal: 0.5, budget: 1.0, addressees };
        assert_eq!(support(&[lever], &Profile::default(), 0.2, 10.0), [0.0, 0.1, 0.0]);
        assert_eq!(lift(0.0, &Params::default()), 1.0);
        // A tenth off the price: (.9)^-4.
        assert!((lift(0.1, &Params::default()) - 0.9f64.powi(-4)).abs() < 1e-12);
    }
}
