//! The command line of ibid.

mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}
