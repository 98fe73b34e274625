//! Charts of firm sizes and growth rates beside the laws they are compared with.

use std::collections::BTreeMap;

use crate::report::ReportError;
use crate::report::chart::{Chart, Control, Data, Kind, Measure, Pick, Style};
use crate::report::table::Table;
use crate::report::units::meaning;

use super::{Charts, Run};

/// Points of a tail that are drawn for each period, evenly in the logarithm of the rank.
const POINTS: usize = 120;
/// Width of a bin of growth rates.
const BIN: f64 = 0.1;
/// Growth rates beyond this are not drawn.
const WIDEST: f64 = 2.5;

/// Distributions of the firms, where the run wrote them, and the figures of every tick.
pub(super) fn charts(run: &Run<'_>) -> Charts {
    let mut charts = Vec::new();
    let firms = run.results.table("firms.csv")?.filter(|firms| !firms.is_empty());
    if let Some(firms) = &firms {
        charts.push(tail(run, firms)?);
        charts.extend(growth(run, firms)?);
    }
    charts.push(tail_and_shape(run, firms.is_some())?);
    charts.push(
        Chart::new(
            "births_and_deaths",
            Kind::Lines,
            "Entries and exits",
            "Firms that enter and firms that leave, in each tick.",
            "date",
            run.by_date(&["entries", "exits"])?,
        )
        .drawing([Measure::new("entries", Style::Bar), Measure::new("exits", Style::Bar)])
        .axes("", "firms a tick", ""),
    );
    Ok(charts)
}

/// Exponents of every tick.
fn tail_and_shape(run: &Run<'_>, has_firms: bool) -> Result<Chart, ReportError> {
    let columns = ["tail_exponent", "growth_shape"];
    let mut chart = Chart::new(
        "tail_and_shape",
        Kind::Lines,
        "Tail of firm sizes and shape of growth rates",
        &format!(
            "{} {} Zipf's law has a tail of 1.",
            meaning("region", "tail_exponent"),
            meaning("region", "growth_shape")
        ),
        "date",
        run.by_date(&columns)?,
    )
    .drawing(columns.map(|name| Measure::new(name, Style::Line)))
    .axes("", "exponent", "")
    .reference("Zipf", "y", 1.0)
    .reference("normal", "y", (2.0 / std::f64::consts::PI).sqrt())
    .reference("Laplace", "y", std::f64::consts::FRAC_1_SQRT_2);
    if !has_firms {
        chart.note =
            run.with_panel("The tail and the growth rates of single firms are not drawn: this run did not write them.");
    }
    Ok(chart)
}

/// Firms by tick: name and sales.
fn waves(firms: &Table) -> Result<BTreeMap<u64, BTreeMap<&str, f64>>, ReportError> {
    let (ticks, names, sales) = (firms.numbers("tick")?, firms.words("firm")?, firms.numbers("sales")?);
    let mut waves: BTreeMap<u64, BTreeMap<&str, f64>> = BTreeMap::new();
    for row in (0..firms.len()).filter(|row| sales[*row] > 0.0) {
        waves.entry(ticks[row] as u64).or_default().insert(names[row], sales[row]);
    }
    Ok(waves)
}

/// Rank against size, on logarithmic axes.
fn tail(run: &Run<'_>, firms: &Table) -> Result<Chart, ReportError> {
    let (mut dates, mut sizes, mut ranks, mut zipf) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (tick, wave) in waves(firms)? {
        let mut sales: Vec<f64> = wave.into_values().collect();
        sales.sort_by(|a, b| b.total_cmp(a));
        // The line of Zipf's law goes through the firm whose rank is the root of their number.
        let middle = (sales.len() as f64).sqrt().round().max(1.0) as usize;
        let anchor = sales.get(middle - 1).copied().unwrap_or(0.0) * middle as f64;
        for rank in ranks_drawn(sales.len()) {
            dates.push(run.date(tick as f64));
            sizes.push(sales[rank - 1]);
            ranks.push(rank as f64);
            zipf.push(anchor / sales[rank - 1]);
        }
    }
    let data = Data::new().words("date", dates).numbers("sales", "million CNY per tick", sizes);
    let data = data.numbers("rank", "", ranks).numbers("zipf", "", zipf);
    let mut chart = Chart::new(
        "size_tail",
        Kind::Points,
        "Tail of firm sizes",
        "Rank of a firm against its sales. \
        Zipf's law is a line of slope -1.",
        "sales",
        data,
    )
    .drawing([Measure::new("rank", Style::Dot).called("firms"), Measure::new("zipf", Style::Dash).called("Zipf's law")])
    .picking(Pick::new("date", Control::Slider))
    .axes("sales, million CNY per tick", "rank", "");
    (chart.xlog, chart.ylog) = (true, true);
    Ok(chart)
}

