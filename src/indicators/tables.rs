//! All tables but `region.csv`: by cell, sub-industry, city, cluster, instrument, sector and firm.

use crate::indicators::aggregate::{CitySums, IndustrySums};
use crate::indicators::decomposition::TIER_NAMES;
use crate::indicators::region::{Region, whole};
use crate::indicators::table::{
    DEFINITION, FIRMS, Indicator, LOG, MONEY, PERSONS, RATIO, REAL_MONEY, REAL_PER_WORKER, Rows, SHARE, STOCK, TEXT,
    TICKS, column, columns, ratio,
};
use crate::indicators::{InstrumentInfo, aggregate::Layout};
use crate::kernel::record::Cell::{self, Integer, Number, Text};
use crate::kernel::record::{Column, RecordError, TableSpec};
use crate::world::World;
use crate::world::ledger::{ALL_ACCOUNTS, Account, Kind, Ledger, Line, SECTORS};

const TICK: Column = column("tick", TICKS, "Tick; 0 is the opening state.", DEFINITION);
const SUB_INDUSTRY: Column = column("sub_industry", TEXT, "Code of the sub-industry.", "scenario");

// ---------------------------------------------------------------------------------------- cells

/// `cells.csv`: what the decomposition is computed from.
pub static CELLS: TableSpec = TableSpec {
    name: "cells",
    row: "one tier of one sub-industry at one tick; firms with a mix count in both tiers in proportion",
    columns: &[
        TICK,
        SUB_INDUSTRY,
        column("tier", TEXT, "ordinary or high_end.", DEFINITION),
        column("firms", FIRMS, "Firms, each by the share of the tier in its mix.", DEFINITION),
        column("employment", PERSONS, "Workers and engineers.", DEFINITION),
        column("value_added", REAL_MONEY, "Value added over the deflator.", DEFINITION),
        column(
            "chain_value",
            REAL_MONEY,
            "Value added and what others keep on the product, over the deflator.",
            DEFINITION,
        ),
        column(
            "quantity",
            REAL_MONEY,
            "Quality-adjusted quantity sold, at the opening price of the outside competitor.",
            DEFINITION,
        ),
        column("sales", REAL_MONEY, "Sales over the deflator.", DEFINITION),
        column("exports", REAL_MONEY, "Exports over the deflator.", DEFINITION),
    ],
};

/// Writes the cells of a tick.
///
/// # Errors
/// When the recorder cannot take a row.
pub fn write_cells(region: &Region<'_>, rows: &mut Rows<'_>) -> Result<(), RecordError> {
    let deflator = region.world.outside.deflator;
    for (sub, tiers) in region.world.structure.sub_industries.iter().zip(&region.sums.cells) {
        for (name, cell) in TIER_NAMES.into_iter().zip(tiers) {
            let rest = [
                Text(&sub.code),
                Text(name),
                Number(cell.firms),
                Number(cell.employment),
                Number(cell.value_added / deflator),
                Number(cell.chain_value / deflator),
                Number(cell.quantity),
                Number(cell.sales / deflator),
                Number(cell.exports / deflator),
            ];
            rows.write(&CELLS, rest)?;
        }
    }
    Ok(())
}

// ------------------------------------------------------------------------------- sub-industries

/// One sub-industry at one tick.
pub struct Industry<'a> {
    world: &'a World,
    s: usize,
    sums: &'a IndustrySums,
}

impl Industry<'_> {
    fn employment(&self) -> f64 {
        self.sums.workers + self.sums.engineers
    }

    fn chain_value(&self) -> f64 {
        self.sums.value_added + self.sums.value_leaving
    }

    fn of(&self, counts: &[u32]) -> Cell<'static> {
        Integer(counts.get(self.s).map_or(0, |count| i64::from(*count)))
    }

    /// Distance of competence below `level`, weighted by sales.
    fn gap_to(&self, level: f64) -> f64 {
        ratio(level * self.sums.sales - self.sums.competence_sales, self.sums.sales)
    }
}

type IndustryValue = for<'a> fn(&'a Industry<'a>) -> Cell<'a>;

