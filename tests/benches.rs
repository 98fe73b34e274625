//! What benchmarks do with their numbers: rounds to rows, the file, the comparison, the page. The page is current:
//!
//! ```sh
//! TIEXI_REGENERATE=1 cargo test --test benches    # after a change of how the page shows the table
//! ```

#[path = "../benches/common/nowhere.rs"]
mod nowhere;
#[path = "../benches/results/record/mod.rs"]
#[allow(dead_code, reason = "the benchmark itself uses the rest")]
mod record;
#[path = "../benches/results/touched.rs"]
#[allow(dead_code, reason = "the benchmark itself uses the rest")]
mod touched;

use std::path::{Path, PathBuf};

use nowhere::Nowhere;
use record::aims::AIMS;
use record::comparison::{Change, account, differences, judge, only_in, regressions};
use record::machine::{Origin, bytes_of, fits, processor, refusal};
use record::page;
use record::table::{self, Measurement, Row};
use tiexi::run::Options;
use tiexi::scenario::{self, Override};
use tiexi::world::firms::Firms;

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn measured(quantity: &str, unit: &str, values: &[f64]) -> Vec<Measurement> {
    values.iter().map(|value| Measurement::new(quantity, unit, *value).of(25.0, 100)).collect()
}

fn row(unit: &str, values: &[f64]) -> Row {
    table::rows(&measured("tick/markets", unit, values), "abc").remove(0)
}

const TIME: &str = "ns per firm and tick";

#[test]
fn rounds_become_a_row_with_median_and_range() {
    let odd = row(TIME, &[5.0, 1.0, 4.0]);
    assert_eq!((odd.median, odd.low, odd.high, odd.rounds), (4.0, 1.0, 5.0, 3));
    assert_eq!(row(TIME, &[1.0, 2.0, 4.0, 9.0]).median, 3.0);
    assert_eq!(row(TIME, &[123_456.0]).median, 123_500.0, "four digits");
    assert_eq!((odd.firms, odd.scale, odd.commit.as_str()), (100, 25.0, "abc"));
}

#[test]
fn quantities_scales_and_threads_keep_their_rows_apart() {
    let one = |scale: f64, threads: usize| Measurement::new("tick/all", TIME, 1.0).of(scale, 1).on(threads);
    let all = [one(25.0, 2), one(1.0, 2), Measurement::new("csv/sink", "MB/s", 1.0), one(1.0, 1), one(1.0, 2)];
    let rows = table::rows(&all, "");
    let order: Vec<_> = rows.iter().map(|r| (r.quantity.as_str(), r.scale, r.threads, r.rounds)).collect();
    let expected =
        [("tick/all", 1.0, 1, 1), ("tick/all", 1.0, 2, 2), ("tick/all", 25.0, 2, 1), ("csv/sink", 0.0, 1, 1)];
    assert_eq!(order, expected);
}

#[test]
fn slower_counts_beyond_noise_and_beyond_five_per_cent() {
    let before = row(TIME, &[99.0, 100.0, 101.0]);
    assert_eq!(judge(&before, &row(TIME, &[119.0, 120.0, 121.0])), Change::Worse);
    assert_eq!(judge(&before, &row(TIME, &[79.0, 80.0, 81.0])), Change::Better);
    assert_eq!(judge(&before, &row(TIME, &[103.5, 104.0, 104.5])), Change::Same, "four per cent");
    assert_eq!(judge(&before, &row(TIME, &[90.0, 120.0, 121.0])), Change::Same, "the ranges overlap");
    // 102..122 lies above 99..101, but the widened ranges 92..132 and 98..102 do not lie apart.
    assert_eq!(judge(&before, &row(TIME, &[102.0, 120.0, 122.0])), Change::Same, "widened by half their width");
    assert_eq!(judge(&row(TIME, &[60.0, 100.0, 110.0]), &row(TIME, &[119.0, 120.0, 121.0])), Change::Same);
}

#[test]
fn of_rates_and_speed_ups_less_is_worse() {
    for unit in ["MB/s", "GB/s", "times"] {
        let before = row(unit, &[99.0, 100.0, 101.0]);
        assert_eq!(judge(&before, &row(unit, &[79.0, 80.0, 81.0])), Change::Worse);
        assert_eq!(judge(&before, &row(unit, &[119.0, 120.0, 121.0])), Change::Better);
    }
}

