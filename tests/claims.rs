//! Claims about regional upgrading that no other file tests, each as the sources put it, or as the opposite of it
//! where the model does not show it (`tiexi requirements` says which).
//!
//! Runs are a seventh of Liaoning's firms over 21 years, eight seeds. Where all seeds must agree, a claim that held
//! by chance in half of the worlds would pass once in 256 tries; where a t-value decides, a false alarm comes up five
//! times in a hundred (one side, seven degrees of freedom), unless the test says otherwise. Where a claim is *not*
//! shown, the test says what is: a bound on the mean, three standard errors wide, which chance passes three times
//! in a thousand. `TIEXI_EVIDENCE_SEEDS` and `TIEXI_EVIDENCE_SCALE` run the same at another size.

mod support;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use support::statistics::{mean, standard_error};
use support::{Lab, Memory};
use tiexi::world::World;
use tiexi::world::firms::Role;
use tiexi::world::ledger::{Account, Sector};
use tiexi::world::network::{Place, Subject};

const LAST: i64 = 84;

fn seeds() -> u64 {
    support::setting("TIEXI_EVIDENCE_SEEDS", 8)
}

/// Tables and last state of a run.
type Done = (Memory, World);

fn runs(scenario: &str, changes: &[&str]) -> Vec<Done> {
    worlds(seeds(), scenario, changes)
}

/// Worlds for what eight cannot tell from chance.
const MANY: u64 = 24;

/// Beyond this a t-value of so many comes up by chance five times in a hundred, on one side.
const SIGNIFICANT_OF_MANY: f64 = 1.714;

fn worlds(seeds: u64, scenario: &str, changes: &[&str]) -> Vec<Done> {
    let scale = format!("scale={:?}", support::setting("TIEXI_EVIDENCE_SCALE", 0.15));
    support::seeds(seeds, |seed| {
        let seed = format!("seed={seed}");
        let (memory, report) = support::run(&support::scenario(scenario, &support::with(&[&scale, &seed], changes)));
        (memory, report.world)
    })
}

/// Liaoning as it is.
fn plain() -> &'static [Done] {
    static RUNS: OnceLock<Vec<Done>> = OnceLock::new();
    RUNS.get_or_init(|| runs("liaoning.toml", &[]))
}

/// Opening states of the same worlds.
fn openings() -> &'static [Lab] {
    static LABS: OnceLock<Vec<Lab>> = OnceLock::new();
    LABS.get_or_init(|| {
        let scale = format!("scale={:?}", support::setting("TIEXI_EVIDENCE_SCALE", 0.15));
        support::seeds(seeds(), |seed| Lab::open("liaoning.toml", &[scale.clone(), format!("seed={seed}")]))
    })
}

fn over(run: &Memory, column: &str, from: i64, to: i64) -> f64 {
    mean(&run.region().ticks(|tick| (from..=to).contains(&tick)).numbers(column))
}

fn late(run: &Memory, column: &str) -> f64 {
    over(run, column, 77, LAST)
}

fn early(run: &Memory, column: &str) -> f64 {
    over(run, column, 1, 8)
}

fn total(run: &Memory, column: &str) -> f64 {
    run.region().ticks(|tick| tick > 0).numbers(column).iter().sum()
}

fn sum(runs: &[Done], column: &str) -> f64 {
    runs.iter().map(|(run, _)| total(run, column)).sum()
}

/// What `measure` says of two lists of worlds, seed by seed: differences.
fn paired(ours: &[Done], theirs: &[Done], measure: impl Fn(&Memory) -> f64) -> Vec<f64> {
    ours.iter().zip(theirs).map(|((ours, _), (theirs, _))| measure(ours) - measure(theirs)).collect()
}

fn log_productivity(run: &Memory) -> f64 {
    late(run, "value_added_per_worker").ln()
}

/// Mean and standard error, said.
fn said(what: &str, values: &[f64]) -> (f64, f64) {
    let (mean, error) = (mean(values), standard_error(values));
    println!("{what}: {mean:+.4} (standard error {error:.4}) over {} seeds", values.len());
    (mean, error)
}

/// Beyond this t-value, on one side, chance brings five of a hundred samples of eight.
const SIGNIFICANT: f64 = 1.895;

fn correlation(pairs: &[(f64, f64)]) -> f64 {
    let (xs, ys): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
    let (x0, y0) = (mean(&xs), mean(&ys));
    let product =
        |a: &[f64], a0: f64, b: &[f64], b0: f64| -> f64 { a.iter().zip(b).map(|(a, b)| (a - a0) * (b - b0)).sum() };
    product(&xs, x0, &ys, y0) / (product(&xs, x0, &xs, x0) * product(&ys, y0, &ys, y0)).sqrt().max(1e-300)
}

// ------------------------------------------------------------------------------------ the network

/// REQ-01: three layers with relations within and between them: core firms, one or two in a hundred, have far more
/// than that share of the relations in the mean of the worlds, and science and partners abroad a twentieth of them with
/// three standard errors to spare.
#[test]
fn core_supporting_and_surrounding_layers_are_linked() {
    let (mut all, mut around) = ([0.0; 2], Vec::new());
    for (run, _) in plain() {
        let (core, surrounding) = (late(run, "core_links_share"), late(run, "surrounding_links_share"));
        let firms = late(run, "firms");
        let (cores, supporting) = (late(run, "core_firms") / firms, late(run, "supporting_firms") / firms);
        println!(
            "core {cores:.3} of firms, {core:.3} of relations; supporting {supporting:.3}; surrounding {surrounding:.3}"
        );
        assert!(core > 2.0 * cores && surrounding > 0.0 && supporting > 0.05);
        assert!(core < 1.0 && surrounding < 1.0);
        all = [all[0] + core, all[1] + cores];
        around.push(surrounding);
    }
    assert!(all[0] > 3.0 * all[1], "{all:?}");
    assert!(mean(&around) - 3.0 * standard_error(&around) > 0.05, "{around:?}");
}

