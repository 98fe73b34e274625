//! Policy: instruments, their terms, and how they become levers.
//!
//! An instrument is an entry of the scenario, tagged by its kind, with terms that all kinds share: when
//! it runs, what it may cost in a year, how strong it is, whom it addresses. Each tick the instruments
//! that run write levers, which mechanisms read; what is paid is booked in the ledger by the mechanism
//! that pays and reported as the instrument's outlay. At zero budget nothing is written, so the run is
//! the baseline, byte for byte.
//!
//! # Equations
//! - rate offered: `rate x min(1, budget / claims of the last tick at the full rate)`; the full rate in the
//!   first tick of an instrument. Firms and graduates decide on it, for it is what they can expect to be
//!   paid; claims beyond the budget are cut in proportion all the same.

pub mod alliance_funding;
pub mod connection;
pub mod equipment_subsidy;
pub mod generic_technology_programme;
pub mod interest_discount;
pub mod local_procurement;
pub mod platform_support;
pub mod research_grant;
pub mod supplier_programme;
pub mod talent_programme;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::world::World;
use crate::world::firms::Role;
use crate::world::levers::{Addressees, Lever, Levers, expected_rate};

/// Role of a firm, as scenarios name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RoleName {
    /// Sells complete equipment.
    Integrator,
    /// Sells components.
    ComponentSupplier,
}

impl RoleName {
    /// The role.
    pub fn role(self) -> Role {
        match self {
            RoleName::Integrator => Role::Integrator,
            RoleName::ComponentSupplier => Role::ComponentSupplier,
        }
    }
}

/// Whom an instrument addresses; an empty list means everybody.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Target {
    /// Sub-industries addressed.
    #[schemars(extend("x-unit" = "-", "x-source" = "policy design", "x-ref" = "sub_industries"))]
    pub sub_industries: Vec<String>,
    /// Cities addressed.
    #[schemars(extend("x-unit" = "-", "x-source" = "policy design", "x-ref" = "cities"))]
    pub cities: Vec<String>,
    /// Ownership groups addressed.
    #[schemars(extend("x-unit" = "-", "x-source" = "policy design", "x-ref" = "ownership"))]
    pub ownership: Vec<String>,
    /// Roles addressed: `integrator`, `component_supplier`.
    #[schemars(extend("x-unit" = "-", "x-source" = "policy design"))]
    pub roles: Vec<RoleName>,
    /// Smallest employment addressed, relative to real firms.
    #[default(0.0)]
    #[schemars(range(min = 0.0), extend("x-unit" = "persons", "x-source" = "policy design"))]
    pub minimum_employment: f64,
    /// Largest employment addressed, relative to real firms.
    #[default(1e12)]
    #[schemars(range(min = 0.0), extend("x-unit" = "persons", "x-source" = "policy design"))]
    pub maximum_employment: f64,
}

/// What every instrument states: when it runs, what it may cost, how strong it is, and for whom.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Terms {
    /// First period, such as `2012Q1`; empty from the start of the run.
    #[schemars(extend("x-unit" = "date", "x-source" = "policy design"))]
    pub start: String,
    /// Period from which the instrument no longer runs; empty to the end of the run.
    #[schemars(extend("x-unit" = "date", "x-source" = "policy design"))]
    pub end: String,
    /// Most that may be spent in a year; nothing is done at zero.
    #[default(0.0)]
    #[schemars(range(min = 0.0, max = 1e9), extend("x-unit" = "million CNY per year", "x-source" = "policy design"))]
    pub annual_budget: f64,
    /// Strength of the instrument, in the unit that its kind states; less is offered where the budget
    /// could not pay the claims of the last period.
    #[default(0.0)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1 (interest discount: 1/year)", "x-source" = "policy design"))]
    pub rate: f64,
    /// Whom it addresses.
    #[schemars(extend("x-unit" = "-", "x-source" = "policy design"))]
    pub target: Target,
}

