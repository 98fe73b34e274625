//! Graphs as they are handed out: nodes and edges with typed attributes that are declared once.
//!
//! Knows neither what the nodes are nor how a file is written.

/// Type of an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Any text.
    Text,
    /// A whole number.
    Integer,
    /// A finite number.
    Number,
    /// True or false.
    Boolean,
}

/// An attribute of all nodes or of all edges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// Type of its values.
    pub kind: Kind,
}

impl Attribute {
    /// Declares an attribute.
    pub fn new(name: impl Into<String>, kind: Kind) -> Self {
        Attribute { name: name.into(), kind }
    }
}

/// What one node or edge has for an attribute.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Any text.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A finite number.
    Number(f64),
    /// True or false.
    Boolean(bool),
}

impl Value {
    /// The type of the value.
    pub fn kind(&self) -> Kind {
        match self {
            Value::Text(_) => Kind::Text,
            Value::Integer(_) => Kind::Integer,
            Value::Number(_) => Kind::Number,
            Value::Boolean(_) => Kind::Boolean,
        }
    }
}

/// A node.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Its name in the file, unlike all others.
    pub id: String,
    /// Its name for people.
    pub label: String,
    /// One value per attribute of nodes, in their order; `None` where it has none.
    pub values: Vec<Option<Value>>,
}

/// An edge. Two nodes may have several.
#[derive(Debug, Clone, PartialEq)]
pub struct Edge {
    /// Place of its first node among the nodes.
    pub source: usize,
    /// Place of its second node among the nodes.
    pub target: usize,
    /// One value per attribute of edges, in their order; `None` where it has none.
    pub values: Vec<Option<Value>>,
}

/// A graph at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Graph {
    /// What it shows.
    pub title: String,
    /// Tick.
    pub tick: u32,
    /// The same moment as a date, such as `2012Q3`.
    pub date: String,
    /// Whether edges go from source to target only.
    pub directed: bool,
    /// Attributes of nodes.
    pub node_attributes: Vec<Attribute>,
    /// Attributes of edges.
    pub edge_attributes: Vec<Attribute>,
    /// Nodes.
    pub nodes: Vec<Node>,
    /// Edges.
    pub edges: Vec<Edge>,
}
