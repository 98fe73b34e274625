//! From the checked tree to the typed scenario.

use super::path::{KeyPath, Step};
use super::problem::Problem;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use serde_path_to_error::Segment;

/// The typed scenario. The checks before should leave nothing to complain about; if they miss
/// something, the complaint still has its path.
pub fn typed<T: DeserializeOwned>(json: Json) -> Result<T, Box<(KeyPath, Problem)>> {
    serde_path_to_error::deserialize(json).map_err(|error| {
        let mut path = KeyPath::default();
        for segment in error.path().iter() {
            match segment {
                Segment::Map { key } => path.steps.push(Step::Key(key.clone())),
                Segment::Seq { index } => path.steps.push(Step::Index(*index)),
                Segment::Enum { .. } | Segment::Unknown => break,
            }
        }
        let reason = error.into_inner();
        let problem = Problem::new(format!("{}: {reason}", path_or_top(&path)));
        Box::new((path, problem))
    })
}

fn path_or_top(path: &KeyPath) -> String {
    if path.steps.is_empty() { "the scenario".to_owned() } else { format!("`{path}`") }
}
