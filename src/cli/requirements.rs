//! `tiexi requirements`: what becomes of each numbered claim.

use clap::ValueEnum;
use serde_json::Value;

use super::failure::Failure;
use super::listing::{Format, Listing};
use super::{Done, console};
use crate::requirements::{Registry, Requirement, Status, registry};

/// Show what becomes of the numbered claims about regional upgrading
///
/// The model exists to express or refute 80 claims, REQ-01 to REQ-80. Each is listed with the
/// mechanisms, indicators and tests that answer it, and with its status; asked for in full, with the
/// commands that show it (in a copy of the source).
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tiexi requirements                                all claims, and how many hold
  tiexi requirements REQ-15 REQ-79                  everything about two of them
  tiexi requirements --status holds                 those that hold
  tiexi requirements --format csv > requirements.csv")]
pub(super) struct Arguments {
    /// Only these, in full: REQ-07, or 7
    #[arg(value_name = "REQ")]
    claims: Vec<String>,

    /// Only those with this status; may be given several times
    #[arg(long, value_enum, value_delimiter = ',')]
    status: Vec<StatusName>,

    /// Form of the answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// A status as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum StatusName {
    /// Shown by a test
    Holds,
    /// Refuted, as the note explains
    DoesNotHold,
    /// Beyond this model or its data, as the note explains
    NotTestableHere,
    /// Not built, or not shown
    NotYet,
}

impl StatusName {
    fn status(self) -> Status {
        match self {
            StatusName::Holds => Status::Holds,
            StatusName::DoesNotHold => Status::DoesNotHold,
            StatusName::NotTestableHere => Status::NotTestableHere,
            StatusName::NotYet => Status::NotYet,
        }
    }
}

/// Prints the claims that were asked for.
pub(super) fn execute(arguments: &Arguments) -> Done {
    console::emit(&answer(arguments)?)
}

fn answer(arguments: &Arguments) -> Result<String, Failure> {
    let registry = registry().map_err(|error| Failure::stopped(format!("the registry of claims: {error}")))?;
    let chosen = select(registry, arguments)?;
    Ok(match arguments.format {
        Format::Text if arguments.claims.is_empty() => overview(&chosen),
        Format::Text => chosen.iter().map(|(name, requirement)| in_full(name, requirement)).collect(),
        format => listing(&chosen).render(format),
    })
}

fn select(mut registry: Registry, arguments: &Arguments) -> Result<Registry, Failure> {
    let names: Vec<String> = arguments.claims.iter().map(|claim| canonical(claim)).collect();
    if let Some(at) = names.iter().position(|name| !registry.contains_key(name)) {
        let message =
            format!("there is no claim `{}`; they are REQ-01 to REQ-{}", arguments.claims[at], registry.len());
        return Err(Failure::refused(message));
    }
    let is_asked = |name: &String| names.is_empty() || names.contains(name);
    let statuses = &arguments.status;
    let has_status = |status| statuses.is_empty() || statuses.iter().any(|wanted| wanted.status() == status);
    registry.retain(|name, requirement| is_asked(name) && has_status(requirement.status));
    Ok(registry)
}

/// `REQ-07` for `7`, `07`, `req-7` and the like; else what was typed.
fn canonical(claim: &str) -> String {
    let upper = claim.to_uppercase();
    let digits = upper.trim_start_matches("REQ").trim_start_matches('-');
    digits.parse::<u8>().map_or(upper.clone(), |number| format!("REQ-{number:02}"))
}

fn overview(registry: &Registry) -> String {
    let row = |(name, requirement): (&String, &Requirement)| -> Vec<Value> {
        let mechanisms = requirement.mechanisms.join(", ");
        let cells = [name.as_str(), requirement.status.name(), &mechanisms, &requirement.meaning];
        cells.map(Value::from).to_vec()
    };
    let columns = ["requirement", "status", "mechanisms", "meaning"];
    let rows = Listing::new(&columns, registry.iter().map(row).collect()).render(Format::Text);
    format!("{rows}\n{}\n", count(registry))
}

