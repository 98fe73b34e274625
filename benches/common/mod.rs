//! What the benchmarks share: a scenario in memory, ready to run.

use std::path::Path;

use tiexi::kernel::draws::Draws;
use tiexi::mechanisms::Settings;
use tiexi::policy::Programme;
use tiexi::run;
use tiexi::scenario::{self, Loaded, Override};
use tiexi::tick::{self, Stopwatch};
use tiexi::world::World;

/// A scenario of this repository.
pub fn load(file: &str, changes: &[String]) -> Loaded {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(file);
    let changes: Vec<Override> = changes.iter().map(|text| Override::labelled("--set", text.as_str())).collect();
    scenario::load(&path, &changes).unwrap_or_else(|error| panic!("{}", error.render(false)))
}

/// A world that moves on tick by tick.
#[derive(Clone)]
pub struct Simulation {
    /// The world.
    pub world: World,
    /// Time per phase so far.
    pub watch: Stopwatch,
    settings: Settings,
    programmes: Vec<Programme>,
    draws: Draws,
}

impl Simulation {
    /// The opening state of a scenario.
    pub fn open(loaded: &Loaded) -> Self {
        let scenario = &loaded.scenario;
        Simulation {
            world: run::open(scenario).expect("an opening"),
            watch: Stopwatch::default(),
            settings: scenario.settings(),
            programmes: scenario.programmes(),
            draws: Draws::new(scenario.seed),
        }
    }

    /// One tick.
    pub fn step(&mut self) {
        let Simulation { world, watch, settings, programmes, draws } = self;
        tick::step(world, settings, programmes, draws, watch).expect("the books balance");
    }
}

/// Threads to work on.
pub fn threads(count: usize) -> rayon::ThreadPool {
    rayon::ThreadPoolBuilder::new().num_threads(count).build().expect("threads")
}
