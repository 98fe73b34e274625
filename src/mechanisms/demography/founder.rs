//! What a founder sees, and the firm that comes of it.

use super::Params;
use crate::kernel::draws::Small;
use crate::kernel::ids::FirmId;
use crate::kernel::math::{exp, ln, logistic};
use crate::kernel::ordered::Total;
use crate::world::World;
use crate::world::firms::{
    Effort, FUNCTIONS, Flow, NewFirm, Plant, Position, Profile, Ring, Role, Technique, VINTAGES, Vintages, Workforce,
};
use crate::world::ledger::{Account, Balances};
use crate::world::levers;
use crate::world::outside::kept_share;
use crate::world::profit::unit_labour;
use crate::world::region::OpeningParts;
use crate::world::rivalry::Rivalry;
use crate::world::structure::{MOST_GROUPS, SubIndustry};
use crate::world::supply::Sourcing;

/// What entrants take over from the opening state of their sub-industry.
#[derive(Debug, Clone, PartialEq)]
pub struct Founding {
    /// Parts of the functions performed.
    pub value_chain: OpeningParts,
    /// Debt over annual sales.
    pub debt_to_sales: f64,
    /// Utilisation of capacity.
    pub utilisation: f64,
    /// How far beyond its own competence a firm can use a machine, log units.
    pub usable_margin: f64,
    /// How the region and the world outside share a market.
    pub rivalry: Rivalry,
}

/// One who wants to found a firm.
#[derive(Debug, Clone, Copy)]
pub(super) struct Call {
    pub(super) s: usize,
    pub(super) ordinal: u64,
    /// Its luck.
    pub(super) word: u64,
    /// Whether support has brought it.
    pub(super) supported: bool,
}

/// A firm to be founded, and out of whom if it is a spin-off.
pub(super) struct Draft {
    pub(super) firm: NewFirm,
    pub(super) parent: Option<usize>,
}

/// Share of founding capital that all programmes together pay.
pub(super) fn offered(world: &World) -> f64 {
    world.levers.entrants.iter().map(|lever| lever.rate).sum()
}

/// What founders know.
pub(super) struct Lore<'l> {
    pub(super) levels: &'l mut [f32],
    pub(super) unlocked: &'l mut [u8],
}

/// What all founders of a tick see.
pub(super) struct Founder<'a> {
    pub(super) world: &'a World,
    pub(super) params: &'a Params,
    pub(super) founding: &'a Founding,
    pub(super) industries: &'a [Industry; MOST_GROUPS],
}

impl Founder<'_> {
    /// The firm that is founded; none where there is nobody to learn from, or too little support.
    pub(super) fn answer(&self, call: &Call, lore: Lore<'_>) -> Option<Draft> {
        let world = self.world;
        let mut small = Small::new(call.word);
        let (firm, parent) = self.found(call, &mut small, lore)?;
        if call.supported {
            let met = levers::rate_for(&world.levers.entrants, &firm.profile, firm.workforce.workers.get(), 1.0);
            // Whoever is offered less than all programmes together comes less often.
            if small.uniform() * offered(world) >= met {
                return None;
            }
        }
        Some(Draft { firm, parent })
    }

    /// Builds an entrant after the model of an incumbent, with its parent if it is a spin-off; none where there is nobody to
    /// learn from.
    fn found(&self, call: &Call, small: &mut Small, lore: Lore<'_>) -> Option<(NewFirm, Option<usize>)> {
        let Founder { world, params, founding, industries } = *self;
        let Call { s, ordinal, .. } = *call;
        let members = &world.members[s];
        if members.is_empty() {
            return None;
        }
        let model = members[small.index(members.len())] as usize;
        let firms = &world.firms;
        let spin_off = small.uniform() < params.spin_off_share;
        let ownership = draw_ownership(world, small);
        let city = if spin_off { firms.profile[model].city } else { draw_city(world, small) };
        let trimming = if spin_off { params.trimming } else { 1.5 * params.trimming };
        let models = firms.knowledge(model).iter().zip(&world.outside.ceiling);
        for (level, (known, ceiling)) in lore.levels.iter_mut().zip(models) {
            let common = (ceiling - params.common_knowledge) as f32;
            *level = (known - (2.0 * trimming * small.uniform()) as f32).max(common);
        }
        // A spin-off takes along what its parent has unlocked.
        lore.unlocked.fill(0);
        if spin_off {
            lore.unlocked.copy_from_slice(firms.generations(model));
        }
        let sales = params.entry_size / world.structure.scale * pareto(small.uniform(), params.entry_size_exponent);
        let kept = founding.value_chain.draw(small);
        let plan = Plan { s, ordinal, ownership, city, levels: lore.levels, sales, kept, model };
        Some((blueprint(world, founding, plan, &industries[s].home)?, spin_off.then_some(model)))
    }
}