const fn of_industry(
    name: &'static str,
    unit: &'static str,
    meaning: &'static str,
    value: IndustryValue,
) -> Indicator<IndustryValue> {
    Indicator { column: column(name, unit, meaning, DEFINITION), value }
}

/// All indicators of a sub-industry in the order of the file.
const INDUSTRY: &[Indicator<IndustryValue>] = &[
    of_industry("tick", TICKS, "Tick; 0 is the opening state.", |i| Integer(i.world.clock.tick.into())),
    of_industry("sub_industry", TEXT, "Code of the sub-industry.", |i| {
        Text(&i.world.structure.sub_industries[i.s].code)
    }),
    of_industry("firms", FIRMS, "Firms at the end of the tick.", |i| whole(i.sums.firms)),
    of_industry("entries", FIRMS, "Firms that entered.", |i| i.of(&i.world.events.entries)),
    of_industry("exits", FIRMS, "Firms that left, mergers not counted.", |i| i.of(&i.world.events.exits)),
    of_industry("employment", PERSONS, "Workers and engineers.", |i| Number(i.employment())),
    of_industry("engineers", PERSONS, "Engineers in research.", |i| Number(i.sums.engineers)),
    of_industry("value_added", MONEY, "Value added.", |i| Number(i.sums.value_added)),
    of_industry("value_added_per_worker", REAL_PER_WORKER, "Value added over the deflator and employment.", |i| {
        Number(ratio(i.sums.value_added / i.world.outside.deflator, i.employment()))
    }),
    of_industry("output", MONEY, "Gross output: sales plus change of stocks.", |i| {
        Number(i.sums.sales + i.sums.stock_change)
    }),
    of_industry("sales", MONEY, "Sales at the factory gate.", |i| Number(i.sums.sales)),
    of_industry("exports", MONEY, "Sales abroad.", |i| Number(i.sums.exports)),
    of_industry("chain_value", MONEY, "Value added and what others keep on the products.", |i| Number(i.chain_value())),
    of_industry("kept_share", SHARE, "Value added in chain value.", |i| {
        Number(ratio(i.sums.value_added, i.chain_value()))
    }),
    of_industry("high_end_share", SHARE, "High-end products in sales.", |i| {
        Number(ratio(i.sums.high_end_sales, i.sums.sales))
    }),
    of_industry("productivity", REAL_PER_WORKER, "Quality-adjusted quantity sold, at base prices, per worker.", |i| {
        Number(ratio(i.sums.quantity, i.employment()))
    }),
    of_industry(
        "frontier_gap",
        LOG,
        "Distance of competence below the outside competitor's, weighted by sales.",
        |i| Number(i.gap_to(i.world.outside.competence[i.s])),
    ),
    of_industry(
        "ceiling_gap",
        LOG,
        "Distance of competence below the limit of what can be learned, weighted by sales.",
        |i| Number(i.gap_to(i.world.outside.machine_offer[i.s])),
    ),
    of_industry("rd_to_sales", RATIO, "Research outlay over sales.", |i| Number(ratio(i.sums.research, i.sums.sales))),
    of_industry("imitation_share", SHARE, "Imitation in the research outlay.", |i| {
        Number(ratio(i.sums.imitation, i.sums.research))
    }),
    of_industry("profit_margin", RATIO, "Profit before tax over sales.", |i| {
        Number(ratio(i.sums.profit, i.sums.sales))
    }),
    of_industry("investment", MONEY, "Money spent on machines.", |i| Number(i.sums.investment)),
    of_industry("capital", STOCK, "Fixed capital at book value.", |i| Number(i.sums.capital)),
    of_industry("loans", STOCK, "Debt.", |i| Number(i.sums.debt)),
    of_industry("utilisation", SHARE, "Units made over capacity.", |i| Number(ratio(i.sums.made, i.sums.capacity))),
    of_industry("state_share", SHARE, "Paid-in capital held by the government.", |i| {
        Number(ratio(i.sums.state_equity, i.sums.equity))
    }),
    of_industry("loss_making_share", SHARE, "Firms with a loss before tax.", |i| {
        Number(ratio(i.sums.loss_makers, i.sums.firms))
    }),
    of_industry("home_market_share", SHARE, "Share of the region in the home market, at users' prices.", |i| {
        Number(ratio(i.sums.user_value - i.sums.user_value_abroad, i.world.outside.demand[i.s][0]))
    }),
    of_industry(
        "outside_value_per_worker",
        "index, opening = 1",
        "Real value per worker of the outside competitor: G of the decomposition.",
        |i| Number(i.world.outside.value_per_worker[i.s]),
    ),
    of_industry("outside_quality", LOG, "Quality of the outside competitor relative to the opening.", |i| {
        Number(i.world.outside.quality[i.s])
    }),
    of_industry("input_price", "index, opening = 1", "Price of purchased inputs.", |i| {
        Number(i.world.outside.input_price[i.s])
    }),
];

