//! Programmes that build trust, assess fields and bring subjects together pay for it.

use super::Params;
use super::scene::Scene;
use crate::world::World;
use crate::world::ledger::Entry;
use crate::world::levers;
use crate::world::network::{Bond, Happening, Place, Subject};

/// Mediation builds trust between partners of whom one is addressed, as far as the money goes.
pub(super) fn mediate(world: &mut World, params: &Params) {
    let World { clock, firms, structure, network, levers, ledger, .. } = world;
    let levers::Levers { trust, outlays, .. } = levers;
    for lever in trust.iter() {
        let addressed = |subject: &Subject| match subject.place() {
            Place::Firm(row) => lever.addressees.include(&firms.profile[row], firms.workforce[row].workers.get()),
            Place::Science(_) => false,
        };
        let partners = |bond: &&mut Bond| bond.projects > 0 && (addressed(&bond.a) || addressed(&bond.b));
        let count = network.bonds.iter_mut().filter(partners).count() as f64;
        let pace = clock.share_from_year(lever.nominal);
        let full = count * lever.nominal * params.mediation_cost * clock.years() / structure.scale;
        let paid = outlays[lever.instrument].pay(full, full, count);
        ledger.post(Entry::Mediation, paid);
        let closed = if full > 0.0 { pace * paid / full } else { 0.0 };
        let built = |bond: &mut Bond| bond.trust += closed as f32 * (1.0 - bond.trust);
        network.bonds.iter_mut().filter(partners).for_each(built);
    }
}

/// Pays for the assessment of the fields of new projects led by those addressed.
pub(super) fn pay_foresight(world: &mut World, params: &Params) {
    let World { firms, structure, network, levers, ledger, .. } = world;
    let levers::Levers { foresight, outlays, .. } = levers;
    for lever in foresight.iter() {
        let led = network.chronicle.iter().filter(|event| {
            event.happening == Happening::Formed
                && matches!(event.alliance.members()[0].place(), Place::Firm(row)
                    if lever.addressees.include(&firms.profile[row], firms.workforce[row].workers.get()))
        });
        let count = led.count() as f64;
        let claims = count * lever.rate * params.foresight_cost / structure.scale;
        let paid = outlays[lever.instrument].pay(claims, claims * lever.to_nominal(), count);
        ledger.post(Entry::Foresight, paid);
    }
}

/// Programmes that bring subjects together pay for every firm of the quarter whom they may reach, as far as
/// their budgets go; the chance that they offer falls with what they cannot pay.
pub(super) fn pay_brokers(world: &mut World, scene: &Scene, params: &Params) {
    if world.levers.connection.is_empty() {
        return;
    }
    for lever in 0..world.levers.connection.len() {
        let set = &world.levers.connection[lever];
        let firms = &world.firms;
        let addressed = |row: usize| set.addressees.include(&firms.profile[row], firms.workforce[row].workers.get());
        let due = scene.actives.list.all().filter(|active| active.due);
        let reached = due.filter(|active| addressed(active.row as usize)).count() as f64;
        let claim = reached * set.nominal * params.brokerage_cost / world.structure.scale;
        let paid = claim.min(set.budget);
        let World { levers, ledger, .. } = world;
        let set = &mut levers.connection[lever];
        set.rate = if claim > 0.0 { set.nominal * paid / claim } else { 0.0 };
        let outlay = &mut levers.outlays[set.instrument];
        outlay.spent += paid;
        outlay.claims += claim;
        outlay.recipients += reached;
        ledger.post(Entry::Brokerage, paid);
    }
}
