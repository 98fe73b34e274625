//! `tiexi map`: which path suits which region?

use std::path::Path;

use serde_json::Value as Json;

use super::report::renewing;
use super::sweep::{self, Arguments as SweepArguments};
use super::table::aligned;
use super::{Done, console, glue};
use crate::experiment::map::{self, Map};
use crate::experiment::map_traits::{self, TraitGain};
use crate::experiment::merge::no_sweep;
use crate::experiment::statistics::Paired;
use crate::experiment::store::Index;
use crate::experiment::sweep::{Sweep, SweepError};
use crate::kernel::record::Cell;
use crate::output::{LooseFile, push_cell, push_text};
use crate::report::pixels;

/// Map which path is best, over two traits of the region
///
/// A plan with [map] names two traits and the paths. Every path is run in every cell with the same
/// seeds; the map says which path is best there, what it gains over the first one (nothing done), its
/// margin over the second best, both with 95 % intervals, and where no path helps. Further traits make
/// panels, a map for each combination of their values. All that `tiexi sweep` promises holds: interrupt
/// it, and the same command goes on. Writes map.csv, map_gains.csv (what every path gains everywhere),
/// map_traits.csv (how the gains change with each trait, the others averaged), map.svg and map.png beside
/// the tables of the sweep.
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
  panels = []                        # further factors: a map for each combination
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
    glue::check_for_map(arguments.sweep.plan())?;
    let swept = sweep::execute(&arguments.sweep);
    let folder = arguments.sweep.folder();
    if arguments.sweep.is_partial() || swept.as_ref().is_err_and(|failure| failure.code() != 3) {
        return swept;
    }
    let sweep = Sweep::read(&folder)?.ok_or_else(|| no_sweep(&folder))?;
    let index = Index::read(&folder).map_err(SweepError::from)?;
    let map = map::read(&sweep, &index)?;
    let traits = map_traits::read(&sweep, &index)?;
    renewing(&folder, "map.csv", || {
        write(&folder, &map)?;
        write_traits(&folder, &traits)?;
        draw(&folder, &map)
    })?;
    if !arguments.sweep.is_quiet() {
        console::emit(&text(&map, &folder))?;
    }
    swept
}

fn write(folder: &Path, map: &Map) -> Result<(), SweepError> {
    let mut file = LooseFile::create(folder, "map.csv")?;
    let ends = "n,best,gain,gain_low,gain_high,second,margin,margin_low,margin_high,verdict";
    file.write(&header(map, ends))?;
    for cell in &map.cells {
        let mut line = place(map, cell);
        line.extend_from_slice(cell.gain.n.to_string().as_bytes());
        for (path, paired) in [(cell.best, &cell.gain), (cell.second, &cell.margin)] {
            line.push(b',');
            push_text(&mut line, &map.paths[path]);
            push_interval(&mut line, paired);
        }
        line.extend_from_slice(format!(",{}\n", cell.verdict.word()).as_bytes());
        file.row(&line)?;
    }
    file.finish()?;
    write_gains(folder, map)
}

/// The picture, for browsers and for everything else.
fn draw(folder: &Path, map: &Map) -> Done {
    let picture = map.picture();
    for (name, bytes) in [("map.svg", picture.as_bytes()), ("map.png", &pixels::png(&picture)?)] {
        let mut file = LooseFile::create(folder, name)?;
        file.write(bytes)?;
        file.finish()?;
    }
    Ok(())
}

/// What every path gains in every cell, so that one can see how a trait moves it.
fn write_gains(folder: &Path, map: &Map) -> Result<(), SweepError> {
    let mut file = LooseFile::create(folder, "map_gains.csv")?;
    file.write(&header(map, "path,n,baseline,gain,gain_low,gain_high,agreement"))?;
    for cell in &map.cells {
        for (path, gain) in map.paths.iter().skip(1).zip(&cell.gains) {
            let mut line = place(map, cell);
            push_text(&mut line, path);
            line.extend_from_slice(format!(",{},", gain.n).as_bytes());
            let _ = push_cell(&mut line, &Cell::Number(gain.baseline));
            push_interval(&mut line, gain);
            line.push(b',');
            let _ = push_cell(&mut line, &Cell::Number(gain.agreement));
            line.push(b'\n');
            file.row(&line)?;
        }
    }
    file.finish()?;
    Ok(())
}

