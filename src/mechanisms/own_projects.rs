//! Projects of one firm: research on a generic technology without partners.
//!
//! # Question
//! Who goes for a breakthrough alone, and do alliances do better?
//!
//! # Story
//! A firm with many engineers that works in no project of joint research takes one on alone: what its
//! upgrading budget sets aside for generic technologies then pays its own people. Risk and outlay keep
//! small firms from it. It knows only what it knows itself; a partner found later joins the project, and
//! who enters another project gives the own one up, but keeps its progress for a later start. A firm that
//! has lost half of the engineers it takes gives up, too.
//!
//! # Equations
//! - alone if engineers `>= L` and no project, decided once a year (`least_engineers` = L, of all its research)
//! - given up if the firm works in another project or has less than L / 2 engineers
//! - progress, hazard and breakthrough: those of `generic_technology`, with one member
//!
//! # Place in the tick
//! After alliances, before breakthroughs.
//!
//! # Reads / Writes
//! Reads engineers and the projects of firms; writes `world.network` and the number of projects of firms.
//!
//! # Randomness
//! Stream `ALONE`, one word per tick, mixed with the numbers of firms: the field.
//!
//! # Sources
//! That risk and outlay leave such work to large firms is REQ-17 and REQ-18; the least size is an assumption.
//!
//! # REQ numbers
//! REQ-17, REQ-18.
//!
//! # What it leaves out
//! Secret work of alliance members beside the alliance.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::kernel::draws::{Draws, Small, Stream};
use crate::kernel::parts::Desks;
use crate::world::World;
use crate::world::kept_progress::Carried;
use crate::world::network::{Alliance, MOST_MEMBERS, Network, Place, Subject};

/// Fields of projects of one firm.
pub const ALONE: Stream = Stream(41);

/// Parameters of projects of one firm.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Whether the mechanism runs; off is inert.
    #[default(true)]
    #[schemars(extend("x-unit" = "-", "x-source" = "switch"))]
    pub enabled: bool,
    /// Engineers in research from which a firm takes on a project alone, relative to real firms.
    #[default(50.0)]
    #[schemars(range(min = 1.0, max = 100000.0), extend("x-unit" = "persons", "x-source" = "assumption: high risk and outlay make most firms draw back"))]
    pub least_engineers: f64,
}

/// Gives up and takes on projects of one firm; `noise` is that of the signal of a field's promise.
pub fn step(world: &mut World, params: &Params, noise: f64, draws: &Draws) {
    if params.enabled {
        give_up(world, params);
        take_on(world, params, noise, draws);
    }
}

/// Ends the projects of firms that now work in another one, or have lost their people.
fn give_up(world: &mut World, params: &Params) {
    let World { network, firms, structure, .. } = world;
    let Network { alliances, progress, .. } = network;
    alliances.retain(|project| {
        let (1, Place::Firm(row)) = (project.size, project.members[0].place()) else { return true };
        let engineers = firms.workforce[row].engineers * structure.scale;
        let stays = firms.profile[row].projects <= 1 && engineers >= 0.5 * params.least_engineers;
        if !stays {
            firms.profile[row].projects = firms.profile[row].projects.saturating_sub(1);
            let Alliance { field, generation, progress: kept, .. } = *project;
            progress.keep(Carried { subject: project.members[0], field, generation, progress: kept });
        }
        stays
    });
    progress.order();
}

/// Lets large firms without a project start their own; in the opening state all at once.
fn take_on(world: &mut World, params: &Params, noise: f64, draws: &Draws) {
    let tick = world.clock.tick;
    let key = draws.key(ALONE, tick);
    let mut loners: Desks<Vec<u32>> = world.scratch.take();
    loners.fill(world.firms.len(), 0..world.firms.len(), |loners, part| {
        let due = |row: &usize| tick == 0 || world.clock.reviews(world.firms.id[*row].ordinal());
        loners.extend(part.columns.filter(|row| is_ready(world, *row, params)).filter(due).map(|row| row as u32));
    });
    for row in loners.all().map(|row| *row as usize) {
        start(world, row, noise, &mut key.firm(world.firms.id[row]));
    }
    world.scratch.give_back(loners);
}

/// Whether a firm would and could work alone.
fn is_ready(world: &World, row: usize, params: &Params) -> bool {
    let firms = &world.firms;
    let engineers = firms.workforce[row].engineers * world.structure.scale;
    // Few have so many, which is seen from the shortest column.
    engineers >= params.least_engineers && firms.profile[row].projects == 0 && firms.plant[row].capacity > 0.0
}

/// Starts a project of one firm, which has no term.
fn start(world: &mut World, row: usize, noise: f64, small: &mut Small) {
    let me = Subject::firm(row);
    let field = world.choose_field(&[me], noise, small);
    let generation = world.next_generation(field);
    let project = Alliance {
        number: world.project_number(me),
        field: field as u16,
        generation,
        size: 1,
        succeeded: false,
        members: [me; MOST_MEMBERS],
        since: world.clock.tick,
        until: u32::MAX,
        progress: world.network.progress.take(&[me], field, generation),
        team: 0.0,
    };
    world.network.alliances.push(project);
    world.firms.profile[row].projects = 1;
}

/// Builds the opening state: whoever would work alone does.
pub fn open(world: &mut World, params: &Params, noise: f64, draws: &Draws) {
    if params.enabled {
        take_on(world, params, noise, draws);
    }
}
