//! Checks that need the typed scenario as a whole; they are written where the knowledge is, and
//! become messages with file and line here.

use super::path::KeyPath;
use super::problem::Problem;
use super::tree::{self, Node};

/// Something wrong with a typed scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrossProblem {
    /// The dotted key it is about, such as `policies.grant.start`.
    pub path: String,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// Other dotted keys that explain it, each with a word on why.
    pub also: Vec<(String, String)>,
}

impl CrossProblem {
    /// A problem at a dotted key.
    pub fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { path: path.into(), message: message.into(), help: None, also: Vec::new() }
    }

    /// Says what to do about it.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Says what to do about it, if there is anything to say.
    pub fn maybe_help(mut self, help: Option<String>) -> Self {
        self.help = help.or(self.help);
        self
    }

    /// Names another key that explains the problem; its place is shown too.
    pub fn also(mut self, path: impl Into<String>, note: impl Into<String>) -> Self {
        self.also.push((path.into(), note.into()));
        self
    }
}

/// A check of a complete scenario.
pub type Check<T> = fn(&T) -> Vec<CrossProblem>;

/// All problems that the checks find, each with its path; those whose key was written somewhere
/// have their place already.
pub(super) fn run<T>(checks: &[Check<T>], scenario: &T, tree: &Node) -> Vec<(KeyPath, Problem)> {
    checks.iter().flat_map(|check| check(scenario)).map(|found| placed(found, tree)).collect()
}

/// The problem with the places of its keys.
pub(super) fn placed(found: CrossProblem, tree: &Node) -> (KeyPath, Problem) {
    let place = |path: &str| tree::origin_near(tree, &KeyPath::parse(path).ok()?, false);
    let mut problem = Problem::new(found.message).maybe_help(found.help);
    problem.origin = place(&found.path);
    for (path, note) in found.also {
        match place(&path) {
            // A key that was not written has no place: the first that explains it must do.
            Some(origin) if problem.origin.is_none() => problem = problem.at(origin).label(note),
            Some(origin) => problem = problem.context(origin, note),
            None => {}
        }
    }
    (KeyPath::parse(&found.path).unwrap_or_default(), problem)
}
