//! Rules of an output folder: one result per folder, never a silent overwrite, never half a result.
//!
//! A result is published in an order that survives being killed at any point. All tables are
//! complete on disk under hidden names before the new manifest is written, under a hidden name too;
//! from then on that hidden manifest is a promise, and whoever prepares the folder next keeps it:
//! files of the replaced result go, the new ones get their names, the manifest last.

use std::fs;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use super::OutputError;
use super::csv_sink::Sealed;
use super::lock::{LOCK_NAME, Lock};
use super::manifest::{Existing, FileEntry, MANIFEST_NAME, Manifest};
use super::partial::{PartialFile, partial_name, split_partial_name, sync_folder};

/// Name under which the report of a result lies beside it.
pub const REPORT_NAME: &str = "report.html";
/// How every report begins, by which it is told from a page that somebody else put there.
pub const REPORT_MARK: &str = "<!doctype html>\n<!-- A report of tiexi on the results beside it -->\n";

/// What a prepared folder is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Free for a new result.
    Fresh,
    /// It holds this very result, complete and unchanged: there is nothing to do.
    IdenticalExists,
    /// It holds a result that publication will replace.
    Replaced,
}

/// An output folder that this process alone may write to, until the value is dropped.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    outcome: Outcome,
    created: bool,
    lock: Option<Lock>,
}

impl Folder {
    /// Takes `path` for the result of this `identity`, which will consist of `files` (names).
    ///
    /// Creates the folder if need be, removes what a killed run left, and completes a publication
    /// that was cut short. `force` allows replacing any other result (and repeating this one), but
    /// never touches files that a result does not list, except its report.
    ///
    /// # Errors
    /// A refusal (see [`OutputError::is_refusal`]) when the folder holds something else, or a
    /// failure of the file system.
    pub fn prepare(path: &Path, identity: &str, files: &[String], force: bool) -> Result<Self, OutputError> {
        let created = create(path)?;
        let lock = match Lock::take(path) {
            Ok(lock) => lock,
            Err(error) => {
                remove_if_new(path, created);
                return Err(error);
            }
        };
        let mut folder = Self { path: path.to_path_buf(), outcome: Outcome::Fresh, created, lock: Some(lock) };
        complete_cut_publications(path)?;
        remove_partials(path)?;
        folder.outcome = judge(path, identity, files, force)?;
        Ok(folder)
    }

    /// What the folder is.
    pub fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Gives the sealed tables their names and writes the manifest last. Only with its manifest
    /// is a result complete.
    ///
    /// # Errors
    /// When the file system fails; the next [`Folder::prepare`] then completes or removes what is
    /// there.
    pub fn publish(&self, mut sealed: Sealed, manifest: &Manifest) -> Result<(), OutputError> {
        let mut promise = PartialFile::create(&self.path, MANIFEST_NAME, &sealed.token)?;
        write_promise(&mut promise, manifest, &sealed.files)?;
        sync_folder(&self.path)?;
        promise.keep();
        sealed.partials.iter_mut().for_each(PartialFile::keep);
        keep_promise(&self.path, promise.path(), &sealed.token, &sealed.files)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // The lock's own file has to go before the folder can.
        drop(self.lock.take());
        remove_if_new(&self.path, self.created);
    }
}

/// Creates the folder; says whether it was missing.
fn create(path: &Path) -> Result<bool, OutputError> {
    if path.is_dir() {
        return Ok(false);
    }
    if path.exists() {
        let cause = std::io::Error::new(ErrorKind::NotADirectory, "it exists and is not a folder");
        return Err(OutputError::io("create", path)(cause));
    }
    fs::create_dir_all(path).map_err(OutputError::io("create", path))?;
    Ok(true)
}

/// A folder that was created for nothing goes again; one that is not empty stays by itself.
fn remove_if_new(path: &Path, created: bool) {
    if created {
        let _ = fs::remove_dir(path);
    }
}

fn write_promise(promise: &mut PartialFile, manifest: &Manifest, files: &[FileEntry]) -> Result<(), OutputError> {
    let text = manifest.document(files).map_err(std::io::Error::other);
    text.and_then(|text| promise.write(&text)).map_err(OutputError::io("write", promise.path()))?;
    promise.sync()
}

