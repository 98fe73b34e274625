//! What is not touched does not move: an inert extra firm, a policy without money, an event in the
//! future.

mod support;

use std::collections::BTreeMap;

use support::{Lab, Memory, Table, assert_same};
use tiexi::kernel::ids::FirmId;
use tiexi::world::World;
use tiexi::world::firms::{
    Effort, Flow, NewFirm, OPTIONS, Plant, Position, Profile, Role, Strategy, Technique, VINTAGES, Vintages, Workforce,
};
use tiexi::world::ledger::Balances;

// ------------------------------------------------------------------------ one firm more or less

/// What an inert firm knows of each field, log units.
const INERT_LEVEL: f32 = -1.0;

/// A firm without capital, customers, people or money, in the sub-industry of the last opening firm.
fn inert(world: &World) -> NewFirm {
    let last = world.firms.len() - 1;
    let sub_industry = usize::from(world.firms.profile[last].sub_industry);
    let level = INERT_LEVEL;
    NewFirm {
        id: FirmId::new(0, sub_industry, world.firms.id[last].ordinal() + 1),
        profile: Profile { exporter: false, role: Role::Integrator, ..world.firms.profile[last] },
        chain: world.firms.chain[last],
        sourcing: Default::default(),
        practice: Default::default(),
        technique: Technique { competence: level.into(), unit_labour: 1.0.into(), ..Technique::default() },
        vintages: Vintages { capacity: [0.0; VINTAGES], level: [f64::from(level).into(); VINTAGES] },
        plant: Plant { embodied: level.into(), unit_inputs: 0.5.into(), ..Plant::default() },
        workforce: Workforce::default(),
        position: Position {
            kept_share: world.firms.position[last].kept_share,
            price: 1.0.into(),
            markup: 1.0.into(),
            ..Position::default()
        },
        strategy: Strategy { share: [0.15; OPTIONS], ..Strategy::default() },
        effort: Effort::default(),
        balances: Balances::default(),
        flow: Flow::default(),
    }
}

/// Rows of the firm panel by number of the firm.
fn by_firm(panel: &Table) -> BTreeMap<i64, String> {
    let numbers = panel.numbers("firm");
    let lines = panel.csv().lines().skip(1).map(str::to_string).collect::<Vec<_>>();
    numbers.into_iter().map(|number| number as i64).zip(lines).collect()
}

/// Moves two worlds of which one holds an inert firm more, and compares all other firms' rows.
fn compare(changes: &[&str], ticks: u32) {
    let mut plain = Lab::open("liaoning.toml", changes);
    let mut more = plain.clone();
    let extra = inert(&more.world);
    let number = extra.id.number() as i64;
    more.world.firms.push(&extra, &vec![INERT_LEVEL; more.world.firms.fields]);
    for _ in 0..ticks {
        plain.tick();
        more.tick();
        let (ours, mut theirs) = (by_firm(&plain.panel()), by_firm(&more.panel()));
        theirs.remove(&number);
        assert_eq!(ours.keys().collect::<Vec<_>>(), theirs.keys().collect::<Vec<_>>(), "firms");
        let differing: Vec<&i64> = ours.keys().filter(|firm| ours[*firm] != theirs[*firm]).collect();
        if let Some(first) = differing.first() {
            let (tick, count) = (plain.world.clock.tick, differing.len());
            panic!("tick {tick}: {count} of {} firms differ:\n{}\n{}", ours.len(), ours[*first], theirs[*first]);
        }
    }
}

/// The firm stays for the whole time, though it sells nothing.
#[test]
fn an_inert_firm_that_stays_changes_no_other_row() {
    compare(&["scale=0.05", "demography.exit_patience=400"], 12);
}

/// The firm fades after a year, so rows are squeezed together.
#[test]
fn an_inert_firm_that_leaves_changes_no_other_row() {
    compare(&["scale=0.05"], 12);
}

/// More firms than one chunk of work holds: sums must not depend on who stands beside whom.
#[test]
fn an_inert_firm_among_many_changes_no_other_row() {
    compare(&["scale=0.3", "demography.exit_patience=400"], 12);
}

// ------------------------------------------------------------------------------ policy and events

