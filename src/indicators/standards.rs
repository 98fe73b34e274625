//! `standards.csv`: standards, their users and what they earn.

use crate::indicators::table::{DEFINITION, FIRMS, LOG, MONEY, Rows, SHARE, TEXT, TICKS, column, ratio};
use crate::kernel::record::Cell::{Integer, Number, Text};
use crate::kernel::record::{RecordError, TableSpec};
use crate::world::World;
use crate::world::standards::{STANDARD_CLASSES, Sponsor, Standard};

/// `standards.csv`.
pub static STANDARDS: TableSpec = TableSpec {
    name: "standards",
    row: "one standard at one tick; a class whose shares do not add up to one has users without any",
    columns: &[
        column("tick", TICKS, "Tick; 0 is the opening state.", DEFINITION),
        column("class", TEXT, "basic, intelligent or green.", DEFINITION),
        column("standard", TEXT, "Name of the standard.", "scenario"),
        column("sponsor", TEXT, "region, nation or foreign.", "scenario"),
        column("launched", SHARE, "1 once it can be adopted.", "scenario"),
        column("level", LOG, "Technical level relative to the frontier.", DEFINITION),
        column("adopters", FIRMS, "Firms of the region that use it.", DEFINITION),
        column("region_share", SHARE, "Share among the region's firms, by sales.", DEFINITION),
        column("home_share", SHARE, "Share among the blocks of the home market.", DEFINITION),
        column("share", SHARE, "Share of the installed base: region, home market and abroad together.", DEFINITION),
        column("dominance", SHARE, "How far it dominates its class.", DEFINITION),
        column("joined", FIRMS, "Firms of the region that turned to it in the tick.", DEFINITION),
        column("left", FIRMS, "Firms of the region that gave it up in the tick.", DEFINITION),
        column("stranded_capital", MONEY, "Machines of those who gave it up that were tied to it.", DEFINITION),
        column("royalty_rate", SHARE, "Royalty over sales of its users; none while nobody holds it.", DEFINITION),
        column("royalty_paid", MONEY, "Royalties paid by the region's firms.", DEFINITION),
        column("royalty_received", MONEY, "Royalties received by the region's firms.", DEFINITION),
        column("holders", FIRMS, "Firms of the region that hold a stake in it.", DEFINITION),
    ],
};

/// Writes the standards of a tick.
///
/// # Errors
/// When the recorder cannot take a row.
pub fn write_standards(world: &World, rows: &mut Rows<'_>) -> Result<(), RecordError> {
    for (at, one) in world.standards.list.iter().enumerate() {
        let holders = world.standards.stakes.iter().filter(|stake| usize::from(stake.standard) == at).count();
        let rest = [
            Text(one.class.name()),
            Text(&one.name),
            Text(one.sponsor.name()),
            Integer(i64::from(one.launched)),
            Number(one.level),
            Integer(i64::from(one.adopters)),
            Number(one.region_share),
            Number(one.home_share),
            Number(one.share),
            Number(one.dominance),
            Integer(i64::from(one.joined)),
            Integer(i64::from(one.left)),
            Number(one.stranded),
            Number(one.royalty),
            Number(one.paid),
            Number(one.received),
            holders.into(),
        ];
        rows.write(&STANDARDS, rest)?;
    }
    Ok(())
}

/// Sum over all standards.
pub fn over_standards(world: &World, value: impl Fn(&Standard) -> f64) -> f64 {
    world.standards.list.iter().map(value).sum()
}

/// Share of the standards that the region's firms work by which are the region's own, by sales.
pub fn own_share(world: &World) -> f64 {
    let of_region = |one: &Standard| if one.sponsor == Sponsor::Region { one.region_share } else { 0.0 };
    ratio(over_standards(world, of_region), over_standards(world, |one| one.region_share))
}

/// Share of the region's sales made by a standard, mean over the classes.
pub fn standardised(world: &World) -> f64 {
    over_standards(world, |one| one.region_share) / STANDARD_CLASSES as f64
}