/// A sub-industry as founders see it: what it sold in the last tick, what was left of that, and its market at home.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Industry {
    pub(super) operating: f64,
    pub(super) sales: f64,
    pub(super) home: Home,
}

impl Total for Industry {
    fn absorb(&mut self, part: &Self) {
        self.operating += part.operating;
        self.sales += part.sales;
        self.home.absorb(&part.home);
    }
}

/// All of them.
pub(super) fn industries(world: &World) -> [Industry; MOST_GROUPS] {
    let firms = &world.firms;
    firms.chunks.fold(&[Industry::default(); MOST_GROUPS], |industries, rows| {
        for row in rows {
            let industry = &mut industries[usize::from(firms.profile[row].sub_industry)];
            industry.operating += firms.flow[row].operating;
            industry.sales += firms.flow[row].sales;
            industry.home.count(&firms.position[row]);
        }
    })
}

/// The home market of a sub-industry, as far as the region's firms have it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Home {
    /// Sum of their shares.
    pub(super) share: f64,
    /// Sum of their customer bases.
    base: f64,
    /// Sum of base x appeal.
    custom: f64,
}

impl Home {
    /// Counts a firm in.
    pub(super) fn count(&mut self, position: &Position) {
        self.share += position.share[0];
        self.base += position.base[0];
        self.custom += position.custom(0);
    }

    /// Base with which a newcomer of this appeal keeps the share of the market with which it starts. None where the
    /// market has no room for such a plan: where it takes more customers than all firms of the region have, or where
    /// they would all together sell more than users spend.
    fn base_to_keep(&self, share: f64, appeal: f64, sub: &SubIndustry, rivalry: &Rivalry) -> Option<f64> {
        if self.share + share > 1.0 {
            return None;
        }
        let most = self.base * appeal / self.custom;
        let relative = rivalry.custom_to_keep(share, &sub.standing(0, self.custom), most)?;
        Some(relative * self.custom / appeal)
    }
}

impl Total for Home {
    fn absorb(&mut self, part: &Self) {
        self.share += part.share;
        self.base += part.base;
        self.custom += part.custom;
    }
}

/// Factor of a Pareto distribution above 1, at most a hundred.
fn pareto(u: f64, exponent: f64) -> f64 {
    exp(-ln(1.0 - u) / exponent).min(100.0)
}

fn draw_ownership(world: &World, small: &mut Small) -> u8 {
    let total: f64 = world.dials.iter().map(|d| d.entrant_share).sum();
    let mut left = small.uniform() * total;
    let found = world.dials.iter().position(|d| {
        left -= d.entrant_share;
        left < 0.0
    });
    found.unwrap_or(world.dials.len() - 1) as u8
}

fn draw_city(world: &World, small: &mut Small) -> u8 {
    let total: f64 = world.structure.cities.iter().map(|c| c.population.sqrt()).sum();
    let mut left = small.uniform() * total;
    let found = world.structure.cities.iter().position(|c| {
        left -= c.population.sqrt();
        left < 0.0
    });
    found.unwrap_or(0) as u8
}

/// What has been drawn of an entrant.
struct Plan<'l> {
    s: usize,
    ordinal: u64,
    ownership: u8,
    city: u8,
    levels: &'l [f32],
    sales: f64,
    kept: [f32; FUNCTIONS],
    model: usize,
}

