//! The networks of the region, its technologies, alliances and value chains: `network.csv`,
//! `technologies.csv`, `value_chain.csv`, `alliances.csv`, `links.csv`.

use rayon::prelude::*;

use crate::indicators::graph::{self, Pair, Shape, Turnover};
use crate::indicators::table::{DEFINITION, FIRMS, LOG, MONEY, Rows, SHARE, TEXT, TICKS, column, ratio};
use crate::kernel::ids::FirmId;
use crate::kernel::ordered::{self, Total};
use crate::kernel::record::Cell::{Integer, Number, Text};
use crate::kernel::record::{Column, RecordError, TableSpec};
use crate::world::World;
use crate::world::firms::{FUNCTIONS, Governance, MARKETS};
use crate::world::ledger::Account;
use crate::world::network::{Alliance, Happening, Place, Subject};
use crate::world::structure::MOST_GROUPS;

/// Names of the functions of the value chain.
pub const FUNCTION_NAMES: [&str; FUNCTIONS] = ["design", "fabrication", "market"];
/// Names of the markets.
pub const MARKET_NAMES: [&str; MARKETS] = ["home", "middle_income", "high_income"];
/// Layers of the network, the last of them all together.
pub const LAYERS: [&str; 5] = ["supply", "alliance", "ownership", "platform", "all"];
const SUPPLY: usize = 0;
const ALLIANCE: usize = 1;
const OWNERSHIP: usize = 2;
const PLATFORM: usize = 3;
const ALL: usize = 4;

const TICK: Column = column("tick", TICKS, "Tick; 0 is the opening state.", DEFINITION);

/// One layer of the network at one tick.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Layer {
    /// Degrees, clustering, components.
    pub shape: Shape,
    /// Relations that came and went since the last tick.
    pub turnover: Turnover,
    /// Money that the relations carry, million CNY per tick.
    pub resources: f64,
}

/// Measures the network tick by tick.
#[derive(Debug, Clone, Default)]
pub struct NetworkObserver {
    last: Option<Seen>,
    /// Layers of the tick.
    pub layers: [Layer; LAYERS.len()],
}

/// What is remembered of a tick: its firms, and the relations of every layer.
#[derive(Debug, Clone, Default)]
struct Seen {
    firms: Vec<FirmId>,
    lists: [Vec<Pair>; LAYERS.len()],
}

/// The node of a firm that has left.
const GONE: u32 = u32::MAX;

impl Seen {
    /// For every node its number among the firms of the next tick: `others` come first and stay, rows move.
    /// Ids increase with rows, and newcomers have the highest ones.
    fn moved(&self, others: u32, firms: &[FirmId]) -> Vec<u32> {
        let mut row = 0;
        let place = |id: &FirmId| {
            let stays = firms.get(row) == Some(id);
            let node = if stays { others + row as u32 } else { GONE };
            row += usize::from(stays);
            node
        };
        (0..others).chain(self.firms.iter().map(place)).collect()
    }

    /// What has become of a layer's relations since. Rows move, their order stays.
    fn turnover(&self, layer: usize, moved: &[u32], now: &[Pair]) -> Turnover {
        let list = &self.lists[layer];
        let ends = list.iter().map(|pair| (moved[pair.low() as usize], moved[pair.high() as usize]));
        let there = ends.filter(|(a, b)| *a != GONE && *b != GONE).map(|(a, b)| Pair::new(a, b));
        graph::turnover(list.len(), there, now)
    }
}

