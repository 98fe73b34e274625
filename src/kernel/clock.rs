//! The clock: ticks, calendar, and the conversion of annual and quarterly rates to one tick.

use crate::kernel::ids::FirmId;

/// Calendar of a run. Tick 0 is the opening state, dated one period before `start_year`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock {
    /// Calendar year of tick 1.
    pub start_year: i32,
    /// Ticks in one year: 1, 2, 4 or 12.
    pub ticks_per_year: u32,
    /// Current tick; 0 is the opening state.
    pub tick: u32,
}

impl Clock {
    /// Calendar year of the current tick.
    pub fn year(&self) -> i32 {
        let offset = i64::from(self.tick) - 1;
        self.start_year + i32::try_from(offset.div_euclid(i64::from(self.ticks_per_year))).unwrap_or(0)
    }

    /// Period of the year, from 1 to `ticks_per_year`.
    pub fn period(&self) -> u32 {
        let offset = i64::from(self.tick) - 1;
        u32::try_from(offset.rem_euclid(i64::from(self.ticks_per_year))).unwrap_or(0) + 1
    }

    /// Whether the current tick closes a calendar year.
    pub fn closes_year(&self) -> bool {
        self.period() == self.ticks_per_year
    }

    /// Whether the agent with this ordinal takes its slow decisions in this tick: once a year, staggered
    /// over agents.
    #[inline]
    pub fn reviews(&self, ordinal: u64) -> bool {
        let (turn, ticks) = (ordinal + u64::from(self.tick), u64::from(self.ticks_per_year));
        // A division for every firm would cost more than many a decision; quarters need none.
        if ticks == 4 { turn & 3 == 0 } else { turn.is_multiple_of(ticks) }
    }

    /// Ticks per year as a number.
    pub fn ticks(&self) -> f64 {
        f64::from(self.ticks_per_year)
    }

    /// Length of one tick in years.
    pub fn years(&self) -> f64 {
        1.0 / self.ticks()
    }

    /// Converts an annual probability or decay share to one tick:
    /// `p_tick = 1 - (1 - p_year)^(1 / ticks_per_year)`.
    pub fn share_from_year(&self, annual: f64) -> f64 {
        compound_share(annual, self.years())
    }

    /// Converts a quarterly probability or adjustment share to one tick.
    pub fn share_from_quarter(&self, quarterly: f64) -> f64 {
        compound_share(quarterly, 4.0 * self.years())
    }

    /// Converts a growth rate in log points a year to one tick.
    pub fn growth_from_year(&self, annual: f64) -> f64 {
        annual * self.years()
    }

    /// Number of ticks in `years`, at least one.
    pub fn ticks_in(&self, years: f64) -> u32 {
        let ticks = libm::round(years * self.ticks()).max(1.0);
        ticks as u32
    }
}

/// Which firms take stock in a tick: once a year, staggered, and when they are born.
#[derive(Debug, Clone, Copy)]
pub struct StockTaking {
    clock: Clock,
    /// Ticks of a pre-run that have passed while the clock stood; none in a run.
    rehearsed: Option<u32>,
}

impl StockTaking {
    /// In the current tick of a run.
    pub fn now(clock: Clock) -> Self {
        StockTaking { clock, rehearsed: None }
    }

    /// In a pre-run that goes on while the clock stands; in its first tick all firms do.
    pub fn rehearsed(clock: Clock, passed: u32) -> Self {
        StockTaking { clock, rehearsed: Some(passed) }
    }

    /// Whether it is taken in a pre-run.
    pub fn is_rehearsed(&self) -> bool {
        self.rehearsed.is_some()
    }

    /// Whether this firm takes stock.
    #[inline]
    pub fn taken_by(&self, firm: FirmId) -> bool {
        let passed = self.rehearsed.unwrap_or(0);
        firm.birth_tick() == self.clock.tick + passed || self.clock.reviews(firm.ordinal() + u64::from(passed))
    }
}

fn compound_share(share: f64, periods: f64) -> f64 {
    1.0 - libm::pow(1.0 - share.clamp(0.0, 1.0), periods)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quarterly(tick: u32) -> Clock {
        Clock { start_year: 2010, ticks_per_year: 4, tick }
    }

    #[test]
    fn tick_zero_is_the_last_quarter_before_the_start() {
        assert_eq!((quarterly(0).year(), quarterly(0).period()), (2009, 4));
        assert_eq!((quarterly(1).year(), quarterly(1).period()), (2010, 1));
        assert_eq!((quarterly(84).year(), quarterly(84).period()), (2030, 4));
        assert!(quarterly(84).closes_year());
    }

    #[test]
    fn every_agent_reviews_once_a_year() {
        for ordinal in 0..8 {
            assert_eq!((1..=4).filter(|tick| quarterly(*tick).reviews(ordinal)).count(), 1);
        }
        assert!((0..4).any(|ordinal| quarterly(1).reviews(ordinal)));
    }

    #[test]
    fn a_firm_takes_stock_when_it_is_born_and_once_in_every_year_since() {
        for ordinal in 0..4 {
            let (old, young) = (FirmId::new(0, 0, ordinal), FirmId::new(5, 0, ordinal));
            assert!(StockTaking::rehearsed(quarterly(0), 0).taken_by(old));
            assert!(StockTaking::now(quarterly(5)).taken_by(young));
            let times = |firm| (6..=9).filter(|tick| StockTaking::now(quarterly(*tick)).taken_by(firm)).count();
            assert_eq!((times(old), times(young)), (1, 1));
            let rehearsed = (4..8).filter(|passed| StockTaking::rehearsed(quarterly(0), *passed).taken_by(old));
            assert_eq!(rehearsed.count(), 1);
        }
    }

    #[test]
    fn annual_probability_compounds_back_to_itself() {
        let clock = quarterly(1);
        let tick = clock.share_from_year(0.2);
        assert!((1.0 - (1.0 - tick).powi(4) - 0.2).abs() < 1e-12);
        assert!((clock.share_from_quarter(0.1) - 0.1).abs() < 1e-12);
        let monthly = Clock { ticks_per_year: 12, ..clock };
        assert!((1.0 - (1.0 - monthly.share_from_quarter(0.1)).powi(3) - 0.1).abs() < 1e-12);
    }
}
