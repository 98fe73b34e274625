//! Durable state of the simulation, and the formulas that several mechanisms share.
//!
//! Mechanisms never import each other; they meet here.

pub mod abroad;
mod columns;
pub mod finite;
pub mod firms;
mod fresh_bonds;
pub mod kept_progress;
pub mod knowledge;
pub mod ledger;
pub mod levers;
pub mod lines;
pub mod network;
pub mod outside;
pub mod platforms;
pub mod profit;
pub mod region;
pub mod rivalry;
pub mod services;
pub mod standards;
pub mod stayers;
pub mod structure;
pub mod supply;

use rayon::prelude::*;

use crate::kernel::clock::Clock;
use crate::kernel::ordered::{self, MIN_ROWS, Total};
use crate::kernel::post::Post;
use crate::kernel::scratch::Scratch;
use crate::world::firms::{Directory, Firms, MARKETS, Role};
use crate::world::ledger::{ACCOUNTS, Balances, BooksError, Journal, Ledger, TOGETHER, TOLERANCE};
use crate::world::levers::Levers;
use crate::world::lines::Lines;
use crate::world::network::{Network, Place, Subject};
use crate::world::outside::Outside;
use crate::world::platforms::Platforms;
use crate::world::profit::{ProfitFunction, Terms};
use crate::world::region::{CityState, DIALS, Dials, Events, LabourMarket, Learning, Measures, Openings, Researcher};
use crate::world::services::Services;
use crate::world::standards::Standards;
use crate::world::stayers::Stayers;
use crate::world::structure::{MOST_GROUPS, Structure};
use crate::world::supply::{Contacts, Sourcing, SupplyNetwork, Trade};

/// The state of the region and of the world around it.
#[derive(Debug, Clone)]
pub struct World {
    /// Calendar.
    pub clock: Clock,
    /// What does not change.
    pub structure: Structure,
    /// Firms.
    pub firms: Firms,
    /// Outside world.
    pub outside: Outside,
    /// Cities: engineers and their market.
    pub cities: Vec<CityState>,
    /// Universities.
    pub universities: Vec<Researcher>,
    /// Research institutes.
    pub institutes: Vec<Researcher>,
    /// Labour market.
    pub labour: LabourMarket,
    /// Ownership dials in force, by ownership group.
    pub dials: Vec<Dials>,
    /// Share of the way to the private values that reforms have moved each dial, by ownership group; empty
    /// where there has been none.
    pub reformed: Vec<[f64; DIALS]>,
    /// Pay-offs of upgrading observed in each sub-industry.
    pub learning: Vec<Learning>,
    /// Effective engineers per engineer's cost of contract research, by sub-industry.
    pub science_quality: Vec<f64>,
    /// Policy levers in force.
    pub levers: Levers,
    /// Books.
    pub ledger: Ledger,
    /// What happened in the tick.
    pub events: Events,
    /// Thresholds of measurement, fixed in the opening state.
    pub measures: Measures,
    /// Balances and rates of the opening state.
    pub openings: Openings,
    /// Rows of each sub-industry's firms, rebuilt every tick: the index of candidates.
    pub members: Vec<Vec<u32>>,
    /// Those of them that supply components.
    pub suppliers: Vec<Vec<u32>>,
    /// Alliances and other relations among subjects.
    pub network: Network,
    /// Supply network; each firm's sources stand with the firm.
    pub supply: SupplyNetwork,
    /// Producer services.
    pub services: Services,
    /// Innovation platforms; memberships stand with the firms.
    pub platforms: Platforms,
    /// Research partners abroad.
    pub partners_abroad: Vec<Researcher>,
    /// Technical standards; each firm's own stand with the firm.
    pub standards: Standards,
    /// What digital and green lines do.
    pub lines: Lines,
    /// Working memory; no part of the state.
    pub scratch: Scratch,
}

impl World {
    /// Rebuilds the indices of firms: who works in which sub-industry, and who buys from whom.
    pub fn index_firms(&mut self) {
        let mut post = self.scratch.take();
        let World { members, suppliers, firms, supply, .. } = self;
        index(firms.directory(), members, suppliers, &mut supply.contacts, &mut post);
        self.scratch.give_back(post);
    }

