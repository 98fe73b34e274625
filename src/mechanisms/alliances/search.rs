//! The search for partners: whom a firm looks at, and what a link would be worth to both sides.

use super::scene::Scene;
use super::{LOOKED_AT, Params, SEARCH};
use crate::kernel::draws::{Draws, Small};
use crate::kernel::parts::Desks;
use crate::world::World;
use crate::world::levers;
use crate::world::network::{Network, Place, Subject};
use crate::world::platforms::SubPlatform;

/// A firm's wish to work with a subject.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Wish {
    /// Row of the firm.
    pub(super) row: u32,
    /// With whom.
    pub(super) partner: Subject,
    /// Word from which the random numbers of their common work start.
    pub(super) seed: u64,
    /// What a link is worth to the firm and to the other one before its cost, million CNY per quarter.
    pub(super) value: [f64; 2],
    /// Partners that both had then.
    pub(super) degree: [u16; 2],
}

/// Finds, in parallel, the best partner of every active firm that looks for one.
pub(super) fn search(world: &World, scene: &Scene, wishes: &mut Desks<Vec<Wish>>, params: &Params, draws: &Draws) {
    let key = draws.key(SEARCH, world.clock.tick);
    let seeker = Seeker { world, scene, params };
    wishes.fill(scene.firms, 0..scene.firms, |wishes, part| {
        let actives = scene.actives.list.among(part.columns, |active| active.row as usize);
        for active in actives.filter(|active| active.due) {
            let row = active.row as usize;
            wishes.extend(seeker.look(row, &mut key.firm(world.firms.id[row])));
        }
    });
}

/// What two subjects can learn from each other.
#[derive(Debug, Clone, Copy)]
pub(super) struct Gains {
    pub(super) own: f64,
    pub(super) others: f64,
}

impl Gains {
    /// The same with the eyes of the other one.
    pub(super) fn swapped(self) -> Self {
        Gains { own: self.others, others: self.own }
    }
}

/// The search of one firm at a time.
pub(super) struct Seeker<'a> {
    pub(super) world: &'a World,
    pub(super) scene: &'a Scene,
    pub(super) params: &'a Params,
}

