//! What the page is told of a tick: some numbers of the region, its network, and what happened.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use crate::kernel::graph::{Graph, Value};
use crate::kernel::record::{Cell, RecordError, Recorder, TableSpec};

/// Edges that are sent at most, the heaviest; a large region has more than an eye can follow.
const MOST_EDGES: usize = 600;

/// Columns of the region that the page draws.
pub const DRAWN: [&str; 24] = [
    "tick",
    "value_added_per_worker",
    "factor_contribution",
    "value_chain_contribution",
    "structure_contribution",
    "following_contribution",
    "stage",
    "high_end_share",
    "high_tech_share",
    "kept_share",
    "rd_to_sales",
    "firms",
    "entries",
    "exits",
    "employment",
    "value_added_real",
    "supply_relations",
    "alliance_relations",
    "platform_members",
    "breakthroughs",
    "bailouts",
    "policy_spending",
    "central_transfers",
    "export_share",
];

/// Share of the region's employment from which on a firm that leaves is news.
const LARGE: f64 = 0.003;
/// Share of its class from which on a standard has won.
const WON: f64 = 0.5;

/// Of a kind and with a name: a firm, a standard or a platform.
type Thing = (&'static str, String);

/// Keeps the last row of the region, the last network, and what happened in the last tick.
#[derive(Debug, Default)]
pub struct Stage {
    /// Numbers of the region by column.
    pub region: Map<String, Json>,
    /// Nodes and edges.
    pub network: Json,
    /// Firms, standards and platforms at work: their size, in this tick and in the one before.
    now: BTreeMap<Thing, f64>,
    before: BTreeMap<Thing, f64>,
}

impl Stage {
    /// What happened in the tick, and makes room for the next: large firms that left, standards that won,
    /// platforms that closed.
    pub fn happened(&mut self) -> Vec<Json> {
        let employment = self.region.get("employment").and_then(Json::as_f64).unwrap_or(f64::INFINITY);
        let mut found = Vec::new();
        for ((kind, name), size) in &self.before {
            let now = self.now.get(&(*kind, name.clone())).copied();
            let is_news = match *kind {
                "standards" => *size < WON && now.is_some_and(|share| share >= WON),
                "platforms" => now.is_none(),
                _ => now.is_none() && *size >= LARGE * employment,
            };
            if is_news {
                // Nobody knows a firm by its number.
                let number = if *kind == "firms" { name.rfind(' ') } else { None };
                let known = number.map_or(name.as_str(), |at| &name[..at]).replace('_', " ");
                found.push(json!({ "kind": kind, "name": known, "size": now.unwrap_or(*size) }));
            }
        }
        self.before = std::mem::take(&mut self.now);
        found
    }

    /// Remembers the size of a thing: of a firm its employment, of a standard its share, of a platform its
    /// members. A platform that is not founded yet, or has closed, is none.
    fn remember(&mut self, table: &'static TableSpec, cells: &[Cell<'_>]) {
        let (names, size): (&[&str], &str) = match table.name {
            "firms" => (&["sub_industry", "city", "firm"], "employment"),
            "standards" => (&["standard"], "share"),
            "platforms" => (&["platform"], "members"),
            _ => return,
        };
        let cell = |name: &str| cells.get(table.columns.iter().position(|column| column.name == name)?).map(value);
        if cell("alive").is_some_and(|alive| alive == 0) {
            return;
        }
        let text = |name: &&str| match cell(name) {
            Some(Json::String(text)) => text,
            Some(other) => other.to_string(),
            None => String::new(),
        };
        let size = cell(size).and_then(|size| size.as_f64()).unwrap_or(0.0);
        self.now.insert((table.name, names.iter().map(text).collect::<Vec<_>>().join(" ")), size);
    }
}

impl Recorder for Stage {
    fn row(&mut self, table: &'static TableSpec, cells: &[Cell<'_>]) -> Result<(), RecordError> {
        if table.name == "region" {
            let columns = table.columns.iter().zip(cells).filter(|(column, _)| DRAWN.contains(&column.name));
            self.region = columns.map(|(column, cell)| (column.name.to_string(), value(cell))).collect();
        }
        self.remember(table, cells);
        Ok(())
    }

    fn graph(&mut self, _: &str, graph: &Graph) -> Result<(), RecordError> {
        self.network = network(graph);
        Ok(())
    }
}

fn value(cell: &Cell<'_>) -> Json {
    match *cell {
        Cell::Integer(value) => json!(value),
        Cell::Number(value) => json!(value),
        Cell::Text(value) => json!(value),
    }
}