const PANEL: &[&str] = &["time.ticks=24", "output.panel=[\"firms\"]", "output.panel_every=1"];

fn grant(budget: f64, start: &str) -> String {
    format!("policies.grant={{kind=\"research_grant\",start=\"{start}\",annual_budget={budget:?},rate=0.4}}")
}

/// Compares all tables but that of the instruments themselves.
fn assert_same_but_policies(what: &str, ours: &Memory, theirs: &Memory, keep: impl Fn(i64) -> bool + Copy) {
    for (name, table) in ours.tables.iter().filter(|(name, _)| **name != "policies") {
        assert_same(&format!("{what}: {name}"), &table.ticks(keep), &theirs.table(name).ticks(keep));
    }
}

fn with_all(changes: &[&str], more: &[String]) -> Memory {
    let all: Vec<String> = changes.iter().map(ToString::to_string).chain(more.iter().cloned()).collect();
    support::tables("teaching.toml", &all)
}

#[test]
fn a_policy_without_money_or_strength_is_the_baseline() {
    let baseline = with_all(PANEL, &[]);
    for kind in ["research_grant", "equipment_subsidy", "talent_programme", "interest_discount"] {
        for terms in ["annual_budget=0.0,rate=0.4", "annual_budget=500.0,rate=0.0"] {
            let policy = format!("policies.some={{kind=\"{kind}\",{terms}}}");
            let run = with_all(PANEL, &[policy]);
            assert_same_but_policies(&format!("{kind} with {terms}"), &baseline, &run, |_| true);
            assert!(run.table("policies").numbers("spent").iter().all(|spent| *spent == 0.0));
        }
    }
}

#[test]
fn nothing_moves_before_a_policy_starts_and_something_after() {
    let baseline = with_all(PANEL, &[]);
    // The twelfth tick is 2012Q4.
    for kind in ["research_grant", "equipment_subsidy", "talent_programme", "interest_discount"] {
        let policy = grant(2000.0, "2012Q4").replace("research_grant", kind).replace("0.4", "0.1");
        let run = with_all(PANEL, &[policy]);
        assert_same_but_policies(kind, &baseline, &run, |tick| tick < 12);
        let later = |run: &Memory| run.region().ticks(|tick| tick >= 12);
        assert!(later(&baseline).first_difference(&later(&run)).is_some(), "{kind} moves nothing");
        let spent = run.table("policies").numbers("spent");
        assert!(spent[..12].iter().all(|spent| *spent == 0.0) && spent[12..].iter().all(|spent| *spent > 0.0));
    }
}

/// A budget that binds: a thousandth of what the full rate would cost, or less.
fn thin(kind: &str) -> String {
    format!("policies.thin={{kind=\"{kind}\",annual_budget=0.01,rate=0.4}}")
}

const KINDS: [&str; 4] = ["research_grant", "equipment_subsidy", "talent_programme", "interest_discount"];

/// The rate offered, from what the full rate would have cost in the tick before.
#[test]
fn a_budget_that_binds_is_never_exceeded_and_sets_the_rate() {
    for kind in KINDS {
        for annual in [0.01, 20.0] {
            let budget = annual / 4.0;
            let mut lab = Lab::open("teaching.toml", &[thin(kind).replace("0.01", &format!("{annual:?}"))]);
            let mut last_claims = None;
            for tick in 1..=16 {
                lab.tick();
                let outlay = lab.world.levers.outlays[0];
                assert!(outlay.claims > budget, "{kind}: {annual} a year does not bind");
                // In the first tick the full rate is offered, then what the last claims leave of it.
                let offered = outlay.claims * last_claims.map_or(1.0, |last| budget / last);
                let expected = offered.min(budget);
                assert!((outlay.spent / expected - 1.0).abs() < 1e-9, "{kind}, tick {tick}: {outlay:?}, {expected}");
                assert!(outlay.spent <= budget * (1.0 + 1e-12), "{kind}, tick {tick}: {outlay:?}");
                last_claims = Some(outlay.claims);
            }
        }
    }
}

/// Research that firms plan at the rates that policy offers now, in million CNY.
fn planned_research(world: &mut World, lab: &Lab, programmes: &[tiexi::policy::Programme]) -> f64 {
    tiexi::policy::step(world, programmes);
    tiexi::mechanisms::upgrading::set_budgets(world, &lab.settings.means(world.clock.ticks()));
    world.firms.effort.iter().map(|effort| f64::from(effort.budget[1] + effort.budget[2])).sum()
}

