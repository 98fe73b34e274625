//! A scenario as written: tables, lists and values that remember where they came from.

use super::path::{KeyPath, Step};
use super::problem::Problem;
use super::source::{FileId, Origin, Sources};
use indexmap::IndexMap;
use toml::Spanned;
use toml::de::{DeInteger, DeTable, DeValue};

/// Tables and lists may lie this deep in each other.
const DEEPEST: usize = 64;
/// Syntax errors beyond this many are mostly echoes of the first ones.
const MOST_SYNTAX_ERRORS: usize = 5;

/// A value and the place it was written at.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// What was written.
    pub value: Value,
    /// Where.
    pub origin: Origin,
}

/// What can be written in a scenario.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// true or false
    Flag(bool),
    /// A whole number.
    Integer(i128),
    /// A number with a decimal point or exponent.
    Number(f64),
    /// Text.
    Text(String),
    /// A TOML date; no scenario key takes one, but the message should show it.
    Date(String),
    /// A list.
    List(Vec<Node>),
    /// A table.
    Table(Table),
}

/// A key of a table with its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Where the key was written.
    pub key: Origin,
    /// The value.
    pub node: Node,
}

/// A table in the order of writing.
pub type Table = IndexMap<String, Entry>;

impl Node {
    /// The table, if it is one.
    pub fn table(&self) -> Option<&Table> {
        match &self.value {
            Value::Table(table) => Some(table),
            _ => None,
        }
    }

    /// The text, if it is one.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The same value in JSON, whole numbers kept whole.
    pub fn to_json(&self) -> serde_json::Value {
        use serde_json::Value as Json;
        match &self.value {
            Value::Flag(flag) => Json::Bool(*flag),
            Value::Integer(integer) => integer_to_json(*integer),
            Value::Number(number) => Json::from(*number),
            Value::Text(text) | Value::Date(text) => Json::String(text.clone()),
            Value::List(items) => Json::Array(items.iter().map(Node::to_json).collect()),
            Value::Table(table) => {
                Json::Object(table.iter().map(|(key, entry)| (key.clone(), entry.node.to_json())).collect())
            }
        }
    }

    /// A JSON value as a tree, all of it said to come from one place; nulls are left out.
    pub fn from_json(json: &serde_json::Value, origin: Origin) -> Option<Self> {
        use serde_json::Value as Json;
        let value = match json {
            Json::Null => return None,
            Json::Bool(flag) => Value::Flag(*flag),
            Json::Number(number) => number_from_json(number),
            Json::String(text) => Value::Text(text.clone()),
            Json::Array(items) => Value::List(items.iter().filter_map(|item| Self::from_json(item, origin)).collect()),
            Json::Object(object) => Value::Table(
                object
                    .iter()
                    .filter_map(|(key, value)| {
                        let node = Self::from_json(value, origin)?;
                        Some((key.clone(), Entry { key: origin, node }))
                    })
                    .collect(),
            ),
        };
        Some(Self { value, origin })
    }
}

fn integer_to_json(integer: i128) -> serde_json::Value {
    match (u64::try_from(integer), i64::try_from(integer)) {
        (Ok(unsigned), _) => unsigned.into(),
        (_, Ok(signed)) => signed.into(),
        _ => (integer as f64).into(),
    }
}

fn number_from_json(number: &serde_json::Number) -> Value {
    if let Some(unsigned) = number.as_u64() {
        Value::Integer(unsigned.into())
    } else if let Some(signed) = number.as_i64() {
        Value::Integer(signed.into())
    } else {
        Value::Number(number.as_f64().unwrap_or(f64::NAN))
    }
}

/// Lays `over` on `base`: tables merge, everything else (lists too) is replaced. A table that
/// names another `kind` replaces the old one, whose keys mean nothing to it; a table that states
/// `csv` starts afresh, for else rows of two files would mingle unseen.
pub fn merge(base: &mut Table, over: Table) {
    for (key, entry) in over {
        match base.get_mut(&key) {
            Some(old) => merge_entry(old, entry),
            None => {
                base.insert(key, entry);
            }
        }
    }
}

