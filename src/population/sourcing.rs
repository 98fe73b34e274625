//! Opening supply network: where every firm buys its components.

use crate::kernel::draws::{Draws, Small};
use crate::mechanisms::{Settings, supply};
use crate::population::Opening;
use crate::population::firms::Draft;
use crate::world::World;
use crate::world::firms::Role;
use crate::world::supply::{CLASSES, Source};

/// Trust between buyers and suppliers that have long known each other (assumption).
const OPENING_TRUST: f32 = 0.5;

/// Chooses the sources of all drafted firms, and gives products the quality of their components.
pub fn choose(opening: &Opening<'_>, settings: &Settings, world: &mut World, drafts: &mut [Vec<Draft>], draws: &Draws) {
    let params = &settings.supply;
    world.supply.classes = world.structure.sub_industries.iter().map(supply::classes).collect();
    if !params.enabled {
        return;
    }
    world.supply.component_share = params.component_share;
    // Rows of the firm table: sub-industry by sub-industry.
    let rows: Vec<(usize, usize)> =
        drafts.iter().enumerate().flat_map(|(s, drafts)| (0..drafts.len()).map(move |at| (s, at))).collect();
    let mut market = Market::new(opening, world, drafts, &rows, params);
    let chosen: Vec<[(Source, f32); CLASSES]> =
        rows.iter().map(|(s, at)| market.sources(&drafts[*s][*at], draws)).collect();
    let effects: Vec<(f64, f64)> = rows
        .iter()
        .zip(&chosen)
        .map(|((s, at), sources)| {
            let level = |row: usize, field: usize| {
                let (s, at) = rows[row];
                f64::from(drafts[s][at].levels[field])
            };
            let own = &drafts[*s][*at].levels;
            let (source, filled) = (sources.map(|(source, _)| source), sources.map(|(_, filled)| filled));
            supply::effects(&source, &world.supply.classes[*s], &filled, own, level, &world.outside, params)
        })
        .collect();
    for (((s, at), sources), (quality, surcharge)) in rows.into_iter().zip(chosen).zip(effects) {
        let draft = &mut drafts[s][at];
        draft.sourcing.source = sources.map(|(source, _)| source);
        draft.sourcing.filled = sources.map(|(_, filled)| filled);
        draft.sourcing.trust = sources.map(|(source, _)| if source.supplier().is_some() { OPENING_TRUST } else { 0.0 });
        draft.sourcing.quality = quality as f32;
        draft.technique.quality += f64::from(draft.sourcing.quality);
        draft.component_surcharge = surcharge as f32;
    }
}

/// Suppliers of the opening state and the room that they have for orders.
struct Market<'a> {
    params: &'a supply::Params,
    opening: &'a Opening<'a>,
    world: &'a World,
    /// Rows by field.
    pools: Vec<Vec<u32>>,
    /// Level in each field, city and room for orders (million CNY per year) by row.
    levels: Vec<Vec<f32>>,
    cities: Vec<usize>,
    room: Vec<f64>,
}

impl<'a> Market<'a> {
    fn new(
        opening: &'a Opening<'a>,
        world: &'a World,
        drafts: &[Vec<Draft>],
        rows: &[(usize, usize)],
        params: &'a supply::Params,
    ) -> Self {
        let mut pools = vec![Vec::new(); world.structure.fields.len()];
        let all = || rows.iter().map(|(s, at)| &drafts[*s][*at]);
        for (row, draft) in all().enumerate().filter(|(_, draft)| draft.profile.role == Role::ComponentSupplier) {
            let s = usize::from(draft.profile.sub_industry);
            world.structure.sub_industries[s].recipe.iter().for_each(|(field, _)| pools[*field].push(row as u32));
        }
        Market {
            params,
            opening,
            world,
            pools,
            levels: all().map(|draft| draft.levels.clone()).collect(),
            cities: all().map(|draft| usize::from(draft.profile.city)).collect(),
            room: all().map(|draft| params.most_orders * draft.sales * (1.0 - draft.export_share)).collect(),
        }
    }

    /// Best source of each class among the rest of the nation, abroad and a few suppliers with room.
    fn sources(&mut self, buyer: &Draft, draws: &Draws) -> [(Source, f32); CLASSES] {
        let mut small = draws.key(supply::SOURCING, 0).firm(buyer.id);
        let s = usize::from(buyer.profile.sub_industry);
        let inputs = (1.0 - self.opening.sub_industries[s].value_added_ratio) * buyer.sales;
        let classes = self.world.supply.classes[s];
        classes.map(|(field, share)| {
            let amount = self.params.component_share * share * inputs;
            self.source(buyer, field, amount, &mut small)
        })
    }

    fn source(&mut self, buyer: &Draft, field: usize, amount: f64, small: &mut Small) -> (Source, f32) {
        let frontier = self.world.outside.frontier[field];
        let required = supply::requirement(f64::from(buyer.levels[field]), frontier, self.params);
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
            let km = self.world.structure.distances[usize::from(buyer.profile.city)][self.cities[row]];
            let level = f64::from(self.levels[row][field]);
            let offer = supply::offer_nearby(level, required, km, f64::from(OPENING_TRUST), self.params);
            let itself = self.levels[row] == buyer.levels;
            if offer > best.0 && self.room[row] >= self.params.least_filled * amount && !itself {
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