#[test]
fn few_rounds_say_little_of_times_and_all_of_counts() {
    assert_eq!(judge(&row(TIME, &[100.0]), &row(TIME, &[110.0])), Change::Same);
    assert_eq!(judge(&row(TIME, &[100.0]), &row(TIME, &[130.0])), Change::Worse);
    assert_eq!(judge(&row("bytes per firm", &[1000.0]), &row("bytes per firm", &[1100.0])), Change::Worse);
    assert_eq!(judge(&row("allocations per tick", &[0.0]), &row("allocations per tick", &[1.0])), Change::Worse);
    assert_eq!(judge(&row("allocations per tick", &[0.0]), &row("allocations per tick", &[0.0])), Change::Same);
}

#[test]
fn the_account_lists_what_differs_and_counts_what_does_not() {
    let of = |quantity: &str, unit: &str, value: f64| measured(quantity, unit, &[value * 0.99, value, value * 1.01]);
    let rows = |numbers: [Vec<Measurement>; 4]| table::rows(&numbers.concat(), "");
    let size = "bytes per firm";
    let old =
        rows([of("tick/a", TIME, 10.0), of("tick/b", TIME, 10.0), of("memory/c", size, 10.0), of("tick/d", TIME, 1.0)]);
    let new =
        rows([of("tick/a", TIME, 20.0), of("tick/b", TIME, 10.1), of("memory/c", size, 30.0), of("tick/e", TIME, 1.0)]);
    let found = differences(&old, &new);
    let text = account(&found);
    assert!(text.starts_with("worse  tick/a at scale 25, threads 1: 10.0 (9.90 .. 10.1) -> 20.0 "), "{text}");
    assert!(text.contains("+100.0 %") && text.contains("memory/c") && !text.contains("tick/b"), "{text}");
    assert!(text.ends_with("1 of 3 quantities are the same within noise\n"), "{text}");
    assert_eq!(regressions(&found, true).len(), 2);
    let elsewhere = regressions(&found, false);
    assert_eq!(elsewhere.iter().map(|d| d.new.quantity.as_str()).collect::<Vec<_>>(), ["memory/c"]);
    let names = |rows: Vec<&Row>| rows.iter().map(|row| row.quantity.clone()).collect::<Vec<_>>();
    assert_eq!(
        (names(only_in(&new, &old)), names(only_in(&old, &new))),
        (vec!["tick/e".into()], vec!["tick/d".into()])
    );
}

#[test]
fn a_table_reads_back_as_it_was_written() {
    let rows = table::rows(&[measured("tick/a, b", TIME, &[0.1, 12.0]), measured("x/y", "s", &[1e-7])].concat(), "c+");
    let text = table::format(&rows).expect("written");
    assert!(text.starts_with("quantity,unit,scale,firms,threads,median,low,high,rounds,commit\n"), "{text}");
    assert_eq!(table::parse(&text).expect("read"), rows);
    assert!(table::parse(&text.replace(",2,c+", ",two,c+")).is_err());
    let numbers = measured("tick/a, b", TIME, &[0.1, 12.0]);
    let lines = table::format_lines(&numbers).expect("written");
    assert_eq!(table::parse_lines(&lines).expect("read"), numbers);
    assert!(table::parse_lines("noise\n").is_err());
}

#[test]
fn what_was_measured_anew_takes_the_place_of_its_whole_case() {
    let of = |quantity: &str, scale: f64| Measurement::new(quantity, TIME, 1.0).of(scale, 1);
    let old = table::rows(&[of("tick/gone", 1.0), of("tick/a", 2500.0), of("csv/sink", 1.0)], "old");
    let new = table::rows(&[of("tick/a", 1.0)], "new");
    let rows = table::merged(&old, &new);
    let left: Vec<_> = rows.iter().map(|r| (r.quantity.as_str(), r.scale, r.commit.as_str())).collect();
    assert_eq!(left, [("tick/a", 1.0, "new"), ("tick/a", 2500.0, "old"), ("csv/sink", 1.0, "old")]);
}

