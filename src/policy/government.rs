//! Government: which instruments run, at which budget.
//!
//! # Question
//! Is a government that turns to other instruments when the stage of the region changes better than one that
//! keeps to a path?
//!
//! # Story
//! A *fixed* government runs its policies by their own terms, or one portfolio of them for ever. A *scheduled*
//! one turns from one portfolio to another at dates set beforehand. An *adaptive* one looks once a year at the
//! stage that `region.csv` has shown in the last years and takes the portfolio of the stage that was shown most
//! often; it keeps a portfolio for some years at least. Whichever portfolio runs, the same money is there for a
//! year: the budgets of its policies are scaled to it. What a portfolio does not spend is lost, and shown.
//!
//! # Equations
//! - budget of policy p of the portfolio that runs: `annual_budget x b_p / sum b`, b the policies' own budgets,
//!   the sum over those that run; a policy that stands in no portfolio keeps its own budget
//! - portfolio of an adaptive government: the stage shown most often in the last `years_seen` years, ties to the
//!   later one; changed at most every `least_years`
//!
//! # Place in the tick
//! Before the tick; looks at the row of `region.csv` of the last tick.
//!
//! # Sources
//! Upgrading paper: stages connect and rise in a spiral, and the path must match the stage. That adapting pays is to
//! be tested, not assumed.
//!
//! # REQ numbers
//! REQ-23.
//!
//! # What it leaves out
//! Lobbies, learning about instruments, and money carried over to the next year.

use std::collections::VecDeque;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::kernel::clock::Clock;
use crate::policy::Programme;
use crate::world::levers::Outlay;

/// How a government chooses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Policies by their own terms, or the one portfolio named in `always`.
    #[default]
    Fixed,
    /// Portfolios by date.
    Scheduled,
    /// Portfolios by stage.
    Adaptive,
}

/// A stage, as scenarios and `region.csv` name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StageName {
    /// No contribution leads.
    None,
    /// Equipment, process and product.
    Factor,
    /// A larger part of the chain.
    ValueChain,
    /// Other sub-industries and tiers.
    Structure,
}

impl StageName {
    const ALL: [StageName; 4] = [Self::None, Self::Factor, Self::ValueChain, Self::Structure];

    /// The stage of this name.
    pub fn of(name: &str) -> Option<Self> {
        let names = ["none", "factor", "value_chain", "structure"];
        names.iter().position(|own| *own == name).map(|at| Self::ALL[at])
    }
}

/// The portfolio that runs from a date on.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Turn {
    /// First period of the portfolio, such as `2015Q1`; or give `tick`.
    #[schemars(extend("x-unit" = "date", "x-source" = "policy design"))]
    pub date: Option<String>,
    /// First tick of the portfolio; or give `date`.
    #[schemars(range(min = 1, max = 8000), extend("x-unit" = "ticks", "x-source" = "policy design"))]
    pub tick: Option<u32>,
    /// The portfolio, by the stage that it is for.
    #[default(StageName::Factor)]
    #[schemars(extend("x-unit" = "-", "x-source" = "policy design"))]
    pub portfolio: StageName,
}

