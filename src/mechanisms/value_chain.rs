//! The value chain: who performs design, fabrication and market functions, and what they are worth.
//!
//! # Question
//! How much of the value of its product does a firm keep, and why are the ends of the chain worth more
//! than its middle?
//!
//! # Story
//! The value of a chain, what users pay less purchased inputs, is divided over the functions of design,
//! fabrication and market (brand, channel, service) by their scarcity. Outside supply of every function
//! follows the same rule of free entry: it grows as long as the function earns a rent, the faster the
//! more the function is codified, for what is written down is copied sooner. When markets grow, supply
//! of the slow functions lags for ever and their rents stay: the smile. Nothing else bends it: with equal
//! speeds of entry, or without growth, all functions are worth the same. A firm keeps the part of each
//! function that it performs; who performs what is agreed with its customers once a year, when it takes stock. Capability
//! in design and market is a stock that fades without outlay and is worth little without technical competence: design and
//! brand need something to show. A firm in a captive chain keeps up its functions, but its lead firm lets it build no more.
//!
//! # Equations
//! - scarcity `x_f = ln(need_f / supply_f)`: `dx_f = g dt - e_f kappa x_f dt`, solved exactly over a tick
//!   (`entry_*` = e_f, `scarcity_response` = kappa, g growth of the market's demand)
//! - share of function f in chain value: `v_f = e^(kappa x_f) / sum`; 1/3 each in the opening state
//! - part performed: `g_f = phi_f / (phi_f + 1)`, `phi_f = stock_f e^(c (theta - theta_out))`
//!   (`competence_effect` = c), times `e^(service d)` for the market function of a firm with digital lines; kept share
//!   `sum_m weight_m sum_f v_smf g_f`; both as agreed when the firm took stock
//! - stock: `S' = S (1 - d_f) + d_f S_usual r^n`, r outlay over sales relative to the usual one
//!   (`design_decay`, `market_decay` = d, `building_exponent` = n); captive: `r^n` at most 1
//! - pay-off, found when the firm takes stock: change of annual cash flow by the firm's own profit function, at the
//!   margin, for the part of the stock that the outlay built, discounted at `upgrading.discount_rate` and at the fading
//!   of the stock
//! - governance by complexity, codifiability and competence of the supplier, each high or low; standards and
//!   digital lines codify, and a dominant standard speeds the entry of fabrication
//!
//! # Place in the tick
//! After the markets, before production; the pre-run of the opening state values outlays with it.
//!
//! # Reads / Writes
//! Reads budgets, technique, practice, flows, what profits depend on; writes `outside.function_shares`, `firms.chain` (stocks,
//! parts kept, governance), `position.kept_share`, `effort.gain`.
//!
//! # Randomness
//! Opening parts are drawn with the opening population and with entrants; none in the tick.
//!
//! # Sources
//! Gereffi, Humphrey & Sturgeon 2005 (governance, 10.1080/09692290500049805); Humphrey & Schmitz 2002
//! (captive chains teach process and product, not functions, 10.1080/0034340022000022198). Speeds of entry and decay
//! are assumptions ordered by codifiability; no smile-shaped number is an input.
//!
//! # REQ numbers
//! REQ-11, REQ-61, REQ-64, REQ-65, REQ-66.
//!
//! # What it leaves out
//! Local firms that live on selling functions to others; bargaining over single contracts.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use rayon::prelude::*;

use crate::kernel::clock::StockTaking;
use crate::kernel::math::{exp, power};
use crate::kernel::ordered::{CHUNK, MIN_CHUNKS};
use crate::world::World;
use crate::world::firms::{BUILT, Chain, Effort, FUNCTIONS, Governance, MARKETS, Position, Profile, Technique};
use crate::world::outside::{Outside, kept_share, shares_of_value};
use crate::world::profit::{Margins, ProfitFunction, Source, Terms};
use crate::world::region::OpeningParts;
use crate::world::standards::codification;
use crate::world::structure::{Structure, SubIndustry};

