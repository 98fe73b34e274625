//! The network of the region as a graph for other programs: `network-0084.graphml`, `network-0084.gexf`.
//!
//! One graph holds all layers, told apart by the attribute `layer` of the edges. Its nodes are the
//! subjects that have at least one relation, its edges the rows of `links.csv` of that tick: two subjects
//! have several edges where they are related in several ways, or trade several classes of components.
//! The graph is directed. Supply goes from buyer to supplier, ownership from parent to subsidiary, membership from
//! firm to platform; an alliance has no direction, so it stands there once, from the one to the other of its members, and is
//! to be read both ways.

use crate::indicators::relations::{End, LAYERS, Relation, relations};
use crate::indicators::table::{DEFINITION, Indicator, LOG, MONEY, PERSONS, TEXT, column, columns};
use crate::kernel::graph::{Attribute, Edge, Graph, Kind, Node, Value};
use crate::kernel::record::{Column, TableSpec};
use crate::world::World;
use crate::world::network::Place;

const fn attribute(
    name: &'static str,
    kind: Kind,
    unit: &'static str,
    meaning: &'static str,
    source: &'static str,
) -> Indicator<Kind> {
    Indicator { column: column(name, unit, meaning, source), value: kind }
}

const NODE: [Indicator<Kind>; 9] = [
    attribute("kind", Kind::Text, TEXT, "firm, university, institute, partner_abroad or platform.", DEFINITION),
    attribute("sub_industry", Kind::Text, TEXT, "Code of the sub-industry; firms only.", "scenario"),
    attribute("city", Kind::Text, TEXT, "City.", "scenario"),
    attribute("ownership", Kind::Text, TEXT, "Ownership group; firms only.", "scenario"),
    attribute("role", Kind::Text, TEXT, "integrator or component_supplier; firms only.", DEFINITION),
    attribute("employment", Kind::Number, PERSONS, "Workers and engineers; firms only.", DEFINITION),
    attribute("sales", Kind::Number, MONEY, "Sales at the factory gate; firms only.", DEFINITION),
    attribute(
        "core",
        Kind::Boolean,
        "true or false",
        "Whether the firm is a core of the supply network; firms only.",
        DEFINITION,
    ),
    attribute("competence", Kind::Number, LOG, "Knowledge weighted by the recipe; firms only.", DEFINITION),
];

const EDGE: [Indicator<Kind>; 2] = [
    attribute(
        "layer",
        Kind::Text,
        TEXT,
        "supply (from buyer to supplier), alliance (no direction, stands there once), ownership (from parent to \
         subsidiary), or platform (from member to platform).",
        DEFINITION,
    ),
    attribute(
        "weight",
        Kind::Number,
        "as the layer",
        "supply: purchases, million CNY per tick; alliance: trust 0-1; ownership and platform: 1.",
        DEFINITION,
    ),
];

static NODE_COLUMNS: [Column; NODE.len()] = columns(&NODE);
static EDGE_COLUMNS: [Column; EDGE.len()] = columns(&EDGE);

/// Attributes of the nodes of a graph file.
pub static NODES: TableSpec =
    TableSpec { name: "network_nodes", row: "one subject with a relation", columns: &NODE_COLUMNS };
/// Attributes of the edges of a graph file.
pub static EDGES: TableSpec = TableSpec { name: "network_edges", row: "one relation", columns: &EDGE_COLUMNS };
/// What a graph file holds, described as tables are.
pub static PARTS: [&TableSpec; 2] = [&NODES, &EDGES];