/// REQ-02: every type of subject matters: without it the region is another. Intermediaries matter, too, but are a
/// parameter of cities, with no budget and no rule of their own.
#[test]
fn every_type_of_subject_matters() {
    let run = |scenario: &str, change: &str| support::tables(scenario, &["time.ticks=60", change]);
    for (scenario, subject, without) in [
        ("teaching.toml", "universities and institutes", "science.enabled=false"),
        ("teaching.toml", "partners abroad", "alliances.partners_abroad=0"),
        ("teaching.toml", "banks", "finance.debt_limit=0.0"),
        ("teaching.toml", "venture funds", "finance.venture_share=0.0"),
        ("teaching.toml", "government", "fiscal.sales_tax=0.0"),
        ("teaching.toml", "producer services", "services.enabled=false"),
        ("teaching.toml", "intermediaries", "generic_technology.intermediaries=0.0"),
        ("teaching-path-c.toml", "platforms", "platform.enabled=false"),
    ] {
        let (with, without) = (run(scenario, "seed=1"), run(scenario, without));
        assert!(with.region().first_difference(without.region()).is_some(), "{subject} do nothing");
    }
    let lab = Lab::open("teaching-path-c.toml", &["seed=1"]);
    let World { firms, universities, institutes, platforms, .. } = &lab.world;
    assert!(!firms.is_empty() && !universities.is_empty() && !institutes.is_empty() && !platforms.list.is_empty());
}

/// REQ-03, REQ-45: how open public research matches what the industry needs is measured, and upgrading goes with it at
/// equal resources: with all universities and institutes at work in the two fields that are needed least, value added
/// per worker of 2030 is lower.
#[test]
fn upgrading_goes_with_matching() {
    let names = |table: &str| -> Vec<String> {
        let text =
            std::fs::read_to_string(support::root().join(format!("scenarios/data/{table}.csv"))).expect("a table");
        text.lines().skip(1).filter_map(|line| line.split(',').next()).map(str::to_string).collect()
    };
    // The two fields of least weight in the recipes, weighted by opening sales.
    let world = &openings()[0].world;
    let mut need = vec![0.0; world.structure.fields.len()];
    for (sub, members) in world.structure.sub_industries.iter().zip(&world.members) {
        let sales: f64 = members.iter().map(|row| world.firms.flow[*row as usize].sales).sum();
        sub.recipe.iter().for_each(|(field, weight)| need[*field] += weight * sales);
    }
    let mut order: Vec<usize> = (0..need.len()).collect();
    order.sort_by(|a, b| need[*a].total_cmp(&need[*b]));
    let least = format!("[\"{}\",\"{}\"]", world.structure.fields[order[0]], world.structure.fields[order[1]]);
    let moved = |table: &'static str| names(table).into_iter().map(move |name| (table, name));
    let changes: Vec<String> = moved("universities")
        .chain(moved("institutes"))
        .map(|(table, name)| format!("{table}.{name}.fields={least}"))
        .collect();
    let here = worlds(MANY, "liaoning.toml", &[]);
    let elsewhere = worlds(MANY, "liaoning.toml", &changes.iter().map(String::as_str).collect::<Vec<_>>());
    for ((run, _), (other, _)) in here.iter().zip(&elsewhere) {
        let (ours, theirs) = (late(run, "resource_matching"), late(other, "resource_matching"));
        assert!((0.3..=1.0).contains(&ours) && theirs < 0.5 * ours, "{ours} {theirs}");
        assert!((0.0..=1.0).contains(&late(run, "filled_share")));
    }
    let (gain, error) = said("matching: log value added per worker", &paired(&here, &elsewhere, log_productivity));
    assert!(gain > SIGNIFICANT_OF_MANY * error);
}

/// REQ-24: partners are nearer to each other, in technology and in space, than two firms drawn from those that
/// have partners.
#[test]
fn partners_are_near_in_technology_and_space() {
    for (_, world) in plain() {
        let place = |subject: Subject| match subject.place() {
            Place::Firm(row) => Some(row),
            Place::Science(_) => None,
        };
        let bonds = world.network.bonds.iter().filter(|bond| bond.projects > 0);
        let pairs: Vec<(usize, usize)> = bonds.filter_map(|bond| Some((place(bond.a)?, place(bond.b)?))).collect();
        let all: Vec<usize> = pairs.iter().flat_map(|(a, b)| [*a, *b]).collect();
        let apart: Vec<(usize, usize)> = all
            .iter()
            .enumerate()
            .map(|(at, a)| (*a, all[(at + all.len() / 2) % all.len()]))
            .filter(|(a, b)| a != b)
            .collect();
        let profile = |row: usize| &world.firms.profile[row];
        let related = |(a, b): &(usize, usize)| {
            world.structure.relatedness[usize::from(profile(*a).sub_industry)][usize::from(profile(*b).sub_industry)]
        };
        let km = |(a, b): &(usize, usize)| {
            world.structure.distances[usize::from(profile(*a).city)][usize::from(profile(*b).city)]
        };
        let mean_of = |pairs: &[(usize, usize)], of: &dyn Fn(&(usize, usize)) -> f64| {
            mean(&pairs.iter().map(of).collect::<Vec<_>>())
        };
        let (near, far) = (mean_of(&pairs, &related), mean_of(&apart, &related));
        let (short, long) = (mean_of(&pairs, &km), mean_of(&apart, &km));
        println!(
            "{} pairs: relatedness {near:.3}, apart {far:.3}; distance {short:.0} km, apart {long:.0} km",
            pairs.len()
        );
        assert!(near > far && short < long);
    }
}

