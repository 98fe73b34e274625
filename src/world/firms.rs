//! The firms: one column of small records per concern.
//!
//! Numbers that are read together stand together ([`Plant`], [`Position`], ...), and each column
//! is one vector over firms in the order of their ids. Mechanisms take just the columns they work
//! on. Firms that leave are squeezed out in place, so rows stay dense and ordered.

use crate::kernel::clock::Clock;
use crate::kernel::ids::FirmId;
use crate::kernel::ordered::Chunks;
use crate::kernel::single::{LogLevel, Single};
use crate::world::abroad::Presence;
use crate::world::columns::{Column, each_column};
use crate::world::ledger::{Balances, FirmBooks};
use crate::world::platforms::Membership;
use crate::world::standards::Practice;
use crate::world::stayers::Stayers;
use crate::world::supply::Sourcing;

/// Number of markets: home, middle-income, high-income.
pub const MARKETS: usize = 3;
/// Number of functions of the value chain: design, fabrication, market.
pub const FUNCTIONS: usize = 3;
/// Number of upgrading options.
pub const OPTIONS: usize = 9;
/// Annual cohorts of machines; one more than their life of twenty years.
pub const VINTAGES: usize = 21;

/// Options of the upgrading budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UpgradingOption {
    /// Early replacement of machines.
    Equipment,
    /// Own research that improves.
    Improve,
    /// Research that imitates.
    Imitate,
    /// Joint research in alliances.
    Alliance,
    /// Capability in design.
    Design,
    /// Capability in the market function: brand, channel, service.
    Market,
    /// Digital lines.
    Digital,
    /// Green lines.
    Green,
    /// Work on standards: to implement them and to take part in making them.
    Standards,
}

impl UpgradingOption {
    /// All options in the order of the columns.
    pub const ALL: [UpgradingOption; OPTIONS] = [
        Self::Equipment,
        Self::Improve,
        Self::Imitate,
        Self::Alliance,
        Self::Design,
        Self::Market,
        Self::Digital,
        Self::Green,
        Self::Standards,
    ];

    /// Whether money for the option is research outlay.
    #[inline]
    pub fn is_research(option: usize) -> bool {
        (Self::Improve as usize..=Self::Alliance as usize).contains(&option)
    }

    /// Whether money for the option builds a function of the value chain.
    #[inline]
    pub fn is_function(option: usize) -> bool {
        option == Self::Design as usize || option == Self::Market as usize
    }

    /// Whether money for the option changes what the firm works by: digital and green lines, standards.
    #[inline]
    pub fn is_practice(option: usize) -> bool {
        (Self::Digital as usize..=Self::Standards as usize).contains(&option)
    }

    /// Whether the option works steadily with what is spent, so that firms value it when they take stock; the others
    /// bring something now and then.
    #[inline]
    pub fn works_steadily(option: usize) -> bool {
        Self::is_function(option) || option == Self::Digital as usize || option == Self::Green as usize
    }

    /// Whether statistics count money for the option as selling expense and overhead.
    #[inline]
    pub fn is_overhead(option: usize) -> bool {
        Self::is_function(option) || Self::is_practice(option)
    }
}

/// Role of a firm in the industry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Role {
    /// Sells complete equipment.
    #[default]
    Integrator,
    /// Sells components.
    ComponentSupplier,
}

impl Role {
    /// Name in the files.
    pub fn name(self) -> &'static str {
        match self {
            Role::Integrator => "integrator",
            Role::ComponentSupplier => "component_supplier",
        }
    }
}

/// Who a firm is.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Profile {
    /// Sub-industry.
    pub sub_industry: u8,
    /// City.
    pub city: u8,
    /// Ownership group.
    pub ownership: u8,
    /// Role.
    pub role: Role,
    /// Whether the firm sells abroad.
    pub exporter: bool,
    /// Whether buyers have seen its high-end products work.
    pub referenced: bool,
    /// Consecutive ticks below the exit size.
    pub small_ticks: u16,
    /// Tick of the first venture round; 0 for none.
    pub venture_tick: u16,
    /// Projects of joint research in which the firm takes part.
    pub projects: u8,
    /// Whether the firm is a core of the supply network.
    pub core: bool,
    /// Whether its first high-end sets are insured in the tick.
    pub insured: bool,
    /// Tick of the first cover; 0 for none.
    pub insured_tick: u16,
    /// High-end sales under cover so far, in terms of real firms, million CNY.
    pub insured_sold: Single,
    /// What the firm has abroad.
    pub presence: Presence,
}