/// The network of the region at the current tick, for a scenario of this title on this date.
pub fn network(world: &World, title: &str, date: &str) -> Graph {
    let relations = relations(world);
    let mut places = vec![None; world.firms.len() + world.researchers() + world.platforms.list.len()];
    for end in relations.iter().flat_map(|relation| [relation.from, relation.to]) {
        places[end.node(world)] = Some(0);
    }
    // Firms in the order of their numbers, then universities, institutes and platforms.
    let mut nodes = Vec::new();
    for (at, place) in places.iter_mut().enumerate().filter(|(_, place)| place.is_some()) {
        *place = Some(nodes.len());
        nodes.push(node(world, End::of_node(world, at)));
    }
    let place = |end: End| places[end.node(world)].unwrap_or_default();
    let edges = relations.iter().map(|relation| edge(relation, place(relation.from), place(relation.to))).collect();
    Graph {
        title: clean(title),
        tick: world.clock.tick,
        date: date.to_string(),
        directed: true,
        node_attributes: declared(&NODE),
        edge_attributes: declared(&EDGE),
        nodes,
        edges,
    }
}

fn declared(attributes: &[Indicator<Kind>]) -> Vec<Attribute> {
    attributes.iter().map(|attribute| Attribute::new(attribute.column.name, attribute.value)).collect()
}

fn node(world: &World, end: End) -> Node {
    let id = clean(&end.name(world));
    let (label, values) = match end {
        End::Platform(number) => (id.clone(), platform(world, number)),
        End::Subject(subject) => match subject.place() {
            Place::Firm(row) => (firm_label(world, row), firm(world, row)),
            Place::Science(number) => (id.clone(), researcher(world, number)),
        },
    };
    Node { id, label, values: values.to_vec() }
}

/// What a firm is, where it is, and its number: `GEN Shenyang 17`.
fn firm_label(world: &World, row: usize) -> String {
    let profile = &world.firms.profile[row];
    let sub_industry = &world.structure.sub_industries[usize::from(profile.sub_industry)].code;
    let city = &world.structure.cities[usize::from(profile.city)].name;
    clean(&format!("{sub_industry} {city} {}", world.firms.id[row].number()))
}

fn firm(world: &World, row: usize) -> [Option<Value>; NODE.len()] {
    let (firms, structure) = (&world.firms, &world.structure);
    let (profile, people) = (&firms.profile[row], &firms.workforce[row]);
    [
        text("firm"),
        text(&structure.sub_industries[usize::from(profile.sub_industry)].code),
        text(&structure.cities[usize::from(profile.city)].name),
        text(&structure.ownership[usize::from(profile.ownership)].code),
        text(profile.role.name()),
        Some(Value::Number(people.workers + people.engineers)),
        Some(Value::Number(firms.flow[row].sales.get())),
        Some(Value::Boolean(profile.core)),
        Some(Value::Number(firms.technique[row].competence.get())),
    ]
}

fn researcher(world: &World, number: usize) -> [Option<Value>; NODE.len()] {
    let kind = match number {
        _ if world.is_abroad(number) => "partner_abroad",
        _ if number < world.universities.len() => "university",
        _ => "institute",
    };
    let city = &world.structure.cities[world.researcher(number).city].name;
    let city = if world.is_abroad(number) { None } else { text(city) };
    [text(kind), None, city, None, None, None, None, None, None]
}

fn platform(world: &World, number: usize) -> [Option<Value>; NODE.len()] {
    let city = text(&world.structure.cities[world.platforms.list[number].city].name);
    [text("platform"), None, city, None, None, None, None, None, None]
}

fn edge(relation: &Relation, source: usize, target: usize) -> Edge {
    let values = vec![text(LAYERS[relation.layer]), Some(Value::Number(relation.weight))];
    Edge { source, target, values }
}

fn text(text: &str) -> Option<Value> {
    Some(Value::Text(clean(text)))
}

/// Names are free text and may hold characters that a graph file cannot.
fn clean(text: &str) -> String {
    text.replace(|character: char| character.is_control() || matches!(character, '\u{FFFE}' | '\u{FFFF}'), " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_what_graph_files_cannot_hold() {
        assert_eq!(clean("铁西\u{1}\t\u{FFFF}ü <&>"), "铁西   ü <&>");
    }
}