/// How many claims have each status.
fn count(registry: &Registry) -> String {
    let of = |status: Status| registry.values().filter(|requirement| requirement.status == status).count();
    let parts: Vec<_> = Status::ALL.iter().map(|status| format!("{} {}", status.name(), of(*status))).collect();
    format!("{} claims: {}", registry.len(), parts.join(", "))
}

fn in_full(name: &str, requirement: &Requirement) -> String {
    let mut text = format!("{name}  {}\n    {}\n", requirement.status.name(), requirement.meaning);
    let parts = [
        ("note", vec![requirement.note.clone()]),
        ("source", vec![requirement.source.clone()]),
        ("mechanisms", vec![requirement.mechanisms.join(", ")]),
        ("indicators", requirement.indicators.clone()),
        ("show it", requirement.commands()),
    ];
    for (title, lines) in parts {
        for (number, line) in lines.iter().filter(|line| !line.is_empty()).enumerate() {
            text += &format!("    {:<12}{line}\n", if number == 0 { title } else { "" });
        }
    }
    text
}

fn listing(registry: &Registry) -> Listing {
    let row = |(name, requirement): (&String, &Requirement)| -> Vec<Value> {
        vec![
            name.as_str().into(),
            requirement.status.name().into(),
            requirement.meaning.as_str().into(),
            requirement.mechanisms.clone().into(),
            requirement.indicators.clone().into(),
            requirement.tests.clone().into(),
            requirement.note.as_str().into(),
            requirement.source.as_str().into(),
        ]
    };
    let columns = ["requirement", "status", "meaning", "mechanisms", "indicators", "tests", "note", "source"];
    Listing::new(&columns, registry.iter().map(row).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(claims: &[&str], status: &[StatusName], format: Format) -> Result<String, Failure> {
        let claims = claims.iter().map(ToString::to_string).collect();
        answer(&Arguments { claims, status: status.to_vec(), format })
    }

    #[test]
    fn every_claim_has_its_line_and_the_last_one_counts_them() {
        let text = asked(&[], &[], Format::Text).expect("answered");
        assert_eq!(text.lines().filter(|line| line.starts_with("REQ-")).count(), 80);
        let counts = text.lines().last().expect("a line").strip_prefix("80 claims: ").expect("counts");
        let numbers = counts.split(", ").map(|part| part.rsplit(' ').next().expect("a number").parse::<usize>());
        assert_eq!(numbers.map(|number| number.expect("a number")).sum::<usize>(), 80);
    }

    #[test]
    fn claims_are_found_however_they_are_written() {
        for claim in ["REQ-07", "req-7", "7", "07", "REQ7"] {
            let text = asked(&[claim], &[], Format::Text).expect("answered");
            assert!(text.starts_with("REQ-07  holds\n    Upgrading is"), "{claim}: {text}");
            assert!(text.contains("\n    source      upgrading paper"), "{text}");
        }
        for claim in ["REQ-81", "0", "REQ-", "upgrading", "999999", "-7-"] {
            let failure = asked(&[claim], &[], Format::Text).expect_err("unknown");
            assert!(failure.message().contains("REQ-01 to REQ-80"), "{}", failure.message());
        }
    }

    #[test]
    fn a_status_selects() {
        let rows = |status: &[StatusName]| {
            let json = asked(&[], status, Format::Json).expect("answered");
            serde_json::from_str::<Vec<Value>>(&json).expect("a list")
        };
        let holding = rows(&[StatusName::Holds]);
        assert!(!holding.is_empty() && holding.iter().all(|row| row["status"] == "holds"));
        assert!(holding[0]["tests"].as_array().is_some_and(|tests| !tests.is_empty()), "lists stay lists");
        let all = [StatusName::Holds, StatusName::DoesNotHold, StatusName::NotTestableHere, StatusName::NotYet];
        assert_eq!(rows(&all).len(), 80);
    }

    #[test]
    fn lists_are_readable_in_tables() {
        let csv = asked(&["15"], &[], Format::Csv).expect("answered");
        assert!(csv.contains("investment; production; research"), "{csv}");
    }
}
