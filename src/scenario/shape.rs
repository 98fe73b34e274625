//! What a scenario may say: the JSON Schema of the typed scenario, made easy to walk.

use indexmap::IndexMap;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value as Json};
use std::any::TypeId;
use std::sync::{Arc, Mutex, PoisonError};

/// The kind of value a key takes.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// Anything; used where the meaning depends on another key.
    Any,
    /// true or false
    Flag,
    /// A whole number.
    Integer(Bounds),
    /// Any finite number.
    Number(Bounds),
    /// Text.
    Text,
    /// One of a few words, each with its meaning.
    Choice(IndexMap<String, String>),
    /// A list of alike items, with its least and largest length.
    List(Box<Field>, Option<u64>, Option<u64>),
    /// A list of fixed length with a meaning for each position.
    Tuple(Vec<Field>),
    /// A table with known keys.
    Record(IndexMap<String, Field>),
    /// A table whose keys are names.
    Map(Box<Field>),
    /// A table whose `tag` key says which other keys it takes.
    Tagged {
        /// The key that decides.
        tag: String,
        /// Meaning and keys (without the tag) for each value of the tag.
        variants: IndexMap<String, (String, IndexMap<String, Field>)>,
    },
    /// Any one of several shapes.
    AnyOf(Vec<Field>),
}

/// Least and largest admissible number.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Bounds {
    /// Least value.
    pub minimum: Option<f64>,
    /// Largest value.
    pub maximum: Option<f64>,
    /// The value must exceed this.
    pub above: Option<f64>,
    /// The value must stay below this.
    pub below: Option<f64>,
    /// The only values, if just a few are possible.
    pub allowed: Vec<f64>,
    /// What the machine's integer type holds.
    pub format: Option<(i128, i128)>,
}

/// How the shares in a table of tables add up to one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shares {
    /// Each inner table sums to 1.
    Rows,
    /// For each inner key, the sum over the outer keys is 1.
    Columns,
}

/// One key: its kind of value and what is known about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// The kind of value.
    pub shape: Shape,
    /// Whether it must be given.
    pub required: bool,
    /// The value it has when it is not given.
    pub default: Option<Json>,
    /// What it means.
    pub meaning: String,
    /// Its unit; `-` for none.
    pub unit: Option<String>,
    /// Where its default comes from.
    pub source: Option<String>,
    /// Read only when the opening state is built.
    pub opening: bool,
    /// The table may come from a CSV file.
    pub csv: bool,
    /// The shares in it must add up.
    pub shares: Option<Shares>,
    /// The table whose names its keys must be.
    pub keys: Option<String>,
    /// The table whose names its inner keys must be.
    pub inner_keys: Option<String>,
    /// The table whose names its text must be.
    pub reference: Option<String>,
}

/// The schema of a type as schemars derives it.
pub fn schema_of<T: JsonSchema>() -> Json {
    let schema = SchemaSettings::draft07().into_generator().into_root_schema_for::<T>();
    schema.to_value()
}

/// The shape of a type, worked out once for a process that reads many scenarios.
pub fn known_shape<T: JsonSchema + 'static>() -> Arc<Field> {
    static KNOWN: Mutex<Vec<(TypeId, Arc<Field>)>> = Mutex::new(Vec::new());
    // Shapes are only added, so that what a panic left behind is whole.
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, shape)) = known.iter().find(|(id, _)| *id == TypeId::of::<T>()) {
        return shape.clone();
    }
    let shape = Arc::new(shape_of::<T>());
    known.push((TypeId::of::<T>(), shape.clone()));
    shape
}

/// The shape of a type.
pub fn shape_of<T: JsonSchema>() -> Field {
    let schema = schema_of::<T>();
    let none = Map::new();
    let definitions = schema["definitions"].as_object().unwrap_or(&none);
    let mut compiler = Compiler { definitions, open: Vec::new() };
    compiler.field(&schema, true)
}

/// The field at a dotted key of tables with known keys.
pub fn field_of<'a>(root: &'a Field, key: &str) -> Option<&'a Field> {
    key.split('.').try_fold(root, |field, name| match &field.shape {
        Shape::Record(fields) => fields.get(name),
        _ => None,
    })
}

/// The keywords of a schema; what they say stays where it is. They are few: nothing is found faster than by looking
/// through them.
#[derive(Default)]
struct Flat<'a>(Vec<(&'a str, &'a Json)>);

impl<'a> Flat<'a> {
    fn of(object: &'a Map<String, Json>) -> Self {
        Flat(object.iter().map(|(key, value)| (key.as_str(), value)).collect())
    }

    fn get(&self, key: &str) -> Option<&'a Json> {
        self.0.iter().find(|(name, _)| *name == key).map(|(_, value)| *value)
    }

    fn remove(&mut self, key: &str) -> Option<&'a Json> {
        let place = self.0.iter().position(|(name, _)| *name == key)?;
        Some(self.0.remove(place).1)
    }

    /// Adds the keywords that are not there.
    fn complete(&mut self, more: &'a Map<String, Json>) {
        for (key, value) in more {
            if self.get(key).is_none() {
                self.0.push((key, value));
            }
        }
    }
}

