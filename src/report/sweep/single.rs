//! Single runs, seed by seed.

use crate::report::chart::{Chart, Control, Data, Kind, Measure, Pick, Style};

use super::indicator;
use super::outcomes::{Charts, MOST_ROWS};
use super::series::Series;

/// Points and replicates whose runs are drawn singly.
const MOST_POINTS: usize = 8;
const MOST_REPLICATES: usize = 8;

/// Points and replicates that are drawn run by run: fewer where there are many indicators.
fn singly(series: &Series) -> (usize, usize) {
    let of_run = series.indicators.len() * series.ticks.len();
    let (mut points, mut replicates) = (MOST_POINTS, MOST_REPLICATES);
    while points * replicates * of_run > MOST_ROWS && points * replicates > 4 {
        if points >= replicates { points /= 2 } else { replicates /= 2 }
    }
    (points, replicates)
}

/// The runs of some points, seed by seed.
pub fn charts(series: &Series) -> Charts {
    if series.indicators.is_empty() || series.ticks.len() < 2 {
        return Ok(Vec::new());
    }
    let (points, replicates) = singly(series);
    let runs =
        (0..series.point.len()).filter(|run| series.point[*run] <= points && series.replicate[*run] <= replicates);
    let (mut names, mut points, mut replicates, mut ticks, mut values) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for run in runs {
        for (at, name) in series.indicators.iter().enumerate() {
            for (place, tick) in series.ticks.iter().enumerate() {
                let Some(value) = series.value(at, place, run) else { continue };
                names.push(name.clone());
                points.push(format!("{}: {}", series.point[run], series.described[run]));
                replicates.push(format!("seed of replicate {}", series.replicate[run]));
                ticks.push(tick.to_string());
                values.push(value);
            }
        }
    }
    let data = Data::new()
        .words("indicator", names)
        .words("point", points)
        .words("replicate", replicates)
        .words("tick", ticks)
        .numbers("value", "", values);
    Ok(vec![
        Chart::new(
            "seeds",
            Kind::Lines,
            "The seeds of a point",
            "Runs that differ in nothing but their luck; the first points of the \
            design and their first replicates.",
            "tick",
            data,
        )
        .drawing([Measure::new("value", Style::Line)])
        .split("replicate")
        .picking(indicator())
        .explaining(series.names())
        .picking(Pick::new("point", Control::Select))
        .axes("tick", "", ""),
    ])
}
