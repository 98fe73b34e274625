//! What is wrong with a scenario is said with file, line, column and a way out.
//!
//! Each case copies the shipped scenarios, makes a slip or two in them, and says which place and
//! which words the message must have. The places are marked in the patched text itself (see
//! `patching`), so that the cases stay true when the scenarios change.

mod agreement;
mod files;
mod patching;
mod schedule;
mod values;

use patching::Case;

fn groups() -> Vec<(&'static str, Vec<Case>)> {
    vec![
        ("keys", values::keys()),
        ("types", values::types()),
        ("ranges", values::ranges()),
        ("names", values::names()),
        ("settings", values::settings()),
        ("csv", files::csv()),
        ("extends", files::extends()),
        ("hostile", files::hostile()),
        ("events", schedule::events()),
        ("policies", schedule::policies()),
        ("tables", agreement::tables()),
        ("firms", agreement::firms()),
        ("opening books", agreement::opening_books()),
        ("sizes", agreement::sizes()),
        ("graphs", agreement::graphs()),
        ("growth", agreement::growth()),
    ]
}

/// All cases of a group are tried; those that fail are shown together.
fn assert_all(cases: &[Case]) {
    let failures: Vec<String> = cases.iter().filter_map(|case| case.failure()).collect();
    assert!(failures.is_empty(), "{} of {} cases fail\n\n{}", failures.len(), cases.len(), failures.join("\n\n"));
}

#[test]
fn the_shipped_scenarios_without_a_slip_are_accepted() {
    assert_eq!(Case::new(vec![]).message(), None);
    assert_eq!(Case::new(vec![patching::child("")]).message(), None);
}

#[test]
fn there_are_many_cases() {
    let count: usize = groups().iter().map(|(_, cases)| cases.len()).sum();
    assert!(count >= 100, "only {count} cases");
}

macro_rules! group_tests {
    ($($test:ident = $module:ident::$group:ident;)*) => {
        $(#[test]
        fn $test() {
            assert_all(&$module::$group());
        })*
    };
}

group_tests! {
    unknown_keys = values::keys;
    wrong_types = values::types;
    values_out_of_range = values::ranges;
    names_that_do_not_exist = values::names;
    wrong_settings = values::settings;
    defects_of_csv_tables = files::csv;
    defects_of_extends = files::extends;
    hostile_texts = files::hostile;
    wrong_events = schedule::events;
    wrong_policies = schedule::policies;
    tables_that_contradict_each_other = agreement::tables;
    firms_that_do_not_fit = agreement::firms;
    opening_books_that_cannot_be = agreement::opening_books;
    sizes_beyond_reason = agreement::sizes;
    graphs_that_cannot_be = agreement::graphs;
    growth_beyond_what_numbers_hold = agreement::growth;
}
