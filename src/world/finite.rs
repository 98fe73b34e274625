//! Numbers that are no numbers: whether any state is not finite, and if so whose and which.
//!
//! Looking is cheap: exponents are merged without a branch. Every tick it takes in the region, the flows of
//! all firms, where what is wrong with a firm arrives within the tick, and everything of one firm in
//! sixteen in turn; the opening and the end of a run are looked at as a whole. Only when an exponent is
//! that of an infinity or of no number is the first such number searched by name.

use crate::kernel::ordered::{self, Total};
use crate::kernel::single::{LogLevel, Single};
use crate::world::World;
use crate::world::firms::{Effort, Flow, Plant, Position, Strategy, Technique, Workforce};
use crate::world::ledger::{ACCOUNTS, ALL_ACCOUNTS, Balances, SECTORS};
use crate::world::outside::Outside;
use crate::world::platforms::Platform;
use crate::world::region::{CityState, Dials, LabourMarket, Learning, Openings, Researcher};
use crate::world::standards::Practice;

/// A state variable that is not a finite number.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("a number is not finite at tick {tick}: {variable} of {agent} is {value}{}", beside(*others))]
pub struct NotFinite {
    /// Tick at whose end it was found; 0 for the opening state.
    pub tick: u32,
    /// Whose number it is; a firm is named by its number in `firms.csv`.
    pub agent: String,
    /// Which number it is, such as `workforce.workers`.
    pub variable: String,
    /// What it is.
    pub value: f64,
    /// How many other numbers are not finite either.
    pub others: usize,
}

fn beside(others: usize) -> String {
    match others {
        0 => String::new(),
        1 => " (and 1 other number is not finite)".to_string(),
        _ => format!(" (and {others} other numbers are not finite)"),
    }
}

/// A number that can show whether it is finite.
trait Number: Copy {
    /// Highest bit set if the number is not finite: one more carries an exponent of ones into it.
    fn mark(self) -> u64;
    /// The number itself.
    fn value(self) -> f64;
}

impl Number for f64 {
    #[inline]
    fn mark(self) -> u64 {
        const EXPONENT: u64 = 0x7ff0_0000_0000_0000;
        const LOWEST: u64 = 0x0010_0000_0000_0000;
        (self.to_bits() & EXPONENT) + LOWEST
    }

    fn value(self) -> f64 {
        self
    }
}

impl Number for f32 {
    #[inline]
    fn mark(self) -> u64 {
        u64::from(mark_single(self)) << 32
    }

    fn value(self) -> f64 {
        f64::from(self)
    }
}

impl Number for Single {
    #[inline]
    fn mark(self) -> u64 {
        self.kept().mark()
    }

    fn value(self) -> f64 {
        self.get()
    }
}

impl Number for LogLevel {
    #[inline]
    fn mark(self) -> u64 {
        u64::from(self.is_none()) << 63
    }

    fn value(self) -> f64 {
        if self.is_none() { f64::NAN } else { self.get() }
    }
}

/// As [`Number::mark`], in the width of the number itself.
#[inline]
fn mark_single(number: f32) -> u32 {
    const EXPONENT: u32 = 0x7f80_0000;
    const LOWEST: u32 = 0x0080_0000;
    (number.to_bits() & EXPONENT) + LOWEST
}

/// Marks of a row of single numbers; a loop that the compiler turns into wide instructions.
#[inline]
fn mark_row(numbers: &[f32]) -> u64 {
    u64::from(numbers.iter().fold(0, |marks, number| marks | mark_single(*number))) << 32
}

#[inline]
fn is_broken(marks: u64) -> bool {
    marks >> 63 == 1
}

/// Told the name and the value of a number.
type Visitor<'a> = dyn FnMut(String, f64) + 'a;

