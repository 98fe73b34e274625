//! Drafts of the opening firms: who they are, how large, how competent.

use std::ops::Range;

use crate::kernel::draws::{Draws, Small, normal};
use crate::kernel::ids::FirmId;
use crate::kernel::math::{ln, logistic, power, root};
use crate::mechanisms::{Settings, investment, production};
use crate::population::{OPENING, Opening, owners, sizes, sourcing, standards};
use crate::world::World;
use crate::world::firms::{
    Chain, Effort, Flow, NewFirm, Plant, Position, Profile, Ring, Role, Strategy, Technique, VINTAGES, Vintages,
    Workforce,
};
use crate::world::ledger::Balances;
use crate::world::outside::kept_share;
use crate::world::standards::Practice;
use crate::world::structure::City;
use crate::world::supply::Sourcing;

/// What is known of an opening firm beside its row before its books are opened.
#[derive(Debug, Clone, Copy)]
pub struct Sketch {
    /// Annual sales, million CNY.
    pub sales: f64,
    /// Share of sales abroad.
    pub export_share: f64,
    /// Paid-in capital, million CNY.
    pub paid_in: f64,
}

/// The opening firms before their books are opened. Who they are, what they know and can do, their machines and
/// sources stand in the rows that they will keep: all of it twice would be the most memory that a run ever needs.
#[derive(Debug, Default)]
pub struct Drafts {
    /// By row.
    pub sketches: Vec<Sketch>,
    /// Rows of each sub-industry.
    pub rows: Vec<Range<usize>>,
}

/// Drafts all firms, sub-industry by sub-industry, largest first.
pub fn draft(opening: &Opening<'_>, settings: &Settings, world: &mut World, draws: &Draws) -> Drafts {
    let subs = 0..world.structure.sub_industries.len();
    let firms: usize = subs.clone().map(|s| count(opening, s)).sum();
    // Half as many again: room is addresses, which take memory only when firms fill them, and seldom made anew.
    world.firms.reserve(firms + firms / 2);
    let mut drafts = Drafts { sketches: Vec::with_capacity(firms), rows: Vec::new() };
    for s in subs {
        let first = world.firms.len();
        sub_industry(opening, settings, world, draws, s, &mut drafts.sketches);
        drafts.rows.push(first..world.firms.len());
    }
    sourcing::choose(opening, settings, world, &drafts, draws);
    standards::choose(opening, settings, world, &drafts, draws);
    world.measures.high_end_threshold = high_end_threshold(opening, world, &drafts);
    let World { firms, outside, measures, .. } = world;
    for ((technique, profile), sketch) in firms.technique.iter_mut().zip(&mut firms.profile).zip(&drafts.sketches) {
        let s = usize::from(profile.sub_industry);
        let lead = technique.quality - outside.quality[s] - measures.high_end_threshold;
        technique.high_end = logistic(lead / opening.high_end_width).into();
        let shown = technique.high_end * sketch.sales * opening.scale;
        profile.referenced = shown >= settings.market.reference_sales;
    }
    drafts
}

/// Firms of all sub-industries.
pub(super) fn planned(opening: &Opening<'_>) -> usize {
    (0..opening.sub_industries.len()).map(|s| count(opening, s)).sum()
}

/// Firms of a sub-industry.
fn count(opening: &Opening<'_>, s: usize) -> usize {
    libm::round(f64::from(opening.sub_industries[s].firms) * opening.scale) as usize
}

/// Quality threshold at which the wanted share of sales is high-end.
fn high_end_threshold(opening: &Opening<'_>, world: &World, drafts: &Drafts) -> f64 {
    let World { firms, outside, .. } = world;
    let total: f64 = drafts.sketches.iter().map(|sketch| sketch.sales).sum();
    let high = |threshold: f64| -> f64 {
        let share = |(profile, technique): (&Profile, &Technique)| {
            let lead = technique.quality - outside.quality[usize::from(profile.sub_industry)];
            logistic((lead - threshold) / opening.high_end_width)
        };
        let shares = firms.profile.iter().zip(&firms.technique).map(share);
        drafts.sketches.iter().zip(shares).map(|(sketch, share)| sketch.sales * share).sum()
    };
    root(-20.0, 20.0, |threshold| opening.high_end_share * total - high(threshold))
}

/// What is known of a firm by name.
#[derive(Debug, Clone, Copy, Default)]
struct Known {
    city: Option<usize>,
    ownership: Option<usize>,
}

