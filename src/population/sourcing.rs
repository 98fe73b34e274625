//! Opening supply network: where every firm buys its components.

use crate::kernel::draws::{Draws, Small};
use crate::mechanisms::{Settings, supply};
use crate::population::Opening;
use crate::population::firms::Drafts;
use crate::world::World;
use crate::world::firms::Role;
use crate::world::supply::{CLASSES, Source, Sourcing};

/// Trust between buyers and suppliers that have long known each other (assumption).
const OPENING_TRUST: f32 = 0.5;

/// Chooses the sources of all drafted firms, and gives products the quality of their components.
pub fn choose(opening: &Opening<'_>, settings: &Settings, world: &mut World, drafts: &Drafts, draws: &Draws) {
    let params = &settings.supply;
    world.supply.classes = world.structure.sub_industries.iter().map(supply::classes).collect();
    let structure = &world.structure;
    let groups = 0..structure.sub_industries.len();
    let needing = |field: usize| groups.clone().filter(move |s| structure.weight(*s, field) > 0.0).map(|s| s as u8);
    world.supply.needing = (0..structure.fields.len()).map(|field| needing(field).collect()).collect();
    if !params.enabled {
        return;
    }
    world.supply.component_share = params.component_share;
    let mut market = Market::new(opening, world, drafts, params);
    for row in 0..world.firms.len() {
        let sources = market.sources(world, drafts, row, draws);
        let (source, filled) = (sources.map(|(source, _)| source), sources.map(|(_, filled)| filled));
        let World { firms, supply: network, outside, .. } = &mut *world;
        let level = |row: usize, field: usize| f64::from(firms.knowledge(row)[field]);
        let classes = &network.classes[usize::from(firms.profile[row].sub_industry)];
        let (quality, surcharge) =
            supply::effects(&source, classes, &filled, firms.knowledge(row), level, outside, params);
        let trust = source.map(|source| if source.supplier().is_some() { OPENING_TRUST } else { 0.0 });
        firms.sourcing[row] = Sourcing { source, filled, trust, quality: quality.into(), ..Sourcing::default() };
        firms.technique[row].quality += f64::from(quality as f32);
        firms.plant[row].component_surcharge = surcharge.into();
    }
}

/// Suppliers of the opening state and the room that they have for orders.
struct Market<'a> {
    params: &'a supply::Params,
    opening: &'a Opening<'a>,
    /// Rows by field.
    pools: Vec<Vec<u32>>,
    /// Room for orders by row, million CNY per year.
    room: Vec<f64>,
}

impl<'a> Market<'a> {
    fn new(opening: &'a Opening<'a>, world: &World, drafts: &Drafts, params: &'a supply::Params) -> Self {
        let mut pools = vec![Vec::new(); world.structure.fields.len()];
        let suppliers = world.firms.profile.iter().enumerate().filter(|(_, one)| one.role == Role::ComponentSupplier);
        for (row, profile) in suppliers {
            let recipe = &world.structure.sub_industries[usize::from(profile.sub_industry)].recipe;
            recipe.iter().for_each(|(field, _)| pools[*field].push(row as u32));
        }
        let room = drafts.sketches.iter().map(|firm| params.most_orders * firm.sales * (1.0 - firm.export_share));
        Market { params, opening, pools, room: room.collect() }
    }

    /// Best source of each class among the rest of the nation, abroad and a few suppliers with room.
    fn sources(&mut self, world: &World, drafts: &Drafts, buyer: usize, draws: &Draws) -> [(Source, f32); CLASSES] {
        let mut small = draws.key(supply::SOURCING, 0).firm(world.firms.id[buyer]);
        let s = usize::from(world.firms.profile[buyer].sub_industry);
        let inputs = (1.0 - self.opening.sub_industries[s].value_added_ratio) * drafts.sketches[buyer].sales;
        let classes = world.supply.classes[s];
        classes.map(|(field, share)| {
            let amount = self.params.component_share * share * inputs;
            self.source(world, buyer, field, amount, &mut small)
        })
    }

    fn source(&mut self, world: &World, buyer: usize, field: usize, amount: f64, small: &mut Small) -> (Source, f32) {
        let World { firms, structure, outside, .. } = world;
        let frontier = outside.frontier[field];
        let required = supply::requirement(f64::from(firms.knowledge(buyer)[field]), frontier, self.params);
        let mut best = (f64::NEG_INFINITY, Source::HOME);
        for (source, offer) in supply::offers_elsewhere(required, frontier, self.params) {
            if offer > best.0 {
                best = (offer, source);
            }
        }
        for _ in 0..self.params.candidates {
            let pool = &self.pools[field];
            if pool.is_empty() {
                break;
            }
            let row = pool[small.index(pool.len())] as usize;
            let city = |row: usize| usize::from(firms.profile[row].city);
            let km = structure.distances[city(buyer)][city(row)];
            let level = f64::from(firms.knowledge(row)[field]);
            let offer = supply::offer_nearby(level, required, km, f64::from(OPENING_TRUST), self.params);
            if offer > best.0 && self.room[row] >= self.params.least_filled * amount && row != buyer {
                best = (offer, Source::local(row));
            }
        }
        let Some(row) = best.1.supplier() else { return (best.1, 1.0) };
        let filled = if amount > 0.0 { (self.room[row] / amount).clamp(0.0, 1.0) } else { 1.0 };
        self.room[row] -= filled * amount;
        (best.1, filled as f32)
    }
}

/// Orders that each firm gets from the others, million CNY per tick.
pub fn orders(world: &World) -> Vec<f32> {
    let World { supply, firms, .. } = world;
    let mut orders = vec![0.0; firms.len()];
    for ((profile, sourcing), flow) in firms.profile.iter().zip(&firms.sourcing).zip(&firms.flow) {
        let classes = &supply.classes[usize::from(profile.sub_industry)];
        for (class, (_, share)) in classes.iter().enumerate() {
            if let Some(supplier) = sourcing.source[class].supplier() {
                let amount = flow.inputs * supply.component_share * share;
                orders[supplier] += sourcing.filled[class] * amount as f32;
            }
        }
    }
    orders
}
