//! What standards do: how far they have spread, and what dominance, quality, royalty and access go with it.

use rayon::prelude::*;

use super::{GREEN, HIGH_INCOME, Params};
use crate::kernel::math::exp;
use crate::kernel::ordered::{MIN_ROWS, Total};
use crate::world::World;
use crate::world::standards::{MOST_STANDARDS, NO_STANDARD, Practice, STANDARD_CLASSES, Sponsor, Standards, dominance};

/// Users of each standard in the region.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Users {
    /// Sales of those who use it.
    pub sales: [f64; MOST_STANDARDS],
    /// Number of firms.
    pub firms: [u32; MOST_STANDARDS],
    /// Sales of all firms.
    pub total: f64,
}

impl Users {
    /// Counts a firm.
    pub fn count(&mut self, practice: &Practice, sales: f64) {
        self.total += sales;
        for at in practice.standards.iter().filter(|at| **at != NO_STANDARD) {
            self.sales[usize::from(*at)] += sales;
            self.firms[usize::from(*at)] += 1;
        }
    }
}

impl Total for Users {
    fn absorb(&mut self, part: &Self) {
        self.total += part.total;
        self.sales.absorb(&part.sales);
        self.firms.absorb(&part.firms);
    }
}

pub(super) fn users(world: &World) -> Users {
    let firms = &world.firms;
    firms.chunks.fold(&Users::default(), |users, rows| {
        for row in rows.filter(|row| firms.plant[*row].capacity > 0.0) {
            users.count(&firms.practice[row], firms.flow[row].sales.get());
        }
    })
}

/// Works out spread, dominance, quality and royalty of every standard.
pub fn weigh(standards: &mut Standards, params: &Params, users: &Users) {
    let held: [bool; MOST_STANDARDS] =
        std::array::from_fn(|at| standards.stakes.iter().any(|stake| usize::from(stake.standard) == at));
    let abroad = abroad_by_class(standards);
    let blocks = standards.blocks.len().max(1) as f64;
    let weight = standards.region_weight;
    for (at, standard) in standards.list.iter_mut().enumerate() {
        let class = standard.class as usize;
        let in_blocks = standards.blocks.iter().filter(|block| usize::from(block[class]) == at).count();
        standard.home_share = in_blocks as f64 / blocks;
        standard.region_share = if users.total > 0.0 { users.sales[at] / users.total } else { 0.0 };
        standard.adopters = users.firms[at];
        let own = if standard.launched { standard.abroad } else { 0.0 };
        let nation = weight * standard.region_share + (1.0 - weight) * standard.home_share;
        standard.share = own + (1.0 - abroad[class]) * nation;
        standard.dominance = dominance(standard.share, params.dominance_from);
        standard.access = params.high_income_access * standard.dominance;
        standard.royalty = if standard.sponsor == Sponsor::Region && !held[at] { 0.0 } else { standard.asked };
    }
    value(standards, params);
    let leading = |class: usize| {
        let of = standards.list.iter().filter(|standard| standard.class as usize == class);
        of.map(|standard| standard.dominance).fold(0.0, f64::max)
    };
    standards.codified = (0..STANDARD_CLASSES).map(leading).sum::<f64>() / STANDARD_CLASSES as f64;
    standards.codifying = params.codifying;
    standards.switching_relief = params.switching_relief;
    standards.digital_relief = params.digital_relief;
}

/// Share of the installed base of each class that lies abroad.
fn abroad_by_class(standards: &Standards) -> [f64; STANDARD_CLASSES] {
    let mut abroad = [0.0; STANDARD_CLASSES];
    for standard in standards.list.iter().filter(|standard| standard.launched) {
        abroad[standard.class as usize] += standard.abroad;
    }
    abroad
}

/// Quality that standards add, relative to what the market uses.
fn value(standards: &mut Standards, params: &Params) {
    let mut usual = [params.without; STANDARD_CLASSES];
    for standard in &standards.list {
        let worth = standard.level + params.market * standard.share;
        usual[standard.class as usize] += standard.share * (worth - params.without);
    }
    for standard in &mut standards.list {
        let worth = standard.level + params.market * standard.share;
        standard.quality = params.quality_weight * (worth - usual[standard.class as usize]);
    }
    // A class without any standard makes no difference to anybody.
    standards.quality_without = usual.map(|usual| params.quality_weight * (params.without - usual));
}

