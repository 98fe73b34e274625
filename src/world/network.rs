//! Relations among subjects: firms, universities and institutes.
//!
//! Subjects are named by the row of a firm or the number of a researcher; rows move when firms leave,
//! and [`Network::retain`] moves the names along. Bonds stand in the order of their two subjects, which
//! leaving firms do not disturb.

use crate::kernel::sorted::merge;
use crate::world::fresh_bonds::FreshBonds;
use crate::world::kept_progress::KeptProgress;
use crate::world::stayers::Stayers;

/// Most members of an alliance.
pub const MOST_MEMBERS: usize = 6;

const SCIENCE: u32 = 1 << 31;

/// A firm, university or institute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject(u32);

/// Where the state of a subject stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Row of a firm.
    Firm(usize),
    /// Number of a researcher: universities first, then institutes.
    Science(usize),
}

impl Subject {
    /// The firm in this row.
    pub fn firm(row: usize) -> Self {
        debug_assert!(row < SCIENCE as usize);
        Subject(row as u32)
    }

    /// The researcher of this number.
    pub fn science(number: usize) -> Self {
        Subject(number as u32 | SCIENCE)
    }

    /// Where its state stands.
    #[inline]
    pub fn place(self) -> Place {
        if self.0 & SCIENCE == 0 { Place::Firm(self.0 as usize) } else { Place::Science((self.0 & !SCIENCE) as usize) }
    }

    /// Number among all subjects where there are `firms` firms: firms first.
    #[inline]
    pub fn node(self, firms: usize) -> usize {
        match self.place() {
            Place::Firm(row) => row,
            Place::Science(number) => firms + number,
        }
    }

    /// The subject with this number.
    #[inline]
    pub fn of_node(node: usize, firms: usize) -> Self {
        if node < firms { Subject::firm(node) } else { Subject::science(node - firms) }
    }

    /// The same subject after firms have moved to new rows; none if it has left.
    fn moved(self, rows: &[u32]) -> Option<Self> {
        match self.place() {
            Place::Science(_) => Some(self),
            Place::Firm(row) => Some(rows[row]).filter(|row| *row != Stayers::GONE).map(Subject),
        }
    }
}

/// Two subjects that work together or once did.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bond {
    /// The lower of the two.
    pub a: Subject,
    /// The higher of the two.
    pub b: Subject,
    /// Trust, 0-1.
    pub trust: f32,
    /// Tick of the latest start.
    pub since: u32,
    /// Projects in which both take part; none when the bond is a memory.
    pub projects: u16,
}

/// A project of joint research on one generation of a generic technology; of one member, a project of
/// its own.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Alliance {
    /// Stable number.
    pub number: u64,
    /// Technology field.
    pub field: u16,
    /// Generation sought, counted from the opening.
    pub generation: u8,
    /// Number of members.
    pub size: u8,
    /// Whether it has already succeeded in this term.
    pub succeeded: bool,
    /// Members, the leader first.
    pub members: [Subject; MOST_MEMBERS],
    /// Tick of the start.
    pub since: u32,
    /// Tick of expiry.
    pub until: u32,
    /// Cumulated progress.
    pub progress: f64,
    /// Effective engineers at work in its best days, fading.
    pub team: f64,
}

impl Alliance {
    /// Members, the leader first.
    pub fn members(&self) -> &[Subject] {
        &self.members[..usize::from(self.size)]
    }

    /// Whether one more member fits in.
    pub fn has_room(&self) -> bool {
        usize::from(self.size) < MOST_MEMBERS
    }

    /// Takes a member in; room is needed.
    pub fn join(&mut self, subject: Subject) {
        self.members[usize::from(self.size)] = subject;
        self.size += 1;
    }

    /// Pairs of members.
    pub fn pairs(&self) -> impl Iterator<Item = (Subject, Subject)> + '_ {
        let members = self.members();
        members.iter().enumerate().flat_map(|(at, a)| members[at + 1..].iter().map(|b| ordered(*a, *b)))
    }

    /// Moves members to new rows and drops those that have left; whether anybody is left.
    fn retain(&mut self, rows: &[u32]) -> bool {
        let mut kept = 0;
        for at in 0..usize::from(self.size) {
            if let Some(member) = self.members[at].moved(rows) {
                self.members[kept] = member;
                kept += 1;
            }
        }
        self.size = kept as u8;
        self.members().iter().any(|member| matches!(member.place(), Place::Firm(_)))
    }
}

/// A pair in the order of its subjects.
pub fn ordered(a: Subject, b: Subject) -> (Subject, Subject) {
    if a <= b { (a, b) } else { (b, a) }
}

