//! Technical standards: who uses which, who holds them, and what they do for those who use them.
//!
//! Firms and the blocks of the home market name the standard of each class by its place in one short
//! list; what a standard does for its users is worked out once a tick and read from there.

use crate::kernel::math::exp;
use crate::kernel::single::Single;
use crate::world::stayers::Stayers;

/// Number of classes of standards.
pub const STANDARD_CLASSES: usize = 3;
/// Most standards that a scenario may have.
pub const MOST_STANDARDS: usize = 16;
/// Works by no standard of a class.
pub const NO_STANDARD: u8 = u8::MAX;

/// What a standard is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StandardClass {
    /// Components, materials and processes.
    #[default]
    Basic,
    /// Interfaces and data of intelligent manufacturing.
    Intelligent,
    /// Energy, emissions and recycling.
    Green,
}

impl StandardClass {
    /// All classes in the order of the columns.
    pub const ALL: [StandardClass; STANDARD_CLASSES] = [Self::Basic, Self::Intelligent, Self::Green];

    /// Name in the files.
    pub fn name(self) -> &'static str {
        ["basic", "intelligent", "green"][self as usize]
    }
}

/// Who stands behind a standard and holds the patents that it needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sponsor {
    /// Firms of the region that broke through in a generic technology of its class.
    Region,
    /// The rest of the nation.
    Nation,
    /// Holders abroad: the incumbent.
    #[default]
    Foreign,
}

impl Sponsor {
    /// Name in the files.
    pub fn name(self) -> &'static str {
        ["region", "nation", "foreign"][self as usize]
    }
}

/// What a firm works by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Practice {
    /// Share of the firm's lines that are digital.
    pub digital: Single,
    /// Share of them that are green.
    pub green: Single,
    /// Standard of each class, a place in [`Standards::list`].
    pub standards: [u8; STANDARD_CLASSES],
}

impl Default for Practice {
    fn default() -> Self {
        Practice { digital: 0.0.into(), green: 0.0.into(), standards: [NO_STANDARD; STANDARD_CLASSES] }
    }
}

/// A standard.
#[derive(Debug, Clone, Default)]
pub struct Standard {
    /// Name.
    pub name: String,
    /// Class.
    pub class: StandardClass,
    /// Sponsor.
    pub sponsor: Sponsor,
    /// Technical level relative to the frontier, log units; generations of its sponsors left out.
    pub base_level: f64,
    /// Growth of that level from its launch on, log points a year.
    pub growth: f64,
    /// Royalty over sales that its holders ask.
    pub asked: f64,
    /// Tick of its launch.
    pub launch: i64,
    /// Share of the installed base that lies abroad and stays.
    pub abroad: f64,
    /// Whether it can be adopted.
    pub launched: bool,
    /// Technical level in force, log units relative to the frontier.
    pub level: f64,
    /// Share of the installed base: region, home market and abroad together.
    pub share: f64,
    /// Share among the region's firms, by sales.
    pub region_share: f64,
    /// Share among the blocks of the home market.
    pub home_share: f64,
    /// Firms of the region that use it.
    pub adopters: u32,
    /// How far it dominates its class, 0-1.
    pub dominance: f64,
    /// Quality that it adds to products relative to what the market uses, log points.
    pub quality: f64,
    /// Rise of custom in the high-income market, log points.
    pub access: f64,
    /// Royalty over sales in force: none where nobody holds a patent.
    pub royalty: f64,
    /// Royalties that firms of the region paid in the tick, million CNY.
    pub paid: f64,
    /// Royalties that firms of the region received in the tick, million CNY.
    pub received: f64,
    /// Firms of the region that turned to it in the tick.
    pub joined: u32,
    /// Firms of the region that gave it up in the tick.
    pub left: u32,
    /// Capital of those who gave it up that was tied to it, million CNY.
    pub stranded: f64,
}

