//! How standards come on: their launch, their technical levels, and who wins a stake in one of the region.

use super::choice::relative_outlay;
use super::{Params, STANDARDS};
use crate::kernel::math::power;
use crate::world::World;
use crate::world::network::{AllianceEvent, Happening, Place};
use crate::world::standards::{STANDARD_CLASSES, Sponsor, Stake, Standard};

/// Launches standards and moves their technical levels.
pub(super) fn develop(world: &mut World, params: &Params) {
    let leads = leads(world);
    let (tick, years) = (i64::from(world.clock.tick), world.clock.years());
    let list = &mut world.standards.list;
    let mut used = [0.0; STANDARD_CLASSES];
    list.iter().for_each(|one| used[one.class as usize] += one.share * one.share);
    for standard in list.iter_mut() {
        if standard.launched {
            let followed = params.development * (standard.share - used[standard.class as usize]);
            standard.base_level += years * (standard.growth + followed);
        }
        standard.launched |= standard.launch <= tick;
        let lead = if standard.sponsor == Sponsor::Region { leads[standard.class as usize] } else { 0.0 };
        standard.level = standard.base_level + params.lead_gain * lead;
    }
}

/// Generations that the region is ahead of what the world has codified, summed over the fields of each class.
fn leads(world: &World) -> [f64; STANDARD_CLASSES] {
    let mut leads = [0.0; STANDARD_CLASSES];
    for ((generation, codified), class) in
        world.network.generation.iter().zip(&world.outside.codified).zip(&world.standards.class_of_field)
    {
        leads[*class as usize] += f64::from(generation.saturating_sub(*codified));
    }
    leads
}

/// Firms that broke through in the tick and have people in the committees win a stake in the region's
/// standard of the class.
pub(super) fn win_stakes(world: &mut World, params: &Params, annuity: f64) {
    for at in 0..world.network.chronicle.len() {
        let AllianceEvent { happening, alliance } = world.network.chronicle[at];
        if happening != Happening::BrokenThrough {
            continue;
        }
        let class = world.standards.class_of_field[usize::from(alliance.field)];
        let of_region = |one: &Standard| one.class == class && one.sponsor == Sponsor::Region;
        let Some(at) = world.standards.list.iter().position(of_region) else { continue };
        for member in alliance.members() {
            let Place::Firm(row) = member.place() else { continue };
            let weight = power(relative_outlay(world, row, params), 0.5);
            if weight <= 0.0 {
                continue;
            }
            let total = world.standards.stakes_in(at) + weight;
            let pool = world.standards.list[at].received * world.clock.ticks();
            world.firms.effort[row].gain[STANDARDS] += (annuity * pool * weight / total) as f32;
            let stakes = &mut world.standards.stakes;
            match stakes.iter_mut().find(|stake| stake.row as usize == row && usize::from(stake.standard) == at) {
                Some(stake) => stake.weight += weight,
                None => stakes.push(Stake { row: row as u32, standard: at as u8, weight, received: 0.0 }),
            }
        }
    }
}
