//! What searching firms see: who is active where, how many partners everybody has, and who works in which project.

use rayon::prelude::*;

use super::Params;
use crate::kernel::groups::Groups;
use crate::kernel::ordered::MIN_ROWS;
use crate::world::World;
use crate::world::firms::{Profile, Workforce};
use crate::world::network::Subject;

/// What searching firms see: who is active where, and how many partners everybody has.
pub(super) struct Scene {
    /// Whether each firm does enough research to take part.
    pub(super) active: Vec<bool>,
    /// Active firms by city.
    pub(super) cities: Groups,
    /// Active firms by sub-industry.
    pub(super) groups: Groups,
    /// Researchers by field.
    pub(super) researchers: Groups,
    /// Active partners of every node.
    pub(super) degree: Vec<u16>,
    /// Projects of every node.
    projects: Projects,
    /// Median research outlay of active firms, million CNY per tick.
    pub(super) usual_research: f64,
    pub(super) firms: usize,
}

impl Scene {
    pub(super) fn new(world: &World, params: &Params) -> Self {
        let (firms, scale) = (world.firms.len(), world.structure.scale);
        let rows = (&world.firms.workforce, &world.firms.plant).into_par_iter().with_min_len(MIN_ROWS);
        let does_research = |people: &Workforce| people.engineers * scale >= params.active_engineers;
        let active: Vec<bool> = rows.map(|(people, plant)| does_research(people) && plant.capacity > 0.0).collect();
        let profiles = world.firms.profile.iter().enumerate().filter(|(row, _)| active[*row]);
        let city = |(row, profile): (usize, &Profile)| (usize::from(profile.city), row as u32);
        let group = |(row, profile): (usize, &Profile)| (usize::from(profile.sub_industry), row as u32);
        let mut scene = Scene {
            cities: Groups::of(world.cities.len(), profiles.clone().map(city)),
            groups: Groups::of(world.members.len(), profiles.map(group)),
            researchers: researchers_by_field(world),
            active,
            degree: Vec::new(),
            projects: Projects::default(),
            usual_research: 0.0,
            firms,
        };
        let active = scene.groups.all().iter();
        scene.usual_research = median(active.map(|row| world.firms.flow[*row as usize].research.get()).collect());
        scene.count(world);
        scene
    }

    /// Counts partners and projects as they are now.
    pub(super) fn count(&mut self, world: &World) {
        self.degree.clear();
        self.degree.resize(self.firms + world.researchers(), 0);
        for bond in world.network.bonds.iter().filter(|bond| bond.projects > 0) {
            self.degree[bond.a.node(self.firms)] += 1;
            self.degree[bond.b.node(self.firms)] += 1;
        }
        self.projects.clear(self.degree.len());
        for (place, alliance) in world.network.alliances.iter().enumerate() {
            alliance.members().iter().for_each(|member| self.note(*member, place));
        }
    }

    /// Notes that a subject takes part in the project at this place.
    pub(super) fn note(&mut self, member: Subject, place: usize) {
        self.projects.note(member.node(self.firms), place);
    }

    /// Projects of a subject, as places in the list of alliances.
    pub(super) fn projects_of(&self, member: Subject) -> impl Iterator<Item = usize> + '_ {
        self.projects.of(member.node(self.firms))
    }
}

/// Numbers of the researchers who work in each field.
fn researchers_by_field(world: &World) -> Groups {
    let count = world.structure.fields.len();
    let works = |number: usize| {
        let fields = world.researcher(number).fields;
        (0..count).filter(move |field| fields >> field & 1 == 1).map(move |field| (field, number as u32))
    };
    Groups::of(count, (0..world.researchers()).flat_map(works))
}

/// Projects of every node: a chain for each, the latest first.
#[derive(Default)]
struct Projects {
    /// Link of each node that comes first.
    first: Vec<u32>,
    /// Place of a project, and the link that comes next.
    links: Vec<(u32, u32)>,
}

impl Projects {
    /// No link follows.
    const END: u32 = u32::MAX;

    fn clear(&mut self, nodes: usize) {
        self.first.clear();
        self.first.resize(nodes, Self::END);
        self.links.clear();
    }

    pub(super) fn note(&mut self, node: usize, place: usize) {
        let next = std::mem::replace(&mut self.first[node], self.links.len() as u32);
        self.links.push((place as u32, next));
    }

    fn of(&self, node: usize) -> impl Iterator<Item = usize> + '_ {
        let link = |at: u32| self.links.get(at as usize).copied();
        std::iter::successors(link(self.first[node]), move |(_, next)| link(*next)).map(|(place, _)| place as usize)
    }
}

/// Median of some amounts; 0 where there is none.
fn median(mut amounts: Vec<f64>) -> f64 {
    if amounts.is_empty() {
        return 0.0;
    }
    let middle = amounts.len() / 2;
    *amounts.select_nth_unstable_by(middle, f64::total_cmp).1
}
