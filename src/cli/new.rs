//! `tiexi new`: a commented scenario to start from.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::failure::Failure;
use super::{Done, console};

/// The starter scenario; `BASE` and `NAME` stand for what the user chose.
const STARTER: &str = include_str!("starter.toml");

/// Write a commented scenario to start from
///
/// The new file extends an existing scenario, so that it says only what differs, and shows by
/// example how to change a parameter, shock a market, and run a policy. An existing file is never
/// overwritten.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tiexi new my-region                           scenarios/my-region.toml, on top of teaching.toml
  tiexi new robots --extends liaoning.toml      on top of the full province
  tiexi new robots --folder studies             elsewhere

Then:
  tiexi check scenarios/my-region.toml
  tiexi run scenarios/my-region.toml")]
pub(super) struct Arguments {
    /// Name of the scenario: letters, digits, `-` and `_`; others become `-`
    name: String,

    /// Scenario to start from, as seen from the new file
    #[arg(long, value_name = "FILE", default_value = "teaching.toml")]
    extends: String,

    /// Folder of the new file (default: `scenarios` if there is one, else the current folder)
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
}

/// Writes the file and says what to do next.
pub(super) fn execute(arguments: &Arguments) -> Done {
    let name = file_stem(&arguments.name)?;
    let folder = arguments.folder.clone().unwrap_or_else(default_folder);
    let path = folder.join(format!("{name}.toml"));
    write_new(&path, &starter(&arguments.name, &arguments.extends))?;
    let base = folder.join(&arguments.extends);
    if !base.is_file() {
        console::say(&format!(
            "note: the new scenario extends {}, which is not there; put it there or change \
             `extends`",
            base.display()
        ));
    }
    let path = path.display();
    console::emit(&format!("Wrote {path}. Next:\n  tiexi check {path}\n  tiexi run {path}\n"))
}

fn default_folder() -> PathBuf {
    let scenarios = Path::new("scenarios");
    match scenarios.is_dir() {
        true => scenarios.to_path_buf(),
        false => PathBuf::new(),
    }
}

/// A name that is a plain file name on every system, in whatever script.
fn file_stem(name: &str) -> Result<String, Failure> {
    let name = name.strip_suffix(".toml").unwrap_or(name);
    let keep = |c: char| c.is_alphanumeric() || c == '_';
    let parts = name.split(|c| !keep(c)).filter(|part| !part.is_empty());
    let stem = parts.collect::<Vec<_>>().join("-");
    match stem.is_empty() {
        true => Err(Failure::refused(format!(
            "{name:?} holds no letter or digit to name a file by; try `tiexi new my-region`"
        ))),
        false => Ok(stem),
    }
}

fn starter(name: &str, base: &str) -> String {
    STARTER.replace("\"BASE\"", &quoted(base)).replace("\"NAME\"", &quoted(name.strip_suffix(".toml").unwrap_or(name)))
}

/// A TOML string; whatever the user typed.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_string()).to_string()
}

fn write_new(path: &Path, text: &str) -> Done {
    let created = OpenOptions::new().write(true).create_new(true).open(path);
    let written = created.and_then(|mut file| file.write_all(text.as_bytes()));
    let shown = path.display();
    match written {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            Err(Failure::refused(format!("{shown} exists already and is never overwritten; choose another name")))
        }
        Err(error) => Err(Failure::stopped(format!("cannot write {shown}: {error}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_plain_file_names() {
        for (name, stem) in [
            ("my-region", "my-region"),
            ("My Region.toml", "My-Region"),
            ("../../etc/passwd", "etc-passwd"),
            ("a_b--c", "a_b-c"),
            ("铁西 2", "铁西-2"),
            ("Région d’acier", "Région-d-acier"),
        ] {
            assert_eq!(file_stem(name).expect("accepted"), stem);
        }
        for name in ["", "..", "/ -"] {
            assert_eq!(file_stem(name).expect_err("refused").code(), 2);
        }
    }

    #[test]
    fn the_starter_is_toml_whatever_the_names() {
        let text = starter("say \"x\"\n", "a\\b.toml");
        let parsed: toml::Table = text.parse().expect("TOML");
        assert_eq!(parsed["title"].as_str(), Some("say \"x\"\n"));
        assert_eq!(parsed["extends"].as_str(), Some("a\\b.toml"));
    }

    #[test]
    fn the_commented_examples_of_the_starter_are_toml_too() {
        let example = |line: &str| line.strip_prefix("# ").filter(|line| is_code(line)).map(String::from);
        let live = starter("x", "teaching.toml");
        let text: Vec<_> = live.lines().map(|line| example(line).unwrap_or_else(|| line.to_string())).collect();
        let parsed: toml::Table = text.join("\n").parse().expect("TOML");
        for key in ["research", "event", "policies"] {
            assert!(parsed.contains_key(key), "{key}");
        }
    }

    fn is_code(line: &str) -> bool {
        let key = line.split(" = ").next().unwrap_or("");
        let is_key = line.contains(" = ") && key.chars().all(|c| c.is_ascii_alphanumeric() || "._".contains(c));
        is_key || (line.starts_with('[') && line.ends_with(']'))
    }
}