/// REQ-09: the more relations, the more joint breakthroughs: fewest in a frozen network, most where links are free.
#[test]
fn more_relations_bring_more_breakthroughs() {
    let (frozen, free) = (runs("frozen-network.toml", &[]), runs("zero-link-cost.toml", &[]));
    let of = |runs: &[Done]| (sum(runs, "alliance_relations"), sum(runs, "joint_breakthroughs"));
    let [(few, fewest), (some, joint), (many, most)] = [of(&frozen), of(plain()), of(&free)];
    println!("relations {few} {some} {many}; joint breakthroughs {fewest} {joint} {most}");
    assert!(few < some && some < many && fewest < joint && joint < most);
}

/// REQ-41: trust does not raise the rate at which joint work is converted into breakthroughs: it enters the
/// choice of partners and their renewal, not progress. Alliances of partners who trust each other from the start
/// break through as often as others, within what chance brings to counts three times in a thousand.
#[test]
fn trust_does_not_raise_conversion() {
    let (wary, trusting) = (
        runs("liaoning.toml", &["alliances.opening_trust=0.1"]),
        runs("liaoning.toml", &["alliances.opening_trust=0.9"]),
    );
    let of = |runs: &[Done]| (sum(runs, "joint_breakthroughs"), sum(runs, "alliances"));
    let ((low, of_wary), (high, of_trusting)) = (of(&wary), of(&trusting));
    let (low_rate, high_rate) = (4.0 * low / of_wary, 4.0 * high / of_trusting);
    println!(
        "alliances {of_wary} wary, {of_trusting} trusting; a year {low_rate:.4} and {high_rate:.4} breakthroughs each"
    );
    assert!(of_trusting > of_wary, "trust makes alliances worth while");
    let chance = 3.0 * 4.0 * (low / of_wary.powi(2) + high / of_trusting.powi(2)).sqrt();
    assert!(high_rate - low_rate < chance, "trust now raises conversion: say so in the registry");
}

// --------------------------------------------------------------------------------- technology

/// REQ-04: that the largest tenth holds six tenths of the technology is not what the model shows: of the tenth of
/// firms that know most in their sub-industry, a fifth to a half belong to the largest tenth; by chance it would be a
/// tenth.
#[test]
fn large_firms_hold_more_of_the_technology_but_not_most() {
    let share = |world: &World| {
        let firms = &world.firms;
        let top = |members: &[u32], of: &dyn Fn(usize) -> f64| -> std::collections::BTreeSet<u32> {
            let mut rows = members.to_vec();
            rows.sort_by(|a, b| of(*b as usize).total_cmp(&of(*a as usize)));
            rows[..rows.len() / 10].iter().copied().collect()
        };
        let (mut both, mut able) = (0, 0);
        for members in &world.members {
            let knowing = top(members, &|row| firms.technique[row].competence.get());
            let large = top(members, &|row| firms.flow[row].sales.get());
            both += knowing.intersection(&large).count();
            able += knowing.len();
        }
        both as f64 / able as f64
    };
    let last: Vec<f64> = plain().iter().map(|(_, world)| share(world)).collect();
    let first: Vec<f64> = openings().iter().map(|lab| share(&lab.world)).collect();
    let (found, _) = said("able firms among the largest", &last);
    said("at the opening", &first);
    assert!(found > 0.15 && found < 0.55, "{found}");
}

/// REQ-06: sub-industries differ in technology, and the high-tech share is that of those classified so.
#[test]
fn sub_industries_differ_in_technology() {
    for (run, world) in plain() {
        let table = run.table("sub_industries").ticks(|tick| tick == LAST);
        let (codes, value) = (table.texts("sub_industry"), table.numbers("value_added"));
        let research = |high: bool| {
            let of = world.structure.sub_industries.iter().filter(|sub| sub.high_tech == high);
            mean(&of.map(|sub| sub.research_to_sales).collect::<Vec<_>>())
        };
        assert!(research(true) > research(false));
        let high = |code: &String| world.structure.sub_industries.iter().any(|sub| sub.high_tech && sub.code == *code);
        let part: f64 = codes.iter().zip(&value).filter(|(code, _)| high(code)).map(|(_, value)| value).sum();
        let share = part / value.iter().sum::<f64>();
        assert!((share - over(run, "high_tech_share", LAST, LAST)).abs() < 1e-6 && share > 0.0);
        let gaps = table.numbers("frontier_gap");
        let spread = gaps.iter().copied().fold(f64::MIN, f64::max) - gaps.iter().copied().fold(f64::MAX, f64::min);
        assert!(spread > 0.1, "{spread}");
    }
}