/// Quality that buyers deduct from high-end products that nobody has seen work, log points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Distrust {
    /// Without cover.
    pub plain: f64,
    /// Where first sets are insured.
    pub insured: f64,
}

/// Forms of governance of a value chain (Gereffi, Humphrey & Sturgeon 2005).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Governance {
    /// Simple or well codified transactions among capable firms.
    #[default]
    Market,
    /// Complex but codified: the supplier makes what the specification says.
    Modular,
    /// Complex and tacit between capable firms.
    Relational,
    /// Complex and codified, supplier not capable: the lead firm controls.
    Captive,
    /// Complex, tacit, supplier not capable: done within the lead firm.
    Hierarchy,
}

impl Governance {
    /// All forms in the order of the files.
    pub const ALL: [Governance; 5] = [Self::Market, Self::Modular, Self::Relational, Self::Captive, Self::Hierarchy];

    /// Name in the files.
    pub fn name(self) -> &'static str {
        ["market", "modular", "relational", "captive", "hierarchy"][self as usize]
    }

    /// Whether a lead firm holds the functions of design and market in its hands.
    pub fn holds_functions_back(self) -> bool {
        matches!(self, Governance::Captive | Governance::Hierarchy)
    }
}

/// The functions of the value chain: what the firm is able to perform, and what it performs.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Chain {
    /// Capability in each function that is built, relative to the outside world's: its stock.
    pub stock: [f32; BUILT.len()],
    /// Stock that the usual outlay of the firm's sub-industry keeps up.
    pub usual: [f32; BUILT.len()],
    /// Share of each function that the firm performs and is paid for.
    pub kept: [f32; FUNCTIONS],
    /// How the chain is governed.
    pub governance: Governance,
}

/// Functions that firms build by outlays, design and market, with the option that pays for each.
pub const BUILT: [(usize, usize); 2] = [(0, UpgradingOption::Design as usize), (2, UpgradingOption::Market as usize)];

impl Technique {
    /// Quality that buyers see: high-end products that nobody has seen work are distrusted.
    #[inline]
    pub fn seen_quality(&self, profile: &Profile, distrust: Distrust) -> f64 {
        let deducted = if profile.insured { distrust.insured } else { distrust.plain };
        if profile.referenced { self.quality.get() } else { self.quality - deducted * self.high_end }
    }
}

/// What a firm can do.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Technique {
    /// Competence `theta`: recipe-weighted knowledge, log units.
    pub competence: Single,
    /// Process level `h`: machines and competence together, log units.
    pub process: Single,
    /// Product quality `q`, log units.
    pub quality: Single,
    /// Share of the product mix that is high-end.
    pub high_end: Single,
    /// Labour per product unit, persons x ticks.
    pub unit_labour: Single,
    /// Efficiency `z`, log units; reverts to its mean.
    pub efficiency: Single,
    /// Skill of the workforce: level of technique it masters, log units.
    pub skill: Single,
    /// Size factor of shocks to efficiency, measured once a year.
    pub spread: Single,
}

/// Machines by annual cohort, as a ring over calendar years.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Vintages {
    /// Capacity of each cohort, product units per tick.
    pub capacity: [f32; VINTAGES],
    /// Technique embodied in each cohort, log units.
    pub level: [LogLevel; VINTAGES],
}

/// Place of the current year's cohort in the ring, and of the oldest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ring {
    /// Cohort of the current year.
    pub newest: usize,
    /// Cohort that is scrapped this year.
    pub oldest: usize,
}

impl Ring {
    /// Ring at the current tick; year 0 is the year of tick 1.
    pub fn at(clock: &Clock) -> Self {
        let year = (clock.tick.max(1) - 1) / clock.ticks_per_year;
        let newest = year as usize % VINTAGES;
        Ring { newest, oldest: (newest + 1) % VINTAGES }
    }

    /// Cohorts from oldest to newest, the one being scrapped left out.
    pub fn from_oldest(self) -> impl Iterator<Item = usize> {
        (1..VINTAGES).map(move |step| (self.oldest + step) % VINTAGES)
    }
}

