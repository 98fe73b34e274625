//! The choice among standards: when firms look at them, what they choose and give up for it, and what the
//! blocks of the home market choose by the same rule.

use rand::Rng;
use rand_chacha::ChaCha8Rng;

use super::{GREEN, HIGH_INCOME, HOME_MARKET, Params, STANDARD_CHOICE, STANDARDS};
use crate::kernel::draws::{Draws, Small, uniform};
use crate::kernel::math::{exp, power};
use crate::kernel::ordered::Total;
use crate::kernel::parts::Desks;
use crate::world::World;
use crate::world::firms::Firms;
use crate::world::ledger::{Account, Entry, FirmBooks, Journal, Side};
use crate::world::profit::{ProfitFunction, Terms};
use crate::world::standards::{
    MOST_STANDARDS, NO_STANDARD, Practice, STANDARD_CLASSES, Standard, Standards, logit_weights,
};

/// Outlay on standards relative to the one at which a look every `review_years` holds.
pub(super) fn relative_outlay(world: &World, row: usize, params: &Params) -> f64 {
    let usual = params.review_cost * world.firms.flow[row].sales;
    if usual > 0.0 { f64::from(world.firms.effort[row].budget[STANDARDS]) / usual } else { 0.0 }
}

/// Probability that a firm looks at the standards in its turn of the year.
pub(super) fn chance_to_look(world: &World, row: usize, params: &Params) -> f64 {
    if world.firms.plant[row].capacity <= 0.0 {
        return 0.0;
    }
    (power(relative_outlay(world, row, params), 0.5) / params.review_years).min(1.0)
}

/// What a firm that looks at the standards decides.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Look {
    row: usize,
    /// Standards from now on.
    standards: [u8; STANDARD_CLASSES],
    /// Present value of the change, million CNY.
    value: f64,
}

pub(super) fn look(
    looks: &mut Desks<Vec<Look>>,
    world: &World,
    params: &Params,
    terms: &Terms,
    annuity: f64,
    draws: &Draws,
) {
    let tick = world.clock.tick;
    draws.decide_at(looks, STANDARD_CHOICE, tick, &world.firms.id, |row, mut small, looks| {
        if !world.clock.reviews(world.firms.id[row].ordinal()) {
            return;
        }
        if small.uniform() < chance_to_look(world, row, params) {
            looks.push(Eye::new(world, row, params, terms, annuity).decide(&mut small));
        }
    });
}

/// A firm's eye on the standards.
pub(super) struct Eye<'a> {
    world: &'a World,
    row: usize,
    params: &'a Params,
    annuity: f64,
    profit: ProfitFunction,
    /// Share of each standard among those with whom the firm works.
    links: [f64; MOST_STANDARDS],
    /// Utility lost by a change, log points.
    tied: f64,
    /// Machines tied to the standard of a class, million CNY.
    stranded: f64,
    /// Share of sales in the high-income market.
    high_income: f64,
}

impl<'a> Eye<'a> {
    pub(super) fn new(world: &'a World, row: usize, params: &'a Params, terms: &Terms, annuity: f64) -> Self {
        /// Most years of value added that count as tied: a firm that adds nothing is not tied for ever.
        const MOST_YEARS: f64 = 4.0;
        let firms = &world.firms;
        let capital = firms.balances[row].get(Account::FixedCapital);
        let value_added = firms.flow[row].value_added * world.clock.ticks();
        let demand = &world.outside.demand[usize::from(firms.profile[row].sub_industry)];
        let years = if value_added > 0.0 { (capital / value_added).min(MOST_YEARS) } else { MOST_YEARS };
        Eye {
            world,
            row,
            params,
            annuity,
            profit: world.profit_function(row, terms),
            links: links(world, row),
            tied: params.tied_capital * years,
            stranded: params.tied_capital * capital,
            high_income: firms.position[row].spent_in(HIGH_INCOME, demand),
        }
    }