const DESIGN: usize = 0;
const FABRICATION: usize = 1;
const MARKET: usize = 2;
/// Parameters of the value chain.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Whether the mechanism runs; off, functions keep their opening value and firms their opening parts.
    #[default(true)]
    #[schemars(extend("x-unit" = "-", "x-source" = "switch"))]
    pub enabled: bool,
    /// Share of the design function that the median firm performs and is paid for in the opening
    /// state.
    #[default(0.3)]
    #[schemars(range(min = 0.01, max = 0.99), extend("x-unit" = "share 0-1", "x-source" = "assumption", "x-opening" = true))]
    pub design_kept: f64,
    /// Share of fabrication kept.
    #[default(1.0)]
    #[schemars(range(min = 0.01, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption: the region's firms make what they sell", "x-opening" = true))]
    pub fabrication_kept: f64,
    /// Share of the market function (brand, channel, service) kept by the median firm.
    #[default(0.25)]
    #[schemars(range(min = 0.01, max = 0.99), extend("x-unit" = "share 0-1", "x-source" = "assumption", "x-opening" = true))]
    pub market_kept: f64,
    /// Dispersion of the kept shares among firms.
    #[default(0.2)]
    #[schemars(range(min = 0.0, max = 2.0), extend("x-unit" = "log points", "x-source" = "assumption", "x-opening" = true))]
    pub kept_deviation: f64,
    /// Growth of outside supply of design per unit of its log price.
    #[default(0.06)]
    #[schemars(range(min = 0.0, max = 5.0), extend("x-unit" = "1/year", "x-source" = "assumption: tacit, learned slowly"))]
    pub entry_design: f64,
    /// Growth of outside supply of fabrication per unit of its log price.
    #[default(0.3)]
    #[schemars(range(min = 0.0, max = 5.0), extend("x-unit" = "1/year", "x-source" = "assumption: codified in machines and drawings, copied soon"))]
    pub entry_fabrication: f64,
    /// Growth of outside supply of the market function per unit of its log price.
    #[default(0.08)]
    #[schemars(range(min = 0.0, max = 5.0), extend("x-unit" = "1/year", "x-source" = "assumption: brands and channels are learned slowly"))]
    pub entry_market: f64,
    /// Response of the log price of a function to its log scarcity.
    #[default(1.0)]
    #[schemars(range(min = 0.0, max = 5.0), extend("x-unit" = "-", "x-source" = "assumption: unit elasticity of substitution among functions"))]
    pub scarcity_response: f64,
    /// Share of the stock of design capability that fades in a year without outlay.
    #[default(0.2)]
    #[schemars(range(min = 0.001, max = 1.0), extend("x-unit" = "1/year", "x-source" = "depreciation of knowledge capital .15-.30 (Hall, Mairesse & Mohnen 2010)"))]
    pub design_decay: f64,
    /// Share of the stock of market capability that fades in a year without outlay.
    #[default(0.15)]
    #[schemars(range(min = 0.001, max = 1.0), extend("x-unit" = "1/year", "x-source" = "assumption"))]
    pub market_decay: f64,
    /// Response of what is built, in log points, to log outlay.
    #[default(0.5)]
    #[schemars(range(min = 0.05, max = 1.0), extend("x-unit" = "-", "x-source" = "assumption: haste makes dear"))]
    pub building_exponent: f64,
    /// Effect of technical competence, relative to the outside competitor's, on functions.
    #[default(3.0)]
    #[schemars(range(min = 0.0, max = 20.0), extend("x-unit" = "-", "x-source" = "assumption"))]
    pub competence_effect: f64,
    /// Effective number of technologies in a product from which a chain is complex.
    #[default(6.5)]
    #[schemars(range(min = 1.0, max = 64.0), extend("x-unit" = "fields", "x-source" = "assumption"))]
    pub complex_from: f64,
    /// High-end share of the product mix from which a chain cannot be codified.
    #[default(0.3)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub tacit_from: f64,
    /// Distance of competence below the outside competitor's up to which a supplier is capable.
    #[default(0.9)]
    #[schemars(range(min = 0.0, max = 10.0), extend("x-unit" = "log points", "x-source" = "assumption: about the mean of the opening state"))]
    pub capable_within: f64,
}

