//! The life of alliances: they form, take in guests, are renewed and end.

use super::scene::Scene;
use super::search::{Intent, Seeker, chance, shared_platform, worth};
use super::{EXPIRY, Params};
use crate::kernel::draws::{Draws, Small};
use crate::world::World;
use crate::world::network::{Alliance, AllianceEvent, Carried, Happening, MOST_MEMBERS, Network, Subject};

/// Forms alliances in the order of firms; both who propose are asked again; the other members
/// of a project take in whom one of them brings.
pub(super) fn settle(world: &mut World, mut scene: Scene, intents: &[Intent], params: &Params) {
    for intent in intents {
        let me = Subject::firm(intent.row);
        let mut small = Small::new(intent.seed);
        let host = host(world, &scene, me, intent.partner);
        let more = host.map_or(0, |(place, _)| usize::from(world.network.alliances[place].size) - 1);
        let seeker = Seeker { world, scene: &scene, params };
        let guest_pays = host.map_or(0, |(_, guest)| if guest == me { more } else { 0 });
        let partner_pays = more - guest_pays.min(more);
        let gains = seeker.gains(me, intent.partner);
        if seeker.worth(me, intent.partner, gains, guest_pays) <= 0.0
            || seeker.worth(intent.partner, me, gains.swapped(), partner_pays) <= 0.0
        {
            continue;
        }
        let place = match host {
            Some((place, guest)) => {
                take_in(world, place, guest, params, &mut small);
                scene.note(guest, place);
                place
            }
            None => lead_one(world, &mut scene, me, intent.partner, params, &mut small),
        };
        link(world, &mut scene, place, params);
    }
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
fn host(world: &World, scene: &Scene, a: Subject, b: Subject) -> Option<(usize, Subject)> {
    let alliances = &world.network.alliances;
    let of = |member: Subject, guest: Subject| scene.projects_of(member).map(move |place| (place, guest));
    let open = of(a, b).chain(of(b, a)).filter(|(place, guest)| {
        let alliance = &alliances[*place];
        alliance.has_room() && !alliance.members().contains(guest)
    });
    open.max_by_key(|(place, _)| (alliances[*place].size, std::cmp::Reverse(alliances[*place].number)))
}

/// Starts a project of two.
fn lead_one(
    world: &mut World,
    scene: &mut Scene,
    leader: Subject,
    partner: Subject,
    params: &Params,
    small: &mut Small,
) -> usize {
    let field = world.choose_field(&[leader, partner], params.signal_noise, small);
    let generation = world.next_generation(field);
    let tick = world.clock.tick;
    let mut alliance = Alliance {
        number: world.project_number(leader),
        field: field as u16,
        generation,
        size: 1,
        succeeded: false,
        team: 0.0,
        members: [leader; MOST_MEMBERS],
        since: tick,
        until: tick + life(world, params, small),
        progress: world.network.take_carried(&[leader, partner], field, generation),
    };
    alliance.join(partner);
    world.network.alliances.push(alliance);
    world.network.chronicle.push(AllianceEvent { happening: Happening::Formed, alliance });
    let place = world.network.alliances.len() - 1;
    for member in [leader, partner] {
        scene.note(member, place);
    }
    place
}

/// Ticks for which an alliance is agreed.
fn life(world: &World, params: &Params, small: &mut Small) -> u32 {
    let quarter = |quarters: u32| world.clock.ticks_in(f64::from(quarters) / 4.0);
    let (shortest, longest) = (quarter(params.shortest_life), quarter(params.longest_life));
    shortest.min(longest) + small.index(longest.abs_diff(shortest) as usize + 1) as u32
}

/// Makes bonds among all members of a project.
fn link(world: &mut World, scene: &mut Scene, place: usize, params: &Params) {
    let alliance = world.network.alliances[place];
    let tick = world.clock.tick;
    for pair in alliance.pairs() {
        let shared = shared_platform(world, pair.0, pair.1);
        let bond = world.network.bond_or(pair, params.opening_trust as f32);
        if bond.projects == 0 {
            bond.projects = 1;
            bond.since = tick;
            scene.degree[pair.0.node(scene.firms)] += 1;
            scene.degree[pair.1.node(scene.firms)] += 1;
            world.network.turnover.0 += 1;
            if let Some(number) = shared {
                world.platforms.list[number].used.matches += 1;
            }
        }
    }
}

/// Ends or renews the alliances whose term is over.
pub(super) fn expire(world: &mut World, scene: &Scene, params: &Params, draws: &Draws) {
    let tick = world.clock.tick;
    let key = draws.key(EXPIRY, tick);
    for place in 0..world.network.alliances.len() {
        let alliance = world.network.alliances[place];
        if alliance.until > tick {
            continue;
        }
        let mut small = key.of(alliance.number);
        let success = alliance.succeeded || small.uniform() < mean_chance(world, &alliance, params);
        for pair in alliance.pairs() {
            let bond = world.network.bond_or(pair, params.opening_trust as f32);
            bond.trust = if success { bond.trust + 0.3 * (1.0 - bond.trust) } else { 0.5 * bond.trust };
        }
        let seeker = Seeker { world, scene, params };
        let renewed = alliance.size > 1 && all_gain(&seeker, &alliance);
        let life = life(world, params, &mut small);
        let happening = if renewed { Happening::Renewed } else { Happening::Dissolved };
        world.network.chronicle.push(AllianceEvent { happening, alliance });
        let current = &mut world.network.alliances[place];
        current.progress *= params.progress_kept;
        current.succeeded = false;
        current.until = if renewed { tick + life } else { tick };
    }
    let Network { alliances, carried, .. } = &mut world.network;
    alliances.retain(|alliance| {
        let ended = alliance.until <= tick;
        if ended && alliance.progress > 0.0 {
            let Alliance { field, generation, progress, .. } = *alliance;
            carried.push(Carried { subject: alliance.members[0], field, generation, progress });
        }
        !ended
    });
    recount(world);
}

fn mean_chance(world: &World, alliance: &Alliance, params: &Params) -> f64 {
    let pairs = alliance.pairs().count();
    let sum: f64 = alliance.pairs().map(|(a, b)| chance(world, a, b, params)).sum();
    if pairs > 0 { sum / pairs as f64 } else { 0.3 }
}

/// Whether every side still gains from the links of a project, counted as its last ones.
fn all_gain(seeker: &Seeker<'_>, alliance: &Alliance) -> bool {
    let members = alliance.members();
    members.iter().all(|me| {
        let others = members.iter().filter(|other| *other != me);
        let degree = usize::from(seeker.scene.degree[me.node(seeker.scene.firms)]).saturating_sub(1);
        let one = |other: &Subject| {
            let chance = chance(seeker.world, *me, *other, seeker.params);
            worth(seeker.size(*me), seeker.gains(*me, *other), chance, degree, seeker.params)
        };
        others.map(one).sum::<f64>() > 0.0
    })
}

/// Counts again in how many projects every pair works together.
fn recount(world: &mut World) {
    let network = &mut world.network;
    let active: u32 = network.bonds.iter().map(|bond| u32::from(bond.projects > 0)).sum();
    network.bonds.iter_mut().for_each(|bond| bond.projects = 0);
    let alliances = std::mem::take(&mut network.alliances);
    for pair in alliances.iter().flat_map(Alliance::pairs) {
        let bond = network.bond_or(pair, 0.0);
        bond.projects = bond.projects.saturating_add(1);
    }
    network.alliances = alliances;
    let still: u32 = network.bonds.iter().map(|bond| u32::from(bond.projects > 0)).sum();
    network.turnover.1 += active.saturating_sub(still);
}
