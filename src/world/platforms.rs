//! Innovation platforms: what they are made of, how they stand, who belongs to them.
//!
//! A firm belongs to one platform at most; its membership stands with the firm. Everything else stands
//! with the platform.

use crate::kernel::single::Single;
use crate::world::World;

/// Number of sub-platforms.
pub const SUB_PLATFORMS: usize = 5;
/// Number of resource types.
pub const RESOURCES: usize = 5;

/// Sub-platforms of an innovation platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubPlatform {
    /// Shared research facilities: research of members is cheaper.
    Research,
    /// Transformation of scientific results into what members can do.
    Transformation,
    /// Technical service: members meet possible partners, and joint work succeeds more often.
    Service,
    /// Venture finance for young firms.
    Venture,
    /// Training of engineers.
    Training,
}

impl SubPlatform {
    /// All sub-platforms in the order of the columns.
    pub const ALL: [SubPlatform; SUB_PLATFORMS] =
        [Self::Research, Self::Transformation, Self::Service, Self::Venture, Self::Training];

    /// The two types of resources that the sub-platform joins, as places in [`RESOURCE_NAMES`].
    fn needs(self) -> [usize; 2] {
        match self {
            SubPlatform::Research => [TECHNOLOGY, MATERIAL],
            SubPlatform::Transformation => [TECHNOLOGY, INFORMATION],
            SubPlatform::Service => [INFORMATION, MANPOWER],
            SubPlatform::Venture => [FINANCE, INFORMATION],
            SubPlatform::Training => [MANPOWER, TECHNOLOGY],
        }
    }
}

/// Names of the types of resources.
pub const RESOURCE_NAMES: [&str; RESOURCES] = ["information", "technology", "manpower", "finance", "material"];
const INFORMATION: usize = 0;
/// Place of technology, which universities and institutes bring.
pub const TECHNOLOGY: usize = 1;
const MANPOWER: usize = 2;
const FINANCE: usize = 3;
const MATERIAL: usize = 4;

/// How a platform stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Standing {
    /// Not yet founded.
    #[default]
    Planned,
    /// At work.
    Alive,
    /// Closed for want of income.
    Closed,
}

/// What a platform earned and spent in a tick, million CNY.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Accounts {
    /// Fees of members.
    pub fees: f64,
    /// Contributions of founders.
    pub contributions: f64,
    /// Public support.
    pub support: f64,
    /// Operation of the sub-platforms.
    pub operation: f64,
    /// Development of the platform's quality.
    pub development: f64,
    /// Surplus handed to the government.
    pub returns: f64,
}

impl Accounts {
    /// Income from those who use or founded the platform.
    pub fn earned(&self) -> f64 {
        self.fees + self.contributions
    }

    /// Cash flow without public support: what the platform earns less what it spends.
    pub fn cash_flow(&self) -> f64 {
        self.earned() - self.operation - self.development
    }
}

/// What members used of the services in a tick.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Use {
    /// Engineers' work saved by shared facilities, persons.
    pub facility_engineers: f64,
    /// Members that learned scientific results.
    pub transformations: u32,
    /// Relations between fellow members that began.
    pub matches: u32,
    /// Venture rounds of members that the platform brought about.
    pub venture_rounds: u32,
    /// Engineers trained, persons.
    pub trained: f64,
}