/// Works out plant, people, price and market position of an entrant that will sell `plan.sales` a
/// year at the price of its quality.
fn blueprint(world: &World, founding: &Founding, plan: Plan<'_>, home: &Home) -> Option<NewFirm> {
    let (structure, outside) = (&world.structure, &world.outside);
    let sub = &structure.sub_industries[plan.s];
    let competence: f64 = sub.recipe.iter().map(|(k, w)| w * f64::from(plan.levels[*k])).sum();
    let embodied = outside.machine_offer[plan.s].min(competence + founding.usable_margin);
    let model = plan.model;
    let mut technique =
        Technique { competence: competence.into(), skill: embodied.into(), spread: 1.0.into(), ..Technique::default() };
    let lead = competence - world.firms.technique[model].competence;
    technique.process = (world.firms.technique[model].process + lead).into();
    technique.quality = (outside.quality_elasticity * technique.process).into();
    let lead = technique.quality - outside.quality[plan.s] - world.measures.high_end_threshold;
    technique.high_end = logistic(lead / world.measures.high_end_width).into();
    let model_plant = &world.firms.plant[model];
    let model_position = &world.firms.position[model];
    let kept = f64::from(kept_share(&outside.function_shares[plan.s][0], &plan.kept));
    // The entrant's price follows the model's at the same price per quality.
    let price = model_position.price * exp(technique.quality - world.firms.technique[model].quality);
    let unit_inputs = model_plant.unit_inputs * price / model_position.price;
    let unit_sales =
        unit_inputs * outside.input_price[plan.s] + kept * (price - unit_inputs * outside.input_price[plan.s]);
    let units = plan.sales / world.clock.ticks() / unit_sales;
    let capacity = units / founding.utilisation;
    let plant = Plant {
        capacity: capacity.into(),
        embodied: embodied.into(),
        capital_price: (sub.capital_price_to_sales * plan.sales / capacity).into(),
        unit_inputs: unit_inputs.into(),
        log_unit_labour: (model_plant.log_unit_labour
            + ln(price / model_position.price)
            + outside.productivity_elasticity * (technique.process - world.firms.technique[model].process))
            .into(),
        ..Plant::default()
    };
    let mut position = Position {
        kept_share: kept.into(),
        price: price.into(),
        log_price: ln(price).into(),
        markup: model_position.markup,
        price_constant: model_position.price_constant,
        expected: units.into(),
        ..Position::default()
    };
    let share = units * price / outside.demand[plan.s][0];
    position.share[0] = share.into();
    position.base[0] = home.base_to_keep(share, model_position.appeal.get(), sub, &founding.rivalry)?.into();
    let practice = world.firms.practice[model];
    technique.unit_labour =
        (unit_labour(&plant, &technique, outside.productivity_elasticity) * world.lines.labour(&practice)).into();
    let mut vintages = Vintages { capacity: [0.0; VINTAGES], level: [embodied.into(); VINTAGES] };
    vintages.capacity[Ring::at(&world.clock).newest] = capacity as f32;
    let capital = plant.capital_price * capacity;
    let mut balances = Balances::default();
    // Founders pay in what machines and operation need beyond the usual debt, at least a third.
    let needed = sub.working_capital * plan.sales + capital;
    let debt = (founding.debt_to_sales * plan.sales).min(needed * 2.0 / 3.0);
    balances.add(Account::Loans, -debt);
    balances.add(Account::Equity, debt - needed);
    Some(NewFirm {
        id: FirmId::new(world.clock.tick, plan.s, plan.ordinal),
        profile: Profile {
            sub_industry: plan.s as u8,
            city: plan.city,
            ownership: plan.ownership,
            // Entrants join the lower of the two tiers.
            role: Role::ComponentSupplier,
            ..Profile::default()
        },
        chain: founding.value_chain.chain(plan.kept, competence - outside.competence[plan.s]),
        // Components come from the nation at first.
        sourcing: Sourcing::default(),
        // It works by what is usual where it learned the trade.
        practice,
        technique,
        vintages,
        plant,
        workforce: Workforce { workers: (units * technique.unit_labour).into(), ..Workforce::default() },
        position,
        strategy: world.firms.strategy[model],
        effort: Effort::default(),
        balances,
        // What it expects to sell; production replaces it in the same tick.
        flow: Flow { sales: (plan.sales / world.clock.ticks()).into(), ..Flow::default() },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn customers_of_an_entrant_by_hand() {
        let sub = SubIndustry { region_share: [0.5; 3], opening_base: [1.0; 3], ..SubIndustry::for_tests(0.0) };
        let rivalry = Rivalry::new(5.0, 3.0);
        // The region has lost half of its customers, and half of its appeal: a quarter of the custom, a third of the
        // market. With a fifth more custom it would have odds of sqrt(0.3), and the newcomer a sixth of its share.
        let home = Home { share: 1.0 / 3.0, base: 0.5, custom: 0.25 };
        let odds = 0.3f64.sqrt();
        let share = odds / (1.0 + odds) / 6.0;
        let base = home.base_to_keep(share, 0.5, &sub, &rivalry).expect("room");
        assert!((base - 0.1).abs() < 1e-12, "{base}: a fifth of all customers");
        let better = home.base_to_keep(share, 1.0, &sub, &rivalry).expect("room");
        assert!((better - 0.05).abs() < 1e-12, "{better}: twice the appeal, half the customers");
        // At a tenth of the appeal it takes as many customers as there are, and a little less appeal is too little.
        assert!(home.base_to_keep(share, 0.1001, &sub, &rivalry).is_some_and(|base| base > 0.499));
        assert_eq!(home.base_to_keep(share, 0.0999, &sub, &rivalry), None);
        assert_eq!(home.base_to_keep(share, 0.0, &sub, &rivalry), None);
        let crowded = Home { share: 1.0 - 0.5 * share, ..home };
        assert_eq!(crowded.base_to_keep(share, 0.5, &sub, &rivalry), None, "users spend no more");
        assert_eq!(home.base_to_keep(f64::INFINITY, 0.5, &sub, &rivalry), None, "no demand");
        assert_eq!(Home::default().base_to_keep(share, 0.5, &sub, &rivalry), None, "no customers to share");
    }

    #[test]
    fn pareto_quantiles_by_hand() {
        assert!((pareto(0.75, 2.0) - 2.0).abs() < 1e-12);
        assert_eq!(pareto(0.0, 2.0), 1.0);
    }
}
