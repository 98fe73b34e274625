//! What members of alliances learn from each other.

use rayon::prelude::*;

use super::{ALLIANCE, Params};
use crate::kernel::ordered::CHUNK;
use crate::world::World;
use crate::world::network::{Alliance, Place};
use crate::world::profit::Terms;

/// What a member learns in one field.
struct Lesson {
    /// Number of the project.
    project: u64,
    row: usize,
    field: usize,
    rise: f64,
}

/// Whether members really learn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Practice {
    /// They do.
    Real,
    /// What they would learn is only valued, as so many ticks later.
    Rehearsal(u32),
}

/// Lets members learn from each other, every project once a year.
pub(super) fn learn(world: &mut World, params: &Params, terms: &Terms, annuity: f64, practice: Practice) {
    let shift = if let Practice::Rehearsal(ticks) = practice { u64::from(ticks) } else { 0 };
    let share = 1.0 - libm::pow(1.0 - params.learning, 4.0);
    let lessons: Vec<Vec<Lesson>> = world
        .network
        .alliances
        .par_iter()
        .with_min_len(CHUNK)
        .filter(|alliance| alliance.size > 1 && world.clock.reviews(alliance.number + shift))
        .fold(Vec::new, |lessons, alliance| add_lessons(lessons, world, alliance, share))
        .collect();
    for lessons in &lessons {
        for of_one in lessons.chunk_by(|a, b| (a.project, a.row) == (b.project, b.row)) {
            absorb(world, of_one, terms, annuity, practice == Practice::Real);
        }
    }
}

/// Adds the lessons of all firms of a project, firm by firm.
fn add_lessons(mut lessons: Vec<Lesson>, world: &World, alliance: &Alliance, share: f64) -> Vec<Lesson> {
    for me in alliance.members() {
        let Place::Firm(row) = me.place() else { continue };
        let s = usize::from(world.firms.profile[row].sub_industry);
        let recipe = &world.structure.sub_industries[s].recipe;
        let first = lessons.len();
        let lesson = |field: usize| Lesson { project: alliance.number, row, field, rise: 0.0 };
        lessons.extend(recipe.iter().map(|(field, _)| lesson(*field)));
        for other in alliance.members().iter().filter(|other| *other != me) {
            let lead = world.leads(row, *other);
            lessons[first..].iter_mut().for_each(|lesson| lesson.rise = lesson.rise.max(share * lead(lesson.field)));
        }
        // Fields in which nobody knows more teach nothing.
        let learned = keep_first(&mut lessons[first..], |lesson| lesson.rise > 0.0);
        lessons.truncate(first + learned);
    }
    lessons
}

/// Moves the items that `keep` holds of to the front, in order; returns how many.
fn keep_first<T>(items: &mut [T], keep: impl Fn(&T) -> bool) -> usize {
    let mut kept = 0;
    for at in 0..items.len() {
        if keep(&items[at]) {
            items.swap(kept, at);
            kept += 1;
        }
    }
    kept
}

/// Lets one firm learn its lessons and values them.
fn absorb(world: &mut World, lessons: &[Lesson], terms: &Terms, annuity: f64, apply: bool) {
    let row = lessons[0].row;
    let s = usize::from(world.firms.profile[row].sub_industry);
    let rise: f64 = lessons.iter().map(|lesson| world.structure.weight(s, lesson.field) * lesson.rise).sum();
    let value = world.worth_of_competence(row, rise, terms) * annuity;
    let World { firms, structure, .. } = world;
    firms.effort[row].gain[ALLIANCE] += value as f32;
    if apply {
        for lesson in lessons {
            firms.learn(row, lesson.field, structure.weight(s, lesson.field), lesson.rise);
        }
    }
}
