//! `tiexi completions`: completion scripts for shells.

use clap::CommandFactory;
use clap_complete::Shell;

use super::{Cli, Done, console};

/// Print a completion script for a shell
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tiexi completions bash > ~/.local/share/bash-completion/completions/tiexi
  tiexi completions zsh > ~/.zfunc/_tiexi          (with fpath+=~/.zfunc in ~/.zshrc)
  tiexi completions fish > ~/.config/fish/completions/tiexi.fish")]
pub(super) struct Arguments {
    /// Shell that will read the script
    shell: Shell,
}

/// Prints the script.
pub(super) fn execute(arguments: &Arguments) -> Done {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "tiexi", &mut script);
    console::emit(&String::from_utf8_lossy(&script))
}
