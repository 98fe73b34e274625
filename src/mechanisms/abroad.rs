//! Going abroad: channels, research, brands, projects and parks in other countries; technology that is
//! introduced from there.
//!
//! # Question
//! What does a firm gain by going abroad itself instead of leaving markets and technology to others?
//!
//! # Story
//! Most exporters sell through distributors abroad, who keep the market function. A firm may share a channel
//! with a partner or build its own, take on whole projects, and so keep more of the value of what it exports.
//! It may hold research abroad, from which knowledge spills back as far as its own research can take it up;
//! buy a brand, which mostly fails, most of all where it is the first; place itself in a park, which is spared
//! part of political trouble; and move machines that stand idle to where they are wanted. It may
//! introduce technology under licence, which pays in proportion to what it spends on absorbing it. Each is
//! decided once a year by the firm's own profit function. Exchange rates and political risk of each market
//! are scheduled as events. Exports are made in *general* or in *processing* trade: in the latter a lead firm
//! abroad sends design and inputs, free of duty, and takes and sells the product. Who performs little of design
//! and market function gives little up by that, so that the less capable process.
//!
//! # Equations
//! - rise of the kept share of value: `exports x v_market (1 - g_market) part`, part of the channel (0 for a
//!   distributor, `joint_part`, `own_part`) and of the business of projects (`project_part` of the rest)
//! - processing trade (through a distributor only): the kept share falls by `exports x left (v_design g_design +
//!   v_market g_market)` (`processing_left`); no orders go to suppliers near by for what is processed; the surcharge on
//!   inputs is `(1 - exports) x surcharge - exports x relief` (`processing_relief`); taken if what inputs get cheaper
//!   exceeds the change of annual cash flow from what is given up
//! - a channel, projects or a park is taken if the change of annual cash flow by the firm's own profit function
//!   exceeds what it costs more; the best channel is taken
//! - spill-over from research abroad, a year: in each field `spill AC max(0, min(frontier - gap, ceiling) - a)`,
//!   absorptive capacity `AC = r / (1 + r)`, r outlay for research over sales relative to what was usual in the
//!   sub-industry at the opening (`spill_over`, `partner_gap`)
//! - introduction: outlay `licence` x sales; absorbed `min(1, A / (absorption_ratio x outlay))`, A outlay for
//!   imitation; learned in each field `introduced x absorbed x max(0, ceiling - a)`
//! - brand: price `brand_price` x sales; success `p_0 + (p_1 - p_0) (1 - e^(-years / 5))` (`novice_success`,
//!   `experienced_success`); success multiplies the stock of market capability by `1 + brand_gain`; a firm tries
//!   if worth x `believed_success` exceeds the price
//! - idle machines: below `idle_below` of the utilisation aimed at, `relocated` of those idle are sold at
//!   `relocation_price` of their book value
//! - political risk: demand of a market x `1 - closed`; in parks x `1 - closed (1 - shelter)`
//! - exchange rate e: appeal of all firms of the region in the market x `e^(s - 1)`
//!
//! # Place in the tick
//! After research, before alliances; markets and value chains read channels and conditions of the tick.
//!
//! # Reads / Writes
//! Reads flow, knowledge, deposits; writes `profile.presence`, `outside.abroad`, knowledge, capability of the
//! market function, machines, `world.events.abroad`, the ledger.
//!
//! # Randomness
//! Stream `ABROAD`, one word per firm that seeds attempts and outcomes of brand purchases.
//!
//! # Sources
//! ADB TA-9036 Technical Report 2 (2017), paragraphs 33, 44, 62, 87-91, 98, 105-108 (processing trade, channels, brands, reverse
//! spill-overs, projects, relocation; .36 spent on absorption per unit of introduced technology); Cohen & Levinthal
//! 1990 (absorptive capacity, 10.2307/2393553). Values are assumptions.
//!
//! # REQ numbers
//! REQ-63, REQ-66, REQ-67, REQ-68, REQ-71, REQ-76, REQ-77, REQ-78.
//!
//! # What it leaves out
//! Hedging; what processing teaches; prices set in foreign money; affiliates as firms with
//! books of their own: what is held abroad is an outlay, not an asset.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::kernel::draws::{Draws, Small, Stream};
use crate::kernel::math::{exp, ln};
use crate::world::World;
use crate::world::abroad::{Channel, Conditions, Holding, Presence, Ventures};
use crate::world::firms::{MARKETS, Role, UpgradingOption};
use crate::world::ledger::{Account, Entry, Journal, Side};
use crate::world::profit::{ProfitFunction, Terms};