/// How the government chooses among the policies.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// How it chooses: `fixed`, `scheduled`, `adaptive`.
    #[schemars(extend("x-unit" = "-", "x-source" = "policy design"))]
    pub mode: Mode,
    /// What any portfolio may spend in a year, whichever runs; 0 leaves the policies their own budgets.
    #[default(0.0)]
    #[schemars(range(min = 0.0, max = 1e9), extend("x-unit" = "million CNY per year", "x-source" = "policy design"))]
    pub annual_budget: f64,
    /// First period in which portfolios run, such as `2012Q1`; or give `from_tick`. Empty: from that tick on.
    #[schemars(extend("x-unit" = "date", "x-source" = "policy design"))]
    pub from: String,
    /// First tick in which portfolios run; or give `from`.
    #[default(1)]
    #[schemars(range(min = 1, max = 8000), extend("x-unit" = "ticks", "x-source" = "policy design"))]
    pub from_tick: u32,
    /// The portfolio that a fixed government keeps, by the stage that it is for; none: policies run by their own
    /// terms.
    #[schemars(extend("x-unit" = "-", "x-source" = "policy design"))]
    pub always: Option<StageName>,
    /// The portfolios of a scheduled government, in the order of their dates.
    pub schedule: Vec<Turn>,
    /// Years of stages that an adaptive government looks at.
    #[default(3.0)]
    #[schemars(range(min = 0.25, max = 50.0), extend("x-unit" = "years", "x-source" = "assumption: labels of single years are noisy"))]
    pub years_seen: f64,
    /// Least time for which it keeps a portfolio.
    #[default(3.0)]
    #[schemars(range(min = 1.0, max = 50.0), extend("x-unit" = "years", "x-source" = "assumption: programmes need time to be set up"))]
    pub least_years: f64,
    /// Policies that run where no stage leads, and at first.
    #[schemars(extend("x-unit" = "-", "x-source" = "policy design", "x-ref" = "policies"))]
    pub none: Vec<String>,
    /// Policies for the stage of factor upgrading.
    #[schemars(extend("x-unit" = "-", "x-source" = "policy design", "x-ref" = "policies"))]
    pub factor: Vec<String>,
    /// Policies for the stage of upgrading of the value chain.
    #[schemars(extend("x-unit" = "-", "x-source" = "policy design", "x-ref" = "policies"))]
    pub value_chain: Vec<String>,
    /// Policies for the stage of structural upgrading.
    #[schemars(extend("x-unit" = "-", "x-source" = "policy design", "x-ref" = "policies"))]
    pub structure: Vec<String>,
}

impl Turn {
    /// First tick of the portfolio, once dates have been counted.
    fn first(&self) -> u32 {
        self.tick.unwrap_or(1)
    }
}

impl Params {
    /// The same with all dates counted in ticks.
    pub fn counted(&self, tick_of: impl Fn(&str) -> Option<u32>) -> Params {
        let turn = |turn: &Turn| {
            let first = turn.date.as_deref().and_then(&tick_of).or(turn.tick);
            Turn { date: None, tick: first, portfolio: turn.portfolio }
        };
        Params {
            from: String::new(),
            from_tick: tick_of(&self.from).unwrap_or(self.from_tick),
            schedule: self.schedule.iter().map(turn).collect(),
            ..self.clone()
        }
    }

    /// Policies of a portfolio.
    pub fn portfolio(&self, stage: StageName) -> &[String] {
        match stage {
            StageName::None => &self.none,
            StageName::Factor => &self.factor,
            StageName::ValueChain => &self.value_chain,
            StageName::Structure => &self.structure,
        }
    }

    fn in_some_portfolio(&self, name: &str) -> bool {
        StageName::ALL.iter().any(|stage| self.portfolio(*stage).iter().any(|policy| policy == name))
    }
}

/// A government in office: what it has seen and chosen.
#[derive(Debug, Clone, Default)]
pub struct Government {
    chosen: Option<StageName>,
    since: u32,
    stages: VecDeque<StageName>,
    spent: Vec<f64>,
    stopped: Vec<bool>,
}

impl Government {
    /// Decides which programmes run in the tick that begins, and at which share of their own budgets.
    pub fn decide(&mut self, params: &Params, clock: &Clock, tick: u32, programmes: &mut [Programme]) {
        self.spent.resize(programmes.len(), 0.0);
        self.stopped.resize(programmes.len(), false);
        for (programme, stopped) in programmes.iter_mut().zip(&self.stopped) {
            programme.share = if *stopped { 0.0 } else { 1.0 };
        }
        let portfolio = self.turn_to(params, clock, tick).filter(|_| tick >= params.from_tick);
        if params.mode == Mode::Fixed && params.always.is_none() {
            return;
        }
        let chosen = portfolio.map_or(&[][..], |stage| params.portfolio(stage));
        let runs = |programme: &Programme| {
            let at = i64::from(tick);
            programme.share > 0.0 && programme.from <= at && at < programme.until && chosen.contains(&programme.name)
        };
        let own: f64 = programmes.iter().filter(|p| runs(p)).map(|p| p.instrument.terms().annual_budget).sum();
        let scale = if params.annual_budget > 0.0 && own > 0.0 { params.annual_budget / own } else { 1.0 };
        for programme in programmes.iter_mut() {
            if params.in_some_portfolio(&programme.name) {
                programme.share = if runs(programme) { scale } else { 0.0 };
            }
        }
    }

