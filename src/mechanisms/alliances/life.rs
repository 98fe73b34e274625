//! The life of alliances: they form, take in guests, are renewed and end.

use super::projects::Projects;
use super::scene::Scene;
use super::search::{Gains, Seeker, Wish, chance_at, less_cost, shared_platform, value};
use super::{EXPIRY, FEW, Params, Workspace};
use crate::kernel::draws::{Draws, Key, Small};
use crate::kernel::parts::Desks;
use crate::world::World;
use crate::world::kept_progress::Carried;
use crate::world::network::{Alliance, AllianceEvent, Happening, MOST_MEMBERS, Network, Subject, ordered};

/// Pairs among the members of an alliance at the most.
pub(super) const MOST_PAIRS: usize = MOST_MEMBERS * (MOST_MEMBERS - 1) / 2;

/// An alliance that has just formed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Founded {
    /// Word from which the random numbers of its choices start.
    pub(super) seed: u64,
    /// Its place in the chronicle.
    pub(super) event: u32,
}

/// What the two who have formed an alliance agree on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Aim {
    /// Technology field.
    pub(super) field: u16,
    /// Ticks of the first term.
    pub(super) life: u32,
}

/// What becomes of an alliance whose term is over.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Verdict {
    /// Its place in the list.
    pub(super) place: u32,
    /// Whether its work went well.
    pub(super) success: bool,
    /// Whether it goes on.
    pub(super) renewed: bool,
    /// Ticks for which it would.
    pub(super) life: u32,
    /// Places of the bonds of its pairs in the list of all, and the trust in them that the verdict goes by.
    pub(super) bonds: [(u32, f32); MOST_PAIRS],
}

/// Forms alliances in the order of firms; both who propose are asked again; the other members
/// of a project take in whom one of them brings.
pub(super) fn settle(world: &mut World, work: &mut Workspace, params: &Params) {
    let Workspace { scene, projects, wishes, founded, aims, .. } = work;
    founded.clear();
    for wish in wishes.all() {
        let me = Subject::firm(wish.row as usize);
        let host = host(world, projects, me, wish.partner);
        if !both_gain(&Seeker { world, scene, params }, me, wish, host) {
            continue;
        }
        let place = match host {
            Some((place, guest)) => {
                take_in(world, place, guest, params, &mut Small::new(wish.seed));
                projects.note(guest.node(scene.firms), place);
                place
            }
            None => {
                founded.push(Founded { seed: wish.seed, event: world.network.chronicle.len() as u32 });
                lead_one(world, projects, me, wish.partner)
            }
        };
        link(world, scene, place, params);
    }
    agree(world, founded, aims, params);
}

/// Whether both still gain from a wish, where one of them joins the project of the other.
fn both_gain(seeker: &Seeker<'_>, me: Subject, wish: &Wish, host: Option<(usize, Subject)>) -> bool {
    let partner = wish.partner;
    let degree = [me, partner].map(|subject| seeker.degree(subject));
    // Neither has a new bond: then nothing has changed of what a link between them is worth before its cost.
    let value = if degree == wish.degree {
        wish.value
    } else {
        let gains = seeker.gains(me, partner);
        let theirs = seeker.value(partner, &seeker.circle(partner), me, gains.swapped());
        [seeker.value(me, &seeker.circle(me), partner, gains), theirs]
    };
    let more = host.map_or(0, |(place, _)| usize::from(seeker.world.network.alliances[place].size) - 1);
    let guest_pays = host.map_or(0, |(_, guest)| if guest == me { more } else { 0 });
    let partner_pays = more - guest_pays.min(more);
    seeker.less_cost(value[0], degree[0], guest_pays) > 0.0 && seeker.less_cost(value[1], degree[1], partner_pays) > 0.0
}

/// Takes a guest into a project; one that a firm has worked on alone becomes an alliance with its first guest.
fn take_in(world: &mut World, place: usize, guest: Subject, params: &Params, small: &mut Small) {
    let until = world.clock.tick + life(world, params, small);
    let project = &mut world.network.alliances[place];
    let alone = project.size == 1;
    project.join(guest);
    if alone {
        project.until = until;
        let alliance = *project;
        world.network.chronicle.push(AllianceEvent { happening: Happening::Formed, alliance });
    }
}

