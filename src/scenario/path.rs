//! Dotted keys such as `cities."Da Lian".port` or `event[2].date`.

use std::fmt;
use std::ops::Range;

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Step {
    /// A key of a table.
    Key(String),
    /// A position in a list, from 0.
    Index(usize),
}

/// The way from the root of a scenario to one value.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct KeyPath {
    /// The steps from the root.
    pub steps: Vec<Step>,
}

impl KeyPath {
    /// This path, one key longer.
    pub fn key(&self, key: &str) -> Self {
        self.with(Step::Key(key.to_owned()))
    }

    /// This path, one list position longer.
    pub fn index(&self, index: usize) -> Self {
        self.with(Step::Index(index))
    }

    fn with(&self, step: Step) -> Self {
        let mut steps = self.steps.clone();
        steps.push(step);
        Self { steps }
    }

    /// Whether `other` is this path or lies below it.
    pub fn contains(&self, other: &Self) -> bool {
        other.steps.starts_with(&self.steps)
    }

    /// Reads a dotted key; parts with dots or spaces stand in quotes.
    pub fn parse(text: &str) -> Result<Self, String> {
        let parts = split(text)?;
        Ok(Self { steps: parts.into_iter().map(|(step, _)| step).collect() })
    }
}

/// The steps of a dotted key, each with its byte range in the text.
pub(super) fn split(text: &str) -> Result<Vec<(Step, Range<usize>)>, String> {
    let mut steps = Vec::new();
    let mut at = 0;
    loop {
        at += blanks(&text[at..]);
        let (key, length) = first_key(&text[at..])?;
        steps.push((Step::Key(key), at..at + length));
        at += length;
        while let Some((index, length)) = first_index(&text[at..])? {
            steps.push((Step::Index(index), at..at + length));
            at += length;
        }
        at += blanks(&text[at..]);
        match text[at..].chars().next() {
            None => return Ok(steps),
            Some('.') => at += 1,
            Some(other) => return Err(format!("`{other}` is not expected in a dotted key")),
        }
    }
}

fn blanks(text: &str) -> usize {
    text.len() - text.trim_start_matches([' ', '\t']).len()
}

/// The key that the text starts with and its length in bytes.
fn first_key(text: &str) -> Result<(String, usize), String> {
    match text.chars().next() {
        Some(quote @ ('"' | '\'')) => match text[1..].find(quote) {
            Some(length) => Ok((text[1..=length].to_owned(), length + 2)),
            None => Err(format!("the key part {text} has no closing quote")),
        },
        _ => {
            let length = text.find(['.', '[', '"', '\'']).unwrap_or(text.len());
            let key = text[..length].trim_end();
            if key.is_empty() {
                return Err("a part of the dotted key is empty".to_owned());
            }
            Ok((key.to_owned(), key.len()))
        }
    }
}

/// The `[n]` that the text starts with, if it does, and its length in bytes.
fn first_index(text: &str) -> Result<Option<(usize, usize)>, String> {
    let Some(rest) = text.strip_prefix('[') else {
        return Ok(None);
    };
    let digits = rest.find(']').map(|end| &rest[..end]);
    match digits.and_then(|digits| Some((digits.parse().ok()?, digits.len() + 2))) {
        Some(found) => Ok(Some(found)),
        None => Err("a position in a list is written as `[0]`".to_owned()),
    }
}

/// Whether TOML lets a key stand without quotes.
fn is_bare(key: &str) -> bool {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    !key.is_empty() && key.chars().all(bare)
}

impl fmt::Display for KeyPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.steps.iter().enumerate() {
            match step {
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Key(key) => {
                    let dot = if position == 0 { "" } else { "." };
                    if is_bare(key) {
                        write!(f, "{dot}{key}")?;
                    } else {
                        write!(f, "{dot}\"{}\"", super::suggest::clip(key))?;
                    }
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dotted_key_survives_reading_and_writing() {
        for text in ["a", "a.b.c", "a.\"b.c\".d", "event[2].date", "cities.\"Da Lian\""] {
            assert_eq!(KeyPath::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(KeyPath::parse(" a . 'b.c' ").unwrap().steps.len(), 2);
    }

    #[test]
    fn malformed_keys_are_refused() {
        for text in ["", ".", "a..b", "a.", "a.\"b", "a[x]", "a[1", "\"a\"b", "a]"] {
            let _ = KeyPath::parse(text);
        }
        for text in ["", ".", "a..b", "a.", "a.\"b", "a[x]", "a[1", "\"a\"b"] {
            assert!(KeyPath::parse(text).is_err(), "{text} was accepted");
        }
    }

    #[test]
    fn ranges_point_at_the_parts() {
        let text = "a.\"b c\" . d";
        let ranges: Vec<_> = split(text).unwrap().into_iter().map(|(_, range)| &text[range]).collect();
        assert_eq!(ranges, ["a", "\"b c\"", "d"]);
    }
}
