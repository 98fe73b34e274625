//! Digital and green lines: what it takes to change how things are made, and what it brings.
//!
//! # Question
//! How far do firms turn their lines digital and green, and does it pay?
//!
//! # Story
//! A firm turns its lines digital step by step. That costs money, less from year to year as sensors, software
//! and networks get cheaper, and less where a dominant standard fits things together; and it takes
//! engineers, without whom the money does little. A line that is digital needs less labour for the same product. A firm whose lines
//! are digital can serve its customers better, and what it makes is written down in data: chains that were
//! tacit become codified. Green lines save no labour; they open the market of rich countries, and who has
//! them fits green standards. The last lines are the hardest, and lines grow old.
//!
//! # Equations
//! - share of lines: `d' = (1 - decay) d + x (1 - d)`, `x = e outlay / (cost sales)`, at most 1
//! - cost: `cost_0 e^(-fall years)`, times the relief of the intelligent standard (`digital_cost`,
//!   `digital_cost_fall`, `green_cost`, `green_cost_fall`)
//! - engineers: `e = E / (E + engineers_needed W)`, E engineers, W workers; for digital lines only
//! - labour per unit: `l (1 - s d)`, `s = 1 - 1 / (1 + line_gain)`: a line that is digital makes `line_gain`
//!   more per worker
//! - capability in the market function: `e^(service d)`; codified: high-end share times `1 - codifying d`
//! - custom in the high-income market, and the chance to begin exports there: `e^(green_access g)`
//! - pay-off, found when the firm takes stock: change of annual cash flow by the firm's own profit function from
//!   labour, function and custom, at the margin, discounted as for all options
//!
//! # Place in the tick
//! After standards, before techniques. The pre-run of the opening state values outlays with it.
//!
//! # Reads / Writes
//! Reads budgets, engineers, `chain.kept`, `world.standards`; writes `firms.practice`, `position.base`, `effort.gain`,
//! `world.lines`.
//!
//! # Randomness
//! None.
//!
//! # Sources
//! Upgrading papers: 20 % more in one digital plant, taken as the upper bound for a line (REQ-80); costs,
//! their fall and the need for engineers are assumptions.
//!
//! # REQ numbers
//! REQ-57, REQ-65, REQ-80.
//!
//! # What it leaves out
//! Batch customisation; energy saved; digital platforms; green demand at home.

use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::kernel::clock::StockTaking;
use crate::kernel::math::exp;
use crate::kernel::ordered::MIN_ROWS;
use crate::kernel::single::Single;
use crate::world::World;
use crate::world::firms::{Chain, Effort, Position, Profile, UpgradingOption, Workforce};
use crate::world::lines::Lines;
use crate::world::outside::Outside;
use crate::world::profit::{Margins, ProfitFunction, Source, Terms};
use crate::world::standards::{Practice, Standards};

const DIGITAL: usize = UpgradingOption::Digital as usize;
const GREEN: usize = UpgradingOption::Green as usize;
const MARKET_FUNCTION: usize = 2;
const HIGH_INCOME: usize = 2;

/// Parameters of digital and green lines.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Whether the mechanism runs; off is inert.
    #[default(true)]
    #[schemars(extend("x-unit" = "-", "x-source" = "switch"))]
    pub enabled: bool,
    /// Whether firms turn lines green.
    #[default(true)]
    #[schemars(extend("x-unit" = "-", "x-source" = "switch"))]
    pub green: bool,
    /// What a digital line makes more per worker.
    #[default(0.2)]
    #[schemars(range(min = 0.0, max = 2.0), extend("x-unit" = "share 0-1", "x-source" = "upgrading papers: 20 % in one plant, the upper bound for a line (REQ-80)"))]
    pub line_gain: f64,
    /// Cost of turning all lines digital at the start.
    #[default(0.1)]
    #[schemars(range(min = 1e-6, max = 10.0), extend("x-unit" = "share of annual sales", "x-source" = "assumption"))]
    pub digital_cost: f64,
    /// Fall of that cost.
    #[default(0.05)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "1/year", "x-source" = "assumption"))]
    pub digital_cost_fall: f64,
    /// Engineers for each worker at which half of an outlay for digital lines takes effect.
    #[default(0.02)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "persons per person", "x-source" = "assumption"))]
    pub engineers_needed: f64,
    /// Cost of turning all lines green at the start.
    #[default(0.1)]
    #[schemars(range(min = 1e-6, max = 10.0), extend("x-unit" = "share of annual sales", "x-source" = "assumption"))]
    pub green_cost: f64,
    /// Fall of that cost.
    #[default(0.02)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "1/year", "x-source" = "assumption"))]
    pub green_cost_fall: f64,
    /// Share of digital and green lines that grow old in a year.
    #[default(0.05)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "1/year", "x-source" = "assumption: as the obsolescence of other advantages"))]
    pub decay: f64,
    /// Rise of the capability in the market function of a firm whose lines are all digital.
    #[default(0.3)]
    #[schemars(range(min = 0.0, max = 5.0), extend("x-unit" = "log points", "x-source" = "assumption: remote service and customer data"))]
    pub service: f64,
    /// How far digital lines write down what is made.
    #[default(0.3)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub codifying: f64,
    /// Rise of custom in the high-income market of a firm whose lines are all green.
    #[default(0.3)]
    #[schemars(range(min = 0.0, max = 5.0), extend("x-unit" = "log points", "x-source" = "assumption"))]
    pub green_access: f64,
    /// What green lines add to the value of green standards.
    #[default(0.1)]
    #[schemars(range(min = 0.0, max = 5.0), extend("x-unit" = "log points", "x-source" = "assumption: who has green lines meets the standard at once"))]
    pub compliance: f64,
}

