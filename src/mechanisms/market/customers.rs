//! Customers of a firm: shares move, customers are won and lost, first references are made, exports start.

use crate::kernel::clock::Clock;
use crate::kernel::draws::{Small, normal};
use crate::kernel::math::{exp, happens, ln};
use crate::world::Nests;
use crate::world::firms::{Flow, MARKETS, Position, Profile, Technique};
use crate::world::outside::Outside;
use crate::world::rivalry::{Rivalry, Standing};
use crate::world::structure::{MOST_GROUPS, Structure};

use super::{Offer, Params, mix};

/// Customers whose turnover is drawn one by one; they carry 93 % of the variance.
const LARGE: usize = 8;
/// Their sizes relative to the largest: by Zipf's law, one over their rank.
const RECIPROCALS: [f64; LARGE] = [1.0, 1.0 / 2.0, 1.0 / 3.0, 1.0 / 4.0, 1.0 / 5.0, 1.0 / 6.0, 1.0 / 7.0, 1.0 / 8.0];

/// Everything about the markets that is the same for all firms.
pub(super) struct Rules {
    /// Target share of a firm per unit of base x appeal.
    per_appeal: Nests,
    /// How the region stands in each market, as foreign buyers see it.
    standing: [[Standing; MARKETS]; MOST_GROUPS],
    /// Factor of the exchange rate on the appeal of all its firms.
    exchanged: [f64; MARKETS],
    rivalry: Rivalry,
    adjustment: f64,
    turnover: f64,
    /// The same probability on the scale of 16-bit words.
    threshold: u16,
    customer_size: f64,
    reference_sales: f64,
    export_entry: f64,
    export_start: f64,
    share_of_year: f64,
    ticks_per_year: f64,
    scale: f64,
}

impl Rules {
    pub(super) fn new(clock: Clock, params: &Params, structure: &Structure, outside: &Outside, nests: &Nests) -> Self {
        let mut per_appeal = [[0.0; MARKETS]; MOST_GROUPS];
        let mut standing = [[Standing::default(); MARKETS]; MOST_GROUPS];
        // Where foreign money is dear, all of the region is cheap.
        let exchanged = std::array::from_fn(|m| outside.abroad.appeal(m, params.regional_elasticity));
        let rivalry = params.rivalry();
        for (s, sub) in structure.sub_industries.iter().enumerate() {
            for m in 0..MARKETS {
                standing[s][m] = sub.standing(m, nests[s][m] * exchanged[m]);
                let share = rivalry.region_share(&standing[s][m]);
                per_appeal[s][m] =
                    if nests[s][m] > 0.0 && outside.demand[s][m] > 0.0 { share / nests[s][m] } else { 0.0 };
            }
        }
        let turnover = clock.share_from_quarter(params.customer_turnover);
        Rules {
            per_appeal,
            standing,
            exchanged,
            rivalry,
            adjustment: clock.share_from_quarter(params.share_adjustment),
            turnover,
            threshold: (turnover * 65_536.0).min(65_535.0) as u16,
            customer_size: params.customer_size,
            reference_sales: params.reference_sales,
            export_entry: clock.share_from_year(params.export_entry),
            export_start: params.export_start,
            share_of_year: clock.years(),
            ticks_per_year: clock.ticks(),
            scale: structure.scale,
        }
    }
}

/// The parts of a firm that its customers see.
pub(super) struct Customer<'a> {
    pub(super) profile: &'a mut Profile,
    pub(super) technique: &'a Technique,
    pub(super) flow: &'a Flow,
    /// Rise of custom in the high-income market by green lines and standards, log points.
    pub(super) opened: f64,
    pub(super) offer: Offer,
}

/// One firm: shares move, customers come and go, demand follows.
pub(super) fn serve(
    mut firm: Customer<'_>,
    position: &mut Position,
    small: &mut Small,
    review: bool,
    rules: &Rules,
    structure: &Structure,
    outside: &Outside,
) {
    let s = usize::from(firm.profile.sub_industry);
    let annual_sales = firm.flow.sales * rules.ticks_per_year * rules.scale;
    if review {
        position.customers = (annual_sales / rules.customer_size).max(1.0).into();
    }
    let jump = customers_jump(position.customers.get(), small, rules);
    seek_reference(firm.profile, firm.technique, firm.flow.sales * rules.scale, small.uniform(), rules);
    enter_export(&mut firm, position, annual_sales, small.uniform(), rules, structure, outside);
    let mut expenditure = 0.0;
    let mut abroad = 0.0;
    let (mut before, mut after) = (0.0, 0.0);
    let (demand, tiers, per_appeal) = (&outside.demand[s], &outside.tiers[s], &rules.per_appeal[s]);
    for m in 0..MARKETS {
        let size = demand[m];
        before += position.share[m] * size;
        let target = per_appeal[m] * position.custom(m) * firm.offer.lift[m];
        position.share[m] = ((position.share[m] + rules.adjustment * (target - position.share[m])) * jump).into();
        position.base[m] *= jump;
        after += position.share[m] * size;
        let access = outside.abroad.access(m, firm.profile.presence);
        let paid = position.share[m] * size * mix(firm.technique.high_end.get(), &tiers[m]) * access;
        let spent = paid * firm.offer.raised[m];
        expenditure += spent;
        abroad += if m == 0 { 0.0 } else { spent };
    }
    position.demand = (expenditure / position.price).into();
    let export_share = if expenditure > 0.0 { abroad / expenditure } else { 0.0 };
    position.export_share = export_share.into();
    let share_growth = if before > 0.0 { (after / before - 1.0).clamp(-0.5, 0.5) } else { 0.0 };
    position.share_growth = share_growth.into();
}