/// The plant as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Plant {
    /// Capacity, product units per tick.
    pub capacity: Single,
    /// Technique embodied in the machines in use, log units.
    pub embodied: Single,
    /// Price of a unit of capacity, million CNY.
    pub capital_price: Single,
    /// Purchased inputs per product unit at opening prices and the nation's price of components, million CNY.
    pub unit_inputs: Single,
    /// Log of labour per product unit (persons x ticks) at process level and efficiency zero.
    pub log_unit_labour: Single,
    /// Finished goods, product units.
    pub stock: Single,
    /// Value per unit at which the stock stands in the books, million CNY.
    pub stock_value: Single,
    /// Surcharge on the cost of inputs from components that are dearer than the nation's, share.
    pub component_surcharge: Single,
}

impl Plant {
    /// Purchased inputs per product unit at this index of input prices, million CNY.
    #[inline]
    pub fn inputs(&self, input_price: f64) -> f64 {
        self.unit_inputs * input_price * (1.0 + self.component_surcharge)
    }
}

/// People employed.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Workforce {
    /// Workers, persons.
    pub workers: Single,
    /// Engineers in research, persons.
    pub engineers: Single,
    /// Engineers that the research budget would employ, persons.
    pub engineers_wanted: Single,
}

/// Position in the markets.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Position {
    /// Share of the value of its chains that the firm keeps.
    pub kept_share: Single,
    /// Share of each market's expenditure.
    pub share: [Single; MARKETS],
    /// Weight of the firm's customer base in each market.
    pub base: [Single; MARKETS],
    /// Price to the user, million CNY per product unit.
    pub price: Single,
    /// Its logarithm.
    pub log_price: Single,
    /// Gross mark-up on direct own cost.
    pub markup: Single,
    /// Constant of the price equation.
    pub price_constant: Single,
    /// Appeal to users per unit of customer base.
    pub appeal: Single,
    /// Customers, measured once a year.
    pub customers: Single,
    /// Growth of custom in the tick from shares alone.
    pub share_growth: Single,
    /// Demand, product units per tick.
    pub demand: Single,
    /// Share of demand that comes from abroad.
    pub export_share: Single,
    /// Expected demand, product units per tick.
    pub expected: Single,
    /// Output, product units per tick.
    pub output: Single,
    /// Product units sold in the tick.
    pub sold: Single,
}

impl Position {
    /// Pull of the firm on the users of a market: customer base times appeal.
    #[inline]
    pub fn custom(&self, market: usize) -> f64 {
        self.base[market] * self.appeal
    }

    /// Share of what users spend on the firm's products that is spent in a market, where `demand` is spent in all.
    pub fn spent_in(&self, market: usize, demand: &[f64; MARKETS]) -> f64 {
        let spent = |m: usize| self.share[m] * demand[m];
        let total: f64 = (0..MARKETS).map(spent).sum();
        if total > 0.0 { spent(market) / total } else { 0.0 }
    }
}

/// How the upgrading budget is to be split.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Strategy {
    /// Attraction of each option.
    pub attraction: [f32; OPTIONS],
    /// Budget share of each option.
    pub share: [f32; OPTIONS],
}

impl Strategy {
    /// Budget shares of all options of which `kind` holds.
    #[inline]
    pub fn share_for(&self, kind: impl Fn(usize) -> bool) -> f64 {
        (0..OPTIONS).filter(|option| kind(*option)).map(|option| f64::from(self.share[option])).sum()
    }
}

/// What is spent on upgrading, and what it has brought.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Effort {
    /// Budget of each option in the tick, million CNY.
    pub budget: [f32; OPTIONS],
    /// Present value of what each option brought in the tick, million CNY; of what works steadily, in the tick in which
    /// the firm took stock.
    pub gain: [f32; OPTIONS],
    /// Equipment budgets saved up since the last yearly review, million CNY.
    pub saved: Single,
}

impl Effort {
    /// Money for all options of which `kind` holds.
    #[inline]
    pub fn budget_for(&self, kind: impl Fn(usize) -> bool) -> f64 {
        (0..OPTIONS).filter(|option| kind(*option)).map(|option| f64::from(self.budget[option])).sum()
    }

    /// Research outlay that the budgets mean.
    #[inline]
    pub fn research(&self) -> f64 {
        self.budget_for(UpgradingOption::is_research)
    }

