//! The house's invariants, held by looking at the source as text.

use crate::util::{files_below, root};
use std::collections::BTreeMap;
use std::path::Path;

/// The tiers of ARCHITECTURE.md, the lowest first: a room may use those below it and, but for operations, beside it.
const TIERS: [&[&str]; 5] = [
    &["model", "near", "vocab"],
    &["rdf", "sparql"],
    &["store", "catalog", "input", "net"],
    &["lineage", "figures", "find", "history", "computed", "mapping", "credits", "dates", "terms", "texts"],
    &["load", "query", "audit", "trace", "impact", "sources", "remove", "update", "check"],
];
const OPERATIONS: usize = 4;
const LONGEST: usize = 600;

fn tier(room: &str) -> Option<usize> {
    TIERS.iter().position(|rooms| rooms.contains(&room))
}

/// The library's files: the room each belongs to, its path, and its text without its unit tests.
fn library() -> Vec<(String, String, String)> {
    let source = root().join("src");
    let mut found = Vec::new();
    for path in files_below(&source, "rs") {
        let name = path.strip_prefix(&source).unwrap().to_string_lossy().into_owned();
        let room = name.split(['/', '.']).next().unwrap().to_owned();
        if matches!(room.as_str(), "cli" | "main" | "lib") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap().to_owned();
        found.push((room, name, code));
    }
    found
}

#[test]
fn every_room_has_a_tier() {
    for (room, name, _) in library() {
        assert!(tier(&room).is_some(), "src/{name}: the room `{room}` is in no tier");
    }
}

#[test]
fn imports_point_down() {
    for (room, name, text) in library() {
        let mine = tier(&room).unwrap_or_default();
        for piece in text.split("crate::").skip(1) {
            let used = piece.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap();
            let used: Vec<&str> = if used.is_empty() {
                // `use crate::{a, b};`
                piece.trim_start_matches('{').split('}').next().unwrap().split(',').map(str::trim).collect()
            } else {
                vec![used]
            };
            for other in used.into_iter().filter(|other| *other != room) {
                let Some(theirs) = tier(other) else { continue };
                let allowed = if mine == OPERATIONS { theirs < mine } else { theirs <= mine };
                assert!(allowed, "src/{name} uses `{other}`, which is not below `{room}`");
            }
        }
    }
}

#[test]
fn the_library_is_silent() {
    let forbidden = [
        "println!",
        "print!",
        "eprintln!",
        "process::exit",
        "env::var",
        "env::current_dir",
        "SystemTime::now",
        "Timestamp::now",
    ];
    for (_, name, text) in library() {
        for word in forbidden {
            assert!(
                !text.contains(word),
                "src/{name} has `{word}`: the library is told what it needs, and returns what it has to say"
            );
        }
    }
}

#[test]
fn no_query_text_stands_in_the_source() {
    for path in files_below(&root().join("src"), "rs") {
        let text = std::fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        for (number, line) in code.lines().enumerate() {
            let comment = line.trim_start().starts_with("//") || line.contains("ibid query '");
            let query = ["SELECT ?", "ASK {", "CONSTRUCT {", "INSERT DATA", "DELETE WHERE", "\"PREFIX "]
                .iter()
                .any(|word| line.contains(word));
            assert!(comment || !query, "{}:{}: queries and rules are files", path.display(), number + 1);
        }
    }
}

#[test]
fn one_file_each_knows_sophia_the_network_and_the_terminal() {
    let only = BTreeMap::from([
        ("sophia::", "rdf/canon.rs"),
        ("reqwest::", "net.rs"),
        ("heed::", "store/"),
        ("eprintln!", "cli/ui.rs"),
    ]);
    let source = root().join("src");
    for path in files_below(&source, "rs") {
        let name = path.strip_prefix(&source).unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        for (word, place) in &only {
            assert!(
                !text.contains(word) || name.starts_with(place),
                "src/{name} has `{word}`, which belongs to src/{place}"
            );
        }
    }
}

#[test]
fn no_file_is_longer_than_a_reader_can_hold() {
    for folder in ["src", "tests"] {
        for path in files_below(&root().join(folder), "rs") {
            let lines = std::fs::read_to_string(&path).unwrap().lines().count();
            assert!(lines <= LONGEST, "{} has {lines} lines", path.display());
        }
    }
}

#[test]
fn errors_are_not_flattened_to_text() {
    for (_, name, text) in library() {
        assert!(
            !text.contains("error: String,") || name.starts_with("model/"),
            "src/{name}: an error enum keeps its cause, not its text"
        );
    }
}

#[test]
fn every_test_folder_is_run() {
    for folder in ["tests/cmd", "tests/rules", "tests/mappings"] {
        assert!(Path::new(&root().join(folder)).is_dir(), "{folder} is gone");
    }
}
