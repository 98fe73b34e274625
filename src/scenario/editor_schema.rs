//! The JSON Schema that editors use for completion and checks while typing.

use super::shape;
use schemars::JsonSchema;
use serde_json::{Map, Value as Json, json};

/// The JSON Schema (draft-07) of a scenario file. It knows what the typed scenario does not: that
/// a file may extend another one and so leave out anything, and that tables may come from CSV.
pub fn schema_json_of<T: JsonSchema>(title: &str) -> Json {
    let mut schema = shape::schema_of::<T>();
    relax(&mut schema);
    if let Json::Object(root) = &mut schema {
        root.insert("title".to_owned(), title.into());
        let properties = root.entry("properties").or_insert_with(|| json!({}));
        properties["extends"] = json!({
            "description": "Another scenario file, relative to this one; this file states only what differs.",
            "type": "string"
        });
    }
    schema
}

/// Walks the whole schema and loosens what a file that builds on another need not state.
fn relax(schema: &mut Json) {
    match schema {
        Json::Array(items) => items.iter_mut().for_each(relax),
        Json::Object(object) => {
            if object.get("required").is_some_and(Json::is_array) {
                object.shift_remove("required");
            }
            alternatives_may_overlap(object);
            bound_entries(object);
            allow_csv(object);
            object.values_mut().for_each(relax);
        }
        _ => {}
    }
}

/// Without required keys, a partly stated entry fits several kinds, which `oneOf` would refuse.
fn alternatives_may_overlap(object: &mut Map<String, Json>) {
    if object.get("oneOf").is_some_and(Json::is_array)
        && let Some(alternatives) = object.shift_remove("oneOf")
    {
        object.insert("anyOf".to_owned(), alternatives);
    }
}

/// Limits stated for a whole table hold for its entries; on the table itself editors ignore them.
fn bound_entries(object: &mut Map<String, Json>) {
    for limit in ["minimum", "maximum"] {
        if object.get("additionalProperties").is_some_and(|entry| entry["type"] == "number")
            && let Some(value) = object.shift_remove(limit)
        {
            object["additionalProperties"][limit] = value;
        }
    }
}

fn allow_csv(object: &mut Map<String, Json>) {
    if object.get("x-csv") == Some(&Json::Bool(true)) {
        let csv = json!({
            "description": "CSV file with the entries of this table, relative to this file.",
            "type": "string"
        });
        object.insert("properties".to_owned(), json!({"csv": csv}));
    }
}
