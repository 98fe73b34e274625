//! Innovation platforms: shared services that need patience before they carry themselves.
//!
//! # Question
//! When does a platform become more than what is paid for it, and what must be there before?
//!
//! # Story
//! A platform is a network of sub-platforms: shared research facilities, transformation of scientific
//! results, technical service, venture finance, training. It is founded by leading firms that commit
//! themselves for some years, and mostly with public money. Its quality is a stock: it grows with what is
//! spent on it and with the research of those who take part, and fades without. Services are as good as
//! quality and as the resources that each of them joins: where a type of resources is missing, the
//! service that needs it does nothing. Members research more cheaply, meet more possible partners and work
//! with fellow members with better success, learn what scientists of the platform's fields know, are
//! financed sooner, and find trained people; each of these in proportion to own research, projects and
//! fit, and a fit many firms do not have. A firm joins if what it gains by its own profit function and
//! its own outlays is more than fee and cost of taking part, and leaves if it is not. Fees pay little in
//! the first years: without patience a platform closes before it carries itself.
//!
//! # Equations
//! - quality, a quarter: `Q' = (1 - d) Q + phi sqrt(F / F_0) sqrt((p_0 + p) rho) (1 - Q)` (`decay` = d,
//!   `growth` = phi, `funding_scale` = F_0, `spontaneous` = p_0), F development outlay, rho mean level of resources,
//!   `p = r / (r + half)`, r research of members over research of the region (`participation_half`)
//! - technology that scientists bring: `T / (T + T_half)`, T = sum of funding x applied share x part of the
//!   platform's fields x `e^(-km / reach)` (`science_half`)
//! - strength of a service: `Q sqrt(resource_a resource_b)`, see [`crate::world::platforms`]
//! - fit: coverage of the recipe by the platform's fields x `e^(-km / reach)` x need; need is 0 for a share
//!   `1 - fitting_share` of all firms and uniform on [0, 1) for the others
//! - benefit in a tick: `fit (facility s_R R + training s_T pay engineers) + mating s_S J`, R outlay for research,
//!   J for joint research; and, once a year, the worth of what is learned: in each field of the platform
//!   `transfer s_A fit projects max(0, min(scientists, ceiling) - level)`
//! - fee = `fee_share` x benefit; cost of taking part = `member_cost` x R; a firm joins while benefit exceeds both
//! - founders: `founders` of the tenth of fitting firms with the most research; they pay `contribution` of their
//!   research outlay for `commitment` years
//! - development: public support beyond operation, and `reinvested` of the own surplus
//! - end: a year in which fees, contributions and support do not pay for operation
//! - resources introduced: `l' = l + introduction (1 - l)` a year while publicly supported in full
//!
//! # Place in the tick
//! After research, before alliances. Facilities and venture finance work with the quality of the last tick.
//!
//! # Reads / Writes
//! Reads research and joint outlays, knowledge, researchers, levers; writes `world.platforms`,
//! `firms.membership`, knowledge, `effort.gain`, engineers of cities, the ledger, outlays of programmes.
//!
//! # Randomness
//! Stream `NEED`, one word per firm that is the same in all ticks: its need of a platform.
//!
//! # Sources
//! van Rijnsoever 2020 (Research Policy 49:103953: meeting and mating are different services); upgrading paper,
//! path 3; starting values from prototypes of the design, all of them assumptions.
//!
//! # REQ numbers
//! REQ-02, REQ-35, REQ-36, REQ-37, REQ-38, REQ-39, REQ-40.
//!
//! # What it leaves out
//! Competition between platforms over fees; what a platform owns; platforms that merge.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::kernel::draws::{Draws, Stream};
use crate::world::World;
use crate::world::platforms::Services;
use crate::world::profit::Terms;

use benefit::{Base, serve, transformed};
use members::{choose, dissolve, found, take_part};
use upkeep::{keep_house, measure_science, support};

mod benefit;
mod members;
mod upkeep;

/// Need of a platform.
pub const NEED: Stream = Stream(24);

