//! A graph as text: GraphML (graphml.graphdrawing.org) and GEXF 1.3 (gexf.net).
//!
//! The graph must have passed its check. Numbers are the shortest decimals that read back as the same
//! float. Nothing depends on when or where the file is written.

use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use crate::kernel::graph::{Attribute, Edge, Graph, Kind, Node, Value};

/// Writes a graph as GraphML.
pub(super) fn graphml(graph: &Graph, out: impl Write) -> io::Result<()> {
    document(out, |xml| {
        let root = xml.create_element("graphml").with_attribute(("xmlns", "http://graphml.graphdrawing.org/xmlns"));
        root.write_inner_content(|xml| {
            keys(xml, graph)?;
            let direction = if graph.directed { "directed" } else { "undirected" };
            let body = xml.create_element("graph").with_attributes([("id", "graph"), ("edgedefault", direction)]);
            body.write_inner_content(|xml| graphml_body(xml, graph)).map(drop)
        })
        .map(drop)
    })
}

/// Writes a graph as GEXF 1.3. An edge attribute `weight` that is a number is also the edge's weight to
/// all programs, for the format knows it by that name.
pub(super) fn gexf(graph: &Graph, out: impl Write) -> io::Result<()> {
    document(out, |xml| {
        let root = xml.create_element("gexf").with_attributes([("xmlns", "http://gexf.net/1.3"), ("version", "1.3")]);
        root.write_inner_content(|xml| {
            xml.create_element("meta").write_inner_content(|xml| meta(xml, graph))?;
            let direction = if graph.directed { "directed" } else { "undirected" };
            let body =
                xml.create_element("graph").with_attributes([("mode", "static"), ("defaultedgetype", direction)]);
            body.write_inner_content(|xml| gexf_body(xml, graph)).map(drop)
        })
        .map(drop)
    })
}

type Xml<W> = Writer<W>;

fn document<W: Write>(out: W, content: impl FnOnce(&mut Xml<W>) -> io::Result<()>) -> io::Result<()> {
    let mut xml = Writer::new_with_indent(out, b' ', 1);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    content(&mut xml)?;
    xml.get_mut().write_all(b"\n")
}

// -------------------------------------------------------------------------------------- GraphML

/// Keys of what every graph has; those of attributes are `n0`, `n1` ... and `e0`, `e1` ...
const FIXED_KEYS: [(&str, &str, Kind); 4] = [
    ("title", "graph", Kind::Text),
    ("tick", "graph", Kind::Integer),
    ("date", "graph", Kind::Text),
    ("label", "node", Kind::Text),
];

fn keys<W: Write>(xml: &mut Xml<W>, graph: &Graph) -> io::Result<()> {
    for (name, whose, kind) in FIXED_KEYS {
        key(xml, name, whose, name, kind)?;
    }
    for (letter, whose, attributes) in [("n", "node", &graph.node_attributes), ("e", "edge", &graph.edge_attributes)] {
        for (number, attribute) in attributes.iter().enumerate() {
            key(xml, &format!("{letter}{number}"), whose, &attribute.name, attribute.kind)?;
        }
    }
    Ok(())
}

fn key<W: Write>(xml: &mut Xml<W>, id: &str, whose: &str, name: &str, kind: Kind) -> io::Result<()> {
    let element = xml.create_element("key").with_attributes([("id", id), ("for", whose)]);
    element.with_attributes([("attr.name", name), ("attr.type", type_name(kind))]).write_empty().map(drop)
}

fn graphml_body<W: Write>(xml: &mut Xml<W>, graph: &Graph) -> io::Result<()> {
    data(xml, "title", &graph.title)?;
    data(xml, "tick", &graph.tick.to_string())?;
    data(xml, "date", &graph.date)?;
    for node in &graph.nodes {
        let element = xml.create_element("node").with_attribute(("id", node.id.as_str()));
        element.write_inner_content(|xml| {
            data(xml, "label", &node.label)?;
            all_data(xml, "n", &node.values)
        })?;
    }
    for (number, edge) in graph.edges.iter().enumerate() {
        let element = xml.create_element("edge").with_attributes(ends(&number.to_string(), edge, &graph.nodes));
        match edge.values.iter().any(Option::is_some) {
            true => element.write_inner_content(|xml| all_data(xml, "e", &edge.values))?,
            false => element.write_empty()?,
        };
    }
    Ok(())
}

fn all_data<W: Write>(xml: &mut Xml<W>, letter: &str, values: &[Option<Value>]) -> io::Result<()> {
    for (number, value) in present(values) {
        data(xml, &format!("{letter}{number}"), &value)?;
    }
    Ok(())
}