#[test]
fn names_are_chosen_by_how_they_begin() {
    let filters = |names: &[&str]| names.iter().map(|name| name.to_string()).collect::<Vec<_>>();
    let some = filters(&["tick/mark", "csv"]);
    assert!(table::group_wanted("tick", &some) && table::group_wanted("csv", &some));
    assert!(!table::group_wanted("draws", &some) && table::group_wanted("draws", &[]));
    assert!(table::wanted("tick/markets", &some) && table::wanted("csv/sink", &some));
    assert!(!table::wanted("tick/all", &some) && table::wanted("tick/all", &[]));
}

#[test]
fn speed_ups_are_of_the_same_round_and_scale() {
    let all =
        |scale: f64, threads: usize, value: f64| Measurement::new("tick/all", TIME, value).of(scale, 9).on(threads);
    let round = [all(1.0, 1, 10.0), all(1.0, 2, 5.0), all(25.0, 1, 12.0), all(25.0, 2, 8.0), all(250.0, 2, 8.0)];
    let found = table::speed_ups(&round);
    let found: Vec<_> = found.iter().map(|m| (m.quantity.as_str(), m.scale, m.threads, m.value)).collect();
    assert_eq!(found, [("tick/speed-up", 1.0, 2, 2.0), ("tick/speed-up", 25.0, 2, 1.5)]);
}

fn origin() -> Origin {
    let text = |text: &str| text.to_string();
    Origin {
        processor: text("P"),
        cores: 2,
        memory: 24,
        system: text("linux"),
        compiler: text("rustc 1"),
        commit: text("abc"),
        date: text("2026-01-01T00:00:00Z"),
    }
}

#[test]
fn another_machine_is_noticed_and_another_compiler_only_named() {
    let compiler = Origin { compiler: "rustc 2".to_string(), ..origin() };
    assert!(compiler.same_machine(&origin()));
    assert_eq!(compiler.differences(&origin()), ["compiler: rustc 2, in the file rustc 1"]);
    let machine = Origin { cores: 8, commit: "other".to_string(), ..origin() };
    assert!(!machine.same_machine(&origin()));
    assert_eq!(machine.differences(&origin()), ["cores: 8, in the file 2"]);
}

#[test]
fn facts_of_the_machine_are_read() {
    assert_eq!(processor("processor\t: 0\nmodel name\t: Some CPU @ 2 GHz\n"), "Some CPU @ 2 GHz");
    assert_eq!(processor("nothing"), "unknown");
    assert_eq!(bytes_of("MemTotal:  10 kB\nMemAvailable:   2 kB\n", "MemAvailable"), Some(2048));
    assert_eq!(bytes_of("MemTotal:  10 kB\n", "MemAvailable"), None);
}

#[test]
fn a_scale_that_does_not_fit_is_refused_with_its_size() {
    let message = refusal(2500.0, Some(16 << 30)).expect("refused");
    assert!(message.starts_with("scale 2500 needs about 18.9 GB of memory, and 17.2 GB are free"), "{message}");
    assert_eq!(refusal(2500.0, Some(24 << 30)), None);
    assert_eq!(refusal(2500.0, None), None, "where the system does not tell, try");
    assert!(fits(250.0, 2, Some(24 << 30)) && !fits(250.0, 2, Some(3 << 30)));
}