/// REQ-16: that those who lead change more where technology breaks through is not what the model shows. The part of
/// the twenty largest firms of the second year that are among the twenty largest of the last, with breakthroughs ten
/// times as frequent and without any, differs by no more than chance.
#[test]
fn breakthroughs_do_not_change_who_leads() {
    let stay = |changes: &[&str]| -> Vec<f64> {
        support::seeds(seeds(), |seed| {
            let seed = format!("seed={seed}");
            let mut lab = Lab::open("liaoning.toml", &support::with(&["scale=0.15", &seed], changes));
            let leaders = |lab: &Lab| -> std::collections::BTreeSet<u64> {
                let firms = &lab.world.firms;
                let mut rows: Vec<usize> = (0..firms.len()).collect();
                rows.sort_by(|a, b| firms.flow[*b].sales.total_cmp(&firms.flow[*a].sales));
                rows[..20].iter().map(|row| firms.id[*row].number()).collect()
            };
            lab.ticks(8);
            let before = leaders(&lab);
            lab.ticks(76);
            leaders(&lab).intersection(&before).count() as f64 / 20.0
        })
    };
    let (radical, calm) = (stay(&["generic_technology.target_rate=0.3"]), stay(&["generic_technology.enabled=false"]));
    let differences: Vec<f64> = radical.iter().zip(&calm).map(|(radical, calm)| radical - calm).collect();
    said("leaders that stay, with breakthroughs", &radical);
    said("without", &calm);
    let (found, error) = said("difference", &differences);
    assert!(found > -SIGNIFICANT * error, "leaders now change more: say so in the registry");
    assert!(mean(&calm) < 0.95, "leaders change by themselves");
}

/// REQ-26: nobody is ahead of what the world has codified before the region's first breakthrough, and somebody is
/// after it.
#[test]
fn ceilings_rise_after_breakthroughs_only() {
    for (run, _) in plain() {
        let (broken, ahead) = (run.region().numbers("breakthroughs"), run.region().numbers("generations_ahead"));
        let first = broken.iter().position(|count| *count > 0.0).unwrap_or(broken.len());
        assert!(ahead[..first].iter().all(|ahead| *ahead == 0.0), "ahead before tick {first}");
        assert!(first == broken.len() || ahead[first..].iter().any(|ahead| *ahead > 0.0));
    }
    assert!(sum(plain(), "breakthroughs") > 0.0);
}

/// REQ-43: who chooses fields without any signal works on fields that touch less of the industry. That a wrong choice
/// yields little is not shown: breakthroughs of the blind are adopted as often as those of the seeing, within a third.
#[test]
fn random_choice_touches_less_and_is_adopted_as_often() {
    let (seen, blind) = (
        runs("liaoning.toml", &["alliances.signal_noise=0.0"]),
        runs("liaoning.toml", &["alliances.signal_noise=10.0"]),
    );
    let promise = |runs: &[Done]| {
        let of = |(_, world): &Done| {
            let network = &world.network;
            network.alliances.iter().map(|alliance| network.promise[usize::from(alliance.field)]).collect::<Vec<_>>()
        };
        mean(&runs.iter().flat_map(of).collect::<Vec<_>>())
    };
    let pay = |runs: &[Done]| (sum(runs, "breakthroughs"), sum(runs, "adoptions"));
    println!("seen: breakthroughs, adoptions {:?}; blind {:?}", pay(&seen), pay(&blind));
    println!("promise of the fields worked on: {:.3} seen, {:.3} blind", promise(&seen), promise(&blind));
    assert!(promise(&seen) > 1.05 * promise(&blind));
    let each = |(breakthroughs, adoptions): (f64, f64)| adoptions / breakthroughs;
    let ratio = each(pay(&seen)) / each(pay(&blind));
    assert!((0.5..1.34).contains(&ratio), "the choice pays now: say so in the registry");
}

/// REQ-44: partners abroad teach: with them firms that are allied know more. What the region as a whole gains is within
/// chance.
#[test]
fn partners_abroad_add_little_to_the_region() {
    let alone = runs("liaoning.toml", &["alliances.partners_abroad=0"]);
    let (gap, error) =
        said("gap to the frontier with partners abroad", &paired(plain(), &alone, |run| late(run, "frontier_gap")));
    let (gain, chance) = said("log value added per worker", &paired(plain(), &alone, log_productivity));
    assert!(sum(plain(), "alliance_relations") > sum(&alone, "alliance_relations"));
    assert!(gap.abs() < 0.02 + 3.0 * error && gain.abs() < 0.02 + 3.0 * chance);
}

// ------------------------------------------------------------------------------------ the stages

/// REQ-08: that the three stages follow each other is not what the model shows: in Liaoning the label of a year is
/// that of factor upgrading or none, nearly always.
#[test]
fn labels_are_factor_or_none() {
    let mut counts: BTreeMap<String, f64> = BTreeMap::new();
    for (run, _) in plain() {
        for label in run.region().ticks(|tick| tick > 8).texts("stage") {
            *counts.entry(label).or_default() += 1.0;
        }
    }
    let all: f64 = counts.values().sum();
    println!("labels: {counts:?}");
    let of = |name: &str| counts.get(name).copied().unwrap_or(0.0) / all;
    assert!(of("factor") > 0.2 && of("factor") + of("none") > 0.8);
}

