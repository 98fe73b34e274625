//! The diffusion of generations: who adopts what from whom, and what it costs.

use super::{ADOPTION, ALLIANCE, Params};
use crate::kernel::draws::{Draws, Key};
use crate::kernel::groups::Groups;
use crate::kernel::math::{exp, happens, ln};
use crate::kernel::parts::Desks;
use crate::world::World;
use crate::world::firms::Firms;
use crate::world::ledger::{Account, Entry, Journal, Side};
use crate::world::network::{Place, Subject};

/// How generations of generic technologies spread in the tick.
#[derive(Debug, Default)]
pub(super) struct Diffusion {
    /// Fields in which the region is ahead of what the world has codified, with its generation.
    ahead: Vec<(u16, u8)>,
    /// City by city the number of its firms, and of these those that have the generation, field by field.
    counts: Desks<Vec<u32>>,
    /// Hazard without a neighbour who has adopted, per quarter, city by city and field by field.
    alone: Vec<f64>,
    /// Places in `ahead` of the fields that each sub-industry needs.
    needed: Groups,
    /// Who adopts what.
    adoptions: Desks<Vec<Adoption>>,
}

/// A firm that adopts a generation of a field.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Adoption {
    /// Row of the firm.
    row: u32,
    /// Technology field.
    field: u16,
    /// Generation.
    generation: u8,
}

/// Lets generations spread: firms decide together and pay one after the other.
pub(super) fn spread(world: &mut World, diffusion: &mut Diffusion, params: &Params, draws: &Draws) {
    find_ahead(world, diffusion);
    if diffusion.ahead.is_empty() {
        return;
    }
    count_by_city(world, diffusion);
    find_hazards(world, diffusion, params);
    find_adopters(world, diffusion, params, draws);
    adopt(world, params, &diffusion.adoptions);
}

/// Finds the fields in which the region is ahead of what the world has codified, and which sub-industries need them.
fn find_ahead(world: &World, diffusion: &mut Diffusion) {
    let Diffusion { ahead, needed, .. } = diffusion;
    let generations = world.network.generation.iter().zip(&world.outside.codified).enumerate();
    ahead.clear();
    ahead.extend(
        generations.filter(|(_, (own, codified))| own > codified).map(|(field, (own, _))| (field as u16, *own)),
    );
    let needs = |s: usize| {
        let places = ahead.iter().enumerate().map(|(place, (field, _))| (place, usize::from(*field)));
        places
            .filter(move |(_, field)| world.structure.weight(s, *field) > 0.0)
            .map(move |(place, _)| (s, place as u32))
    };
    needed.refill(world.members.len(), (0..world.members.len()).flat_map(needs));
}

/// Counts, in parallel, the firms of each city, and of these those that have the region's generation of each field.
fn count_by_city(world: &World, diffusion: &mut Diffusion) {
    let Diffusion { ahead, counts, .. } = diffusion;
    let (firms, cities, width) = (&world.firms, world.cities.len(), 1 + ahead.len());
    counts.fill(firms.len(), 0..firms.len(), |counts, part| {
        counts.resize(cities * width, 0);
        for row in part.columns.filter(|row| firms.plant[*row].capacity > 0.0) {
            let (city, generations) = (usize::from(firms.profile[row].city), firms.generations(row));
            let counts = &mut counts[city * width..(city + 1) * width];
            counts[0] += 1;
            for (have, (field, generation)) in counts[1..].iter_mut().zip(ahead.iter()) {
                *have += u32::from(generations[usize::from(*field)] >= *generation);
            }
        }
    });
}

/// Hazards of adopting without a neighbour who has, from the shares of each city's firms that have.
fn find_hazards(world: &World, diffusion: &mut Diffusion, params: &Params) {
    let Diffusion { ahead, counts, alone, .. } = diffusion;
    let width = 1 + ahead.len();
    let count = |at: usize| counts.iter().filter_map(|list| list.get(at)).sum::<u32>();
    let share = |have: u32, all: u32| if all > 0 { f64::from(have) / f64::from(all) } else { 0.0 };
    alone.clear();
    for all in (0..world.cities.len()).map(|city| city * width) {
        alone.extend((1..width).map(|place| params.alone(share(count(all + place), count(all)))));
    }
}

/// Finds, in parallel, who adopts what in the tick.
fn find_adopters(world: &World, diffusion: &mut Diffusion, params: &Params, draws: &Draws) {
    let Diffusion { ahead, alone, needed, adoptions, .. } = diffusion;
    let key = draws.key(ADOPTION, world.clock.tick);
    let (quarters, by_neighbour) = (4.0 * world.clock.years(), contact(params.adoption, 1.0));
    let decision = Decision { world, params, ahead, alone, needed, quarters, by_neighbour };
    let firms = world.firms.len();
    adoptions.fill(firms, 0..firms, |adoptions, part| {
        part.columns.for_each(|row| decision.take(row, key, adoptions));
    });
}

/// The decision of one firm at a time.
struct Decision<'a> {
    world: &'a World,
    params: &'a Params,
    ahead: &'a [(u16, u8)],
    alone: &'a [f64],
    needed: &'a Groups,
    /// Quarters of a tick.
    quarters: f64,
    /// Hazard from one neighbour at the best distance.
    by_neighbour: f64,
}