    /// Adds the firms from this row on, who are not in the indices yet: newcomers, who buy from nobody here.
    pub fn index_newcomers(&mut self, first: usize) {
        list_members(self.firms.directory(), first, &mut self.members, &mut self.suppliers);
        debug_assert!(self.has_listed_all(), "a firm has gained or lost its capacity since the firms were indexed");
    }

    /// Whether the firms with capacity, and no others, are listed by sub-industry.
    fn has_listed_all(&self) -> bool {
        let has_capacity = |row: usize| self.firms.plant[row].capacity > 0.0;
        let listed = self.members.iter().flatten();
        let count = (0..self.firms.len()).filter(|row| has_capacity(*row)).count();
        listed.clone().count() == count && listed.clone().all(|row| has_capacity(*row as usize))
    }

    /// Keeps the firms for which `stays` holds, and rebuilds their indices; relations of those that leave end.
    pub fn retain(&mut self, stays: &[bool]) {
        if !stays.contains(&false) {
            return self.index_firms();
        }
        let mut stayers: Stayers = self.scratch.take();
        let mut post = self.scratch.take();
        stayers.find(stays);
        let World { network, standards, firms, supply, members, suppliers, .. } = self;
        let relations = || {
            network.retain(stayers.rows());
            standards.retain(stayers.rows());
        };
        // Moving rows waits for memory, and the indices for single firms.
        let table = || {
            supply.lost_since += move_suppliers(&mut firms.sourcing, stayers.rows());
            firms.retain(&stayers, |listed| index(listed, members, suppliers, &mut supply.contacts, &mut post));
        };
        rayon::join(table, relations);
        self.scratch.give_back(stayers);
        self.scratch.give_back(post);
    }

    /// Calls `each` with every buyer and each of its suppliers in the region, by rows.
    pub fn each_link(&self, mut each: impl FnMut(usize, usize)) {
        for (buyer, sourcing) in self.firms.sourcing.iter().enumerate() {
            for source in &sourcing.source {
                if let Some(supplier) = source.supplier() {
                    each(buyer, supplier);
                }
            }
        }
    }

    /// Suppliers and customers of a firm in the region, as nodes.
    pub fn business_contacts(&self, row: usize) -> impl Iterator<Item = usize> + Clone + '_ {
        self.supply.contacts.of(row).iter().map(|other| *other as usize)
    }

    /// A firm's own profit function.
    pub fn profit_function(&self, row: usize, terms: &Terms) -> ProfitFunction {
        let firms = &self.firms;
        ProfitFunction::new(
            terms,
            &self.structure,
            &self.outside,
            &firms.profile[row],
            &firms.plant[row],
            &firms.technique[row],
            &firms.position[row],
            &firms.balances[row],
        )
    }

    /// What the profit function of each firm says.
    pub fn of_profits<T: Send>(&self, terms: &Terms, what: impl Fn(&ProfitFunction) -> T + Sync) -> Vec<T> {
        let rows = (0..self.firms.len()).into_par_iter().with_min_len(MIN_ROWS);
        rows.map(|row| what(&self.profit_function(row, terms))).collect()
    }

    /// Change of a firm's annual cash flow from a rise of its competence.
    pub fn worth_of_competence(&self, row: usize, rise: f64, terms: &Terms) -> f64 {
        if rise > 0.0 { self.profit_function(row, terms).gain((1.0 - terms.vintage_weight) * rise) } else { 0.0 }
    }

    /// Whether a firm is a core of the region.
    pub fn is_core(&self, row: usize) -> bool {
        self.firms.profile[row].core
    }

    /// Researcher behind the science subject of this number: universities, institutes, partners abroad.
    pub fn researcher(&self, number: usize) -> &Researcher {
        let (universities, institutes) = (self.universities.len(), self.institutes.len());
        match number {
            _ if number < universities => &self.universities[number],
            _ if number < universities + institutes => &self.institutes[number - universities],
            _ => &self.partners_abroad[number - universities - institutes],
        }
    }

    /// The same, to be changed.
    pub fn researcher_mut(&mut self, number: usize) -> &mut Researcher {
        let (universities, institutes) = (self.universities.len(), self.institutes.len());
        match number {
            _ if number < universities => &mut self.universities[number],
            _ if number < universities + institutes => &mut self.institutes[number - universities],
            _ => &mut self.partners_abroad[number - universities - institutes],
        }
    }

    /// Whether the science subject of this number is abroad.
    pub fn is_abroad(&self, number: usize) -> bool {
        number >= self.universities.len() + self.institutes.len()
    }

    /// In how many projects of joint research a subject takes part, to be changed.
    pub fn projects_mut(&mut self, subject: Subject) -> &mut u8 {
        match subject.place() {
            Place::Firm(row) => &mut self.firms.profile[row].projects,
            Place::Science(number) => &mut self.researcher_mut(number).projects,
        }
    }

    /// Number of universities, institutes and partners abroad.
    pub fn researchers(&self) -> usize {
        self.universities.len() + self.institutes.len() + self.partners_abroad.len()
    }

    /// Sum of all firms' balances, the same for any number of threads.
    pub fn firms_balances(&self) -> Balances {
        let balances = &self.firms.balances;
        Balances(ordered::fold(balances.len(), &[0.0; ACCOUNTS], |sums, rows| {
            balances[rows].iter().for_each(|books| sums.absorb(&books.0));
        }))
    }

    /// Books a journal of firms' entries.
    pub fn book(&mut self, journal: &Journal) {
        self.ledger.absorb(journal);
    }

    /// Checks the books of every firm and every sector.
    ///
    /// # Errors
    /// Names tick, agent and account of the first violation.
    pub fn audit(&self) -> Result<(), BooksError> {
        let tick = self.clock.tick;
        let firms = &self.firms;
        let rows = (0..firms.len()).into_par_iter().with_min_len(MIN_ROWS);
        if let Some((row, gap)) = rows.filter_map(|row| firm_violation(firms, row)).min_by_key(|(row, _)| *row) {
            let agent = format!("firm {}", firms.id[row].number());
            return Err(BooksError { tick, agent, account: TOGETHER, gap });
        }
        self.ledger.audit(tick, self.firms_balances())
    }
}

