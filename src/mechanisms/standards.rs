//! Standards: which of several competing standards firms work by, and who earns from it.
//!
//! # Question
//! When does a region get from implementing the standards of others to creating its own?
//!
//! # Story
//! In each of three classes, basic, intelligent and green, several standards compete; one of them is a
//! foreign incumbent, used abroad already. About every six years, more often the more it spends on
//! standards, a firm looks at them. It values the technical level of a standard, its spread among those with whom the
//! firm works and its spread in the market, less the royalty; changing means to give up the machines tied to
//! the old one. The home market, of which the region is a small part, chooses by the same rule, block by
//! block: a province alone never tips it. So small events early on decide, and who has chosen the loser pays
//! twice. Development follows use: what is used more is developed further. A standard of the region rises
//! with the generations of generic technologies by which the region is ahead; those who broke through and
//! have people in the committees hold its patents. A dominant standard writes down how things are made:
//! fabrication is copied sooner, suppliers who share it can be changed at less cost (basic), digital lines
//! are cheaper (intelligent), buyers in rich countries accept the product (green).
//!
//! # Equations
//! - utility `u_j = level_j + a l_j + b m_j - royalty_j - tied K / VA [j is not today's]`; without a standard
//!   `without` (`own_links` = a, `market` = b, `tied_capital`); l share among suppliers, customers and
//!   partners, m share of the installed base, K fixed capital, VA value added of a year
//! - choice: logit over all launched standards of the class (`intensity`)
//! - look: once a year with probability `min(1, sqrt(outlay / (review_cost sales)) / review_years)`
//! - installed base: `m_j = abroad_j + (1 - sum abroad)(w r_j + (1 - w) h_j)`; r share of the region's sales,
//!   h share of `blocks` of the home market, w share of the region in the home market at the opening
//! - level: `level' = level + growth + development (m_j - sum_k m_k^2)`; region: `+ lead_gain` for each
//!   generation ahead of what the world has codified in a field of the class
//! - dominance `D_j = max(0, m_j - f) / (1 - f)` (`dominance_from` = f)
//! - quality of the product: `quality_weight (v_j - sum_k m_k v_k)`, `v_j = level_j + b m_j`: relative to
//!   what the market uses
//! - stake of a firm that broke through: `sqrt(outlay / (review_cost sales))`
//! - pay-off: change of annual cash flow by the firm's own profit function from quality, royalty and custom,
//!   discounted as for all options, less what is stranded; royalties won by a stake likewise
//!
//! # Place in the tick
//! After generic technologies, before techniques. The pre-run of the opening
//! state values outlays with it.
//!
//! # Reads / Writes
//! Reads `world.network`, supply links, budgets, flows; writes `world.standards`, `firms.practice`,
//! `position.base`, `effort.gain`, the ledger.
//!
//! # Randomness
//! Stream `STANDARD_CHOICE`, one word per firm; stream `HOME_MARKET`, one generator per tick.
//!
//! # Sources
//! Arthur 1989 (10.2307/2234208: increasing returns, lock-in, uncertain winner); Heinrich 2014 (standards
//! and networks); prototypes of the design for beta 10, a = b = .3 and a world base of .15.
//!
//! # REQ numbers
//! REQ-49, REQ-50, REQ-51, REQ-52, REQ-53, REQ-54, REQ-55, REQ-56, REQ-57, REQ-69.
//!
//! # What it leaves out
//! Compatibility between standards and gateways; statutory standards; the region's users abroad; what the
//! royalty does to the pay-off of other options.

use rand::Rng;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::kernel::draws::{Draws, Small, Stream, uniform};
use crate::kernel::math::{exp, power};
use crate::kernel::ordered::MIN_ROWS;
use crate::world::World;
use crate::world::firms::UpgradingOption;
use crate::world::ledger::{Account, Entry, FirmBooks, Journal, Side};
use crate::world::network::{Happening, Place};
use crate::world::profit::{ProfitFunction, Terms};
use crate::world::standards::{
    MOST_STANDARDS, NO_STANDARD, Practice, STANDARD_CLASSES, Sponsor, Stake, Standard, StandardClass, Standards,
    dominance, logit_weights,
};

/// Looks at standards and choices among them.
pub const STANDARD_CHOICE: Stream = Stream(16);
/// Choices of the home market.
pub const HOME_MARKET: Stream = Stream(17);
const STANDARDS: usize = UpgradingOption::Standards as usize;
const GREEN: usize = StandardClass::Green as usize;
const HIGH_INCOME: usize = 2;

