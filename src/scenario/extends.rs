//! `extends = "other.toml"`: a scenario states only what differs from another one.

use super::files::Folder;
use super::problem::Problem;
use super::source::{FileId, Origin};
use super::tree::{self, Node, Value};
use std::path::PathBuf;

/// A scenario may extend one that extends another, this many times.
const LONGEST_CHAIN: usize = 64;

/// One file of the chain: its real path and where the file before it names it.
struct Link {
    path: PathBuf,
    named_at: Option<Origin>,
}

/// Reads the tree of a file with everything it extends below it.
pub fn read(folder: &mut Folder, top: FileId, path: PathBuf) -> Result<Node, Vec<Problem>> {
    let mut chain = vec![Link { path, named_at: None }];
    let (mut lowest, mut parent) = read_layer(folder, top)?;
    let mut above = Vec::new();
    while let Some((name, origin)) = parent {
        let file = next_file(folder, &mut chain, &name, origin).map_err(|problem| vec![problem])?;
        let (layer, next) = read_layer(folder, file)?;
        above.push(std::mem::replace(&mut lowest, layer));
        parent = next;
    }
    Ok(above.into_iter().rev().fold(lowest, laid_on))
}

/// The name of an extended file and where it stands.
type Parent = Option<(String, Origin)>;

/// One file's tree and what it extends.
fn read_layer(folder: &Folder, file: FileId) -> Result<(Node, Parent), Vec<Problem>> {
    let mut layer = tree::parse_document(&folder.sources, file)?;
    let parent = take_extends(&mut layer).map_err(|problem| vec![problem])?;
    Ok((layer, parent))
}

/// Takes the `extends` key out of a file's tree.
fn take_extends(layer: &mut Node) -> Result<Parent, Problem> {
    let Value::Table(table) = &mut layer.value else {
        return Ok(None);
    };
    match table.shift_remove("extends").map(|entry| entry.node) {
        None => Ok(None),
        Some(Node { value: Value::Text(name), origin }) => Ok(Some((name, origin))),
        Some(other) => Err(Problem::new("`extends` must be the name of one scenario file")
            .at(other.origin)
            .help("write it as text: extends = \"liaoning.toml\"")),
    }
}

/// Reads the file that the last one of the chain extends.
fn next_file(folder: &mut Folder, chain: &mut Vec<Link>, name: &str, origin: Origin) -> Result<FileId, Problem> {
    if chain.len() > LONGEST_CHAIN {
        return Err(Problem::new(format!("more than {LONGEST_CHAIN} files extend one another")).at(origin));
    }
    let (file, path) = folder.read_named(name, origin)?;
    chain.push(Link { path, named_at: Some(origin) });
    match cycle_start(chain) {
        Some(start) => Err(cycle(folder, &chain[start..], origin)),
        None => Ok(file),
    }
}

/// Position in the chain of the file that its last file is, too.
fn cycle_start(chain: &[Link]) -> Option<usize> {
    let (last, before) = chain.split_last()?;
    before.iter().position(|link| link.path == last.path)
}

fn cycle(folder: &Folder, links: &[Link], origin: Origin) -> Problem {
    let names: Vec<String> = links
        .iter()
        .map(|link| {
            let below = link.path.strip_prefix(folder.root()).unwrap_or(&link.path);
            below.display().to_string()
        })
        .collect();
    let mut problem = Problem::new(format!("scenario files extend one another in a circle: {}", names.join(" -> ")))
        .at(origin)
        .label("closes the circle");
    for link in links.iter().skip(1) {
        if let Some(named_at) = link.named_at.filter(|at| *at != origin) {
            problem = problem.context(named_at, "extended from here");
        }
    }
    problem
}

/// The lower tree with the upper one laid on it.
fn laid_on(mut lower: Node, upper: Node) -> Node {
    lower.origin = upper.origin;
    if let (Value::Table(base), Value::Table(over)) = (&mut lower.value, upper.value) {
        tree::merge(base, over);
    }
    lower
}
