//! The frame: names, traits, outside world, researchers; everything but the firms.

use crate::kernel::clock::Clock;
use crate::kernel::math::{distance_km, exp, ln};
use crate::kernel::scratch::Scratch;
use crate::mechanisms::{Settings, outside};
use crate::population::tables::{Holder, TechnologyClass};
use crate::population::{Opening, VALUE_ADDED};
use crate::world::World;
use crate::world::abroad::Conditions;
use crate::world::firms::{FUNCTIONS, Firms, MARKETS};
use crate::world::ledger::{Ledger, Sector};
use crate::world::levers::Levers;
use crate::world::lines::Lines;
use crate::world::network::Network;
use crate::world::outside::Outside;
use crate::world::platforms::{Platform, Platforms};
use crate::world::region::{CityState, Events, LabourMarket, Learning, Measures, Openings, Researcher};
use crate::world::services::Services;
use crate::world::standards::Standards;
use crate::world::structure::{self, Structure};
use crate::world::supply::SupplyNetwork;

/// A world without firms.
pub fn frame(opening: &Opening<'_>, settings: &Settings) -> World {
    let structure = structure(opening);
    let groups = structure.sub_industries.len();
    let outside = outside(opening, settings, &structure);
    let (universities, institutes) = researchers(opening, &structure);
    let city = CityState { filled: 1.0, premium: 1.0, ..CityState::default() };
    World {
        clock: Clock { start_year: opening.start_year, ticks_per_year: opening.ticks_per_year, tick: 0 },
        firms: Firms::new(super::firms::planned(opening), structure.fields.len()),
        outside,
        cities: vec![city; structure.cities.len()],
        universities,
        institutes,
        labour: LabourMarket { hiring: 1.0, ..LabourMarket::default() },
        dials: settings
            .dials
            .iter()
            .map(|dials| crate::mechanisms::ownership::in_force(*dials, &settings.switches))
            .collect(),
        reformed: Vec::new(),
        learning: vec![Learning::default(); groups],
        science_quality: vec![0.0; groups],
        levers: Levers::default(),
        ledger: Ledger::default(),
        events: Events::new(groups),
        measures: Measures { high_end_width: opening.high_end_width, ..Measures::default() },
        openings: Openings { cash_to_assets: opening.cash_to_assets, ..Openings::default() },
        members: vec![Vec::new(); groups],
        suppliers: vec![Vec::new(); groups],
        network: Network::default(),
        supply: SupplyNetwork::default(),
        services: Services::default(),
        standards: Standards::default(),
        lines: Lines::default(),
        partners_abroad: partners_abroad(settings, &structure),
        platforms: platforms(opening, settings, &structure),
        scratch: Scratch::default(),
        structure,
    }
}

fn structure(opening: &Opening<'_>) -> Structure {
    let fields: Vec<String> = opening.technology_fields.keys().cloned().collect();
    let recipe = |code: &str| -> Vec<(usize, f64)> {
        let weights = &opening.recipes[code];
        let of = |field: &String| weights.get(field).copied().unwrap_or(0.0);
        fields.iter().enumerate().map(|(k, field)| (k, of(field))).filter(|(_, w)| *w > 0.0).collect()
    };
    let recipes: Vec<_> = opening.sub_industries.keys().map(|code| recipe(code)).collect();
    let relatedness = recipes.iter().map(|a| recipes.iter().map(|b| structure::cosine(a, b)).collect()).collect();
    let inputs: Vec<String> = opening.input_output.keys().filter(|k| *k != VALUE_ADDED).cloned().collect();
    let mut capital_sources: Vec<String> = Vec::new();
    for group in opening.ownership.values() {
        if !capital_sources.contains(&group.capital_source) {
            capital_sources.push(group.capital_source.clone());
        }
    }
    let cities: Vec<structure::City> = opening
        .cities
        .iter()
        .map(|(name, city)| structure::City {
            name: name.clone(),
            coordinates: (city.latitude, city.longitude),
            population: city.population,
        })
        .collect();
    let distances =
        cities.iter().map(|a| cities.iter().map(|b| distance_km(a.coordinates, b.coordinates)).collect()).collect();
    let mut clusters: Vec<String> = Vec::new();
    for base in opening.bases.values().filter(|b| !b.cluster.is_empty()) {
        if !clusters.contains(&base.cluster) {
            clusters.push(base.cluster.clone());
        }
    }
    Structure {
        scale: opening.scale,
        sub_industries: sub_industries(opening, &recipes, &inputs),
        required: required(opening, &recipes),
        generic: opening.technology_fields.values().map(|f| f.generic).collect(),
        growth_factor: opening.technology_fields.values().map(|f| f.growth_factor).collect(),
        ownership: owners(opening, &capital_sources),
        bases: bases(opening, &clusters),
        fields,
        inputs,
        relatedness,
        capital_sources,
        cities,
        distances,
        clusters,
    }
}

