//! Policies: when they run, whom they can reach, how many run at a time.

use super::super::cross::CrossProblem;
use super::super::dates::{TimeAxis, count_date};
use super::super::format::Scenario;
use super::super::suggest::{clip, nearest};
use super::key;
use crate::indicators::region;
use crate::policy::government::{Mode, StageName};
use crate::policy::{Instrument, Terms};
use indexmap::IndexMap;
use std::collections::BTreeSet;

/// Instruments of one kind that may run at the same time.
const MOST_AT_A_TIME: usize = 16;

/// The kind as written in the file, and the terms.
fn parts(policy: &Instrument) -> (&'static str, &Terms) {
    match policy {
        Instrument::ResearchGrant(terms) => ("research_grant", terms),
        Instrument::EquipmentSubsidy(terms) => ("equipment_subsidy", terms),
        Instrument::TalentProgramme(terms) => ("talent_programme", terms),
        Instrument::InterestDiscount(terms) => ("interest_discount", terms),
        Instrument::AllianceFunding(terms) => ("alliance_funding", terms),
        Instrument::GenericTechnologyProgramme(terms) => ("generic_technology_programme", terms),
        Instrument::SupplierProgramme(terms) => ("supplier_programme", terms),
        Instrument::LocalProcurement(terms) => ("local_procurement", terms),
        Instrument::Connection(terms) => ("connection", terms),
        Instrument::FunctionGrant(terms) => ("function_grant", terms),
        Instrument::StandardsProgramme(terms) => ("standards_programme", terms),
        Instrument::DigitalSubsidy(terms) => ("digital_subsidy", terms),
        Instrument::FirstSetInsurance(terms) => ("first_set_insurance", terms),
        Instrument::BuyerSupport(terms) => ("buyer_support", terms),
        Instrument::RiskFund(terms) => ("risk_fund", terms),
        Instrument::CreditGuarantee(terms) => ("credit_guarantee", terms),
        Instrument::EquityFund(terms) => ("equity_fund", terms),
        Instrument::MergerSupport(terms) => ("merger_support", terms),
        Instrument::EntrySupport(terms) => ("entry_support", terms),
        Instrument::OwnershipReform(terms) => ("ownership_reform", terms),
        Instrument::ServiceSupport(terms) => ("service_support", terms),
        Instrument::TrustBuilding(terms) => ("trust_building", terms),
        Instrument::Foresight(terms) => ("foresight", terms),
        Instrument::InnovationIncentive(terms) => ("innovation_incentive", terms),
        Instrument::ExportPromotion(terms) => ("export_promotion", terms),
        Instrument::PlatformSupport(terms) => ("platform_support", terms),
    }
}

/// First tick, and first tick no longer; none if a date is no date, which is said elsewhere.
fn period(terms: &Terms, axis: &TimeAxis) -> Option<(i64, i64)> {
    let tick = |date: &str, none: i64| if date.is_empty() { Some(none) } else { count_date(date, axis).ok() };
    Some((tick(&terms.start, 1)?, tick(&terms.end, i64::MAX)?))
}

/// A policy ends after it starts. (That its dates are dates of the calendar is checked before.)
pub(super) fn dates(scenario: &Scenario) -> Vec<CrossProblem> {
    let axis = scenario.time.axis();
    let ends_first = |terms: &Terms| period(terms, &axis).is_some_and(|(start, end)| end <= start);
    scenario
        .policies
        .iter()
        .filter(|(_, policy)| ends_first(parts(policy).1))
        .map(|(name, _)| {
            let message = format!("the policy `{}` ends before it starts", clip(name));
            CrossProblem::new(key(&["policies", name, "end"]), message)
                .help("`end` is the first period in which the policy no longer runs")
        })
        .collect()
}

/// The range of sizes that a policy addresses is not empty.
pub(super) fn targets(scenario: &Scenario) -> Vec<CrossProblem> {
    let mut problems = Vec::new();
    for (name, policy) in &scenario.policies {
        let target = &parts(policy).1.target;
        let (least, most) = (target.minimum_employment, target.maximum_employment);
        if least > most {
            let message = format!(
                "the policy `{}` addresses nobody: firms with at least {least} and at most {most} persons",
                clip(name)
            );
            problems.push(
                CrossProblem::new(key(&["policies", name, "target", "minimum_employment"]), message)
                    .also(key(&["policies", name, "target", "maximum_employment"]), "below the minimum"),
            );
        }
    }
    problems
}

/// A policy gives no part of a target that its kind does not heed.
pub(super) fn unheeded(scenario: &Scenario) -> Vec<CrossProblem> {
    let of = |(name, policy): (&String, &Instrument)| {
        let (kind, terms) = parts(policy);
        let problem = |path: &str| {
            let parts: Vec<&str> = ["policies", name.as_str()].into_iter().chain(path.split('.')).collect();
            let message = format!("the policy `{}` is of the kind `{kind}`, which does not heed `{path}`", clip(name));
            CrossProblem::new(key(&parts), message).help("leave it out, or take a kind that heeds it")
        };
        policy.heeds().unheeded(terms).into_iter().map(problem).collect::<Vec<_>>()
    };
    scenario.policies.iter().flat_map(of).collect()
}