    fn today(&self) -> &Practice {
        &self.world.firms.practice[self.row]
    }

    /// What the firm may choose in a class.
    fn options(&self, class: usize) -> Options {
        let today = self.today();
        let compliance = if class == GREEN { self.world.lines.compliance * today.green } else { 0.0 };
        let utility = |at: usize, one: &Standard| {
            let spread = self.params.own_links * self.links[at] + self.params.market * one.share;
            one.level + spread - one.royalty + compliance
        };
        let habit = Habit { today: today.standards[class], tied: self.tied };
        Options::of(&self.world.standards.list, class, habit, self.params.without, utility)
    }

    /// Draws the standard of each class.
    fn decide(&self, small: &mut Small) -> Look {
        let mut standards = self.today().standards;
        let mut value = 0.0;
        for (class, chosen) in standards.iter_mut().enumerate() {
            *chosen = self.options(class).draw(self.params.intensity, small.uniform());
            value += self.worth(class, *chosen);
        }
        Look { row: self.row, standards, value }
    }

    /// Present value that a look may be expected to bring.
    pub(super) fn expected(&self) -> f64 {
        let of = |class: usize| {
            let options = self.options(class);
            let (weights, sum) = options.weights(self.params.intensity);
            let chosen = options.codes[..options.count].iter().zip(&weights);
            chosen.map(|(to, weight)| weight / sum * self.worth(class, *to)).sum::<f64>()
        };
        (0..STANDARD_CLASSES).map(of).sum()
    }

    /// Present value of turning to a standard: cash flow by the firm's own profit function, less machines.
    fn worth(&self, class: usize, to: u8) -> f64 {
        let from = self.today().standards[class];
        if to == from {
            return 0.0;
        }
        let of = |code: u8| match self.world.standards.list.get(usize::from(code)) {
            Some(one) => (one.quality, one.royalty, if class == GREEN { one.access } else { 0.0 }),
            None => (self.world.standards.quality_without[class], 0.0, 0.0),
        };
        let ((quality, royalty, access), (quality_now, royalty_now, access_now)) = (of(to), of(from));
        let cash = self.profit.gain_from_quality(quality - quality_now)
            - (royalty - royalty_now) * self.profit.annual_sales()
            + self.profit.gain_from_custom(self.high_income * (exp(access - access_now) - 1.0));
        let stranded = if from != NO_STANDARD { self.stranded } else { 0.0 };
        self.annuity * cash - stranded
    }
}

/// The standard by which somebody works today, and the utility lost by leaving it.
#[derive(Debug, Clone, Copy)]
struct Habit {
    today: u8,
    tied: f64,
}

/// What may be chosen in a class: its launched standards in their order, then none.
#[derive(Debug, Clone)]
struct Options {
    /// How each option stands with a firm.
    codes: [u8; MOST_STANDARDS + 1],
    utilities: [Option<f64>; MOST_STANDARDS + 1],
    count: usize,
}

impl Options {
    /// Options of which a standard has this `utility` to its users, and none the utility `without`.
    fn of(
        list: &[Standard],
        class: usize,
        habit: Habit,
        without: f64,
        utility: impl Fn(usize, &Standard) -> f64,
    ) -> Self {
        let mut options =
            Options { codes: [NO_STANDARD; MOST_STANDARDS + 1], utilities: [None; MOST_STANDARDS + 1], count: 0 };
        for (at, one) in list.iter().enumerate().filter(|(_, one)| one.launched && one.class as usize == class) {
            options.add(at as u8, utility(at, one), habit);
        }
        options.add(NO_STANDARD, without, habit);
        options
    }

    fn add(&mut self, code: u8, utility: f64, habit: Habit) {
        let tied = if habit.today != NO_STANDARD && code != habit.today { habit.tied } else { 0.0 };
        self.codes[self.count] = code;
        self.utilities[self.count] = Some(utility - tied);
        self.count += 1;
    }

