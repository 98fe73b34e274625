//! The region's cities, labour market, researchers, ownership dials and what happens in a tick.

use crate::kernel::draws::{Small, normal};
use crate::kernel::math::exp;
use crate::kernel::ordered::Total;
use crate::world::abroad::Ventures;
use crate::world::firms::{BUILT, Chain, FUNCTIONS, Governance, OPTIONS};
use crate::world::ledger::Balances;

/// Engineers of a city.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct CityState {
    /// Engineers living in the city, persons.
    pub engineers: f64,
    /// Research posts that budgets would pay for, persons.
    pub posts: f64,
    /// Share of the posts that can be filled.
    pub filled: f64,
    /// Pay of an engineer relative to the opening.
    pub premium: f64,
}

/// A university or research institute.
#[derive(Debug, Clone, PartialEq)]
pub struct Researcher {
    /// Name.
    pub name: String,
    /// City.
    pub city: usize,
    /// Fields as a bit set.
    pub fields: u64,
    /// Knowledge per field, log units (meaningful in its own fields).
    pub levels: Vec<f64>,
    /// Share of work open to contracts.
    pub applied_share: f64,
    /// Engineers who graduate in a year.
    pub graduates: f64,
    /// Public funding, million CNY per year.
    pub funding: f64,
    /// Balances.
    pub balances: Balances,
    /// Contract income of the tick, million CNY.
    pub contracts: f64,
    /// Generations of each field unlocked, counted from the opening.
    pub unlocked: Vec<u8>,
    /// Projects of joint research in which it takes part.
    pub projects: u8,
    /// Share of its lead that it lets partners learn.
    pub openness: f64,
}

/// Labour market of the region.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct LabourMarket {
    /// Wage of a worker, million CNY per tick.
    pub wage: f64,
    /// Opening wage, million CNY per tick.
    pub opening_wage: f64,
    /// Smoothed value added per worker, million CNY per tick.
    pub smoothed: f64,
    /// Opening value added per worker, million CNY per tick.
    pub opening_productivity: f64,
    /// Persons available to the industry.
    pub force: f64,
    /// Workers employed at the end of the last tick.
    pub employed: f64,
    /// Employment over labour force in the opening state.
    pub opening_ratio: f64,
    /// Share of wanted hires that the labour force allows.
    pub hiring: f64,
    /// Hires wanted in the last tick, persons.
    pub wanted_hires: f64,
    /// Value added of the last tick, million CNY.
    pub value_added: f64,
}

/// Number of dials of ownership.
pub const DIALS: usize = 6;

/// Six dials of ownership, in force.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dials {
    /// Deduction from the interest rate, per year.
    pub interest_deduction: f64,
    /// Probability of a bail-out.
    pub bailout: f64,
    /// Speed of lay-offs relative to hiring.
    pub layoff_speed: f64,
    /// Efficiency of research.
    pub research_efficiency: f64,
    /// Speed of strategy changes.
    pub strategy_speed: f64,
    /// Priority in orders, credit and subsidies.
    pub priority: f64,
    /// Share of knowledge that others can imitate.
    pub spill_over: f64,
    /// Share of entrants.
    pub entrant_share: f64,
}

/// Terms of insurance for first sets of high-end products.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Insurance {
    /// Premium over the value insured.
    pub premium: f64,
    /// Most that is insured of a firm's sales, in terms of real firms, million CNY.
    pub most: f64,
}

/// Pay-offs of upgrading seen in a sub-industry in the last tick.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Learning {
    /// Present value gained per option, million CNY.
    pub gain: [f64; OPTIONS],
    /// Budget per option, million CNY.
    pub budget: [f64; OPTIONS],
}

impl Total for Learning {
    fn absorb(&mut self, part: &Self) {
        self.gain.absorb(&part.gain);
        self.budget.absorb(&part.budget);
    }
}

