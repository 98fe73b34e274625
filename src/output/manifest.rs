//! `manifest.json`: what a result is, and how to check and repeat it.

use std::fs::File;
use std::io::ErrorKind;
use std::path::Path;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::OutputError;

/// File name of the manifest.
pub(super) const MANIFEST_NAME: &str = "manifest.json";

/// Written into every manifest, so that another program's `manifest.json` is not taken for ours.
pub(super) const PROGRAM: &str = "tiexi";

/// Everything that describes one result. Fields are written in this order.
#[derive(Debug, Clone, Serialize)]
pub struct Manifest {
    /// Hash of all that determines the files: two results with the same identity are the same.
    pub identity: String,
    /// Version of the numbers, see [`super::RESULTS_VERSION`].
    pub results_version: u32,
    /// The scenario's file.
    pub scenario: ScenarioSource,
    /// Seed of the random numbers.
    pub seed: u64,
    /// The command line, program first.
    pub command_line: Vec<String>,
    /// Start of the run, RFC 3339 in UTC (see [`super::host::timestamp`]).
    pub started: String,
    /// Seconds of wall time per phase of the run.
    pub wall_seconds: IndexMap<String, f64>,
    /// Threads used.
    pub threads: usize,
    /// Conditions of the paths that the policies declare, met or not; none where they declare no path.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub path_conditions: Vec<String>,
    /// The scenario with every default and override filled in; stands last in the file.
    #[serde(skip)]
    pub resolved_scenario: Value,
}

/// Where a scenario came from.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
pub struct ScenarioSource {
    /// Path as the user gave it.
    pub path: String,
    /// The scenario's own title.
    pub title: String,
    /// Hash of the resolved scenario.
    pub hash: String,
}

/// One file of a result.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
pub struct FileEntry {
    /// Name within the folder.
    pub name: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Rows without the header; nodes and edges of a graph.
    pub rows: u64,
    /// BLAKE3 hash of the content, hexadecimal.
    pub blake3: String,
}

/// The file as it stands: what the caller said, between what this module knows.
#[derive(Serialize)]
struct Document<'a> {
    program: &'a str,
    format: u32,
    version: &'a str,
    #[serde(flatten)]
    manifest: &'a Manifest,
    host_cores: usize,
    peak_memory_bytes: Option<u64>,
    files: &'a [FileEntry],
    resolved_scenario: &'a Value,
}

impl Manifest {
    /// The text of `manifest.json`.
    pub(super) fn document(&self, files: &[FileEntry]) -> Result<Vec<u8>, serde_json::Error> {
        let mut text = serde_json::to_vec_pretty(&Document {
            program: PROGRAM,
            format: super::FORMAT_VERSION,
            version: env!("CARGO_PKG_VERSION"),
            manifest: self,
            host_cores: super::host::cores(),
            peak_memory_bytes: super::host::peak_memory(),
            files,
            resolved_scenario: &self.resolved_scenario,
        })?;
        text.push(b'\n');
        Ok(text)
    }
}

/// What is read back of an existing manifest: enough to compare, check and replace a result.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Existing {
    program: String,
    pub(super) version: String,
    pub(super) identity: String,
    pub(super) scenario: ScenarioSource,
    pub(super) seed: u64,
    pub(super) started: String,
    pub(super) files: Vec<FileEntry>,
}

impl Existing {
    /// Reads a manifest of ours; `None` if there is none, or something else of that name.
    pub(super) fn read(path: &Path) -> Result<Option<Self>, OutputError> {
        let text = match std::fs::read(path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(OutputError::io("read", path)(error)),
        };
        Ok(serde_json::from_slice(&text).ok().filter(Self::is_ours))
    }

    /// File names are used for removal: they must not lead out of the folder.
    fn is_ours(&self) -> bool {
        let is_plain = |entry: &FileEntry| {
            Path::new(&entry.name).file_name() == Some(entry.name.as_ref()) && !entry.name.contains('\\')
        };
        self.program == PROGRAM && self.files.iter().all(is_plain)
    }

    /// Whether the result lists a file of this name.
    pub(super) fn lists(&self, name: &str) -> bool {
        self.files.iter().any(|entry| entry.name == name)
    }

    /// Files that are missing or not as they were written, each with what is wrong.
    pub(super) fn damage(&self, folder: &Path) -> Result<Vec<String>, OutputError> {
        let mut damage = Vec::new();
        for entry in &self.files {
            if !entry.verifies(&folder.join(&entry.name))? {
                let state = if folder.join(&entry.name).exists() { "was changed" } else { "is missing" };
                damage.push(format!("{} {state}", entry.name));
            }
        }
        Ok(damage)
    }

