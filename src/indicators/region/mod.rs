//! `region.csv`: the indicators of the region as a whole.
//!
//! To add one, add one entry to the list in `columns`: header, documentation and `describe indicators`
//! follow. Complexity (ECI) compares regions and cannot be had for one.

mod columns;

pub use columns::{TABLE, row, whole};

use crate::indicators::aggregate::{CellSums, IndustrySums, Sums};
use crate::indicators::decomposition::{Contributions, TIERS};
use crate::indicators::distribution::{GrowthShape, SizeShape};
use crate::indicators::relations::{FieldState, NetworkObserver};
use crate::indicators::stage::Stage;
use crate::indicators::table::ratio;
use crate::indicators::walk::Walk;
use crate::world::World;
use crate::world::ledger::Entry;
use crate::world::platforms::Platform;
use crate::world::structure::SubIndustry;

/// What the observer has worked out of the tick besides sums.
#[derive(Debug, Clone, Copy, Default)]
pub struct Measured {
    /// Real value added per worker.
    pub per_worker: f64,
    /// Its change since the last tick.
    pub change: f64,
    /// What contributed to the change.
    pub contributions: Contributions,
    /// Stage.
    pub stage: Stage,
    /// Stage with tiers counted as factor.
    pub stage_tier_in_factor: Stage,
    /// Size distribution.
    pub sizes: SizeShape,
    /// Growth of firms in the last calendar year.
    pub growth: GrowthShape,
}

/// The region at one tick.
pub struct Region<'w> {
    /// State.
    pub world: &'w World,
    /// Sums over firms.
    pub sums: &'w Sums,
    /// Sum over the sub-industries.
    pub total: IndustrySums,
    /// Sum over the tiers.
    pub tiers: [CellSums; TIERS],
    /// What else was measured.
    pub measured: Measured,
    /// Layers of the network.
    pub network: &'w NetworkObserver,
    /// Technology fields.
    pub fields: &'w [FieldState],
    /// Sums along all firms.
    pub walk: Walk,
}

impl<'w> Region<'w> {
    /// The region as its sums show it.
    pub fn new(
        world: &'w World,
        sums: &'w Sums,
        measured: Measured,
        network: &'w NetworkObserver,
        fields: &'w [FieldState],
        walk: Walk,
    ) -> Self {
        let mut tiers = [CellSums::default(); TIERS];
        for cells in &sums.cells {
            tiers.iter_mut().zip(cells).for_each(|(tier, cell)| *tier += *cell);
        }
        Region { world, sums, total: sums.region(), tiers, measured, network, fields, walk }
    }

    /// Overlap of the shares of fields in open public research and in what sub-industries need.
    fn matching(&self) -> f64 {
        let structure = &self.world.structure;
        // Sets of fields are machine words, so there are no more.
        let [mut offered, mut needed] = [[0.0; u64::BITS as usize]; 2];
        for researcher in self.world.universities.iter().chain(&self.world.institutes) {
            let means =
                researcher.applied_share * researcher.funding / f64::from(researcher.fields.count_ones().max(1));
            let fields = offered.iter_mut().enumerate().filter(|(field, _)| researcher.fields >> field & 1 == 1);
            fields.for_each(|(_, offered)| *offered += means);
        }
        for (sub, sums) in structure.sub_industries.iter().zip(&self.sums.industries) {
            sub.recipe.iter().for_each(|(field, weight)| needed[*field] += weight * sums.sales);
        }
        let (all, need): (f64, f64) = (offered.iter().sum(), needed.iter().sum());
        offered.iter().zip(&needed).map(|(o, n)| ratio(*o, all).min(ratio(*n, need))).sum()
    }

    fn platforms(&self) -> impl Iterator<Item = &Platform> {
        self.world.platforms.list.iter().filter(|platform| platform.is_alive())
    }

    fn employment(&self) -> f64 {
        self.total.workers + self.total.engineers
    }

    fn chain_value(&self) -> f64 {
        self.total.value_added + self.total.value_leaving
    }

    /// Gross output.
    fn output(&self) -> f64 {
        self.total.sales + self.total.stock_change
    }

    fn real(&self, money: f64) -> f64 {
        money / self.world.outside.deflator
    }

    /// Sum of `value` over sub-industries.
    fn over_industries(&self, value: impl Fn(usize, &IndustrySums) -> f64) -> f64 {
        self.sums.industries.iter().enumerate().map(|(s, sums)| value(s, sums)).sum()
    }

    /// Sum of `value` over the sub-industries for which `chosen` holds.
    fn over_chosen(&self, chosen: fn(&SubIndustry) -> bool, value: impl Fn(usize, &IndustrySums) -> f64) -> f64 {
        self.over_industries(
            |s, sums| if chosen(&self.world.structure.sub_industries[s]) { value(s, sums) } else { 0.0 },
        )
    }