/// Moves the names of suppliers; returns the links lost with firms that leave.
fn move_suppliers(sourcing: &mut [Sourcing], rows: &[u32]) -> u32 {
    let lost = (sourcing, rows).into_par_iter().with_min_len(MIN_ROWS).map(|(sourcing, row)| match *row {
        Stayers::GONE => sourcing.suppliers().count() as u32,
        _ => sourcing.moved(rows),
    });
    lost.sum()
}

/// Makes the indices of firms anew; one knows nothing of the other.
fn index(
    firms: Directory<'_>,
    members: &mut [Vec<u32>],
    suppliers: &mut [Vec<u32>],
    contacts: &mut Contacts,
    post: &mut Post<Trade>,
) {
    rayon::join(
        || contacts.renew(firms.sourcing, post),
        || {
            members.iter_mut().chain(&mut *suppliers).for_each(Vec::clear);
            list_members(firms, 0, members, suppliers);
        },
    );
}

/// Lists the firms from this row on by sub-industry; a firm without capacity is nobody's model or target.
fn list_members(firms: Directory<'_>, first: usize, members: &mut [Vec<u32>], suppliers: &mut [Vec<u32>]) {
    for (row, (profile, plant)) in (first..).zip(firms.profile[first..].iter().zip(&firms.plant[first..])) {
        let s = usize::from(profile.sub_industry);
        if plant.capacity > 0.0 {
            members[s].push(row as u32);
            if profile.role == Role::ComponentSupplier {
                suppliers[s].push(row as u32);
            }
        }
    }
}

/// Sums over firms by sub-industry and market.
pub type Nests = [[f64; MARKETS]; MOST_GROUPS];

/// What is left where the accounts of a firm do not cancel. Each entry moves two of them or none, and nothing else
/// moves them; as for sectors, what years of entries round off is measured by the accounts, however little flows now.
fn firm_violation(firms: &Firms, row: usize) -> Option<(usize, f64)> {
    let (balances, flow) = (&firms.balances[row], &firms.flow[row]);
    let largest = balances.0.iter().fold(0.0, |largest: f64, balance| largest.max(balance.abs()));
    let flows = (flow.sales + flow.inputs + flow.investment).abs();
    let tolerance = TOLERANCE * flows.max(1e-3 * largest).max(1.0);
    let gap: f64 = balances.0.iter().sum();
    // A NaN is a violation too, so the comparison must not be turned round.
    if gap.abs() <= tolerance { None } else { Some((row, gap)) }
}