impl NetworkObserver {
    /// Measures all layers of a tick.
    pub fn observe(&mut self, world: &World) {
        // Researchers come first, then platforms, then firms by their rows.
        let science = world.researchers();
        let others = science + world.platforms.list.len();
        let nodes = others + world.firms.len();
        let firm = |row: usize| (others + row) as u32;
        let name = |subject: Subject| match subject.place() {
            Place::Firm(row) => firm(row),
            Place::Science(number) => number as u32,
        };
        let member = |(row, number): (usize, usize)| Pair::new((science + number) as u32, firm(row));
        let pair = |(a, b): (Subject, Subject)| Pair::new(name(a), name(b));
        let mut lists = [
            world.supply.contacts.pairs(|a, b| Pair::new(firm(a as usize), firm(b as usize))),
            graph::relations(allies(world).map(pair).collect()),
            graph::relations(world.network.parents.iter().copied().map(pair).collect()),
            graph::relations(members(world).map(member).collect()),
            Vec::new(),
        ];
        lists[ALL] = graph::union(&lists[..ALL]);
        let resources = resources(world);
        let last = self.last.as_ref().map(|last| (last, last.moved(others as u32, &world.firms.id)));
        self.layers.par_iter_mut().zip(&lists).enumerate().for_each(|(at, (layer, list))| {
            let turnover = last.as_ref().map_or(Turnover::default(), |(last, moved)| last.turnover(at, moved, list));
            // The shape is that of the last tick where nothing came or went.
            let changed = last.is_none() || turnover != Turnover::default();
            let shape = if changed { graph::shape_of(nodes, list) } else { layer.shape };
            *layer = Layer { shape, turnover, resources: resources[at] };
        });
        self.last = Some(Seen { firms: world.firms.id.clone(), lists });
    }

    /// The layer of alliances.
    pub fn alliances(&self) -> &Layer {
        &self.layers[ALLIANCE]
    }

    /// The layer of platforms and their members.
    pub fn platforms(&self) -> &Layer {
        &self.layers[PLATFORM]
    }

    /// The layer of supply.
    pub fn supply(&self) -> &Layer {
        &self.layers[SUPPLY]
    }
}

/// Pairs that work together.
pub fn allies(world: &World) -> impl Iterator<Item = (Subject, Subject)> + '_ {
    world.network.bonds.iter().filter(|bond| bond.projects > 0).map(|bond| (bond.a, bond.b))
}

/// Members of innovation platforms: row of the firm and number of the platform.
pub fn members(world: &World) -> impl Iterator<Item = (usize, usize)> + '_ {
    let memberships = world.firms.membership.iter().enumerate();
    memberships.filter_map(|(row, membership)| membership.platform().map(|number| (row, number)))
}

/// Money that the relations of every layer carry: purchases, outlay for joint research, capital paid
/// into firms founded out of others, fees and contributions of members of platforms.
fn resources(world: &World) -> [f64; LAYERS.len()] {
    let firms = &world.firms;
    let alliance = crate::world::firms::UpgradingOption::Alliance as usize;
    let of = |row: usize| {
        let local = world.supply.local_share(&firms.profile[row], &firms.sourcing[row]);
        [firms.flow[row].inputs * local, f64::from(firms.effort[row].budget[alliance])]
    };
    let [supply, joint] = firms.chunks.fold(&[0.0; 2], |sums, rows| rows.for_each(|row| sums.absorb(&of(row))));
    let capital = |child: &Subject| match child.place() {
        Place::Firm(row) => -firms.balances[row].get(Account::Equity),
        Place::Science(_) => 0.0,
    };
    let ownership: f64 = world.network.parents.iter().map(|(_, child)| capital(child)).sum();
    let fees: f64 = world.platforms.list.iter().map(|platform| platform.accounts.earned()).sum();
    [supply, joint, ownership, fees, supply + joint + fees]
}

/// `network.csv`.
pub static NETWORK: TableSpec = TableSpec {
    name: "network",
    row: "one layer of the network at one tick",
    columns: &[
        TICK,
        column(
            "layer",
            TEXT,
            "supply, alliance, ownership, platform (members of innovation platforms) or all.",
            DEFINITION,
        ),
        column("subjects", "subjects", "Firms, universities, institutes and platforms with a relation.", DEFINITION),
        column("relations", "pairs", "Pairs that are related.", DEFINITION),
        column("new_relations", "pairs", "Pairs related now, not a tick before; 0 in the opening state.", DEFINITION),
        column("dissolved_relations", "pairs", "Pairs related a tick before, not now.", DEFINITION),
        column("mean_degree", "relations", "Relations of a subject.", DEFINITION),
        column(
            "clustering",
            SHARE,
            "Mean share of pairs of a subject's neighbours that are related.",
            "Watts & Strogatz 1998",
        ),
        column("largest_component", SHARE, "Subjects in the largest connected part.", DEFINITION),
        column(
            "resources",
            MONEY,
            "Purchases, outlay for joint research, fees and contributions of members of platforms; of ownership the capital paid into spin-offs, a stock in million CNY that is not in all.",
            DEFINITION,
        ),
    ],
};

