//! Progress of a run or of many: a bar for people who watch, a few plain lines for logs, nothing if asked.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressState, ProgressStyle};

use super::console;

/// How progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// A bar that moves.
    Bar,
    /// A line at the start, at each quarter of the run, and at the end.
    Lines,
    /// Nothing.
    Silent,
}

impl Style {
    /// The style that fits where standard error goes.
    pub(super) fn choose(quiet: bool) -> Self {
        match (quiet, console::is_terminal()) {
            (true, _) => Style::Silent,
            (false, true) => Style::Bar,
            (false, false) => Style::Lines,
        }
    }
}

/// Shows how far a run is.
pub(super) struct Progress {
    title: String,
    bar: Option<ProgressBar>,
    lines: Option<Lines>,
}

impl Progress {
    /// Begins a run: `title` says what runs.
    pub(super) fn begin(style: Style, title: &str) -> Self {
        Self::counting("tick", style, title)
    }

    /// Begins an experiment of many runs.
    pub(super) fn of_runs(style: Style, title: &str) -> Self {
        Self::counting("run", style, title)
    }

    fn counting(noun: &'static str, style: Style, title: &str) -> Self {
        if style == Style::Lines {
            console::say(title);
        }
        Self {
            title: title.to_string(),
            bar: (style == Style::Bar).then(|| bar(title, noun)),
            lines: (style == Style::Lines).then(|| Lines::begin(noun, Instant::now())),
        }
    }

    /// So many have failed: the bar says so at once, a line when the next one is due.
    pub(super) fn fail(&mut self, failed: usize) {
        if failed == 0 {
            return;
        }
        if let Some(bar) = &self.bar {
            bar.set_message(format!("{} ({failed} failed)", self.title));
        }
        if let Some(lines) = &mut self.lines {
            lines.failed = failed;
        }
    }

    /// `tick` of `ticks` (or of whatever is counted) are done.
    pub(super) fn reach(&mut self, tick: u64, ticks: u64) {
        if let Some(bar) = &self.bar {
            bar.set_length(ticks);
            bar.set_position(tick);
        }
        if let Some(lines) = &mut self.lines
            && let Some(line) = lines.reach(tick, ticks, Instant::now())
        {
            console::say(&line);
        }
    }

    /// Ends: the bar disappears, lines stay.
    pub(super) fn end(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}

fn bar(title: &str, noun: &'static str) -> ProgressBar {
    let rate = move |state: &ProgressState, out: &mut dyn std::fmt::Write| {
        let _ = write!(out, "{}", rate_text(state.per_sec(), noun));
    };
    let style = ProgressStyle::with_template("{msg}\n{wide_bar} {prefix} {pos} of {len}  {rate}  {eta} left")
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .with_key("rate", rate);
    let bar = ProgressBar::new(0).with_style(style).with_message(title.to_string()).with_prefix(noun);
    // Keeps the clock moving where one tick takes long.
    bar.enable_steady_tick(Duration::from_millis(250));
    bar
}

/// The plain lines: at most four.
#[derive(Debug)]
struct Lines {
    noun: &'static str,
    failed: usize,
    began: Instant,
    quarters_said: u64,
}

impl Lines {
    fn begin(noun: &'static str, began: Instant) -> Self {
        Self { noun, failed: 0, began, quarters_said: 0 }
    }

    /// The line due when `tick` of `ticks` is done, if one is.
    fn reach(&mut self, tick: u64, ticks: u64, now: Instant) -> Option<String> {
        let quarter = (tick * 4).checked_div(ticks)?.min(4);
        if quarter <= self.quarters_said {
            return None;
        }
        self.quarters_said = quarter;
        let seconds = now.duration_since(self.began).as_secs_f64();
        let rate = tick as f64 / seconds.max(1e-9);
        let left = (ticks - tick.min(ticks)) as f64 / rate;
        let rest = match quarter {
            4 => format!("done in {seconds:.1} s"),
            _ => format!("{left:.0} s left"),
        };
        let failed = if self.failed > 0 { format!("  {} failed", self.failed) } else { String::new() };
        let noun = self.noun;
        Some(format!("{noun} {tick} of {ticks}  {}  {rest}{failed}", rate_text(rate, noun)))
    }
}

fn rate_text(per_second: f64, noun: &str) -> String {
    match per_second {
        rate if rate >= 10.0 => format!("{rate:.0} {noun}s/s"),
        rate if rate >= 1.0 => format!("{rate:.1} {noun}s/s"),
        rate => format!("{rate:.2} {noun}s/s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines_of(ticks: u64, seconds_per_tick: u64) -> Vec<String> {
        let began = Instant::now();
        let mut lines = Lines::begin("tick", began);
        let at = |tick| began + Duration::from_secs(tick * seconds_per_tick);
        (0..=ticks).filter_map(|tick| lines.reach(tick, ticks, at(tick))).collect()
    }

    #[test]
    fn lines_come_at_each_quarter_with_rate_and_rest() {
        assert_eq!(
            lines_of(84, 2),
            [
                "tick 21 of 84  0.50 ticks/s  126 s left",
                "tick 42 of 84  0.50 ticks/s  84 s left",
                "tick 63 of 84  0.50 ticks/s  42 s left",
                "tick 84 of 84  0.50 ticks/s  done in 168.0 s",
            ]
        );
    }

    #[test]
    fn short_and_long_runs_fill_no_log() {
        assert_eq!(lines_of(1, 1).len(), 1);
        assert_eq!(lines_of(2, 1).len(), 2);
        assert_eq!(lines_of(100_000, 1).len(), 4);
        assert!(lines_of(0, 1).is_empty());
    }

    #[test]
    fn lines_of_many_runs_count_the_failures() {
        let began = Instant::now();
        let mut lines = Lines::begin("run", began);
        lines.failed = 2;
        let line = lines.reach(4, 4, began + Duration::from_secs(1));
        assert_eq!(line.as_deref(), Some("run 4 of 4  4.0 runs/s  done in 1.0 s  2 failed"));
    }

    #[test]
    fn rates_are_readable() {
        assert_eq!(rate_text(251.7, "tick"), "252 ticks/s");
        assert_eq!(rate_text(2.51, "tick"), "2.5 ticks/s");
        assert_eq!(rate_text(0.123, "tick"), "0.12 ticks/s");
    }
}
