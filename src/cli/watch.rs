//! `tiexi watch`: a run in the terminal, tick by tick.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use ratatui::DefaultTerminal;
use ratatui::crossterm::event::{self, Event, KeyCode, KeyEventKind, KeyModifiers};

use super::failure::Failure;
use super::{Done, glue};
use crate::report::live::{Session, State};
use crate::report::terminal::Story;

/// Watch a run in the terminal
///
/// Runs a scenario and shows it tick by tick: value added per worker and what moved it, high-end and
/// high-tech shares, the network, the band of stages, and a ticker of breakthroughs, bail-outs, large
/// firms that leave, standards that win and platforms that die. Writes nothing.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tiexi watch scenarios/teaching.toml
  tiexi watch scenarios/teaching-path-a.toml --seed 2 --delay 50

Keys: space pauses and goes on, n does one tick, + and - change the speed, q ends.")]
pub(super) struct Arguments {
    /// Scenario
    #[arg(value_name = "SCENARIO.toml")]
    scenario: PathBuf,

    /// Seed [default: that of the scenario]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,

    /// Milliseconds between two ticks
    #[arg(long, value_name = "MS", default_value_t = 150, value_parser = clap::value_parser!(u64).range(0..=5000))]
    delay: u64,
}

/// Longest time between two ticks, in milliseconds.
const SLOWEST: u64 = 5000;

/// Runs until the user has seen enough.
pub(super) fn execute(arguments: &Arguments) -> Done {
    let loaded = glue::load(&arguments.scenario, &[])?;
    if !std::io::stdout().is_terminal() || !std::io::stdin().is_terminal() {
        return Err(Failure::refused("watch needs a terminal; `tiexi run` writes the results to files"));
    }
    let path = &arguments.scenario;
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_path_buf();
    let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let seed = arguments.seed.unwrap_or(loaded.scenario.seed);
    let delay = Duration::from_millis(arguments.delay);
    let session = Session::start(folder, &file, seed, &State::new(), delay).map_err(Failure::refused_in_full)?;
    let mut terminal =
        ratatui::try_init().map_err(|error| Failure::refused(format!("cannot use the terminal: {error}")))?;
    let watched = watch(&mut terminal, &session, arguments.delay);
    ratatui::restore();
    session.end();
    watched.map_err(|error| Failure::stopped(format!("cannot use the terminal: {error}")))
}

/// Draws what is new and does what keys say, until the user ends it.
fn watch(terminal: &mut DefaultTerminal, session: &Arc<Session>, delay: u64) -> std::io::Result<()> {
    let mut story = Story::new(session.title());
    let (mut told, mut paused, mut delay) = (0, false, delay);
    loop {
        let (messages, _) = session.since(told);
        told += messages.len();
        for message in &messages {
            // The session speaks JSON.
            story.hear(&serde_json::from_str(message).unwrap_or_default());
        }
        terminal.draw(|frame| story.draw(frame))?;
        if !event::poll(Duration::from_millis(40))? {
            continue;
        }
        let Event::Key(key) = event::read()? else { continue };
        if key.kind != KeyEventKind::Press {
            continue;
        }
        match key.code {
            KeyCode::Char('q') | KeyCode::Esc => return Ok(()),
            KeyCode::Char('c') if key.modifiers.contains(KeyModifiers::CONTROL) => return Ok(()),
            KeyCode::Char(' ') => {
                paused = !paused;
                session.pause(paused, false);
            }
            KeyCode::Char('n') => {
                paused = true;
                session.pause(true, true);
            }
            KeyCode::Char('+') => delay /= 2,
            KeyCode::Char('-') => delay = (2 * delay).clamp(10, SLOWEST),
            _ => {}
        }
        session.pace(Duration::from_millis(delay));
        if ["running", "waiting"].contains(&story.status.as_str()) {
            story.status = if paused { "waiting" } else { "running" }.to_string();
        }
    }
}
