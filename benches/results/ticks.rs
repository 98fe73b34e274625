//! Time per firm and tick of each phase, of the opening state and of measurement; memory that a world takes.

use std::time::{Duration, Instant};

use tiexi::indicators::{Observer, PanelChoice};
use tiexi::scenario::Loaded;
use tiexi::world::World;
use tiexi::world::firms::Firms;

use crate::common::{Simulation, load, threads};
use crate::nowhere::Nowhere;
use crate::record::machine;
use crate::record::table::Measurement;
use crate::{Case, SCENARIO};

const TIME: &str = "ns per firm and tick";
/// The scenario in which every mechanism and a programme of every kind is at work.
const EVERYTHING: &str = "everything.toml";

/// Scales from which on opening takes longer than ticks.
const OPENING: f64 = 10.0;

/// How the numbers of threads of a scale share processes: each its own where opening is cheap or memory is short;
/// else they share the opening, and each goes on from a copy of it.
pub fn shares(scale: f64, threads: &[usize]) -> Vec<(f64, Vec<usize>)> {
    if scale > OPENING && machine::fits(scale, 2, machine::available()) {
        vec![(scale, threads.to_vec())]
    } else {
        threads.iter().map(|threads| (scale, vec![*threads])).collect()
    }
}

/// Ticks that are timed: whole years, and about as many firm-ticks at any scale.
fn ticks(case: &Case) -> u32 {
    if case.tiny { 4 } else { (200.0 / case.scale).clamp(4.0, 80.0) as u32 / 4 * 4 }
}

/// One round of the scenario in which nothing rests: phases alone.
pub fn everything(case: &Case) -> Vec<Measurement> {
    let loaded = load(EVERYTHING, &[format!("scale={:?}", case.scale)]);
    let count = case.threads[0];
    let opened = threads(count).install(|| Simulation::open(&loaded));
    on(count, opened, &loaded, case, "everything")
}

/// One round.
pub fn measure(case: &Case) -> Vec<Measurement> {
    let loaded = load(SCENARIO, &[format!("scale={:?}", case.scale)]);
    let most = case.threads.iter().copied().max().unwrap_or(1);
    let before = machine::resident();
    let began = Instant::now();
    let opened = threads(most).install(|| Simulation::open(&loaded));
    let seconds = began.elapsed().as_secs_f64();
    let firms = opened.world.firms.len();
    let per_firm = |value: f64| value / firms as f64;
    let mut found = vec![
        Measurement::new("tick/opening state", "ns per firm", per_firm(seconds * 1e9)).of(case.scale, firms).on(most),
    ];
    if let (Some(before), Some(now)) = (before, machine::resident()) {
        // What the process grew by says something of a firm only where firms are most of it.
        let grown = per_firm(now.saturating_sub(before) as f64);
        found.push(Measurement::new("tick/resident", "bytes per firm", grown).of(case.scale, firms).on(most));
    }
    // The opening state waits meanwhile, so there is one world more than threads.
    let together = case.threads.contains(&1) && most > 1 && machine::fits(case.scale, most + 1, machine::available());
    let at_once = together.then(|| at_once(most, &opened, &loaded, case));
    let mut opened = Some(opened);
    for (at, count) in case.threads.iter().enumerate() {
        let last = at + 1 == case.threads.len();
        let simulation = if last { opened.take() } else { opened.clone() };
        let simulation = simulation.expect("taken by the last one only");
        found.extend(on(*count, simulation, &loaded, case, "tick"));
    }
    let alone =
        found.iter().find(|one| one.quantity == "tick/all" && one.threads == 1).map(|one| (one.value, one.firms));
    if let (Some(times), Some((alone, firms))) = (at_once, alone) {
        let speed_up = times.iter().map(|time| alone / time).sum();
        let given = Measurement::new("tick/speed-up of the machine", "times", speed_up);
        found.push(given.of(case.scale, firms).on(most));
    }
    found
}

/// The same ticks of as many worlds at once as there are threads, each on one of its own: none waits for another, so this is
/// what the machine has to give. Time per firm and tick of each.
fn at_once(count: usize, opened: &Simulation, loaded: &Loaded, case: &Case) -> Vec<f64> {
    let time = |world: Simulation| {
        let measured = on(1, world, loaded, case, "at once");
        measured.iter().find(|one| one.quantity == "at once/all").map_or(f64::NAN, |one| one.value)
    };
    std::thread::scope(|scope| {
        let worlds: Vec<_> = (0..count).map(|_| opened.clone()).collect();
        let running: Vec<_> = worlds.into_iter().map(|world| scope.spawn(move || time(world))).collect();
        running.into_iter().map(|world| world.join().expect("it ran")).collect()
    })
}

/// Ticks on so many threads, after one that is not counted.
fn on(count: usize, mut simulation: Simulation, loaded: &Loaded, case: &Case, group: &str) -> Vec<Measurement> {
    let params = &loaded.scenario.measurement;
    let pool = threads(count);
    let mut observer = Observer::new(&simulation.world, params);
    let (mut firm_ticks, mut measuring) = (0, Duration::ZERO);
    for tick in 0..=ticks(case) {
        pool.install(|| simulation.step());
        let began = Instant::now();
        pool.install(|| observer.observe(&simulation.world, params, &[], PanelChoice::default(), &mut Nowhere))
            .expect("measured");
        if tick == 0 {
            simulation.watch = Default::default();
        } else {
            measuring += began.elapsed();
            firm_ticks += simulation.world.firms.len();
        }
    }
    let per_firm_tick = |time: Duration| time.as_secs_f64() * 1e9 / firm_ticks as f64;
    let phases = simulation.watch.phases.iter().map(|(name, time)| (*name, *time));
    let all = phases.clone().map(|(_, time)| time).sum();
    let firms = simulation.world.firms.len();
    let related = Firms::bytes_per_firm(simulation.world.firms.fields) as f64
        + bytes_of_relations(&simulation.world) as f64 / firms as f64;
    let memory = Measurement::new(format!("{group}/state with relations"), "bytes per firm", related);
    phases
        .chain([("all", all), ("measurement", measuring)])
        .map(|(name, time)| Measurement::new(format!("{group}/{name}"), TIME, per_firm_tick(time)))
        .chain([memory])
        .map(|m| m.of(case.scale, firms).on(count))
        .collect()
}

/// What the world holds of relations beside the table of firms: who buys from whom, bonds, projects of research,
/// parents.
fn bytes_of_relations(world: &World) -> usize {
    let World { supply, network, .. } = world;
    supply.contacts.bytes() + network.bytes()
}
