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

use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::kernel::draws::{Draws, Stream};
use crate::kernel::ordered::MIN_ROWS;
use crate::kernel::parts::Desks;
use crate::world::World;
use crate::world::firms::UpgradingOption;
use crate::world::profit::Terms;
use crate::world::standards::StandardClass;
use choice::{Eye, Look, chance_to_look, home_market, look, turn};
use development::{develop, win_stakes};
pub use effects::{Users, weigh};
use effects::{accesses, change_access, silence, users};

mod choice;
mod development;
mod effects;

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
        let mut looks: Desks<Vec<Look>> = world.scratch.take();
        look(&mut looks, world, params, terms, annuity, draws);
        turn(world, params, &looks);
        world.scratch.give_back(looks);
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

/// Standards for the tests of the parts.
#[cfg(test)]
mod examples {
    use super::Users;
    use crate::world::standards::{NO_STANDARD, Practice, Sponsor, Standard, StandardClass, Standards};

    pub(super) fn one(class: StandardClass, sponsor: Sponsor, level: f64, abroad: f64) -> Standard {
        let asked = 0.005;
        Standard { class, sponsor, level, base_level: level, abroad, asked, launched: true, ..Standard::default() }
    }

    /// A foreign and a regional basic standard, four blocks of which two use the foreign one and one the
    /// region's, and a region of a tenth of the home market.
    pub(super) fn standards() -> Standards {
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

    pub(super) fn users() -> Users {
        let mut users = Users::default();
        let practice = |at| Practice { standards: [at, NO_STANDARD, NO_STANDARD], ..Practice::default() };
        users.count(&practice(0), 10.0);
        users.count(&practice(1), 30.0);
        users
    }
}
