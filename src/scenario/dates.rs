//! Dates of a scenario: `2015Q1` and the like, counted in ticks.

use std::fmt;

/// How ticks lie in calendar time; tick 1 is the first period of `start_year`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeAxis {
    /// The calendar year of tick 1.
    pub start_year: i32,
    /// Number of ticks.
    pub ticks: u32,
    /// Ticks in a year: 1, 2, 4 or 12.
    pub ticks_per_year: u32,
}

impl TimeAxis {
    /// The date of a tick, such as `2015Q1`; tick 0 is the period before the first.
    pub fn label(&self, tick: u32) -> String {
        let per_year = i64::from(self.ticks_per_year.max(1));
        let since_start = i64::from(tick) - 1;
        let year = i64::from(self.start_year) + since_start.div_euclid(per_year);
        let period = since_start.rem_euclid(per_year) + 1;
        match self.letter() {
            None => format!("{year}"),
            Some('M') => format!("{year}M{period:02}"),
            Some(letter) => format!("{year}{letter}{period}"),
        }
    }

    /// The valid dates, "2010Q1 to 2030Q4".
    pub fn period(&self) -> String {
        format!("{} to {}", self.label(1), self.label(self.ticks))
    }

    fn letter(&self) -> Option<char> {
        match self.ticks_per_year {
            0 | 1 => None,
            2 => Some('H'),
            4 => Some('Q'),
            12 => Some('M'),
            _ => Some('T'),
        }
    }
}

/// Why a date cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DateError {
    /// It is not written as a date of this scenario.
    Malformed {
        /// What was written.
        text: String,
        /// How such a date is written.
        example: String,
    },
    /// It lies before tick 1.
    BeforeStart {
        /// What was written.
        text: String,
        /// The valid dates.
        period: String,
    },
    /// It lies after the last tick.
    AfterEnd {
        /// What was written.
        text: String,
        /// The valid dates.
        period: String,
        /// The tick it would be.
        tick: u32,
    },
}

impl fmt::Display for DateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed { text, example } => write!(
                f,
                "\"{}\" is not a date of this scenario; write it like \"{example}\"",
                super::suggest::clip(text)
            ),
            Self::BeforeStart { text, period } => {
                write!(f, "{text} lies before the start of the scenario; valid dates are {period}")
            }
            Self::AfterEnd { text, period, .. } => {
                write!(f, "{text} lies after the end of the scenario; valid dates are {period}")
            }
        }
    }
}

impl std::error::Error for DateError {}

/// The tick of a date such as `2015Q1` (quarters), `2015` (years), `2015H2` or `2015M03`, refused
/// outside the run.
pub fn parse_date(text: &str, axis: &TimeAxis) -> Result<u32, DateError> {
    let tick = count_date(text, axis)?;
    let text = text.trim().to_owned();
    let period = axis.period();
    match u32::try_from(tick) {
        Ok(tick) if (1..=axis.ticks).contains(&tick) => Ok(tick),
        Ok(tick) if tick > axis.ticks => Err(DateError::AfterEnd { text, period, tick }),
        _ => Err(DateError::BeforeStart { text, period }),
    }
}

/// The tick of a date, also before and after the run: a run that is cut short still knows the
/// dates of its scenario.
pub fn count_date(text: &str, axis: &TimeAxis) -> Result<i64, DateError> {
    let (year, period) = year_and_period(text.trim(), axis).ok_or_else(|| DateError::Malformed {
        text: text.trim().to_owned(),
        example: axis.label(axis.ticks.min(axis.ticks_per_year.max(1))),
    })?;
    let years = i64::from(year) - i64::from(axis.start_year);
    Ok(years * i64::from(axis.ticks_per_year.max(1)) + i64::from(period))
}

/// Year and period (from 1) of a date.
fn year_and_period(text: &str, axis: &TimeAxis) -> Option<(i32, u32)> {
    let year: i32 = digits(text.get(..4)?)?.try_into().ok()?;
    let rest = text.get(4..)?;
    let Some(letter) = axis.letter() else {
        return rest.is_empty().then_some((year, 1));
    };
    let number = rest.strip_prefix(letter).or_else(|| rest.strip_prefix(letter.to_ascii_lowercase()))?;
    let period = digits(number).filter(|_| number.len() <= 2)?;
    (1..=axis.ticks_per_year).contains(&period).then_some((year, period))
}

fn digits(text: &str) -> Option<u32> {
    let all = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    all.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(ticks_per_year: u32) -> TimeAxis {
        TimeAxis { start_year: 2010, ticks: 21 * ticks_per_year, ticks_per_year }
    }

    #[test]
    fn dates_count_from_the_first_period() {
        assert_eq!(parse_date("2010Q1", &axis(4)), Ok(1));
        assert_eq!(parse_date("2015Q1", &axis(4)), Ok(21));
        assert_eq!(parse_date("2030Q4", &axis(4)), Ok(84));
        assert_eq!(parse_date("2015", &axis(1)), Ok(6));
        assert_eq!(parse_date("2015H2", &axis(2)), Ok(12));
        assert_eq!(parse_date("2015M03", &axis(12)), Ok(63));
        assert_eq!(parse_date("2015M3", &axis(12)), Ok(63));
    }

    #[test]
    fn every_tick_has_a_date_that_reads_back() {
        for per_year in [1, 2, 4, 12] {
            let axis = axis(per_year);
            for tick in 1..=axis.ticks {
                assert_eq!(parse_date(&axis.label(tick), &axis), Ok(tick));
            }
        }
        assert_eq!(axis(4).label(0), "2009Q4");
    }

    #[test]
    fn dates_outside_the_run_name_the_valid_period() {
        let early = parse_date("2009Q4", &axis(4)).unwrap_err();
        assert!(matches!(early, DateError::BeforeStart { .. }));
        assert!(early.to_string().contains("2010Q1 to 2030Q4"));
        let late = parse_date("2031Q1", &axis(4)).unwrap_err();
        assert!(matches!(late, DateError::AfterEnd { tick: 85, .. }));
        assert_eq!(count_date("2009Q4", &axis(4)), Ok(0));
        assert_eq!(count_date("2031Q1", &axis(4)), Ok(85));
    }

    #[test]
    fn other_spellings_are_refused() {
        for text in ["", "2015", "2015Q5", "2015Q0", "2015-01", "Q1 2015", "2015M03", "20é5Q1", "+015Q1"] {
            let error = parse_date(text, &axis(4)).unwrap_err();
            assert!(matches!(error, DateError::Malformed { .. }), "{text}");
        }
    }
}
