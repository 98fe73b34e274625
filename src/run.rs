//! One run: build the opening state, move tick by tick, measure.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::indicators::graph_export;
use crate::indicators::region;
use crate::indicators::{InstrumentInfo, Observer, PanelChoice};
use crate::kernel::draws::Draws;
use crate::kernel::graph::Graph;
use crate::kernel::record::{Cell, RecordError, Recorder, TableSpec};
use crate::policy::feasibility::{self, Condition};
use crate::policy::government::{Government, StageName};
use crate::population::{self, OpeningError};
use crate::scenario::Loaded;
use crate::scenario::format::{Panel, Scenario};
use crate::tick::{self, Stopwatch, TickError};
use crate::world::World;

/// How a run is to be carried out; nothing here changes its results.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// Threads; 0 takes as many as the machine has.
    pub threads: usize,
    /// Polled after each tick: the run stops when it becomes true.
    pub stop: &'a AtomicBool,
}

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Ticks done.
    pub tick: u32,
    /// Ticks to do.
    pub ticks: u32,
}

/// What a finished run can say of itself.
#[derive(Debug, Clone)]
pub struct Report {
    /// Wall time per phase.
    pub phases: Vec<(&'static str, Duration)>,
    /// The world after the last tick.
    pub world: World,
}

/// Why a run stopped.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The opening state cannot be.
    #[error(transparent)]
    Opening(#[from] OpeningError),
    /// A tick cannot stand: a number is not finite, or the books do not balance.
    #[error(transparent)]
    Tick(#[from] TickError),
    /// A row could not be recorded, for instance because a number is not finite.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// The threads could not be started.
    #[error("cannot start the threads of the run: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
    /// The run was asked to stop.
    #[error("stopped at tick {tick}")]
    Stopped {
        /// Last tick done.
        tick: u32,
    },
}

/// Builds the opening state of a scenario.
///
/// # Errors
/// When such an opening cannot be.
pub fn open(scenario: &Scenario) -> Result<World, OpeningError> {
    population::build(&scenario.opening(), &scenario.settings(), &Draws::new(scenario.seed))
}

/// Conditions of the paths that the policies of a scenario declare, as its opening state meets them.
///
/// # Errors
/// When such an opening cannot be.
pub fn path_conditions(scenario: &Scenario) -> Result<Vec<Condition>, OpeningError> {
    let declared = scenario.declared_paths();
    if declared.is_empty() {
        return Ok(Vec::new());
    }
    Ok(feasibility::check(&open(scenario)?, &declared, &scenario.feasibility))
}

/// Runs a scenario to its end, handing every row to `recorder`.
///
/// # Errors
/// When the books break, a number is not finite, a row cannot be stored, or `stop` is set.
pub fn run(
    loaded: &Loaded,
    options: Options<'_>,
    recorder: &mut dyn Recorder,
    observe: &mut (dyn FnMut(Progress) + Send),
) -> Result<Report, RunError> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(options.threads).build()?;
    pool.install(|| in_pool(loaded, options.stop, recorder, observe))
}

fn in_pool(
    loaded: &Loaded,
    stop: &AtomicBool,
    recorder: &mut dyn Recorder,
    observe: &mut dyn FnMut(Progress),
) -> Result<Report, RunError> {
    let scenario = &loaded.scenario;
    let draws = Draws::new(scenario.seed);
    let began = Instant::now();
    let mut world = open(scenario)?;
    let opening = began.elapsed();
    let mut measuring = Duration::ZERO;
    let mut watch = Stopwatch::default();
    let mut observer = Observer::new(&world, &scenario.measurement);
    let ticks = scenario.time.ticks;
    let mut rules = Rules::of(scenario);
    let mut government = Government::default();
    let graphs = scenario.output.graph_files(ticks);
    for tick in 0..=ticks {
        if tick > 0 {
            rules.follow(loaded, tick);
            government.decide(&rules.government, &world.clock, tick, &mut rules.programmes);
            tick::step(&mut world, &rules.settings, &rules.programmes, &draws, &mut watch)?;
        }
        let since = Instant::now();
        let wave = panel(scenario, tick);
        let mut statistics = Statistics { recorder, stage: None, numbers: Vec::new() };
        let instruments = rules.instruments(&government, tick);
        observer.observe(&world, &rules.scenario.measurement, &instruments, wave, &mut statistics)?;
        if tick > 0 {
            let Statistics { stage, numbers, .. } = statistics;
            let seen = |name: &str| numbers.iter().find(|(column, _)| *column == name).map(|(_, value)| *value);
            government.look(stage, seen, &world.levers.outlays, &rules.programmes);
        }
        write_graphs(scenario, &graphs, &world, recorder)?;
        measuring += since.elapsed();
        observe(Progress { tick, ticks });
        if stop.load(Ordering::Relaxed) {
            return Err(RunError::Stopped { tick });
        }
    }
    world.check_finite().map_err(TickError::from)?;
    let mut phases = vec![("opening state", opening)];
    phases.extend(watch.phases);
    phases.push(("measurement and output", measuring));
    Ok(Report { phases, world })
}

/// Passes rows on and keeps what the government reads of them: the row of the region.
struct Statistics<'a> {
    recorder: &'a mut dyn Recorder,
    stage: Option<StageName>,
    numbers: Vec<(&'static str, f64)>,
}

impl Recorder for Statistics<'_> {
    fn row(&mut self, table: &'static TableSpec, cells: &[Cell<'_>]) -> Result<(), RecordError> {
        if table.name == region::TABLE.name {
            for (column, cell) in table.columns.iter().zip(cells) {
                match cell {
                    Cell::Text(text) if column.name == "stage" => self.stage = StageName::of(text),
                    Cell::Number(number) => self.numbers.push((column.name, *number)),
                    Cell::Integer(number) => self.numbers.push((column.name, *number as f64)),
                    Cell::Text(_) => {}
                }
            }
        }
        self.recorder.row(table, cells)
    }

    fn graph(&mut self, name: &str, graph: &Graph) -> Result<(), RecordError> {
        self.recorder.graph(name, graph)
    }
}