    /// Outlay for functions of the value chain, for digital and green lines and for standards.
    #[inline]
    pub fn functions(&self) -> f64 {
        self.budget_for(UpgradingOption::is_overhead)
    }

    /// Part of it for digital and green lines and for standards.
    #[inline]
    pub fn practice(&self) -> f64 {
        self.budget_for(UpgradingOption::is_practice)
    }
}

/// Money flows of the tick, million CNY.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Flow {
    /// Sales at the factory gate.
    pub sales: Single,
    /// Sales abroad.
    pub exports: Single,
    /// Purchased inputs.
    pub inputs: Single,
    /// Value added: sales less inputs plus change of stocks.
    pub value_added: Single,
    /// What others keep on the firm's product.
    pub value_leaving: Single,
    /// Operating surplus before interest, research and profit tax.
    pub operating: Single,
    /// Research outlay.
    pub research: Single,
    /// Part of the research outlay that goes to imitation.
    pub imitation: Single,
    /// Outlay for functions of the value chain, for digital and green lines and for standards.
    pub functions: Single,
    /// Profit before tax.
    pub profit: Single,
    /// Money for machines.
    pub investment: Single,
    /// Part of it that replaces machines before their time.
    pub early: Single,
    /// New loans.
    pub borrowed: Single,
    /// Interest due.
    pub interest: Single,
    /// Goods added to stock, at cost.
    pub stock_change: Single,
    /// Change of the cost at which the stock is valued.
    pub stock_revaluation: Single,
}

/// All firms of the region.
#[derive(Debug, Clone, Default)]
pub struct Firms {
    /// Technology fields per firm (length of a firm's row in `levels`).
    pub fields: usize,
    /// Stable ids, increasing.
    pub id: Vec<FirmId>,
    /// Who the firms are.
    pub profile: Vec<Profile>,
    /// Knowledge, firm-major: `fields` log levels per firm.
    pub levels: Vec<f32>,
    /// Generations of each field that the firm has unlocked, firm-major, counted from the opening.
    pub unlocked: Vec<u8>,
    /// What they can do.
    pub technique: Vec<Technique>,
    /// Machines by cohort.
    pub vintages: Vec<Vintages>,
    /// Plants.
    pub plant: Vec<Plant>,
    /// People.
    pub workforce: Vec<Workforce>,
    /// Market positions.
    pub position: Vec<Position>,
    /// How they split what they spend on upgrading.
    pub strategy: Vec<Strategy>,
    /// Upgrading efforts.
    pub effort: Vec<Effort>,
    /// Functions of the value chain.
    pub chain: Vec<Chain>,
    /// Sources of components.
    pub sourcing: Vec<Sourcing>,
    /// What they work by: lines and standards.
    pub practice: Vec<Practice>,
    /// Memberships in innovation platforms.
    pub membership: Vec<Membership>,
    /// Balances.
    pub balances: Vec<FirmBooks>,
    /// Paid-in capital held by venture funds, million CNY.
    pub venture_equity: Vec<Single>,
    /// Flows of the tick.
    pub flow: Vec<Flow>,
    /// Rows that are summed together in sums that firms feel.
    pub chunks: Chunks,
}

/// A firm about to be founded or placed in the opening state.
#[derive(Debug, Clone)]
pub struct NewFirm {
    /// Stable id.
    pub id: FirmId,
    /// Who it is.
    pub profile: Profile,
    /// What it can do.
    pub technique: Technique,
    /// Machines.
    pub vintages: Vintages,
    /// Plant.
    pub plant: Plant,
    /// People.
    pub workforce: Workforce,
    /// Market position.
    pub position: Position,
    /// Strategy.
    pub strategy: Strategy,
    /// Effort.
    pub effort: Effort,
    /// Functions of the value chain.
    pub chain: Chain,
    /// Sources of components.
    pub sourcing: Sourcing,
    /// What it works by.
    pub practice: Practice,
    /// Opening balances.
    pub balances: Balances,
    /// Opening flows (for the opening state; zero for entrants).
    pub flow: Flow,
}

/// A firm to be appended, and what it knows.
#[derive(Debug, Clone, Copy)]
pub struct Arrival<'f> {
    /// The firm.
    pub firm: &'f NewFirm,
    /// Log level in each field.
    pub levels: &'f [f32],
    /// Generation unlocked in each field.
    pub unlocked: &'f [u8],
}

