//! What goes on along the links of supply: changes of source, what suppliers learn from their buyers, orders, and
//! the components that every firm uses.

use rayon::prelude::*;

use super::search::Intent;
use super::{Params, effects, requirement};
use crate::kernel::math::exp;
use crate::kernel::ordered::MIN_ROWS;
use crate::world::World;
use crate::world::firms::{Firms, Plant, Position, Profile};
use crate::world::outside::Outside;
use crate::world::supply::{CLASSES, Development, Source, Sourcing, SupplyNetwork};

/// Carries out changes in the order of buyers; a supplier without room refuses.
pub(super) fn settle(world: &mut World, intents: &[Vec<Intent>], params: &Params) {
    let until = world.clock.tick + world.clock.ticks_in(f64::from(params.development_quarters) / 4.0);
    for intent in intents.iter().flatten() {
        match *intent {
            Intent::Change { row, class, source } => change(world, row, class, source, params),
            Intent::Develop { row, class, supplier } => {
                world.firms.sourcing[row].develop(class, supplier, until as u16);
            }
        }
    }
}

fn change(world: &mut World, row: usize, class: usize, source: Source, params: &Params) {
    let World { firms, supply, .. } = world;
    let s = usize::from(firms.profile[row].sub_industry);
    let amount = component_purchases(firms.flow[row].inputs.get(), supply.classes[s][class].1, supply);
    if let Some(supplier) = source.supplier() {
        let room = room_for_orders(firms, supplier, params) - firms.sourcing[supplier].orders;
        let filled = if amount > 0.0 { (room / amount).clamp(0.0, 1.0) } else { 1.0 };
        if filled < params.least_filled {
            return;
        }
        firms.sourcing[row].filled[class] = filled as f32;
        firms.sourcing[supplier].orders += filled * amount;
        supply.turnover.0 += 1;
    }
    if firms.sourcing[row].source[class].supplier().is_some() {
        supply.turnover.1 += 1;
    }
    let developed = firms.sourcing[row].developed(class).is_some_and(|d| Some(d) == source.supplier());
    let sourcing = &mut firms.sourcing[row];
    sourcing.source[class] = source;
    sourcing.trust[class] = if developed { 0.3 } else { 0.1 };
}

/// Most orders that a supplier takes from the region, million CNY per tick.
fn room_for_orders(firms: &Firms, supplier: usize, params: &Params) -> f64 {
    let flow = &firms.flow[supplier];
    params.most_orders * (flow.sales - flow.exports).max(0.0)
}

/// Purchases of a component class, million CNY per tick.
fn component_purchases(inputs: f64, share: f64, supply: &SupplyNetwork) -> f64 {
    inputs * supply.component_share * share
}

/// Suppliers learn from what their buyers require, every link once a year; trust grows.
pub(super) fn learn(world: &mut World, params: &Params) {
    let quarters = 4.0;
    let trust_gain = (1.0 - libm::pow(1.0 - params.trust_gain, quarters)) as f32;
    for row in 0..world.firms.len() {
        if !world.clock.reviews(world.firms.id[row].ordinal()) {
            continue;
        }
        let s = usize::from(world.firms.profile[row].sub_industry);
        let developed = world.firms.sourcing[row].development.filter(|d| u32::from(d.until.get()) > world.clock.tick);
        for class in 0..CLASSES {
            let (field, _) = world.supply.classes[s][class];
            let sourcing = &mut world.firms.sourcing[row];
            let Some(supplier) = sourcing.source[class].supplier() else { continue };
            let trust = f64::from(sourcing.trust[class]);
            sourcing.trust[class] += trust_gain * (1.0 - sourcing.trust[class]);
            let own = developed.is_some_and(|d| d.supplier as usize == supplier && usize::from(d.class) == class);
            let speed = if own { params.developed_learning } else { params.learning };
            teach(world, row, supplier, field, quarters * speed * trust, params);
        }
        let elsewhere = |d: &Development| {
            let source = world.firms.sourcing[row].source[usize::from(d.class)];
            source.supplier() != Some(d.supplier as usize)
        };
        if let Some(development) = developed.filter(elsewhere) {
            /// Trust that investment stands for.
            const COMMITTED: f64 = 0.5;
            let (field, _) = world.supply.classes[s][usize::from(development.class)];
            let speed = quarters * params.developed_learning * COMMITTED;
            teach(world, row, development.supplier as usize, field, speed, params);
            world.supply.developed += 1;
        }
    }
}

/// Raises the supplier's knowledge towards what the buyer requires, as far as its ceiling allows.
fn teach(world: &mut World, buyer: usize, supplier: usize, field: usize, speed: f64, params: &Params) {
    let World { firms, outside, structure, .. } = world;
    let required = requirement(f64::from(firms.knowledge(buyer)[field]), outside.frontier[field], params);
    let ceiling = outside.ceiling_of(field, firms.generations(supplier)[field]);
    let level = f64::from(firms.knowledge(supplier)[field]);
    let gap = required.min(ceiling) - level;
    if gap <= 0.0 {
        return;
    }
    let rise = lesson(gap, speed, params);
    let s = usize::from(firms.profile[supplier].sub_industry);
    firms.learn(supplier, field, structure.weight(s, field), rise);
}

