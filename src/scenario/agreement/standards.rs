//! Standards: their shares, their sponsors, and when they begin.

use super::super::cross::CrossProblem;
use super::super::format::Scenario;
use super::super::suggest::clip;
use super::{TOLERANCE, key, shown};
use crate::population::tables::{CompetingStandard, SponsorName, StandardClassName};

const CLASSES: [(StandardClassName, &str); 3] = [
    (StandardClassName::Basic, "basic"),
    (StandardClassName::Intelligent, "intelligent"),
    (StandardClassName::Green, "green"),
];

/// A share of a standard.
type Share = fn(&CompetingStandard) -> f64;

/// The standards of a class together have no more than everybody.
pub(super) fn shares(scenario: &Scenario) -> Vec<CrossProblem> {
    let shares: [(&str, Share); 3] = [
        ("opening_home", |one| one.opening_home),
        ("opening_region", |one| one.opening_region),
        ("abroad", |one| one.abroad),
    ];
    let mut problems = Vec::new();
    for (class, word) in CLASSES {
        for (name, share) in &shares {
            let of = || scenario.competing_standards.iter().filter(|(_, one)| one.class == class);
            let sum: f64 = of().map(|(_, one)| share(one)).sum();
            let Some((last, _)) = of().rfind(|(_, one)| share(one) > 0.0) else { continue };
            if sum > 1.0 + TOLERANCE {
                let path = key(&["competing_standards", last, name]);
                let message = format!("`{name}` of the {word} standards sums to {}, more than 1", shown(sum));
                problems.push(CrossProblem::new(path, message).help("each user has one standard of a class at most"));
            }
        }
    }
    problems
}

/// The firms of the region stand behind one standard of a class at most: the patents of a field go to it.
pub(super) fn sponsors(scenario: &Scenario) -> Vec<CrossProblem> {
    let mut problems = Vec::new();
    for (class, word) in CLASSES {
        let of_region = scenario
            .competing_standards
            .iter()
            .filter(|(_, one)| one.class == class && one.sponsor == SponsorName::Region)
            .map(|(name, _)| name);
        let names: Vec<&String> = of_region.collect();
        if let [first, second, ..] = names[..] {
            let path = |name: &str| key(&["competing_standards", name, "sponsor"]);
            let message = format!("the region stands behind two {word} standards, `{}` among them", clip(second));
            problems.push(CrossProblem::new(path(second), message).also(path(first), "the first"));
        }
    }
    problems
}

/// Nobody uses a standard before it is launched.
pub(super) fn launches(scenario: &Scenario) -> Vec<CrossProblem> {
    let start = scenario.time.start_year;
    let early = scenario.competing_standards.iter().filter(|(_, one)| {
        i64::from(one.launch) >= i64::from(start) && (one.opening_home > 0.0 || one.opening_region > 0.0)
    });
    early
        .map(|(name, one)| {
            let used = if one.opening_home > 0.0 { "opening_home" } else { "opening_region" };
            let message = format!("the standard `{}` is used before its launch in {}", clip(name), one.launch);
            CrossProblem::new(key(&["competing_standards", name, "launch"]), message)
                .help("give it no opening share, or leave `launch` out")
                .also(key(&["competing_standards", name, used]), "used at the opening")
        })
        .collect()
}
