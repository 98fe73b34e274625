//! Ownership: state capital as six dials.
//!
//! # Question
//! What of the behaviour of state-owned firms comes from cheap capital, from rescue, from labour
//! hoarding, from less efficient research, from inertia, and from priority?
//!
//! # Story
//! An ownership group differs from others by six dials and by nothing else. Each dial can be
//! switched off for all groups, so that its share in a result can be measured; a reform moves the
//! dials of one group at a date.
//!
//! # Equations
//! A dial that is off takes its neutral value: interest deduction 0, bail-out 0, lay-off speed 1,
//! research efficiency 1, strategy speed 1, priority 1.
//!
//! # Place in the tick
//! First, with the policy levers.
//!
//! # Reads / Writes
//! Reads the groups of the scenario; writes `world.dials`.
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
//! Control rights without capital, and differences within a group.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::world::World;
use crate::world::region::Dials;

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
}

/// Puts the dials of all groups in force.
pub fn step(world: &mut World, groups: &[Dials], switches: &Switches) {
    world.dials.clear();
    world.dials.extend(groups.iter().map(|dials| in_force(*dials, switches)));
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
