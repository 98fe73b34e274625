//! The registry of claims names real things: mechanisms that say so themselves, columns of the results,
//! and tests that exist.

mod support;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use support::{root, rust_files};
use tiexi::requirements::{Registry, Requirement, problems, registry};

fn claims() -> Registry {
    registry().expect("a registry")
}

/// What `tiexi` prints.
fn tiexi(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_tiexi")).args(arguments).output().expect("tiexi starts");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

/// Every mechanism with its chapter, as the program tells them.
fn chapters() -> BTreeMap<String, String> {
    let list: Vec<serde_json::Value> =
        serde_json::from_str(&tiexi(&["describe", "mechanisms", "--format", "json"])).expect("a list");
    let names = list.iter().map(|row| row["mechanism"].as_str().expect("a name").to_string());
    names.map(|name| (name.clone(), tiexi(&["describe", "mechanisms", &name]))).collect()
}

/// Claims that a chapter names under its heading.
fn named(chapter: &str) -> Vec<String> {
    let section = chapter.split("# REQ numbers").nth(1).unwrap_or_default();
    let section = section.split("\n# ").next().unwrap_or_default();
    let numbers = section.split("REQ-").skip(1).map(|rest| rest.chars().take(2).collect::<String>());
    numbers.map(|number| format!("REQ-{number}")).collect()
}

/// What is wrong between the registry and the chapters, in either direction.
fn mechanism_problems(claims: &Registry, chapters: &BTreeMap<String, String>) -> Vec<String> {
    let mut problems = Vec::new();
    for (name, claim) in claims {
        for mechanism in &claim.mechanisms {
            match chapters.get(mechanism) {
                None => problems.push(format!("{name}: there is no mechanism {mechanism}")),
                Some(chapter) if !named(chapter).contains(name) => {
                    problems.push(format!("{name}: the chapter of {mechanism} does not name it"));
                }
                Some(_) => {}
            }
        }
    }
    for (mechanism, chapter) in chapters {
        for name in named(chapter) {
            match claims.get(&name) {
                Some(claim) if claim.mechanisms.contains(mechanism) => {}
                Some(_) => problems.push(format!("{name}: the chapter of {mechanism} names it, the registry does not")),
                None => problems.push(format!("{name}: the chapter of {mechanism} names it, but there is none")),
            }
        }
    }
    problems
}

#[test]
fn all_eighty_claims_are_there_once_with_the_evidence_their_status_asks_for() {
    assert_eq!(problems(&claims()), Vec::<String>::new());
}

#[test]
fn mechanisms_and_claims_name_each_other() {
    let problems = mechanism_problems(&claims(), &chapters());
    assert!(problems.is_empty(), "src/requirements/registry.toml and the chapters:\n{}", problems.join("\n"));
}

#[test]
fn indicators_are_columns_of_the_results() {
    for (name, claim) in claims() {
        for indicator in &claim.indicators {
            assert!(is_column(indicator), "{name}: there is no column {indicator}");
        }
    }
}

fn is_column(indicator: &str) -> bool {
    let Some((table, column)) = indicator.split_once('.') else { return false };
    let mut tables = tiexi::indicators::tables().iter().filter(|spec| spec.name == table);
    tables.any(|spec| spec.columns.iter().any(|known| known.name == column))
}

#[test]
fn tests_exist() {
    let sources: BTreeMap<String, String> = rust_files("src").into_iter().chain(rust_files("tests")).collect();
    for (name, claim) in claims() {
        for test in &claim.tests {
            assert!(is_test(&sources, test), "{name}: there is no test {test}");
        }
    }
}

/// Whether `tests/file.rs::function` or `module::path::tests::function` is a test.
fn is_test(sources: &BTreeMap<String, String>, test: &str) -> bool {
    let Some((place, function)) = test.rsplit_once("::") else { return false };
    files(place).iter().filter_map(|file| sources.get(file)).any(|text| has_test(text, function))
}

/// Files in which a test of that place may stand.
fn files(place: &str) -> Vec<String> {
    if place.starts_with("tests/") {
        return vec![place.to_string()];
    }
    let path = format!("src/{}", place.replace("::", "/"));
    let inline = path.strip_suffix("/tests").unwrap_or(&path).to_string();
    [path, inline].iter().flat_map(|path| [format!("{path}.rs"), format!("{path}/mod.rs")]).collect()
}

/// Whether a function of that name stands there with `#[test]` among the attributes above it.
fn has_test(text: &str, function: &str) -> bool {
    let lines: Vec<&str> = text.lines().map(str::trim_start).collect();
    let start = format!("fn {function}(");
    let mut places = (0..lines.len()).filter(|at| lines[*at].starts_with(&start));
    places.any(|at| {
        let above = lines[..at].iter().rev();
        let mut attributes = above.take_while(|line| line.starts_with("#[") || line.starts_with("///"));
        attributes.any(|line| *line == "#[test]")
    })
}

#[test]
fn names_of_nothing_are_seen() {
    let sources = BTreeMap::from([
        (
            "src/a/b.rs".to_string(),
            "    #[test]\n    #[ignore = \"slow\"]\n    fn inline() {}\nfn helper() {}".to_string(),
        ),
        ("src/a/tests/c.rs".to_string(), "#[test]\n/// Why.\nfn apart() {}".to_string()),
        ("tests/d.rs".to_string(), "#[test]\nfn outside() {}\n// fn commented() {}".to_string()),
    ]);
    for real in ["a::b::tests::inline", "a::tests::c::apart", "tests/d.rs::outside"] {
        assert!(is_test(&sources, real), "{real}");
    }
    let none = ["a::b::tests::helper", "a::b::tests::inlin", "tests/d.rs::commented", "tests/e.rs::outside", "outside"];
    for unreal in none {
        assert!(!is_test(&sources, unreal), "{unreal}");
    }
    assert!(is_column("region.firms"));
    assert!(!is_column("firms") && !is_column("region.unicorns") && !is_column("unicorns.firms"));
}

#[test]
fn a_mechanism_and_a_claim_that_do_not_name_each_other_are_seen() {
    let chapter = "A: b.\n\n# REQ numbers\nREQ-01, REQ-02 (half).\n\n# What it leaves out\nREQ-03.\n".to_string();
    assert_eq!(named(&chapter), ["REQ-01", "REQ-02"]);
    let mut claims = claims();
    claims.values_mut().for_each(|claim| claim.mechanisms.clear());
    claims["REQ-01"].mechanisms = vec!["trade".to_string()];
    claims["REQ-02"].mechanisms = vec!["trade".to_string()];
    let chapters = BTreeMap::from([("trade".to_string(), chapter)]);
    assert_eq!(mechanism_problems(&claims, &chapters), Vec::<String>::new());
    claims["REQ-02"].mechanisms = vec!["alchemy".to_string()];
    claims["REQ-03"].mechanisms = vec!["trade".to_string()];
    let found = mechanism_problems(&claims, &chapters);
    assert_eq!(found.len(), 3, "{found:?}");
}

/// The sources are those that the page on the data explains, and every claim says where it stands.
#[test]
fn sources_are_explained() {
    let page = std::fs::read_to_string(Path::new(&root()).join("docs/data.md")).expect("docs/data.md");
    for (name, Requirement { source, .. }) in claims() {
        let (short, place) = source.split_once(", ").unwrap_or((&source, ""));
        assert!(page.contains(&format!("| {short} |")), "{name}: {short} is not explained");
        assert!(!place.is_empty(), "{name}: where in {short}?");
    }
}

#[test]
fn the_program_prints_the_registry_in_every_format() {
    let claims = claims();
    let json: Vec<serde_json::Value> =
        serde_json::from_str(&tiexi(&["requirements", "--format", "json"])).expect("a list");
    assert_eq!(json.len(), claims.len());
    for (row, (name, claim)) in json.iter().zip(&claims) {
        assert_eq!(row["requirement"], name.as_str());
        assert_eq!(row["status"], claim.status.name());
        assert_eq!(row["tests"], serde_json::json!(claim.tests));
    }
    let csv = tiexi(&["requirements", "--format", "csv"]);
    assert_eq!(csv::Reader::from_reader(csv.as_bytes()).records().count(), claims.len());
    assert_eq!(tiexi(&["requirements", "--format", "markdown"]).lines().count(), claims.len() + 2);
    let holding = tiexi(&["requirements", "--status", "holds", "--format", "csv"]);
    assert!(holding.lines().skip(1).all(|line| line.contains(",holds,")) && holding.lines().count() > 1, "{holding}");
}
