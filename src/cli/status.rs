//! `tiexi status`: how far is a sweep?

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use serde_json::json;

use super::run::{counted, duration};
use super::{Done, console};
use crate::experiment::merge::{self, Part};
use crate::experiment::store::Index;
use crate::experiment::sweep::{Count, SweepError, count};
use crate::experiment::tables::{Failure, failures};

/// Say how far a sweep is, and what failed
///
/// Counts the records on disk, so it is right while the sweep runs, after a kill, and on another
/// machine. A folder with parts (--shard) stands for all of them.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tiexi status output/plan
  tiexi status output/plan --format json | jq .missing")]
pub(super) struct Arguments {
    /// Folder of the sweep, or with its parts
    #[arg(value_name = "DIR")]
    folder: PathBuf,

    /// Form of the answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Form of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

/// State of one folder.
struct State {
    folder: PathBuf,
    count: Count,
    seconds: f64,
    failures: Vec<Failure>,
}

/// Prints the state.
pub(super) fn execute(arguments: &Arguments) -> Done {
    let states = states(&arguments.folder)?;
    console::emit(&match arguments.format {
        Format::Text => text(&arguments.folder, &states),
        Format::Json => json(&states),
    })
}

fn states(folder: &Path) -> Result<Vec<State>, SweepError> {
    // A merged folder answers for itself.
    let merged = crate::experiment::sweep::Sweep::read(folder)?.map(|sweep| vec![(folder.to_path_buf(), sweep)]);
    let parts: Vec<Part> = match merged {
        Some(parts) => parts,
        None => merge::parts(&[folder.to_path_buf()])?,
    };
    parts.into_iter().map(state).collect()
}

fn state((folder, sweep): Part) -> Result<State, SweepError> {
    let index = Index::read(&folder)?;
    let seconds = index.entries().map(|entry| f64::from(entry.seconds)).sum();
    Ok(State { count: count(&sweep, &index), failures: failures(&sweep, &index)?, folder, seconds })
}

fn total(states: &[State]) -> Count {
    states.iter().fold(Count::default(), |sum, state| Count {
        runs: sum.runs + state.count.runs,
        ok: sum.ok + state.count.ok,
        failed: sum.failed + state.count.failed,
    })
}

fn text(folder: &Path, states: &[State]) -> String {
    let count = total(states);
    let mut text =
        format!("{}: {} of {} finished", folder.display(), count.ok + count.failed, counted(count.runs, "run"));
    text += &format!(", {} failed, {} missing\n", count.failed, count.missing());
    if states.len() > 1 {
        for State { folder, count, .. } in states {
            text += &format!("  {}: {} of {}\n", folder.display(), count.ok + count.failed, count.runs);
        }
    }
    for failure in states.iter().flat_map(|state| &state.failures) {
        text += &format!(
            "  run {} (point {}, seed {}) failed: {}\n",
            failure.run, failure.point, failure.seed, failure.reason
        );
    }
    let (seconds, done) = (states.iter().map(|state| state.seconds).sum::<f64>(), count.ok + count.failed);
    if count.missing() > 0 && done > 0 {
        let rest = seconds / done as f64 * count.missing() as f64;
        text += &format!(
            "what is missing takes about {} of one core\n",
            duration(std::time::Duration::from_secs_f64(rest))
        );
    }
    text
}

fn json(states: &[State]) -> String {
    let count = total(states);
    let part = |state: &State| {
        let State { folder, count, .. } = state;
        json!({"folder": folder.display().to_string(), "runs": count.runs, "ok": count.ok, "failed": count.failed})
    };
    let failures: Vec<&Failure> = states.iter().flat_map(|state| &state.failures).collect();
    let answer = json!({
        "runs": count.runs,
        "ok": count.ok,
        "failed": count.failed,
        "missing": count.missing(),
        "complete": count.missing() == 0,
        "wall_seconds": states.iter().map(|state| state.seconds).sum::<f64>(),
        "parts": states.iter().map(part).collect::<Vec<_>>(),
        "failures": failures,
    });
    format!("{answer:#}\n")
}
