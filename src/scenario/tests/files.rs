//! Files that build on one another, and where they may lie.

use super::*;
use crate::scenario::load_as;
use std::fs;

/// A folder with some files.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn load(folder: &tempfile::TempDir, name: &str) -> Result<LoadedAs<Small>, ScenarioError> {
    load_as(&folder.path().join(name), &[], &[])
}

fn refused(folder: &tempfile::TempDir, name: &str, parts: &[&str]) {
    let message = load(folder, name).unwrap_err().to_string();
    for part in parts {
        assert!(message.contains(part), "`{part}` is not in:\n{message}");
    }
}

#[test]
fn a_file_states_only_what_differs() {
    let folder = folder(&[
        ("base.toml", GOOD),
        ("middle.toml", "extends = 'base.toml'\n[research]\nrivals = 7\n"),
        ("deep/top.toml", ""),
        ("top.toml", "extends = 'middle.toml'\nevent = []\n[research]\narrival_rate = 0.6\n"),
    ]);
    let scenario = load(&folder, "top.toml").unwrap().scenario;
    assert_eq!(scenario.research.arrival_rate, 0.6);
    assert_eq!(scenario.research.rivals, 7);
    assert_eq!(scenario.research.search, Search::Random);
    assert!(scenario.event.is_empty(), "lists are replaced whole");
}

#[test]
fn a_problem_is_shown_in_the_file_that_has_it() {
    let folder =
        folder(&[("sub/base.toml", "[research]\narrival_rate = 20\n"), ("top.toml", "extends = 'sub/base.toml'\n")]);
    refused(&folder, "top.toml", &["sub/base.toml:2:16", "must be between 0 and 10"]);
}

#[test]
fn circles_are_refused_with_their_files() {
    let folder = folder(&[
        ("a.toml", "extends = 'b.toml'"),
        ("b.toml", "extends = 'c.toml'"),
        ("c.toml", "extends = './b.toml'"),
        ("self.toml", "extends = 'self.toml'"),
    ]);
    refused(&folder, "a.toml", &["in a circle: b.toml -> c.toml -> b.toml", "c.toml:1:11"]);
    refused(&folder, "self.toml", &["self.toml -> self.toml"]);
}

#[test]
fn long_chains_are_refused() {
    let files: Vec<(String, String)> =
        (0..70).map(|number| (format!("f{number}.toml"), format!("extends = 'f{}.toml'", number + 1))).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    refused(&folder(&files), "f0.toml", &["more than 64 files extend one another"]);
}

#[test]
fn files_outside_the_folder_are_refused() {
    let folder = folder(&[
        ("outside.toml", GOOD),
        ("in/up.toml", "extends = '../outside.toml'"),
        ("in/absolute.toml", "extends = '/etc/hostname'"),
        ("in/table.toml", "[prices]\ncsv = '../prices.csv'"),
        ("in/link.toml", "extends = 'linked.toml'"),
    ]);
    #[cfg(unix)]
    std::os::unix::fs::symlink(folder.path().join("outside.toml"), folder.path().join("in/linked.toml")).unwrap();
    refused(&folder, "in/up.toml", &["lies outside the scenario's folder", "up.toml:1:11"]);
    refused(&folder, "in/absolute.toml", &["is an absolute path"]);
    refused(&folder, "in/table.toml", &["lies outside"]);
    #[cfg(unix)]
    refused(&folder, "in/link.toml", &["lies outside"]);
}

#[test]
fn files_that_cannot_be_read_are_named() {
    let folder = folder(&[
        ("base.toml", GOOD),
        ("typo.toml", "extends = 'bse.toml'"),
        ("number.toml", "extends = 3"),
        ("folder.toml", "extends = 'sub'"),
        ("sub/x.toml", ""),
        ("latin.toml", "title = 'x'\n"),
    ]);
    fs::write(folder.path().join("latin.toml"), b"title = 'Shenyang'\nx = '\xe9'\n").unwrap();
    fs::write(folder.path().join("large.toml"), vec![b'#'; 10 * 1024 * 1024 + 1]).unwrap();
    refused(&folder, "typo.toml", &["cannot find the file `bse.toml`", "did you mean `base.toml`?", "typo.toml:1:11"]);
    refused(&folder, "number.toml", &["`extends` must be the name of one scenario file"]);
    refused(&folder, "folder.toml", &["it is a folder"]);
    refused(&folder, "latin.toml", &["is not UTF-8", "latin.toml:2:6"]);
    refused(&folder, "large.toml", &["larger than 10 MB"]);
    refused(&folder, "bas.toml", &["cannot find the file", "did you mean `base.toml`?"]);
    refused(&folder, "sub", &["it is a folder"]);
}

#[test]
fn a_byte_order_mark_does_no_harm() {
    let folder = folder(&[("a.toml", "\u{feff}title = 'x'\n"), ("b.toml", "\u{feff}titel = 'x'\n")]);
    assert_eq!(load(&folder, "a.toml").unwrap().scenario.title, "x");
    refused(&folder, "b.toml", &["b.toml:1:1", "did you mean `title`?"]);
}

#[test]
fn another_kind_of_policy_replaces_the_old_one() {
    let folder = folder(&[
        ("base.toml", GOOD),
        ("top.toml", "extends = 'base.toml'\n[policies.grant]\nkind = 'loan'\ncity = 'Dalian'\n"),
    ]);
    let policy = &load(&folder, "top.toml").unwrap().scenario.policies["grant"];
    let Policy::Loan(terms) = policy else { panic!("{policy:?}") };
    assert_eq!(terms.budget, 0.0);
}