/// A record of numbers.
trait Record {
    /// The marks of all its numbers together.
    fn marks(&self) -> u64;
    /// Visits all its numbers by name.
    fn visit(&self, of: &str, visitor: &mut Visitor<'_>);
}

/// Lists the numbers of a record: single ones, then arrays.
macro_rules! record {
    ($record:ty: $($field:ident)*; $($array:ident)*) => {
        impl Record for $record {
            #[inline]
            fn marks(&self) -> u64 {
                0 $(| self.$field.mark())* $(| self.$array.iter().fold(0, |marks, number| marks | number.mark()))*
            }

            fn visit(&self, of: &str, visitor: &mut Visitor<'_>) {
                $(visitor(format!("{of}.{}", stringify!($field)), self.$field.value());)*
                $(visit_row(&format!("{of}.{}", stringify!($array)), &self.$array, visitor);)*
            }
        }
    };
}

record!(Technique: competence process quality high_end unit_labour efficiency skill spread;);
record!(Plant: capacity embodied capital_price unit_inputs log_unit_labour stock stock_value
    component_surcharge;);
record!(Workforce: workers engineers engineers_wanted;);
record!(Position: kept_share price log_price markup price_constant appeal customers share_growth demand export_share expected
    output sold; share base);
record!(Practice: digital green;);
record!(Strategy: ; attraction share);
record!(Effort: saved; budget gain);
record!(Flow: sales exports inputs value_added value_leaving operating research imitation functions profit investment early
    borrowed interest stock_change stock_revaluation;);
record!(LabourMarket: wage opening_wage smoothed opening_productivity force employed opening_ratio hiring wanted_hires
    value_added;);
record!(CityState: engineers posts filled premium;);
record!(Dials: interest_deduction bailout layoff_speed research_efficiency strategy_speed priority spill_over
    entrant_share;);
record!(Learning: ; gain budget);
record!(Openings: bank_funds household_deposits public_revenue cash_to_assets;);
record!(Platform: founder_share development quality participation maturity science deposits cumulative benefit
    member_cost; resources coverage);
record!(Researcher: applied_share graduates funding contracts; levels);
record!(Outside: quality_elasticity productivity_elasticity deflator; frontier ceiling competence machine_offer quality
    log_price value_per_worker input_price deflator_weight);

impl Record for Balances {
    #[inline]
    fn marks(&self) -> u64 {
        self.0.iter().fold(0, |marks, number| marks | number.mark())
    }

    fn visit(&self, of: &str, visitor: &mut Visitor<'_>) {
        (0..ACCOUNTS).for_each(|a| visitor(format!("{of}.{}", ALL_ACCOUNTS[a].name()), self.0[a]));
    }
}

fn visit_row<T: Number>(name: &str, numbers: &[T], visitor: &mut Visitor<'_>) {
    numbers.iter().enumerate().for_each(|(place, number)| visitor(format!("{name}[{place}]"), number.value()));
}

/// Ticks in which everything of every firm is looked at once.
pub const ROUND: u32 = 16;

/// Marks of several numbers together.
#[derive(Debug, Clone, Copy)]
struct Marks(u64);

impl Total for Marks {
    #[inline]
    fn absorb(&mut self, part: &Self) {
        self.0 |= part.0;
    }
}

/// The marks of all rows together.
fn marks_of(rows: usize, of: impl Fn(usize) -> u64 + Sync) -> u64 {
    ordered::fold(rows, &Marks(0), |marks, rows| rows.for_each(|row| marks.0 |= of(row))).0
}

impl World {
    /// Looks whether the state seems finite, in a small part of the time that looking at all of it takes.
    pub fn looks_finite(&self) -> bool {
        let firms = self.firms.len();
        let turn = (self.clock.tick % ROUND) as usize;
        let part = |turn: usize| turn * firms / ROUND as usize;
        let flow = &self.firms.flow;
        let flows = marks_of(firms, |row| flow[row].marks());
        let (first, end) = (part(turn), part(turn + 1));
        let some = marks_of(end - first, |at| self.firm_marks(first + at));
        !is_broken(flows | some | self.region_marks())
    }

    /// Checks that every number of the state is finite.
    ///
    /// # Errors
    /// Names tick, agent and variable of the first number that is not.
    pub fn check_finite(&self) -> Result<(), NotFinite> {
        let firms = marks_of(self.firms.len(), |row| self.firm_marks(row));
        if is_broken(self.region_marks() | firms) { self.first_broken().map_or(Ok(()), Err) } else { Ok(()) }
    }

