//! `tiexi describe`: what the model contains, from the same source as the checks.

use clap::ValueEnum;

use super::failure::Failure;
use super::listing::{Format, Listing};
use super::{Done, chapters, console, glue};

/// Explain parameters, plans, indicators, mechanisms and policies
///
/// Without NAME, everything is listed. NAME may be a key (research.arrival_rate), a section
/// (research), the last part of a key (arrival_rate), a table (region) or a column (value_added).
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tiexi describe parameters                         every key of the scenario format
  tiexi describe parameters research                those of one section
  tiexi describe indicators value_added             what a column of the results means
  tiexi describe mechanisms research                the chapter of one mechanism
  tiexi describe plans                              every key of the plan of a sweep
  tiexi describe calibrations                       every key of the plan of a calibration
  tiexi describe policies                           the instruments a government can use
  tiexi describe parameters --format csv > parameters.csv")]
pub(super) struct Arguments {
    /// What to explain
    topic: Topic,

    /// Only what has this name
    name: Option<String>,

    /// Form of the answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// What can be explained.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Topic {
    /// Keys of the scenario format: type, default, unit, range, source, meaning
    Parameters,
    /// Keys of the plan of a sweep: type, default, unit, range, meaning
    Plans,
    /// Keys of the plan of a calibration: type, default, unit, range, meaning
    Calibrations,
    /// Columns of the results: unit, source, meaning
    Indicators,
    /// What happens in a tick, mechanism by mechanism
    Mechanisms,
    /// Policy instruments
    Policies,
}

/// Prints what was asked for.
pub(super) fn execute(arguments: &Arguments) -> Done {
    console::emit(&answer(arguments)?)
}

fn answer(arguments: &Arguments) -> Result<String, Failure> {
    let name = arguments.name.as_deref();
    let listing = match arguments.topic {
        Topic::Parameters => return glue::parameters(name, arguments.format),
        Topic::Plans => return glue::plans(name, arguments.format),
        Topic::Calibrations => return glue::calibrations(name, arguments.format),
        Topic::Indicators => glue::indicators(),
        Topic::Mechanisms => glue::mechanisms(),
        Topic::Policies => glue::policies(),
    };
    let Some(name) = name else {
        return Ok(listing.render(arguments.format));
    };
    let selected = listing.select(name).ok_or_else(|| unknown(arguments.topic, name, &listing))?;
    Ok(chapter(arguments, name).unwrap_or_else(|| selected.render(arguments.format)))
}

/// A mechanism asked for by name is explained in full, as its source file does.
fn chapter(arguments: &Arguments, name: &str) -> Option<String> {
    let is_prose = matches!(arguments.format, Format::Text | Format::Markdown);
    let is_asked = arguments.topic == Topic::Mechanisms && is_prose;
    is_asked.then(|| chapters::chapter(name)).flatten()
}

fn unknown(topic: Topic, name: &str, listing: &Listing) -> Failure {
    let topic = topic.to_possible_value().map_or_else(String::new, |value| value.get_name().to_string());
    let known = listing.names();
    let hint = match glue::nearest(name, known.iter().map(String::as_str)) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => format!("`tiexi describe {topic}` lists them all"),
    };
    Failure::refused(format!("there are no {topic} named `{name}`; {hint}"))
}
