//! Checks a scenario as written against its shape: keys, types, ranges. All problems are collected.

use super::path::KeyPath;
use super::problem::Problem;
use super::shape::{Bounds, Field, Shape};
use super::source::Origin;
use super::suggest::{self, clip, listed};
use super::tree::{Entry, Node, Table, Value};
use super::words;
use indexmap::IndexMap;

/// Everything wrong with a tree, key by key.
pub fn check(root: &Field, tree: &Node) -> Vec<Problem> {
    check_at(root, tree, &KeyPath::default(), root)
}

/// Everything wrong with one value that stands at `path`.
pub fn check_at(field: &Field, node: &Node, path: &KeyPath, root: &Field) -> Vec<Problem> {
    let mut checker = Checker { root, entry: None, problems: Vec::new() };
    checker.field(field, node, path, node.origin);
    checker.problems
}

/// Stop collecting well above what is ever shown, so that hostile input cannot fill the memory.
const ENOUGH: usize = 200;

struct Checker<'a> {
    /// The whole scenario's shape, to find a misplaced key's proper place.
    root: &'a Field,
    /// The entry at hand: should it be incomplete, an earlier one may have been meant.
    entry: Option<Named<'a>>,
    problems: Vec<Problem>,
}

/// An entry of a table, by its name.
type Named<'a> = (&'a str, &'a Table);

/// The earlier entry of a table whose name this one's resembles.
fn likely_entry((name, table): Named<'_>) -> Option<String> {
    let before = table.keys().map(String::as_str).take_while(|other| *other != name);
    suggest::nearest(name, before).map(str::to_owned)
}

impl<'a> Checker<'a> {
    fn report(&mut self, problem: Problem) {
        if self.problems.len() < ENOUGH {
            self.problems.push(problem);
        }
    }

    /// `key` is where the key was written: missing keys of a table are reported there.
    fn field(&mut self, field: &Field, node: &'a Node, path: &KeyPath, key: Origin) {
        if let Value::Number(number) = node.value
            && !number.is_finite()
        {
            let problem = Problem::new(format!("`{path}` must be a finite number, but is {number}"));
            return self.report(problem.at(node.origin).label("not finite"));
        }
        match (&field.shape, &node.value) {
            (Shape::Any, _) | (Shape::Flag, Value::Flag(_)) | (Shape::Text, Value::Text(_)) => {}
            (Shape::Number(bounds), Value::Number(number)) => {
                self.number(field, bounds, *number, node, path);
            }
            (Shape::Number(bounds), Value::Integer(integer)) => {
                self.number(field, bounds, *integer as f64, node, path);
            }
            (Shape::Integer(bounds), Value::Integer(integer)) => {
                self.integer(field, bounds, *integer, node, path);
            }
            (Shape::Choice(words), Value::Text(word)) => self.choice(words, word, node, path),
            (Shape::List(item, least, most), Value::List(items)) => {
                self.length(items.len() as u64, *least, *most, node, path);
                for (index, node) in items.iter().enumerate() {
                    self.field(item, node, &path.index(index), node.origin);
                }
            }
            (Shape::Tuple(fields), Value::List(items)) => {
                let length = fields.len() as u64;
                self.length(items.len() as u64, Some(length), Some(length), node, path);
                for (index, (field, node)) in fields.iter().zip(items).enumerate() {
                    self.field(field, node, &path.index(index), node.origin);
                }
            }
            (Shape::Record(fields), Value::Table(table)) => {
                self.record(fields, None, table, path, key);
            }
            (Shape::Map(entry), Value::Table(table)) => {
                for (name, Entry { key, node }) in table {
                    self.entry = Some((name, table));
                    self.field(entry, node, &path.key(name), *key);
                }
                self.entry = None;
            }
            (Shape::Tagged { tag, variants }, Value::Table(table)) => {
                self.tagged(tag, variants, table, path, key);
            }
            (Shape::AnyOf(shapes), _) => self.any_of(field, shapes, node, path, key),
            _ => self.wrong_type(field, node, path),
        }
    }

    fn record(
        &mut self,
        fields: &IndexMap<String, Field>,
        tag: Option<&str>,
        table: &'a Table,
        path: &KeyPath,
        key: Origin,
    ) {
        let named = self.entry.take();
        for (name, entry) in table {
            match fields.get(name) {
                Some(field) => self.field(field, &entry.node, &path.key(name), entry.key),
                None if tag == Some(name) => {}
                None => self.unknown_key(name, fields, tag, entry.key, path),
            }
        }
        let missing: Vec<(&str, &Field)> = fields
            .iter()
            .filter(|(name, field)| field.required && !table.contains_key(*name))
            .map(|(name, field)| (name.as_str(), field))
            .collect();
        self.missing_keys(&missing, named, path, key);
    }

    fn unknown_key(
        &mut self,
        name: &str,
        fields: &IndexMap<String, Field>,
        tag: Option<&str>,
        origin: Origin,
        path: &KeyPath,
    ) {
        let known: Vec<&str> = tag.into_iter().chain(fields.keys().map(String::as_str)).collect();
        let place = words::place(path);
        let problem = Problem::new(format!("unknown key `{}`{place}", clip(name))).at(origin).label("unknown key");
        let elsewhere = suggest::nearest(name, known.iter().copied())
            .is_none()
            .then(|| words::homes_of(self.root, name))
            .filter(|homes| !homes.is_empty())
            .map(|homes| format!("there is such a key elsewhere: {}", listed(homes.iter().map(String::as_str))));
        let help = suggest::help_for(name, &known, "keys");
        let both: Vec<String> = elsewhere.into_iter().chain(help).collect();
        self.report(problem.maybe_help((!both.is_empty()).then(|| both.join("; "))));
    }