/// Nodes as name, kind, city and employment; edges as two places and a layer.
fn network(graph: &Graph) -> Json {
    let place = |name: &str| graph.node_attributes.iter().position(|attribute| attribute.name == name);
    let [kind, industry, city, employment] = ["kind", "sub_industry", "city", "employment"].map(place);
    let of = |node: usize, at: Option<usize>| at.and_then(|at| graph.nodes[node].values.get(at)?.as_ref());
    let text = |value: Option<&Value>| match value {
        Some(Value::Text(text)) => text.clone(),
        _ => String::new(),
    };
    let edge_at = |name: &str| graph.edge_attributes.iter().position(|attribute| attribute.name == name);
    let (layer, weight) = (edge_at("layer"), edge_at("weight"));
    let heavy = |edge: &crate::kernel::graph::Edge| match weight.and_then(|at| edge.values.get(at)?.as_ref()) {
        Some(Value::Number(weight)) => *weight,
        _ => 0.0,
    };
    let mut edges: Vec<_> = graph.edges.iter().collect();
    if edges.len() > MOST_EDGES {
        edges.sort_by(|a, b| heavy(b).total_cmp(&heavy(a)));
        edges.truncate(MOST_EDGES);
    }
    let mut number = vec![None; graph.nodes.len()];
    let mut nodes = Vec::new();
    for node in edges.iter().flat_map(|edge| [edge.source, edge.target]) {
        if number[node].is_none() {
            number[node] = Some(nodes.len());
            let size = match of(node, employment) {
                Some(Value::Number(size)) => size.round(),
                _ => 0.0,
            };
            let (kind, industry) = (text(of(node, kind)), text(of(node, industry)));
            let group = if industry.is_empty() { kind } else { industry };
            nodes.push(json!([graph.nodes[node].id, graph.nodes[node].label, group, text(of(node, city)), size]));
        }
    }
    let edges: Vec<Json> = edges
        .iter()
        .map(|edge| {
            json!([number[edge.source], number[edge.target], text(layer.and_then(|at| edge.values.get(at)?.as_ref()))])
        })
        .collect();
    json!({ "nodes": nodes, "edges": edges })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::indicators::region;
    use crate::kernel::record::Column;

    #[test]
    fn every_number_that_the_page_draws_is_an_indicator() {
        for name in DRAWN {
            assert!(region::TABLE.columns.iter().any(|column| column.name == name), "{name}");
        }
    }

    const fn column(name: &'static str) -> Column {
        Column { name, unit: "-", meaning: "a test", source: "definition" }
    }

    static FIRMS: TableSpec = TableSpec {
        name: "firms",
        row: "one firm",
        columns: &[column("firm"), column("sub_industry"), column("city"), column("employment")],
    };
    static STANDARDS: TableSpec =
        TableSpec { name: "standards", row: "one", columns: &[column("class"), column("standard"), column("share")] };
    static PLATFORMS: TableSpec =
        TableSpec { name: "platforms", row: "one", columns: &[column("platform"), column("alive"), column("members")] };

    /// The columns that the events are told from are those of the tables that a run writes.
    #[test]
    fn the_tables_have_the_columns_of_the_events() {
        for made in [&FIRMS, &STANDARDS, &PLATFORMS] {
            let real = crate::indicators::tables().iter().find(|table| table.name == made.name).expect("a table");
            for column in made.columns {
                assert!(real.columns.iter().any(|known| known.name == column.name), "{} {}", made.name, column.name);
            }
        }
    }

    /// A large firm that leaves, a standard that wins and a platform that closes are news, once; a small firm
    /// that leaves, and a platform before its founding, are not.
    #[test]
    fn what_happened_is_told_once() {
        let mut stage = Stage::default();
        stage.region.insert("employment".to_string(), json!(100_000.0));
        let mut tick = |firms: &[(i64, f64)], share: f64, alive: i64| {
            for (firm, size) in firms {
                let cells = [Cell::Integer(*firm), Cell::Text("AUT"), Cell::Text("Dalian"), Cell::Number(*size)];
                stage.row(&FIRMS, &cells).expect("taken");
            }
            let standard = [Cell::Text("basic"), Cell::Text("our_own"), Cell::Number(share)];
            stage.row(&STANDARDS, &standard).expect("taken");
            stage.row(&PLATFORMS, &[Cell::Text("p"), Cell::Integer(alive), Cell::Integer(3)]).expect("taken");
            stage.happened()
        };
        assert!(tick(&[(1, 5000.0), (2, 10.0)], 0.4, 0).is_empty());
        assert!(tick(&[(1, 5000.0), (2, 10.0)], 0.4, 1).is_empty());
        let found = tick(&[], 0.6, 0);
        let told: Vec<_> =
            found.iter().map(|one| (one["kind"].as_str(), one["name"].as_str(), one["size"].as_f64())).collect();
        assert_eq!(
            told,
            [
                (Some("firms"), Some("AUT Dalian"), Some(5000.0)),
                (Some("platforms"), Some("p"), Some(3.0)),
                (Some("standards"), Some("our own"), Some(0.6)),
            ]
        );
        assert!(tick(&[], 0.7, 0).is_empty());
    }
}
