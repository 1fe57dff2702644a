//! The command line of ibid.

mod cli;

/// The evaluator takes and gives back small pieces of memory all the time: a third of an audit went into that.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    cli::main()
}
