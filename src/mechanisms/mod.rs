//! The mechanisms of the model, one file each, read top to bottom like a section of a paper.
//!
//! They never import each other: they meet in [`crate::world`].

pub mod abroad;
pub mod alliances;
pub mod demography;
pub mod digital;
pub mod finance;
pub mod fiscal;
pub mod generic_technology;
pub mod income;
pub mod investment;
pub mod labour;
pub mod market;
pub mod mergers;
pub mod outside;
pub mod own_projects;
pub mod ownership;
pub mod platforms;
pub mod pricing;
pub mod production;
pub mod research;
pub mod royalties;
pub mod science;
pub mod services;
pub mod standards;
pub mod supply;
pub mod talent;
pub mod upgrading;
pub mod value_chain;

use crate::world::firms::{OPTIONS, UpgradingOption};
use crate::world::profit::Terms;
use crate::world::region::{Dials, LabourMarket};

/// The parameters of all mechanisms in force in a tick, and what they share.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Outside world.
    pub outside: outside::Params,
    /// Demand, tiers and input prices of the scenario.
    pub conditions: outside::Conditions,
    /// Growth of the population per year, log points.
    pub population_growth: f64,
    /// Annual sales of the smallest firm, relative to real firms, million CNY.
    pub size_threshold: f64,
    /// Dials of the ownership groups.
    pub dials: Vec<Dials>,
    /// Switches of the dials.
    pub switches: ownership::Switches,
    /// Research.
    pub research: research::Params,
    /// Upgrading choice.
    pub upgrading: upgrading::Params,
    /// Investment.
    pub investment: investment::Params,
    /// Pricing.
    pub pricing: pricing::Params,
    /// Markets.
    pub market: market::Params,
    /// Production.
    pub production: production::Params,
    /// Labour.
    pub labour: labour::Params,
    /// Talent.
    pub talent: talent::Params,
    /// Science.
    pub science: science::Params,
    /// Finance.
    pub finance: finance::Params,
    /// Public budget.
    pub fiscal: fiscal::Params,
    /// Entry and exit.
    pub demography: demography::Params,
    /// Mergers.
    pub mergers: mergers::Params,
    /// Value chain.
    pub value_chain: value_chain::Params,
    /// Alliances.
    pub alliances: alliances::Params,
    /// Projects of one firm.
    pub own_projects: own_projects::Params,
    /// Generic technologies.
    pub generic_technology: generic_technology::Params,
    /// Supply network.
    pub supply: supply::Params,
    /// Producer services.
    pub services: services::Params,
    /// Standards.
    pub standards: standards::Params,
    /// Digital and green lines.
    pub digital: digital::Params,
    /// Going abroad.
    pub abroad: abroad::Params,
    /// Innovation platforms.
    pub platform: platforms::Params,
    /// Tick in which each platform is founded.
    pub foundings: Vec<i64>,
}

/// Views of the settings that single mechanisms read, for a clock of `ticks` ticks a year.
impl Settings {
    /// Depreciation of fixed capital in one tick.
    pub fn depreciation(&self, ticks: f64) -> f64 {
        1.0 - libm::pow(1.0 - self.investment.depreciation, 4.0 / ticks)
    }

    /// Research outlay that employs one engineer for a tick.
    pub fn engineer_cost(&self, ticks: f64) -> f64 {
        self.research.engineer_cost / ticks
    }

    /// What the profit functions of all firms share.
    pub fn terms(&self, labour: &LabourMarket, ticks: f64) -> Terms {
        Terms {
            wage_cost: labour.wage * (1.0 + self.labour.social_charges),
            depreciation: self.depreciation(ticks),
            utilisation: self.production.utilisation,
            anchor: self.pricing.outside_anchor,
            regional_elasticity: self.market.regional_elasticity,
            outside_elasticity: self.market.outside_elasticity,
            sales_tax: self.fiscal.sales_tax,
            vintage_weight: self.investment.vintage_weight,
            ticks,
        }
    }

    /// Costs that pricing reads.
    pub fn costs(&self, ticks: f64) -> pricing::Costs {
        pricing::Costs {
            social_charges: self.labour.social_charges,
            utilisation: self.production.utilisation,
            depreciation: self.depreciation(ticks),
            distrust: self.market.distrust(),
        }
    }

