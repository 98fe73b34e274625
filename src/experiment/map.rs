//! Which path suits which region: the best of several paths over two traits, with confidence.
//!
//! All paths of a cell share their seeds, so that they are compared pair by pair. A path helps where its
//! gain over the first one (nothing done) is surely positive; it is the best surely where its margin
//! over the second best is.

use std::fmt::Write;

use quick_xml::escape::escape;
use serde_json::Value as Json;

use super::outcomes;
use super::plan::{Factor, MapSettings};
use super::statistics::{Paired, critical_t, mean, paired};
use super::store::Index;
use super::sweep::{Sweep, SweepError};

/// What can be said of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The best path is better than nothing and than the second.
    Clear,
    /// Paths help, but which is the best remains open.
    Close,
    /// No path is surely better than nothing.
    NoneHelps,
}

impl Verdict {
    /// Word in the table.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Clear => "clear",
            Verdict::Close => "close",
            Verdict::NoneHelps => "no path helps",
        }
    }
}

/// One cell of the map.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// Which of the panels.
    pub panel: usize,
    /// Place on the two axes.
    pub at: (usize, usize),
    /// The best path (place among the paths).
    pub best: usize,
    /// Its gain over the first path.
    pub gain: Paired,
    /// The second best path; with one path besides the first, the first.
    pub second: usize,
    /// Gain of the best over the second.
    pub margin: Paired,
    /// Gain of every path over the first one, itself left out.
    pub gains: Vec<Paired>,
    /// What follows.
    pub verdict: Verdict,
}

/// A map.
#[derive(Debug, Clone)]
pub struct Map {
    /// Its settings.
    pub settings: MapSettings,
    /// Values of the further factors, one combination for each panel; a single empty one without them.
    pub panels: Vec<Vec<Json>>,
    /// Values from left to right.
    pub x: Vec<Json>,
    /// Values from bottom to top.
    pub y: Vec<Json>,
    /// Names of the paths.
    pub paths: Vec<String>,
    /// Cells, panel by panel and column by column; those without two finished seeds are missing.
    pub cells: Vec<Cell>,
}

/// The values of a factor in a grid, in order.
fn values(sweep: &Sweep, factor: &Factor) -> Vec<Json> {
    let levels = sweep.spec.plan.design.levels;
    let ends = || (0..levels).map(|k| factor.at(f64::from(k) / f64::from(levels - 1))).collect();
    factor.listed().unwrap_or_else(ends)
}

/// What came of every run of a map, by the places of the factors' values.
pub(super) struct Grid {
    /// Settings of the map.
    pub settings: MapSettings,
    /// Values of each factor.
    pub levels: Vec<Vec<Json>>,
    /// Factors of the two axes, of the panels, and last of the paths.
    pub places: Vec<usize>,
    outcomes: Vec<Option<f64>>,
    replicates: usize,
}

impl Grid {
    /// Reads the outcomes of a finished sweep.
    pub(super) fn read(sweep: &Sweep, index: &Index) -> Result<Self, SweepError> {
        let refused = |message: &str| SweepError::Refused(message.to_string());
        let plan = &sweep.spec.plan;
        let settings = plan.map.clone().ok_or_else(|| refused("the plan has no [map]"))?;
        let place = |column: &str| plan.factor.iter().position(|factor| factor.column() == column);
        let places: Option<Vec<usize>> = settings.factors().into_iter().map(place).collect();
        let places = places.ok_or_else(|| refused("the plan has no factors of these names"))?;
        let outcomes = outcomes::by_run(sweep, index, &settings.criterion)?;
        let levels = plan.factor.iter().map(|factor| values(sweep, factor)).collect();
        Ok(Self { settings, levels, places, outcomes, replicates: plan.replicates as usize })
    }

    /// The factor whose options are the paths.
    pub(super) fn path(&self) -> usize {
        self.places[self.places.len() - 1]
    }

    /// What came of the runs at a point, seed by seed.
    pub(super) fn runs(&self, at: &[usize]) -> &[Option<f64>] {
        // The last factor of a grid changes fastest.
        let point = self.levels.iter().zip(at).fold(0, |point, (values, at)| point * values.len() + at);
        &self.outcomes[point * self.replicates..(point + 1) * self.replicates]
    }
}

