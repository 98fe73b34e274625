//! What a chart is: a table, and which of its columns are drawn how. The page draws it, offers the
//! table as CSV and the drawing as SVG and PNG.

use indexmap::IndexMap;
use serde::{Serialize, Serializer};
use serde_json::Value as Json;

use super::units::{meaning, unit};

/// How a chart is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Lines along an ordered column.
    Lines,
    /// Bars or areas on top of each other along an ordered column.
    Stack,
    /// Named values with their intervals.
    Intervals,
    /// Points or lines between two numbers.
    Points,
    /// Words in a grid.
    Heat,
    /// Circles at longitudes and latitudes, and links between them.
    Places,
}

/// How one column is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Style {
    /// A line.
    Line,
    /// A broken line, for references.
    Dash,
    /// A line in the colour of text, for a sum.
    Total,
    /// A filled area on top of the others.
    Area,
    /// A bar.
    Bar,
    /// Single points.
    Dot,
}

/// A column that is drawn.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Measure {
    /// Column of the table.
    pub field: String,
    /// What the legend calls it.
    pub label: String,
    /// How it is drawn.
    pub style: Style,
    /// Column of the lower end of its interval.
    pub low: Option<String>,
    /// Column of the upper end.
    pub high: Option<String>,
}

impl Measure {
    /// A column under its own name.
    pub fn new(field: &str, style: Style) -> Self {
        Measure { field: field.to_string(), label: field.replace('_', " "), style, low: None, high: None }
    }

    /// The same with another name in the legend.
    pub fn called(mut self, label: &str) -> Self {
        self.label = label.to_string();
        self
    }

    /// The same with an interval.
    pub fn between(mut self, low: &str, high: &str) -> Self {
        (self.low, self.high) = (Some(low.to_string()), Some(high.to_string()));
        self
    }
}

/// How the reader chooses which rows are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Control {
    /// Values in order, such as periods; begins at the last.
    Slider,
    /// Names; begins at the first.
    Select,
}

/// A column of which one value at a time is drawn.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pick {
    /// Column of the table.
    pub field: String,
    /// What stands before the control.
    pub label: String,
    /// How it is chosen.
    pub control: Control,
    /// What is chosen at first; absent, as the control says.
    pub start: Option<String>,
}

impl Pick {
    /// A choice by a control.
    pub fn new(field: &str, control: Control) -> Self {
        Pick { field: field.to_string(), label: field.replace('_', " "), control, start: None }
    }
}

/// A line across the chart.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reference {
    /// What it stands for.
    pub label: String,
    /// `x` or `y`.
    pub axis: &'static str,
    /// Where.
    pub at: f64,
}

/// What an indicator is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Term {
    /// Unit; empty if it is not known.
    pub unit: String,
    /// Meaning; empty if it is not known.
    pub meaning: String,
}

impl Term {
    /// An indicator of the region.
    fn of_region(name: &str) -> Self {
        Term { unit: unit("region", name).to_string(), meaning: meaning("region", name).to_string() }
    }
}

/// A span of the ordered column.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Band {
    /// First value.
    pub from: String,
    /// Last value.
    pub to: String,
    /// What holds there.
    pub label: String,
    /// Name of the colour.
    pub tone: String,
}

/// Values of a column.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// Numbers; what is not finite is left out of the drawing.
    Numbers(Vec<f64>),
    /// Words, each kept once.
    Words {
        /// The words.
        words: Vec<String>,
        /// Place of each row's word.
        codes: Vec<usize>,
    },
}

impl Values {
    /// Words, each kept once, in the order in which they appear.
    pub fn words<S: Into<String>>(all: impl IntoIterator<Item = S>) -> Self {
        let mut known: indexmap::IndexSet<String> = indexmap::IndexSet::new();
        let codes = all.into_iter().map(|word| known.insert_full(word.into()).0).collect();
        Values::Words { words: known.into_iter().collect(), codes }
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Values::Numbers(values) => values.len(),
            Values::Words { codes, .. } => codes.len(),
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A column of the table of a chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Name.
    pub name: String,
    /// Unit; empty where there is none.
    pub unit: String,
    /// Values.
    pub values: Values,
}

impl Serialize for Column {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut parts = serializer.serialize_struct("Column", 4)?;
        parts.serialize_field("name", &self.name)?;
        parts.serialize_field("unit", &self.unit)?;
        match &self.values {
            Values::Numbers(values) => {
                parts.serialize_field("values", &values.iter().map(|value| short(*value)).collect::<Vec<_>>())?;
            }
            Values::Words { words, codes } => {
                parts.serialize_field("words", words)?;
                parts.serialize_field("values", codes)?;
            }
        }
        parts.end()
    }
}

/// A number with six significant digits, which no eye tells from the whole; the files have the rest.
fn short(value: f64) -> Json {
    if !value.is_finite() {
        return Json::Null;
    }
    let rounded: f64 = format!("{value:.5e}").parse().unwrap_or(value);
    if rounded.fract() == 0.0 && rounded.abs() < 1e15 { Json::from(rounded as i64) } else { Json::from(rounded) }
}

/// The table of a chart.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Data {
    /// Columns of the same length.
    pub columns: Vec<Column>,
}

impl Data {
    /// A table without columns.
    pub fn new() -> Self {
        Self::default()
    }

    /// With one more column of numbers.
    pub fn numbers(mut self, name: &str, unit: &str, values: Vec<f64>) -> Self {
        self.columns.push(Column { name: name.to_string(), unit: unit.to_string(), values: Values::Numbers(values) });
        self
    }

    /// With one more column of words.
    pub fn words<S: Into<String>>(mut self, name: &str, values: impl IntoIterator<Item = S>) -> Self {
        self.columns.push(Column { name: name.to_string(), unit: String::new(), values: Values::words(values) });
        self
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, |column| column.values.len())
    }
}

