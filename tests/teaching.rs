//! The teaching walks hold: every command of them runs, in the order of the page, and every file and
//! indicator that they send the class to is there.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

const WALKS: [&str; 3] = ["baseline", "path-a", "path-b"];

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
    command.args(arguments.split_whitespace()).current_dir(folder).env("NO_COLOR", "1");
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
    }
}

/// Indicators in backticks exist.
#[test]
fn what_the_walks_point_at_exists() {
    let columns: Vec<&str> = tiexi::indicators::region::TABLE.columns.iter().map(|column| column.name).collect();
    let others = ["seeds_needed"];
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
