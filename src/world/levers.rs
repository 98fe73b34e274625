//! Levers: what policy instruments set and mechanisms read.

use crate::world::firms::Profile;

/// Whom a lever addresses, as bit sets over the codes of a profile.
#[derive(Debug, Clone, PartialEq)]
pub struct Addressees {
    /// Sub-industries.
    pub sub_industries: u64,
    /// Cities.
    pub cities: u64,
    /// Ownership groups.
    pub ownership: u64,
    /// Roles.
    pub roles: u8,
    /// Employment of one simulated firm, from ... to.
    pub employment: (f64, f64),
    /// Markets whose buyers are addressed.
    pub markets: u8,
    /// Whether only the high-end part of the product mix is addressed.
    pub high_end_only: bool,
    /// Dials of ownership that a reform moves.
    pub dials: u8,
}

impl Addressees {
    /// Everybody.
    pub fn all() -> Self {
        Addressees {
            sub_industries: u64::MAX,
            cities: u64::MAX,
            ownership: u64::MAX,
            roles: u8::MAX,
            employment: (0.0, f64::INFINITY),
            markets: u8::MAX,
            high_end_only: false,
            dials: u8::MAX,
        }
    }

    /// Whether a firm is addressed.
    pub fn include(&self, profile: &Profile, employment: f64) -> bool {
        let bit = |set: u64, index: u8| set >> index & 1 == 1;
        bit(self.sub_industries, profile.sub_industry)
            && bit(self.cities, profile.city)
            && bit(self.ownership, profile.ownership)
            && self.roles >> (profile.role as u8) & 1 == 1
            && self.employment.0 <= employment
            && employment <= self.employment.1
    }
}

/// A rate for those addressed, paid from one instrument's budget.
#[derive(Debug, Clone, PartialEq)]
pub struct Lever {
    /// Instrument that set the lever, an index into the list of instruments.
    pub instrument: usize,
    /// Rate offered in the tick, in the unit of the instrument: what the addressed can expect to be paid.
    pub rate: f64,
    /// Rate that the programme names; the one offered is lower where the budget cannot pay it.
    pub nominal: f64,
    /// Most that may be paid in the tick, million CNY.
    pub budget: f64,
    /// Addressees.
    pub addressees: Addressees,
}

/// What an instrument has done in the tick.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Outlay {
    /// Budget of the tick, million CNY.
    pub budget: f64,
    /// Money spent, million CNY.
    pub spent: f64,
    /// What the nominal rate would have cost, million CNY.
    pub claims: f64,
    /// Firms or persons reached.
    pub recipients: f64,
}

/// Levers in force.
#[derive(Debug, Clone, Default)]
pub struct Levers {
    /// Shares of the research outlay paid.
    pub research: Vec<Lever>,
    /// Shares of investment paid.
    pub equipment: Vec<Lever>,
    /// Bonuses for graduates who stay, as shares of an engineer's annual pay.
    pub talent: Vec<Lever>,
    /// Interest taken over, per year.
    pub interest: Vec<Lever>,
    /// Shares of the outlay for alliances paid.
    pub alliances: Vec<Lever>,
    /// Shares of the cost of developing suppliers paid; who is addressed may develop one.
    pub development: Vec<Lever>,
    /// Rebates on components bought in the region.
    pub local_content: Vec<Lever>,
    /// Public research in projects on generic technologies, relative to the members' own.
    pub generic: Vec<Lever>,
    /// Additional probability, per year, that a firm looks for a partner.
    pub connection: Vec<Lever>,
    /// Shares of the outlay for functions of the value chain paid.
    pub functions: Vec<Lever>,
    /// Shares of the outlay for standards paid.
    pub standards: Vec<Lever>,
    /// Shares of the outlay for digital lines paid.
    pub digital: Vec<Lever>,
    /// Shares of the premium of insurance for first sets paid.
    pub first_sets: Vec<Lever>,
    /// Whether some firm may be covered by such insurance.
    pub covering: bool,
    /// Shares of the price that buyers do not pay.
    pub buyers: Vec<Lever>,
    /// Shares of the outlay for improvement refunded where it brought nothing.
    pub risk: Vec<Lever>,
    /// Shares of the loss on loans that the government bears.
    pub guarantees: Vec<Lever>,
    /// Additional probability, per year, that a young firm gets a round of equity.
    pub equity: Vec<Lever>,
    /// Additional probability, per year, that a firm looks for another one to take over.
    pub mergers: Vec<Lever>,
    /// Shares of the founding capital of entrants paid.
    pub entrants: Vec<Lever>,
    /// Shares of the distance to private dials that a reform closes in a year.
    pub reform: Vec<Lever>,
    /// Shares of the price of producer services paid.
    pub services: Vec<Lever>,
    /// Shares of the distance to full trust that mediation closes in a year.
    pub trust: Vec<Lever>,
    /// Shares of the noise in the choice of a field that foresight takes away.
    pub foresight: Vec<Lever>,
    /// Additional arrivals of improvements, relative to the usual ones.
    pub incentives: Vec<Lever>,
    /// Additional probability, per year, that a firm of median competence starts to export.
    pub exports: Vec<Lever>,
    /// Shares of the cost of innovation platforms paid, by the cities addressed.
    pub platforms: Vec<Lever>,
    /// Outlays by instrument.
    pub outlays: Vec<Outlay>,
}