/// Carries out what a hidden manifest promises. Every step may have been done before.
fn keep_promise(folder: &Path, promise: &Path, token: &str, files: &[FileEntry]) -> Result<(), OutputError> {
    remove_report(folder)?;
    let manifest = folder.join(MANIFEST_NAME);
    if let Some(replaced) = Existing::read(&manifest)? {
        let keeps = |name: &str| files.iter().any(|entry| entry.name == name);
        for entry in replaced.files.iter().filter(|entry| !keeps(&entry.name)) {
            remove(&folder.join(&entry.name))?;
        }
    }
    for entry in files {
        let partial = folder.join(partial_name(&entry.name, token));
        if partial.exists() {
            rename(&partial, &folder.join(&entry.name))?;
        }
    }
    rename(promise, &manifest)?;
    sync_folder(folder)
}

/// Keeps the promise of a publication that was cut short, if all its files are there; otherwise
/// its left-overs are removed as any others.
fn complete_cut_publications(folder: &Path) -> Result<(), OutputError> {
    for name in names(folder)? {
        let Some((MANIFEST_NAME, token)) = split_partial_name(&name) else {
            continue;
        };
        let promise = folder.join(&name);
        let Some(promised) = Existing::read(&promise)? else {
            continue;
        };
        if is_complete(folder, token, &promised.files)? {
            keep_promise(folder, &promise, token, &promised.files)?;
        }
    }
    Ok(())
}

/// Whether every file is there with its content, hidden or named.
fn is_complete(folder: &Path, token: &str, files: &[FileEntry]) -> Result<bool, OutputError> {
    for entry in files {
        let hidden = folder.join(partial_name(&entry.name, token));
        if !entry.verifies(&hidden)? && !entry.verifies(&folder.join(&entry.name))? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Removes the report of a result that is replaced; a page of the same name that is no report stays.
///
/// # Errors
/// When the file system refuses.
pub fn remove_report(folder: &Path) -> Result<(), OutputError> {
    let path = folder.join(REPORT_NAME);
    let mut beginning = Vec::new();
    match fs::File::open(&path).and_then(|file| file.take(REPORT_MARK.len() as u64).read_to_end(&mut beginning)) {
        Ok(_) if beginning == REPORT_MARK.as_bytes() => remove(&path),
        Err(error) if error.kind() != ErrorKind::NotFound => Err(OutputError::io("read", &path)(error)),
        _ => Ok(()),
    }
}

/// Removes what killed processes left under hidden names.
///
/// # Errors
/// When the file system refuses.
pub fn remove_partials(folder: &Path) -> Result<(), OutputError> {
    for name in names(folder)? {
        if split_partial_name(&name).is_some() {
            remove(&folder.join(&name))?;
        }
    }
    Ok(())
}

/// What the folder is to a run of `identity`, or why it is refused.
fn judge(folder: &Path, identity: &str, files: &[String], force: bool) -> Result<Outcome, OutputError> {
    let existing = Existing::read(&folder.join(MANIFEST_NAME))?;
    let foreign = foreign_files(folder, existing.as_ref())?;
    let Some(existing) = existing else {
        return match foreign.is_empty() {
            true => Ok(Outcome::Fresh),
            false => Err(refuse_foreign(folder, &foreign)),
        };
    };
    if !force {
        return compare(folder, identity, &existing);
    }
    let in_the_way: Vec<_> = foreign.into_iter().filter(|name| files.contains(name)).collect();
    match in_the_way.is_empty() {
        true => Ok(Outcome::Replaced),
        false => Err(refuse_foreign(folder, &in_the_way)),
    }
}

fn compare(folder: &Path, identity: &str, existing: &Existing) -> Result<Outcome, OutputError> {
    let folder_path = folder.to_path_buf();
    if existing.identity != identity {
        return Err(OutputError::Different { folder: folder_path, held: existing.summary() });
    }
    let damage = existing.damage(folder)?;
    match damage.is_empty() {
        true => Ok(Outcome::IdenticalExists),
        false => Err(OutputError::Damaged { folder: folder_path, damage: damage.join(", ") }),
    }
}

/// Everything that neither we nor the existing result put there.
fn foreign_files(folder: &Path, existing: Option<&Existing>) -> Result<Vec<String>, OutputError> {
    let is_ours =
        |name: &String| name == LOCK_NAME || existing.is_some_and(|result| name == MANIFEST_NAME || result.lists(name));
    Ok(names(folder)?.into_iter().filter(|name| !is_ours(name)).collect())
}

/// Names at most five files, so that the message stays readable.
fn refuse_foreign(folder: &Path, found: &[String]) -> OutputError {
    let mut listed = found.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
    if found.len() > 5 {
        listed += &format!(" and {} more", found.len() - 5);
    }
    OutputError::Foreign { folder: folder.to_path_buf(), found: listed }
}

/// Names of everything in the folder, sorted.
fn names(folder: &Path) -> Result<Vec<String>, OutputError> {
    let list = || -> std::io::Result<Vec<String>> {
        fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
    };
    let mut names = list().map_err(OutputError::io("read", folder))?;
    names.sort();
    Ok(names)
}

fn remove(path: &Path) -> Result<(), OutputError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(OutputError::io("remove", path)(error)),
        _ => Ok(()),
    }
}

