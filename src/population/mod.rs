//! The opening state: a world built from the tables of a scenario and a seed.
//!
//! # Story
//! Every sub-industry gets its firms, sales, employees, assets, ownership and exports as the tables
//! say, by construction. What the tables leave open is solved so that the opening state is at rest:
//! the mark-up that makes the opening price the price a firm would set, the overhead that explains the
//! margin, the price of machines at which replacing what is scrapped equals depreciation, customer bases
//! at which nobody's share moves, and budgets on which the rule of the upgrading choice itself settles.
//!
//! # Equations
//! - sizes: see [`sizes`]; owners: see [`owners`]
//! - competence: `theta = -gap_s + lead_o + sigma (rho n(rank) + sqrt(1 - rho^2) normal)`, below the ceiling
//! - product units such that the price per quality equals the outside competitor's
//! - labour per unit `exp(c_s - e_a h - z)`, c_s solved from employment
//! - mark-up `m = kappa (p - n) / c`, price constant 0
//! - overhead = value added less wages, charges, research, selling, tax, depreciation, interest,
//!   profit; where it falls below one per cent of sales the value-added ratio is raised instead
//! - price of capacity: depreciation over what is scrapped in a tick
//!
//! # Randomness
//! Stream `OPENING`, one generator per firm.

pub mod accounts;
pub mod owners;
pub mod sizes;
pub mod tables;

mod balance;
mod firms;
mod frame;
mod settle;
mod sound;
mod sourcing;
mod standards;

pub use sound::OpeningError;

use indexmap::IndexMap;

use crate::kernel::draws::{Draws, Stream};
use crate::mechanisms::Settings;
use crate::population::tables::{
    City, CompetingStandard, FirmPopulation, IndustrialBase, InnovationPlatform, Institute, Markets, NamedFirm,
    OwnershipGroup, Region, SubIndustry, TechnologyField, University,
};
use crate::world::World;

/// Draws of the opening state.
pub const OPENING: Stream = Stream(9);

/// What the opening state is built from.
#[derive(Debug, Clone, Copy)]
pub struct Opening<'a> {
    /// Calendar year of tick 1.
    pub start_year: i32,
    /// Ticks in a year.
    pub ticks_per_year: u32,
    /// Simulated firms per real firm.
    pub scale: f64,
    /// Region.
    pub region: &'a Region,
    /// Cities.
    pub cities: &'a IndexMap<String, City>,
    /// Sub-industries.
    pub sub_industries: &'a IndexMap<String, SubIndustry>,
    /// Input-output coefficients.
    pub input_output: &'a IndexMap<String, IndexMap<String, f64>>,
    /// Technology fields.
    pub technology_fields: &'a IndexMap<String, TechnologyField>,
    /// Recipes.
    pub recipes: &'a IndexMap<String, IndexMap<String, f64>>,
    /// Ownership groups.
    pub ownership: &'a IndexMap<String, OwnershipGroup>,
    /// Capital shares.
    pub ownership_shares: &'a IndexMap<String, IndexMap<String, f64>>,
    /// Named firms.
    pub named_firms: &'a IndexMap<String, NamedFirm>,
    /// Industrial bases.
    pub bases: &'a IndexMap<String, IndustrialBase>,
    /// Universities.
    pub universities: &'a IndexMap<String, University>,
    /// Institutes.
    pub institutes: &'a IndexMap<String, Institute>,
    /// Innovation platforms.
    pub platforms: &'a IndexMap<String, InnovationPlatform>,
    /// Population of firms.
    pub firms: &'a FirmPopulation,
    /// Markets.
    pub markets: &'a Markets,
    /// Standards.
    pub competing_standards: &'a IndexMap<String, CompetingStandard>,
    /// Opening debt over sales, years.
    pub debt_to_sales: f64,
    /// Opening liquid deposits over assets.
    pub cash_to_assets: f64,
    /// High-end share of sales.
    pub high_end_share: f64,
    /// Width of the high-end mix, log points.
    pub high_end_width: f64,
    /// Firms with a technical centre.
    pub technical_centres: u32,
}

/// Name of the row of the input-output table that holds value added.
pub const VALUE_ADDED: &str = "value_added";

/// Builds the world in its opening state, at tick 0.
///
/// # Errors
/// When no such books can be: a firm without own funds or machines, more value added than sales, or a
/// number that is not finite.
pub fn build(opening: &Opening<'_>, settings: &Settings, draws: &Draws) -> Result<World, OpeningError> {
    let mut world = frame::frame(opening, settings);
    let drafts = firms::draft(opening, settings, &mut world, draws);
    balance::place(opening, settings, &mut world, drafts);
    sound::check_books(&world)?;
    settle::settle(opening, settings, &mut world, draws);
    sound::check_finite(&world)?;
    Ok(world)
}
