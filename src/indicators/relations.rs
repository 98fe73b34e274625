//! The networks of the region, its technologies, alliances and value chains: `network.csv`,
//! `technologies.csv`, `value_chain.csv`, `alliances.csv`, `links.csv`.

use rayon::prelude::*;

use crate::indicators::aggregate::Sums;
use crate::indicators::graph::{self, Measurer, Pair, Shape, Trees, Turnover};
use crate::indicators::table::{DEFINITION, FIRMS, LOG, MONEY, Rows, SHARE, TEXT, TICKS, column, ratio};
use crate::indicators::walk::component_shares;
use crate::kernel::ids::FirmId;
use crate::kernel::ordered::Total;
use crate::kernel::record::Cell::{Integer, Number, Text};
use crate::kernel::record::{Column, RecordError, TableSpec};
use crate::world::World;
use crate::world::firms::{FUNCTIONS, MARKETS, UpgradingOption};
use crate::world::ledger::Account;
use crate::world::network::{Alliance, Happening, Place, Subject, make_room};

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

/// Measures the network tick by tick. What it needs for one tick serves again for the next.
#[derive(Debug, Clone, Default)]
pub struct NetworkObserver {
    /// Layers of the tick.
    pub layers: [Layer; LAYERS.len()],
    now: Seen,
    /// The tick before; what is in it means nothing before the second.
    before: Seen,
    /// For every node of the tick before its number now.
    moved: Vec<u32>,
    measurer: Measurer,
    trees: Trees,
    started: bool,
}

/// What is remembered of a tick: its firms, and the relations of every layer.
#[derive(Debug, Clone, Default)]
struct Seen {
    firms: Vec<FirmId>,
    lists: [Vec<Pair>; LAYERS.len()],
    /// All relations but those of supply.
    rest: Vec<Pair>,
}

/// The node of a firm that has left.
const GONE: u32 = u32::MAX;

/// Numbers of nodes: researchers come first, then platforms, then firms by their rows.
#[derive(Debug, Clone, Copy)]
struct Nodes {
    science: usize,
    others: usize,
    all: usize,
}

impl Nodes {
    fn of(world: &World) -> Self {
        let science = world.researchers();
        let others = science + world.platforms.list.len();
        Nodes { science, others, all: others + world.firms.len() }
    }

    #[inline]
    fn firm(self, row: usize) -> u32 {
        (self.others + row) as u32
    }

    fn pair(self, (a, b): (Subject, Subject)) -> Pair {
        let name = |subject: Subject| match subject.place() {
            Place::Firm(row) => self.firm(row),
            Place::Science(number) => number as u32,
        };
        Pair::new(name(a), name(b))
    }

    fn member(self, (row, number): (usize, usize)) -> Pair {
        Pair::new((self.science + number) as u32, self.firm(row))
    }
}

impl Seen {
    /// Looks at a tick, where there were about as many relations as `before`.
    fn renew(&mut self, world: &World, nodes: Nodes, before: &Seen) {
        self.firms.clear();
        make_room(&mut self.firms, world.firms.len());
        self.firms.extend_from_slice(&world.firms.id);
        for (list, before) in self.lists.iter_mut().zip(&before.lists) {
            list.clear();
            make_room(list, before.len());
        }
        let Seen { rest, lists: [supply, alliance, ownership, platform, all], .. } = self;
        traders(world, nodes, supply);
        alliance.extend(allies(world).map(|pair| nodes.pair(pair)));
        ownership.extend(world.network.parents.iter().map(|pair| nodes.pair(*pair)));
        platform.extend(members(world).map(|member| nodes.member(member)));
        [&mut *alliance, &mut *ownership, &mut *platform].into_iter().for_each(graph::tidy);
        // Those of supply are the most by far, so the others are made one list before.
        graph::union([alliance, ownership, platform], rest);
        graph::union([supply, rest], all);
    }

