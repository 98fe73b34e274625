//! Output: from rows to files that can be trusted.
//!
//! Knows columns and numbers, no economics. Three promises:
//!
//! 1. **Never half a file.** Tables grow in hidden partial files ([`CsvSink`]) and get their names
//!    only when all of them are complete and on disk ([`Folder::publish`]).
//! 2. **Never a silent overwrite.** A folder holds one result; [`Folder::prepare`] says whether it
//!    is free, holds the same result already, or is refused.
//! 3. **Every file can be checked.** `manifest.json`, written last, names each file with its size,
//!    rows and BLAKE3 hash, and everything that is needed to run it again ([`Manifest`]).
//!
//! Folders of many runs have rules of their own and take the pieces: a lock ([`Lock`]) and files that
//! appear when they are complete ([`LooseFile`]).
//!
//! Graphs are written as GraphML and GEXF ([`write_graph`], [`CsvSink::add_graph`]) under the same promises.

mod csv_sink;
mod csv_text;
mod error;
mod folder;
mod graph_check;
mod graph_file;
mod graph_xml;
pub mod host;
mod lock;
mod loose;
mod manifest;
mod partial;

pub use csv_sink::{CsvSink, Sealed};
pub use csv_text::{push_cell, push_text};
pub use error::OutputError;
pub use folder::{Folder, Outcome, REPORT_MARK, REPORT_NAME, remove_partials, remove_report};
pub use graph_file::{GraphFormat, write_graph};
pub use lock::Lock;
pub use loose::LooseFile;
pub use manifest::{FileEntry, Manifest, ScenarioSource};
pub use partial::random_token;

/// Version of the numbers: raised whenever the same scenario and seed give other results.
pub const RESULTS_VERSION: u32 = 1;

/// Version of the layout of `manifest.json`.
pub const FORMAT_VERSION: u32 = 1;
