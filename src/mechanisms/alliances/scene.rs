//! What searching firms see: who is active where, and how many partners everybody has.

use super::Params;
use crate::kernel::groups::Groups;
use crate::kernel::ordered::CHUNK;
use crate::world::World;
use crate::world::network::{Bond, make_room};
use crate::world::workspace::{Active, Actives, Scene};

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
                cities.refill(world.cities.len(), list.iter().map(city));
                groups.refill(world.members.len(), list.iter().map(group));
            },
            || {
                outlays.clear();
                outlays.extend(list.iter().map(|active| active.research));
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
        self.list.fill_from(&mut self.is, CHUNK, |list, first, is| {
            for (row, is) in (first..).zip(is) {
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
