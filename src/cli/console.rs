//! Standard output and standard error, as far as the subcommands need them.

use std::io::{self, ErrorKind, IsTerminal, Write};

use super::Done;
use super::failure::Failure;

/// Writes `text` to standard output. A reader that has seen enough (`tiexi describe ... | head`)
/// is no error.
pub(super) fn emit(text: &str) -> Done {
    let mut out = io::stdout().lock();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    match written {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::stopped(format!("cannot write to standard output: {error}")))
        }
        _ => Ok(()),
    }
}

/// Writes a line to standard error; where that is closed, nobody wants to know.
pub(super) fn say(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// Whether standard error is watched by a person.
pub(super) fn is_terminal() -> bool {
    io::stderr().is_terminal()
}

/// Whether messages may be coloured: on a terminal, unless `NO_COLOR` is set (no-color.org).
pub(super) fn colour() -> bool {
    let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    is_terminal() && !refused
}
