//! A CSV table of a result folder, column by column.

use std::path::{Path, PathBuf};

use super::chart::Values;

/// A table of a result could not be read.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The file cannot be read, or is no CSV.
    #[error("cannot read {}: {source}", path.display())]
    Unreadable {
        /// File.
        path: PathBuf,
        /// Why.
        source: csv::Error,
    },
    /// A column is missing that every such table has.
    #[error("{} has no column `{column}`: it is not as this version of tiexi writes it", path.display())]
    Missing {
        /// File.
        path: PathBuf,
        /// Column.
        column: String,
    },
    /// A cell of a column of numbers is none.
    #[error("{}, row {row}: `{text}` in column `{column}` is not a number", path.display())]
    NotANumber {
        /// File.
        path: PathBuf,
        /// Row, the first below the header being 1.
        row: usize,
        /// Column.
        column: String,
        /// The cell.
        text: String,
    },
}

/// A table of text cells; numbers are read when they are asked for.
#[derive(Debug, Clone)]
pub struct Table {
    path: PathBuf,
    names: Vec<String>,
    rows: Vec<csv::StringRecord>,
}

impl Table {
    /// Reads a table; `None` if there is no such file.
    ///
    /// # Errors
    /// When the file is there and is no table.
    pub fn read(folder: &Path, file: &str) -> Result<Option<Self>, TableError> {
        let path = folder.join(file);
        if !path.is_file() {
            return Ok(None);
        }
        let unreadable = |source| TableError::Unreadable { path: path.clone(), source };
        let mut reader = csv::Reader::from_path(&path).map_err(unreadable)?;
        let names = reader.headers().map_err(unreadable)?.iter().map(str::to_string).collect();
        let rows = reader.into_records().collect::<Result<_, _>>().map_err(unreadable)?;
        Ok(Some(Table { path, names, rows }))
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is only a header.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Names of the columns.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Whether there is such a column.
    pub fn has(&self, name: &str) -> bool {
        self.names.iter().any(|known| known == name)
    }

    fn place(&self, name: &str) -> Result<usize, TableError> {
        let place = self.names.iter().position(|known| known == name);
        place.ok_or_else(|| TableError::Missing { path: self.path.clone(), column: name.to_string() })
    }

    /// The words of a column.
    ///
    /// # Errors
    /// When there is no such column.
    pub fn words(&self, name: &str) -> Result<Vec<&str>, TableError> {
        let place = self.place(name)?;
        Ok(self.rows.iter().map(|row| row.get(place).unwrap_or_default()).collect())
    }

    /// The numbers of a column.
    ///
    /// # Errors
    /// When there is no such column, or one of its cells is no number.
    pub fn numbers(&self, name: &str) -> Result<Vec<f64>, TableError> {
        let words = self.words(name)?;
        let number = |(row, text): (usize, &str)| {
            text.trim().parse().map_err(|_| TableError::NotANumber {
                path: self.path.clone(),
                row: row + 1,
                column: name.to_string(),
                text: text.chars().take(40).collect(),
            })
        };
        words.into_iter().enumerate().map(number).collect()
    }

    /// A column as numbers if all its cells are, else as words.
    ///
    /// # Errors
    /// When there is no such column.
    pub fn values(&self, name: &str) -> Result<Values, TableError> {
        let words = self.words(name)?;
        let numbers: Result<Vec<f64>, _> = words.iter().map(|text| text.parse()).collect();
        Ok(numbers.map_or_else(|_| Values::words(words), Values::Numbers))
    }

    /// The rows for which a column has a word.
    ///
    /// # Errors
    /// When there is no such column.
    pub fn only(&self, name: &str, word: &str) -> Result<Self, TableError> {
        let place = self.place(name)?;
        let rows = self.rows.iter().filter(|row| row.get(place) == Some(word)).cloned().collect();
        Ok(Table { path: self.path.clone(), names: self.names.clone(), rows })
    }

    /// The rows that a test of their number keeps.
    pub fn keeping(&self, keep: impl Fn(usize) -> bool) -> Self {
        let rows = self.rows.iter().enumerate().filter(|(at, _)| keep(*at)).map(|(_, row)| row.clone()).collect();
        Table { path: self.path.clone(), names: self.names.clone(), rows }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> Table {
        let folder = tempfile::tempdir().expect("folder");
        std::fs::write(folder.path().join("a.csv"), text).expect("written");
        Table::read(folder.path(), "a.csv").expect("read").expect("there")
    }

    #[test]
    fn columns_are_words_or_numbers() {
        let table = table("tick,city,x\n0,\"A, B\",1.5\n1,C,2\n");
        assert_eq!(table.words("city").expect("words"), ["A, B", "C"]);
        assert_eq!(table.numbers("x").expect("numbers"), [1.5, 2.0]);
        assert_eq!(table.only("city", "C").expect("rows").numbers("x").expect("numbers"), [2.0]);
        assert!(matches!(table.values("city"), Ok(Values::Words { .. })));
        assert!(matches!(table.values("tick"), Ok(Values::Numbers(_))));
    }

    #[test]
    fn a_missing_file_is_none_and_what_is_wrong_is_named() {
        assert!(Table::read(Path::new("/nowhere"), "a.csv").expect("no error").is_none());
        let table = table("tick\nx\n");
        let missing = table.numbers("gain").expect_err("missing").to_string();
        assert!(missing.contains("a.csv has no column `gain`"), "{missing}");
        let word = table.numbers("tick").expect_err("a word").to_string();
        assert!(word.contains("row 1: `x` in column `tick`"), "{word}");
    }
}