/// The largest project with room in which one of the two works; with the one who would join it.
fn host(world: &World, projects: &Projects, a: Subject, b: Subject) -> Option<(usize, Subject)> {
    let alliances = &world.network.alliances;
    let firms = world.firms.len();
    let of = |member: Subject, guest: Subject| projects.of(member.node(firms)).map(move |place| (place, guest));
    let open = of(a, b).chain(of(b, a)).filter(|(place, guest)| {
        let alliance = &alliances[*place];
        alliance.has_room() && !alliance.members().contains(guest)
    });
    open.max_by_key(|(place, _)| (alliances[*place].size, std::cmp::Reverse(alliances[*place].number)))
}

/// Starts a project of two, who still have to agree on its field.
fn lead_one(world: &mut World, projects: &mut Projects, leader: Subject, partner: Subject) -> usize {
    let tick = world.clock.tick;
    let mut alliance = Alliance {
        number: world.project_number(leader),
        field: 0,
        generation: 0,
        size: 1,
        succeeded: false,
        team: 0.0,
        members: [leader; MOST_MEMBERS],
        since: tick,
        until: tick,
        progress: 0.0,
    };
    alliance.join(partner);
    world.network.alliances.push(alliance);
    world.network.chronicle.push(AllianceEvent { happening: Happening::Formed, alliance });
    let place = world.network.alliances.len() - 1;
    for member in [leader, partner] {
        projects.note(member.node(world.firms.len()), place);
    }
    place
}

/// Lets the two who have started each project agree on its field and term, in parallel: no choice depends on another one.
/// Only what they bring along from earlier work goes to the first who take it.
fn agree(world: &mut World, founded: &[Founded], aims: &mut Desks<Vec<Aim>>, params: &Params) {
    let first = world.network.alliances.len() - founded.len();
    let started = &world.network.alliances[first..];
    aims.fill_few(FEW, founded.len(), (started, founded), |aims, part| {
        for (project, Founded { seed, .. }) in part.columns.0.iter().zip(part.columns.1) {
            let mut small = Small::new(*seed);
            let field = world.choose_field(&project.members[..2], params.signal_noise, &mut small);
            aims.push(Aim { field: field as u16, life: life(world, params, &mut small) });
        }
    });
    for ((place, Founded { event, .. }), Aim { field, life }) in (first..).zip(founded).zip(aims.all()) {
        let generation = world.next_generation(usize::from(*field));
        let Network { alliances, chronicle, progress, .. } = &mut world.network;
        let brought = progress.take(&alliances[place].members[..2], usize::from(*field), generation);
        // In the chronicle it stands as the two have formed it, without guests.
        for alliance in [&mut alliances[place], &mut chronicle[*event as usize].alliance] {
            (alliance.field, alliance.generation, alliance.progress) = (*field, generation, brought);
            alliance.until = world.clock.tick + life;
        }
    }
}

/// Ticks for which an alliance is agreed.
fn life(world: &World, params: &Params, small: &mut Small) -> u32 {
    let quarter = |quarters: u32| world.clock.ticks_in(f64::from(quarters) / 4.0);
    let (shortest, longest) = (quarter(params.shortest_life), quarter(params.longest_life));
    shortest.min(longest) + small.index(longest.abs_diff(shortest) as usize + 1) as u32
}

/// Makes bonds between who has joined a project last and its other members.
fn link(world: &mut World, scene: &mut Scene, place: usize, params: &Params) {
    let alliance = world.network.alliances[place];
    let (tick, firms) = (world.clock.tick, scene.firms);
    let Some((newcomer, others)) = alliance.members().split_last() else { return };
    for pair in others.iter().map(|other| ordered(*other, *newcomer)) {
        let bond = world.network.bond_or(pair, params.opening_trust as f32, firms);
        bond.projects += 1;
        if bond.projects == 1 {
            bond.since = tick;
            scene.degree[pair.0.node(firms)] += 1;
            scene.degree[pair.1.node(firms)] += 1;
            world.network.turnover.0 += 1;
            if let Some(number) = shared_platform(world, pair.0, pair.1) {
                world.platforms.list[number].used.matches += 1;
            }
        }
    }
}

