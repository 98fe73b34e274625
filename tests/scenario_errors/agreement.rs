//! Tables that contradict each other, and sizes beyond reason.

use crate::patching::*;
use crate::schedule::event;
use std::time::Instant;

const SUB_INDUSTRIES: &str = "data/sub_industries.csv";
const INPUT_OUTPUT: &str = "data/input_output.csv";
const NAMED: &str = "data/named_firms.csv";
const OWNERSHIP: &str = "data/ownership.csv";

pub fn tables() -> Vec<Case> {
    let one_column = "input,MET\nbasic_metals,0.2\nchem_rubber_plastics,0.1\nenergy_mining,0.1\nservices,0.2\n\
        other,0.19\nvalue_added,0.21\n";
    vec![
        Case::new(vec![cell("data/recipes.csv", "MET", "robots", "0.07"), mark("data/recipes.csv", "MET", "MET")])
            .says(&["the shares in `recipes.MET` must sum to 1, but sum to 1.01", "they are off by +0.01"]),
        Case::new(vec![cell(INPUT_OUTPUT, "services", "MET", "0.19"), mark(MAIN, "[input_output]", "input_output")])
            .says(&["the shares of `MET` over all of `input_output` must sum to 1, but sum to 1.1"]),
        Case::new(vec![cell("data/ownership_shares.csv", "INS", "state", "0.041")])
            .says(&["the shares in `ownership_shares.INS` must sum to 1, but sum to 0.999"]),
        Case::new(vec![cell(OWNERSHIP, "personal", "entrant_share", "0.5"), mark(MAIN, "[ownership]", "ownership")])
            .says(&["`entrant_share` must sum to 1 over all of `ownership`", "they are off by -0.06"]),
        Case::new(vec![
            child("[markets.high_income]\nexport_weight = 0.4\n"),
            mark("child.toml", "[markets", "markets"),
        ])
        .says(&["`export_weight` must sum to 1 over the markets, but sums to 0.9", "these exports need a market"]),
        Case::new(vec![
            cell(SUB_INDUSTRIES, "GEN", "value_added_ratio", "▸0.31"),
            // The second of the two alike cells: the one before the third sub-industry's.
            mark(INPUT_OUTPUT, "value_added", "0.21,0.22"),
        ])
        .says(&["value added of `GEN` is 0.31 of sales in `sub_industries`, but 0.21 in `input_output`"])
        .says(&["may differ by 0.02"]),
        Case::new(vec![
            line("data/recipes.csv", "AUT,", ""),
            mark(MAIN, "[recipes]", "recipes"),
            mark(SUB_INDUSTRIES, "AUT", "AUT"),
        ])
        .says(&[
            "the sub-industry `AUT` has no recipe",
            "add the row `AUT` to `recipes`",
            "this sub-industry",
        ]),
        Case::new(vec![line("data/ownership_shares.csv", "AUT,", ""), mark(SUB_INDUSTRIES, "AUT", "AUT")])
            .says(&["the sub-industry `AUT` has no owners", "add the row `AUT` to `ownership_shares`"]),
        Case::new(vec![child("[input_output]\ncsv = \"data/io.csv\"\n"), file("data/io.csv", one_column)])
            .says(&["the sub-industry `GEN` has no inputs", "add the column `GEN` to `input_output`"])
            .problems(7),
        Case::new(vec![
            line(INPUT_OUTPUT, "value_added,", "valueadded,0.21,0.21,0.22,0.21,0.17,0.165,0.24,0.2"),
            mark(MAIN, "[input_output]", "input_output"),
        ])
        .says(&["`input_output` has no row `value_added`"]),
        Case::new(vec![child("[competing_standards.national_basic]\nopening_home = ▸0.7\n")])
            .says(&["`opening_home` of the basic standards sums to 1.05, more than 1"]),
        Case::new(vec![child("[competing_standards.international_basic]\nlaunch = ▸2012\n")])
            .says(&["`international_basic` is used before its launch in 2012", "used at the opening"]),
        Case::new(vec![child("[competing_standards.other]\nclass = \"green\"\nsponsor = ▸\"region\"\nlevel = 0.0\n")])
            .says(&["the region stands behind two green standards, `other` among them", "the first"]),
        Case::new(vec![child("[input_prices]\nvalue_added = ▸1.1\n")]).says(&["is no input, so it has no price"]),
        Case::new(vec![
            cell(OWNERSHIP, "foreign", "capital_source", "hmt"),
            mark("data/ownership_shares.csv", "MET", "0.147852"),
        ])
        .says(&["the capital source `foreign` has shares but no ownership group", "capital_source = \"foreign\""]),
        Case::new(vec![cell(OWNERSHIP, "state_small", "minimum_employment", "50")])
            .says(&["no ownership group of the capital source `state` takes small firms"])
            .says(&["needs minimum_employment = 0", "small firms own such capital too"]),
        Case::new(vec![cell("data/bases.csv", "shenyang_robots", "sub_industries", "▸;")])
            .says(&["the base `shenyang_robots` has no `sub_industries`"]),
        Case::new(vec![cell("data/universities.csv", "shenyang_ligong_university", "fields", "▸;")]).says(&[
            "the university `shenyang_ligong_university` has no `fields`",
            "at least one of `technology_fields`",
        ]),
        Case::new(vec![cell("data/institutes.csv", "transformer_research_institute", "fields", " ; ")])
            .says(&["the institute `transformer_research_institute` has no `fields`"]),
    ]
}

