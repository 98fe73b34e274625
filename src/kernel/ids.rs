//! Stable identifiers of firms.
//!
//! A firm is named by its birth tick, its birth sub-industry and its ordinal within that cohort,
//! and keeps the name for ever: ids are never reused, and a later entrant or one more firm shifts
//! nobody else's id, so nobody else's random numbers.

/// Ordinals whose firms are summed together (see [`crate::kernel::ordered::Chunks`]).
pub const BLOCK: u64 = 1024;

const ORDINAL_BITS: u32 = 28;
const SUB_INDUSTRY_BITS: u32 = 6;
const ORDINAL_MASK: u64 = (1 << ORDINAL_BITS) - 1;

/// Largest tick, and birth tick of an id: one bit less than its field, for the pre-run of the opening state draws
/// from the ticks above.
pub const LAST_TICK: u32 = (1 << 13) - 1;
/// Most sub-industries an id can hold.
pub const MOST_SUB_INDUSTRIES: usize = 1 << SUB_INDUSTRY_BITS;
/// Most firms of one cohort an id can hold.
pub const MOST_ORDINALS: u64 = 1 << ORDINAL_BITS;

/// Stable id of a firm: birth tick (14 bits), birth sub-industry (6 bits), ordinal (28 bits).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FirmId(u64);

impl FirmId {
    /// Names the `ordinal`-th firm born at `birth_tick` in `sub_industry`.
    pub fn new(birth_tick: u32, sub_industry: usize, ordinal: u64) -> Self {
        debug_assert!(birth_tick <= LAST_TICK && sub_industry < MOST_SUB_INDUSTRIES);
        debug_assert!(ordinal < MOST_ORDINALS);
        let cohort = (u64::from(birth_tick) << SUB_INDUSTRY_BITS) | sub_industry as u64;
        FirmId((cohort << ORDINAL_BITS) | ordinal)
    }

    /// The id as one number; increases with birth tick, sub-industry and ordinal.
    pub fn number(self) -> u64 {
        self.0
    }

    /// Tick at which the firm was born; 0 for the opening population.
    pub fn birth_tick(self) -> u32 {
        (self.0 >> (ORDINAL_BITS + SUB_INDUSTRY_BITS)) as u32
    }

    /// Position within the cohort.
    pub fn ordinal(self) -> u64 {
        self.0 & ORDINAL_MASK
    }

    /// Name of the block of [`BLOCK`] ordinals to which the firm belongs.
    pub fn block(self) -> u64 {
        self.0 / BLOCK
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_come_back_and_order_follows_birth() {
        let early = FirmId::new(3, 7, 1000);
        assert_eq!((early.birth_tick(), early.ordinal()), (3, 1000));
        assert_eq!(early.block(), early.number() / 1024);
        assert!(FirmId::new(3, 7, 1001) > early);
        assert!(FirmId::new(3, 8, 0) > early);
        assert!(FirmId::new(4, 0, 0) > FirmId::new(3, 63, MOST_ORDINALS - 1));
    }
}
