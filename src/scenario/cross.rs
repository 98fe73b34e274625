//! Checks that need the typed scenario as a whole; they are written where the knowledge is, and
//! become messages with file and line here.

use super::path::KeyPath;
use super::problem::Problem;

/// Something wrong with a typed scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrossProblem {
    /// The dotted key it is about, such as `policies.grant.start`.
    pub path: String,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl CrossProblem {
    /// A problem at a dotted key.
    pub fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { path: path.into(), message: message.into(), help: None }
    }

    /// Says what to do about it.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// A check of a complete scenario.
pub type Check<T> = fn(&T) -> Vec<CrossProblem>;

/// All problems that the checks find, each with its path.
pub(super) fn run<T>(checks: &[Check<T>], scenario: &T) -> Vec<(KeyPath, Problem)> {
    checks
        .iter()
        .flat_map(|check| check(scenario))
        .map(|found| {
            let path = KeyPath::parse(&found.path).unwrap_or_default();
            (path, Problem::new(found.message).maybe_help(found.help))
        })
        .collect()
}