/// An innovation platform.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Platform {
    /// Name.
    pub name: String,
    /// City.
    pub city: usize,
    /// Technology fields as a bit set.
    pub fields: u64,
    /// Share of the leading firms in reach that found it.
    pub founder_share: f64,
    /// Sub-platforms that it has.
    pub has: [bool; SUB_PLATFORMS],
    /// Level of each type of resources, 0-1.
    pub resources: [f64; RESOURCES],
    /// Development outlay planned, million CNY per year.
    pub development: f64,
    /// Part of each sub-industry's recipe that its fields cover, relative to the best covered.
    pub coverage: Vec<f64>,
    /// How it stands.
    pub standing: Standing,
    /// Quality stock, 0-1.
    pub quality: f64,
    /// Weight of members in the research of the region, 0-1.
    pub participation: f64,
    /// Projects of joint research that a member takes part in, on average.
    pub maturity: f64,
    /// Nearness and wealth of scientific research in its fields, 0-1.
    pub science: f64,
    /// Money in hand, million CNY.
    pub deposits: f64,
    /// Consecutive ticks in which income did not pay for operation.
    pub deficit_ticks: u32,
    /// Cash flow since the founding, million CNY.
    pub cumulative: f64,
    /// Rows of members, rebuilt every tick.
    pub members: Vec<u32>,
    /// Founders among them.
    pub founders: u32,
    /// What members gained in the tick, million CNY.
    pub benefit: f64,
    /// What taking part cost members in the tick beside fees and contributions, million CNY.
    pub member_cost: f64,
    /// Money of the tick.
    pub accounts: Accounts,
    /// Services used in the tick.
    pub used: Use,
}

impl Platform {
    /// Whether it is at work.
    pub fn is_alive(&self) -> bool {
        self.standing == Standing::Alive
    }

    /// Level of a type of resources as it is: what the platform has, and of technology only what the
    /// scientists of its fields bring.
    pub fn resource(&self, kind: usize) -> f64 {
        if kind == TECHNOLOGY { self.resources[kind] * self.science } else { self.resources[kind] }
    }

    /// Mean level of all types of resources.
    pub fn richness(&self) -> f64 {
        (0..RESOURCES).map(|kind| self.resource(kind)).sum::<f64>() / RESOURCES as f64
    }

    /// Strength of a sub-platform: quality times the geometric mean of the resources that it joins; none
    /// where one of them is missing.
    pub fn strength(&self, service: SubPlatform) -> f64 {
        if !self.is_alive() || !self.has[service as usize] {
            return 0.0;
        }
        let [a, b] = service.needs();
        self.quality * (self.resource(a) * self.resource(b)).sqrt()
    }

    /// Forgets money and services of the last tick.
    pub fn begin_tick(&mut self) {
        (self.accounts, self.used) = (Accounts::default(), Use::default());
        (self.benefit, self.member_cost) = (0.0, 0.0);
    }

    /// Number of sub-platforms.
    pub fn size(&self) -> f64 {
        self.has.iter().map(|has| f64::from(u8::from(*has))).sum()
    }
}

/// A firm's membership.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Membership {
    /// How well the platform fits the firm, 0-1.
    pub fit: Single,
    /// Tick until which a founder is committed.
    pub committed_until: u32,
    /// Number of the platform plus one; 0 for none.
    code: u16,
    /// Whether the firm is a founder.
    pub founder: bool,
}

impl Membership {
    /// Membership in the platform of this number.
    pub fn of(platform: usize, fit: f64) -> Self {
        Membership { code: platform as u16 + 1, fit: fit.into(), ..Membership::default() }
    }

    /// The same membership of a founder who is committed until a tick.
    pub fn as_founder(self, committed_until: u32) -> Self {
        Membership { founder: true, committed_until, ..self }
    }

    /// Number of the platform.
    #[inline]
    pub fn platform(&self) -> Option<usize> {
        usize::from(self.code).checked_sub(1)
    }
}

/// Strengths of the single services, in force.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Services {
    /// Part of research work saved by a full facility at full fit.
    pub facility: f64,
    /// Additional chance, per year, to look for a partner.
    pub meeting: f64,
    /// Part of the failures of joint work that is avoided.
    pub mating: f64,
    /// Venture rounds relative to those elsewhere, per project of a member.
    pub venture: f64,
}

/// All platforms.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Platforms {
    /// Platforms in the order of the scenario.
    pub list: Vec<Platform>,
    /// Strengths of services.
    pub services: Services,
}

impl Platforms {
    /// Whether any platform is at work.
    pub fn any(&self) -> bool {
        self.list.iter().any(Platform::is_alive)
    }

    /// The platform of a member.
    #[inline]
    pub fn of(&self, membership: &Membership) -> Option<&Platform> {
        membership.platform().map(|number| &self.list[number])
    }

