//! The reference of all parameters as a Markdown page.

use super::describe::{ParameterRow, parameters};
use super::describe_format::{ListFormat, format};
use super::format::Scenario;
use super::shape::{Field, Shape, shape_of};

const PREFACE: &str = "\
# Parameters

Every key that a scenario may state. This page is made from the program; `tiexi describe parameters` \
prints the same for the version you run, `tiexi describe parameters NAME` a part of it.

- **key**: dotted, as in `--set` and in the `key` of an event. Names that the scenario chooses stand in \
angle brackets: `cities.<city>.population`.
- **default**: in TOML; `required` if there is none. Empty: the key may be left out and then says nothing.
- **minimum**, **maximum**: the admissible range. Other values are refused.
- **unit**: `-` for none. Money is in million CNY at prices of 2015, knowledge in log points.
- **source**: where the default comes from; *assumption* if nothing better is known.
";

/// All parameters of the scenario format, section by section, as a Markdown page.
pub fn parameter_reference() -> String {
    let root = shape_of::<Scenario>();
    let rows = parameters::<Scenario>();
    let mut page = PREFACE.to_owned();
    for section in sections(&rows) {
        page.push_str(&heading(section, &root));
        let below: Vec<ParameterRow> = rows.iter().filter(|row| section_of(row) == section).cloned().collect();
        page.push_str(&format(&below, ListFormat::Markdown));
    }
    page
}

/// The top-level table a key lies in; nothing for a key of the top level itself.
fn section_of(row: &ParameterRow) -> &str {
    row.key.find(['.', '[']).map_or("", |end| &row.key[..end])
}

/// The sections in file order.
fn sections(rows: &[ParameterRow]) -> Vec<&str> {
    let mut found: Vec<&str> = Vec::new();
    for section in rows.iter().map(section_of) {
        if !found.contains(&section) {
            found.push(section);
        }
    }
    found
}

/// Title, meaning, and what holds for the section as a whole.
fn heading(section: &str, root: &Field) -> String {
    let field = match &root.shape {
        Shape::Record(fields) => fields.get(section),
        _ => None,
    };
    let Some(field) = field else {
        return "\n## At the top of the file\n\n".to_owned();
    };
    let csv = if field.csv { " The table may come from a CSV file: `csv = \"data/file.csv\"`." } else { "" };
    let opening = if field.opening { " Read only for the opening state: no event can change it." } else { "" };
    format!("\n## `{section}`\n\n{}{csv}{opening}\n\n", field.meaning)
}