fn sub_industry(
    opening: &Opening<'_>,
    settings: &Settings,
    world: &mut World,
    draws: &Draws,
    s: usize,
    sketches: &mut Vec<Sketch>,
) {
    let (code, sub) = opening.sub_industries.get_index(s).expect("structure and table have the same rows");
    let count = count(opening, s);
    let level = opening.region.initial_level;
    let (known_sizes, named) = named(opening, code);
    let known_sizes: Vec<f64> = known_sizes.iter().map(|size| size * level).collect();
    let threshold = opening.firms.size_threshold / opening.scale;
    let sizes = sizes::sizes(count, sub.sales * level, threshold, &known_sizes);
    let known = place_named(&sizes, &known_sizes, &named, count);
    let sources = sources(opening, world, code, &sizes, &known);
    let assets: Vec<f64> = sizes.iter().map(|size| size * sub.assets_per_sales).collect();
    let shares = capital_shares(opening, world, code);
    let corrections = owners::corrections(&assets, &sources, &shares);
    let key = draws.key(OPENING, 0);
    let mut generators: Vec<Small> = (0..count).map(|ordinal| key.firm(FirmId::new(0, s, ordinal as u64))).collect();
    let exports = exports(opening, &sizes, sub.export_share, &mut generators);
    let scores = competence_scores(opening, &mut generators);
    let cities = city_weights(opening, world, s);
    for rank in 0..count {
        let small = &mut generators[rank];
        let employees = sizes[rank] / sub.sales_per_employee * opening.scale;
        let kept = settings.value_chain.opening_parts().draw(small);
        let ownership = known[rank].ownership.unwrap_or_else(|| group_of(opening, world, sources[rank], employees));
        let profile = Profile {
            sub_industry: s as u8,
            city: known[rank].city.unwrap_or_else(|| draw_city(&cities, small)) as u8,
            ownership: ownership as u8,
            // Two tiers: strong integrators above, small suppliers of components below.
            role: if 2 * rank < count { Role::Integrator } else { Role::ComponentSupplier },
            exporter: exports[rank] > 0.0,
            ..Profile::default()
        };
        let lead = opening.ownership[ownership].opening_lead;
        let competence = -sub.opening_gap + lead + opening.firms.gap_deviation * scores[rank];
        let levels = knowledge(opening, world, s, competence, small);
        let (technique, vintages, embodied) = technique(opening, settings, world, s, &levels, sizes[rank], small);
        let firm = NewFirm {
            id: FirmId::new(0, s, rank as u64),
            profile,
            technique,
            vintages,
            plant: Plant { embodied: embodied.into(), ..Plant::default() },
            strategy: Strategy { share: settings.opening_shares(), ..Strategy::default() },
            // What follows is known when the books are opened.
            effort: Effort::default(),
            workforce: Workforce::default(),
            position: Position {
                kept_share: kept_share(&world.outside.function_shares[s][0], &kept),
                ..Position::default()
            },
            chain: Chain { kept, ..Chain::default() },
            sourcing: Sourcing::default(),
            practice: Practice::default(),
            balances: Balances::default(),
            flow: Flow::default(),
        };
        world.firms.push(&firm, &levels);
        let paid_in = opening.firms.paid_in_capital * assets[rank] * corrections[sources[rank]];
        sketches.push(Sketch { sales: sizes[rank], export_share: exports[rank], paid_in });
    }
}

/// Known sizes (largest first) and traits of the named firms of a sub-industry.
fn named(opening: &Opening<'_>, code: &str) -> (Vec<f64>, Vec<(Option<f64>, Known)>) {
    let firms = opening.named_firms.values().filter(|firm| firm.sub_industry == code);
    let traits: Vec<(Option<f64>, Known)> = firms
        .map(|firm| {
            let city = opening.cities.get_index_of(&firm.city);
            (firm.sales, Known { city, ownership: opening.ownership.get_index_of(&firm.ownership) })
        })
        .collect();
    let mut sizes: Vec<f64> = traits.iter().filter_map(|(sales, _)| *sales).collect();
    sizes.sort_by(|a, b| b.total_cmp(a));
    (sizes, traits)
}