impl Seeker<'_> {
    /// The partner to whom an active firm proposes.
    fn look(&self, row: usize, small: &mut Small) -> Option<Wish> {
        if !self.looks(row, small.uniform()) {
            return None;
        }
        let me = Subject::firm(row);
        let (circle, mut best): (Circle, Option<(f64, Wish)>) = (self.circle(me), None);
        let candidates = self.candidates(row, small);
        for partner in candidates.into_iter().chain([self.fellow(row, small)]).flatten() {
            let bond = self.world.network.bond(me, partner, self.scene.firms);
            if partner == me || bond.is_some_and(|bond| bond.projects > 0) {
                continue;
            }
            let gains = self.gains(me, partner);
            let degree = [me, partner].map(|subject| self.degree(subject));
            let mine = self.value(me, &circle, partner, gains);
            let worth = self.less_cost(mine, degree[0], 0);
            if worth > best.map_or(0.0, |(worth, _)| worth) {
                let value = [mine, self.value(partner, &self.circle(partner), me, gains.swapped())];
                if self.less_cost(value[1], degree[1], 0) > 0.0 {
                    best = Some((worth, Wish { row: row as u32, partner, seed: 0, value, degree }));
                }
            }
        }
        best.map(|(_, wish)| Wish { seed: small.word(), ..wish })
    }

    /// Whether a firm that draws `u` looks for a partner. Contacts, which stand all over the memory, are counted only
    /// where they decide: where it would look if all of them were allied, and not if none were.
    fn looks(&self, row: usize, u: f64) -> bool {
        // Whoever would not have looked may be brought to it.
        let (brought, met) = (self.brought_together(row), self.met(row));
        let chance = |allied: f64| {
            let own = self.chance_to_look(allied);
            let alone = own + (1.0 - own) * brought;
            alone + (1.0 - alone) * met
        };
        u < chance(1.0) && (u < chance(0.0) || u < chance(self.allied_contacts(row)))
    }

    /// Probability to look in a year where this share of one's contacts is allied.
    fn chance_to_look(&self, allied: f64) -> f64 {
        let p = self.params;
        let quarter = (p.search * (p.spontaneous + (1.0 - p.spontaneous) * allied)).min(1.0);
        let half_year = (1.0 - quarter) * (1.0 - quarter);
        1.0 - half_year * half_year
    }

    /// Share of a firm's contacts, in research and in business, that are allied.
    fn allied_contacts(&self, row: usize) -> f64 {
        let neighbours = self.world.network.adjacency.of(row).iter().map(|(to, _)| *to as usize);
        // Small firms that do no research are nobody's example.
        let trade = self.world.business_contacts(row).filter(|node| self.scene.actives.is[*node]);
        let (mut allied, mut all) = (0, 0);
        for node in neighbours.chain(trade) {
            all += 1;
            allied += u32::from(self.scene.degree[node] > 0);
        }
        if all > 0 { f64::from(allied) / f64::from(all) } else { 0.0 }
    }

    /// Additional chance to look from programmes that bring subjects together.
    fn brought_together(&self, row: usize) -> f64 {
        let levers = &self.world.levers.connection;
        let profile = &self.world.firms.profile[row];
        if levers.is_empty() {
            0.0
        } else {
            levers::rate_for(levers, profile, self.world.firms.workforce[row].workers.get(), 1.0)
        }
    }

    /// At most five candidates: a former partner, a contact in business, a partner's partner, somebody
    /// near, a researcher or a firm of a related industry.
    fn candidates(&self, row: usize, small: &mut Small) -> [Option<Subject>; 5] {
        let world = self.world;
        let network = &world.network;
        let subject = |node: usize| Subject::of_node(node, self.scene.firms);
        let memories = network.adjacency.of(row).iter().filter(|(_, r)| network.bonds[*r as usize].projects == 0);
        let former = memories
            .max_by(|(_, a), (_, b)| network.bonds[*a as usize].trust.total_cmp(&network.bonds[*b as usize].trust))
            .map(|(to, _)| *to as usize);
        let contacts = world.business_contacts(row).count();
        let contact = if contacts > 0 { world.business_contacts(row).nth(small.index(contacts)) } else { None };
        let partner = self.random_partner(row, small);
        let friend = partner.and_then(|partner| self.random_partner(partner, small));
        let profile = &world.firms.profile[row];
        let near = pick(self.scene.actives.cities.get(usize::from(profile.city)), small);
        let last = if small.uniform() < 0.5 {
            self.researcher(usize::from(profile.sub_industry), small)
        } else {
            let group = world.structure.related(usize::from(profile.sub_industry), small);
            pick(self.scene.actives.groups.get(group), small).map(Subject::firm)
        };
        let may = |subject: Subject| match subject.place() {
            Place::Firm(other) => self.scene.actives.is[other],
            Place::Science(_) => true,
        };
        [former.map(subject), contact.map(subject), friend.map(subject), near.map(Subject::firm), last]
            .map(|candidate| candidate.filter(|subject| may(*subject)))
    }

    /// Additional chance to look of a member of an innovation platform.
    fn met(&self, row: usize) -> f64 {
        let platforms = &self.world.platforms;
        platforms.of(&self.world.firms.membership[row]).map_or(0.0, |platform| platforms.meeting(platform))
    }

    /// A sixth candidate, whom a member meets on its platform: a fellow member or a scientist of its fields.
    fn fellow(&self, row: usize, small: &mut Small) -> Option<Subject> {
        let world = self.world;
        let platform = world.platforms.of(&world.firms.membership[row])?;
        if small.uniform() >= platform.strength(SubPlatform::Service) {
            return None;
        }
        if small.uniform() < 0.5 {
            return self.researcher(usize::from(world.firms.profile[row].sub_industry), small);
        }
        let other = pick(&platform.members, small)?;
        self.scene.actives.is[other].then(|| Subject::firm(other))
    }

    fn random_partner(&self, node: usize, small: &mut Small) -> Option<usize> {
        let count = usize::from(self.scene.degree[node]);
        if count == 0 { None } else { self.world.network.partners(node).nth(small.index(count)) }
    }

    /// A researcher of a field of the recipe, drawn by weight.
    fn researcher(&self, s: usize, small: &mut Small) -> Option<Subject> {
        let recipe = &self.world.structure.sub_industries[s].recipe;
        let mut left = small.uniform();
        let field = recipe.iter().find(|(_, weight)| {
            left -= weight;
            left < 0.0
        });
        let field = field.or(recipe.last())?.0;
        pick(self.scene.actives.researchers.get(field), small).map(Subject::science)
    }

    /// What `me` and another subject can learn from each other.
    pub(super) fn gains(&self, me: Subject, other: Subject) -> Gains {
        Gains { own: self.world.gain(me, other), others: self.world.gain(other, me) }
    }

    /// Active partners of a subject.
    pub(super) fn degree(&self, subject: Subject) -> u16 {
        self.scene.degree[subject.node(self.scene.firms)]
    }

    /// The first partners of a subject.
    pub(super) fn circle(&self, subject: Subject) -> Circle {
        Circle::of(&self.world.network, subject.node(self.scene.firms))
    }

    /// What a link is worth to `me`, who has this circle, before its cost.
    pub(super) fn value(&self, me: Subject, circle: &Circle, other: Subject, gains: Gains) -> f64 {
        let (network, firms) = (&self.world.network, self.scene.firms);
        let bond = network.bond(me, other, firms);
        let trust = bond.map_or(self.params.opening_trust, |bond| f64::from(bond.trust));
        let chance = chance_at(trust, circle.credit(network, other.node(firms)), self.world, me, other);
        value(self.size(me), gains, chance, self.params)
    }

    /// Worth of a link to a subject that has `degree` partners, `more` links beyond these.
    pub(super) fn less_cost(&self, value: f64, degree: u16, more: usize) -> f64 {
        less_cost(value, usize::from(degree) + more, self.params)
    }

    /// Research outlay relative to the median of active firms.
    pub(super) fn size(&self, subject: Subject) -> f64 {
        if self.scene.actives.usual_research <= 0.0 {
            return 0.0;
        }
        let outlay = match subject.place() {
            Place::Firm(row) => self.world.firms.flow[row].research.get(),
            Place::Science(number) => {
                let researcher = self.world.researcher(number);
                researcher.applied_share * researcher.funding * self.world.clock.years() / self.world.structure.scale
            }
        };
        outlay / self.scene.actives.usual_research
    }
}