/// Reads a map from a finished sweep.
///
/// # Errors
/// When the plan has no `[map]`, or a record cannot be read.
pub fn read(sweep: &Sweep, index: &Index) -> Result<Map, SweepError> {
    let grid = Grid::read(sweep, index)?;
    let (levels, places) = (&grid.levels, &grid.places);
    let (x, y, path) = (places[0], places[1], grid.path());
    let further = &places[2..places.len() - 1];
    let (mut panels, mut cells) = (Vec::new(), Vec::new());
    for choice in combinations(&further.iter().map(|factor| levels[*factor].len()).collect::<Vec<_>>()) {
        let mut at = vec![0; levels.len()];
        further.iter().zip(&choice).for_each(|(factor, value)| at[*factor] = *value);
        for (column, row) in (0..levels[x].len()).flat_map(|x| (0..levels[y].len()).map(move |y| (x, y))) {
            (at[x], at[y]) = (column, row);
            let of_path = |third: usize| {
                let mut at = at.clone();
                at[path] = third;
                grid.runs(&at).to_vec()
            };
            let of: Vec<Vec<Option<f64>>> = (0..levels[path].len()).map(of_path).collect();
            cells.extend(cell((column, row), &of).map(|cell| Cell { panel: panels.len(), ..cell }));
        }
        panels.push(further.iter().zip(&choice).map(|(factor, value)| levels[*factor][*value].clone()).collect());
    }
    let paths = levels[path].iter().map(label).collect();
    let (x, y) = (levels[x].clone(), levels[y].clone());
    Ok(Map { settings: grid.settings, panels, x, y, paths, cells })
}

/// All combinations of places in lists of these lengths, the last fastest.
pub(super) fn combinations(lengths: &[usize]) -> Vec<Vec<usize>> {
    lengths.iter().fold(vec![Vec::new()], |known, length| {
        let longer = |one: &Vec<usize>| -> Vec<Vec<usize>> {
            (0..*length).map(|at| one.iter().copied().chain([at]).collect()).collect()
        };
        known.iter().flat_map(longer).collect()
    })
}

/// Judges the paths of a cell by their outcomes, seed by seed.
fn cell(at: (usize, usize), outcomes: &[Vec<Option<f64>>]) -> Option<Cell> {
    let pairs = |first: usize, second: usize| -> Vec<(f64, f64)> {
        let both = outcomes[first].iter().zip(&outcomes[second]);
        both.filter_map(|(a, b)| Some(((*a)?, (*b)?))).collect()
    };
    let compare = |first: usize, second: usize| {
        let pairs = pairs(first, second);
        (pairs.len() >= 2).then(|| paired(&pairs, critical_t(pairs.len() as f64 - 1.0)))
    };
    let level = |path: usize| mean(&pairs(0, path).iter().map(|(a, b)| b - a).collect::<Vec<f64>>());
    let mut order: Vec<usize> = (1..outcomes.len()).collect();
    order.sort_by(|a, b| level(*b).total_cmp(&level(*a)));
    let best = *order.first()?;
    let second = order.get(1).copied().unwrap_or(0);
    let (gain, margin) = (compare(0, best)?, compare(second, best)?);
    let verdict = match (gain.low > 0.0, margin.low > 0.0) {
        (false, _) => Verdict::NoneHelps,
        (true, false) => Verdict::Close,
        (true, true) => Verdict::Clear,
    };
    let gains = (1..outcomes.len()).map(|path| compare(0, path)).collect::<Option<Vec<_>>>()?;
    Some(Cell { panel: 0, at, best, gain, second, margin, gains, verdict })
}

/// Colours that people with any colour vision tell apart (Okabe & Ito 2008).
const COLOURS: [&str; 7] = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#F0E442"];
/// Where no path helps.
const NOTHING: &str = "#BBBBBB";

/// A value of an axis, for people.
pub(super) fn label(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_string)
}

/// Side of a cell in the picture.
const SIZE: usize = 110;
/// Room left of the cells of a panel.
const LEFT: usize = 150;
/// Room above the first panel.
const TOP: usize = 60;
/// Room below the cells of a panel, for its axis and the title of the next.
const BELOW: usize = 100;

fn text(svg: &mut String, (x, y): (usize, usize), anchor: &str, words: &str) {
    let words = escape(words);
    let _ = writeln!(svg, "<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{words}</text>");
}

impl Map {
    /// What the further factors are in a panel, for people.
    pub fn panel_title(&self, panel: usize) -> String {
        let pairs = self.settings.panels.iter().zip(&self.panels[panel]);
        pairs.map(|(name, value)| format!("{name}: {}", label(value))).collect::<Vec<_>>().join(", ")
    }