impl Firms {
    /// An empty table for about `firms` firms with `fields` technology fields.
    pub fn new(firms: usize, fields: usize) -> Self {
        Firms { fields, chunks: Chunks::for_firms(firms), ..Firms::default() }
    }

    /// Number of firms.
    pub fn len(&self) -> usize {
        self.id.len()
    }

    /// Whether there is no firm.
    pub fn is_empty(&self) -> bool {
        self.id.is_empty()
    }

    /// Knowledge of one firm.
    pub fn knowledge(&self, row: usize) -> &[f32] {
        &self.levels[row * self.fields..(row + 1) * self.fields]
    }

    /// Generations that one firm has unlocked, by field.
    pub fn generations(&self, row: usize) -> &[u8] {
        &self.unlocked[row * self.fields..(row + 1) * self.fields]
    }

    /// Raises a firm's level in a field whose weight in its recipe is `weight`, and its competence with it.
    #[inline]
    pub fn learn(&mut self, row: usize, field: usize, weight: f64, rise: f64) {
        let rise = rise as f32;
        self.levels[row * self.fields + field] += rise;
        self.technique[row].competence += weight * f64::from(rise);
    }

    /// Appends a firm that knows `levels`, one log level per field, and has unlocked no generation; its id must be larger
    /// than all others.
    pub fn push(&mut self, firm: &NewFirm, levels: &[f32]) {
        debug_assert_eq!(levels.len(), self.fields);
        self.extend(std::iter::once(Arrival { firm, levels, unlocked: &[] }));
        self.unlocked.resize(self.levels.len(), 0);
    }