/// Writes the layers of a tick.
///
/// # Errors
/// When the recorder cannot take a row.
pub fn write_network(observer: &NetworkObserver, rows: &mut Rows<'_>) -> Result<(), RecordError> {
    for (name, layer) in LAYERS.into_iter().zip(&observer.layers) {
        let rest = [
            Text(name),
            layer.shape.subjects.into(),
            layer.shape.relations.into(),
            layer.turnover.new.into(),
            layer.turnover.dissolved.into(),
            Number(layer.shape.mean_degree),
            Number(layer.shape.mean_local_clustering),
            Number(layer.shape.largest_component),
            Number(layer.resources),
        ];
        rows.write(&NETWORK, rest)?;
    }
    Ok(())
}

/// What firms know of a field.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct FieldState {
    /// Firms whose recipe needs the field.
    pub users: u32,
    /// Sum of their levels.
    pub level: f64,
    /// Those that are ahead of what the world has codified.
    pub adopters: u32,
    /// Sub-industries in which one user in twenty is ahead.
    pub industries: u32,
}

/// Looks at all fields.
pub fn fields(world: &World) -> Vec<FieldState> {
    let groups = world.members.len();
    let mut states = vec![FieldState::default(); world.structure.fields.len()];
    let known: Vec<Vec<Known>> = (0..groups).into_par_iter().map(|s| known(world, s)).collect();
    for (known, (members, sub)) in known.iter().zip(world.members.iter().zip(&world.structure.sub_industries)) {
        for (known, (field, _)) in known.iter().zip(&sub.recipe) {
            let state = &mut states[*field];
            state.users += members.len() as u32;
            state.level += known.level;
            state.adopters += known.adopters;
            let lifted = known.adopters > 0 && 20 * known.adopters as usize >= members.len();
            state.industries += u32::from(lifted);
        }
    }
    states
}

/// What the firms of a sub-industry know of a field of its recipe.
#[derive(Debug, Clone, Copy, Default)]
struct Known {
    /// Sum of their levels.
    level: f64,
    /// Those that are ahead of what the world has codified.
    adopters: u32,
}

/// What the firms of sub-industry `s` know, by the fields of its recipe: sums side by side, so that no firm waits for
/// where they belong.
fn known(world: &World, s: usize) -> Vec<Known> {
    let recipe = &world.structure.sub_industries[s].recipe;
    let mut sums = vec![Known::default(); recipe.len()];
    for row in world.members[s].iter().map(|row| *row as usize) {
        let (knowledge, generations) = (world.firms.knowledge(row), world.firms.generations(row));
        for (sum, (field, _)) in sums.iter_mut().zip(recipe) {
            sum.level += f64::from(knowledge[*field]);
            sum.adopters += u32::from(generations[*field] > world.outside.codified[*field]);
        }
    }
    sums
}

/// `technologies.csv`.
pub static TECHNOLOGIES: TableSpec = TableSpec {
    name: "technologies",
    row: "one technology field at one tick",
    columns: &[
        TICK,
        column("field", TEXT, "Technology field.", "scenario"),
        column("generic", "0 or 1", "Whether many sub-industries need the field.", "scenario"),
        column("frontier", LOG, "World frontier.", DEFINITION),
        column("ceiling", LOG, "Limit of what the world has codified or licenses out.", DEFINITION),
        column("mean_level", LOG, "Mean level of the firms whose recipe needs the field.", DEFINITION),
        column(
            "generations",
            "generations",
            "Highest generation that the region has unlocked, since the opening.",
            DEFINITION,
        ),
        column("codified", "generations", "Generations that the world has codified since the opening.", DEFINITION),
        column("breakthroughs", "events", "Breakthroughs of the region so far.", DEFINITION),
        column("adopters", FIRMS, "Firms that are ahead of what the world has codified.", DEFINITION),
        column(
            "adopting_industries",
            "sub-industries",
            "Sub-industries in which at least one firm in twenty is ahead.",
            DEFINITION,
        ),
        column("projects", "projects", "Projects of joint research on the field.", DEFINITION),
    ],
};

