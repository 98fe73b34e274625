//! Every mechanism can be switched off, and off is inert: it neither moves nor costs anything. Each
//! dial of ownership that is off equals the neutral value in all groups, to the byte.

mod support;

use support::{Memory, Table, assert_same};

const GROUPS: [&str; 8] =
    ["state_large", "state_small", "collective", "corporate_large", "corporate_small", "personal", "hmt", "foreign"];

/// The teaching world for five years, with changes.
fn years(changes: &[&str]) -> Memory {
    support::tables("teaching.toml", &support::with(&["time.ticks=20"], changes))
}

/// Amounts of a transaction over the whole run.
fn booked(run: &Memory, transaction: &str) -> f64 {
    run.table("ledger").only("transaction", transaction).numbers("amount").iter().map(|amount| amount.abs()).sum()
}

/// Sum of a column of `region.csv` from tick 1 on.
fn sum(run: &Memory, column: &str) -> f64 {
    run.region().ticks(|tick| tick > 0).numbers(column).iter().map(|value| value.abs()).sum()
}

#[track_caller]
fn constant(values: &[f64]) {
    let differing = values.iter().find(|value| (*value - values[0]).abs() > 1e-9 * values[0].abs());
    assert!(differing.is_none(), "{values:?}");
}

#[test]
fn without_research_nobody_improves_imitates_or_pays_for_it() {
    let (on, off) = (years(&[]), years(&["research.enabled=false"]));
    for column in ["improvements", "imitations", "research", "engineers_employed", "posts"] {
        assert!(sum(&on, column) > 0.0 && sum(&off, column) == 0.0, "{column}: {}", sum(&off, column));
    }
    for transaction in ["research_pay", "contract_research"] {
        assert!(booked(&on, transaction) > 0.0 && booked(&off, transaction) == 0.0, "{transaction}");
    }
    assert!(off.region().numbers("rd_to_sales")[1..].iter().all(|share| *share == 0.0));
}

#[test]
fn without_demography_nobody_enters_or_leaves() {
    let (on, off) = (years(&[]), years(&["demography.enabled=false", "mergers.enabled=false"]));
    for column in ["entries", "exits", "spin_offs"] {
        assert!(sum(&on, column) > 0.0 && sum(&off, column) == 0.0, "{column}");
    }
    for transaction in ["liquidation_sale", "capital_write_off", "loan_write_off", "equity_write_off", "bailout"] {
        assert_eq!(booked(&off, transaction), 0.0, "{transaction}");
    }
    constant(&off.region().numbers("firms"));
}

#[test]
fn without_mergers_firms_stay_apart() {
    let often = ["mergers.rate=0.1", "mergers.enabled=true"];
    let (on, off) = (years(&often), years(&["mergers.rate=0.1", "mergers.enabled=false"]));
    assert!(sum(&on, "mergers") > 0.0 && booked(&on, "takeover") > 0.0);
    assert_eq!((sum(&off, "mergers"), booked(&off, "takeover"), booked(&off, "stake_purchase")), (0.0, 0.0, 0.0));
    // Off is the same as never.
    assert_same("region", off.region(), years(&["mergers.rate=0.0"]).region());
}

#[test]
fn without_talent_engineers_neither_come_nor_go() {
    let (on, off) = (years(&[]), years(&["talent.enabled=false"]));
    constant(&off.region().numbers("engineers"));
    assert!(support::statistics::variance(&on.region().numbers("engineers")) > 0.0);
    for column in ["graduates", "engineer_moves"] {
        assert!(sum(&on, column) > 0.0 && sum(&off, column) == 0.0, "{column}");
    }
    assert!(off.region().numbers("engineer_premium").iter().all(|premium| *premium == 1.0));
    let programme = "policies.some={kind=\"talent_programme\",annual_budget=500.0,rate=0.5}";
    let paid = years(&["talent.enabled=false", programme]);
    assert_eq!(booked(&paid, "talent_bonus"), 0.0, "nobody graduates, so nobody gets a bonus");
}

/// Contracts go on and are paid, but they add nothing to what firms find.
#[test]
fn without_science_contracts_add_nothing() {
    // Partners in alliances learn, too: they are left out of this.
    let apart = |change: &str| years(&["alliances.enabled=false", change]);
    let off = apart("science.enabled=false");
    assert!(booked(&off, "contract_research") > 0.0);
    assert_same("region", off.region(), apart("science.contract_productivity=0.0").region());
    assert!(years(&["alliances.enabled=false"]).region().first_difference(off.region()).is_some());
}