/// Neighbours of every subject, and the relation that each stands for.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Adjacency {
    start: Vec<u32>,
    entries: Vec<(u32, u32)>,
}

impl Adjacency {
    /// Adjacency of `nodes` subjects from pairs of nodes; the place of a pair in `pairs` names the relation.
    pub fn rebuild(
        &mut self,
        nodes: usize,
        pairs: impl DoubleEndedIterator<Item = (usize, usize)> + ExactSizeIterator + Clone,
    ) {
        self.start.clear();
        make_room(&mut self.start, nodes + 1);
        self.start.resize(nodes + 1, 0);
        for (a, b) in pairs.clone() {
            self.start[a] += 1;
            self.start[b] += 1;
        }
        // The end of each node's entries; filling from the last pair back moves it to their start.
        let mut end = 0;
        for start in &mut self.start {
            end += *start;
            *start = end;
        }
        self.entries.clear();
        make_room(&mut self.entries, end as usize);
        self.entries.resize(end as usize, (0, 0));
        for (relation, (a, b)) in pairs.enumerate().rev() {
            for (from, to) in [(b, a), (a, b)] {
                self.start[from] -= 1;
                self.entries[self.start[from] as usize] = (to as u32, relation as u32);
            }
        }
    }

    /// Neighbours of a node with the relation to each.
    #[inline]
    pub fn of(&self, node: usize) -> &[(u32, u32)] {
        match self.start.get(node + 1) {
            Some(end) => &self.entries[self.start[node] as usize..*end as usize],
            None => &[],
        }
    }

    /// Bytes that it holds, room to grow included.
    pub fn bytes(&self) -> usize {
        self.start.capacity() * size_of::<u32>() + self.entries.capacity() * size_of::<(u32, u32)>()
    }

    /// Number of neighbours.
    #[inline]
    pub fn degree(&self, node: usize) -> usize {
        self.of(node).len()
    }
}

/// Makes room in a list for this many items in all and a sixteenth more, so that what grows slowly seldom asks for
/// memory; lists that double when they are full would take up to twice of it.
pub fn make_room<T>(items: &mut Vec<T>, needed: usize) {
    if items.capacity() < needed {
        items.reserve_exact(needed + needed / 16 - items.len());
    }
}

/// What happened to an alliance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happening {
    /// Formed.
    Formed,
    /// Renewed at expiry.
    Renewed,
    /// Broke through.
    BrokenThrough,
    /// Dissolved.
    Dissolved,
}

impl Happening {
    /// Name in the files.
    pub fn name(self) -> &'static str {
        ["formed", "renewed", "broken_through", "dissolved"][self as usize]
    }
}

/// An entry in the chronicle of alliances of a tick.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AllianceEvent {
    /// What happened.
    pub happening: Happening,
    /// The alliance as it was then.
    pub alliance: Alliance,
}

/// All relations.
#[derive(Debug, Clone, Default)]
pub struct Network {
    /// Projects of joint research, by number.
    pub alliances: Vec<Alliance>,
    /// Bonds in the order of their subjects.
    pub bonds: Vec<Bond>,
    /// Neighbours by bond, those of memory included.
    pub adjacency: Adjacency,
    /// Alliances that have ended but still count in the bonds of their members.
    pub ended: Vec<Alliance>,
    /// Progress kept from projects that have ended.
    pub progress: KeptProgress,
    /// Parents and their subsidiaries: firms founded out of them, and those of firms they have taken over.
    pub parents: Vec<(Subject, Subject)>,
    /// What happened to alliances in the tick.
    pub chronicle: Vec<AllianceEvent>,
    /// Bonds that became active in the tick, and that ceased to be.
    pub turnover: (u32, u32),
    /// Difficulty of breakthroughs by field: hazard per squared progress, solved in the opening state.
    pub hazard: Vec<f64>,
    /// Hidden pay-off of each field.
    pub promise: Vec<f64>,
    /// Highest generation of each field that the region has broken through to.
    pub generation: Vec<u8>,
    /// Who broke through to it: those whom adopters pay.
    pub holders: Vec<Vec<Subject>>,
    /// Breakthroughs of the region by field.
    pub breakthroughs: Vec<u32>,
    /// Typical distance of knowledge between partners in a field, log units, in the opening state.
    pub median_distance: f64,
    fresh: FreshBonds,
}

impl Network {
    /// Forgets what happened in the last tick.
    pub fn clear_events(&mut self) {
        self.chronicle.clear();
        self.turnover = (0, 0);
    }

