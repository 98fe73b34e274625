//! The list of all parameters, worked out from the shape of the scenario.

use super::shape::{Bounds, Field, Shape, shape_of};
use super::{suggest, words};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as Json;

/// One parameter.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ParameterRow {
    /// Dotted key; names that the scenario chooses stand in angle brackets.
    pub key: String,
    /// Kind of value.
    #[serde(rename = "type")]
    pub kind: String,
    /// Default in TOML; `required` if there is none and the key must be given.
    pub default: String,
    /// Unit; `-` for none.
    pub unit: String,
    /// Least value.
    pub minimum: String,
    /// Largest value.
    pub maximum: String,
    /// Where the default comes from.
    pub source: String,
    /// What the parameter means.
    pub meaning: String,
}

/// All parameters of a scenario type, in file order.
pub fn parameters<T: JsonSchema>() -> Vec<ParameterRow> {
    let mut rows = Vec::new();
    visit(&shape_of::<T>(), &mut |key, leaf| rows.push(row(key, leaf)));
    rows
}

/// The parameters that no unit, source or meaning is stated for.
pub fn undocumented<T: JsonSchema>() -> Vec<String> {
    parameters::<T>()
        .into_iter()
        .filter(|row| row.unit.is_empty() || row.source.is_empty() || row.meaning.is_empty())
        .map(|row| row.key)
        .collect()
}

/// Nothing is known by a name; holds the nearest one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownName {
    /// The name asked for.
    pub name: String,
    /// The nearest known one.
    pub suggestion: Option<String>,
}

impl std::fmt::Display for UnknownName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "there is no parameter `{}`", suggest::clip(&self.name))?;
        match &self.suggestion {
            Some(name) => write!(f, "; did you mean `{name}`?"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for UnknownName {}

/// The parameters of that name or below it: a full key, its beginning, or its last part.
pub fn select(rows: &[ParameterRow], name: &str) -> Result<Vec<ParameterRow>, UnknownName> {
    let below = |key: &str| key.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']));
    let last = |key: &str| key.rsplit('.').next() == Some(name);
    let pick = |fits: &dyn Fn(&str) -> bool| -> Vec<ParameterRow> {
        rows.iter().filter(|row| fits(&row.key)).cloned().collect()
    };
    let found = match pick(&below) {
        none if none.is_empty() => pick(&last),
        found => found,
    };
    if !found.is_empty() {
        return Ok(found);
    }
    Err(UnknownName { name: name.to_owned(), suggestion: nearest_key(rows, name) })
}

fn nearest_key(rows: &[ParameterRow], name: &str) -> Option<String> {
    let sections = rows.iter().filter_map(|row| row.key.split(['.', '[']).next());
    let lasts = rows.iter().filter_map(|row| row.key.rsplit('.').next());
    let whole = rows.iter().map(|row| row.key.as_str());
    suggest::nearest(name, sections.chain(whole).chain(lasts)).map(str::to_owned)
}

/// A leaf with what it inherits from the keys around it.
#[derive(Debug, Clone)]
pub struct Leaf<'a> {
    /// Its own field; for the elements of a map or list, the element's.
    pub field: &'a Field,
    unit: Option<&'a str>,
    source: Option<&'a str>,
    meaning: &'a str,
    default: Option<Json>,
    required: bool,
    kind: Option<String>,
}

/// What a key hands down to the keys inside it.
#[derive(Clone, Default)]
struct Inherited<'a> {
    /// Unit and meaning hold for the elements of a map or list, not for the keys of a record.
    unit: Option<&'a str>,
    meaning: &'a str,
    source: Option<&'a str>,
    default: Option<Json>,
    /// The name for the keys of a map inside this map.
    inner_name: Option<&'a str>,
}

/// Calls `leaf` for each parameter with its dotted key.
pub fn visit<'a>(root: &'a Field, leaf: &mut dyn FnMut(&str, &Leaf<'a>)) {
    walk(root, "", &Inherited::default(), leaf);
}

fn walk<'a>(field: &'a Field, key: &str, from: &Inherited<'a>, leaf: &mut dyn FnMut(&str, &Leaf<'a>)) {
    let default = from.default.clone().or_else(|| field.default.clone());
    let mut here = Inherited {
        unit: field.unit.as_deref().or(from.unit),
        source: field.source.as_deref().or(from.source),
        meaning: if field.meaning.is_empty() { from.meaning } else { &field.meaning },
        default: None,
        inner_name: field.inner_keys.as_deref(),
    };
    match &field.shape {
        Shape::Record(fields) => {
            record(fields, key, &here, default.as_ref(), leaf);
        }
        Shape::Map(entry) => {
            let name = field.keys.as_deref().or(from.inner_name);
            let name = name.map_or_else(|| placeholder(key), singular_of_path);
            walk(entry, &format!("{key}.<{name}>"), &here, leaf);
        }
        Shape::Tagged { tag, variants } => {
            tag_row(field, key, tag, variants.keys(), &here, leaf);
            for (word, (_, fields)) in variants {
                record(fields, &format!("{key}.{tag}={word}"), &here, None, leaf);
            }
        }
        Shape::List(item, _, _) if !is_plain(item) => {
            walk(item, &format!("{key}[]"), &here, leaf);
        }
        _ => {
            here.default = default;
            leaf(key, &leaf_of(field, &here));
        }
    }
}

