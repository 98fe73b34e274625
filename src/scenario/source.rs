//! The texts a scenario is made of, kept so that a message can show the offending line.

use std::path::{Path, PathBuf};

/// Number of a source text within its [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FileId(u32);

/// Where a key, value or cell was written: a file and a byte range in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Origin {
    /// The text it was written in.
    pub file: FileId,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Origin {
    /// A byte range in a file.
    pub fn new(file: FileId, start: usize, end: usize) -> Self {
        Self { file, start, end }
    }
}

/// One text: a scenario file, a CSV table, or a setting from the command line.
#[derive(Debug, Clone)]
struct Source {
    name: String,
    text: String,
    folder: PathBuf,
}

/// A place for people: line and column count from one, in characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// Name of the file as the user would write it.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// All texts that were read for one scenario.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    files: Vec<Source>,
}

impl Sources {
    /// Keeps a text; `folder` is what relative paths written in it start from.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>, folder: &Path) -> FileId {
        let id = FileId(self.files.len().try_into().unwrap_or(u32::MAX));
        self.files.push(Source { name: name.into(), text: text.into(), folder: folder.to_path_buf() });
        id
    }

    fn get(&self, file: FileId) -> Option<&Source> {
        self.files.get(file.0 as usize)
    }

    /// The name under which a text is shown.
    pub fn name(&self, file: FileId) -> &str {
        self.get(file).map_or("", |source| &source.name)
    }

    /// The text itself.
    pub fn text(&self, file: FileId) -> &str {
        self.get(file).map_or("", |source| &source.text)
    }

    /// The folder that relative paths in this text start from.
    pub fn folder(&self, file: FileId) -> &Path {
        self.get(file).map_or(Path::new(""), |source| &source.folder)
    }

    /// Names of all texts, in the order in which they were read.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(|source| source.name.as_str())
    }

    /// Name and content of all texts, in the order in which they were read.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().map(|source| (source.name.as_str(), source.text.as_str()))
    }

    /// The text an origin covers.
    pub fn excerpt(&self, origin: Origin) -> &str {
        let text = self.text(origin.file);
        let (start, end) = clamp(text, origin.start, origin.end);
        &text[start..end]
    }

    /// File, line and column of an origin.
    pub fn position(&self, origin: Origin) -> Position {
        let text = self.text(origin.file);
        let (start, _) = clamp(text, origin.start, origin.end);
        let before = &text[..start];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Position {
            file: self.name(origin.file).to_owned(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].trim_start_matches('\u{feff}').chars().count() + 1,
        }
    }

    /// The line an origin starts in (without its line end), the line's number, and the origin's
    /// byte range cut to that line.
    pub(super) fn line_around(&self, origin: Origin) -> (&str, usize, std::ops::Range<usize>) {
        let text = self.text(origin.file);
        let (start, end) = clamp(text, origin.start, origin.end);
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let number = text[..line_start].matches('\n').count() + 1;
        let line = text[line_start..line_end].trim_end_matches('\r');
        let from = (start - line_start).min(line.len());
        let to = end.min(line_end).saturating_sub(line_start).min(line.len());
        (line, number, from..to.max(from))
    }
}

/// A byte range moved onto character boundaries inside the text.
fn clamp(text: &str, start: usize, end: usize) -> (usize, usize) {
    let mut start = start.min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let mut end = end.clamp(start, text.len());
    while !text.is_char_boundary(end) {
        end += 1;
    }
    (start, end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_lines_and_characters_from_one() {
        let mut sources = Sources::default();
        let file = sources.add("a.toml", "x = 1\né = \"ü\"\n", Path::new(""));
        let position = sources.position(Origin::new(file, 11, 15));
        assert_eq!((position.line, position.column), (2, 5));
        assert_eq!(sources.excerpt(Origin::new(file, 11, 15)), "\"ü\"");
    }

    #[test]
    fn a_range_outside_the_text_or_inside_a_character_is_moved() {
        let mut sources = Sources::default();
        let file = sources.add("a.toml", "é", Path::new(""));
        assert_eq!(sources.excerpt(Origin::new(file, 1, 1)), "é");
        assert_eq!(sources.excerpt(Origin::new(file, 90, 99)), "");
        assert_eq!(sources.line_around(Origin::new(file, 90, 99)).1, 1);
    }
}