/// A first reference for high-end products.
fn seek_reference(profile: &mut Profile, technique: &Technique, sales: f64, u: f64, rules: &Rules) {
    if !profile.referenced {
        profile.referenced = happens(u, technique.high_end * sales / rules.reference_sales);
    }
}

/// A firm that sells at home only may start to sell abroad.
fn enter_export(
    firm: &mut Customer<'_>,
    position: &mut Position,
    annual_sales: f64,
    u: f64,
    rules: &Rules,
    structure: &Structure,
    outside: &Outside,
) {
    if firm.profile.exporter {
        return;
    }
    /// Most by which competence raises the probability.
    const MOST: f64 = 20.0;
    let usual = rules.export_entry + rules.share_of_year * firm.offer.promotion;
    if u >= usual * MOST {
        return;
    }
    let s = usize::from(firm.profile.sub_industry);
    let lead = firm.technique.competence - outside.competence[s] + structure.sub_industries[s].opening_gap;
    if u >= usual * exp(2.0 * lead + firm.opened).min(MOST) {
        return;
    }
    let start = rules.export_start * annual_sales / rules.ticks_per_year / rules.scale / (MARKETS - 1) as f64;
    if start <= 0.0 || position.appeal <= 0.0 {
        return;
    }
    for m in 1..MARKETS {
        let (share, standing) = (start / outside.demand[s][m], &rules.standing[s][m]);
        // A market in which it would need more custom than all others of the region have has no room for it.
        let Some(relative) = rules.rivalry.custom_to_keep(share, standing, 1.0) else { continue };
        position.share[m] = share.into();
        position.base[m] = (relative * standing.custom / (position.appeal * rules.exchanged[m])).into();
        firm.profile.exporter = true;
    }
}

/// Factor on a firm's custom from customers won and lost; its expectation is one.
fn customers_jump(customers: f64, small: &mut Small, rules: &Rules) -> f64 {
    let (events, signs) = ([small.word(), small.word()], small.word());
    let n = customers.max(1.0);
    let many = n > LARGE as f64;
    let large = if many { LARGE } else { n as usize };
    let mut turned = turned(events, rules.threshold) & (u8::MAX >> (LARGE - large));
    if turned == 0 && !many {
        return 1.0;
    }
    let inverse = 1.0 / n;
    let harmonic = ln(n) + 0.577_215_664_9 + inverse * (0.5 - inverse / 12.0);
    // Share of the largest customer; the next have a half, a third, ... of it.
    let largest = 1.0 / harmonic;
    let mut factor = 1.0;
    while turned != 0 {
        let place = turned.trailing_zeros();
        turned &= turned - 1;
        let size = largest * RECIPROCALS[place as usize];
        let sign = f64::from((signs >> (8 * place)) as u8) / 256.0;
        factor *= if sign * (2.0 + size) < 1.0 { 1.0 + size } else { 1.0 / (1.0 + size) };
    }
    if many {
        // Sum of 1/rank^2 beyond the large ones.
        let rest = (1.0 / (LARGE as f64 + 0.5) - 1.0 / (n + 0.5)).max(0.0);
        let deviation = (rules.turnover * rest).sqrt() * largest;
        factor *= 1.0 + deviation * normal(small.word());
    }
    factor
}

/// Which of the large customers are won or lost, the largest in the lowest bit: those whose 16-bit number is below the
/// threshold. All are looked at without a branch, since a branch on each would be foretold wrongly once a firm.
#[inline]
fn turned(events: [u64; 2], threshold: u16) -> u8 {
    (0..LARGE).fold(0, |turned, place| {
        let draw = (events[place / 4] >> (16 * (place % 4))) as u16;
        turned | u8::from(draw < threshold) << place
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(turnover: f64) -> Rules {
        Rules {
            per_appeal: [[0.0; MARKETS]; MOST_GROUPS],
            standing: [[Standing::default(); MARKETS]; MOST_GROUPS],
            exchanged: [1.0; MARKETS],
            rivalry: Params::default().rivalry(),
            adjustment: 0.1,
            turnover,
            threshold: (turnover * 65_536.0) as u16,
            customer_size: 5.0,
            reference_sales: 10.0,
            export_entry: 0.0,
            export_start: 0.05,
            share_of_year: 0.25,
            ticks_per_year: 4.0,
            scale: 1.0,
        }
    }

    #[test]
    fn without_turnover_nothing_jumps() {
        assert_eq!(customers_jump(1000.0, &mut Small::new(1), &rules(0.0)), 1.0);
    }

    #[test]
    fn customers_turn_whose_number_is_below_the_threshold() {
        let events = [0x0005_FFFF_0004_0000, 0x8000_0003_0006_0004];
        assert_eq!(turned(events, 5), 0b0101_0011);
        assert_eq!(turned(events, 0), 0);
    }

    /// 400,000 draws; tolerance six standard errors (false alarm below 1e-8). The spread of log
    /// growth falls with size by itself.
    #[test]
    fn jumps_are_fair_and_smaller_for_larger_firms() {
        let rules = rules(0.15);
        let spread = |customers: f64| {
            let mut small = Small::new(7);
            let (mut sum, mut squares, n) = (0.0, 0.0, 400_000);
            for _ in 0..n {
                let jump = customers_jump(customers, &mut small, &rules);
                sum += jump;
                squares += ln(jump) * ln(jump);
            }
            let deviation = (squares / f64::from(n)).sqrt();
            assert!((sum / f64::from(n) - 1.0).abs() < 6.0 * deviation * 1.2 / f64::from(n).sqrt() + 2e-5);
            deviation
        };
        let (few, many) = (spread(5.0), spread(5000.0));
        assert!(few > 2.0 * many, "{few} {many}");
        let exponent = ln(few / many) / ln(1000.0);
        assert!((0.1..0.3).contains(&exponent), "{exponent}");
    }
}
