//! `tiexi schema`: the scenario format for editors.

use super::{Done, console, glue};

/// Print the JSON Schema of the scenario format
///
/// Editors that know the schema complete keys, show what they mean, and underline mistakes while
/// you type. The first line of a scenario tells the editor where it is.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tiexi schema > scenarios/scenario.schema.json
  tiexi schema | python3 -m json.tool | less

Then let a scenario begin with the line
  #:schema ./scenario.schema.json")]
pub(super) struct Arguments {}

/// Prints the schema.
pub(super) fn execute(_arguments: &Arguments) -> Done {
    console::emit(&glue::schema())
}