/// Switched off, standards do nothing.
pub(super) fn silence(standards: &mut Standards) {
    for standard in &mut standards.list {
        (standard.dominance, standard.quality, standard.access, standard.royalty) = (0.0, 0.0, 0.0, 0.0);
        (standard.paid, standard.received) = (0.0, 0.0);
    }
    standards.quality_without = [0.0; STANDARD_CLASSES];
    (standards.codified, standards.switching_relief, standards.digital_relief) = (0.0, 0.0, 0.0);
}

/// Rise of custom that each standard means.
pub(super) fn accesses(standards: &Standards) -> [f64; MOST_STANDARDS] {
    std::array::from_fn(|at| standards.list.get(at).map_or(0.0, |standard| standard.access))
}

/// Moves the custom of all users of green standards as those open the market more or less than before.
pub(super) fn change_access(world: &mut World, before: &[f64; MOST_STANDARDS]) {
    let now = accesses(&world.standards);
    if now == *before {
        return;
    }
    let (positions, practices) = (&mut world.firms.position, &world.firms.practice);
    positions.par_iter_mut().zip(practices).with_min_len(MIN_ROWS).for_each(|(position, practice)| {
        let at = usize::from(practice.standards[GREEN]);
        if at < MOST_STANDARDS {
            position.base[HIGH_INCOME] *= exp(now[at] - before[at]);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mechanisms::standards::examples::{standards, users};
    use crate::world::standards::Stake;

    #[test]
    fn spread_quality_and_royalty_by_hand() {
        let (mut standards, params) = (standards(), Params { dominance_from: 0.4, ..Params::default() });
        weigh(&mut standards, &params, &users());
        let [foreign, own] = [&standards.list[0], &standards.list[1]];
        // Abroad .2; the rest is a tenth region (.25, .75) and nine tenths home market (.5, .25).
        assert!((foreign.share - (0.2 + 0.8 * (0.1 * 0.25 + 0.9 * 0.5))).abs() < 1e-15);
        assert!((own.share - 0.8 * (0.1 * 0.75 + 0.9 * 0.25)).abs() < 1e-15);
        assert_eq!((foreign.adopters, own.adopters), (1, 1));
        assert!((foreign.dominance - (0.58 - 0.4) / 0.6).abs() < 1e-12 && own.dominance == 0.0);
        assert!((standards.codified - foreign.dominance / 3.0).abs() < 1e-15);
        // Worth .174 and -.028, without -.15; the market uses .58, .24 and .18 of them.
        let usual = 0.58 * 0.174 + 0.24 * -0.028 + 0.18 * -0.15;
        assert!((foreign.quality - 0.1 * (0.174 - usual)).abs() < 1e-12);
        assert!((standards.quality_without[0] - 0.1 * (-0.15 - usual)).abs() < 1e-12);
        // A class without standards makes no difference.
        assert_eq!(standards.quality_without[1], 0.0);
        // Nobody holds a patent in the region's standard yet.
        assert_eq!((foreign.royalty, own.royalty), (0.005, 0.0));
        standards.stakes.push(Stake { row: 0, standard: 1, weight: 1.0, received: 0.0 });
        weigh(&mut standards, &params, &users());
        assert_eq!(standards.list[1].royalty, 0.005);
    }

    #[test]
    fn what_the_market_uses_on_the_whole_gains_nothing() {
        let mut standards = standards();
        weigh(&mut standards, &Params::default(), &users());
        let without = 1.0 - standards.list.iter().map(|one| one.share).sum::<f64>();
        let sum: f64 = standards.list.iter().map(|one| one.share * one.quality).sum();
        assert!((sum + without * standards.quality_without[0]).abs() < 1e-15);
    }

    #[test]
    fn switched_off_they_do_nothing() {
        let mut standards = standards();
        weigh(&mut standards, &Params::default(), &users());
        silence(&mut standards);
        for practice in [[0, NO_STANDARD, NO_STANDARD], [NO_STANDARD; STANDARD_CLASSES]] {
            let practice = Practice { standards: practice, ..Practice::default() };
            assert_eq!(standards.quality_of(&practice) + standards.royalty_of(&practice), 0.0);
            assert_eq!(standards.access_of(&practice) + standards.eased(&practice, &practice), 0.0);
        }
        assert_eq!(standards.codified, 0.0);
    }
}