impl Params {
    /// What lines do in force; nothing where the mechanism is off.
    fn lines(&self) -> Lines {
        if !self.enabled {
            return Lines::default();
        }
        let green = f64::from(u8::from(self.green));
        Lines {
            saving: 1.0 - 1.0 / (1.0 + self.line_gain),
            service: self.service,
            codifying: self.codifying,
            access: green * self.green_access,
            compliance: green * self.compliance,
        }
    }
}

/// Turns lines digital and green with the budgets of the tick; firms that take stock value what that brings.
pub fn step(world: &mut World, params: &Params, terms: &Terms, annuity: f64) {
    let lines = params.lines();
    if lines.access != world.lines.access {
        reach(world, lines.access - world.lines.access);
    }
    world.lines = lines;
    if !params.enabled {
        return;
    }
    let stock = StockTaking::now(world.clock);
    each_firm(world, params, Source::Now(terms), annuity, stock, true);
}

/// Values the outlays of firms that take stock without turning any line: the pre-run of the opening state.
pub fn rehearse(world: &mut World, params: &Params, margins: &[Margins], annuity: f64, stock: StockTaking) {
    world.lines = params.lines();
    if params.enabled {
        each_firm(world, params, Source::Known(margins), annuity, stock, false);
    }
}

/// Custom of firms with green lines follows what green lines open.
fn reach(world: &mut World, change: f64) {
    let firms = &mut world.firms;
    for (position, practice) in firms.position.iter_mut().zip(&firms.practice) {
        position.base[HIGH_INCOME] *= exp(change * practice.green);
    }
}

/// Lines of a firm after the tick, with what they would be without its outlays.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Turned {
    faded: f64,
    reached: f64,
}

impl Turned {
    /// Share of all lines that the outlays have turned.
    fn added(self) -> f64 {
        self.reached - self.faded
    }
}

/// Share of lines after a tick in which `bought` times all lines were paid for.
fn turned(lines: Single, bought: f64, decay: f64) -> Turned {
    let faded = lines * (1.0 - decay);
    Turned { faded, reached: faded + bought.clamp(0.0, 1.0) * (1.0 - lines) }
}

/// Share of an outlay that takes effect with so many engineers.
fn effect_of_engineers(engineers: f64, workers: f64, needed: f64) -> f64 {
    let wanted = engineers + needed * workers;
    if wanted > 0.0 { engineers / wanted } else { 0.0 }
}

/// Every firm by itself; those that take stock value what their lines bring, and `build` changes the lines.
fn each_firm(world: &mut World, params: &Params, source: Source<'_>, annuity: f64, stock: StockTaking, build: bool) {
    let World { clock, firms, structure, outside, standards, lines, .. } = world;
    let years = f64::from(clock.tick) * clock.years();
    let rules = Rules {
        digital_price: params.digital_cost * exp(-params.digital_cost_fall * years) * clock.ticks(),
        green_price: params.green_cost * exp(-params.green_cost_fall * years) * clock.ticks(),
        decay: clock.share_from_year(params.decay),
        engineers_needed: params.engineers_needed,
        outside,
        standards,
        lines,
    };
    let rows = (
        &mut firms.effort,
        &mut firms.practice,
        &mut firms.position,
        &firms.profile,
        &firms.chain,
        &firms.workforce,
        &firms.flow,
        &firms.plant,
        &firms.technique,
        &firms.balances,
        &firms.id,
    );
    rows.into_par_iter().enumerate().with_min_len(MIN_ROWS).for_each(
        |(row, (effort, practice, position, profile, chain, people, flow, plant, technique, balances, id))| {
            let taking_stock = stock.taken_by(*id);
            if !build && !taking_stock {
                return;
            }
            let margins = || match source {
                Source::Known(margins) => margins[row],
                Source::Now(terms) => {
                    ProfitFunction::new(terms, structure, outside, profile, plant, technique, position, balances)
                        .margins()
                }
            };
            let digital = rules.digital(effort, practice, people, flow.sales.get());
            let green = rules.green(effort, practice, flow.sales.get());
            if taking_stock {
                let margins = margins();
                effort.gain[DIGITAL] = (annuity * rules.gain_from_digital(digital, profile, chain, &margins)) as f32;
                effort.gain[GREEN] = (annuity * rules.gain_from_green(green, profile, position, &margins)) as f32;
            }
            if build {
                let before = practice.green;
                (practice.digital, practice.green) = (digital.reached.into(), green.reached.into());
                let opened = rules.lines.access * (practice.green - before);
                if opened != 0.0 {
                    position.base[HIGH_INCOME] *= exp(opened);
                }
            }
        },
    );
}