impl Params {
    /// Parts of the functions that firms perform when they start.
    pub fn opening_parts(&self) -> OpeningParts {
        OpeningParts {
            medians: [self.design_kept, self.fabrication_kept, self.market_kept],
            deviation: self.kept_deviation,
            competence_effect: self.competence_effect,
        }
    }

    fn entry(&self) -> [f64; FUNCTIONS] {
        [self.entry_design, self.entry_fabrication, self.entry_market]
    }

    fn decay(&self, function: usize) -> f64 {
        if function == DESIGN { self.design_decay } else { self.market_decay }
    }
}

/// Divides the value of the chains, builds capabilities, and settles what every firm performs.
pub fn step(world: &mut World, params: &Params, demand_growth: &[f64; MARKETS], terms: &Terms, discount: f64) {
    if !params.enabled {
        return;
    }
    let codified = world.standards.codifying * world.standards.codified;
    divide(&mut world.outside, params, demand_growth, codified, world.clock.years());
    let stock = StockTaking::now(world.clock);
    each_firm(world, params, Source::Now(terms), discount, stock, true);
}

/// Values the outlays of firms that take stock without building anything: the pre-run of the opening state.
pub fn rehearse(world: &mut World, params: &Params, margins: &[Margins], discount: f64, stock: StockTaking) {
    if params.enabled {
        each_firm(world, params, Source::Known(margins), discount, stock, false);
    }
}

/// Completes the opening state: how chains are governed, and the outlay that keeps each firm's capability as
/// it is, namely the one on which its budgets have settled.
pub fn open(world: &mut World, params: &Params) {
    if !params.enabled {
        return;
    }
    let World { firms, structure, outside, standards, lines, .. } = world;
    for row in 0..firms.len() {
        let codified = codification(standards, lines.codifying, &firms.practice[row]);
        let (chain, sales) = (&mut firms.chain[row], firms.flow[row].sales);
        let s = usize::from(firms.profile[row].sub_industry);
        let sub = &structure.sub_industries[s];
        chain.governance = governance(params, sub, &firms.technique[row], outside.competence[s], codified);
        for (at, (function, option)) in BUILT.into_iter().enumerate() {
            let relative = relative_outlay(sub, function, firms.effort[row].budget[option], sales.get());
            let built = built(relative, params.building_exponent, chain.governance);
            if built > 0.0 {
                chain.usual[at] = (f64::from(chain.stock[at]) / built) as f32;
            }
        }
    }
}

/// Moves the scarcity of every function by growth of need and entry of outside supply.
fn divide(outside: &mut Outside, params: &Params, demand_growth: &[f64; MARKETS], codified: f64, years: f64) {
    let mut entry = params.entry().map(|speed| speed * params.scarcity_response);
    // What standards write down is how things are made and fit together: that is copied sooner.
    entry[FABRICATION] *= 1.0 + codified;
    for (scarcity, shares) in outside.scarcity.iter_mut().zip(&mut outside.function_shares) {
        for m in 0..MARKETS {
            for f in 0..FUNCTIONS {
                scarcity[m][f] = scarcer(scarcity[m][f], demand_growth[m], entry[f], years);
            }
            shares[m] = shares_of_value(&scarcity[m].map(|x| params.scarcity_response * x));
        }
    }
}

/// Log scarcity after `years` of growing need and of entry at `speed` per unit of scarcity.
fn scarcer(scarcity: f64, growth: f64, speed: f64, years: f64) -> f64 {
    let closed = -libm::expm1(-speed * years);
    let rest = if speed > 0.0 { growth / speed } else { 0.0 };
    if speed > 0.0 { scarcity + closed * (rest - scarcity) } else { scarcity + growth * years }
}