impl Levers {
    /// Forgets the levers and outlays of the last tick.
    pub fn clear(&mut self, instruments: usize) {
        self.research.clear();
        self.equipment.clear();
        self.talent.clear();
        self.interest.clear();
        self.alliances.clear();
        self.development.clear();
        self.local_content.clear();
        self.generic.clear();
        self.connection.clear();
        for list in self.more() {
            list.clear();
        }
        self.platforms.clear();
        self.outlays.clear();
        self.outlays.resize(instruments, Outlay::default());
    }
}

impl Levers {
    /// The lists beside those of the first nine kinds.
    fn more(&mut self) -> [&mut Vec<Lever>; 16] {
        [
            &mut self.functions,
            &mut self.standards,
            &mut self.digital,
            &mut self.first_sets,
            &mut self.buyers,
            &mut self.risk,
            &mut self.guarantees,
            &mut self.equity,
            &mut self.mergers,
            &mut self.entrants,
            &mut self.reform,
            &mut self.services,
            &mut self.trust,
            &mut self.foresight,
            &mut self.incentives,
            &mut self.exports,
        ]
    }
}

impl Outlay {
    /// Pays claims as far as the budget of the tick goes; returns what is paid. `nominal` is what would be
    /// claimed at the nominal rate.
    pub fn pay(&mut self, claims: f64, nominal: f64, recipients: f64) -> f64 {
        let paid = claims.min(self.budget - self.spent).max(0.0);
        self.spent += paid;
        self.claims += nominal;
        self.recipients += recipients;
        paid
    }
}

impl Lever {
    /// Factor from what is offered to what the nominal rate means.
    pub fn to_nominal(&self) -> f64 {
        if self.rate > 0.0 { self.nominal / self.rate } else { 1.0 }
    }
}

/// Most instruments of one kind that can run at the same time.
pub const MOST_LEVERS: usize = 16;

/// Rate that the addressed can expect: the nominal one, or what the budget pays of the last tick's claims.
pub fn expected_rate(nominal: f64, budget: f64, last_claims: f64) -> f64 {
    if last_claims > budget { nominal * budget / last_claims } else { nominal }
}

/// Largest rate that a firm meets, all levers of one kind together.
const MOST: f64 = 0.9;

/// Rate that a firm meets, all levers of one kind together, at most 0.9; scaled by its priority.
pub fn rate_for(levers: &[Lever], profile: &Profile, employment: f64, priority: f64) -> f64 {
    (sum_of(levers, profile, employment, |lever| lever.rate) * priority).min(MOST)
}

/// Sum of a rate over the levers that address a firm.
fn sum_of(levers: &[Lever], profile: &Profile, employment: f64, rate: impl Fn(&Lever) -> f64) -> f64 {
    levers.iter().filter(|l| l.addressees.include(profile, employment)).map(rate).sum()
}

