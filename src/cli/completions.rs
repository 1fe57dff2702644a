//! `ibid completions`

use super::Ended;
use super::error::CliError;
use super::ui::Ui;
use clap_complete::Shell;

/// Print a shell's completions
#[derive(clap::Args)]
pub(crate) struct Args {
    /// bash, elvish, fish, powershell or zsh
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

pub(crate) fn run(args: &Args, command: &mut clap::Command, ui: &mut Ui) -> Result<Ended, CliError> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, command, "ibid", &mut text);
    std::io::Write::write_all(ui.out(), &text)?;
    Ok(Ended::Fine)
}
