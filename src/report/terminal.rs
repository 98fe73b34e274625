//! The same story in a terminal: live charts, the band of stages, and a ticker of events.

use std::collections::VecDeque;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Modifier, Style};
use ratatui::symbols::Marker;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Axis, Block, Chart, Dataset, GraphType, Paragraph, Wrap};
use serde_json::Value as Json;

use super::units::figure;

/// Lines of the ticker that are kept.
const KEPT: usize = 200;

/// Charts: title, and the columns that are drawn.
const CHARTS: [(&str, &[&str]); 4] = [
    ("real value added per worker", &["value_added_per_worker"]),
    ("high-end and high-tech share", &["high_end_share", "high_tech_share"]),
    ("what moved it, summed up", &["factor_contribution", "value_chain_contribution", "structure_contribution"]),
    ("relations: supply, alliances, platforms", &["supply_relations", "alliance_relations", "platform_members"]),
];
/// The chart whose columns are summed up over time.
const SUMMED: usize = 2;
const COLOURS: [Color; 3] = [Color::LightBlue, Color::Yellow, Color::LightGreen];

/// What has been seen of a run.
#[derive(Debug, Default)]
pub struct Story {
    title: String,
    dates: Vec<String>,
    stages: Vec<String>,
    /// Values of every drawn column.
    columns: Vec<Vec<Vec<(f64, f64)>>>,
    ticker: VecDeque<String>,
    /// running, waiting, finished, or why it stopped.
    pub status: String,
}

impl Story {
    /// A story that has not begun.
    pub fn new(title: &str) -> Self {
        let columns = CHARTS.iter().map(|(_, names)| vec![Vec::new(); names.len()]).collect();
        let title = title.replace(char::is_control, " ");
        Story { title, columns, status: "running".to_string(), ..Self::default() }
    }

    /// Takes in a message of the run.
    pub fn hear(&mut self, message: &Json) {
        match message["kind"].as_str() {
            Some("tick") => self.tick(message),
            Some("end") => self.status = "finished".to_string(),
            Some("failed") => {
                let why = message["why"].as_str().unwrap_or_default();
                self.status = format!("stopped: {}", why.replace(char::is_control, " "));
            }
            _ => {}
        }
    }

    fn tick(&mut self, message: &Json) {
        let region = &message["region"];
        let date = message["date"].as_str().unwrap_or_default().to_string();
        let number = |name: &str| region[name].as_f64().unwrap_or(0.0);
        let tick = number("tick");
        for (chart, (_, names)) in CHARTS.iter().enumerate() {
            for (line, name) in self.columns[chart].iter_mut().zip(*names) {
                let before = line.last().map_or(0.0, |last| last.1);
                let value = if chart == SUMMED { before + number(name) } else { number(name) };
                line.push((tick, value));
            }
        }
        let stage = region["stage"].as_str().unwrap_or("none").to_string();
        if self.stages.last().is_some_and(|last| *last != stage) {
            self.say(format!("{date}  stage: {}", stage.replace('_', " ")));
        }
        for (column, what) in [("breakthroughs", "breakthroughs in generic technologies"), ("bailouts", "bail-outs")] {
            if number(column) > 0.0 {
                self.say(format!("{date}  {} {what}", number(column)));
            }
        }
        for one in message["happened"].as_array().into_iter().flatten() {
            self.say(format!("{date}  {}", told(one)));
        }
        self.dates.push(date);
        self.stages.push(stage);
    }

    fn say(&mut self, line: String) {
        self.ticker.push_front(line);
        self.ticker.truncate(KEPT);
    }

    /// Draws what has been seen.
    pub fn draw(&self, frame: &mut Frame<'_>) {
        let rows = [Constraint::Length(1), Constraint::Length(1), Constraint::Min(8), Constraint::Length(1)];
        let [head, band, body, foot] = Layout::vertical(rows).areas(frame.area());
        let date = self.dates.last().map_or("", String::as_str);
        let bold = Style::new().add_modifier(Modifier::BOLD);
        frame.render_widget(
            Line::from(vec![Span::styled(self.title.as_str(), bold), format!("  {date}  {}", self.status).into()]),
            head,
        );
        frame.render_widget(self.band(band.width), band);
        frame.render_widget(Paragraph::new("space pause/go on   n step   + - speed   q end"), foot);
        let [charts, ticker] = Layout::horizontal([Constraint::Percentage(70), Constraint::Min(20)]).areas(body);
        let halves = Layout::vertical([Constraint::Percentage(50); 2]).split(charts);
        for (at, (title, names)) in CHARTS.iter().enumerate() {
            let half = Layout::horizontal([Constraint::Percentage(50); 2]).split(halves[at / 2]);
            self.chart(frame, half[at % 2], title, names, &self.columns[at]);
        }
        let lines: Vec<Line<'_>> = self.ticker.iter().map(|line| Line::raw(line.as_str())).collect();
        let events = Paragraph::new(lines).wrap(Wrap { trim: false }).block(Block::bordered().title("events"));
        frame.render_widget(events, ticker);
    }