    /// Weight of each option in the choice, and their sum.
    fn weights(&self, intensity: f64) -> ([f64; MOST_STANDARDS + 1], f64) {
        let mut weights = [0.0; MOST_STANDARDS + 1];
        let sum = logit_weights(&self.utilities[..self.count], intensity, &mut weights);
        (weights, sum)
    }

    /// The option that a uniform number falls on, as it stands with a firm.
    fn draw(&self, intensity: f64, u: f64) -> u8 {
        let (weights, sum) = self.weights(intensity);
        let mut left = u * sum;
        let found = weights[..self.count].iter().position(|weight| {
            left -= weight;
            left < 0.0
        });
        found.map_or(NO_STANDARD, |at| self.codes[at])
    }
}

/// Share of each standard among suppliers, customers and partners; the market's where a firm has none.
fn links(world: &World, row: usize) -> [f64; MOST_STANDARDS] {
    let (mut count, mut contacts) = ([0.0; MOST_STANDARDS], 0.0);
    let firms = world.firms.len();
    let partners = world.network.partners(row).filter(|node| *node < firms);
    for other in world.business_contacts(row).chain(partners) {
        contacts += 1.0;
        for at in world.firms.practice[other].standards.iter().filter(|at| **at != NO_STANDARD) {
            count[usize::from(*at)] += 1.0;
        }
    }
    let market = |at: usize| world.standards.list.get(at).map_or(0.0, |standard| standard.share);
    std::array::from_fn(|at| if contacts > 0.0 { count[at] / contacts } else { market(at) })
}

/// Carries out what firms have decided: machines tied to the old standard are given up and replaced.
pub(super) fn turn(world: &mut World, params: &Params, looks: &Desks<Vec<Look>>) {
    let World { firms, standards, .. } = &mut *world;
    let Firms { effort, practice, position, balances, chunks, .. } = firms;
    let columns = (
        0..balances.len(),
        effort.as_mut_slice(),
        practice.as_mut_slice(),
        position.as_mut_slice(),
        balances.as_mut_slice(),
    );
    let nothing = Turned::default();
    let turned = chunks.fold_with(columns, &nothing, |turned, (rows, efforts, practices, positions, balances)| {
        for look in looks.among(rows.clone(), |look| look.row) {
            let row = look.row - rows.start;
            efforts[row].gain[STANDARDS] += look.value as f32;
            let (before, practice) = (practices[row], &mut practices[row]);
            practice.standards = look.standards;
            let access = standards.access_of(practice) - standards.access_of(&before);
            if access != 0.0 {
                positions[row].base[HIGH_INCOME] *= exp(access);
            }
            for (from, to) in before.standards.into_iter().zip(look.standards).filter(|(from, to)| from != to) {
                turned.count(from, to, params.tied_capital, &mut balances[row]);
            }
        }
    });
    for (standard, at) in standards.list.iter_mut().zip(0..) {
        standard.joined += turned.joined[at];
        standard.left += turned.left[at];
        standard.stranded += turned.stranded[at];
    }
    world.book(&turned.journal);
}

/// What changes of standards come to, standard by standard.
#[derive(Debug, Clone, Default)]
struct Turned {
    journal: Journal,
    /// Firms that take it up.
    joined: [u32; MOST_STANDARDS],
    /// Firms that give it up.
    left: [u32; MOST_STANDARDS],
    /// Machines given up with it, million CNY.
    stranded: [f64; MOST_STANDARDS],
}

impl Turned {
    /// Counts a firm's change of standards; either may be none.
    fn count(&mut self, from: u8, to: u8, tied: f64, books: &mut FirmBooks) {
        if to != NO_STANDARD {
            self.joined[usize::from(to)] += 1;
        }
        if from != NO_STANDARD {
            let stranded = tied * books.get(Account::FixedCapital);
            self.left[usize::from(from)] += 1;
            self.stranded[usize::from(from)] += stranded;
            self.journal.within_firm(Entry::StrandedCapital, stranded, books);
            self.journal.firm(Entry::Retooling, Side::Payer, stranded, books);
        }
    }
}

