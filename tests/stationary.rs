//! A world that stands still: the opening state is at rest under the model's own rules.

mod support;

use support::statistics::{mean, standard_error};
use support::{Memory, Table};

/// Indicators that a newcomer looks at first.
const HEADLINES: [&str; 8] = [
    "value_added",
    "output",
    "employment",
    "value_added_per_worker",
    "profit_margin",
    "export_share",
    "rd_to_sales",
    "high_end_share",
];

fn run(changes: &[&str]) -> Memory {
    support::tables("stationary.toml", changes)
}

/// Largest relative distance from the opening over the ticks given, per headline indicator.
fn drift(region: &Table, ticks: usize) -> Vec<f64> {
    let relative = |column: &&str| {
        let values = region.numbers(column);
        let opening = values[0];
        values[1..=ticks]
            .iter()
            .map(|value| value / opening - 1.0)
            .fold(0.0, |worst: f64, d| if d.abs() > worst.abs() { d } else { worst })
    };
    HEADLINES.iter().map(relative).collect()
}

const QUIET: [&str; 6] = [
    "scale=0.3",
    "time.ticks=8",
    "market.customer_turnover=0.0",
    "production.efficiency_deviation=0.0",
    "demography.enabled=false",
    "mergers.enabled=false",
];

/// The headlines that move by more than `bound` in two years.
fn movers(changes: &[&str], bound: f64) -> Vec<String> {
    let run = run(&support::with(&QUIET, changes));
    let drifts = HEADLINES.iter().zip(drift(run.region(), 8));
    let told = drifts.map(|(name, drift)| (drift, format!("{name} {:+.3} %", 100.0 * drift)));
    told.inspect(|(_, line)| println!("{line}"))
        .filter(|(drift, _)| drift.abs() > bound)
        .map(|(_, line)| line)
        .collect()
}

/// Without luck nothing moves: no customers won and lost, no shocks to efficiency, no turnover of firms.
#[test]
fn without_luck_nothing_moves() {
    assert_eq!(movers(&[], 0.002), Vec::<String>::new());
}

/// One thing still moves: firms that sell at home only find their first customers abroad. Without them
/// the opening state is at rest under all rules.
#[test]
fn without_first_exports_all_is_at_rest() {
    assert_eq!(movers(&["market.export_entry=0.0"], 0.0005), Vec::<String>::new());
}

/// Firms at rest neither save nor draw on what they have, and as many engineers come as go.
#[test]
fn money_and_engineers_are_at_rest() {
    let run = run(&support::with(&QUIET, &["market.export_entry=0.0"]));
    for column in ["engineers", "engineer_premium", "loans", "capital"] {
        let values = run.region().numbers(column);
        let opening = if column == "engineer_premium" { 1.0 } else { values[0] };
        let drift = values[1..].iter().map(|value| (value / opening - 1.0).abs()).fold(0.0, f64::max);
        println!("{column} {:.4} %", 100.0 * drift);
        assert!(drift < 0.0005, "{column} moves by {drift}");
    }
    let money = run.table("balance").only("sector", "firms").only("account", "deposits").numbers("value");
    let drift = money[1..].iter().map(|value| (value / money[0] - 1.0).abs()).fold(0.0, f64::max);
    println!("deposits {:.4} %", 100.0 * drift);
    assert!(money.len() == 9 && drift < 0.0005, "deposits move by {drift}");
}

/// The aim is one per cent over the first four quarters. The mean over seeds is known to its standard
/// error; drift beyond the aim by more than `FALSE_ALARM` standard errors fails, which happens by
/// chance once in about 30,000 tests of an indicator that drifts by just the aim.
const AIM: f64 = 0.01;
const FALSE_ALARM: f64 = 4.0;
const SEEDS: u64 = 8;

#[test]
fn as_shipped_the_first_year_drifts_by_no_more_than_a_per_cent() {
    let drifts = support::seeds(SEEDS, |seed| {
        let run = run(&["scale=0.5", "time.ticks=4", &format!("seed={seed}")]);
        let region = run.region();
        HEADLINES.map(|column| {
            let values = region.numbers(column);
            mean(&values[1..=4]) / values[0] - 1.0
        })
    });
    println!(
        "{:24} {:>8} {:>8}   mean of the first four quarters against the opening, {SEEDS} seeds",
        "", "drift %", "error %"
    );
    let mut beyond = Vec::new();
    for (place, name) in HEADLINES.iter().enumerate() {
        let sample: Vec<f64> = drifts.iter().map(|drift| drift[place]).collect();
        let (drift, error) = (mean(&sample), standard_error(&sample));
        println!("{name:24} {:+8.3} {:8.3}", 100.0 * drift, 100.0 * error);
        if drift.abs() > AIM + FALSE_ALARM * error {
            beyond.push(format!("{name} {:+.2} % (error {:.2} %)", 100.0 * drift, 100.0 * error));
        }
        // The test has power: it would see a drift of twice the aim.
        assert!(FALSE_ALARM * error < 4.0 * AIM, "{name}: standard error {error} is too large to see anything");
    }
    assert!(beyond.is_empty(), "{beyond:?}");
}

/// The test sees a jump: an opening state whose prices do not fit its rules moves at once.
#[test]
fn a_jump_would_be_seen() {
    let jump = run(&["scale=0.3", "time.ticks=8", "event=[{tick=1,key=\"labour.social_charges\",value=0.5}]"]);
    assert!(drift(jump.region(), 8).iter().any(|drift| drift.abs() > 0.02));
}
