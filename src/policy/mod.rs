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
pub mod buyer_support;
pub mod connection;
pub mod credit_guarantee;
pub mod digital_subsidy;
pub mod entry_support;
pub mod equipment_subsidy;
pub mod equity_fund;
pub mod export_promotion;
pub mod feasibility;
pub mod first_set_insurance;
pub mod foresight;
pub mod function_grant;
pub mod generic_technology_programme;
pub mod government;
pub mod innovation_incentive;
pub mod interest_discount;
pub mod local_procurement;
pub mod merger_support;
pub mod ownership_reform;
pub mod platform_support;
pub mod research_grant;
pub mod risk_fund;
pub mod service_support;
pub mod standards_programme;
pub mod stop;
pub mod supplier_programme;
pub mod talent_programme;
pub mod trust_building;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::policy::stop::Stop;
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

/// Market, as scenarios name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MarketName {
    /// The rest of the nation.
    Home,
    /// Markets of middle income.
    MiddleIncome,
    /// Markets of high income.
    HighIncome,
}

/// Path of upgrading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub enum PathName {
    /// Generic technologies.
    A,
    /// The supporting industrial chain.
    B,
    /// An innovation platform.
    C,
}

/// Dial of ownership, as scenarios name it; the order is that of `world.reformed`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DialName {
    /// Dial 1, cheap capital.
    CheapCapital,
    /// Dial 2, soft budget.
    Bailout,
    /// Dial 3, labour hoarding.
    LabourHoarding,
    /// Dial 4, research efficiency.
    ResearchEfficiency,
    /// Dial 5, inertia of strategy and partners.
    Inertia,
    /// Dial 6, priority in orders, credit and subsidies.
    Priority,
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
    /// Markets whose buyers are addressed (support of buyers): `home`, `middle_income`, `high_income`.
    #[schemars(extend("x-unit" = "-", "x-source" = "policy design"))]
    pub markets: Vec<MarketName>,
    /// Whether only the high-end part of the product mix is addressed (support of buyers).
    #[default(false)]
    #[schemars(extend("x-unit" = "-", "x-source" = "policy design"))]
    pub high_end_only: bool,
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
    /// When it ends beside its `end`.
    pub stop: Stop,
    /// Path of upgrading to which it belongs; whether the region meets the path's conditions is checked then.
    #[schemars(extend("x-unit" = "-", "x-source" = "policy design"))]
    pub path: Option<PathName>,
    /// Dials that a reform of ownership moves, all if empty: `cheap_capital`, `bailout`, `labour_hoarding`,
    /// `research_efficiency`, `inertia`, `priority`.
    #[schemars(extend("x-unit" = "-", "x-source" = "policy design"))]
    pub dials: Vec<DialName>,
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
    /// Interest discount: takes over interest of the firms addressed, `rate` (per year) of their debt at the most.
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
    /// Function grant: pays the share `rate` of the outlay for design and market functions.
    FunctionGrant(Terms),
    /// Standards programme: pays the share `rate` of the outlay for standards.
    StandardsProgramme(Terms),
    /// Digital subsidy: pays the share `rate` of the outlay for digital lines.
    DigitalSubsidy(Terms),
    /// First-set insurance: pays the share `rate` of the premium for the first sets of high-end products.
    FirstSetInsurance(Terms),
    /// Support of buyers: the share `rate` of the price that buyers of the markets addressed do not pay.
    BuyerSupport(Terms),
    /// Risk fund: refunds the share `rate` of the outlay for improvement that brought nothing.
    RiskFund(Terms),
    /// Credit guarantee: bears the share `rate` of the loss on loans to the firms addressed.
    CreditGuarantee(Terms),
    /// Equity fund: additional probability `rate` a year that a young firm gets a round of equity.
    EquityFund(Terms),
    /// Support of mergers: additional probability `rate` a year that a firm addressed looks for another to take over.
    MergerSupport(Terms),
    /// Support of entry: pays the share `rate` of the founding capital of the entrants addressed.
    EntrySupport(Terms),
    /// Reform of ownership: closes the share `rate` of the distance to private dials in a year.
    OwnershipReform(Terms),
    /// Support of producer services: pays the share `rate` of their price.
    ServiceSupport(Terms),
    /// Building of trust: closes the share `rate` of the distance to full trust between partners in a year.
    TrustBuilding(Terms),
    /// Foresight: takes the share `rate` of the noise out of the choice of fields of joint research.
    Foresight(Terms),
    /// Incentives of innovation: improvements arrive more often by the share `rate`, for a bonus of that share of their outlay.
    InnovationIncentive(Terms),
    /// Promotion of exports: additional probability `rate` a year that a firm of median competence starts to export.
    ExportPromotion(Terms),
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
            | Instrument::FunctionGrant(terms)
            | Instrument::StandardsProgramme(terms)
            | Instrument::DigitalSubsidy(terms)
            | Instrument::FirstSetInsurance(terms)
            | Instrument::BuyerSupport(terms)
            | Instrument::RiskFund(terms)
            | Instrument::CreditGuarantee(terms)
            | Instrument::EquityFund(terms)
            | Instrument::MergerSupport(terms)
            | Instrument::EntrySupport(terms)
            | Instrument::OwnershipReform(terms)
            | Instrument::ServiceSupport(terms)
            | Instrument::TrustBuilding(terms)
            | Instrument::Foresight(terms)
            | Instrument::InnovationIncentive(terms)
            | Instrument::ExportPromotion(terms)
            | Instrument::PlatformSupport(terms) => terms,
        }
    }

    /// What of a target the kind heeds.
    pub fn heeds(&self) -> Heeds {
        match self {
            Instrument::TalentProgramme(_) => Heeds::NOBODY,
            Instrument::BuyerSupport(_) => Heeds { markets: true, ..Heeds::FIRMS },
            Instrument::OwnershipReform(_) => Heeds { ownership: true, dials: true, ..Heeds::NOBODY },
            Instrument::ServiceSupport(_) | Instrument::PlatformSupport(_) => Heeds { cities: true, ..Heeds::NOBODY },
            _ => Heeds::FIRMS,
        }
    }

    /// Switch of the mechanism without which the kind can do nothing; none where what it works on cannot be switched off.
    pub fn needs(&self) -> Option<&'static str> {
        match self {
            Instrument::ResearchGrant(_) | Instrument::RiskFund(_) | Instrument::InnovationIncentive(_) => {
                Some("research.enabled")
            }
            Instrument::TalentProgramme(_) => Some("talent.enabled"),
            Instrument::InterestDiscount(_) | Instrument::CreditGuarantee(_) | Instrument::EquityFund(_) => {
                Some("finance.enabled")
            }
            Instrument::AllianceFunding(_)
            | Instrument::Connection(_)
            | Instrument::TrustBuilding(_)
            | Instrument::Foresight(_) => Some("alliances.enabled"),
            Instrument::GenericTechnologyProgramme(_) => Some("generic_technology.enabled"),
            Instrument::SupplierProgramme(_) | Instrument::LocalProcurement(_) => Some("supply.enabled"),
            Instrument::FunctionGrant(_) => Some("value_chain.enabled"),
            Instrument::StandardsProgramme(_) => Some("standards.enabled"),
            Instrument::DigitalSubsidy(_) => Some("digital.enabled"),
            Instrument::MergerSupport(_) => Some("mergers.enabled"),
            Instrument::EntrySupport(_) => Some("demography.enabled"),
            Instrument::ServiceSupport(_) => Some("services.enabled"),
            Instrument::PlatformSupport(_) => Some("platform.enabled"),
            Instrument::EquipmentSubsidy(_)
            | Instrument::FirstSetInsurance(_)
            | Instrument::BuyerSupport(_)
            | Instrument::OwnershipReform(_)
            | Instrument::ExportPromotion(_) => None,
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
            Instrument::FunctionGrant(_) => function_grant::levers(levers),
            Instrument::StandardsProgramme(_) => standards_programme::levers(levers),
            Instrument::DigitalSubsidy(_) => digital_subsidy::levers(levers),
            Instrument::FirstSetInsurance(_) => first_set_insurance::levers(levers),
            Instrument::BuyerSupport(_) => buyer_support::levers(levers),
            Instrument::RiskFund(_) => risk_fund::levers(levers),
            Instrument::CreditGuarantee(_) => credit_guarantee::levers(levers),
            Instrument::EquityFund(_) => equity_fund::levers(levers),
            Instrument::MergerSupport(_) => merger_support::levers(levers),
            Instrument::EntrySupport(_) => entry_support::levers(levers),
            Instrument::OwnershipReform(_) => ownership_reform::levers(levers),
            Instrument::ServiceSupport(_) => service_support::levers(levers),
            Instrument::TrustBuilding(_) => trust_building::levers(levers),
            Instrument::Foresight(_) => foresight::levers(levers),
            Instrument::InnovationIncentive(_) => innovation_incentive::levers(levers),
            Instrument::ExportPromotion(_) => export_promotion::levers(levers),
            Instrument::PlatformSupport(_) => platform_support::levers(levers),
        }
    }
}

