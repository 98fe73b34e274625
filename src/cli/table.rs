//! Aligned text tables.

/// A cell wider than this sticks out instead of pushing the columns after it apart.
const WIDEST_COLUMN: usize = 48;

/// A column of a table.
pub(super) struct Column {
    cells: Vec<String>,
}

impl Column {
    /// A column of words, aligned to the left.
    pub(super) fn words(header: &str, cells: impl IntoIterator<Item = String>) -> Self {
        let cells = std::iter::once(header.to_string()).chain(cells).collect();
        Self { cells }
    }

    /// A column of figures, aligned to the right.
    pub(super) fn figures(header: &str, cells: impl IntoIterator<Item = String>) -> Self {
        let Self { cells } = Self::words(header, cells);
        let width = cells.iter().map(|cell| cell.chars().count()).max().unwrap_or(0);
        let cells = cells.into_iter().map(|cell| format!("{cell:>width$}")).collect();
        Self { cells }
    }
}

/// The columns side by side.
pub(super) fn side_by_side(columns: &[Column]) -> String {
    let lines = columns.iter().map(|column| column.cells.len()).max().unwrap_or(0);
    let cell = |column: &Column, line: usize| column.cells.get(line).cloned().unwrap_or_default();
    let line = |line: usize| columns.iter().map(|column| cell(column, line)).collect();
    aligned(&(0..lines).map(line).collect::<Vec<_>>())
}

/// Lines of cells padded to common widths, two blanks apart, nothing wrapped, no blanks at line ends.
pub(super) fn aligned(lines: &[Vec<String>]) -> String {
    let columns = lines.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        let cells = lines.iter().filter_map(|line| line.get(column));
        let lengths = cells.map(|cell| cell.chars().count());
        lengths.filter(|length| *length <= WIDEST_COLUMN).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for line in lines {
        let cells = line.iter().zip(&widths);
        let padded: Vec<_> = cells.map(|(cell, &width)| format!("{cell:<width$}")).collect();
        text += padded.join("  ").trim_end();
        text.push('\n');
    }
    text
}

/// A figure of about four significant digits, never with an exponent.
pub(super) fn figure(value: f64) -> String {
    match value.abs() {
        size if size >= 1000.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        size if size >= 1.0 => format!("{value:.2}"),
        _ => format!("{value:.4}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_left_and_figures_right() {
        let words = Column::words("name", ["a", "long name"].map(String::from));
        let figures = Column::figures("n", ["1", "100"].map(String::from));
        assert_eq!(side_by_side(&[words, figures]), "name         n\na            1\nlong name  100\n");
    }

    #[test]
    fn one_long_cell_does_not_push_all_columns_apart() {
        let long = "x".repeat(WIDEST_COLUMN + 1);
        let lines = [["a", "b"], ["c", "d"], [&long, "e"]];
        let text = aligned(&lines.map(|line| line.map(String::from).to_vec()));
        assert_eq!(text, format!("a  b\nc  d\n{long}  e\n"));
    }

    #[test]
    fn figures_stay_short() {
        let figures = [123456.7, 123.45, 1.2345, 0.12345, 0.0, -0.5].map(figure);
        assert_eq!(figures, ["123457", "123.5", "1.23", "0.1235", "0.0000", "-0.5000"]);
    }
}
