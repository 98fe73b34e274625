//! How the region and the world outside share a market.
//!
//! Markets move shares by it, and who is new to a market works out from it what custom a plan takes.

use crate::kernel::math::{ln, logistic, root};

/// Rivalry of the region's firms with the outside competitor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rivalry {
    /// Response of the log odds of the region, against the outside competitor, to the log of its custom.
    response: f64,
}

/// How the region stands in a market.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Standing {
    /// Sum of customer base x appeal over its firms.
    pub custom: f64,
    /// Sum of the customer bases in the opening state.
    pub opening_base: f64,
    /// Share of the market in the opening state.
    pub opening_share: f64,
}

impl Rivalry {
    /// From the elasticities of substitution among the region's firms and between the region and the outside.
    pub fn new(regional_elasticity: f64, outside_elasticity: f64) -> Self {
        Rivalry { response: (1.0 - outside_elasticity) / (1.0 - regional_elasticity) }
    }

    /// Share of a market that goes to the region.
    pub fn region_share(&self, standing: &Standing) -> f64 {
        let Standing { custom, opening_base, opening_share } = *standing;
        if custom <= 0.0 || opening_base <= 0.0 {
            return 0.0;
        }
        logistic(ln(opening_share / (1.0 - opening_share)) + self.response * ln(custom / opening_base))
    }

    /// Custom with which a newcomer keeps a `share` of a market as long as nothing else changes, relative to the custom
    /// that the region's firms have without it: the x at which `R x / (1 + x)`, what users want of it, is that share.
    /// With it the region's custom is 1 + x times as large, and the region's share R follows.
    ///
    /// None where that takes more than `most`.
    pub fn custom_to_keep(&self, share: f64, standing: &Standing, most: f64) -> Option<f64> {
        let with = |x: f64| Standing { custom: standing.custom * (1.0 + x), ..*standing };
        let wanted = |x: f64| self.region_share(&with(x)) * x / (1.0 + x);
        // False for what is no number, too.
        (share <= wanted(most)).then(|| root(0.0, most, |x| wanted(x) - share))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(custom: f64, opening_share: f64) -> Standing {
        Standing { custom, opening_base: 1.0, opening_share }
    }

    #[test]
    fn region_share_by_hand() {
        let rivalry = Rivalry::new(5.0, 3.0);
        // Prices 10 % below: W = B 0.9^-4, V = 0.9, weight = 0.2 * 0.9^-2.
        let weight = 0.2 / 0.81;
        let expected = weight / (weight + 0.8);
        assert!((rivalry.region_share(&standing(0.9f64.powi(-4), 0.2)) - expected).abs() < 1e-12);
        assert!((rivalry.region_share(&standing(1.0, 0.2)) - 0.2).abs() < 1e-15);
        assert_eq!(rivalry.region_share(&standing(0.0, 0.2)), 0.0);
    }

    #[test]
    fn custom_that_keeps_a_share_by_hand() {
        let rivalry = Rivalry::new(5.0, 3.0);
        // The region has fallen from a half to a third: odds of a half, a quarter of the custom. A newcomer with a
        // fifth of that brings the odds to 0.5 x sqrt(1.2), and has a sixth of the region's share.
        let odds = 0.5 * 1.2f64.sqrt();
        let share = odds / (1.0 + odds) / 6.0;
        let x = rivalry.custom_to_keep(share, &standing(0.25, 0.5), 1.0).expect("room");
        assert!((x - 0.2).abs() < 1e-12, "{x}");
        // By the opening share of a half it would have had too little, and shrunk.
        assert!(share / 0.5 < 0.6 * x);
        assert_eq!(rivalry.custom_to_keep(0.0, &standing(0.25, 0.5), 1.0), Some(0.0));
    }

    #[test]
    fn more_custom_than_can_be_had_keeps_no_share() {
        let rivalry = Rivalry::new(5.0, 3.0);
        // Twice the custom: odds sqrt(2), a share of 0.586, of which half.
        let odds = 2f64.sqrt();
        let most = 0.5 * odds / (1.0 + odds);
        let keep = |share: f64, most: f64| rivalry.custom_to_keep(share, &standing(1.0, 0.5), most);
        assert!(keep(most - 1e-9, 1.0).is_some_and(|x| (x - 1.0).abs() < 1e-7));
        assert_eq!(keep(most + 1e-9, 1.0), None);
        assert!(keep(most + 1e-9, 2.0).is_some());
        assert_eq!(keep(0.1, f64::NAN), None);
        for share in [1e-9, f64::NAN, f64::INFINITY] {
            assert_eq!(rivalry.custom_to_keep(share, &standing(0.0, 0.5), 1.0), None, "no custom to share");
        }
    }
}
