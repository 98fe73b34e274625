//! From a checked scenario to what the model reads: settings, programmes, the opening state.

use crate::mechanisms::outside::Conditions;
use crate::mechanisms::{Settings, own_projects};
use crate::policy::feasibility::Declared;
use crate::policy::{Programme, Terms, government};
use crate::population::{Opening, VALUE_ADDED};
use crate::scenario::format::{DemandLevel, Scenario};
use crate::scenario::{TimeAxis, count_date};
use crate::world::levers::Addressees;
use crate::world::region::Dials;

impl Scenario {
    /// Parameters of all mechanisms.
    pub fn settings(&self) -> Settings {
        Settings {
            outside: self.outside.clone(),
            conditions: self.conditions(),
            population_growth: self.region.population_growth,
            size_threshold: self.firms.size_threshold,
            dials: self.dials(),
            switches: self.ownership_dials.clone(),
            research: self.research.clone(),
            upgrading: self.upgrading.clone(),
            investment: self.investment.clone(),
            pricing: self.pricing.clone(),
            market: self.market.clone(),
            production: self.production.clone(),
            labour: self.labour.clone(),
            talent: self.talent.clone(),
            science: self.science.clone(),
            finance: self.finance.clone(),
            fiscal: self.fiscal.clone(),
            demography: self.demography.clone(),
            mergers: self.mergers.clone(),
            value_chain: self.value_chain.clone(),
            alliances: self.alliances.clone(),
            // Nobody works alone towards breakthroughs that cannot come; alliances also teach.
            own_projects: own_projects::Params {
                enabled: self.own_projects.enabled && self.generic_technology.enabled,
                ..self.own_projects.clone()
            },
            generic_technology: self.generic_technology.clone(),
            supply: self.supply.clone(),
            services: self.services.clone(),
            standards: self.standards.clone(),
            digital: self.digital.clone(),
            abroad: self.abroad.clone(),
            platform: self.platform.clone(),
            foundings: self.foundings(),
        }
    }

    fn conditions(&self) -> Conditions {
        let markets = [&self.markets.home, &self.markets.middle_income, &self.markets.high_income];
        let path = DemandLevel::default();
        let tiers = |code: &String| {
            let level = self.demand.get(code).unwrap_or(&path);
            [
                [level.home_ordinary, level.home_high_end],
                [level.middle_income_ordinary, level.middle_income_high_end],
                [level.high_income_ordinary, level.high_income_high_end],
            ]
        };
        let price = |input: &String| self.input_prices.get(input).copied().unwrap_or(1.0);
        Conditions {
            demand_growth: markets.map(|market| market.growth),
            tiers: self.sub_industries.keys().map(tiers).collect(),
            input_prices: self.input_output.keys().filter(|k| *k != VALUE_ADDED).map(price).collect(),
            ceiling_lag: self.research.ceiling_lag,
            generation_step: self.generic_technology.generation_step,
        }
    }

    /// Tick in which each platform is founded.
    fn foundings(&self) -> Vec<i64> {
        let axis = self.time.axis();
        self.platforms.values().map(|platform| tick_of(&platform.founded, &axis).unwrap_or(1)).collect()
    }

    fn dials(&self) -> Vec<Dials> {
        let dials = self.ownership.values().map(|group| Dials {
            interest_deduction: group.interest_deduction,
            bailout: group.bailout,
            layoff_speed: group.layoff_speed,
            research_efficiency: group.research_efficiency,
            strategy_speed: group.strategy_speed,
            priority: group.priority,
            spill_over: group.spill_over,
            entrant_share: group.entrant_share,
        });
        dials.collect()
    }

    /// Policy programmes with names and dates resolved.
    pub fn programmes(&self) -> Vec<Programme> {
        let axis = self.time.axis();
        let programmes = self.policies.iter().map(|(name, instrument)| {
            let terms = instrument.terms();
            Programme {
                name: name.clone(),
                from: tick_of(&terms.start, &axis).unwrap_or(i64::MIN),
                until: tick_of(&terms.end, &axis).unwrap_or(i64::MAX),
                addressees: self.addressees(terms),
                instrument: instrument.clone(),
                share: 1.0,
            }
        });
        programmes.collect()
    }