    /// What the process level depends on.
    pub fn process(&self, clock: &crate::kernel::clock::Clock) -> production::Process {
        production::Process {
            vintage_weight: self.investment.vintage_weight,
            skill_speed: labour::skill_speed(clock, self.labour.general_skill),
            size_threshold: self.size_threshold,
        }
    }

    /// Means of upgrading.
    pub fn means(&self, ticks: f64) -> upgrading::Means {
        upgrading::Means {
            open: self.open_options(),
            engineer_cost: self.engineer_cost(ticks),
            external_share: self.research.external_share,
            grant_additionality: self.research.grant_additionality,
        }
    }

    /// What projects of joint research cost.
    pub fn projects(&self, ticks: f64) -> generic_technology::Means {
        generic_technology::Means { engineer_cost: self.engineer_cost(ticks) }
    }

    /// What going abroad reads of other sections.
    pub fn abroad_means<'a>(&self, terms: &'a Terms) -> abroad::Means<'a> {
        abroad::Means {
            terms,
            annuity: self.upgrading.annuity(),
            discount: self.upgrading.discount_rate,
            divided: self.value_chain.enabled,
        }
    }

    /// What innovation platforms read of other sections.
    pub fn platform_means<'a>(&'a self, terms: &'a Terms) -> platforms::Means<'a> {
        platforms::Means {
            foundings: &self.foundings,
            terms,
            annuity: self.upgrading.annuity(),
            engineer_pay: self.research.engineer_cost,
        }
    }

    /// Options of the upgrading budget whose mechanisms run.
    fn open_options(&self) -> [bool; OPTIONS] {
        UpgradingOption::ALL.map(|option| match option {
            UpgradingOption::Equipment => true,
            UpgradingOption::Improve | UpgradingOption::Imitate => self.research.enabled,
            UpgradingOption::Alliance => self.research.enabled && self.generic_research(),
            UpgradingOption::Design | UpgradingOption::Market => self.value_chain.enabled,
            UpgradingOption::Digital => self.digital.enabled,
            UpgradingOption::Green => self.digital.enabled && self.digital.green,
            UpgradingOption::Standards => self.standards.enabled,
        })
    }

    /// Whether firms can work on generic technologies, together or alone.
    pub fn generic_research(&self) -> bool {
        self.alliances.enabled || self.own_projects.enabled
    }

    /// Budget shares from which the pre-run of the opening state starts: equal, with nothing for lines and
    /// standards where these are off.
    pub fn opening_shares(&self) -> [f32; OPTIONS] {
        let open = self.open_options();
        let counts = |option: &usize| open[*option] || !UpgradingOption::is_practice(*option);
        let share = 1.0 / (0..OPTIONS).filter(counts).count() as f32;
        std::array::from_fn(|option| if counts(&option) { share } else { 0.0 })
    }

    /// What investment is worth.
    pub fn valuation(&self) -> investment::Valuation {
        let production::Params { utilisation, overtime, .. } = self.production;
        investment::Valuation { utilisation, overtime, annuity: self.upgrading.annuity() }
    }

    /// Rates at which income is paid.
    pub fn rates(&self, ticks: f64) -> income::Rates {
        income::Rates {
            social_charges: self.labour.social_charges,
            sales_tax: self.fiscal.sales_tax,
            profit_tax: self.fiscal.profit_tax,
            overhead_tax_share: self.fiscal.overhead_tax_share,
            depreciation: self.depreciation(ticks),
            external_share: self.research.external_share,
            engineer_cost: self.engineer_cost(ticks),
            insurance: self.market.insurance(),
            overdrafts: self.finance.enabled,
        }
    }

    /// What entrants start with.
    pub fn founding(&self) -> demography::Founding {
        demography::Founding {
            value_chain: self.value_chain.opening_parts(),
            debt_to_sales: if self.finance.enabled { self.finance.debt_to_sales } else { 0.0 },
            utilisation: self.production.utilisation,
            usable_margin: self.investment.usable_margin,
            rivalry: self.market.rivalry(),
        }
    }
}

impl Settings {
    /// What production reads of labour and investment.
    pub fn employment(&self, clock: &crate::kernel::clock::Clock) -> production::Employment {
        production::Employment {
            adjustment: clock.share_from_quarter(self.labour.adjustment),
            social_charges: self.labour.social_charges,
            depreciation: self.depreciation(clock.ticks()),
        }
    }
}
