//! Who takes part in which project, for a while.

use crate::world::network::Alliance;

/// Projects of every node: a chain for each, the latest first.
#[derive(Debug, Default)]
pub(super) struct Projects {
    /// Link of each node that comes first.
    first: Vec<u32>,
    /// Place of a project, and the link that comes next.
    links: Vec<(u32, u32)>,
}

impl Projects {
    /// No link follows.
    const END: u32 = u32::MAX;

    /// Notes who takes part in which project, where there are so many firms and subjects.
    pub(super) fn note_all(&mut self, alliances: &[Alliance], firms: usize, nodes: usize) {
        self.first.clear();
        self.first.resize(nodes, Self::END);
        self.links.clear();
        for (place, alliance) in alliances.iter().enumerate() {
            alliance.members().iter().for_each(|member| self.note(member.node(firms), place));
        }
    }

    /// Notes that a node takes part in the project at this place.
    pub(super) fn note(&mut self, node: usize, place: usize) {
        let next = std::mem::replace(&mut self.first[node], self.links.len() as u32);
        self.links.push((place as u32, next));
    }

    /// Projects of a node, as places in the list of alliances.
    pub(super) fn of(&self, node: usize) -> impl Iterator<Item = usize> + '_ {
        let link = |at: u32| self.links.get(at as usize).copied();
        std::iter::successors(link(self.first[node]), move |(_, next)| link(*next)).map(|(place, _)| place as usize)
    }
}
