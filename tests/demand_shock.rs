//! A demand shock confined to one sub-industry, market and tier stays there: the demand of all others
//! is untouched, and ordinary and high-end firms are hit each by their own tier.

mod support;

use support::Lab;
use support::statistics::mean;
use tiexi::kernel::single::Single;
use tiexi::world::firms::MARKETS;

const SUB_INDUSTRY: &str = "TRA";
const TICK: u32 = 6;

/// The world in the tick of the shock, with and without it; all before is the same.
fn pair(key: &str, value: f64) -> (Lab, Lab) {
    let mut plain = Lab::open("liaoning.toml", &["scale=0.3"]);
    plain.ticks(TICK - 1);
    let change = format!("demand.{SUB_INDUSTRY}.{key}={value:?}");
    let mut shocked = plain.clone();
    shocked.settings = support::scenario("liaoning.toml", &["scale=0.3", &change]).scenario.settings();
    plain.tick();
    shocked.tick();
    (plain, shocked)
}

/// Row in which a firm of one world stands in the other; none if it has left there in the tick.
fn row_in(other: &Lab, lab: &Lab, row: usize) -> Option<usize> {
    other.world.firms.id.binary_search(&lab.world.firms.id[row]).ok()
}

fn place(lab: &Lab) -> usize {
    lab.world.structure.sub_industries.iter().position(|sub| sub.code == SUB_INDUSTRY).expect("known")
}

/// The event of a scenario does the same as settings changed by hand, and ends when it should.
#[test]
fn the_event_moves_one_cell_of_demand_for_its_time() {
    let event = "event=[{date=\"2011Q2\",until=\"2012Q1\",key=\"demand.TRA.home_high_end\",multiply=0.5}]";
    let run = |ticks: &str, event: &str| support::run(&support::scenario("teaching.toml", &[ticks, event])).1.world;
    for (ticks, factor) in [(5, 1.0), (6, 0.5), (8, 0.5), (9, 1.0)] {
        let world = run(&format!("time.ticks={ticks}"), event);
        let plain = run(&format!("time.ticks={ticks}"), "event=[]");
        assert_eq!(world.outside.demand, plain.outside.demand, "the path itself does not move");
        for (s, sub) in world.structure.sub_industries.iter().enumerate() {
            let mut wanted = [[1.0; 2]; MARKETS];
            wanted[0][1] = if sub.code == "TRA" { factor } else { 1.0 };
            assert_eq!(world.outside.tiers[s], wanted, "{} at tick {ticks}", sub.code);
        }
    }
}

#[test]
fn other_sub_industries_do_not_feel_it_in_their_demand() {
    let (plain, shocked) = pair("home_ordinary", 0.4);
    let hit = place(&plain);
    assert_eq!(plain.world.outside.demand, shocked.world.outside.demand);
    let mut felt = 0;
    for (row, profile) in plain.world.firms.profile.iter().enumerate() {
        let Some(there) = row_in(&shocked, &plain, row) else { continue };
        let (ours, theirs) = (&plain.world.firms.position[row], &shocked.world.firms.position[there]);
        if usize::from(profile.sub_industry) == hit {
            felt += usize::from(theirs.demand < ours.demand);
        } else {
            assert_eq!((ours.demand, ours.share), (theirs.demand, theirs.share), "firm {row}");
        }
    }
    assert!(felt > 30);
}

/// In the tick of the shock a firm loses just the part of its custom that stands in the cell: its home
/// sales of the tier.
#[test]
fn each_firm_loses_its_part_of_the_cell() {
    for (key, market, tier) in [("home_high_end", 0, 1), ("home_ordinary", 0, 0), ("high_income_ordinary", 2, 0)] {
        let (plain, shocked) = pair(key, 0.6);
        let ordered = |lab: &Lab, row: usize| lab.world.firms.sourcing[row].orders;
        let hit = place(&plain);
        let firms = &plain.world.firms;
        let members = (0..firms.len()).filter(|row| usize::from(firms.profile[*row].sub_industry) == hit);
        // Orders of the region's own buyers are no part of the market.
        for row in members.filter(|row| ordered(&plain, *row) == 0.0) {
            let Some(there) = row_in(&shocked, &plain, row) else { continue };
            let size = |m: usize| firms.position[row].share[m] * plain.world.outside.demand[hit][m];
            let total: f64 = (0..MARKETS).map(size).sum();
            let high_end = f64::from(firms.technique[row].high_end);
            let part = [1.0 - high_end, high_end][tier] * size(market) / total;
            let ratio = shocked.world.firms.position[there].demand / firms.position[row].demand;
            assert!(
                (ratio - (1.0 - 0.4 * part)).abs() < 4.0 * Single::ROUNDING,
                "{key}, firm {row}: {ratio}, part {part}"
            );
        }
    }
}

/// Mean losses of the tenth of the firms with the highest part of high-end products and of the tenth with
/// the lowest, when demand in a cell falls by half.
fn losses(key: &str) -> (f64, f64) {
    let (plain, shocked) = pair(key, 0.5);
    let (hit, firms) = (place(&plain), &plain.world.firms);
    let stays = |row: &usize| row_in(&shocked, &plain, *row).is_some();
    let members = (0..firms.len()).filter(|row| usize::from(firms.profile[*row].sub_industry) == hit && stays(row));
    let mut rows: Vec<usize> = members.collect();
    rows.sort_by(|a, b| firms.technique[*b].high_end.total_cmp(&firms.technique[*a].high_end));
    let theirs = |row: usize| {
        row_in(&shocked, &plain, row).map_or(f64::NAN, |there| shocked.world.firms.position[there].demand.get())
    };
    let loss = |row: &usize| 1.0 - theirs(*row) / firms.position[*row].demand;
    let of = |rows: &[usize]| mean(&rows.iter().map(loss).collect::<Vec<_>>());
    let tenth = rows.len() / 10;
    (of(&rows[..tenth]), of(&rows[rows.len() - tenth..]))
}

#[test]
fn high_end_and_ordinary_firms_are_hit_differently() {
    let (high, ordinary) = losses("home_high_end");
    println!("fall of high-end demand by half: high-end firms -{high:.3}, ordinary ones -{ordinary:.4}");
    assert!(high > 5.0 * ordinary && ordinary >= 0.0);
    let (high, ordinary) = losses("home_ordinary");
    println!("fall of ordinary demand by half: high-end firms -{high:.3}, ordinary ones -{ordinary:.4}");
    assert!(ordinary > high);
}