/// Writes the technology fields of a tick.
///
/// # Errors
/// When the recorder cannot take a row.
pub fn write_technologies(world: &World, states: &[FieldState], rows: &mut Rows<'_>) -> Result<(), RecordError> {
    let mut projects = vec![0usize; states.len()];
    world.network.alliances.iter().for_each(|alliance| projects[usize::from(alliance.field)] += 1);
    for (k, (name, state)) in world.structure.fields.iter().zip(states).enumerate() {
        let rest = [
            Text(name),
            Integer(i64::from(world.structure.generic[k])),
            Number(world.outside.frontier[k]),
            Number(world.outside.ceiling[k]),
            Number(state.level / f64::from(state.users.max(1))),
            Integer(i64::from(world.network.generation[k])),
            Integer(i64::from(world.outside.codified[k])),
            Integer(i64::from(world.network.breakthroughs[k])),
            Integer(i64::from(state.adopters)),
            Integer(i64::from(state.industries)),
            projects[k].into(),
        ];
        rows.write(&TECHNOLOGIES, rest)?;
    }
    Ok(())
}

/// Sums of the firms of a sub-industry in one market.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct ChainSums {
    chain_value: f64,
    kept: [f64; FUNCTIONS],
    governance: [f64; Governance::ALL.len()],
}

impl Total for ChainSums {
    fn absorb(&mut self, part: &Self) {
        self.chain_value += part.chain_value;
        self.kept.absorb(&part.kept);
        self.governance.absorb(&part.governance);
    }
}

/// Sums over all firms, by sub-industry and market.
fn chains(world: &World) -> [[ChainSums; MARKETS]; MOST_GROUPS] {
    let nothing = [[ChainSums::default(); MARKETS]; MOST_GROUPS];
    ordered::fold(world.firms.len(), &nothing, |sums, rows| rows.for_each(|row| add_chain(world, row, sums)))
}

/// Adds the chain of a firm, by what users in each market spend on its products.
fn add_chain(world: &World, row: usize, sums: &mut [[ChainSums; MARKETS]]) {
    let firms = &world.firms;
    let (chain, flow, position) = (&firms.chain[row], &firms.flow[row], &firms.position[row]);
    let s = usize::from(firms.profile[row].sub_industry);
    let demand = &world.outside.demand[s];
    let spent: [f64; MARKETS] = std::array::from_fn(|m| position.share[m] * demand[m]);
    let total: f64 = spent.iter().sum();
    let value = flow.value_added + flow.value_leaving;
    if total <= 0.0 || value <= 0.0 {
        return;
    }
    let per_spent = value / total;
    for (sum, spent) in sums[s].iter_mut().zip(spent) {
        let part = per_spent * spent;
        sum.chain_value += part;
        sum.kept.iter_mut().zip(chain.kept).for_each(|(sum, kept)| *sum += part * f64::from(kept));
        sum.governance[chain.governance as usize] += part;
    }
}

/// `value_chain.csv`.
pub static VALUE_CHAIN: TableSpec = TableSpec {
    name: "value_chain",
    row: "one function of the chain of one sub-industry in one market at one tick",
    columns: &[
        TICK,
        column("sub_industry", TEXT, "Code of the sub-industry.", "scenario"),
        column("market", TEXT, "home, middle_income or high_income.", DEFINITION),
        column("function", TEXT, "design, fabrication or market.", DEFINITION),
        column("value_share", SHARE, "Share of the function in the value of the chain.", DEFINITION),
        column(
            "kept_share",
            SHARE,
            "Share of the function's value that stays in the region, with manufacturers or producer-service firms.",
            DEFINITION,
        ),
        column("firms_kept_share", SHARE, "Share that manufacturers keep themselves.", DEFINITION),
        column("chain_value", MONEY, "Value of the region's chains in the market, all functions.", DEFINITION),
        column("market_governance", SHARE, "Chain value under governance by the market.", GOVERNANCE),
        column("modular", SHARE, "Under modular governance.", GOVERNANCE),
        column("relational", SHARE, "Under relational governance.", GOVERNANCE),
        column("captive", SHARE, "Under captive governance.", GOVERNANCE),
        column("hierarchy", SHARE, "Under hierarchy.", GOVERNANCE),
    ],
};

