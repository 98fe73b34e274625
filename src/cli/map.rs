//! `tiexi map`: which path suits which region?

use std::path::Path;

use serde_json::Value as Json;

use super::sweep::{self, Arguments as SweepArguments};
use super::table::aligned;
use super::{Done, console};
use crate::experiment::map::{self, Map};
use crate::experiment::merge::no_sweep;
use crate::experiment::store::Index;
use crate::experiment::sweep::{Sweep, SweepError};
use crate::kernel::record::Cell;
use crate::output::{LooseFile, push_cell, push_text};

/// Map which path is best, over two traits of the region
///
/// A plan with [map] names two traits and the paths. Every path is run in every cell with the same
/// seeds; the map says which path is best there, what it gains over the first one (nothing done), its
/// margin over the second best, both with 95 % intervals, and where no path helps. All that `tiexi sweep`
/// promises holds: interrupt it, and the same command goes on. Writes map.csv and map.svg beside the
/// tables of the sweep.
#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(after_help = "\
Examples:
  tiexi map scenarios/plans/policy-map.toml
  tiexi map scenarios/plans/policy-map.toml --dry-run
  tiexi map plan.toml --output output/my-map

A plan:
  base = \"liaoning.toml\"
  replicates = 20
  [map]
  x = \"finance.debt_limit\"          # columns of three factors
  y = \"outside.frontier_growth\"
  path = \"path\"
  criterion = \"value_added_per_worker\"
  [[factor]]
  name = \"path\"
  [factor.option.nothing]
  [factor.option.grant]
  \"policies.g\" = { kind = \"research_grant\", annual_budget = 300.0, rate = 0.2 }
  ... and the factors of the two axes")]
pub(super) struct Arguments {
    #[command(flatten)]
    sweep: SweepArguments,
}

/// Does the sweep, then draws the map.
pub(super) fn execute(arguments: &Arguments) -> Done {
    let swept = sweep::execute(&arguments.sweep);
    let folder = arguments.sweep.folder();
    if arguments.sweep.is_partial() || swept.as_ref().is_err_and(|failure| failure.code() != 3) {
        return swept;
    }
    let sweep = Sweep::read(&folder)?.ok_or_else(|| no_sweep(&folder))?;
    let index = Index::read(&folder).map_err(SweepError::from)?;
    let map = map::read(&sweep, &index)?;
    write(&folder, &map)?;
    if !arguments.sweep.is_quiet() {
        console::emit(&text(&map, &folder))?;
    }
    swept
}

fn write(folder: &Path, map: &Map) -> Result<(), SweepError> {
    let mut file = LooseFile::create(folder, "map.csv")?;
    let mut header = Vec::new();
    push_text(&mut header, &map.settings.x);
    header.push(b',');
    push_text(&mut header, &map.settings.y);
    header.extend_from_slice(b",n,best,gain,gain_low,gain_high,second,margin,margin_low,margin_high,verdict\n");
    file.write(&header)?;
    for cell in &map.cells {
        let mut line = Vec::new();
        push_value(&mut line, &map.x[cell.at.0]);
        line.push(b',');
        push_value(&mut line, &map.y[cell.at.1]);
        line.extend_from_slice(format!(",{},", cell.gain.n).as_bytes());
        for (path, paired) in [(cell.best, &cell.gain), (cell.second, &cell.margin)] {
            push_text(&mut line, &map.paths[path]);
            for value in [paired.difference, paired.low, paired.high] {
                line.push(b',');
                // Means of kept numbers are finite.
                let _ = push_cell(&mut line, &Cell::Number(value));
            }
            line.push(b',');
        }
        line.extend_from_slice(cell.verdict.word().as_bytes());
        line.push(b'\n');
        file.row(&line)?;
    }
    file.finish()?;
    let mut picture = LooseFile::create(folder, "map.svg")?;
    picture.write(map.picture().as_bytes())?;
    picture.finish()?;
    Ok(())
}

fn push_value(line: &mut Vec<u8>, value: &Json) {
    match value.as_str() {
        Some(text) => push_text(line, text),
        None => push_text(line, &value.to_string()),
    }
}

/// The map in words, the highest row first.
fn text(map: &Map, folder: &Path) -> String {
    let word = |value: &Json| value.as_str().map_or_else(|| value.to_string(), str::to_string);
    let mut lines = vec![vec![format!("{} \\ {}", map.settings.y, map.settings.x)]];
    lines[0].extend(map.x.iter().map(word));
    for (row, value) in map.y.iter().enumerate().rev() {
        let mut line = vec![word(value)];
        for column in 0..map.x.len() {
            let cell = map.cells.iter().find(|cell| cell.at == (column, row));
            line.push(cell.map_or_else(
                || "-".to_string(),
                |cell| match cell.verdict {
                    map::Verdict::NoneHelps => "none helps".to_string(),
                    map::Verdict::Close => format!("{} (close)", map.paths[cell.best]),
                    map::Verdict::Clear => map.paths[cell.best].clone(),
                },
            ));
        }
        lines.push(line);
    }
    let folder = folder.display();
    format!(
        "\nbest path by {}\n{}\nMargins and intervals in {folder}/map.csv, the picture in {folder}/map.svg\n",
        map.settings.criterion,
        aligned(&lines)
    )
}
