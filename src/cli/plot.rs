//! `tiexi plot`: indicators of a result as a figure for a paper.

use std::path::PathBuf;

use super::failure::Failure;
use super::{Done, console};
use crate::report::{self, Results, figure, pixels};

/// Draw indicators of a result as SVG or PNG
///
/// One panel for each indicator: a run as it is, a comparison as differences with their 95 %
/// intervals, a sweep as the median with the range from the 5th to the 95th percentile. The colours
/// are told apart with every common form of colour blindness.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tiexi plot output/liaoning value_added_per_worker high_end_share --out fig.svg
  tiexi plot output/grant-or-subsidy value_added_real --out difference.png

Which indicators there are: tiexi describe indicators")]
pub(super) struct Arguments {
    /// Folder of results
    #[arg(value_name = "DIR")]
    folder: PathBuf,

    /// Columns of region.csv
    #[arg(value_name = "INDICATOR", required = true, num_args = 1..=12)]
    indicators: Vec<String>,

    /// File to write; an older one is replaced
    #[arg(long, short, value_name = "FILE.svg|FILE.png")]
    out: PathBuf,

    /// Say nothing unless something is wrong
    #[arg(long, short)]
    quiet: bool,
}

/// Draws and says where.
pub(super) fn execute(arguments: &Arguments) -> Done {
    let ends_in = |end: &str| arguments.out.extension().is_some_and(|own| own.eq_ignore_ascii_case(end));
    if !ends_in("svg") && !ends_in("png") {
        let place = arguments.out.display();
        let message = format!("figures are SVG or PNG; give a name that ends in .svg or .png, not {place}");
        return Err(Failure::refused(message));
    }
    let results = Results::read(&arguments.folder)?;
    let text = figure::svg(&results, &arguments.indicators)?;
    let bytes = if ends_in("png") { pixels::png(&text)? } else { text.into_bytes() };
    report::put(&arguments.out, &bytes)?;
    match arguments.quiet {
        true => Ok(()),
        false => console::emit(&format!("{}\n", arguments.out.display())),
    }
}
