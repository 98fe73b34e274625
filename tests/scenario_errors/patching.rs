//! Slips made in copies of the shipped scenarios.
//!
//! In a patched text, `▸` marks the place that the message must name as file:line:column; it is
//! taken out before the text is written. `mark` names a place that the slip itself does not touch.

use std::fs;
use std::path::{Path, PathBuf};
use tiexi::scenario::{Override, load};

/// The mark of an expected place.
const MARK: char = '▸';
/// The main scenario, which most slips are made in.
pub const MAIN: &str = "liaoning.toml";
/// A scenario that extends the main one.
const CHILD: &str = "child.toml";

/// One slip.
pub enum Patch {
    /// The first line that starts so becomes another one (or several, or none).
    Line(&'static str, String, String),
    /// Text at the end of a file.
    Append(&'static str, String),
    /// A cell of a table: file, row, column, new contents.
    Cell(&'static str, &'static str, &'static str, &'static str),
    /// A whole file.
    File(&'static str, Vec<u8>),
    /// A place that the message must name: file, start of the line, text in it.
    Mark(&'static str, &'static str, &'static str),
    /// `--set`
    Set(String),
    /// Another file than the main scenario is loaded.
    Top(&'static str),
}

pub fn line(file: &'static str, start: &str, with: &str) -> Patch {
    Patch::Line(file, start.to_owned(), with.to_owned())
}

pub fn append(file: &'static str, text: impl Into<String>) -> Patch {
    Patch::Append(file, text.into())
}

pub fn cell(file: &'static str, row: &'static str, column: &'static str, value: &'static str) -> Patch {
    Patch::Cell(file, row, column, value)
}

pub fn file(name: &'static str, text: impl AsRef<[u8]>) -> Patch {
    Patch::File(name, text.as_ref().to_vec())
}

pub fn mark(file: &'static str, line_start: &'static str, text: &'static str) -> Patch {
    Patch::Mark(file, line_start, text)
}

pub fn set(text: impl Into<String>) -> Patch {
    Patch::Set(text.into())
}

pub fn top(file: &'static str) -> Patch {
    Patch::Top(file)
}

/// A scenario that extends the main one and adds this text; it is the one that is loaded.
pub fn child(text: &str) -> Patch {
    file(CHILD, format!("extends = \"{MAIN}\"\n{text}"))
}

/// Slips, and what the message must say.
pub struct Case {
    patches: Vec<Patch>,
    says: Vec<&'static str>,
    never_says: Vec<&'static str>,
    problems: usize,
}

impl Case {
    pub fn new(patches: Vec<Patch>) -> Self {
        Self { patches, says: Vec::new(), never_says: Vec::new(), problems: 1 }
    }

    /// Parts of the message.
    pub fn says(mut self, parts: &[&'static str]) -> Self {
        self.says.extend(parts);
        self
    }

    /// What must not be in the message.
    pub fn never_says(mut self, parts: &[&'static str]) -> Self {
        self.never_says.extend(parts);
        self
    }

    /// One slip is one problem, unless it is said how many follow from it.
    pub fn problems(mut self, count: usize) -> Self {
        self.problems = count;
        self
    }

    /// The message, or nothing if the patched scenario is accepted.
    pub fn message(&self) -> Option<String> {
        self.run().0.map(|(message, _)| message)
    }

    /// What is wrong with the message, if anything is.
    pub fn failure(&self) -> Option<String> {
        let (refusal, places) = self.run();
        let Some((message, problems)) = refusal else {
            return Some(format!("accepted: should say {:?}", self.says));
        };
        let mut wrong: Vec<String> = Vec::new();
        let missing = |part: &&str| !message.contains(part);
        wrong.extend(self.says.iter().copied().filter(missing).map(|part| format!("lacks `{part}`")));
        wrong.extend(places.iter().filter(|place| !message.contains(*place)).map(|place| format!("lacks `{place}`")));
        let there = self.never_says.iter().filter(|part| message.contains(**part));
        wrong.extend(there.map(|part| format!("has `{part:?}`")));
        if problems != self.problems {
            wrong.push(format!("has {problems} problems, not {}", self.problems));
        }
        (!wrong.is_empty()).then(|| format!("{}\n{message}", wrong.join("\n")))
    }

    /// Message and number of problems, if refused; the places that the message must name.
    fn run(&self) -> (Option<(String, usize)>, Vec<String>) {
        let mut copy = Copy::of_the_shipped();
        self.patches.iter().for_each(|patch| copy.apply(patch));
        let result = load(&copy.path(copy.top), &copy.settings);
        let refusal = result.err().map(|error| (error.to_string(), error.problems().len()));
        (refusal, copy.places)
    }
}

/// A copy of the scenarios in a folder of its own.
struct Copy {
    folder: tempfile::TempDir,
    top: &'static str,
    settings: Vec<Override>,
    places: Vec<String>,
}

impl Copy {
    fn of_the_shipped() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
        copy_files(&shipped, &folder.path().join("scenarios"));
        copy_files(&shipped.join("data"), &folder.path().join("scenarios/data"));
        Self { folder, top: MAIN, settings: Vec::new(), places: Vec::new() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("scenarios").join(name)
    }

    fn apply(&mut self, patch: &Patch) {
        match patch {
            Patch::Line(file, start, with) => {
                let text = self.read(file);
                let at = line_start(&text, start, file);
                let end = text[at..].find('\n').map_or(text.len(), |length| at + length);
                self.write(file, format!("{}{with}{}", &text[..at], &text[end..]).into_bytes());
            }
            Patch::Append(file, more) => {
                let text = self.read(file);
                self.write(file, (text + more).into_bytes());
            }
            Patch::Cell(file, row, column, value) => {
                let text = with_cell(&self.read(file), row, column, value, file);
                self.write(file, text.into_bytes());
            }
            Patch::File(file, bytes) => {
                if *file == CHILD {
                    self.top = CHILD;
                }
                self.write(file, bytes.clone());
            }
            Patch::Mark(file, start, part) => {
                let text = self.read(file);
                let line = line_start(&text, start, file);
                let at =
                    text[line..].find(part).unwrap_or_else(|| panic!("{file}: no `{part}` in `{start}...`")) + line;
                self.places.push(place(file, &text[..at]));
            }
            Patch::Set(text) => self.set(text),
            Patch::Top(file) => self.top = file,
        }
    }

    fn set(&mut self, text: &str) {
        if let Some(at) = text.find(MARK) {
            self.places.push(place("--set", &text[..at]));
        }
        self.settings.push(Override::set(text.replace(MARK, "")));
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
    }

    /// Writes a file without its marks, which become expected places.
    fn write(&mut self, file: &str, bytes: Vec<u8>) {
        let bytes = match String::from_utf8(bytes) {
            Ok(mut text) => {
                while let Some(at) = text.find(MARK) {
                    text.replace_range(at..at + MARK.len_utf8(), "");
                    self.places.push(place(file, &text[..at]));
                }
                text.into_bytes()
            }
            Err(error) => error.into_bytes(),
        };
        fs::write(self.path(file), bytes).unwrap();
    }
}

fn copy_files(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
        }
    }
}

/// file:line:column of the place after this text.
fn place(file: &str, before: &str) -> String {
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    format!("{file}:{line}:{column}\n")
}

/// Where the first line that starts so begins.
fn line_start(text: &str, start: &str, file: &str) -> usize {
    let first = if text.starts_with(start) { Some(0) } else { None };
    first
        .or_else(|| text.find(&format!("\n{start}")).map(|at| at + 1))
        .unwrap_or_else(|| panic!("{file}: no `{start}`"))
}

/// The table with one cell changed.
fn with_cell(text: &str, row: &str, column: &str, value: &str, file: &str) -> String {
    let header = text.lines().next().unwrap_or("");
    let index = header.split(',').position(|name| name == column).unwrap_or_else(|| panic!("{file}: no `{column}`"));
    let start = line_start(text, &format!("{row},"), file);
    let end = text[start..].find('\n').map_or(text.len(), |length| start + length);
    let cells = split_cells(&text[start..end]);
    let changed = |(at, cell)| if at == index { value } else { cell };
    let line: Vec<&str> = cells.into_iter().enumerate().map(changed).collect();
    format!("{}{}{}", &text[..start], line.join(","), &text[end..])
}

/// The cells of a line, quotes kept.
fn split_cells(line: &str) -> Vec<&str> {
    let (mut cells, mut start, mut quoted) = (Vec::new(), 0, false);
    for (at, letter) in line.char_indices() {
        match letter {
            '"' => quoted = !quoted,
            ',' if !quoted => {
                cells.push(&line[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    cells.push(&line[start..]);
    cells
}
