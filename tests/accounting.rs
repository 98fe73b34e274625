//! Books: an outsider with `ledger.csv` and `balance.csv` can rebuild every account at every tick of
//! every scenario, and a leak of a millionth is caught within one tick.

mod support;

use std::collections::BTreeMap;

use support::{Lab, Memory, Table};
use tiexi::kernel::draws::Small;
use tiexi::scenario::describe::{ParameterRow, parameters};
use tiexi::scenario::{Loaded, Scenario};
use tiexi::world::ledger::{
    ALL_ACCOUNTS, Account, Balances, Entry, FirmBooks, Journal, SECTORS, Sector, Side, TOGETHER, TOLERANCE,
};

/// Random scenarios checked.
const SCENARIOS: u64 = 50;
const TICKS: u32 = 24;

// --------------------------------------------------------------------------- random scenarios

/// A parameter that a random scenario may set: one number or switch with a stated range.
struct Free {
    key: String,
    default: f64,
    range: (f64, f64),
    integer: bool,
}

/// Keys that say what is run and written, not how the economy works, and what must agree with a table.
const FIXED: &[&str] = &[
    "seed",
    "scale",
    "time.",
    "output.",
    "firms.most",
    "event",
    "upgrading.settling_quarters",
    "export_weight",
    "region.initial_level",
    "firms.size_threshold",
];

/// Numbers with a stated range, straight from the documentation of the parameters. Keys below names
/// that a scenario chooses take one of the names of the Liaoning data.
fn free_parameters() -> (Vec<Free>, Vec<String>) {
    let rows = parameters::<Scenario>();
    let fixed = |row: &&ParameterRow| !FIXED.iter().any(|fixed| row.key.contains(fixed)) && !row.key.contains('<');
    let (mut numbers, mut switches) = (Vec::new(), Vec::new());
    for row in rows.iter().filter(fixed) {
        let bounds = (row.minimum.parse(), row.maximum.parse(), row.default.parse());
        match (row.kind.as_str(), bounds) {
            ("boolean", _) => switches.push(row.key.clone()),
            // Positions in a list have no key that could be changed alone.
            _ if row.key.contains('[') => {}
            ("number" | "integer", (Ok(least), Ok(most), Ok(default))) => numbers.push(Free {
                key: row.key.clone(),
                default,
                range: (least, most),
                integer: row.kind == "integer",
            }),
            _ => {}
        }
    }
    (numbers, switches)
}

/// A value within the stated range: mostly within a factor of three of the default, sometimes one of
/// the limits of that span drawn out to ten, always as the documentation allows.
fn draw(free: &Free, small: &mut Small) -> String {
    let (least, most) = free.range;
    let wide = if small.uniform() < 0.15 { 10f64 } else { 3.0 };
    let value = if free.default == 0.0 {
        let span = (most - least).min(0.05);
        (2.0 * small.uniform() - 1.0) * span
    } else {
        free.default * (wide.ln() * (2.0 * small.uniform() - 1.0)).exp()
    };
    let value = value.clamp(least, most);
    if free.integer { format!("{}", value.round() as i64) } else { format!("{value:?}") }
}

/// The changes of random scenario number `index`.
fn random_changes(index: u64) -> Vec<String> {
    let (numbers, switches) = free_parameters();
    let mut small = Small::new(0x7469_6578_6900 + index);
    let mut changes = vec![format!("time.ticks={TICKS}"), format!("seed={}", 100 + index)];
    for _ in 0..30 {
        let free = &numbers[small.index(numbers.len())];
        changes.push(format!("{}={}", free.key, draw(free, &mut small)));
    }
    for switch in &switches {
        if small.uniform() < 0.15 {
            changes.push(format!("{switch}=false"));
        }
    }
    changes.extend(random_tables(&mut small));
    changes.push(format!("scale={:?}", [0.04, 0.05, 0.08, 0.1][small.index(4)]));
    changes.push(format!("time.ticks_per_year={}", [1, 2, 4, 12][small.index(4)]));
    changes
}

