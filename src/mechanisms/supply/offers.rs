//! What buyers need, what offers of components are worth to them, and what those bought do to product and cost.

use super::Params;
use crate::kernel::math::ln;
use crate::world::outside::Outside;
use crate::world::structure::SubIndustry;
use crate::world::supply::{CLASSES, Source};

/// Component classes of a sub-industry: the heaviest fields of its recipe, with shares of spending.
pub fn classes(sub: &SubIndustry) -> [(usize, f64); CLASSES] {
    let mut recipe = sub.recipe.clone();
    recipe.sort_by(|(a, v), (b, w)| w.total_cmp(v).then(a.cmp(b)));
    let first = recipe.first().map_or(0, |(field, _)| *field);
    let chosen: [(usize, f64); CLASSES] = std::array::from_fn(|c| recipe.get(c).copied().unwrap_or((first, 0.0)));
    let total: f64 = chosen.iter().map(|(_, weight)| weight).sum();
    chosen.map(|(field, weight)| (field, if total > 0.0 { weight / total } else { 1.0 / CLASSES as f64 }))
}

/// What a buyer requires of a component, log units.
pub fn requirement(own: f64, frontier: f64, params: &Params) -> f64 {
    (own - params.requirement_margin).max(frontier - params.requirement_floor)
}

/// Fit of a component of this level to a requirement, log points.
pub fn fit(level: f64, requirement: f64, params: &Params) -> f64 {
    /// Nothing is worse than of no use.
    const USELESS: f64 = -1.0;
    (level.min(requirement + params.usable_excess) - requirement).max(USELESS)
}

/// What is deducted from offers of the rest of the nation and of abroad, log points: the same for every buyer.
pub(super) struct Deductions {
    nation_distance: f64,
    import_margin: f64,
    abroad_distance: f64,
}

impl Deductions {
    pub(super) fn new(params: &Params) -> Self {
        let far = |km: f64| params.distance_cost * km / 1000.0;
        Deductions {
            nation_distance: far(params.nation_distance),
            import_margin: ln(1.0 + params.import_margin),
            abroad_distance: far(params.abroad_distance),
        }
    }

    #[inline]
    pub(super) fn offers(&self, requirement: f64, frontier: f64, params: &Params) -> [(Source, f64); 2] {
        let nation = fit(frontier - params.nation_gap, requirement, params) - self.nation_distance;
        let abroad = fit(frontier, requirement, params) - self.import_margin - self.abroad_distance;
        [(Source::HOME, nation), (Source::ABROAD, abroad)]
    }
}

/// Offers of the rest of the nation and of abroad, log points.
pub fn offers_elsewhere(requirement: f64, frontier: f64, params: &Params) -> [(Source, f64); 2] {
    Deductions::new(params).offers(requirement, frontier, params)
}

/// Offer of a supplier in the region, log points.
pub fn offer_nearby(level: f64, requirement: f64, km: f64, trust: f64, params: &Params) -> f64 {
    fit(level, requirement, params) - params.distance_cost * km / 1000.0 + params.trust_value * trust
}

