//! The teaching walks hold: every command of them runs, in the order of the page, every file and indicator
//! that they send the class to is there, and the figures that they quote are what the commands give. After
//! a change of the numbers:
//!
//! ```sh
//! TIEXI_REGENERATE=1 cargo test --test teaching
//! ```

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

const WALKS: [&str; 4] = ["baseline", "path-a", "path-b", "path-c"];
/// Above a table of figures that the commands of the page give.
const FIGURES: &str = "<!-- figures -->\n";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn page(walk: &str) -> String {
    std::fs::read_to_string(root().join(format!("docs/teaching/{walk}.md"))).expect("a page")
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("created");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() { copy(&path, &target) } else { std::fs::copy(&path, &target).map(|_| ()).expect("copied") }
    }
}

/// Lines of the fenced blocks in a language.
fn lines<'p>(page: &'p str, language: &str) -> Vec<&'p str> {
    let mut inside = false;
    let mut found = Vec::new();
    for line in page.lines() {
        match line.strip_prefix("```") {
            Some(fence) => inside = !inside && fence == language,
            None if inside => found.push(line),
            None => {}
        }
    }
    found
}

fn tiexi(folder: &Path, arguments: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tiexi"));
    // A value in quotes is taken as a shell takes it; none of them holds a blank.
    let words = arguments.split_whitespace().map(|word| word.replace('\'', ""));
    command.args(words).current_dir(folder).env("NO_COLOR", "1");
    command
}

/// The page that is served appears; the terminal is refused here, but its scenario is not.
fn interactive(folder: &Path, arguments: &str) {
    if arguments.starts_with("watch") {
        let output = tiexi(folder, arguments).output().expect("tiexi starts");
        assert!(String::from_utf8_lossy(&output.stderr).contains("needs a terminal"), "{output:?}");
        return;
    }
    let mut child = tiexi(folder, arguments).stdout(Stdio::piped()).spawn().expect("tiexi starts");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut line).expect("text");
    let _ = child.kill();
    let _ = child.wait();
    assert!(line.starts_with("http://127.0.0.1:"), "{arguments}: {line}");
}

#[test]
fn every_command_of_the_walks_runs() {
    for walk in WALKS {
        let folder = tempfile::tempdir().expect("folder");
        copy(&root().join("scenarios"), &folder.path().join("scenarios"));
        let page = page(walk);
        let commands = lines(&page, "console");
        assert!(commands.len() >= 3, "{walk}");
        for command in commands {
            let arguments = command.strip_prefix("$ tiexi ").expect("a command of tiexi");
            let output = tiexi(folder.path(), arguments).output().expect("tiexi starts");
            assert!(output.status.success(), "{walk}: {command}\n{}", String::from_utf8_lossy(&output.stderr));
        }
        for command in lines(&page, "sh") {
            interactive(folder.path(), command.strip_prefix("tiexi ").expect("a command of tiexi"));
        }
        // What is named in backticks and lies in output/ was made by the commands above.
        for name in page.split('`').filter(|name| name.starts_with("output/") && !name.contains('\n')) {
            assert!(folder.path().join(name).is_file(), "{walk}: {name}");
        }
        if page.contains(FIGURES) {
            assert_figures(walk, &page, &figures_of_platforms(&folder.path().join("output")));
        }
    }
}

/// The table below the mark is this one; it is written anew if asked to.
fn assert_figures(walk: &str, page: &str, now: &str) {
    let (before, after) = page.split_once(FIGURES).expect("a mark");
    let rest = after.trim_start_matches('\n').lines().skip_while(|line| line.starts_with('|'));
    let rest = rest.map(|line| format!("{line}\n")).collect::<String>();
    let renewed = format!("{before}{FIGURES}\n{now}\n{}", rest.trim_start_matches('\n'));
    if std::env::var_os("TIEXI_REGENERATE").is_some() {
        std::fs::write(root().join(format!("docs/teaching/{walk}.md")), &renewed).expect("written");
        return;
    }
    assert!(
        renewed == page,
        "{walk} should quote\n{now}\naccept it with: TIEXI_REGENERATE=1 cargo test --test teaching"
    );
}

