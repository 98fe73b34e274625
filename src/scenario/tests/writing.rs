//! Keys, types, ranges, names, settings.

use super::*;

#[test]
fn the_good_scenario_is_good() {
    let loaded = read(GOOD).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(loaded.scenario.research.arrival_rate, 0.5);
    assert_eq!(loaded.scenario.research.rivals, 5);
    assert_eq!(loaded.scenario.cities.len(), 2);
}

#[test]
fn unknown_keys_are_named_with_the_nearest_one() {
    assert_refused(&[
        (
            "arrival_rate = 0.5",
            "arival_rate = 0.5",
            &["unknown key `arival_rate` in `research`", "good.toml:8:1", "did you mean `arrival_rate`?"],
        ),
        ("[research]", "[reserch]", &["unknown key `reserch` at the top level", "did you mean `research`?"]),
        ("title", "arrival_rate = 1\ntitle", &["elsewhere: `research.arrival_rate`", "good.toml:1:1"]),
        ("port = true", "harbour = true", &["unknown key `harbour` in `cities.Dalian`", "valid keys: `population`"]),
        ("budget = 10", "budgt = 10", &["unknown key `budgt` in `policies.grant`", "did you mean `budget`?"]),
        ("[prices]", "[prices.deep]\nx = 1\n[prices]", &["`prices.deep` must be a number, but is a table"]),
    ]);
}

#[test]
fn wrong_types_say_what_was_expected() {
    assert_refused(&[
        ("title = \"Small\"", "title = 3", &["`title` must be text in quotes", "write it in quotes: \"3\""]),
        ("ticks = 84", "ticks = 84.0", &["`time.ticks` must be a whole number", "without a decimal point: 84"]),
        ("arrival_rate = 0.5", "arrival_rate = \"0.5\"", &["must be a number", "without quotes: 0.5"]),
        ("port = true", "port = 1", &["must be true or false", "write true or false"]),
        ("port = true", "port = \"true\"", &["write it without quotes: true"]),
        ("title = \"Small\"", "markets = 3", &["`markets` must be a table"]),
        ("[\"Dalian\"]", "\"Dalian\"", &["must be a list of texts", "square brackets"]),
        ("date = \"2015Q1\"", "date = 2015-01-01", &["is the date 2015-01-01", "write it in quotes"]),
        ("kind = \"grant\"", "kind = 3", &["`policies.grant.kind` must be text", "`grant` and `loan`"]),
    ]);
    assert!(read(&patched("arrival_rate = 0.5", "arrival_rate = 1")).is_ok(), "1 is a number");
}

#[test]
fn ranges_are_said_with_their_unit() {
    assert_refused(&[
        (
            "arrival_rate = 0.5",
            "arrival_rate = 11",
            &["`research.arrival_rate` must be between 0 and 10 (1/year), but is 11", "Events per year"],
        ),
        ("arrival_rate = 0.5", "arrival_rate = nan", &["must be a finite number", "good.toml:8:16"]),
        ("arrival_rate = 0.5", "arrival_rate = -inf", &["must be a finite number"]),
        ("arrival_rate = 0.5", "weights = []", &["`research.weights` must have at least 1 items"]),
        ("arrival_rate = 0.5", "weights = [1, -2]", &["`research.weights[1]` must be at least 0"]),
        ("arrival_rate = 0.5", "rivals = 0", &["must be between 1 and 50 (firms)"]),
        ("arrival_rate = 0.5", "cap = -1", &["`research.cap` must be at least 0"]),
        ("ticks = 84", "ticks_per_year = 3", &["must be one of 1, 2, 4, 12"]),
        ("port = true", "rank = -1", &["`cities.Dalian.rank`", "between 0 and 9"]),
        ("[prices]", "[markets.home]\nshare = 0\n[prices]", &["must be above 0 and at most 1 (share), but is 0"]),
        ("budget = 10", "budget = -1", &["at least 0 (million CNY)"]),
    ]);
}

#[test]
fn words_missing_keys_and_kinds() {
    assert_refused(&[
        ("search = \"random\"", "search = \"randm\"", &["cannot be \"randm\"", "did you mean `random`?"]),
        (
            "population = 6.7e6\n",
            "",
            &["missing key `population` in `cities.Dalian`", "good.toml:11:9", "a number (persons): Population."],
        ),
        (
            "[capital.Dalian]",
            "[cities.Dalain]\nport = true\n[capital.Dalian]",
            &["missing key `population` in `cities.Dalain`", "did you mean `Dalian`?"],
        ),
        ("kind = \"grant\"\n", "", &["missing key `kind` in `policies.grant`", "`grant` and `loan`"]),
        ("kind = \"grant\"", "kind = \"grand\"", &["cannot be \"grand\"", "did you mean `grant`?"]),
    ]);
}

