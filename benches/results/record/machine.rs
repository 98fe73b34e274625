//! Where and of what the results were measured.

use std::process::Command;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use tiexi::output::host;

/// Memory of the process per firm, bytes, rounded up.
const BYTES_PER_FIRM: f64 = 1_800.0;
/// Firms at scale 1.
const FIRMS: f64 = 4_209.0;

/// Head of the results: what stands in `benches/results.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Origin {
    /// Model of the processor.
    pub processor: String,
    /// Cores of the process.
    pub cores: usize,
    /// Memory, GiB.
    pub memory: u64,
    /// Operating system.
    pub system: String,
    /// Compiler.
    pub compiler: String,
    /// Commit, with a `+` where files had changed since.
    pub commit: String,
    /// When the table was last written.
    pub date: String,
}

impl Origin {
    /// This machine, now.
    pub fn here() -> Self {
        let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
        let kernel = read("/proc/sys/kernel/osrelease");
        Origin {
            processor: processor(&read("/proc/cpuinfo")),
            cores: host::cores(),
            memory: bytes_of(&read("/proc/meminfo"), "MemTotal").map_or(0, gibibytes),
            system: format!("{} {} {}", std::env::consts::OS, std::env::consts::ARCH, kernel.trim()).trim_end().into(),
            compiler: said("rustc", &["--version"]),
            commit: commit(),
            date: host::timestamp(SystemTime::now()),
        }
    }

    /// What makes times of both incomparable, in words; nothing on the same machine with the same compiler.
    pub fn differences(&self, other: &Origin) -> Vec<String> {
        let mut found = Vec::new();
        let mut compare = |what: &str, here: &str, there: &str| {
            if here != there {
                found.push(format!("{what}: {here}, in the file {there}"));
            }
        };
        compare("processor", &self.processor, &other.processor);
        compare("cores", &self.cores.to_string(), &other.cores.to_string());
        compare("memory, GiB", &self.memory.to_string(), &other.memory.to_string());
        compare("system", &self.system, &other.system);
        compare("compiler", &self.compiler, &other.compiler);
        found
    }

    /// Whether times can be compared: another compiler or kernel is a change worth seeing, another machine is none.
    pub fn same_machine(&self, other: &Origin) -> bool {
        (&self.processor, self.cores, self.memory) == (&other.processor, other.cores, other.memory)
    }
}

fn gibibytes(bytes: u64) -> u64 {
    (bytes as f64 / f64::from(1 << 30)).round() as u64
}

/// Model of the processor in the text of `/proc/cpuinfo`.
pub fn processor(cpuinfo: &str) -> String {
    let line = cpuinfo.lines().find_map(|line| line.strip_prefix("model name"));
    line.and_then(|line| line.split_once(':')).map_or("unknown", |(_, name)| name.trim()).to_string()
}

/// Bytes of an entry in a text like `/proc/meminfo` or `/proc/self/status`.
pub fn bytes_of(text: &str, entry: &str) -> Option<u64> {
    let mut lines = text.lines().filter_map(|line| line.split_once(':'));
    let (_, size) = lines.find(|(name, _)| *name == entry)?;
    size.trim().strip_suffix("kB")?.trim().parse().ok().map(|kibibytes: u64| kibibytes * 1024)
}

/// Memory that is free to take, bytes, where the system tells.
pub fn available() -> Option<u64> {
    bytes_of(&std::fs::read_to_string("/proc/meminfo").ok()?, "MemAvailable")
}

/// Memory that this process holds, bytes, where the system tells.
pub fn resident() -> Option<u64> {
    bytes_of(&std::fs::read_to_string("/proc/self/status").ok()?, "VmRSS")
}

/// Whether so many worlds of this scale fit; unknown memory is no hindrance.
pub fn fits(scale: f64, worlds: usize, available: Option<u64>) -> bool {
    available.is_none_or(|bytes| worlds as f64 * scale * FIRMS * BYTES_PER_FIRM <= 0.95 * bytes as f64)
}

/// Why a scale is not measured here.
pub fn refusal(scale: f64, available: Option<u64>) -> Option<String> {
    let gigabytes = |bytes: f64| format!("{:.1} GB", bytes / 1e9);
    let needed = gigabytes(scale * FIRMS * BYTES_PER_FIRM);
    let free = gigabytes(available.unwrap_or(0) as f64);
    (!fits(scale, 1, available)).then(|| {
        format!("scale {scale} needs about {needed} of memory, and {free} are free; choose others with --scales")
    })
}

fn said(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output();
    output.map_or_else(|_| "unknown".into(), |output| String::from_utf8_lossy(&output.stdout).trim().to_string())
}

/// Short name of the commit; a `+` says that sources had changed since.
fn commit() -> String {
    let name = said("git", &["rev-parse", "--short=8", "HEAD"]);
    let changed = said("git", &["status", "--porcelain", "--", "src", "benches/*.rs", "scenarios", "Cargo.lock"]);
    if changed.is_empty() { name } else { name + "+" }
}