impl Decision<'_> {
    /// Adds what a firm adopts.
    fn take(&self, row: usize, key: Key, adoptions: &mut Vec<Adoption>) {
        let (world, profile) = (self.world, &self.world.firms.profile[row]);
        let needed = self.needed.get(usize::from(profile.sub_industry));
        if needed.is_empty() || world.firms.plant[row].capacity <= 0.0 {
            return;
        }
        let (generations, city) = (world.firms.generations(row), usize::from(profile.city));
        // Who has all that it needs draws nothing.
        let mut small = None;
        for place in needed.iter().map(|place| *place as usize) {
            let (field, generation) = self.ahead[place];
            if generations[usize::from(field)] >= generation {
                continue;
            }
            let u = small.get_or_insert_with(|| key.firm(world.firms.id[row])).uniform();
            let alone = self.alone[city * self.ahead.len() + place];
            if self.adopts(row, usize::from(field), u, alone) {
                adoptions.push(Adoption { row: row as u32, field, generation });
            }
        }
    }

    /// Whether a firm that draws `u` adopts. Few do in a tick: most draws are beyond what its neighbours could do at the
    /// most, whoever they are, and most others beyond what those of them could do who have the generation.
    fn adopts(&self, row: usize, field: usize, u: f64, alone: f64) -> bool {
        let world = self.world;
        let at_most = |neighbours: f64| u < self.quarters * (alone + neighbours * self.by_neighbour);
        at_most(neighbours(world, row))
            && at_most(adopters(world, row, field).count() as f64)
            && happens(u, self.quarters * (alone + by_contact(world, self.params, row, field)))
    }
}

impl Params {
    /// Hazard, per quarter, of adopting without a neighbour who has: by itself, and from the city where this share of
    /// the firms has.
    fn alone(&self, city: f64) -> f64 {
        self.spontaneous + self.intermediaries * city * self.adoption
    }
}

/// Neighbours of a firm in research and in trade, former partners among them.
fn neighbours(world: &World, row: usize) -> f64 {
    (world.network.adjacency.degree(row) + world.supply.contacts.degree(row)) as f64
}

/// Hazard, per quarter, that neighbours who have the region's generation of a field add.
fn by_contact(world: &World, params: &Params, row: usize, field: usize) -> f64 {
    let own = f64::from(world.firms.knowledge(row)[field]);
    let by_one = |neighbour: Subject| {
        let distance = (world.level(neighbour, field) - own).abs();
        contact(params.adoption, distance / world.network.median_distance)
    };
    adopters(world, row, field).map(by_one).sum()
}

/// Neighbours of a firm who have the region's generation of a field.
fn adopters(world: &World, row: usize, field: usize) -> impl Iterator<Item = Subject> + '_ {
    let (firms, generation) = (world.firms.len(), world.network.generation[field]);
    let neighbours = world.network.partners(row).chain(world.business_contacts(row));
    let subjects = neighbours.map(move |node| Subject::of_node(node, firms));
    subjects.filter(move |subject| has(world, *subject, field, generation))
}

/// Hazard from one adopting neighbour at a relative cognitive distance.
fn contact(adoption: f64, distance: f64) -> f64 {
    let understood = distance * exp(1.0 - distance);
    -ln((1.0 - adoption * understood).max(1e-9))
}

fn has(world: &World, subject: Subject, field: usize, generation: u8) -> bool {
    match subject.place() {
        Place::Firm(row) => world.firms.generations(row)[field] >= generation,
        Place::Science(number) => world.researcher(number).unlocked[field] >= generation,
    }
}

/// Adopts in the order of firms; whoever cannot pay the conversion waits.
fn adopt(world: &mut World, params: &Params, adoptions: &Desks<Vec<Adoption>>) {
    let ticks = world.clock.ticks();
    let mut journal = Journal::default();
    for adoption in adoptions.all() {
        let (row, field) = (adoption.row as usize, usize::from(adoption.field));
        let firms = &mut world.firms;
        let sales = firms.flow[row].sales * ticks;
        let holders = &world.network.holders[field];
        let fee = if holders.is_empty() { 0.0 } else { params.licence_fee * sales };
        let cost = params.conversion_cost * sales;
        if firms.balances[row].get(Account::Deposits) < cost + fee {
            continue;
        }
        journal.firm(Entry::ConversionCost, Side::Payer, cost, &mut firms.balances[row]);
        pay_licence(firms, row, holders, fee, &mut journal);
        firms.unlocked[row * firms.fields + field] = adoption.generation;
        world.events.adoptions += 1;
        world.events.licence_fees += fee;
    }
    world.book(&journal);
}

/// Pays a licence fee in equal parts to the firms that hold the generation; it is what their joint research
/// brings them beside their own use.
fn pay_licence(firms: &mut Firms, row: usize, holders: &[Subject], fee: f64, journal: &mut Journal) {
    let part = fee / holders.len().max(1) as f64;
    for holder in holders {
        if let Place::Firm(holder) = holder.place() {
            journal.firm(Entry::Licence, Side::Payer, part, &mut firms.balances[row]);
            journal.firm(Entry::Licence, Side::Receiver, part, &mut firms.balances[holder]);
            firms.effort[holder].gain[ALLIANCE] += part as f32;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contacts_teach_best_at_the_median_distance() {
        let at = |distance| contact(0.015, distance);
        assert!((at(1.0) + (1.0 - 0.015f64).ln()).abs() < 1e-15);
        assert!(at(0.2) < at(1.0) && at(3.0) < at(1.0));
        assert_eq!(at(0.0), 0.0);
    }
}