pub fn firms() -> Vec<Case> {
    vec![
        Case::new(vec![cell(NAMED, "brilliance_auto", "sales", "▸300000"), mark(SUB_INDUSTRIES, "AUT", "272850")])
            .says(&[
                "the named firms of `AUT` sell 300,000 million CNY a year, more than the whole sub-industry: 272,850",
            ])
            .says(&["sales of all its firms"]),
        Case::new(vec![line(MAIN, "initial_level =", "initial_level = 0.5"), mark(NAMED, "brilliance_auto", "150000")])
            .says(&["the named firms of `AUT` sell 150,000 million CNY a year", "136,425"])
            .says(&["`sales` x `region.initial_level`"]),
        Case::new(vec![line(MAIN, "scale =", "scale = 0.02"), mark(NAMED, "shenyang_aircraft", "shenyang_aircraft")])
            .says(&["`named_firms` has 4 firms of `TRA`, but only 3 simulated firms can bear a name", "raise `scale`"]),
        Case::new(vec![
            line(MAIN, "scale =", "scale = ▸0.004"),
            child("[named_firms]\ncsv = \"data/coast_named_firms.csv\"\n"),
            mark(SUB_INDUSTRIES, "INS", "101"),
        ])
        .says(&["the sub-industry `INS` has sales but no firm: 101 firms x scale 0.004 round to 0", "raise `scale`"]),
        Case::new(vec![cell(SUB_INDUSTRIES, "INS", "firms", "▸0")])
            .says(&["the sub-industry `INS` has sales but no firm: 0 firms", "give it a firm"]),
        Case::new(vec![cell(SUB_INDUSTRIES, "INS", "sales", "▸2020"), mark(MAIN, "size_threshold", "20.0")])
            .says(&["the mean firm of `INS` sells 20.000 million CNY a year, no more than the smallest may: 20"])
            .says(&["they must exceed `firms.size_threshold`"]),
    ]
}

