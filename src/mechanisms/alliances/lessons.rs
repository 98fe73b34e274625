//! What members of alliances learn from each other.

use rayon::prelude::*;

use super::{ALLIANCE, Params};
use crate::kernel::ordered::{CHUNK, lists};
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
    let teaches = |alliance: &&Alliance| alliance.size > 1 && world.clock.reviews(alliance.number + shift);
    let teaching = world.network.alliances.par_iter().with_min_len(CHUNK).filter(teaches);
    let mut lessons = lists(teaching, |lessons, alliance| add_lessons(lessons, world, alliance, share));
    for lessons in &mut lessons {
        // Fields in which nobody knows more teach nothing.
        lessons.retain(|lesson| lesson.rise > 0.0);
        for of_one in lessons.chunk_by(|a, b| (a.project, a.row) == (b.project, b.row)) {
            absorb(world, of_one, terms, annuity, practice == Practice::Real);
        }
    }
}

/// Adds the lessons of all firms of a project, firm by firm.
fn add_lessons(lessons: &mut Vec<Lesson>, world: &World, alliance: &Alliance, share: f64) {
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
    }
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
