//! What is wrong with a scenario, where, and what to do about it.

use super::source::{Origin, Sources};
use std::fmt;

/// More problems than this are counted, not shown.
const MOST_SHOWN: usize = 20;

/// One thing that is wrong with a scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// What is wrong, in one sentence.
    pub message: String,
    /// Where it was written, if it was written anywhere.
    pub origin: Option<Origin>,
    /// A word or two under the underlined text.
    pub label: Option<Box<str>>,
    /// What to do about it.
    pub help: Option<Box<str>>,
    /// Other places that explain it, such as the files of an `extends` chain.
    pub context: Vec<(Origin, String)>,
}

impl Problem {
    /// A problem with no place yet.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), origin: None, label: None, help: None, context: Vec::new() }
    }

    /// Says where it was written.
    pub fn at(mut self, origin: Origin) -> Self {
        self.origin = Some(origin);
        self
    }

    /// Says a word under the underlined text.
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into().into());
        self
    }

    /// Says what to do.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into().into());
        self
    }

    /// Says what to do, if there is anything to say.
    pub fn maybe_help(mut self, help: Option<String>) -> Self {
        self.help = help.map(Into::into).or(self.help);
        self
    }

    /// Names another place that explains the problem.
    pub fn context(mut self, origin: Origin, note: impl Into<String>) -> Self {
        self.context.push((origin, note.into()));
        self
    }
}

/// Everything that is wrong with a scenario, with the texts to show it in.
#[derive(Debug, Clone)]
pub struct ScenarioError {
    inner: Box<(Vec<Problem>, Sources)>,
}

impl ScenarioError {
    /// Takes the problems and the texts they point into.
    pub fn new(mut problems: Vec<Problem>, sources: Sources) -> Self {
        let mut seen = std::collections::HashSet::new();
        problems.retain(|problem| seen.insert((problem.message.clone(), problem.origin)));
        Self { inner: Box::new((problems, sources)) }
    }

    /// All problems found, in the order of the checks.
    pub fn problems(&self) -> &[Problem] {
        &self.inner.0
    }

    /// The texts that the problems' origins point into.
    pub fn sources(&self) -> &Sources {
        &self.inner.1
    }

    /// The message for people: each problem with its line, underlined; coloured only on request.
    pub fn render(&self, colour: bool) -> String {
        let problems = self.problems();
        let mut parts: Vec<String> = problems
            .iter()
            .take(MOST_SHOWN)
            .map(|problem| super::render::render(problem, self.sources(), colour))
            .collect();
        if problems.len() > MOST_SHOWN {
            let more = problems.len() - MOST_SHOWN;
            parts.push(format!("... and {more} more problems"));
        }
        parts.join("\n\n")
    }
}

impl fmt::Display for ScenarioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for ScenarioError {}