    /// The portfolio of the tick.
    fn turn_to(&mut self, params: &Params, clock: &Clock, tick: u32) -> Option<StageName> {
        match params.mode {
            Mode::Fixed => params.always,
            Mode::Scheduled => params.schedule.iter().rfind(|turn| turn.first() <= tick).map(|turn| turn.portfolio),
            Mode::Adaptive => Some(self.adapt(params, clock, tick)),
        }
    }

    fn adapt(&mut self, params: &Params, clock: &Clock, tick: u32) -> StageName {
        let present = self.chosen.unwrap_or(StageName::None);
        let new_year = (tick.max(1) - 1).is_multiple_of(clock.ticks_per_year);
        let old_enough = self.chosen.is_none() || tick - self.since >= clock.ticks_in(params.least_years);
        if new_year && old_enough {
            let seen = clock.ticks_in(params.years_seen) as usize;
            let next = most_often(self.stages.iter().rev().take(seen).copied()).unwrap_or(present);
            if self.chosen != Some(next) {
                (self.chosen, self.since) = (Some(next), tick);
            }
        }
        self.chosen.unwrap_or(StageName::None)
    }

    /// Sees the row of `region.csv` of a tick, counts what was spent and stops what has reached its end.
    pub fn look(
        &mut self,
        stage: Option<StageName>,
        seen: impl Fn(&str) -> Option<f64>,
        outlays: &[Outlay],
        programmes: &[Programme],
    ) {
        /// Stages remembered: more than any government looks at.
        const MOST: usize = 1024;
        self.stages.extend(stage);
        while self.stages.len() > MOST {
            self.stages.pop_front();
        }
        let books = self.spent.iter_mut().zip(&mut self.stopped);
        for ((programme, (spent, stopped)), outlay) in programmes.iter().zip(books).zip(outlays) {
            *spent += outlay.spent;
            *stopped = *stopped || programme.instrument.terms().stop.ends(*spent, &seen);
        }
    }

    /// State of a programme in a tick, in one word.
    pub fn state(&self, at: usize, programme: &Programme, tick: u32) -> &'static str {
        let tick = i64::from(tick);
        match programme {
            _ if programme.until <= tick => "ended",
            _ if programme.from > tick => "not_started",
            _ if self.stopped.get(at).copied().unwrap_or(false) && programme.share == 0.0 => "stopped",
            _ if programme.share == 0.0 => "resting",
            _ => "running",
        }
    }
}