    /// Notes for every node its number among the firms of the next tick: others than firms stay, rows move.
    /// Ids increase with rows, and newcomers have the highest ones.
    fn follow(&self, nodes: Nodes, firms: &[FirmId], moved: &mut Vec<u32>) {
        let mut row = 0;
        let place = |id: &FirmId| {
            let stays = firms.get(row) == Some(id);
            let node = if stays { nodes.firm(row) } else { GONE };
            row += usize::from(stays);
            node
        };
        moved.clear();
        make_room(moved, nodes.others + self.firms.len());
        moved.extend(0..nodes.others as u32);
        moved.extend(self.firms.iter().map(place));
    }

    /// What has become of a layer's relations since. Rows move, their order stays.
    fn turnover(&self, layer: usize, moved: &[u32], now: &[Pair]) -> Turnover {
        let list = &self.lists[layer];
        let ends = list.iter().map(|pair| (moved[pair.low() as usize], moved[pair.high() as usize]));
        let there = ends.filter(|(a, b)| *a != GONE && *b != GONE).map(|(a, b)| Pair::new(a, b));
        graph::turnover(list.len(), there, now)
    }
}

/// Lists pairs of buyer and supplier, sorted and each once.
fn traders(world: &World, nodes: Nodes, list: &mut Vec<Pair>) {
    let mut count = 0;
    for row in 0..world.firms.len() {
        let (own, first, others) = (nodes.firm(row), count, world.supply.contacts.of(row));
        if list.len() < first + others.len() {
            make_room(list, first + others.len());
            list.resize(list.capacity(), Pair::new(0, 0));
        }
        // Half of the pairs are those of earlier rows; they are overwritten, for no branch would foresee which.
        for other in others.iter().map(|other| *other as usize) {
            list[count] = Pair::new(own, nodes.firm(other));
            count += usize::from(other > row);
        }
        if !list[first..count].is_sorted() {
            list[first..count].sort_unstable();
        }
    }
    list.truncate(count);
    list.dedup();
}

/// Nodes of the largest component of every layer that has changed.
fn largest_components(
    trees: &mut Trees,
    nodes: usize,
    lists: &[Vec<Pair>; LAYERS.len()],
    changed: [bool; LAYERS.len()],
) -> [u32; LAYERS.len()] {
    let mut largest = [0; LAYERS.len()];
    for layer in (ALLIANCE..=PLATFORM).filter(|layer| changed[*layer]) {
        trees.plant(nodes);
        largest[layer] = trees.join_all(&lists[layer]);
    }
    if changed[SUPPLY] || changed[ALL] {
        // All layers together go on from the trees of supply.
        trees.plant(nodes);
        largest[SUPPLY] = trees.join_all(&lists[SUPPLY]);
        largest[ALL] = lists[ALLIANCE..=PLATFORM].iter().fold(largest[SUPPLY], |_, list| trees.join_all(list));
    }
    largest
}

impl NetworkObserver {
    /// Measures all layers of a tick, but for what they carry.
    pub fn observe(&mut self, world: &World) {
        let nodes = Nodes::of(world);
        let NetworkObserver { layers, now, before, moved, measurer, trees, started } = self;
        std::mem::swap(now, before);
        now.renew(world, nodes, before);
        before.follow(nodes, &now.firms, moved);
        let known = std::mem::replace(started, true);
        layers.par_iter_mut().enumerate().for_each(|(at, layer)| {
            layer.turnover = if known { before.turnover(at, moved, &now.lists[at]) } else { Turnover::default() };
        });
        // The shape is that of the last tick where nothing came or went.
        let changed = layers.each_ref().map(|layer| !known || layer.turnover != Turnover::default());
        let measure = || {
            for at in (0..LAYERS.len()).filter(|at| changed[*at]) {
                layers[at].shape = measurer.shape(nodes.all, &now.lists[at]);
            }
        };
        let (largest, ()) = rayon::join(|| largest_components(trees, nodes.all, &now.lists, changed), measure);
        for at in (0..LAYERS.len()).filter(|at| changed[*at]) {
            let shape = &mut layers[at].shape;
            shape.largest_component = ratio(f64::from(largest[at]), shape.subjects as f64);
        }
    }

