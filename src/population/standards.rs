//! Opening standards: who works by what before the first tick.

use crate::kernel::draws::{Draws, Small, Stream};
use crate::mechanisms::{Settings, standards};
use crate::population::Opening;
use crate::population::firms::Drafts;
use crate::population::tables::{CompetingStandard, SponsorName, StandardClassName};
use crate::world::World;
use crate::world::standards::{
    MOST_STANDARDS, NO_STANDARD, STANDARD_CLASSES, Sponsor, Standard, StandardClass, Standards,
};
use crate::world::structure::Structure;

/// Opening standards of firms: the stream of the choice, at tick 0.
const OPENING_STANDARDS: Stream = standards::STANDARD_CHOICE;

/// Gives firms and the home market their opening standards, and products the quality that goes with them.
pub fn choose(opening: &Opening<'_>, settings: &Settings, world: &mut World, drafts: &Drafts, draws: &Draws) {
    let params = &settings.standards;
    if !params.enabled {
        return;
    }
    let table = opening.competing_standards;
    world.standards = Standards {
        list: table.iter().take(MOST_STANDARDS).map(|(name, one)| standard(name, one, opening)).collect(),
        class_of_field: opening.technology_fields.values().map(|field| class(field.standard)).collect(),
        blocks: (0..params.blocks).map(|block| of_block(table.values(), block, params.blocks)).collect(),
        region_weight: region_weight(&world.structure, drafts),
        ..Standards::default()
    };
    let mut users = standards::Users::default();
    let key = draws.key(OPENING_STANDARDS, 0);
    let World { firms, standards, .. } = world;
    for ((id, practice), sketch) in firms.id.iter().zip(&mut firms.practice).zip(&drafts.sketches) {
        practice.standards = of_firm(table.values(), &mut key.firm(*id));
        users.count(practice, sketch.sales);
    }
    standards::weigh(standards, params, &users);
    for (technique, practice) in firms.technique.iter_mut().zip(&firms.practice) {
        technique.quality += standards.quality_of(practice);
    }
}

fn class(name: StandardClassName) -> StandardClass {
    match name {
        StandardClassName::Basic => StandardClass::Basic,
        StandardClassName::Intelligent => StandardClass::Intelligent,
        StandardClassName::Green => StandardClass::Green,
    }
}

fn standard(name: &str, one: &CompetingStandard, opening: &Opening<'_>) -> Standard {
    let years = i64::from(one.launch) - i64::from(opening.start_year);
    let launch = if one.launch == 0 { i64::MIN } else { years * i64::from(opening.ticks_per_year) + 1 };
    Standard {
        name: name.to_string(),
        class: class(one.class),
        sponsor: match one.sponsor {
            SponsorName::Region => Sponsor::Region,
            SponsorName::Nation => Sponsor::Nation,
            SponsorName::Foreign => Sponsor::Foreign,
        },
        base_level: one.level,
        level: one.level,
        growth: one.growth,
        asked: one.royalty,
        abroad: one.abroad,
        launch,
        launched: launch <= 0,
        ..Standard::default()
    }
}

/// Standards of a firm, drawn with the opening shares.
fn of_firm<'a>(table: impl Iterator<Item = &'a CompetingStandard>, small: &mut Small) -> [u8; STANDARD_CLASSES] {
    let mut left: [f64; STANDARD_CLASSES] = std::array::from_fn(|_| small.uniform());
    let mut chosen = [NO_STANDARD; STANDARD_CLASSES];
    for (at, one) in table.take(MOST_STANDARDS).enumerate() {
        let class = class(one.class) as usize;
        if chosen[class] == NO_STANDARD {
            left[class] -= one.opening_region;
            chosen[class] = if left[class] < 0.0 { at as u8 } else { NO_STANDARD };
        }
    }
    chosen
}

/// Standards of a block of the home market: in the order of the table, as many blocks as the shares say.
fn of_block<'a>(table: impl Iterator<Item = &'a CompetingStandard>, block: u32, blocks: u32) -> [u8; STANDARD_CLASSES] {
    let place = (f64::from(block) + 0.5) / f64::from(blocks);
    let mut before = [0.0; STANDARD_CLASSES];
    let mut chosen = [NO_STANDARD; STANDARD_CLASSES];
    for (at, one) in table.take(MOST_STANDARDS).enumerate() {
        let class = class(one.class) as usize;
        if (before[class]..before[class] + one.opening_home).contains(&place) {
            chosen[class] = at as u8;
        }
        before[class] += one.opening_home;
    }
    chosen
}

/// Share of the region in the home market, all sub-industries together.
fn region_weight(structure: &Structure, drafts: &Drafts) -> f64 {
    let (mut region, mut market) = (0.0, 0.0);
    for (sub, rows) in structure.sub_industries.iter().zip(&drafts.rows) {
        let sketches = &drafts.sketches[rows.clone()];
        let home: f64 = sketches.iter().map(|sketch| sketch.sales * (1.0 - sketch.export_share)).sum();
        region += home;
        market += home / sub.region_share[0];
    }
    if market > 0.0 { region / market } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Vec<CompetingStandard> {
        let one = |class, opening_home, opening_region| CompetingStandard {
            class,
            sponsor: SponsorName::Foreign,
            level: 0.0,
            growth: 0.0,
            royalty: 0.0,
            launch: 0,
            abroad: 0.0,
            opening_home,
            opening_region,
            source: String::new(),
        };
        vec![
            one(StandardClassName::Basic, 0.5, 1.0),
            one(StandardClassName::Basic, 0.25, 0.0),
            one(StandardClassName::Green, 0.0, 0.0),
        ]
    }

    #[test]
    fn blocks_meet_the_opening_shares() {
        let table = table();
        let blocks: Vec<_> = (0..40).map(|block| of_block(table.iter(), block, 40)).collect();
        let count = |at: u8| blocks.iter().filter(|block| block[0] == at).count();
        assert_eq!((count(0), count(1), count(NO_STANDARD)), (20, 10, 10));
        assert!(blocks.iter().all(|block| block[1..] == [NO_STANDARD; 2]));
    }

    #[test]
    fn a_share_of_one_is_everybody_and_of_nothing_is_nobody() {
        for seed in 0..100 {
            assert_eq!(of_firm(table().iter(), &mut Small::new(seed)), [0, NO_STANDARD, NO_STANDARD]);
        }
    }
}