fn rename(from: &Path, to: &Path) -> Result<(), OutputError> {
    fs::rename(from, to).map_err(OutputError::io("rename to", to))
}

#[cfg(test)]
mod tests {
    use super::super::manifest::tests::manifest;
    use super::*;
    use crate::kernel::record::{Cell, Column, Recorder, TableSpec};
    use crate::output::CsvSink;
    use tempfile::TempDir;

    const TICK: Column = Column { name: "tick", unit: "-", meaning: "a test", source: "definition" };
    static REGION: TableSpec = TableSpec { name: "region", row: "one tick", columns: &[TICK] };
    static FIRMS: TableSpec = TableSpec { name: "firms", row: "one firm", columns: &[TICK] };

    fn file_names(tables: &[&'static TableSpec]) -> Vec<String> {
        tables.iter().map(|table| format!("{}.csv", table.name)).collect()
    }

    fn prepare(path: &Path, identity: &str, force: bool) -> Result<Folder, OutputError> {
        Folder::prepare(path, identity, &file_names(&[&REGION]), force)
    }

    fn sealed(path: &Path, tables: &[&'static TableSpec], rows: i64) -> Sealed {
        let mut sink = CsvSink::create(path, tables).expect("created");
        for tick in 0..rows {
            sink.row(tables[0], &[Cell::Integer(tick)]).expect("stored");
        }
        sink.seal().expect("sealed")
    }

    fn publish(path: &Path, identity: &str, tables: &[&'static TableSpec], rows: i64) -> Outcome {
        let folder = Folder::prepare(path, identity, &file_names(tables), true).expect("accepted");
        folder.publish(sealed(path, tables, rows), &manifest(identity)).expect("published");
        folder.outcome()
    }

    fn temporary() -> (TempDir, PathBuf) {
        let parent = tempfile::tempdir().expect("folder");
        let path = parent.path().join("deep/result");
        (parent, path)
    }

    #[test]
    fn a_fresh_result_has_its_files_and_nothing_else() {
        let (_parent, path) = temporary();
        assert_eq!(publish(&path, "one", &[&REGION, &FIRMS], 2), Outcome::Fresh);
        assert_eq!(names(&path).expect("read"), ["firms.csv", "manifest.json", "region.csv"]);
        assert_eq!(fs::read_to_string(path.join("region.csv")).expect("read"), "tick\n0\n1\n");
    }

    #[test]
    fn a_folder_created_for_nothing_is_removed_again() {
        let (_parent, path) = temporary();
        drop(prepare(&path, "one", false).expect("fresh"));
        assert!(!path.exists());
    }

    #[test]
    fn the_same_result_is_recognised_and_left_alone() {
        let (_parent, path) = temporary();
        publish(&path, "one", &[&REGION], 2);
        let before = fs::read(path.join(MANIFEST_NAME)).expect("read");
        let folder = prepare(&path, "one", false).expect("same");
        assert_eq!(folder.outcome(), Outcome::IdenticalExists);
        drop(folder);
        assert_eq!(fs::read(path.join(MANIFEST_NAME)).expect("read"), before);
    }

    #[test]
    fn a_changed_or_missing_file_is_never_reported_as_the_same_result() {
        let (_parent, path) = temporary();
        publish(&path, "one", &[&REGION], 2);
        fs::write(path.join("region.csv"), "tick\n0\n9\n").expect("written");
        let changed = prepare(&path, "one", false).expect_err("changed").to_string();
        assert!(changed.contains("region.csv was changed"), "{changed}");
        fs::remove_file(path.join("region.csv")).expect("removed");
        let missing = prepare(&path, "one", false).expect_err("missing").to_string();
        assert!(missing.contains("region.csv is missing"), "{missing}");
        assert_eq!(publish(&path, "one", &[&REGION], 2), Outcome::Replaced);
    }

    #[test]
    fn a_different_result_is_refused_and_named_unless_forced() {
        let (_parent, path) = temporary();
        publish(&path, "one", &[&REGION, &FIRMS], 2);
        let error = prepare(&path, "two", false).expect_err("different");
        assert!(error.is_refusal());
        let message = error.to_string();
        for part in ["result", "seed 7", "scenarios/teaching.toml", "--force"] {
            assert!(message.contains(part), "{message}");
        }
        assert!(path.join("firms.csv").exists(), "a refusal changes nothing");

        assert_eq!(publish(&path, "two", &[&REGION], 1), Outcome::Replaced);
        assert_eq!(names(&path).expect("read"), ["manifest.json", "region.csv"]);
    }

    #[test]
    fn a_forced_run_that_fails_leaves_the_old_result() {
        let (_parent, path) = temporary();
        publish(&path, "one", &[&REGION], 2);
        let folder = prepare(&path, "two", true).expect("forced");
        drop(sealed(&path, &[&REGION], 1));
        drop(folder);
        let again = prepare(&path, "one", false).expect("still there");
        assert_eq!(again.outcome(), Outcome::IdenticalExists);
    }

    #[test]
    fn foreign_files_are_refused_even_with_force_and_named() {
        let (_parent, path) = temporary();
        fs::create_dir_all(path.join("sub")).expect("created");
        for name in ["thesis.txt", "region.csv"] {
            fs::write(path.join(name), "mine").expect("written");
        }
        for force in [false, true] {
            let error = prepare(&path, "one", force).expect_err("foreign");
            assert!(error.is_refusal());
            let message = error.to_string();
            assert!(message.contains("region.csv, sub, thesis.txt"), "{message}");
        }
        assert_eq!(names(&path).expect("read"), ["region.csv", "sub", "thesis.txt"]);
    }

    #[test]
    fn a_strange_manifest_is_foreign() {
        let (_parent, path) = temporary();
        fs::create_dir_all(&path).expect("created");
        fs::write(path.join(MANIFEST_NAME), "{\"name\": \"web\"}").expect("written");
        let message = prepare(&path, "one", true).expect_err("foreign").to_string();
        assert!(message.contains("manifest.json"), "{message}");
    }

    #[test]
    fn notes_beside_a_result_stay_and_are_never_overwritten() {
        let (_parent, path) = temporary();
        publish(&path, "one", &[&REGION], 2);
        fs::write(path.join("notes.txt"), "mine").expect("written");
        assert_eq!(publish(&path, "two", &[&REGION], 1), Outcome::Replaced);
        assert_eq!(fs::read_to_string(path.join("notes.txt")).expect("read"), "mine");

        fs::write(path.join("firms.csv"), "mine").expect("written");
        let wanted = file_names(&[&REGION, &FIRMS]);
        let error = Folder::prepare(&path, "three", &wanted, true).expect_err("in the way");
        assert!(error.to_string().contains("firms.csv"), "{error}");
    }

    #[test]
    fn the_report_of_a_replaced_result_goes_with_it() {
        let (_parent, path) = temporary();
        publish(&path, "one", &[&REGION], 2);
        let report = path.join(REPORT_NAME);
        fs::write(&report, format!("{REPORT_MARK}<html>")).expect("written");
        drop(prepare(&path, "one", false).expect("the same"));
        assert!(report.exists(), "the result is still there, and so is its report");
        assert!(prepare(&path, "two", false).is_err() && report.exists(), "a refusal changes nothing");
        publish(&path, "two", &[&REGION], 1);
        assert!(!report.exists());

        fs::write(&report, "<!doctype html>\nmine").expect("written");
        publish(&path, "one", &[&REGION], 2);
        assert_eq!(fs::read_to_string(&report).expect("read"), "<!doctype html>\nmine");
    }

    #[test]
    fn left_overs_of_a_killed_run_are_cleaned() {
        let (_parent, path) = temporary();
        fs::create_dir_all(&path).expect("created");
        let mut killed = sealed(&path, &[&REGION], 3);
        killed.partials.iter_mut().for_each(PartialFile::keep);
        drop(killed);
        fs::write(path.join(LOCK_NAME), "").expect("written");
        assert_eq!(names(&path).expect("read").len(), 2);
        drop(prepare(&path, "one", false).expect("fresh"));
        assert!(names(&path).expect("read").is_empty());
    }

    #[test]
    fn two_processes_do_not_share_a_folder() {
        let (_parent, path) = temporary();
        let first = prepare(&path, "one", false).expect("fresh");
        let second = prepare(&path, "one", false).expect_err("busy");
        assert!(matches!(second, OutputError::Busy { .. }), "{second}");
        drop(first);
        prepare(&path, "one", false).expect("free again");
    }

    #[test]
    fn a_path_that_cannot_be_a_folder_is_named_with_its_cause() {
        let (parent, _) = temporary();
        let file = parent.path().join("file");
        fs::write(&file, "").expect("written");
        let error = prepare(&file.join("result"), "one", false).expect_err("refused");
        assert!(!error.is_refusal());
        assert!(error.to_string().contains("file/result: Not a directory"), "{error}");
    }

    /// Stands at every point between two steps of a replacing publication and is killed there.
    #[test]
    fn a_publication_cut_at_any_step_is_completed_by_the_next_run() {
        for steps_done in 0..=4 {
            let (_parent, path) = temporary();
            publish(&path, "one", &[&REGION, &FIRMS], 2);
            cut_publication(&path, steps_done);
            let folder = prepare(&path, "two", false).expect("completed");
            assert_eq!(folder.outcome(), Outcome::IdenticalExists, "cut after {steps_done}");
            assert_eq!(
                names(&path).expect("read"),
                [LOCK_NAME, "manifest.json", "region.csv"],
                "cut after {steps_done}"
            );
        }
    }

    fn cut_publication(path: &Path, steps_done: usize) {
        let mut sealed = sealed(path, &[&REGION], 5);
        let mut promise = PartialFile::create(path, MANIFEST_NAME, &sealed.token).expect("created");
        write_promise(&mut promise, &manifest("two"), &sealed.files).expect("written");
        promise.keep();
        sealed.partials.iter_mut().for_each(PartialFile::keep);
        let steps: [&dyn Fn(); 4] = [
            &|| remove(&path.join("firms.csv")).expect("removed"),
            &|| remove(&path.join("region.csv")).expect("removed"),
            &|| rename(sealed.partials[0].path(), &path.join("region.csv")).expect("renamed"),
            &|| rename(promise.path(), &path.join(MANIFEST_NAME)).expect("renamed"),
        ];
        steps.iter().take(steps_done).for_each(|step| step());
    }

    #[test]
    fn a_torn_promise_is_no_result() {
        let (_parent, path) = temporary();
        publish(&path, "one", &[&REGION], 2);
        let hidden = path.join(partial_name(MANIFEST_NAME, "0123456789abcdef"));
        let whole = manifest("two").document(&[]).expect("text");
        fs::write(&hidden, &whole[..whole.len() / 2]).expect("written");
        let folder = prepare(&path, "one", false).expect("unchanged");
        assert_eq!(folder.outcome(), Outcome::IdenticalExists);
        assert!(!hidden.exists());
    }
}