struct Compiler<'a> {
    definitions: &'a Map<String, Json>,
    /// Definitions being expanded: a type inside itself is not followed.
    open: Vec<&'a str>,
}

impl<'a> Compiler<'a> {
    fn field(&mut self, schema: &'a Json, required: bool) -> Field {
        let opened = self.open.len();
        let flat = self.flatten(schema);
        let text = |key: &str| flat.get(key).and_then(Json::as_str).map(str::to_owned);
        let flag = |key: &str| flat.get(key) == Some(&Json::Bool(true));
        let field = Field {
            required,
            default: flat.get("default").cloned(),
            meaning: one_line(&text("description").unwrap_or_default()),
            unit: text("x-unit"),
            source: text("x-source"),
            opening: flag("x-opening"),
            csv: flag("x-csv"),
            shares: match flat.get("x-shares").and_then(Json::as_str) {
                Some("columns") => Some(Shares::Columns),
                Some(_) => Some(Shares::Rows),
                None => None,
            },
            keys: text("x-keys"),
            inner_keys: text("x-inner-keys"),
            reference: text("x-ref"),
            shape: self.shape(&flat),
        };
        self.open.truncate(opened);
        field
    }

    /// The schema's keywords with references followed; what stands nearer to the key wins.
    fn flatten(&mut self, schema: &'a Json) -> Flat<'a> {
        let mut flat = schema.as_object().map(Flat::of).unwrap_or_default();
        for _ in 0..32 {
            let Some(inner) = self.next_inner(&mut flat) else {
                break;
            };
            flat.complete(inner);
        }
        flat
    }

    fn next_inner(&mut self, flat: &mut Flat<'a>) -> Option<&'a Map<String, Json>> {
        if let Some(Json::String(reference)) = flat.remove("$ref") {
            let name = reference.rsplit('/').next()?;
            if self.open.contains(&name) {
                return None;
            }
            let inner = self.definitions.get(name)?.as_object()?;
            self.open.push(name);
            return Some(inner);
        }
        if let Some(Json::Array(all)) = flat.remove("allOf") {
            return all.first()?.as_object();
        }
        // Option<T> is written as "T or null"; TOML has no null, so the key is just absent.
        let mut rest = flat.get("anyOf")?.as_array()?.iter().filter(|schema| schema["type"] != "null");
        let (first, second) = (rest.next(), rest.next());
        if second.is_some() {
            return None;
        }
        flat.remove("anyOf");
        first?.as_object()
    }

    fn shape(&mut self, flat: &Flat<'a>) -> Shape {
        if let Some(choice) = choice(flat) {
            return choice;
        }
        if let Some(Json::Array(one_of)) = flat.get("oneOf") {
            return self.one_of(one_of);
        }
        if let Some(Json::Array(any_of)) = flat.get("anyOf") {
            return Shape::AnyOf(any_of.iter().map(|one| self.field(one, true)).collect());
        }
        match type_of(flat) {
            Some("boolean") => Shape::Flag,
            Some("integer") => Shape::Integer(bounds(flat)),
            Some("number") => Shape::Number(bounds(flat)),
            Some("string") => Shape::Text,
            Some("array") => self.list(flat),
            Some("object") => self.table(flat),
            _ => Shape::Any,
        }
    }

    fn list(&mut self, flat: &Flat<'a>) -> Shape {
        match flat.get("items") {
            Some(Json::Array(items)) => Shape::Tuple(items.iter().map(|item| self.field(item, true)).collect()),
            items => {
                let item = self.field(items.unwrap_or(&Json::Null), true);
                let count = |key: &str| flat.get(key).and_then(Json::as_u64);
                Shape::List(Box::new(bounded(item, flat)), count("minItems"), count("maxItems"))
            }
        }
    }

    fn table(&mut self, flat: &Flat<'a>) -> Shape {
        match (flat.get("properties"), flat.get("additionalProperties")) {
            (Some(_), _) => Shape::Record(self.properties(flat, None)),
            (None, Some(entry @ Json::Object(_))) => {
                let entry = self.field(entry, false);
                Shape::Map(Box::new(bounded(entry, flat)))
            }
            (None, Some(Json::Bool(false))) => Shape::Record(IndexMap::new()),
            _ => Shape::Map(Box::new(self.field(&Json::Null, true))),
        }
    }

    fn properties(&mut self, flat: &Flat<'a>, tag: Option<&str>) -> IndexMap<String, Field> {
        let required: Vec<&str> = match flat.get("required") {
            Some(Json::Array(names)) => names.iter().filter_map(Json::as_str).collect(),
            _ => Vec::new(),
        };
        let properties = flat.get("properties").and_then(Json::as_object);
        properties
            .into_iter()
            .flatten()
            .filter(|(name, _)| Some(name.as_str()) != tag)
            .map(|(name, schema)| {
                let field = self.field(schema, required.contains(&name.as_str()));
                (name.clone(), field)
            })
            .collect()
    }

    fn one_of(&mut self, alternatives: &'a [Json]) -> Shape {
        let Some(tag) = common_tag(alternatives) else {
            let fields = alternatives.iter().map(|one| self.field(one, true));
            return Shape::AnyOf(fields.collect());
        };
        let mut variants = IndexMap::new();
        for alternative in alternatives {
            let opened = self.open.len();
            let flat = self.flatten(alternative);
            if let Some(name) = alternative["properties"][&tag]["const"].as_str() {
                let meaning = flat.get("description").and_then(Json::as_str).unwrap_or("");
                let keys = self.properties(&flat, Some(&tag));
                variants.insert(name.to_owned(), (one_line(meaning), keys));
            }
            self.open.truncate(opened);
        }
        Shape::Tagged { tag, variants }
    }
}

/// Bounds, unit and `x-entry-default` stated for a whole list or table of numbers hold for each
/// number in it; shares lie between 0 and 1. An entry's default is what an entry that is not there
/// counts as.
fn bounded(mut item: Field, around: &Flat<'_>) -> Field {
    let mut outer = bounds(around);
    if around.get("x-shares").is_some() {
        outer.minimum = outer.minimum.or(Some(0.0));
        outer.maximum = outer.maximum.or(Some(1.0));
    }
    with_innermost(&mut item, &mut |number| {
        if number.unit.is_none() {
            number.unit = around.get("x-unit").and_then(Json::as_str).map(str::to_owned);
        }
        if number.default.is_none() {
            number.default = around.get("x-entry-default").cloned();
        }
        if let Shape::Number(inner) | Shape::Integer(inner) = &mut number.shape {
            inner.minimum = inner.minimum.or(outer.minimum);
            inner.maximum = inner.maximum.or(outer.maximum);
            inner.above = inner.above.or(outer.above);
            inner.below = inner.below.or(outer.below);
        }
    });
    item
}

fn with_innermost(field: &mut Field, change: &mut dyn FnMut(&mut Field)) {
    match &mut field.shape {
        Shape::Map(inner) | Shape::List(inner, _, _) => with_innermost(inner, change),
        _ => change(field),
    }
}

fn type_of<'a>(flat: &Flat<'a>) -> Option<&'a str> {
    match flat.get("type")? {
        Json::String(name) => Some(name),
        Json::Array(names) => names.iter().filter_map(Json::as_str).find(|name| *name != "null"),
        _ => None,
    }
}