/// Parameters of the choice of standards.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Whether the mechanism runs; off is inert.
    #[default(true)]
    #[schemars(extend("x-unit" = "-", "x-source" = "switch", "x-opening" = true))]
    pub enabled: bool,
    /// Intensity of the logit choice among standards.
    #[default(10.0)]
    #[schemars(range(min = 0.0, max = 1000.0), extend("x-unit" = "1/log points", "x-source" = "assumption: intensity x (own_links + market) = 6 gives a winner above .8"))]
    pub intensity: f64,
    /// Value of a standard that all with whom the firm works use.
    #[default(0.3)]
    #[schemars(range(min = 0.0, max = 5.0), extend("x-unit" = "log points", "x-source" = "assumption"))]
    pub own_links: f64,
    /// Value of a standard that the whole market uses.
    #[default(0.3)]
    #[schemars(range(min = 0.0, max = 5.0), extend("x-unit" = "log points", "x-source" = "assumption"))]
    pub market: f64,
    /// Value of going without a standard of a class.
    #[default(-0.15)]
    #[schemars(range(min = -10.0, max = 10.0), extend("x-unit" = "log points", "x-source" = "assumption"))]
    pub without: f64,
    /// Share of a firm's fixed capital tied to its standard of a class: given up with it.
    #[default(0.08)]
    #[schemars(range(min = 0.0, max = 0.3), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub tied_capital: f64,
    /// Mean time between two looks at the standards.
    #[default(6.0)]
    #[schemars(range(min = 1.0, max = 100.0), extend("x-unit" = "years", "x-source" = "assumption: the life of a product generation"))]
    pub review_years: f64,
    /// Outlay over sales at which that time holds.
    #[default(0.005)]
    #[schemars(range(min = 1e-6, max = 1.0), extend("x-unit" = "share of sales", "x-source" = "assumption: about the share of sales that goes to standards in the settled opening budgets"))]
    pub review_cost: f64,
    /// Blocks of the home market that choose as one.
    #[default(40)]
    #[schemars(range(min = 1, max = 10000), extend("x-unit" = "blocks", "x-source" = "assumption: about the number of industrial clusters that decide alone; fewer make the winner more uncertain", "x-opening" = true))]
    pub blocks: u32,
    /// Share of the installed base from which a standard begins to dominate.
    #[default(0.5)]
    #[schemars(range(min = 0.0, max = 0.99), extend("x-unit" = "share 0-1", "x-source" = "assumption: a majority"))]
    pub dominance_from: f64,
    /// Rise of the level of the region's standard by each generation that the region is ahead.
    #[default(0.05)]
    #[schemars(range(min = 0.0, max = 5.0), extend("x-unit" = "log points", "x-source" = "assumption: a third of a generation"))]
    pub lead_gain: f64,
    /// Development of a standard that everybody uses, against one that nobody does.
    #[default(0.01)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "log points per year", "x-source" = "assumption"))]
    pub development: f64,
    /// Effect of standards on the quality of products.
    #[default(0.1)]
    #[schemars(range(min = 0.0, max = 5.0), extend("x-unit" = "-", "x-source" = "assumption", "x-opening" = true))]
    pub quality_weight: f64,
    /// How far dominant standards in all classes write down the making of equipment: fabrication is copied
    /// sooner by this share, and so much less of a high-end mix counts as tacit.
    #[default(0.3)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub codifying: f64,
    /// Share of the cost of switching saved between users of a wholly dominant basic standard.
    #[default(0.5)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub switching_relief: f64,
    /// Share of the cost of digital lines saved by users of a wholly dominant intelligent standard.
    #[default(0.25)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub digital_relief: f64,
    /// Rise of custom in the high-income market with a wholly dominant green standard.
    #[default(0.2)]
    #[schemars(range(min = 0.0, max = 5.0), extend("x-unit" = "log points", "x-source" = "assumption"))]
    pub high_income_access: f64,
    /// Share of the royalties due in the rest of the nation that holders in the region get.
    #[default(0.1)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption: cross-licences and weak enforcement; read by royalties"))]
    pub collected: f64,
}

