//! CSV text as cells that know where they stand. The csv crate reads the values; the places are
//! found by a scan for the commas outside quotes, because the crate does not tell them.

use std::ops::Range;

/// One cell.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// Its contents without quotes and surrounding blanks.
    pub text: String,
    /// Where it stands in the file.
    pub span: Range<usize>,
}

/// A failure: where, and what.
pub type Failure = (Range<usize>, String);

/// All rows of a CSV text, the header first. Lines that start with `#` are comments.
pub fn read(text: &str) -> Result<Vec<Vec<Cell>>, Failure> {
    let skipped = text.len() - text.trim_start_matches('\u{feff}').len();
    let body = &text[skipped..];
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .comment(Some(b'#'))
        .trim(csv::Trim::All)
        .from_reader(body.as_bytes());
    let mut rows = Vec::new();
    let mut record = csv::StringRecord::new();
    loop {
        let from = offset(reader.position());
        let more =
            reader.read_record(&mut record).map_err(|error| (skipped + from..skipped + from, error.to_string()))?;
        if !more {
            return Ok(rows);
        }
        let to = offset(reader.position()).min(body.len());
        let start = start_of_record(body, from.min(to), to);
        check_quotes(body, start..to, skipped)?;
        rows.push(cells(&record, body, start..to, skipped));
    }
}

fn offset(position: &csv::Position) -> usize {
    usize::try_from(position.byte()).unwrap_or(usize::MAX)
}

/// Where the record proper begins: after the blank lines and comments before it.
fn start_of_record(body: &str, mut at: usize, end: usize) -> usize {
    while at < end {
        let line_end = body[at..end].find('\n').map_or(end, |length| at + length + 1);
        let line = &body[at..line_end];
        if !line.starts_with('#') && !line.trim_end_matches(['\r', '\n']).is_empty() {
            break;
        }
        at = line_end;
    }
    at
}

/// An opening quote without end swallows the rest of the file: better refused than believed.
fn check_quotes(body: &str, range: Range<usize>, skipped: usize) -> Result<(), Failure> {
    if body[range.clone()].matches('"').count() % 2 == 1 {
        let quote = body[range.clone()].find('"').unwrap_or(0) + range.start + skipped;
        return Err((quote..quote + 1, "this quote is never closed".to_owned()));
    }
    Ok(())
}

fn cells(record: &csv::StringRecord, body: &str, range: Range<usize>, skipped: usize) -> Vec<Cell> {
    let spans = spans(body, range.clone());
    let fits = spans.len() == record.len();
    let moved = |span: &Range<usize>| span.start + skipped..span.end + skipped;
    record
        .iter()
        .enumerate()
        .map(|(index, text)| Cell { text: text.to_owned(), span: moved(if fits { &spans[index] } else { &range }) })
        .collect()
}

/// The byte ranges between the commas outside quotes, without surrounding blanks.
fn spans(body: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let record = body[range.clone()].trim_end_matches(['\r', '\n']);
    let mut spans = Vec::new();
    let (mut start, mut quoted) = (0, false);
    for (at, byte) in record.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b',' if !quoted => {
                spans.push(trimmed(record, start..at, range.start));
                start = at + 1;
            }
            _ => {}
        }
    }
    spans.push(trimmed(record, start..record.len(), range.start));
    spans
}

fn trimmed(record: &str, range: Range<usize>, offset: usize) -> Range<usize> {
    let cell = &record[range.clone()];
    let start = range.start + (cell.len() - cell.trim_start().len());
    let end = start + cell.trim().len();
    start + offset..end + offset
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_know_where_they_stand() {
        let text = "\u{feff}# provenance\nname, sales\n\nMET,\"1,5\"\r\nGEN , 2\n";
        let rows = read(text).unwrap();
        assert_eq!(rows.len(), 3);
        let shown: Vec<Vec<(&str, &str)>> =
            rows.iter().map(|row| row.iter().map(|c| (c.text.as_str(), &text[c.span.clone()])).collect()).collect();
        assert_eq!(shown[0], [("name", "name"), ("sales", "sales")]);
        assert_eq!(shown[1], [("MET", "MET"), ("1,5", "\"1,5\"")]);
        assert_eq!(shown[2], [("GEN", "GEN"), ("2", "2")]);
    }

    #[test]
    fn an_open_quote_is_refused() {
        assert!(read("a,b\n\"x,1\ny,2\n").is_err());
    }

    #[test]
    fn nothing_gives_no_rows() {
        assert!(read("").unwrap().is_empty());
        assert!(read("# only a comment\n\n").unwrap().is_empty());
    }
}