/// Puts named firms on ranks: those of known size on theirs, the others on the largest free ones.
fn place_named(sizes: &[f64], known_sizes: &[f64], named: &[(Option<f64>, Known)], count: usize) -> Vec<Known> {
    let mut placed = vec![None; count];
    let mut order: Vec<&(Option<f64>, Known)> = named.iter().filter(|(sales, _)| sales.is_some()).collect();
    order.sort_by(|a, b| b.0.unwrap_or(0.0).total_cmp(&a.0.unwrap_or(0.0)));
    for ((_, known), size) in order.into_iter().zip(known_sizes) {
        let rank = (0..count).find(|rank| sizes[*rank] == *size && placed[*rank].is_none());
        if let Some(rank) = rank {
            placed[rank] = Some(*known);
        }
    }
    for (_, known) in named.iter().filter(|(sales, _)| sales.is_none()) {
        if let Some(rank) = (0..count).find(|rank| placed[*rank].is_none()) {
            placed[rank] = Some(*known);
        }
    }
    placed.into_iter().map(Option::unwrap_or_default).collect()
}

fn capital_shares(opening: &Opening<'_>, world: &World, code: &str) -> Vec<f64> {
    let row = &opening.ownership_shares[code];
    world.structure.capital_sources.iter().map(|source| row.get(source).copied().unwrap_or(0.0)).collect()
}

fn sources(opening: &Opening<'_>, world: &World, code: &str, sizes: &[f64], known: &[Known]) -> Vec<usize> {
    let fixed: Vec<Option<usize>> =
        known.iter().map(|k| k.ownership.map(|o| world.structure.ownership[o].capital_source)).collect();
    owners::assign(sizes, &capital_shares(opening, world, code), &fixed)
}

/// The ownership group of a capital source with the highest size limit that the firm reaches.
fn group_of(opening: &Opening<'_>, world: &World, source: usize, employees: f64) -> usize {
    let groups = world.structure.ownership.iter().enumerate().filter(|(_, g)| g.capital_source == source);
    let limit = |o: usize| opening.ownership[o].minimum_employment;
    let fits = groups.map(|(o, _)| o).filter(|o| limit(*o) <= employees);
    fits.fold(None, |best: Option<usize>, o| match best {
        Some(b) if limit(b) >= limit(o) => Some(b),
        _ => Some(o),
    })
    .unwrap_or(0)
}

/// Weights of the cities for a sub-industry: by population and by its bases there, summed up.
fn city_weights(opening: &Opening<'_>, world: &World, s: usize) -> Vec<f64> {
    let structure = &world.structure;
    let weight = |(c, city): (usize, &City)| {
        let bases = structure.bases.iter().filter(|b| b.city == c && b.sub_industries >> s & 1 == 1).count();
        power(city.population, opening.firms.city_population_exponent) * (1.0 + bases as f64)
    };
    let mut sum = 0.0;
    let cumulated = structure.cities.iter().enumerate().map(weight).map(|weight| {
        sum += weight;
        sum
    });
    cumulated.collect()
}

/// A city drawn by cumulated weights.
fn draw_city(cumulated: &[f64], small: &mut Small) -> usize {
    let draw = small.uniform() * cumulated.last().copied().unwrap_or(0.0);
    cumulated.iter().position(|sum| draw < *sum).unwrap_or(0)
}

/// Export shares: the larger a firm the likelier it exports; exporters all export the same share.
fn exports(opening: &Opening<'_>, sizes: &[f64], share: f64, generators: &mut [Small]) -> Vec<f64> {
    /// Largest share of sales that a firm exports.
    const MOST: f64 = 0.8;
    let mut order: Vec<(f64, usize)> =
        sizes.iter().zip(generators).enumerate().map(|(i, (size, g))| (ln(*size) + normal(g.word()), i)).collect();
    order.sort_by(|a, b| b.0.total_cmp(&a.0));
    let total: f64 = sizes.iter().sum();
    let wanted = libm::ceil(opening.firms.exporters * sizes.len() as f64) as usize;
    let mut chosen = vec![0.0; sizes.len()];
    let (mut sum, mut count) = (0.0, 0);
    for (_, firm) in order {
        if share <= 0.0 || (count >= wanted && sum * MOST >= share * total) {
            break;
        }
        chosen[firm] = 1.0;
        sum += sizes[firm];
        count += 1;
    }
    let intensity = if sum > 0.0 { (share * total / sum).min(1.0) } else { 0.0 };
    chosen.into_iter().map(|c| c * intensity).collect()
}

/// Standard scores of competence, correlated with the rank of size.
fn competence_scores(opening: &Opening<'_>, generators: &mut [Small]) -> Vec<f64> {
    let rho = opening.firms.gap_size_correlation;
    let count = generators.len() as f64;
    let noise = (1.0 - rho * rho).max(0.0).sqrt();
    let score = |(rank, small): (usize, &mut Small)| {
        let quantile = 1.0 - (rank as f64 + 0.5) / count;
        let of_size = normal((quantile * (1u64 << 53) as f64) as u64 * 2048);
        rho * of_size + noise * normal(small.word())
    };
    generators.iter_mut().enumerate().map(score).collect()
}

