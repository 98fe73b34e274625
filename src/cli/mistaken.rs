//! A file of another kind than the command wants: what it is says more than all that is wrong with it.

use std::path::Path;

use super::failure::Failure;

/// What a file is, by the keys at its top.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Scenario,
    Plan,
    Calibration,
}

impl Kind {
    fn of(text: &str) -> Option<Kind> {
        let table: toml::Table = text.parse().ok()?;
        let has = |key: &str| table.contains_key(key);
        if has("base") && (has("parameter") || has("target")) {
            Some(Kind::Calibration)
        } else if has("base") && (has("factor") || has("replicates") || has("design")) {
            Some(Kind::Plan)
        } else if has("extends") || has("cities") || has("sub_industries") {
            Some(Kind::Scenario)
        } else {
            None
        }
    }
}

/// What to say of a file that was read as a scenario and refused.
pub(super) fn for_a_scenario(path: &Path, refused: Failure) -> Failure {
    match kind(path) {
        Some(Kind::Plan) => instead(path, "the plan of a sweep, not a scenario", "tiexi sweep"),
        Some(Kind::Calibration) => instead(path, "the plan of a calibration, not a scenario", "tiexi calibrate"),
        _ => refused,
    }
}

/// What to say of a file that was read as the plan of a sweep and refused.
pub(super) fn for_a_plan(path: &Path, refused: Failure) -> Failure {
    match kind(path) {
        Some(Kind::Scenario) => instead(path, "a scenario, not the plan of a sweep", "tiexi run"),
        Some(Kind::Calibration) => instead(path, "the plan of a calibration, not of a sweep", "tiexi calibrate"),
        _ => refused,
    }
}

fn kind(path: &Path) -> Option<Kind> {
    Kind::of(&std::fs::read_to_string(path).ok()?)
}

fn instead(path: &Path, is: &str, command: &str) -> Failure {
    let path = path.display();
    Failure::refused(format!("{path} is {is}; `{command} {path}` takes it"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_keys() {
        assert_eq!(Kind::of("base = \"a.toml\"\n[[factor]]\nkey = \"seed\""), Some(Kind::Plan));
        assert_eq!(Kind::of("base = \"a.toml\"\n[[parameter]]\nkey = \"x\""), Some(Kind::Calibration));
        assert_eq!(Kind::of("extends = \"a.toml\""), Some(Kind::Scenario));
        assert_eq!(Kind::of("[cities.A]"), Some(Kind::Scenario));
        assert_eq!(Kind::of("title = \"neither\""), None);
        assert_eq!(Kind::of("no = toml ="), None);
    }
}