fn merge_entry(old: &mut Entry, new: Entry) {
    let afresh = differs_in_kind(&old.node, &new.node) || states_csv(&new.node);
    match (&mut old.node.value, new.node.value) {
        (Value::Table(base), Value::Table(over)) if !afresh => {
            merge(base, over);
            old.node.origin = new.node.origin;
        }
        (value, replacement) => {
            *value = replacement;
            old.node.origin = new.node.origin;
        }
    }
    old.key = new.key;
}

fn differs_in_kind(old: &Node, new: &Node) -> bool {
    let kind = |node: &Node| node.table()?.get("kind")?.node.text().map(str::to_owned);
    matches!((kind(old), kind(new)), (Some(old), Some(new)) if old != new)
}

/// Whether a table names a CSV file for its rows. (A table named `csv` is an entry like others.)
fn states_csv(node: &Node) -> bool {
    let named = node.table().and_then(|table| table.get("csv"));
    named.is_some_and(|entry| entry.node.table().is_none())
}

/// The place of a path: of the value itself, or of the nearest table around it.
pub fn origin_near(root: &Node, path: &KeyPath, at_key: bool) -> Option<Origin> {
    let (mut node, mut origin) = (root, None);
    for (position, step) in path.steps.iter().enumerate() {
        let last = position + 1 == path.steps.len();
        match (step, &node.value) {
            (Step::Key(key), Value::Table(table)) => {
                let Some(entry) = table.get(key) else { break };
                node = &entry.node;
                let names_table = node.table().is_some() && !last;
                origin = Some(if at_key || names_table || node.table().is_some() { entry.key } else { node.origin });
            }
            (Step::Index(index), Value::List(items)) => {
                let Some(item) = items.get(*index) else { break };
                node = item;
                origin = Some(item.origin);
            }
            _ => break,
        }
    }
    origin
}

/// The node at a path, if it was written.
pub fn find<'a>(root: &'a Node, path: &KeyPath) -> Option<&'a Node> {
    path.steps.iter().try_fold(root, |node, step| match (step, &node.value) {
        (Step::Key(key), Value::Table(table)) => table.get(key).map(|entry| &entry.node),
        (Step::Index(index), Value::List(items)) => items.get(*index),
        _ => None,
    })
}

/// Reads a TOML text that is in `sources` already.
pub fn parse_document(sources: &Sources, file: FileId) -> Result<Node, Vec<Problem>> {
    let text = sources.text(file);
    let (document, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        return Err(syntax_problems(&errors, sources, file));
    }
    let mut reader = Reader { file, problems: Vec::new() };
    let table = reader.table(document.into_inner(), 0);
    if reader.problems.is_empty() {
        Ok(Node { value: Value::Table(table), origin: Origin::new(file, 0, 0) })
    } else {
        Err(reader.problems)
    }
}

/// Reads one TOML value that is written at `offset` of a file.
pub fn parse_value(text: &str, file: FileId, offset: usize) -> Result<Node, Vec<(String, Option<Origin>)>> {
    let at = |span: std::ops::Range<usize>| Origin::new(file, offset + span.start, offset + span.end);
    let parsed = DeValue::parse(text).map_err(|error| vec![(error.message().to_owned(), error.span().map(at))])?;
    let mut reader = Reader { file, problems: Vec::new() };
    let mut node = reader.node(parsed, 0);
    if !reader.problems.is_empty() {
        let moved = |problem: Problem| {
            let origin = problem.origin.map(|o| at(o.start..o.end));
            (problem.message, origin)
        };
        return Err(reader.problems.into_iter().map(moved).collect());
    }
    shift(&mut node, offset);
    Ok(node)
}

