//! The command line of ibid.

mod cli;

/// Address space; what is not used takes no memory.
const STACK: usize = 1 << 30;

fn main() -> std::process::ExitCode {
    // Parsers and the evaluator go as deep as what they are given; the usual stack is soon at its end.
    let deep = std::thread::Builder::new().stack_size(STACK).spawn(cli::main);
    deep.ok().and_then(|thread| thread.join().ok()).unwrap_or(std::process::ExitCode::from(2))
}