/// Purchases of brands.
pub const ABROAD: Stream = Stream(25);
const IMITATE: usize = UpgradingOption::Imitate as usize;
const DESIGN: usize = 0;
const MARKET: usize = 2;
/// Place of the market function among the stocks of capability.
const BRAND_STOCK: usize = 1;
/// Years of business abroad after which 63 % of what can be learned about it is known.
const LEARNING_YEARS: f64 = 5.0;

/// Parameters of going abroad.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Whether the mechanism runs; off is inert.
    #[default(false)]
    #[schemars(extend("x-unit" = "-", "x-source" = "switch"))]
    pub enabled: bool,
    /// Part of what distributors abroad keep of the market function that a joint channel takes over.
    #[default(0.3)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub joint_part: f64,
    /// The same of an own channel.
    #[default(0.6)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub own_part: f64,
    /// Cost of a joint channel, over exports.
    #[default(0.02)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share of exports", "x-source" = "assumption"))]
    pub joint_cost: f64,
    /// Cost of an own channel, over exports.
    #[default(0.03)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share of exports", "x-source" = "assumption"))]
    pub own_cost: f64,
    /// Fixed cost of an own channel, relative to real firms.
    #[default(2.0)]
    #[schemars(range(min = 0.0, max = 1e5), extend("x-unit" = "million CNY per year", "x-source" = "assumption: an office with a dozen people"))]
    pub own_fixed_cost: f64,
    /// Part of the rest of the market function abroad that a business of projects keeps: service over the life
    /// of what was sold.
    #[default(0.3)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub project_part: f64,
    /// Cost of a business of projects, over exports: bids, guarantees, advance of money.
    #[default(0.02)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share of exports", "x-source" = "assumption"))]
    pub project_cost: f64,
    /// Rise of the customer base in the middle-income market when a firm takes on projects: they pull sales of
    /// its equipment.
    #[default(0.2)]
    #[schemars(range(min = 0.0, max = 5.0), extend("x-unit" = "share", "x-source" = "assumption"))]
    pub project_pull: f64,
    /// Part of what a firm performs of design and market function that it leaves to the lead firm in processing trade.
    #[default(0.8)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub processing_left: f64,
    /// Duty on inputs that exports in processing trade are spared, over their price; with 0 nobody processes but
    /// who saves the margin of foreign suppliers.
    #[default(0.1)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share of price", "x-source" = "assumption, set so that about 64.8 % of exports are processing trade (ADB 2017, paragraph 33)"))]
    pub processing_relief: f64,
    /// Share of the lead of technology abroad that spills back in a year at full absorptive capacity.
    #[default(0.03)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "1/year", "x-source" = "assumption"))]
    pub spill_over: f64,
    /// Distance below the frontier of the technology to which research abroad gives access.
    #[default(0.1)]
    #[schemars(range(min = 0.0, max = 5.0), extend("x-unit" = "log points", "x-source" = "assumption: as partners abroad"))]
    pub partner_gap: f64,
    /// Cost of research abroad, over annual sales.
    #[default(0.005)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share of sales", "x-source" = "assumption"))]
    pub research_cost: f64,
    /// Least cost of research abroad, relative to real firms.
    #[default(5.0)]
    #[schemars(range(min = 0.0, max = 1e5), extend("x-unit" = "million CNY per year", "x-source" = "assumption: a small laboratory"))]
    pub research_fixed_cost: f64,
    /// Outlay for introduced technology, over annual sales.
    #[default(0.004)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share of sales", "x-source" = "assumption"))]
    pub licence: f64,
    /// Outlay for absorption per unit of introduced technology at which all of it is absorbed.
    #[default(0.36)]
    #[schemars(range(min = 0.001, max = 100.0), extend("x-unit" = "ratio", "x-source" = "ADB 2017, paragraph 62: .36 is spent"))]
    pub absorption_ratio: f64,
    /// Share of the gap to what the world licenses out that introduced and absorbed technology closes.
    #[default(0.01)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "1/year", "x-source" = "assumption"))]
    pub introduced: f64,
    /// Share of exporters without a brand abroad that look for one to buy in a year.
    #[default(0.02)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "1/year", "x-source" = "assumption"))]
    pub brand_search: f64,
    /// Price of a brand, over annual sales.
    #[default(0.02)]
    #[schemars(range(min = 0.0, max = 10.0), extend("x-unit" = "share of sales", "x-source" = "assumption"))]
    pub brand_price: f64,
    /// Probability that a brand bought by a firm without experience abroad can be kept.
    #[default(0.2)]
    #[schemars(range(min = 0.0, max = 0.5), extend("x-unit" = "share 0-1", "x-source" = "assumption below one half: overseas brand purchases mostly failed (ADB 2017, paragraph 105)"))]
    pub novice_success: f64,
    /// The same with much experience.
    #[default(0.45)]
    #[schemars(range(min = 0.0, max = 0.5), extend("x-unit" = "share 0-1", "x-source" = "assumption below one half"))]
    pub experienced_success: f64,
    /// Probability of success on which buyers of brands count.
    #[default(0.5)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption: buyers are too confident"))]
    pub believed_success: f64,
    /// Rise of the stock of market capability from a brand that is kept.
    #[default(0.5)]
    #[schemars(range(min = 0.0, max = 10.0), extend("x-unit" = "share", "x-source" = "assumption"))]
    pub brand_gain: f64,
    /// Rate at which what a brand brings fades.
    #[default(0.15)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "1/year", "x-source" = "assumption: as the stock of market capability"))]
    pub brand_fading: f64,
    /// Cost of premises in a park, over exports.
    #[default(0.005)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share of exports", "x-source" = "assumption"))]
    pub park_cost: f64,
    /// Part of closures of markets that firms in parks are spared.
    #[default(0.5)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub park_shelter: f64,
    /// Utilisation, relative to the one aimed at, below which machines count as idle.
    #[default(0.7)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub idle_below: f64,
    /// Share of idle machines moved abroad in a year.
    #[default(0.3)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "1/year", "x-source" = "assumption"))]
    pub relocated: f64,
    /// Price of machines moved abroad, over book value.
    #[default(0.6)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption: above a liquidation"))]
    pub relocation_price: f64,
    /// Price of money of the middle-income market, relative to its path; above 1 exports get cheaper there.
    #[default(1.0)]
    #[schemars(range(min = 0.1, max = 10.0), extend("x-unit" = "index", "x-source" = "scenario"))]
    pub exchange_middle_income: f64,
    /// The same of the high-income market.
    #[default(1.0)]
    #[schemars(range(min = 0.1, max = 10.0), extend("x-unit" = "index", "x-source" = "scenario"))]
    pub exchange_high_income: f64,
    /// Part of the middle-income market closed to the region's firms: embargo, unrest, lost contracts.
    #[default(0.0)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "scenario"))]
    pub closed_middle_income: f64,
    /// The same of the high-income market.
    #[default(0.0)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "scenario"))]
    pub closed_high_income: f64,
}