static INDUSTRY_COLUMNS: [Column; INDUSTRY.len()] = columns(INDUSTRY);

/// `sub_industries.csv`.
pub static SUB_INDUSTRIES: TableSpec =
    TableSpec { name: "sub_industries", row: "one sub-industry at one tick", columns: &INDUSTRY_COLUMNS };

/// Writes the sub-industries of a tick.
///
/// # Errors
/// When the recorder cannot take a row.
pub fn write_sub_industries(region: &Region<'_>, rows: &mut Rows<'_>) -> Result<(), RecordError> {
    for (s, sums) in region.sums.industries.iter().enumerate() {
        let industry = Industry { world: region.world, s, sums };
        let cells: [Cell<'_>; INDUSTRY.len()] = std::array::from_fn(|index| (INDUSTRY[index].value)(&industry));
        rows.recorder.row(&SUB_INDUSTRIES, &cells)?;
    }
    Ok(())
}

// --------------------------------------------------------------------------------------- cities

/// One city at one tick.
pub struct Place<'a> {
    world: &'a World,
    city: usize,
    sums: &'a CitySums,
}

impl Place<'_> {
    fn employment(&self) -> f64 {
        self.sums.workers + self.sums.engineers
    }
}

type PlaceValue = for<'a> fn(&'a Place<'a>) -> Cell<'a>;

const fn of_city(
    name: &'static str,
    unit: &'static str,
    meaning: &'static str,
    value: PlaceValue,
) -> Indicator<PlaceValue> {
    Indicator { column: column(name, unit, meaning, DEFINITION), value }
}

/// All indicators of a city in the order of the file.
const CITY: &[Indicator<PlaceValue>] = &[
    of_city("tick", TICKS, "Tick; 0 is the opening state.", |c| Integer(c.world.clock.tick.into())),
    of_city("city", TEXT, "Name of the city.", |c| Text(&c.world.structure.cities[c.city].name)),
    of_city("firms", FIRMS, "Firms at the end of the tick.", |c| whole(c.sums.firms)),
    of_city("employment", PERSONS, "Workers and engineers employed by the city's firms.", |c| Number(c.employment())),
    of_city("value_added", MONEY, "Value added.", |c| Number(c.sums.value_added)),
    of_city("value_added_per_worker", REAL_PER_WORKER, "Value added over the deflator and employment.", |c| {
        Number(ratio(c.sums.value_added / c.world.outside.deflator, c.employment()))
    }),
    of_city("sales", MONEY, "Sales at the factory gate.", |c| Number(c.sums.sales)),
    of_city("exports", MONEY, "Sales abroad.", |c| Number(c.sums.exports)),
    of_city("high_end_share", SHARE, "High-end products in sales.", |c| {
        Number(ratio(c.sums.high_end_sales, c.sums.sales))
    }),
    of_city("rd_to_sales", RATIO, "Research outlay over sales.", |c| Number(ratio(c.sums.research, c.sums.sales))),
    of_city("profit_margin", RATIO, "Profit before tax over sales.", |c| Number(ratio(c.sums.profit, c.sums.sales))),
    of_city("engineers", PERSONS, "Engineers who live in the city.", |c| Number(c.world.cities[c.city].engineers)),
    of_city("posts", PERSONS, "Research posts that budgets would pay for.", |c| Number(c.world.cities[c.city].posts)),
    of_city("filled_share", SHARE, "Research posts that can be filled.", |c| Number(c.world.cities[c.city].filled)),
    of_city("engineer_premium", "index, opening = 1", "Pay of an engineer relative to the opening.", |c| {
        Number(c.world.cities[c.city].premium)
    }),
];