    /// Appends firms whose ids are larger than all others and increase.
    pub fn extend<'f>(&mut self, arrivals: impl Iterator<Item = Arrival<'f>> + Clone + Send + Sync) {
        let firms = arrivals.clone().map(|arrival| arrival.firm);
        for id in firms.clone().map(|firm| firm.id) {
            debug_assert!(self.id.last().is_none_or(|last| *last < id));
            self.id.push(id);
            self.chunks.push(id);
        }
        let Firms { levels, unlocked, profile, technique, vintages, plant, workforce, position, strategy, .. } = self;
        let Firms { effort, chain, sourcing, practice, membership, balances, venture_equity, flow, .. } = self;
        let half = || {
            profile.extend(firms.clone().map(|firm| firm.profile));
            technique.extend(firms.clone().map(|firm| firm.technique));
            vintages.extend(firms.clone().map(|firm| firm.vintages));
            plant.extend(firms.clone().map(|firm| firm.plant));
            workforce.extend(firms.clone().map(|firm| firm.workforce));
            position.extend(firms.clone().map(|firm| firm.position));
            strategy.extend(firms.clone().map(|firm| firm.strategy));
        };
        let other_half = || {
            arrivals.clone().for_each(|arrival| levels.extend_from_slice(arrival.levels));
            arrivals.clone().for_each(|arrival| unlocked.extend_from_slice(arrival.unlocked));
            effort.extend(firms.clone().map(|firm| firm.effort));
            chain.extend(firms.clone().map(|firm| firm.chain));
            sourcing.extend(firms.clone().map(|firm| firm.sourcing));
            practice.extend(firms.clone().map(|firm| firm.practice));
            membership.extend(firms.clone().map(|_| Membership::default()));
            balances.extend(firms.clone().map(|firm| FirmBooks::opened(firm.balances)));
            venture_equity.extend(firms.clone().map(|_| Single::default()));
            flow.extend(firms.clone().map(|firm| firm.flow));
        };
        rayon::join(half, other_half);
    }

    /// Keeps those who stay, in order; does `meanwhile` what needs no more than their directory.
    pub fn retain(&mut self, stayers: &Stayers, meanwhile: impl FnOnce(Directory<'_>) + Send) {
        let (mut listed, mut others) = self.parted();
        each_column(&mut listed.columns(), |column, width| column.squeeze(stayers, width));
        let Listed { id, profile, plant, sourcing, chunks } = listed;
        chunks.renew(id);
        rayon::join(
            || each_column(&mut others, |column, width| column.squeeze(stayers, width)),
            || meanwhile(Directory { profile, plant, sourcing }),
        );
    }

    /// What indices of firms are made of.
    pub fn directory(&self) -> Directory<'_> {
        let Firms { profile, plant, sourcing, .. } = self;
        Directory { profile, plant, sourcing }
    }

    /// Makes room for newcomers, and for half as many firms again where there is too little, so that it is seldom made: room
    /// takes memory only when firms fill it.
    pub fn make_room(&mut self, newcomers: usize) {
        if self.id.capacity() < self.len() + newcomers {
            self.reserve(newcomers + self.len() / 2);
        }
    }

    /// Makes room for this many more firms, and no more: columns that double when they are full would take up to
    /// twice the memory.
    pub fn reserve(&mut self, firms: usize) {
        let (mut listed, mut others) = self.parted();
        each_column(&mut listed.columns(), |column, width| column.reserve(firms * width));
        each_column(&mut others, |column, width| column.reserve(firms * width));
    }

    /// The columns of the directory, and all others with the number of items of a row. Taken apart as a whole, so that no
    /// column can be forgotten.
    fn parted(&mut self) -> (Listed<'_>, [(&mut dyn Column, usize); 14]) {
        let Firms {
            fields,
            levels,
            unlocked,
            id,
            profile,
            technique,
            vintages,
            plant,
            workforce,
            position,
            strategy,
            effort,
            chain,
            sourcing,
            practice,
            membership,
            balances,
            venture_equity,
            flow,
            chunks,
        } = self;
        let fields = *fields;
        let others: [(&mut dyn Column, usize); 14] = [
            (levels, fields),
            (unlocked, fields),
            (technique, 1),
            (vintages, 1),
            (workforce, 1),
            (position, 1),
            (strategy, 1),
            (effort, 1),
            (chain, 1),
            (practice, 1),
            (membership, 1),
            (balances, 1),
            (venture_equity, 1),
            (flow, 1),
        ];
        (Listed { id, profile, plant, sourcing, chunks }, others)
    }

    /// Bytes of state per firm.
    pub fn bytes_per_firm(fields: usize) -> usize {
        let mut firms = Firms::new(0, fields);
        let (mut listed, others) = firms.parted();
        listed.columns().iter().chain(&others).map(|(column, width)| width * column.item_bytes()).sum()
    }

    /// Part of [`Firms::bytes_per_firm`] that the economy takes by itself, before relations: who a firm is, its
    /// knowledge, technique, machines, people, markets, shares of the functions that it performs, accounts and flows, and the
    /// budgets of equipment, improvement and imitation.
    pub fn bytes_of_the_economy(fields: usize) -> usize {
        const OPTIONS_OF_THE_ECONOMY: usize = 3;
        let of_others = (size_of::<Chain>() - size_of::<[f32; FUNCTIONS]>())
            + size_of::<Sourcing>()
            + size_of::<Practice>()
            + size_of::<Membership>()
            + fields * size_of::<u8>()
            + (OPTIONS - OPTIONS_OF_THE_ECONOMY) * (size_of::<Strategy>() + 2 * size_of::<[f32; OPTIONS]>()) / OPTIONS;
        Firms::bytes_per_firm(fields) - of_others
    }
}

/// What says who a firm is, where it belongs and of whom it buys.
#[derive(Debug, Clone, Copy)]
pub struct Directory<'f> {
    /// Industry, place, owner and role.
    pub profile: &'f [Profile],
    /// Machines; who has none is nobody's model or target.
    pub plant: &'f [Plant],
    /// Sources of components.
    pub sourcing: &'f [Sourcing],
}

/// The columns of the directory, and what stands by their ids.
struct Listed<'f> {
    id: &'f mut Vec<FirmId>,
    profile: &'f mut Vec<Profile>,
    plant: &'f mut Vec<Plant>,
    sourcing: &'f mut Vec<Sourcing>,
    chunks: &'f mut Chunks,
}

impl Listed<'_> {
    fn columns(&mut self) -> [(&mut dyn Column, usize); 4] {
        [(self.id, 1), (self.profile, 1), (self.plant, 1), (self.sourcing, 1)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_firm_takes_at_most_a_kilobyte() {
        let bytes = Firms::bytes_per_firm(24);
        let economy = Firms::bytes_of_the_economy(24);
        println!("{bytes} bytes per firm, {economy} of them for the economy alone");
        assert!(bytes <= 820 && economy <= 600, "{bytes} {economy}");
    }
}