/// A firm's part in the patents of one of the region's standards.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stake {
    /// Row of the firm.
    pub row: u32,
    /// Standard.
    pub standard: u8,
    /// Weight.
    pub weight: f64,
    /// Royalties received in the tick, million CNY.
    pub received: f64,
}

/// All standards, and what they do in the tick.
#[derive(Debug, Clone, Default)]
pub struct Standards {
    /// The standards; firms name them by their place.
    pub list: Vec<Standard>,
    /// Class to which the patents of each technology field belong.
    pub class_of_field: Vec<StandardClass>,
    /// Standards of the blocks of the home market.
    pub blocks: Vec<[u8; STANDARD_CLASSES]>,
    /// Share of the region in the home market.
    pub region_weight: f64,
    /// Parts of the region's firms in its standards, in the order in which they were won.
    pub stakes: Vec<Stake>,
    /// Quality, relative to what the market uses, of a firm without a standard of each class, log points.
    pub quality_without: [f64; STANDARD_CLASSES],
    /// Mean dominance of the leading standards: how far the making of equipment is written down, 0-1.
    pub codified: f64,
    /// Weight of that in the speed at which fabrication is copied and in what counts as codified.
    pub codifying: f64,
    /// Share of the cost of switching to a supplier that a dominant basic standard saves those who share it.
    pub switching_relief: f64,
    /// Share of the cost of digital lines that a dominant intelligent standard saves its users.
    pub digital_relief: f64,
}

impl Standards {
    /// The standard of a class by which a firm works.
    #[inline]
    pub fn of(&self, practice: &Practice, class: StandardClass) -> Option<&Standard> {
        self.list.get(usize::from(practice.standards[class as usize]))
    }

    /// Quality that a firm's standards add to its products, log points.
    #[inline]
    pub fn quality_of(&self, practice: &Practice) -> f64 {
        let of = |class: usize| match self.list.get(usize::from(practice.standards[class])) {
            Some(standard) => standard.quality,
            None => self.quality_without[class],
        };
        (0..STANDARD_CLASSES).map(of).sum()
    }

    /// Royalty over sales that a firm owes.
    #[inline]
    pub fn royalty_of(&self, practice: &Practice) -> f64 {
        practice.standards.iter().filter_map(|at| self.list.get(usize::from(*at))).map(|s| s.royalty).sum()
    }

    /// Rise of a firm's custom in the high-income market, log points.
    #[inline]
    pub fn access_of(&self, practice: &Practice) -> f64 {
        self.of(practice, StandardClass::Green).map_or(0.0, |standard| standard.access)
    }

    /// Share of the cost of switching that two firms save which work by the same basic standard.
    #[inline]
    pub fn eased(&self, buyer: &Practice, supplier: &Practice) -> f64 {
        let basic = StandardClass::Basic as usize;
        let same = buyer.standards[basic] == supplier.standards[basic];
        let standard = if same { self.of(buyer, StandardClass::Basic) } else { None };
        standard.map_or(0.0, |standard| self.switching_relief * standard.dominance)
    }

    /// Cost of digital lines to a firm relative to one without an intelligent standard.
    #[inline]
    pub fn digital_cost(&self, practice: &Practice) -> f64 {
        let dominance = self.of(practice, StandardClass::Intelligent).map_or(0.0, |standard| standard.dominance);
        1.0 - self.digital_relief * dominance
    }

    /// Moves stakes to the rows that firms have after some have left ([`Stayers::GONE`]): their patents lapse.
    pub fn retain(&mut self, rows: &[u32]) {
        self.stakes.retain_mut(|stake| {
            stake.row = rows[stake.row as usize];
            stake.row != Stayers::GONE
        });
    }

    /// Sum of the stakes in a standard.
    pub fn stakes_in(&self, standard: usize) -> f64 {
        self.stakes.iter().filter(|stake| usize::from(stake.standard) == standard).map(|stake| stake.weight).sum()
    }
}

/// How far a standard with this share of the installed base dominates: not at all up to `from`.
pub fn dominance(share: f64, from: f64) -> f64 {
    ((share - from) / (1.0 - from).max(1e-9)).clamp(0.0, 1.0)
}

