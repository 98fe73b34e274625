//! The columns of the results, as the tables declare them.

use serde_json::Value;

use super::listing::Listing;
use crate::kernel::record::{Column, TableSpec};

/// Column by column: `table.column`, unit, source, meaning.
pub(super) fn listing(tables: &[&'static TableSpec]) -> Listing {
    let rows = tables.iter().flat_map(|table| table.columns.iter().map(|column| row(table, column)));
    Listing::new(&["indicator", "unit", "source", "meaning"], rows.collect())
}

fn row(table: &TableSpec, column: &Column) -> Vec<Value> {
    let name = format!("{}.{}", table.name, column.name);
    vec![name.into(), column.unit.into(), column.source.into(), column.meaning.into()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::listing::Format;

    static REGION: TableSpec = TableSpec {
        name: "region",
        row: "one tick",
        columns: &[Column { name: "firms", unit: "firms", meaning: "Firms alive.", source: "definition" }],
    };

    #[test]
    fn a_column_is_found_by_table_and_by_name() {
        let listing = listing(&[&REGION]);
        for name in ["region", "firms", "region.firms"] {
            assert!(listing.select(name).is_some(), "{name}");
        }
        assert_eq!(
            listing.render(Format::Csv),
            "indicator,unit,source,meaning\nregion.firms,firms,definition,Firms alive.\n"
        );
    }
}
