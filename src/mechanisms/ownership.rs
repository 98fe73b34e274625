//! Ownership: state capital as six dials.
//!
//! # Question
//! What of the behaviour of state-owned firms comes from cheap capital, from rescue, from labour
//! hoarding, from less efficient research, from inertia, and from priority?
//!
//! # Story
//! An ownership group differs from others by six dials and by nothing else. Each dial can be
//! switched off for all groups, so that its share in a result can be measured. A reform moves the dials
//! of the groups it addresses towards the private ones while it is paid for: it costs severance and social
//! liabilities. What has been moved stays.
//!
//! # Equations
//! A dial that is off takes its neutral value: interest deduction 0, bail-out 0, lay-off speed 1,
//! research efficiency 1, strategy speed 1, priority 1; these are the private values, too.
//!
//! A reform closes the share `rate` of the distance of each dial addressed in a year; for each worker of the
//! group that costs `reform_cost` years of wages for the whole way of all six dials. Where a budget does not pay
//! that, less of the way is gone.
//!
//! # Place in the tick
//! First, after the policy levers.
//!
//! # Reads / Writes
//! Reads the groups of the scenario, levers; writes `world.dials`, `world.reformed`, the ledger and outlays.
//!
//! # Randomness
//! None.
//!
//! # Sources
//! Hsieh & Song 2015 (capital productivity of state firms stays lower); Ferri & Liu 2010 (interest
//! gap). No published parameter set exists for an agent-based model: the literature gives signs,
//! the values are assumptions.
//!
//! # REQ numbers
//! REQ-62.
//!
//! # What it leaves out
//! Control rights without capital, sales of stakes, and differences within a group.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::world::World;
use crate::world::ledger::Entry;
use crate::world::levers::Levers;
use crate::world::region::{DIALS, Dials};

/// Switches of the six dials.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Switches {
    /// Dial 1, cheap capital.
    #[default(true)]
    #[schemars(extend("x-unit" = "-", "x-source" = "switch"))]
    pub cheap_capital: bool,
    /// Dial 2, soft budget.
    #[default(true)]
    #[schemars(extend("x-unit" = "-", "x-source" = "switch"))]
    pub bailout: bool,
    /// Dial 3, labour hoarding.
    #[default(true)]
    #[schemars(extend("x-unit" = "-", "x-source" = "switch"))]
    pub labour_hoarding: bool,
    /// Dial 4, research efficiency.
    #[default(true)]
    #[schemars(extend("x-unit" = "-", "x-source" = "switch"))]
    pub research_efficiency: bool,
    /// Dial 5, inertia of strategy and partners.
    #[default(true)]
    #[schemars(extend("x-unit" = "-", "x-source" = "switch"))]
    pub inertia: bool,
    /// Dial 6, priority in orders, credit and subsidies.
    #[default(true)]
    #[schemars(extend("x-unit" = "-", "x-source" = "switch"))]
    pub priority: bool,
    /// Severance and social liabilities of moving all six dials of a group to the private values.
    #[default(0.3)]
    #[schemars(range(min = 0.0, max = 20.0), extend("x-unit" = "years of wages per worker", "x-source" = "assumption"))]
    pub reform_cost: f64,
}

/// Puts the dials of all groups in force, as far as reforms have not moved them.
pub fn step(world: &mut World, groups: &[Dials], switches: &Switches) {
    if !world.levers.reform.is_empty() {
        reform(world, groups.len(), switches);
    }
    let World { dials, reformed, .. } = world;
    dials.clear();
    dials.extend(groups.iter().map(|dials| in_force(*dials, switches)));
    for (dials, moved) in dials.iter_mut().zip(reformed.iter()) {
        *dials = towards_private(*dials, moved);
    }
}