impl Params {
    fn conditions(&self) -> Conditions {
        Conditions {
            log_exchange: [0.0, ln(self.exchange_middle_income), ln(self.exchange_high_income)],
            closed: [0.0, self.closed_middle_income, self.closed_high_income],
            parts: [0.0, self.joint_part, self.own_part],
            projects: self.project_part,
            shelter: self.park_shelter,
            left: self.processing_left,
            relief: self.processing_relief,
        }
    }
}

/// What going abroad reads of other sections.
#[derive(Debug, Clone, Copy)]
pub struct Means<'a> {
    /// What the profit functions of all firms share.
    pub terms: &'a Terms,
    /// Present value of one unit of annual cash flow, years.
    pub annuity: f64,
    /// Rate at which future cash flow is discounted, per year.
    pub discount: f64,
    /// Whether value chains are divided anew, so that channels let firms keep more.
    pub divided: bool,
}

/// Sets what markets abroad do, and lets the firms reviewed in the tick decide and act.
pub fn step(world: &mut World, params: &Params, means: &Means<'_>, draws: &Draws) {
    if !params.enabled {
        return;
    }
    world.outside.abroad = params.conditions();
    let view = &*world;
    let plans = draws.decide(ABROAD, view.clock.tick, &view.firms.id, |row, mut small, plans| {
        if view.clock.reviews(view.firms.id[row].ordinal()) && view.firms.plant[row].capacity > 0.0 {
            plans.extend(plan(&Case::new(view, params, means, row), &mut small));
        }
    });
    let mut journal = Journal::default();
    let mut ventures = Ventures::default();
    for plan in plans.into_iter().flatten() {
        carry_out(world, params, &plan, &mut journal, &mut ventures);
    }
    world.book(&journal);
    world.events.abroad = ventures;
}