/// Moves levels, spreads standards, and settles what they do in the tick.
pub fn step(world: &mut World, params: &Params, terms: &Terms, annuity: f64, draws: &Draws) {
    let before = accesses(&world.standards);
    world.standards.list.iter_mut().for_each(|standard| {
        (standard.joined, standard.left, standard.stranded) = (0, 0, 0.0);
    });
    if params.enabled {
        develop(world, params);
        win_stakes(world, params, annuity);
        let users = users(world);
        weigh(&mut world.standards, params, &users);
    } else {
        silence(&mut world.standards);
    }
    change_access(world, &before);
    if params.enabled && !world.standards.list.is_empty() {
        let looks = look(world, params, terms, annuity, draws);
        turn(world, params, &looks);
        home_market(world, params, draws);
    }
}

/// Present value that a look at the standards may be expected to bring each firm in the opening state; empty
/// where nobody looks. It does not depend on budgets, which only make looks more or less frequent.
pub fn prospects(world: &World, params: &Params, terms: &Terms, annuity: f64) -> Vec<f64> {
    if !params.enabled || world.standards.list.is_empty() {
        return Vec::new();
    }
    let expected = |row: usize| Eye::new(world, row, params, terms, annuity).expected();
    (0..world.firms.len()).into_par_iter().with_min_len(MIN_ROWS).map(expected).collect()
}

/// Values what the outlays of the tick may be expected to bring, without anybody changing anything: the
/// pre-run of the opening state.
pub fn rehearse(world: &mut World, params: &Params, prospects: &[f64]) {
    for (row, prospect) in prospects.iter().enumerate() {
        let chance = chance_to_look(world, row, params) * world.clock.years();
        world.firms.effort[row].gain[STANDARDS] = (chance * prospect) as f32;
    }
}

// -------------------------------------------------------------------------------- what standards do

/// Users of each standard in the region.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Users {
    /// Sales of those who use it.
    pub sales: [f64; MOST_STANDARDS],
    /// Number of firms.
    pub firms: [u32; MOST_STANDARDS],
    /// Sales of all firms.
    pub total: f64,
}

impl Users {
    /// Counts a firm.
    pub fn count(&mut self, practice: &Practice, sales: f64) {
        self.total += sales;
        for at in practice.standards.iter().filter(|at| **at != NO_STANDARD) {
            self.sales[usize::from(*at)] += sales;
            self.firms[usize::from(*at)] += 1;
        }
    }

    fn absorb(&mut self, other: &Users) {
        self.total += other.total;
        for at in 0..MOST_STANDARDS {
            self.sales[at] += other.sales[at];
            self.firms[at] += other.firms[at];
        }
    }
}

fn users(world: &World) -> Users {
    let firms = &world.firms;
    let mut users = Users::default();
    let chunk = |range: std::ops::Range<usize>| {
        let mut part = Users::default();
        for row in range.filter(|row| firms.plant[*row].capacity > 0.0) {
            part.count(&firms.practice[row], firms.flow[row].sales);
        }
        part
    };
    firms.chunks().fold(&mut users, chunk, |total, part| total.absorb(&part));
    users
}

/// Launches standards and moves their technical levels.
fn develop(world: &mut World, params: &Params) {
    let leads = leads(world);
    let (tick, years) = (i64::from(world.clock.tick), world.clock.years());
    let list = &mut world.standards.list;
    let mut used = [0.0; STANDARD_CLASSES];
    list.iter().for_each(|one| used[one.class as usize] += one.share * one.share);
    for standard in list.iter_mut() {
        if standard.launched {
            let followed = params.development * (standard.share - used[standard.class as usize]);
            standard.base_level += years * (standard.growth + followed);
        }
        standard.launched |= standard.launch <= tick;
        let lead = if standard.sponsor == Sponsor::Region { leads[standard.class as usize] } else { 0.0 };
        standard.level = standard.base_level + params.lead_gain * lead;
    }
}

/// Generations that the region is ahead of what the world has codified, summed over the fields of each class.
fn leads(world: &World) -> [f64; STANDARD_CLASSES] {
    let mut leads = [0.0; STANDARD_CLASSES];
    for ((generation, codified), class) in
        world.network.generation.iter().zip(&world.outside.codified).zip(&world.standards.class_of_field)
    {
        leads[*class as usize] += f64::from(generation.saturating_sub(*codified));
    }
    leads
}