/// A lever's parts of the rate that a firm meets: as offered, and as it would be at the nominal rates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part {
    /// Place of the lever in its list.
    pub lever: usize,
    /// Part of the rate offered.
    pub offered: f64,
    /// Part of the nominal rate.
    pub nominal: f64,
}

/// Parts of the levers that address a firm; they sum to the rate that the firm meets.
pub fn parts<'a>(
    levers: &'a [Lever],
    profile: &'a Profile,
    employment: f64,
    priority: f64,
) -> impl Iterator<Item = Part> + 'a {
    parts_up_to(levers, profile, employment, priority, MOST)
}

/// The same where the levers of a kind together pay at most this rate, too.
pub fn parts_up_to<'a>(
    levers: &'a [Lever],
    profile: &'a Profile,
    employment: f64,
    priority: f64,
    most: f64,
) -> impl Iterator<Item = Part> + 'a {
    // What is left of the sum of rates after the bound.
    let bounded = |sum: f64| if sum > 0.0 { (sum * priority).min(MOST).min(most) / sum } else { 0.0 };
    let offered = bounded(sum_of(levers, profile, employment, |lever| lever.rate));
    let nominal = bounded(sum_of(levers, profile, employment, |lever| lever.nominal));
    let addressed = levers.iter().enumerate().filter(move |(_, l)| l.addressees.include(profile, employment));
    addressed.map(move |(lever, set)| Part { lever, offered: set.rate * offered, nominal: set.nominal * nominal })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::firms::Role;

    fn profile() -> Profile {
        Profile { sub_industry: 2, city: 3, ownership: 1, role: Role::Integrator, ..Profile::default() }
    }

    #[test]
    fn rates_of_addressed_levers_add_up_to_a_bound() {
        let lever = |rate, sub_industries| Lever {
            instrument: 0,
            rate,
            nominal: 2.0 * rate,
            budget: 1.0,
            addressees: Addressees { sub_industries, ..Addressees::all() },
        };
        let levers = [lever(0.2, 1 << 2), lever(0.3, 1 << 1), lever(0.1, u64::MAX)];
        assert!((rate_for(&levers, &profile(), 10.0, 1.0) - 0.3).abs() < 1e-15);
        assert!((rate_for(&levers, &profile(), 10.0, 1.5) - 0.45).abs() < 1e-15);
        assert_eq!(rate_for(&levers, &profile(), 10.0, 100.0), 0.9);
        let parts: Vec<Part> = parts(&levers, &profile(), 10.0, 2.0).collect();
        // Offered 0.3 x 2; nominal 0.6 x 2, bound to 0.9; two thirds and one third of each.
        let by_hand = [(0, 0.4, 0.6), (2, 0.2, 0.3)];
        assert_eq!(parts.len(), by_hand.len());
        for (part, (lever, offered, nominal)) in parts.iter().zip(by_hand) {
            assert_eq!(part.lever, lever);
            assert!((part.offered - offered).abs() < 1e-15 && (part.nominal - nominal).abs() < 1e-15);
        }
        let bound: Vec<Part> = parts_up_to(&levers, &profile(), 10.0, 2.0, 0.15).collect();
        assert!((bound[0].offered - 0.1).abs() < 1e-15 && (bound[1].nominal - 0.05).abs() < 1e-15);
    }

    #[test]
    fn what_can_be_expected_is_what_the_budget_pays_of_the_last_claims() {
        // Claims of 80 against 20 of budget: a quarter of the rate.
        assert!((expected_rate(0.4, 20.0, 80.0) - 0.1).abs() < 1e-15);
        assert_eq!(expected_rate(0.4, 20.0, 20.0), 0.4);
        // Nothing was claimed: the programme is new, or nobody wanted it.
        assert_eq!(expected_rate(0.4, 20.0, 0.0), 0.4);
    }

    #[test]
    fn employment_limits_are_inclusive() {
        let some = Addressees { employment: (10.0, 20.0), ..Addressees::all() };
        assert!(some.include(&profile(), 10.0) && some.include(&profile(), 20.0));
        assert!(!some.include(&profile(), 9.9) && !some.include(&profile(), 20.1));
    }
}
