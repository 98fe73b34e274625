//! What a run says to a target: a figure of a year, or how it changed.

use super::plan::{Change, Target};

/// How ticks lie in years.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Calendar {
    /// Year of tick 1.
    pub start_year: i32,
    /// Ticks in a year.
    pub ticks_per_year: u32,
}

/// The kept cells of a run: ticks, and for each a number for each column.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    rows: Vec<(u32, Vec<f64>)>,
}

impl Series {
    /// Reads the rows of a record: tick and columns, all numbers.
    pub fn read(rows: &str) -> Option<Self> {
        let row = |line: &str| -> Option<(u32, Vec<f64>)> {
            let mut cells = line.split(',');
            let tick = cells.next()?.parse().ok()?;
            Some((tick, cells.map(|cell| cell.parse().ok()).collect::<Option<Vec<f64>>>()?))
        };
        Some(Self { rows: rows.lines().map(row).collect::<Option<Vec<_>>>()? })
    }

    /// Sum of a column over the ticks of a year, and how many ticks it has.
    fn sum(&self, column: usize, year: i32, calendar: Calendar) -> (f64, f64) {
        let since = i64::from(year - calendar.start_year) * i64::from(calendar.ticks_per_year);
        let ticks = since + 1..=since + i64::from(calendar.ticks_per_year);
        let rows = self.rows.iter().filter(|(tick, _)| ticks.contains(&i64::from(*tick)));
        rows.fold((0.0, 0.0), |(sum, count), (_, cells)| (sum + cells[column], count + 1.0))
    }
}

/// The figure of the target in this run; none where it has no value, such as a share of nothing.
pub fn figure(target: &Target, columns: &[String], series: &Series, calendar: Calendar) -> Option<f64> {
    let place = |name: &Option<String>| columns.iter().position(|column| Some(column) == name.as_ref());
    let (own, over) = (place(&target.indicator)?, place(&target.over));
    let of_year = |year: i32| {
        let (sum, count) = series.sum(own, year, calendar);
        sum / over.map_or(count, |over| series.sum(over, year, calendar).0)
    };
    let later = of_year(target.year?);
    let figure = match (target.since, target.change) {
        (None, _) => later,
        (Some(since), Change::Ratio) => later / of_year(since),
        (Some(since), Change::Difference) => later - of_year(since),
    };
    figure.is_finite().then_some(figure)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALENDAR: Calendar = Calendar { start_year: 2010, ticks_per_year: 2 };

    fn target(over: Option<&str>, year: i32, since: Option<i32>, change: Change) -> Target {
        let (indicator, over) = (Some("a".to_string()), over.map(String::from));
        Target { indicator, over, year: Some(year), since, change, ..Target::default() }
    }

    #[test]
    fn figures_are_those_computed_by_hand() {
        let columns = ["a", "b"].map(String::from);
        let series = Series::read("0,9.0,9.0\n1,1.0,10.0\n2,3.0,30.0\n3,4.0,20.0\n4,8.0,20.0\n").expect("numbers");
        let of = |target: Target| figure(&target, &columns, &series, CALENDAR);
        assert_eq!(of(target(None, 2010, None, Change::Ratio)), Some(2.0), "mean of 1 and 3");
        assert_eq!(of(target(Some("b"), 2010, None, Change::Ratio)), Some(0.1), "4 over 40");
        assert_eq!(of(target(None, 2011, Some(2010), Change::Ratio)), Some(3.0), "6 over 2");
        assert_eq!(of(target(None, 2011, Some(2010), Change::Difference)), Some(4.0));
        assert_eq!(of(target(None, 2012, None, Change::Ratio)), None, "a year that was not run");
        assert!(Series::read("1,word\n").is_none());
    }
}
