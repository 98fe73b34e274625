//! `tiexi sensitivity`: which factor of a sweep matters?

use std::path::{Path, PathBuf};

use super::failure::Failure;
use super::report::renewing;
use super::table::{Column, figure, side_by_side};
use super::{Done, console, glue};
use crate::experiment::merge::no_sweep;
use crate::experiment::outcomes::{self, Outcomes};
use crate::experiment::plan::Kind;
use crate::experiment::sensitivity::{Measure, measures};
use crate::experiment::store::Index;
use crate::experiment::sweep::{Sweep, SweepError};
use crate::kernel::record::Cell;
use crate::output::{LooseFile, push_cell, push_text};

/// Say which factors of a sweep matter
///
/// What can be said depends on the design of the plan. morris: mean, mean size and deviation of the
/// elementary effects, over the whole range of each factor; a cheap screening. saltelli: first-order
/// and total indices of the variance; a total of 0.4 says that 40 % of the variance goes with this
/// factor and what it does together with others. Any other design: standardised regression
/// coefficients of values and of ranks, with the share of variance they explain. All have bootstrap
/// intervals. Outcomes are means over the replicates of a point. Writes sensitivity.csv into the
/// folder.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tiexi sensitivity output/plan
  tiexi sensitivity output/plan --indicator value_added --indicator high_end_share
  tiexi sensitivity output/plan --tick 40

A plan for it:
  base = \"liaoning.toml\"
  replicates = 4
  [design]
  kind = \"morris\"          # 20 x (factors + 1) points; saltelli: size x (factors + 2)
  size = 20
  [[factor]]
  key = \"finance.debt_limit\"
  range = [1.0, 4.0]")]
pub(super) struct Arguments {
    /// Folder of the sweep
    #[arg(value_name = "DIR")]
    folder: PathBuf,

    /// Only this indicator (repeatable) [default: all that were kept; the terminal shows six]
    #[arg(long, value_name = "NAME")]
    indicator: Vec<String>,

    /// Tick of the outcome [default: the last]
    #[arg(long, value_name = "T")]
    tick: Option<u32>,
}

/// Indicators on the terminal unless they are chosen.
const SHOWN: usize = 6;

/// What was found for one indicator.
struct Found {
    indicator: String,
    measures: Vec<Measure>,
}

/// Measures, writes, and shows.
pub(super) fn execute(arguments: &Arguments) -> Done {
    let folder = &arguments.folder;
    let sweep = Sweep::read(folder)?.ok_or_else(|| no_sweep(folder))?;
    let index = Index::read(folder).map_err(SweepError::from)?;
    let outcomes = outcomes::read(&sweep, &index, arguments.tick)?;
    let chosen = chosen(&arguments.indicator, &outcomes)?;
    let (kind, factors) = (sweep.spec.plan.design.kind, sweep.spec.plan.factor.len());
    let find = |at: usize| Found {
        indicator: outcomes.indicators[at].clone(),
        measures: measures(kind, sweep.points(), factors, &outcomes.values[at]),
    };
    let found: Vec<Found> = chosen.into_iter().map(find).filter(|found| !found.measures.is_empty()).collect();
    if found.is_empty() {
        return Err(Failure::refused(
            "nothing to say: no indicator varies, or too few points have finished, or the plan has no factor",
        ));
    }
    let names: Vec<String> = sweep.spec.plan.factor.iter().map(|factor| factor.column()).collect();
    renewing(folder, "sensitivity.csv", || write(folder, outcomes.tick, &names, &found))?;
    console::emit(&text(arguments, kind, &names, &outcomes, &found))
}

/// Places of the indicators asked for.
fn chosen(wanted: &[String], outcomes: &Outcomes) -> Result<Vec<usize>, Failure> {
    if wanted.is_empty() {
        return Ok((0..outcomes.indicators.len()).collect());
    }
    let place = |name: &String| {
        let place = outcomes.indicators.iter().position(|known| known == name);
        place.ok_or_else(|| name.clone())
    };
    wanted.iter().map(place).collect::<Result<_, _>>().map_err(|name| {
        let known = outcomes.indicators.iter().map(String::as_str);
        let hint = glue::nearest(&name, known).map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        Failure::refused(format!("the sweep has kept no number named `{name}`{hint}"))
    })
}

fn write(folder: &Path, tick: u32, names: &[String], found: &[Found]) -> Result<(), SweepError> {
    let mut file = LooseFile::create(folder, "sensitivity.csv")?;
    file.write(b"tick,indicator,factor,measure,value,low,high,n\n")?;
    for Found { indicator, measures } in found {
        for measure in measures {
            let mut line = format!("{tick},{indicator},").into_bytes();
            push_text(&mut line, measure.factor.map_or("all", |factor| names[factor].as_str()));
            line.extend_from_slice(format!(",{}", measure.name).as_bytes());
            for value in [measure.value, measure.low, measure.high] {
                line.push(b',');
                // Measures of what varies are finite.
                let _ = push_cell(&mut line, &Cell::Number(value));
            }
            line.extend_from_slice(format!(",{}\n", measure.n).as_bytes());
            file.row(&line)?;
        }
    }
    file.finish()?;
    Ok(())
}

/// The measure by which factors are put in order.
fn leading(kind: Kind) -> &'static str {
    match kind {
        Kind::Morris => "mu_star",
        Kind::Saltelli => "total",
        _ => "rank_regression",
    }
}

fn text(arguments: &Arguments, kind: Kind, names: &[String], outcomes: &Outcomes, found: &[Found]) -> String {
    let shown = if arguments.indicator.is_empty() { SHOWN } else { usize::MAX };
    let mut text = format!("at tick {}, {} of {} runs\n", outcomes.tick, outcomes.runs.0, outcomes.runs.1);
    for found in found.iter().take(shown) {
        text += &format!("\n{}", block(leading(kind), names, found));
    }
    if found.len() > shown {
        text += &format!("\n... and {} more indicators\n", found.len() - shown);
    }
    text + &format!("\nAll measures in {}\n", arguments.folder.join("sensitivity.csv").display())
}

/// One indicator: its factors, the most important first.
fn block(leading: &str, names: &[String], found: &Found) -> String {
    let mut kinds: Vec<&'static str> = Vec::new();
    for measure in found.measures.iter().filter(|measure| measure.factor.is_some()) {
        if !kinds.contains(&measure.name) {
            kinds.push(measure.name);
        }
    }
    let of = |kind: &str, factor: usize| found.measures.iter().find(|m| m.name == kind && m.factor == Some(factor));
    let weight = |factor: usize| of(leading, factor).map_or(0.0, |measure| measure.value.abs());
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_by(|a, b| weight(*b).total_cmp(&weight(*a)));
    let mut columns = vec![Column::words(&found.indicator, order.iter().map(|factor| names[*factor].clone()))];
    for kind in kinds {
        let cell = |factor: &usize| of(kind, *factor).map_or_else(String::new, |measure| figure(measure.value));
        let range = |factor: &usize| {
            of(kind, *factor).map_or_else(String::new, |m| format!("{} .. {}", figure(m.low), figure(m.high)))
        };
        columns.push(Column::figures(kind, order.iter().map(cell)));
        columns.push(Column::words("95 %", order.iter().map(range)));
    }
    let mut text = side_by_side(&columns);
    for measure in found.measures.iter().filter(|measure| measure.factor.is_none()) {
        text += &format!("{}: {}\n", measure.name.replace('_', " "), figure(measure.value));
    }
    text
}