/// Fields whose knowledge a breakthrough in each field needs: itself and those that stand beside it in the
/// recipes most heavily.
fn required(opening: &Opening<'_>, recipes: &[Vec<(usize, f64)>]) -> Vec<Vec<usize>> {
    /// Fields that a breakthrough needs, its own included (assumption).
    const NEEDED: usize = 4;
    let fields = opening.technology_fields.len();
    let beside = |field: usize| -> Vec<usize> {
        let mut weight = vec![0.0; fields];
        for recipe in recipes {
            let own = recipe.iter().find(|(k, _)| *k == field).map_or(0.0, |(_, w)| *w);
            recipe.iter().for_each(|(k, w)| weight[*k] += own * w);
        }
        weight[field] = f64::INFINITY;
        let mut order: Vec<usize> = (0..fields).filter(|k| weight[*k] > 0.0).collect();
        order.sort_by(|a, b| weight[*b].total_cmp(&weight[*a]));
        order.truncate(NEEDED);
        order
    };
    (0..fields).map(beside).collect()
}

fn sub_industries(
    opening: &Opening<'_>,
    recipes: &[Vec<(usize, f64)>],
    inputs: &[String],
) -> Vec<structure::SubIndustry> {
    let markets = opening.markets;
    let table = opening.sub_industries.iter().zip(recipes);
    table
        .map(|((code, sub), recipe)| {
            let coefficient = |input: &String| opening.input_output[input].get(code).copied().unwrap_or(0.0);
            let coefficients: Vec<f64> = inputs.iter().map(coefficient).collect();
            let all: f64 = coefficients.iter().sum();
            let equipment: f64 = inputs
                .iter()
                .zip(&coefficients)
                .filter(|(input, _)| opening.sub_industries.contains_key(*input))
                .map(|(_, c)| c)
                .sum();
            structure::SubIndustry {
                code: code.clone(),
                name: sub.name.clone(),
                high_tech: sub.technology_class == TechnologyClass::High,
                venture: sub.technology_class >= TechnologyClass::MediumHigh,
                traditional: sub.technology_class < TechnologyClass::MediumHigh,
                make_to_stock: sub.make_to_stock,
                local_inputs: if all > 0.0 { sub.local_purchase_share * equipment / all } else { 0.0 },
                local_machines: sub.local_purchase_share,
                selling: sub.selling_expense_ratio,
                margin: sub.profit_margin,
                recipe: recipe.clone(),
                region_share: [
                    sub.home_market_share,
                    markets.middle_income.region_share,
                    markets.high_income.region_share,
                ],
                opening_base: [1.0; MARKETS],
                opening_gap: sub.opening_gap,
                input_coefficients: coefficients,
                overhead: 0.0,
                research_to_sales: 0.0,
                upgrading: 0.0,
                deposits_to_sales: 0.0,
                working_capital: 0.0,
                opening_firms: 0,
                opening_home: 0.0,
                opening_operating: 0.0,
                opening_relatedness: 0.0,
                capital_price_to_sales: 0.0,
                function_outlay: [0.0; FUNCTIONS],
                function_room: 1.0,
                complexity: complexity(opening, recipe),
            }
        })
        .collect()
}

/// Complexity of a product: effective number of fields in its recipe (`e^entropy`), each counted by how
/// fast it moves.
fn complexity(opening: &Opening<'_>, recipe: &[(usize, f64)]) -> f64 {
    let speed = |field: usize| opening.technology_fields[field].growth_factor;
    let entropy: f64 = recipe.iter().map(|(_, weight)| -weight * ln(*weight)).sum();
    exp(entropy) * recipe.iter().map(|(field, weight)| weight * speed(*field)).sum::<f64>()
}

fn owners(opening: &Opening<'_>, capital_sources: &[String]) -> Vec<structure::OwnershipGroup> {
    let source = |name: &String| capital_sources.iter().position(|s| s == name).unwrap_or(0);
    opening
        .ownership
        .iter()
        .map(|(code, group)| structure::OwnershipGroup {
            code: code.clone(),
            capital_source: source(&group.capital_source),
            holder: match group.holder {
                Holder::Government => Sector::Government,
                Holder::Households => Sector::Households,
                Holder::OutsideWorld => Sector::OutsideWorld,
            },
        })
        .collect()
}

fn bases(opening: &Opening<'_>, clusters: &[String]) -> Vec<structure::IndustrialBase> {
    let bit = |code: &String| opening.sub_industries.get_index_of(code).map_or(0, |s| 1u64 << s);
    opening
        .bases
        .iter()
        .map(|(name, base)| structure::IndustrialBase {
            name: name.clone(),
            city: opening.cities.get_index_of(&base.city).unwrap_or(0),
            cluster: clusters.iter().position(|c| *c == base.cluster),
            sub_industries: base.sub_industries.iter().map(bit).sum(),
        })
        .collect()
}

