//! Events.

use super::*;

/// The good scenario with other events.
fn with_events(events: &str) -> String {
    let start = GOOD.find("[[event]]").unwrap();
    format!("{}{events}", &GOOD[..start])
}

fn rates(text: &str) -> Vec<(u32, f64)> {
    let loaded = read(text).unwrap_or_else(|error| panic!("{error}"));
    loaded.timeline.iter().map(|(tick, small)| (*tick, small.research.arrival_rate)).collect()
}

#[test]
fn a_change_holds_until_its_end_and_then_reverts() {
    assert_eq!(rates(GOOD), [(21, 1.0), (25, 0.5)]);
    let loaded = read(GOOD).unwrap();
    let at = |tick| loaded.at(tick).research.arrival_rate;
    assert_eq!([at(0), at(20), at(21), at(24), at(25), at(84)], [0.5, 0.5, 1.0, 1.0, 0.5, 0.5]);
    let resolved = loaded.resolved_json();
    assert_eq!(resolved["timeline"][0]["changed"]["research.arrival_rate"], 1.0);
    assert_eq!(resolved["scenario"]["research"]["rivals"], 5);
}

#[test]
fn events_on_one_key_combine_in_file_order() {
    let text = with_events(
        "[[event]]\ntick = 5\nkey = 'research.arrival_rate'\nadd = 0.5\n\
         [[event]]\ntick = 5\nkey = 'research.arrival_rate'\nmultiply = 3\nuntil = '2012Q1'\n\
         [[event]]\ndate = '2013Q1'\nkey = 'research.arrival_rate'\nvalue = 2\n",
    );
    assert_eq!(rates(&text), [(5, 3.0), (9, 1.0), (13, 2.0)]);
}

#[test]
fn whole_numbers_tables_and_defaults_can_change() {
    let text = with_events(
        "[[event]]\ntick = 2\nkey = 'research.rivals'\nmultiply = 2\n\
         [[event]]\ntick = 2\nkey = 'capital.Dalian'\nvalue = {state = 0.1, private = 0.9}\n\
         [[event]]\ntick = 2\nkey = 'policies.grant.budget'\nadd = -10\n\
         [[event]]\ntick = 2\nkey = 'markets.abroad.growth'\nvalue = -0.3\n",
    );
    let loaded = read(&text).unwrap_or_else(|error| panic!("{error}"));
    let small = loaded.at(2);
    assert_eq!(small.research.rivals, 10);
    assert_eq!(small.capital["Dalian"]["private"], 0.9);
    assert_eq!(small.policies["grant"], Policy::Grant(Terms { budget: 0.0, ..Terms::default() }));
    assert_eq!((small.markets.abroad.growth, small.markets.abroad.share), (-0.3, 0.25));
}

#[test]
fn wrong_events_are_refused_at_their_place() {
    let cases: [(&str, &[&str]); 26] = [
        ("date = '2015'\nkey = 'research.rivals'\nadd = 1", &["is not a date", "write it like", "good.toml:37:8"]),
        ("date = '2009Q4'\nkey = 'research.rivals'\nadd = 1", &["before the start", "2010Q1 to 2030Q4"]),
        ("date = '2031Q1'\nkey = 'research.rivals'\nadd = 1", &["after the end", "2010Q1 to 2030Q4"]),
        ("tick = 85\nkey = 'research.rivals'\nadd = 1", &["tick 85 lies outside", "1 to 84"]),
        ("tick = 3\ndate = '2015Q1'\nkey = 'research.rivals'\nadd = 1", &["not both"]),
        ("key = 'research.rivals'\nadd = 1", &["neither a `date` nor a `tick`", "good.toml:36:1"]),
        ("tick = 3\nadd = 1", &["names no `key`"]),
        ("tick = 3\nkey = 'a..b'\nadd = 1", &["not a dotted key"]),
        ("tick = 3\nkey = 'research.rivals'", &["exactly one of", "has none"]),
        ("tick = 3\nkey = 'research.rivals'\nadd = 1\nvalue = 2", &["exactly one of", "has 2"]),
        ("tick = 3\nkey = 'research.rival'\nadd = 1", &["no key `rival` in `research`", "did you mean `rivals`?"]),
        ("tick = 3\nkey = 'prices.stel'\nvalue = 1", &["no key `stel` in `prices`", "did you mean `steel`?"]),
        ("tick = 3\nkey = 'research.rivals'\nmultiply = 100", &["must be between 1 and 50 (firms)", "good.toml:39:12"]),
        ("tick = 3\nkey = 'research.rivals'\nadd = 0.5", &["must be a whole number"]),
        ("tick = 3\nkey = 'research.enabled'\nmultiply = 2", &["is no number", "value = ..."]),
        ("tick = 3\nkey = 'research.enabled'\nvalue = 2", &["must be true or false", "good.toml:39:9"]),
        ("tick = 3\nkey = 'research.cap'\nadd = 2", &["is no number"]),
        ("tick = 3\nkey = 'research'\nvalue = 2", &["cannot change the whole of `research`"]),
        ("tick = 3\nkey = 'time.ticks'\nadd = 1", &["cannot change during a run", "opening state"]),
        (
            "tick = 3\nkey = 'cities.Dalian.port'\nvalue = true",
            &["cannot change during a run", "`cities` is read only"],
        ),
        ("tick = 3\nkey = 'event[0].key'\nvalue = 'x'", &["cannot change the events"]),
        ("tick = 3\nkey = 'policies.grant.kind'\nvalue = 'loan'", &["cannot change"]),
        ("tick = 3\nkey = 'capital.Dalian.state'\nvalue = 0.9", &["must sum to 1", "good.toml:39:9"]),
        ("tick = 3\nkey = 'research.rivals'\nvalue = 13", &["bad luck", "good.toml:39:9"]),
        ("date = '2015Q1'\nuntil = '2015Q1'\nkey = 'research.rivals'\nadd = 1", &["end after it starts"]),
        ("tick = 3\nkey = 'research.weights.x'\nvalue = 1", &["is a list: set it as a whole"]),
    ];
    for (event, parts) in cases {
        let message = refused(&with_events(&format!("[[event]]\n{event}\n")));
        for part in parts {
            assert!(message.contains(part), "`{part}` is not in the message for\n{event}\n{message}");
        }
    }
}

#[test]
fn a_run_cut_short_keeps_its_later_events() {
    let loaded = read_with(GOOD, &["time.ticks=8"]).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(loaded.scenario.time.ticks, 8);
    assert_eq!(loaded.at(8).research.arrival_rate, 0.5);
}

#[test]
fn other_calendars_have_other_dates() {
    let text = patched("ticks = 84", "ticks = 252\nticks_per_year = 12").replace("2015Q1", "2015M03");
    let text = text.replace("2016Q1", "2015M4");
    assert_eq!(rates(&text), [(63, 1.0), (64, 0.5)]);
}

#[test]
fn other_dates_are_dates_of_the_calendar() {
    assert!(read(&patched("budget = 10", "start = '2012Q3'")).is_ok());
    assert!(read(&patched("budget = 10", "start = ''")).is_ok());
    assert_refused(&[
        ("budget = 10", "start = '2012'", &["\"2012\" is not a date of this scenario", "good.toml:34:9"]),
        ("budget = 10", "start = '2035Q1'", &["after the end", "2010Q1 to 2030Q4"]),
        ("budget = 10", "start = '1999Q1'", &["before the start"]),
    ]);
}