    #[inline]
    fn firm_marks(&self, row: usize) -> u64 {
        let firms = &self.firms;
        let vintages = &firms.vintages[row];
        mark_row(firms.knowledge(row))
            | mark_row(&vintages.capacity)
            | vintages.level.iter().fold(0, |marks, level| marks | level.mark())
            | firms.technique[row].marks()
            | firms.plant[row].marks()
            | firms.workforce[row].marks()
            | firms.position[row].marks()
            | firms.strategy[row].marks()
            | firms.effort[row].marks()
            | firms.practice[row].marks()
            | firms.flow[row].marks()
            | firms.balances[row].marks()
            | firms.venture_equity[row].mark()
    }

    /// A few hundred numbers: visiting them costs no more than some firms do.
    fn region_marks(&self) -> u64 {
        let mut marks = 0;
        self.visit_region(&mut |_, _, record| marks |= record.marks());
        marks
    }

    /// Visits the records of all agents that are not firms.
    fn visit_region(&self, visitor: &mut dyn FnMut(Agent, &str, &dyn Record)) {
        let outside = &self.outside;
        visitor(Agent::Outside, "outside", outside);
        for s in 0..self.structure.sub_industries.len() {
            visitor(Agent::SubIndustry(s), "outside.demand", &Row(&outside.demand[s]));
            visitor(Agent::SubIndustry(s), "outside.tiers", &Row(outside.tiers[s].as_flattened()));
        }
        visitor(Agent::Region, "labour", &self.labour);
        visitor(Agent::Region, "openings", &self.openings);
        visitor(Agent::Region, "science_quality", &Row(&self.science_quality));
        self.cities.iter().enumerate().for_each(|(c, city)| visitor(Agent::City(c), "city", city));
        let researchers = self.universities.iter().chain(&self.institutes).enumerate();
        researchers.for_each(|(r, researcher)| visitor(Agent::Researcher(r), "researcher", researcher));
        self.platforms.list.iter().enumerate().for_each(|(p, one)| visitor(Agent::Platform(p), "platform", one));
        self.dials.iter().enumerate().for_each(|(o, dials)| visitor(Agent::Ownership(o), "dials", dials));
        // Pay-offs and balances come last: they only take up what went wrong elsewhere.
        let learning = self.learning.iter().enumerate();
        learning.for_each(|(s, learning)| visitor(Agent::SubIndustry(s), "learning", learning));
        let sectors = self.ledger.sectors.iter().enumerate();
        sectors.for_each(|(sector, balances)| visitor(Agent::Sector(sector), "balances", balances));
        visitor(Agent::Ledger, "amounts", &Row(&self.ledger.journal.amounts));
    }

    fn visit_firm(&self, row: usize, visitor: &mut Visitor<'_>) {
        let firms = &self.firms;
        visit_row("knowledge", firms.knowledge(row), visitor);
        visit_row("vintages.capacity", &firms.vintages[row].capacity, visitor);
        visit_row("vintages.level", &firms.vintages[row].level, visitor);
        firms.technique[row].visit("technique", visitor);
        firms.plant[row].visit("plant", visitor);
        firms.workforce[row].visit("workforce", visitor);
        firms.position[row].visit("position", visitor);
        firms.strategy[row].visit("strategy", visitor);
        firms.effort[row].visit("effort", visitor);
        firms.flow[row].visit("flow", visitor);
        firms.balances[row].visit("balances", visitor);
        visitor("venture_equity".to_string(), firms.venture_equity[row].get());
    }

    /// The slow search: what came first is named first. One firm spoils the sums of the region in the same
    /// tick, and the region spoils nearly all firms; so a region is named before its firms only when most
    /// of them are spoilt.
    fn first_broken(&self) -> Option<NotFinite> {
        let mut of_firms = Found::default();
        let mut spoilt = 0;
        for row in (0..self.firms.len()).filter(|row| is_broken(self.firm_marks(*row))) {
            spoilt += 1;
            let agent = Agent::Firm(self.firms.id[row].number());
            self.visit_firm(row, &mut |variable, value| of_firms.note(agent, variable, value));
        }
        let mut of_region = Found::default();
        self.visit_region(&mut |agent, of, record| {
            record.visit(of, &mut |variable, value| of_region.note(agent, variable, value));
        });
        let others = (of_firms.count + of_region.count).checked_sub(1)?;
        let region_first = 2 * spoilt > self.firms.len();
        let (first, second) = if region_first { (of_region, of_firms) } else { (of_firms, of_region) };
        let (agent, variable, value) = first.first.or(second.first)?;
        Some(NotFinite { tick: self.clock.tick, agent: self.name_of(agent), variable, value, others })
    }