fn data<W: Write>(xml: &mut Xml<W>, key: &str, value: &str) -> io::Result<()> {
    xml.create_element("data").with_attribute(("key", key)).write_text_content(BytesText::new(value)).map(drop)
}

// ----------------------------------------------------------------------------------------- GEXF

fn meta<W: Write>(xml: &mut Xml<W>, graph: &Graph) -> io::Result<()> {
    let moment = format!("{}, tick {}", graph.date, graph.tick);
    for (name, text) in [("creator", "Tiexi"), ("description", &graph.title), ("keywords", &moment)] {
        xml.create_element(name).write_text_content(BytesText::new(text))?;
    }
    Ok(())
}

fn gexf_body<W: Write>(xml: &mut Xml<W>, graph: &Graph) -> io::Result<()> {
    let weight = graph.edge_attributes.iter().position(is_weight);
    declare(xml, "node", &graph.node_attributes)?;
    declare(xml, "edge", &graph.edge_attributes)?;
    xml.create_element("nodes").write_inner_content(|xml| {
        for node in &graph.nodes {
            let element = xml.create_element("node");
            let element = element.with_attributes([("id", node.id.as_str()), ("label", node.label.as_str())]);
            element.write_inner_content(|xml| attribute_values(xml, &node.values))?;
        }
        Ok(())
    })?;
    let edges = xml.create_element("edges");
    edges.write_inner_content(|xml| {
        for (number, edge) in graph.edges.iter().enumerate() {
            gexf_edge(xml, &number.to_string(), edge, &graph.nodes, weight)?;
        }
        Ok(())
    })?;
    Ok(())
}

/// Whether programs that read GEXF take the attribute for the weight of an edge.
fn is_weight(attribute: &Attribute) -> bool {
    attribute.name == "weight" && attribute.kind == Kind::Number
}

fn declare<W: Write>(xml: &mut Xml<W>, class: &str, attributes: &[Attribute]) -> io::Result<()> {
    if attributes.is_empty() {
        return Ok(());
    }
    let element = xml.create_element("attributes").with_attributes([("class", class), ("mode", "static")]);
    element.write_inner_content(|xml| {
        for (number, attribute) in attributes.iter().enumerate() {
            let number = number.to_string();
            let element = xml.create_element("attribute").with_attribute(("id", number.as_str()));
            let element = element.with_attribute(("title", attribute.name.as_str()));
            element.with_attribute(("type", type_name(attribute.kind))).write_empty()?;
        }
        Ok(())
    })?;
    Ok(())
}

fn gexf_edge<W: Write>(
    xml: &mut Xml<W>,
    id: &str,
    edge: &Edge,
    nodes: &[Node],
    weight: Option<usize>,
) -> io::Result<()> {
    let mut element = xml.create_element("edge").with_attributes(ends(id, edge, nodes));
    let weight = weight.and_then(|place| edge.values.get(place)?.as_ref()).map(plain);
    if let Some(weight) = &weight {
        element = element.with_attribute(("weight", weight.as_str()));
    }
    element.write_inner_content(|xml| attribute_values(xml, &edge.values)).map(drop)
}

fn attribute_values<W: Write>(xml: &mut Xml<W>, values: &[Option<Value>]) -> io::Result<()> {
    if values.iter().all(Option::is_none) {
        return Ok(());
    }
    let element = xml.create_element("attvalues");
    element.write_inner_content(|xml| {
        for (number, value) in present(values) {
            let number = number.to_string();
            let element = xml.create_element("attvalue").with_attribute(("for", number.as_str()));
            element.with_attribute(("value", value.as_str())).write_empty()?;
        }
        Ok(())
    })?;
    Ok(())
}

// ----------------------------------------------------------------------------------------- both

/// Id, source and target of an edge.
fn ends<'a>(id: &'a str, edge: &Edge, nodes: &'a [Node]) -> [(&'static str, &'a str); 3] {
    [("id", id), ("source", &nodes[edge.source].id), ("target", &nodes[edge.target].id)]
}

/// Values that are there, as text, with the number of their attribute.
fn present(values: &[Option<Value>]) -> impl Iterator<Item = (usize, String)> {
    values.iter().enumerate().filter_map(|(number, value)| Some((number, plain(value.as_ref()?))))
}

fn plain(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Integer(integer) => itoa::Buffer::new().format(*integer).to_string(),
        // Adding zero turns -0.0 into 0.0, as in the tables.
        Value::Number(number) => zmij::Buffer::new().format_finite(*number + 0.0).to_string(),
        Value::Boolean(truth) => truth.to_string(),
    }
}

/// Name of a type; the two formats agree on these four.
fn type_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "string",
        Kind::Integer => "long",
        Kind::Number => "double",
        Kind::Boolean => "boolean",
    }
}