pub fn opening_books() -> Vec<Case> {
    vec![
        Case::new(vec![line(MAIN, "annual_wage", "annual_wage = ▸2.0"), mark(SUB_INDUSTRIES, "INS", "0.24")])
            .says(&["the costs of `INS` are 3.", "more than all of them: wages 2.", "overhead at least 0.01"])
            .says(&["the same is true of 7 other sub-industries"])
            .says(&["with all else as it is, `labour.annual_wage` = 0.", "would fit (now 2)"]),
        Case::new(vec![set("labour.annual_wage=▸2.0")]).says(&["the costs of `INS`"]),
        Case::new(vec![cell(SUB_INDUSTRIES, "GEN", "research_to_sales", "▸0.95"), mark(SUB_INDUSTRIES, "GEN", "0.21")])
            .says(&[
                "the costs of `GEN` are 1.",
                "research 0.950",
                "lower `sub_industries.GEN.research_to_sales` (now 0.95)",
            ]),
        Case::new(vec![cell(SUB_INDUSTRIES, "ICT", "profit_margin", "▸1")]).says(&[
            "the costs of `ICT` are 1.",
            "profit 1.000",
            "`sub_industries.ICT.profit_margin`",
        ]),
        Case::new(vec![set("fiscal.sales_tax=▸1.0")]).says(&[
            "production tax 1.000",
            "7 other sub-industries",
            "`fiscal.sales_tax` = 0.",
        ]),
        Case::new(vec![set("finance.debt_to_sales=▸0.5"), set("finance.interest=▸1.0"), set("finance.spread=▸1.0")])
            .says(&["the costs of `MET`", "interest 2.9", "`finance.debt_to_sales` = 0."]),
        Case::new(vec![line(MAIN, "debt_to_sales", "debt_to_sales = ▸0.6"), mark(SUB_INDUSTRIES, "MET", "0.583")])
            .says(&["the firms of `MET` would open with no own funds"])
            .says(&["their debt is 0.6 years of sales, their assets 0.583\n", "below 0.583"]),
        Case::new(vec![set("finance.debt_to_sales=▸1.5")])
            .says(&["the firms of `MET`", "the same is true of 6 other sub-industries"]),
        Case::new(vec![set("production.inventory_target=▸4"), mark(SUB_INDUSTRIES, "MET", "0.583")])
            .says(&["the firms of `MET` would open with negative deposits: machines and buildings of 0."])
            .says(&["years of sales, but assets of 0.583 in all"])
            .says(&["lower `production.inventory_target` (now 4) below "]),
        Case::new(vec![
            set("investment.fixed_capital_per_assets=▸1.0"),
            set("investment.fixed_capital_per_value_added=9.0"),
            mark(SUB_INDUSTRIES, "MET", "0.583"),
        ])
        .says(&["would open with negative deposits"])
        .says(&["lower `investment.fixed_capital_per_assets` (now 1), or give the sub-industry more assets"]),
    ]
}

pub fn graphs() -> Vec<Case> {
    let (universities, institutes) = ("data/universities.csv", "data/institutes.csv");
    let gexf = || child("[output]\ngraph = [\"gexf\"]\n");
    let namesake = "institute_of_automation_cas,Shenyang,robots,0.35,2000,260,x\n";
    vec![
        Case::new(vec![child("[output]\ngraph_ticks = [84, ▸85]\n"), mark(MAIN, "ticks =", "84")])
            .says(&["no graph can be written at tick 85: the run ends at tick 84"])
            .says(&["ticks go from 0, the opening state, to 84", "raise `time.ticks` to 85"]),
        Case::new(vec![child("[output]\ngraph_ticks = [▸40]\n"), set("time.ticks=▸12")])
            .says(&["at tick 40: the run ends at tick 12"]),
        Case::new(vec![gexf(), append(universities, "▸17,Shenyang,robots,0.35,2000,260,x\n")])
            .says(&["`17` in `universities` could not be told from a firm", "a name with letters"]),
        Case::new(vec![
            gexf(),
            append(universities, format!("▸{namesake}")),
            mark(institutes, "institute_of_automation_cas", "institute_of_automation_cas"),
        ])
        .says(&["`institute_of_automation_cas` is a name in `universities` and in `institutes`", "rename one"]),
    ]
}

