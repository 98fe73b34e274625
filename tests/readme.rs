//! README.md and MODEL.md hold: their commands run, what they print is what the pages show, and the
//! files, columns, parameters and pages that they name exist. After a change of the numbers:
//!
//! ```sh
//! TIEXI_REGENERATE=1 cargo test --test readme
//! ```
//!
//! Commands run one after the other in one folder, as a reader would type them. Blocks of Python and R
//! need these programs and run where `TIEXI_TEST_TOOLS` is set (`./tests/run`).

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tiexi::scenario::Scenario;
use tiexi::scenario::describe::parameters;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn page(file: &str) -> String {
    std::fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// Comment above a block whose output is held to what the program prints.
const MARK: &str = "<!-- output -->";
/// Comment at the end of a command that is meant to fail.
const EXIT_CODE: &str = "# exit code ";

/// A fenced block of the page.
#[derive(Debug, PartialEq)]
struct Block {
    language: String,
    /// Line of the opening fence, and of the closing one.
    lines: (usize, usize),
    text: String,
    marked: bool,
}

fn blocks(page: &str) -> Vec<Block> {
    let lines: Vec<&str> = page.lines().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        if let Some(language) = lines[at].strip_prefix("```") {
            let length = lines[at + 1..].iter().position(|line| *line == "```").expect("a closing fence");
            let end = at + 1 + length;
            let text = lines[at + 1..end].iter().map(|line| format!("{line}\n")).collect();
            let marked = at > 0 && lines[at - 1] == MARK;
            found.push(Block { language: language.to_string(), lines: (at, end), text, marked });
            at = end;
        }
        at += 1;
    }
    found
}

/// What a reader has before the tour: the scenarios, and the program in the path.
struct Reader {
    folder: tempfile::TempDir,
}

impl Reader {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("folder");
        copy(&root().join("scenarios"), &folder.path().join("scenarios"));
        Reader { folder }
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Output {
        let tiexi = PathBuf::from(env!("CARGO_BIN_EXE_tiexi"));
        let own = tiexi.parent().expect("a folder").to_path_buf();
        let others = std::env::var_os("PATH").unwrap_or_default();
        let path = std::env::join_paths(std::iter::once(own).chain(std::env::split_paths(&others))).expect("a path");
        let mut command = Command::new(program);
        command.args(arguments).current_dir(self.folder.path()).env("PATH", path).env("NO_COLOR", "1");
        command.output().unwrap_or_else(|error| panic!("{program} cannot be started: {error}"))
    }

    /// Runs the commands of a console block; returns the block with what they print now.
    fn console(&self, block: &Block) -> String {
        let mut now = String::new();
        for command in block.text.lines().filter_map(|line| line.strip_prefix("$ ")) {
            let output = self.run("sh", &["-c", command]);
            let wanted = command.split_once(EXIT_CODE).map_or(0, |(_, code)| code.trim().parse().expect("a code"));
            let said = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(wanted), "{command}\n{said}");
            // What a run says on its way is progress; what a refused one says is the message.
            let shown = if wanted == 0 { String::from_utf8_lossy(&output.stdout) } else { said };
            writeln!(now, "$ {command}\n{}", shown.trim_end()).expect("memory");
        }
        now.replace("\n\n$ ", "\n$ ").trim_end().to_string() + "\n"
    }

    /// Runs a program of another language; returns what it prints.
    fn script(&self, block: &Block) -> String {
        let output = match block.language.as_str() {
            "python" => self.run("python3", &["-c", &block.text]),
            _ => self.run("Rscript", &["-e", &block.text]),
        };
        assert!(output.status.success(), "{}\n{}", block.text, String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("folder");
    for entry in std::fs::read_dir(from).expect("readable") {
        let entry = entry.expect("readable");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("copied");
        }
    }
}

/// A page without what differs from run to run: wall times, and blanks at the ends of lines.
fn settled(text: &str) -> String {
    let line = |line: &str| match line.rsplit_once(" in ") {
        Some((front, time)) if time.ends_with(" s") => format!("{front} in a while\n"),
        _ => format!("{}\n", line.trim_end()),
    };
    text.lines().map(line).collect()
}

fn tools() -> bool {
    let there = std::env::var_os("TIEXI_TEST_TOOLS").is_some();
    if !there {
        // Written directly, since the test harness hides what passing tests print.
        let _ = writeln!(std::io::stderr(), "left out: Python and R of the README (./tests/run runs them)");
    }
    there
}

/// New texts of the blocks whose output differs, by block.
fn replacements(page: &str) -> Vec<(Block, String)> {
    let reader = Reader::new();
    let with_tools = tools();
    let mut found = Vec::new();
    let mut blocks = blocks(page).into_iter();
    while let Some(block) = blocks.next() {
        if !block.marked {
            continue;
        }
        match block.language.as_str() {
            "console" => {
                let now = reader.console(&block);
                found.push((block, now));
            }
            "python" | "r" if with_tools => {
                let now = reader.script(&block);
                let shown = blocks.next().filter(|b| b.language == "text").expect("a block of output follows");
                found.push((shown, now));
            }
            _ => {}
        }
    }
    found.retain(|(block, now)| settled(&block.text) != settled(now));
    found
}

fn with(page: &str, replacements: &[(Block, String)]) -> String {
    let mut lines: Vec<String> = page.lines().map(String::from).collect();
    for (block, now) in replacements.iter().rev() {
        lines.splice(block.lines.0 + 1..block.lines.1, now.lines().map(|line| line.trim_end().to_string()));
    }
    lines.join("\n") + "\n"
}

