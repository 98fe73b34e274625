//! From the parts of a sweep that were run apart, the whole.

use std::fs;
use std::path::{Path, PathBuf};

use super::store::{Index, Writer};
use super::sweep::{Count, Folder, Sweep, SweepError, count};
use super::tables;
use crate::output::Lock;

/// A part of a sweep and where it lies.
pub type Part = (PathBuf, Sweep);

/// The sweeps in some folders; a folder that holds parts stands for all of them.
///
/// # Errors
/// When a folder holds no sweep.
pub fn parts(folders: &[PathBuf]) -> Result<Vec<Part>, SweepError> {
    let mut parts = Vec::new();
    for folder in folders {
        let inner = inner(folder);
        let places = if inner.is_empty() { vec![folder.clone()] } else { inner };
        for place in places {
            let sweep = Sweep::read(&place)?.ok_or_else(|| no_sweep(&place))?;
            parts.push((place, sweep));
        }
    }
    Ok(parts)
}

/// The folder holds no sweep.
pub fn no_sweep(folder: &Path) -> SweepError {
    SweepError::Refused(format!("{} holds no sweep (there is no plan.json in it)", folder.display()))
}

/// Folders of parts in a folder, in the order of their numbers.
fn inner(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let number = |path: &PathBuf| -> Option<(u32, u32)> {
        let name = path.file_name()?.to_str()?.strip_prefix("shard-")?;
        let (number, of) = name.split_once("-of-")?;
        Some((of.parse().ok()?, number.parse().ok()?))
    };
    let mut found: Vec<_> = entries.filter_map(|entry| Some((number(&entry.path())?, entry.path()))).collect();
    found.sort();
    found.into_iter().map(|(_, path)| path).collect()
}

/// Puts the parts together in the folder `output`: each of them once, all of one sweep, all finished.
///
/// # Errors
/// When the parts are not such, or the disk refuses.
pub fn merge(parts: &[Part], output: &Path) -> Result<Count, SweepError> {
    let Some((_, first)) = parts.first() else {
        return Err(SweepError::Refused("there is nothing to merge".to_string()));
    };
    check_alike(parts)?;
    check_numbers(parts)?;
    let locks = parts.iter().map(|(path, _)| Lock::take(path)).collect::<Result<Vec<_>, _>>()?;
    let index = Index::of(parts.iter().map(|(path, _)| path.as_path()))?;
    for (path, sweep) in parts {
        let missing = count(sweep, &index).missing();
        if missing > 0 {
            let path = path.display();
            return Err(SweepError::Refused(format!(
                "{missing} runs are missing in {path}; `tiexi resume {path}` does them"
            )));
        }
    }
    let whole = first.whole();
    let folder = Folder::take(output, &whole, false)?;
    copy(&whole, index, &folder)?;
    drop(locks);
    let index = Index::read(output)?;
    tables::write(&folder, &whole, &index)?;
    Ok(count(&whole, &index))
}

/// Takes over what the folder does not have yet.
fn copy(sweep: &Sweep, mut index: Index, folder: &Folder) -> Result<(), SweepError> {
    if let Some(id) = index.conflicts.first() {
        return Err(SweepError::Refused(format!("two parts have done the run {id} and differ in its rows")));
    }
    let known = Index::read(folder.path())?;
    let mut writer = Writer::new(folder.path());
    for at in 0..sweep.len() {
        let id = sweep.id(&sweep.run(at));
        let is_known = known.get(&id).is_some_and(|entry| !entry.failed);
        // Taken out, so that a run that stands for several is copied once.
        if let Some(entry) = index.take(&id).filter(|_| !is_known) {
            writer.append(&index.record(&entry)?)?;
        }
    }
    Ok(writer.sync()?)
}

fn check_alike(parts: &[Part]) -> Result<(), SweepError> {
    let (first_path, first) = &parts[0];
    for (path, sweep) in parts {
        if sweep.identity() == first.identity() {
            continue;
        }
        let (a, b) = (first.spec.results_version, sweep.spec.results_version);
        let why = if a != b {
            format!("results versions {a} and {b}")
        } else if sweep.spec.plan != first.spec.plan {
            "different plans".to_string()
        } else {
            "the same plan with different scenarios".to_string()
        };
        let (one, other) = (first_path.display(), path.display());
        return Err(SweepError::Refused(format!("{one} and {other} are no parts of one sweep: {why}")));
    }
    Ok(())
}

/// Every number from 1 to N must be there once.
fn check_numbers(parts: &[Part]) -> Result<(), SweepError> {
    let refused = |message: String| Err(SweepError::Refused(message));
    let mut seen: Vec<(u32, &PathBuf)> = Vec::new();
    let mut of = None;
    for (path, sweep) in parts {
        let Some(shard) = sweep.shard else {
            return refused(format!("{} holds a whole sweep, not a part of one", path.display()));
        };
        if *of.get_or_insert(shard.of) != shard.of {
            return refused(format!("{} is a part of {}, others are of {}", path.display(), shard.of, of.unwrap_or(0)));
        }
        if let Some((number, other)) = seen.iter().find(|(number, _)| *number == shard.number) {
            return refused(format!("part {number} is there twice: {} and {}", other.display(), path.display()));
        }
        seen.push((shard.number, path));
    }
    let is_missing = |number: &u32| !seen.iter().any(|(seen, _)| seen == number);
    let missing: Vec<String> = (1..=of.unwrap_or(0)).filter(is_missing).map(|number| number.to_string()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    refused(format!(
        "of {} parts {} missing: {}",
        of.unwrap_or(0),
        if missing.len() == 1 { "one is" } else { "some are" },
        missing.join(", ")
    ))
}
