//! Columns of `region.csv`: one entry for each indicator.

use super::Region;
use crate::indicators::platforms;
use crate::indicators::standards::{over_standards, own_share, standardised};
use crate::indicators::table::{
    DEFINITION, FIRMS, Indicator, LOG, MONEY, PERSONS, RATIO, REAL_MONEY, REAL_PER_WORKER, SHARE, STOCK, TEXT, TICKS,
    column, columns, concentration, ratio,
};
use crate::kernel::record::Cell::{self, Integer, Number, Text};
use crate::kernel::record::{Column, TableSpec};
use crate::world::ledger::Entry;

fn count(number: u64) -> Cell<'static> {
    Integer(i64::try_from(number).unwrap_or(i64::MAX))
}

/// A count that was summed as a floating-point number.
pub fn whole(number: f64) -> Cell<'static> {
    Integer(number as i64)
}

fn number_of(events: &[u32]) -> Cell<'static> {
    count(events.iter().map(|n| u64::from(*n)).sum())
}

/// Cell of one row.
type Value = for<'a> fn(&'a Region<'a>) -> Cell<'a>;

const fn entry(
    name: &'static str,
    unit: &'static str,
    meaning: &'static str,
    source: &'static str,
    value: Value,
) -> Indicator<Value> {
    Indicator { column: column(name, unit, meaning, source), value }
}

const LMDI: &str = "LMDI-I (Ang 2005)";
const STAGES: &str = "definition of the stage indicator";
const EVENTS: &str = "count of the tick; 0 at tick 0";
const BOOKS: &str = "ledger of the tick; 0 at tick 0, where nothing is booked";