/// Knowledge by field around a competence, below the ceiling; exact in the mean of the recipe.
fn knowledge(opening: &Opening<'_>, world: &World, s: usize, competence: f64, small: &mut Small) -> Vec<f32> {
    /// Distance that the opening state keeps from the ceiling.
    const ROOM: f64 = 0.01;
    /// How much less a firm knows in fields outside its recipe.
    const OUTSIDE_RECIPE: f64 = 0.5;
    let recipe = &world.structure.sub_industries[s].recipe;
    let mut levels: Vec<f64> = (0..world.structure.fields.len())
        .map(|_| competence - OUTSIDE_RECIPE + opening.firms.field_deviation * normal(small.word()))
        .collect();
    let noise: Vec<f64> = recipe.iter().map(|_| opening.firms.field_deviation * normal(small.word())).collect();
    let mean: f64 = recipe.iter().zip(&noise).map(|((_, w), n)| w * n).sum();
    for ((field, _), n) in recipe.iter().zip(&noise) {
        levels[*field] = competence + n - mean;
    }
    let below = |(level, ceiling): (f64, &f64)| level.min(ceiling - ROOM) as f32;
    levels.into_iter().zip(&world.outside.ceiling).map(below).collect()
}

/// Technique, machines with one unit of capacity in all, and the technique embodied in those in use.
fn technique(
    opening: &Opening<'_>,
    settings: &Settings,
    world: &World,
    s: usize,
    levels: &[f32],
    sales: f64,
    small: &mut Small,
) -> (Technique, Vintages, f64) {
    let recipe = &world.structure.sub_industries[s].recipe;
    let competence: f64 = recipe.iter().map(|(k, w)| w * f64::from(levels[*k])).sum();
    let mut technique = Technique { competence: competence.into(), ..Technique::default() };
    let newest = investment::new_level(&technique, world.outside.machine_offer[s], &settings.investment);
    let vintages = vintages(newest, settings.investment.opening_slope);
    let ring = Ring { newest: 0, oldest: 1 };
    let embodied = investment::embodied_in_use(&vintages, ring, settings.production.utilisation, newest);
    technique.skill = embodied.into();
    production::raise(&mut technique, embodied, &settings.process(&world.clock), settings.outside.quality_elasticity);
    let relative_size = sales * opening.scale / opening.firms.size_threshold;
    let factor = production::size_factor(relative_size, settings.production.efficiency_size_exponent);
    technique.spread = factor.into();
    technique.efficiency = (settings.production.efficiency_deviation * factor * normal(small.word())).into();
    (technique, vintages, embodied)
}

/// One unit of capacity in machines of even ages, one to twenty years, the older the less advanced.
pub fn vintages(newest: f64, slope: f64) -> Vintages {
    let mut vintages = Vintages { capacity: [0.0; VINTAGES], level: [newest.into(); VINTAGES] };
    for age in 1..VINTAGES {
        let cohort = VINTAGES - age;
        vintages.capacity[cohort] = 1.0 / (VINTAGES - 1) as f32;
        vintages.level[cohort] = (newest - slope * age as f64).into();
    }
    vintages
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::single::LogLevel;

    #[test]
    fn machines_are_of_even_age_and_older_ones_less_advanced() {
        let v = vintages(-0.5, 0.02);
        assert_eq!(v.capacity[0], 0.0);
        assert!((v.capacity.iter().sum::<f32>() - 1.0).abs() < 1e-6);
        // One year old stands last in the ring, twenty years old next to be scrapped.
        assert!(
            (v.level[VINTAGES - 1].get() + 0.52).abs() <= LogLevel::ROUNDING
                && (v.level[1].get() + 0.9).abs() <= LogLevel::ROUNDING
        );
    }

    #[test]
    fn named_firms_take_their_own_size_or_the_largest_free_one() {
        let known = |city| Known { city: Some(city), ownership: None };
        let named = [(None, known(7)), (Some(50.0), known(8))];
        let placed = place_named(&[100.0, 50.0, 20.0], &[50.0], &named, 3);
        assert_eq!(placed.iter().map(|k| k.city).collect::<Vec<_>>(), [Some(7), Some(8), None]);
    }
}