/// Quality that components add to the product, and the surcharge they put on the cost of inputs.
pub fn effects(
    sources: &[Source; CLASSES],
    classes: &[(usize, f64); CLASSES],
    filled: &[f32; CLASSES],
    own: &[f32],
    level: impl Fn(usize, usize) -> f64,
    outside: &Outside,
    params: &Params,
) -> (f64, f64) {
    let (mut quality, mut extra) = (0.0, 0.0);
    for (class, (field, share)) in classes.iter().enumerate() {
        let frontier = outside.frontier[*field];
        let required = requirement(f64::from(own[*field]), frontier, params);
        let (fit, abroad) = match sources[class].supplier() {
            Some(row) => {
                // What a supplier near by has no room for comes from abroad.
                let (near, rest) = (f64::from(filled[class]), 1.0 - f64::from(filled[class]));
                let imported = fit(frontier, required, params);
                (near * fit(level(row, *field), required, params) + rest * imported, rest)
            }
            None if sources[class] == Source::HOME => (fit(frontier - params.nation_gap, required, params), 0.0),
            None => (fit(frontier, required, params), 1.0),
        };
        quality += share * fit;
        extra += abroad * share * params.import_margin;
    }
    (params.quality_weight * quality, params.component_share * extra)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requirement_and_fit_by_hand() {
        let params = Params::default();
        assert!((requirement(-0.3, 0.0, &params) + 0.4).abs() < 1e-15);
        assert!((requirement(-1.0, 0.0, &params) + 0.6).abs() < 1e-15);
        assert!((fit(-0.7, -0.6, &params) + 0.1).abs() < 1e-15);
        // More than a little above what is required is of no use.
        assert!((fit(0.0, -0.6, &params) - 0.2).abs() < 1e-15 && fit(-9.0, -0.6, &params) == -1.0);
    }

    #[test]
    fn abroad_is_good_and_dear_and_the_nation_cheap_and_wanting() {
        let params = Params::default();
        let [(_, nation), (_, abroad)] = offers_elsewhere(-0.6, 0.0, &params);
        assert!((nation - (-0.05 - 0.05)).abs() < 1e-12);
        assert!((abroad - (0.2 - 1.3f64.ln() - 0.1)).abs() < 1e-12);
        // An able supplier near by beats both.
        assert!(offer_nearby(-0.45, -0.6, 100.0, 0.0, &params) > abroad.max(nation));
        assert!(offer_nearby(-1.1, -0.6, 100.0, 0.0, &params) < abroad.max(nation));
    }

    #[test]
    fn no_supplier_offers_more_than_it_would_next_door() {
        let params = Params::default();
        let next_door = |level: f64| fit(level, -0.6, &params);
        for (level, km) in [(-2.0, 0.0), (-0.61, 360.0), (-0.45, 100.0), (0.3, 1000.0)] {
            assert!(offer_nearby(level, -0.6, km, 0.0, &params) <= next_door(level), "what search passes over");
            assert!(next_door(level) <= next_door(f64::INFINITY));
        }
    }

    #[test]
    fn classes_are_the_heaviest_fields() {
        let sub = SubIndustry { recipe: vec![(0, 0.1), (3, 0.4), (5, 0.2), (7, 0.3)], ..SubIndustry::for_tests(0.0) };
        let classes = classes(&sub);
        assert_eq!(classes.map(|(field, _)| field), [3, 7, 5]);
        assert!((classes[0].1 - 0.4 / 0.9).abs() < 1e-15);
    }

    #[test]
    fn imports_cost_a_margin_and_bad_components_spoil_the_product() {
        let params = Params { component_share: 0.2, import_margin: 0.5, quality_weight: 0.1, ..Params::default() };
        let outside = Outside { frontier: vec![0.0], ..Outside::default() };
        let classes = [(0, 0.5), (0, 0.3), (0, 0.2)];
        let own = [-1.0f32];
        let sources = [Source::ABROAD, Source::HOME, Source::local(7)];
        let (quality, surcharge) = effects(&sources, &classes, &[1.0; CLASSES], &own, |_, _| -0.8, &outside, &params);
        assert!((surcharge - 0.2 * 0.5 * 0.5).abs() < 1e-15);
        assert!((quality - 0.1 * (0.5 * 0.2 - 0.3 * 0.05 - 0.2 * 0.2)).abs() < 1e-12);
        assert_eq!(
            effects(&[Source::HOME; CLASSES], &classes, &[1.0; CLASSES], &own, |_, _| 0.0, &outside, &params).1,
            0.0
        );
        // A supplier with room for half: the rest is imported.
        let half =
            effects(&[Source::local(7); CLASSES], &classes, &[0.5; CLASSES], &own, |_, _| -0.8, &outside, &params);
        assert!((half.1 - 0.05).abs() < 1e-15);
    }
}