/// Works out spread, dominance, quality and royalty of every standard.
pub fn weigh(standards: &mut Standards, params: &Params, users: &Users) {
    let held: [bool; MOST_STANDARDS] =
        std::array::from_fn(|at| standards.stakes.iter().any(|stake| usize::from(stake.standard) == at));
    let abroad = abroad_by_class(standards);
    let blocks = standards.blocks.len().max(1) as f64;
    let weight = standards.region_weight;
    for (at, standard) in standards.list.iter_mut().enumerate() {
        let class = standard.class as usize;
        let in_blocks = standards.blocks.iter().filter(|block| usize::from(block[class]) == at).count();
        standard.home_share = in_blocks as f64 / blocks;
        standard.region_share = if users.total > 0.0 { users.sales[at] / users.total } else { 0.0 };
        standard.adopters = users.firms[at];
        let own = if standard.launched { standard.abroad } else { 0.0 };
        let nation = weight * standard.region_share + (1.0 - weight) * standard.home_share;
        standard.share = own + (1.0 - abroad[class]) * nation;
        standard.dominance = dominance(standard.share, params.dominance_from);
        standard.access = params.high_income_access * standard.dominance;
        standard.royalty = if standard.sponsor == Sponsor::Region && !held[at] { 0.0 } else { standard.asked };
    }
    value(standards, params);
    let leading = |class: usize| {
        let of = standards.list.iter().filter(|standard| standard.class as usize == class);
        of.map(|standard| standard.dominance).fold(0.0, f64::max)
    };
    standards.codified = (0..STANDARD_CLASSES).map(leading).sum::<f64>() / STANDARD_CLASSES as f64;
    standards.codifying = params.codifying;
    standards.switching_relief = params.switching_relief;
    standards.digital_relief = params.digital_relief;
}

/// Share of the installed base of each class that lies abroad.
fn abroad_by_class(standards: &Standards) -> [f64; STANDARD_CLASSES] {
    let mut abroad = [0.0; STANDARD_CLASSES];
    for standard in standards.list.iter().filter(|standard| standard.launched) {
        abroad[standard.class as usize] += standard.abroad;
    }
    abroad
}

/// Quality that standards add, relative to what the market uses.
fn value(standards: &mut Standards, params: &Params) {
    let mut usual = [params.without; STANDARD_CLASSES];
    for standard in &standards.list {
        let worth = standard.level + params.market * standard.share;
        usual[standard.class as usize] += standard.share * (worth - params.without);
    }
    for standard in &mut standards.list {
        let worth = standard.level + params.market * standard.share;
        standard.quality = params.quality_weight * (worth - usual[standard.class as usize]);
    }
    // A class without any standard makes no difference to anybody.
    standards.quality_without = usual.map(|usual| params.quality_weight * (params.without - usual));
}

/// Switched off, standards do nothing.
fn silence(standards: &mut Standards) {
    for standard in &mut standards.list {
        (standard.dominance, standard.quality, standard.access, standard.royalty) = (0.0, 0.0, 0.0, 0.0);
        (standard.paid, standard.received) = (0.0, 0.0);
    }
    standards.quality_without = [0.0; STANDARD_CLASSES];
    (standards.codified, standards.switching_relief, standards.digital_relief) = (0.0, 0.0, 0.0);
}

/// Rise of custom that each standard means.
fn accesses(standards: &Standards) -> [f64; MOST_STANDARDS] {
    std::array::from_fn(|at| standards.list.get(at).map_or(0.0, |standard| standard.access))
}

/// Moves the custom of all users of green standards as those open the market more or less than before.
fn change_access(world: &mut World, before: &[f64; MOST_STANDARDS]) {
    let now = accesses(&world.standards);
    if now == *before {
        return;
    }
    let (positions, practices) = (&mut world.firms.position, &world.firms.practice);
    positions.par_iter_mut().zip(practices).with_min_len(MIN_ROWS).for_each(|(position, practice)| {
        let at = usize::from(practice.standards[GREEN]);
        if at < MOST_STANDARDS {
            position.base[HIGH_INCOME] *= exp(now[at] - before[at]) as f32;
        }
    });
}

/// Firms that broke through in the tick and have people in the committees win a stake in the region's
/// standard of the class.
fn win_stakes(world: &mut World, params: &Params, annuity: f64) {
    let broken = world.network.chronicle.iter().filter(|event| event.happening == Happening::BrokenThrough);
    let alliances: Vec<_> = broken.map(|event| event.alliance).collect();
    for alliance in alliances {
        let class = world.standards.class_of_field[usize::from(alliance.field)];
        let of_region = |one: &Standard| one.class == class && one.sponsor == Sponsor::Region;
        let Some(at) = world.standards.list.iter().position(of_region) else { continue };
        for member in alliance.members() {
            let Place::Firm(row) = member.place() else { continue };
            let weight = power(relative_outlay(world, row, params), 0.5);
            if weight <= 0.0 {
                continue;
            }
            let total = world.standards.stakes_in(at) + weight;
            let pool = world.standards.list[at].received * world.clock.ticks();
            world.firms.effort[row].gain[STANDARDS] += (annuity * pool * weight / total) as f32;
            let stakes = &mut world.standards.stakes;
            match stakes.iter_mut().find(|stake| stake.row as usize == row && usize::from(stake.standard) == at) {
                Some(stake) => stake.weight += weight,
                None => stakes.push(Stake { row: row as u32, standard: at as u8, weight, received: 0.0 }),
            }
        }
    }
}