/// A stop rule that looks at an indicator names one that the region has, with a limit, and no limit without one.
pub(super) fn stop_rules(scenario: &Scenario) -> Vec<CrossProblem> {
    let columns = || region::TABLE.columns.iter().filter(|column| column.unit != "text").map(|column| column.name);
    let mut problems = Vec::new();
    for (name, policy) in &scenario.policies {
        let stop = &parts(policy).1.stop;
        let limited = stop.above.is_some() || stop.below.is_some();
        let at = |field: &str| key(&["policies", name, "stop", field]);
        if stop.indicator.is_empty() && limited {
            let message = format!("the stop rule of `{}` has a limit but no indicator", clip(name));
            let field = if stop.above.is_some() { "above" } else { "below" };
            problems.push(CrossProblem::new(at(field), message).help("name a column of region.csv as `indicator`"));
        } else if !stop.indicator.is_empty() && !limited {
            let message = format!("the stop rule of `{}` has an indicator but no limit", clip(name));
            problems.push(CrossProblem::new(at("indicator"), message).help("say `above` or `below`"));
        } else if !stop.indicator.is_empty() && !columns().any(|column| column == stop.indicator) {
            let message = format!("region.csv has no number named `{}`", clip(&stop.indicator));
            let help = match nearest(&stop.indicator, columns()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`tiexi describe indicators region` lists them".to_string(),
            };
            problems.push(CrossProblem::new(at("indicator"), message).help(help));
        }
    }
    problems
}

/// A government that turns to portfolios has one to turn to.
pub(super) fn portfolios(scenario: &Scenario) -> Vec<CrossProblem> {
    let government = &scenario.government;
    let empty = match government.mode {
        Mode::Fixed => government.always.filter(|stage| government.portfolio(*stage).is_empty()),
        Mode::Scheduled if government.schedule.is_empty() => {
            let message = "the government is scheduled, but has no schedule";
            return vec![CrossProblem::new(key(&["government", "mode"]), message.to_string()).help("add `schedule`")];
        }
        Mode::Scheduled => {
            government.schedule.iter().map(|turn| turn.portfolio).find(|stage| government.portfolio(*stage).is_empty())
        }
        Mode::Adaptive => Some(StageName::None).filter(|stage| government.portfolio(*stage).is_empty()),
    };
    let problem = |stage: StageName| {
        let message = format!("the government turns to a portfolio without policies: {stage:?}");
        CrossProblem::new(key(&["government", "mode"]), message).help("list names of policies in it")
    };
    empty.map(problem).into_iter().collect()
}

/// The dates of a government say one thing each, in their order.
pub(super) fn turns(scenario: &Scenario) -> Vec<CrossProblem> {
    let government = &scenario.government;
    let mut problems = Vec::new();
    if !government.from.is_empty() && government.from_tick != 1 {
        let message = "a government starts either at `from` or at `from_tick`, not at both";
        problems
            .push(CrossProblem::new(key(&["government", "from"]), message.to_string()).help("leave one of them out"));
    }
    let place = |index: usize, field: &str| format!("government.schedule[{index}]{field}");
    for (index, turn) in government.schedule.iter().enumerate() {
        let (message, help) = match (&turn.date, turn.tick) {
            (Some(_), Some(_)) => ("a turn has either a `date` or a `tick`, not both", "leave one of them out"),
            (None, None) => ("this turn has neither a `date` nor a `tick`", "say from when the portfolio runs"),
            _ => continue,
        };
        problems.push(CrossProblem::new(place(index, ""), message.to_string()).help(help));
    }
    let firsts: Vec<Option<u32>> = scenario.government().schedule.iter().map(|turn| turn.tick).collect();
    let later = firsts.windows(2).position(|pair| pair[0].is_some() && pair[1].is_some() && pair[1] <= pair[0]);
    if let Some(index) = later.filter(|_| problems.is_empty()) {
        let message = "this turn is not later than the one before it";
        let help = "write turns in the order of their dates";
        let before = "the one before it";
        problems.push(
            CrossProblem::new(place(index + 1, ""), message.to_string()).help(help).also(place(index, ""), before),
        );
    }
    problems
}

/// No more instruments of one kind run at the same time than a firm can be in.
pub(super) fn at_a_time(scenario: &Scenario) -> Vec<CrossProblem> {
    let axis = scenario.time.axis();
    let mut by_kind: IndexMap<&str, Vec<Running>> = IndexMap::new();
    for (name, policy) in &scenario.policies {
        let (kind, terms) = parts(policy);
        if let Some((start, end)) = period(terms, &axis) {
            by_kind.entry(kind).or_default().push(Running { name, start, end });
        }
    }
    by_kind.iter().filter_map(|(kind, alike)| one_too_many(alike).map(|name| too_many(kind, name))).collect()
}

/// A policy with its first tick and its first tick no longer.
struct Running<'a> {
    name: &'a str,
    start: i64,
    end: i64,
}

/// The first policy beyond the limit at some time; the limit is first passed where one starts.
fn one_too_many<'a>(alike: &[Running<'a>]) -> Option<&'a str> {
    let starts: BTreeSet<i64> = alike.iter().map(|policy| policy.start).collect();
    starts.into_iter().find_map(|tick| {
        let mut running = alike.iter().filter(|policy| policy.start <= tick && tick < policy.end);
        running.nth(MOST_AT_A_TIME).map(|policy| policy.name)
    })
}

fn too_many(kind: &str, name: &str) -> CrossProblem {
    let message = format!("more than {MOST_AT_A_TIME} policies of the kind `{kind}` run at the same time");
    let help = "let some end before others start, or join those that differ in their target only";
    CrossProblem::new(key(&["policies", name]), message).help(help)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_those_that_run_at_the_same_time_count() {
        let running = |name, start, end| Running { name, start, end };
        let mut policies: Vec<Running<'_>> = (0..40).map(|at| running("early", at, at + 1)).collect();
        policies.extend((0..16).map(|_| running("late", 50, i64::MAX)));
        assert_eq!(one_too_many(&policies), None);
        policies.push(running("last", 60, 61));
        assert_eq!(one_too_many(&policies), Some("last"));
        policies.pop();
        policies.push(running("before", 40, 50));
        assert_eq!(one_too_many(&policies), None, "the end is the first tick without it");
    }
}