pub fn sizes() -> Vec<Case> {
    let many = |count: usize, row: &str| -> String {
        (0..count).map(|number| format!("[technology_fields.f{number}]\n{row}\n")).collect()
    };
    let field = "name = \"x\"\ngeneric = false\ngrowth_factor = 1.0";
    vec![
        Case::new(vec![child(&many(41, field)), mark("child.toml", "[technology_fields.f0]", "technology_fields")])
            .says(&["the scenario has 65 technology fields, but at most 64 are possible"]),
        Case::new(vec![file("child.toml", "title = \"nothing\"\n")])
            .says(&["the scenario has no city", "no sub-industry", "no technology field", "no ownership group"])
            .says(&["write [cities.NAME], or extend a scenario that has some"])
            .problems(4),
        Case::new(vec![
            file(
                "data/empty_cities.csv",
                "city,latitude,longitude,population\nShenyang,41,123,0\nDalian,38,121,0\nFushun,1,2,0\nJinzhou,1,2,0\n\
                 Anshan,1,2,0\nBenxi,1,2,0\nDandong,1,2,0\nYingkou,1,2,0\nFuxin,1,2,0\nLiaoyang,1,2,0\n\
                 Panjin,1,2,0\nTieling,1,2,0\nChaoyang,1,2,0\nHuludao,1,2,0\n",
            ),
            child("[▸cities]\ncsv = \"data/empty_cities.csv\"\n"),
        ])
        .says(&["nobody lives in any of the cities"]),
        Case::new(vec![set("scale=▸1e6")])
            .says(&["the scenario asks for 4,209,000,000 simulated firms, more than `firms.most` = 20,000,000"])
            .says(&["lower `scale` (now 1000000), or raise `firms.most`"]),
        Case::new(vec![
            line(MAIN, "size_threshold", "size_threshold = 20.0\nmost = 4000"),
            mark(MAIN, "[sub_industries]", "sub"),
        ])
        .says(&["asks for 4,209 simulated firms, more than `firms.most` = 4,000", "lower `scale` (now 1)"]),
    ]
}

pub fn growth() -> Vec<Case> {
    vec![
        Case::new(vec![set("markets.high_income.growth=▸0.5"), set("time.ticks=▸480")])
            .says(&["demand would grow to e^60 times the opening, beyond what numbers can hold"])
            .says(&["at most e^55: lower `markets.high_income.growth`, or run fewer years"])
            .says(&["the end of the run"]),
        Case::new(vec![set("time.ticks=▸8000"), mark(MAIN, "growth = 0.04", "0.04")])
            .says(&["demand would grow to e^80 times the opening"])
            .problems(3),
        Case::new(vec![set("outside.price_growth=▸0.2"), set("time.ticks_per_year=1"), set("time.ticks=▸300")])
            .says(&["the competitors' price would grow to e^60 times the opening"]),
        Case::new(vec![
            event("tick = 1\nkey = \"markets.home.growth\"\nvalue = 0.5"),
            set("time.ticks=▸480"),
            mark(MAIN, "growth = 0.04", "0.04"),
        ])
        .says(&["demand would grow to e^60 times the opening"]),
    ]
}

/// What grows fast for a while only, or falls for ever, outgrows nothing.
#[test]
fn growth_within_what_numbers_hold_is_accepted() {
    let boom = event("tick = 1\nuntil = \"2030Q1\"\nkey = \"markets.home.growth\"\nvalue = 0.5");
    let fall = |market: &str| set(format!("markets.{market}.growth=-0.5"));
    let falls = vec![fall("home"), fall("middle_income"), fall("high_income"), set("time.ticks=8000")];
    for patches in [vec![boom, set("time.ticks=480")], falls] {
        assert_eq!(Case::new(patches).message(), None);
    }
}

/// Only where the system tells its free memory, and has less than the largest scenario needs.
#[test]
fn more_firms_than_the_memory_holds_are_refused() {
    let meminfo = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let free = meminfo
        .lines()
        .find_map(|line| line.strip_prefix("MemAvailable:")?.trim().strip_suffix("kB")?.trim().parse().ok());
    if free.is_none_or(|kilobytes: f64| kilobytes > 140e6) {
        return;
    }
    let case = Case::new(vec![set("firms.most=200000000"), set("scale=▸4e4")]).says(&[
        "168,360,000 simulated firms need about 303,048 MB of memory, but",
        "MB are free",
        "lower `scale`",
    ]);
    assert_eq!(case.failure(), None);
}

#[test]
fn a_million_million_firms_are_refused_at_once() {
    let start = Instant::now();
    let case = Case::new(vec![
        cell(SUB_INDUSTRIES, "GEN", "firms", "100000000"),
        cell(SUB_INDUSTRIES, "GEN", "sales", "1e12"),
        set("scale=▸1e4"),
    ])
    .says(&["asks for 1,000,0", "simulated firms, more than `firms.most`"]);
    assert_eq!(case.failure(), None);
    assert!(start.elapsed().as_secs_f64() < 1.0, "took {:?}", start.elapsed());
}