    /// Real value added at the outside competitor's value per worker of the opening.
    fn relative_level(&self, s: usize, value_added: f64) -> f64 {
        self.real(value_added) / self.world.outside.value_per_worker[s]
    }

    /// Sales-weighted distance of competence below `levels`.
    fn gap_to(&self, levels: &[f64]) -> f64 {
        ratio(self.over_industries(|s, sums| levels[s] * sums.sales - sums.competence_sales), self.total.sales)
    }

    fn embodied_gap(&self) -> f64 {
        let offer = &self.world.outside.machine_offer;
        ratio(self.over_industries(|s, sums| offer[s] * sums.capital - sums.embodied_capital), self.total.capital)
    }

    /// Sales-weighted distance of the ceiling below the frontier.
    fn ceiling_lag(&self) -> f64 {
        let outside = &self.world.outside;
        let lag = |s: usize| outside.competence[s] - outside.machine_offer[s];
        ratio(self.over_industries(|s, sums| lag(s) * sums.sales), self.total.sales)
    }

    /// Share of inputs and machines bought from the region's own equipment industry.
    fn local_procurement(&self) -> f64 {
        let subs = &self.world.structure.sub_industries;
        let wanted = self
            .over_industries(|s, sums| sums.inputs * subs[s].local_inputs + sums.investment * subs[s].local_machines)
            + self.walk.components.local;
        // Nobody can buy more than is sold at home.
        let bought = wanted.min(self.total.sales - self.total.exports).max(0.0);
        ratio(bought, self.total.inputs + self.total.investment)
    }

    /// Mean relatedness of two sub-industries drawn in proportion to sales.
    fn cohesion(&self) -> f64 {
        let relatedness = &self.world.structure.relatedness;
        let (mut sum, mut weight) = (0.0, 0.0);
        for (a, first) in self.sums.industries.iter().enumerate() {
            for (b, second) in self.sums.industries.iter().enumerate().filter(|(b, _)| *b != a) {
                sum += first.sales * second.sales * relatedness[a][b];
                weight += first.sales * second.sales;
            }
        }
        ratio(sum, weight)
    }

    /// Standard deviation of log value added per worker within sub-industries.
    fn productivity_dispersion(&self) -> f64 {
        let squares = self.over_industries(|_, sums| {
            sums.log_productivity_squared - ratio(sums.log_productivity * sums.log_productivity, sums.productive)
        });
        ratio(squares, self.total.productive).max(0.0).sqrt()
    }

    /// Price to the user per quality-adjusted unit, deflated.
    fn relative_price(&self, user_value: f64, quantity: f64) -> f64 {
        self.real(ratio(user_value, quantity))
    }

    fn budget(&self) -> f64 {
        let total = &self.total;
        let research = total.improve_budget + total.imitate_budget + total.alliance_budget;
        let practice = total.digital_budget + total.green_budget + total.standards_budget;
        total.equipment_budget + research + total.design_budget + total.market_budget + practice
    }

    /// Amounts of the tick's entries.
    fn booked(&self, entries: &[Entry]) -> f64 {
        entries.iter().map(|entry| self.world.ledger.journal.amounts[*entry as usize]).sum()
    }

    /// Share of a function in the value of the region's chains at home, weighted by chain value.
    fn value_share(&self, function: usize) -> f64 {
        let value = |sums: &IndustrySums| sums.value_added + sums.value_leaving;
        let shares = &self.world.outside.function_shares;
        ratio(self.over_industries(|s, sums| shares[s][0][function] * value(sums)), self.chain_value())
    }

    /// Mean over generic fields of the generations that the region is ahead of what the world has codified.
    fn generations_ahead(&self) -> f64 {
        let (generic, world) = (&self.world.structure.generic, self.world);
        let fields = (0..generic.len()).filter(|field| generic[*field]);
        let ahead =
            |field: usize| f64::from(world.network.generation[field].saturating_sub(world.outside.codified[field]));
        let (sum, count) = fields.fold((0.0, 0.0), |(sum, count), field| (sum + ahead(field), count + 1.0));
        ratio(sum, count)
    }

    /// Share of the firms that need a generic field and are ahead in it, mean over generic fields.
    fn adopting_share(&self) -> f64 {
        let generic = &self.world.structure.generic;
        let fields = self.fields.iter().zip(generic).filter(|(_, generic)| **generic);
        let (have, all) = fields.fold((0.0, 0.0), |(have, all), (field, _)| {
            (have + f64::from(field.adopters), all + f64::from(field.users))
        });
        ratio(have, all)
    }

    fn over_cities(&self, value: impl Fn(&crate::world::region::CityState) -> f64) -> f64 {
        self.world.cities.iter().map(value).sum()
    }

    fn engineers(&self) -> f64 {
        self.over_cities(|city| city.engineers)
    }

    fn posts(&self) -> f64 {
        self.over_cities(|city| city.posts)
    }
}