/// Ends or renews the alliances whose term is over.
pub(super) fn expire(
    world: &mut World,
    scene: &mut Scene,
    verdicts: &mut Desks<Vec<Verdict>>,
    params: &Params,
    draws: &Draws,
) {
    let tick = world.clock.tick;
    let key = draws.key(EXPIRY, tick);
    let seeker = Seeker { world, scene, params };
    let places = world.network.alliances.len();
    verdicts.fill_few(FEW, places, 0..places, |verdicts, part| {
        let due = part.columns.filter(|place| seeker.world.network.alliances[*place].until <= tick);
        verdicts.extend(due.map(|place| judge(&seeker, place, key)));
    });
    for verdict in verdicts.all() {
        // Two of them may share a pair: then the later one goes by the trust that the first has left.
        let stands = bonds_of(world, &world.network.alliances[verdict.place as usize], params) == verdict.bonds;
        let anew = || judge(&Seeker { world, scene, params }, verdict.place as usize, key);
        let verdict = if stands { *verdict } else { anew() };
        carry_out(world, &verdict, params);
    }
    bury(world);
    release(world, scene);
}

/// Judges an alliance by how its members work together today, and changes nothing.
fn judge(seeker: &Seeker<'_>, place: usize, key: Key) -> Verdict {
    let Seeker { world, params, .. } = *seeker;
    let alliance = &world.network.alliances[place];
    let bonds = bonds_of(world, alliance, params);
    let council = Council::of(seeker, alliance);
    let mut small = key.of(alliance.number);
    let success = alliance.succeeded || small.uniform() < council.mean_chance(&bonds.map(|(_, trust)| trust));
    let later = bonds.map(|(_, trust)| trust_after(trust, success));
    let renewed = alliance.size > 1 && council.all_gain(&later);
    Verdict { place: place as u32, success, renewed, life: life(world, params, &mut small), bonds }
}

/// Bonds of the pairs of an alliance, and the trust in them.
fn bonds_of(world: &World, alliance: &Alliance, params: &Params) -> [(u32, f32); MOST_PAIRS] {
    let (network, firms) = (&world.network, world.firms.len());
    let mut bonds = [(u32::MAX, params.opening_trust as f32); MOST_PAIRS];
    for (bond, (a, b)) in bonds.iter_mut().zip(alliance.pairs()) {
        if let Some(relation) = network.relation(a, b, firms) {
            *bond = (relation as u32, network.bonds[relation].trust);
        }
    }
    bonds
}

/// Trust after common work that went well or not.
fn trust_after(trust: f32, success: bool) -> f32 {
    if success { trust + 0.3 * (1.0 - trust) } else { 0.5 * trust }
}

/// The members of an alliance, who judge it.
struct Council<'a> {
    seeker: &'a Seeker<'a>,
    members: &'a [Subject],
    /// Share of each member's first partners who are partners of each other one, too.
    credit: [[f64; MOST_MEMBERS]; MOST_MEMBERS],
}

impl<'a> Council<'a> {
    fn of(seeker: &'a Seeker<'a>, alliance: &'a Alliance) -> Self {
        let (network, members) = (&seeker.world.network, alliance.members());
        let mut credit = [[0.0; MOST_MEMBERS]; MOST_MEMBERS];
        for (credit, me) in credit.iter_mut().zip(members) {
            let circle = seeker.circle(*me);
            for (credit, other) in credit.iter_mut().zip(members).filter(|(_, other)| *other != me) {
                *credit = circle.credit(network, other.node(seeker.scene.firms));
            }
        }
        Council { seeker, members, credit }
    }

    /// Chance that the work of a member with another one goes well.
    fn chance(&self, me: usize, other: usize, trust: &[f32; MOST_PAIRS]) -> f64 {
        let trust = f64::from(trust[pair_number(me, other, self.members.len())]);
        chance_at(trust, self.credit[me][other], self.seeker.world, self.members[me], self.members[other])
    }

    /// Mean chance of all pairs, each seen by the lower of the two.
    fn mean_chance(&self, trust: &[f32; MOST_PAIRS]) -> f64 {
        let (members, count) = (self.members, self.members.len());
        let pairs = (0..count).flat_map(|a| (a + 1..count).map(move |b| (a, b)));
        let seen = pairs.map(|(a, b)| if members[a] <= members[b] { (a, b) } else { (b, a) });
        let sum: f64 = seen.map(|(low, high)| self.chance(low, high, trust)).sum();
        if count > 1 { sum / (count * (count - 1) / 2) as f64 } else { 0.3 }
    }

