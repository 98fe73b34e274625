//! What members of alliances learn from each other.

use super::{ALLIANCE, FEW, Params};
use crate::kernel::parts::Desks;
use crate::world::World;
use crate::world::network::{Alliance, Place, Subject};
use crate::world::profit::Terms;

/// What a member learns in one field.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Lesson {
    /// Row of the firm.
    pub(super) row: u32,
    /// Technology field.
    pub(super) field: u16,
    /// Weight of the field in the firm's recipe.
    pub(super) weight: f64,
    /// Rise of its level, log points.
    pub(super) rise: f64,
    /// Worth of all lessons of the firm in this project, million CNY; stands with the first of them.
    pub(super) value: Option<f32>,
}

/// How members teach each other, and what it is worth.
#[derive(Debug, Clone, Copy)]
pub(super) struct Teaching<'a> {
    pub(super) params: &'a Params,
    pub(super) terms: &'a Terms,
    /// Present value of a unit a year.
    pub(super) annuity: f64,
    /// Ticks of a pre-run that have passed while the clock stood.
    pub(super) shift: u32,
}

impl Teaching<'_> {
    /// Finds what members learn from each other and values it, every project once a year, in parallel: no profit function
    /// depends on what others learn meanwhile.
    pub(super) fn teach(&self, world: &World, lessons: &mut Desks<Vec<Lesson>>) {
        let share = 1.0 - libm::pow(1.0 - self.params.learning, 4.0);
        let (shift, alliances) = (u64::from(self.shift), &world.network.alliances);
        let teaches = |alliance: &&Alliance| alliance.size > 1 && world.clock.reviews(alliance.number + shift);
        lessons.fill_few(FEW, alliances.len(), alliances.as_slice(), |lessons, part| {
            for alliance in part.columns.iter().filter(teaches) {
                for me in alliance.members() {
                    let first = lessons.len();
                    add_lessons(lessons, world, *me, alliance, share);
                    self.value(&mut lessons[first..], world);
                }
            }
        });
    }

    /// Values all lessons of a firm in a project.
    fn value(&self, lessons: &mut [Lesson], world: &World) {
        let rise: f64 = lessons.iter().map(|lesson| lesson.weight * lesson.rise).sum();
        if let Some(first) = lessons.first_mut() {
            first.value = Some((world.worth_of_competence(first.row as usize, rise, self.terms) * self.annuity) as f32);
        }
    }
}

/// Adds what a firm learns from the other members of a project.
fn add_lessons(lessons: &mut Vec<Lesson>, world: &World, me: Subject, alliance: &Alliance, share: f64) {
    let Place::Firm(row) = me.place() else { return };
    let recipe = &world.structure.sub_industries[usize::from(world.firms.profile[row].sub_industry)].recipe;
    let first = lessons.len();
    lessons.extend(recipe.iter().map(|(field, weight)| Lesson {
        row: row as u32,
        field: *field as u16,
        weight: *weight,
        rise: 0.0,
        value: None,
    }));
    for other in alliance.members().iter().filter(|other| **other != me) {
        let lead = world.leads(row, *other);
        let best = |lesson: &Lesson| lesson.rise.max(share * lead(usize::from(lesson.field)));
        lessons[first..].iter_mut().for_each(|lesson| lesson.rise = best(lesson));
    }
    drop_empty(lessons, first);
}

/// Drops lessons from this place on that teach nothing, for nobody knows more.
fn drop_empty(lessons: &mut Vec<Lesson>, first: usize) {
    let mut kept = first;
    for at in first..lessons.len() {
        if lessons[at].rise > 0.0 {
            lessons[kept] = lessons[at];
            kept += 1;
        }
    }
    lessons.truncate(kept);
}

/// Lets firms gain what their lessons are worth, and learn them if they really do.
pub(super) fn absorb(world: &mut World, lessons: &Desks<Vec<Lesson>>, really: bool) {
    let firms = &mut world.firms;
    for lesson in lessons.all() {
        let row = lesson.row as usize;
        if let Some(value) = lesson.value {
            firms.effort[row].gain[ALLIANCE] += value;
        }
        if really {
            firms.learn(row, usize::from(lesson.field), lesson.weight, lesson.rise);
        }
    }
}
