//! What one `[[event]]` does to a scenario, and when.

use super::check;
use super::dates::{self, TimeAxis};
use super::format::Event;
use super::locate;
use super::path::{KeyPath, Step};
use super::problem::Problem;
use super::shape::{Field, Shape};
use super::source::Origin;
use super::tree::Node;
use serde_json::Value as Json;

/// What an event does to the value of its key.
#[derive(Debug, Clone, PartialEq)]
enum Change {
    Value(Json),
    Multiply(f64),
    Add(f64),
}

/// An event that can be applied: dates counted, key read.
#[derive(Debug, Clone)]
pub(super) struct Planned {
    /// First tick in which it holds.
    pub start: u32,
    /// First tick in which it holds no longer.
    pub until: Option<u32>,
    /// The key it changes.
    pub key: KeyPath,
    change: Change,
    /// Where the event's `key` is written.
    key_origin: Origin,
    /// Where its `value`, `multiply` or `add` is written.
    change_origin: Origin,
}

/// The places of an event's parts in the file.
pub(super) struct Places<'a> {
    /// The event's table.
    pub table: Option<&'a Node>,
    /// Where the event begins.
    pub start: Origin,
}

impl Places<'_> {
    fn of(&self, key: &str) -> Origin {
        self.table.and_then(|node| node.table()?.get(key)).map_or(self.start, |entry| entry.node.origin)
    }
}

impl Planned {
    /// Reads an event; all that is wrong with it by itself is said.
    pub fn read(event: &Event, places: &Places<'_>, axis: &TimeAxis) -> Result<Self, Vec<Problem>> {
        let start = start_of(event, places, axis);
        let until = until_of(event, places, axis, start.as_ref().ok().copied());
        let key = key_of(event, places);
        let change = change_of(event, places);
        match (start, until, key, change) {
            (Ok(start), Ok(until), Ok(key), Ok((change, name))) => {
                Ok(Self { start, until, key, change, key_origin: places.of("key"), change_origin: places.of(name) })
            }
            (start, until, key, change) => {
                Err([start.err(), until.err(), key.err(), change.err()].into_iter().flatten().collect())
            }
        }
    }

    /// Whether the change holds in a tick.
    pub fn holds(&self, tick: u32) -> bool {
        self.start <= tick && self.until.is_none_or(|until| tick < until)
    }

    /// Where to say that the changed value breaks something.
    pub fn origin(&self) -> Origin {
        self.change_origin
    }

    /// Makes the change in a complete scenario, checked against the shape.
    pub fn apply(&self, root: &Field, json: &mut Json) -> Result<(), Vec<Problem>> {
        let field = self.target(root, json).map_err(|problem| vec![problem.at(self.key_origin)])?;
        let default = field.default.as_ref().unwrap_or(&Json::Null);
        let old = locate::value_at(json, &self.key).unwrap_or(default);
        let new = self.changed(old, field).map_err(|problem| vec![problem.at(self.change_origin)])?;
        if let Some(node) = Node::from_json(&new, self.change_origin) {
            let problems = check::check_at(field, &node, &self.key, root);
            if !problems.is_empty() {
                return Err(problems);
            }
        }
        if let Some(place) = locate::place_at(json, &self.key) {
            *place = new;
        }
        Ok(())
    }

    /// The field that the event changes, if an event may.
    fn target<'a>(&self, root: &'a Field, json: &Json) -> Result<&'a Field, Problem> {
        if matches!(self.key.steps.first(), Some(Step::Key(key)) if key == "event") {
            return Err(Problem::new("an event cannot change the events"));
        }
        let field = locate::changeable(root, json, &self.key)?;
        if locate::is_one_value(field) {
            return Ok(field);
        }
        let message = format!("an event cannot change the whole of `{}`", self.key);
        Err(Problem::new(message).help("name one key in it"))
    }

    fn changed(&self, old: &Json, field: &Field) -> Result<Json, Problem> {
        let number = || {
            old.as_f64().filter(|_| !old.is_null()).ok_or_else(|| {
                let message = format!("`{}` is no number, so it cannot be scaled", self.key);
                Problem::new(message).help("use `value = ...`")
            })
        };
        match &self.change {
            Change::Value(value) => Ok(merged(old, value)),
            Change::Multiply(factor) => Ok(as_number(number()? * factor, field)),
            Change::Add(amount) => Ok(as_number(number()? + amount, field)),
        }
    }
}

