//! Units and meanings of columns, from the same list as the files.

use crate::indicators;
use crate::kernel::record::Column;

/// A column of a table that a run writes.
fn column(table: &str, name: &str) -> Option<&'static Column> {
    let table = indicators::tables().iter().find(|known| known.name == table)?;
    table.columns.iter().find(|column| column.name == name)
}

/// Its unit; empty if it is not known.
pub fn unit(table: &str, name: &str) -> &'static str {
    column(table, name).map_or("", |column| column.unit)
}

/// Its meaning; empty if it is not known.
pub fn meaning(table: &str, name: &str) -> &'static str {
    column(table, name).map_or("", |column| column.meaning)
}

/// A figure for people, of about four significant digits.
pub fn figure(value: f64) -> String {
    match value.abs() {
        size if size >= 1000.0 => grouped(value.round()),
        size if size >= 10.0 => format!("{value:.1}"),
        size if size >= 1.0 => format!("{value:.2}"),
        0.0 => "0".to_string(),
        size => {
            let digits = (3.0 - size.log10().floor()).min(9.0) as usize;
            format!("{value:.digits$}")
        }
    }
}

/// A figure and its unit for people: shares of a whole in per cent.
pub fn with_unit(value: f64, unit: &str) -> (String, String) {
    match unit.strip_prefix("share 0-1") {
        Some(rest) => (format!("{} %", figure(100.0 * value)), format!("share{rest}")),
        None => (figure(value), unit.to_string()),
    }
}

/// A whole number with a thin gap between thousands.
fn grouped(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    if value < 0.0 { format!("-{text}") } else { text }
}

/// How a figure moved: shares by percentage points, others by per cent.
pub fn change(first: f64, last: f64, unit: &str) -> String {
    if unit.starts_with("share") {
        return format!("{:+.1} pp", 100.0 * (last - first));
    }
    if first == 0.0 { String::new() } else { format!("{:+.1} %", 100.0 * (last - first) / first.abs()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_known_and_figures_stay_short() {
        assert_eq!(unit("region", "high_end_share"), "share 0-1");
        assert!(!meaning("region", "value_added").is_empty());
        assert_eq!(unit("region", "luck"), "");
        assert_eq!([1234567.8, 12.34, -0.5].map(figure), ["1\u{202f}234\u{202f}568", "12.3", "-0.5000"]);
        assert_eq!([0.0058291, -0.0002, 0.0, 1e-12].map(figure), ["0.005829", "-0.0002000", "0", "0.000000000"]);
        assert_eq!(with_unit(0.0826, "share 0-1"), ("8.26 %".to_string(), "share".to_string()));
        assert_eq!(with_unit(0.5, "ratio"), ("0.5000".to_string(), "ratio".to_string()));
        assert_eq!(change(0.1, 0.15, "share 0-1"), "+5.0 pp");
        assert_eq!(change(2.0, 3.0, "firms"), "+50.0 %");
    }
}
