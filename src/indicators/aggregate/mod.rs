//! Sums over firms: everything that measurement needs of them, in one parallel pass.
//!
//! Firms are taken in fixed chunks whose sums are added in order, so that the result does not
//! depend on the number of threads. A firm with a mix of ordinary and high-end products counts in
//! both tiers in proportion.

mod firm;

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::indicators::decomposition::TIERS;
use crate::indicators::distribution::Sizes;
use crate::kernel::ordered::{self, Total};
use crate::world::firms::{FUNCTIONS, Firms, Governance, MARKETS};
use crate::world::ledger::{Balances, Sector};
use crate::world::structure::Structure;

/// Declares a record of sums that can be added up.
macro_rules! sums {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Default)]
        pub struct $name { $($(#[$field_doc])* pub $field: f64,)* }

        impl std::ops::AddAssign for $name {
            fn add_assign(&mut self, other: Self) {
                $(self.$field += other.$field;)*
            }
        }
    };
}

sums! {
    /// Sums of a cell: a tier of a sub-industry. Money per tick at current prices.
    CellSums {
        /// Firms, by the share of the tier in their mix.
        firms,
        /// Workers and engineers, persons.
        employment,
        /// Value added.
        value_added,
        /// Value added and what others keep on the product.
        chain_value,
        /// Units sold times `exp(quality)`, at the opening price of the outside competitor.
        quantity,
        /// Sales at the factory gate.
        sales,
        /// Sales abroad.
        exports,
    }
}

sums! {
    /// Sums over the firms of a sub-industry, or of the region. Money per tick at current prices.
    IndustrySums {
        /// Firms.
        firms,
        /// Workers, persons.
        workers,
        /// Engineers in research, persons.
        engineers,
        /// Sales at the factory gate.
        sales,
        /// Sales abroad.
        exports,
        /// Purchased inputs.
        inputs,
        /// Value added.
        value_added,
        /// What others keep on the product.
        value_leaving,
        /// Operating surplus.
        operating,
        /// Research outlay.
        research,
        /// Research outlay on imitation.
        imitation,
        /// Profit before tax.
        profit,
        /// Money for machines.
        investment,
        /// Interest due.
        interest,
        /// Goods added to stock, at cost.
        stock_change,
        /// Sales of integrators.
        integrator_sales,
        /// Sales of high-end products.
        high_end_sales,
        /// What users pay.
        user_value,
        /// What users abroad pay.
        user_value_abroad,
        /// Quality-adjusted quantity.
        quantity,
        /// Quality-adjusted quantity sold abroad.
        quantity_abroad,
        /// Units made.
        made,
        /// Capacity, units per tick.
        capacity,
        /// Competence, weighted by sales.
        competence_sales,
        /// Technique embodied in machines, weighted by fixed capital.
        embodied_capital,
        /// Fixed capital, million CNY.
        capital,
        /// Deposits, million CNY.
        cash,
        /// Debt, million CNY.
        debt,
        /// Total assets, million CNY.
        assets,
        /// Own funds, million CNY.
        own_funds,
        /// Paid-in capital, million CNY.
        equity,
        /// Paid-in capital held by the government, million CNY.
        state_equity,
        /// Design function performed, weighted by chain value.
        design_kept,
        /// Fabrication function performed, weighted by chain value.
        fabrication_kept,
        /// Market function performed, weighted by chain value.
        market_kept,
        /// Firms that sell abroad.
        exporters,
        /// Firms with a loss before tax.
        loss_makers,
        /// Firms with a loss and hardly any own funds.
        zombies,
        /// Firms with the engineers of a technical centre.
        technical_centres,
        /// Firms with a research outlay.
        researchers,
        /// Firms that spend more on imitation than on improvement.
        imitators,
        /// Firms with positive value added per worker.
        productive,
        /// Their log value added per worker.
        log_productivity,
        /// Its square.
        log_productivity_squared,
        /// Budget for early replacement of machines.
        equipment_budget,
        /// Budget for improvement.
        improve_budget,
        /// Budget for imitation.
        imitate_budget,
        /// Budget for alliances.
        alliance_budget,
        /// Budget for design capability.
        design_budget,
        /// Budget for market capability.
        market_budget,
        /// Budget for digital lines.
        digital_budget,
        /// Budget for green lines.
        green_budget,
        /// Budget for standards.
        standards_budget,
        /// Share of digital lines, weighted by sales.
        digital_sales,
        /// Share of green lines, weighted by sales.
        green_sales,
    }
}

sums! {
    /// Sums over the firms of a city. Money per tick at current prices.
    CitySums {
        /// Firms.
        firms,
        /// Workers, persons.
        workers,
        /// Engineers in research, persons.
        engineers,
        /// Value added.
        value_added,
        /// Sales at the factory gate.
        sales,
        /// Sales abroad.
        exports,
        /// Sales of high-end products.
        high_end_sales,
        /// Research outlay.
        research,
        /// Profit before tax.
        profit,
    }
}

sums! {
    /// Sums over the firms of one sub-industry in one city. Money per tick at current prices.
    PlaceSums {
        /// Firms.
        firms,
        /// Sales at the factory gate.
        sales,
        /// Value added.
        value_added,
        /// Sales of high-end products.
        high_end_sales,
    }
}

/// Sums of the firms of a sub-industry in one market. Money per tick at current prices.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ChainSums {
    /// What the chains are worth.
    pub chain_value: f64,
    /// What the firms keep of each function.
    pub kept: [f64; FUNCTIONS],
    /// Chain value by form of governance.
    pub governance: [f64; Governance::ALL.len()],
}

