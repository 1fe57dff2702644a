//! Documents whose examples are run: the README, `docs/` and `tests/cmd/`.
//!
//! A fenced block marked `console` is a transcript: lines after `$ ` are given to a shell, the lines below are what it must
//! print, both streams as a terminal shows them, and `[exit N]` where it ends with another status than 0. All blocks of a document share a folder that holds a copy of `data/` and of the
//! document's own `NAME.in/`. With `SNAPSHOTS=overwrite` the documents are written anew.

use crate::util::{files, root};
use snapbox::assert::DEFAULT_ACTION_ENV;
use std::fmt::Write;
use std::path::Path;
use std::process::Command;

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}

fn run(line: &str, folder: &Path) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_ibid")).parent().unwrap().to_owned();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap_or_default());
    let output = Command::new("sh")
        .args(["-c", &format!("exec 2>&1; {line}")])
        .current_dir(folder)
        .env("PATH", path)
        .env("NO_COLOR", "1")
        .env("COLUMNS", "100")
        .env_remove("IBID_STORE")
        .output()
        .unwrap();
    let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    let mut text = steady(&text, folder);
    match output.status.code() {
        Some(0) => {}
        Some(code) => writeln!(text, "[exit {code}]").unwrap(),
        None => writeln!(text, "[killed]").unwrap(),
    }
    text
}

/// The same text for every run: the folder, process numbers, hosts and times of the day are told as such.
fn steady(text: &str, folder: &Path) -> String {
    let folder = std::fs::canonicalize(folder).unwrap();
    let text = text.replace(&*folder.to_string_lossy(), "[FOLDER]");
    let mut told = String::with_capacity(text.len());
    for (number, piece) in text.split("process ").enumerate() {
        let digits = piece.len() - piece.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        if number > 0 {
            told.push_str(if digits > 0 { "process [NUMBER]" } else { "process " });
        }
        let rest = &piece[if number > 0 { digits } else { 0 }..];
        match rest.strip_prefix(" on ").and_then(|rest| rest.split_once(' ')) {
            Some((_, rest)) if digits > 0 && number > 0 => write!(told, " on [HOST] {rest}").unwrap(),
            _ => told.push_str(rest),
        }
    }
    match told.split_once("since 20") {
        Some((before, after)) => format!("{before}since [TIME]{}", &after[after.find('Z').map_or(0, |at| at + 1)..]),
        None => told,
    }
}

/// A document as it would read if its transcripts had just been run.
fn replay(document: &str, folder: &Path) -> String {
    let mut told = String::new();
    let mut lines = document.lines().peekable();
    while let Some(line) = lines.next() {
        writeln!(told, "{line}").unwrap();
        if line.trim() != "```console" {
            continue;
        }
        while let Some(line) = lines.next_if(|line| *line != "```") {
            let Some(command) = line.strip_prefix("$ ") else { continue };
            writeln!(told, "{line}").unwrap();
            let mut command = command.to_owned();
            while let Some(more) = lines.next_if(|line| line.starts_with("> ")) {
                writeln!(told, "{more}").unwrap();
                command = format!("{command}\n{}", &more[2..]);
            }
            told.push_str(&run(&command, folder));
        }
    }
    told
}

fn check(document: &Path) {
    let text = std::fs::read_to_string(document).unwrap();
    if !text.contains("```console") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    copy(&root().join("data"), &folder.path().join("data"));
    let own = document.with_extension("in");
    if own.is_dir() {
        copy(&own, folder.path());
    }
    let told = replay(&text, folder.path());
    let expected = snapbox::Data::read_from(document, Some(snapbox::data::DataFormat::Text)).raw();
    snapbox::Assert::new().action_env(DEFAULT_ACTION_ENV).eq(told, expected);
}

#[test]
fn the_readme_shows_what_the_program_does() {
    check(&root().join("README.md"));
}

#[test]
fn the_documents_show_what_the_program_does() {
    for document in files(&root().join("docs"), "md") {
        check(&document);
    }
}

#[test]
fn the_commands_do_what_their_transcripts_show() {
    let transcripts = files(&root().join("tests/cmd"), "md");
    assert!(!transcripts.is_empty(), "tests/cmd holds no transcript");
    for transcript in transcripts {
        check(&transcript);
    }
}
