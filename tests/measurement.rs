//! Measurement from outside: what the files say is computed again from other files.

use std::collections::BTreeMap;
use std::path::Path;

use tiexi::indicators::{self, InstrumentInfo, Observer, PanelChoice};
use tiexi::kernel::draws::Draws;
use tiexi::kernel::record::{Cell, RecordError, Recorder, TableSpec};
use tiexi::population;
use tiexi::scenario::{self, Override};
use tiexi::tick::{self, Stopwatch};

/// A recorded cell.
#[derive(Debug, Clone, PartialEq)]
enum Value {
    Number(f64),
    Text(String),
}

type Row = BTreeMap<&'static str, Value>;

/// Keeps all rows in memory, by table.
#[derive(Default)]
struct Memory(BTreeMap<&'static str, Vec<Row>>);

impl Recorder for Memory {
    fn row(&mut self, table: &'static TableSpec, cells: &[Cell<'_>]) -> Result<(), RecordError> {
        assert_eq!(cells.len(), table.columns.len(), "{}", table.name);
        let value = |cell: &Cell<'_>| match cell {
            Cell::Integer(i) => Value::Number(*i as f64),
            Cell::Number(x) => Value::Number(*x),
            Cell::Text(t) => Value::Text(t.to_string()),
        };
        let row = table.columns.iter().map(|c| c.name).zip(cells.iter().map(value)).collect();
        self.0.entry(table.name).or_default().push(row);
        Ok(())
    }
}

impl Memory {
    fn of(&self, table: &str, tick: u32) -> impl Iterator<Item = &Row> {
        let rows = self.0.get(table).map_or(&[][..], Vec::as_slice);
        rows.iter().filter(move |row| number(row, "tick") == f64::from(tick))
    }

    fn region(&self, tick: u32) -> &Row {
        self.of("region", tick).next().expect("a row per tick")
    }
}

fn number(row: &Row, column: &str) -> f64 {
    match &row[column] {
        Value::Number(x) => *x,
        Value::Text(text) => panic!("{column} is {text}"),
    }
}

fn text<'a>(row: &'a Row, column: &str) -> &'a str {
    match &row[column] {
        Value::Text(text) => text,
        Value::Number(x) => panic!("{column} is {x}"),
    }
}

/// Runs a scenario and keeps what is measured.
fn observed(file: &str, ticks: u32, changes: &[&str]) -> Memory {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(file);
    let changes: Vec<Override> = changes.iter().map(|text| Override::labelled("--set", *text)).collect();
    let loaded = scenario::load(&path, &changes).unwrap_or_else(|error| panic!("{}", error.render(false)));
    let scenario = &loaded.scenario;
    let (settings, programmes, draws) = (scenario.settings(), scenario.programmes(), Draws::new(scenario.seed));
    let mut world = population::build(&scenario.opening(), &settings, &draws).expect("an opening");
    let mut observer = Observer::new(&world, &scenario.measurement);
    let instruments: Vec<_> =
        programmes.iter().map(|p| InstrumentInfo { name: p.name.clone(), state: "running" }).collect();
    let (mut memory, mut watch) = (Memory::default(), Stopwatch::default());
    for tick in 0..=ticks {
        if tick > 0 {
            tick::step(&mut world, &settings, &programmes, &draws, &mut watch).expect("the books balance");
        }
        let panel = PanelChoice { firms: tick == ticks, links: tick == ticks };
        observer.observe(&world, &scenario.measurement, &instruments, panel, &mut memory).expect("memory takes all");
    }
    memory
}

fn teaching(ticks: u32) -> Memory {
    observed("teaching.toml", ticks, &[])
}

fn close(a: f64, b: f64, scale: f64, what: &str) {
    assert!((a - b).abs() <= 1e-9 * scale, "{what}: {a} is not {b}");
}

/// A cell as an outsider reads it: sub-industry, employment, value added, chain value, quantity, G.
struct OutsideCell {
    sub_industry: String,
    employment: f64,
    value_added: f64,
    chain_value: f64,
    quantity: f64,
    outside: f64,
}

fn outside_cells(memory: &Memory, tick: u32) -> Vec<OutsideCell> {
    let outside: BTreeMap<&str, f64> = memory
        .of("sub_industries", tick)
        .map(|row| (text(row, "sub_industry"), number(row, "outside_value_per_worker")))
        .collect();
    let cell = |row: &Row| OutsideCell {
        sub_industry: text(row, "sub_industry").to_string(),
        employment: number(row, "employment"),
        value_added: number(row, "value_added"),
        chain_value: number(row, "chain_value"),
        quantity: number(row, "quantity"),
        outside: outside[text(row, "sub_industry")],
    };
    memory.of("cells", tick).map(cell).collect()
}

fn sum(cells: &[OutsideCell], value: impl Fn(&OutsideCell) -> f64) -> f64 {
    cells.iter().map(value).sum()
}

