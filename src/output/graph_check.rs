//! What a graph must be so that every reader understands its file.

use std::collections::BTreeSet;

use crate::kernel::graph::{Attribute, Graph, Kind, Value};

/// Says what is wrong with a graph, if anything.
pub(super) fn check(graph: &Graph) -> Result<(), String> {
    text("its title", &graph.title)?;
    text("its date", &graph.date)?;
    // The label is an attribute in some formats.
    attributes("nodes", &graph.node_attributes, BTreeSet::from(["label"]))?;
    attributes("edges", &graph.edge_attributes, BTreeSet::new())?;
    nodes(graph)?;
    edges(graph)
}

fn attributes<'a>(whose: &str, attributes: &'a [Attribute], mut names: BTreeSet<&'a str>) -> Result<(), String> {
    for attribute in attributes {
        let name = attribute.name.as_str();
        text(&format!("the name of an attribute of {whose}"), name)?;
        if name.is_empty() || !names.insert(name) {
            return Err(format!("attributes of {whose} must have names of their own, \"{name}\" is none"));
        }
    }
    Ok(())
}

fn nodes(graph: &Graph) -> Result<(), String> {
    let mut ids = BTreeSet::new();
    for node in &graph.nodes {
        text("the id of a node", &node.id)?;
        if node.id.is_empty() || !ids.insert(node.id.as_str()) {
            return Err(format!("nodes must have ids of their own, \"{}\" is none", node.id));
        }
        text(&format!("the label of node {}", node.id), &node.label)?;
        values(&graph.node_attributes, &node.values).map_err(|problem| format!("node {}: {problem}", node.id))?;
    }
    Ok(())
}

fn edges(graph: &Graph) -> Result<(), String> {
    for (number, edge) in graph.edges.iter().enumerate() {
        if edge.source.max(edge.target) >= graph.nodes.len() {
            let (source, target, count) = (edge.source, edge.target, graph.nodes.len());
            return Err(format!("edge {number} joins places {source} and {target}, but there are {count} nodes"));
        }
        values(&graph.edge_attributes, &edge.values).map_err(|problem| format!("edge {number}: {problem}"))?;
    }
    Ok(())
}

fn values(attributes: &[Attribute], values: &[Option<Value>]) -> Result<(), String> {
    if attributes.len() != values.len() {
        return Err(format!("{} values for {} attributes", values.len(), attributes.len()));
    }
    for (attribute, value) in attributes.iter().zip(values) {
        if let Some(value) = value {
            one(attribute, value)?;
        }
    }
    Ok(())
}

fn one(attribute: &Attribute, value: &Value) -> Result<(), String> {
    let name = &attribute.name;
    if value.kind() != attribute.kind {
        return Err(format!("\"{name}\" is {}, not {}", word(attribute.kind), word(value.kind())));
    }
    match value {
        Value::Text(value) => text(&format!("\"{name}\""), value),
        Value::Number(value) if !value.is_finite() => Err(format!("\"{name}\" is {value}, which is not finite")),
        _ => Ok(()),
    }
}

fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "text",
        Kind::Integer => "a whole number",
        Kind::Number => "a number",
        Kind::Boolean => "true or false",
    }
}

/// XML 1.0 cannot hold most control characters, not even escaped.
fn text(what: &str, text: &str) -> Result<(), String> {
    match text.chars().find(|character| !is_allowed(*character)) {
        Some(character) => {
            Err(format!("{what} has the character U+{:04X}, which XML cannot hold", u32::from(character)))
        }
        None => Ok(()),
    }
}

fn is_allowed(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}
