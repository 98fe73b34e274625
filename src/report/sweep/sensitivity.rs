//! How much each factor matters.

use std::collections::BTreeSet;

use crate::experiment::outcomes;
use crate::experiment::sensitivity::measures;
use crate::experiment::store::Index;
use crate::experiment::sweep::Sweep;
use crate::report::chart::{Chart, Control, Data, Kind, Measure, Pick, Style};
use crate::report::folder::Results;

use super::indicator;
use super::outcomes::Charts;
use super::series::Series;

/// Indicators whose sensitivity is measured here.
const MOST_MEASURED: usize = 12;

/// What `tiexi sensitivity` wrote, else measured here for the indicators shown.
pub fn charts(results: &Results, series: &Series) -> Charts {
    let (mut indicators, mut factors, mut kinds) = (Vec::new(), Vec::new(), Vec::new());
    let mut numbers = [Vec::new(), Vec::new(), Vec::new()];
    if let Some(table) = results.table("sensitivity.csv")? {
        let named = table.words("factor")?;
        let rows: Vec<usize> = (0..table.len()).filter(|row| named[*row] != "all").collect();
        let words =
            |name: &str| table.words(name).map(|all| rows.iter().map(|row| all[*row].to_string()).collect::<Vec<_>>());
        (indicators, factors, kinds) = (words("indicator")?, words("factor")?, words("measure")?);
        for (column, name) in numbers.iter_mut().zip(["value", "low", "high"]) {
            let all = table.numbers(name)?;
            *column = rows.iter().map(|row| all[*row]).collect();
        }
    } else if let Some(sweep) = Sweep::read(&results.path).ok().flatten()
        && let Ok(index) = Index::read(&results.path)
        && let Ok(found) = outcomes::read(&sweep, &index, None)
    {
        let plan = &sweep.spec.plan;
        let measured = &series.indicators[..series.indicators.len().min(MOST_MEASURED)];
        for (at, name) in found.indicators.iter().enumerate().filter(|(_, name)| measured.contains(name)) {
            for measure in measures(plan.design.kind, sweep.points(), plan.factor.len(), &found.values[at]) {
                let Some(factor) = measure.factor else { continue };
                indicators.push(name.clone());
                factors.push(plan.factor[factor].column());
                kinds.push(measure.name.to_string());
                for (column, value) in numbers.iter_mut().zip([measure.value, measure.low, measure.high]) {
                    column.push(value);
                }
            }
        }
    }
    if indicators.is_empty() {
        return Ok(Vec::new());
    }
    let measured: BTreeSet<&String> = indicators.iter().collect();
    let missing = series.indicators.len().saturating_sub(measured.len());
    let [values, lows, highs] = numbers;
    let data = Data::new()
        .words("indicator", indicators)
        .words("factor", factors)
        .words("measure", kinds)
        .numbers("value", "", values)
        .numbers("low", "", lows)
        .numbers("high", "", highs);
    let about = "How much each factor matters, by the measure that the design allows, with bootstrap intervals; see \
                 `tiexi sensitivity --help` for what the measures mean.";
    let mut chart = Chart::new("sensitivity", Kind::Intervals, "Sensitivity", about, "factor", data)
        .drawing([Measure::new("value", Style::Dot).between("low", "high")])
        .picking(indicator())
        .explaining(series.names())
        .picking(Pick::new("measure", Control::Select))
        .axes("", "value of the measure", "");
    if missing > 0 && !results.path.join("sensitivity.csv").is_file() {
        let folder = results.path.display();
        chart.note = format!(
            "Measured here for the first {MOST_MEASURED} indicators. For all of them: tiexi sensitivity {folder}, and make \
             the report again."
        );
    }
    Ok(vec![chart])
}
