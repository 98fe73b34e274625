//! How shapes and values are named in messages.

use super::path::KeyPath;
use super::shape::{Bounds, Field, Shape};
use super::suggest::{clip, listed};
use super::tree::{Node, Value};

/// "a number", "true or false", ...
pub fn expected(field: &Field) -> String {
    match &field.shape {
        Shape::Any => "any value".to_owned(),
        Shape::Flag => "true or false".to_owned(),
        Shape::Integer(_) => "a whole number".to_owned(),
        Shape::Number(_) => "a number".to_owned(),
        Shape::Text => "text in quotes".to_owned(),
        Shape::Choice(words) => format!("one of {}", listed(words.keys().map(String::as_str))),
        Shape::List(item, _, _) => format!("a list of {}", plural(item)),
        Shape::Tuple(fields) => format!("a list of {} values", fields.len()),
        Shape::Record(_) | Shape::Map(_) | Shape::Tagged { .. } => "a table".to_owned(),
        Shape::AnyOf(fields) => fields.iter().map(expected).collect::<Vec<_>>().join(" or "),
    }
}

fn plural(field: &Field) -> &'static str {
    match field.shape {
        Shape::Flag => "true or false values",
        Shape::Integer(_) => "whole numbers",
        Shape::Number(_) => "numbers",
        Shape::Text | Shape::Choice(_) => "texts",
        Shape::Record(_) | Shape::Map(_) | Shape::Tagged { .. } => "tables",
        Shape::List(..) | Shape::Tuple(_) => "lists",
        Shape::Any | Shape::AnyOf(_) => "values",
    }
}

/// "the text "abc"", "a table", ...
pub fn found(node: &Node) -> String {
    match &node.value {
        Value::Flag(flag) => format!("{flag}"),
        Value::Integer(integer) => format!("the whole number {integer}"),
        Value::Number(number) => format!("the number {number}"),
        Value::Text(text) => format!("the text \"{}\"", clip(text)),
        Value::Date(date) => format!("the date {date}"),
        Value::List(items) => format!("a list of {}", items.len()),
        Value::Table(_) => "a table".to_owned(),
    }
}

/// Whether a value is of the kind a shape wants, whatever its contents.
pub fn same_type(field: &Field, node: &Node) -> bool {
    matches!(
        (&field.shape, &node.value),
        (Shape::Flag, Value::Flag(_))
            | (Shape::Integer(_), Value::Integer(_))
            | (Shape::Number(_), Value::Integer(_) | Value::Number(_))
            | (Shape::Text | Shape::Choice(_), Value::Text(_))
            | (Shape::List(..) | Shape::Tuple(_), Value::List(_))
            | (Shape::Record(_) | Shape::Map(_) | Shape::Tagged { .. }, Value::Table(_))
    )
}

/// How to write the value so that it has the right type, where that is plain.
pub fn conversion_help(field: &Field, node: &Node) -> Option<String> {
    match (&field.shape, &node.value) {
        (Shape::Number(_) | Shape::Integer(_), Value::Text(text)) => {
            let number = text.trim();
            number.parse::<f64>().is_ok_and(f64::is_finite).then(|| format!("write it without quotes: {number}"))
        }
        (Shape::Flag, Value::Text(text)) if text == "true" || text == "false" => {
            Some(format!("write it without quotes: {text}"))
        }
        (Shape::Flag, Value::Integer(0 | 1)) => Some("write true or false".to_owned()),
        (Shape::Integer(_), Value::Number(number)) if number.fract() == 0.0 => {
            Some(format!("write it without a decimal point: {number:.0}"))
        }
        (Shape::Text | Shape::Choice(_), Value::Integer(integer)) => Some(format!("write it in quotes: \"{integer}\"")),
        (Shape::Text | Shape::Choice(_), Value::Date(date)) => Some(format!("write it in quotes: \"{date}\"")),
        (Shape::List(item, _, _), _) if same_type(item, node) => {
            Some("write it in square brackets, as a list of one".to_owned())
        }
        _ => None,
    }
}

/// " in `research`", or nothing at the top.
pub fn place(path: &KeyPath) -> String {
    if path.steps.is_empty() { " at the top level".to_owned() } else { format!(" in `{path}`") }
}

/// " (1/year)", or nothing for numbers without unit and for what is no number.
pub fn unit(field: &Field) -> String {
    let number = matches!(field.shape, Shape::Number(_) | Shape::Integer(_));
    match field.unit.as_deref() {
        None | Some("" | "-") => String::new(),
        Some(unit) if number => format!(" ({unit})"),
        Some(_) => String::new(),
    }
}

/// "between 0 and 10", "at least 1", "above 0 and at most 1", ...
pub fn range(bounds: &Bounds) -> String {
    if !bounds.allowed.is_empty() {
        let values: Vec<String> = bounds.allowed.iter().map(f64::to_string).collect();
        return format!("one of {}", values.join(", "));
    }
    if let (Some(least), Some(most)) = (bounds.minimum, bounds.maximum) {
        return format!("between {least} and {most}");
    }
    let least = bounds
        .above
        .map(|limit| format!("above {limit}"))
        .or_else(|| bounds.minimum.map(|least| format!("at least {least}")));
    let most = bounds
        .below
        .map(|limit| format!("below {limit}"))
        .or_else(|| bounds.maximum.map(|most| format!("at most {most}")));
    match (least, most, bounds.format) {
        (Some(least), Some(most), _) => format!("{least} and {most}"),
        (Some(least), None, Some((_, most))) => format!("{least} and at most {most}"),
        (Some(one), None, None) | (None, Some(one), _) => one,
        (None, None, Some((least, most))) => format!("between {least} and {most}"),
        (None, None, None) => "a finite number".to_owned(),
    }
}

/// Where else in the scenario a key of this name exists (at most three places).
pub fn homes_of(root: &Field, name: &str) -> Vec<String> {
    let mut homes = Vec::new();
    super::describe::visit(root, &mut |key, _| {
        let last = key.rsplit('.').next().unwrap_or(key);
        if last == name && homes.len() < 3 {
            homes.push(key.to_owned());
        }
    });
    homes
}

/// A whole number with its thousands apart: "20,000,000".
pub fn grouped(number: f64) -> String {
    let digits = format!("{:.0}", number.abs());
    let mut result = if number < 0.0 { "-".to_owned() } else { String::new() };
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position) % 3 == 0 {
            result.push(',');
        }
        result.push(digit);
    }
    result
}

/// "cities" -> "city", "classes" -> "class", "sub_industries" -> "sub_industry".
pub fn singular(name: &str) -> String {
    if let Some(stem) = name.strip_suffix("ies") {
        return format!("{stem}y");
    }
    for ending in ["sses", "shes", "ches", "xes"] {
        if name.ends_with(ending) {
            return name[..name.len() - 2].to_owned();
        }
    }
    match name.strip_suffix('s') {
        Some(stem) if !stem.ends_with('s') && !stem.is_empty() => stem.to_owned(),
        _ => name.to_owned(),
    }
}