/// Parameters of innovation platforms.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Whether the mechanism runs; off is inert.
    #[default(true)]
    #[schemars(extend("x-unit" = "-", "x-source" = "switch"))]
    pub enabled: bool,
    /// Growth of quality at usual funding with everybody taking part and all resources there.
    #[default(0.1)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "per quarter", "x-source" = "assumption"))]
    pub growth: f64,
    /// Share of quality lost in a quarter.
    #[default(0.05)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "per quarter", "x-source" = "assumption: people and equipment are outdated within five years"))]
    pub decay: f64,
    /// Development outlay that counts as usual.
    #[default(120.0)]
    #[schemars(range(min = 0.001, max = 1e6), extend("x-unit" = "million CNY per year", "x-source" = "assumption: about one per cent of the research outlay of the region's manufacturers"))]
    pub funding_scale: f64,
    /// Participation that a platform has without any member.
    #[default(0.02)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub spontaneous: f64,
    /// Share of the region's research at which participation is one half.
    #[default(0.2)]
    #[schemars(range(min = 0.001, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub participation_half: f64,
    /// Public means of applied science in reach at which the technology that they bring is one half.
    #[default(50.0)]
    #[schemars(range(min = 0.001, max = 1e6), extend("x-unit" = "million CNY per year", "x-source" = "assumption: a large institute"))]
    pub science_half: f64,
    /// Distance at which fit has fallen to 37 %.
    #[default(150.0)]
    #[schemars(range(min = 1.0, max = 1e5), extend("x-unit" = "km", "x-source" = "assumption; knowledge spill-overs fade within about 300 km (Bottazzi & Peri 2003)"))]
    pub reach: f64,
    /// Share of firms that need what platforms offer.
    #[default(0.5)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption: many members of such networks have no use of them (van Rijnsoever 2020)"))]
    pub fitting_share: f64,
    /// Part of the research outlay that facilities of full strength save at full fit.
    #[default(0.3)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub facility: f64,
    /// Additional chance to look for a partner at full strength.
    #[default(0.3)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "1/year", "x-source" = "assumption; van Rijnsoever 2020: meeting"))]
    pub meeting: f64,
    /// Part of the failures of joint work between members avoided at full strength.
    #[default(0.3)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption; van Rijnsoever 2020: mating"))]
    pub mating: f64,
    /// Share of the lead of scientists that a member learns at full strength and fit from each project of
    /// joint research it takes part in.
    #[default(0.05)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "1/year", "x-source" = "assumption"))]
    pub transfer: f64,
    /// Additional venture rounds, relative to those elsewhere, at full strength and one project per member.
    #[default(4.0)]
    #[schemars(range(min = 0.0, max = 100.0), extend("x-unit" = "-", "x-source" = "assumption"))]
    pub venture: f64,
    /// Engineers trained for the city per engineer of a member at full strength and fit.
    #[default(0.05)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "1/year", "x-source" = "assumption"))]
    pub training: f64,
    /// Share of their benefit that members pay as fee.
    #[default(0.3)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub fee_share: f64,
    /// Cost of taking part, over the member's research outlay: people sent to the platform.
    #[default(0.006)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share of research outlay", "x-source" = "assumption"))]
    pub member_cost: f64,
    /// Contribution of founders, over their research outlay.
    #[default(0.01)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share of research outlay", "x-source" = "assumption"))]
    pub contribution: f64,
    /// Time for which founders are committed.
    #[default(5.0)]
    #[schemars(range(min = 0.0, max = 100.0), extend("x-unit" = "years", "x-source" = "assumption: one plan period"))]
    pub commitment: f64,
    /// Cost of operating one sub-platform.
    #[default(4.0)]
    #[schemars(range(min = 0.0, max = 1e6), extend("x-unit" = "million CNY per year", "x-source" = "assumption: staff and rent of a service centre of thirty people"))]
    pub operation: f64,
    /// Share of a platform's own surplus that it spends on its development.
    #[default(0.5)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub reinvested: f64,
    /// Money kept in hand, in years of operation; what is beyond goes back to the government.
    #[default(1.0)]
    #[schemars(range(min = 0.0, max = 100.0), extend("x-unit" = "years", "x-source" = "assumption"))]
    pub reserve: f64,
    /// Share of the resources still missing that comes in a year in which the platform is publicly supported
    /// in full: new subjects are brought to it.
    #[default(0.05)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "1/year", "x-source" = "assumption"))]
    pub introduction: f64,
}

impl Params {
    /// Strengths of the services that other mechanisms read.
    pub fn services(&self) -> Services {
        Services { facility: self.facility, meeting: self.meeting, mating: self.mating, venture: self.venture }
    }
}

/// What platforms read of other sections.
#[derive(Debug, Clone, Copy)]
pub struct Means<'a> {
    /// Tick in which each platform is founded.
    pub foundings: &'a [i64],
    /// What the profit functions of all firms share.
    pub terms: &'a Terms,
    /// Present value of one unit of annual cash flow, years.
    pub annuity: f64,
    /// Research outlay that employs an engineer for a year.
    pub engineer_pay: f64,
}

/// Founds platforms, lets firms join and leave, serves and charges members, and moves quality.
pub fn step(world: &mut World, params: &Params, means: &Means<'_>, draws: &Draws) {
    if !params.enabled || world.platforms.list.is_empty() {
        return;
    }
    world.platforms.services = params.services();
    for platform in &mut world.platforms.list {
        platform.begin_tick();
    }
    found(world, params, means.foundings, draws);
    if !world.platforms.any() {
        return;
    }
    measure_science(world, params);
    choose(world, params, means, draws);
    world.index_platforms();
    take_part(world, params);
    serve(world, params, means);
    let support = support(world, params);
    for (platform, support) in support.into_iter().enumerate() {
        keep_house(world, params, platform, support);
    }
    dissolve(world);
}

/// A platform for the tests of the parts.
#[cfg(test)]
mod examples {
    use crate::world::platforms::{Platform, RESOURCES, SUB_PLATFORMS, Standing};

    pub(super) fn platform() -> Platform {
        Platform {
            has: [true; SUB_PLATFORMS],
            resources: [0.6; RESOURCES],
            science: 1.0,
            standing: Standing::Alive,
            quality: 0.4,
            participation: 0.3,
            ..Platform::default()
        }
    }
}
