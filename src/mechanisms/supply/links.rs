//! What goes on along the links of supply: changes of source, what suppliers learn from their buyers, orders, and
//! the components that every firm uses.

use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;

use rayon::prelude::*;

use super::search::Intent;
use super::{Params, effects, requirement};
use crate::kernel::math::exp;
use crate::kernel::ordered::{MIN_ROWS, Wide};
use crate::kernel::parts::Desks;
use crate::kernel::post::Post;
use crate::world::World;
use crate::world::firms::{Firms, Flow, Plant, Position, Profile};
use crate::world::outside::Outside;
use crate::world::supply::{CLASSES, Development, Source, Sourcing, SupplyNetwork};

/// Carries out changes in the order of buyers; a supplier without room refuses.
pub(super) fn settle(world: &mut World, intents: &Desks<Vec<Intent>>, params: &Params) {
    let until = world.clock.tick + world.clock.ticks_in(f64::from(params.development_quarters) / 4.0);
    for intent in intents.all() {
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
        let room = room_for_orders(&firms.flow[supplier], params) - firms.sourcing[supplier].orders;
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
fn room_for_orders(flow: &Flow, params: &Params) -> f64 {
    params.most_orders * (flow.sales - flow.exports).max(0.0)
}

/// Purchases of a component class, million CNY per tick.
fn component_purchases(inputs: f64, share: f64, supply: &SupplyNetwork) -> f64 {
    inputs * supply.component_share * share
}

/// What a buyer lets a supplier learn.
struct Lesson {
    supplier: u32,
    field: u16,
    /// What the buyer requires, log units.
    required: f32,
    /// Share of a small gap that is closed.
    speed: f32,
}

/// Suppliers learn from what their buyers require, every link once a year; trust grows. What buyers know is taken as it
/// was before; a supplier learns from one after the other.
pub(super) fn learn(world: &mut World, params: &Params) {
    let mut post: Post<Lesson> = world.scratch.take();
    world.supply.developed = give_lessons(world, params, &mut post);
    let World { firms, outside, structure, .. } = world;
    let fields = firms.fields;
    let columns = (
        Wide(firms.levels.as_mut_slice(), fields),
        firms.technique.as_mut_slice(),
        Wide(firms.unlocked.as_slice(), fields),
        firms.profile.as_slice(),
    );
    post.read(columns, |part, lessons| {
        let (Wide(levels, _), techniques, Wide(unlocked, _), profiles) = part.columns;
        for lesson in lessons.iter().flatten() {
            let (at, field) = (lesson.supplier as usize - part.first, usize::from(lesson.field));
            let level = &mut levels[at * fields + field];
            let ceiling = outside.ceiling_of(field, unlocked[at * fields + field]);
            let gap = f64::from(lesson.required).min(ceiling) - f64::from(*level);
            if gap > 0.0 {
                let rise = self::lesson(gap, f64::from(lesson.speed), params) as f32;
                *level += rise;
                let weight = structure.weight(usize::from(profiles[at].sub_industry), field);
                techniques[at].competence += weight * f64::from(rise);
            }
        }
    });
    world.scratch.give_back(post);
}

/// Writes the lessons of all buyers whose year it is; returns how many of them develop a supplier of whom they do not
/// yet buy.
fn give_lessons(world: &mut World, params: &Params, post: &mut Post<Lesson>) -> u32 {
    /// Trust that investment stands for.
    const COMMITTED: f64 = 0.5;
    let World { clock, firms, outside, supply, .. } = world;
    let developed_elsewhere = AtomicU32::new(0);
    let quarters = 4.0;
    let trust_gain = (1.0 - libm::pow(1.0 - params.trust_gain, quarters)) as f32;
    let columns = (
        firms.sourcing.as_mut_slice(),
        Wide(firms.levels.as_slice(), firms.fields),
        firms.profile.as_slice(),
        firms.id.as_slice(),
    );
    post.write(firms.id.len(), columns, |part, out| {
        let (sourcing, Wide(levels, fields), profiles, ids) = part.columns;
        for (at, sourcing) in sourcing.iter_mut().enumerate() {
            if !clock.reviews(ids[at].ordinal()) {
                continue;
            }
            let classes = &supply.classes[usize::from(profiles[at].sub_industry)];
            let lesson = |supplier: usize, class: usize, speed: f64| {
                let (field, _) = classes[class];
                let own = f64::from(levels[at * fields + field]);
                let required = requirement(own, outside.frontier[field], params) as f32;
                let speed = (quarters * speed) as f32;
                Lesson { supplier: supplier as u32, field: field as u16, required, speed }
            };
            let running = sourcing.development.filter(|d| u32::from(d.until.get()) > clock.tick);
            for class in 0..CLASSES {
                let Some(supplier) = sourcing.source[class].supplier() else { continue };
                let trust = f64::from(sourcing.trust[class]);
                sourcing.trust[class] += trust_gain * (1.0 - sourcing.trust[class]);
                let own = running.is_some_and(|d| d.supplier as usize == supplier && usize::from(d.class) == class);
                let speed = if own { params.developed_learning } else { params.learning };
                out.send(supplier, lesson(supplier, class, speed * trust));
            }
            let elsewhere =
                |d: &Development| sourcing.source[usize::from(d.class)].supplier() != Some(d.supplier as usize);
            if let Some(development) = running.filter(elsewhere) {
                let (supplier, class) = (development.supplier as usize, usize::from(development.class));
                out.send(supplier, lesson(supplier, class, params.developed_learning * COMMITTED));
                developed_elsewhere.fetch_add(1, Relaxed);
            }
        }
    });
    developed_elsewhere.into_inner()
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

/// What a buyer orders of a supplier.
struct Order {
    supplier: u32,
    buyer: u32,
    class: u8,
    /// Million CNY per tick.
    amount: f64,
    /// Share of it for which the supplier has room.
    filled: f64,
}

/// Adds up the orders of all suppliers anew: nothing drifts.
pub(super) fn settle_orders(world: &mut World, params: &Params) {
    let mut post: Post<Order> = world.scratch.take();
    place_orders(world, &mut post);
    let firms = &mut world.firms;
    let columns = (firms.sourcing.as_mut_slice(), firms.flow.as_slice());
    post.read(columns, |part, orders| {
        let (sourcing, flows) = part.columns;
        sourcing.iter_mut().for_each(|sourcing| sourcing.orders = 0.0.into());
        // Suppliers serve in the order of their buyers' age.
        for order in orders.iter_mut().flatten() {
            let at = order.supplier as usize - part.first;
            let room = room_for_orders(&flows[at], params) - sourcing[at].orders;
            order.filled = if order.amount > 0.0 { (room / order.amount).clamp(0.0, 1.0) } else { 1.0 };
            sourcing[at].orders += order.filled * order.amount;
        }
    });
    let columns = (firms.sourcing.as_mut_slice(), firms.profile.as_slice(), firms.position.as_slice());
    post.answer(columns, |part, orders| {
        let (sourcing, profiles, positions) = part.columns;
        for order in orders.iter().flatten() {
            let at = order.buyer as usize - part.first;
            let general = 1.0 - processed(&profiles[at], &positions[at]);
            sourcing[at].filled[usize::from(order.class)] = (order.filled * general) as f32;
        }
    });
    world.scratch.give_back(post);
}

/// Every buyer orders what it needs of its suppliers in the region.
fn place_orders(world: &World, post: &mut Post<Order>) {
    let World { firms, supply, .. } = world;
    post.write(firms.len(), 0..firms.len(), |part, out| {
        for row in part.columns {
            let sources = &firms.sourcing[row].source;
            if sources.iter().all(|source| source.supplier().is_none()) {
                continue;
            }
            let (profile, inputs) = (&firms.profile[row], firms.flow[row].inputs.get());
            let classes = &supply.classes[usize::from(profile.sub_industry)];
            // What is exported in processing trade is made of what the lead firm sends: imported, like what lacks room.
            let general = 1.0 - processed(profile, &firms.position[row]);
            for (class, source) in sources.iter().enumerate() {
                let Some(supplier) = source.supplier() else { continue };
                let amount = general * component_purchases(inputs, classes[class].1, supply);
                let (to, buyer) = (supplier as u32, row as u32);
                out.send(supplier, Order { supplier: to, buyer, class: class as u8, amount, filled: 0.0 });
            }
        }
    });
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
        take_orders(position, sourcing, profile, plant, outside);
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
fn take_orders(position: &mut Position, sourcing: &Sourcing, profile: &Profile, plant: &Plant, outside: &Outside) {
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
