//! Graphs as files for Gephi, networkx, igraph and others.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::OutputError;
use super::graph_check::check;
use super::graph_xml::{gexf, graphml};
use super::manifest::FileEntry;
use super::partial::{PartialFile, random_token, sync_folder};
use crate::kernel::graph::Graph;

/// Formats of graph files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GraphFormat {
    /// GraphML.
    GraphMl,
    /// GEXF 1.3.
    Gexf,
}

impl GraphFormat {
    /// Both formats.
    pub const ALL: [GraphFormat; 2] = [GraphFormat::GraphMl, GraphFormat::Gexf];

    /// End of the names of its files, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            GraphFormat::GraphMl => "graphml",
            GraphFormat::Gexf => "gexf",
        }
    }

    /// The format of a file of this name.
    pub fn of(name: &str) -> Option<Self> {
        let extension = Path::new(name).extension()?;
        Self::ALL.into_iter().find(|format| extension == format.extension())
    }

    fn render(self, graph: &Graph, out: impl Write) -> io::Result<()> {
        match self {
            GraphFormat::GraphMl => graphml(graph, out),
            GraphFormat::Gexf => gexf(graph, out),
        }
    }
}

/// Writes one graph as the file `path`, which appears when it is complete and replaces what was there.
///
/// # Errors
/// When the graph cannot be held by such a file (a text with a control character, a number that is not
/// finite, values that do not fit their attributes, ids that are not unique, edges to no node), which
/// is a refusal, or when the file cannot be written.
pub fn write_graph(path: &Path, format: GraphFormat, graph: &Graph) -> Result<(), OutputError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = path.file_name().ok_or_else(|| OutputError::io("write", path)(io::ErrorKind::InvalidFilename.into()))?;
    let (_, mut partial) = write_partial(folder, &name.to_string_lossy(), &random_token(), format, graph)?;
    fs::rename(partial.path(), path).map_err(OutputError::io("rename to", path))?;
    partial.keep();
    sync_folder(folder)
}

/// Writes one graph under a hidden name, complete and on disk.
pub(super) fn write_partial(
    folder: &Path,
    name: &str,
    token: &str,
    format: GraphFormat,
    graph: &Graph,
) -> Result<(FileEntry, PartialFile), OutputError> {
    check(graph).map_err(|problem| OutputError::Graph { title: graph.title.clone(), problem })?;
    let mut file = Hashed::new(PartialFile::create(folder, name, token)?);
    let mut buffered = BufWriter::new(&mut file);
    let written = format.render(graph, &mut buffered).and_then(|()| buffered.flush());
    drop(buffered);
    written.map_err(OutputError::io("write", file.partial.path()))?;
    file.partial.close()?;
    let rows = (graph.nodes.len() + graph.edges.len()) as u64;
    let blake3 = file.hasher.finalize().to_hex().to_string();
    Ok((FileEntry { name: name.to_string(), bytes: file.bytes, rows, blake3 }, file.partial))
}

/// A partial file that is hashed and counted as it is written.
struct Hashed {
    partial: PartialFile,
    hasher: blake3::Hasher,
    bytes: u64,
}

impl Hashed {
    fn new(partial: PartialFile) -> Self {
        Hashed { partial, hasher: blake3::Hasher::new(), bytes: 0 }
    }
}