/// A table is laid on the old one, everything else replaces it.
fn merged(old: &Json, new: &Json) -> Json {
    match (old, new) {
        (Json::Object(old), Json::Object(new)) => {
            let mut result = old.clone();
            for (key, value) in new {
                let before = result.get(key).unwrap_or(&Json::Null);
                let value = merged(before, value);
                result.insert(key.clone(), value);
            }
            Json::Object(result)
        }
        _ => new.clone(),
    }
}

/// A computed number, kept whole where the key takes whole numbers.
fn as_number(number: f64, field: &Field) -> Json {
    // Within 2^53 every whole f64 is exact.
    let exact = number.fract() == 0.0 && number.abs() < 9e15;
    if matches!(field.shape, Shape::Integer(_)) && exact {
        return Json::from(number as i64);
    }
    if number.is_finite() {
        Json::from(number)
    } else {
        // JSON has no infinity; the range check refuses the largest number in its place.
        Json::from(f64::MAX.copysign(number))
    }
}

fn key_of(event: &Event, places: &Places<'_>) -> Result<KeyPath, Problem> {
    if event.key.is_empty() {
        let problem = Problem::new("this event names no `key` to change").at(places.of("key"));
        return Err(problem.help("write, for example, key = \"research.arrival_rate\""));
    }
    KeyPath::parse(&event.key).map_err(|reason| {
        let message = format!("the key of an event is not a dotted key: {reason}");
        Problem::new(message).at(places.of("key"))
    })
}

fn start_of(event: &Event, places: &Places<'_>, axis: &TimeAxis) -> Result<u32, Problem> {
    match (&event.date, event.tick) {
        (Some(date), None) => tick_of(date, axis, places.of("date")),
        (None, Some(tick)) if (1..=axis.ticks).contains(&tick) => Ok(tick),
        (None, Some(tick)) => {
            let last = axis.ticks;
            let message = format!("tick {tick} lies outside the scenario; valid ticks are 1 to {last}");
            Err(Problem::new(message).at(places.of("tick")))
        }
        (Some(_), Some(_)) => {
            Err(Problem::new("an event has either a `date` or a `tick`, not both").at(places.of("tick")))
        }
        (None, None) => Err(Problem::new("this event has neither a `date` nor a `tick`")
            .at(places.start)
            .help(format!("write, for example, date = \"{}\"", axis.label(1)))),
    }
}

fn until_of(event: &Event, places: &Places<'_>, axis: &TimeAxis, start: Option<u32>) -> Result<Option<u32>, Problem> {
    let Some(date) = &event.until else {
        return Ok(None);
    };
    let origin = places.of("until");
    let tick = tick_of(date, axis, origin)?;
    if start.is_some_and(|start| tick <= start) {
        let message = "an event must end after it starts";
        let help = "`until` is the first period in which the change no longer holds";
        return Err(Problem::new(message).at(origin).help(help));
    }
    Ok(Some(tick))
}

fn tick_of(date: &str, axis: &TimeAxis, origin: Origin) -> Result<u32, Problem> {
    dates::parse_date(date, axis).map_err(|error| Problem::new(error.to_string()).at(origin))
}

fn change_of(event: &Event, places: &Places<'_>) -> Result<(Change, &'static str), Problem> {
    let mut changes = Vec::new();
    if let Some(value) = &event.value {
        changes.push((Change::Value(value.clone()), "value"));
    }
    if let Some(factor) = event.multiply {
        changes.push((Change::Multiply(factor), "multiply"));
    }
    if let Some(amount) = event.add {
        changes.push((Change::Add(amount), "add"));
    }
    let count = changes.len();
    let message = "an event needs exactly one of `value`, `multiply` and `add`";
    match changes.pop() {
        Some(change) if count == 1 => Ok(change),
        Some((_, name)) => Err(Problem::new(format!("{message}; this one has {count}")).at(places.of(name))),
        None => Err(Problem::new(format!("{message}; this one has none")).at(places.start)),
    }
}