/// Contributions by the formula: following, quantity, price, value chain, sub-industry, tier.
fn contributions(old: &[OutsideCell], new: &[OutsideCell]) -> [f64; 6] {
    let mut total = [0.0; 6];
    let workers = [sum(old, |c| c.employment), sum(new, |c| c.employment)];
    for (a, b) in old.iter().zip(new) {
        let of = |cells: &[OutsideCell]| -> f64 {
            cells.iter().filter(|c| c.sub_industry == a.sub_industry).map(|c| c.employment).sum()
        };
        let group = [of(old), of(new)];
        let part = [a.value_added / workers[0], b.value_added / workers[1]];
        let mean = if part[0] == part[1] { part[0] } else { (part[1] - part[0]) / (part[1] / part[0]).ln() };
        let change = |f: &dyn Fn(&OutsideCell, usize) -> f64| mean * (f(b, 1) / f(a, 0)).ln();
        let parts = [
            change(&|c, _| c.outside),
            change(&|c, _| c.quantity / c.employment / c.outside),
            change(&|c, _| c.chain_value / c.quantity),
            change(&|c, _| c.value_added / c.chain_value),
            change(&|_, t| group[t] / workers[t]),
            change(&|c, t| c.employment / group[t]),
        ];
        total.iter_mut().zip(parts).for_each(|(total, part)| *total += part);
    }
    total
}

#[test]
fn value_added_per_worker_and_all_contributions_follow_from_the_cells() {
    let memory = teaching(24);
    let names =
        ["following", "factor_quantity", "factor_price", "value_chain", "structure_sub_industry", "structure_tier"];
    let mut moved = 0;
    for tick in 1..=24 {
        let (old, new) = (outside_cells(&memory, tick - 1), outside_cells(&memory, tick));
        let row = memory.region(tick);
        let y = sum(&new, |c| c.value_added) / sum(&new, |c| c.employment);
        close(number(row, "value_added_per_worker"), y, y, "y");
        let before = number(memory.region(tick - 1), "value_added_per_worker");
        close(number(row, "value_added_per_worker_change"), y - before, y, "change of y");
        assert_eq!(number(row, "shapley_cells"), 0.0, "tick {tick}: the test knows the logarithmic form only");
        let parts = contributions(&old, &new);
        for (name, part) in names.iter().zip(parts) {
            close(number(row, &format!("{name}_contribution")), part, y, name);
        }
        close(number(row, "factor_contribution"), parts[1] + parts[2], y, "factor");
        close(number(row, "structure_contribution"), parts[4] + parts[5], y, "structure");
        close(parts.iter().sum(), y - before, y, "residual");
        moved += usize::from(parts.iter().all(|part| part.abs() > 1e-7 * y));
    }
    assert!(moved > 12, "hardly anything moved: the test would prove nothing");
}

#[test]
fn the_opening_state_has_flows_but_no_changes() {
    let memory = teaching(1);
    let row = memory.region(0);
    for column in ["value_added", "output", "employment", "firms", "rd_to_sales", "research", "productivity"] {
        assert!(number(row, column) > 0.0, "{column}");
    }
    let still = row.keys().filter(|name| name.ends_with("_contribution") || name.ends_with("_change"));
    for column in still.chain(&["entries", "exits", "mergers"]) {
        assert_eq!(number(row, column), 0.0, "{column}");
    }
    assert_eq!((text(row, "stage"), number(row, "year"), number(row, "quarter")), ("none", 2009.0, 4.0));
    assert_eq!(memory.of("ledger", 0).count(), 0);
    assert_eq!(memory.of("balance", 0).count(), 9 * 6);
    assert!((number(row, "high_end_share") - 0.1).abs() < 1e-6);
}

#[test]
fn parts_add_up_to_the_region() {
    let memory = teaching(4);
    for tick in 0..=4 {
        let row = memory.region(tick);
        let total = |table: &str, column: &str| -> f64 { memory.of(table, tick).map(|row| number(row, column)).sum() };
        for table in ["sub_industries", "cities"] {
            for column in ["firms", "employment", "value_added", "sales", "exports"] {
                let whole = number(row, column);
                close(total(table, column), whole, whole, &format!("{table}.{column}"));
            }
        }
        let deflator = number(row, "deflator");
        close(total("cells", "firms"), number(row, "firms"), number(row, "firms"), "firms in cells");
        let sales = number(row, "sales");
        close(total("cells", "sales") * deflator, sales, sales, "sales in cells");
        let high_end: f64 =
            memory.of("cells", tick).filter(|c| text(c, "tier") == "high_end").map(|c| number(c, "sales")).sum();
        close(high_end * deflator, number(row, "high_end_share") * sales, sales, "high-end sales");
        for base in memory.of("clusters", tick) {
            assert!(number(base, "sales") <= sales && number(base, "high_end_share") <= 1.0);
        }
    }
}

