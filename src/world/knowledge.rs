//! What subjects know, and what one could learn from another.

use crate::world::World;
use crate::world::network::{Place, Subject};

impl World {
    /// Knowledge of a subject in a field.
    #[inline]
    pub fn level(&self, subject: Subject, field: usize) -> f64 {
        match subject.place() {
            Place::Firm(row) => f64::from(self.firms.levels[row * self.firms.fields + field]),
            Place::Science(number) => self.researcher(number).levels[field],
        }
    }

    /// Lead of a subject over a firm in a field, as far as the firm can follow and the other lets it.
    pub fn lead(&self, row: usize, other: Subject, field: usize) -> f64 {
        let (level, openness) = match other.place() {
            Place::Firm(model) => {
                let group = usize::from(self.firms.profile[model].ownership);
                (f64::from(self.firms.knowledge(model)[field]), self.dials[group].spill_over)
            }
            Place::Science(number) => {
                let researcher = self.researcher(number);
                let works = researcher.fields >> field & 1 == 1;
                (if works { researcher.levels[field] } else { f64::NEG_INFINITY }, researcher.openness)
            }
        };
        let ceiling = self.outside.ceiling_of(field, self.firms.generations(row)[field]);
        openness * (level.min(ceiling) - f64::from(self.firms.knowledge(row)[field])).max(0.0)
    }

    /// Knowledge that one subject can gain from another: for a firm weighted by its recipe, for a
    /// researcher the mean over its fields.
    pub fn gain(&self, me: Subject, other: Subject) -> f64 {
        match (me.place(), other.place()) {
            (Place::Firm(row), _) => {
                let s = usize::from(self.firms.profile[row].sub_industry);
                let recipe = &self.structure.sub_industries[s].recipe;
                recipe.iter().map(|(field, weight)| weight * self.lead(row, other, *field)).sum()
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
}