/// A firm that reviews its presence abroad.
struct Case<'a> {
    world: &'a World,
    params: &'a Params,
    means: &'a Means<'a>,
    row: usize,
    profit: ProfitFunction,
    /// Annual sales and exports, million CNY.
    sales: f64,
    exports: f64,
    /// Rise of the kept share per part of the market function abroad that is taken over.
    rise_per_part: f64,
    /// Fall of the kept share in processing trade.
    given_up: f64,
}

/// What a firm has decided.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Plan {
    row: usize,
    presence: Presence,
    /// Cost of channels, projects and parks in the year, million CNY.
    channel_cost: f64,
    research_cost: f64,
    /// Share of the lead of technology abroad that spills back.
    spill: f64,
    licence: f64,
    /// Part of introduced technology that is absorbed.
    absorbed: f64,
    brand: Option<Purchase>,
    /// Share of capacity moved abroad.
    relocated: f64,
    joins_projects: bool,
    spill_worth: f64,
    introduced_worth: f64,
}

/// A brand that a firm buys.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Purchase {
    price: f64,
    worth: f64,
    novice: bool,
    kept: bool,
}

impl<'a> Case<'a> {
    fn new(world: &'a World, params: &'a Params, means: &'a Means<'a>, row: usize) -> Self {
        let (firms, ticks) = (&world.firms, world.clock.ticks());
        let chain = &firms.chain[row];
        let s = usize::from(firms.profile[row].sub_industry);
        let abroad = firms.position[row].export_share;
        let shares = &world.outside.function_shares[s];
        let value_of = |function: usize| 0.5 * (shares[1][function] + shares[2][function]);
        let value = value_of(MARKET);
        let divided = f64::from(u8::from(means.divided));
        let ends = [DESIGN, MARKET];
        let kept = ends.map(|end| f64::from(chain.kept[end]));
        let given_up = params.conditions().given_up(abroad.get(), ends.map(value_of), kept);
        Case {
            world,
            params,
            means,
            row,
            profit: world.profit_function(row, means.terms),
            sales: firms.flow[row].sales * ticks,
            exports: firms.flow[row].exports * ticks,
            rise_per_part: divided * abroad * value * (1.0 - f64::from(chain.kept[MARKET])),
            given_up: divided * given_up,
        }
    }