    /// One line for messages: which run this is. The file may hold anything, also terminal codes.
    pub(super) fn summary(&self) -> String {
        let summary = format!(
            "\"{}\" from {}, seed {}, written by version {} on {}",
            self.scenario.title, self.scenario.path, self.seed, self.version, self.started
        );
        summary.replace(char::is_control, " ")
    }
}

impl FileEntry {
    /// Whether the file at `path` has this size and content.
    ///
    /// # Errors
    /// When it is there and cannot be read.
    pub fn verifies(&self, path: &Path) -> Result<bool, OutputError> {
        match std::fs::metadata(path) {
            Ok(found) if found.is_file() && found.len() == self.bytes => {}
            _ => return Ok(false),
        }
        let mut hasher = blake3::Hasher::new();
        File::open(path)
            .and_then(|file| hasher.update_reader(file).map(|_| ()))
            .map_err(OutputError::io("read", path))?;
        Ok(hasher.finalize().to_hex().as_str() == self.blake3)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A manifest of the given identity.
    pub(in super::super) fn manifest(identity: &str) -> Manifest {
        Manifest {
            identity: identity.to_string(),
            results_version: 1,
            scenario: ScenarioSource {
                path: "scenarios/teaching.toml".to_string(),
                title: "Teaching".to_string(),
                hash: "abc".to_string(),
            },
            seed: 7,
            command_line: vec!["tiexi".to_string(), "run".to_string()],
            started: "2026-01-31T00:00:00Z".to_string(),
            wall_seconds: IndexMap::from([("production".to_string(), 0.25)]),
            threads: 2,
            path_conditions: Vec::new(),
            resolved_scenario: serde_json::json!({"seed": 7, "firms": {"count": 200}}),
        }
    }

    fn entry(name: &str) -> FileEntry {
        FileEntry { name: name.to_string(), bytes: 3, rows: 1, blake3: blake3::hash(b"abc").to_hex().to_string() }
    }

    fn read_back(text: &[u8]) -> Option<Existing> {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join(MANIFEST_NAME);
        std::fs::write(&path, text).expect("written");
        Existing::read(&path).expect("readable")
    }

    #[test]
    fn the_document_holds_what_is_needed_to_check_and_repeat() {
        let text = manifest("id").document(&[entry("region.csv")]).expect("text");
        let document: Value = serde_json::from_slice(&text).expect("JSON");
        for key in [
            "program",
            "format",
            "version",
            "identity",
            "results_version",
            "scenario",
            "seed",
            "command_line",
            "started",
            "wall_seconds",
            "threads",
            "resolved_scenario",
            "host_cores",
            "files",
        ] {
            assert!(!document[key].is_null(), "{key}");
        }
        assert_eq!(document["resolved_scenario"]["firms"]["count"], 200);
        assert_eq!(document["files"][0]["rows"], 1);
        let back = read_back(&text).expect("ours");
        assert_eq!(back.files, vec![entry("region.csv")]);
        assert_eq!((back.identity.as_str(), back.seed), ("id", 7));
    }

    #[test]
    fn foreign_or_dangerous_manifests_are_not_ours() {
        assert!(read_back(b"{\"name\": \"a web extension\"}").is_none());
        assert!(read_back(b"not json").is_none());
        for name in ["../escape.csv", "/etc/passwd", "..", "a/b.csv", "a\\b.csv", ""] {
            let text = manifest("id").document(&[entry(name)]).expect("text");
            assert!(read_back(&text).is_none(), "{name}");
        }
    }

    #[test]
    fn damage_names_the_file_and_what_happened_to_it() {
        let folder = tempfile::tempdir().expect("folder");
        let names = ["good.csv", "longer.csv", "other.csv", "gone.csv"];
        let text = manifest("id").document(&names.map(entry)).expect("text");
        let existing = read_back(&text).expect("ours");
        for (name, content) in [("good.csv", "abc"), ("longer.csv", "abcd"), ("other.csv", "abd")] {
            std::fs::write(folder.path().join(name), content).expect("written");
        }
        assert_eq!(
            existing.damage(folder.path()).expect("readable"),
            ["longer.csv was changed", "other.csv was changed", "gone.csv is missing"]
        );
    }
}