    /// How the government chooses, with its dates counted in ticks; one that starts before the run is in office
    /// from the first tick on.
    pub fn government(&self) -> government::Params {
        let axis = self.time.axis();
        self.government.counted(|date| tick_of(date, &axis).map(|tick| u32::try_from(tick.max(1)).unwrap_or(u32::MAX)))
    }

    /// What the policies give to each path that they declare.
    pub fn declared_paths(&self) -> Vec<Declared> {
        let axis = self.time.axis();
        let ticks = i64::from(self.time.ticks);
        let mut paths: Vec<Declared> = Vec::new();
        for instrument in self.policies.values() {
            let terms = instrument.terms();
            let Some(path) = terms.path else { continue };
            let from = tick_of(&terms.start, &axis).unwrap_or(1).max(1);
            let until = tick_of(&terms.end, &axis).unwrap_or(i64::MAX).min(ticks + 1);
            let years = (until - from).max(0) as f64 / f64::from(self.time.ticks_per_year);
            match paths.iter_mut().find(|declared| declared.path == path) {
                Some(declared) => {
                    declared.budget += terms.annual_budget;
                    declared.years = declared.years.max(years);
                }
                None => paths.push(Declared { path, budget: terms.annual_budget, years }),
            }
        }
        paths.sort_by_key(|declared| declared.path);
        paths
    }

    fn addressees(&self, terms: &Terms) -> Addressees {
        let target = &terms.target;
        let bits =
            |places: Vec<u8>| if places.is_empty() { u8::MAX } else { places.iter().fold(0, |set, at| set | 1 << at) };
        let set = |names: &[String], index: &dyn Fn(&String) -> Option<usize>| {
            if names.is_empty() { u64::MAX } else { names.iter().filter_map(index).map(|i| 1u64 << i).sum() }
        };
        Addressees {
            sub_industries: set(&target.sub_industries, &|name| self.sub_industries.get_index_of(name)),
            cities: set(&target.cities, &|name| self.cities.get_index_of(name)),
            ownership: set(&target.ownership, &|name| self.ownership.get_index_of(name)),
            roles: if target.roles.is_empty() {
                u8::MAX
            } else {
                target.roles.iter().fold(0, |set, role| set | 1 << (role.role() as u8))
            },
            // Limits are stated for real firms.
            employment: (target.minimum_employment / self.scale, target.maximum_employment / self.scale),
            markets: bits(target.markets.iter().map(|market| *market as u8).collect()),
            high_end_only: target.high_end_only,
            dials: bits(terms.dials.iter().map(|dial| *dial as u8).collect()),
        }
    }

    /// What the opening state is built from.
    pub fn opening(&self) -> Opening<'_> {
        Opening {
            start_year: self.time.start_year,
            ticks_per_year: self.time.ticks_per_year,
            scale: self.scale,
            region: &self.region,
            cities: &self.cities,
            sub_industries: &self.sub_industries,
            input_output: &self.input_output,
            technology_fields: &self.technology_fields,
            recipes: &self.recipes,
            ownership: &self.ownership,
            ownership_shares: &self.ownership_shares,
            named_firms: &self.named_firms,
            bases: &self.bases,
            universities: &self.universities,
            institutes: &self.institutes,
            platforms: &self.platforms,
            firms: &self.firms,
            markets: &self.markets,
            competing_standards: &self.competing_standards,
            debt_to_sales: self.finance.debt_to_sales,
            cash_to_assets: self.finance.cash_to_assets,
            high_end_share: self.measurement.high_end_opening,
            high_end_width: self.measurement.high_end_width,
            technical_centres: self.measurement.technical_centres,
        }
    }
}

/// Tick of a date; none for an empty one, which means the start or the end of the run.
fn tick_of(date: &str, axis: &TimeAxis) -> Option<i64> {
    if date.is_empty() { None } else { count_date(date, axis).ok() }
}
