//! pricing

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

/// Parameters of pricing.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// Weight of the outside competitor's quality-adjusted price, against own cost, in the price to
    /// the user.
    #[default(0.5)]
    #[schemars(range(min = 0.0, max = 1.0), extend("x-unit" = "share 0-1", "x-source" = "assumption"))]
    pub outside_anchor: f64,
    /// Response of the mark-up to growth of the own market share.
    #[default(0.04)]
    #[schemars(range(min = 0.0, max = 10.0), extend("x-unit" = "-", "x-source" = "Dosi, Fagiolo & Roventini 2010"))]
    pub markup_feedback: f64,
}