/// Runs what a page shows, and compares or renews it.
fn assert_current(file: &str) {
    let page = page(file);
    let stale = replacements(&page);
    if std::env::var_os("TIEXI_REGENERATE").is_some() {
        std::fs::write(root().join(file), with(&page, &stale)).expect("written");
        return;
    }
    let message = |(block, now): &(Block, String)| {
        format!("{file}, line {}, shows\n{}\nbut it is\n{now}", block.lines.0 + 1, block.text)
    };
    let messages: Vec<String> = stale.iter().map(message).collect();
    assert!(stale.is_empty(), "{}\naccept it with: TIEXI_REGENERATE=1 cargo test --test readme", messages.join("\n"));
}

#[test]
fn the_tour_of_the_readme_is_real() {
    assert_current("README.md");
}

#[test]
fn the_findings_of_the_model_page_are_real() {
    assert_current("MODEL.md");
}

/// Sections of the scenario that describe what a mechanism does, each explained by MODEL.md.
const SECTIONS: [&str; 27] = [
    "standards",
    "digital",
    "alliances",
    "own_projects",
    "generic_technology",
    "supply",
    "services",
    "platform",
    "abroad",
    "outside",
    "research",
    "upgrading",
    "investment",
    "production",
    "pricing",
    "market",
    "finance",
    "labour",
    "talent",
    "science",
    "demography",
    "mergers",
    "ownership_dials",
    "fiscal",
    "value_chain",
    "measurement",
    "policies",
];

#[test]
fn the_model_page_explains_every_mechanism_and_parameter() {
    let page = page("MODEL.md");
    let known = parameters::<Scenario>();
    for section in SECTIONS.iter().filter(|section| **section != "measurement") {
        assert!(page.contains(&format!("(`{section}`)\n")), "MODEL.md has no section on `{section}`");
    }
    for parameter in &known {
        let Some((section, key)) = parameter.key.split_once('.') else { continue };
        if SECTIONS.contains(&section) && section != "policies" {
            assert!(named(&page, key), "MODEL.md does not explain `{}`", parameter.key);
        }
    }
    // And the other way round: what looks like a parameter is one.
    for name in quoted(&page).filter(|name| name.split_once('.').is_some_and(|(s, _)| SECTIONS.contains(&s))) {
        assert!(known.iter().any(|parameter| parameter.key == name), "MODEL.md names `{name}`, which is none");
    }
}

/// Whether a page has a word, on its own.
fn named(page: &str, word: &str) -> bool {
    let inside = |c: char| c.is_alphanumeric() || c == '_';
    page.match_indices(word).any(|(at, _)| {
        let before = page[..at].chars().next_back().is_none_or(|c| !inside(c));
        before && page[at + word.len()..].chars().next().is_none_or(|c| !inside(c))
    })
}

/// Words in backticks of a text.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[test]
fn files_and_columns_named_in_the_tables_exist() {
    let page = page("README.md");
    let rows = page.lines().filter(|line| line.starts_with("| `") && line.contains(".csv` |"));
    let mut tables = 0;
    for row in rows {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let name = cells[1].trim_matches('`').trim_end_matches(".csv");
        let table = tiexi::indicators::tables().iter().find(|t| t.name == name).unwrap_or_else(|| panic!("{name}.csv"));
        for column in quoted(cells[3]) {
            let found = match column.strip_prefix("...") {
                Some(end) => table.columns.iter().any(|c| c.name.ends_with(end)),
                None => table.columns.iter().any(|c| c.name == column),
            };
            assert!(found, "{name}.csv has no column {column}");
        }
        tables += 1;
    }
    assert_eq!(tables, tiexi::indicators::tables().len() - 1, "every table but links.csv is explained");
}

#[test]
fn pages_that_are_linked_exist() {
    for file in ["README.md", "MODEL.md", "CONTRIBUTING.md", "docs/data.md", "scenarios/README.md", "output/README.md"]
    {
        let page = page(file);
        let folder = root().join(file).parent().expect("a folder").to_path_buf();
        for link in page.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let (target, place) = link.split_once('#').unwrap_or((link, ""));
            if target.is_empty() {
                assert!(anchors(&page).any(|anchor| anchor == place), "{file} links to {link}");
            } else if !target.contains("://") {
                assert!(folder.join(target).exists(), "{file} links to {link}");
            }
        }
    }
}

/// Names by which the headings of a page can be linked.
fn anchors(page: &str) -> impl Iterator<Item = String> {
    page.lines()
        .filter_map(|line| line.trim_start_matches('#').strip_prefix(' ').filter(|_| line.starts_with('#')))
        .map(|heading| {
            let kept = heading.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
            kept.flat_map(char::to_lowercase).map(|c| if c == ' ' { '-' } else { c }).collect()
        })
}

#[test]
fn the_two_commands_of_the_page_are_real() {
    let page = page("README.md");
    assert!(page.contains("cargo run --release -- run scenarios/liaoning.toml"));
    assert!(page.contains("\n./tests/run\n") && root().join("tests/run").exists());
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).expect("Cargo.toml");
    assert!(manifest.contains("rust-version = \"1.89\"") && page.contains("Rust 1.89"));
}

#[test]
fn blocks_are_found_and_replaced() {
    let page = "a\n<!-- output -->\n```console\n$ x\nold\n```\nb\n```sh\n$ y\n```\n";
    let found = blocks(page);
    assert_eq!((found[0].marked, found[0].text.as_str(), found[1].marked), (true, "$ x\nold\n", false));
    let first = found.into_iter().next().expect("a block");
    let new = with(page, &[(first, "$ x\nnew\n".to_string())]);
    assert_eq!(new, page.replace("old", "new"));
    assert_eq!(settled("8 files in 0.4 s\nnone  "), settled("8 files in 12.4 s\nnone\n"));
    assert_ne!(settled("8 files in 0.4 s"), settled("9 files in 0.4 s"));
}
