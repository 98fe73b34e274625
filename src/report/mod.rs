//! Reports: results as pictures. Reads the files of a result folder, never the model, so that what is
//! seen is what was written.
//!
//! [`write`] turns the folder of a run, a comparison, a sweep or a map into one HTML file that needs
//! nothing else; [`figure`] draws single indicators for papers; [`pixels`] turns
//! pictures into PNG.

pub mod chart;
mod comparison;
pub mod figure;
mod folder;
mod html;
pub mod live;
pub mod pixels;
mod run;
mod statistics;
mod sweep;
mod table;
pub mod terminal;
mod units;

use std::path::{Path, PathBuf};

pub use chart::Page;
pub use folder::{Kind, Results};
pub use table::{Table, TableError};

use crate::output::{LooseFile, OutputError};

/// Indicators of a run that are told first: on the cards of its report, and on the terminal when it ends.
pub const HEADLINES: [&str; 12] = [
    "value_added",
    "value_added_per_worker",
    "employment",
    "firms",
    "high_end_share",
    "high_tech_share",
    "rd_to_sales",
    "export_share",
    "profit_margin",
    "kept_share",
    "imitation_share",
    "state_share",
];

/// Indicators of a comparison that are told first, in its report and on the terminal.
pub const DIFFERENCES: [&str; 13] = [
    "value_added_per_worker",
    "value_added_real",
    "value_added",
    "employment",
    "engineers",
    "firms",
    "high_end_share",
    "high_tech_share",
    "rd_to_sales",
    "export_share",
    "kept_share",
    "profit_margin",
    "imitation_share",
];

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The folder holds nothing that can be shown.
    #[error("{} holds no result: {why}", folder.display())]
    NoResult {
        /// Folder.
        folder: PathBuf,
        /// What is missing.
        why: String,
    },
    /// What was asked for cannot be.
    #[error("{0}")]
    Refused(String),
    /// A table cannot be read.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The file cannot be written.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// The page cannot be put into words.
    #[error("cannot write the page: {0}")]
    Page(#[from] serde_json::Error),
}

/// The page of a folder; `beside` are further runs whose indicators are drawn into the same charts.
///
/// # Errors
/// When the folder holds no result, or one of its files is damaged.
pub fn page(results: &Results, beside: &[Results]) -> Result<Page, ReportError> {
    if results.kind != Kind::Run && !beside.is_empty() {
        return Err(ReportError::Refused("only a run can be shown beside other runs".to_string()));
    }
    match results.kind {
        Kind::Run => run::page(results, beside),
        Kind::Comparison => comparison::page(results),
        Kind::Sweep | Kind::Map => sweep::page(results),
    }
}

/// Writes the report of a folder to `target`, whole or not at all; returns its size in bytes.
///
/// # Errors
/// When the folder holds no result, one of its files is damaged, or the disk refuses.
pub fn write(results: &Results, beside: &[Results], target: &Path) -> Result<u64, ReportError> {
    let text = html::render(&page(results, beside)?)?;
    put(target, text.as_bytes())
}

/// Writes a file that appears under its name when it is complete.
///
/// # Errors
/// When the target is no file name, or the disk refuses.
pub fn put(target: &Path, bytes: &[u8]) -> Result<u64, ReportError> {
    let name = target.file_name().and_then(|name| name.to_str());
    let name = name.ok_or_else(|| ReportError::Refused(format!("{} is no name of a file", target.display())))?;
    let parent = target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = LooseFile::create(parent, name)?;
    file.write(bytes)?;
    Ok(file.finish()?.bytes)
}
