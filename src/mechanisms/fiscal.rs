//! fiscal

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

/// Parameters of taxes and the public budget.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Net taxes on production.
    #[default(0.012)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share of sales", "x-source" = "assumption"))]
    pub sales_tax: f64,
    /// Tax on positive profit.
    #[default(0.25)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share of profit", "x-source" = "statutory corporate income tax"))]
    pub profit_tax: f64,
    /// Share of overhead paid to the government; the rest is other labour cost.
    #[default(0.5)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption: the value added that wages, profit and depreciation leave unexplained is taxes and other labour cost"))]
    pub overhead_tax_share: f64,
    /// Deposits that the government aims to hold.
    #[default(0.25)]
    #[schemars(range(min = 0.0, max = 10.0), extend("x-unit" = "years of revenue", "x-source" = "assumption"))]
    pub reserve: f64,
}