    /// Notes the money that the relations of every layer carry.
    pub fn carry(&mut self, resources: [f64; LAYERS.len()]) {
        self.layers.iter_mut().zip(resources).for_each(|(layer, resources)| layer.resources = resources);
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
    // Without platforms nobody is a member.
    let rows = if world.platforms.list.is_empty() { 0 } else { world.firms.len() };
    let memberships = world.firms.membership[..rows].iter().enumerate();
    memberships.filter_map(|(row, membership)| membership.platform().map(|number| (row, number)))
}

/// Money that the relations of every layer carry: purchases, outlay for joint research, capital paid
/// into firms founded out of others, fees and contributions of members of platforms.
pub fn resources(world: &World) -> [f64; LAYERS.len()] {
    let firms = &world.firms;
    let alliance = UpgradingOption::Alliance as usize;
    let [supply, joint] = firms.chunks.fold(&[0.0; 2], |sums, rows| {
        let columns = firms.profile[rows.clone()].iter().zip(&firms.sourcing[rows.clone()]);
        let money = firms.flow[rows.clone()].iter().zip(&firms.effort[rows]);
        for ((profile, sourcing), (flow, effort)) in columns.zip(money) {
            let [local, _] = component_shares(&world.supply, profile, sourcing);
            sums.absorb(&[flow.inputs * local, f64::from(effort.budget[alliance])]);
        }
    });
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
    /// Projects of joint research on the field.
    pub projects: usize,
}

/// Technology fields, with what is needed to look at them.
#[derive(Debug, Clone, Default)]
pub struct Fields {
    /// The fields at the tick.
    pub states: Vec<FieldState>,
    /// What the firms of every sub-industry know, by the fields of its recipe.
    known: Vec<Vec<Known>>,
}

/// What the firms of a sub-industry know of a field of its recipe.
#[derive(Debug, Clone, Copy, Default)]
struct Known {
    field: usize,
    /// Generations that the world has codified.
    codified: u8,
    /// Sum of their levels.
    level: f64,
    /// Those that are ahead of what the world has codified.
    adopters: u32,
}

impl Fields {
    /// Looks at all fields.
    pub fn observe(&mut self, world: &World) {
        let Fields { states, known } = self;
        known.resize_with(world.members.len(), Vec::new);
        known.par_iter_mut().enumerate().for_each(|(s, known)| look(world, s, known));
        states.clear();
        states.resize(world.structure.fields.len(), FieldState::default());
        for (known, members) in known.iter().zip(&world.members) {
            for known in known {
                let state = &mut states[known.field];
                state.users += members.len() as u32;
                state.level += known.level;
                state.adopters += known.adopters;
                let lifted = known.adopters > 0 && 20 * known.adopters as usize >= members.len();
                state.industries += u32::from(lifted);
            }
        }
        world.network.alliances.iter().for_each(|alliance| states[usize::from(alliance.field)].projects += 1);
    }
}

/// Looks at what the firms of sub-industry `s` know: sums side by side, so that no firm waits for where they belong.
fn look(world: &World, s: usize, sums: &mut Vec<Known>) {
    let of = |(field, _): &(usize, f64)| Known {
        field: *field,
        codified: world.outside.codified[*field],
        ..Known::default()
    };
    sums.clear();
    sums.extend(world.structure.sub_industries[s].recipe.iter().map(of));
    for row in world.members[s].iter().map(|row| *row as usize) {
        let (knowledge, generations) = (world.firms.knowledge(row), world.firms.generations(row));
        for sum in &mut *sums {
            sum.level += f64::from(knowledge[sum.field]);
            sum.adopters += u32::from(generations[sum.field] > sum.codified);
        }
    }
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
            state.projects.into(),
        ];
        rows.write(&TECHNOLOGIES, rest)?;
    }
    Ok(())
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
pub fn write_value_chain(world: &World, sums: &Sums, rows: &mut Rows<'_>) -> Result<(), RecordError> {
    for (s, markets) in sums.chains.iter().enumerate() {
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