/// Moves every origin of a tree by a number of bytes.
fn shift(node: &mut Node, offset: usize) {
    node.origin = Origin::new(node.origin.file, node.origin.start + offset, node.origin.end + offset);
    match &mut node.value {
        Value::List(items) => items.iter_mut().for_each(|item| shift(item, offset)),
        Value::Table(table) => {
            for entry in table.values_mut() {
                entry.key.start += offset;
                entry.key.end += offset;
                shift(&mut entry.node, offset);
            }
        }
        _ => {}
    }
}

fn syntax_problems(errors: &[toml::de::Error], sources: &Sources, file: FileId) -> Vec<Problem> {
    let mut lines = std::collections::HashSet::new();
    let mut problems = Vec::new();
    for error in errors {
        let end = sources.text(file).len();
        let span = error.span().unwrap_or(end..end);
        let origin = Origin::new(file, span.start, span.end);
        if lines.insert(sources.line_around(origin).1) && problems.len() < MOST_SYNTAX_ERRORS {
            let problem = Problem::new(format!("not valid TOML: {}", error.message())).at(origin);
            problems.push(problem.maybe_help(syntax_help(error.message(), sources, origin)));
        }
    }
    problems
}

/// The two slips that TOML's own message does not explain to a newcomer.
fn syntax_help(message: &str, sources: &Sources, origin: Origin) -> Option<String> {
    if message.contains("duplicate key") {
        return Some("a key may be given once per table; remove one of the two".to_owned());
    }
    let word = sources.excerpt(origin).trim().to_owned();
    let is_word = !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || c == '_');
    (is_word && message.contains("string values must be quoted")).then(|| format!("write text in quotes: \"{word}\""))
}

/// Turns the parser's tables into our own, refusing what is too deep or too large.
struct Reader {
    file: FileId,
    problems: Vec<Problem>,
}

impl Reader {
    fn table(&mut self, table: DeTable<'_>, depth: usize) -> Table {
        let mut result = Table::with_capacity(table.len());
        for (key, value) in table {
            let span = key.span();
            let origin = Origin::new(self.file, span.start, span.end);
            let node = self.node(value, depth + 1);
            result.insert(key.into_inner().into_owned(), Entry { key: origin, node });
        }
        result
    }

    fn node(&mut self, spanned: Spanned<DeValue<'_>>, depth: usize) -> Node {
        let span = spanned.span();
        let origin = Origin::new(self.file, span.start, span.end);
        if depth > DEEPEST {
            self.problems
                .push(Problem::new(format!("tables and lists lie more than {DEEPEST} deep in each other")).at(origin));
            return Node { value: Value::Flag(false), origin };
        }
        Node { value: self.value(spanned.into_inner(), origin, depth), origin }
    }

    fn value(&mut self, value: DeValue<'_>, origin: Origin, depth: usize) -> Value {
        match value {
            DeValue::String(text) => Value::Text(text.into_owned()),
            DeValue::Integer(integer) => self.integer(&integer, origin),
            DeValue::Float(float) => Value::Number(float.as_str().parse().unwrap_or(f64::NAN)),
            DeValue::Boolean(flag) => Value::Flag(flag),
            DeValue::Datetime(date) => Value::Date(date.to_string()),
            DeValue::Array(items) => Value::List(items.into_iter().map(|item| self.node(item, depth + 1)).collect()),
            DeValue::Table(table) => Value::Table(self.table(table, depth)),
        }
    }

