//! Checks between tables: shares that sum to one, names that must exist elsewhere, dates that must
//! lie in the calendar.

use super::dates::{TimeAxis, parse_date};
use super::path::{KeyPath, Step};
use super::problem::Problem;
use super::shape::{Field, Shape, Shares};
use super::suggest::{self, clip};
use serde_json::{Map, Value as Json};

/// Shares may miss 1 by this much, for they are printed with few digits.
const TOLERANCE: f64 = 1e-6;

/// A problem at a path: the caller knows where the path was written.
#[derive(Debug, Clone)]
pub struct Located {
    /// The path it is about.
    pub path: KeyPath,
    /// Whether it is about the key itself, not the value.
    pub at_key: bool,
    /// What is wrong.
    pub problem: Problem,
}

/// All relations of a complete scenario that do not hold.
pub fn check(root: &Field, json: &Json, axis: Option<&TimeAxis>) -> Vec<Located> {
    let mut relations = Relations { json, axis, whole: true, empty: Vec::new(), problems: Vec::new() };
    relations.field(root, json, &KeyPath::default());
    relations.problems
}

/// Names that do not exist in a scenario of which other things are wrong. Nothing is said of sums,
/// nor of tables that are empty, for that may come from what is wrong.
pub fn check_names(root: &Field, json: &Json) -> Vec<Located> {
    let mut relations = Relations { json, axis: None, whole: false, empty: Vec::new(), problems: Vec::new() };
    relations.field(root, json, &KeyPath::default());
    relations.problems
}

struct Relations<'a> {
    json: &'a Json,
    axis: Option<&'a TimeAxis>,
    /// Whether the scenario is whole, so that sums and empty tables mean something.
    whole: bool,
    /// Empty tables that were reported already.
    empty: Vec<String>,
    problems: Vec<Located>,
}

