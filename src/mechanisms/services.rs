//! Producer services: who in the region earns what its manufacturers leave to others.
//!
//! # Question
//! Does the value of design and of the market function that manufacturers do not keep leave the region?
//!
//! # Story
//! What manufacturers leave of design and of the market function is offered to providers elsewhere and to
//! the region's own producer-service firms. These are small, begin less able than those elsewhere, learn by
//! doing, and grow with what they earn. New ones are founded where their people earn more than usual; those
//! without work close. They live on people alone: what they earn is paid to households.
//!
//! # Equations
//! - value left of function f: `L_f = sum_i chain value_i v_sf (1 - g_if)`
//! - revenue: `L_f w_i / (sum w + omega_f L_f)`, `w = staff x wage / opening wage x e^capability`; omega solved from
//!   `opening_share`: people earn more everywhere
//! - support of the share g of their price: w counts `1 / (1 - g)` times, for users pay so much less
//! - staff: `n + a (revenue / r - n)`, r revenue that keeps a person (`pay_to_wage`, `margin`); a a quarter of the distance
//! - capability: `c' = c (1 - l dt)`, towards that of providers elsewhere (`learning` = l)
//! - entrants: Poisson, `entry_rate` x firms x (revenue per person / r)^2
//!
//! # Place in the tick
//! After production.
//!
//! # Reads / Writes
//! Reads flows, kept functions; writes `world.services`, the ledger.
//!
//! # Randomness
//! Stream `SERVICES`, one generator per tick.
//!
//! # Sources
//! Assumptions; the claim is that servitisation and producer services keep value in the region (upgrading
//! paper).
//!
//! # REQ numbers
//! REQ-61, REQ-65.
//!
//! # What it leaves out
//! Capital, debt and taxes of service firms; customers beyond the region's manufacturers.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use rand::Rng;

use crate::kernel::draws::{Draws, Small, Stream, poisson};
use crate::kernel::math::exp;
use crate::world::World;
use crate::world::firms::{BUILT, FUNCTIONS};
use crate::world::ledger::Entry;
use crate::world::levers::{Lever, Levers};
use crate::world::services::ServiceFirm;

/// Entrants of producer services.
pub const SERVICES: Stream = Stream(15);

/// Parameters of producer services.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Whether the mechanism runs; off is inert.
    #[default(true)]
    #[schemars(extend("x-unit" = "-", "x-source" = "switch", "x-opening" = true))]
    pub enabled: bool,
    /// Producer-service firms in the opening state, relative to real firms.
    #[default(400)]
    #[schemars(range(min = 0, max = 1_000_000), extend("x-unit" = "firms", "x-source" = "assumption: one for ten manufacturers", "x-opening" = true))]
    pub opening_firms: u32,
    /// Share of what manufacturers leave to others that the region's service firms earn in the opening
    /// state.
    #[default(0.05)]
    #[schemars(range(min = 0.0, max = 0.9), extend("x-unit" = "share 0-1", "x-source" = "assumption", "x-opening" = true))]
    pub opening_share: f64,
    /// Capability of the region's service firms at the start, relative to providers elsewhere.
    #[default(-0.5)]
    #[schemars(range(min = -5.0, max = 0.0), extend("x-unit" = "log points", "x-source" = "assumption"))]
    pub opening_capability: f64,
    /// Share of the distance to providers elsewhere closed in a year of work.
    #[default(0.03)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "1/year", "x-source" = "assumption"))]
    pub learning: f64,
    /// Pay of service staff relative to the wage of workers.
    #[default(2.0)]
    #[schemars(range(min = 0.1, max = 20.0), extend("x-unit" = "-", "x-source" = "assumption: graduates"))]
    pub pay_to_wage: f64,
    /// Share of revenue that is not pay of staff.
    #[default(0.3)]
    #[schemars(range(min = 0.0, max = 0.9), extend("x-unit" = "share 0-1", "x-source" = "assumption: owners' income and rent"))]
    pub margin: f64,
    /// Share of the distance to the staff that revenue keeps closed in a quarter.
    #[default(0.25)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "per quarter", "x-source" = "assumption"))]
    pub adjustment: f64,
    /// Entrants per firm at usual revenue.
    #[default(0.08)]
    #[schemars(range(min = 0.0, max = 2.0), extend("x-unit" = "1/year", "x-source" = "assumption"))]
    pub entry_rate: f64,
    /// Staff, relative to real firms, below which a firm closes.
    #[default(3.0)]
    #[schemars(range(min = 0.0, max = 1000.0), extend("x-unit" = "persons", "x-source" = "assumption"))]
    pub least_staff: f64,
}

