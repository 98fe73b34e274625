//! The scenarios of a sweep while it runs: read once for each point, and held to what they were when it
//! began.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::plan::beside;
use super::sweep::{Run, Sweep, SweepError};
use crate::scenario::{self, Loaded};

/// The scenario of a point, or why there is none.
type Read = Result<Loaded, String>;
/// A point that is being read or was.
type Slot = Arc<OnceLock<Result<Read, String>>>;

/// Gives every run its scenario.
#[derive(Debug)]
pub(super) struct Scenarios<'a> {
    sweep: &'a Sweep,
    texts: Texts,
    /// Points that were wanted last; runs come in the order of the points.
    recent: Mutex<Vec<(usize, Slot)>>,
    kept: usize,
}

impl<'a> Scenarios<'a> {
    /// The scenarios of a sweep as they are now, for so many runs at once.
    pub(super) fn of(sweep: &'a Sweep, threads: usize) -> Result<Self, SweepError> {
        Ok(Self { sweep, texts: Texts::of(sweep)?, recent: Mutex::new(Vec::new()), kept: threads + 1 })
    }

    /// The scenario of a run, or why it is refused.
    ///
    /// # Errors
    /// When a file has changed since the sweep began.
    pub(super) fn of_run(&self, run: &Run) -> Result<Read, SweepError> {
        let slot = self.slot(run.point);
        let read = slot.get_or_init(|| self.read(run).map_err(|error| error.to_string()));
        let read = read.as_ref().map_err(|message| SweepError::Refused(message.clone()))?;
        Ok(read.as_ref().map(|loaded| loaded.with_seed(run.seed)).map_err(String::clone))
    }

    fn slot(&self, point: usize) -> Slot {
        // What another thread has left is whole: slots are only pushed and removed.
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, slot)) = recent.iter().find(|(known, _)| *known == point) {
            return slot.clone();
        }
        if recent.len() >= self.kept {
            recent.remove(0);
        }
        recent.push((point, Slot::default()));
        recent.last().map_or_else(Slot::default, |(_, slot)| slot.clone())
    }

    fn read(&self, run: &Run) -> Result<Read, SweepError> {
        let read = self.sweep.load_point(run);
        match &read {
            Ok(loaded) => self.texts.check(loaded)?,
            Err(_) => self.texts.check_files()?,
        }
        Ok(read)
    }
}

/// The texts of the scenarios as they were when the sweep began: a file that changes on the way must
/// not give half the runs another meaning.
#[derive(Debug)]
struct Texts {
    files: Vec<(String, String)>,
    scenarios: Vec<PathBuf>,
}

impl Texts {
    fn of(sweep: &Sweep) -> Result<Self, SweepError> {
        let paths = sweep.spec.scenarios.iter().map(|source| beside(&sweep.plan_file, &source.file));
        let (mut files, scenarios) = (Vec::new(), paths.collect::<Vec<_>>());
        for (path, source) in scenarios.iter().zip(&sweep.spec.scenarios) {
            let refused = |error: &dyn std::fmt::Display| SweepError::Refused(error.to_string());
            let loaded = scenario::load(path, &[]).map_err(|error| refused(&error))?;
            let held = loaded.sources.texts().map(|(name, text)| (name.to_string(), text.to_string()));
            files.extend(held);
            let set = scenario::load(path, &sweep.spec.plan.settings()).map_err(|error| refused(&error))?;
            if set.hash != source.hash {
                return Err(changed(&path.display().to_string()));
            }
        }
        Ok(Self { files, scenarios })
    }

    fn check(&self, loaded: &Loaded) -> Result<(), SweepError> {
        for (name, text) in loaded.sources.texts() {
            if name.starts_with("plan: ") {
                continue;
            }
            if !self.files.iter().any(|(known, before)| known == name && before == text) {
                return Err(changed(name));
            }
        }
        Ok(())
    }

    /// Where a run was refused: is it the run's fault, or that of a file that changed?
    fn check_files(&self) -> Result<(), SweepError> {
        for path in &self.scenarios {
            let loaded = scenario::load(path, &[]).map_err(|_| changed(&path.display().to_string()))?;
            self.check(&loaded)?;
        }
        Ok(())
    }
}

fn changed(name: &str) -> SweepError {
    SweepError::Refused(format!(
        "{name}, or a file it uses, has changed since the sweep began; restore it, or start a sweep of its own in \
         another folder"
    ))
}