#[test]
fn the_page_shows_aims_phases_and_the_rest_and_says_what_is_missed() {
    let one = |quantity: &str, unit: &str, value: f64| Measurement::new(quantity, unit, value);
    let mut numbers = Vec::new();
    for (scale, threads, value) in [(1.0, 1, 2200.0), (1.0, 2, 1200.0), (25.0, 1, 900.0), (25.0, 2, 600.0)] {
        numbers.push(one("tick/markets", TIME, value / 2.0).of(scale, 4000).on(threads));
        numbers.push(one("tick/all", TIME, value).of(scale, 4000).on(threads));
    }
    numbers.push(one("hardware/copy", "GB/s", 20.0));
    numbers.push(one("touched/markets", "bytes per firm and tick", 400.0));
    numbers.push(one("allocations/tick", "allocations per tick", 3.0).of(1.0, 4000));
    let rows = table::rows(&numbers, "abc");
    let frame = format!("before\n{}old\n{}\nafter\n", page::BEGIN, page::END);
    let text = page::fill(&frame, Some((&origin(), &rows))).expect("filled");
    assert!(text.starts_with("before\n") && text.ends_with("\nafter\n") && !text.contains("old"), "{text}");
    assert!(text.contains("P, 2 cores, 24 GiB, linux; rustc 1; commit abc"), "{text}");
    assert!(text.contains("| **missed** by a factor of 2.20 |") && text.contains(" 900 .. 900 | met |"), "{text}");
    assert!(text.contains(
        "| A firm and tick, a million firms, one thread | at most 1500 ns per firm and tick |  |  | not measured |"
    ));
    assert!(text.contains("| none | 3.00 allocations per tick | 3.00 .. 3.00 | missed |"), "{text}");
    // 400 bytes at 20 GB/s are 20 ns, of 450 ns at the largest scale; 450 / 300 on two threads.
    assert!(text.contains("| markets | 1100 | 450 | 1.50 | 400 | 20.0 | 22.5 |"), "{text}");
    assert!(text.contains("| hardware/copy |  | 1 | 20.0 | 20.0 | 20.0 | 1 | GB/s | abc |"), "{text}");
    assert_eq!(page::fill(&text, Some((&origin(), &rows))).as_deref(), Ok(text.as_str()), "twice is once");
    assert!(page::fill(&frame, None).expect("filled").contains("Nothing has been recorded yet."));
    assert!(page::fill("no marks", None).is_err());
}

/// The committed table, if there is one.
fn committed() -> Option<(Origin, Vec<Row>)> {
    let head = std::fs::read_to_string(file("benches/results.toml")).ok()?;
    let rows = std::fs::read_to_string(file("benches/results.csv")).expect("results.csv beside results.toml");
    Some((toml::from_str(&head).expect("a head"), table::parse(&rows).expect("a table")))
}

#[test]
fn the_page_shows_the_committed_table() {
    let path = file("docs/performance.md");
    let written = std::fs::read_to_string(&path).expect("the page");
    let committed = committed();
    let results = committed.as_ref().map(|(origin, rows)| (origin, rows.as_slice()));
    let expected = page::fill(&written, results).expect("marks");
    if std::env::var_os("TIEXI_REGENERATE").is_some() {
        std::fs::write(&path, &expected).expect("written");
        return;
    }
    assert!(written == expected, "docs/performance.md is not what the table says; TIEXI_REGENERATE=1 writes it anew");
}

#[test]
fn committed_rows_are_sound() {
    for row in committed().map(|(_, rows)| rows).unwrap_or_default() {
        assert!(row.low <= row.median && row.median <= row.high && row.rounds > 0 && row.low >= 0.0, "{row:?}");
        assert!(table::GROUPS.contains(&row.group()), "{row:?}");
        assert!(AIMS.iter().all(|aim| aim.quantity != row.quantity || aim.unit == row.unit), "{row:?}");
    }
}

/// The table of what phases touch names the phases of the tick and all columns of the firms.
#[test]
fn phases_and_columns_of_the_memory_table_are_those_of_the_model() {
    let changes = ["scale=0.05", "time.ticks=1"].map(|change| Override::labelled("--set", change));
    let loaded = scenario::load(&file("scenarios/liaoning.toml"), &changes)
        .unwrap_or_else(|error| panic!("{}", error.render(false)));
    let stop = std::sync::atomic::AtomicBool::new(false);
    let run = tiexi::run::run(&loaded, Options { threads: 1, stop: &stop }, &mut Nowhere, &mut |_| ()).expect("runs");
    let phases: Vec<&str> = run.phases.iter().map(|(name, _)| *name).collect();
    let listed: Vec<&str> = touched::PHASES.iter().map(|touched| touched.phase).collect();
    assert_eq!(listed, phases[1..phases.len() - 1], "between the opening state and measurement");
    assert_eq!(run.world.firms.fields, touched::FIELDS);
    let columns: usize = touched::ALL.iter().map(|column| column.bytes()).sum();
    assert_eq!(columns, Firms::bytes_per_firm(touched::FIELDS));
    for touched in &touched::PHASES {
        let both = touched.reads.iter().find(|column| touched.writes.contains(column));
        assert_eq!(both, None, "{} counts a column twice", touched.phase);
    }
}