impl Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.partial.write(bytes)?;
        self.hasher.update(bytes);
        self.bytes += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::graph::{Attribute, Edge, Kind, Node, Value};
    use proptest::prelude::*;
    use quick_xml::events::{BytesStart, Event};
    use quick_xml::{Reader, XmlVersion};

    /// An element as a parser sees it.
    #[derive(Debug, Default)]
    struct Element {
        name: String,
        attributes: Vec<(String, String)>,
        text: String,
        children: Vec<Element>,
    }

    impl Element {
        fn of(start: &BytesStart<'_>) -> Self {
            let attributes = start.attributes().map(|attribute| attribute.expect("attribute"));
            let pair = |attribute: quick_xml::events::attributes::Attribute<'_>| {
                let value = attribute.normalized_value(XmlVersion::Explicit1_0).expect("value");
                (attribute.key.into_inner().to_string(), value.into_owned())
            };
            let attributes = attributes.map(pair).collect();
            Element { name: start.name().into_inner().to_string(), attributes, ..Element::default() }
        }

        fn get(&self, key: &str) -> Option<&str> {
            self.attributes.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
        }

        fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
            self.children.iter().filter(move |child| child.name == name)
        }

        fn only<'a>(&'a self, name: &'a str) -> &'a Element {
            let found: Vec<_> = self.all(name).collect();
            assert_eq!(found.len(), 1, "{name} in {self:?}");
            found[0]
        }
    }

    fn parse(text: &str) -> Element {
        let mut reader = Reader::from_str(text);
        let mut open = vec![Element::default()];
        loop {
            match reader.read_event().expect("well-formed") {
                Event::Start(start) => open.push(Element::of(&start)),
                Event::Empty(start) => open.last_mut().expect("open").children.push(Element::of(&start)),
                Event::End(_) => {
                    let closed = open.pop().expect("open");
                    open.last_mut().expect("open").children.push(closed);
                }
                Event::Text(text) => open.last_mut().expect("open").text += &text.xml10_content(),
                Event::GeneralRef(entity) => {
                    let named = quick_xml::escape::unescape(&format!("&{};", &*entity)).expect("known").into_owned();
                    open.last_mut().expect("open").text += &named;
                }
                Event::Eof => return open.swap_remove(0).children.swap_remove(0),
                _ => {}
            }
        }
    }

    fn text(graph: &Graph, format: GraphFormat) -> String {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("graph");
        write_graph(&path, format, graph).expect("written");
        let names: Vec<_> = fs::read_dir(folder.path()).expect("folder").collect();
        assert_eq!(names.len(), 1, "nothing else stays");
        fs::read_to_string(path).expect("text")
    }

    const HOSTILE: &str = " \"a\" & 'b' <c>\t铁西\r\nü ]]> &amp; ";

    fn node(id: &str, label: &str, size: Option<f64>) -> Node {
        Node { id: id.to_string(), label: label.to_string(), values: vec![size.map(Value::Number)] }
    }

    fn example() -> Graph {
        let edge = |source, target, kind: &str, weight| Edge {
            source,
            target,
            values: vec![Some(Value::Text(kind.to_string())), Some(Value::Number(weight)), None],
        };
        let mut graph = Graph {
            title: HOSTILE.to_string(),
            tick: 11,
            date: "2012Q3".to_string(),
            directed: false,
            node_attributes: vec![Attribute::new(HOSTILE, Kind::Number)],
            edge_attributes: vec![
                Attribute::new("kind", Kind::Text),
                Attribute::new("weight", Kind::Number),
                Attribute::new("founding", Kind::Boolean),
            ],
            nodes: vec![node(HOSTILE, HOSTILE, Some(0.1 + 0.2)), node("b", "", Some(-0.0)), node("c", "c", None)],
            edges: vec![edge(0, 1, "alliance", 1e-12), edge(1, 0, HOSTILE, 3.0), edge(2, 1, "supply", 1e21)],
        };
        graph.edges[2].values[2] = Some(Value::Boolean(true));
        graph.edges.push(Edge { source: 0, target: 2, values: vec![None, None, None] });
        graph
    }

    /// Values of the `data` elements by key.
    fn data(element: &Element) -> Vec<(&str, &str)> {
        element.all("data").map(|data| (data.get("key").expect("key"), data.text.as_str())).collect()
    }

    #[test]
    fn graphml_reads_back() {
        let root = parse(&text(&example(), GraphFormat::GraphMl));
        let key = |key: &Element| {
            let part = |name| key.get(name).expect("there").to_string();
            [part("id"), part("for"), part("attr.name"), part("attr.type")]
        };
        let keys: Vec<_> = root.all("key").map(key).collect();
        let expected = [
            ["title", "graph", "title", "string"],
            ["tick", "graph", "tick", "long"],
            ["date", "graph", "date", "string"],
            ["label", "node", "label", "string"],
            ["n0", "node", HOSTILE, "double"],
            ["e0", "edge", "kind", "string"],
            ["e1", "edge", "weight", "double"],
            ["e2", "edge", "founding", "boolean"],
        ];
        assert_eq!(keys, expected.map(|row| row.map(String::from)));
        let graph = root.only("graph");
        assert_eq!(graph.get("edgedefault"), Some("undirected"));
        assert_eq!(data(graph), [("title", HOSTILE), ("tick", "11"), ("date", "2012Q3")]);
        let nodes: Vec<_> = graph.all("node").map(|node| (node.get("id").expect("id"), data(node))).collect();
        let first = vec![("label", HOSTILE), ("n0", "0.30000000000000004")];
        assert_eq!(nodes[0], (HOSTILE, first));
        assert_eq!(nodes[1], ("b", vec![("label", ""), ("n0", "0.0")]));
        assert_eq!(nodes[2], ("c", vec![("label", "c")]));
        let edges: Vec<_> = graph.all("edge").map(|e| (e.get("source"), e.get("target"), data(e))).collect();
        assert_eq!(edges[0], (Some(HOSTILE), Some("b"), vec![("e0", "alliance"), ("e1", "1e-12")]));
        assert_eq!(edges[1].2[0], ("e0", HOSTILE));
        assert_eq!(edges[2].2, [("e0", "supply"), ("e1", "1e+21"), ("e2", "true")]);
        assert_eq!(edges[3], (Some(HOSTILE), Some("c"), vec![]));
    }

    #[test]
    fn gexf_reads_back() {
        let root = parse(&text(&example(), GraphFormat::Gexf));
        assert_eq!((root.name.as_str(), root.get("version")), ("gexf", Some("1.3")));
        assert_eq!(root.only("meta").only("description").text, HOSTILE);
        assert_eq!(root.only("meta").only("keywords").text, "2012Q3, tick 11");
        let graph = root.only("graph");
        assert_eq!(graph.get("defaultedgetype"), Some("undirected"));
        let declared: Vec<_> = graph
            .all("attributes")
            .flat_map(|list| list.all("attribute").map(|a| (list.get("class"), a.get("title"), a.get("type"))))
            .collect();
        assert_eq!(declared[0], (Some("node"), Some(HOSTILE), Some("double")));
        assert_eq!(declared[3], (Some("edge"), Some("founding"), Some("boolean")));
        let values = |element: &Element| -> Vec<(String, String)> {
            let values = element.all("attvalues").flat_map(|list| list.all("attvalue"));
            let part = |value: &Element, name| value.get(name).expect("there").to_string();
            values.map(|value| (part(value, "for"), part(value, "value"))).collect()
        };
        let pair = |a: &str, b: &str| (a.to_string(), b.to_string());
        let nodes: Vec<_> = graph.only("nodes").all("node").collect();
        assert_eq!((nodes[0].get("id"), nodes[0].get("label")), (Some(HOSTILE), Some(HOSTILE)));
        assert_eq!(values(nodes[0]), [pair("0", "0.30000000000000004")]);
        assert!(nodes[2].children.is_empty());
        let edges: Vec<_> = graph.only("edges").all("edge").collect();
        assert_eq!((edges[1].get("source"), edges[1].get("target")), (Some("b"), Some(HOSTILE)));
        assert_eq!(edges[1].get("weight"), Some("3.0"));
        assert_eq!(values(edges[1]), [pair("0", HOSTILE), pair("1", "3.0")]);
        assert_eq!((edges[3].get("weight"), values(edges[3])), (None, vec![]));
    }

    #[test]
    fn a_graph_of_nothing_is_a_graph() {
        let empty = Graph {
            node_attributes: Vec::new(),
            edge_attributes: Vec::new(),
            nodes: Vec::new(),
            edges: Vec::new(),
            directed: true,
            ..example()
        };
        assert_eq!(parse(&text(&empty, GraphFormat::GraphMl)).only("graph").get("edgedefault"), Some("directed"));
        assert_eq!(parse(&text(&empty, GraphFormat::Gexf)).only("graph").get("defaultedgetype"), Some("directed"));
    }

    /// A change that makes a graph impossible, and what the message says of it.
    type Spoil = (fn(&mut Graph), &'static str);

    #[test]
    fn what_no_file_can_hold_is_refused_by_name() {
        let cases: [Spoil; 12] = [
            (|g| g.title = "bell \u{7}".to_string(), "its title has the character U+0007"),
            (|g| g.nodes[1].label = "\u{0}".to_string(), "the label of node b has the character U+0000"),
            (|g| g.nodes[1].id = "\u{FFFE}".to_string(), "the id of a node has the character U+FFFE"),
            (|g| g.nodes[1].id = "c".to_string(), "ids of their own, \"c\" is none"),
            (|g| g.nodes[1].id = String::new(), "ids of their own, \"\" is none"),
            (|g| g.node_attributes[0].name = "label".to_string(), "attributes of nodes must have names of their own"),
            (|g| g.edge_attributes[1].name = "kind".to_string(), "attributes of edges must have names of their own"),
            (|g| g.nodes[0].values[0] = Some(Value::Number(f64::NAN)), "is NaN, which is not finite"),
            (|g| g.nodes[2].values[0] = Some(Value::Integer(1)), "is a number, not a whole number"),
            (|g| g.nodes[2].values.clear(), "node c: 0 values for 1 attributes"),
            (
                |g| g.edges[1].values[0] = Some(Value::Text("\u{1b}[31m".to_string())),
                "edge 1: \"kind\" has the character U+001B",
            ),
            (|g| g.edges[2].target = 3, "edge 2 joins places 2 and 3, but there are 3 nodes"),
        ];
        let folder = tempfile::tempdir().expect("folder");
        for (spoil, expected) in cases {
            let mut graph = example();
            spoil(&mut graph);
            let error = write_graph(&folder.path().join("x"), GraphFormat::GraphMl, &graph).expect_err(expected);
            assert!(error.is_refusal() && error.to_string().contains(expected), "{error}\nshould say {expected}");
        }
        assert_eq!(fs::read_dir(folder.path()).expect("folder").count(), 0, "nothing is left");
    }

    #[test]
    fn an_older_file_stays_until_the_new_one_is_complete() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("network.gexf");
        fs::write(&path, "old").expect("written");
        let mut wrong = example();
        wrong.edges[0].source = 9;
        write_graph(&path, GraphFormat::Gexf, &wrong).expect_err("refused");
        assert_eq!(fs::read_to_string(&path).expect("text"), "old");
        write_graph(&path, GraphFormat::Gexf, &example()).expect("written");
        assert!(fs::read_to_string(&path).expect("text").starts_with("<?xml"));
        let missing = folder.path().join("missing/x");
        assert!(!write_graph(&missing, GraphFormat::Gexf, &example()).expect_err("no folder").is_refusal());
    }

    #[test]
    fn the_same_graph_gives_the_same_bytes() {
        for format in GraphFormat::ALL {
            assert_eq!(text(&example(), format), text(&example(), format));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn texts_and_numbers_survive_or_are_refused(label in ".{0,8}", number in proptest::num::f64::ANY) {
            let mut graph = example();
            graph.nodes[1] = node("b", &label, Some(number));
            let folder = tempfile::tempdir().expect("folder");
            for format in GraphFormat::ALL {
                let path = folder.path().join("x");
                if write_graph(&path, format, &graph).is_err() {
                    let is_hostile = label.chars().any(|c| c < ' ' || ('\u{FFFE}'..='\u{FFFF}').contains(&c));
                    prop_assert!(is_hostile || !number.is_finite());
                    continue;
                }
                let root = parse(&fs::read_to_string(&path).expect("text"));
                let (found, value) = match format {
                    GraphFormat::GraphMl => {
                        let node = root.only("graph").all("node").nth(1).expect("node");
                        (data(node)[0].1.to_string(), data(node)[1].1.to_string())
                    }
                    GraphFormat::Gexf => {
                        let node = root.only("graph").only("nodes").all("node").nth(1).expect("node");
                        let value = node.only("attvalues").only("attvalue").get("value").expect("value");
                        (node.get("label").expect("label").to_string(), value.to_string())
                    }
                };
                prop_assert_eq!(found, label.clone());
                prop_assert_eq!(value.parse::<f64>(), Ok(number + 0.0));
            }
        }
    }
}