/// Weights `e^(intensity u)` of options of these utilities, and their sum; absent options have none.
pub fn logit_weights(utilities: &[Option<f64>], intensity: f64, weights: &mut [f64]) -> f64 {
    let best = utilities.iter().flatten().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut sum = 0.0;
    for (weight, utility) in weights.iter_mut().zip(utilities) {
        *weight = utility.map_or(0.0, |u| exp((intensity * (u - best)).max(-500.0)));
        sum += *weight;
    }
    sum
}

/// How far what a firm makes is written down, 0-1: by the standards of its industry and its own digital
/// lines.
#[inline]
pub fn codification(standards: &Standards, digital_codifying: f64, practice: &Practice) -> f64 {
    (standards.codifying * standards.codified + digital_codifying * practice.digital).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standards() -> Standards {
        let of = |class, dominance, quality, royalty| Standard {
            class,
            dominance,
            quality,
            royalty,
            access: 0.2 * dominance,
            ..Standard::default()
        };
        Standards {
            list: vec![
                of(StandardClass::Basic, 0.5, 0.02, 0.004),
                of(StandardClass::Green, 1.0, 0.01, 0.002),
                of(StandardClass::Intelligent, 0.4, 0.03, 0.0),
            ],
            quality_without: [-0.01, -0.02, -0.03],
            switching_relief: 0.5,
            digital_relief: 0.25,
            ..Standards::default()
        }
    }

    fn practice(standards: [u8; STANDARD_CLASSES]) -> Practice {
        Practice { standards, ..Practice::default() }
    }

    #[test]
    fn what_standards_do_by_hand() {
        let (all, none) = (practice([0, 2, 1]), Practice::default());
        let standards = standards();
        assert!((standards.quality_of(&all) - 0.06).abs() < 1e-15);
        assert!((standards.quality_of(&none) + 0.06).abs() < 1e-15);
        assert!((standards.royalty_of(&all) - 0.006).abs() < 1e-15 && standards.royalty_of(&none) == 0.0);
        assert!((standards.access_of(&all) - 0.2).abs() < 1e-15 && standards.access_of(&none) == 0.0);
        assert!((standards.digital_cost(&all) - 0.9).abs() < 1e-15 && standards.digital_cost(&none) == 1.0);
        assert!((standards.eased(&all, &all) - 0.25).abs() < 1e-15);
        assert_eq!(standards.eased(&all, &none) + standards.eased(&none, &none), 0.0);
    }

    #[test]
    fn dominance_begins_at_its_threshold() {
        assert_eq!((dominance(0.5, 0.5), dominance(0.75, 0.5), dominance(1.0, 0.5)), (0.0, 0.5, 1.0));
        assert_eq!(dominance(0.2, 0.5), 0.0);
    }

    #[test]
    fn logit_by_hand() {
        let mut weights = [0.0; 3];
        let sum = logit_weights(&[Some(0.1), None, Some(0.3)], 10.0, &mut weights);
        assert!((weights[0] / sum - 1.0 / (1.0 + 2f64.exp())).abs() < 1e-15 && weights[1] == 0.0);
        assert!((weights.iter().sum::<f64>() - sum).abs() < 1e-15);
    }

    #[test]
    fn stakes_move_with_the_rows() {
        let stake = |row, weight| Stake { row, standard: 1, weight, received: 0.0 };
        let mut standards = Standards { stakes: vec![stake(0, 1.0), stake(2, 2.0)], ..Standards::default() };
        standards.retain(&[Stayers::GONE, 0, 1]);
        assert_eq!(standards.stakes, [stake(1, 2.0)]);
        assert_eq!((standards.stakes_in(1), standards.stakes_in(0)), (2.0, 0.0));
    }

    #[test]
    fn a_firm_carries_few_bytes_of_it() {
        assert!(size_of::<Practice>() < 16);
    }
}
