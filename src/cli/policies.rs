//! The instruments, as the scenario format declares them.

use schemars::{JsonSchema, Schema, schema_for};
use serde_json::Value;

use super::listing::Listing;
use crate::policy::Instrument;

/// Instrument by instrument: its `kind` in a scenario, its keys, and what it does.
pub(super) fn listing() -> Listing {
    listing_of::<Instrument>()
}

fn listing_of<T: JsonSchema>() -> Listing {
    let schema: Schema = schema_for!(T);
    let kinds = schema.get("oneOf").and_then(Value::as_array);
    let rows = kinds.into_iter().flatten().filter_map(row).collect();
    Listing::new(&["kind", "keys", "about"], rows)
}

/// Instruments are an enumeration tagged by `kind`: one alternative of the schema each.
fn row(alternative: &Value) -> Option<Vec<Value>> {
    let properties = alternative.get("properties")?.as_object()?;
    let kind = properties.get("kind")?.get("const")?.clone();
    let keys: Vec<_> = properties.keys().filter(|key| *key != "kind").map(String::as_str).collect();
    let about = alternative.get("description").cloned().unwrap_or_default();
    Some(vec![kind, keys.join(", ").into(), about])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::listing::Format;
    use serde::Serialize;

    #[derive(JsonSchema, Serialize)]
    #[serde(tag = "kind", rename_all = "snake_case")]
    #[allow(dead_code, reason = "only its schema is read")]
    enum Example {
        /// Pays half.
        HalfPrice {
            /// Money.
            budget: f64,
            /// Date.
            start: String,
        },
        /// Does nothing.
        Patience,
    }

    #[test]
    fn kinds_keys_and_meanings_come_from_the_declaration() {
        assert_eq!(
            listing_of::<Example>().render(Format::Csv),
            "kind,keys,about\nhalf_price,\"budget, start\",Pays half.\npatience,,Does nothing.\n"
        );
    }

    #[test]
    fn the_first_instruments_are_there() {
        for kind in ["research_grant", "equipment_subsidy", "talent_programme", "interest_discount"] {
            assert!(listing().select(kind).is_some(), "{kind}");
        }
    }
}
