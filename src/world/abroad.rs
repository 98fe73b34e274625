//! Firms abroad: how they reach markets, what they hold there, and what markets abroad do to them.

use crate::kernel::math::exp;
use crate::world::firms::MARKETS;

/// Who sells a firm's products abroad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Channel {
    /// A distributor abroad, who keeps the market function.
    #[default]
    Distributor,
    /// A channel shared with a partner.
    Joint,
    /// A channel of its own.
    Own,
}

impl Channel {
    /// All channels.
    pub const ALL: [Channel; 3] = [Self::Distributor, Self::Joint, Self::Own];
}

/// What a firm may hold abroad.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holding {
    /// Research, or a stake that gives access to technology.
    Research,
    /// A brand that was bought.
    Brand,
    /// Premises in a park of the home country.
    Park,
    /// A business of projects: complete sets, built and served.
    Projects,
}

/// Bit of [`Presence::holdings`] that says how exports are made; it is nothing that is held.
const PROCESSING: u8 = 1 << 7;

/// A firm's presence abroad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Presence {
    /// Who sells for it.
    pub channel: Channel,
    /// Years of business under its own name abroad, at most 255.
    pub experience: u8,
    /// What it holds there, as a bit set over [`Holding`], and how it exports.
    pub holdings: u8,
}

impl Presence {
    /// Whether the firm holds this.
    #[inline]
    pub fn has(self, holding: Holding) -> bool {
        self.holdings >> (holding as u8) & 1 == 1
    }

    /// The same with this holding or without it.
    pub fn with(self, holding: Holding, held: bool) -> Self {
        let bit = 1 << (holding as u8);
        Presence { holdings: if held { self.holdings | bit } else { self.holdings & !bit }, ..self }
    }

    /// Whether it has invested abroad.
    pub fn invests(self) -> bool {
        self.holdings & !PROCESSING != 0
    }

    /// Whether it exports in processing trade: a lead firm abroad sends inputs and design, and takes the product.
    #[inline]
    pub fn processes(self) -> bool {
        self.holdings & PROCESSING != 0
    }

    /// The same in processing trade or in general trade.
    pub fn in_processing(self, processes: bool) -> Self {
        Presence { holdings: self.holdings & !PROCESSING | if processes { PROCESSING } else { 0 }, ..self }
    }
}

/// What markets abroad do to all firms, and what channels let them keep.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Conditions {
    /// Log price of foreign money at home, relative to its path, by market.
    pub log_exchange: [f64; MARKETS],
    /// Part of each market's demand that is closed to the region's firms.
    pub closed: [f64; MARKETS],
    /// Part of what others keep of the market function abroad that each channel takes over.
    pub parts: [f64; 3],
    /// The same of a business of projects, besides.
    pub projects: f64,
    /// Part of closures that firms in parks are spared.
    pub shelter: f64,
    /// Part of what a firm performs of design and market function that it leaves to the lead firm in processing trade.
    pub left: f64,
    /// Duty on inputs that exports in processing trade are spared.
    pub relief: f64,
}

impl Conditions {
    /// Factor on the appeal of the region's firms in a market: foreign money that is dear makes them cheap.
    pub fn appeal(&self, market: usize, elasticity: f64) -> f64 {
        let log = self.log_exchange[market];
        if log == 0.0 { 1.0 } else { exp((elasticity - 1.0) * log) }
    }

    /// Part of a market's demand that a firm can reach.
    #[inline]
    pub fn access(&self, market: usize, presence: Presence) -> f64 {
        let spared = if presence.has(Holding::Park) { self.shelter } else { 0.0 };
        1.0 - self.closed[market] * (1.0 - spared)
    }

    /// Part of what others keep of the market function abroad that a firm takes over.
    #[inline]
    pub fn part(&self, presence: Presence) -> f64 {
        let projects = if presence.has(Holding::Projects) { self.projects } else { 0.0 };
        let channel = self.parts[presence.channel as usize];
        channel + (1.0 - channel) * projects
    }

    /// Rise of the share of chain value kept, where design and market function are worth `values`, the firm keeps
    /// `kept` of them and sells `exports` of its sales abroad. In processing trade it falls.
    #[inline]
    pub fn rise(&self, presence: Presence, exports: f64, values: [f64; 2], kept: [f64; 2]) -> f64 {
        if presence == Presence::default() {
            return 0.0;
        }
        let taken_over = exports * values[1] * (1.0 - kept[1]) * self.part(presence);
        if presence.processes() { taken_over - self.given_up(exports, values, kept) } else { taken_over }
    }

