//! `tiexi report`: a result as one page that opens anywhere.

use std::path::{Path, PathBuf};

use super::failure::Failure;
use super::run::size;
use super::{Done, console};
use crate::output::{OutputError, REPORT_NAME, remove_report};
use crate::report::{self, ReportError, Results};

/// Show a result as one HTML file
///
/// Of a run, a comparison, a sweep or a map: headline figures, interactive charts, and how to
/// reproduce them. The file holds everything that it needs, also the chart library, so that it opens
/// without a network and from a mail attachment; every chart gives its data as CSV and itself as SVG and
/// PNG. A sweep of any size is shown by quantiles and stays small.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tiexi report output/liaoning                           writes output/liaoning/report.html
  tiexi report output/teaching --beside output/seed-2    two runs in one chart
  tiexi report output/policy-map --out map.html

For the links on the map of a run: tiexi run ... --panel firms,links --panel-every 4")]
pub(super) struct Arguments {
    /// Folder of results
    #[arg(value_name = "DIR")]
    folder: PathBuf,

    /// Another run, such as one with another seed, in the chart of all indicators (repeatable)
    #[arg(long, value_name = "DIR")]
    beside: Vec<PathBuf>,

    /// File to write; an older one is replaced [default: DIR/report.html]
    #[arg(long, value_name = "FILE.html")]
    out: Option<PathBuf>,

    /// Say nothing unless something is wrong
    #[arg(long, short)]
    quiet: bool,
}

impl From<ReportError> for Failure {
    fn from(error: ReportError) -> Self {
        match error {
            ReportError::Output(error) => error.into(),
            ReportError::Page(_) => Failure::stopped(error.to_string()),
            _ => Failure::refused(error.to_string()),
        }
    }
}

/// Writes the page and says where.
pub(super) fn execute(arguments: &Arguments) -> Done {
    let results = Results::read(&arguments.folder)?;
    let beside = arguments.beside.iter().map(|folder| Results::read(folder)).collect::<Result<Vec<_>, _>>()?;
    let target = arguments.out.clone().unwrap_or_else(|| arguments.folder.join(REPORT_NAME));
    let bytes = report::write(&results, &beside, &target)?;
    if arguments.quiet {
        return Ok(());
    }
    console::emit(&format!("{}: {}, opens in any browser\n", target.display(), size(bytes)))
}

/// Does what may renew a file of a folder; if it did, the report of what was there before goes.
pub(super) fn renewing<T, E: From<OutputError>>(
    folder: &Path,
    file: &str,
    work: impl FnOnce() -> Result<T, E>,
) -> Result<T, E> {
    let held = || std::fs::read(folder.join(file)).ok();
    let before = held();
    let done = work();
    if held() != before {
        remove_report(folder)?;
    }
    done
}
