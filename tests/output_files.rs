//! Output files as others see them: read back by the `csv` crate always, and by pandas, polars,
//! DuckDB and R where they are installed (`TIEXI_TEST_TOOLS=1`, set by `./tests/run`).

use std::io::Write;
use std::path::Path;
use std::process::Command;

use tiexi::kernel::record::{Cell, Column, Recorder, TableSpec};
use tiexi::output::{CsvSink, Folder, Manifest, Outcome, ScenarioSource};

const fn column(name: &'static str) -> Column {
    Column { name, unit: "-", meaning: "a test", source: "definition" }
}

static HARD: TableSpec = TableSpec {
    name: "hard",
    row: "one case",
    columns: &[column("tick"), column("city"), column("value"), column("stage")],
};

/// Numbers and texts that readers are known to stumble over. The first hundred rows are whole
/// numbers, because readers guess the type of a column from its first rows.
fn cases() -> Vec<(i64, &'static str, f64, &'static str)> {
    let whole = (0..150).map(|tick| (tick, "Shenyang", tick as f64, "none"));
    let hard = [
        ("Tiexi, Shenyang", 0.1 + 0.2),
        ("the \"eldest son\"", 1e-12),
        ("铁西", -123_456_789.123_456_78),
        ("it's", 1e21),
        ("two\nlines", 5e-324),
        (" blank ", f64::MAX),
        ("a;b\tc", -0.0),
        ("#1", 2.0_f64.powi(60)),
    ];
    let hard = hard.into_iter().zip(150..).map(|((city, value), tick)| (tick, city, value, "value_chain"));
    whole.chain(hard).collect()
}

fn manifest() -> Manifest {
    Manifest {
        identity: "test".to_string(),
        results_version: 1,
        scenario: ScenarioSource { path: "a.toml".to_string(), title: "A".to_string(), hash: "h".to_string() },
        seed: 1,
        command_line: vec!["tiexi".to_string()],
        started: "2026-01-01T00:00:00Z".to_string(),
        wall_seconds: Default::default(),
        threads: 1,
        path_conditions: Vec::new(),
        resolved_scenario: serde_json::json!({"title": "A"}),
    }
}

/// Publishes the hard cases as a result in `folder`.
fn publish(folder: &Path) {
    let prepared = Folder::prepare(folder, "test", &["hard.csv".to_string()], false).expect("fresh");
    assert_eq!(prepared.outcome(), Outcome::Fresh);
    let mut sink = CsvSink::create(folder, &[&HARD]).expect("created");
    for (tick, city, value, stage) in cases() {
        let cells = [Cell::Integer(tick), Cell::Text(city), Cell::Number(value), Cell::Text(stage)];
        sink.row(&HARD, &cells).expect("stored");
    }
    prepared.publish(sink.seal().expect("sealed"), &manifest()).expect("published");
}

#[test]
fn the_csv_crate_reads_every_cell_back() {
    let folder = tempfile::tempdir().expect("folder");
    publish(folder.path());
    let mut reader = csv::Reader::from_path(folder.path().join("hard.csv")).expect("readable");
    let back: Vec<(i64, String, f64, String)> = reader.deserialize().map(|row| row.expect("typed row")).collect();
    let written: Vec<_> = cases()
        .into_iter()
        .map(|(tick, city, value, stage)| (tick, city.to_string(), value, stage.to_string()))
        .collect();
    assert_eq!(back, written);
}

#[test]
fn the_manifest_lets_an_outsider_check_every_file() {
    let folder = tempfile::tempdir().expect("folder");
    publish(folder.path());
    let text = std::fs::read_to_string(folder.path().join("manifest.json")).expect("readable");
    let manifest: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let file = &manifest["files"][0];
    let content = std::fs::read(folder.path().join("hard.csv")).expect("readable");
    assert_eq!(file["name"], "hard.csv");
    assert_eq!(file["bytes"], content.len());
    assert_eq!(file["rows"], cases().len());
    assert_eq!(file["blake3"], blake3::hash(&content).to_hex().as_str());
}