/// What is the same for all firms in a tick.
struct Rules<'a> {
    /// Price of turning all lines digital, over the sales of a tick.
    digital_price: f64,
    /// Of turning them green.
    green_price: f64,
    /// Share of lines that grow old in the tick.
    decay: f64,
    /// Engineers for each worker at which half of an outlay takes effect.
    engineers_needed: f64,
    outside: &'a Outside,
    standards: &'a Standards,
    lines: &'a Lines,
}

impl Rules<'_> {
    /// Digital lines that a firm's outlay buys: little without engineers, and cheaper where standards help.
    fn digital(&self, effort: &Effort, practice: &Practice, people: &Workforce, sales: f64) -> Turned {
        let skill = effect_of_engineers(people.engineers.get(), people.workers.get(), self.engineers_needed);
        let price = self.digital_price * self.standards.digital_cost(practice);
        turned(practice.digital, skill * bought(effort.budget[DIGITAL], price * sales), self.decay)
    }

    /// Green lines that a firm's outlay buys.
    fn green(&self, effort: &Effort, practice: &Practice, sales: f64) -> Turned {
        turned(practice.green, bought(effort.budget[GREEN], self.green_price * sales), self.decay)
    }

    /// Change of annual cash flow from less labour and better service: what a tick can buy is small, so the
    /// firm values it at the margin. Service raises the odds that the firm performs the function of the market,
    /// so the share rises by `kept (1 - kept)` for each log point.
    fn gain_from_digital(&self, digital: Turned, profile: &Profile, chain: &Chain, margins: &Margins) -> f64 {
        let lines = self.lines;
        let labour = lines.saving * digital.added() / (1.0 - lines.saving * digital.faded);
        let kept = f64::from(chain.kept[MARKET_FUNCTION]);
        let better = kept * (1.0 - kept) * lines.service * digital.added();
        let worth = self.outside.function_shares[usize::from(profile.sub_industry)][0][MARKET_FUNCTION];
        labour * margins.productivity + worth * better * margins.keeping
    }

    /// Change of annual cash flow from custom in the high-income market, by its share in what the firm sells.
    fn gain_from_green(&self, green: Turned, profile: &Profile, position: &Position, margins: &Margins) -> f64 {
        let demand = &self.outside.demand[usize::from(profile.sub_industry)];
        position.spent_in(HIGH_INCOME, demand) * self.lines.access * green.added() * margins.custom
    }
}

/// Share of all lines that an outlay pays for.
fn bought(outlay: f32, price: f64) -> f64 {
    if price > 0.0 { f64::from(outlay) / price } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_by_hand() {
        // A tenth of the lines bought, of the eight tenths that are left; two in a hundred grow old.
        let after = turned(0.2.into(), 0.1, 0.02);
        assert!((after.faded - 0.196).abs() < 1e-7 && (after.reached - (0.196 + 0.08)).abs() < 1e-7);
        // No more than all lines, whatever is spent; nothing without an outlay.
        assert!((turned(0.2.into(), 50.0, 0.0).reached - 1.0).abs() < 1e-7);
        assert_eq!(turned(0.0.into(), 0.0, 0.05).reached, 0.0);
        assert!((after.added() - 0.08).abs() < 1e-7);
    }

    #[test]
    fn money_does_little_without_engineers() {
        assert!((effect_of_engineers(2.0, 100.0, 0.02) - 0.5).abs() < 1e-15);
        assert_eq!(effect_of_engineers(0.0, 100.0, 0.02), 0.0);
        assert_eq!(effect_of_engineers(0.0, 0.0, 0.02), 0.0);
        assert_eq!(effect_of_engineers(1.0, 100.0, 0.0), 1.0);
    }

    #[test]
    fn a_digital_line_makes_a_fifth_more() {
        let lines = Params::default().lines();
        assert!((1.0 / (1.0 - lines.saving) - 1.2).abs() < 1e-15);
        assert_eq!(Params { enabled: false, ..Params::default() }.lines(), Lines::default());
        let brown = Params { green: false, ..Params::default() }.lines();
        assert_eq!((brown.access, brown.compliance), (0.0, 0.0));
    }
}