/// REQ-10: that effort moves to the functions of the chain where small steps bring little is not what the model shows.
/// Near the ceiling the budget share of design and market functions is no larger than far below it, and that of
/// steps is larger: whoever is near the ceiling learns from the frontier's growth every year.
#[test]
fn effort_does_not_move_up_the_chain_near_the_ceiling() {
    let (near, far) =
        (runs("liaoning.toml", &["research.ceiling_lag=0.8"]), runs("liaoning.toml", &["research.ceiling_lag=0.1"]));
    let functions = |run: &Memory| late(run, "design_budget_share") + late(run, "market_budget_share");
    let steps = |run: &Memory| late(run, "improve_budget_share") + late(run, "imitate_budget_share");
    let (more, error) = said("share of functions in the budget, near less far", &paired(&near, &far, functions));
    let (less, chance) = said("share of steps", &paired(&near, &far, steps));
    assert!(more < SIGNIFICANT * error, "effort moves now: say so in the registry");
    assert!(more.abs() < 0.03 && less > -3.0 * chance);
}

/// REQ-11: value added moves towards the ends of the chain: the part of value kept that comes from design and market.
#[test]
fn value_moves_to_the_ends_of_the_chain() {
    for (run, _) in plain() {
        let ends = |of: &dyn Fn(&str) -> f64| {
            let part = |function: &str| of(&format!("{function}_value_share")) * of(&format!("{function}_kept"));
            let (design, fabrication, market) = (part("design"), part("fabrication"), part("market"));
            (design + market) / (design + fabrication + market)
        };
        let (first, last) = (ends(&|column| early(run, column)), ends(&|column| late(run, column)));
        println!("ends of the chain: {first:.3} of the value kept at first, {last:.3} at last");
        assert!(last > first);
    }
}

/// REQ-12: traditional sub-industries become more productive in every seed, and high-tech value added gains on the
/// world; but the high-tech share does not rise beyond chance.
#[test]
fn traditional_industries_improve_and_the_high_tech_share_does_not_rise() {
    let growth = |column: &str| -> Vec<f64> {
        plain().iter().map(|(run, _)| (late(run, column) / early(run, column)).ln()).collect()
    };
    let productivity = growth("productivity_traditional");
    let share: Vec<f64> =
        plain().iter().map(|(run, _)| late(run, "high_tech_share") - early(run, "high_tech_share")).collect();
    said("growth of traditional productivity", &productivity);
    said("growth of high-tech value added over the world's", &growth("high_tech_level"));
    let (change, error) = said("change of the high-tech share", &share);
    assert!(productivity.iter().all(|growth| *growth > 0.0));
    assert!(change < 0.01 + SIGNIFICANT * error && change > -0.01 - 3.0 * error, "it moves: say so in the registry");
}

/// REQ-13: the processes overlap. That each advances the other with a lag, both ways, is not shown: what structure
/// contributes in two years is not followed by more of factors in the next two beyond chance. (In eight other seeds it
/// was, t = 3.6: the sign is not robust.)
#[test]
fn processes_overlap_without_lagged_advance() {
    let in_two_years = |run: &Memory, column: &str| -> Vec<f64> {
        let numbers = run.region().ticks(|tick| tick > 0).numbers(column);
        numbers.chunks(8).map(|two_years| two_years.iter().sum()).collect()
    };
    let columns = ["factor_contribution", "value_chain_contribution", "structure_contribution"];
    let lagged = |a: &[f64], b: &[f64]| correlation(&a.iter().copied().zip(b[1..].iter().copied()).collect::<Vec<_>>());
    let (mut overlap, mut lags) = (Vec::new(), [const { Vec::new() }; 4]);
    for (run, _) in plain() {
        let [factor, chain, structure] = columns.map(|column| in_two_years(run, column));
        let active = |at: usize| [&factor, &chain, &structure].iter().filter(|part| part[at] > 0.0).count();
        overlap.push((0..factor.len()).filter(|at| active(*at) >= 2).count() as f64 / factor.len() as f64);
        let pairs = [(&factor, &structure), (&structure, &factor), (&factor, &chain), (&chain, &factor)];
        lags.iter_mut().zip(pairs).for_each(|(lag, (a, b))| lag.push(lagged(a, b)));
    }
    let (overlap, _) = said("part of two-year periods with two processes or more", &overlap);
    let names = ["factor, then structure", "structure, then factor", "factor, then chain", "chain, then factor"];
    let found: Vec<_> = names.iter().zip(&lags).map(|(name, lag)| said(name, lag)).collect();
    assert!(overlap > 0.5);
    let both = found[..2].iter().all(|(lag, error)| *lag > SIGNIFICANT * error);
    assert!(!both, "both advance each other now: say so in the registry");
    assert!(found.iter().all(|(lag, error)| lag.abs() < 0.5 + 3.0 * error));
}

/// REQ-46: at the start parts are bought outside, design and market functions are left to others, and firms stand far
/// below the frontier.
#[test]
fn the_opening_is_weak_in_design_parts_and_technology() {
    for (run, _) in plain() {
        let first = |column: &str| over(run, column, 0, 0);
        assert!(
            first("component_local_share") < 0.2 && first("component_import_share") > first("component_local_share")
        );
        assert!(first("design_kept") < 0.4 && first("market_kept") < 0.4 && first("frontier_gap") > 0.5);
        assert!(first("high_end_share") < 0.15 && first("value_added_ratio") < 0.3);
    }
}

/// REQ-47: the four goals are reported and are shares; how each moves along path B is said.
#[test]
fn four_goals_are_reported() {
    let along = runs("path-b-supply-chain.toml", &[]);
    for goal in ["adopting_share", "spatial_concentration", "complete_sets_share", "component_local_share"] {
        let values: Vec<f64> = plain().iter().map(|(run, _)| late(run, goal)).collect();
        assert!(values.iter().all(|value| (0.0..=1.0).contains(value)), "{goal}");
        said(goal, &values);
        said(&format!("{goal}: change along path B"), &paired(&along, plain(), |run| late(run, goal)));
    }
    assert!(sum(&along, "component_local_share") > sum(plain(), "component_local_share"));
}