    /// One letter for each tick, as many as there is room for: F factor, V value chain, S structure.
    fn band(&self, width: u16) -> Line<'_> {
        let room = usize::from(width).saturating_sub(7);
        let shown = &self.stages[self.stages.len().saturating_sub(room)..];
        let mark = |stage: &String| match stage.as_str() {
            "factor" => Span::styled("F", Style::new().fg(Color::Black).bg(Color::LightBlue)),
            "value_chain" => Span::styled("V", Style::new().fg(Color::Black).bg(Color::Yellow)),
            "structure" => Span::styled("S", Style::new().fg(Color::Black).bg(Color::LightGreen)),
            _ => Span::raw("·"),
        };
        Line::from(std::iter::once(Span::raw("stage  ")).chain(shown.iter().map(mark)).collect::<Vec<_>>())
    }

    fn chart(&self, frame: &mut Frame<'_>, area: Rect, title: &str, names: &[&str], lines: &[Vec<(f64, f64)>]) {
        let sets = lines.iter().zip(names).zip(COLOURS.iter().cycle());
        let sets = sets.map(|((points, name), colour)| {
            let style = Style::new().fg(*colour);
            let name = name.trim_end_matches("_contribution").replace('_', " ");
            Dataset::default().name(name).marker(Marker::Braille).graph_type(GraphType::Line).style(style).data(points)
        });
        let all = || lines.iter().flatten().map(|point| point.1);
        let (low, high) =
            all().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
        let (low, high) = if low < high {
            (low, high)
        } else {
            (all().next().unwrap_or(0.0) - 0.5, all().next().unwrap_or(0.0) + 0.5)
        };
        let last = (self.dates.len().max(2) - 1) as f64;
        let ends = [self.dates.first().map_or("", String::as_str), self.dates.last().map_or("", String::as_str)];
        let room = Constraint::Percentage(70);
        let chart = Chart::new(sets.collect())
            .hidden_legend_constraints((room, room))
            .block(Block::bordered().title(title))
            .x_axis(Axis::default().bounds([0.0, last]).labels(ends))
            .y_axis(Axis::default().bounds([low, high]).labels([figure(low), figure(high)]));
        frame.render_widget(chart, area);
    }
}

/// What happened, in words.
fn told(event: &Json) -> String {
    let name = event["name"].as_str().unwrap_or_default().replace(char::is_control, " ");
    let size = event["size"].as_f64().unwrap_or(0.0);
    match event["kind"].as_str() {
        Some("firms") => format!("a large firm left: {name}, {} persons", figure(size.round())),
        Some("standards") => format!("a standard has won: {name}, {:.0} % of all users", 100.0 * size),
        _ => format!("a platform closed: {name}, {size} members"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::Terminal;
    use ratatui::backend::TestBackend;
    use serde_json::json;

    fn message(tick: u32, stage: &str) -> Json {
        json!({ "kind": "tick", "date": format!("{}Q1", 2010 + tick), "happened": [],
            "region": { "tick": tick, "stage": stage, "value_added_per_worker": 0.06 + 0.01 * f64::from(tick),
                "high_end_share": 0.1, "high_tech_share": 0.2, "factor_contribution": 0.001, "value_chain_contribution": -0.001,
                "structure_contribution": 0.0, "supply_relations": 10 + tick, "alliance_relations": tick, "platform_members": 0, "breakthroughs": 0, "bailouts": 0 } })
    }

    fn screen(story: &Story, width: u16, height: u16) -> String {
        let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("a terminal");
        terminal.draw(|frame| story.draw(frame)).expect("drawn");
        terminal.backend().to_string()
    }

    #[test]
    fn charts_stage_and_events_are_on_the_screen() {
        let mut story = Story::new("Liaoning\u{1b}[31m for teaching");
        for tick in 0..6 {
            story.hear(&message(tick, if tick < 3 { "none" } else { "factor" }));
        }
        let mut last = message(6, "factor");
        last["region"]["breakthroughs"] = json!(2);
        last["happened"] = json!([
            { "kind": "firms", "name": "AUT Dalian 7", "size": 12_000.0 },
            { "kind": "standards", "name": "ours", "size": 0.51 },
            { "kind": "platforms", "name": "p", "size": 3.0 },
        ]);
        story.hear(&last);
        let text = screen(&story, 200, 40);
        for part in [
            "Liaoning [31m for teaching",
            "2016Q1",
            "running",
            "···FFFF",
            "real value added per worker",
            "0.1200",
            "2010Q1",
            "stage: factor",
            "2 breakthroughs",
            "a large firm left: AUT Dalian 7, 12",
            "a standard has won: ours, 51 %",
            "a platform closed: p, 3 members",
        ] {
            assert!(text.contains(part), "{part} is missing in\n{text}");
        }
        assert!(text.chars().any(|c| ('\u{2801}'..='\u{28ff}').contains(&c)), "lines are drawn:\n{text}");
        assert!(!text.contains('\u{1b}'));
        story.hear(&json!({ "kind": "end" }));
        assert!(screen(&story, 130, 40).contains("finished"));
        story.hear(&json!({ "kind": "failed", "why": "the books" }));
        assert!(screen(&story, 130, 40).contains("stopped: the books"));
    }

    #[test]
    fn a_small_terminal_and_a_story_that_has_not_begun_are_no_trouble() {
        for (width, height) in [(1, 1), (20, 5), (80, 24)] {
            screen(&Story::new("x"), width, height);
            let mut story = Story::new("x");
            story.hear(&message(0, "none"));
            screen(&story, width, height);
        }
    }
}
