//! Scenarios: from TOML and CSV to a checked, typed description of a region and its run.
//!
//! A file goes through these steps, each in its own module:
//!
//! 1. `tree`: the text becomes tables whose every key and value remembers its place;
//! 2. `extends`: the files it builds on are laid below it;
//! 3. `overrides`: settings from the command line are laid on top;
//! 4. `csv_table`: tables kept as CSV are put in place;
//! 5. `check`: keys, types and ranges are compared with the schema of the typed scenario;
//! 6. `typed`: the typed scenario, defaults filled in;
//! 7. `relations` and `cross`: what must agree between tables;
//! 8. `timeline`: events become complete scenarios for the ticks from which they hold.
//!
//! Everything known about a key (type, default, range, unit, source, meaning) is written once, at
//! its field; the checks, `describe` and the editor schema all derive from it.

mod agreement;
mod check;
mod compile;
mod cross;
mod csv_cells;
mod csv_table;
mod dates;
mod defaults;
pub mod describe;
mod describe_format;
mod editor_schema;
mod events;
mod extends;
mod files;
pub mod format;
mod load;
mod loaded;
mod locate;
mod overrides;
mod path;
mod problem;
mod reference;
mod relations;
mod render;
mod shape;
mod source;
mod suggest;
#[cfg(test)]
mod tests;
mod timeline;
mod tree;
mod typed;
mod words;

pub use cross::{Check, CrossProblem};
pub use dates::{DateError, TimeAxis, count_date, parse_date};
pub use describe_format::{ListFormat, format as format_parameters};
pub use editor_schema::schema_json_of;
pub use format::{Event, Scenario};
pub use load::{Format, load_as, load_str_as};
pub use loaded::LoadedAs;
pub use overrides::Override;
pub use path::{KeyPath, Step};
pub use problem::{Problem, ScenarioError};
pub use reference::parameter_reference;
pub use source::{FileId, Origin, Position, Sources};
pub use suggest::nearest;

use std::path::Path;

/// A checked scenario with its timeline.
pub type Loaded = LoadedAs<Scenario>;

/// Loads a scenario file with all checks; `overrides` are laid on top of it.
pub fn load(path: &Path, overrides: &[Override]) -> Result<Loaded, ScenarioError> {
    load_as(path, overrides, agreement::CHECKS)?.passing(agreement::OPENING)?.lasting()
}

/// Loads a scenario from a text that is said to lie in `folder` under `name`, as editors and tests
/// need it.
pub fn load_str(name: &str, text: &str, folder: &Path, overrides: &[Override]) -> Result<Loaded, ScenarioError> {
    load_str_as(name, text, folder, overrides, agreement::CHECKS)?.passing(agreement::OPENING)?.lasting()
}

/// The JSON Schema of the scenario format, for editors.
pub fn schema_json() -> serde_json::Value {
    schema_json_of::<Scenario>("Tiexi scenario")
}
