//! Is what lies in a folder still what was written?

use std::path::Path;

use serde::Deserialize;

use super::store::Index;
use super::sweep::{Sweep, SweepError, count};
use crate::output::{FileEntry, OutputError};

/// The part of a manifest that is needed.
#[derive(Debug, Deserialize)]
struct Listed {
    program: String,
    files: Vec<FileEntry>,
}

/// What a check found.
#[derive(Debug, Default, PartialEq)]
pub struct Findings {
    /// What was checked and is sound, in words.
    pub sound: Vec<String>,
    /// What is not.
    pub wrong: Vec<String>,
}

/// Checks a folder: the files that its manifest lists, and the records of a sweep.
///
/// # Errors
/// When it holds nothing of ours, or cannot be read.
pub fn verify(folder: &Path) -> Result<Findings, SweepError> {
    let mut findings = Findings::default();
    let listed = manifest(folder);
    if let Some(listed) = &listed {
        check_files(folder, &listed.files, &mut findings)?;
    }
    match Sweep::read(folder)? {
        Some(sweep) => check_records(folder, &sweep, listed.is_some(), &mut findings)?,
        None if listed.is_none() => {
            return Err(SweepError::Refused(format!(
                "{} holds neither a result nor a sweep (no manifest.json or plan.json of ours)",
                folder.display()
            )));
        }
        None => {}
    }
    Ok(findings)
}

/// Whether all tables that the manifest lists are there, as written.
pub fn tables_are_sound(folder: &Path) -> bool {
    let sound = |entry: &FileEntry| entry.verifies(&folder.join(&entry.name)).unwrap_or(false);
    manifest(folder).is_some_and(|listed| listed.files.iter().all(sound))
}

fn manifest(folder: &Path) -> Option<Listed> {
    let text = std::fs::read(folder.join("manifest.json")).ok()?;
    let listed: Listed = serde_json::from_slice(&text).ok()?;
    let is_plain = |entry: &FileEntry| Path::new(&entry.name).file_name() == Some(entry.name.as_ref());
    (listed.program == "tiexi" && listed.files.iter().all(is_plain)).then_some(listed)
}

fn check_files(folder: &Path, files: &[FileEntry], findings: &mut Findings) -> Result<(), OutputError> {
    for entry in files {
        let path = folder.join(&entry.name);
        if entry.verifies(&path)? {
            findings.sound.push(format!("{}: {} rows, as written", entry.name, entry.rows));
        } else {
            let state = if path.exists() { "was changed" } else { "is missing" };
            findings.wrong.push(format!("{} {state}", entry.name));
        }
    }
    Ok(())
}

fn check_records(folder: &Path, sweep: &Sweep, has_tables: bool, findings: &mut Findings) -> Result<(), SweepError> {
    let index = Index::read(folder)?;
    let count = count(sweep, &index);
    findings.sound.push(format!("{} of {} runs have a sound record", count.ok + count.failed, count.runs));
    for id in &index.conflicts {
        findings.wrong.push(format!("two records of the run {id} differ"));
    }
    if count.missing() > 0 && has_tables {
        findings.wrong.push(format!("the tables are there, but the records of {} runs are not", count.missing()));
    }
    for (path, bytes) in &index.torn {
        let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        // What a kill leaves is no damage: the run is done again.
        findings.sound.push(format!("{name}: {bytes} bytes of a record that was cut short, not counted"));
    }
    Ok(())
}