/// The outside world at the opening: frontier 0 in every field, prices 1.
fn outside(opening: &Opening<'_>, settings: &Settings, structure: &Structure) -> Outside {
    let groups = structure.sub_industries.len();
    let sales: Vec<f64> = opening.sub_industries.values().map(|s| s.sales).collect();
    let total: f64 = sales.iter().sum();
    let mut outside = Outside {
        frontier: vec![0.0; structure.fields.len()],
        ceiling: Vec::new(),
        competence: vec![0.0; groups],
        machine_offer: vec![0.0; groups],
        quality: vec![0.0; groups],
        log_price: vec![0.0; groups],
        value_per_worker: vec![1.0; groups],
        demand: vec![[0.0; MARKETS]; groups],
        tiers: Vec::new(),
        input_price: vec![1.0; groups],
        quality_elasticity: 0.0,
        productivity_elasticity: 0.0,
        deflator: 1.0,
        codified: Vec::new(),
        generation_step: 0.0,
        abroad: Conditions::default(),
        scarcity: vec![[[0.0; FUNCTIONS]; MARKETS]; groups],
        function_shares: vec![[[1.0 / FUNCTIONS as f64; FUNCTIONS]; MARKETS]; groups],
        deflator_weight: sales.iter().map(|s| if total > 0.0 { s / total } else { 0.0 }).collect(),
    };
    outside::settle(&mut outside, structure, &settings.outside, &settings.conditions);
    outside
}

fn researchers(opening: &Opening<'_>, structure: &Structure) -> (Vec<Researcher>, Vec<Researcher>) {
    let city = |name: &String| opening.cities.get_index_of(name).unwrap_or(0);
    let bits = |fields: &[String]| -> u64 {
        fields.iter().filter_map(|f| opening.technology_fields.get_index_of(f)).map(|k| 1u64 << k).sum()
    };
    let levels = |gap: f64| vec![-gap; structure.fields.len()];
    let universities = opening.universities.iter().map(|(name, u)| Researcher {
        name: name.clone(),
        city: city(&u.city),
        fields: bits(&u.fields),
        levels: levels(u.gap),
        // Universities take contracts beside teaching and basic research.
        applied_share: UNIVERSITY_APPLIED_SHARE,
        graduates: u.graduates,
        funding: u.funding,
        balances: Default::default(),
        contracts: 0.0,
        unlocked: vec![0; structure.fields.len()],
        projects: 0,
        openness: 1.0,
    });
    let institutes = opening.institutes.iter().map(|(name, i)| Researcher {
        name: name.clone(),
        city: city(&i.city),
        fields: bits(&i.fields),
        levels: levels(i.gap),
        applied_share: i.applied_share,
        graduates: 0.0,
        funding: i.funding,
        balances: Default::default(),
        contracts: 0.0,
        unlocked: vec![0; structure.fields.len()],
        projects: 0,
        openness: 1.0,
    });
    (universities.collect(), institutes.collect())
}

/// Innovation platforms as planned: their state begins with their founding.
fn platforms(opening: &Opening<'_>, settings: &Settings, structure: &Structure) -> Platforms {
    let list = opening.platforms.iter().map(|(name, plan)| {
        let fields: Vec<usize> =
            plan.fields.iter().filter_map(|field| opening.technology_fields.get_index_of(field)).collect();
        let covered = |recipe: &[(usize, f64)]| -> f64 {
            recipe.iter().filter(|(field, _)| fields.contains(field)).map(|(_, weight)| weight).sum()
        };
        let coverage: Vec<f64> = structure.sub_industries.iter().map(|sub| covered(&sub.recipe)).collect();
        let best = coverage.iter().copied().fold(0.0, f64::max);
        Platform {
            name: name.clone(),
            city: opening.cities.get_index_of(&plan.city).unwrap_or(0),
            fields: fields.iter().map(|field| 1u64 << field).sum(),
            founder_share: plan.founders,
            has: plan.sub_platforms(),
            resources: plan.resources(),
            development: plan.development,
            coverage: coverage.iter().map(|part| if best > 0.0 { part / best } else { 0.0 }).collect(),
            ..Platform::default()
        }
    });
    Platforms { list: list.collect(), services: settings.platform.services() }
}

/// Research partners abroad: each works in the fields that one generic technology needs.
fn partners_abroad(settings: &Settings, structure: &Structure) -> Vec<Researcher> {
    /// Means of a partner abroad, million CNY per year (assumption: those of a large institute).
    const FUNDING: f64 = 200.0;
    let generic: Vec<usize> = (0..structure.fields.len()).filter(|field| structure.generic[*field]).collect();
    let count = if settings.alliances.enabled && !generic.is_empty() { settings.alliances.partners_abroad } else { 0 };
    let partner = |at: u32| Researcher {
        name: format!("partner abroad {}", at + 1),
        city: 0,
        fields: structure.required[generic[at as usize % generic.len()]].iter().map(|k| 1u64 << k).sum(),
        levels: vec![0.0; structure.fields.len()],
        applied_share: 1.0,
        graduates: 0.0,
        funding: FUNDING,
        balances: Default::default(),
        contracts: 0.0,
        unlocked: vec![0; structure.fields.len()],
        projects: 0,
        openness: 1.0,
    };
    (0..count).map(partner).collect()
}

/// Share of a university's work open to contracts: firms finance about a third of it (assumption).
const UNIVERSITY_APPLIED_SHARE: f64 = 0.33;
