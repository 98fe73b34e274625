//! Facts about the machine and the moment, for the manifest.

use std::time::{SystemTime, UNIX_EPOCH};

/// Cores that this process may use.
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Cores to work on: those that this process may use (its affinity and its cgroup, as containers and batch
/// systems set them, are heeded), and no more than Slurm grants to a task.
pub fn granted_cores() -> usize {
    let granted = std::env::var("SLURM_CPUS_PER_TASK").ok().and_then(|text| text.parse().ok());
    granted.filter(|cores| *cores > 0).map_or_else(cores, |granted: usize| granted.min(cores()))
}

/// Largest memory this process has held so far, in bytes, where the system tells.
pub fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    peak_memory_in(&status)
}

fn peak_memory_in(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

/// `moment` as RFC 3339 in UTC, to the second: `2026-01-31T23:59:59Z`.
pub fn timestamp(moment: SystemTime) -> String {
    let seconds = moment.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let (year, month, day) = civil_date(seconds / 86_400);
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// Year, month and day of the Gregorian calendar, `days` after 1970-01-01. Counts in years that
/// begin in March, so that the leap day comes last (H. Hinnant, "chrono-compatible low-level date
/// algorithms").
fn civil_date(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn timestamps_agree_with_known_moments() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_262_304_000, "2010-01-01T00:00:00Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            let moment = UNIX_EPOCH + Duration::from_secs(seconds);
            assert_eq!(timestamp(moment), text);
        }
    }

    #[test]
    fn peak_memory_is_read_in_bytes() {
        assert_eq!(peak_memory_in("VmPeak: 9 kB\nVmHWM:\t  2048 kB\n"), Some(2_097_152));
        assert_eq!(peak_memory_in("VmPeak: 9 kB\n"), None);
    }
}