/// Compares what a reader found with `expected.json`; `t`, `c`, `v`, `s` are the four columns.
const COMPARE: &str = r#"
import json, sys
expected = json.load(open(sys.argv[2], encoding="utf-8"))
def compare(t, c, v, s):
    assert [int(x) for x in t] == [row[0] for row in expected], "tick"
    assert list(c) == [row[1] for row in expected], "city"
    assert list(s) == [row[3] for row in expected], "stage"
    assert all(type(x) is float for x in v), "value is not a float column"
    for found, row in zip(v, expected):
        assert abs(found - row[2]) <= 1e-15 * abs(row[2]), (found, row[2])
"#;

/// A reader in Python that calls `compare`.
fn python(reader: &str) -> (&'static str, Vec<String>) {
    ("python3", vec!["-c".to_string(), format!("{COMPARE}\n{reader}")])
}

const PANDAS: &str = "
import pandas
d = pandas.read_csv(sys.argv[1])
assert d.value.dtype == 'float64' and d.tick.dtype == 'int64', d.dtypes
compare(d.tick, d.city, d.value.tolist(), d.stage)";

const POLARS: &str = "
import polars
d = polars.read_csv(sys.argv[1])
compare(d['tick'].to_list(), d['city'].to_list(), d['value'].to_list(), d['stage'].to_list())";

const DUCKDB: &str = "
import duckdb
d = duckdb.sql(\"select * from '\" + sys.argv[1] + \"'\")
assert d.types == ['BIGINT', 'VARCHAR', 'DOUBLE', 'VARCHAR'], d.types
compare(*zip(*d.fetchall()))";

/// R has no JSON reader of its own: types, sums and the hard texts are compared by their bytes.
const R: &str = r#"
arguments <- commandArgs(trailingOnly = TRUE)
d <- read.csv(arguments[1])
stopifnot(is.integer(d$tick), is.numeric(d$value), !is.integer(d$value), is.character(d$city))
stopifnot(nrow(d) == 158, !anyNA(d), d$tick == 0:157, d$value[1:150] == 0:149)
stopifnot(d$stage[1] == "none", d$city[151] == "Tiexi, Shenyang", d$city[152] == "the \"eldest son\"")
stopifnot(abs(d$value[151] / 0.3 - 1) < 1e-15, abs(d$value[152] / 1e-12 - 1) < 1e-15, d$value[154] == 1e21)
"#;

#[test]
fn analysis_tools_read_the_files_without_options() {
    if std::env::var_os("TIEXI_TEST_TOOLS").is_none() {
        // Written directly, since the test harness hides what passing tests print.
        let _ =
            writeln!(std::io::stderr(), "left out: files read by pandas, polars, DuckDB and R (./tests/run does it)");
        return;
    }
    let folder = tempfile::tempdir().expect("folder");
    publish(folder.path());
    let expected = folder.path().join("expected.json");
    std::fs::write(&expected, serde_json::to_string(&cases()).expect("JSON")).expect("written");
    let table = folder.path().join("hard.csv");
    let readers = [
        ("pandas", python(PANDAS)),
        ("polars", python(POLARS)),
        ("DuckDB", python(DUCKDB)),
        ("R", ("Rscript", vec!["-e".to_string(), R.to_string()])),
    ];
    for (name, (program, arguments)) in readers {
        // A locale with a decimal comma must change nothing.
        let output = Command::new(program)
            .args(arguments)
            .args([&table, &expected])
            .env("LC_NUMERIC", "de_DE.UTF-8")
            .env("LC_CTYPE", "C.UTF-8")
            .output()
            .unwrap_or_else(|error| panic!("{name}: {program} cannot be started: {error}"));
        assert!(output.status.success(), "{name}:\n{}", String::from_utf8_lossy(&output.stderr));
    }
}
