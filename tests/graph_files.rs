//! Graph files as others see them: read back by networkx where it is installed (`TIEXI_TEST_TOOLS=1`,
//! set by `./tests/run`), and listed in the manifest of a result like every other file.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value as Json, json};
use tiexi::kernel::graph::{Attribute, Edge, Graph, Kind, Node, Value};
use tiexi::kernel::record::{Cell, Column, Recorder, TableSpec};
use tiexi::output::{CsvSink, Folder, GraphFormat, Manifest, ScenarioSource, write_graph};

const HOSTILE: &str = " \"Tiexi\" & 'Sons' <铁西>\t\r\nü ";

fn node(id: &str, label: &str, values: [Option<Value>; 4]) -> Node {
    Node { id: id.to_string(), label: label.to_string(), values: values.to_vec() }
}

/// Subjects of two kinds, numbers that are hard to write, and a pair with two relations.
fn graph(directed: bool) -> Graph {
    let text = |text: &str| Some(Value::Text(text.to_string()));
    let edge = |source, target, layer: &str, weight| Edge {
        source,
        target,
        values: vec![text(layer), Some(Value::Number(weight)), Some(Value::Integer(-7))],
    };
    Graph {
        title: "Alliances & supply".to_string(),
        tick: 11,
        date: "2012Q3".to_string(),
        directed,
        node_attributes: vec![
            Attribute::new("city", Kind::Text),
            Attribute::new("employment", Kind::Number),
            Attribute::new("birth_tick", Kind::Integer),
            Attribute::new("core", Kind::Boolean),
        ],
        edge_attributes: vec![
            Attribute::new("layer", Kind::Text),
            Attribute::new("weight", Kind::Number),
            Attribute::new("since", Kind::Integer),
        ],
        nodes: vec![
            node(
                "0",
                HOSTILE,
                [
                    text("Shenyang"),
                    Some(Value::Number(0.1 + 0.2)),
                    Some(Value::Integer(1 << 53)),
                    Some(Value::Boolean(true)),
                ],
            ),
            node("1", "", [text(HOSTILE), Some(Value::Number(f64::MAX)), None, Some(Value::Boolean(false))]),
            node("university <1>", "University", [text("Dalian"), None, None, None]),
            node("3", "alone", [None, Some(Value::Number(5e-324)), Some(Value::Integer(i64::MIN)), None]),
        ],
        edges: vec![edge(0, 1, "supply", 1e-12), edge(0, 1, "alliance", 2.0), edge(2, 0, HOSTILE, 1e21)],
    }
}

fn plain(value: &Value) -> Json {
    match value {
        Value::Text(text) => json!(text),
        Value::Integer(integer) => json!(integer),
        Value::Number(number) => json!(number),
        Value::Boolean(truth) => json!(truth),
    }
}

/// What a reader must find.
fn expected(graph: &Graph) -> Json {
    let values = |attributes: &[Attribute], values: &[Option<Value>]| -> serde_json::Map<String, Json> {
        let pairs = attributes.iter().zip(values);
        pairs.filter_map(|(a, value)| Some((a.name.clone(), plain(value.as_ref()?)))).collect()
    };
    let nodes = graph.nodes.iter().map(|node| {
        let mut data = values(&graph.node_attributes, &node.values);
        data.insert("label".to_string(), json!(node.label));
        (node.id.clone(), Json::Object(data))
    });
    let id = |place: usize| graph.nodes[place].id.clone();
    let edges = graph.edges.iter().enumerate().map(|(number, edge)| {
        json!([id(edge.source), id(edge.target), number, values(&graph.edge_attributes, &edge.values)])
    });
    json!({
        "directed": graph.directed,
        "graph": {"title": graph.title, "tick": graph.tick, "date": graph.date},
        "nodes": nodes.collect::<serde_json::Map<_, _>>(),
        "edges": edges.collect::<Vec<_>>(),
    })
}

/// Both readers keep an edge's id in their own way: as a key that is a number, or beside the values.
const COMPARE: &str = r#"
import json, sys
import networkx
from xml.etree import ElementTree

path, expected = sys.argv[1], json.load(open(sys.argv[2], encoding="utf-8"))
is_gexf = path.endswith(".gexf")
found = networkx.read_gexf(path) if is_gexf else networkx.read_graphml(path)
assert found.is_directed() == expected["directed"], found
assert found.is_multigraph(), "a pair has two relations"

def same(a, b):
    assert a.keys() == b.keys(), (a, b)
    for key in a:
        assert type(a[key]) is type(b[key]) and a[key] == b[key], (key, a[key], b[key])

assert list(found.nodes) == list(expected["nodes"]), list(found.nodes)
for node, values in expected["nodes"].items():
    same(dict(found.nodes[node]), values)