/// Parts of a target that a kind of instrument heeds; what it does not heed may not be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heeds {
    /// Sub-industry, role and size.
    pub firms: bool,
    /// City.
    pub cities: bool,
    /// Owners.
    pub ownership: bool,
    /// Markets and tier.
    pub markets: bool,
    /// Dials of ownership.
    pub dials: bool,
}

impl Heeds {
    /// Everybody alike.
    const NOBODY: Heeds = Heeds { firms: false, cities: false, ownership: false, markets: false, dials: false };
    /// Firms by all their traits.
    const FIRMS: Heeds = Heeds { firms: true, cities: true, ownership: true, markets: false, dials: false };

    /// Keys of the terms that are given but not heeded.
    pub fn unheeded(&self, terms: &Terms) -> Vec<&'static str> {
        let (target, usual) = (&terms.target, Target::default());
        let sized = target.minimum_employment != usual.minimum_employment
            || target.maximum_employment != usual.maximum_employment;
        let given = [
            (self.firms, !target.sub_industries.is_empty(), "target.sub_industries"),
            (self.firms, !target.roles.is_empty(), "target.roles"),
            (self.firms, sized, "target.minimum_employment"),
            (self.cities, !target.cities.is_empty(), "target.cities"),
            (self.ownership, !target.ownership.is_empty(), "target.ownership"),
            (self.markets, !target.markets.is_empty(), "target.markets"),
            (self.markets, target.high_end_only, "target.high_end_only"),
            (self.dials, !terms.dials.is_empty(), "dials"),
        ];
        given.into_iter().filter(|(heeded, given, _)| *given && !heeded).map(|(_, _, key)| key).collect()
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
    /// Factor on its own budget: 1 by its own terms, 0 while it rests.
    pub share: f64,
}

/// Writes the levers of the programmes that run.
pub fn step(world: &mut World, programmes: &[Programme]) {
    let (tick, years) = (i64::from(world.clock.tick), world.clock.years());
    let last_claims: Vec<f64> = world.levers.outlays.iter().map(|outlay| outlay.claims).collect();
    world.levers.clear(programmes.len());
    for (index, programme) in programmes.iter().enumerate() {
        let terms = programme.instrument.terms();
        let runs = programme.from <= tick && tick < programme.until;
        if !runs || terms.annual_budget <= 0.0 || terms.rate <= 0.0 || programme.share <= 0.0 {
            continue;
        }
        let budget = terms.annual_budget * programme.share * years;
        let addressees = programme.addressees.clone();
        let claims = last_claims.get(index).copied().unwrap_or(0.0);
        let rate = expected_rate(terms.rate, budget, claims);
        let lever = Lever { instrument: index, rate, nominal: terms.rate, budget, addressees };
        programme.instrument.levers(&mut world.levers).push(lever);
        world.levers.outlays[index].budget = budget;
    }
}