fn record<'a>(
    fields: &'a indexmap::IndexMap<String, Field>,
    key: &str,
    from: &Inherited<'a>,
    default: Option<&Json>,
    leaf: &mut dyn FnMut(&str, &Leaf<'a>),
) {
    for (name, field) in fields {
        let inner = Inherited {
            source: from.source,
            default: default.and_then(|table| table.get(name)).cloned(),
            ..Inherited::default()
        };
        let dot = if key.is_empty() { "" } else { "." };
        walk(field, &format!("{key}{dot}{name}"), &inner, leaf);
    }
}

/// The row of the key that says which kind of entry a table is.
fn tag_row<'a, 'b>(
    field: &'a Field,
    key: &str,
    tag: &str,
    words: impl Iterator<Item = &'b String>,
    here: &Inherited<'a>,
    leaf: &mut dyn FnMut(&str, &Leaf<'a>),
) {
    let kind = format!("one of {}", suggest::listed(words.map(String::as_str)));
    let row = Leaf {
        field,
        unit: Some("-"),
        source: here.source.or(Some("scenario")),
        meaning: if here.meaning.is_empty() { "Which kind of entry this is." } else { here.meaning },
        default: None,
        required: true,
        kind: Some(kind),
    };
    leaf(&format!("{key}.{tag}"), &row);
}

fn leaf_of<'a>(field: &'a Field, here: &Inherited<'a>) -> Leaf<'a> {
    Leaf {
        field,
        unit: here.unit,
        source: here.source,
        meaning: here.meaning,
        default: here.default.clone(),
        required: field.required,
        kind: None,
    }
}

/// Whether a list of these is shown as one value.
fn is_plain(item: &Field) -> bool {
    !matches!(item.shape, Shape::Record(_) | Shape::Map(_) | Shape::Tagged { .. })
}

fn placeholder(key: &str) -> String {
    let last = key.rsplit('.').next().unwrap_or(key);
    match last.trim_end_matches("[]") {
        inner if inner.starts_with('<') => "key".to_owned(),
        name => singular_of_path(name),
    }
}

fn singular_of_path(path: &str) -> String {
    words::singular(path.rsplit('.').next().unwrap_or(path))
}

fn row(key: &str, leaf: &Leaf<'_>) -> ParameterRow {
    let (minimum, maximum) = limits(&leaf.field.shape);
    ParameterRow {
        key: key.to_owned(),
        kind: leaf.kind.clone().unwrap_or_else(|| kind_of(leaf.field)),
        default: default_of(leaf),
        unit: leaf.unit.unwrap_or("").to_owned(),
        minimum,
        maximum,
        source: leaf.source.unwrap_or("").to_owned(),
        meaning: leaf.meaning.to_owned(),
    }
}

fn kind_of(field: &Field) -> String {
    match &field.shape {
        Shape::Flag => "boolean".to_owned(),
        Shape::Integer(_) => "integer".to_owned(),
        Shape::Number(_) => "number".to_owned(),
        Shape::Text => "string".to_owned(),
        Shape::Any => "any".to_owned(),
        Shape::List(item, _, _) => format!("list of {}", kind_of(item)),
        Shape::Tuple(fields) => format!("list of {} values", fields.len()),
        Shape::AnyOf(fields) => fields.iter().map(kind_of).collect::<Vec<_>>().join(" or "),
        _ => words::expected(field),
    }
}

fn default_of(leaf: &Leaf<'_>) -> String {
    match &leaf.default {
        Some(Json::Null) => String::new(),
        Some(value) => value.to_string(),
        None if leaf.required => "required".to_owned(),
        None => String::new(),
    }
}

fn limits(shape: &Shape) -> (String, String) {
    let text = |number: Option<f64>| number.map_or(String::new(), |number| number.to_string());
    match shape {
        Shape::Number(bounds) | Shape::Integer(bounds) => {
            let Bounds { minimum, maximum, above, below, .. } = bounds;
            let above = above.map(|limit| format!("> {limit}"));
            let below = below.map(|limit| format!("< {limit}"));
            (above.unwrap_or_else(|| text(*minimum)), below.unwrap_or_else(|| text(*maximum)))
        }
        Shape::List(item, _, _) => limits(&item.shape),
        _ => (String::new(), String::new()),
    }
}