fn pick(rows: &[u32], small: &mut Small) -> Option<usize> {
    if rows.is_empty() { None } else { Some(rows[small.index(rows.len())] as usize) }
}

/// Value of a link before its cost: see the module documentation.
pub(super) fn value(size: f64, gains: Gains, chance: f64, params: &Params) -> f64 {
    let (own, joint) = (gains.own, gains.own + gains.others);
    params.value * size.max(0.0).sqrt() * chance * (0.5 * own + 0.25 * (params.bonus + joint))
}

/// Worth of a link of this value to a subject that has so many partners.
pub(super) fn less_cost(value: f64, degree: usize, params: &Params) -> f64 {
    value - params.link_cost * (1.0 + 2.0 * params.cost_growth * degree as f64)
}

/// Chance that joint work goes well where there is this trust, and these common partners.
pub(super) fn chance_at(trust: f64, credit: f64, world: &World, me: Subject, other: Subject) -> f64 {
    let chance = 0.3 + 0.5 * (0.6 * trust + 0.4 * credit);
    match shared_platform(world, me, other) {
        Some(number) => chance + (1.0 - chance) * world.platforms.mating(&world.platforms.list[number]),
        None => chance,
    }
}

/// The first partners of a subject, who are looked at for common ones.
pub(super) struct Circle {
    partners: [u32; LOOKED_AT],
    looked: usize,
}

impl Circle {
    /// Those of a node.
    pub(super) fn of(network: &Network, node: usize) -> Self {
        let mut circle = Circle { partners: [u32::MAX; LOOKED_AT], looked: 0 };
        for (place, partner) in circle.partners.iter_mut().zip(network.partners(node)) {
            *place = partner as u32;
            circle.looked += 1;
        }
        circle
    }

    /// Share of them that are partners of a node, too.
    pub(super) fn credit(&self, network: &Network, node: usize) -> f64 {
        if self.looked == 0 {
            return 0.0;
        }
        let common = network.partners_among(node, &self.partners);
        f64::from(common) / f64::from(self.looked as u32)
    }
}

/// The platform to which both belong; a scientist belongs to those of its fields.
pub(super) fn shared_platform(world: &World, me: Subject, other: Subject) -> Option<usize> {
    let number = |row: usize| world.firms.membership[row].platform();
    match (me.place(), other.place()) {
        (Place::Firm(a), Place::Firm(b)) => number(a).filter(|platform| number(b) == Some(*platform)),
        (Place::Firm(a), Place::Science(b)) | (Place::Science(b), Place::Firm(a)) => number(a).filter(|platform| {
            !world.is_abroad(b) && world.researcher(b).fields & world.platforms.list[*platform].fields != 0
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worth_of_a_link_by_hand() {
        let params = Params { value: 0.06, bonus: 0.5, link_cost: 0.005, cost_growth: 0.5, ..Params::default() };
        // .06 * 2 * .5 * (.5 * .4 + .25 * (.5 + .6)) - .005 * (1 + 3)
        let expected = 0.06 * 2.0 * 0.5 * (0.2 + 0.275) - 0.02;
        let gains = Gains { own: 0.4, others: 0.2 };
        assert!((less_cost(value(4.0, gains, 0.5, &params), 3, &params) - expected).abs() < 1e-15);
    }

    #[test]
    fn links_get_dearer_until_none_pays_unless_they_are_free() {
        let params = Params::default();
        let gains = Gains { own: 0.3, others: 0.2 };
        let worth_at = |degree, params: &Params| less_cost(value(1.0, gains, 0.45, params), degree, params);
        assert!(worth_at(0, &params) > 0.0);
        let last = (0..1000).find(|degree| worth_at(*degree, &params) <= 0.0);
        assert!(last.is_some_and(|degree| (1..20).contains(&degree)), "{last:?}");
        let free = Params { link_cost: 0.0, ..Params::default() };
        assert!(worth_at(100_000, &free) > 0.0);
    }
}