fn each_firm(world: &mut World, params: &Params, source: Source<'_>, discount: f64, stock: StockTaking, build: bool) {
    let World { clock, firms, structure, outside, standards, lines, .. } = world;
    let fading = BUILT.map(|(function, _)| clock.share_from_year(params.decay(function)));
    let annuity = fading.map(|fading| 1.0 / (discount + fading * clock.ticks()).max(1e-6));
    let rules = Rules { params, fading, annuity, structure, outside, build };
    (
        firms.chain.par_chunks_mut(CHUNK),
        firms.effort.par_chunks_mut(CHUNK),
        firms.position.par_chunks_mut(CHUNK),
        firms.profile.par_chunks(CHUNK),
        firms.technique.par_chunks(CHUNK),
        firms.flow.par_chunks(CHUNK),
        firms.practice.par_chunks(CHUNK),
        firms.id.par_chunks(CHUNK),
        firms.plant.par_chunks(CHUNK),
        firms.balances.par_chunks(CHUNK),
    )
        .into_par_iter()
        .enumerate()
        .with_min_len(MIN_CHUNKS)
        .for_each(|(chunk, columns)| {
            let (chains, efforts, positions, profiles, techniques, flows, practices, ids, plants, balances) = columns;
            for row in 0..ids.len() {
                let (chain, effort, profile) = (&mut chains[row], &mut efforts[row], &profiles[row]);
                let taking_stock = stock.taken_by(ids[row]);
                if !build && !taking_stock {
                    continue;
                }
                if build && taking_stock {
                    let codified = codification(standards, lines.codifying, &practices[row]);
                    chain.governance = rules.governance(profile, &techniques[row], codified);
                }
                let built = rules.built(chain, effort, profile, flows[row].sales.get());
                if build {
                    chain.stock = built.map(|built| built.reached() as f32);
                }
                if !taking_stock {
                    continue;
                }
                let (technique, position) = (&techniques[row], &mut positions[row]);
                let keeping = match source {
                    Source::Known(margins) => margins[chunk * CHUNK + row].keeping,
                    Source::Now(terms) => {
                        let (plant, balances) = (&plants[row], &balances[row]);
                        ProfitFunction::new(terms, structure, outside, profile, plant, technique, position, balances)
                            .marginal_keeping()
                    }
                };
                let service = lines.service_of(&practices[row]);
                rules.agree(&built, effort, chain, position, profile, technique, service, keeping);
            }
        });
}

/// The stock of a capability after a tick.
#[derive(Debug, Clone, Copy)]
struct Built {
    /// What has not faded.
    faded: f64,
    /// What the outlay added.
    added: f64,
}

impl Built {
    fn reached(self) -> f64 {
        self.faded + self.added
    }
}

/// What is the same for all firms in a tick.
struct Rules<'a> {
    params: &'a Params,
    /// Share of each built function that fades in a tick.
    fading: [f64; BUILT.len()],
    /// Present value of one unit of annual cash flow that fades as each function does, years.
    annuity: [f64; BUILT.len()],
    structure: &'a Structure,
    outside: &'a Outside,
    build: bool,
}

impl Rules<'_> {
    /// Stocks of capability after the tick: old ones fade, outlays add.
    #[inline]
    fn built(&self, chain: &Chain, effort: &Effort, profile: &Profile, sales: f64) -> [Built; BUILT.len()] {
        let sub = &self.structure.sub_industries[usize::from(profile.sub_industry)];
        std::array::from_fn(|at| {
            let ((function, option), decay) = (BUILT[at], self.fading[at]);
            let relative = relative_outlay(sub, function, effort.budget[option], sales);
            let building = built(relative, self.params.building_exponent, chain.governance);
            let added = decay * f64::from(chain.usual[at]) * building;
            Built { faded: f64::from(chain.stock[at]) * (1.0 - decay), added }
        })
    }

    /// One firm that takes stock: its part of every function and the share of chain value that it keeps are agreed for
    /// the year, and its outlays are valued; `keeping` is what a rise of the kept share is worth to it.
    #[allow(clippy::too_many_arguments)]
    fn agree(
        &self,
        built: &[Built; BUILT.len()],
        effort: &mut Effort,
        chain: &mut Chain,
        position: &mut Position,
        profile: &Profile,
        technique: &Technique,
        service: f64,
        keeping: f64,
    ) {
        let s = usize::from(profile.sub_industry);
        let values = self.outside.function_shares_in(s, &market_weights(position, &self.outside.demand[s]));
        let effect = exp(self.params.competence_effect * (technique.competence - self.outside.competence[s]));
        let mut rises = [0.0; BUILT.len()];
        for (at, (function, option)) in BUILT.into_iter().enumerate() {
            let effect = if function == MARKET && service > 0.0 { effect * exp(service) } else { effect };
            let kept = part(built[at].reached() * effect);
            let paid = effort.budget[option] > 0.0;
            rises[at] = if paid { (values[function] * (kept - part(built[at].faded * effect))).max(0.0) } else { 0.0 };
            if self.build {
                chain.kept[function] = kept as f32;
            }
        }
        self.value(effort, &rises, keeping);
        if self.build {
            let ends = [DESIGN, MARKET];
            let (worth, kept) = (ends.map(|end| values[end]), ends.map(|end| f64::from(chain.kept[end])));
            let abroad = self.outside.abroad.rise(profile.presence, position.export_share.get(), worth, kept);
            position.kept_share = (kept_share(&values, &chain.kept) + abroad).into();
        }
    }

    /// Values what the outlays built, at the margin: what a tick can build is small.
    fn value(&self, effort: &mut Effort, rises: &[f64; BUILT.len()], per_rise: f64) {
        for (built, (_, option)) in BUILT.into_iter().enumerate() {
            let gain = if rises[built] > 0.0 { rises[built] * per_rise * self.annuity[built] } else { 0.0 };
            effort.gain[option] = gain as f32;
        }
    }

    fn governance(&self, profile: &Profile, technique: &Technique, codified: f64) -> Governance {
        let s = usize::from(profile.sub_industry);
        governance(self.params, &self.structure.sub_industries[s], technique, self.outside.competence[s], codified)
    }
}