/// Moves the dials addressed a little way towards the private values, and pays for it.
fn reform(world: &mut World, groups: usize, switches: &Switches) {
    let workers = workers_by_group(world, groups);
    let World { clock, labour, levers, ledger, reformed, .. } = world;
    reformed.resize(groups, [0.0; DIALS]);
    let annual_wage = labour.wage * clock.ticks();
    let Levers { reform, outlays, .. } = levers;
    for lever in reform.iter() {
        let pace = clock.share_from_year(lever.nominal);
        let addressed = |group: usize, dial: usize| {
            lever.addressees.ownership >> group & 1 == 1 && lever.addressees.dials >> dial & 1 == 1
        };
        // Dials to move, counted by workers: each a sixth of the way.
        let left: f64 = (0..groups)
            .flat_map(|group| (0..DIALS).map(move |dial| (group, dial)))
            .filter(|(group, dial)| addressed(*group, *dial))
            .map(|(group, dial)| workers[group] * (1.0 - reformed[group][dial]) / DIALS as f64)
            .sum();
        let full = switches.reform_cost * annual_wage * left * pace;
        let reached = (0..groups).filter(|group| lever.addressees.ownership >> group & 1 == 1);
        let paid = outlays[lever.instrument].pay(full, full, reached.map(|group| workers[group]).sum());
        ledger.post(Entry::ReformCost, paid);
        let share = if full > 0.0 { pace * paid / full } else { 0.0 };
        for (group, moved) in reformed.iter_mut().enumerate() {
            let addressed = moved.iter_mut().enumerate().filter(|(dial, _)| addressed(group, *dial));
            addressed.for_each(|(_, moved)| *moved += share * (1.0 - *moved));
        }
    }
}

fn workers_by_group(world: &World, groups: usize) -> Vec<f64> {
    let mut workers = vec![0.0; groups];
    for (profile, people) in world.firms.profile.iter().zip(&world.firms.workforce) {
        workers[usize::from(profile.ownership)] += people.workers;
    }
    workers
}

/// Dials of which these shares of the way to the private values have been gone.
fn towards_private(dials: Dials, moved: &[f64; DIALS]) -> Dials {
    let on = |dial: usize, value: f64, private: f64| value + moved[dial] * (private - value);
    Dials {
        interest_deduction: on(0, dials.interest_deduction, 0.0),
        bailout: on(1, dials.bailout, 0.0),
        layoff_speed: on(2, dials.layoff_speed, 1.0),
        research_efficiency: on(3, dials.research_efficiency, 1.0),
        strategy_speed: on(4, dials.strategy_speed, 1.0),
        priority: on(5, dials.priority, 1.0),
        ..dials
    }
}

/// A group's dials with those that are off set to neutral.
pub fn in_force(dials: Dials, switches: &Switches) -> Dials {
    let keep = |on: bool, value: f64, neutral: f64| if on { value } else { neutral };
    Dials {
        interest_deduction: keep(switches.cheap_capital, dials.interest_deduction, 0.0),
        bailout: keep(switches.bailout, dials.bailout, 0.0),
        layoff_speed: keep(switches.labour_hoarding, dials.layoff_speed, 1.0),
        research_efficiency: keep(switches.research_efficiency, dials.research_efficiency, 1.0),
        strategy_speed: keep(switches.inertia, dials.strategy_speed, 1.0),
        priority: keep(switches.priority, dials.priority, 1.0),
        ..dials
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATE: Dials = Dials {
        interest_deduction: 0.02,
        bailout: 0.8,
        layoff_speed: 0.4,
        research_efficiency: 0.8,
        strategy_speed: 0.5,
        priority: 1.5,
        spill_over: 1.0,
        entrant_share: 0.0,
    };

    #[test]
    fn a_reform_goes_its_share_of_the_way() {
        let mut moved = [0.0; DIALS];
        assert_eq!(towards_private(STATE, &moved), STATE);
        moved[1] = 0.25;
        assert_eq!(towards_private(STATE, &moved), Dials { bailout: 0.8 + 0.25 * (0.0 - 0.8), ..STATE });
        let private = towards_private(STATE, &[1.0; DIALS]);
        assert!(private.interest_deduction.abs() < 1e-15 && private.bailout.abs() < 1e-15);
        assert!((private.layoff_speed - 1.0).abs() < 1e-15 && (private.priority - 1.0).abs() < 1e-15);
    }

    #[test]
    fn each_switch_moves_its_own_dial_alone() {
        let all = Switches::default();
        assert_eq!(in_force(STATE, &all), STATE);
        let without = |change: fn(&mut Switches)| {
            let mut switches = Switches::default();
            change(&mut switches);
            in_force(STATE, &switches)
        };
        assert_eq!(without(|s| s.cheap_capital = false), Dials { interest_deduction: 0.0, ..STATE });
        assert_eq!(without(|s| s.bailout = false), Dials { bailout: 0.0, ..STATE });
        assert_eq!(without(|s| s.labour_hoarding = false), Dials { layoff_speed: 1.0, ..STATE });
        assert_eq!(without(|s| s.research_efficiency = false), Dials { research_efficiency: 1.0, ..STATE });
        assert_eq!(without(|s| s.inertia = false), Dials { strategy_speed: 1.0, ..STATE });
        assert_eq!(without(|s| s.priority = false), Dials { priority: 1.0, ..STATE });
    }
}
