//! Working memory of joint research: lists that its mechanisms fill anew in every tick.
//!
//! They stand in the world so that their memory is asked for once and not in every tick. Nothing here is state: what a
//! mechanism reads of it, it has written in the same tick.

use crate::kernel::groups::Groups;
use crate::kernel::lists::Lists;
use crate::world::network::{Alliance, MOST_MEMBERS, Subject};

/// Pairs among the members of an alliance at the most.
pub const MOST_PAIRS: usize = MOST_MEMBERS * (MOST_MEMBERS - 1) / 2;

/// All lists; whoever works with them takes them out of the world for that time.
#[derive(Debug, Clone, Default)]
pub struct Workspace {
    /// What searching firms see.
    pub scene: Scene,
    /// Projects of every node.
    pub projects: Projects,
    /// What becomes of the alliances whose term is over.
    pub verdicts: Lists<Verdict>,
    /// Wishes of searching firms.
    pub wishes: Lists<Wish>,
    /// Alliances that form, the last of the list.
    pub founded: Vec<Founded>,
    /// What they agree on.
    pub aims: Lists<Aim>,
    /// What members learn from each other.
    pub lessons: Lists<Lesson>,
    /// Rows of the firms that take a project on alone.
    pub loners: Lists<u32>,
    /// Places of the projects that break through.
    pub successes: Lists<u32>,
    /// How generations spread.
    pub diffusion: Diffusion,
}

impl Workspace {
    /// Bytes that it holds, room to grow included.
    pub fn bytes(&self) -> usize {
        let Workspace { scene, projects, verdicts, wishes, founded, aims, lessons, loners, successes, diffusion } =
            self;
        scene.bytes()
            + (projects.first.capacity() + 2 * projects.links.capacity()) * size_of::<u32>()
            + founded.capacity() * size_of::<Founded>()
            + [verdicts.bytes(), wishes.bytes(), aims.bytes(), lessons.bytes()].iter().sum::<usize>()
            + [loners.bytes(), successes.bytes(), diffusion.counts.bytes(), diffusion.adoptions.bytes()]
                .iter()
                .sum::<usize>()
    }
}

impl Scene {
    fn bytes(&self) -> usize {
        let Actives { is, list, cities, groups, researchers, outlays, .. } = &self.actives;
        self.degree.capacity() * size_of::<u16>()
            + is.capacity()
            + list.bytes()
            + [cities, groups, researchers].iter().map(|groups| groups.bytes()).sum::<usize>()
            + outlays.capacity() * size_of::<f32>()
    }
}

/// What searching firms see: who is active where, and how many partners everybody has.
#[derive(Debug, Clone, Default)]
pub struct Scene {
    /// Firms that do enough research to take part.
    pub actives: Actives,
    /// Active partners of every node.
    pub degree: Vec<u16>,
    /// Number of firms.
    pub firms: usize,
}

/// Firms that do enough research to take part, and the researchers whom they may meet.
#[derive(Debug, Clone, Default)]
pub struct Actives {
    /// Whether each firm is one of them.
    pub is: Vec<bool>,
    /// They by row.
    pub list: Lists<Active>,
    /// Their rows by city.
    pub cities: Groups,
    /// Their rows by sub-industry.
    pub groups: Groups,
    /// Numbers of researchers by field.
    pub researchers: Groups,
    /// Their research outlays, million CNY per tick, in no order.
    pub outlays: Vec<f32>,
    /// Median of these.
    pub usual_research: f64,
}

/// A firm that does enough research to take part.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Active {
    /// Its row.
    pub row: u32,
    /// Its city.
    pub city: u8,
    /// Its sub-industry.
    pub sub_industry: u8,
    /// Whether it decides in this tick.
    pub due: bool,
    /// Its research outlay, million CNY per tick.
    pub research: f32,
}

/// Projects of every node: a chain for each, the latest first.
#[derive(Debug, Clone, Default)]
pub struct Projects {
    /// Link of each node that comes first.
    first: Vec<u32>,
    /// Place of a project, and the link that comes next.
    links: Vec<(u32, u32)>,
}

impl Projects {
    /// No link follows.
    const END: u32 = u32::MAX;

    /// Notes who takes part in which project, where there are so many firms and subjects.
    pub fn note_all(&mut self, alliances: &[Alliance], firms: usize, nodes: usize) {
        self.first.clear();
        self.first.resize(nodes, Self::END);
        self.links.clear();
        for (place, alliance) in alliances.iter().enumerate() {
            alliance.members().iter().for_each(|member| self.note(member.node(firms), place));
        }
    }

    /// Notes that a node takes part in the project at this place.
    pub fn note(&mut self, node: usize, place: usize) {
        let next = std::mem::replace(&mut self.first[node], self.links.len() as u32);
        self.links.push((place as u32, next));
    }

    /// Projects of a node, as places in the list of alliances.
    pub fn of(&self, node: usize) -> impl Iterator<Item = usize> + '_ {
        let link = |at: u32| self.links.get(at as usize).copied();
        std::iter::successors(link(self.first[node]), move |(_, next)| link(*next)).map(|(place, _)| place as usize)
    }
}

/// A firm's wish to work with a subject.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wish {
    /// Row of the firm.
    pub row: u32,
    /// With whom.
    pub partner: Subject,
    /// Word from which the random numbers of their common work start.
    pub seed: u64,
    /// What a link is worth to the firm and to the other one before its cost, million CNY per quarter.
    pub value: [f64; 2],
    /// Partners that both had then.
    pub degree: [u16; 2],
}

/// An alliance that has just formed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Founded {
    /// Word from which the random numbers of its choices start.
    pub seed: u64,
    /// Its place in the chronicle.
    pub event: u32,
}

/// What the two who have formed an alliance agree on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Aim {
    /// Technology field.
    pub field: u16,
    /// Ticks of the first term.
    pub life: u32,
}

/// What becomes of an alliance whose term is over.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Verdict {
    /// Its place in the list.
    pub place: u32,
    /// Whether its work went well.
    pub success: bool,
    /// Whether it goes on.
    pub renewed: bool,
    /// Ticks for which it would.
    pub life: u32,
    /// Places of the bonds of its pairs in the list of all, and the trust in them that the verdict goes by.
    pub bonds: [(u32, f32); MOST_PAIRS],
}

/// What a member learns in one field.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lesson {
    /// Row of the firm.
    pub row: u32,
    /// Technology field.
    pub field: u16,
    /// Weight of the field in the firm's recipe.
    pub weight: f64,
    /// Rise of its level, log points.
    pub rise: f64,
    /// Worth of all lessons of the firm in this project, million CNY; stands with the first of them.
    pub value: Option<f32>,
}

/// How generations of generic technologies spread in the tick.
#[derive(Debug, Clone, Default)]
pub struct Diffusion {
    /// Fields in which the region is ahead of what the world has codified, with its generation.
    pub ahead: Vec<(u16, u8)>,
    /// City by city the number of its firms, and of these those that have the generation, field by field.
    pub counts: Lists<u32>,
    /// Hazard without a neighbour who has adopted, per quarter, city by city and field by field.
    pub alone: Vec<f64>,
    /// Places in `ahead` of the fields that each sub-industry needs.
    pub needed: Groups,
    /// Who adopts what.
    pub adoptions: Lists<Adoption>,
}

/// A firm that adopts a generation of a field.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Adoption {
    /// Row of the firm.
    pub row: u32,
    /// Technology field.
    pub field: u16,
    /// Generation.
    pub generation: u8,
}