/// Outlay over sales relative to what is usual in the sub-industry; 1 where nothing is usual.
fn relative_outlay(sub: &SubIndustry, function: usize, outlay: f32, sales: f64) -> f64 {
    let usual = sub.function_outlay[function] * sales;
    if usual > 0.0 { f64::from(outlay) / usual } else { 1.0 }
}

/// What an outlay builds, relative to what keeps up the usual stock; no more than that in a captive chain.
fn built(relative: f64, exponent: f64, governance: Governance) -> f64 {
    let built = power(relative, exponent);
    if governance.holds_functions_back() { built.min(1.0) } else { built }
}

/// Form of governance that complexity, codifiability and competence call for; `codified` is how far what the
/// firm makes is written down by standards and digital lines.
pub fn governance(
    params: &Params,
    sub: &SubIndustry,
    technique: &Technique,
    outside: f64,
    codified: f64,
) -> Governance {
    let complex = sub.complexity * (1.0 + technique.high_end) >= params.complex_from;
    let codified = technique.high_end * (1.0 - codified) < params.tacit_from;
    let capable = technique.competence >= outside - params.capable_within;
    match (complex, codified, capable) {
        (false, _, _) => Governance::Market,
        (true, true, true) => Governance::Modular,
        (true, false, true) => Governance::Relational,
        (true, true, false) => Governance::Captive,
        (true, false, false) => Governance::Hierarchy,
    }
}

/// Share of a function that a firm with this effective capability performs; the outside has 1.
#[inline]
fn part(effective: f64) -> f64 {
    effective / (effective + 1.0)
}