impl std::ops::AddAssign for ChainSums {
    fn add_assign(&mut self, other: Self) {
        self.chain_value += other.chain_value;
        self.kept.absorb(&other.kept);
        self.governance.absorb(&other.governance);
    }
}

/// No place has been given yet.
const NO_PLACE: u16 = u16::MAX;

/// Where the sums of which firms go.
#[derive(Debug, Clone, Default)]
pub struct Layout {
    industries: usize,
    cities: usize,
    /// Place of each city and sub-industry, city by city.
    place_of: Vec<u16>,
    places: usize,
    /// Places of each named base.
    pub bases: Vec<Vec<usize>>,
    /// Places of each key cluster, each place once.
    pub clusters: Vec<Vec<usize>>,
    /// Whether the government holds the capital of each ownership group.
    state_owned: Vec<bool>,
}

impl Layout {
    /// The layout for a region.
    pub fn new(structure: &Structure) -> Self {
        let (industries, cities) = (structure.sub_industries.len(), structure.cities.len());
        let mut layout = Layout {
            industries,
            cities,
            place_of: vec![NO_PLACE; industries * cities],
            clusters: vec![Vec::new(); structure.clusters.len()],
            state_owned: structure.ownership.iter().map(|group| group.holder == Sector::Government).collect(),
            ..Layout::default()
        };
        for base in &structure.bases {
            let members = (0..industries).filter(|s| base.sub_industries >> s & 1 == 1);
            let places: Vec<usize> = members.map(|s| layout.place(base.city, s)).collect();
            if let Some(cluster) = base.cluster {
                let cluster = &mut layout.clusters[cluster];
                cluster.extend(&places);
                cluster.sort_unstable();
                cluster.dedup();
            }
            layout.bases.push(places);
        }
        // Where no named base is: behind all places.
        let elsewhere = layout.places as u16;
        layout.place_of.iter_mut().filter(|place| **place == NO_PLACE).for_each(|place| *place = elsewhere);
        layout
    }

    /// The place of a sub-industry in a city, a new one where there is none yet.
    fn place(&mut self, city: usize, s: usize) -> usize {
        let place = &mut self.place_of[city * self.industries + s];
        if *place == NO_PLACE {
            *place = self.places as u16;
            self.places += 1;
        }
        usize::from(*place)
    }
}