/// One chart of a page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Chart {
    /// Name of the chart's files, unique on the page.
    pub id: String,
    /// Title.
    pub title: String,
    /// What is seen, and how to read it.
    pub about: String,
    /// What is missing, and the command that gives it; empty if nothing is.
    pub note: String,
    /// How it is drawn.
    pub kind: Kind,
    /// Column along x, or the one that names the rows.
    pub x: String,
    /// Columns that are drawn.
    pub y: Vec<Measure>,
    /// Column of words; a series for each.
    pub by: Option<String>,
    /// Column of the words that are written into a grid.
    pub label: Option<String>,
    /// Choices of the reader.
    pub pick: Vec<Pick>,
    /// Name of the x axis.
    pub xname: String,
    /// Name of the y axis.
    pub yname: String,
    /// Unit in the tooltip.
    pub unit: String,
    /// What the values of the choice called `indicator` are; the chosen one is explained below the chart.
    pub terms: IndexMap<String, Term>,
    /// Whether x is logarithmic.
    pub xlog: bool,
    /// Whether y is logarithmic.
    pub ylog: bool,
    /// Whether the y axis begins at zero.
    pub from_zero: bool,
    /// Whether places are named.
    pub labels: bool,
    /// Lines across.
    pub references: Vec<Reference>,
    /// Shaded spans.
    pub bands: Vec<Band>,
    /// The table.
    pub data: Data,
    /// Links between places: columns from, to, kind, weight, and those of the choices.
    pub links: Option<Data>,
}

impl Chart {
    /// A chart of a table along a column, to be completed.
    pub fn new(id: &str, kind: Kind, title: &str, about: &str, x: &str, data: Data) -> Self {
        Chart {
            id: id.to_string(),
            title: title.to_string(),
            about: about.to_string(),
            note: String::new(),
            kind,
            x: x.to_string(),
            y: Vec::new(),
            by: None,
            label: None,
            pick: Vec::new(),
            xname: String::new(),
            yname: String::new(),
            unit: String::new(),
            terms: IndexMap::new(),
            xlog: false,
            ylog: false,
            from_zero: false,
            labels: false,
            references: Vec::new(),
            bands: Vec::new(),
            data,
            links: None,
        }
    }

    /// With the columns that are drawn.
    pub fn drawing(mut self, y: impl IntoIterator<Item = Measure>) -> Self {
        self.y.extend(y);
        self
    }

    /// With a series for each word of a column.
    pub fn split(mut self, by: &str) -> Self {
        self.by = Some(by.to_string());
        self
    }

    /// With a choice of the reader.
    pub fn picking(mut self, pick: Pick) -> Self {
        self.pick.push(pick);
        self
    }

    /// With names and unit of the axes.
    pub fn axes(mut self, xname: &str, yname: &str, unit: &str) -> Self {
        (self.xname, self.yname, self.unit) = (xname.to_string(), yname.to_string(), unit.to_string());
        self
    }

    /// With what the indicators are among which the reader chooses.
    pub fn explaining<'n>(mut self, indicators: impl IntoIterator<Item = &'n str>) -> Self {
        self.terms = indicators.into_iter().map(|name| (name.to_string(), Term::of_region(name))).collect();
        self
    }

    /// With a line across.
    pub fn reference(mut self, label: &str, axis: &'static str, at: f64) -> Self {
        self.references.push(Reference { label: label.to_string(), axis, at });
        self
    }
}

/// A figure at the head of the page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Card {
    /// What it is.
    pub label: String,
    /// The figure.
    pub value: String,
    /// How it changed, or how sure it is.
    pub change: String,
    /// Unit.
    pub unit: String,
}

/// Charts under one heading.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Section {
    /// Heading.
    pub title: String,
    /// Charts; a section without charts is left out.
    pub charts: Vec<Chart>,
}

impl Section {
    /// Charts under a heading.
    pub fn new(title: &str, charts: impl IntoIterator<Item = Chart>) -> Self {
        Section { title: title.to_string(), charts: charts.into_iter().collect() }
    }
}

/// A table of words.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Listing {
    /// Heading.
    pub title: String,
    /// Names of the columns.
    pub header: Vec<String>,
    /// Rows.
    pub rows: Vec<Vec<String>>,
}

/// Everything on a page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Page {
    /// What kind of result it shows.
    pub kind: String,
    /// Title.
    pub title: String,
    /// What it is about.
    pub about: String,
    /// Headline figures.
    pub cards: Vec<Card>,
    /// Sections in order.
    pub sections: Vec<Section>,
    /// Tables of words at the end.
    pub tables: Vec<Listing>,
    /// The command that gives this result again.
    pub command: String,
    /// What has to be there for it.
    pub reproduce: String,
    /// The manifest of the folder.
    pub manifest: Json,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_what_is_not_finite_is_nothing() {
        let text = |value: f64| short(value).to_string();
        assert_eq!([1.0, 0.1 + 0.2, 1234567.891, -0.0].map(text), ["1", "0.3", "1234570", "0"]);
        assert_eq!([f64::NAN, f64::INFINITY].map(text), ["null", "null"]);
    }

    #[test]
    fn every_word_is_kept_once() {
        let data = Data::new().words("city", ["A", "B", "A"]).numbers("x", "m", vec![1.0, 2.0, 3.5]);
        let json = serde_json::to_string(&data).expect("JSON");
        assert_eq!(
            json,
            r#"{"columns":[{"name":"city","unit":"","words":["A","B"],"values":[0,1,0]},{"name":"x","unit":"m","values":[1,2,3.5]}]}"#
        );
        assert_eq!(data.rows(), 3);
    }
}
