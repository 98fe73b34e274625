//! Tables for people and programs: the same rows as text, Markdown, JSON or CSV.

use clap::ValueEnum;
use serde_json::Value;

use super::table::aligned;

/// How a listing is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Aligned columns
    Text,
    /// A table for documents
    Markdown,
    /// A list of objects, numbers as numbers
    Json,
    /// A table for programs
    Csv,
}

/// Rows under named columns; the first column names the row.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Listing {
    columns: Vec<&'static str>,
    rows: Vec<Vec<Value>>,
}

impl Listing {
    /// Rows with one value per column.
    pub(super) fn new(columns: &[&'static str], rows: Vec<Vec<Value>>) -> Self {
        Self { columns: columns.to_vec(), rows }
    }

    /// Keeps the rows that `name` names: equal to it, within it (`research` names
    /// `research.enabled`), or ending in it (`enabled`). `None` if there are none.
    pub(super) fn select(&self, name: &str) -> Option<Self> {
        let rows: Vec<_> = self.rows.iter().filter(|row| names(&plain(&row[0]), name)).cloned().collect();
        (!rows.is_empty()).then(|| Self { columns: self.columns.clone(), rows })
    }

    /// Every name that [`Listing::select`] would find: whole names first, then their parts.
    pub(super) fn names(&self) -> Vec<String> {
        let keys: Vec<String> = self.rows.iter().map(|row| plain(&row[0])).collect();
        let parts = keys.iter().flat_map(|key| key.split('.')).map(str::to_string);
        keys.iter().cloned().chain(parts).collect()
    }

    /// The listing in the given form, ending with a line break.
    pub(super) fn render(&self, format: Format) -> String {
        match format {
            Format::Text => self.text(),
            Format::Markdown => self.markdown(),
            Format::Json => self.json(),
            Format::Csv => self.csv(),
        }
    }

    fn text(&self) -> String {
        let header = self.columns.iter().map(|name| name.to_uppercase()).collect();
        let rows = self.rows.iter().map(|row| row.iter().map(one_line).collect());
        aligned(&std::iter::once(header).chain(rows).collect::<Vec<_>>())
    }

    fn markdown(&self) -> String {
        let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
        let mut text = line(self.columns.iter().map(ToString::to_string).collect());
        text += &line(vec!["---".to_string(); self.columns.len()]);
        for row in &self.rows {
            text += &line(row.iter().map(|cell| one_line(cell).replace('|', "\\|")).collect());
        }
        text
    }

    fn json(&self) -> String {
        let object = |row: &Vec<Value>| -> Value {
            let pairs = self.columns.iter().zip(row);
            Value::Object(pairs.map(|(name, cell)| (name.to_string(), cell.clone())).collect())
        };
        let rows = Value::Array(self.rows.iter().map(object).collect());
        format!("{rows:#}\n")
    }

    fn csv(&self) -> String {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let rows = self.rows.iter().map(|row| row.iter().map(plain).collect::<Vec<_>>());
        let header = self.columns.iter().map(ToString::to_string).collect();
        for record in std::iter::once(header).chain(rows) {
            // Writing to memory cannot fail, and all rows have the same number of cells.
            let _ = writer.write_record(record);
        }
        let bytes = writer.into_inner().unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

fn names(key: &str, name: &str) -> bool {
    let is_within = |rest: &str| rest.is_empty() || rest.starts_with('.');
    key.strip_prefix(name).is_some_and(is_within) || key.strip_suffix(name).is_some_and(|rest| rest.ends_with('.'))
}

/// A value as people write it: text without quotes, nothing for null, lists separated by semicolons.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(plain).collect::<Vec<_>>().join("; "),
        other => other.to_string(),
    }
}

fn one_line(value: &Value) -> String {
    plain(value).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn example() -> Listing {
        Listing::new(
            &["key", "default", "meaning"],
            vec![
                vec![json!("research.enabled"), json!(true), json!("a | b")],
                vec![json!("research.arrival_rate"), json!(0.45), json!("two\n  lines, \"x\"")],
                vec![json!("market.lag"), Value::Null, json!("last")],
            ],
        )
    }

    #[test]
    fn text_is_aligned_and_never_wrapped() {
        assert_eq!(
            example().render(Format::Text),
            "KEY                    DEFAULT  MEANING\n\
             research.enabled       true     a | b\n\
             research.arrival_rate  0.45     two lines, \"x\"\n\
             market.lag                      last\n"
        );
    }

    #[test]
    fn markdown_escapes_its_separator() {
        let text = example().render(Format::Markdown);
        assert!(text.starts_with("| key | default | meaning |\n| --- | --- | --- |\n"));
        assert!(text.contains("| research.enabled | true | a \\| b |"), "{text}");
    }

    #[test]
    fn json_keeps_types_and_order() {
        let back: Value = serde_json::from_str(&example().render(Format::Json)).expect("JSON");
        assert_eq!(back[1]["default"], 0.45);
        assert_eq!(back[2]["default"], Value::Null);
        let keys: Vec<_> = back[0].as_object().expect("object").keys().collect();
        assert_eq!(keys, ["key", "default", "meaning"]);
    }

    #[test]
    fn csv_reads_back() {
        let text = example().render(Format::Csv);
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        assert_eq!(reader.headers().expect("header"), vec!["key", "default", "meaning"]);
        let rows: Vec<_> = reader.records().map(|row| row.expect("row")).collect();
        assert_eq!(&rows[1][2], "two\n  lines, \"x\"");
        assert_eq!(&rows[2][1], "");
    }

    #[test]
    fn a_name_selects_itself_its_section_and_its_last_part() {
        let keys = |name| {
            let selected = example().select(name)?;
            Some(selected.rows.iter().map(|row| plain(&row[0])).collect::<Vec<_>>())
        };
        let both = vec!["research.enabled".to_string(), "research.arrival_rate".to_string()];
        assert_eq!(keys("research"), Some(both));
        assert_eq!(keys("market.lag"), Some(vec!["market.lag".to_string()]));
        assert_eq!(keys("lag"), Some(vec!["market.lag".to_string()]));
        assert_eq!(keys("res"), None);
    }

    #[test]
    fn names_are_those_that_select_finds() {
        let names = example().names();
        assert!(names.contains(&"arrival_rate".to_string()));
        assert!(names.iter().all(|name| example().select(name).is_some()));
    }
}
