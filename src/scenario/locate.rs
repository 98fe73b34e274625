//! Finds the key of a complete scenario that an event wants to change.

use super::path::{KeyPath, Step};
use super::problem::Problem;
use super::shape::{Field, Shape};
use super::suggest::{self, clip};
use indexmap::IndexMap;
use serde_json::Value as Json;

/// The field at a path that leads through shape and values together. A key that is read only for
/// the opening state, or lies below such a key, is refused; the problem has no place yet.
pub fn changeable<'a>(root: &'a Field, json: &Json, path: &KeyPath) -> Result<&'a Field, Problem> {
    let mut field = root;
    let mut value = Some(json);
    let mut here = KeyPath::default();
    for step in &path.steps {
        field = inner(field, value, &here, step, json)?;
        here.steps.push(step.clone());
        value = value.and_then(|value| child(value, step));
        if field.opening {
            let message = format!("`{path}` cannot change during a run");
            let help = format!("`{here}` is read only when the opening state is built");
            return Err(Problem::new(message).help(help));
        }
    }
    Ok(field)
}

/// The value one step down.
fn child<'a>(value: &'a Json, step: &Step) -> Option<&'a Json> {
    match step {
        Step::Key(key) => value.get(key),
        Step::Index(index) => value.get(index),
    }
}

/// The value at a path, if it is there.
pub fn value_at<'a>(json: &'a Json, path: &KeyPath) -> Option<&'a Json> {
    path.steps.iter().try_fold(json, child)
}

/// The place for a value at a path, made if the key is not there yet.
pub fn place_at<'a>(json: &'a mut Json, path: &KeyPath) -> Option<&'a mut Json> {
    path.steps.iter().try_fold(json, |value, step| match step {
        Step::Key(key) => {
            if value.is_null() {
                *value = Json::Object(serde_json::Map::new());
            }
            Some(value.as_object_mut()?.entry(key.clone()).or_insert(Json::Null))
        }
        Step::Index(index) => value.get_mut(index),
    })
}

fn inner<'a>(
    field: &'a Field,
    value: Option<&Json>,
    here: &KeyPath,
    step: &Step,
    json: &Json,
) -> Result<&'a Field, Problem> {
    match (&field.shape, step) {
        (Shape::Record(fields), Step::Key(key)) => fields.get(key).ok_or_else(|| unknown(key, names(fields), here)),
        (Shape::Map(entry), Step::Key(key)) => {
            // A name of the table it refers to may be left out of a map: then its defaults hold.
            let named =
                field.keys.as_deref().and_then(|table| table.split('.').try_fold(json, |value, key| value.get(key)));
            let known: Vec<&str> = match keys(named) {
                none if none.is_empty() => keys(value),
                names => names,
            };
            if known.contains(&key.as_str()) { Ok(entry) } else { Err(unknown(key, known, here)) }
        }
        (Shape::Tagged { tag, variants }, Step::Key(key)) => {
            if key == tag {
                let message = format!("`{}` says what the entry is and cannot change", here.key(key));
                return Err(Problem::new(message));
            }
            let word = value.and_then(|value| value.get(tag)?.as_str()).unwrap_or("");
            let Some((_, fields)) = variants.get(word) else {
                return Err(unknown(key, Vec::new(), here));
            };
            fields.get(key).ok_or_else(|| unknown(key, names(fields), here))
        }
        (Shape::List(item, _, _), Step::Index(index)) => {
            let length = value.and_then(Json::as_array).map_or(0, Vec::len);
            if *index < length {
                Ok(item)
            } else {
                let message = format!("`{here}` has {length} items, so there is no `[{index}]`");
                Err(Problem::new(message))
            }
        }
        (Shape::List(..) | Shape::Tuple(_), Step::Key(_)) => {
            Err(Problem::new(format!("`{here}` is a list: set it as a whole, or one item as `{here}[0]`")))
        }
        (_, Step::Key(key)) => Err(unknown(key, Vec::new(), here)),
        (_, Step::Index(_)) => Err(Problem::new(format!("`{here}` is not a list"))),
    }
}

fn names(fields: &IndexMap<String, Field>) -> Vec<&str> {
    fields.keys().map(String::as_str).collect()
}

fn keys(value: Option<&Json>) -> Vec<&str> {
    let object = value.and_then(Json::as_object);
    object.into_iter().flat_map(|object| object.keys().map(String::as_str)).collect()
}

fn unknown(key: &str, known: Vec<&str>, here: &KeyPath) -> Problem {
    let place = super::words::place(here);
    Problem::new(format!("there is no key `{}`{place}", clip(key))).maybe_help(suggest::help_for(key, &known, "keys"))
}

/// Whether the field is one value for an event: a plain one, or a table of plain ones by name.
pub fn is_one_value(field: &Field) -> bool {
    match &field.shape {
        Shape::Record(_) | Shape::Tagged { .. } => false,
        Shape::Map(entry) => is_one_value(entry),
        _ => true,
    }
}
