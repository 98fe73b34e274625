//! What each phase of the tick touches of a firm, and so what memory alone would cost.
//!
//! A column stands here if the phase goes through it from the first firm to the last; single firms that it looks up
//! beside (partners, suppliers, the few that merge) do not. A column that is read counts with its size, one that is
//! written with twice its size, for it is read and written back. Each counts once in a phase, however often the phase
//! passes through it. Divided by the bandwidth of memory this is the time that a phase takes at the least, as long as
//! the state is larger than the caches and no two phases are made one.

use tiexi::kernel::ids::FirmId;
use tiexi::world::firms::{Chain, Effort, Flow, Plant, Position, Profile, Strategy, Technique, Vintages, Workforce};
use tiexi::world::ledger::FirmBooks;
use tiexi::world::platforms::Membership;
use tiexi::world::standards::Practice;
use tiexi::world::supply::Sourcing;

use Column::{
    Balance, ChainOf, EffortOf, FlowOf, Id, Knowledge, MembershipOf, PlantOf, PositionOf, PracticeOf, ProfileOf,
    SourcingOf, StrategyOf, TechniqueOf, Unlocked, VentureEquity, VintagesOf, WorkforceOf,
};

use super::record::table::Measurement;

/// Technology fields of the reference scenario.
pub const FIELDS: usize = 24;

/// Columns of the table of firms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    Id,
    ProfileOf,
    Knowledge,
    Unlocked,
    TechniqueOf,
    VintagesOf,
    PlantOf,
    WorkforceOf,
    PositionOf,
    StrategyOf,
    EffortOf,
    ChainOf,
    SourcingOf,
    PracticeOf,
    MembershipOf,
    Balance,
    VentureEquity,
    FlowOf,
}

/// All columns.
pub const ALL: [Column; 18] = [
    Id,
    ProfileOf,
    Knowledge,
    Unlocked,
    TechniqueOf,
    VintagesOf,
    PlantOf,
    WorkforceOf,
    PositionOf,
    StrategyOf,
    EffortOf,
    ChainOf,
    SourcingOf,
    PracticeOf,
    MembershipOf,
    Balance,
    VentureEquity,
    FlowOf,
];

impl Column {
    /// Bytes of a firm.
    pub fn bytes(self) -> usize {
        match self {
            Id => size_of::<FirmId>(),
            ProfileOf => size_of::<Profile>(),
            Knowledge => FIELDS * size_of::<f32>(),
            Unlocked => FIELDS * size_of::<u8>(),
            TechniqueOf => size_of::<Technique>(),
            VintagesOf => size_of::<Vintages>(),
            PlantOf => size_of::<Plant>(),
            WorkforceOf => size_of::<Workforce>(),
            PositionOf => size_of::<Position>(),
            StrategyOf => size_of::<Strategy>(),
            EffortOf => size_of::<Effort>(),
            ChainOf => size_of::<Chain>(),
            SourcingOf => size_of::<Sourcing>(),
            PracticeOf => size_of::<Practice>(),
            MembershipOf => size_of::<Membership>(),
            Balance => size_of::<FirmBooks>(),
            VentureEquity => size_of::<f32>(),
            FlowOf => size_of::<Flow>(),
        }
    }
}

/// What a phase goes through.
pub struct Touched {
    /// Name of the phase in the stopwatch.
    pub phase: &'static str,
    /// Columns that are only read.
    pub reads: &'static [Column],
    /// Columns that are written.
    pub writes: &'static [Column],
}

/// Phases in the order of the tick, as the reference scenario runs them: no platforms, nobody goes abroad by a
/// decision of its own, no policy.
pub const PHASES: [Touched; 18] = [
    Touched { phase: "outside and policy", reads: &[ProfileOf, WorkforceOf], writes: &[] },
    Touched { phase: "entry", reads: &[ProfileOf, FlowOf, PlantOf], writes: &[] },
    Touched {
        phase: "upgrading budgets and talent",
        reads: &[StrategyOf, FlowOf, ProfileOf, Balance],
        writes: &[EffortOf, WorkforceOf],
    },
    Touched {
        phase: "research",
        reads: &[Id, ProfileOf, WorkforceOf, MembershipOf, Unlocked, Knowledge],
        writes: &[EffortOf],
    },
    Touched { phase: "going abroad", reads: &[], writes: &[] },
    Touched { phase: "platforms", reads: &[], writes: &[] },
    Touched {
        phase: "alliances and generic technologies",
        reads: &[WorkforceOf, PlantOf, ProfileOf, FlowOf, Unlocked],
        writes: &[],
    },
    Touched {
        phase: "standards and lines",
        reads: &[Id, PlantOf, FlowOf, ProfileOf, WorkforceOf, PositionOf],
        writes: &[PracticeOf, EffortOf],
    },
    Touched {
        phase: "techniques and prices",
        reads: &[Id, ProfileOf, PlantOf, FlowOf, SourcingOf, PracticeOf, Balance],
        writes: &[TechniqueOf, PositionOf],
    },
    Touched {
        phase: "markets",
        reads: &[Id, TechniqueOf, FlowOf, PracticeOf, WorkforceOf],
        writes: &[PositionOf, ProfileOf],
    },
    Touched {
        phase: "supply network",
        reads: &[Id, FlowOf, TechniqueOf, Knowledge],
        writes: &[ProfileOf, SourcingOf, PlantOf, PositionOf],
    },
    Touched {
        phase: "value chain",
        reads: &[TechniqueOf, ProfileOf, PlantOf, Balance, FlowOf, PracticeOf],
        writes: &[ChainOf, EffortOf, PositionOf],
    },
    Touched {
        phase: "production",
        reads: &[TechniqueOf, ProfileOf, PracticeOf],
        writes: &[PositionOf, WorkforceOf, PlantOf, FlowOf, Balance],
    },
    Touched {
        phase: "investment",
        reads: &[PositionOf, TechniqueOf, ProfileOf, Balance, WorkforceOf],
        writes: &[VintagesOf, PlantOf, FlowOf, EffortOf],
    },
    Touched {
        phase: "income",
        reads: &[Id, WorkforceOf, EffortOf, ProfileOf, SourcingOf, TechniqueOf, MembershipOf, VentureEquity],
        writes: &[Balance, FlowOf],
    },
    Touched { phase: "learning from pay-offs", reads: &[EffortOf, ProfileOf], writes: &[StrategyOf] },
    // Somebody leaves in every tick, and those behind move up in every column.
    Touched { phase: "mergers and exit", reads: &[], writes: &ALL },
    Touched { phase: "books", reads: &[Balance, FlowOf], writes: &[] },
];

impl Touched {
    /// Bytes of a firm that memory moves.
    pub fn bytes(&self) -> usize {
        let sum = |columns: &[Column]| columns.iter().map(|column| column.bytes()).sum::<usize>();
        sum(self.reads) + 2 * sum(self.writes)
    }
}

/// Bytes of a firm, and those that each phase touches.
pub fn measure() -> Vec<Measurement> {
    let bytes =
        |name: &str, bytes: usize| Measurement::new(format!("touched/{name}"), "bytes per firm and tick", bytes as f64);
    let all = PHASES.iter().map(Touched::bytes).sum();
    PHASES.iter().map(|phase| bytes(phase.phase, phase.bytes())).chain([bytes("all", all)]).collect()
}