// ------------------------------------------------------------------------------------------ choice

/// Outlay on standards relative to the one at which a look every `review_years` holds.
fn relative_outlay(world: &World, row: usize, params: &Params) -> f64 {
    let usual = params.review_cost * world.firms.flow[row].sales;
    if usual > 0.0 { f64::from(world.firms.effort[row].budget[STANDARDS]) / usual } else { 0.0 }
}

/// Probability that a firm looks at the standards in its turn of the year.
fn chance_to_look(world: &World, row: usize, params: &Params) -> f64 {
    if world.firms.plant[row].capacity <= 0.0 {
        return 0.0;
    }
    (power(relative_outlay(world, row, params), 0.5) / params.review_years).min(1.0)
}

/// What a firm that looks at the standards decides.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Look {
    row: usize,
    /// Standards from now on.
    standards: [u8; STANDARD_CLASSES],
    /// Present value of the change, million CNY.
    value: f64,
}

fn look(world: &World, params: &Params, terms: &Terms, annuity: f64, draws: &Draws) -> Vec<Vec<Look>> {
    let tick = world.clock.tick;
    draws.decide(STANDARD_CHOICE, tick, &world.firms.id, |row, mut small, looks| {
        if !world.clock.reviews(world.firms.id[row].ordinal()) {
            return;
        }
        if small.uniform() < chance_to_look(world, row, params) {
            looks.push(Eye::new(world, row, params, terms, annuity).decide(&mut small));
        }
    })
}

/// A firm's eye on the standards.
struct Eye<'a> {
    world: &'a World,
    row: usize,
    params: &'a Params,
    annuity: f64,
    profit: ProfitFunction,
    /// Share of each standard among those with whom the firm works.
    links: [f64; MOST_STANDARDS],
    /// Utility lost by a change, log points.
    tied: f64,
    /// Machines tied to the standard of a class, million CNY.
    stranded: f64,
    /// Share of sales in the high-income market.
    high_income: f64,
}

impl<'a> Eye<'a> {
    fn new(world: &'a World, row: usize, params: &'a Params, terms: &Terms, annuity: f64) -> Self {
        /// Most years of value added that count as tied: a firm that adds nothing is not tied for ever.
        const MOST_YEARS: f64 = 4.0;
        let firms = &world.firms;
        let capital = firms.balances[row].get(Account::FixedCapital);
        let value_added = firms.flow[row].value_added * world.clock.ticks();
        let demand = &world.outside.demand[usize::from(firms.profile[row].sub_industry)];
        let years = if value_added > 0.0 { (capital / value_added).min(MOST_YEARS) } else { MOST_YEARS };
        Eye {
            world,
            row,
            params,
            annuity,
            profit: world.profit_function(row, terms),
            links: links(world, row),
            tied: params.tied_capital * years,
            stranded: params.tied_capital * capital,
            high_income: firms.position[row].spent_in(HIGH_INCOME, demand),
        }
    }

    fn today(&self) -> &Practice {
        &self.world.firms.practice[self.row]
    }

    /// What the firm may choose in a class.
    fn options(&self, class: usize) -> Options {
        let today = self.today();
        let compliance = if class == GREEN { self.world.lines.compliance * f64::from(today.green) } else { 0.0 };
        let utility = |at: usize, one: &Standard| {
            let spread = self.params.own_links * self.links[at] + self.params.market * one.share;
            one.level + spread - one.royalty + compliance
        };
        let habit = Habit { today: today.standards[class], tied: self.tied };
        Options::of(&self.world.standards.list, class, habit, self.params.without, utility)
    }

    /// Draws the standard of each class.
    fn decide(&self, small: &mut Small) -> Look {
        let mut standards = self.today().standards;
        let mut value = 0.0;
        for (class, chosen) in standards.iter_mut().enumerate() {
            *chosen = self.options(class).draw(self.params.intensity, small.uniform());
            value += self.worth(class, *chosen);
        }
        Look { row: self.row, standards, value }
    }

