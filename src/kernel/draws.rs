//! Random numbers keyed by (seed, stream, tick, agent).
//!
//! A mechanism declares a [`Stream`]. ChaCha8 (Bernstein 2008) gives one word for each stream and tick, and a
//! firm draws from a small generator that starts from this word mixed with the firm's stable id. So an
//! extra firm, an extra mechanism or another number of threads changes no one else's draws, and policy
//! arms that share a seed share their random numbers.

use rand::Rng;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use crate::kernel::ids::FirmId;
use crate::kernel::math::{exp, ln};
use crate::kernel::parts::Desks;

/// A named source of random numbers; one per random decision of the model. At most 1,024.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stream(pub u16);

/// The random numbers of one run.
#[derive(Debug, Clone)]
pub struct Draws {
    generator: ChaCha8Rng,
}

impl Draws {
    /// Random numbers of the run with this seed.
    pub fn new(seed: u64) -> Self {
        Draws { generator: ChaCha8Rng::seed_from_u64(seed) }
    }

    /// The key of a decision that every firm takes by itself in a tick.
    ///
    /// One word of the generator stands for the decision and the tick; what a firm draws is that word mixed
    /// with its id. So no firm's numbers depend on who stands beside it, and a firm that decides nothing
    /// costs nothing.
    pub fn key(&self, stream: Stream, tick: u32) -> Key {
        Key(self.at(stream, tick, 0).next_u64())
    }

    /// Lets every firm decide with a small generator of its own, in parallel and with nothing but reading. What they
    /// decide stands on the desks, in the order of firms; what stood there before is gone.
    pub fn decide_at<T: Send>(
        &self,
        desks: &mut Desks<Vec<T>>,
        stream: Stream,
        tick: u32,
        ids: &[FirmId],
        decide: impl Fn(usize, Small, &mut Vec<T>) + Sync,
    ) {
        let key = self.key(stream, tick);
        desks.fill(ids.len(), ids, |desk, part| {
            for (row, id) in (part.first..).zip(part.columns) {
                decide(row, key.firm(*id), desk);
            }
        });
    }

    /// The same for decisions that are seldom taken; returns them.
    pub fn decide<T: Send>(
        &self,
        stream: Stream,
        tick: u32,
        ids: &[FirmId],
        decide: impl Fn(usize, Small, &mut Vec<T>) + Sync,
    ) -> Vec<Vec<T>> {
        let mut desks = Desks::default();
        self.decide_at(&mut desks, stream, tick, ids, decide);
        desks.into_lists()
    }

    /// One generator for draws that belong to no firm (an entry cohort, a city, a bootstrap).
    pub fn at(&self, stream: Stream, tick: u32, agent: u64) -> ChaCha8Rng {
        debug_assert!(stream.0 < 1024 && agent < 1 << 40);
        let mut generator = self.generator.clone();
        generator.set_stream((u64::from(tick) << 50) | (u64::from(stream.0) << 40) | agent);
        generator.set_word_pos(0);
        generator
    }
}

/// The random word of a decision in a tick, shared by all who take it.
#[derive(Debug, Clone, Copy)]
pub struct Key(u64);

impl Key {
    /// The generator of a firm.
    #[inline]
    pub fn firm(self, id: FirmId) -> Small {
        self.of(id.number())
    }

    /// The generator of whatever has this number for ever: number and word are mixed over all bits (an odd
    /// constant spreads neighbouring numbers).
    #[inline]
    pub fn of(self, number: u64) -> Small {
        Small(Small(self.0 ^ number.wrapping_mul(0xD6E8_FEB8_6659_FD93)).word())
    }
}

/// A small generator (SplitMix64, Steele, Lea & Flood 2014) for a decision that needs a varying
/// number of draws; its seed is one word of the firm's stream.
#[derive(Debug, Clone, Copy)]
pub struct Small(u64);

impl Small {
    /// Starts from one word.
    pub fn new(word: u64) -> Self {
        Small(word)
    }

    /// Next word.
    pub fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Uniform on [0, 1).
    pub fn uniform(&mut self) -> f64 {
        uniform(self.word())
    }