/// REQ-48: capital for each worker and real value per unit of quality move; that capital, product value and the
/// high-end share all rise together is not shown.
#[test]
fn measures_of_upgrading_do_not_all_rise() {
    let rises = |of: &dyn Fn(&Memory, i64, i64) -> f64| -> Vec<f64> {
        plain().iter().map(|(run, _)| (of(run, 77, LAST) / of(run, 1, 8)).ln()).collect()
    };
    let capital = rises(&|run, from, to| over(run, "capital", from, to) / over(run, "employment", from, to));
    let high_end = rises(&|run, from, to| over(run, "high_end_share", from, to));
    let price = rises(&|run, from, to| over(run, "relative_price", from, to));
    let all =
        [said("capital for each worker", &capital), said("high-end share", &high_end), said("relative price", &price)];
    assert!(all[0].0 > SIGNIFICANT * all[0].1, "capital deepens");
    assert!(!all.iter().all(|(rise, error)| *rise > SIGNIFICANT * error), "all rise now: say so in the registry");
}

// -------------------------------------------------------------------------------------- standards

/// REQ-50, REQ-57: with standards exports are higher in every seed, for a dominant green standard opens the high-income
/// market; the gap to the frontier is smaller, the high-end share larger, and value added per worker higher, for
/// standards make digital lines cheaper. The last takes 64 seeds: it is .9 per cent with a standard error of .3.
#[test]
fn common_standards_raise_exports_technique_and_productivity() {
    const SEEDS: u64 = 64;
    /// Beyond this a t-value of 64 comes up by chance five times in a hundred, on one side.
    const SHOWN: f64 = 1.669;
    let some = worlds(SEEDS, "liaoning.toml", &[]);
    let none = worlds(SEEDS, "liaoning.toml", &["standards.enabled=false"]);
    let (gain, error) = said("log value added per worker with standards", &paired(&some, &none, log_productivity));
    let (gap, spread) = said("gap to the frontier", &paired(&some, &none, |run| late(run, "frontier_gap")));
    let (rise, deviation) = said("high-end share", &paired(&some, &none, |run| late(run, "high_end_share")));
    let exports = paired(&some, &none, |run| late(run, "exports").ln());
    said("log exports", &exports);
    assert!(gain > SHOWN * error && -gap > SHOWN * spread && rise > SHOWN * deviation);
    assert!(exports.iter().all(|more| *more > 0.0));
}

/// REQ-55: where more of what is used are the region's own standards, margins are higher, over 96 seeds of the race, in
/// which that share is nothing in some and a third in others. The price of exports hardly goes with it: over 384 worlds the
/// correlation is .12, and .08 comes up by chance once in twenty times.
#[test]
fn margins_and_not_prices_go_with_own_standards() {
    /// Beyond these a correlation of 96 comes up by chance five times and once in a hundred, on one side.
    const CORRELATED: f64 = 0.169;
    const SURELY: f64 = 0.238;
    let race = worlds(96, "standards-race.toml", &[]);
    let [margin, price] = ["profit_margin", "export_price"].map(|column| {
        let pair = |(run, _): &Done| (late(run, "own_standard_share"), late(run, column));
        let found = correlation(&race.iter().map(pair).collect::<Vec<_>>());
        println!("own standards and {column}: {found:+.2}");
        found
    });
    assert!(margin > CORRELATED);
    assert!(price < SURELY, "prices of exports go with own standards now: say so in the registry");
    assert!(race.iter().any(|(run, _)| late(run, "own_standard_share") > 0.01), "some have standards of their own");
}

/// REQ-58: four of five programmes have an effect of their own on what they aim at, in every seed; for green manufacturing
/// there is green procurement, which works as demand for better products and turns no lines green.
#[test]
fn four_of_five_programmes_have_separate_effects() {
    let programme = |terms: &str| {
        let policy = format!("policies.some={{{terms},annual_budget=1e6}}");
        support::seeds(4, |seed| {
            let changes = ["scale=0.15".to_string(), "time.ticks=24".into(), format!("seed={seed}"), policy.clone()];
            support::tables("liaoning.toml", &changes)
        })
    };
    let nothing = programme("kind=\"research_grant\",rate=0.0");
    for (name, terms, column) in [
        ("innovation of standards", "kind=\"standards_programme\",rate=0.5", "standards_budget_share"),
        ("basic industry", "kind=\"equipment_subsidy\",rate=0.3", "capital"),
        ("intelligent lines", "kind=\"digital_subsidy\",rate=0.5", "digital_share"),
        ("talent", "kind=\"talent_programme\",rate=0.5", "engineers"),
        (
            "green procurement",
            "kind=\"buyer_support\",rate=0.05,target={markets=[\"home\"],high_end_only=true}",
            "green_share",
        ),
    ] {
        let with = programme(terms);
        let of = |run: &Memory| over(run, column, 13, 24);
        let effects: Vec<f64> = with.iter().zip(&nothing).map(|(with, without)| of(with) / of(without) - 1.0).collect();
        said(name, &effects);
        match column {
            "green_share" => assert!(effects.iter().all(|effect| effect.abs() < 0.02), "it turns lines green now"),
            _ => assert!(effects.iter().all(|effect| *effect > 0.0), "{name}"),
        }
    }
}