/// The stage that stands most often in the latest labels, given from the latest on; of equals the later.
fn most_often(labels: impl Iterator<Item = StageName>) -> Option<StageName> {
    let mut counts: Vec<(StageName, u32)> = Vec::new();
    for label in labels {
        match counts.iter_mut().find(|(stage, _)| *stage == label) {
            Some((_, count)) => *count += 1,
            None => counts.push((label, 1)),
        }
    }
    let most = counts.iter().map(|(_, count)| *count).max()?;
    counts.into_iter().find(|(_, count)| *count == most).map(|(stage, _)| stage)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Instrument, Terms};
    use crate::world::levers::Addressees;

    fn clock(tick: u32) -> Clock {
        Clock { start_year: 2010, ticks_per_year: 4, tick }
    }

    fn programme(name: &str, annual_budget: f64) -> Programme {
        let terms = Terms { annual_budget, rate: 0.1, ..Terms::default() };
        let instrument = Instrument::ResearchGrant(terms);
        let addressees = Addressees::all();
        Programme { name: name.into(), instrument, from: i64::MIN, until: i64::MAX, addressees, share: 1.0 }
    }

    fn params() -> Params {
        Params {
            mode: Mode::Adaptive,
            annual_budget: 100.0,
            years_seen: 1.0,
            least_years: 2.0,
            none: vec!["a".into()],
            factor: vec!["a".into()],
            value_chain: vec!["b".into(), "c".into()],
            ..Params::default()
        }
    }

    #[test]
    fn an_adaptive_government_follows_the_stage_with_patience_at_one_budget() {
        use StageName::{Factor, ValueChain};
        let mut programmes = [programme("a", 10.0), programme("b", 10.0), programme("c", 30.0), programme("d", 7.0)];
        let mut government = Government::default();
        let mut shares = Vec::new();
        for tick in 1..=16 {
            government.decide(&params(), &clock(tick), tick, &mut programmes);
            let budget = |p: &Programme| p.share * p.instrument.terms().annual_budget;
            assert!((programmes[..3].iter().map(budget).sum::<f64>() - 100.0).abs() < 1e-9, "tick {tick}");
            assert_eq!(programmes[3].share, 1.0, "what stands in no portfolio keeps its budget");
            shares.push(programmes.iter().map(|p| p.share).collect::<Vec<_>>());
            let stage = if tick < 3 { Factor } else { ValueChain };
            government.look(Some(stage), |_| None, &[Outlay::default(); 4], &programmes);
        }
        // Ties go to the later, but the first choice, of tick 1, is kept for two years.
        assert!(shares[..8].iter().all(|shares| shares[0] == 10.0 && shares[1] == 0.0), "{shares:?}");
        assert!(shares[8..].iter().all(|shares| shares[0] == 0.0 && shares[1] == 2.5 && shares[2] == 2.5));
    }

    #[test]
    fn a_schedule_turns_at_its_ticks_and_a_fixed_portfolio_never() {
        let turn = |tick, portfolio| Turn { date: None, tick: Some(tick), portfolio };
        let schedule = vec![turn(2, StageName::Factor), turn(5, StageName::ValueChain)];
        let scheduled = Params { mode: Mode::Scheduled, schedule, ..params() };
        let fixed = Params { mode: Mode::Fixed, always: Some(StageName::ValueChain), ..params() };
        let running = |params: &Params, tick| {
            let mut programmes = [programme("a", 10.0), programme("b", 10.0)];
            Government::default().decide(params, &clock(tick), tick, &mut programmes);
            programmes.map(|p| p.share > 0.0)
        };
        assert_eq!(
            [1, 2, 4, 5].map(|tick| running(&scheduled, tick)),
            [[false, false], [true, false], [true, false], [false, true]]
        );
        assert_eq!([1, 9].map(|tick| running(&fixed, tick)), [[false, true]; 2]);
        assert_eq!(running(&Params::default(), 1), [true, true]);
        // Dates are counted before the run.
        let dated = Turn { date: Some("2011Q1".into()), tick: None, portfolio: StageName::Factor };
        let dated = Params { schedule: vec![dated], from: "2010Q3".into(), ..scheduled };
        let counted =
            dated.counted(|date| [("2011Q1", 5), ("2010Q3", 3)].into_iter().find(|d| d.0 == date).map(|d| d.1));
        assert_eq!((counted.from_tick, counted.schedule[0].tick), (3, Some(5)));
        assert_eq!([4, 5].map(|tick| running(&counted, tick)), [[false, false], [true, false]]);
    }

    #[test]
    fn what_has_spent_its_money_stops_for_good() {
        let mut some = programme("a", 10.0);
        if let Instrument::ResearchGrant(terms) = &mut some.instrument {
            terms.stop.spent = Some(5.0);
        }
        let mut programmes = [some];
        let mut government = Government::default();
        for (tick, share) in [(1, 1.0), (2, 1.0), (3, 0.0), (4, 0.0)] {
            government.decide(&Params::default(), &clock(tick), tick, &mut programmes);
            assert_eq!(programmes[0].share, share, "tick {tick}");
            let outlay = Outlay { spent: if share > 0.0 { 2.5 } else { 0.0 }, ..Outlay::default() };
            government.look(None, |_| None, &[outlay], &programmes);
        }
        assert_eq!(government.state(0, &programmes[0], 4), "stopped");
    }
}