impl Params {
    /// Revenue that keeps one person for a tick.
    fn revenue_per_person(&self, wage: f64) -> f64 {
        self.pay_to_wage * wage / (1.0 - self.margin)
    }
}

/// Earns, learns, hires, enters and closes.
pub fn step(world: &mut World, params: &Params, draws: &Draws) {
    if !params.enabled {
        return;
    }
    world.services.left = left_to_others(world);
    earn(world);
    let usual = params.revenue_per_person(world.labour.wage);
    develop(world, params, usual);
    enter(world, params, usual, draws);
    let revenue = world.services.revenue();
    let paid = pay_support(world);
    world.ledger.post(Entry::ServiceIncome, revenue - paid);
}

/// The opening service firms: even in size, in the cities by population.
pub fn open(world: &mut World, params: &Params, draws: &Draws) {
    if !params.enabled {
        return;
    }
    let left = left_to_others(world);
    let usual = params.revenue_per_person(world.labour.wage);
    let mut small = Small::new(draws.at(SERVICES, 0, 0).next_u64());
    let count = libm::round(f64::from(params.opening_firms) * world.structure.scale) as u32;
    let total: f64 = BUILT.iter().map(|(function, _)| left[*function]).sum();
    if total <= 0.0 || count == 0 {
        return;
    }
    let staff = params.opening_share * total / usual / f64::from(count);
    for at in 0..count {
        // Functions in proportion to what is left of them.
        let design = f64::from(at) + 0.5 < f64::from(count) * left[BUILT[0].0] / total;
        let function = if design { BUILT[0].0 } else { BUILT[1].0 };
        found(world, function, staff, params, &mut small);
    }
    for (function, _) in BUILT {
        let weight = weight_of(world, function);
        let open = params.opening_share.max(1e-9);
        world.services.elsewhere[function] =
            if left[function] > 0.0 { weight * (1.0 - open) / open / left[function] } else { 0.0 };
    }
    world.services.left = left;
    earn(world);
}

/// What manufacturers leave to others of each function, million CNY per tick.
fn left_to_others(world: &World) -> [f64; FUNCTIONS] {
    let firms = &world.firms;
    firms.chunks.fold(&[0.0; FUNCTIONS], |left, rows| {
        for row in rows {
            let (chain, flow) = (&firms.chain[row], &firms.flow[row]);
            let shares = &world.outside.function_shares[usize::from(firms.profile[row].sub_industry)][0];
            let value = (flow.value_added + flow.value_leaving).max(0.0);
            for (function, left) in left.iter_mut().enumerate() {
                *left += value * shares[function] * (1.0 - f64::from(chain.kept[function]));
            }
        }
    })
}

fn weight_of(world: &World, function: usize) -> f64 {
    let firms = world.services.firms.iter().filter(|firm| usize::from(firm.function) == function);
    let weight = |firm: &ServiceFirm| firm.staff * exp(firm.capability) * lift(support(&world.levers.services, firm));
    firms.map(weight).sum::<f64>() * pay_index(world)
}

/// Share of the price of a service firm's work that its users do not pay.
fn support(levers: &[Lever], firm: &ServiceFirm) -> f64 {
    /// Largest support, all levers together.
    const MOST: f64 = 0.9;
    let addressed = levers.iter().filter(|lever| lever.addressees.cities >> firm.city & 1 == 1);
    addressed.map(|lever| lever.rate).sum::<f64>().min(MOST)
}

