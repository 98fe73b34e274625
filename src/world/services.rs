//! Producer-service firms: design houses, brand and sales agencies, technical service.

use crate::world::firms::FUNCTIONS;

/// A producer-service firm of the region.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ServiceFirm {
    /// Stable number.
    pub number: u64,
    /// City.
    pub city: u8,
    /// Function of the value chain that it performs for others.
    pub function: u8,
    /// Staff, persons.
    pub staff: f64,
    /// Capability relative to providers elsewhere, log units.
    pub capability: f64,
    /// Revenue, million CNY per tick.
    pub revenue: f64,
}

/// Producer services of the region.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Services {
    /// The firms, in the order of their numbers.
    pub firms: Vec<ServiceFirm>,
    /// What the region's firms leave to others of each function, million CNY per tick.
    pub left: [f64; FUNCTIONS],
    /// Share of it that the region's service firms earn.
    pub earned: [f64; FUNCTIONS],
    /// Weight of providers elsewhere per million CNY left to others, solved in the opening state.
    pub elsewhere: [f64; FUNCTIONS],
    /// Number of the next firm.
    pub next: u64,
}

impl Services {
    /// Staff of all firms, persons.
    pub fn staff(&self) -> f64 {
        self.firms.iter().map(|firm| firm.staff).sum()
    }

    /// Revenue of all firms, million CNY per tick; with no inputs of their own it is their value added.
    pub fn revenue(&self) -> f64 {
        self.firms.iter().map(|firm| firm.revenue).sum()
    }
}
