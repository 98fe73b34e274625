//! The parameter list and the schema for editors.

use super::*;
use crate::scenario::describe::{parameters, select, undocumented};
use crate::scenario::{ListFormat, format_parameters, schema_json_of};

#[test]
fn every_parameter_has_a_row() {
    let rows = parameters::<Small>();
    let keys: Vec<&str> = rows.iter().map(|row| row.key.as_str()).collect();
    for key in [
        "seed",
        "time.ticks",
        "research.weights",
        "cities.<city>.population",
        "capital.<city>.<key>",
        "purchases.<purchase>.<city>",
        "prices.<price>",
        "markets.abroad.growth",
        "policies.<policy>.kind",
        "policies.<policy>.kind=loan.budget",
        "event[].date",
    ] {
        assert!(keys.contains(&key), "{key} missing in {keys:?}");
    }
}

#[test]
fn a_row_says_everything() {
    let rows = parameters::<Small>();
    let row = |key: &str| rows.iter().find(|row| row.key == key).unwrap().clone();
    let rate = row("research.arrival_rate");
    assert_eq!(
        [rate.kind, rate.default, rate.unit, rate.minimum, rate.maximum, rate.source, rate.meaning],
        ["number", "0.45", "1/year", "0", "10", "assumption", "Events per year."]
    );
    assert_eq!(row("markets.abroad.share").default, "0.25", "the default that really holds");
    assert_eq!(row("markets.abroad.share").minimum, "> 0");
    assert_eq!(row("cities.<city>.population").default, "required");
    assert_eq!(row("research.search").kind, "one of `near` and `random`");
    let purchases = row("purchases.<purchase>.<city>");
    let said = [purchases.unit, purchases.minimum, purchases.maximum, purchases.default];
    assert_eq!(said, ["share", "0", "1", ""], "shares lie between 0 and 1");
}

#[test]
fn what_is_not_documented_is_found() {
    assert_eq!(undocumented::<Small>(), Vec::<String>::new());
    #[derive(Deserialize, Serialize, JsonSchema)]
    struct Bare {
        /// Meaning, but no unit.
        #[schemars(extend("x-source" = "test"))]
        number: f64,
    }
    assert_eq!(undocumented::<Bare>(), ["number"]);
}

#[test]
fn a_name_selects_a_key_or_a_section() {
    let rows = parameters::<Small>();
    assert_eq!(select(&rows, "research").unwrap().len(), 6);
    assert_eq!(select(&rows, "research.arrival_rate").unwrap().len(), 1);
    assert_eq!(select(&rows, "arrival_rate").unwrap()[0].key, "research.arrival_rate");
    let error = select(&rows, "reserch").unwrap_err();
    assert_eq!(error.suggestion.as_deref(), Some("research"));
    assert!(error.to_string().contains("did you mean `research`?"));
    assert_eq!(select(&rows, "zzzzzz").unwrap_err().suggestion, None);
}

#[test]
fn the_list_can_be_written_four_ways() {
    let rows = select(&parameters::<Small>(), "time").unwrap();
    let csv = format_parameters(&rows, ListFormat::Csv);
    assert!(csv.starts_with("key,type,default,unit,minimum,maximum,source,meaning\n"));
    assert!(csv.contains("\ntime.ticks,integer,84,ticks,1,8000,test,Number of ticks.\n"), "{csv}");
    let json: serde_json::Value = serde_json::from_str(&format_parameters(&rows, ListFormat::Json)).unwrap();
    assert_eq!(json[1]["key"], "time.ticks");
    assert_eq!(json[1]["type"], "integer");
    let markdown = format_parameters(&rows, ListFormat::Markdown);
    assert!(markdown.starts_with("| key | type |"), "{markdown}");
    let text = format_parameters(&rows, ListFormat::Text);
    assert!(text.contains("time.ticks") && text.contains("Number of ticks."), "{text}");
}

#[test]
fn the_editor_schema_knows_extends_and_csv() {
    let schema = schema_json_of::<Small>("Small");
    assert_eq!(schema["$schema"], "http://json-schema.org/draft-07/schema#");
    assert_eq!(schema["title"], "Small");
    assert_eq!(schema["properties"]["extends"]["type"], "string");
    assert_eq!(schema["properties"]["cities"]["properties"]["csv"]["type"], "string");
    assert!(!schema.to_string().contains("\"required\""), "a file that extends another may leave out anything");
}
