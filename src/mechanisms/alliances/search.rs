//! The search for partners: whom a firm looks at, and what a link would be worth to both sides.

use super::scene::Scene;
use super::{LOOKED_AT, Params, SEARCH};
use crate::kernel::draws::{Draws, Small};
use crate::world::World;
use crate::world::levers;
use crate::world::network::{Place, Subject};
use crate::world::platforms::SubPlatform;

/// A firm's wish to work with a subject.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Intent {
    pub(super) row: usize,
    pub(super) partner: Subject,
    pub(super) seed: u64,
}

/// Finds, in parallel, the best partner of every active firm that looks for one.
pub(super) fn search(world: &World, scene: &Scene, params: &Params, draws: &Draws) -> Vec<Intent> {
    let tick = world.clock.tick;
    let seeker = Seeker { world, scene, params };
    let intents = draws.decide(SEARCH, tick, &world.firms.id, |row, mut small, intents| {
        // In the opening state everybody looks at once.
        if scene.active[row] && (tick == 0 || world.clock.reviews(world.firms.id[row].ordinal())) {
            intents.extend(seeker.look(row, &mut small));
        }
    });
    intents.into_iter().flatten().collect()
}

/// What two subjects can learn from each other.
#[derive(Debug, Clone, Copy)]
pub(super) struct Gains {
    own: f64,
    others: f64,
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
    fn look(&self, row: usize, small: &mut Small) -> Option<Intent> {
        // Whoever would not have looked may be brought to it.
        let (own, brought) = (self.chance_to_look(row), self.brought_together(row));
        let alone = own + (1.0 - own) * brought;
        if small.uniform() >= alone + (1.0 - alone) * self.met(row) {
            return None;
        }
        let me = Subject::firm(row);
        let mut best: Option<(f64, Subject)> = None;
        let candidates = self.candidates(row, small);
        for partner in candidates.into_iter().chain([self.fellow(row, small)]).flatten() {
            let bond = self.world.network.bond(me, partner, self.scene.firms);
            if partner == me || bond.is_some_and(|bond| bond.projects > 0) {
                continue;
            }
            let gains = self.gains(me, partner);
            let mine = self.worth(me, partner, gains, 0);
            if mine > best.map_or(0.0, |(worth, _)| worth) && self.worth(partner, me, gains.swapped(), 0) > 0.0 {
                best = Some((mine, partner));
            }
        }
        best.map(|(_, partner)| Intent { row, partner, seed: small.word() })
    }

    /// Probability to look in a year: the more of one's contacts are allied, the likelier.
    fn chance_to_look(&self, row: usize) -> f64 {
        let p = self.params;
        let neighbours = self.world.network.adjacency.of(row).iter().map(|(to, _)| *to as usize);
        // Small firms that do no research are nobody's example.
        let trade = self.world.business_contacts(row).filter(|node| self.scene.active[*node]);
        let contacts = neighbours.chain(trade);
        let (mut allied, mut all) = (0, 0);
        for node in contacts {
            all += 1;
            allied += usize::from(self.scene.degree[node] > 0);
        }
        let share = if all > 0 { f64::from(allied as u32) / f64::from(all) } else { 0.0 };
        let quarter = (p.search * (p.spontaneous + (1.0 - p.spontaneous) * share)).min(1.0);
        let half_year = (1.0 - quarter) * (1.0 - quarter);
        1.0 - half_year * half_year
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
        let near = pick(self.scene.cities.get(usize::from(profile.city)), small);
        let last = if small.uniform() < 0.5 {
            self.researcher(usize::from(profile.sub_industry), small)
        } else {
            let group = world.structure.related(usize::from(profile.sub_industry), small);
            pick(self.scene.groups.get(group), small).map(Subject::firm)
        };
        let may = |subject: Subject| match subject.place() {
            Place::Firm(other) => self.scene.active[other],
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
        self.scene.active[other].then(|| Subject::firm(other))
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
        pick(self.scene.researchers.get(field), small).map(Subject::science)
    }

    /// What `me` and another subject can learn from each other.
    pub(super) fn gains(&self, me: Subject, other: Subject) -> Gains {
        Gains { own: self.world.gain(me, other), others: self.world.gain(other, me) }
    }

    /// Worth of a link to `me`, `more` links beyond those there are.
    pub(super) fn worth(&self, me: Subject, other: Subject, gains: Gains, more: usize) -> f64 {
        let degree = usize::from(self.scene.degree[me.node(self.scene.firms)]) + more;
        worth(self.size(me), gains, chance(self.world, me, other, self.params), degree, self.params)
    }

    /// Research outlay relative to the median of active firms.
    pub(super) fn size(&self, subject: Subject) -> f64 {
        if self.scene.usual_research <= 0.0 {
            return 0.0;
        }
        let outlay = match subject.place() {
            Place::Firm(row) => self.world.firms.flow[row].research.get(),
            Place::Science(number) => {
                let researcher = self.world.researcher(number);
                researcher.applied_share * researcher.funding * self.world.clock.years() / self.world.structure.scale
            }
        };
        outlay / self.scene.usual_research
    }
}

fn pick(rows: &[u32], small: &mut Small) -> Option<usize> {
    if rows.is_empty() { None } else { Some(rows[small.index(rows.len())] as usize) }
}

/// Worth of a link: see the module documentation.
pub(super) fn worth(size: f64, gains: Gains, chance: f64, degree: usize, params: &Params) -> f64 {
    let (own, joint) = (gains.own, gains.own + gains.others);
    let value = params.value * size.max(0.0).sqrt() * chance * (0.5 * own + 0.25 * (params.bonus + joint));
    value - params.link_cost * (1.0 + 2.0 * params.cost_growth * degree as f64)
}

/// Chance that joint work goes well.
pub(super) fn chance(world: &World, me: Subject, other: Subject, params: &Params) -> f64 {
    let (network, firms) = (&world.network, world.firms.len());
    let trust = network.bond(me, other, firms).map_or(params.opening_trust, |bond| f64::from(bond.trust));
    let (mut common, mut looked) = (0, 0);
    for partner in network.partners(me.node(firms)).take(LOOKED_AT) {
        looked += 1;
        let bond = network.bond(other, Subject::of_node(partner, firms), firms);
        common += u32::from(bond.is_some_and(|bond| bond.projects > 0));
    }
    let credit = if looked > 0 { f64::from(common) / f64::from(looked) } else { 0.0 };
    let chance = 0.3 + 0.5 * (0.6 * trust + 0.4 * credit);
    match shared_platform(world, me, other) {
        Some(number) => chance + (1.0 - chance) * world.platforms.mating(&world.platforms.list[number]),
        None => chance,
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
        assert!((worth(4.0, gains, 0.5, 3, &params) - expected).abs() < 1e-15);
    }

    #[test]
    fn links_get_dearer_until_none_pays_unless_they_are_free() {
        let params = Params::default();
        let gains = Gains { own: 0.3, others: 0.2 };
        let worth_at = |degree, params: &Params| worth(1.0, gains, 0.45, degree, params);
        assert!(worth_at(0, &params) > 0.0);
        let last = (0..1000).find(|degree| worth_at(*degree, &params) <= 0.0);
        assert!(last.is_some_and(|degree| (1..20).contains(&degree)), "{last:?}");
        let free = Params { link_cost: 0.0, ..Params::default() };
        assert!(worth_at(100_000, &free) > 0.0);
    }
}