    /// Change of annual cash flow from taking over so much more of the market function abroad.
    fn worth_of_part(&self, part: f64) -> f64 {
        // The profit function holds with what the firm keeps now.
        if part == 0.0 { 0.0 } else { self.profit.gain_from_keeping(self.rise_per_part * part) }
    }

    /// What processing trade pays in a year against general trade through the same distributor.
    fn worth_of_processing(&self) -> f64 {
        let (firms, conditions) = (&self.world.firms, self.params.conditions());
        let processed = firms.position[self.row].export_share;
        let now = firms.profile[self.row].presence.processes();
        // The surcharge as it is, and as it would be in the other kind of trade.
        let surcharge = firms.plant[self.row].component_surcharge.get();
        let general = if now {
            (surcharge + processed * self.params.processing_relief) / (1.0 - processed).max(0.01)
        } else {
            surcharge
        };
        let inputs = firms.flow[self.row].inputs * self.world.clock.ticks() / (1.0 + surcharge);
        let spared = inputs * (general - conditions.surcharge(general, processed.get()));
        // The profit function holds with what the firm keeps now.
        let given_up = if now {
            self.profit.gain_from_keeping(self.given_up)
        } else {
            -self.profit.gain_from_keeping(-self.given_up)
        };
        spared - given_up
    }

    /// Annual cost of a channel.
    fn channel_cost(&self, channel: Channel) -> f64 {
        let p = self.params;
        match channel {
            Channel::Distributor => 0.0,
            Channel::Joint => p.joint_cost * self.exports,
            Channel::Own => p.own_cost * self.exports + p.own_fixed_cost / self.world.structure.scale,
        }
    }

    /// The channel and projects that pay best.
    fn presence(&self) -> Presence {
        let (p, conditions) = (self.params, &self.world.outside.abroad);
        let now = self.world.firms.profile[self.row].presence;
        let net = |presence: Presence| {
            let projects = if presence.has(Holding::Projects) { p.project_cost * self.exports } else { 0.0 };
            let more = conditions.part(presence) - conditions.part(now);
            self.worth_of_part(more) - self.channel_cost(presence.channel) - projects
        };
        let integrator = self.world.firms.profile[self.row].role == Role::Integrator;
        let general = Presence { channel: Channel::Distributor, ..now }.with(Holding::Projects, false);
        let mut best = general.in_processing(false);
        for channel in Channel::ALL {
            for projects in [false, true] {
                let possible = !projects || (integrator && channel != Channel::Distributor);
                let presence = Presence { channel, ..now }.with(Holding::Projects, projects).in_processing(false);
                if possible && net(presence) > net(best) {
                    best = presence;
                }
            }
        }
        let processing = self.worth_of_processing() + net(general);
        if processing > net(best) { general.in_processing(true) } else { best }
    }

    /// Part of the lead of technology abroad that the firm's own research can take up.
    fn absorptive_capacity(&self) -> f64 {
        let world = self.world;
        let usual =
            world.structure.sub_industries[usize::from(world.firms.profile[self.row].sub_industry)].research_to_sales;
        let intensity = world.firms.flow[self.row].research / world.firms.flow[self.row].sales.max(1e-9);
        absorptive_capacity(intensity, usual)
    }

    /// Rise of competence where the share `share` of the room below `limit` is learned.
    fn rise(&self, share: f64, limit: impl Fn(usize) -> f64) -> f64 {
        let firms = &self.world.firms;
        let s = usize::from(firms.profile[self.row].sub_industry);
        let own = firms.knowledge(self.row);
        let recipe = self.world.structure.sub_industries[s].recipe.iter();
        let room = |field: usize| (limit(field) - f64::from(own[field])).max(0.0);
        recipe.map(|(field, weight)| weight * share * room(*field)).sum()
    }

