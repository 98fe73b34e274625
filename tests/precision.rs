//! What single precision costs: numbers that are rounded anew in every tick move the region by next to nothing.

mod support;

use support::Lab;
use tiexi::kernel::single::{LogLevel, Single};
use tiexi::world::firms::{Flow, Plant, Position, Technique, Workforce};

/// Moves every number of a record that is kept in single precision by this part of itself, up or down.
macro_rules! shaken {
    ($($record:ident: $($field:ident)*; $($array:ident)*.)*) => {$(
        impl Shaken for $record {
            fn shake(&mut self, sign: &mut impl FnMut() -> f64, by: f64) {
                // Taken apart as a whole, so that no number can be forgotten.
                let $record { $($field,)* $($array,)* } = self;
                $(*$field *= 1.0 + by * sign();)*
                $($array.iter_mut().for_each(|number| *number *= 1.0 + by * sign());)*
            }
        }
    )*};
}

trait Shaken {
    fn shake(&mut self, sign: &mut impl FnMut() -> f64, by: f64);
}

shaken! {
    Technique: competence process quality high_end unit_labour efficiency skill spread; .
    Plant: capacity embodied capital_price unit_inputs log_unit_labour stock stock_value component_surcharge; .
    Workforce: workers engineers engineers_wanted; .
    Position: kept_share price log_price markup price_constant appeal customers share_growth demand export_share expected output
        sold; share base.
    Flow: sales exports inputs value_added value_leaving operating research imitation functions profit investment early
        borrowed interest stock_change stock_revaluation; .
}

/// Moves all numbers of all firms by `units` times twice what keeping them rounds off at most, about a unit of the last
/// place each, and, before the first tick, the technique of their machines by `steps` of its steps.
fn shake(lab: &mut Lab, units: f64, steps: f64) {
    let by = 2.0 * units * Single::ROUNDING;
    let mut word = u64::from(lab.world.clock.tick) + 1;
    let mut sign = || {
        // A walk through all 64-bit words; its upper half is as good as drawn.
        word = word.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        if word >> 63 == 0 { 1.0 } else { -1.0 }
    };
    let opening = lab.world.clock.tick == 0;
    let firms = &mut lab.world.firms;
    firms.technique.iter_mut().for_each(|record| record.shake(&mut sign, by));
    firms.plant.iter_mut().for_each(|record| record.shake(&mut sign, by));
    firms.workforce.iter_mut().for_each(|record| record.shake(&mut sign, by));
    firms.position.iter_mut().for_each(|record| record.shake(&mut sign, by));
    firms.flow.iter_mut().for_each(|record| record.shake(&mut sign, by));
    for level in firms.vintages.iter_mut().filter(|_| opening).flat_map(|vintages| &mut vintages.level) {
        *level = (level.get() + 2.0 * steps * LogLevel::ROUNDING * sign()).into();
    }
}

/// Indicators after a year in which all numbers were moved in every tick.
fn after_a_year(units: f64, steps: f64) -> [(&'static str, f64); 7] {
    let mut lab = Lab::open::<&str>("liaoning.toml", &[]);
    for _ in 0..4 {
        shake(&mut lab, units, steps);
        lab.tick();
    }
    let firms = &lab.world.firms;
    let sum = |value: &dyn Fn(usize) -> f64| (0..firms.len()).map(value).sum::<f64>();
    [
        ("value added", sum(&|row| firms.flow[row].value_added.get())),
        ("profit", sum(&|row| firms.flow[row].profit.get())),
        ("employment", sum(&|row| firms.workforce[row].workers + firms.workforce[row].engineers)),
        ("high-end sales", sum(&|row| firms.flow[row].sales * firms.technique[row].high_end)),
        ("competence", sum(&|row| firms.technique[row].competence * firms.flow[row].sales)),
        ("own funds", sum(&|row| firms.balances[row].own_funds())),
        ("firms", firms.len() as f64),
    ]
}

/// Most that each indicator may move, relative to itself: some four times what it does. The mix of products turns at a
/// threshold, so sales of high-end products feel the steps of machines most.
const UNFELT: [f64; 7] = [1e-5, 4e-5, 3e-6, 3e-4, 3e-6, 2e-6, 1e-9];

/// How many indicators feel numbers moved by so many units, and machines by so many steps.
fn felt(units: f64, steps: f64) -> usize {
    let mut felt = 0;
    for (((name, before), (_, after)), unfelt) in
        after_a_year(0.0, 0.0).iter().zip(after_a_year(units, steps)).zip(UNFELT)
    {
        let moved = (after / before - 1.0).abs();
        println!("{units} units, {steps} steps: {name} moves by {moved:e}");
        felt += usize::from(moved > unfelt);
    }
    felt
}

/// A year, for sooner or later what is rounded decides whether something happens to one firm or not, and from then on
/// two runs differ by that event, as they would after any other change.
#[test]
fn a_unit_of_the_last_place_in_all_numbers_of_every_tick_is_not_felt() {
    assert_eq!(felt(1.0, 1.0), 0);
    // The measure would see it: a thousand times as much, ten bits less, is felt, and so are machines in coarser steps.
    assert!(felt(1000.0, 0.0) >= 3);
    assert!(felt(0.0, 100.0) >= 3);
}