#[test]
fn tables_must_agree() {
    assert_refused(&[
        (
            "state = 0.4",
            "state = 0.41",
            &["`capital.Dalian` must sum to 1, but sum to 1.01", "off by +0.01", "good.toml:19:10"],
        ),
        ("state = 0.4", "state = -0.4", &["must be between 0 and 1 (share), but is -0.4"]),
        ("Dalian = 0.7", "Dalian = 0.6", &["`Dalian` over all of `purchases` must sum to 1"]),
        ("[capital.Dalian]", "[capital.Dalien]", &["does not exist in `cities`", "did you mean `Dalian`?"]),
        ("[\"Dalian\"]", "[\"Dalina\"]", &["`cities.\"Shen Yang\".neighbours[0]` names \"Dalina\"", "good.toml:17:15"]),
        ("budget = 10", "city = \"Anshan\"", &["`policies.grant.city` names \"Anshan\""]),
        ("Dalian = 0.7", "Dalian = 0.7\nAnshan = 1", &["`purchases.value_added.Anshan` names"]),
    ]);
}

#[test]
fn checks_of_the_whole_point_at_their_key() {
    assert_refused(&[(
        "arrival_rate = 0.5",
        "rivals = 13",
        &["thirteen rivals bring bad luck", "good.toml:8:10", "help: take twelve"],
    )]);
}

#[test]
fn all_problems_are_collected_up_to_a_limit() {
    let text = patched("title = \"Small\"", "title = 1\ncolor = 2");
    let error = read(&text.replace("port = true", "port = 7")).unwrap_err();
    assert_eq!(error.problems().len(), 3);
    let many: String = (0..50).map(|number| format!("key{number} = 1\n")).collect();
    assert!(refused(&many).contains("... and 30 more problems"));
}

#[test]
fn syntax_errors_have_a_place() {
    assert_refused(&[
        ("ticks = 84", "ticks = ", &["not valid TOML", "good.toml:5"]),
        ("ticks = 84", "ticks = 84\nticks = 85", &["duplicate key", "good.toml:6:1", "once per table"]),
        ("\"random\"", "random", &["not valid TOML", "write text in quotes: \"random\""]),
        ("[prices]", "[prices", &["not valid TOML"]),
        ("ticks = 84", "ticks = 99999999999999999999", &["too large"]),
    ]);
}

#[test]
fn settings_are_checked_like_the_file() {
    let loaded = read_with(GOOD, &["research.arrival_rate=0.7", "cities.\"Shen Yang\".port=true"]).unwrap();
    assert_eq!(loaded.scenario.research.arrival_rate, 0.7);
    assert!(loaded.scenario.cities["Shen Yang"].port);
    let cases: [(&str, &[&str]); 6] = [
        ("research.arival_rate=1", &["unknown key `arival_rate`", "--set:1:10", "did you mean `arrival_rate`?"]),
        ("research.arrival_rate=99", &["must be between 0 and 10", "--set:1:23"]),
        ("research.search=near", &["`near` is not a TOML value", "--set 'research.search=\"near\"'"]),
        ("research.arrival_rate", &["has no `=`"]),
        ("event[0].date=\"2015Q1\"", &["a list is set as a whole"]),
        ("research=1", &["`research` must be a table"]),
    ];
    for (setting, parts) in cases {
        let message = read_with(GOOD, &[setting]).unwrap_err().to_string();
        for part in parts {
            assert!(message.contains(part), "`{part}` is not in the message for `{setting}`:\n{message}");
        }
    }
}

#[test]
fn a_partly_written_section_keeps_the_defaults_of_the_section_around_it() {
    let loaded = read(&patched("[prices]", "[markets.abroad]\ngrowth = 0.05\n[prices]")).unwrap();
    assert_eq!(loaded.scenario.markets.abroad.share, 0.25);
    assert_eq!(loaded.scenario.markets.home.growth, 0.01);
}

#[test]
fn the_hash_tells_meaning_not_layout() {
    let hash = |text: &str| read(text).unwrap().hash;
    let good = hash(GOOD);
    assert_eq!(good, hash(&patched("[prices]", "# a comment\n\n[prices]")));
    assert_eq!(good, hash(&patched("arrival_rate = 0.5", "arrival_rate = 0.50\nrivals = 5")));
    assert_ne!(good, hash(&patched("arrival_rate = 0.5", "arrival_rate = 0.51")));
    assert_ne!(good, hash(&patched("multiply = 2.0", "multiply = 2.1")));
}

#[test]
fn origins_can_be_asked_for() {
    let loaded = read(GOOD).unwrap();
    let line = |path: &str| loaded.origin_of(path).map(|origin| loaded.sources.position(origin).line);
    assert_eq!(line("research.arrival_rate"), Some(8));
    assert_eq!(line("research.rivals"), Some(7), "a key that was not written: its section");
    assert_eq!(line("event[0].date"), Some(37));
    assert_eq!(line("nowhere"), None);
}
