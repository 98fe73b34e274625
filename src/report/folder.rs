//! A folder of results: what kind it is, and what its manifest says.

use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use super::ReportError;
use super::table::{Table, TableError};

/// What a folder holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One run.
    Run,
    /// Scenarios side by side.
    Comparison,
    /// Many runs by plan.
    Sweep,
    /// A sweep with a map of the best path.
    Map,
}

/// A folder with a result.
#[derive(Debug, Clone)]
pub struct Results {
    /// The folder.
    pub path: PathBuf,
    /// What it holds.
    pub kind: Kind,
    /// `manifest.json`.
    pub manifest: Json,
}

impl Results {
    /// Reads the manifest of a folder.
    ///
    /// # Errors
    /// When there is no result, or not one of ours.
    pub fn read(path: &Path) -> Result<Self, ReportError> {
        let refused = |why: &str| ReportError::NoResult { folder: path.to_path_buf(), why: why.to_string() };
        if !path.is_dir() {
            return Err(refused("there is no such folder"));
        }
        let file = path.join("manifest.json");
        let text = std::fs::read_to_string(&file).map_err(|_| {
            refused("manifest.json is missing; a run, comparison, sweep or map writes it when it is complete")
        })?;
        let manifest: Json = serde_json::from_str(&text)
            .map_err(|error| refused(&format!("manifest.json cannot be understood: {error}")))?;
        if manifest["program"] != "tiexi" {
            return Err(refused("its manifest.json is not of tiexi"));
        }
        let lists =
            |name: &str| manifest["files"].as_array().is_some_and(|all| all.iter().any(|one| one["name"] == name));
        let kind = if manifest["spec"].is_object() {
            if path.join("map.csv").is_file() { Kind::Map } else { Kind::Sweep }
        } else if lists("comparison.csv") {
            Kind::Comparison
        } else if lists("region.csv") {
            Kind::Run
        } else {
            return Err(refused("its manifest.json lists neither region.csv nor comparison.csv"));
        };
        Ok(Results { path: path.to_path_buf(), kind, manifest })
    }

    /// A table of the folder; `None` if it is not there.
    ///
    /// # Errors
    /// When it is there and cannot be read.
    pub fn table(&self, file: &str) -> Result<Option<Table>, TableError> {
        Table::read(&self.path, file)
    }

    /// A table that every folder of this kind has.
    ///
    /// # Errors
    /// When it is not there or cannot be read.
    pub fn needed(&self, file: &str) -> Result<Table, ReportError> {
        let missing = || ReportError::NoResult {
            folder: self.path.clone(),
            why: format!("{file} is missing; `tiexi verify` says more"),
        };
        self.table(file)?.ok_or_else(missing)
    }

    /// The scenario of a run with every default filled in.
    pub fn scenario(&self) -> &Json {
        &self.manifest["resolved_scenario"]["scenario"]
    }

    /// A text of the manifest, empty if it is not there.
    pub fn text(&self, pointer: &str) -> &str {
        self.manifest.pointer(pointer).and_then(Json::as_str).unwrap_or_default()
    }

    /// The command that gives this result again, and what has to be there for it.
    pub fn command(&self) -> (String, String) {
        match self.kind {
            Kind::Run | Kind::Comparison => self.command_of_runs(),
            Kind::Sweep | Kind::Map => self.command_of_sweep(),
        }
    }

    fn command_of_runs(&self) -> (String, String) {
        let words = self.manifest["command_line"].as_array();
        let words = words.into_iter().flatten().skip(1).filter_map(Json::as_str).map(quoted);
        let command = std::iter::once("tiexi".to_string()).chain(words).collect::<Vec<_>>().join(" ");
        let (version, hash) = (self.text("/version"), self.text("/scenario/hash"));
        let (path, seed) = (self.text("/scenario/path"), &self.manifest["seed"]);
        (
            command,
            format!(
                "With tiexi {version} and {path} as it was (its resolved form has the BLAKE3 hash {hash}, seed {seed}), this \
                 command gives the same bytes. The manifest below holds every value that was used."
            ),
        )
    }

    fn command_of_sweep(&self) -> (String, String) {
        let plan = std::fs::read_to_string(self.path.join("plan.json")).ok();
        let plan: Option<Json> = plan.and_then(|text| serde_json::from_str(&text).ok());
        let file = plan.as_ref().and_then(|plan| plan["plan_file"].as_str()).unwrap_or("PLAN.toml");
        let word = if self.kind == Kind::Map { "map" } else { "sweep" };
        let folder =
            self.path.file_name().map_or_else(|| "again".to_string(), |name| name.to_string_lossy().into_owned());
        let (version, identity) = (self.text("/version"), self.text("/identity"));
        (
            format!("tiexi {word} {} --output {}", quoted(file), quoted(&format!("{folder}-again"))),
            format!(
                "With tiexi {version} and the plan as it was, this command gives the same bytes; the folder then has the \
                 identity {identity}. The manifest below holds the plan and the hashes of its scenarios."
            ),
        )
    }
}

/// A word as a shell reads it back.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,@%+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_string()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_survive_the_shell() {
        assert_eq!(quoted("scenarios/a.toml"), "scenarios/a.toml");
        assert_eq!(quoted("a b"), "'a b'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(quoted(""), "''");
    }

    #[test]
    fn a_folder_without_a_result_says_so() {
        let folder = tempfile::tempdir().expect("folder");
        let error = |path: &Path| Results::read(path).expect_err("refused").to_string();
        assert!(error(&folder.path().join("x")).contains("no such folder"));
        assert!(error(folder.path()).contains("manifest.json is missing"));
        for (text, says) in
            [("{", "understood"), ("{\"program\":\"x\"}", "not of tiexi"), ("{\"program\":\"tiexi\"}", "region.csv")]
        {
            std::fs::write(folder.path().join("manifest.json"), text).expect("written");
            assert!(error(folder.path()).contains(says), "{text}");
        }
    }
}