// --------------------------------------------------------------------------------- place and size

/// REQ-59: sub-industries stand where the bases of the source are: of the sub-industries of a city with a base for
/// them the location quotient is above one on average.
#[test]
fn firms_stand_where_the_bases_are() {
    for lab in openings() {
        let World { structure, firms, .. } = &lab.world;
        let (subs, cities) = (structure.sub_industries.len(), structure.cities.len());
        let mut count = vec![vec![0.0; cities]; subs];
        firms.profile.iter().for_each(|p| count[usize::from(p.sub_industry)][usize::from(p.city)] += 1.0);
        let all: f64 = count.iter().flatten().sum();
        let of_city = |city: usize| count.iter().map(|row| row[city]).sum::<f64>();
        let quotient =
            |s: usize, city: usize| count[s][city] / count[s].iter().sum::<f64>() / (of_city(city) / all).max(1e-9);
        let named: Vec<_> = structure.bases.iter().filter(|base| base.cluster.is_some()).collect();
        let (mut with, mut without) = (Vec::new(), Vec::new());
        for s in 0..subs {
            for city in 0..cities {
                let has = structure.bases.iter().any(|base| base.city == city && base.sub_industries >> s & 1 == 1);
                if has { &mut with } else { &mut without }.push(quotient(s, city));
            }
        }
        println!("location quotient {:.2} with a base, {:.2} without", mean(&with), mean(&without));
        assert!(named.len() >= 24 && structure.clusters.len() >= 9);
        assert!(mean(&with) > 1.0 && mean(&with) > mean(&without));
    }
}

/// REQ-60: two tiers: integrators are many times as large as component suppliers and know more; key components come
/// from outside the region.
#[test]
fn the_chain_has_two_tiers() {
    for lab in openings() {
        let firms = &lab.world.firms;
        let of = |role: Role, what: &dyn Fn(usize) -> f64| {
            let rows = (0..firms.len()).filter(|row| firms.profile[*row].role == role);
            mean(&rows.map(what).collect::<Vec<_>>())
        };
        let size = |role| of(role, &|row| firms.flow[row].sales.get());
        let knows = |role| of(role, &|row| firms.technique[row].competence.get());
        assert!(size(Role::Integrator) > 3.0 * size(Role::ComponentSupplier));
        assert!(knows(Role::Integrator) > knows(Role::ComponentSupplier));
    }
    for (run, _) in plain() {
        assert!(over(run, "component_import_share", 0, 0) > 0.1 && over(run, "component_local_share", 0, 0) < 0.2);
    }
}

/// REQ-61: what foreign suppliers of components keep of their price is above the operating margin of those who
/// assemble; suppliers of the region do not earn more than these.
#[test]
fn assembly_earns_less_than_foreign_components() {
    for (_, world) in plain() {
        let firms = &world.firms;
        let margin = |role: Role| {
            let rows = (0..firms.len()).filter(|row| firms.profile[*row].role == role);
            let (profit, sales) = rows.fold((0.0, 0.0), |(profit, sales), row| {
                (profit + firms.flow[row].operating, sales + firms.flow[row].sales)
            });
            profit / sales
        };
        // An import margin of three tenths of the price of the nation.
        let foreign = 0.3 / 1.3;
        let (assembly, parts) = (margin(Role::Integrator), margin(Role::ComponentSupplier));
        println!("operating margin: assembly {assembly:.3}, components {parts:.3}, foreign components {foreign:.3}");
        assert!(assembly < foreign);
    }
}

/// REQ-62: capital of state firms is less productive than that of others, in the opening state and in 2030.
#[test]
fn state_capital_is_less_productive() {
    let productivity = |world: &World, state: bool| {
        let firms = &world.firms;
        let holder = |row: usize| world.structure.ownership[usize::from(firms.profile[row].ownership)].holder;
        let rows = (0..firms.len()).filter(|row| (holder(*row) == Sector::Government) == state);
        let (value, capital) = rows.fold((0.0, 0.0), |(value, capital), row| {
            (value + 4.0 * firms.flow[row].value_added, capital + firms.balances[row].get(Account::FixedCapital))
        });
        value / capital
    };
    let ratio = |world: &World| (productivity(world, true) / productivity(world, false)).ln();
    let first: Vec<f64> = openings().iter().map(|lab| ratio(&lab.world)).collect();
    let last: Vec<f64> = plain().iter().map(|(_, world)| ratio(world)).collect();
    let (opening, error) = said("log capital productivity of the state over others, opening", &first);
    said("in 2030", &last);
    assert!(opening < -SIGNIFICANT * error);
}

/// REQ-63: state firms are more frequent among investors abroad than among firms, by about two in a hundred; that
/// they are most of them is not what the model shows.
#[test]
fn state_firms_do_not_lead_abroad() {
    let run = runs("going-abroad.toml", &["event=[]", "time.ticks=40"]);
    let excess: Vec<f64> = run
        .iter()
        .map(|(run, world)| {
            let of_state = |group: u8| world.structure.ownership[usize::from(group)].holder == Sector::Government;
            let profiles = &world.firms.profile;
            let state = profiles.iter().filter(|profile| of_state(profile.ownership)).count() as f64;
            assert!(over(run, "investors_abroad", 21, 40) > 0.0);
            over(run, "state_investors_abroad_share", 21, 40) - state / profiles.len() as f64
        })
        .collect();
    let (found, error) = said("share of the state among investors less that among firms", &excess);
    assert!(found > SIGNIFICANT * error);
    assert!(
        run.iter().all(|(run, _)| over(run, "state_investors_abroad_share", 21, 40) < 0.5),
        "most: say so in the registry"
    );
}