    fn name_of(&self, agent: Agent) -> String {
        let structure = &self.structure;
        match agent {
            Agent::Firm(number) => format!("firm {number}"),
            Agent::Outside => "the outside world".to_string(),
            Agent::Region => "the region".to_string(),
            Agent::Ledger => "the ledger".to_string(),
            Agent::SubIndustry(s) => format!("sub-industry {}", structure.sub_industries[s].code),
            Agent::City(c) => format!("city {}", structure.cities[c].name),
            Agent::Ownership(o) => format!("ownership group {}", structure.ownership[o].code),
            Agent::Platform(p) => format!("platform {}", self.platforms.list[p].name),
            Agent::Sector(sector) => format!("sector {}", SECTORS[sector].name()),
            Agent::Researcher(r) => {
                self.universities.iter().chain(&self.institutes).nth(r).map_or(String::new(), |one| one.name.clone())
            }
        }
    }
}

/// Whose number it is.
#[derive(Debug, Clone, Copy)]
enum Agent {
    Firm(u64),
    Outside,
    Region,
    Ledger,
    SubIndustry(usize),
    City(usize),
    Researcher(usize),
    Ownership(usize),
    Sector(usize),
    Platform(usize),
}

/// Numbers that are not finite: the first one, and how many.
#[derive(Default)]
struct Found {
    first: Option<(Agent, String, f64)>,
    count: usize,
}

impl Found {
    fn note(&mut self, agent: Agent, variable: String, value: f64) {
        if value.is_finite() {
            return;
        }
        self.count += 1;
        self.first.get_or_insert((agent, variable, value));
    }
}

/// Numbers that stand in no record of their own.
struct Row<'a>(&'a [f64]);

impl Record for Row<'_> {
    fn marks(&self) -> u64 {
        self.0.iter().fold(0, |marks, number| marks | number.mark())
    }

    fn visit(&self, of: &str, visitor: &mut Visitor<'_>) {
        visit_row(of, self.0, visitor);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_not_finite_is_marked() {
        let extremes = [0.0, -0.0, 1.0, f64::MAX, f64::MIN, f64::MIN_POSITIVE, 5e-324];
        assert!(extremes.iter().all(|number| !is_broken(number.mark())));
        assert!([f64::NAN, -f64::NAN, f64::INFINITY, f64::NEG_INFINITY].iter().all(|number| is_broken(number.mark())));
        let extremes = [0.0, -0.0, 1.0, f32::MAX, f32::MIN, f32::MIN_POSITIVE, 1e-45];
        assert!(extremes.iter().all(|number| !is_broken(number.mark())));
        assert!([f32::NAN, -f32::NAN, f32::INFINITY, f32::NEG_INFINITY].iter().all(|number| is_broken(number.mark())));
        assert!(!is_broken(mark_row(&extremes)) && is_broken(mark_row(&[0.0, f32::NAN, 1.0])));
        assert!(!is_broken(f64::MAX.mark() | f64::MIN.mark() | 1.0.mark()), "marks do not add up");
    }

    #[test]
    fn every_number_of_a_record_is_looked_at() {
        let count = |record: &dyn Record| {
            let mut count = 0;
            record.visit("x", &mut |_, _| count += 1);
            count
        };
        for (record, bytes) in [
            (&Position::default() as &dyn Record, size_of::<Position>()),
            (&Technique::default(), size_of::<Technique>()),
            (&Plant::default(), size_of::<Plant>()),
            (&Workforce::default(), size_of::<Workforce>()),
            (&Flow::default(), size_of::<Flow>()),
            (&Strategy::default(), size_of::<Strategy>()),
            (&Effort::default(), size_of::<Effort>()),
        ] {
            assert_eq!(count(record) * size_of::<Single>(), bytes);
        }
    }

    #[test]
    fn the_message_says_who_what_and_when() {
        let error = |others| NotFinite {
            tick: 7,
            agent: "firm 12".into(),
            variable: "workforce.workers".into(),
            value: f64::NAN,
            others,
        };
        let text = "a number is not finite at tick 7: workforce.workers of firm 12 is NaN";
        assert_eq!(error(0).to_string(), text);
        assert_eq!(error(3).to_string(), format!("{text} (and 3 other numbers are not finite)"));
    }
}