/// Firms decide on what they can expect: where a budget pays next to nothing, they plan next to nothing
/// more than without the programme in the same world. Where it pays in full, they plan what a grant adds.
#[test]
fn firms_plan_on_the_rate_that_the_budget_pays() {
    let more = |budget: &str| {
        // With the same rate for all owners.
        let even = "ownership_dials.priority=false".to_string();
        let mut lab = Lab::open("teaching.toml", &[thin("research_grant").replace("0.01", budget), even]);
        lab.tick();
        let (mut with, mut without) = (lab.world.clone(), lab.world.clone());
        with.clock.tick += 1;
        without.clock.tick += 1;
        planned_research(&mut with, &lab, &lab.programmes) / planned_research(&mut without, &lab, &[]) - 1.0
    };
    let additionality = Lab::open("teaching.toml", &[] as &[&str]).settings.research.grant_additionality;
    let (little, full) = (more("0.01"), more("1e8"));
    assert!(little > 0.0 && little < 1e-4, "{little}");
    assert!((full / (additionality * 0.4 / 0.6) - 1.0).abs() < 1e-5, "{full}");
}

/// Graduates too: after the first quarter, in which the full bonus is offered, as many stay as without.
#[test]
fn graduates_stay_for_the_bonus_that_the_budget_pays() {
    let shares = |policies: &[String]| {
        with_all(&["time.ticks=4"], policies).region().numbers("graduate_stay_share")[1..].to_vec()
    };
    let (none, little) = (shares(&[]), shares(&[thin("talent_programme")]));
    assert!(little[0] > 1.3 * none[0]);
    for (with, without) in little.iter().zip(&none).skip(1) {
        // The engineers won in the first quarter lower the odds by a little.
        assert!((with / without - 1.0).abs() < 0.03, "{with} {without}");
    }
}

#[test]
fn an_event_leaves_the_past_alone() {
    let baseline = with_all(PANEL, &[]);
    for event in [
        "{tick=20,key=\"demand.GEN.home_ordinary\",multiply=0.5}",
        "{tick=20,key=\"input_prices.basic_metals\",value=1.3}",
        "{tick=20,key=\"research.arrival_rate\",multiply=3.0}",
        "{tick=20,key=\"ownership.state_large.bailout\",value=0.0}",
    ] {
        let run = with_all(PANEL, &[format!("event=[{event}]")]);
        for (name, table) in &baseline.tables {
            let before = run.table(name).ticks(|tick| tick < 20);
            assert_same(&format!("{event}: {name}"), &table.ticks(|tick| tick < 20), &before);
        }
        let later = |run: &Memory| run.region().ticks(|tick| tick >= 20);
        let moved = later(&baseline).first_difference(&later(&run)).is_some();
        assert!(moved || event.contains("bailout"), "{event} moves nothing");
    }
}

/// A run cut short is the beginning of the long one.
#[test]
fn the_length_of_a_run_changes_nothing() {
    let long = with_all(PANEL, &[]);
    let short = with_all(PANEL, &["time.ticks=9".to_string()]);
    for (name, table) in &short.tables {
        assert_same(name, &long.table(name).ticks(|tick| tick <= 9), table);
    }
}

/// A firm that is born does not shift the random numbers of others: without shocks to efficiency and
/// customers the two runs part only where firms compete, so draws alone are compared.
#[test]
fn draws_of_a_firm_do_not_depend_on_the_population() {
    let lab = Lab::open("teaching.toml", &[] as &[&str]);
    let ids = &lab.world.firms.id;
    let some: Vec<FirmId> = ids.iter().copied().step_by(3).collect();
    for stream in [tiexi::mechanisms::market::CUSTOMERS, tiexi::mechanisms::research::RESEARCH] {
        let words =
            |ids: &[FirmId]| lab.draws.decide(stream, 7, ids, |_, mut small, out| out.push(small.word())).concat();
        assert_eq!(words(ids).into_iter().step_by(3).collect::<Vec<_>>(), words(&some));
    }
}
