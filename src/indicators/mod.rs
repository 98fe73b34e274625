//! Measurement: what is written down of a run, and how value added per worker is explained.
//!
//! Every number is declared once, together with its unit, meaning and source (see [`region`]): the
//! header of the file, the documentation and `tiexi describe indicators` are read from there. An
//! [`Observer`] goes along with a run, remembers what a change must be measured against, and hands
//! the rows of every tick to a [`Recorder`].

pub mod aggregate;
pub mod decomposition;
pub mod distribution;
pub mod graph;
pub mod graph_export;
pub mod measurement;
pub mod platforms;
pub mod region;
pub mod relations;
pub mod stage;
pub mod standards;
pub mod table;
pub mod tables;
pub mod walk;

use crate::indicators::aggregate::{Layout, Pool, Sums, Yardstick};
use crate::indicators::decomposition::{Cell, Contributions, TIERS};
use crate::indicators::distribution::Growth;
use crate::indicators::measurement::Params;
use crate::indicators::region::{Measured, Region};
use crate::indicators::relations::{Fields, NetworkObserver};
use crate::indicators::stage::Stages;
use crate::indicators::table::Rows;
use crate::indicators::tables::Alike;
use crate::indicators::walk::Walk;
use crate::kernel::record::{RecordError, Recorder, TableSpec};
use crate::world::World;

/// All tables in the order in which they are described.
pub fn tables() -> &'static [&'static TableSpec] {
    static TABLES: [&TableSpec; 16] = [
        &region::TABLE,
        &tables::CELLS,
        &tables::SUB_INDUSTRIES,
        &tables::CITIES,
        &tables::CLUSTERS,
        &relations::NETWORK,
        &relations::TECHNOLOGIES,
        &relations::VALUE_CHAIN,
        &relations::ALLIANCES,
        &standards::STANDARDS,
        &platforms::PLATFORMS,
        &tables::POLICIES,
        &tables::LEDGER,
        &tables::BALANCE,
        &tables::FIRM_PANEL,
        &relations::LINK_PANEL,
    ];
    &TABLES
}

/// What measurement must know of a policy instrument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstrumentInfo {
    /// Its state in the tick, in one word.
    pub state: &'static str,
    /// Name in the scenario.
    pub name: String,
}

/// Micro data to write at a tick.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PanelChoice {
    /// Firms.
    pub firms: bool,
    /// Links.
    pub links: bool,
}

/// Measures a run tick by tick. Lists that it needs in every tick are kept from one to the next.
#[derive(Debug, Clone)]
pub struct Observer {
    layout: Layout,
    alike: Alike,
    /// Cells of the tick and of the one before; none before the opening state is observed.
    cells: [Vec<[Cell; TIERS]>; 2],
    stages: Stages,
    growth: Growth,
    network: NetworkObserver,
    fields: Fields,
    pool: Pool,
}

impl Observer {
    /// An observer for a region that has not been looked at yet.
    pub fn new(world: &World, params: &Params) -> Self {
        Observer {
            layout: Layout::new(&world.structure),
            alike: Alike::new(&world.ledger),
            cells: Default::default(),
            stages: Stages::new(&world.clock, params),
            growth: Growth::default(),
            network: NetworkObserver::default(),
            fields: Fields::default(),
            pool: Pool::default(),
        }
    }

    /// Measures a completed tick (0 for the opening state) and hands out the rows of all tables; to be
    /// called once per tick, in order.
    ///
    /// # Errors
    /// When the recorder cannot take a row.
    pub fn observe(
        &mut self,
        world: &World,
        params: &Params,
        instruments: &[InstrumentInfo],
        panel: PanelChoice,
        recorder: &mut dyn Recorder,
    ) -> Result<(), RecordError> {
        let (sums, walk) = self.look(world);
        let measured = self.measure(world, &sums, params);
        let region = Region::new(world, &sums, measured, &self.network, &self.fields.states, walk);
        recorder.row(&region::TABLE, &region::row(&region))?;
        let mut rows = Rows { tick: world.clock.tick, recorder };
        tables::write_cells(&region, &mut rows)?;
        tables::write_sub_industries(&region, &mut rows)?;
        tables::write_cities(&region, &mut rows)?;
        tables::write_clusters(&region, &self.layout, &mut rows)?;
        relations::write_network(&self.network, &mut rows)?;
        relations::write_technologies(world, &self.fields.states, &mut rows)?;
        relations::write_value_chain(world, &sums, &mut rows)?;
        relations::write_alliances(world, &mut rows)?;
        standards::write_standards(world, &mut rows)?;
        platforms::write(world, &mut rows)?;
        tables::write_policies(world, instruments, &mut rows)?;
        tables::write_ledger(world, &mut self.alike, &mut rows)?;
        tables::write_balance(&region, &mut rows)?;
        if panel.firms {
            tables::write_firms(world, &mut rows)?;
        }
        if panel.links {
            relations::write_links(world, &mut rows)?;
        }
        self.pool.give_back(sums);
        Ok(())
    }

    /// Looks at all firms and relations. What must be summed in the order of rows is done side by side, by one thread
    /// each; what can be cut fills the time of the others.
    fn look(&mut self, world: &World) -> (Sums, Walk) {
        let Observer { layout, growth, network, fields, pool, .. } = self;
        let yardstick =
            Yardstick { layout, technical_centre: world.measures.technical_centre, demand: &world.outside.demand };
        let ((), (walk, (sums, resources))) = rayon::join(
            || network.observe(world),
            || {
                rayon::join(
                    || walk::walk(world),
                    || {
                        let sums = Sums::new(&world.firms, &yardstick, pool);
                        let ((), ()) = rayon::join(|| fields.observe(world), || close_year(world, growth));
                        (sums, relations::resources(world))
                    },
                )
            },
        );
        network.carry(resources);
        (sums, walk)
    }

    /// Everything that is more than a sum over the firms of the tick.
    fn measure(&mut self, world: &World, sums: &Sums, params: &Params) -> Measured {
        let [cells, last] = &mut self.cells;
        std::mem::swap(cells, last);
        renew_cells(world, sums, cells);
        let per_worker = decomposition::value_added_per_worker(cells);
        let (mut change, mut contributions) = (0.0, Contributions::default());
        if !last.is_empty() {
            change = per_worker - decomposition::value_added_per_worker(last);
            contributions = decomposition::decompose(last, cells);
            self.stages.update(contributions, per_worker, &world.clock, params);
        }
        Measured {
            per_worker,
            change,
            contributions,
            stage: self.stages.stage(),
            stage_tier_in_factor: self.stages.tier_in_factor(),
            sizes: sums.sizes.shape(),
            growth: self.growth.shape(),
        }
    }
}

/// Compares sales with those of a year ago where a year ends.
fn close_year(world: &World, growth: &mut Growth) {
    if world.clock.closes_year() {
        growth.close_year(world.firms.id.iter().zip(&world.firms.flow).map(|(id, flow)| (*id, flow.sales.get())));
    }
}

/// Lists the cells of the decomposition: money deflated.
fn renew_cells(world: &World, sums: &Sums, cells: &mut Vec<[Cell; TIERS]>) {
    let outside = &world.outside;
    let cell = |s: usize, sums: &aggregate::CellSums| Cell {
        employment: sums.employment,
        value_added: sums.value_added / outside.deflator,
        chain_value: sums.chain_value / outside.deflator,
        quantity: sums.quantity,
        outside: outside.value_per_worker[s],
    };
    cells.clear();
    cells.extend(sums.cells.iter().enumerate().map(|(s, tiers)| [cell(s, &tiers[0]), cell(s, &tiers[1])]));
}