    fn integer(&mut self, integer: &DeInteger<'_>, origin: Origin) -> Value {
        match i128::from_str_radix(integer.as_str(), integer.radix()) {
            Ok(value) if (i128::from(i64::MIN)..=i128::from(u64::MAX)).contains(&value) => Value::Integer(value),
            _ => {
                let message = "this whole number is too large for any key";
                self.problems.push(Problem::new(message).at(origin));
                Value::Integer(0)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn read(text: &str) -> (Sources, Result<Node, Vec<Problem>>) {
        let mut sources = Sources::default();
        let file = sources.add("a.toml", text, Path::new(""));
        let node = parse_document(&sources, file);
        (sources, node)
    }

    fn tree(text: &str) -> Node {
        read(text).1.unwrap()
    }

    #[test]
    fn every_value_remembers_its_place() {
        let (sources, node) = read("[a.b]\nc = 12\nd = [1, 'x']\n");
        let node = node.unwrap();
        let path = KeyPath::parse("a.b.c").unwrap();
        let value = origin_near(&node, &path, false).unwrap();
        let key = origin_near(&node, &path, true).unwrap();
        assert_eq!(sources.excerpt(value), "12");
        assert_eq!(sources.excerpt(key), "c");
        let item = KeyPath::parse("a.b.d[1]").unwrap();
        assert_eq!(sources.excerpt(origin_near(&node, &item, false).unwrap()), "'x'");
        let missing = KeyPath::parse("a.b.nothing").unwrap();
        assert_eq!(sources.excerpt(origin_near(&node, &missing, false).unwrap()), "b");
    }

    #[test]
    fn tables_merge_and_lists_are_replaced() {
        let mut base = tree("x = [1, 2]\n[t]\na = 1\nb = 2\n");
        let over = tree("x = [3]\n[t]\nb = 5\nc = 6\n");
        if let (Value::Table(base), Value::Table(over)) = (&mut base.value, over.value) {
            merge(base, over);
        }
        assert_eq!(base.to_json(), serde_json::json!({"x": [3], "t": {"a": 1, "b": 5, "c": 6}}));
    }

    #[test]
    fn another_kind_replaces_the_entry() {
        let mut base = tree("[p]\nkind = 'grant'\nbudget = 3\n");
        let over = tree("[p]\nkind = 'loan'\nspread = 1\n");
        if let (Value::Table(base), Value::Table(over)) = (&mut base.value, over.value) {
            merge(base, over);
        }
        assert_eq!(base.to_json(), serde_json::json!({"p": {"kind": "loan", "spread": 1}}));
    }

    #[test]
    fn a_table_that_states_csv_starts_afresh() {
        let merged = |base: &str, over: &str| {
            let (mut base, over) = (tree(base), tree(over));
            if let (Value::Table(base), Value::Table(over)) = (&mut base.value, over.value) {
                merge(base, over);
            }
            base.to_json()
        };
        let base = "[t]\ncsv = 'a.csv'\nx = 1\n";
        assert_eq!(merged(base, "[t]\ncsv = 'b.csv'\ny = 2\n"), serde_json::json!({"t": {"csv": "b.csv", "y": 2}}));
        assert_eq!(
            merged(base, "[t]\ny = 2\n"),
            serde_json::json!({"t": {"csv": "a.csv", "x": 1, "y": 2}}),
            "entries alone are laid on the parent's"
        );
        assert_eq!(
            merged("[t.a]\nx = 1\n", "[t.csv]\nx = 2\n"),
            serde_json::json!({"t": {"a": {"x": 1}, "csv": {"x": 2}}}),
            "an entry may be named csv"
        );
    }

    #[test]
    fn deep_nesting_is_refused_without_a_crash() {
        for text in [
            format!("x = {}1{}", "[".repeat(70), "]".repeat(70)),
            format!("x = {}", "[".repeat(100_000)),
            format!("{}a = 1", "a.".repeat(70)),
            format!("{}a = 1", "a.".repeat(100_000)),
        ] {
            assert!(read(&text).1.is_err());
        }
    }

    #[test]
    fn large_integers_are_kept_and_too_large_ones_refused() {
        let node = tree("seed = 18446744073709551615");
        assert_eq!(node.to_json()["seed"], serde_json::json!(u64::MAX));
        assert!(read("seed = 18446744073709551616").1.is_err());
    }
}
