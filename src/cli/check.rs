//! `ibid check`

use super::Ended;
use super::error::CliError;
use super::target::TargetArgs;
use super::ui::{Ink, Ui};
use ibid::model::Part;
use ibid::store::{Error, Store};
use serde::{Deserialize, Serialize};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// Examine the store: do its parts agree, and are its reports what was loaded?
///
/// The pages of the file, the four orders of the quads against each other, the dictionary both ways, the sizes of the
/// graphs, the places of their subjects, and each report against the digest that was noted when it was loaded. Others may
/// read and write meanwhile. The walk is a process of its own: if what it reads ends it, that is a finding.
///
/// Exit status: 0 where nothing is wrong, 1 where something is, 2 where the store could not be examined.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// How it is told: text, json
    #[arg(long, value_name = "FORMAT", value_parser = ["text", "json"], default_value = "text")]
    format: String,

    /// Walk, and tell the process that asked
    #[arg(long, hide = true)]
    walk: bool,
}

/// What the walk tells, a line each.
#[derive(Serialize, Deserialize)]
enum Message {
    Progress { part: String, done: u64, all: u64 },
    Part(Part),
    Failed { message: String, hints: Vec<String> },
}

#[derive(Serialize)]
struct Report<'a> {
    version: u32,
    store: String,
    sound: bool,
    parts: &'a [Part],
}

/// What helps against damage.
pub(crate) const RESTORE: &str =
    "put a copy that `ibid backup` made in its place, or load the reports again into a new store";
const OFTEN: Duration = Duration::from_millis(100);

pub(crate) fn run(args: &Args, target: &TargetArgs, ui: &mut Ui) -> Result<Ended, CliError> {
    let folder = target.place()?;
    if args.walk {
        walk(&folder, ui);
        return Ok(Ended::Fine);
    }
    let parts = ask(&folder, ui)?;
    let sound = parts.iter().all(Part::is_fine);
    if args.format == "json" {
        let store = folder.to_string_lossy().into_owned();
        let report = Report { version: ibid::model::JSON_VERSION, store, sound, parts: &parts };
        let text = serde_json::to_string_pretty(&report).expect("a report is plain data");
        writeln!(ui.out(), "{text}")?;
    } else {
        parts.iter().try_for_each(|part| tell(part, ui))?;
        ui.finish()?;
        if !sound {
            ui.hint(RESTORE);
        }
    }
    Ok(if sound { Ended::Fine } else { Ended::No })
}

fn tell(part: &Part, ui: &mut Ui) -> Result<(), CliError> {
    let (word, ink) = match (part.is_fine(), part.checked.is_empty()) {
        (true, false) => ("ok     ", Ink::Good),
        (true, true) => ("skipped", Ink::Warning),
        (false, _) => ("damaged", Ink::Error),
    };
    let line = format!("{}  {:<11} {}", Ui::ink(word, ink), part.part, part.checked);
    writeln!(ui.out(), "{}", line.trim_end())?;
    for finding in &part.findings {
        writeln!(ui.out(), "           {}", Ui::ink(finding, Ink::Strong))?;
    }
    if part.more > 0 {
        writeln!(ui.out(), "           and {} more", part.more)?;
    }
    for note in &part.notes {
        writeln!(ui.out(), "           {}", Ui::ink(note, Ink::Faint))?;
    }
    Ok(())
}