/// A policy instrument, tagged by `kind`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Instrument {
    /// Research grant: pays the share `rate` of the research outlay of the firms addressed.
    ResearchGrant(Terms),
    /// Equipment subsidy: pays the share `rate` of investment in new machines.
    EquipmentSubsidy(Terms),
    /// Talent programme: pays the share `rate` of an annual engineer's pay to graduates who stay.
    TalentProgramme(Terms),
    /// Interest discount: takes over `rate` (per year) of the interest of the firms addressed.
    InterestDiscount(Terms),
    /// Alliance funding: pays the share `rate` of the outlay for joint research.
    AllianceFunding(Terms),
    /// Generic-technology programme: a hundred times `rate` public engineers in each project of joint research.
    GenericTechnologyProgramme(Terms),
    /// Supplier programme: the firms addressed may develop suppliers, and are paid the share `rate` of the cost.
    SupplierProgramme(Terms),
    /// Local-procurement preference: pays back the share `rate` of the price of components from the region.
    LocalProcurement(Terms),
    /// Connection of subjects: brings the share `rate` of research-active firms a year together with possible partners.
    Connection(Terms),
    /// Platform support: pays the share `rate` of operation and planned development of the innovation platforms of the cities addressed.
    PlatformSupport(Terms),
}

impl Instrument {
    /// The terms that all kinds share.
    pub fn terms(&self) -> &Terms {
        match self {
            Instrument::ResearchGrant(terms)
            | Instrument::EquipmentSubsidy(terms)
            | Instrument::TalentProgramme(terms)
            | Instrument::InterestDiscount(terms)
            | Instrument::AllianceFunding(terms)
            | Instrument::GenericTechnologyProgramme(terms)
            | Instrument::SupplierProgramme(terms)
            | Instrument::LocalProcurement(terms)
            | Instrument::Connection(terms)
            | Instrument::PlatformSupport(terms) => terms,
        }
    }

    /// The list of levers that the kind writes to.
    fn levers<'a>(&self, levers: &'a mut Levers) -> &'a mut Vec<Lever> {
        match self {
            Instrument::ResearchGrant(_) => research_grant::levers(levers),
            Instrument::EquipmentSubsidy(_) => equipment_subsidy::levers(levers),
            Instrument::TalentProgramme(_) => talent_programme::levers(levers),
            Instrument::InterestDiscount(_) => interest_discount::levers(levers),
            Instrument::AllianceFunding(_) => alliance_funding::levers(levers),
            Instrument::GenericTechnologyProgramme(_) => generic_technology_programme::levers(levers),
            Instrument::SupplierProgramme(_) => supplier_programme::levers(levers),
            Instrument::LocalProcurement(_) => local_procurement::levers(levers),
            Instrument::Connection(_) => connection::levers(levers),
            Instrument::PlatformSupport(_) => platform_support::levers(levers),
        }
    }
}

/// An instrument of a scenario, with names and dates resolved.
#[derive(Debug, Clone, PartialEq)]
pub struct Programme {
    /// Name in the scenario.
    pub name: String,
    /// The instrument.
    pub instrument: Instrument,
    /// First tick at which it runs.
    pub from: i64,
    /// Tick at which it no longer runs.
    pub until: i64,
    /// Whom it addresses.
    pub addressees: Addressees,
}

/// Writes the levers of the programmes that run.
pub fn step(world: &mut World, programmes: &[Programme]) {
    let (tick, years) = (i64::from(world.clock.tick), world.clock.years());
    let last_claims: Vec<f64> = world.levers.outlays.iter().map(|outlay| outlay.claims).collect();
    world.levers.clear(programmes.len());
    for (index, programme) in programmes.iter().enumerate() {
        let terms = programme.instrument.terms();
        let runs = programme.from <= tick && tick < programme.until;
        if !runs || terms.annual_budget <= 0.0 || terms.rate <= 0.0 {
            continue;
        }
        let budget = terms.annual_budget * years;
        let addressees = programme.addressees.clone();
        let claims = last_claims.get(index).copied().unwrap_or(0.0);
        let rate = expected_rate(terms.rate, budget, claims);
        let lever = Lever { instrument: index, rate, nominal: terms.rate, budget, addressees };
        programme.instrument.levers(&mut world.levers).push(lever);
        world.levers.outlays[index].budget = budget;
    }
}