    /// Whether every side still gains from its links, counted as its last ones.
    fn all_gain(&self, trust: &[f32; MOST_PAIRS]) -> bool {
        let Council { seeker, members, .. } = *self;
        let (all, gains) = (0..members.len(), self.all_gains());
        all.clone().all(|me| {
            let (size, degree) = (seeker.size(members[me]), usize::from(seeker.degree(members[me])).saturating_sub(1));
            let one = |other: usize| {
                let gains = Gains { own: gains[me][other], others: gains[other][me] };
                less_cost(value(size, gains, self.chance(me, other, trust), seeker.params), degree, seeker.params)
            };
            all.clone().filter(|other| *other != me).map(one).sum::<f64>() > 0.0
        })
    }

    /// What each member can learn from each other one.
    fn all_gains(&self) -> [[f64; MOST_MEMBERS]; MOST_MEMBERS] {
        let mut gains = [[0.0; MOST_MEMBERS]; MOST_MEMBERS];
        for (gains, me) in gains.iter_mut().zip(self.members) {
            for (gain, other) in gains.iter_mut().zip(self.members).filter(|(_, other)| *other != me) {
                *gain = self.seeker.world.gain(*me, *other);
            }
        }
        gains
    }
}

/// Number of a pair among those of so many members, as [`Alliance::pairs`] has them.
fn pair_number(a: usize, b: usize, members: usize) -> usize {
    let (low, high) = (a.min(b), a.max(b));
    low * members - low * (low + 1) / 2 + high - low - 1
}

/// Lets trust follow success, and renews an alliance or lets its term end.
fn carry_out(world: &mut World, verdict: &Verdict, params: &Params) {
    let (tick, network) = (world.clock.tick, &mut world.network);
    for (place, trust) in verdict.bonds {
        if let Some(bond) = network.bonds.get_mut(place as usize) {
            bond.trust = trust_after(trust, verdict.success);
        }
    }
    let current = &mut network.alliances[verdict.place as usize];
    let happening = if verdict.renewed { Happening::Renewed } else { Happening::Dissolved };
    network.chronicle.push(AllianceEvent { happening, alliance: *current });
    current.progress *= params.progress_kept;
    current.succeeded = false;
    current.until = if verdict.renewed { tick + verdict.life } else { tick };
}

/// Takes the alliances that have ended off the list; their leaders keep the progress.
fn bury(world: &mut World) {
    let tick = world.clock.tick;
    let Network { alliances, ended, progress, .. } = &mut world.network;
    alliances.retain(|alliance| {
        let Alliance { field, generation, progress: kept, .. } = *alliance;
        let goes_on = alliance.until > tick;
        if !goes_on {
            ended.push(*alliance);
            if kept > 0.0 {
                progress.keep(Carried { subject: alliance.members[0], field, generation, progress: kept });
            }
        }
        goes_on
    });
    progress.order();
}

/// Lets alliances that have ended count no more, neither in the bonds of their pairs nor for their members.
fn release(world: &mut World, scene: &mut Scene) {
    let mut ended = std::mem::take(&mut world.network.ended);
    for alliance in ended.drain(..) {
        alliance.members().iter().for_each(|member| *world.projects_mut(*member) = 0);
        for pair in alliance.pairs() {
            let bond = world.network.bond_or(pair, 0.0, scene.firms);
            bond.projects = bond.projects.saturating_sub(1);
            if bond.projects == 0 {
                scene.degree[pair.0.node(scene.firms)] -= 1;
                scene.degree[pair.1.node(scene.firms)] -= 1;
                world.network.turnover.1 += 1;
            }
        }
    }
    world.network.ended = ended;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_numbered_in_their_order() {
        for members in 2..=MOST_MEMBERS {
            let pairs = (0..members).flat_map(|a| (a + 1..members).map(move |b| (a, b)));
            for (number, (a, b)) in pairs.enumerate() {
                assert_eq!([pair_number(a, b, members), pair_number(b, a, members)], [number; 2]);
            }
        }
    }
}