/// Has another process walk, and listens.
fn ask(folder: &Path, ui: &mut Ui) -> Result<Vec<Part>, CliError> {
    let failed = |error| CliError::new(format!("the examination could not be begun: {error}"));
    let program = std::env::current_exe().map_err(failed)?;
    let mut command = Command::new(program);
    command.arg("--store").arg(folder).args(["check", "--walk"]);
    let mut walker =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(failed)?;
    let (Some(told), Some(mut cried)) = (walker.stdout.take(), walker.stderr.take()) else {
        return Err(CliError::new("the examination could not be listened to"));
    };
    let cry = std::thread::spawn(move || {
        let mut text = String::new();
        let _ = cried.read_to_string(&mut text);
        text
    });
    let bar = ui.progress(2);
    let (mut parts, mut failure, mut at) = (Vec::new(), None, "pages".to_owned());
    for line in BufReader::new(told).lines() {
        // What is cut off by the walker's end is no message.
        match line.map(|line| serde_json::from_str(&line)) {
            Ok(Ok(Message::Progress { part, done, all })) => {
                bar.set_length(all);
                bar.set_position(done);
                bar.set_message(part.clone());
                at = part;
            }
            Ok(Ok(Message::Part(part))) => parts.push(part),
            Ok(Ok(Message::Failed { message, hints })) => failure = Some((message, hints)),
            Ok(Err(_)) | Err(_) => {}
        }
    }
    bar.finish_and_clear();
    let status = walker.wait().map_err(failed)?;
    let cry = cry.join().unwrap_or_default();
    if let Some((message, hints)) = failure {
        return Err(hints.into_iter().fold(CliError::new(message), CliError::hint));
    }
    if !status.success() {
        parts.push(ended(status, &at, &cry)?);
    }
    Ok(parts)
}

/// What the walker's end says of the store, if it says something.
fn ended(status: ExitStatus, at: &str, cry: &str) -> Result<Part, CliError> {
    let cry = cry.trim();
    let cry = if cry.is_empty() { String::new() } else { format!(": {cry}") };
    match status.signal() {
        // SIGILL, SIGABRT, SIGBUS, SIGFPE and SIGSEGV: what was read, or asked of what was read, cannot be.
        Some(signal @ (4 | 6..=8 | 10 | 11)) => {
            let mut part = Part::new(at);
            part.find(format!("what is read here ended the process that read it (signal {signal}){cry}"));
            Ok(part)
        }
        Some(signal) => Err(CliError::new(format!("the examination was ended by signal {signal}"))),
        None => Err(CliError::new(format!("the examination ended before it was through{cry}"))),
    }
}

/// Walks, and tells each part as it is done.
fn walk(folder: &Path, ui: &mut Ui) {
    let mut last = Instant::now();
    let out = std::cell::RefCell::new(ui);
    let say = |message: &Message| {
        let mut ui = out.borrow_mut();
        let line = serde_json::to_string(message).expect("a message is plain data");
        // Whoever asked may be gone; then there is nobody to tell.
        let _ = writeln!(ui.out(), "{line}").and_then(|()| ui.finish());
    };
    let mut progress = |part: &'static str, done: u64, all: u64| {
        if done == 0 || last.elapsed() > OFTEN {
            last = Instant::now();
            say(&Message::Progress { part: part.to_owned(), done, all });
        }
    };
    let examined = Store::open(folder)
        .and_then(|store| ibid::check::check(&store, &mut progress, &mut |part| say(&Message::Part(part))));
    if let Err(error) = examined {
        let told = match error {
            // Its usual hint is this command.
            Error::Corrupt(_) => CliError::new(error.to_string()).hint(RESTORE),
            error => CliError::from(error),
        };
        say(&Message::Failed { message: told.message, hints: told.hints });
    }
}

#[cfg(test)]
mod tests {
    use super::ended;
    use std::os::unix::process::ExitStatusExt;
    use std::process::ExitStatus;

    #[test]
    fn a_crash_is_a_finding_and_an_interrupt_is_none() {
        let crash = ended(ExitStatus::from_raw(11), "places", "");
        assert!(crash.is_ok_and(|part| part.part == "places" && part.findings.len() == 1));
        let abort = ended(ExitStatus::from_raw(6), "quads", "an assertion failed\n");
        assert!(abort.is_ok_and(|part| part.findings[0].ends_with("(signal 6): an assertion failed")));
        assert!(ended(ExitStatus::from_raw(9), "quads", "").is_err_and(|error| error.message.contains("signal 9")));
        assert!(
            ended(ExitStatus::from_raw(2 << 8), "quads", "a word").is_err_and(|error| error.message.contains("word"))
        );
    }
}