    /// Hands the subsidiaries of firms that have been taken over to their new owners; pairs of rows, no target twice,
    /// which are put in order.
    pub fn inherit(&mut self, taken: &mut [(usize, usize)]) {
        if taken.is_empty() {
            return;
        }
        taken.sort_unstable();
        for (parent, _) in &mut self.parents {
            let found = |row: usize| taken.binary_search_by_key(&row, |(target, _)| *target).ok();
            if let Place::Firm(row) = parent.place()
                && let Some(at) = found(row)
            {
                *parent = Subject::firm(taken[at].1);
            }
        }
        // A subsidiary that has taken over its parent belongs to nobody.
        self.parents.retain(|(parent, child)| parent != child);
    }

    /// The bond of two subjects where there are `firms` firms, as long as no name has moved since [`Network::index`]:
    /// bonds are many, and the neighbours of one subject, which stand in their order, few.
    pub fn bond(&self, a: Subject, b: Subject, firms: usize) -> Option<&Bond> {
        if let Some(relation) = self.relation(a, b, firms) {
            return Some(&self.bonds[relation]);
        }
        self.fresh.find(a.node(firms), b.node(firms)).map(|place| &self.fresh.bonds[place])
    }

    /// Place of the bond of two subjects in the list of all, likewise; none if it is new or there is none.
    #[inline]
    pub fn relation(&self, a: Subject, b: Subject, firms: usize) -> Option<usize> {
        let neighbours = self.adjacency.of(a.node(firms));
        let found = neighbours.binary_search_by_key(&b.node(firms), |(to, _)| *to as usize);
        found.ok().map(|at| neighbours[at].1 as usize)
    }

    /// The bond of a pair in order, made with this trust where there is none; likewise.
    pub fn bond_or(&mut self, (a, b): (Subject, Subject), trust: f32, firms: usize) -> &mut Bond {
        if let Some(relation) = self.relation(a, b, firms) {
            return &mut self.bonds[relation];
        }
        let (low, high, fresh) = (a.node(firms), b.node(firms), &mut self.fresh);
        let place = fresh.find(low, high);
        let place = place.unwrap_or_else(|| fresh.add(low, high, Bond { a, b, trust, since: 0, projects: 0 }));
        &mut fresh.bonds[place]
    }

    /// Takes new bonds into the ordered list, drops memories below `least` trust, rebuilds neighbours.
    pub fn index(&mut self, firms: usize, science: usize, least: f32) {
        let Network { bonds, fresh, adjacency, .. } = self;
        bonds.retain(|bond| bond.projects > 0 || bond.trust >= least);
        make_room(bonds, bonds.len() + fresh.bonds.len());
        merge(bonds, &mut fresh.bonds, |bond| (bond.a, bond.b));
        fresh.prepare(firms + science);
        adjacency.rebuild(firms + science, bonds.iter().map(|bond| (bond.a.node(firms), bond.b.node(firms))));
    }

    /// How many of some nodes, none of them twice, are active neighbours of a node; new bonds count.
    pub fn partners_among(&self, node: usize, nodes: &[u32]) -> u32 {
        let active = |relation: u32| self.bonds[relation as usize].projects > 0;
        let known = self.adjacency.of(node).iter().filter(|(to, relation)| nodes.contains(to) && active(*relation));
        known.count() as u32 + self.fresh.active_among(node, nodes)
    }

