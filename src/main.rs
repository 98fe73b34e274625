//! The program `tiexi`: everything is in the library; see [`tiexi::cli`].

use std::process::ExitCode;

// Faster than the system's own where large tables come and go.
#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    tiexi::cli::main()
}
