//! Sizes: not empty, not beyond what a run or the machine can hold.

use super::super::cross::CrossProblem;
use super::super::format::Scenario;
use super::super::words::grouped;
use super::simulated;
use crate::world::standards::MOST_STANDARDS;

/// The model keeps sets of sub-industries and of fields in one machine word.
const MOST_NAMES: usize = 64;
/// Memory of a firm with what the opening state and a tick need beside it: the peak of the whole process with every
/// mechanism and both panels, measured at 421 thousand firms, is 1.4 KB each. A quarter more, for all that was not tried.
const BYTES_PER_FIRM: f64 = 1_800.0;

/// All that is wrong with sizes.
pub(super) fn check(scenario: &Scenario) -> Vec<CrossProblem> {
    [memory, table_lengths, someone_lives_there].iter().flat_map(|check| check(scenario)).collect()
}

/// The world has something in each of the tables that nothing works without.
fn table_lengths(scenario: &Scenario) -> Vec<CrossProblem> {
    let tables = [
        ("cities", "city", "cities", scenario.cities.len(), usize::MAX),
        ("sub_industries", "sub-industry", "sub-industries", scenario.sub_industries.len(), MOST_NAMES),
        ("technology_fields", "technology field", "technology fields", scenario.technology_fields.len(), MOST_NAMES),
        ("ownership", "ownership group", "ownership groups", scenario.ownership.len(), usize::MAX),
    ];
    let standards = scenario.competing_standards.len();
    let mut problems = Vec::new();
    for (table, one, many, length, most) in tables {
        if length == 0 {
            let help =
                format!("a scenario needs at least one: write [{table}.NAME], or extend a scenario that has some");
            problems.push(CrossProblem::new(table, format!("the scenario has no {one}")).help(help));
        } else if length > most {
            let message = format!("the scenario has {length} {many}, but at most {most} are possible");
            problems.push(CrossProblem::new(table, message));
        }
    }
    if standards > MOST_STANDARDS {
        let message = format!("the scenario has {standards} standards, but at most {MOST_STANDARDS} are possible");
        problems.push(CrossProblem::new("competing_standards", message));
    }
    problems
}

/// Firms settle where people live.
fn someone_lives_there(scenario: &Scenario) -> Vec<CrossProblem> {
    let empty = scenario.cities.values().all(|city| city.population <= 0.0);
    if scenario.cities.is_empty() || !empty {
        return Vec::new();
    }
    vec![CrossProblem::new("cities", "nobody lives in any of the cities").help("give one a population above 0")]
}

/// Refused before anything is built: more firms than wanted or than the memory can hold.
fn memory(scenario: &Scenario) -> Vec<CrossProblem> {
    let firms: f64 = scenario.sub_industries.values().map(|one| simulated(scenario, one.firms)).sum();
    let Some((message, way_out)) = too_large(firms, scenario.firms.most, available_memory()) else {
        return Vec::new();
    };
    let path = if scenario.scale == 1.0 { "sub_industries" } else { "scale" };
    let help = format!("lower `scale` (now {}){way_out}", scenario.scale);
    vec![CrossProblem::new(path, message).help(help)]
}

/// Why so many firms cannot be built, and what else to do than build fewer.
fn too_large(firms: f64, most: u64, available: Option<f64>) -> Option<(String, &'static str)> {
    let count = grouped(firms);
    if firms > most as f64 {
        let message =
            format!("the scenario asks for {count} simulated firms, more than `firms.most` = {}", grouped(most as f64));
        return Some((message, ", or raise `firms.most` if you mean it"));
    }
    let (bytes, available) = (firms * BYTES_PER_FIRM, available?);
    (bytes > available).then(|| {
        let (needs, has) = (megabytes(bytes), megabytes(available));
        let message = format!("{count} simulated firms need about {needs} MB of memory, but {has} MB are free");
        (message, ", or use a machine with more memory")
    })
}

fn megabytes(bytes: f64) -> String {
    grouped((bytes / 1e6).round())
}

/// Free memory in bytes, where the system tells it.
fn available_memory() -> Option<f64> {
    available_in(&std::fs::read_to_string("/proc/meminfo").ok()?)
}

fn available_in(meminfo: &str) -> Option<f64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kibibytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_firms_than_wanted_or_than_memory_are_refused() {
        assert_eq!(too_large(1e6, 1_000_000, Some(1e12)), None);
        let (message, _) = too_large(1e12, 20_000_000, None).unwrap();
        assert!(message.contains("1,000,000,000,000") && message.contains("20,000,000"), "{message}");
        let (message, _) = too_large(1e7, 20_000_000, Some(8e9)).unwrap();
        assert!(message.contains("10,000,000 simulated firms need about 18,000 MB"), "{message}");
        assert!(message.contains("8,000 MB are free"), "{message}");
        assert_eq!(too_large(1e7, 20_000_000, None), None, "unknown memory refuses nothing");
    }

    #[test]
    fn the_system_tells_its_free_memory() {
        let meminfo = "MemTotal:  24689764 kB\nMemAvailable:   1000 kB\nBuffers: 3 kB\n";
        assert_eq!(available_in(meminfo), Some(1_024_000.0));
        assert_eq!(available_in("MemTotal: 5 kB\n"), None);
        assert_eq!(available_in("MemAvailable: much\n"), None);
    }
}
