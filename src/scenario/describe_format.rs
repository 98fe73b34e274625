//! The parameter list as text, Markdown, JSON or CSV.

use super::describe::ParameterRow;

/// How a list is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListFormat {
    /// Aligned columns for a terminal.
    Text,
    /// A Markdown table.
    Markdown,
    /// A JSON array.
    Json,
    /// CSV with a header.
    Csv,
}

const HEADER: [&str; 8] = ["key", "type", "default", "unit", "minimum", "maximum", "source", "meaning"];

fn cells(row: &ParameterRow) -> [&str; 8] {
    [&row.key, &row.kind, &row.default, &row.unit, &row.minimum, &row.maximum, &row.source, &row.meaning]
}

/// The rows as text that ends with a line end.
pub fn format(rows: &[ParameterRow], format: ListFormat) -> String {
    match format {
        ListFormat::Text => text(rows),
        ListFormat::Markdown => markdown(rows),
        ListFormat::Json => json(rows),
        ListFormat::Csv => csv(rows),
    }
}

/// One block per parameter would be long, one line with all columns too wide: a line with the
/// figures, and the meaning below it.
fn text(rows: &[ParameterRow]) -> String {
    let width = |pick: fn(&ParameterRow) -> &str| rows.iter().map(|row| pick(row).chars().count()).max().unwrap_or(0);
    let key = width(|row| &row.key);
    let default = width(|row| &row.default).min(24);
    let mut result = String::new();
    for row in rows {
        let unit = if row.unit == "-" { "" } else { &row.unit };
        let limits = [unit, &range(row)].join(" ");
        let line = format!("{:key$}  {:default$}  {}", row.key, row.default, limits.trim());
        result.push_str(line.trim_end());
        result.push_str(&format!("\n    {} ({}; {})\n", row.meaning, row.kind, row.source));
    }
    result
}

fn range(row: &ParameterRow) -> String {
    match (row.minimum.as_str(), row.maximum.as_str()) {
        ("", "") => String::new(),
        (least, "") => format!("[{least} ...]"),
        ("", most) => format!("[... {most}]"),
        (least, most) => format!("[{least} ... {most}]"),
    }
}

fn markdown(rows: &[ParameterRow]) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let escaped = |text: &str| text.replace('|', "\\|").replace('<', "&lt;");
    let mut result = line(&HEADER.map(str::to_owned));
    result.push_str(&line(&HEADER.map(|_| "---".to_owned())));
    for row in rows {
        result.push_str(&line(&cells(row).map(escaped)));
    }
    result
}

fn json(rows: &[ParameterRow]) -> String {
    let mut text = serde_json::to_string_pretty(rows).unwrap_or_default();
    text.push('\n');
    text
}

fn csv(rows: &[ParameterRow]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing into memory cannot fail.
    let _ = writer.write_record(HEADER);
    for row in rows {
        let _ = writer.write_record(cells(row));
    }
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}