/// What is learned across a gap: most where it is neither nothing nor hopeless.
pub fn lesson(gap: f64, speed: f64, params: &Params) -> f64 {
    (speed * gap * exp(-gap / params.learning_gap)).min(gap)
}

/// Share of a firm's sales that is exported in processing trade.
#[inline]
fn processed(profile: &Profile, position: &Position) -> f64 {
    if profile.presence.processes() { position.export_share.get() } else { 0.0 }
}

/// Adds up the orders of all suppliers anew: nothing drifts.
pub(super) fn settle_orders(world: &mut World, params: &Params) {
    let World { firms, supply, .. } = world;
    firms.sourcing.iter_mut().for_each(|sourcing| sourcing.orders = 0.0.into());
    for row in 0..firms.len() {
        let sources = firms.sourcing[row].source;
        if sources.iter().all(|source| source.supplier().is_none()) {
            continue;
        }
        let (profile, inputs) = (&firms.profile[row], firms.flow[row].inputs);
        let classes = &supply.classes[usize::from(profile.sub_industry)];
        // What is exported in processing trade is made of what the lead firm sends: imported, like what lacks room.
        let general = 1.0 - processed(profile, &firms.position[row]);
        for (class, source) in sources.iter().enumerate() {
            let Some(supplier) = source.supplier() else { continue };
            let amount = general * component_purchases(inputs.get(), classes[class].1, supply);
            let room = room_for_orders(firms, supplier, params) - firms.sourcing[supplier].orders;
            // Suppliers serve in the order of their buyers' age.
            let filled = if amount > 0.0 { (room / amount).clamp(0.0, 1.0) } else { 1.0 };
            firms.sourcing[row].filled[class] = (filled * general) as f32;
            firms.sourcing[supplier].orders += filled * amount;
        }
    }
}

/// What follows for every firm by itself: its outlay for development, its orders, and the components that it uses from
/// now on.
pub(super) fn each_firm(world: &mut World, params: &Params) {
    let World { clock, firms, supply, outside, .. } = world;
    let Firms { sourcing, plant, position, profile, flow, levels, fields, .. } = firms;
    let (tick, fields, levels) = (clock.tick, *fields, levels.as_slice());
    let level = |row: usize, field: usize| f64::from(levels[row * fields + field]);
    let rows = (sourcing, plant, position, &*profile, &*flow).into_par_iter().enumerate();
    rows.with_min_len(MIN_ROWS).for_each(|(row, (sourcing, plant, position, profile, flow))| {
        let classes = &supply.classes[usize::from(profile.sub_industry)];
        let running = sourcing.development.filter(|d| u32::from(d.until.get()) > tick);
        let cost = running.map_or(0.0, |development| {
            let share = classes[usize::from(development.class)].1;
            params.development_cost * component_purchases(flow.inputs.get(), share, supply)
        });
        sourcing.development_cost = cost.into();
        place_orders(position, sourcing, profile, plant, outside);
        let own = &levels[row * fields..(row + 1) * fields];
        let processed = processed(profile, position);
        let filled = if processed > 0.0 { of_general(&sourcing.filled, processed) } else { sourcing.filled };
        let (quality, surcharge) = effects(&sourcing.source, classes, &filled, own, level, outside, params);
        sourcing.quality = quality.into();
        let surcharge = if processed > 0.0 { outside.abroad.surcharge(surcharge, processed) } else { surcharge };
        plant.component_surcharge = surcharge.into();
    });
}

/// Adds orders to what the markets demand of a supplier.
#[inline]
fn place_orders(position: &mut Position, sourcing: &Sourcing, profile: &Profile, plant: &Plant, outside: &Outside) {
    let orders = sourcing.orders;
    if orders <= 0.0 {
        return;
    }
    let inputs = plant.inputs(outside.input_price[usize::from(profile.sub_industry)]);
    let value = inputs + position.kept_share * (position.price - inputs);
    if value > 0.0 {
        let total = position.demand + orders / value;
        position.export_share *= if total > 0.0 { position.demand / total } else { 0.0 };
        position.demand = total.into();
    }
}

/// Filled shares of the components that a firm buys itself: what the lead firm sends for products that it takes is no
/// matter of the firm's own sources.
fn of_general(filled: &[f32; CLASSES], processed: f64) -> [f32; CLASSES] {
    let general = (1.0 - processed) as f32;
    filled.map(|filled| if general > 0.0 { (filled / general).min(1.0) } else { 1.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suppliers_learn_most_at_a_middling_gap() {
        let params = Params::default();
        let at = |gap| lesson(gap, 0.1, &params);
        assert!((at(0.25) - 0.1 * 0.25 * (-1.0f64).exp()).abs() < 1e-15);
        assert!(at(0.25) > at(0.05) && at(0.25) > at(1.0));
        assert_eq!(lesson(0.01, 1e6, &params), 0.01);
    }
}