    /// Active neighbours of a node.
    pub fn partners(&self, node: usize) -> impl Iterator<Item = usize> + '_ {
        let active = |relation: u32| self.bonds[relation as usize].projects > 0;
        self.adjacency.of(node).iter().filter(move |(_, relation)| active(*relation)).map(|(to, _)| *to as usize)
    }

    /// Bytes that it holds of relations, room to grow included.
    pub fn bytes(&self) -> usize {
        self.adjacency.bytes()
            + self.fresh.bytes()
            + self.progress.bytes()
            + self.bonds.capacity() * size_of::<Bond>()
            + self.alliances.capacity() * size_of::<Alliance>()
            + self.parents.capacity() * size_of::<(Subject, Subject)>()
    }

    /// Moves all names to the rows that firms have after some have left ([`Stayers::GONE`]).
    pub fn retain(&mut self, rows: &[u32]) {
        let (chronicle, turnover, ended) = (&mut self.chronicle, &mut self.turnover, &mut self.ended);
        self.alliances.retain_mut(|alliance| {
            let before = *alliance;
            let kept = alliance.retain(rows);
            if !kept && before.size > 1 {
                chronicle.push(AllianceEvent { happening: Happening::Dissolved, alliance: before });
                ended.push(*alliance);
            }
            kept
        });
        self.bonds.retain_mut(|bond| match (bond.a.moved(rows), bond.b.moved(rows)) {
            (Some(a), Some(b)) => {
                (bond.a, bond.b) = (a, b);
                true
            }
            _ => {
                turnover.1 += u32::from(bond.projects > 0);
                false
            }
        });
        self.progress.retain(|subject| subject.moved(rows));
        for holders in &mut self.holders {
            holders.retain_mut(|holder| {
                let moved = holder.moved(rows);
                *holder = moved.unwrap_or(*holder);
                moved.is_some()
            });
        }
        self.parents.retain_mut(|(parent, child)| match (parent.moved(rows), child.moved(rows)) {
            (Some(p), Some(c)) => {
                (*parent, *child) = (p, c);
                true
            }
            _ => false,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bond(a: Subject, b: Subject, projects: u16) -> Bond {
        Bond { a, b, trust: 0.5, since: 1, projects }
    }

    #[test]
    fn subjects_are_firms_or_researchers() {
        assert_eq!(Subject::firm(3).place(), Place::Firm(3));
        assert_eq!(Subject::science(2).place(), Place::Science(2));
        assert_eq!((Subject::firm(3).node(10), Subject::science(2).node(10)), (3, 12));
        assert_eq!(Subject::of_node(12, 10), Subject::science(2));
        assert!(Subject::firm(1_000_000) < Subject::science(0));
    }

    #[test]
    fn neighbours_by_hand() {
        let mut adjacency = Adjacency::default();
        adjacency.rebuild(4, [(0, 2), (1, 2)].into_iter());
        assert_eq!(adjacency.of(2), [(0, 0), (1, 1)]);
        assert_eq!((adjacency.degree(0), adjacency.degree(3), adjacency.degree(9)), (1, 0, 0));
        adjacency.rebuild(4, [(2, 0), (3, 1), (0, 2), (1, 2), (0, 1)].into_iter());
        assert_eq!((adjacency.of(0), adjacency.degree(2)), (&[(2, 0), (2, 2), (1, 4)][..], 3));
    }

    #[test]
    fn subsidiaries_go_to_who_takes_their_parent_over() {
        let [a, b, c, d] = [0, 1, 2, 3].map(Subject::firm);
        let mut network = Network { parents: vec![(a, b), (a, c), (d, a)], ..Network::default() };
        // Firm c takes its parent a over: b is its subsidiary now, and it has no parent any more.
        network.inherit(&mut [(0, 2)]);
        assert_eq!(network.parents, [(c, b), (d, a)]);
        // Firm a leaves with the exits of the tick, and its own parent has one subsidiary fewer.
        network.retain(&[Stayers::GONE, 0, 1, 2]);
        assert_eq!(network.parents, [(Subject::firm(1), Subject::firm(0))]);
    }

    #[test]
    fn names_move_with_the_rows_and_relations_of_leavers_end() {
        let [a, b, c] = [0, 1, 2].map(Subject::firm);
        let university = Subject::science(0);
        let mut network = Network::default();
        network.bond_or((a, c), 0.3, 3).projects = 1;
        network.bond_or((b, c), 0.3, 3).projects = 1;
        network.bond_or((c, university), 0.3, 3);
        assert!(network.bond(c, a, 3).is_some_and(|bond| bond.projects == 1), "not yet among the neighbours");
        network.index(3, 1, 0.1);
        let bond = |x: Subject, y: Subject| network.bond(x, y, 3).map(|bond| (bond.a, bond.b));
        assert_eq!((bond(a, c), bond(c, a), bond(university, c)), (Some((a, c)), Some((a, c)), Some((c, university))));
        assert_eq!((bond(a, b), bond(university, a)), (None, None));
        let mut alliance = Alliance {
            number: 1,
            field: 0,
            generation: 1,
            size: 0,
            succeeded: false,
            members: [a; MOST_MEMBERS],
            since: 0,
            until: 9,
            progress: 0.0,
            team: 0.0,
        };
        [b, c].into_iter().for_each(|member| alliance.join(member));
        network.alliances.push(alliance);
        network.retain(&[0, Stayers::GONE, 1]);
        // The firm of row 2 now stands in row 1.
        let moved = Subject::firm(1);
        assert_eq!(network.alliances[0].members(), [moved]);
        assert_eq!(network.bonds.iter().map(|b| (b.a, b.b)).collect::<Vec<_>>(), [(a, moved), (moved, university)]);
        assert_eq!(network.turnover, (0, 1));
    }

    #[test]
    fn memories_fade_below_the_least_trust() {
        let [a, b] = [0, 1].map(Subject::firm);
        let mut network = Network { bonds: vec![bond(a, b, 0)], ..Network::default() };
        network.index(2, 0, 0.4);
        assert_eq!(network.bonds.len(), 1);
        network.index(2, 0, 0.6);
        assert!(network.bonds.is_empty());
    }
}