    /// Present value that a look may be expected to bring.
    fn expected(&self) -> f64 {
        let of = |class: usize| {
            let options = self.options(class);
            let (weights, sum) = options.weights(self.params.intensity);
            let chosen = options.codes[..options.count].iter().zip(&weights);
            chosen.map(|(to, weight)| weight / sum * self.worth(class, *to)).sum::<f64>()
        };
        (0..STANDARD_CLASSES).map(of).sum()
    }

    /// Present value of turning to a standard: cash flow by the firm's own profit function, less machines.
    fn worth(&self, class: usize, to: u8) -> f64 {
        let from = self.today().standards[class];
        if to == from {
            return 0.0;
        }
        let of = |code: u8| match self.world.standards.list.get(usize::from(code)) {
            Some(one) => (one.quality, one.royalty, if class == GREEN { one.access } else { 0.0 }),
            None => (self.world.standards.quality_without[class], 0.0, 0.0),
        };
        let ((quality, royalty, access), (quality_now, royalty_now, access_now)) = (of(to), of(from));
        let cash = self.profit.gain_from_quality(quality - quality_now)
            - (royalty - royalty_now) * self.profit.annual_sales()
            + self.profit.gain_from_custom(self.high_income * (exp(access - access_now) - 1.0));
        let stranded = if from != NO_STANDARD { self.stranded } else { 0.0 };
        self.annuity * cash - stranded
    }
}

/// The standard by which somebody works today, and the utility lost by leaving it.
#[derive(Debug, Clone, Copy)]
struct Habit {
    today: u8,
    tied: f64,
}

/// What may be chosen in a class: its launched standards in their order, then none.
#[derive(Debug, Clone)]
struct Options {
    /// How each option stands with a firm.
    codes: [u8; MOST_STANDARDS + 1],
    utilities: [Option<f64>; MOST_STANDARDS + 1],
    count: usize,
}

impl Options {
    /// Options of which a standard has this `utility` to its users, and none the utility `without`.
    fn of(
        list: &[Standard],
        class: usize,
        habit: Habit,
        without: f64,
        utility: impl Fn(usize, &Standard) -> f64,
    ) -> Self {
        let mut options =
            Options { codes: [NO_STANDARD; MOST_STANDARDS + 1], utilities: [None; MOST_STANDARDS + 1], count: 0 };
        for (at, one) in list.iter().enumerate().filter(|(_, one)| one.launched && one.class as usize == class) {
            options.add(at as u8, utility(at, one), habit);
        }
        options.add(NO_STANDARD, without, habit);
        options
    }

    fn add(&mut self, code: u8, utility: f64, habit: Habit) {
        let tied = if habit.today != NO_STANDARD && code != habit.today { habit.tied } else { 0.0 };
        self.codes[self.count] = code;
        self.utilities[self.count] = Some(utility - tied);
        self.count += 1;
    }

    /// Weight of each option in the choice, and their sum.
    fn weights(&self, intensity: f64) -> ([f64; MOST_STANDARDS + 1], f64) {
        let mut weights = [0.0; MOST_STANDARDS + 1];
        let sum = logit_weights(&self.utilities[..self.count], intensity, &mut weights);
        (weights, sum)
    }

    /// The option that a uniform number falls on, as it stands with a firm.
    fn draw(&self, intensity: f64, u: f64) -> u8 {
        let (weights, sum) = self.weights(intensity);
        let mut left = u * sum;
        let found = weights[..self.count].iter().position(|weight| {
            left -= weight;
            left < 0.0
        });
        found.map_or(NO_STANDARD, |at| self.codes[at])
    }
}

/// Share of each standard among suppliers, customers and partners; the market's where a firm has none.
fn links(world: &World, row: usize) -> [f64; MOST_STANDARDS] {
    let (mut count, mut contacts) = ([0.0; MOST_STANDARDS], 0.0);
    let firms = world.firms.len();
    let partners = world.network.partners(row).filter(|node| *node < firms);
    for other in world.business_contacts(row).chain(partners) {
        contacts += 1.0;
        for at in world.firms.practice[other].standards.iter().filter(|at| **at != NO_STANDARD) {
            count[usize::from(*at)] += 1.0;
        }
    }
    let market = |at: usize| world.standards.list.get(at).map_or(0.0, |standard| standard.share);
    std::array::from_fn(|at| if contacts > 0.0 { count[at] / contacts } else { market(at) })
}

