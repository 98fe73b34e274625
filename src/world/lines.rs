//! What digital and green lines do for a firm; all zero where the mechanism is off.

use crate::world::standards::Practice;

/// Effects of digital and green lines in force.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Lines {
    /// Share of the labour of a line that going digital saves.
    pub saving: f64,
    /// Rise of the capability in service of a firm whose lines are all digital, log points.
    pub service: f64,
    /// How far digital lines write down what is made, 0-1.
    pub codifying: f64,
    /// Rise of custom in the high-income market of a firm whose lines are all green, log points.
    pub access: f64,
    /// What green lines add to the utility of green standards, log points.
    pub compliance: f64,
}

impl Lines {
    /// Labour per unit relative to what it would be without digital lines.
    #[inline]
    pub fn labour(&self, practice: &Practice) -> f64 {
        1.0 - self.saving * practice.digital
    }

    /// Rise of a firm's capability in the market function, log points.
    #[inline]
    pub fn service_of(&self, practice: &Practice) -> f64 {
        self.service * practice.digital
    }

    /// Rise of a firm's custom in the high-income market, log points.
    #[inline]
    pub fn access_of(&self, practice: &Practice) -> f64 {
        self.access * practice.green
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn effects_by_hand() {
        let lines = Lines { saving: 1.0 / 6.0, service: 0.5, codifying: 0.3, access: 0.2, compliance: 0.1 };
        let practice = Practice { digital: 0.5.into(), green: 0.25.into(), ..Practice::default() };
        assert!((lines.labour(&practice) - 11.0 / 12.0).abs() < 1e-15);
        assert!((lines.service_of(&practice) - 0.25).abs() < 1e-15);
        assert!((lines.access_of(&practice) - 0.05).abs() < 1e-15);
        // Off, or without such lines, nothing changes.
        assert_eq!(Lines::default().labour(&practice), 1.0);
        assert_eq!(lines.labour(&Practice::default()), 1.0);
    }
}
