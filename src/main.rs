//! The program `tiexi`: everything is in the library; see [`tiexi::cli`].

use std::process::ExitCode;

// The system allocator of Linux gives large tables back to the kernel and takes them again, which
// costs more than the work on them.
#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    tiexi::cli::main()
}