    fn worth(&self, rise: f64) -> f64 {
        if rise > 0.0 {
            self.profit.gain((1.0 - self.means.terms.vintage_weight) * rise) * self.means.annuity
        } else {
            0.0
        }
    }

    /// Years of business abroad count only under the firm's own name.
    fn success(&self, presence: Presence) -> f64 {
        success(self.params, f64::from(presence.experience))
    }

    /// A brand that the firm looks for and finds worth its price.
    fn brand(&self, presence: Presence, small: &mut Small) -> Option<Purchase> {
        let p = self.params;
        let looks = small.uniform() < p.brand_search && !presence.has(Holding::Brand) && self.exports > 0.0;
        let kept = small.uniform() < self.success(presence);
        let firms = &self.world.firms;
        let now = f64::from(firms.chain[self.row].kept[MARKET]);
        let s = usize::from(firms.profile[self.row].sub_industry);
        let values = &self.world.outside.function_shares[s][0];
        let rise = values[MARKET] * (with_brand(now, p.brand_gain) - now);
        let worth = self.profit.gain_from_keeping(rise) / (self.means.discount + p.brand_fading).max(1e-6);
        let price = p.brand_price * self.sales;
        let pays =
            p.believed_success * worth > price && price <= self.world.firms.balances[self.row].get(Account::Deposits);
        (looks && pays).then_some(Purchase { price, worth, novice: presence.experience == 0, kept })
    }

    /// Share of capacity that stands idle and is moved abroad.
    fn relocation(&self) -> f64 {
        let firms = &self.world.firms;
        let (plant, position) = (&firms.plant[self.row], &firms.position[self.row]);
        let use_of_capacity = position.output / plant.capacity / self.means.terms.utilisation;
        if use_of_capacity < self.params.idle_below && firms.profile[self.row].exporter {
            self.params.relocated * (1.0 - use_of_capacity)
        } else {
            0.0
        }
    }
}

/// Absorptive capacity at this intensity of research: none without research.
fn absorptive_capacity(intensity: f64, usual: f64) -> f64 {
    if usual <= 0.0 { 0.0 } else { (intensity / usual) / (1.0 + intensity / usual) }
}

/// Probability that a brand bought after so many years of business abroad can be kept.
fn success(params: &Params, years: f64) -> f64 {
    let learned = 1.0 - exp(-years / LEARNING_YEARS);
    params.novice_success + (params.experienced_success - params.novice_success) * learned
}

/// Part of the market function kept when the stock behind it grows by the share `gain`.
fn with_brand(kept: f64, gain: f64) -> f64 {
    let stock = (1.0 + gain) * kept;
    stock / (stock + 1.0 - kept)
}

/// Part of introduced technology that is absorbed.
fn absorbed(params: &Params, absorption: f64, licence: f64) -> f64 {
    if licence <= 0.0 { 0.0 } else { (absorption / (params.absorption_ratio * licence)).min(1.0) }
}

/// What a firm does abroad in the coming year; none for one that has and does nothing there.
fn plan(case: &Case<'_>, small: &mut Small) -> Option<Plan> {
    let firms = &case.world.firms;
    let before = firms.profile[case.row].presence;
    let exporter = firms.profile[case.row].exporter && case.exports > 0.0;
    let mut plan = Plan { row: case.row, ..Plan::default() };
    introduce(case, &mut plan);
    let mut presence =
        if exporter { case.presence() } else { Presence { experience: before.experience, ..Presence::default() } };
    if exporter {
        presence = settle_abroad(case, presence, &mut plan);
        plan.brand = case.brand(presence, small);
        plan.relocated = case.relocation();
        plan.joins_projects = presence.has(Holding::Projects) && !before.has(Holding::Projects);
    }
    let own_name = presence.channel != Channel::Distributor || presence.invests();
    plan.presence = Presence { experience: presence.experience.saturating_add(u8::from(own_name)), ..presence };
    let idle = Plan { row: case.row, presence: before, ..Plan::default() };
    (plan != idle).then_some(plan)
}