/// What became of each platform: its years at work, its members and its cumulative cash flow.
struct Fate {
    closed: Option<String>,
    members: f64,
    deepest: f64,
    last: f64,
}

fn fates(folder: &Path) -> BTreeMap<String, Fate> {
    let mut reader = csv::Reader::from_path(folder.join("platforms.csv")).expect("a table");
    let mut fates: BTreeMap<String, Fate> = BTreeMap::new();
    for row in reader.deserialize() {
        let row: BTreeMap<String, String> = row.expect("a row");
        let number = |column: &str| row[column].parse::<f64>().expect("a number");
        let (tick, members, sum) = (number("tick"), number("members"), number("cumulative_cash_flow"));
        let fate = fates.entry(row["platform"].clone());
        let fate = fate.or_insert(Fate { closed: None, members: 0.0, deepest: 0.0, last: 0.0 });
        let founded = fate.members > 0.0 || fate.deepest < 0.0;
        if founded && row["alive"] == "0" && fate.closed.is_none() {
            fate.closed = Some(format!("{}", 2010.0 + ((tick - 1.0) / 4.0).floor()));
        }
        (fate.members, fate.deepest, fate.last) = (fate.members.max(members), fate.deepest.min(sum), sum);
    }
    fates
}

/// The table of path C: the patient government beside the one of five years.
fn figures_of_platforms(output: &Path) -> String {
    let (patient, short) = (fates(&output.join("walk-c-patient")), fates(&output.join("walk-c-five-years")));
    let mut text = "| platform | members at most | lowest cumulative cash flow | at the end | support ends in 2017: lowest | at the \
                    end | closed |\n|---|---|---|---|---|---|---|\n"
        .to_string();
    for (name, fate) in &patient {
        let other = &short[name];
        let closed = other.closed.clone().unwrap_or_else(|| "never".to_string());
        let numbers =
            [fate.members, fate.deepest, fate.last, other.deepest, other.last].map(|number| format!("{number:.0}"));
        writeln!(text, "| {} | {} | {closed} |", name.replace('_', " "), numbers.join(" | ")).expect("memory");
        assert!(fate.closed.is_none(), "the page says that all are at work while they are paid for: {name}");
    }
    // What the page says of the four.
    let carried: Vec<&String> = short.keys().filter(|name| short[*name].closed.is_none()).collect();
    assert_eq!(carried.len(), 1, "one platform outlives its support");
    let carried = carried[0];
    assert!(short[carried].last > patient[carried].last, "it earns more alone than supported");
    let others: Vec<f64> = patient.iter().filter(|(name, _)| *name != carried).map(|(_, fate)| fate.members).collect();
    assert!(
        others.len() == 3 && others.iter().sum::<f64>() < patient[carried].members,
        "it draws more than all others"
    );
    text
}

/// Indicators in backticks exist.
#[test]
fn what_the_walks_point_at_exists() {
    let columns: Vec<&str> = tiexi::indicators::region::TABLE.columns.iter().map(|column| column.name).collect();
    let others = ["seeds_needed", "platform_support"];
    for walk in WALKS {
        let page = page(walk);
        let named = page.split('`').skip(1).step_by(2).filter(|name| !name.is_empty());
        let words = named.filter(|name| name.contains('_') && name.chars().all(|c| c.is_ascii_lowercase() || c == '_'));
        for name in words {
            assert!(columns.contains(&name) || others.contains(&name), "{walk}: {name}");
        }
    }
}

/// Every walk has its four parts.
#[test]
fn every_walk_asks_sets_sees_and_discusses() {
    let overview = std::fs::read_to_string(root().join("docs/teaching/README.md")).expect("a page");
    for walk in WALKS {
        let page = page(walk);
        for part in ["**Question.**", "(45 minutes)", "## What to set", "## What to see", "## What to discuss"] {
            assert!(page.contains(part), "{walk} lacks {part}");
        }
        assert!(overview.contains(&format!("({walk}.md)")), "{walk}");
    }
}