/// How the gains change with each trait.
fn write_traits(folder: &Path, traits: &[TraitGain]) -> Result<(), SweepError> {
    let mut file = LooseFile::create(folder, "map_traits.csv")?;
    file.write(b"trait,value,path,over,n,gain,gain_low,gain_high,change,change_low,change_high\n")?;
    for TraitGain { of, value, path, over, gain, change } in traits {
        let mut line = Vec::new();
        for word in [of, value, path, over] {
            push_text(&mut line, word);
            line.push(b',');
        }
        line.extend_from_slice(gain.n.to_string().as_bytes());
        push_interval(&mut line, gain);
        push_interval(&mut line, change);
        line.push(b'\n');
        file.row(&line)?;
    }
    file.finish()?;
    Ok(())
}

/// The axes and panels, then what else there is.
fn header(map: &Map, ends: &str) -> Vec<u8> {
    let mut line = Vec::new();
    for name in [&map.settings.x, &map.settings.y].into_iter().chain(&map.settings.panels) {
        push_text(&mut line, name);
        line.push(b',');
    }
    line.extend_from_slice(ends.as_bytes());
    line.push(b'\n');
    line
}

/// Where a cell lies, with a comma behind.
fn place(map: &Map, cell: &map::Cell) -> Vec<u8> {
    let mut line = Vec::new();
    for value in [&map.x[cell.at.0], &map.y[cell.at.1]].into_iter().chain(&map.panels[cell.panel]) {
        push_value(&mut line, value);
        line.push(b',');
    }
    line
}

/// A difference and its interval, each with a comma before.
fn push_interval(line: &mut Vec<u8>, paired: &Paired) {
    for value in [paired.difference, paired.low, paired.high] {
        line.push(b',');
        // Means of kept numbers are finite.
        let _ = push_cell(line, &Cell::Number(value));
    }
}

fn push_value(line: &mut Vec<u8>, value: &Json) {
    match value.as_str() {
        Some(text) => push_text(line, text),
        None => push_text(line, &value.to_string()),
    }
}

/// The map in words.
fn text(map: &Map, folder: &Path) -> String {
    let mut text = format!("\nbest path by {}\n", map.settings.criterion);
    for panel in 0..map.panels.len() {
        let title = map.panel_title(panel);
        if !title.is_empty() {
            text += &format!("\n{title}\n");
        }
        text += &aligned(&panel_lines(map, panel));
    }
    let folder = folder.display();
    text + &format!(
        "\nMargins and intervals in {folder}/map.csv, the gains of all paths in {folder}/map_gains.csv, how they change \
         with each trait in {folder}/map_traits.csv, the picture in {folder}/map.svg and {folder}/map.png\n"
    )
}

/// A panel as lines of cells, the highest row first.
fn panel_lines(map: &Map, panel: usize) -> Vec<Vec<String>> {
    let word = |value: &Json| value.as_str().map_or_else(|| value.to_string(), str::to_string);
    let verdict = |cell: &map::Cell| match cell.verdict {
        map::Verdict::NoneHelps => "none helps".to_string(),
        map::Verdict::Close => format!("{} (close)", map.paths[cell.best]),
        map::Verdict::Clear => map.paths[cell.best].clone(),
    };
    let mut lines = vec![vec![format!("{} \\ {}", map.settings.y, map.settings.x)]];
    lines[0].extend(map.x.iter().map(word));
    for (row, value) in map.y.iter().enumerate().rev() {
        let mut line = vec![word(value)];
        for column in 0..map.x.len() {
            let cell = map.cells.iter().find(|cell| cell.panel == panel && cell.at == (column, row));
            line.push(cell.map_or_else(|| "-".to_string(), verdict));
        }
        lines.push(line);
    }
    lines
}