/// What happened in a tick.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Events {
    /// Entrants by sub-industry.
    pub entries: Vec<u32>,
    /// Exits by sub-industry (mergers not counted).
    pub exits: Vec<u32>,
    /// Mergers.
    pub mergers: u32,
    /// Bail-outs.
    pub bailouts: u32,
    /// Spin-offs among the entrants.
    pub spin_offs: u32,
    /// Improvements that succeeded.
    pub improvements: u64,
    /// Imitations that succeeded.
    pub imitations: u64,
    /// Engineers who changed firm.
    pub moves: f64,
    /// Graduates who stayed, persons.
    pub graduates_stayed: f64,
    /// Graduates in all, persons.
    pub graduates: f64,
    /// Venture rounds.
    pub venture_rounds: u32,
    /// Breakthroughs in a generic technology.
    pub breakthroughs: u32,
    /// Those of them made by an alliance, not by one firm.
    pub joint_breakthroughs: u32,
    /// Licence fees paid among firms, million CNY.
    pub licence_fees: f64,
    /// Those of them in which a core firm took part.
    pub core_breakthroughs: u32,
    /// Breakthroughs that came after the world had codified the generation.
    pub late_breakthroughs: u32,
    /// Generations adopted from others.
    pub adoptions: u32,
    /// What firms did abroad.
    pub abroad: Ventures,
}

impl Events {
    /// No events in `groups` sub-industries.
    pub fn new(groups: usize) -> Self {
        Events { entries: vec![0; groups], exits: vec![0; groups], ..Events::default() }
    }

    /// Forgets the events of the last tick.
    pub fn clear(&mut self) {
        let (mut entries, mut exits) = (std::mem::take(&mut self.entries), std::mem::take(&mut self.exits));
        entries.fill(0);
        exits.fill(0);
        *self = Events { entries, exits, ..Events::default() };
    }
}

/// Balances and rates of the opening state to which sectors return.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Openings {
    /// Own funds of banks, million CNY.
    pub bank_funds: f64,
    /// Deposits of households, million CNY.
    pub household_deposits: f64,
    /// Annual revenue of the government, million CNY.
    pub public_revenue: f64,
    /// Liquid deposits over assets.
    pub cash_to_assets: f64,
    /// Share of the graduates who stay that enters the industry.
    pub recruited: f64,
}

/// Thresholds of measurement, fixed in the opening state.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Measures {
    /// Quality, relative to the outside competitor, at which half of the mix is high-end.
    pub high_end_threshold: f64,
    /// Width of the logistic mix.
    pub high_end_width: f64,
    /// Engineers that make a technical centre.
    pub technical_centre: f64,
}

/// Parts of the functions of the value chain that new firms perform.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OpeningParts {
    /// Medians of design, fabrication and market.
    pub medians: [f64; FUNCTIONS],
    /// Dispersion, log points.
    pub deviation: f64,
    /// Effect of competence, relative to the outside competitor's, on functions.
    pub competence_effect: f64,
}

/// Functions of a firm that performs `kept` of the functions with a lead of competence, mostly
/// negative, over the outside competitor.
pub fn chain(kept: [f32; FUNCTIONS], competence_effect: f64, lead: f64) -> Chain {
    let stock = BUILT.map(|(function, _)| {
        let kept = f64::from(kept[function]).min(0.99);
        (kept / (1.0 - kept) * exp(-competence_effect * lead)) as f32
    });
    Chain { stock, usual: stock, kept, governance: Governance::default() }
}

impl OpeningParts {
    /// Draws the parts of one firm. A function performed as a whole is not dispersed.
    pub fn draw(&self, small: &mut Small) -> [f32; FUNCTIONS] {
        self.medians.map(|median| {
            let spread = if median >= 1.0 { 0.0 } else { self.deviation };
            (median * exp(spread * normal(small.word()))).clamp(0.01, if median >= 1.0 { 1.0 } else { 0.99 }) as f32
        })
    }

    /// The functions of a firm that performs `kept` with this lead of competence over the outside competitor.
    pub fn chain(&self, kept: [f32; FUNCTIONS], lead: f64) -> Chain {
        chain(kept, self.competence_effect, lead)
    }
}

#[cfg(test)]
impl Researcher {
    /// A bare researcher for unit tests of other modules.
    pub fn for_tests() -> Self {
        Researcher {
            name: "university".into(),
            city: 0,
            fields: 1,
            levels: vec![0.0],
            applied_share: 1.0,
            graduates: 0.0,
            funding: 1.0,
            balances: Balances::default(),
            contracts: 0.0,
            unlocked: vec![0],
            projects: 0,
            openness: 1.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_meet_their_medians_without_dispersion() {
        let parts = OpeningParts { medians: [0.3, 1.0, 0.25], deviation: 0.0, competence_effect: 3.0 };
        assert_eq!(parts.draw(&mut Small::new(1)), [0.3, 1.0, 0.25]);
    }
}
