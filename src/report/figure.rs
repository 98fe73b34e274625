//! Single figures for papers: indicators of a result as SVG, one panel below the other.
//!
//! A run is drawn as it is, a comparison as differences with their intervals, a sweep as the median of
//! its runs with the range from the 5th to the 95th percentile.

use plotters::prelude::*;

use super::ReportError;
use super::folder::{Kind, Results};
use super::statistics::quantile;
use super::table::Table;
use super::units::unit;

/// Okabe and Ito (2008): told apart with every common form of colour blindness.
const COLOURS: [RGBColor; 7] = [
    RGBColor(0x00, 0x72, 0xB2),
    RGBColor(0xD5, 0x5E, 0x00),
    RGBColor(0x00, 0x9E, 0x73),
    RGBColor(0xE6, 0x9F, 0x00),
    RGBColor(0xCC, 0x79, 0xA7),
    RGBColor(0x56, 0xB4, 0xE9),
    RGBColor(0x55, 0x55, 0x55),
];
const WIDTH: u32 = 760;
const PANEL: u32 = 300;
const FONT: &str = "sans-serif";

/// A line with the range around it.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Name in the legend.
    pub name: String,
    /// Points in the order of x.
    pub points: Vec<(f64, f64)>,
    /// Lower and upper end at each point; empty where there is none.
    pub range: Vec<(f64, f64)>,
}

/// One indicator.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel {
    /// Title above.
    pub title: String,
    /// Unit, below the title.
    pub axis: String,
    /// Lines.
    pub lines: Vec<Line>,
}

/// Draws indicators of a result.
///
/// # Errors
/// When an indicator is not there, is a label, or cannot be drawn.
pub fn svg(results: &Results, indicators: &[String]) -> Result<String, ReportError> {
    let (panels, along) = match results.kind {
        Kind::Run => (of_run(results, indicators)?, "year"),
        Kind::Comparison => (of_comparison(results, indicators)?, "year"),
        Kind::Sweep | Kind::Map => (of_sweep(results, indicators)?, "tick"),
    };
    draw(&panels, along).map_err(|error| ReportError::Refused(format!("the figure cannot be drawn: {error}")))
}

/// An indicator that is not there, with those that are near.
fn unknown(name: &str, known: &[String]) -> ReportError {
    let near = crate::scenario::nearest(name, known.iter().map(String::as_str));
    let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    ReportError::Refused(format!("the result has no indicator `{name}`{hint}"))
}

fn of_run(results: &Results, indicators: &[String]) -> Result<Vec<Panel>, ReportError> {
    let region = results.needed("region.csv")?;
    let time = &results.scenario()["time"];
    let (start, per_year) =
        (time["start_year"].as_f64().unwrap_or(0.0), time["ticks_per_year"].as_f64().unwrap_or(1.0).max(1.0));
    let along: Vec<f64> = region.numbers("tick")?.iter().map(|tick| start + (tick - 1.0) / per_year).collect();
    let panel = |name: &String| {
        if !region.has(name) {
            return Err(unknown(name, region.names()));
        }
        let points = along.iter().copied().zip(region.numbers(name)?).collect();
        let line = Line { name: String::new(), points, range: Vec::new() };
        Ok(Panel { title: spoken(name), axis: unit("region", name).to_string(), lines: vec![line] })
    };
    indicators.iter().map(panel).collect()
}

fn of_comparison(results: &Results, indicators: &[String]) -> Result<Vec<Panel>, ReportError> {
    let table = results.needed("comparison.csv")?;
    let known: indexmap::IndexSet<String> = table.words("indicator")?.into_iter().map(str::to_string).collect();
    let known: Vec<String> = known.into_iter().collect();
    let panel = |name: &String| {
        let rows = table.only("indicator", name)?;
        if rows.is_empty() {
            return Err(unknown(name, &known));
        }
        let named: indexmap::IndexSet<&str> = rows.words("scenario")?.into_iter().collect();
        let lines = named.into_iter().map(|scenario| difference(&rows, scenario)).collect::<Result<_, _>>()?;
        let axis = format!("difference, {}", unit("region", name));
        Ok(Panel { title: format!("{}: difference to the first scenario, 95 % interval", spoken(name)), axis, lines })
    };
    indicators.iter().map(panel).collect()
}

fn difference(rows: &Table, scenario: &str) -> Result<Line, ReportError> {
    let rows = rows.only("scenario", scenario)?;
    let points = rows.numbers("year")?.into_iter().zip(rows.numbers("difference")?).collect();
    let range = rows.numbers("low")?.into_iter().zip(rows.numbers("high")?).collect();
    Ok(Line { name: scenario.to_string(), points, range })
}

fn of_sweep(results: &Results, indicators: &[String]) -> Result<Vec<Panel>, ReportError> {
    let table = results.needed("series.csv")?;
    let kept: Vec<String> = table.names().iter().skip(2).cloned().collect();
    let ticks = table.numbers("tick")?;
    let panel = |name: &String| {
        if !kept.contains(name) {
            return Err(unknown(name, &kept));
        }
        let mut by_tick: std::collections::BTreeMap<u64, Vec<f64>> = std::collections::BTreeMap::new();
        for (tick, value) in ticks.iter().zip(table.numbers(name)?) {
            by_tick.entry(*tick as u64).or_default().push(value);
        }
        by_tick.values_mut().for_each(|values| values.sort_by(f64::total_cmp));
        let points = by_tick.iter().map(|(tick, values)| (*tick as f64, quantile(values, 0.5))).collect();
        let range = by_tick.values().map(|values| (quantile(values, 0.05), quantile(values, 0.95))).collect();
        let line = Line { name: String::new(), points, range };
        let title = format!("{}: median of all runs, 5th to 95th percentile", spoken(name));
        Ok(Panel { title, axis: unit("region", name).to_string(), lines: vec![line] })
    };
    indicators.iter().map(panel).collect()
}