/// Carries out what firms have decided: machines tied to the old standard are given up and replaced.
fn turn(world: &mut World, params: &Params, looks: &[Vec<Look>]) {
    let mut journal = Journal::default();
    for look in looks.iter().flatten() {
        let World { firms, standards, .. } = &mut *world;
        let row = look.row;
        firms.effort[row].gain[STANDARDS] += look.value as f32;
        let before = firms.practice[row];
        firms.practice[row].standards = look.standards;
        let access = standards.access_of(&firms.practice[row]) - standards.access_of(&before);
        if access != 0.0 {
            firms.position[row].base[HIGH_INCOME] *= exp(access) as f32;
        }
        for (from, to) in before.standards.iter().zip(&look.standards).filter(|(from, to)| from != to) {
            if let Some(joined) = standards.list.get_mut(usize::from(*to)) {
                joined.joined += 1;
            }
            if let Some(left) = standards.list.get_mut(usize::from(*from)) {
                let stranded = params.tied_capital * firms.balances[row].get(Account::FixedCapital);
                left.left += 1;
                left.stranded += stranded;
                let (balances, booked) = (&mut firms.balances[row], &mut firms.booked[row]);
                let mut books = FirmBooks { balances, booked };
                journal.within_firm(Entry::StrandedCapital, stranded, &mut books);
                journal.firm(Entry::Retooling, Side::Payer, stranded, &mut books);
            }
        }
    }
    world.book(&journal);
}

/// Some blocks of the home market look at the standards and choose by the same rule.
fn home_market(world: &mut World, params: &Params, draws: &Draws) {
    let chance = world.clock.share_from_year(1.0 / params.review_years.max(1.0));
    let mut generator = draws.at(HOME_MARKET, world.clock.tick, 0);
    let Standards { list, blocks, .. } = &mut world.standards;
    let next = |generator: &mut ChaCha8Rng| uniform(generator.next_u64());
    for block in blocks.iter_mut() {
        let looks = next(&mut generator) < chance;
        for (class, chosen) in block.iter_mut().enumerate() {
            let u = next(&mut generator);
            if !looks {
                continue;
            }
            *chosen = of_block(list, params, class, *chosen).draw(params.intensity, u);
        }
    }
}

