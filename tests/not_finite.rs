//! A number that is no number stops the run, and the message says whose and which it is.

mod support;

use support::Lab;
use tiexi::tick::TickError;
use tiexi::world::World;
use tiexi::world::finite::{NotFinite, ROUND};
use tiexi::world::ledger::{Account, FirmBooks};

/// A sound world after two ticks.
fn sound() -> World {
    let mut lab = Lab::open("teaching.toml", &["scale=0.2"]);
    lab.ticks(2);
    lab.world.check_finite().expect("a sound world");
    lab.world
}

/// Finds what `spoil` does to a world.
fn found(world: &World, spoil: impl Fn(&mut World)) -> NotFinite {
    let mut world = world.clone();
    spoil(&mut world);
    world.check_finite().expect_err("a spoilt world")
}

#[test]
fn one_number_of_one_firm_is_named_exactly() {
    type Spoil = fn(&mut World, usize, f64);
    let cases: [(&str, Spoil); 13] = [
        ("knowledge[0]", |world, row, x| world.firms.levels[row * world.firms.fields] = x as f32),
        ("vintages.level[3]", |world, row, x| world.firms.vintages[row].level[3] = x.into()),
        ("vintages.capacity[3]", |world, row, x| world.firms.vintages[row].capacity[3] = x as f32),
        ("technique.efficiency", |world, row, x| world.firms.technique[row].efficiency = x.into()),
        ("plant.capacity", |world, row, x| world.firms.plant[row].capacity = x.into()),
        ("workforce.engineers", |world, row, x| world.firms.workforce[row].engineers = x.into()),
        ("position.share[2]", |world, row, x| world.firms.position[row].share[2] = x.into()),
        ("position.kept_share", |world, row, x| world.firms.position[row].kept_share = x.into()),
        ("position.markup", |world, row, x| world.firms.position[row].markup = x.into()),
        ("strategy.attraction[1]", |world, row, x| world.firms.strategy[row].attraction[1] = x as f32),
        ("flow.investment", |world, row, x| world.firms.flow[row].investment = x.into()),
        ("balances.inventories", |world, row, x| {
            let mut balances = *world.firms.balances[row];
            balances.0[Account::Inventories as usize] = x;
            world.firms.balances[row] = FirmBooks::opened(balances);
        }),
        ("venture_equity", |world, row, x| world.firms.venture_equity[row] = x.into()),
    ];
    let world = sound();
    for (variable, spoil) in cases {
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            for row in [0, 17] {
                let error = found(&world, |world| spoil(world, row, value));
                let firm = world.firms.id[row].number();
                assert_eq!((error.tick, error.variable.as_str(), error.others), (2, variable, 0));
                assert_eq!(error.agent, format!("firm {firm}"));
                // Sixteen bits keep that there was no finite number, and not which.
                let kept = if variable == "vintages.level[3]" { f64::NAN } else { value };
                assert_eq!(error.value.to_bits(), kept.to_bits());
            }
        }
    }
}

#[test]
fn a_number_of_the_region_is_named_with_its_agent() {
    let world = sound();
    let error = found(&world, |world| world.labour.wage = f64::NAN);
    assert_eq!((error.agent.as_str(), error.variable.as_str()), ("the region", "labour.wage"));
    let error = found(&world, |world| world.outside.frontier[1] = f64::INFINITY);
    assert_eq!((error.agent.as_str(), error.variable.as_str()), ("the outside world", "outside.frontier[1]"));
    let error = found(&world, |world| world.cities[0].engineers = f64::NAN);
    assert!(error.agent.starts_with("city ") && error.variable == "city.engineers", "{error}");
    let error = found(&world, |world| world.ledger.sectors[3].add(Account::Loans, f64::NAN));
    assert_eq!((error.agent.as_str(), error.variable.as_str()), ("sector banks", "balances.loans"));
    let error = found(&world, |world| world.outside.demand[2][1] = f64::NAN);
    assert!(error.agent.starts_with("sub-industry ") && error.variable == "outside.demand[1]", "{error}");
}

/// What one firm does wrong in a tick is said of that firm, though sums over all firms are spoilt too.
#[test]
fn a_tick_with_a_spoilt_firm_stops_and_names_it() {
    let mut lab = Lab::open("teaching.toml", &["scale=0.2", "demography.enabled=false", "mergers.enabled=false"]);
    lab.ticks(2);
    let firm = lab.world.firms.id[5].number();
    lab.world.firms.plant[5].stock_value = f64::NAN.into();
    let error = lab.step().expect_err("spoilt");
    let TickError::NotFinite(error) = error else { panic!("{error}") };
    assert_eq!((error.tick, error.agent), (3, format!("firm {firm}")));
    assert!(error.others > 0, "sums are spoilt as well");
}

/// A spoilt wage reaches every firm within the tick; the region is named, not the first firm.
#[test]
fn a_tick_with_a_spoilt_region_names_the_region() {
    let mut lab = Lab::open("teaching.toml", &["scale=0.2"]);
    lab.ticks(2);
    lab.world.labour.opening_wage = f64::NAN;
    let error = lab.step().expect_err("spoilt");
    let TickError::NotFinite(error) = error else { panic!("{error}") };
    assert_eq!((error.agent.as_str(), error.variable.as_str()), ("the region", "labour.wage"));
    assert!(error.to_string().starts_with("a number is not finite at tick 3: labour.wage of the region is NaN (and "));
}

/// What reaches no flow is found in its turn.
#[test]
fn a_spoilt_number_that_stays_where_it_is_is_found_within_a_round() {
    let changes = ["scale=0.2", "demography.enabled=false", "mergers.enabled=false", "research.enabled=false"];
    let mut lab = Lab::open("teaching.toml", &changes);
    for row in [0, 100, lab.world.firms.len() - 1] {
        let mut lab = lab.clone();
        let firm = lab.world.firms.id[row].number();
        // Without research nobody asks what a firm knows outside its recipe.
        let s = usize::from(lab.world.firms.profile[row].sub_industry);
        let fields = lab.world.firms.fields;
        let idle = (0..fields).find(|field| lab.world.structure.weight(s, *field) == 0.0).expect("an idle field");
        lab.world.firms.levels[row * fields + idle] = f32::NAN;
        let stopped = (0..ROUND).find_map(|_| lab.step().err());
        let Some(TickError::NotFinite(error)) = stopped else { panic!("{stopped:?}") };
        assert_eq!(
            (error.agent, error.variable.as_str()),
            (format!("firm {firm}"), format!("knowledge[{idle}]").as_str())
        );
        assert_eq!(error.others, 0);
    }
    lab.ticks(ROUND);
}