/// Shares of the markets in what a firm sells.
fn market_weights(position: &Position, demand: &[f64; MARKETS]) -> [f64; MARKETS] {
    let spent: [f64; MARKETS] = std::array::from_fn(|m| position.share[m] * demand[m]);
    let abroad: f64 = spent[1..].iter().sum();
    let export = if abroad > 0.0 { position.export_share.get() } else { 0.0 };
    std::array::from_fn(|m| match m {
        0 => 1.0 - export,
        _ if abroad > 0.0 => export * spent[m] / abroad,
        _ => 0.0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::single::Single;

    #[test]
    fn scarcity_by_hand() {
        // Towards growth / speed = .04 / .08 = .5, by 1 - e^-.08 of the distance in a year.
        let x = scarcer(0.1, 0.04, 0.08, 1.0);
        assert!((x - (0.1 + (1.0 - (-0.08f64).exp()) * 0.4)).abs() < 1e-15);
        assert!((scarcer(0.1, 0.04, 0.0, 0.5) - 0.12).abs() < 1e-15);
        // Half-years add up to a year.
        assert!((scarcer(scarcer(0.1, 0.04, 0.08, 0.5), 0.04, 0.08, 0.5) - x).abs() < 1e-15);
    }

    fn shares_after(params: &Params, growth: f64, years: f64) -> [f64; FUNCTIONS] {
        let mut outside = Outside {
            scarcity: vec![[[0.0; FUNCTIONS]; MARKETS]],
            function_shares: vec![[[1.0 / 3.0; FUNCTIONS]; MARKETS]],
            ..Outside::default()
        };
        divide(&mut outside, params, &[growth; MARKETS], 0.0, years);
        outside.function_shares[0][0]
    }

    #[test]
    fn the_smile_needs_growth_and_unequal_entry() {
        let smile = shares_after(&Params::default(), 0.04, 20.0);
        assert!(smile[DESIGN] > 0.36 && smile[MARKET] > 0.34 && smile[FABRICATION] < 0.28, "{smile:?}");
        let third = |shares: [f64; FUNCTIONS]| shares.iter().all(|s| (s - 1.0 / 3.0).abs() < 1e-15);
        assert!(third(shares_after(&Params::default(), 0.0, 20.0)));
        let equal = Params { entry_design: 0.1, entry_fabrication: 0.1, entry_market: 0.1, ..Params::default() };
        assert!(third(shares_after(&equal, 0.04, 20.0)));
    }

    #[test]
    fn shrinking_markets_turn_the_smile_round() {
        let frown = shares_after(&Params::default(), -0.04, 20.0);
        assert!(frown[FABRICATION] > frown[DESIGN] && frown[FABRICATION] > frown[MARKET]);
    }

    #[test]
    fn parts_come_back_from_capability() {
        let kept = [0.3, 1.0, 0.25];
        let chain = crate::world::region::chain(kept, 3.0, -1.0);
        for (built, (function, _)) in BUILT.into_iter().enumerate() {
            let back = part(f64::from(chain.stock[built]) * (-3.0f64).exp());
            assert!((back - f64::from(kept[function])).abs() < 1e-6);
        }
    }

    #[test]
    fn governance_follows_the_three_traits() {
        let params = Params { complex_from: 5.0, tacit_from: 0.3, capable_within: 0.5, ..Params::default() };
        let sub = |complexity| SubIndustry { complexity, ..SubIndustry::for_tests(0.0) };
        let technique = |high_end: f64, competence: f64| Technique {
            high_end: high_end.into(),
            competence: competence.into(),
            ..Technique::default()
        };
        let form = |complexity, high_end, competence| {
            governance(&params, &sub(complexity), &technique(high_end, competence), 0.0, 0.0)
        };
        assert_eq!(form(2.0, 0.0, -1.0), Governance::Market);
        assert_eq!(form(6.0, 0.0, -0.2), Governance::Modular);
        assert_eq!(form(6.0, 0.5, -0.2), Governance::Relational);
        assert_eq!(form(6.0, 0.0, -1.0), Governance::Captive);
        assert_eq!(form(6.0, 0.5, -1.0), Governance::Hierarchy);
        // What digital lines write down is codified: a share of .5 counts as .25.
        let written = governance(&params, &sub(6.0), &technique(0.5, -1.0), 0.0, 0.5);
        assert_eq!(written, Governance::Captive);
    }

    #[test]
    fn weights_of_markets_by_hand() {
        let position =
            Position { share: [0.1, 0.2, 0.1].map(Single::from), export_share: 0.4.into(), ..Position::default() };
        // Abroad 0.2 * 10 = 2 and 0.1 * 60 = 6: a quarter and three quarters of 0.4.
        let weights = market_weights(&position, &[100.0, 10.0, 60.0]);
        assert!((weights[0] - 0.6).abs() < 1e-7 && (weights[1] - 0.1).abs() < 1e-7);
        assert!((weights[2] - 0.3).abs() < 1e-7);
    }

    #[test]
    fn kept_share_by_hand() {
        let share = kept_share(&[0.5, 0.2, 0.3], &[0.4, 1.0, 0.5]);
        assert!((share - 0.55).abs() < 1e-6);
    }
}