/// The words of an enumeration without data, in either of the ways schemars writes one.
fn choice(flat: &Flat<'_>) -> Option<Shape> {
    let mut words = IndexMap::new();
    collect_words(flat, "", &mut words);
    if let Some(Json::Array(one_of)) = flat.get("oneOf") {
        for alternative in one_of {
            let alternative = Flat::of(alternative.as_object()?);
            let meaning = alternative.get("description").and_then(Json::as_str);
            let before = words.len();
            collect_words(&alternative, meaning.unwrap_or(""), &mut words);
            if words.len() == before {
                return None;
            }
        }
    }
    (!words.is_empty()).then_some(Shape::Choice(words))
}

fn collect_words(flat: &Flat<'_>, meaning: &str, words: &mut IndexMap<String, String>) {
    let listed = flat.get("enum").and_then(Json::as_array);
    let single = flat.get("const");
    for word in listed.into_iter().flatten().chain(single) {
        if let Some(word) = word.as_str() {
            words.insert(word.to_owned(), one_line(meaning));
        }
    }
}

/// The key that has a fixed word in every alternative.
fn common_tag(alternatives: &[Json]) -> Option<String> {
    let fixed = |schema: &Json, key: &str| schema["properties"][key]["const"].is_string();
    let properties = alternatives.first()?["properties"].as_object()?;
    properties.keys().find(|key| alternatives.iter().all(|one| fixed(one, key))).cloned()
}

fn bounds(flat: &Flat<'_>) -> Bounds {
    let number = |key: &str| flat.get(key).and_then(Json::as_f64);
    Bounds {
        minimum: number("minimum"),
        maximum: number("maximum"),
        above: number("exclusiveMinimum"),
        below: number("exclusiveMaximum"),
        allowed: match flat.get("enum") {
            Some(Json::Array(values)) => values.iter().filter_map(Json::as_f64).collect(),
            _ => Vec::new(),
        },
        format: flat.get("format").and_then(Json::as_str).and_then(integer_range),
    }
}

fn integer_range(format: &str) -> Option<(i128, i128)> {
    Some(match format {
        "uint8" => (0, u8::MAX.into()),
        "uint16" => (0, u16::MAX.into()),
        "uint32" => (0, u32::MAX.into()),
        "uint64" | "uint" => (0, u64::MAX.into()),
        "int8" => (i8::MIN.into(), i8::MAX.into()),
        "int16" => (i16::MIN.into(), i16::MAX.into()),
        "int32" => (i32::MIN.into(), i32::MAX.into()),
        "int64" | "int" => (i64::MIN.into(), i64::MAX.into()),
        _ => return None,
    })
}

/// A doc comment as one line of text.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