    fn missing_keys(&mut self, missing: &[(&str, &Field)], named: Option<Named<'_>>, path: &KeyPath, key: Origin) {
        let Some((first, field)) = missing.first() else {
            return;
        };
        let word = if missing.len() == 1 { "key" } else { "keys" };
        let names = listed(missing.iter().map(|(name, _)| *name));
        let problem = Problem::new(format!("missing {word} {names}{}", words::place(path))).at(key).label("incomplete");
        let expected = words::expected(field);
        let meaning = format!("`{first}` is {expected}{}: {}", words::unit(field), field.meaning);
        let likely = named.and_then(likely_entry).map(|name| format!("did you mean `{name}`? "));
        self.report(problem.help(format!("{}{meaning}", likely.unwrap_or_default())));
    }

    fn tagged(
        &mut self,
        tag: &str,
        variants: &IndexMap<String, (String, IndexMap<String, Field>)>,
        table: &'a Table,
        path: &KeyPath,
        key: Origin,
    ) {
        let names: Vec<&str> = variants.keys().map(String::as_str).collect();
        let Some(entry) = table.get(tag) else {
            let problem = Problem::new(format!("missing key `{tag}`{}", words::place(path)))
                .at(key)
                .help(format!("`{tag}` says what it is: one of {}", listed(names)));
            return self.report(problem);
        };
        let Value::Text(word) = &entry.node.value else {
            let found = words::found(&entry.node);
            let problem = Problem::new(format!("`{}` must be text, but is {found}", path.key(tag)))
                .at(entry.node.origin)
                .help(format!("one of {}", listed(names)));
            return self.report(problem);
        };
        match variants.get(word) {
            Some((_, fields)) => self.record(fields, Some(tag), table, path, key),
            None => self.unknown_word(word, &names, &entry.node, &path.key(tag)),
        }
    }

    fn choice(&mut self, words: &IndexMap<String, String>, word: &str, node: &Node, path: &KeyPath) {
        if !words.contains_key(word) {
            let names: Vec<&str> = words.keys().map(String::as_str).collect();
            self.unknown_word(word, &names, node, path);
        }
    }

    fn unknown_word(&mut self, word: &str, known: &[&str], node: &Node, path: &KeyPath) {
        let problem = Problem::new(format!("`{path}` cannot be \"{}\"", clip(word)))
            .at(node.origin)
            .maybe_help(suggest::help_for(word, known, "words"));
        self.report(problem);
    }

    fn any_of(&mut self, field: &Field, shapes: &[Field], node: &'a Node, path: &KeyPath, key: Origin) {
        let fits = shapes.iter().any(|shape| {
            let mut trial = Checker { root: self.root, entry: None, problems: Vec::new() };
            trial.field(shape, node, path, key);
            trial.problems.is_empty()
        });
        if fits {
            return;
        }
        // When only one alternative has the right type, its own complaint says more.
        let mut alike = shapes.iter().filter(|shape| words::same_type(shape, node));
        match (alike.next(), alike.next()) {
            (Some(only), None) => self.field(only, node, path, key),
            _ => self.wrong_type(field, node, path),
        }
    }

    fn wrong_type(&mut self, field: &Field, node: &Node, path: &KeyPath) {
        let expected = words::expected(field);
        let found = words::found(node);
        let problem = Problem::new(format!("`{path}` must be {expected}, but is {found}"))
            .at(node.origin)
            .label(format!("expected {expected}"))
            .maybe_help(words::conversion_help(field, node));
        self.report(problem);
    }

    fn number(&mut self, field: &Field, bounds: &Bounds, number: f64, node: &Node, path: &KeyPath) {
        if !within(bounds, number) {
            self.out_of_range(field, bounds, &number.to_string(), node, path);
        }
    }

    fn integer(&mut self, field: &Field, bounds: &Bounds, value: i128, node: &Node, path: &KeyPath) {
        let fits = bounds.format.is_none_or(|(least, most)| (least..=most).contains(&value));
        if !fits || !within(bounds, value as f64) {
            self.out_of_range(field, bounds, &value.to_string(), node, path);
        }
    }

    fn out_of_range(&mut self, field: &Field, bounds: &Bounds, value: &str, node: &Node, path: &KeyPath) {
        let range = words::range(bounds);
        let unit = words::unit(field);
        let mut problem = Problem::new(format!("`{path}` must be {range}{unit}, but is {value}"))
            .at(node.origin)
            .label("out of range");
        if !field.meaning.is_empty() {
            problem = problem.help(format!("what it means: {}", field.meaning));
        }
        self.report(problem);
    }

    fn length(&mut self, length: u64, least: Option<u64>, most: Option<u64>, node: &Node, path: &KeyPath) {
        let wanted = match (least, most) {
            (Some(least), Some(most)) if least == most => format!("exactly {least}"),
            (Some(least), _) if length < least => format!("at least {least}"),
            (_, Some(most)) if length > most => format!("at most {most}"),
            _ => return,
        };
        if least.is_some_and(|least| length < least) || most.is_some_and(|most| length > most) {
            let message = format!("`{path}` must have {wanted} items, but has {length}");
            self.report(Problem::new(message).at(node.origin));
        }
    }
}

fn within(bounds: &Bounds, value: f64) -> bool {
    bounds.minimum.is_none_or(|least| value >= least)
        && bounds.maximum.is_none_or(|most| value <= most)
        && bounds.above.is_none_or(|limit| value > limit)
        && bounds.below.is_none_or(|limit| value < limit)
        && (bounds.allowed.is_empty() || bounds.allowed.contains(&value))
}
