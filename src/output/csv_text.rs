//! Cells as CSV text that pandas, polars, DuckDB and R read without options.
//!
//! A number always shows that it is a float (`3.0`, `1e-12`, `1e+21`), so that a column keeps its type even
//! where all of its first rows are whole; the decimal mark is `.` in every locale.

use crate::kernel::record::Cell;

/// Appends `cell`.
///
/// # Errors
/// The offending value when it is a number that is not finite.
pub fn push_cell(line: &mut Vec<u8>, cell: &Cell<'_>) -> Result<(), f64> {
    match *cell {
        Cell::Integer(value) => push_integer(line, value),
        Cell::Number(value) if value.is_finite() => push_number(line, value),
        Cell::Number(value) => return Err(value),
        Cell::Text(value) => push_text(line, value),
    }
    Ok(())
}

fn push_integer(line: &mut Vec<u8>, value: i64) {
    line.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
}

/// Shortest decimal that reads back as the same float. Adding zero turns -0.0 into 0.0, which
/// carries no information and surprises readers.
fn push_number(line: &mut Vec<u8>, value: f64) {
    line.extend_from_slice(zmij::Buffer::new().format_finite(value + 0.0).as_bytes());
}

/// RFC 4180: quotes where a separator, a quote or a line break would be misread; also around
/// blanks at the ends, which some readers strip, and around the empty text.
pub fn push_text(line: &mut Vec<u8>, text: &str) {
    if !needs_quotes(text) {
        line.extend_from_slice(text.as_bytes());
        return;
    }
    line.push(b'"');
    for byte in text.bytes() {
        if byte == b'"' {
            line.push(b'"');
        }
        line.push(byte);
    }
    line.push(b'"');
}

fn needs_quotes(text: &str) -> bool {
    let special = |byte| matches!(byte, b',' | b'"' | b'\n' | b'\r');
    text.is_empty() || text.bytes().any(special) || text.trim().len() != text.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text_of(cell: Cell<'_>) -> String {
        let mut line = Vec::new();
        push_cell(&mut line, &cell).expect("finite");
        String::from_utf8(line).expect("UTF-8")
    }

    #[test]
    fn numbers_show_that_they_are_floats() {
        for (value, text) in [
            (3.0, "3.0"),
            (-0.0, "0.0"),
            (0.1, "0.1"),
            (-2.5, "-2.5"),
            (1e-12, "1e-12"),
            (1e21, "1e+21"),
            (123_456_789.0, "123456789.0"),
            (f64::MIN_POSITIVE, "2.2250738585072014e-308"),
        ] {
            assert_eq!(text_of(Cell::Number(value)), text);
        }
    }

    #[test]
    fn numbers_that_are_not_finite_are_handed_back() {
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let back = push_cell(&mut Vec::new(), &Cell::Number(value)).expect_err("refused");
            assert_eq!(back.to_bits(), value.to_bits());
        }
    }

    #[test]
    fn text_is_quoted_only_where_it_must_be() {
        assert_eq!(text_of(Cell::Text("Shenyang")), "Shenyang");
        assert_eq!(text_of(Cell::Text("a,b")), "\"a,b\"");
        assert_eq!(text_of(Cell::Text("say \"x\"")), "\"say \"\"x\"\"\"");
        assert_eq!(text_of(Cell::Text("two\nlines")), "\"two\nlines\"");
        assert_eq!(text_of(Cell::Text("")), "\"\"");
        assert_eq!(text_of(Cell::Text(" blank")), "\" blank\"");
    }

    proptest! {
        #[test]
        fn every_number_reads_back_exactly(value in proptest::num::f64::NORMAL | proptest::num::f64::SUBNORMAL) {
            prop_assert_eq!(text_of(Cell::Number(value)).parse::<f64>(), Ok(value));
        }

        #[test]
        fn every_text_reads_back_exactly(text in ".*") {
            // As in every table, a text is never the first cell.
            let mut line = b"0,".to_vec();
            push_text(&mut line, &text);
            line.extend_from_slice(b",end\n");
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(&line[..]);
            let record = reader.records().next().expect("one row").expect("valid");
            prop_assert_eq!(&record[1], &text);
        }
    }
}
