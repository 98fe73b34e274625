//! The seeds of replicates: common to all arms and points, distinct, and exact in every reader.

/// Replicates that one master seed serves.
pub const MOST_REPLICATES: u32 = 1 << 21;

/// The seed of a replicate (counted from 1). It depends on the master seed and the number alone, so
/// that replicate 7 meets the same luck under every policy and at every point of a sweep, and stays
/// what it is when replicates are added. Two replicates never share a seed, because the number itself
/// is its lower part; 52 bits are exact where whole numbers are read as floats.
pub fn replicate_seed(master: u64, replicate: u32) -> u64 {
    let hash = blake3::hash(format!("replicates of {master}").as_bytes());
    let bytes = hash.as_bytes();
    let upper = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]) >> 1;
    (u64::from(upper) << 21) | u64::from(replicate % MOST_REPLICATES)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn replicates_never_share_a_seed_and_master_seeds_differ() {
        let seeds: BTreeSet<u64> = (1..=10_000).map(|replicate| replicate_seed(1, replicate)).collect();
        assert_eq!(seeds.len(), 10_000);
        assert!(seeds.iter().all(|seed| *seed < 1 << 53));
        assert!((1..=10_000).all(|replicate| !seeds.contains(&replicate_seed(2, replicate))));
        assert_eq!(replicate_seed(1, 7), replicate_seed(1, 7));
    }
}