edges = {}
for source, target, key, values in found.edges(keys=True, data=True):
    values = {name: value for name, value in values.items() if name != "id"}
    edges[int(key)] = (source, target, values)
assert len(edges) == len(expected["edges"])
for source, target, number, values in expected["edges"]:
    ends = edges[number][:2]
    same_ends = ends == (source, target) if expected["directed"] else set(ends) == {source, target}
    assert same_ends, (ends, source, target)
    same(edges[number][2], values)

if is_gexf:
    meta = ElementTree.parse(path).find("{http://gexf.net/1.3}meta")
    text = lambda name: meta.find("{http://gexf.net/1.3}" + name).text
    whole = expected["graph"]
    assert text("description") == whole["title"], text("description")
    assert text("keywords") == f"{whole['date']}, tick {whole['tick']}", text("keywords")
else:
    same({name: found.graph[name] for name in expected["graph"]}, expected["graph"])
"#;

#[test]
fn networkx_reads_nodes_edges_and_types_back() {
    if std::env::var_os("TIEXI_TEST_TOOLS").is_none() {
        // Written directly, since the test harness hides what passing tests print.
        let _ = writeln!(std::io::stderr(), "left out: graph files read by networkx (./tests/run does it)");
        return;
    }
    let folder = tempfile::tempdir().expect("folder");
    for directed in [false, true] {
        let graph = graph(directed);
        let wanted = folder.path().join("expected.json");
        std::fs::write(&wanted, expected(&graph).to_string()).expect("written");
        for format in GraphFormat::ALL {
            let path = folder.path().join("network").with_extension(format.extension());
            write_graph(&path, format, &graph).expect("written");
            compare(&path, &wanted);
        }
    }
}

fn compare(path: &Path, expected: &Path) {
    // A locale with a decimal comma must change nothing.
    let output = Command::new("python3")
        .args(["-c", COMPARE])
        .args([path, expected])
        .env("LC_NUMERIC", "de_DE.UTF-8")
        .env("LC_CTYPE", "C.UTF-8")
        .output()
        .unwrap_or_else(|error| panic!("python3 cannot be started: {error}"));
    assert!(output.status.success(), "{}:\n{}", path.display(), String::from_utf8_lossy(&output.stderr));
}

static TICKS: TableSpec = TableSpec {
    name: "ticks",
    row: "one tick",
    columns: &[Column { name: "tick", unit: "-", meaning: "a test", source: "definition" }],
};

fn manifest() -> Manifest {
    Manifest {
        identity: "test".to_string(),
        results_version: 1,
        scenario: ScenarioSource { path: "a.toml".to_string(), title: "A".to_string(), hash: "h".to_string() },
        seed: 1,
        command_line: vec!["tiexi".to_string()],
        started: "2026-01-01T00:00:00Z".to_string(),
        wall_seconds: Default::default(),
        threads: 1,
        path_conditions: Vec::new(),
        resolved_scenario: json!({"title": "A"}),
    }
}

/// Publishes a table and both graph files as a result.
fn publish(folder: &Path, names: &[String]) {
    let prepared = Folder::prepare(folder, "test", names, false).expect("fresh");
    let mut sink = CsvSink::create(folder, &[&TICKS]).expect("created");
    sink.row(&TICKS, &[Cell::Integer(0)]).expect("stored");
    for (name, format) in names[1..].iter().zip(GraphFormat::ALL) {
        sink.add_graph(name, format, &graph(false)).expect("accepted");
        assert!(!folder.join(name).exists(), "no name before the publication");
    }
    prepared.publish(sink.seal().expect("sealed"), &manifest()).expect("published");
}

#[test]
fn a_result_lists_its_graphs_with_size_and_hash() {
    let folder = tempfile::tempdir().expect("folder");
    let names = ["ticks.csv", "network-11.graphml", "network-11.gexf"].map(String::from);
    publish(folder.path(), &names);
    let read = |name: &str| -> Vec<u8> { std::fs::read(PathBuf::from(folder.path()).join(name)).expect("readable") };
    let manifest: Json = serde_json::from_slice(&read("manifest.json")).expect("JSON");
    for (number, name) in names.iter().enumerate() {
        let (entry, content) = (&manifest["files"][number], read(name));
        assert_eq!(entry["name"], name.as_str());
        assert_eq!(entry["bytes"], content.len());
        assert_eq!(entry["blake3"], blake3::hash(&content).to_hex().as_str());
    }
    // Four nodes and three edges.
    assert_eq!(manifest["files"][1]["rows"], 7);
    let again = Folder::prepare(folder.path(), "test", &names, false).expect("the same result");
    assert_eq!(again.outcome(), tiexi::output::Outcome::IdenticalExists);
}