impl Relations<'_> {
    fn report(&mut self, path: KeyPath, at_key: bool, problem: Problem) {
        self.problems.push(Located { path, at_key, problem });
    }

    fn field(&mut self, field: &Field, value: &Json, path: &KeyPath) {
        if let Some(table) = &field.reference {
            self.references(table, value, path);
        }
        if let (Some("date"), Json::String(date)) = (field.unit.as_deref(), value) {
            self.date(date, path);
        }
        if let Json::Object(object) = value {
            self.names(field, object, path);
            match field.shares.filter(|_| self.whole) {
                Some(Shares::Rows) => self.rows(object, path),
                Some(Shares::Columns) => self.columns(object, path),
                None => {}
            }
        }
        self.inside(field, value, path);
    }

    fn inside(&mut self, field: &Field, value: &Json, path: &KeyPath) {
        match (&field.shape, value) {
            (Shape::Record(fields), Json::Object(object)) => {
                for (name, field) in fields {
                    if let Some(value) = object.get(name) {
                        self.field(field, value, &path.key(name));
                    }
                }
            }
            (Shape::Map(entry), Json::Object(object)) => {
                for (name, value) in object {
                    self.field(entry, value, &path.key(name));
                }
            }
            (Shape::List(item, _, _), Json::Array(items)) => {
                for (index, value) in items.iter().enumerate() {
                    self.field(item, value, &path.index(index));
                }
            }
            (Shape::Tagged { tag, variants }, Json::Object(object)) => {
                let word = object.get(tag).and_then(Json::as_str).unwrap_or("");
                let fields = variants.get(word).map(|(_, fields)| fields);
                for (name, field) in fields.into_iter().flatten() {
                    if let Some(value) = object.get(name) {
                        self.field(field, value, &path.key(name));
                    }
                }
            }
            _ => {}
        }
    }

    /// An empty date means none. Events say more about their dates than is known here.
    fn date(&mut self, date: &str, path: &KeyPath) {
        let of_event = matches!(path.steps.first(), Some(Step::Key(key)) if key == "event");
        if date.is_empty() || of_event {
            return;
        }
        if let Some(Err(error)) = self.axis.map(|axis| parse_date(date, axis)) {
            let problem = Problem::new(error.to_string());
            self.report(path.clone(), false, problem);
        }
    }

    /// Keys that must be names of another table.
    fn names(&mut self, field: &Field, object: &Map<String, Json>, path: &KeyPath) {
        if let Some(table) = &field.keys {
            for name in object.keys() {
                self.name(table, name, path.key(name), true);
            }
        }
        if let Some(table) = &field.inner_keys {
            // A wrong column of a table is wrong in each row; it is said once.
            let mut seen: Vec<&str> = Vec::new();
            for (outer, inner) in object {
                for name in inner.as_object().into_iter().flat_map(Map::keys) {
                    if !seen.contains(&name.as_str()) {
                        seen.push(name);
                        self.name(table, name, path.key(outer).key(name), true);
                    }
                }
            }
        }
    }

    /// Text, or texts, that must be names of another table.
    fn references(&mut self, table: &str, value: &Json, path: &KeyPath) {
        match value {
            Json::String(name) => self.name(table, name, path.clone(), false),
            Json::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.references(table, item, &path.index(index));
                }
            }
            Json::Object(object) => {
                for (key, item) in object {
                    self.references(table, item, &path.key(key));
                }
            }
            _ => {}
        }
    }

    fn name(&mut self, table: &str, name: &str, path: KeyPath, at_key: bool) {
        let Some(known) = self.keys_of(table) else {
            return;
        };
        if known.contains(&name) {
            return;
        }
        if known.is_empty() {
            return self.empty_table(table, name, path, at_key);
        }
        let problem = Problem::new(format!("`{path}` names \"{}\", which does not exist in `{table}`", clip(name)))
            .label(format!("not in `{table}`"))
            .maybe_help(suggest::help_for(name, &known, "names"));
        self.report(path, at_key, problem);
    }

    /// All names of an empty table are missing; one of them says enough.
    fn empty_table(&mut self, table: &str, name: &str, path: KeyPath, at_key: bool) {
        if !self.whole || self.empty.iter().any(|known| known == table) {
            return;
        }
        self.empty.push(table.to_owned());
        let problem = Problem::new(format!("`{path}` names \"{}\", but `{table}` is empty", clip(name)));
        self.report(path, at_key, problem.label(format!("not in `{table}`")));
    }

    /// The names in a table of the scenario; nothing if there is no such table.
    fn keys_of(&self, table: &str) -> Option<Vec<&str>> {
        let found = table.split('.').try_fold(self.json, |value, key| value.get(key))?;
        Some(found.as_object()?.keys().map(String::as_str).collect())
    }

    fn rows(&mut self, object: &Map<String, Json>, path: &KeyPath) {
        // A flat table of shares is one row.
        if object.values().any(Json::is_number) {
            let sum = object.values().filter_map(Json::as_f64).sum();
            self.sum(sum, &format!("the shares in `{path}`"), path.clone());
            return;
        }
        for (name, row) in object {
            let path = path.key(name);
            let sum = row.as_object().into_iter().flat_map(Map::values).filter_map(Json::as_f64).sum();
            self.sum(sum, &format!("the shares in `{path}`"), path);
        }
    }

    fn columns(&mut self, object: &Map<String, Json>, path: &KeyPath) {
        let mut sums: Map<String, Json> = Map::new();
        for (key, value) in object.values().filter_map(Json::as_object).flatten() {
            let sum = sums.get(key).and_then(Json::as_f64).unwrap_or(0.0);
            sums.insert(key.clone(), (sum + value.as_f64().unwrap_or(0.0)).into());
        }
        for (key, sum) in &sums {
            let what = format!("the shares of `{}` over all of `{path}`", clip(key));
            self.sum(sum.as_f64().unwrap_or(0.0), &what, path.clone());
        }
    }

    fn sum(&mut self, sum: f64, what: &str, path: KeyPath) {
        if (sum - 1.0).abs() > TOLERANCE {
            let problem = Problem::new(format!("{what} must sum to 1, but sum to {}", rounded(sum)))
                .label("these shares")
                .help(format!("they are off by {:+}", rounded(sum - 1.0)));
            self.report(path, true, problem);
        }
    }
}

fn rounded(value: f64) -> f64 {
    (value * 1e9).round() / 1e9
}
