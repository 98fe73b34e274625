//! One run of many: whatever goes wrong with it is its own affair.

use std::any::Any;
use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::parallel::Means;
use super::watch::{Row, Watch};
use crate::run::{self, Options, RunError};
use crate::scenario::Loaded;

/// How a run ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Ended {
    /// At its last tick, with what was kept of it.
    Finished(Vec<Row>),
    /// Early, and why.
    Failed(String),
    /// Early, because it was asked to.
    Stopped,
}

/// Runs a scenario and keeps `indicators` at the ticks that are `wanted`.
pub fn observe<S: AsRef<str>>(
    loaded: &Loaded,
    indicators: &[S],
    wanted: &(dyn Fn(u32) -> bool + Sync),
    means: Means<'_>,
) -> Ended {
    let mut watch = Watch::new(indicators, wanted);
    let options = Options { threads: means.threads, stop: means.stop };
    let caught = catch_unwind(AssertUnwindSafe(|| run::run(loaded, options, &mut watch, &mut |_| {})));
    match caught {
        Ok(Ok(_)) => Ended::Finished(watch.rows),
        Ok(Err(RunError::Stopped { .. })) => Ended::Stopped,
        Ok(Err(error)) => Ended::Failed(reason(&error)),
        Err(panic) => Ended::Failed(format!("a fault of the program: {}", message(panic.as_ref()))),
    }
}

/// What a panic said, on one line.
fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("no more is known").replace(char::is_control, " ")
}

/// An error with its causes on one line.
pub fn reason(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.contains(&more) {
            text += &format!(": {more}");
        }
        cause = error.source();
    }
    text.replace(char::is_control, " ")
}