/// Changes of tables, instruments and events.
fn random_tables(small: &mut Small) -> Vec<String> {
    let sub_industries = ["MET", "GEN", "SPE", "TRA", "ELE", "ICT", "INS", "AUT"];
    let mut one = |names: &[&'static str]| names[small.index(names.len())];
    let sub = one(&sub_industries);
    let (other, third) = (one(&sub_industries), one(&sub_industries));
    let group = one(&["state_large", "state_small", "collective", "personal", "foreign"]);
    let input = one(&["basic_metals", "services", "energy_mining"]);
    let kind = one(&["research_grant", "equipment_subsidy", "talent_programme", "interest_discount"]);
    let market = one(&["home_ordinary", "home_high_end", "high_income_ordinary"]);
    let mut uniform = |low: f64, high: f64| low + (high - low) * small.uniform();
    vec![
        format!("sub_industries.{sub}.opening_gap={:?}", uniform(0.3, 2.0)),
        format!("sub_industries.{other}.assets_per_sales={:?}", uniform(0.4, 2.5)),
        format!("sub_industries.{third}.profit_margin={:?}", uniform(-0.05, 0.15)),
        format!("sub_industries.{third}.export_share={:?}", uniform(0.0, 0.6)),
        format!("ownership.{group}.bailout={:?}", uniform(0.0, 1.0)),
        format!("ownership.{group}.priority={:?}", uniform(0.0, 3.0)),
        format!("policies.some={{kind=\"{kind}\",annual_budget={:?},rate=0.3}}", uniform(0.0, 2000.0)),
        format!(
            "event=[{{tick=5,key=\"input_prices.{input}\",multiply={:?}}},{{tick=9,key=\"demand.{sub}.{market}\",value={:?}}}]",
            uniform(0.6, 1.6),
            uniform(0.0, 2.0)
        ),
    ]
}

// -------------------------------------------------------------------------- an outsider's check

type Accounts = BTreeMap<(String, String), f64>;

fn accounts(balance: &Table) -> Accounts {
    let names = balance.texts("sector").into_iter().zip(balance.texts("account"));
    names.zip(balance.numbers("value")).collect()
}

/// Rebuilds the balances of a tick from those of the last one and the entries between; returns gross flow.
fn rebuild(accounts: &mut Accounts, ledger: &Table) -> f64 {
    let amounts = ledger.numbers("amount");
    let parties = ledger.texts("from").into_iter().zip(ledger.texts("to"));
    for (((from, to), changes), amount) in parties.zip(ledger.texts("changes")).zip(&amounts) {
        let (falls, rises) = changes.split_once('>').expect("from_account>to_account");
        *accounts.get_mut(&(from, falls.to_string())).expect("known account") -= amount;
        *accounts.get_mut(&(to, rises.to_string())).expect("known account") += amount;
    }
    amounts.iter().map(|amount| amount.abs()).sum()
}

/// What the tables of a run violate, in words; the run has `ticks` ticks.
fn violations(run: &Memory, ticks: u32) -> Vec<String> {
    let (balance, ledger) = (run.table("balance"), run.table("ledger"));
    let mut found = Vec::new();
    assert!(ledger.ticks(|tick| tick == 0).rows.is_empty(), "nothing is booked at tick 0");
    let mut rows = std::collections::HashSet::new();
    for row in &ledger.rows {
        let names: Vec<&str> = row[1..6].iter().map(|cell| cell.text()).collect();
        assert!(rows.insert((row[0].number() as i64, names.join(" "))), "stands twice: {names:?}");
    }
    for tick in 1..=i64::from(ticks) {
        let mut rebuilt = accounts(&balance.ticks(|t| t == tick - 1));
        let stated = accounts(&balance.ticks(|t| t == tick));
        let gross = rebuild(&mut rebuilt, &ledger.ticks(|t| t == tick));
        assert_eq!(stated.len(), SECTORS.len() * ALL_ACCOUNTS.len());
        let tolerance = TOLERANCE * gross;
        for (account, value) in &stated {
            let gap = value - rebuilt[account];
            if gap.abs() > tolerance {
                found.push(format!("tick {tick}, {account:?}: off by {gap:e} of {gross:e}"));
            }
        }
        for sector in SECTORS.iter().map(|sector| sector.name()) {
            let sum: f64 = stated.iter().filter(|((s, _), _)| s == sector).map(|(_, value)| value).sum();
            if sum.abs() > tolerance {
                found.push(format!("tick {tick}: accounts of {sector} sum to {sum:e} of {gross:e}"));
            }
        }
        for claim in [Account::Deposits, Account::Loans, Account::Equity].map(Account::name) {
            let sum: f64 = stated.iter().filter(|((_, a), _)| a == claim).map(|(_, value)| value).sum();
            if sum.abs() > tolerance {
                found.push(format!("tick {tick}: {claim} of all sectors sum to {sum:e} of {gross:e}"));
            }
        }
    }
    found
}

/// Random scenario number `index`, and its changes: the first one drawn whose opening books can be.
fn random_scenario(index: u64) -> (Loaded, Vec<String>) {
    let name = ["liaoning.toml", "coast.toml"][index as usize % 2];
    let drawn = (0..20).map(|attempt| random_changes(index + attempt * SCENARIOS));
    let mut possible = drawn.filter_map(|changes| {
        let refusal = match support::try_scenario(name, &changes) {
            Ok(loaded) => return Some((loaded, changes)),
            Err(refusal) => refusal.to_string(),
        };
        let books = refusal.contains("no own funds") || refusal.contains("more than all of them");
        assert!(books && refusal.contains("--set:1:"), "{refusal}");
        None
    });
    possible.next().expect("one of twenty can be")
}

#[test]
fn fifty_random_scenarios_can_be_rebuilt_from_their_files() {
    let results = support::seeds(SCENARIOS, |index| {
        let (loaded, changes) = random_scenario(index);
        let outcome = std::panic::catch_unwind(|| support::try_run(&loaded, 1));
        let found = match outcome {
            Ok(Ok((run, _))) => violations(&run, TICKS),
            Ok(Err(stopped)) => vec![stopped.to_string()],
            Err(_) => vec!["panicked".to_string()],
        };
        (!found.is_empty()).then(|| format!("scenario {index}: {}\n  {}", found[0], changes.join("\n  ")))
    });
    let failed: Vec<String> = results.into_iter().flatten().collect();
    assert!(failed.is_empty(), "{} of {SCENARIOS} scenarios:\n{}", failed.len(), failed.join("\n"));
}

#[test]
fn the_outsider_sees_a_missing_entry() {
    let mut run = support::tables("teaching.toml", &["time.ticks=3"]);
    assert_eq!(violations(&run, 3), Vec::<String>::new());
    let ledger = run.tables.get_mut("ledger").expect("a ledger");
    let wages = ledger.rows.iter().position(|row| row[3].text() == "wages" && row[0].number() == 2.0);
    ledger.rows.remove(wages.expect("wages are paid"));
    let found = violations(&run, 3);
    assert!(found.len() >= 2 && found.iter().all(|line| line.starts_with("tick 2")), "{found:?}");
}

// --------------------------------------------------------------------------------- planted leaks

/// Puts books in the place of a firm's that differ by these amounts: entries cannot leak.
fn plant(books: &mut FirmBooks, amounts: &[(Account, f64)]) {
    let mut balances: Balances = **books;
    amounts.iter().for_each(|(account, amount)| balances.add(*account, *amount));
    *books = FirmBooks::opened(balances);
}

/// A leak of a millionth of a firm's flows in any account stops the next tick and is named.
#[test]
fn a_leak_in_one_firm_is_caught_within_one_tick() {
    let mut start = Lab::open("teaching.toml", &["demography.enabled=false", "mergers.enabled=false"]);
    start.ticks(3);
    for (row, account) in
        [0, 57, start.world.firms.len() - 1].into_iter().flat_map(|row| ALL_ACCOUNTS.map(|a| (row, a)))
    {
        let mut lab = start.clone();
        let firm = lab.world.firms.id[row];
        let flow = lab.world.firms.flow[row].sales;
        plant(&mut lab.world.firms.balances[row], &[(account, 1e-6 * flow.max(1.0))]);
        let error = lab.try_tick().expect_err("a leak");
        assert_eq!((error.tick, error.agent, error.account), (4, format!("firm {}", firm.number()), TOGETHER));
    }
}

/// A leak that a mechanism makes in one account of a sector is named at the end of the tick.
#[test]
fn a_leak_in_one_sector_is_caught_in_its_tick() {
    let mut start = Lab::open("teaching.toml", &[] as &[&str]);
    start.ticks(3);
    assert!(start.world.audit().is_ok());
    for (sector, account) in SECTORS.into_iter().flat_map(|sector| ALL_ACCOUNTS.map(|account| (sector, account))) {
        let mut world = start.world.clone();
        let leak = 1e-6 * world.ledger.gross_flow();
        // The firms' sector is the sum of its firms, each of which is audited by itself.
        if sector == Sector::Firms {
            plant(&mut world.firms.balances[0], &[(account, leak)]);
            let error = world.audit().expect_err("a leak");
            assert_eq!((error.tick, error.account), (3, TOGETHER));
            // A leak that cancels within the firm is missed there and found in the sum.
            let other = if account == Account::NetWorth { Account::Loans } else { Account::NetWorth };
            world = start.world.clone();
            plant(&mut world.firms.balances[0], &[(account, leak), (other, -leak)]);
            let error = world.audit().expect_err("a leak");
            let first = if (account as usize) < other as usize { account } else { other };
            assert_eq!((error.tick, error.agent.as_str(), error.account), (3, "firms", first.name()));
            continue;
        }
        world.ledger.sectors[sector as usize].add(account, leak);
        let error = world.audit().expect_err("a leak");
        assert_eq!((error.tick, error.agent.as_str(), error.account), (3, sector.name(), account.name()));
        assert!((error.gap / leak - 1.0).abs() < 1e-3);
    }
}

/// What many large entries round off is no leak, even of a firm that sells nothing any more; a millionth of them is one.
#[test]
fn rounding_of_a_giant_at_rest_is_no_leak() {
    let mut world = Lab::open("teaching.toml", &[] as &[&str]).world;
    let mut journal = Journal::default();
    // With a debt the deposits are larger than the net worth, and the two sides of an entry are rounded differently.
    journal.firm(Entry::LoansGranted, Side::Receiver, 1e7, &mut world.firms.balances[0]);
    for at in 0..20_000 {
        let amount = 1e6 / f64::from(3 + at % 7);
        let (entry, side) =
            if at % 2 == 0 { (Entry::SalesExports, Side::Receiver) } else { (Entry::OtherLabourCost, Side::Payer) };
        journal.firm(entry, side, amount, &mut world.firms.balances[0]);
    }
    world.book(&journal);
    world.firms.flow[0] = Default::default();
    let rounded: f64 = world.firms.balances[0].0.iter().sum();
    assert!(rounded.abs() > TOLERANCE, "nothing to be lenient with: {rounded:e}");
    assert!(world.audit().is_ok());
    let mut leaking = world.clone();
    plant(&mut leaking.firms.balances[0], &[(Account::Deposits, 1.0)]);
    assert_eq!(leaking.audit().expect_err("a leak").account, TOGETHER);
}

/// A leak between two ticks, outside any mechanism, stops the next tick.
#[test]
fn a_leak_between_ticks_is_caught_by_the_next_one() {
    let mut start = Lab::open("teaching.toml", &[] as &[&str]);
    start.ticks(3);
    let mut missed = Vec::new();
    for sector in SECTORS.into_iter().filter(|sector| *sector != Sector::Firms) {
        for account in ALL_ACCOUNTS {
            let mut lab = start.clone();
            let leak = 1e-6 * lab.world.ledger.gross_flow();
            lab.world.ledger.sectors[sector as usize].add(account, leak);
            match lab.try_tick() {
                Err(error) => assert_eq!(error.tick, 4),
                Ok(()) => missed.push(format!("{} {}", sector.name(), account.name())),
            }
        }
    }
    assert!(missed.is_empty(), "not caught: {missed:?}");
}
