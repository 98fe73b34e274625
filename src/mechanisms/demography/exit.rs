//! Who leaves: firms whose own funds are gone, or that have been too small for too long, are wound up.

use super::{Params, RESCUE};
use crate::kernel::draws::{Draws, Key};
use crate::kernel::ids::FirmId;
use crate::kernel::ordered::Total;
use crate::kernel::single::Single;
use crate::world::World;
use crate::world::firms::{Firms, Flow, Profile, Workforce};
use crate::world::ledger::{Account, Entry, FirmBooks, Journal, Sector, Side};
use crate::world::levers::{self, Lever, MOST_LEVERS};
use crate::world::region::{Dials, Events};
use crate::world::structure::{MOST_GROUPS, OwnershipGroup};

/// Lets firms leave, beside those that `stays` says have been taken over. Failing ones first try to be
/// rescued; what is left of a firm is wound up. Who stays is indexed anew.
pub fn exit(world: &mut World, params: &Params, draws: &Draws, mut stays: Vec<bool>) {
    if params.enabled {
        wind_up_failing(world, params, draws, &mut stays);
    }
    world.retain(&stays);
    world.scratch.give_back(stays);
}

fn wind_up_failing(world: &mut World, params: &Params, draws: &Draws, stays: &mut [bool]) {
    let World { firms, structure, clock, dials, levers, events, .. } = &mut *world;
    let liquidator = Liquidator {
        smallest: params.exit_sales / structure.scale / clock.ticks(),
        patience: clock.ticks_in(f64::from(params.exit_patience) / 4.0),
        liquidation: params.liquidation,
        tick: clock.tick,
        key: draws.key(RESCUE, clock.tick),
        dials,
        ownership: &structure.ownership,
        guarantees: &levers.guarantees,
    };
    let Firms { id, profile, flow, workforce, balances, venture_equity, chunks, .. } = firms;
    let columns = (
        id.as_slice(),
        flow.as_slice(),
        workforce.as_slice(),
        profile.as_mut_slice(),
        balances.as_mut_slice(),
        venture_equity.as_mut_slice(),
        stays,
    );
    let nothing = Left::default();
    let left = chunks.fold_with(columns, &nothing, |left, (ids, flows, people, profiles, balances, venture, stays)| {
        for row in 0..ids.len() {
            if !stays[row] {
                continue;
            }
            let Some(faded) = liquidator.doubts(ids[row], &flows[row], &mut profiles[row], &balances[row]) else {
                continue;
            };
            let firm = Failing { id: ids[row], profile: &profiles[row], people: &people[row] };
            if faded || !liquidator.rescues(&firm, &mut balances[row], left) {
                liquidator.wind_up(&firm, &mut balances[row], &mut venture[row], left);
                stays[row] = false;
            }
        }
    });
    left.report(events);
    let mut paid = 0.0;
    for (lever, [claims, nominal, recipients]) in levers.guarantees.iter().zip(left.guarantees) {
        paid += levers.outlays[lever.instrument].pay(claims, nominal, recipients);
    }
    world.ledger.post(Entry::GuaranteePaid, paid);
    world.book(&left.journal);
}

/// What those leave who leave, and what rescues cost.
#[derive(Debug, Clone)]
struct Left {
    journal: Journal,
    /// Firms that leave, by sub-industry.
    exits: [u32; MOST_GROUPS],
    bailouts: u32,
    /// Losses on guaranteed loans lever by lever: at the rates offered, at the nominal ones, and of how many firms.
    guarantees: [[f64; 3]; MOST_LEVERS],
}

impl Default for Left {
    fn default() -> Self {
        let guarantees = [[0.0; 3]; MOST_LEVERS];
        Left { journal: Journal::default(), exits: [0; MOST_GROUPS], bailouts: 0, guarantees }
    }
}

impl Total for Left {
    fn absorb(&mut self, part: &Self) {
        self.journal.absorb(&part.journal);
        self.exits.absorb(&part.exits);
        self.bailouts += part.bailouts;
        self.guarantees.absorb(&part.guarantees);
    }
}

