//! Innovation platforms: `platforms.csv`, one row per platform and tick.

use crate::indicators::table::{
    DEFINITION, FIRMS, Indicator, MONEY, PERSONS, Rows, SHARE, STOCK, TEXT, column, columns,
};
use crate::kernel::record::Cell::{self, Integer, Number, Text};
use crate::kernel::record::{Column, RecordError, TableSpec};
use crate::world::World;
use crate::world::network::Place;
use crate::world::platforms::{Platform, SubPlatform};

/// Cell of a column for one platform of the region.
type Value = for<'a> fn(&'a World, &'a Platform) -> Cell<'a>;

const fn entry(
    name: &'static str,
    unit: &'static str,
    meaning: &'static str,
    source: &'static str,
    value: Value,
) -> Indicator<Value> {
    Indicator { column: column(name, unit, meaning, source), value }
}

const BOOKS: &str = "ledger of the tick";

const INDICATORS: &[Indicator<Value>] = &[
    entry("platform", TEXT, "Name of the platform.", "scenario", |_, p| Text(&p.name)),
    entry("city", TEXT, "City.", "scenario", |world, p| Text(&world.structure.cities[p.city].name)),
    entry("alive", "0 or 1", "Whether it is founded and not closed.", DEFINITION, |_, p| {
        Integer(i64::from(p.is_alive()))
    }),
    entry("members", FIRMS, "Member firms.", DEFINITION, |_, p| p.members.len().into()),
    entry("founders", FIRMS, "Founders among them.", DEFINITION, |_, p| Integer(i64::from(p.founders))),
    entry(
        "participation",
        SHARE,
        "Weight of members in the research of the region, saturating.",
        DEFINITION,
        |_, p| Number(p.participation),
    ),
    entry("quality", SHARE, "Quality stock.", DEFINITION, |_, p| Number(p.quality)),
    entry("richness", SHARE, "Mean level of the five types of resources.", DEFINITION, |_, p| Number(p.richness())),
    entry("maturity", "projects", "Projects of joint research per member.", DEFINITION, |_, p| Number(p.maturity)),
    entry("fees", MONEY, "Fees of members.", BOOKS, |_, p| Number(p.accounts.fees)),
    entry("contributions", MONEY, "Contributions of founders.", BOOKS, |_, p| Number(p.accounts.contributions)),
    entry("funding", MONEY, "Public support.", BOOKS, |_, p| Number(p.accounts.support)),
    entry("operation", MONEY, "Operation of the sub-platforms.", BOOKS, |_, p| Number(p.accounts.operation)),
    entry("development", MONEY, "Outlay for quality.", BOOKS, |_, p| Number(p.accounts.development)),
    entry("returns", MONEY, "Surplus handed to the government.", BOOKS, |_, p| Number(p.accounts.returns)),
    entry(
        "cash_flow",
        MONEY,
        "Fees and contributions less operation and development: what it would earn without public support.",
        DEFINITION,
        |_, p| Number(p.accounts.cash_flow()),
    ),
    entry("cumulative_cash_flow", STOCK, "Cash flow since the founding.", DEFINITION, |_, p| Number(p.cumulative)),
    entry("deposits", STOCK, "Money in hand.", BOOKS, |_, p| Number(p.deposits)),
    entry(
        "benefit",
        MONEY,
        "What members gain: outlay saved and, by their own profit functions, the present value of what they learn.",
        DEFINITION,
        |_, p| Number(p.benefit),
    ),
    entry("member_cost", MONEY, "What taking part costs members besides.", BOOKS, |_, p| Number(p.member_cost)),
    entry("research_strength", SHARE, "Strength of shared research facilities.", DEFINITION, |_, p| {
        Number(p.strength(SubPlatform::Research))
    }),
    entry("transformation_strength", SHARE, "Strength of transformation of results.", DEFINITION, |_, p| {
        Number(p.strength(SubPlatform::Transformation))
    }),
    entry("service_strength", SHARE, "Strength of technical service.", DEFINITION, |_, p| {
        Number(p.strength(SubPlatform::Service))
    }),
    entry("venture_strength", SHARE, "Strength of venture finance.", DEFINITION, |_, p| {
        Number(p.strength(SubPlatform::Venture))
    }),
    entry("training_strength", SHARE, "Strength of training.", DEFINITION, |_, p| {
        Number(p.strength(SubPlatform::Training))
    }),
    entry(
        "facility_engineers",
        PERSONS,
        "Work of engineers that shared facilities save members.",
        DEFINITION,
        |_, p| Number(p.used.facility_engineers),
    ),
    entry("transformations", FIRMS, "Members that learned results of science.", DEFINITION, |_, p| {
        Integer(i64::from(p.used.transformations))
    }),
    entry(
        "matches",
        "pairs",
        "Relations that began between fellow members, or with scientists of its fields.",
        DEFINITION,
        |_, p| Integer(i64::from(p.used.matches)),
    ),
    entry("venture_rounds", "rounds", "Venture rounds that the platform brought about.", DEFINITION, |_, p| {
        Integer(i64::from(p.used.venture_rounds))
    }),
    entry("engineers_trained", PERSONS, "Engineers trained.", DEFINITION, |_, p| Number(p.used.trained)),
];

const TICK: Column = column("tick", crate::indicators::table::TICKS, "Tick; 0 is the opening state.", DEFINITION);

static COLUMNS: [Column; INDICATORS.len() + 1] = with_tick();

const fn with_tick() -> [Column; INDICATORS.len() + 1] {
    let rest: [Column; INDICATORS.len()] = columns(INDICATORS);
    let mut all = [TICK; INDICATORS.len() + 1];
    let mut at = 0;
    while at < rest.len() {
        all[at + 1] = rest[at];
        at += 1;
    }
    all
}

/// `platforms.csv`.
pub static PLATFORMS: TableSpec =
    TableSpec { name: "platforms", row: "one innovation platform at one tick", columns: &COLUMNS };

/// Writes the platforms of a tick.
///
/// # Errors
/// When the recorder cannot take a row.
pub fn write(world: &World, rows: &mut Rows<'_>) -> Result<(), RecordError> {
    for platform in &world.platforms.list {
        let cells: [Cell<'_>; INDICATORS.len()] =
            std::array::from_fn(|index| (INDICATORS[index].value)(world, platform));
        rows.write(&PLATFORMS, cells)?;
    }
    Ok(())
}

/// Pairs that work together and belong to the same platform, scientists of its fields included.
pub fn mediated(world: &World) -> usize {
    if world.platforms.list.is_empty() {
        return 0;
    }
    let number = |row: usize| world.firms.membership[row].platform();
    let shared = |a: Place, b: Place| match (a, b) {
        (Place::Firm(a), Place::Firm(b)) => number(a).is_some() && number(a) == number(b),
        (Place::Firm(a), Place::Science(b)) | (Place::Science(b), Place::Firm(a)) => number(a)
            .is_some_and(|p| !world.is_abroad(b) && world.researcher(b).fields & world.platforms.list[p].fields != 0),
        _ => false,
    };
    let bonds = world.network.bonds.iter().filter(|bond| bond.projects > 0);
    bonds.filter(|bond| shared(bond.a.place(), bond.b.place())).count()
}
