//! Arguments that name a scenario and change it, shared by several subcommands.

use std::path::{Path, PathBuf};

/// One change of the scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Setting {
    /// The option that makes it.
    pub option: &'static str,
    /// `dotted.key=value`, the value in TOML.
    pub text: String,
}

impl Setting {
    /// The change `text`, made by `option`.
    pub(super) fn new(option: &'static str, text: String) -> Self {
        Self { option, text }
    }
}

/// The scenario and what to change in it.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct ScenarioArguments {
    /// Scenario file
    #[arg(value_name = "SCENARIO.toml")]
    scenario: PathBuf,

    #[command(flatten)]
    changes: ChangeArguments,
}

/// What to change in a scenario.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct ChangeArguments {
    /// Set a parameter, checked like the file (repeatable)
    ///
    /// The key is dotted; of a key set twice the last value holds, and short forms such as --seed hold
    /// over --set. The value is TOML, so text needs quotes of its own:
    ///   --set research.arrival_rate=0.6
    ///   --set 'title="Two banks"'
    ///   --set 'output.panel=["firms"]'
    #[arg(long, value_name = "KEY=VALUE", verbatim_doc_comment)]
    set: Vec<String>,

    /// Seed of the random numbers (short for --set seed=N)
    #[arg(long, value_name = "N", value_parser = whole::<u64>, allow_negative_numbers = true)]
    seed: Option<u64>,

    /// Ticks to run (short for --set time.ticks=N)
    #[arg(long, value_name = "N", value_parser = whole::<u32>, allow_negative_numbers = true)]
    ticks: Option<u32>,

    /// Simulated firms per real firm, totals kept (short for --set scale=X)
    #[arg(long, value_name = "X", value_parser = finite, allow_negative_numbers = true)]
    scale: Option<f64>,
}

fn finite(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(value),
        _ => Err("not a number such as 0.1 or 10".to_string()),
    }
}

/// A whole number that its type can hold; the message names the limits where it is none.
fn whole<T: TryFrom<u64>>(text: &str) -> Result<T, String> {
    let number = text.parse().ok().and_then(|number: u64| T::try_from(number).ok());
    let most = u64::MAX >> (64 - 8 * size_of::<T>());
    number.ok_or_else(|| format!("not a whole number from 0 to {most}"))
}

impl ScenarioArguments {
    /// Path of the scenario file.
    pub(super) fn path(&self) -> &Path {
        &self.scenario
    }

    /// Name of the scenario file without folder and extension.
    pub(super) fn stem(&self) -> String {
        match self.scenario.file_stem() {
            Some(stem) => stem.to_string_lossy().into_owned(),
            None => "scenario".to_string(),
        }
    }

    /// All changes in the order in which they apply.
    pub(super) fn settings(&self) -> Vec<Setting> {
        self.changes.settings()
    }
}

impl ChangeArguments {
    /// All changes in the order in which they apply: the short forms last.
    pub(super) fn settings(&self) -> Vec<Setting> {
        let long_forms = self.set.iter().map(|text| Setting::new("--set", text.clone()));
        let short_forms = [
            self.seed.map(|seed| Setting::new("--seed", format!("seed={seed}"))),
            self.ticks.map(|ticks| Setting::new("--ticks", format!("time.ticks={ticks}"))),
            // Debug formatting keeps a whole number a float, as TOML wants it.
            self.scale.map(|scale| Setting::new("--scale", format!("scale={scale:?}"))),
        ];
        long_forms.chain(short_forms.into_iter().flatten()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Program {
        #[command(flatten)]
        scenario: ScenarioArguments,
    }

    fn parse(arguments: &[&str]) -> Result<ScenarioArguments, clap::Error> {
        let program = ["program", "scenarios/two-banks.toml"];
        Program::try_parse_from(program.iter().chain(arguments)).map(|parsed| parsed.scenario)
    }

    #[test]
    fn short_forms_are_settings_like_others() {
        let line = ["--scale", "10", "--seed", "7", "--set", "a.b=1", "--ticks", "4"];
        let parsed = parse(&line).expect("accepted");
        let settings: Vec<_> = parsed.settings().into_iter().map(|s| (s.option, s.text)).collect();
        let expected =
            [("--set", "a.b=1"), ("--seed", "seed=7"), ("--ticks", "time.ticks=4"), ("--scale", "scale=10.0")];
        assert_eq!(settings, expected.map(|(option, text)| (option, text.to_string())));
        assert_eq!(parsed.stem(), "two-banks");
    }

    #[test]
    fn numbers_that_are_none_are_refused() {
        for line in [["--scale", "nan"], ["--scale", "inf"], ["--seed", "-1"], ["--ticks", "x"]] {
            assert!(parse(&line).is_err(), "{line:?}");
        }
        for (line, most) in [(["--seed", "-1"], "18446744073709551615"), (["--ticks", "4294967296"], "4294967295")] {
            let message = parse(&line).err().map(|error| error.to_string()).unwrap_or_default();
            assert!(message.contains(&format!("not a whole number from 0 to {most}")), "{message}");
        }
        assert!(parse(&["--seed", "18446744073709551615"]).is_ok());
    }
}
