//! How a subcommand fails: a message for people and an exit code for scripts.

use std::error::Error;
use std::io::Write;

use super::signals::Signal;
use crate::output::OutputError;

/// Something that ends the program, said to the user once.
#[derive(Debug)]
pub(super) struct Failure {
    code: u8,
    message: String,
    /// Whether the message is laid out already and begins with its own `error`.
    laid_out: bool,
}

impl Failure {
    fn new(code: u8, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), laid_out: false }
    }

    /// The input was not accepted; nothing was done.
    pub(super) fn refused(message: impl Into<String>) -> Self {
        Self::new(2, message)
    }

    /// The input was not accepted, with a message that shows where it is wrong.
    pub(super) fn refused_in_full(message: String) -> Self {
        Self { laid_out: true, ..Self::refused(message) }
    }

    /// The work began and could not be finished.
    pub(super) fn stopped(message: impl Into<String>) -> Self {
        Self::new(1, message)
    }

    /// The work is done, but some runs of many failed.
    pub(super) fn some_failed(message: impl Into<String>) -> Self {
        Self::new(3, message)
    }

    /// The user or the system asked the program to end.
    pub(super) fn interrupted(signal: Signal, message: impl Into<String>) -> Self {
        Self::new(signal.exit_code(), message)
    }

    /// Exit code of the process.
    pub(super) fn code(&self) -> u8 {
        self.code
    }

    /// Writes the message to standard error.
    pub(super) fn report(&self) {
        let prefix = if self.laid_out { "" } else { "error: " };
        // If even standard error is gone, the exit code still speaks.
        let _ = writeln!(std::io::stderr(), "{prefix}{}", self.message.trim_end());
    }

    #[cfg(test)]
    pub(super) fn message(&self) -> &str {
        &self.message
    }
}

impl From<OutputError> for Failure {
    fn from(error: OutputError) -> Self {
        let message = chain(&error);
        match error.is_refusal() {
            true => Self::refused(message),
            false => Self::stopped(message),
        }
    }
}

/// An error with its causes, each said once.
pub(super) fn chain(error: &dyn Error) -> String {
    let mut message = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !message.contains(&text) {
            message += &format!(": {text}");
        }
        cause = error.source();
    }
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("the run stopped")]
    struct Outer(#[source] crate::kernel::record::RecordError);

    #[test]
    fn causes_are_said_once() {
        let inner = crate::kernel::record::RecordError::Write {
            path: "x.csv".into(),
            source: std::io::Error::other("no space"),
        };
        assert_eq!(chain(&Outer(inner)), "the run stopped: cannot write x.csv: no space");
    }

    #[test]
    fn refusals_and_failing_disks_have_different_codes() {
        let folder = std::path::PathBuf::from("output/x");
        assert_eq!(Failure::from(OutputError::Busy { folder }).code(), 2);
        let disk = OutputError::Io { action: "write", path: "x".into(), source: std::io::Error::other("no space") };
        assert_eq!(Failure::from(disk).code(), 1);
    }
}
