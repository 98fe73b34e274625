//! The command line: one file per subcommand, each with its arguments and what it does.
//!
//! Results and answers go to standard output; progress and messages go to standard error.

mod calibrate;
mod chapters;
mod check;
mod compare;
mod completions;
mod console;
mod describe;
mod failure;
mod glue;
mod headlines;
mod indicators;
mod listing;
mod map;
mod merge;
mod mistaken;
mod new;
mod plot;
mod policies;
mod progress;
mod report;
mod requirements;
mod resume;
mod run;
mod scenario_arguments;
mod schema;
mod sensitivity;
mod serve;
mod session;
mod signals;
mod slurm;
mod status;
mod summary;
mod sweep;
mod table;
mod verify;
mod watch;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use failure::Failure;

/// How a subcommand ends.
type Done = Result<(), Failure>;

const ABOUT: &str = "A laboratory for regional industrial upgrading: firms, universities, \
institutes, banks and a government of one region, simulated agent by agent";

const LONG_ABOUT: &str = "\
A laboratory for regional industrial upgrading.

Tiexi simulates the equipment manufacturing of one region agent by agent: every firm with its \
machines, workers, engineers, knowledge and money, the universities and institutes around it, \
banks, government, and the world it competes with. A scenario (a TOML file) states the region, the \
parameters and the policies; a run turns it into CSV time series.";

const EXAMPLES: &str = "\
Examples:
  tiexi run scenarios/liaoning.toml             run it; results go to output/liaoning
  tiexi run scenarios/teaching.toml --seed 2    the same small region with other luck
  tiexi compare a.toml b.toml                   what a policy changes, with its uncertainty
  tiexi sweep plan.toml                         many runs by plan, resumable
  tiexi check scenarios/liaoning.toml           is the file right, and what world does it build?
  tiexi describe parameters research            every parameter of research: unit, range, source
  tiexi describe indicators                     what every column of the results means
  tiexi requirements                            which claims about upgrading hold, and what shows it
  tiexi new my-region                           start a scenario of your own

Exit codes: 0 done; 1 the run stopped (books, a value that is not finite, disk); 2 the input was
refused; 3 finished, but some runs failed; 130, 143 interrupted (Ctrl-C, SIGTERM).";

/// The arguments of `tiexi`.
#[derive(Debug, Parser)]
#[command(name = "tiexi", version, about = ABOUT, long_about = LONG_ABOUT, after_help = EXAMPLES)]
#[command(arg_required_else_help = true, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Run(run::Arguments),
    Compare(compare::Arguments),
    Sweep(sweep::Arguments),
    Resume(resume::Arguments),
    Status(status::Arguments),
    Verify(verify::Arguments),
    Merge(merge::Arguments),
    Sensitivity(sensitivity::Arguments),
    Map(map::Arguments),
    Calibrate(calibrate::Arguments),
    Report(report::Arguments),
    Plot(plot::Arguments),
    Serve(serve::Arguments),
    Watch(watch::Arguments),
    Check(check::Arguments),
    Describe(describe::Arguments),
    Requirements(requirements::Arguments),
    Schema(schema::Arguments),
    New(new::Arguments),
    Completions(completions::Arguments),
}

impl Cli {
    fn execute(self) -> Done {
        match self.command {
            Command::Run(arguments) => run::execute(&arguments),
            Command::Compare(arguments) => compare::execute(&arguments),
            Command::Sweep(arguments) => sweep::execute(&arguments),
            Command::Resume(arguments) => resume::execute(&arguments),
            Command::Status(arguments) => status::execute(&arguments),
            Command::Verify(arguments) => verify::execute(&arguments),
            Command::Merge(arguments) => merge::execute(&arguments),
            Command::Sensitivity(arguments) => sensitivity::execute(&arguments),
            Command::Map(arguments) => map::execute(&arguments),
            Command::Calibrate(arguments) => calibrate::execute(&arguments),
            Command::Report(arguments) => report::execute(&arguments),
            Command::Plot(arguments) => plot::execute(&arguments),
            Command::Serve(arguments) => serve::execute(&arguments),
            Command::Watch(arguments) => watch::execute(&arguments),
            Command::Check(arguments) => check::execute(&arguments),
            Command::Describe(arguments) => describe::execute(&arguments),
            Command::Requirements(arguments) => requirements::execute(&arguments),
            Command::Schema(arguments) => schema::execute(&arguments),
            Command::New(arguments) => new::execute(&arguments),
            Command::Completions(arguments) => completions::execute(&arguments),
        }
    }
}

/// Reads the command line, does what it says, and returns the exit code.
pub fn main() -> ExitCode {
    match Cli::parse().execute() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.report();
            ExitCode::from(failure.code())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_definition_of_the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_subcommand_teaches_with_examples() {
        for command in Cli::command().get_subcommands() {
            let name = command.get_name();
            assert!(command.get_about().is_some(), "{name} has no summary");
            let examples = command.get_after_help().map(ToString::to_string);
            let examples = examples.unwrap_or_default();
            assert!(examples.contains(&format!("tiexi {name}")), "{name} has no examples");
        }
    }

    #[test]
    fn every_argument_is_explained() {
        for command in Cli::command().get_subcommands() {
            for argument in command.get_arguments() {
                let (name, id) = (command.get_name(), argument.get_id());
                assert!(argument.get_help().is_some(), "{name}: {id} is not explained");
            }
        }
    }
}