#[test]
fn without_the_choice_budgets_stay_as_they_are() {
    let lasting = ["upgrading.enabled=false", "demography.enabled=false", "mergers.enabled=false"];
    let mut lab = support::Lab::open("teaching.toml", &lasting);
    let shares =
        |lab: &support::Lab| lab.world.firms.strategy.iter().map(|strategy| strategy.share).collect::<Vec<_>>();
    let opening = shares(&lab);
    lab.ticks(20);
    assert_eq!(opening, shares(&lab));
    let mut lab = support::Lab::open("teaching.toml", &lasting[1..]);
    lab.ticks(20);
    assert_ne!(opening, shares(&lab));
}

#[test]
fn without_finance_nobody_lends_or_takes_interest() {
    let (on, off) =
        (years(&["finance.venture_share=0.5"]), years(&["finance.venture_share=0.5", "finance.enabled=false"]));
    for (transaction, column) in [
        ("loans_granted", "new_loans"),
        ("interest", "interest"),
        ("venture_funding", "venture_investment"),
        ("venture_exit", "venture_rounds"),
    ] {
        assert!(booked(&on, transaction) > 0.0 || transaction == "venture_exit", "{transaction}");
        assert_eq!((booked(&off, transaction), sum(&off, column)), (0.0, 0.0), "{transaction}");
    }
}

/// A discount takes over interest, and so no more than there is: nothing where banks take none.
#[test]
fn a_discount_is_no_more_than_the_interest() {
    let generous = "policies.cheap={kind=\"interest_discount\",start=\"2010Q1\",annual_budget=1e6,rate=0.9}";
    let discounted = |changes: &[&str]| {
        let run = years(&support::with(&[generous], changes));
        (booked(&run, "interest_discount"), booked(&run, "interest"))
    };
    let (paid, interest) = discounted(&[]);
    assert!(paid > 0.5 * interest && paid <= interest * (1.0 + 1e-9), "{paid} of {interest}");
    assert_eq!(discounted(&["finance.enabled=false"]), (0.0, 0.0));
    assert_eq!(discounted(&["finance.interest=0.0", "finance.spread=0.0"]), (0.0, 0.0));
}

// ------------------------------------------------------------------------------------- the dials

/// Switch, key of the dial in the groups, neutral value.
const DIALS: [(&str, &str, &str); 6] = [
    ("cheap_capital", "interest_deduction", "0.0"),
    ("bailout", "bailout", "0.0"),
    ("labour_hoarding", "layoff_speed", "1.0"),
    ("research_efficiency", "research_efficiency", "1.0"),
    ("inertia", "strategy_speed", "1.0"),
    ("priority", "priority", "1.0"),
];

/// Liaoning at a third of its firms for ten years: enough failures for rescue to have something to do.
fn dialled(changes: &[String]) -> Table {
    let long = ["scale=0.3".to_string(), "time.ticks=40".to_string()];
    support::tables("liaoning.toml", &[&long, changes].concat()).region().clone()
}

#[test]
fn each_dial_matters_and_off_is_neutral_in_all_groups() {
    let all_on = dialled(&[]);
    for (switch, key, neutral) in DIALS {
        let off = dialled(&[format!("ownership_dials.{switch}=false")]);
        assert!(all_on.first_difference(&off).is_some(), "{switch} changes nothing");
        let set: Vec<String> = GROUPS.iter().map(|group| format!("ownership.{group}.{key}={neutral}")).collect();
        assert_same(switch, &off, &dialled(&set));
    }
}

/// With all dials off, the groups differ in knowledge held back and in owners alone.
#[test]
fn all_dials_off_is_all_neutral() {
    let off: Vec<String> = DIALS.iter().map(|(switch, _, _)| format!("ownership_dials.{switch}=false")).collect();
    let set = |(_, key, neutral): &(&str, &str, &str)| {
        GROUPS.map(|group| format!("ownership.{group}.{key}={neutral}")).to_vec()
    };
    assert_same("region", &dialled(&off), &dialled(&DIALS.iter().flat_map(set).collect::<Vec<_>>()));
}