fn spoken(name: &str) -> String {
    name.replace('_', " ")
}

type Drawn<T> = Result<T, DrawingAreaErrorKind<std::io::Error>>;

fn draw(panels: &[Panel], along: &str) -> Drawn<String> {
    let mut text = String::new();
    {
        let area = SVGBackend::with_string(&mut text, (WIDTH, PANEL * panels.len() as u32)).into_drawing_area();
        area.fill(&WHITE)?;
        for (panel, part) in panels.iter().zip(area.split_evenly((panels.len(), 1))) {
            draw_panel(panel, along, &part)?;
        }
        area.present()?;
    }
    Ok(text)
}

fn draw_panel(panel: &Panel, along: &str, area: &DrawingArea<SVGBackend<'_>, plotters::coord::Shift>) -> Drawn<()> {
    let xs = || panel.lines.iter().flat_map(|line| line.points.iter().map(|point| point.0));
    let ys = || {
        panel
            .lines
            .iter()
            .flat_map(|line| line.points.iter().map(|p| p.1).chain(line.range.iter().flat_map(|r| [r.0, r.1])))
    };
    let (x, y) = (span(xs(), 0.0), span(ys(), 0.05));
    let area = area.titled(&panel.title, (FONT, 16))?;
    let mut chart = ChartBuilder::on(&area)
        .caption(&panel.axis, (FONT, 12))
        .margin(10)
        .margin_right(24)
        .x_label_area_size(36)
        .y_label_area_size(56)
        .build_cartesian_2d(x.0..x.1, y.0..y.1)?;
    chart
        .configure_mesh()
        .x_desc(along)
        .x_labels(10)
        .y_labels(6)
        .x_label_formatter(&|value| format!("{value:.0}"))
        .y_label_formatter(&|value| tick_label(*value, y.1 - y.0))
        .light_line_style(TRANSPARENT)
        .label_style((FONT, 12))
        .draw()?;
    for (line, colour) in panel.lines.iter().zip(COLOURS.iter().cycle()) {
        if !line.range.is_empty() {
            let upper = line.points.iter().zip(&line.range).map(|(point, range)| (point.0, range.1));
            let lower = line.points.iter().zip(&line.range).rev().map(|(point, range)| (point.0, range.0));
            let outline: Vec<(f64, f64)> = upper.chain(lower).collect();
            chart.draw_series(std::iter::once(Polygon::new(outline, colour.mix(0.18))))?;
        }
        let drawn = chart.draw_series(LineSeries::new(line.points.iter().copied(), colour.stroke_width(2)))?;
        if !line.name.is_empty() {
            drawn
                .label(&line.name)
                .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], colour.stroke_width(2)));
        }
    }
    if panel.lines.iter().any(|line| !line.name.is_empty()) {
        chart
            .configure_series_labels()
            .background_style(WHITE.mix(0.85))
            .border_style(BLACK.mix(0.3))
            .label_font((FONT, 12))
            .position(SeriesLabelPosition::UpperLeft)
            .draw()?;
    }
    Ok(())
}

/// Ends of an axis with some room; a flat line gets room too.
fn span(values: impl Iterator<Item = f64>, room: f64) -> (f64, f64) {
    let (low, high) =
        values.filter(|v| v.is_finite()).fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(v), b.max(v)));
    if low > high {
        return (0.0, 1.0);
    }
    let width = if high > low { (high - low) * room } else { low.abs().max(1.0) * 0.1 };
    (low - width, high + width)
}

/// A label with as many digits as the axis needs.
fn tick_label(value: f64, width: f64) -> String {
    let digits = (1.0 - (width / 6.0).log10()).ceil().clamp(0.0, 6.0) as usize;
    format!("{value:.digits$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn panel(name: &str) -> Panel {
        let line = Line {
            name: name.to_string(),
            points: vec![(2010.0, 1.0), (2011.0, 2.0)],
            range: vec![(0.5, 1.5), (1.0, 3.0)],
        };
        Panel { title: "a <b> & c".to_string(), axis: "share".to_string(), lines: vec![line] }
    }

    #[test]
    fn a_figure_is_sound_svg_and_text_stays_text() {
        let text = draw(&[panel("</text><script>alert(1)</script>"), panel("x")], "year").expect("drawn");
        assert!(!text.contains("<script") && !text.contains("<b>"), "{text}");
        let mut reader = quick_xml::Reader::from_str(&text);
        let mut shapes = 0;
        loop {
            match reader.read_event().expect("sound XML") {
                quick_xml::events::Event::Eof => break,
                quick_xml::events::Event::Empty(element) | quick_xml::events::Event::Start(element) => {
                    shapes += usize::from(["polyline", "polygon"].contains(&element.name().as_ref()));
                }
                _ => {}
            }
        }
        assert!(shapes >= 4, "two lines and two ranges: {shapes}");
    }

    #[test]
    fn axes_have_room_also_for_flat_lines() {
        assert_eq!(span([1.0, 2.0].into_iter(), 0.5), (0.5, 2.5));
        assert_eq!(span([3.0].into_iter(), 0.05), (2.7, 3.3));
        assert_eq!(span(std::iter::empty(), 0.05), (0.0, 1.0));
        assert_eq!([tick_label(0.12345, 0.6), tick_label(1234.5, 3000.0)], ["0.12", "1234"]);
    }
}