/// What firms are measured by.
#[derive(Debug, Clone, Copy)]
pub struct Yardstick<'a> {
    /// Where their sums go.
    pub layout: &'a Layout,
    /// Engineers that make a technical centre.
    pub technical_centre: f64,
    /// What users spend, by sub-industry and market, million CNY per tick.
    pub demand: &'a [[f64; MARKETS]],
}

/// All sums over firms.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sums {
    /// By sub-industry and tier.
    pub cells: Vec<[CellSums; TIERS]>,
    /// By sub-industry.
    pub industries: Vec<IndustrySums>,
    /// By sub-industry and market.
    pub chains: Vec<[ChainSums; MARKETS]>,
    /// By city.
    pub cities: Vec<CitySums>,
    /// By place (see [`Layout`]), and behind them those of all firms that stand at none.
    pub places: Vec<PlaceSums>,
    /// Sizes.
    pub sizes: Sizes,
    /// Balances of all firms.
    pub balances: Balances,
}

impl Sums {
    fn zero(layout: &Layout) -> Self {
        Sums {
            cells: vec![Default::default(); layout.industries],
            industries: vec![Default::default(); layout.industries],
            chains: vec![Default::default(); layout.industries],
            cities: vec![Default::default(); layout.cities],
            places: vec![Default::default(); layout.places + 1],
            ..Sums::default()
        }
    }

    fn clear(&mut self) {
        let Sums { cells, industries, chains, cities, places, sizes, balances } = self;
        cells.fill(Default::default());
        industries.fill(Default::default());
        chains.fill(Default::default());
        cities.fill(Default::default());
        places.fill(Default::default());
        sizes.clear();
        *balances = Balances::default();
    }

    fn absorb(&mut self, part: &Self) {
        for (total, part) in self.cells.iter_mut().flatten().zip(part.cells.iter().flatten()) {
            *total += *part;
        }
        for (total, part) in self.chains.iter_mut().flatten().zip(part.chains.iter().flatten()) {
            *total += *part;
        }
        add_all(&mut self.industries, &part.industries);
        add_all(&mut self.cities, &part.cities);
        add_all(&mut self.places, &part.places);
        self.sizes.absorb(&part.sizes);
        self.balances.0.absorb(&part.balances.0);
    }

    /// Sums over all firms; those of pieces of them are borrowed.
    pub fn new(firms: &Firms, yardstick: &Yardstick<'_>, pool: &Pool) -> Self {
        let nothing = Lent { sums: None, layout: yardstick.layout, pool };
        let total = ordered::fold(firms.len(), &nothing, |lent, rows| {
            if let Some(sums) = &mut lent.sums {
                sums.add(firms, rows, yardstick);
            }
        });
        total.keep()
    }

    /// Sum over the sub-industries.
    pub fn region(&self) -> IndustrySums {
        let mut region = IndustrySums::default();
        self.industries.iter().for_each(|industry| region += *industry);
        region
    }

    /// Sum over the places of a base or cluster.
    pub fn over(&self, places: &[usize]) -> PlaceSums {
        let mut sum = PlaceSums::default();
        places.iter().for_each(|place| sum += self.places[*place]);
        sum
    }
}

fn add_all<T: std::ops::AddAssign + Copy>(total: &mut [T], part: &[T]) {
    total.iter_mut().zip(part).for_each(|(total, part)| *total += *part);
}

/// Sums that are used again and again, so that adding up asks for no memory.
#[derive(Debug, Default)]
pub struct Pool(Mutex<Vec<Sums>>);

impl Pool {
    /// Sums of nothing.
    fn take(&self, layout: &Layout) -> Sums {
        match self.lock().pop() {
            Some(mut used) => {
                used.clear();
                used
            }
            None => Sums::zero(layout),
        }
    }