const GOVERNANCE: &str = "Gereffi, Humphrey & Sturgeon 2005";

/// Writes the value chains of a tick.
///
/// # Errors
/// When the recorder cannot take a row.
pub fn write_value_chain(world: &World, rows: &mut Rows<'_>) -> Result<(), RecordError> {
    for (s, markets) in chains(world).iter().enumerate().take(world.members.len()) {
        for (m, sums) in markets.iter().enumerate() {
            let mix = sums.governance.map(|part| Number(ratio(part, sums.chain_value)));
            for (f, name) in FUNCTION_NAMES.into_iter().enumerate() {
                let [market, modular, relational, captive, hierarchy] = mix;
                let kept = ratio(sums.kept[f], sums.chain_value);
                let rest = [
                    Text(&world.structure.sub_industries[s].code),
                    Text(MARKET_NAMES[m]),
                    Text(name),
                    Number(world.outside.function_shares[s][m][f]),
                    Number(kept + (1.0 - kept) * world.services.earned[f]),
                    Number(kept),
                    Number(sums.chain_value),
                    market,
                    modular,
                    relational,
                    captive,
                    hierarchy,
                ];
                rows.write(&VALUE_CHAIN, rest)?;
            }
        }
    }
    Ok(())
}

/// `alliances.csv`.
pub static ALLIANCES: TableSpec = TableSpec {
    name: "alliances",
    row: "one event in the life of an alliance",
    columns: &[
        TICK,
        column("alliance", "-", "Number of the alliance, never given again.", DEFINITION),
        column("event", TEXT, "formed, renewed, broken_through or dissolved.", DEFINITION),
        column("field", TEXT, "Generic technology on which it works.", "scenario"),
        column("generation", "generations", "Generation sought, since the opening.", DEFINITION),
        column("members", "subjects", "Members.", DEFINITION),
        column("member_firms", FIRMS, "Firms among them.", DEFINITION),
        column("since", TICKS, "Tick at which it was formed.", DEFINITION),
        column("progress", "-", "Progress cumulated so far.", DEFINITION),
    ],
};

/// Writes what happened to alliances in a tick.
///
/// # Errors
/// When the recorder cannot take a row.
pub fn write_alliances(world: &World, rows: &mut Rows<'_>) -> Result<(), RecordError> {
    for event in &world.network.chronicle {
        let Alliance { number, field, generation, size, since, progress, .. } = event.alliance;
        let firms = event.alliance.members().iter().filter(|m| matches!(m.place(), Place::Firm(_))).count();
        let rest = [
            Integer(i64::try_from(number).unwrap_or(i64::MAX)),
            Text(event.happening.name()),
            Text(&world.structure.fields[usize::from(field)]),
            Integer(i64::from(generation)),
            Integer(i64::from(size)),
            firms.into(),
            Integer(i64::from(since)),
            Number(progress),
        ];
        rows.write(&ALLIANCES, rest)?;
    }
    Ok(())
}

/// Number of events of a kind in the tick.
pub fn happenings(world: &World, kind: Happening) -> i64 {
    world.network.chronicle.iter().filter(|event| event.happening == kind).count() as i64
}

/// `links.csv`.
pub static LINK_PANEL: TableSpec = TableSpec {
    name: "links",
    row: "one relation of two subjects at one tick",
    columns: &[
        TICK,
        column("from", TEXT, "Number of a firm, or name of a university or institute.", DEFINITION),
        column("to", TEXT, "Number of a firm, or name of a university, institute or platform.", DEFINITION),
        column(
            "kind",
            TEXT,
            "supply (from buyer to supplier), alliance, ownership (from parent to subsidiary), or platform (from member to platform).",
            DEFINITION,
        ),
        column(
            "weight",
            "as the kind",
            "supply: purchases, million CNY per tick; alliance: trust 0-1; ownership and platform: 1.",
            DEFINITION,
        ),
    ],
};

