//! What searching firms see: who is active where, and how many partners everybody has.

use super::Params;
use crate::kernel::groups::Groups;
use crate::kernel::parts::Desks;
use crate::world::World;
use crate::world::network::{Bond, make_room};

/// What searching firms see: who is active where, and how many partners everybody has.
#[derive(Debug, Default)]
pub(super) struct Scene {
    /// Firms that do enough research to take part.
    pub(super) actives: Actives,
    /// Active partners of every node.
    pub(super) degree: Vec<u16>,
    /// Number of firms.
    pub(super) firms: usize,
}

/// Firms that do enough research to take part, and the researchers whom they may meet.
#[derive(Debug, Default)]
pub(super) struct Actives {
    /// Whether each firm is one of them.
    pub(super) is: Vec<bool>,
    /// They by row.
    pub(super) list: Desks<Vec<Active>>,
    /// Their rows by city.
    pub(super) cities: Groups,
    /// Their rows by sub-industry.
    pub(super) groups: Groups,
    /// Numbers of researchers by field.
    pub(super) researchers: Groups,
    /// Their research outlays, million CNY per tick, in no order.
    pub(super) outlays: Vec<f32>,
    /// Median of these.
    pub(super) usual_research: f64,
}

/// A firm that does enough research to take part.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Active {
    /// Its row.
    pub(super) row: u32,
    /// Its city.
    pub(super) city: u8,
    /// Its sub-industry.
    pub(super) sub_industry: u8,
    /// Whether it decides in this tick.
    pub(super) due: bool,
    /// Its research outlay, million CNY per tick.
    pub(super) research: f32,
}

/// Rebuilds neighbours, for firms have come and gone since the last tick, and looks who does research. One knows nothing of
/// the other, so both happen at once.
pub(super) fn look_around(world: &mut World, scene: &mut Scene, params: &Params) {
    let (firms, science) = (world.firms.len(), world.researchers());
    let mut network = std::mem::take(&mut world.network);
    let Scene { actives, degree, firms: in_scene } = scene;
    *in_scene = firms;
    rayon::join(
        || {
            network.index(firms, science, params.forgotten_below as f32);
            count_partners(degree, &network.bonds, firms, firms + science);
        },
        || actives.survey(world, params),
    );
    world.network = network;
}

/// Counts the active partners of every node.
fn count_partners(degree: &mut Vec<u16>, bonds: &[Bond], firms: usize, nodes: usize) {
    degree.clear();
    make_room(degree, nodes);
    degree.resize(nodes, 0);
    for bond in bonds.iter().filter(|bond| bond.projects > 0) {
        degree[bond.a.node(firms)] += 1;
        degree[bond.b.node(firms)] += 1;
    }
}

impl Actives {
    /// Looks who does enough research to take part; what groups of them there are, and what they spend at the median.
    fn survey(&mut self, world: &World, params: &Params) {
        self.find(world, params);
        let Actives { list, cities, groups, researchers, outlays, usual_research, .. } = self;
        let city = |active: &Active| (usize::from(active.city), active.row);
        let group = |active: &Active| (usize::from(active.sub_industry), active.row);
        rayon::join(
            || {
                cities.refill(world.cities.len(), list.all().map(city));
                groups.refill(world.members.len(), list.all().map(group));
            },
            || {
                outlays.clear();
                outlays.extend(list.all().map(|active| active.research));
                *usual_research = median(outlays);
                by_field(researchers, world);
            },
        );
    }

    /// Finds them, in parallel. In the opening state everybody is due at once.
    fn find(&mut self, world: &World, params: &Params) {
        let World { clock, firms, structure, .. } = world;
        make_room(&mut self.is, firms.len());
        self.is.resize(firms.len(), false);
        self.list.fill(firms.len(), self.is.as_mut_slice(), |list, part| {
            for (row, is) in (part.first..).zip(part.columns) {
                let does_research = firms.workforce[row].engineers * structure.scale >= params.active_engineers;
                *is = does_research && firms.plant[row].capacity > 0.0;
                if *is {
                    let (profile, research) = (&firms.profile[row], firms.flow[row].research.kept());
                    let due = clock.tick == 0 || clock.reviews(firms.id[row].ordinal());
                    let (city, sub_industry) = (profile.city, profile.sub_industry);
                    list.push(Active { row: row as u32, city, sub_industry, due, research });
                }
            }
        });
    }
}

/// Numbers of the researchers who work in each field.
fn by_field(researchers: &mut Groups, world: &World) {
    let count = world.structure.fields.len();
    let works = |number: usize| {
        // The lowest bit of what is left of the set, again and again.
        let rest = |fields: u64| (fields != 0).then_some(fields);
        let sets =
            std::iter::successors(rest(world.researcher(number).fields), move |fields| rest(fields & (fields - 1)));
        sets.map(move |fields| (fields.trailing_zeros() as usize, number as u32))
    };
    researchers.refill(count, (0..world.researchers()).flat_map(works));
}

/// Median of some amounts, whose order changes; 0 where there is none.
fn median(amounts: &mut [f32]) -> f64 {
    if amounts.is_empty() {
        return 0.0;
    }
    let middle = amounts.len() / 2;
    f64::from(*amounts.select_nth_unstable_by(middle, f32::total_cmp).1)
}
