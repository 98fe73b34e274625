//! Growth over the whole run: that what grows stays within what numbers can hold.

use super::super::Loaded;
use super::super::cross::CrossProblem;
use super::super::format::Scenario;

/// Most by which demand or prices may grow in a run, log points: to e^55 or 8e23 times the opening. Numbers of firms are
/// kept up to 3e38; what they are worth to each other and to their owners takes some of the room that is left.
const MOST: f64 = 55.0;

type Rate = fn(&Scenario) -> f64;

/// What grows without bounds if it is let: its key, its name, and its growth per year.
const PATHS: [(&str, &str, Rate); 4] = [
    ("markets.home.growth", "demand", |scenario| scenario.markets.home.growth),
    ("markets.middle_income.growth", "demand", |scenario| scenario.markets.middle_income.growth),
    ("markets.high_income.growth", "demand", |scenario| scenario.markets.high_income.growth),
    ("outside.price_growth", "the competitors' price", |scenario| scenario.outside.price_growth),
];

/// What would outgrow all numbers before the run ends.
pub(in super::super) fn check(loaded: &Loaded) -> Vec<CrossProblem> {
    let outgrown = PATHS.iter().filter_map(|(key, name, rate)| {
        let growth = growth(loaded, *rate);
        (growth > MOST).then(|| {
            let message = format!("{name} would grow to e^{growth:.0} times the opening, beyond what numbers can hold");
            let help = format!("at most e^{MOST}: lower `{key}`, or run fewer years");
            CrossProblem::new(*key, message).help(help).also("time.ticks", "the end of the run")
        })
    });
    outgrown.collect()
}

/// Growth until the end of the run, log points, with all that events change.
fn growth(loaded: &Loaded, rate: Rate) -> f64 {
    let time = &loaded.scenario.time;
    let starts = loaded.timeline.iter().map(|(tick, _)| *tick);
    let ends = starts.clone().chain([time.ticks + 1]);
    let stages = [1].into_iter().chain(starts).zip(ends);
    let ticks = |(from, to): (u32, u32)| f64::from(to.min(time.ticks + 1).saturating_sub(from));
    stages.map(|stage| rate(loaded.at(stage.0)) * ticks(stage)).sum::<f64>() / f64::from(time.ticks_per_year)
}