    fn colour(&self, cell: &Cell) -> &'static str {
        match cell.verdict {
            Verdict::NoneHelps => NOTHING,
            _ => COLOURS[(cell.best - 1) % COLOURS.len()],
        }
    }

    /// The map as an SVG picture: a colour for each path, pale where it is close; panels one below the
    /// other.
    pub fn picture(&self) -> String {
        let panel_height = SIZE * self.y.len() + BELOW;
        let (width, height) = (LEFT + SIZE * self.x.len() + 220, TOP + panel_height * self.panels.len());
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" \
             font-size=\"13\">\n<rect width=\"{width}\" height=\"{height}\" fill=\"white\"/>\n"
        );
        text(&mut svg, (10, 24), "start", &format!("Best path by {}", self.settings.criterion));
        for panel in 0..self.panels.len() {
            self.panel(&mut svg, panel, TOP + panel_height * panel);
        }
        self.legend(&mut svg, LEFT + SIZE * self.x.len() + 20, TOP);
        svg + "</svg>\n"
    }

    /// One panel with its axes; `top` is where its cells begin.
    fn panel(&self, svg: &mut String, panel: usize, top: usize) {
        let bottom = top + SIZE * self.y.len();
        text(svg, (LEFT, top - 6), "start", &self.panel_title(panel));
        text(svg, (10, top - 6), "start", &self.settings.y);
        for (column, value) in self.x.iter().enumerate() {
            text(svg, (LEFT + SIZE * column + SIZE / 2, bottom + 20), "middle", &label(value));
        }
        for (row, value) in self.y.iter().enumerate() {
            text(svg, (LEFT - 10, bottom - SIZE * row - SIZE / 2), "end", &label(value));
        }
        text(svg, (LEFT + SIZE * self.x.len() / 2, bottom + 45), "middle", &self.settings.x);
        for cell in self.cells.iter().filter(|cell| cell.panel == panel) {
            self.draw(svg, cell, (LEFT + SIZE * cell.at.0, bottom - SIZE * (cell.at.1 + 1)));
        }
    }

    fn draw(&self, svg: &mut String, cell: &Cell, (x, y): (usize, usize)) {
        let pale = if cell.verdict == Verdict::Close { 0.45 } else { 0.85 };
        let _ = writeln!(
            svg,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{SIZE}\" height=\"{SIZE}\" fill=\"{}\" fill-opacity=\"{pale}\" \
             stroke=\"white\"/>",
            self.colour(cell)
        );
        let name = if cell.verdict == Verdict::NoneHelps { "none" } else { &self.paths[cell.best] };
        let gain = 100.0 * cell.gain.difference / cell.gain.baseline.abs().max(f64::MIN_POSITIVE);
        for (line, words) in [name.to_string(), format!("{gain:+.2} %")].iter().enumerate() {
            text(svg, (x + SIZE / 2, y + SIZE / 2 + 18 * line), "middle", words);
        }
    }

    fn legend(&self, svg: &mut String, x: usize, top: usize) {
        let paths = self.paths.iter().skip(1).enumerate();
        let mut entries: Vec<(&str, f64, String)> =
            paths.map(|(at, name)| (COLOURS[at % COLOURS.len()], 0.85, name.clone())).collect();
        entries.push((COLOURS[0], 0.45, "pale: second best is close".to_string()));
        entries.push((NOTHING, 0.85, "no path helps surely".to_string()));
        for (line, (colour, opacity, words)) in entries.into_iter().enumerate() {
            let y = top + 24 * line;
            let _ = writeln!(
                svg,
                "<rect x=\"{x}\" y=\"{y}\" width=\"16\" height=\"16\" fill=\"{colour}\" fill-opacity=\"{opacity}\"/>\n\
                 <text x=\"{}\" y=\"{}\">{}</text>",
                x + 24,
                y + 13,
                escape(&words)
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcomes(gains: &[f64]) -> Vec<Vec<Option<f64>>> {
        // Noise that all paths share cancels.
        let noise = [5.0, -3.0, 0.5, 1.0];
        let own = [0.01, -0.02, 0.015, 0.0];
        let of = |(path, gain): (usize, &f64)| {
            noise.iter().zip(own).map(|(noise, own)| Some(10.0 + noise + gain + own * path as f64)).collect()
        };
        gains.iter().enumerate().map(of).collect()
    }

    #[test]
    fn the_best_path_is_judged_against_nothing_and_the_second() {
        let clear = cell((0, 0), &outcomes(&[0.0, 1.0, 2.0])).expect("a cell");
        assert_eq!((clear.best, clear.second, clear.verdict), (2, 1, Verdict::Clear));
        assert!((clear.gain.difference - 2.0).abs() < 0.1 && (clear.margin.difference - 1.0).abs() < 0.1);
        let close = cell((0, 0), &outcomes(&[0.0, 1.0, 1.001])).expect("a cell");
        assert_eq!((close.best, close.verdict), (2, Verdict::Close));
        let nothing = cell((0, 0), &outcomes(&[0.0, -1.0, -2.0])).expect("a cell");
        assert_eq!((nothing.best, nothing.verdict), (1, Verdict::NoneHelps));
    }

    #[test]
    fn failed_seeds_are_left_out_and_two_are_needed() {
        let mut some = outcomes(&[0.0, 1.0]);
        some[1][0] = None;
        let found = cell((0, 0), &some).expect("a cell");
        assert_eq!((found.gain.n, found.second), (3, 0));
        some[0] = vec![Some(1.0), None, None, None];
        assert!(cell((0, 0), &some).is_none());
    }
}