impl Total for Turned {
    fn absorb(&mut self, part: &Self) {
        self.journal.absorb(&part.journal);
        self.joined.absorb(&part.joined);
        self.left.absorb(&part.left);
        self.stranded.absorb(&part.stranded);
    }
}

/// Some blocks of the home market look at the standards and choose by the same rule.
pub(super) fn home_market(world: &mut World, params: &Params, draws: &Draws) {
    let chance = world.clock.share_from_year(1.0 / params.review_years.max(1.0));
    let mut generator = draws.at(HOME_MARKET, world.clock.tick, 0);
    let Standards { list, blocks, .. } = &mut world.standards;
    let next = |generator: &mut ChaCha8Rng| uniform(generator.next_u64());
    for block in blocks.iter_mut() {
        let looks = next(&mut generator) < chance;
        for (class, chosen) in block.iter_mut().enumerate() {
            let u = next(&mut generator);
            if !looks {
                continue;
            }
            *chosen = of_block(list, params, class, *chosen).draw(params.intensity, u);
        }
    }
}

/// What a block of the home market that uses `today` may choose in a class.
fn of_block(list: &[Standard], params: &Params, class: usize, today: u8) -> Options {
    // An industry's fixed capital is about a year's value added.
    let habit = Habit { today, tied: params.tied_capital };
    Options::of(list, class, habit, params.without, |_, one| {
        let spread = params.own_links * one.home_share + params.market * one.share;
        one.level + spread - one.royalty
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mechanisms::standards::examples::{one, standards, users};
    use crate::mechanisms::standards::weigh;
    use crate::world::standards::{Sponsor, StandardClass};

    #[test]
    fn blocks_weigh_level_spread_royalty_and_what_is_tied() {
        let (mut standards, params) = (standards(), Params::default());
        weigh(&mut standards, &params, &users());
        let of = |standards: &Standards, class: usize, today: u8| {
            let options = of_block(&standards.list, &params, class, today);
            let codes = options.codes[..options.count].iter().copied();
            codes.zip(options.utilities.iter().flatten().copied()).collect::<Vec<_>>()
        };
        let options = of(&standards, 0, 0);
        let codes = |options: &[(u8, f64)]| options.iter().map(|(code, _)| *code).collect::<Vec<_>>();
        assert_eq!(codes(&options), [0, 1, NO_STANDARD]);
        assert!((options[0].1 - (0.3 * 0.5 + 0.3 * 0.58 - 0.005)).abs() < 1e-12);
        assert!((options[1].1 - (-0.1 + 0.3 * 0.25 + 0.3 * 0.24 - 0.08)).abs() < 1e-12);
        assert!((options[2].1 - (-0.15 - 0.08)).abs() < 1e-12);
        // Who has none is tied to none; nobody chooses what is not launched or of another class.
        assert!((of(&standards, 0, NO_STANDARD)[1].1 - 0.047).abs() < 1e-12);
        standards.list[1].launched = false;
        assert_eq!(codes(&of(&standards, 0, 0)), [0, NO_STANDARD]);
        assert_eq!(codes(&of(&standards, 2, NO_STANDARD)), [NO_STANDARD]);
    }

    #[test]
    fn a_draw_falls_on_options_in_proportion() {
        // Weights of 3 and 1 at an intensity of 2.
        let list = [one(StandardClass::Green, Sponsor::Nation, 0.0, 0.0)];
        let habit = Habit { today: NO_STANDARD, tied: 0.0 };
        let options = Options::of(&list, GREEN, habit, 0.0, |_, _| 3f64.ln() / 2.0);
        assert_eq!([0.0, 0.74, 0.76, 0.999].map(|u| options.draw(2.0, u)), [0, 0, NO_STANDARD, NO_STANDARD]);
    }
}