/// What a block of the home market that uses `today` may choose in a class.
fn of_block(list: &[Standard], params: &Params, class: usize, today: u8) -> Options {
    // An industry's fixed capital is about a year's value added.
    let habit = Habit { today, tied: params.tied_capital };
    Options::of(list, class, habit, params.without, |_, one| {
        let spread = params.own_links * one.home_share + params.market * one.share;
        one.level + spread - one.royalty
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(class: StandardClass, sponsor: Sponsor, level: f64, abroad: f64) -> Standard {
        let asked = 0.005;
        Standard { class, sponsor, level, base_level: level, abroad, asked, launched: true, ..Standard::default() }
    }

    /// A foreign and a regional basic standard, four blocks of which two use the foreign one and one the
    /// region's, and a region of a tenth of the home market.
    fn standards() -> Standards {
        let basic = |at: u8| [at, NO_STANDARD, NO_STANDARD];
        Standards {
            list: vec![
                one(StandardClass::Basic, Sponsor::Foreign, 0.0, 0.2),
                one(StandardClass::Basic, Sponsor::Region, -0.1, 0.0),
            ],
            blocks: vec![basic(0), basic(0), basic(1), basic(NO_STANDARD)],
            region_weight: 0.1,
            ..Standards::default()
        }
    }

    fn users() -> Users {
        let mut users = Users::default();
        let practice = |at| Practice { standards: [at, NO_STANDARD, NO_STANDARD], ..Practice::default() };
        users.count(&practice(0), 10.0);
        users.count(&practice(1), 30.0);
        users
    }

    #[test]
    fn spread_quality_and_royalty_by_hand() {
        let (mut standards, params) = (standards(), Params { dominance_from: 0.4, ..Params::default() });
        weigh(&mut standards, &params, &users());
        let [foreign, own] = [&standards.list[0], &standards.list[1]];
        // Abroad .2; the rest is a tenth region (.25, .75) and nine tenths home market (.5, .25).
        assert!((foreign.share - (0.2 + 0.8 * (0.1 * 0.25 + 0.9 * 0.5))).abs() < 1e-15);
        assert!((own.share - 0.8 * (0.1 * 0.75 + 0.9 * 0.25)).abs() < 1e-15);
        assert_eq!((foreign.adopters, own.adopters), (1, 1));
        assert!((foreign.dominance - (0.58 - 0.4) / 0.6).abs() < 1e-12 && own.dominance == 0.0);
        assert!((standards.codified - foreign.dominance / 3.0).abs() < 1e-15);
        // Worth .174 and -.028, without -.15; the market uses .58, .24 and .18 of them.
        let usual = 0.58 * 0.174 + 0.24 * -0.028 + 0.18 * -0.15;
        assert!((foreign.quality - 0.1 * (0.174 - usual)).abs() < 1e-12);
        assert!((standards.quality_without[0] - 0.1 * (-0.15 - usual)).abs() < 1e-12);
        // A class without standards makes no difference.
        assert_eq!(standards.quality_without[1], 0.0);
        // Nobody holds a patent in the region's standard yet.
        assert_eq!((foreign.royalty, own.royalty), (0.005, 0.0));
        standards.stakes.push(Stake { row: 0, standard: 1, weight: 1.0, received: 0.0 });
        weigh(&mut standards, &params, &users());
        assert_eq!(standards.list[1].royalty, 0.005);
    }

    #[test]
    fn what_the_market_uses_on_the_whole_gains_nothing() {
        let mut standards = standards();
        weigh(&mut standards, &Params::default(), &users());
        let without = 1.0 - standards.list.iter().map(|one| one.share).sum::<f64>();
        let sum: f64 = standards.list.iter().map(|one| one.share * one.quality).sum();
        assert!((sum + without * standards.quality_without[0]).abs() < 1e-15);
    }

    #[test]
    fn blocks_weigh_level_spread_royalty_and_what_is_tied() {
        let (mut standards, params) = (standards(), Params::default());
        weigh(&mut standards, &params, &users());
        let of = |standards: &Standards, class: usize, today: u8| {
            let options = of_block(&standards.list, &params, class, today);
            let codes = options.codes[..options.count].iter().copied();
            codes.zip(options.utilities.iter().flatten().copied()).collect::<Vec<_>>()
        };
        let options = of(&standards, 0, 0);
        let codes = |options: &[(u8, f64)]| options.iter().map(|(code, _)| *code).collect::<Vec<_>>();
        assert_eq!(codes(&options), [0, 1, NO_STANDARD]);
        assert!((options[0].1 - (0.3 * 0.5 + 0.3 * 0.58 - 0.005)).abs() < 1e-12);
        assert!((options[1].1 - (-0.1 + 0.3 * 0.25 + 0.3 * 0.24 - 0.08)).abs() < 1e-12);
        assert!((options[2].1 - (-0.15 - 0.08)).abs() < 1e-12);
        // Who has none is tied to none; nobody chooses what is not launched or of another class.
        assert!((of(&standards, 0, NO_STANDARD)[1].1 - 0.047).abs() < 1e-12);
        standards.list[1].launched = false;
        assert_eq!(codes(&of(&standards, 0, 0)), [0, NO_STANDARD]);
        assert_eq!(codes(&of(&standards, 2, NO_STANDARD)), [NO_STANDARD]);
    }

    #[test]
    fn switched_off_they_do_nothing() {
        let mut standards = standards();
        weigh(&mut standards, &Params::default(), &users());
        silence(&mut standards);
        for practice in [[0, NO_STANDARD, NO_STANDARD], [NO_STANDARD; STANDARD_CLASSES]] {
            let practice = Practice { standards: practice, ..Practice::default() };
            assert_eq!(standards.quality_of(&practice) + standards.royalty_of(&practice), 0.0);
            assert_eq!(standards.access_of(&practice) + standards.eased(&practice, &practice), 0.0);
        }
        assert_eq!(standards.codified, 0.0);
    }

    #[test]
    fn a_draw_falls_on_options_in_proportion() {
        // Weights of 3 and 1 at an intensity of 2.
        let list = [one(StandardClass::Green, Sponsor::Nation, 0.0, 0.0)];
        let habit = Habit { today: NO_STANDARD, tied: 0.0 };
        let options = Options::of(&list, GREEN, habit, 0.0, |_, _| 3f64.ln() / 2.0);
        assert_eq!([0.0, 0.74, 0.76, 0.999].map(|u| options.draw(2.0, u)), [0, 0, NO_STANDARD, NO_STANDARD]);
    }
}