/// All indicators of the region in the order of the file.
const INDICATORS: &[Indicator<Value>] = &[
    entry("tick", TICKS, "Tick; 0 is the opening state.", DEFINITION, |r| count(r.world.clock.tick.into())),
    entry("year", "year", "Calendar year.", DEFINITION, |r| Integer(r.world.clock.year().into())),
    entry(
        "quarter",
        "period of the year",
        "Period of the calendar year, a quarter where a year has four ticks.",
        DEFINITION,
        |r| count(r.world.clock.period().into()),
    ),
    entry(
        "value_added",
        MONEY,
        "Value added: sales less purchased inputs plus change of stocks, less royalties paid plus royalties received.",
        DEFINITION,
        |r| Number(r.total.value_added),
    ),
    entry("output", MONEY, "Gross output: sales plus change of stocks.", DEFINITION, |r| Number(r.output())),
    entry("employment", PERSONS, "Workers and engineers employed at the end of the tick.", DEFINITION, |r| {
        Number(r.employment())
    }),
    entry(
        "firms",
        FIRMS,
        "Simulated firms at the end of the tick; each stands for 1/scale real ones.",
        DEFINITION,
        |r| whole(r.total.firms),
    ),
    entry("entries", FIRMS, "Firms that entered.", EVENTS, |r| number_of(&r.world.events.entries)),
    entry("exits", FIRMS, "Firms that left, mergers not counted.", EVENTS, |r| number_of(&r.world.events.exits)),
    entry(
        "value_added_per_worker",
        REAL_PER_WORKER,
        "Real value added per worker y = VA / (P L): value added over deflator and employment.",
        DEFINITION,
        |r| Number(r.measured.per_worker),
    ),
    entry(
        "value_added_per_worker_change",
        REAL_PER_WORKER,
        "Change of value_added_per_worker since the last tick; the contributions add up to it.",
        DEFINITION,
        |r| Number(r.measured.change),
    ),
    entry(
        "following_contribution",
        REAL_PER_WORKER,
        "Contribution of following the world's frontier: the outside competitors' value per worker.",
        LMDI,
        |r| Number(r.measured.contributions.following),
    ),
    entry(
        "factor_contribution",
        REAL_PER_WORKER,
        "Contribution of chain value per worker relative to the outside: quantity and price together.",
        LMDI,
        |r| Number(r.measured.contributions.factor()),
    ),
    entry(
        "factor_quantity_contribution",
        REAL_PER_WORKER,
        "Contribution of quality-adjusted quantity per worker relative to the outside (equipment, process, product).",
        LMDI,
        |r| Number(r.measured.contributions.quantity),
    ),
    entry(
        "factor_price_contribution",
        REAL_PER_WORKER,
        "Contribution of the relative quality-adjusted price: chain value per quality-adjusted unit (negative where gains pass to buyers).",
        LMDI,
        |r| Number(r.measured.contributions.price),
    ),
    entry(
        "value_chain_contribution",
        REAL_PER_WORKER,
        "Contribution of value added per unit of chain value.",
        LMDI,
        |r| Number(r.measured.contributions.value_chain),
    ),
    entry(
        "structure_contribution",
        REAL_PER_WORKER,
        "Contribution of employment shares of sub-industries and tiers.",
        LMDI,
        |r| Number(r.measured.contributions.structure()),
    ),
    entry(
        "structure_sub_industry_contribution",
        REAL_PER_WORKER,
        "Contribution of the sub-industries' employment shares.",
        LMDI,
        |r| Number(r.measured.contributions.sub_industry),
    ),
    entry(
        "structure_tier_contribution",
        REAL_PER_WORKER,
        "Contribution of the high-end and ordinary tiers' employment shares within sub-industries.",
        LMDI,
        |r| Number(r.measured.contributions.tier),
    ),
    entry(
        "stage",
        TEXT,
        "Leading contribution of the smoothed decomposition: none, factor, value_chain or structure; noisy in a single run.",
        STAGES,
        |r| Text(r.measured.stage.name()),
    ),
    entry("high_end_share", SHARE, "High-end products in sales.", DEFINITION, |r| {
        Number(ratio(r.total.high_end_sales, r.total.sales))
    }),
    entry("high_tech_share", SHARE, "High-tech sub-industries in value added.", DEFINITION, |r| {
        Number(ratio(r.over_chosen(|s| s.high_tech, |_, s| s.value_added), r.total.value_added))
    }),
    entry("rd_to_sales", RATIO, "Research outlay over sales.", DEFINITION, |r| {
        Number(ratio(r.total.research, r.total.sales))
    }),
    entry("export_share", SHARE, "Exports in sales.", DEFINITION, |r| Number(ratio(r.total.exports, r.total.sales))),
    entry("profit_margin", RATIO, "Profit before tax over sales.", DEFINITION, |r| {
        Number(ratio(r.total.profit, r.total.sales))
    }),
    entry("imitation_share", SHARE, "Imitation in the research outlay.", DEFINITION, |r| {
        Number(ratio(r.total.imitation, r.total.research))
    }),
    entry("state_share", SHARE, "Paid-in capital of firms held by the government.", DEFINITION, |r| {
        Number(ratio(r.total.state_equity, r.total.equity))
    }),
    // Decomposition and stage, continued.
    entry(
        "stage_tier_in_factor",
        TEXT,
        "Stage with the tier contribution counted as factor instead of structure.",
        STAGES,
        |r| Text(r.measured.stage_tier_in_factor.name()),
    ),
    entry(
        "shapley_cells",
        "cells",
        "Cells whose change was split by the Shapley value, as value added, chain value or quantity was not positive.",
        DEFINITION,
        |r| count(r.measured.contributions.shapley_cells.into()),
    ),
    entry(
        "deflator",
        "index, opening = 1",
        "The outside competitors' quality-adjusted prices with opening weights.",
        DEFINITION,
        |r| Number(r.world.outside.deflator),
    ),
    entry(
        "outside_value_per_worker",
        "index, opening = 1",
        "The outside competitors' real value per worker, weighted by the region's employment.",
        DEFINITION,
        |r| {
            Number(ratio(
                r.over_industries(|s, sums| r.world.outside.value_per_worker[s] * (sums.workers + sums.engineers)),
                r.employment(),
            ))
        },
    ),
    // Value and its chain.
    entry("value_added_real", REAL_MONEY, "Value added over the deflator.", DEFINITION, |r| {
        Number(r.real(r.total.value_added))
    }),
    entry("sales", MONEY, "Sales at the factory gate.", DEFINITION, |r| Number(r.total.sales)),
    entry("exports", MONEY, "Sales abroad.", DEFINITION, |r| Number(r.total.exports)),
    entry("inputs", MONEY, "Purchased inputs.", DEFINITION, |r| Number(r.total.inputs)),
    entry("chain_value", MONEY, "Value added plus what others keep on the products.", DEFINITION, |r| {
        Number(r.chain_value())
    }),
    entry(
        "value_leaving",
        MONEY,
        "What foreign design, brand and distribution keep on the products.",
        DEFINITION,
        |r| Number(r.total.value_leaving),
    ),
    entry("kept_share", SHARE, "Value added in chain value.", DEFINITION, |r| {
        Number(ratio(r.total.value_added, r.chain_value()))
    }),
    entry(
        "design_kept",
        SHARE,
        "Part of the design function that the region's firms perform, weighted by chain value.",
        DEFINITION,
        |r| Number(ratio(r.total.design_kept, r.chain_value())),
    ),
    entry(
        "fabrication_kept",
        SHARE,
        "Part of fabrication that the region's firms perform, weighted by chain value.",
        DEFINITION,
        |r| Number(ratio(r.total.fabrication_kept, r.chain_value())),
    ),
    entry(
        "market_kept",
        SHARE,
        "Part of the market function that the region's firms perform, weighted by chain value.",
        DEFINITION,
        |r| Number(ratio(r.total.market_kept, r.chain_value())),
    ),
    entry("value_added_ratio", SHARE, "Value added in gross output.", DEFINITION, |r| {
        Number(ratio(r.total.value_added, r.output()))
    }),
    entry(
        "local_procurement_share",
        SHARE,
        "Inputs and machines bought from the region's own equipment industry (supporting localisation, REQ-47).",
        DEFINITION,
        |r| Number(r.local_procurement()),
    ),
    entry(
        "operating_surplus",
        MONEY,
        "Operating surplus before depreciation, interest, research and tax.",
        DEFINITION,
        |r| Number(r.total.operating),
    ),
    entry("profit", MONEY, "Profit before tax.", DEFINITION, |r| Number(r.total.profit)),
    // Productivity and technology.
    entry(
        "productivity",
        REAL_PER_WORKER,
        "Quality-adjusted quantity sold, at base prices, per worker.",
        DEFINITION,
        |r| Number(ratio(r.total.quantity, r.employment())),
    ),
    entry(
        "productivity_traditional",
        REAL_PER_WORKER,
        "The same of traditional sub-industries (REQ-12).",
        DEFINITION,
        |r| {
            Number(ratio(
                r.over_chosen(|s| s.traditional, |_, s| s.quantity),
                r.over_chosen(|s| s.traditional, |_, s| s.workers + s.engineers),
            ))
        },
    ),
    entry(
        "productivity_dispersion",
        LOG,
        "Standard deviation of log value added per worker among firms of a sub-industry.",
        "Hsieh & Klenow 2009",
        |r| Number(r.productivity_dispersion()),
    ),
    entry(
        "frontier_gap",
        LOG,
        "Distance of competence below the outside competitor's, weighted by sales.",
        DEFINITION,
        |r| Number(r.gap_to(&r.world.outside.competence)),
    ),
    entry(
        "ceiling_gap",
        LOG,
        "Distance of competence below the limit of what can be learned, weighted by sales.",
        DEFINITION,
        |r| Number(r.gap_to(&r.world.outside.machine_offer)),
    ),
    entry(
        "ceiling_lag",
        LOG,
        "Distance of that limit below the outside competitor's competence, weighted by sales (REQ-26).",
        DEFINITION,
        |r| Number(r.ceiling_lag()),
    ),
    entry(
        "embodied_gap",
        LOG,
        "Distance of the technique embodied in machines below the best machines on offer, weighted by fixed capital.",
        DEFINITION,
        |r| Number(r.embodied_gap()),
    ),
    entry("utilisation", SHARE, "Units made over capacity.", DEFINITION, |r| {
        Number(ratio(r.total.made, r.total.capacity))
    }),
    entry("research", MONEY, "Research outlay.", DEFINITION, |r| Number(r.total.research)),
    entry("improvements", "events", "Improvements that succeeded.", EVENTS, |r| count(r.world.events.improvements)),
    entry("imitations", "events", "Imitations that succeeded.", EVENTS, |r| count(r.world.events.imitations)),
    entry(
        "imitating_firms_share",
        SHARE,
        "Firms that spend more on imitation than on improvement, among those with a research outlay.",
        DEFINITION,
        |r| Number(ratio(r.total.imitators, r.total.researchers)),
    ),
    entry("technical_centres", FIRMS, "Firms with the engineers of a technical centre.", DEFINITION, |r| {
        whole(r.total.technical_centres)
    }),
    entry("equipment_budget_share", SHARE, "Early replacement of machines in the upgrading budget.", DEFINITION, |r| {
        Number(ratio(r.total.equipment_budget, r.budget()))
    }),
    entry("improve_budget_share", SHARE, "Improvement in the upgrading budget.", DEFINITION, |r| {
        Number(ratio(r.total.improve_budget, r.budget()))
    }),
    entry("imitate_budget_share", SHARE, "Imitation in the upgrading budget.", DEFINITION, |r| {
        Number(ratio(r.total.imitate_budget, r.budget()))
    }),
    entry("alliance_budget_share", SHARE, "Joint research in the upgrading budget.", DEFINITION, |r| {
        Number(ratio(r.total.alliance_budget, r.budget()))
    }),
    entry("design_budget_share", SHARE, "Design capability in the upgrading budget.", DEFINITION, |r| {
        Number(ratio(r.total.design_budget, r.budget()))
    }),
    entry("market_budget_share", SHARE, "Brand, channel and service in the upgrading budget.", DEFINITION, |r| {
        Number(ratio(r.total.market_budget, r.budget()))
    }),
    entry("digital_budget_share", SHARE, "Digital lines in the upgrading budget.", DEFINITION, |r| {
        Number(ratio(r.total.digital_budget, r.budget()))
    }),
    entry("green_budget_share", SHARE, "Green lines in the upgrading budget.", DEFINITION, |r| {
        Number(ratio(r.total.green_budget, r.budget()))
    }),
    entry("standards_budget_share", SHARE, "Standards in the upgrading budget.", DEFINITION, |r| {
        Number(ratio(r.total.standards_budget, r.budget()))
    }),
    // Standards, digital and green lines.
    entry("standardised_share", SHARE, "Sales made by a standard, mean over the three classes.", DEFINITION, |r| {
        Number(standardised(r.world))
    }),
    entry(
        "own_standard_share",
        SHARE,
        "Standards of the region itself among those that its firms work by, weighted by sales: from implementing to creating (REQ-55).",
        DEFINITION,
        |r| Number(own_share(r.world)),
    ),
    entry("royalties_paid", MONEY, "Royalties for standards paid by the region's firms.", BOOKS, |r| {
        Number(r.booked(&[Entry::RoyaltyAbroad, Entry::RoyaltyNation, Entry::RoyaltyRegion]))
    }),
    entry("royalties_received", MONEY, "Royalties for standards received by the region's firms.", BOOKS, |r| {
        Number(r.booked(&[Entry::RoyaltyRegion, Entry::RoyaltyIncome]))
    }),
    entry("stranded_capital", MONEY, "Machines tied to standards that firms gave up.", BOOKS, |r| {
        Number(over_standards(r.world, |one| one.stranded))
    }),
    entry("codified_share", SHARE, "Mean dominance of the leading standards of the three classes.", DEFINITION, |r| {
        Number(r.world.standards.codified)
    }),
    entry("digital_share", SHARE, "Lines that are digital, weighted by sales.", DEFINITION, |r| {
        Number(ratio(r.total.digital_sales, r.total.sales))
    }),
    entry("green_share", SHARE, "Lines that are green, weighted by sales.", DEFINITION, |r| {
        Number(ratio(r.total.green_sales, r.total.sales))
    }),
    // Network and generic technologies.
    entry("alliances", "projects", "Projects of joint research.", DEFINITION, |r| {
        r.world.network.alliances.iter().filter(|project| project.size > 1).count().into()
    }),
    entry("own_projects", "projects", "Projects of one firm on generic technologies.", DEFINITION, |r| {
        r.world.network.alliances.iter().filter(|project| project.size == 1).count().into()
    }),
    entry("alliance_subjects", "subjects", "Firms, universities and institutes in an alliance.", DEFINITION, |r| {
        r.network.alliances().shape.subjects.into()
    }),
    entry("alliance_relations", "pairs", "Pairs that work together in an alliance.", DEFINITION, |r| {
        r.network.alliances().shape.relations.into()
    }),
    entry(
        "alliance_clustering",
        SHARE,
        "Mean share of a member's partners that work together.",
        "Watts & Strogatz 1998",
        |r| Number(r.network.alliances().shape.mean_local_clustering),
    ),
    entry("supply_relations", "pairs", "Pairs of buyer and supplier within the region.", DEFINITION, |r| {
        r.network.supply().shape.relations.into()
    }),
    entry("breakthroughs", "events", "Breakthroughs in generic technologies.", EVENTS, |r| {
        count(r.world.events.breakthroughs.into())
    }),
    entry("joint_breakthroughs", "events", "Breakthroughs of alliances.", EVENTS, |r| {
        count(r.world.events.joint_breakthroughs.into())
    }),
    entry("core_breakthroughs", "events", "Breakthroughs in which a core firm took part.", EVENTS, |r| {
        count(r.world.events.core_breakthroughs.into())
    }),
    entry("late_breakthroughs", "events", "Breakthroughs after the world had codified the generation.", EVENTS, |r| {
        count(r.world.events.late_breakthroughs.into())
    }),
    entry(
        "licence_fees",
        MONEY,
        "Licence fees for generations of technologies, among firms of the region.",
        DEFINITION,
        |r| Number(r.world.events.licence_fees),
    ),
    entry("adoptions", "events", "Generations adopted from others.", EVENTS, |r| {
        count(r.world.events.adoptions.into())
    }),
    entry(
        "generations_ahead",
        "generations",
        "Generations unlocked beyond what the world has codified, mean over generic fields.",
        DEFINITION,
        |r| Number(r.generations_ahead()),
    ),
    entry("adopting_share", SHARE, "Firms ahead in a generic field among those that need it.", DEFINITION, |r| {
        Number(r.adopting_share())
    }),
    // Supply network and value chain.
    entry("component_local_share", SHARE, "Components bought within the region.", DEFINITION, |r| {
        Number(ratio(r.walk.components.local, r.walk.components.all))
    }),
    entry("supporting_firms", FIRMS, "Firms from whom others of the region order components.", DEFINITION, |r| {
        r.walk.supporting.into()
    }),
    entry(
        "core_links_share",
        SHARE,
        "Relations of supply, alliance and platforms with a core firm at one end.",
        "layers after the upgrading paper",
        |r| Number(r.walk.links.share(r.walk.links.core)),
    ),
    entry(
        "surrounding_links_share",
        SHARE,
        "The same with a university, institute, partner abroad or platform at one end.",
        "layers after the upgrading paper",
        |r| Number(r.walk.links.share(r.walk.links.surrounding)),
    ),
    entry(
        "resource_matching",
        SHARE,
        "Overlap of fields in which open public research is funded with fields that the industry needs, by sales.",
        DEFINITION,
        |r| Number(r.matching()),
    ),
    entry("component_import_share", SHARE, "Components bought abroad.", DEFINITION, |r| {
        Number(ratio(r.walk.components.abroad, r.walk.components.all))
    }),
    entry("core_firms", FIRMS, "Large, competent and connected firms.", DEFINITION, |r| whole(r.walk.components.cores)),
    entry(
        "core_gap",
        LOG,
        "Distance of core firms' competence below the outside competitor's, mean.",
        DEFINITION,
        |r| Number(-r.walk.components.core_lead / r.walk.components.cores.max(1.0)),
    ),
    entry("developed_suppliers", FIRMS, "Suppliers that buyers reviewed in the tick develop.", DEFINITION, |r| {
        count(r.world.supply.developed.into())
    }),
    entry("design_value_share", SHARE, "Design in the value of the region's chains at home.", DEFINITION, |r| {
        Number(r.value_share(0))
    }),
    entry("fabrication_value_share", SHARE, "Fabrication in that value.", DEFINITION, |r| Number(r.value_share(1))),
    entry("market_value_share", SHARE, "Brand, channel and service in that value.", DEFINITION, |r| {
        Number(r.value_share(2))
    }),
    entry("captive_share", SHARE, "Chain value under captive governance or hierarchy.", DEFINITION, |r| {
        let [captive, all] = r.walk.captive;
        Number(ratio(captive, all))
    }),
    // Structure.
    entry(
        "high_tech_level",
        REAL_MONEY,
        "Real value added of high-tech sub-industries over the outside competitors' value per worker: a level, not a share.",
        DEFINITION,
        |r| Number(r.over_chosen(|s| s.high_tech, |s, sums| r.relative_level(s, sums.value_added))),
    ),
    entry(
        "high_end_level",
        REAL_MONEY,
        "Real value added of high-end products over the outside competitors' value per worker: a level, not a share.",
        DEFINITION,
        |r| Number(r.over_industries(|s, _| r.relative_level(s, r.sums.cells[s][1].value_added))),
    ),
    entry("specialisation", SHARE, "Herfindahl-Hirschman index of sales over sub-industries.", DEFINITION, |r| {
        Number(concentration(r.sums.industries.iter().map(|s| s.sales)))
    }),
    entry(
        "spatial_concentration",
        SHARE,
        "Herfindahl-Hirschman index of sales over cities (industrial clustering, REQ-47).",
        DEFINITION,
        |r| Number(concentration(r.sums.cities.iter().map(|c| c.sales))),
    ),
    entry(
        "relatedness_cohesion",
        SHARE,
        "Mean relatedness of two different sub-industries drawn in proportion to sales.",
        "after Neffke, Henning & Boschma 2011",
        |r| Number(r.cohesion()),
    ),
    entry(
        "complete_sets_share",
        SHARE,
        "Integrators, who sell complete equipment, in sales (complete sets, REQ-47).",
        DEFINITION,
        |r| Number(ratio(r.total.integrator_sales, r.total.sales)),
    ),
    // Markets.
    entry("relative_price", RATIO, "Price to the user per quality-adjusted unit over the deflator.", DEFINITION, |r| {
        Number(r.relative_price(r.total.user_value, r.total.quantity))
    }),
    entry("export_price", RATIO, "The same of exports.", DEFINITION, |r| {
        Number(r.relative_price(r.total.user_value_abroad, r.total.quantity_abroad))
    }),
    entry("exporters", FIRMS, "Firms with sales abroad.", DEFINITION, |r| whole(r.total.exporters)),
    // Firms.
    entry("loss_making_share", SHARE, "Firms with a loss before tax.", DEFINITION, |r| {
        Number(ratio(r.total.loss_makers, r.total.firms))
    }),
    entry("zombie_share", SHARE, "Firms with a loss and own funds below a tenth of assets.", DEFINITION, |r| {
        Number(ratio(r.total.zombies, r.total.firms))
    }),
    entry("mergers", FIRMS, "Firms taken over.", EVENTS, |r| count(r.world.events.mergers.into())),
    entry("bailouts", FIRMS, "Failing firms that were rescued.", EVENTS, |r| count(r.world.events.bailouts.into())),
    entry("spin_offs", FIRMS, "Entrants that are spin-offs.", EVENTS, |r| count(r.world.events.spin_offs.into())),
    entry(
        "size_gini",
        SHARE,
        "Gini coefficient of sales over firms.",
        "definition; from size classes of about 9 %",
        |r| Number(r.measured.sizes.gini),
    ),
    entry("size_concentration", SHARE, "Herfindahl-Hirschman index of sales over firms.", DEFINITION, |r| {
        Number(r.measured.sizes.concentration)
    }),
    entry(
        "largest_tenth_share",
        SHARE,
        "Largest tenth of firms in sales.",
        "definition; from size classes of about 9 %",
        |r| Number(r.measured.sizes.largest_tenth),
    ),
    entry(
        "tail_exponent",
        "-",
        "Exponent of the tail of the size distribution, over the largest tenth; 0 below ten firms.",
        "Hill 1975; Axtell 2001: about 1",
        |r| Number(r.measured.sizes.tail_exponent),
    ),
    entry(
        "growth_deviation",
        LOG,
        "Standard deviation of the firms' log growth of sales, last period of the year on last period of the year before; 0 in the first year.",
        DEFINITION,
        |r| Number(r.measured.growth.deviation),
    ),
    entry(
        "growth_shape",
        RATIO,
        "Mean absolute over standard deviation of that growth: 0.71 for Laplace, 0.80 for normal; 0 in the first year.",
        "Bottazzi & Secchi 2006: Laplace",
        |r| Number(r.measured.growth.shape),
    ),
    entry(
        "growth_size_slope",
        RATIO,
        "Slope of the log absolute deviation of that growth on log sales; 0 in the first year.",
        "Riccaboni et al. 2008: -0.14 to -0.20",
        |r| Number(r.measured.growth.size_slope),
    ),
    // People.
    entry("workers", PERSONS, "Workers employed.", DEFINITION, |r| Number(r.total.workers)),
    entry("engineers_employed", PERSONS, "Engineers employed in research.", DEFINITION, |r| Number(r.total.engineers)),
    entry("engineers", PERSONS, "Engineers who live in the region.", DEFINITION, |r| Number(r.engineers())),
    entry("posts", PERSONS, "Research posts that budgets would pay for.", DEFINITION, |r| Number(r.posts())),
    entry("filled_share", SHARE, "Research posts that are filled.", DEFINITION, |r| {
        Number(ratio(r.over_cities(|city| city.filled * city.posts), r.posts()))
    }),
    entry(
        "engineer_premium",
        "index, opening = 1",
        "Pay of engineers relative to the opening, weighted by engineers.",
        DEFINITION,
        |r| Number(ratio(r.over_cities(|city| city.premium * city.engineers), r.engineers())),
    ),
    entry("graduates", PERSONS, "Engineers who graduated in the tick.", EVENTS, |r| Number(r.world.events.graduates)),
    entry("graduate_stay_share", SHARE, "Graduates who stayed; 0 where nobody graduated.", EVENTS, |r| {
        Number(ratio(r.world.events.graduates_stayed, r.world.events.graduates))
    }),
    entry("engineer_moves", PERSONS, "Engineers who changed firm in the tick.", EVENTS, |r| {
        Number(r.world.events.moves)
    }),
    entry("wage", "million CNY per person per tick", "Wage of a worker.", DEFINITION, |r| Number(r.world.labour.wage)),
    // Finance and government.
    entry("investment", MONEY, "Money spent on machines.", DEFINITION, |r| Number(r.total.investment)),
    entry("capital", STOCK, "Fixed capital of firms at book value.", DEFINITION, |r| Number(r.total.capital)),
    entry("deposits", STOCK, "Deposits of firms.", DEFINITION, |r| Number(r.total.cash)),
    entry("loans", STOCK, "Debt of firms.", DEFINITION, |r| Number(r.total.debt)),
    entry("own_funds_ratio", RATIO, "Own funds of firms over their assets.", DEFINITION, |r| {
        Number(ratio(r.total.own_funds, r.total.assets))
    }),
    entry("interest", MONEY, "Interest due on loans.", DEFINITION, |r| Number(r.total.interest)),
    entry("new_loans", MONEY, "Loans granted to firms.", BOOKS, |r| Number(r.booked(&[Entry::LoansGranted]))),
    entry("default_losses", MONEY, "Loans lost by banks.", BOOKS, |r| Number(r.booked(&[Entry::LoanWriteOff]))),
    entry("dividends", MONEY, "Dividends of firms, payments to owners at liquidation included.", BOOKS, |r| {
        Number(r.booked(&[
            Entry::DividendsHouseholds,
            Entry::DividendsGovernment,
            Entry::DividendsOutside,
            Entry::DividendsVenture,
        ]))
    }),
    entry("venture_rounds", "rounds", "Venture rounds.", EVENTS, |r| count(r.world.events.venture_rounds.into())),
    entry("venture_investment", MONEY, "Capital paid in by venture funds.", BOOKS, |r| {
        Number(r.booked(&[Entry::EquityVenture]))
    }),
    entry("government_revenue", MONEY, "Taxes, social charges and dividends received by the government.", BOOKS, |r| {
        Number(r.booked(&[
            Entry::SocialCharges,
            Entry::OtherTaxes,
            Entry::ProductionTax,
            Entry::ProfitTax,
            Entry::DividendsGovernment,
        ]))
    }),
    entry("central_transfers", MONEY, "Transfers from the central government.", BOOKS, |r| {
        Number(r.booked(&[Entry::CentralTransfers]))
    }),
    entry("bailout_spending", MONEY, "Money spent on rescuing firms.", BOOKS, |r| Number(r.booked(&[Entry::Bailout]))),
    entry(
        "policy_spending",
        MONEY,
        "Money spent by all policy instruments; policies.csv tells them apart.",
        "count of the tick; 0 at tick 0",
        |r| Number(r.world.levers.outlays.iter().map(|outlay| outlay.spent).sum()),
    ),
    // Going abroad.
    entry("own_channel_exporters", FIRMS, "Exporters with an own channel abroad.", DEFINITION, |r| {
        r.walk.overseas.own_channels.into()
    }),
    entry("joint_channel_exporters", FIRMS, "Exporters that share a channel abroad.", DEFINITION, |r| {
        r.walk.overseas.joint_channels.into()
    }),
    entry("investors_abroad", FIRMS, "Firms with research, a brand, a park or projects abroad.", DEFINITION, |r| {
        r.walk.overseas.investors.into()
    }),
    entry("state_investors_abroad_share", SHARE, "State firms among them; 0 where there is none.", DEFINITION, |r| {
        Number(ratio(r.walk.overseas.state_investors as f64, r.walk.overseas.investors as f64))
    }),
    entry("brand_attempts", "purchases", "Brands abroad bought.", EVENTS, |r| {
        count(r.world.events.abroad.brand_attempts.into())
    }),
    entry("brand_successes", "purchases", "Those of them that could be kept.", EVENTS, |r| {
        count(r.world.events.abroad.brand_successes.into())
    }),
    entry("novice_brand_attempts", "purchases", "Brands bought by firms without experience abroad.", EVENTS, |r| {
        count(r.world.events.abroad.novice_attempts.into())
    }),
    entry("novice_brand_successes", "purchases", "Those of them that could be kept.", EVENTS, |r| {
        count(r.world.events.abroad.novice_successes.into())
    }),
    entry("brand_outlay", MONEY, "Paid for brands abroad.", BOOKS, |r| Number(r.world.events.abroad.brand_outlay)),
    entry("brand_worth", MONEY, "Present value of the brands kept, by the buyers' profit functions.", EVENTS, |r| {
        Number(r.world.events.abroad.brand_worth)
    }),
    entry("introductions", FIRMS, "Firms that introduced technology under licence.", EVENTS, |r| {
        count(r.world.events.abroad.introductions.into())
    }),
    entry("introduced_worth", MONEY, "Present value of what they learned from it.", EVENTS, |r| {
        Number(r.world.events.abroad.introduced_worth)
    }),
    entry("spill_back_worth", MONEY, "Present value of what research abroad brought home.", EVENTS, |r| {
        Number(r.world.events.abroad.research_worth)
    }),
    entry("relocations", FIRMS, "Firms that moved idle machines abroad.", EVENTS, |r| {
        count(r.world.events.abroad.relocations.into())
    }),
    entry("processing_share", SHARE, "Exports in processing trade over all exports.", DEFINITION, |r| {
        let [processing, general] = r.walk.overseas.trades;
        Number(ratio(processing.exports, processing.exports + general.exports))
    }),
    entry("processing_imports", MONEY, "Inputs that lead firms abroad send for processing.", DEFINITION, |r| {
        Number(r.walk.overseas.trades[0].inputs)
    }),
    entry(
        "processing_functions_kept",
        SHARE,
        "Part of design and market function that exporters in processing trade perform, weighted by exports; 0 without any.",
        DEFINITION,
        |r| Number(r.walk.overseas.trades[0].functions_kept()),
    ),
    entry("general_functions_kept", SHARE, "The same of exporters in general trade.", DEFINITION, |r| {
        Number(r.walk.overseas.trades[1].functions_kept())
    }),
    // Innovation platforms.
    entry("platforms", "platforms", "Innovation platforms at work.", DEFINITION, |r| r.platforms().count().into()),
    entry("platform_members", FIRMS, "Members of innovation platforms.", DEFINITION, |r| {
        r.platforms().map(|platform| platform.members.len()).sum::<usize>().into()
    }),
    entry(
        "platform_quality",
        SHARE,
        "Quality of innovation platforms, mean; 0 where there is none.",
        DEFINITION,
        |r| Number(ratio(r.platforms().map(|platform| platform.quality).sum(), r.platforms().count() as f64)),
    ),
    entry(
        "platform_cash_flow",
        MONEY,
        "Fees and contributions less operation and development of innovation platforms: public support left out.",
        DEFINITION,
        |r| Number(r.world.platforms.list.iter().map(|platform| platform.accounts.cash_flow()).sum()),
    ),
    entry(
        "platform_mediated_relations",
        "pairs",
        "Pairs in joint research that belong to the same platform, scientists of its fields included.",
        DEFINITION,
        |r| platforms::mediated(r.world).into(),
    ),
    // Producer services stand apart.
    entry("producer_service_firms", FIRMS, "Producer-service firms, which are in no other column.", DEFINITION, |r| {
        r.world.services.firms.len().into()
    }),
    entry(
        "producer_service_value_added",
        MONEY,
        "Value added of producer-service firms, which is in no other column.",
        DEFINITION,
        |r| Number(r.world.services.revenue()),
    ),
    entry("producer_service_employment", PERSONS, "Staff of producer-service firms.", DEFINITION, |r| {
        Number(r.world.services.staff())
    }),
    entry(
        "producer_service_share",
        SHARE,
        "Share of what manufacturers leave of design and the market function that producer-service firms earn.",
        DEFINITION,
        |r| {
            let services = &r.world.services;
            let (left, earned) = (services.left.iter(), services.earned.iter());
            let sum: f64 = left.zip(earned).map(|(left, earned)| left * earned).sum();
            Number(ratio(sum, services.left[0] + services.left[2]))
        },
    ),
];

static COLUMNS: [Column; INDICATORS.len()] = columns(INDICATORS);

/// The table.
pub static TABLE: TableSpec = TableSpec { name: "region", row: "one tick", columns: &COLUMNS };

/// The row of one tick.
pub fn row<'a>(region: &'a Region<'a>) -> [Cell<'a>; INDICATORS.len()] {
    std::array::from_fn(|index| (INDICATORS[index].value)(region))
}