/// REQ-64: who builds neither design nor market function does not keep more of the value of its chain beyond chance,
/// however productive it becomes, and keeps less of it than in the same world where functions may be built.
#[test]
fn without_functions_the_kept_share_does_not_rise() {
    let captive = ["value_chain.complex_from=1.0", "value_chain.tacit_from=1.0", "value_chain.capable_within=0.0"];
    let rise = |runs: &[Done]| -> Vec<f64> {
        runs.iter().map(|(run, _)| late(run, "kept_share") / early(run, "kept_share") - 1.0).collect()
    };
    let held = runs("liaoning.toml", &captive);
    let (without, error) = said("rise of the kept share without functions", &rise(&held));
    let (with, chance) = said("with functions", &rise(plain()));
    let (more, spread) =
        said("kept share with functions less without", &paired(plain(), &held, |run| late(run, "kept_share")));
    assert!(without < 0.01 + SIGNIFICANT * error && with > -3.0 * chance);
    assert!(more > SIGNIFICANT * spread, "functions keep more");
    assert!(held.iter().all(|(run, _)| late(run, "productivity") > early(run, "productivity")));
}

/// REQ-72: the largest become larger, firms more numerous, sizes more unequal, and links among them more, in every
/// seed. Of specialisation the model knows that of the region only: a firm has one sub-industry.
#[test]
fn the_largest_grow_firms_multiply_and_links_close() {
    let change = |column: &str| -> Vec<f64> {
        plain().iter().map(|(run, _)| (late(run, column) / early(run, column)).ln()).collect()
    };
    said("specialisation", &change("specialisation"));
    for column in ["largest_tenth_share", "firms", "size_gini", "supply_relations"] {
        let rises = change(column);
        said(column, &rises);
        assert!(rises.iter().all(|rise| *rise > 0.0), "{column}");
    }
}

/// REQ-74: firms of the two core cities gain on others in competence, in every seed. It is not distance that does it:
/// where distance does not count for imitation they gain as much, within three standard errors.
#[test]
fn core_cities_learn_faster_whatever_distance_counts() {
    let lead = |world: &World| {
        let city = |row: usize| world.structure.cities[usize::from(world.firms.profile[row].city)].name.as_str();
        let competence = |row: usize| {
            let s = usize::from(world.firms.profile[row].sub_industry);
            world.firms.technique[row].competence - world.outside.competence[s]
        };
        let of = |core: bool| {
            let rows = (0..world.firms.len()).filter(|row| matches!(city(*row), "Shenyang" | "Dalian") == core);
            mean(&rows.map(competence).collect::<Vec<_>>())
        };
        of(true) - of(false)
    };
    let gains = |runs: &[Done]| -> Vec<f64> {
        runs.iter().zip(openings()).map(|((_, world), lab)| lead(world) - lead(&lab.world)).collect()
    };
    let near = gains(plain());
    let far = gains(&runs("liaoning.toml", &["research.half_distance=100000.0"]));
    said("gain of the core cities in competence over others", &near);
    said("where distance does not count", &far);
    let differences: Vec<f64> = near.iter().zip(&far).map(|(near, far)| near - far).collect();
    let (found, error) = said("difference", &differences);
    assert!(near.iter().all(|gain| *gain > 0.0));
    assert!(found.abs() < 0.02 + 3.0 * error);
}

/// REQ-75: producer services keep value in the region; that able ones raise manufacturing is not what the model shows.
#[test]
fn producer_services_do_not_raise_manufacturing() {
    let able = runs("liaoning.toml", &["services.learning=0.3"]);
    let (share, _) =
        said("share of services in what is left", &paired(&able, plain(), |run| late(run, "producer_service_share")));
    let (gain, error) = said("log value added per worker of manufacturers", &paired(&able, plain(), log_productivity));
    assert!(share > 0.0 && gain.abs() < 0.01 + 3.0 * error);
}

/// REQ-22: that paths widen from point over line to surface in the firms that they reach is not what the model shows:
/// path A reaches fewest, but path C, by meetings and as members of platforms, fewer than path B, whose rebates
/// reach all who buy near by. Most of those whom path C reaches are graduates.
#[test]
fn the_chain_reaches_most_firms() {
    let reach = |scenario: &str| {
        let of = |(run, _): &Done| {
            let policies = run.table("policies").ticks(|tick| tick > 40);
            let talent = policies.only("instrument", "talent_programme").numbers("recipients").iter().sum::<f64>();
            let all = policies.numbers("recipients").iter().sum::<f64>();
            let members = run.region().ticks(|tick| tick > 40).numbers("platform_members").iter().sum::<f64>();
            [(all - talent) / 11.0, members / 11.0, talent / 11.0]
        };
        runs(scenario, &[]).iter().map(of).collect::<Vec<_>>()
    };
    let [a, b, c] = ["path-a-generic-technology.toml", "path-b-supply-chain.toml", "path-c-platform.toml"].map(reach);
    for ((a, b), c) in a.iter().zip(&b).zip(&c) {
        println!(
            "reached in a year, counted every quarter (by policies, as members, graduates): A {a:.0?}, B {b:.0?}, C {c:.0?}"
        );
        assert!(a[0] < c[0] + c[1] && c[0] + c[1] < b[0], "the order is another now: say so in the registry");
    }
}
