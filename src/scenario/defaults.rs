//! Defaults that a section states for the sections in it.
//!
//! A section that is written in part keeps the rest of what it would be if it were not written at
//! all. Without this, the rest would come from the inner type's own defaults, which may differ:
//! two markets of one type start from different shares.

use super::shape::{Field, Shape};
use serde_json::Value as Json;

/// Puts the defaults of the enclosing sections into a scenario as written.
pub fn fill(field: &Field, json: &mut Json) {
    fill_from(field, json, None);
}

fn fill_from(field: &Field, json: &mut Json, outer: Option<&Json>) {
    let default = outer.or(field.default.as_ref());
    let Json::Object(object) = json else {
        return;
    };
    match &field.shape {
        Shape::Record(fields) => {
            for (name, field) in fields {
                let default = default.and_then(|table| table.get(name));
                match object.get_mut(name) {
                    Some(value) => fill_from(field, value, default),
                    None => {
                        if let Some(default) = default {
                            object.insert(name.clone(), default.clone());
                        }
                    }
                }
            }
        }
        Shape::Map(entry) => {
            for value in object.values_mut() {
                fill_from(entry, value, None);
            }
        }
        Shape::Tagged { tag, variants } => {
            let word = object.get(tag).and_then(Json::as_str).unwrap_or("");
            let fields = variants.get(word).map(|(_, fields)| fields);
            for (name, field) in fields.into_iter().flatten() {
                if let Some(value) = object.get_mut(name) {
                    fill_from(field, value, None);
                }
            }
        }
        _ => {}
    }
}
