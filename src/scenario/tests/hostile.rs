//! Whatever is read, the answer is a scenario or a message, never a panic.

use super::*;
use proptest::prelude::*;

/// Reads and, when refused, also renders, for the messages must survive hostile text too.
fn survives(text: &str, settings: &[&str]) {
    if let Err(error) = read_with(text, settings) {
        assert!(!error.problems().is_empty());
        let _ = error.render(true);
    }
}

/// Text that looks like TOML often enough to get past the parser.
fn toml_like() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        Just("[research]\n".to_owned()),
        Just("[[event]]\n".to_owned()),
        Just("[cities.\"a.b\"]\n".to_owned()),
        Just("[policies.x]\nkind = \"grant\"\n".to_owned()),
        Just("csv = \"x.csv\"\n".to_owned()),
        Just("extends = \"x\\u0000\"\n".to_owned()),
        ("[a-z_]{1,8}", "[a-z0-9\"{}\\[\\]=.,é-]{0,12}").prop_map(|(key, value)| format!("{key} = {value}\n")),
        ("(tick|date|key|value|add|multiply|until)", "(3|'2015Q1'|'research.rivals'|nan|1e400|\\[1\\]|\\{a=1\\})")
            .prop_map(|(key, value)| format!("{key} = {value}\n")),
    ];
    proptest::collection::vec(part, 0..12).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_text(text in any::<String>()) {
        survives(&text, &[]);
    }

    #[test]
    fn random_toml(text in toml_like()) {
        survives(&text, &[]);
    }

    #[test]
    fn mutated_bytes(changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let mut bytes = GOOD.as_bytes().to_vec();
        for (index, byte) in changes {
            let at = index.index(bytes.len());
            bytes[at] = byte;
        }
        survives(&String::from_utf8_lossy(&bytes), &[]);
    }

    #[test]
    fn cut_and_doubled(from in any::<prop::sample::Index>(), to in any::<prop::sample::Index>()) {
        let (from, to) = (from.index(GOOD.len()), to.index(GOOD.len()));
        if GOOD.is_char_boundary(from) && GOOD.is_char_boundary(to) {
            survives(&format!("{}{}", &GOOD[..from], &GOOD[to..]), &[]);
        }
    }

    #[test]
    fn random_settings(text in any::<String>(), key in "[a-z.\"\\[\\]]{0,12}", value in "[-a-z0-9.\"{}\\[\\]=, ]{0,12}") {
        survives(GOOD, &[&text]);
        survives(GOOD, &[&format!("{key}={value}")]);
        survives(GOOD, &[&format!("research.{key}={value}")]);
        survives(GOOD, &[&format!("prices.csv={value}")]);
    }

    #[test]
    fn random_tables(csv in "[a-z,;\"\n\r#é0-9.]{0,80}") {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("t.csv"), format!("name,population,rank\n{csv}")).unwrap();
        let text = "[cities]\ncsv = 't.csv'\n";
        if let Err(error) = load_str_as::<Small>("t.toml", text, folder.path(), &[], &[]) {
            let _ = error.render(false);
        }
    }
}

#[test]
fn deep_and_long_texts() {
    for text in [
        "a.".repeat(50_000) + "a = 1",
        format!("x = {}", "[".repeat(50_000)),
        format!("x = {}{}", "{a=".repeat(60), "1"),
        format!("{} = 1", "k".repeat(500_000)),
        format!("title = {}", "9".repeat(500_000)),
        (0..20_000).map(|number| format!("k{number} = 1\n")).collect(),
    ] {
        survives(&text, &[]);
    }
}
