//! Tables of a scenario that come from CSV files: `csv = "data/cities.csv"`.
//!
//! The first column holds the names of the table's entries, the others hold their keys. What is
//! written beside `csv` in the scenario is laid on what the file says. A scenario that states `csv`
//! starts its table afresh: nothing of the table in the scenario it extends remains.

use super::files::Folder;
use super::path::KeyPath;
use super::problem::Problem;
use super::shape::{Field, Shape};
use super::source::{FileId, Origin, Sources};
use super::suggest::{self, clip};
use super::tree::{self, Entry, Node, Table, Value};
use super::{csv_cells, words};
use std::ops::Range;

/// The reserved key that names the file.
const KEY: &str = "csv";

/// Replaces every `csv` key in the tree by the rows of its file.
pub fn expand(folder: &mut Folder, field: &Field, node: &mut Node) -> Vec<Problem> {
    let mut problems = Vec::new();
    expand_in(folder, field, node, &KeyPath::default(), &mut problems);
    problems
}

fn expand_in(folder: &mut Folder, field: &Field, node: &mut Node, path: &KeyPath, problems: &mut Vec<Problem>) {
    let Value::Table(table) = &mut node.value else {
        return;
    };
    match &field.shape {
        Shape::Map(entry) => {
            if field.csv
                && let Some(named) = table.shift_remove(KEY)
            {
                match rows(folder, entry, &named, path) {
                    Ok(mut rows) => {
                        tree::merge(&mut rows, std::mem::take(table));
                        *table = rows;
                    }
                    Err(found) => {
                        // What is left of a broken table would only give rise to echoes.
                        table.clear();
                        problems.extend(found);
                    }
                }
            }
            for (name, inner) in table.iter_mut() {
                expand_in(folder, entry, &mut inner.node, &path.key(name), problems);
            }
        }
        Shape::Record(fields) => {
            for (name, inner) in table.iter_mut() {
                if let Some(field) = fields.get(name) {
                    expand_in(folder, field, &mut inner.node, &path.key(name), problems);
                }
            }
        }
        Shape::Tagged { tag, variants } => {
            let word = table.get(tag).and_then(|entry| entry.node.text());
            let Some((_, fields)) = word.and_then(|word| variants.get(word)) else {
                return;
            };
            for (name, inner) in table.iter_mut() {
                if let Some(field) = fields.get(name) {
                    expand_in(folder, field, &mut inner.node, &path.key(name), problems);
                }
            }
        }
        _ => {}
    }
}

/// The rows of the file that a `csv` key names.
fn rows(folder: &mut Folder, entry: &Field, named: &Entry, path: &KeyPath) -> Result<Table, Vec<Problem>> {
    let origin = named.node.origin;
    let Some(name) = named.node.text() else {
        let found = words::found(&named.node);
        let message = format!("`{}` must be the name of a CSV file, but is {found}", path.key(KEY));
        return Err(vec![Problem::new(message).at(origin)]);
    };
    let (file, _) = folder.read_named(name, origin).map_err(|one| vec![one])?;
    let mut reader = TableReader { sources: &folder.sources, file, problems: Vec::new() };
    let table = reader.table(entry, origin);
    if reader.problems.is_empty() { Ok(table) } else { Err(reader.problems) }
}

/// More problems than this in one table are echoes of one slip.
const MOST_PROBLEMS: usize = 20;

struct TableReader<'a> {
    sources: &'a Sources,
    file: FileId,
    problems: Vec<Problem>,
}

/// What a column's cells become: the way below the row, and the field there.
struct Column<'a> {
    keys: Vec<String>,
    field: &'a Field,
    /// Its name in the header.
    name: Origin,
}

impl<'a> TableReader<'a> {
    fn origin(&self, span: &Range<usize>) -> Origin {
        Origin::new(self.file, span.start, span.end)
    }

    fn report(&mut self, problem: Problem) {
        if self.problems.len() < MOST_PROBLEMS {
            self.problems.push(problem);
        }
    }