    /// Share of chain value that a firm gives up to a lead firm if it exports in processing trade.
    #[inline]
    pub fn given_up(&self, exports: f64, values: [f64; 2], kept: [f64; 2]) -> f64 {
        exports * self.left * (values[0] * kept[0] + values[1] * kept[1])
    }

    /// Surcharge on the inputs of a firm of whose sales the share `processed` is exported in processing trade: the
    /// lead firm sends inputs without the margin of foreign suppliers and free of duty.
    #[inline]
    pub fn surcharge(&self, surcharge: f64, processed: f64) -> f64 {
        (1.0 - processed) * surcharge - processed * self.relief
    }
}

/// What firms did abroad in a tick.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Ventures {
    /// Brands tried to buy.
    pub brand_attempts: u32,
    /// Those of them by firms without experience.
    pub novice_attempts: u32,
    /// Brands bought that could be kept.
    pub brand_successes: u32,
    /// Those of them by firms without experience.
    pub novice_successes: u32,
    /// Paid for brands, million CNY.
    pub brand_outlay: f64,
    /// What brands kept are worth, million CNY.
    pub brand_worth: f64,
    /// Firms that introduced technology.
    pub introductions: u32,
    /// Part of what they introduced that they absorbed, summed.
    pub absorbed: f64,
    /// Worth of what was introduced and absorbed, million CNY.
    pub introduced_worth: f64,
    /// Worth of what research abroad brought, million CNY.
    pub research_worth: f64,
    /// Capacity moved abroad over all capacity of the firms that moved it, summed.
    pub relocated: f64,
    /// Firms that moved capacity.
    pub relocations: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holdings_come_and_go() {
        let presence = Presence::default().with(Holding::Brand, true).with(Holding::Projects, true);
        assert!(presence.has(Holding::Brand) && presence.has(Holding::Projects) && !presence.has(Holding::Park));
        assert!(!presence.with(Holding::Brand, false).with(Holding::Projects, false).invests());
        assert_eq!(size_of::<Presence>(), 3);
    }

    #[test]
    fn channels_keep_what_distributors_would() {
        let conditions = Conditions { parts: [0.0, 0.3, 0.6], projects: 0.5, shelter: 0.5, ..Conditions::default() };
        let own = Presence { channel: Channel::Own, ..Presence::default() };
        // .2 of sales abroad, function worth .4, .25 kept: .2 x .4 x .75 x .6.
        assert!((conditions.rise(own, 0.2, [0.3, 0.4], [0.5, 0.25]) - 0.036).abs() < 1e-15);
        assert_eq!(conditions.rise(Presence::default(), 0.2, [0.3, 0.4], [0.5, 0.25]), 0.0);
        let projects = own.with(Holding::Projects, true);
        assert!((conditions.part(projects) - 0.8).abs() < 1e-15);
    }

    #[test]
    fn processing_trade_keeps_less_and_spares_duty() {
        let conditions = Conditions { left: 0.8, relief: 0.05, ..Conditions::default() };
        let processing = Presence::default().in_processing(true);
        assert!(processing.processes() && !processing.invests() && !processing.in_processing(false).processes());
        assert!(processing.with(Holding::Brand, true).invests());
        // .2 of sales abroad: .2 x .8 x (.3 x .5 + .4 x .25).
        assert!((conditions.rise(processing, 0.2, [0.3, 0.4], [0.5, 0.25]) + 0.04).abs() < 1e-15);
        // Who performs neither function has nothing to give up.
        assert_eq!(conditions.given_up(0.2, [0.3, 0.4], [0.0, 0.0]), 0.0);
        assert!((conditions.surcharge(0.06, 0.2) - (0.8 * 0.06 - 0.01)).abs() < 1e-15);
        assert_eq!(conditions.surcharge(0.06, 0.0), 0.06);
    }

    #[test]
    fn closed_markets_cannot_be_reached_but_from_parks() {
        let conditions = Conditions { closed: [0.0, 0.4, 0.0], shelter: 0.5, ..Conditions::default() };
        let park = Presence::default().with(Holding::Park, true);
        assert_eq!(conditions.access(0, Presence::default()), 1.0);
        assert!((conditions.access(1, Presence::default()) - 0.6).abs() < 1e-15);
        assert!((conditions.access(1, park) - 0.8).abs() < 1e-15);
    }

    #[test]
    fn cheap_home_money_makes_products_appeal() {
        let conditions = Conditions { log_exchange: [0.0, 0.1, -0.1], ..Conditions::default() };
        assert_eq!(conditions.appeal(0, 5.0), 1.0);
        assert!((conditions.appeal(1, 5.0) - 0.4f64.exp()).abs() < 1e-12);
        assert!(conditions.appeal(2, 5.0) < 1.0);
    }
}
