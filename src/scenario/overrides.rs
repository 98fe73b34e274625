//! Settings that come with the call, not from a file: `--set research.arrival_rate=0.5`.

use super::path::{self, KeyPath, Step};
use super::problem::Problem;
use super::source::{FileId, Origin, Sources};
use super::suggest::clip;
use super::tree::{self, Entry, Node, Table, Value};
use std::ops::Range;
use std::path::Path;

/// One setting: a dotted key and a TOML value, checked like the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// Who sets it, for messages: `--set`, `--ticks`, ...
    label: String,
    /// `dotted.key = value`
    text: String,
}

impl Override {
    /// A setting as written on the command line, `dotted.key=value`.
    pub fn set(text: impl Into<String>) -> Self {
        Self::labelled("--set", text)
    }

    /// A setting that another option stands for, such as `--ticks`.
    pub fn labelled(label: impl Into<String>, text: impl Into<String>) -> Self {
        Self { label: label.into(), text: text.into() }
    }

    /// A setting made by a program: a sweep, an experiment.
    pub fn assign(label: impl Into<String>, key: &KeyPath, value: &toml::Value) -> Self {
        Self::labelled(label, format!("{key}={value}"))
    }
}

/// Lays the settings on the tree, the later ones on the earlier ones.
pub(super) fn apply(root: &mut Node, overrides: &[Override], sources: &mut Sources, folder: &Path) -> Vec<Problem> {
    let mut problems = Vec::new();
    for setting in overrides {
        let file = sources.add(&setting.label, &setting.text, folder);
        match read(&setting.text, file, &setting.label) {
            Ok(table) => {
                if let Value::Table(base) = &mut root.value {
                    tree::merge(base, table);
                }
            }
            Err(found) => problems.extend(found),
        }
    }
    problems
}

/// The setting as a table with one entry in one entry in ...
fn read(text: &str, file: FileId, label: &str) -> Result<Table, Vec<Problem>> {
    let whole = Origin::new(file, 0, text.len());
    let Some(equals) = equals_sign(text) else {
        return Err(vec![
            Problem::new(format!("`{}` has no `=`", clip(text)))
                .at(whole)
                .help(format!("write {label} dotted.key=value")),
        ]);
    };
    let (key, value) = (&text[..equals], &text[equals + 1..]);
    let steps = key_steps(key).map_err(|reason| {
        let problem = Problem::new(format!("`{}` is not a dotted key: {reason}", clip(key)));
        vec![problem.at(Origin::new(file, 0, equals))]
    })?;
    let blank = value.len() - value.trim_start().len();
    let offset = equals + 1 + blank;
    let node = tree::parse_value(value.trim(), file, offset)
        .map_err(|errors| vec![value_problem(value.trim(), key, label, file, offset, &errors)])?;
    Ok(nested(&steps, node, file))
}

/// The first `=` outside the quotes of the key.
fn equals_sign(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (None, '=') => return Some(at),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            _ => {}
        }
    }
    None
}

fn key_steps(key: &str) -> Result<Vec<(String, Range<usize>)>, String> {
    const DEEPEST: usize = 64;
    let steps = path::split(key)?;
    if steps.len() > DEEPEST {
        return Err(format!("it has more than {DEEPEST} parts"));
    }
    steps
        .into_iter()
        .map(|(step, range)| match step {
            Step::Key(key) => Ok((key, range)),
            Step::Index(_) => Err("a list is set as a whole".to_owned()),
        })
        .collect()
}

fn nested(steps: &[(String, Range<usize>)], node: Node, file: FileId) -> Table {
    let mut node = node;
    let mut table = Table::new();
    for (position, (name, range)) in steps.iter().enumerate().rev() {
        let key = Origin::new(file, range.start, range.end);
        table.insert(name.clone(), Entry { key, node });
        if position == 0 {
            break;
        }
        node = Node { value: Value::Table(std::mem::take(&mut table)), origin: key };
    }
    table
}

fn value_problem(
    value: &str,
    key: &str,
    label: &str,
    file: FileId,
    offset: usize,
    errors: &[(String, Option<Origin>)],
) -> Problem {
    let origin = Origin::new(file, offset, offset + value.len());
    let shown = clip(value);
    let key = key.trim();
    if value.is_empty() {
        return Problem::new(format!("`{}` is set to nothing", clip(key)))
            .at(Origin::new(file, 0, offset))
            .help(format!("write {label} {}=value", clip(key)));
    }
    if looks_like_text(value) {
        return Problem::new(format!("`{shown}` is not a TOML value")).at(origin).label("a word without quotes").help(
            format!("text stands in quotes, and the shell needs another pair: {label} '{}=\"{shown}\"'", clip(key)),
        );
    }
    let (message, place) = errors.first().cloned().unwrap_or_default();
    Problem::new(format!("`{shown}` is not a TOML value: {message}")).at(place.unwrap_or(origin))
}

fn looks_like_text(value: &str) -> bool {
    value.starts_with(|c: char| c.is_alphabetic() || c == '_') && !value.contains(['"', '\'', '[', '{', '\n'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apply_one(text: &str) -> Result<serde_json::Value, String> {
        let mut sources = Sources::default();
        let file = sources.add("--set", text, Path::new(""));
        let table = read(text, file, "--set").map_err(|problems| {
            let error = super::super::problem::ScenarioError::new(problems, sources.clone());
            error.to_string()
        })?;
        let node = Node { value: Value::Table(table), origin: Origin::new(file, 0, 0) };
        Ok(node.to_json())
    }

    #[test]
    fn values_are_toml() {
        use serde_json::json;
        assert_eq!(apply_one("a.b = 0.5").unwrap(), json!({"a": {"b": 0.5}}));
        assert_eq!(apply_one("a=\"x=y\"").unwrap(), json!({"a": "x=y"}));
        assert_eq!(apply_one("a.\"b.c\"=[1,2]").unwrap(), json!({"a": {"b.c": [1, 2]}}));
        assert_eq!(apply_one("\"a=b\"=true").unwrap(), json!({"a=b": true}));
    }

    #[test]
    fn an_unquoted_word_is_refused_with_a_hint() {
        let message = apply_one("government.mode=adaptive").unwrap_err();
        assert!(message.contains("--set 'government.mode=\"adaptive\"'"), "{message}");
        assert!(message.contains("--set:1:17"), "{message}");
    }

    #[test]
    fn broken_settings_are_refused() {
        for text in ["", "a", "=1", "a=", "a..b=1", "a=1 2", "a=[1", "a[0]=1", "a=1\nb=2", "\"a=1"] {
            assert!(apply_one(text).is_err(), "{text} was accepted");
        }
    }

    #[test]
    fn programs_set_values_too() {
        let key = KeyPath::default().key("a").key("b.c");
        let setting = Override::assign("sweep", &key, &toml::Value::String("x\"y".into()));
        assert_eq!(apply_one(&setting.text).unwrap(), serde_json::json!({"a": {"b.c": "x\"y"}}));
    }
}