/// The rules in force: they change where the scenario schedules events.
struct Rules<'a> {
    scenario: &'a Scenario,
    settings: crate::mechanisms::Settings,
    programmes: Vec<crate::policy::Programme>,
    government: crate::policy::government::Params,
}

impl<'a> Rules<'a> {
    fn of(scenario: &'a Scenario) -> Self {
        Rules {
            scenario,
            settings: scenario.settings(),
            programmes: scenario.programmes(),
            government: scenario.government(),
        }
    }

    /// What the tables say of the instruments in a tick.
    fn instruments(&self, government: &Government, tick: u32) -> Vec<InstrumentInfo> {
        let info = |(at, programme): (usize, &crate::policy::Programme)| InstrumentInfo {
            name: programme.name.clone(),
            state: government.state(at, programme, tick),
        };
        self.programmes.iter().enumerate().map(info).collect()
    }

    /// Takes over what the timeline says from this tick on.
    fn follow(&mut self, loaded: &'a Loaded, tick: u32) {
        if loaded.timeline.iter().any(|(from, _)| *from == tick) {
            *self = Rules::of(loaded.at(tick));
        }
    }
}

/// Which micro data this tick writes: the opening state and every `panel_every` ticks.
fn panel(scenario: &Scenario, tick: u32) -> PanelChoice {
    let wave = tick.is_multiple_of(scenario.output.panel_every.max(1));
    let asked = |kind: Panel| wave && scenario.output.panel.contains(&kind);
    PanelChoice { firms: asked(Panel::Firms), links: asked(Panel::Links) }
}

/// Hands out the network of the tick under the name of each of its files.
fn write_graphs(
    scenario: &Scenario,
    files: &[(u32, String)],
    world: &World,
    recorder: &mut dyn Recorder,
) -> Result<(), RecordError> {
    let tick = world.clock.tick;
    let mut graph = None;
    for (_, name) in files.iter().filter(|(at, _)| *at == tick) {
        let date = || scenario.time.axis().label(tick);
        let graph = graph.get_or_insert_with(|| graph_export::network(world, &scenario.title, &date()));
        recorder.graph(name, graph)?;
    }
    Ok(())
}
