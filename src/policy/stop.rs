//! Stop rules: when an instrument ends for good, beside its date.
//!
//! # Story
//! A programme that has reached its aim, or has spent what it was given, ends. The rule looks at the row that
//! `region.csv` has for the last tick, so it knows what a statistical office knows, not more. It ends for good:
//! what comes back is a new programme.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

/// When an instrument ends beside its `end`: at the first of the conditions given.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Stop {
    /// Column of `region.csv` that is looked at; empty for none.
    #[schemars(extend("x-unit" = "-", "x-source" = "policy design"))]
    pub indicator: String,
    /// The instrument ends when the indicator is above this.
    #[schemars(extend("x-unit" = "as the indicator", "x-source" = "policy design"))]
    pub above: Option<f64>,
    /// The instrument ends when the indicator is below this.
    #[schemars(extend("x-unit" = "as the indicator", "x-source" = "policy design"))]
    pub below: Option<f64>,
    /// The instrument ends when so much has been spent in all.
    #[schemars(range(min = 0.0), extend("x-unit" = "million CNY", "x-source" = "policy design"))]
    pub spent: Option<f64>,
}

impl Stop {
    /// Whether an instrument ends that has spent so much in all; `seen` gives the indicator's last value.
    pub fn ends(&self, spent: f64, seen: impl Fn(&str) -> Option<f64>) -> bool {
        let value = if self.indicator.is_empty() { None } else { seen(&self.indicator) };
        let above = value.zip(self.above).is_some_and(|(value, limit)| value > limit);
        let below = value.zip(self.below).is_some_and(|(value, limit)| value < limit);
        above || below || self.spent.is_some_and(|limit| spent >= limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_condition_ends_an_instrument() {
        let seen = |name: &str| (name == "high_end_share").then_some(0.2);
        let stop = |indicator: &str, above, below, spent| Stop { indicator: indicator.into(), above, below, spent };
        assert!(!Stop::default().ends(1e9, seen));
        assert!(stop("high_end_share", Some(0.19), None, None).ends(0.0, seen));
        assert!(!stop("high_end_share", Some(0.2), None, None).ends(0.0, seen));
        assert!(stop("high_end_share", None, Some(0.21), None).ends(0.0, seen));
        assert!(!stop("other", Some(0.0), None, None).ends(0.0, seen));
        assert!(stop("", None, None, Some(10.0)).ends(10.0, seen) && !stop("", None, None, Some(10.0)).ends(9.9, seen));
    }
}