/// Ranks from 1 to `count`, thinner towards the end.
fn ranks_drawn(count: usize) -> Vec<usize> {
    let end = (count as f64).ln();
    let mut ranks: Vec<usize> =
        (0..POINTS).map(|at| (end * at as f64 / (POINTS - 1) as f64).exp().round() as usize).collect();
    ranks.retain(|rank| (1..=count).contains(rank));
    ranks.dedup();
    ranks
}

/// Density of yearly growth rates of sales around their mean of the year.
fn growth(run: &Run<'_>, firms: &Table) -> Result<Option<Chart>, ReportError> {
    let waves = waves(firms)?;
    let mut rates = Vec::new();
    for (tick, before) in &waves {
        let Some(after) = waves.get(&(tick + run.per_year() as u64)) else { continue };
        let of_year: Vec<f64> =
            before.iter().filter_map(|(firm, sales)| Some((after.get(firm)? / sales).ln())).collect();
        let mean = of_year.iter().sum::<f64>() / of_year.len().max(1) as f64;
        rates.extend(of_year.into_iter().map(|rate| rate - mean));
    }
    if rates.len() < 50 {
        return Ok(None);
    }
    let count = rates.len() as f64;
    let deviation = (rates.iter().map(|rate| rate * rate).sum::<f64>() / count).sqrt();
    let width = rates.iter().map(|rate| rate.abs()).sum::<f64>() / count;
    let bins = (2.0 * WIDEST / BIN).round() as usize + 1;
    let mut counts = vec![0.0; bins];
    for rate in &rates {
        let bin = ((rate + WIDEST) / BIN).round();
        if bin >= 0.0 && (bin as usize) < bins {
            counts[bin as usize] += 1.0 / (count * BIN);
        }
    }
    let centres: Vec<f64> = (0..bins).map(|bin| bin as f64 * BIN - WIDEST).collect();
    // What falls below the axis of the firms' own densities is left out of the curves.
    let floor = 0.5 / (count * BIN);
    let curve = |density: &dyn Fn(f64) -> f64| {
        centres.iter().map(|rate| density(*rate)).map(|d| if d < floor { f64::NAN } else { d }).collect()
    };
    let normal =
        |rate: f64| (-0.5 * (rate / deviation).powi(2)).exp() / (deviation * (2.0 * std::f64::consts::PI).sqrt());
    let laplace = |rate: f64| (-rate.abs() / width).exp() / (2.0 * width);
    let data = Data::new()
        .numbers("laplace", "", curve(&laplace))
        .numbers("normal", "", curve(&normal))
        .numbers("firms", "", counts)
        .numbers("growth", "log points", centres.clone());
    let mut chart = Chart::new(
        "growth_rates",
        Kind::Points,
        "Distribution of growth rates",
        "Density of the yearly growth of sales less its mean of the year, on a logarithmic scale: a tent is a Laplace \
         distribution, a parabola a normal one; both are drawn with the spread of these firms.",
        "growth",
        data,
    )
    .drawing([
        Measure::new("firms", Style::Dot),
        Measure::new("laplace", Style::Line),
        Measure::new("normal", Style::Dash),
    ])
    .axes("growth, log points", "density", "");
    chart.ylog = true;
    Ok(Some(chart))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_begin_at_one_end_at_the_last_and_never_repeat() {
        for count in [1, 2, 7, 210, 100_000] {
            let ranks = ranks_drawn(count);
            assert_eq!((ranks.first(), ranks.last()), (Some(&1), Some(&count)));
            assert!(ranks.windows(2).all(|pair| pair[0] < pair[1]) && ranks.len() <= POINTS);
        }
        assert!(ranks_drawn(0).is_empty());
    }
}