impl Left {
    fn report(&self, events: &mut Events) {
        events.exits.iter_mut().zip(&self.exits).for_each(|(exits, left)| *exits += left);
        events.bailouts += self.bailouts;
    }
}

/// A firm in doubt.
struct Failing<'a> {
    id: FirmId,
    profile: &'a Profile,
    people: &'a Workforce,
}

/// What decides who must leave, and what is done then.
struct Liquidator<'a> {
    /// Sales of a tick below which a firm fades, million CNY.
    smallest: f64,
    /// Ticks for which it may.
    patience: u32,
    /// Share of the book value of machines recovered.
    liquidation: f64,
    tick: u32,
    key: Key,
    dials: &'a [Dials],
    ownership: &'a [OwnershipGroup],
    guarantees: &'a [Lever],
}

impl Liquidator<'_> {
    /// Whether a firm that may have to leave has faded; none if nothing is wrong with it.
    fn doubts(&self, id: FirmId, flow: &Flow, profile: &mut Profile, books: &FirmBooks) -> Option<bool> {
        let small = flow.sales < self.smallest && id.birth_tick() < self.tick;
        profile.small_ticks = if small { profile.small_ticks.saturating_add(1) } else { 0 };
        let faded = u32::from(profile.small_ticks) >= self.patience;
        (faded || books.own_funds() < 0.0).then_some(faded)
    }

    /// A bail-out restores own funds to a tenth of assets, with the probability of the ownership group.
    fn rescues(&self, firm: &Failing<'_>, books: &mut FirmBooks, left: &mut Left) -> bool {
        let chance = self.dials[usize::from(firm.profile.ownership)].bailout;
        if self.key.firm(firm.id).uniform() >= chance {
            return false;
        }
        let amount = 0.1 * books.assets() - books.own_funds();
        left.journal.firm(Entry::Bailout, Side::Receiver, amount, books);
        left.bailouts += 1;
        true
    }

    /// Sells machines at the liquidation share, pays lenders, then owners, and writes off the rest.
    fn wind_up(&self, firm: &Failing<'_>, books: &mut FirmBooks, venture: &mut Single, left: &mut Left) {
        let holder = self.ownership[usize::from(firm.profile.ownership)].holder;
        let journal = &mut left.journal;
        let machines = books.get(Account::FixedCapital);
        journal.firm(Entry::LiquidationSale, Side::Receiver, self.liquidation * machines, books);
        journal.within_firm(Entry::CapitalWriteOff, books.get(Account::FixedCapital), books);
        journal.within_firm(Entry::StockClearance, -books.get(Account::Inventories), books);
        let debt = -books.get(Account::Loans);
        let repaid = debt.min(books.get(Account::Deposits)).max(0.0);
        journal.firm(Entry::LoansRepaid, Side::Payer, repaid, books);
        let lost = -books.get(Account::Loans);
        journal.firm(Entry::LoanWriteOff, Side::Receiver, lost, books);
        let rest = books.get(Account::Deposits);
        journal.firm(Entry::dividends_to(holder), Side::Payer, rest, books);
        let equity = -books.get(Account::Equity);
        let to_venture = venture.get().min(equity);
        journal.firm(Entry::EquityLostVenture, Side::Receiver, to_venture, books);
        journal.firm(loss_of(holder), Side::Receiver, equity - to_venture, books);
        *venture = 0.0.into();
        left.exits[usize::from(firm.profile.sub_industry)] += 1;
        self.claim_guarantees(firm, lost, left);
    }

    /// The government bears its share of the loss on guaranteed loans.
    fn claim_guarantees(&self, firm: &Failing<'_>, lost: f64, left: &mut Left) {
        if lost <= 0.0 {
            return;
        }
        for part in levers::parts(self.guarantees, firm.profile, firm.people.workers.get(), 1.0) {
            left.guarantees[part.lever].absorb(&[lost * part.offered, lost * part.nominal, 1.0]);
        }
    }
}

fn loss_of(holder: Sector) -> Entry {
    match holder {
        Sector::Government => Entry::EquityLostGovernment,
        Sector::OutsideWorld => Entry::EquityLostOutside,
        _ => Entry::EquityLostHouseholds,
    }
}
