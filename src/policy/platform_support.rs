//! Platform support.
//!
//! # Story
//! Pays the share `rate` of what operation and planned development of innovation platforms cost, from `start`
//! to `end`: the time between them is the government's patience. It addresses the platforms of the cities
//! of its target, all of them if none is named. While it pays, new subjects bring the types of resources that
//! a platform still lacks.
//!
//! # Cost
//! Booked in the ledger as `platform_support`; the rate offered falls where claims exceed the budget of a tick,
//! and what still exceeds it is cut in proportion.
//!
//! # Sources
//! Upgrading paper, path 3: short-term profit of a platform is poor, it needs strong support (REQ-37); the
//! government introduces subjects and resources (REQ-39). POL-50. Against it: platforms that live on support close
//! when it ends; tests/platforms.rs measures how many. What it leaves out: who runs the platform.

use crate::world::levers::{Lever, Levers};

/// Levers to which the instrument writes.
pub fn levers(levers: &mut Levers) -> &mut Vec<Lever> {
    &mut levers.platforms
}