/// Introduces technology where that is worth its price.
fn introduce(case: &Case<'_>, plan: &mut Plan) {
    let p = case.params;
    let licence = p.licence * case.sales;
    let absorption = f64::from(case.world.firms.effort[case.row].budget[IMITATE]) * case.world.clock.ticks();
    let absorbed = absorbed(p, absorption, licence);
    let worth = case.worth(case.rise(p.introduced * absorbed, |field| case.world.outside.ceiling[field]));
    if worth > licence && licence <= case.world.firms.balances[case.row].get(Account::Deposits) {
        (plan.licence, plan.absorbed, plan.introduced_worth) = (licence, absorbed, worth);
    }
}

/// Research and parks abroad; books what they and the channels cost in the year.
fn settle_abroad(case: &Case<'_>, presence: Presence, plan: &mut Plan) -> Presence {
    let (p, outside) = (case.params, &case.world.outside);
    let spill = p.spill_over * case.absorptive_capacity();
    let generations = case.world.firms.generations(case.row);
    let limit =
        |field: usize| (outside.frontier[field] - p.partner_gap).min(outside.ceiling_of(field, generations[field]));
    let worth = case.worth(case.rise(spill, limit));
    let cost = (p.research_cost * case.sales).max(p.research_fixed_cost / case.world.structure.scale);
    let in_hand = case.world.firms.balances[case.row].get(Account::Deposits);
    let researches = worth > cost && cost <= in_hand;
    if researches {
        (plan.spill, plan.research_cost, plan.spill_worth) = (spill, cost, worth);
    }
    let park_cost = p.park_cost * case.exports;
    let spared: f64 =
        (1..MARKETS).map(|m| outside.abroad.closed[m] * p.park_shelter).sum::<f64>() / (MARKETS - 1) as f64;
    let share = case.world.firms.position[case.row].export_share;
    let parked = spared * share * case.profit.cash_flow_now() > park_cost;
    let presence = presence.with(Holding::Research, researches).with(Holding::Park, parked);
    let projects = if presence.has(Holding::Projects) { p.project_cost * case.exports } else { 0.0 };
    plan.channel_cost = case.channel_cost(presence.channel) + projects + if parked { park_cost } else { 0.0 };
    presence
}

/// Carries a plan out: pays, learns, buys, moves.
fn carry_out(world: &mut World, params: &Params, plan: &Plan, journal: &mut Journal, ventures: &mut Ventures) {
    let row = plan.row;
    let mut presence = plan.presence;
    if plan.licence > 0.0 {
        learn(world, row, params.introduced * plan.absorbed, None);
        ventures.introductions += 1;
        ventures.absorbed += plan.absorbed;
        ventures.introduced_worth += plan.introduced_worth;
    }
    if plan.spill > 0.0 {
        learn(world, row, plan.spill, Some(params.partner_gap));
        ventures.research_worth += plan.spill_worth;
    }
    let mut price = 0.0;
    if let Some(brand) = plan.brand {
        price = brand.price;
        presence = presence.with(Holding::Brand, brand.kept);
        if brand.kept {
            world.firms.chain[row].stock[BRAND_STOCK] *= (1.0 + params.brand_gain) as f32;
        }
        note(&brand, ventures);
    }
    let World { firms, .. } = world;
    if plan.joins_projects {
        firms.position[row].base[1] *= 1.0 + params.project_pull;
    }
    firms.profile[row].presence = presence;
    let books = &mut firms.balances[row];
    journal.firm(Entry::ChannelCost, Side::Payer, plan.channel_cost, books);
    journal.firm(Entry::ResearchAbroad, Side::Payer, plan.research_cost, books);
    journal.firm(Entry::TechnologyImports, Side::Payer, plan.licence, books);
    journal.firm(Entry::BrandPurchase, Side::Payer, price, books);
    if plan.relocated > 0.0 {
        let value = plan.relocated * books.get(Account::FixedCapital);
        journal.firm(Entry::RelocationSale, Side::Receiver, params.relocation_price * value, books);
        journal.within_firm(Entry::CapitalWriteOff, (1.0 - params.relocation_price) * value, books);
        firms.vintages[row].capacity.iter_mut().for_each(|capacity| *capacity *= (1.0 - plan.relocated) as f32);
        firms.plant[row].capacity *= 1.0 - plan.relocated;
        ventures.relocated += plan.relocated;
        ventures.relocations += 1;
    }
}

