//! What is summed along all firms, one after the other: shares of components, trade abroad, chains held captive, and
//! relations that reach the core of the region.

use crate::indicators::relations;
use crate::indicators::table::ratio;
use crate::world::World;
use crate::world::abroad::{Channel, Presence};
use crate::world::firms::{Chain, Flow, Profile};
use crate::world::ledger::Sector;
use crate::world::network::{Place, Subject};
use crate::world::supply::{CLASSES, Source, Sourcing, SupplyNetwork};

/// Sums along all firms.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Walk {
    /// Where components come from, and core firms.
    pub components: Components,
    /// Firms from whom others of the region order components.
    pub supporting: usize,
    /// What firms do abroad.
    pub overseas: Overseas,
    /// Chain value of firms whose lead firms hold functions back, and of all firms.
    pub captive: [f64; 2],
    /// Relations of supply, alliance and platforms, by what stands at their ends.
    pub links: Links,
}

/// Where the components of the region come from, and how able its core firms are.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Components {
    /// Purchases of components, million CNY per tick.
    pub all: f64,
    /// From the region.
    pub local: f64,
    /// From abroad.
    pub abroad: f64,
    /// Core firms.
    pub cores: f64,
    /// Lead of core firms' competence over the outside competitor's, summed.
    pub core_lead: f64,
}

/// What firms do abroad, over all of them.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Overseas {
    /// Exporters with channels of their own.
    pub own_channels: usize,
    /// Exporters with a partner's channel.
    pub joint_channels: usize,
    /// Firms with holdings abroad.
    pub investors: usize,
    /// Those of them that belong to the state.
    pub state_investors: usize,
    /// Exports in processing trade and in general trade.
    pub trades: [Trade; 2],
}

/// Exports of one kind of trade.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Trade {
    /// Sales abroad, million CNY per tick.
    pub exports: f64,
    /// Inputs of what is sold abroad.
    pub inputs: f64,
    /// Parts of design and market function performed, times exports.
    pub kept: f64,
}

/// Relations of supply, alliance and platforms.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Links {
    /// All of them.
    pub all: usize,
    /// With a core firm at one end.
    pub core: usize,
    /// With a university, institute, partner abroad or platform at one end.
    pub surrounding: usize,
}

impl Trade {
    /// Part of design and market function that exporters perform, weighted by exports.
    pub fn functions_kept(self) -> f64 {
        ratio(self.kept, self.exports)
    }
}

impl Links {
    /// The share of all of them that so many are; 0 without any relation.
    pub fn share(&self, some: usize) -> f64 {
        ratio(some as f64, self.all as f64)
    }
}

/// Walks along all firms.
pub fn walk(world: &World) -> Walk {
    let firms = &world.firms;
    let mut walk = Walk::default();
    let columns = firms.profile.iter().zip(&firms.sourcing).zip(&firms.flow).zip(&firms.chain);
    for (row, (((profile, sourcing), flow), chain)) in columns.enumerate() {
        walk.components.add(&world.supply, profile, sourcing, flow);
        walk.supporting += usize::from(sourcing.orders > 0.0);
        walk.overseas.add(world, profile, chain, flow);
        let value = flow.value_added + flow.value_leaving;
        walk.captive[0] += if chain.governance.holds_functions_back() { value } else { 0.0 };
        walk.captive[1] += value;
        walk.links.all += sourcing.suppliers().count();
        if profile.core {
            let outside = world.outside.competence[usize::from(profile.sub_industry)];
            walk.components.cores += 1.0;
            walk.components.core_lead += firms.technique[row].competence - outside;
            walk.links.core += links_of_core(world, row);
        }
    }
    // Counted from both ends, or twice from the one.
    walk.links.core /= 2;
    walk.links.add_others(world);
    walk
}

/// What comes from the region where a supplier has room for all, then what comes from abroad where nobody has room and
/// what less where there is room: by where the source is, in the region, abroad or in the rest of the nation. A table,
/// for what it says is as good as random, and branches would be foreseen wrongly.
const PARTS: [[f64; 3]; 3] = [[1.0, 1.0, -1.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.0]];

/// Shares of a firm's purchased inputs that are components from the region, and from abroad: those of
/// [`SupplyNetwork::local_share`] and [`SupplyNetwork::imported_share`] in one go.
#[inline(always)]
pub fn component_shares(supply: &SupplyNetwork, profile: &Profile, sourcing: &Sourcing) -> [f64; 2] {
    let Some(classes) = supply.classes.get(usize::from(profile.sub_industry)) else { return [0.0; 2] };
    let of = |class: usize| {
        let (source, filled) = (sourcing.source[class], f64::from(sourcing.filled[class]));
        let place = usize::from(source.supplier().is_none()) + usize::from(source == Source::HOME);
        let [local, abroad, spared] = PARTS[place];
        [classes[class].1 * (local * filled), classes[class].1 * (abroad + spared * filled)]
    };
    let mut sums = of(0);
    for class in 1..CLASSES {
        let [local, abroad] = of(class);
        sums = [sums[0] + local, sums[1] + abroad];
    }
    [supply.component_share * sums[0], supply.component_share * sums[1]]
}

impl Components {
    #[inline(always)]
    fn add(&mut self, supply: &SupplyNetwork, profile: &Profile, sourcing: &Sourcing, flow: &Flow) {
        let [local, abroad] = component_shares(supply, profile, sourcing);
        self.all += flow.inputs * supply.component_share;
        self.local += flow.inputs * local;
        self.abroad += flow.inputs * abroad;
    }
}

impl Overseas {
    #[inline(always)]
    fn add(&mut self, world: &World, profile: &Profile, chain: &Chain, flow: &Flow) {
        let presence = profile.presence;
        if presence != Presence::default() {
            self.own_channels += usize::from(presence.channel == Channel::Own);
            self.joint_channels += usize::from(presence.channel == Channel::Joint);
        }
        if presence.invests() {
            let owner = &world.structure.ownership[usize::from(profile.ownership)];
            self.investors += 1;
            self.state_investors += usize::from(owner.holder == Sector::Government);
        }
        if flow.exports > 0.0 {
            let trade = &mut self.trades[usize::from(!presence.processes())];
            trade.exports += flow.exports;
            trade.inputs += flow.inputs * ratio(flow.exports.get(), flow.sales.get());
            trade.kept += flow.exports * 0.5 * f64::from(chain.kept[0] + chain.kept[2]);
        }
    }
}

/// Relations of supply of a core firm, those with other core firms once, for they count there, too, and others twice.
fn links_of_core(world: &World, row: usize) -> usize {
    let others = world.supply.contacts.of(row).iter();
    others.map(|other| if world.is_core(*other as usize) { 1 } else { 2 }).sum()
}

impl Links {
    /// Adds relations of alliances and platforms.
    fn add_others(&mut self, world: &World) {
        let is_core = |subject: Subject| matches!(subject.place(), Place::Firm(row) if world.is_core(row));
        let is_science = |subject: Subject| matches!(subject.place(), Place::Science(_));
        for (a, b) in relations::allies(world) {
            self.all += 1;
            self.core += usize::from(is_core(a) || is_core(b));
            self.surrounding += usize::from(is_science(a) || is_science(b));
        }
        for (row, _) in relations::members(world) {
            self.all += 1;
            self.core += usize::from(world.is_core(row));
            self.surrounding += 1;
        }
    }
}