    fn table(&mut self, entry: &'a Field, named_at: Origin) -> Table {
        let records = match csv_cells::read(self.sources.text(self.file)) {
            Ok(records) => records,
            Err((span, message)) => {
                let name = self.sources.name(self.file);
                let message = format!("`{name}` is not a readable CSV table: {message}");
                self.report(Problem::new(message).at(self.origin(&span)));
                return Table::new();
            }
        };
        let Some((header, rows)) = records.split_first() else {
            let name = self.sources.name(self.file);
            let problem = Problem::new(format!("the CSV table `{name}` is empty"))
                .at(named_at)
                .help("its first line names the columns, each further line is one entry");
            self.report(problem);
            return Table::new();
        };
        let columns = self.columns(header, entry);
        if !self.problems.is_empty() {
            return Table::new();
        }
        let mut table = Table::with_capacity(rows.len());
        for row in rows {
            self.row(row, header, &columns, entry, &mut table);
        }
        table
    }

    /// What each column but the first means; nothing for those with a problem.
    fn columns(&mut self, header: &[csv_cells::Cell], entry: &'a Field) -> Vec<Option<Column<'a>>> {
        let mut seen: Vec<&str> = Vec::new();
        let mut columns = Vec::with_capacity(header.len());
        for cell in header.iter().skip(1) {
            if seen.contains(&cell.text.as_str()) {
                let message = format!("the column `{}` appears twice", clip(&cell.text));
                self.report(Problem::new(message).at(self.origin(&cell.span)));
            }
            seen.push(&cell.text);
            columns.push(self.column(cell, entry));
        }
        columns
    }

    fn column(&mut self, cell: &csv_cells::Cell, entry: &'a Field) -> Option<Column<'a>> {
        if cell.text.is_empty() {
            let message = "a column has no name";
            self.report(Problem::new(message).at(self.origin(&cell.span)));
            return None;
        }
        match column_named(&cell.text, entry) {
            Some((keys, field)) => Some(Column { keys, field, name: self.origin(&cell.span) }),
            None => {
                self.unknown_column(cell, entry);
                None
            }
        }
    }

    fn unknown_column(&mut self, cell: &csv_cells::Cell, entry: &Field) {
        let known: Vec<&str> = match &entry.shape {
            Shape::Record(fields) => fields.keys().map(String::as_str).collect(),
            _ => Vec::new(),
        };
        let problem = Problem::new(format!("unknown column `{}`", clip(&cell.text)))
            .at(self.origin(&cell.span))
            .label("unknown column")
            .maybe_help(suggest::help_for(&cell.text, &known, "columns"));
        self.report(problem);
    }

    fn row(
        &mut self,
        row: &[csv_cells::Cell],
        header: &[csv_cells::Cell],
        columns: &[Option<Column<'_>>],
        entry: &Field,
        table: &mut Table,
    ) {
        let Some((name, cells)) = row.split_first() else {
            return;
        };
        let key = self.origin(&name.span);
        if row.len() != header.len() {
            let (has, wants) = (row.len(), header.len());
            let message = format!("this row has {has} cells, but the header names {wants} columns");
            let whole = name.span.start..row.last().map_or(name.span.end, |cell| cell.span.end);
            let problem = Problem::new(message).at(self.origin(&whole));
            return self.report(problem.help("a cell that contains a comma stands in quotes"));
        }
        if name.text.is_empty() {
            let message = "this row has no name in its first column";
            return self.report(Problem::new(message).at(key));
        }
        if let Some(first) = table.get(&name.text) {
            let problem =
                Problem::new(format!("`{}` has two rows", clip(&name.text))).at(key).context(first.key, "first row");
            return self.report(problem);
        }
        let node = match &entry.shape {
            Shape::Record(_) | Shape::Map(_) => self.inner_table(cells, columns, key),
            _ => self.single_value(cells, columns, key),
        };
        if let Some(node) = node {
            table.insert(name.text.clone(), Entry { key, node });
        }
    }

    fn inner_table(&mut self, cells: &[csv_cells::Cell], columns: &[Option<Column<'_>>], key: Origin) -> Option<Node> {
        let mut inner = Table::new();
        for (cell, column) in cells.iter().zip(columns) {
            if let Some(column) = column
                && let Some(node) = self.cell(cell, column)
            {
                insert(&mut inner, &column.keys, column.name, node);
            }
        }
        Some(Node { value: Value::Table(inner), origin: key })
    }

    fn single_value(&mut self, cells: &[csv_cells::Cell], columns: &[Option<Column<'_>>], key: Origin) -> Option<Node> {
        match (cells, columns) {
            ([cell], [Some(column)]) => self.cell(cell, column),
            _ => {
                let message = "this table takes two columns: a name and its value";
                self.report(Problem::new(message).at(key));
                None
            }
        }
    }

    /// The value of a cell; nothing if it is empty or wrong.
    fn cell(&mut self, cell: &csv_cells::Cell, column: &Column<'_>) -> Option<Node> {
        if cell.text.is_empty() {
            return None;
        }
        let origin = self.origin(&cell.span);
        match cell_value(&cell.text, column.field, origin) {
            Some(value) => Some(Node { value, origin }),
            None => {
                let expected = words::expected(column.field);
                let text = clip(&cell.text);
                let problem = Problem::new(format!("this cell must be {expected}, but is `{text}`"))
                    .at(origin)
                    .label(format!("expected {expected}"))
                    .maybe_help(cell_help(&cell.text, column.field));
                self.report(problem);
                None
            }
        }
    }
}

/// What a column of this name means in the rows of a table; a dot leads into a table of the row.
fn column_named<'a>(name: &str, entry: &'a Field) -> Option<(Vec<String>, &'a Field)> {
    Some(match &entry.shape {
        Shape::Record(_) => {
            let keys: Vec<String> = name.split('.').map(str::to_owned).collect();
            let field = keys.iter().try_fold(entry, |field, key| match &field.shape {
                Shape::Record(fields) => fields.get(key),
                Shape::Map(inner) => Some(inner.as_ref()),
                _ => None,
            });
            (keys, field?)
        }
        Shape::Map(inner) => (vec![name.to_owned()], inner.as_ref()),
        // A table of plain values has two columns: name and value.
        _ => (Vec::new(), entry),
    })
}

/// Puts a node into a table, making the tables on the way; its key was written in the header.
fn insert(table: &mut Table, keys: &[String], key: Origin, node: Node) {
    let Some((first, rest)) = keys.split_first() else {
        return;
    };
    let origin = node.origin;
    if rest.is_empty() {
        table.insert(first.clone(), Entry { key, node });
        return;
    }
    let inner = table
        .entry(first.clone())
        .or_insert_with(|| Entry { key, node: Node { value: Value::Table(Table::new()), origin } });
    if let Value::Table(inner) = &mut inner.node.value {
        insert(inner, rest, key, node);
    }
}

/// A cell as the kind of value that its key takes.
fn cell_value(text: &str, field: &Field, origin: Origin) -> Option<Value> {
    match &field.shape {
        Shape::Number(_) => text.parse().ok().map(Value::Number),
        Shape::Integer(_) => text.parse().ok().map(Value::Integer),
        Shape::Flag => text.parse().ok().map(Value::Flag),
        Shape::Text | Shape::Choice(_) => Some(Value::Text(text.to_owned())),
        Shape::List(item, _, _) => {
            let items = text.split(';').map(str::trim).filter(|item| !item.is_empty());
            let node = |text| {
                let value = cell_value(text, item, origin)?;
                Some(Node { value, origin })
            };
            items.map(node).collect::<Option<_>>().map(Value::List)
        }
        _ => None,
    }
}

/// Why a number that people can read is none here.
fn cell_help(text: &str, field: &Field) -> Option<String> {
    let number = matches!(field.shape, Shape::Number(_) | Shape::Integer(_));
    if matches!(field.shape, Shape::Flag) {
        return Some("write true or false".to_owned());
    }
    if !number {
        return None;
    }
    let plain: String = text.chars().filter(|c| !", _'%\u{a0}".contains(*c)).collect();
    let looks_like_number = plain.parse::<f64>().is_ok();
    looks_like_number.then(|| {
        "numbers are written as 1234.5: a point for decimals, no thousands separator, no percent sign".to_owned()
    })
}