    /// Uniform index below `bound`, which must be positive.
    pub fn index(&mut self, bound: usize) -> usize {
        ((u128::from(self.word()) * bound as u128) >> 64) as usize
    }
}

/// Uniform on [0, 1) from one word.
pub fn uniform(word: u64) -> f64 {
    (word >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
}

/// Beta(3, 3) from one word: the median of five uniforms is distributed so exactly; each uniform
/// has 12 bits.
pub fn beta_three_three(word: u64) -> f64 {
    let u: [u16; 5] = std::array::from_fn(|j| ((word >> (12 * j)) & 0xFFF) as u16);
    (f64::from(median_of_five(u)) + 0.5) / 4096.0
}

/// The third of five numbers: of the first four neither the least nor the greatest can be it, so it is the middle one
/// of the other two and the fifth.
fn median_of_five([a, b, c, d, e]: [u16; 5]) -> u16 {
    let low = a.min(b).max(c.min(d));
    let high = a.max(b).min(c.max(d));
    low.min(high).max(low.max(high).min(e))
}

/// Standard normal from one word by the inverse distribution function
/// (Wichura 1988, algorithm AS 241, PPND7; relative error below 1e-7).
#[inline]
pub fn normal(word: u64) -> f64 {
    let q = uniform(word) - 0.5 + 0.5 / (1u64 << 53) as f64;
    if q.abs() <= 0.425 {
        let r = 0.180_625 - q * q;
        return q * (((59.109_374_72 * r + 159.291_132_02) * r + 50.434_271_938) * r + 3.387_132_717_9)
            / (((67.187_563_60 * r + 78.757_757_664) * r + 17.895_169_469) * r + 1.0);
    }
    let size = size_in_tail(if q < 0.0 { 0.5 + q } else { 0.5 - q });
    if q < 0.0 { -size } else { size }
}

/// Size of a standard normal beyond which lies the share `tail`, less than .075; the rarer case of [`normal`].
#[inline(never)]
fn size_in_tail(tail: f64) -> f64 {
    let r = (-ln(tail.max(1e-17))).sqrt();
    if r <= 5.0 {
        let r = r - 1.6;
        (((0.170_238_210_3 * r + 1.306_728_481_6) * r + 2.756_815_390_0) * r + 1.423_437_277_7)
            / ((0.120_211_325_0 * r + 0.737_001_642_5) * r + 1.0)
    } else {
        let r = r - 5.0;
        (((0.017_337_203_997 * r + 0.428_682_943_37) * r + 3.081_226_386_0) * r + 6.657_905_115_0)
            / ((0.012_258_202_635 * r + 0.241_978_942_25) * r + 1.0)
    }
}

/// Poisson count from one uniform by inversion, at most `most`.
pub fn poisson(u: f64, mean: f64, most: u32) -> u32 {
    if u < 1.0 - mean {
        // e^-mean >= 1 - mean: no event, without computing it.
        return 0;
    }
    let mut term = exp(-mean);
    let mut cumulated = term;
    let mut count = 0;
    while u >= cumulated && count < most {
        count += 1;
        term *= mean / f64::from(count);
        cumulated += term;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    const STREAM: Stream = Stream(5);

    fn ids(firms: u64) -> Vec<FirmId> {
        (0..firms).map(|ordinal| FirmId::new(2, 1, ordinal)).collect()
    }

    #[test]
    fn firms_decide_in_their_order_with_their_own_words() {
        let (draws, ids) = (Draws::new(1), ids(700));
        let decided = draws.decide(STREAM, 9, &ids, |row, mut small, out| out.push((row, small.word()))).concat();
        assert!(decided.iter().enumerate().all(|(row, (at, _))| row == *at));
        let alone = |at: usize| draws.decide(STREAM, 9, &ids[at..=at], |_, mut small, out| out.push(small.word()));
        for at in [0, 255, 256, 699] {
            assert_eq!(alone(at).concat(), [decided[at].1], "whoever stands beside it");
            assert_eq!(draws.key(STREAM, 9).firm(ids[at]).word(), decided[at].1);
        }
    }

    /// Each bound is missed once in a million tries.
    #[test]
    fn words_of_firms_are_uniform_and_neighbours_have_nothing_in_common() {
        let (key, n) = (Draws::new(1).key(STREAM, 9), 100_000);
        let drawn: Vec<[f64; 2]> = ids(n)
            .into_iter()
            .map(|id| {
                let mut small = key.firm(id);
                [small.uniform() - 0.5, small.uniform() - 0.5]
            })
            .collect();
        let mean = |of: &dyn Fn(usize) -> f64| (0..drawn.len() - 1).map(of).sum::<f64>() / (drawn.len() - 1) as f64;
        let five = 5.0 / (n as f64).sqrt();
        assert!(mean(&|at| drawn[at][0]).abs() < five * (1.0f64 / 12.0).sqrt());
        assert!((mean(&|at| drawn[at][0] * drawn[at][0]) - 1.0 / 12.0).abs() < five * (1.0f64 / 180.0).sqrt());
        assert!(mean(&|at| drawn[at][0] * drawn[at][1]).abs() < five / 12.0, "words of one firm");
        assert!(mean(&|at| drawn[at][0] * drawn[at + 1][0]).abs() < five / 12.0, "words of neighbours");
        let other = Draws::new(1).key(STREAM, 10);
        let next = |at: usize| other.firm(FirmId::new(2, 1, at as u64)).uniform() - 0.5;
        assert!(mean(&|at| drawn[at][0] * next(at)).abs() < five / 12.0, "words of one firm in two ticks");
    }

    #[test]
    fn seed_stream_tick_and_cohort_all_matter() {
        let word =
            |seed: u64, stream: Stream, tick: u32, id: FirmId| Draws::new(seed).key(stream, tick).firm(id).word();
        let id = FirmId::new(2, 1, 4);
        let base = word(1, STREAM, 9, id);
        assert_ne!(base, word(2, STREAM, 9, id));
        assert_ne!(base, word(1, Stream(6), 9, id));
        assert_ne!(base, word(1, STREAM, 10, id));
        assert_ne!(base, word(1, STREAM, 9, FirmId::new(2, 2, 4)));
    }

    #[test]
    fn the_median_of_five_is_the_third() {
        let mut small = Small::new(5);
        for _ in 0..10_000 {
            let mut u: [u16; 5] = std::array::from_fn(|_| (small.word() % 7) as u16);
            let found = median_of_five(u);
            u.sort_unstable();
            assert_eq!(found, u[2], "{u:?}");
        }
    }

    /// Moments over 200,000 draws; tolerances are six standard errors (false alarm below 1e-8).
    #[test]
    fn transforms_have_their_moments() {
        let mut small = Small::new(3);
        let n = 200_000;
        let (mut z1, mut z2, mut b1, mut b2, mut p1) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for _ in 0..n {
            let z = normal(small.word());
            let b = beta_three_three(small.word());
            z1 += z;
            z2 += z * z;
            b1 += b;
            b2 += (b - 0.5) * (b - 0.5);
            p1 += f64::from(poisson(small.uniform(), 1.3, 20));
        }
        let n = f64::from(n);
        let six = 6.0 / n.sqrt();
        assert!((z1 / n).abs() < six && (z2 / n - 1.0).abs() < six * 2f64.sqrt());
        assert!((b1 / n - 0.5).abs() < six * 0.189 && (b2 / n - 1.0 / 28.0).abs() < six * 0.06);
        assert!((p1 / n - 1.3).abs() < six * 1.3f64.sqrt());
    }

    #[test]
    fn normal_hits_known_quantiles() {
        // 0.975 and 0.999 quantiles of the standard normal distribution.
        let word = |p: f64| ((p * (1u64 << 53) as f64) as u64) << 11;
        assert!((normal(word(0.975)) - 1.959_963_98).abs() < 1e-6);
        assert!((normal(word(0.999)) - 3.090_232_31).abs() < 1e-6);
        assert!((normal(word(0.025)) + 1.959_963_98).abs() < 1e-6);
    }
}
