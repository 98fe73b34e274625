//! The search for suppliers: at whom a buyer looks, and what it wants to change or to develop.

use super::offers::Deductions;
use super::{Params, SOURCING, fit, offer_nearby, requirement};
use crate::kernel::draws::{Draws, Small};
use crate::kernel::parts::Desks;
use crate::world::World;
use crate::world::levers::{self, Lever};
use crate::world::supply::{CLASSES, Source};

/// What a buyer wants to do about one class.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Intent {
    /// Buy from somebody else.
    Change { row: usize, class: usize, source: Source },
    /// Develop a supplier.
    Develop { row: usize, class: usize, supplier: usize },
}

pub(super) fn search(intents: &mut Desks<Vec<Intent>>, world: &World, params: &Params, draws: &Draws) {
    let (tick, chance) = (world.clock.tick, world.clock.share_from_quarter(params.review));
    let seeker = Seeker { world, deductions: Deductions::new(params), params };
    draws.decide_at(intents, SOURCING, tick, &world.firms.id, |row, mut small, intents| {
        if small.uniform() < chance && world.firms.plant[row].capacity > 0.0 {
            seeker.look(row, &mut small, intents);
        }
    });
}

struct Seeker<'a> {
    world: &'a World,
    deductions: Deductions,
    params: &'a Params,
}

impl Seeker<'_> {
    /// Looks at the sources of one class.
    fn look(&self, row: usize, small: &mut Small, intents: &mut Vec<Intent>) {
        let (world, params) = (self.world, self.params);
        let firms = &world.firms;
        let class = small.index(CLASSES);
        let s = usize::from(firms.profile[row].sub_industry);
        let (field, share) = world.supply.classes[s][class];
        if share <= 0.0 {
            return;
        }
        let frontier = world.outside.frontier[field];
        let required = requirement(f64::from(firms.knowledge(row)[field]), frontier, params);
        let sourcing = &firms.sourcing[row];
        let current = sourcing.source[class];
        let preference = self.rate(&world.levers.local_content, row);
        let level = |supplier: usize| f64::from(firms.levels[supplier * firms.fields + field]);
        let distances = &world.structure.distances[usize::from(firms.profile[row].city)];
        let nearby = |supplier: usize, level: f64, trust: f64| {
            let km = distances[usize::from(firms.profile[supplier].city)];
            offer_nearby(level, required, km, trust, params) + preference
        };
        let elsewhere = self.deductions.offers(required, frontier, params);
        let today = match current.supplier() {
            Some(supplier) => nearby(supplier, level(supplier), f64::from(sourcing.trust[class])),
            None => elsewhere.iter().find(|(source, _)| *source == current).map_or(f64::NEG_INFINITY, |(_, o)| *o),
        };
        let mut choice = Choice { current, source: current, offer: today + params.threshold };
        elsewhere.iter().for_each(|(source, offer)| choice.consider(*offer, *source));
        let develops = self.develops(row, current);
        // What is saved of the cost of switching to who works by the buyer's own standard.
        let eased = world.standards.eased(&firms.practice[row], &firms.practice[row]) * params.threshold;
        // Most suppliers would be too poor even if they were next door: of these nothing else is asked, and nobody is
        // looked for where even the best would be.
        let may_win = |level: f64, choice: &Choice| fit(level, required, params) + preference + eased > choice.offer;
        let mut promising: Option<(f64, usize)> = None;
        if develops || may_win(f64::INFINITY, &choice) {
            let search = Search { row, field, suppliers: sourcing.suppliers().count() };
            for slot in 0..=params.candidates {
                let candidate = if slot == 0 { sourcing.developed(class) } else { self.candidate(&search, small) };
                let Some(supplier) = candidate.filter(|supplier| *supplier != row) else { continue };
                let level = level(supplier);
                if !develops && !may_win(level, &choice) {
                    continue;
                }
                let offer = nearby(supplier, level, 0.0);
                let eased = world.standards.eased(&firms.practice[row], &firms.practice[supplier]);
                choice.consider(offer + eased * params.threshold, Source::local(supplier));
                if promising.is_none_or(|(best, _)| offer > best) {
                    promising = Some((offer, supplier));
                }
            }
        }
        if params.rewiring && choice.source != current {
            intents.push(Intent::Change { row, class, source: choice.source });
        } else if let Some((_, supplier)) = promising.filter(|_| develops) {
            intents.push(Intent::Develop { row, class, supplier });
        }
    }

    /// Whether a core firm that buys elsewhere and develops nobody starts to.
    fn develops(&self, row: usize, current: Source) -> bool {
        let (firms, params) = (&self.world.firms, self.params);
        let free = firms.sourcing[row].development.is_none_or(|d| u32::from(d.until.get()) <= self.world.clock.tick);
        // Worth it as long as the margin saved exceeds the cost.
        let pays = params.import_margin > params.development_cost;
        let willing = (params.core_development && firms.profile[row].core)
            || self.rate(&self.world.levers.development, row) > 0.0;
        willing && current.supplier().is_none() && free && pays
    }

    /// Rate of the levers of one kind that a firm meets.
    fn rate(&self, levers: &[Lever], row: usize) -> f64 {
        if levers.is_empty() {
            return 0.0;
        }
        let profile = &self.world.firms.profile[row];
        let priority = self.world.dials[usize::from(profile.ownership)].priority;
        levers::rate_for(levers, profile, self.world.firms.workforce[row].workers.get(), priority)
    }

    /// A supplier of the field: of a firm that shares a supplier with the buyer, or any.
    fn candidate(&self, search: &Search, small: &mut Small) -> Option<usize> {
        if small.uniform() < self.params.network_search
            && let Some(found) = self.along_the_network(search, small)
        {
            return Some(found);
        }
        self.anybody(search.field, small)
    }

    /// Any of the component suppliers whose recipe needs the field.
    fn anybody(&self, field: usize, small: &mut Small) -> Option<usize> {
        let needing = self.world.supply.needing[field].iter().map(|s| self.world.suppliers[usize::from(*s)].as_slice());
        let all = needing.clone().map(<[u32]>::len).sum();
        if all == 0 {
            return None;
        }
        let mut place = small.index(all);
        for pool in needing {
            match pool.get(place) {
                Some(row) => return Some(*row as usize),
                None => place -= pool.len(),
            }
        }
        None
    }

    fn along_the_network(&self, search: &Search, small: &mut Small) -> Option<usize> {
        if search.suppliers == 0 {
            return None;
        }
        let firms = &self.world.firms;
        let supplier = firms.sourcing[search.row].suppliers().nth(small.index(search.suppliers))?;
        let others = self.world.supply.contacts.of(supplier);
        let other = others[small.index(others.len())] as usize;
        let s = usize::from(firms.profile[other].sub_industry);
        let class = self.world.supply.classes[s].iter().position(|(k, _)| *k == search.field)?;
        firms.sourcing[other].source[class].supplier()
    }
}

/// For whom a supplier of which field is looked for.
struct Search {
    row: usize,
    field: usize,
    /// Suppliers of the buyer in the region, class by class.
    suppliers: usize,
}

/// What a buyer would choose of the offers that it has seen.
struct Choice {
    current: Source,
    source: Source,
    /// Best offer so far; at first that of the current source with the cost of switching.
    offer: f64,
}

impl Choice {
    #[inline]
    fn consider(&mut self, offer: f64, source: Source) {
        if source != self.current && offer > self.offer {
            (self.offer, self.source) = (offer, source);
        }
    }
}