    /// Part of a member's research work that shared facilities save.
    #[inline]
    pub fn facility(&self, membership: &Membership) -> f64 {
        let strength = |platform: &Platform| platform.strength(SubPlatform::Research) * membership.fit;
        self.of(membership).map_or(0.0, strength) * self.services.facility
    }

    /// Part of the failures of joint work that technical service avoids.
    pub fn mating(&self, platform: &Platform) -> f64 {
        self.services.mating * platform.strength(SubPlatform::Service)
    }

    /// Additional chance, per year, that a member looks for a partner.
    pub fn meeting(&self, platform: &Platform) -> f64 {
        self.services.meeting * platform.strength(SubPlatform::Service)
    }

    /// Counts a venture round that a member got only because of its platform.
    pub fn note_round(&mut self, membership: &Membership, brought: bool) {
        if let (Some(number), true) = (membership.platform(), brought) {
            self.list[number].used.venture_rounds += 1;
        }
    }

    /// Factor on the chance of a venture round: the more projects of joint research there are, the more
    /// there is to finance.
    pub fn venture(&self, membership: &Membership) -> f64 {
        let factor = |p: &Platform| 1.0 + self.services.venture * p.strength(SubPlatform::Venture) * p.maturity;
        self.of(membership).map_or(1.0, factor)
    }
}

impl World {
    /// Rebuilds the lists of the platforms' members.
    pub fn index_platforms(&mut self) {
        if self.platforms.list.is_empty() {
            return;
        }
        for platform in &mut self.platforms.list {
            platform.members.clear();
            platform.founders = 0;
        }
        for (row, membership) in self.firms.membership.iter().enumerate() {
            if let Some(number) = membership.platform() {
                let platform = &mut self.platforms.list[number];
                platform.members.push(row as u32);
                platform.founders += u32::from(membership.founder);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn platform() -> Platform {
        Platform {
            has: [true; SUB_PLATFORMS],
            resources: [0.5, 0.8, 0.5, 0.0, 0.2],
            science: 0.5,
            standing: Standing::Alive,
            quality: 0.6,
            ..Platform::default()
        }
    }

    #[test]
    fn a_service_is_as_strong_as_quality_and_the_resources_it_joins() {
        let platform = platform();
        // Technology .8 x .5 with material .2, by hand: .6 x sqrt(.08).
        assert!((platform.strength(SubPlatform::Research) - 0.6 * 0.08f64.sqrt()).abs() < 1e-15);
        assert_eq!(platform.strength(SubPlatform::Venture), 0.0, "finance is missing");
        assert!((platform.richness() - (0.5 + 0.4 + 0.5 + 0.0 + 0.2) / 5.0).abs() < 1e-15);
        let closed = Platform { standing: Standing::Closed, ..platform.clone() };
        let without = Platform { has: [false; SUB_PLATFORMS], ..platform };
        for gone in [closed, without] {
            assert!(SubPlatform::ALL.iter().all(|service| gone.strength(*service) == 0.0));
        }
    }

    #[test]
    fn whoever_is_no_member_gets_nothing() {
        let services = Services { facility: 0.2, meeting: 0.3, mating: 0.4, venture: 3.0 };
        let list = vec![Platform { maturity: 0.5, resources: [1.0; RESOURCES], science: 1.0, ..platform() }];
        let platforms = Platforms { list, services };
        let (none, member) = (Membership::default(), Membership::of(0, 0.5));
        assert_eq!((platforms.facility(&none), platforms.venture(&none)), (0.0, 1.0));
        // Strength .6 throughout: .2 x .6 x .5, and 1 + 3 x .6 x .5.
        assert!((platforms.facility(&member) - 0.06).abs() < 1e-7);
        assert!((platforms.venture(&member) - 1.9).abs() < 1e-12);
        assert!((platforms.meeting(&platforms.list[0]) - 0.18).abs() < 1e-12);
    }

    #[test]
    fn a_membership_takes_few_bytes() {
        assert!(size_of::<Membership>() <= 12);
    }
}