static CITY_COLUMNS: [Column; CITY.len()] = columns(CITY);

/// `cities.csv`.
pub static CITIES: TableSpec = TableSpec { name: "cities", row: "one city at one tick", columns: &CITY_COLUMNS };

/// Writes the cities of a tick.
///
/// # Errors
/// When the recorder cannot take a row.
pub fn write_cities(region: &Region<'_>, rows: &mut Rows<'_>) -> Result<(), RecordError> {
    for (city, sums) in region.sums.cities.iter().enumerate() {
        let place = Place { world: region.world, city, sums };
        let cells: [Cell<'_>; CITY.len()] = std::array::from_fn(|index| (CITY[index].value)(&place));
        rows.recorder.row(&CITIES, &cells)?;
    }
    Ok(())
}

// ------------------------------------------------------------------------------------- clusters

/// `clusters.csv`.
pub static CLUSTERS: TableSpec = TableSpec {
    name: "clusters",
    row: "one key cluster or one named base at one tick; a firm belongs to a base if city and sub-industry match, so \
          bases overlap and do not add up; a cluster counts each firm of its bases once",
    columns: &[
        TICK,
        column("level", TEXT, "cluster or base.", DEFINITION),
        column("name", TEXT, "Name of the cluster or base.", "scenario; nine key clusters of the standards paper"),
        column("firms", FIRMS, "Firms at the end of the tick.", DEFINITION),
        column("sales", MONEY, "Sales at the factory gate.", DEFINITION),
        column("value_added", MONEY, "Value added.", DEFINITION),
        column("high_end_share", SHARE, "High-end products in sales.", DEFINITION),
    ],
};

/// Writes the clusters and bases of a tick.
///
/// # Errors
/// When the recorder cannot take a row.
pub fn write_clusters(region: &Region<'_>, layout: &Layout, rows: &mut Rows<'_>) -> Result<(), RecordError> {
    let structure = &region.world.structure;
    let clusters = structure.clusters.iter().map(|name| ("cluster", name)).zip(&layout.clusters);
    let bases = structure.bases.iter().map(|base| ("base", &base.name)).zip(&layout.bases);
    for ((level, name), places) in clusters.chain(bases) {
        let sums = region.sums.over(places);
        let high_end = ratio(sums.high_end_sales, sums.sales);
        let rest = [
            Text(level),
            Text(name),
            whole(sums.firms),
            Number(sums.sales),
            Number(sums.value_added),
            Number(high_end),
        ];
        rows.write(&CLUSTERS, rest)?;
    }
    Ok(())
}

// ------------------------------------------------------------------------------------- policies

/// `policies.csv`.
pub static POLICIES: TableSpec = TableSpec {
    name: "policies",
    row: "one policy instrument at one tick",
    columns: &[
        TICK,
        column("instrument", TEXT, "Name of the instrument.", "scenario"),
        column("budget", MONEY, "Most that the instrument could spend; 0 while it does not run.", "scenario"),
        column("spent", MONEY, "Money spent.", DEFINITION),
        column(
            "recipients",
            "firms or persons",
            "Who was reached: firms, or graduates of a talent programme, workers of a reform, relations of mediation, projects of foresight.",
            DEFINITION,
        ),
        column("unspent", MONEY, "Budget that was not spent; it is lost.", DEFINITION),
        column(
            "state",
            TEXT,
            "running, not_started, ended, stopped by its stop rule, or resting while another portfolio runs.",
            DEFINITION,
        ),
    ],
};

/// Writes the instruments of a tick.
///
/// # Errors
/// When the recorder cannot take a row.
pub fn write_policies(world: &World, instruments: &[InstrumentInfo], rows: &mut Rows<'_>) -> Result<(), RecordError> {
    for (index, instrument) in instruments.iter().enumerate() {
        let outlay = world.levers.outlays.get(index).copied().unwrap_or_default();
        let unspent = (outlay.budget - outlay.spent).max(0.0);
        let rest = [
            Text(&instrument.name),
            Number(outlay.budget),
            Number(outlay.spent),
            Number(outlay.recipients),
            Number(unspent),
            Text(instrument.state),
        ];
        rows.write(&POLICIES, rest)?;
    }
    Ok(())
}

// ---------------------------------------------------------------------------------------- books

/// `ledger.csv`.
pub static LEDGER: TableSpec = TableSpec {
    name: "ledger",
    row: "one account of one sector that falls, and one that rises, by the entries of one kind in one tick; entries \
          of nothing are left out",
    columns: &[
        TICK,
        column("from", TEXT, "Sector whose account falls.", DEFINITION),
        column("to", TEXT, "Sector whose account rises.", DEFINITION),
        column("transaction", TEXT, "Name of the transaction.", DEFINITION),
        column("kind", TEXT, "transaction or revaluation.", DEFINITION),
        column(
            "changes",
            TEXT,
            "from_account>to_account: the account that falls and the one that rises. Liabilities and net worth are negative, so a debt or net worth that falls grows in size.",
            DEFINITION,
        ),
        column("amount", MONEY, "Amount by which both change.", DEFINITION),
    ],
};

/// Lines of the ledger that say the same but for the amount: a takeover moves net worth once with each account. They are
/// one row, so that none stands twice.
#[derive(Debug, Clone)]
pub struct Alike {
    /// For every line the first that says the same.
    first: Vec<usize>,
    /// For every line its place among the rows of the tick, if it is the first and has one.
    place: Vec<Option<usize>>,
    /// The rows of the tick.
    rows: Vec<Line>,
    /// Names of two accounts.
    changes: String,
}

impl Alike {
    /// Compares all lines that a ledger has.
    pub fn new(ledger: &Ledger) -> Self {
        let key = |line: Line| (line.from, line.to, line.transaction, line.kind, line.from_account, line.to_account);
        let keys: Vec<_> = ledger.lines().map(key).collect();
        let first = keys.iter().enumerate().map(|(at, key)| keys.iter().position(|other| other == key).unwrap_or(at));
        Alike { first: first.collect(), place: Vec::new(), rows: Vec::new(), changes: String::new() }
    }

    /// Takes the lines of a tick, those alike together; those of nothing are left out.
    fn merge(&mut self, ledger: &Ledger) {
        let Alike { first, place, rows, .. } = self;
        rows.clear();
        place.clear();
        place.resize(first.len(), None);
        for (line, first) in ledger.lines().zip(first).filter(|(line, _)| line.amount != 0.0) {
            match place[*first] {
                Some(row) => rows[row].amount += line.amount,
                None => {
                    place[*first] = Some(rows.len());
                    rows.push(line);
                }
            }
        }
    }
}

/// Writes the entries of a tick.
///
/// # Errors
/// When the recorder cannot take a row.
pub fn write_ledger(world: &World, alike: &mut Alike, rows: &mut Rows<'_>) -> Result<(), RecordError> {
    // The entries that made the opening state are no flows of a tick.
    if world.clock.tick == 0 {
        return Ok(());
    }
    alike.merge(&world.ledger);
    let Alike { rows: lines, changes, .. } = alike;
    for line in lines {
        changes.clear();
        changes.extend([line.from_account.name(), ">", line.to_account.name()]);
        let kind = match line.kind {
            Kind::Transaction => "transaction",
            Kind::Revaluation => "revaluation",
        };
        let rest = [
            Text(line.from.name()),
            Text(line.to.name()),
            Text(line.transaction),
            Text(kind),
            Text(changes),
            Number(line.amount),
        ];
        rows.write(&LEDGER, rest)?;
    }
    Ok(())
}

/// `balance.csv`.
pub static BALANCE: TableSpec = TableSpec {
    name: "balance",
    row: "one account of one sector at the end of one tick",
    columns: &[
        TICK,
        column("sector", TEXT, "Institutional sector.", DEFINITION),
        column("account", TEXT, "Balance account.", DEFINITION),
        column(
            "value",
            STOCK,
            "Balance: assets positive, liabilities and net worth negative; the accounts of a sector sum to zero.",
            DEFINITION,
        ),
    ],
};

/// Writes the balances at the end of a tick.
///
/// # Errors
/// When the recorder cannot take a row.
pub fn write_balance(region: &Region<'_>, rows: &mut Rows<'_>) -> Result<(), RecordError> {
    let closing = region.world.ledger.closing(region.sums.balances);
    for (sector, balances) in SECTORS.iter().zip(&closing) {
        for account in ALL_ACCOUNTS {
            let rest = [Text(sector.name()), Text(account.name()), Number(balances.get(account))];
            rows.write(&BALANCE, rest)?;
        }
    }
    Ok(())
}

// ---------------------------------------------------------------------------------------- panel

/// `firms.csv`.
pub static FIRM_PANEL: TableSpec = TableSpec {
    name: "firms",
    row: "one firm at one tick",
    columns: &[
        TICK,
        column("firm", "-", "Number of the firm, the same for its life and never given again.", DEFINITION),
        column("birth_tick", TICKS, "Tick of entry; 0 for the opening population.", DEFINITION),
        SUB_INDUSTRY,
        column("city", TEXT, "City.", "scenario"),
        column("ownership", TEXT, "Ownership group.", "scenario"),
        column("role", TEXT, "integrator or component_supplier.", DEFINITION),
        column("employment", PERSONS, "Workers and engineers.", DEFINITION),
        column("sales", MONEY, "Sales at the factory gate.", DEFINITION),
        column("exports", MONEY, "Sales abroad.", DEFINITION),
        column("value_added", MONEY, "Value added.", DEFINITION),
        column("capital", STOCK, "Fixed capital at book value.", DEFINITION),
        column("cash", STOCK, "Deposits.", DEFINITION),
        column("debt", STOCK, "Loans owed.", DEFINITION),
        column("rd", MONEY, "Research outlay.", DEFINITION),
        column("productivity", REAL_PER_WORKER, "Value added over the deflator and employment.", DEFINITION),
        column("quality", LOG, "Product quality; 0 is the outside competitor's of the opening.", DEFINITION),
    ],
};

/// Writes one wave of the firm panel.
///
/// # Errors
/// When the recorder cannot take a row.
pub fn write_firms(world: &World, rows: &mut Rows<'_>) -> Result<(), RecordError> {
    let (firms, structure) = (&world.firms, &world.structure);
    for row in 0..firms.len() {
        let (profile, flow, balances) = (&firms.profile[row], &firms.flow[row], &firms.balances[row]);
        let employment = firms.workforce[row].workers + firms.workforce[row].engineers;
        let rest = [
            Integer(i64::try_from(firms.id[row].number()).unwrap_or(i64::MAX)),
            Integer(firms.id[row].birth_tick().into()),
            Text(&structure.sub_industries[usize::from(profile.sub_industry)].code),
            Text(&structure.cities[usize::from(profile.city)].name),
            Text(&structure.ownership[usize::from(profile.ownership)].code),
            Text(profile.role.name()),
            Number(employment),
            Number(flow.sales.get()),
            Number(flow.exports.get()),
            Number(flow.value_added.get()),
            Number(balances.get(Account::FixedCapital)),
            Number(balances.get(Account::Deposits)),
            Number(-balances.get(Account::Loans)),
            Number(flow.research.get()),
            Number(ratio(flow.value_added / world.outside.deflator, employment)),
            Number(firms.technique[row].quality.get()),
        ];
        rows.write(&FIRM_PANEL, rest)?;
    }
    Ok(())
}