    /// Keeps sums that are no longer needed.
    pub fn give_back(&self, sums: Sums) {
        self.lock().push(sums);
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Sums>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Nothing in it means anything.
impl Clone for Pool {
    fn clone(&self) -> Self {
        Pool::default()
    }
}

/// Sums of a piece, which go back to the pool when they have been added to others.
struct Lent<'a> {
    sums: Option<Sums>,
    layout: &'a Layout,
    pool: &'a Pool,
}

impl Lent<'_> {
    fn keep(mut self) -> Sums {
        self.sums.take().unwrap_or_else(|| Sums::zero(self.layout))
    }
}

/// A new piece begins with sums of nothing.
impl Clone for Lent<'_> {
    fn clone(&self) -> Self {
        Lent { sums: Some(self.pool.take(self.layout)), ..*self }
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        if let Some(sums) = self.sums.take() {
            self.pool.give_back(sums);
        }
    }
}

impl Total for Lent<'_> {
    fn absorb(&mut self, part: &Self) {
        if let (Some(total), Some(part)) = (&mut self.sums, &part.sums) {
            total.absorb(part);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::ids::FirmId;
    use crate::world::firms::{
        Chain, Effort, Flow, NewFirm, Plant, Position, Profile, Role, Strategy, Technique, Vintages, Workforce,
    };
    use crate::world::ledger::Account;
    use crate::world::structure::{City, IndustrialBase, OwnershipGroup, SubIndustry};

    fn structure() -> Structure {
        let group = |code: &str, holder| OwnershipGroup { code: code.into(), capital_source: 0, holder };
        let city = |name: &str| City { name: name.into(), coordinates: (41.0, 123.0), population: 1e6 };
        let base = |name: &str, cluster, sub_industries| IndustrialBase {
            name: name.into(),
            city: 1,
            cluster,
            sub_industries,
        };
        Structure {
            sub_industries: vec![SubIndustry::for_tests(0.0), SubIndustry::for_tests(0.0)],
            ownership: vec![group("state", Sector::Government), group("private", Sector::Households)],
            cities: vec![city("Anshan"), city("Dalian")],
            bases: vec![base("machines", Some(0), 0b11), base("ships", Some(0), 0b10), base("others", None, 0b01)],
            clusters: vec!["marine".into()],
            ..Structure::default()
        }
    }

    /// A firm of sub-industry 1 in city 1: 100 paid in, 8 engineers, a quarter of sales high-end.
    fn firm(ordinal: u64, ownership: u8, role: Role) -> NewFirm {
        let mut balances = Balances::default();
        balances.add(Account::Deposits, 30.0);
        balances.add(Account::FixedCapital, 70.0);
        balances.add(Account::Loans, -95.0);
        balances.add(Account::Equity, -100.0);
        balances.close();
        NewFirm {
            id: FirmId::new(0, 1, ordinal),
            profile: Profile {
                sub_industry: 1,
                city: 1,
                ownership,
                role,
                exporter: true,
                referenced: true,
                ..Profile::default()
            },
            chain: Chain { kept: [0.3, 1.0, 0.2], ..Chain::default() },
            sourcing: Default::default(),
            practice: Default::default(),
            technique: Technique {
                competence: (-0.5).into(),
                quality: (-0.125).into(),
                high_end: 0.25.into(),
                ..Technique::default()
            },
            vintages: Vintages::default(),
            plant: Plant { capacity: 20.0.into(), embodied: (-0.5).into(), ..Plant::default() },
            workforce: Workforce { workers: 92.0.into(), engineers: 8.0.into(), engineers_wanted: 8.0.into() },
            position: Position {
                price: 0.875.into(),
                sold: 10.0.into(),
                output: 12.0.into(),
                export_share: 0.5.into(),
                ..Position::default()
            },
            strategy: Strategy::default(),
            effort: Effort { budget: [1.0, 2.0, 3.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], ..Effort::default() },
            balances,
            flow: Flow {
                sales: 8.0.into(),
                exports: 4.0.into(),
                inputs: 5.0.into(),
                value_added: 4.0.into(),
                value_leaving: 2.0.into(),
                research: 5.0.into(),
                imitation: 3.0.into(),
                profit: (-1.0).into(),
                ..Flow::default()
            },
        }
    }

    fn sums(list: impl IntoIterator<Item = NewFirm>) -> (Sums, Layout) {
        let mut firms = Firms::new(0, 0);
        list.into_iter().for_each(|firm| firms.push(&firm, &[]));
        let layout = Layout::new(&structure());
        let yardstick = Yardstick { layout: &layout, technical_centre: 8.0, demand: &[[2.0, 1.0, 1.0]; 2] };
        (Sums::new(&firms, &yardstick, &Pool::default()), layout)
    }

    #[test]
    fn a_firm_counts_in_both_tiers_by_its_mix() {
        let (sums, _) = sums([firm(0, 0, Role::Integrator)]);
        let quantity = 10.0 * (-0.125f64).exp();
        for (cell, share) in sums.cells[1].iter().zip([0.75, 0.25]) {
            let expected = CellSums {
                firms: share,
                employment: share * 100.0,
                value_added: share * 4.0,
                chain_value: share * 6.0,
                quantity: share * quantity,
                sales: share * 8.0,
                exports: share * 4.0,
            };
            assert_eq!(*cell, expected);
        }
        assert_eq!(sums.cells[0], [CellSums::default(); TIERS]);
    }

    #[test]
    fn sums_of_a_state_firm_by_hand() {
        let (sums, _) = sums([firm(0, 0, Role::Integrator)]);
        let region = sums.region();
        assert_eq!(region, sums.industries[1]);
        let seen = [
            region.equity,
            region.state_equity,
            region.own_funds,
            region.assets,
            region.zombies,
            region.loss_makers,
            region.technical_centres,
            region.imitators,
            region.high_end_sales,
            region.user_value_abroad,
            region.competence_sales,
            region.embodied_capital,
            region.improve_budget,
        ];
        assert_eq!(seen, [100.0, 100.0, 5.0, 100.0, 1.0, 1.0, 1.0, 1.0, 2.0, 4.375, -4.0, -35.0, 2.0]);
        assert!((region.design_kept - 1.8).abs() < 1e-6 && (region.fabrication_kept - 6.0).abs() < 1e-6);
        assert!((region.log_productivity - 0.04f64.ln()).abs() < 1e-15);
    }

    #[test]
    fn private_capital_is_not_the_states() {
        let (sums, _) = sums([firm(0, 0, Role::Integrator), firm(1, 1, Role::ComponentSupplier)]);
        let region = sums.region();
        assert_eq!((region.equity, region.state_equity), (200.0, 100.0));
        assert_eq!((region.sales, region.integrator_sales), (16.0, 8.0));
    }

    #[test]
    fn bases_overlap_and_clusters_count_once() {
        let (sums, layout) = sums([firm(0, 0, Role::Integrator), firm(1, 1, Role::Integrator)]);
        let firms = |places: &[usize]| sums.over(places).firms;
        assert_eq!(layout.bases.iter().map(|base| firms(base)).collect::<Vec<_>>(), [2.0, 2.0, 0.0]);
        assert_eq!(firms(&layout.clusters[0]), 2.0);
        assert_eq!(sums.over(&layout.bases[1]).high_end_sales, 4.0);
    }

    #[test]
    fn sums_do_not_depend_on_the_number_of_threads() {
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let varied = |n: u64| {
                let mut firm = firm(n, (n % 2) as u8, Role::Integrator);
                firm.flow.sales = (1.0 / (1.0 + n as f64)).into();
                firm.technique.quality = (-0.001 * n as f64).into();
                firm
            };
            pool.install(|| sums((0..5000).map(varied)).0)
        };
        let one = with(1);
        assert!([2, 3, 8].into_iter().all(|threads| with(threads) == one));
    }
}
