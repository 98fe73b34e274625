//! Calibration: which values of the free parameters agree with what is known of the region?
//!
//! A [`plan`] names free parameters with priors and targets with tolerances. Waves of runs explore the
//! space of the parameters ([`course`]); for each target an [`emulator`] learns from them what the model
//! would give anywhere. History matching (Craig et al. 1997; Vernon, Goldstein & Bower 2010) leaves
//! out what is implausible: where a target is missed by more than its tolerance, the luck of a run and
//! the emulator's own uncertainty allow. The next wave explores what is left. From the last emulators the
//! [`sampler`] draws the posterior, which is run in the model once more, with other luck, so that the fit
//! that is reported is the model's and not the emulator's. [`findings`] says what was learned, and which
//! parameters the targets say nothing of.

pub mod course;
pub mod emulator;
pub mod findings;
pub mod plan;
pub mod sampler;
pub mod tables;
pub mod target;