/// Factor on what a service firm offers for its price.
fn lift(support: f64) -> f64 {
    1.0 / (1.0 - support)
}

/// Pays the government's part of the price of services; returns what is paid.
fn pay_support(world: &mut World) -> f64 {
    let World { services, levers, ledger, .. } = world;
    let Levers { services: supports, outlays, .. } = levers;
    let mut paid = 0.0;
    for lever in supports.iter() {
        let firms = services.firms.iter().filter(|firm| lever.addressees.cities >> firm.city & 1 == 1);
        let (revenue, count) = firms.fold((0.0, 0.0), |(sum, count), firm| (sum + firm.revenue, count + 1.0));
        let claims = lever.rate * revenue;
        let part = outlays[lever.instrument].pay(claims, claims * lever.to_nominal(), count);
        ledger.post(Entry::ServiceSupport, part);
        paid += part;
    }
    paid
}

/// Wage relative to the opening: people earn more, and give more, here and elsewhere.
fn pay_index(world: &World) -> f64 {
    world.labour.wage / world.labour.opening_wage
}

/// Divides what is left of each function between the region's service firms and providers elsewhere.
fn earn(world: &mut World) {
    for (function, _) in BUILT {
        let (own, index) = (weight_of(world, function), pay_index(world));
        let World { services, levers, .. } = &mut *world;
        let all = own + services.elsewhere[function] * services.left[function];
        let per_weight = if all > 0.0 { services.left[function] / all } else { 0.0 };
        services.earned[function] = if all > 0.0 { own / all } else { 0.0 };
        for firm in services.firms.iter_mut().filter(|firm| usize::from(firm.function) == function) {
            firm.revenue =
                per_weight * index * firm.staff * exp(firm.capability) * lift(support(&levers.services, firm));
        }
    }
}

/// Staff follow revenue, capability follows work, firms without work close.
fn develop(world: &mut World, params: &Params, usual: f64) {
    let adjustment = world.clock.share_from_quarter(params.adjustment);
    let fading = 1.0 - world.clock.share_from_year(params.learning);
    let least = params.least_staff / world.structure.scale;
    for firm in &mut world.services.firms {
        firm.staff += adjustment * (firm.revenue / usual - firm.staff);
        firm.capability *= fading;
    }
    world.services.firms.retain(|firm| firm.staff >= least);
}

/// New firms where people of the trade earn more than usual.
fn enter(world: &mut World, params: &Params, usual: f64, draws: &Draws) {
    let mut small = Small::new(draws.at(SERVICES, world.clock.tick, 0).next_u64());
    let rate = world.clock.growth_from_year(params.entry_rate);
    for (function, _) in BUILT {
        let firms = world.services.firms.iter().filter(|firm| usize::from(firm.function) == function);
        let (count, staff, revenue) =
            firms.fold((0.0, 0.0, 0.0), |(n, s, r), firm| (n + 1.0, s + firm.staff, r + firm.revenue));
        if count <= 0.0 {
            continue;
        }
        let opportunity = (revenue / staff.max(1e-12) / usual).min(3.0);
        let entrants = poisson(small.uniform(), (rate * count * opportunity * opportunity).min(50.0), 200);
        for _ in 0..entrants {
            found(world, function, 0.3 * staff / count, params, &mut small);
        }
    }
}

fn found(world: &mut World, function: usize, staff: f64, params: &Params, small: &mut Small) {
    let cities = &world.structure.cities;
    let mut left = small.uniform() * cities.iter().map(|city| city.population).sum::<f64>();
    let city = cities.iter().position(|city| {
        left -= city.population;
        left < 0.0
    });
    let services = &mut world.services;
    services.firms.push(ServiceFirm {
        number: services.next,
        city: city.unwrap_or(0) as u8,
        function: function as u8,
        staff,
        capability: params.opening_capability,
        revenue: 0.0,
    });
    services.next += 1;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn revenue_of_a_person_by_hand() {
        let params = Params { pay_to_wage: 2.0, margin: 0.2, ..Params::default() };
        assert!((params.revenue_per_person(0.04) - 0.1).abs() < 1e-15);
    }
}
