//! What becomes of the numbered claims about regional upgrading (REQ-01 to REQ-80): which mechanisms,
//! indicators and tests answer each of them, and whether it holds.
//!
//! The registry is one file, `registry.toml`, written by people. It knows the model by name only;
//! `tests/requirements.rs` sees to it that every name is that of a real thing.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// Number of claims.
pub const COUNT: usize = 80;

/// One claim and what becomes of it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// Where the claim stands; short names of the sources as in `docs/data.md`.
    pub source: String,
    /// The claim, in our words.
    pub meaning: String,
    /// Mechanisms that carry it.
    #[serde(default)]
    pub mechanisms: Vec<String>,
    /// Columns that show it, as `table.column`.
    #[serde(default)]
    pub indicators: Vec<String>,
    /// Tests, as `tests/file.rs::function` or `module::tests::function`.
    #[serde(default)]
    pub tests: Vec<String>,
    /// Whether it holds.
    pub status: Status,
    /// What the status rests on, or what is missing.
    #[serde(default)]
    pub note: String,
}

/// Whether a claim holds in the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    /// Shown by a test.
    #[serde(rename = "holds")]
    Holds,
    /// Refuted, as the note explains.
    #[serde(rename = "does not hold")]
    DoesNotHold,
    /// Beyond this model or its data, as the note explains.
    #[serde(rename = "not testable here")]
    NotTestableHere,
    /// Not built, or not shown.
    #[serde(rename = "not yet")]
    NotYet,
}

impl Status {
    /// All of them.
    pub const ALL: [Status; 4] = [Status::Holds, Status::DoesNotHold, Status::NotTestableHere, Status::NotYet];

    /// As the registry writes it.
    pub fn name(self) -> &'static str {
        match self {
            Status::Holds => "holds",
            Status::DoesNotHold => "does not hold",
            Status::NotTestableHere => "not testable here",
            Status::NotYet => "not yet",
        }
    }
}

/// Claims by their number, such as `REQ-07`, in order.
pub type Registry = IndexMap<String, Requirement>;

/// The registry that the program carries.
///
/// # Errors
/// When the file is no registry, which a test rules out for every release.
pub fn registry() -> Result<Registry, toml::de::Error> {
    parse(include_str!("registry.toml"))
}

fn parse(text: &str) -> Result<Registry, toml::de::Error> {
    toml::from_str(text)
}

/// What is missing, out of place, or claimed without the evidence that its status asks for.
pub fn problems(registry: &Registry) -> Vec<String> {
    let number = |index: usize| format!("REQ-{:02}", index + 1);
    let missing = (0..COUNT).map(number).filter(|name| !registry.contains_key(name));
    let mut problems: Vec<String> = missing.map(|name| format!("{name} is missing")).collect();
    for (index, name) in registry.keys().enumerate() {
        if *name != number(index) {
            problems.push(format!("{name} stands in the place of {}", number(index)));
        }
    }
    problems.extend(registry.iter().filter_map(|(name, requirement)| Some(format!("{name} {}", requirement.lack()?))));
    problems
}

impl Requirement {
    /// Commands that run its tests, each with the figures it prints.
    pub fn commands(&self) -> Vec<String> {
        let command = |test: &String| match test.strip_prefix("tests/").and_then(|test| test.split_once(".rs::")) {
            Some((file, name)) => format!("cargo test --release --test {file} {name} -- --nocapture"),
            None => format!("cargo test --release --lib {test} -- --nocapture"),
        };
        self.tests.iter().map(command).collect()
    }

    /// What its status asks for and the entry does not give.
    fn lack(&self) -> Option<&'static str> {
        let (is_tested, is_explained) = (!self.tests.is_empty(), !self.note.trim().is_empty());
        match self.status {
            Status::Holds if !is_tested => Some("holds, but no test shows it"),
            Status::DoesNotHold if !is_tested => Some("does not hold, but no test shows it"),
            Status::DoesNotHold if !is_explained => Some("does not hold, but its note does not say how"),
            Status::NotTestableHere if !is_explained => Some("is not testable here, but its note does not say why"),
            _ if self.meaning.trim().is_empty() || self.source.trim().is_empty() => Some("has no meaning or no source"),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_runs_each_test() {
        let text = claim(1, "tests = [\"tests/paths.rs::smile\", \"world::tests::books\"]\nstatus = \"holds\"");
        let registry = parse(&text).expect("a registry");
        let expected = [
            "cargo test --release --test paths smile -- --nocapture",
            "cargo test --release --lib world::tests::books -- --nocapture",
        ];
        assert_eq!(registry["REQ-01"].commands(), expected);
    }

    fn claim(number: usize, rest: &str) -> String {
        format!("[REQ-{number:02}]\nsource = \"paper\"\nmeaning = \"a claim\"\n{rest}\n")
    }

    fn all() -> Vec<String> {
        (1..=COUNT).map(|number| claim(number, "status = \"not yet\"")).collect()
    }

    fn problems_of(claims: &[String]) -> Vec<String> {
        problems(&parse(&claims.concat()).expect("a registry"))
    }

    #[test]
    fn the_registry_is_complete_and_gives_its_evidence() {
        assert_eq!(problems(&registry().expect("a registry")), Vec::<String>::new());
        assert_eq!(problems_of(&all()), Vec::<String>::new());
    }

    #[test]
    fn a_claim_that_is_missing_doubled_or_out_of_place_is_seen() {
        let mut claims = all();
        claims.remove(6);
        assert!(problems_of(&claims).contains(&"REQ-07 is missing".to_string()));
        claims.push(claims[7].clone());
        assert!(parse(&claims.concat()).is_err(), "doubled");
        let mut claims = all();
        claims.swap(2, 3);
        assert_eq!(problems_of(&claims).len(), 2);
        let mut claims = all();
        claims.push(claim(COUNT + 1, "status = \"not yet\""));
        let mut registry = parse(&claims.concat()).expect("a registry");
        registry.shift_remove("REQ-80");
        assert_eq!(problems(&registry).len(), 2, "one too few, one too many");
    }

    #[test]
    fn a_status_asks_for_its_evidence() {
        for (rest, lack) in [
            ("status = \"holds\"", "no test shows it"),
            ("status = \"does not hold\"\nnote = \"so\"", "no test shows it"),
            ("status = \"does not hold\"\ntests = [\"t\"]", "its note does not say how"),
            ("status = \"not testable here\"", "its note does not say why"),
            ("status = \"not testable here\"\nnote = \" \"", "its note does not say why"),
        ] {
            let mut claims = all();
            claims[9] = claim(10, rest);
            let found = problems_of(&claims);
            assert!(found.len() == 1 && found[0].contains("REQ-10") && found[0].contains(lack), "{rest}: {found:?}");
        }
    }

    #[test]
    fn keys_and_statuses_that_do_not_exist_are_refused() {
        for rest in ["status = \"maybe\"", "status = \"holds\"\ntest = []", ""] {
            assert!(parse(&claim(1, rest)).is_err(), "{rest}");
        }
        for status in Status::ALL {
            let text = claim(1, &format!("status = \"{}\"", status.name()));
            assert_eq!(parse(&text).expect("known")["REQ-01"].status, status);
        }
    }
}