/// Counts a purchase of a brand.
fn note(brand: &Purchase, ventures: &mut Ventures) {
    ventures.brand_attempts += 1;
    ventures.novice_attempts += u32::from(brand.novice);
    ventures.brand_successes += u32::from(brand.kept);
    ventures.novice_successes += u32::from(brand.kept && brand.novice);
    ventures.brand_outlay += brand.price;
    ventures.brand_worth += if brand.kept { brand.worth } else { 0.0 };
}

/// Lets a firm learn a share of the room below what is known abroad: what is licensed out or, with a gap to
/// the frontier, what research there reaches below its own ceiling.
fn learn(world: &mut World, row: usize, share: f64, gap: Option<f64>) {
    let World { firms, structure, outside, .. } = world;
    let s = usize::from(firms.profile[row].sub_industry);
    for (field, weight) in &structure.sub_industries[s].recipe {
        let limit = match gap {
            None => outside.ceiling[*field],
            Some(gap) => {
                (outside.frontier[*field] - gap).min(outside.ceiling_of(*field, firms.generations(row)[*field]))
            }
        };
        let rise = share * (limit - f64::from(firms.knowledge(row)[*field])).max(0.0);
        firms.learn(row, *field, *weight, rise);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brands_mostly_fail_and_novices_most() {
        let params = Params::default();
        assert_eq!(success(&params, 0.0), 0.2);
        // After five years 1 - 1/e of the way to .45.
        assert!((success(&params, 5.0) - (0.2 + 0.25 * (1.0 - (-1.0f64).exp()))).abs() < 1e-12);
        assert!(success(&params, 255.0) < 0.5);
    }

    #[test]
    fn a_brand_adds_to_the_part_kept_by_hand() {
        // Stock .25 / .75 = 1/3; grown by a half it is 1/2: a third is kept.
        assert!((with_brand(0.25, 0.5) - 1.0 / 3.0).abs() < 1e-15);
        assert_eq!((with_brand(0.25, 0.0), with_brand(0.0, 3.0)), (0.25, 0.0));
    }

    #[test]
    fn introduced_technology_is_absorbed_in_proportion_to_the_outlay() {
        let params = Params { absorption_ratio: 0.36, ..Params::default() };
        assert_eq!(absorbed(&params, 0.0, 10.0), 0.0);
        assert!((absorbed(&params, 0.9, 10.0) - 0.25).abs() < 1e-15);
        assert!((absorbed(&params, 1.8, 10.0) - 0.5).abs() < 1e-15);
        assert_eq!((absorbed(&params, 99.0, 10.0), absorbed(&params, 1.0, 0.0)), (1.0, 0.0));
    }

    #[test]
    fn nothing_spills_back_without_research_of_its_own() {
        assert_eq!(absorptive_capacity(0.0, 0.01), 0.0);
        assert!((absorptive_capacity(0.01, 0.01) - 0.5).abs() < 1e-15);
        assert!((absorptive_capacity(0.03, 0.01) - 0.75).abs() < 1e-15);
        assert_eq!(absorptive_capacity(0.03, 0.0), 0.0);
    }
}
