//! One tick: the table of contents of the model.
//!
//! The order is theory and stays visible: each line is a mechanism whose chapter stands in
//! [`crate::mechanisms`].

use std::time::{Duration, Instant};

use crate::kernel::clock::StockTaking;
use crate::kernel::draws::Draws;
use crate::mechanisms::{
    Settings, abroad, alliances, demography, digital, finance, fiscal, generic_technology, income, investment, labour,
    market, mergers, outside, own_projects, ownership, platforms, pricing, production, research, royalties, science,
    services, standards, supply, talent, upgrading, value_chain,
};
use crate::policy::{self, Programme};
use crate::world::World;
use crate::world::finite::NotFinite;
use crate::world::ledger::BooksError;
use crate::world::profit::Source;

/// Why a tick cannot stand.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TickError {
    /// A state variable is not a finite number.
    #[error(transparent)]
    NotFinite(#[from] NotFinite),
    /// The books do not balance.
    #[error(transparent)]
    Books(#[from] BooksError),
}

/// Wall time per phase of the tick.
#[derive(Debug, Clone, Default)]
pub struct Stopwatch {
    /// Phases in the order of the tick, with the time they took so far.
    pub phases: Vec<(&'static str, Duration)>,
    /// What the meter grew by in each phase so far; zero without one.
    pub metered: Vec<u64>,
    meter: Option<fn() -> u64>,
    running: Option<(usize, Instant, u64)>,
    next: usize,
}

impl Stopwatch {
    /// A watch that reads something else besides the time, something that only grows: requests for memory, say.
    pub fn with_meter(meter: fn() -> u64) -> Self {
        Stopwatch { meter: Some(meter), ..Stopwatch::default() }
    }

    fn start(&mut self) {
        self.next = 0;
    }

    fn phase(&mut self, name: &'static str) {
        self.stop();
        if self.phases.len() <= self.next {
            self.phases.push((name, Duration::ZERO));
            self.metered.push(0);
        }
        self.running = Some((self.next, Instant::now(), self.read_meter()));
        self.next += 1;
    }

    fn stop(&mut self) {
        if let Some((phase, since, metered)) = self.running.take() {
            self.phases[phase].1 += since.elapsed();
            self.metered[phase] += self.read_meter() - metered;
        }
    }

    fn read_meter(&self) -> u64 {
        self.meter.map_or(0, |read| read())
    }
}

/// Moves the world on by one tick.
///
/// # Errors
/// When a number is not finite or the books do not balance: names tick, agent and variable or account.
pub fn step(
    world: &mut World,
    settings: &Settings,
    programmes: &[Programme],
    draws: &Draws,
    watch: &mut Stopwatch,
) -> Result<(), TickError> {
    world.clock.tick += 1;
    world.events.clear();
    world.ledger.open();
    let ticks = world.clock.ticks();
    let means = settings.means(ticks);
    let valuation = settings.valuation();
    watch.start();

    // ---- The world outside and the rules of the game --------------------------------------------
    watch.phase("outside and policy");
    outside::step(world, &settings.outside, &settings.conditions);
    policy::step(world, programmes);
    ownership::step(world, &settings.dials, &settings.switches);
    labour::step(world, &settings.labour, settings.population_growth);
    let terms = settings.terms(&world.labour, ticks);

    market::insure(world, &settings.market);

    // ---- Firms enter ----------------------------------------------------------------------------
    watch.phase("entry");
    demography::enter(world, &settings.demography, &settings.founding(), draws);

    // ---- Upgrading: budgets, people, knowledge --------------------------------------------------
    watch.phase("upgrading budgets and talent");
    upgrading::set_budgets(world, &means);
    talent::step(world, &settings.talent, settings.research.engineer_cost, draws);
    science::step(world, &settings.science);
    watch.phase("research");
    research::step(world, &settings.research, &terms, valuation.annuity, draws);

    // ---- Going abroad -----------------------------------------------------------------------------
    watch.phase("going abroad");
    abroad::step(world, &settings.abroad, &settings.abroad_means(&terms), draws);

    // ---- Platforms and joint research ----------------------------------------------------------------
    watch.phase("platforms");
    platforms::step(world, &settings.platform, &settings.platform_means(&terms), draws);
    watch.phase("alliances and generic technologies");
    alliances::step(world, &settings.alliances, &terms, valuation.annuity, draws);
    own_projects::step(world, &settings.own_projects, settings.alliances.signal_noise, draws);
    let projects = settings.projects(ticks);
    generic_technology::step(world, &settings.generic_technology, &projects, &terms, valuation.annuity, draws);

    // ---- Standards, digital and green lines ------------------------------------------------------
    watch.phase("standards and lines");
    standards::step(world, &settings.standards, &terms, valuation.annuity, draws);
    digital::step(world, &settings.digital, &terms, valuation.annuity);

    // ---- Markets --------------------------------------------------------------------------------
    watch.phase("techniques and prices");
    production::update_techniques(world, &settings.production, &settings.process(&world.clock), draws);
    pricing::step(world, &settings.pricing, &settings.costs(ticks));
    watch.phase("markets");
    market::step(world, &settings.market, draws);

    // ---- Suppliers, and the division of value over functions -------------------------------------
    watch.phase("supply network");
    supply::step(world, &settings.supply, draws);
    watch.phase("value chain");
    let growth = &settings.conditions.demand_growth;
    value_chain::step(world, &settings.value_chain, growth, &terms, settings.upgrading.discount_rate);

    // ---- Production -----------------------------------------------------------------------------
    watch.phase("production");
    production::step(world, &settings.production, &settings.employment(&world.clock));
    market::pay_buyers(world);
    services::step(world, &settings.services, draws);
    royalties::step(world, settings.standards.collected);

    // ---- Investment and finance -----------------------------------------------------------------
    watch.phase("investment");
    investment::plan(world, &settings.investment, &valuation);
    if settings.upgrading.enabled {
        investment::replace_early(world, &settings.investment, &valuation, Source::Now(&terms), 0);
    }
    finance::credit(world, &settings.finance);
    investment::install(world, &settings.investment);
    watch.phase("income");
    income::step(world, &settings.rates(ticks));
    finance::pay_out(world, &settings.finance);
    finance::venture(world, &settings.finance, draws);
    watch.phase("learning from pay-offs");
    upgrading::learn(world, &settings.upgrading, &means, StockTaking::now(world.clock));

    // ---- Firms merge and leave ------------------------------------------------------------------
    watch.phase("mergers and exit");
    let stays = mergers::step(world, &settings.mergers, draws);
    demography::exit(world, &settings.demography, draws, stays);
    world.index_platforms();

    // ---- Sectors settle, and the books must balance ---------------------------------------------
    watch.phase("books");
    fiscal::step(world, &settings.fiscal);
    finance::settle_sectors(world);
    let audited = audit(world);
    watch.stop();
    audited
}

/// A number that is none may appear as a break of the books; so it is named first.
fn audit(world: &World) -> Result<(), TickError> {
    let audited = world.audit();
    if audited.is_err() || !world.looks_finite() {
        world.check_finite()?;
    }
    Ok(audited?)
}