#[test]
fn a_cluster_counts_each_firm_once() {
    let memory = teaching(1);
    let rows: Vec<&Row> = memory.of("clusters", 1).collect();
    let firms = |level: &str| -> f64 {
        rows.iter().filter(|row| text(row, "level") == level).map(|row| number(row, "firms")).sum()
    };
    assert_eq!(rows.iter().filter(|row| text(row, "level") == "cluster").count(), 9);
    assert!(firms("cluster") > 0.0 && firms("cluster") < firms("base"));
}

/// Balances by sector and account.
fn balances(memory: &Memory, tick: u32) -> BTreeMap<(String, String), f64> {
    let key = |row: &Row| (text(row, "sector").to_string(), text(row, "account").to_string());
    memory.of("balance", tick).map(|row| (key(row), number(row, "value"))).collect()
}

#[test]
fn ledger_and_balances_explain_each_other() {
    let memory = observed("policy-example.toml", 12, &["scale=0.1"]);
    for tick in 1..=12 {
        let mut explained = balances(&memory, tick - 1);
        let mut gross = 0.0;
        for row in memory.of("ledger", tick) {
            let (from, to) = text(row, "changes").split_once('>').expect("two accounts");
            let amount = number(row, "amount");
            gross += amount.abs();
            *explained.get_mut(&(text(row, "from").to_string(), from.to_string())).expect("known") -= amount;
            *explained.get_mut(&(text(row, "to").to_string(), to.to_string())).expect("known") += amount;
        }
        assert!(gross > 0.0);
        for (key, value) in balances(&memory, tick) {
            close(explained[&key], value, gross, &format!("{key:?} at tick {tick}"));
        }
    }
    let spent: f64 = memory.0["policies"].iter().map(|row| number(row, "spent")).sum();
    assert!(spent > 0.0);
    for row in &memory.0["policies"] {
        assert!(number(row, "spent") <= number(row, "budget") * (1.0 + 1e-9));
    }
}

#[test]
fn every_cell_is_finite_and_shares_are_shares() {
    let memory = observed("policy-example.toml", 40, &["scale=0.05"]);
    let specs: BTreeMap<_, _> = indicators::tables().iter().map(|spec| (spec.name, spec)).collect();
    for (name, rows) in &memory.0 {
        for (row, column) in rows.iter().flat_map(|row| specs[name].columns.iter().map(move |c| (row, c))) {
            match &row[column.name] {
                Value::Number(x) => {
                    assert!(x.is_finite(), "{name}.{} {row:?}", column.name);
                    let fits = column.unit != "share 0-1" || (-1e-9..=1.0 + 1e-9).contains(x);
                    assert!(fits, "{name}.{} is {x}", column.name);
                }
                Value::Text(text) => assert!(!text.is_empty(), "{name}.{}", column.name),
            }
        }
    }
    assert_eq!(memory.0["region"].len(), 41);
    assert!(!memory.0["firms"].is_empty());
}

#[test]
fn region_begins_with_the_promised_columns() {
    let promised = "tick,year,quarter,value_added,output,employment,firms,entries,exits,value_added_per_worker,\
        value_added_per_worker_change,following_contribution,factor_contribution,factor_quantity_contribution,\
        factor_price_contribution,value_chain_contribution,structure_contribution,structure_sub_industry_contribution,\
        structure_tier_contribution,stage,high_end_share,high_tech_share,rd_to_sales,export_share,profit_margin,\
        imitation_share,state_share";
    let header = |name: &str| {
        let spec = indicators::tables().iter().find(|spec| spec.name == name).expect("registered");
        spec.columns.iter().map(|c| c.name).collect::<Vec<_>>().join(",")
    };
    assert!(header("region").starts_with(&format!("{promised},")));
    assert_eq!(
        header("cells"),
        "tick,sub_industry,tier,firms,employment,value_added,chain_value,quantity,sales,exports"
    );
    assert_eq!(header("policies"), "tick,instrument,budget,spent,recipients,unspent,state");
    assert_eq!(header("ledger"), "tick,from,to,transaction,kind,changes,amount");
    assert_eq!(header("balance"), "tick,sector,account,value");
    assert_eq!(
        header("firms"),
        "tick,firm,birth_tick,sub_industry,city,ownership,role,employment,sales,exports,value_added,capital,cash,debt,\
         rd,productivity,quality"
    );
}

#[test]
fn every_column_is_documented_once() {
    for spec in indicators::tables() {
        assert_eq!(spec.columns[0].name, "tick", "{}", spec.name);
        for (index, column) in spec.columns.iter().enumerate() {
            let what = format!("{}.{}", spec.name, column.name);
            assert!(spec.columns[..index].iter().all(|other| other.name != column.name), "{what} twice");
            assert!(!column.unit.is_empty() && !column.source.is_empty(), "{what}");
            assert!(column.meaning.len() > 4 && column.meaning.ends_with('.'), "{what}: {}", column.meaning);
            assert!(column.name.chars().all(|c| c.is_ascii_lowercase() || c == '_'), "{what}");
        }
    }
}
