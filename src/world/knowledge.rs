//! What subjects know, and what one could learn from another.

use crate::kernel::draws::{Small, normal};
use crate::kernel::math::exp;
use crate::world::World;
use crate::world::levers;
use crate::world::network::{Place, Subject};
use crate::world::region::Researcher;

/// From whom a firm could learn.
#[derive(Clone, Copy)]
enum Model<'a> {
    /// A firm with these levels.
    Firm(&'a [f32]),
    /// A university, institute or partner abroad.
    Science(&'a Researcher),
}

impl World {
    /// Knowledge of a subject in a field.
    #[inline]
    pub fn level(&self, subject: Subject, field: usize) -> f64 {
        match subject.place() {
            Place::Firm(row) => f64::from(self.firms.levels[row * self.firms.fields + field]),
            Place::Science(number) => self.researcher(number).levels[field],
        }
    }

    /// Leads of a subject over a firm by field, as far as the firm can follow and the other lets it.
    #[inline]
    pub fn leads(&self, row: usize, other: Subject) -> impl Fn(usize) -> f64 + '_ {
        let (own, generations) = (self.firms.knowledge(row), self.firms.generations(row));
        let (model, openness) = match other.place() {
            Place::Firm(model) => {
                let group = usize::from(self.firms.profile[model].ownership);
                (Model::Firm(self.firms.knowledge(model)), self.dials[group].spill_over)
            }
            Place::Science(number) => {
                let researcher = self.researcher(number);
                (Model::Science(researcher), researcher.openness)
            }
        };
        move |field| {
            let level = match model {
                Model::Firm(levels) => f64::from(levels[field]),
                Model::Science(researcher) if researcher.fields >> field & 1 == 1 => researcher.levels[field],
                Model::Science(_) => f64::NEG_INFINITY,
            };
            let ceiling = self.outside.ceiling_of(field, generations[field]);
            openness * (level.min(ceiling) - f64::from(own[field])).max(0.0)
        }
    }

    /// Knowledge that one subject can gain from another: for a firm weighted by its recipe, for a
    /// researcher the mean over its fields.
    pub fn gain(&self, me: Subject, other: Subject) -> f64 {
        match (me.place(), other.place()) {
            (Place::Firm(row), _) => {
                let s = usize::from(self.firms.profile[row].sub_industry);
                let lead = self.leads(row, other);
                self.structure.sub_industries[s].recipe.iter().map(|(field, weight)| weight * lead(*field)).sum()
            }
            (Place::Science(number), Place::Firm(row)) => {
                let researcher = self.researcher(number);
                let own = (0..self.firms.fields).filter(|k| researcher.fields >> k & 1 == 1);
                let (sum, count) = own.fold((0.0, 0), |(sum, count), k| {
                    let level = f64::from(self.firms.knowledge(row)[k]);
                    (sum + (level - researcher.levels[k]).max(0.0), count + 1)
                });
                if count > 0 { sum / f64::from(count) } else { 0.0 }
            }
            (Place::Science(_), Place::Science(_)) => 0.0,
        }
    }

    /// A generic field for a project, drawn by its weight in the recipes of all members and a noisy signal
    /// (log-normal, of this deviation) of its hidden promise; foresight takes part of the leader's noise away.
    pub fn choose_field(&self, members: &[Subject], noise: f64, small: &mut Small) -> usize {
        let noise = noise * (1.0 - members.first().map_or(0.0, |leader| self.foresight(*leader)));
        let generic = (0..self.structure.fields.len()).filter(|field| self.structure.generic[*field]);
        let (mut chosen, mut total) = (0, 0.0);
        for field in generic {
            let need: f64 = members.iter().map(|member| self.need(*member, field)).sum::<f64>() + 1e-3;
            let signal = exp(noise * normal(small.word()).clamp(-4.0, 4.0));
            let pull = need * signal * (0.1 + self.network.promise[field]);
            total += pull;
            if small.uniform() * total < pull {
                chosen = field;
            }
        }
        chosen
    }

    /// Share of the noise in the choice of a field that programmes of foresight take away.
    fn foresight(&self, leader: Subject) -> f64 {
        match leader.place() {
            Place::Firm(row) if !self.levers.foresight.is_empty() => {
                let workers = self.firms.workforce[row].workers;
                levers::rate_for(&self.levers.foresight, &self.firms.profile[row], workers.get(), 1.0)
            }
            _ => 0.0,
        }
    }

    /// Weight of a field in the recipe of a firm or among the fields of a researcher.
    fn need(&self, subject: Subject, field: usize) -> f64 {
        match subject.place() {
            Place::Firm(row) => self.structure.weight(usize::from(self.firms.profile[row].sub_industry), field),
            Place::Science(number) => {
                let researcher = self.researcher(number);
                let works = researcher.fields >> field & 1 == 1;
                if works { 1.0 / f64::from(researcher.fields.count_ones()) } else { 0.0 }
            }
        }
    }

    /// Generation of a field that a new project seeks: the next after those of the region and the world.
    pub fn next_generation(&self, field: usize) -> u8 {
        self.network.generation[field].max(self.outside.codified[field]).saturating_add(1)
    }

    /// Number of a project that starts now: its tick and its leader, who leads at most one new project a
    /// tick. So one project more or less changes no other's number, nor its luck.
    pub fn project_number(&self, leader: Subject) -> u64 {
        let id = match leader.place() {
            Place::Firm(row) => self.firms.id[row].number(),
            Place::Science(number) => number as u64,
        };
        u64::from(self.clock.tick) << 48 | id
    }
}