/// One end of a relation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// A firm, university or institute.
    Subject(Subject),
    /// The platform of this number.
    Platform(usize),
}

impl End {
    /// The firm in this row.
    pub fn firm(row: usize) -> Self {
        End::Subject(Subject::firm(row))
    }

    /// Number among all ends there can be: firms, then researchers, then platforms.
    pub fn node(self, world: &World) -> usize {
        let firms = world.firms.len();
        match self {
            End::Subject(subject) => subject.node(firms),
            End::Platform(number) => firms + world.researchers() + number,
        }
    }

    /// The end with this number.
    pub fn of_node(world: &World, node: usize) -> Self {
        let subjects = world.firms.len() + world.researchers();
        match node.checked_sub(subjects) {
            Some(number) => End::Platform(number),
            None => End::Subject(Subject::of_node(node, world.firms.len())),
        }
    }

    /// Its name in the files.
    pub fn name(self, world: &World) -> String {
        match self {
            End::Platform(number) => world.platforms.list[number].name.clone(),
            End::Subject(subject) => match subject.place() {
                Place::Firm(row) => world.firms.id[row].number().to_string(),
                Place::Science(number) => world.researcher(number).name.clone(),
            },
        }
    }
}

/// One relation with its kind and weight.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Relation {
    /// From whom.
    pub from: End,
    /// To whom.
    pub to: End,
    /// Layer, an index into [`LAYERS`].
    pub layer: usize,
    /// Weight, see the table.
    pub weight: f64,
}

/// All relations of the region.
pub fn relations(world: &World) -> Vec<Relation> {
    let firms = &world.firms;
    let mut all = Vec::new();
    for (row, sourcing) in firms.sourcing.iter().enumerate() {
        let s = usize::from(firms.profile[row].sub_industry);
        for (class, (_, share)) in world.supply.classes[s].iter().enumerate() {
            if let Some(supplier) = sourcing.source[class].supplier() {
                let filled = f64::from(sourcing.filled[class]);
                let weight = firms.flow[row].inputs * world.supply.component_share * share * filled;
                all.push(Relation { from: End::firm(row), to: End::firm(supplier), layer: SUPPLY, weight });
            }
        }
    }
    for bond in world.network.bonds.iter().filter(|bond| bond.projects > 0) {
        let (from, to) = (End::Subject(bond.a), End::Subject(bond.b));
        all.push(Relation { from, to, layer: ALLIANCE, weight: f64::from(bond.trust) });
    }
    for (parent, child) in &world.network.parents {
        let (from, to) = (End::Subject(*parent), End::Subject(*child));
        all.push(Relation { from, to, layer: OWNERSHIP, weight: 1.0 });
    }
    for (row, number) in members(world) {
        all.push(Relation { from: End::firm(row), to: End::Platform(number), layer: PLATFORM, weight: 1.0 });
    }
    all
}

/// Writes one wave of the link panel.
///
/// # Errors
/// When the recorder cannot take a row.
pub fn write_links(world: &World, rows: &mut Rows<'_>) -> Result<(), RecordError> {
    for relation in relations(world) {
        let (from, to) = (relation.from.name(world), relation.to.name(world));
        let rest = [Text(&from), Text(&to), Text(LAYERS[relation.layer]), Number(relation.weight)];
        rows.write(&LINK_PANEL, rest)?;
    }
    Ok(())
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

/// Sums over purchases of components and core firms.
pub fn components(world: &World) -> Components {
    let firms = &world.firms;
    let mut sums = Components::default();
    for row in 0..firms.len() {
        let (profile, sourcing) = (&firms.profile[row], &firms.sourcing[row]);
        let inputs = firms.flow[row].inputs;
        sums.all += inputs * world.supply.component_share;
        sums.local += inputs * world.supply.local_share(profile, sourcing);
        sums.abroad += inputs * world.supply.imported_share(profile, sourcing);
        if profile.core {
            sums.cores += 1.0;
            sums.core_lead +=
                firms.technique[row].competence - world.outside.competence[usize::from(profile.sub_industry)];
        }
    }
    sums
}
