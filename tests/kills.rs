//! A kill at any moment leaves a store that opens, holds whole files only, and passes `ibid check`.
//!
//! `IBID_KILLS` says how often, `IBID_BIN` which program is killed, `IBID_SEED` what the moments are drawn from.

use crate::util::{Dice, asked, ibid, ran};
use ibid::rdf::Syntax;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

/// The files, and how many statements they hold. What is larger than sixteen mebibytes is loaded in another way.
const FILES: [(&str, usize); 4] = [("one.nt", 3_000), ("two.ttl", 1_500), ("three.nq", 2_000), ("large.nq", 180_000)];

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Action {
    /// Loads a file, or what it says now in the place of what it said before.
    Put(usize),
    /// Takes a file's reports out.
    Remove(usize),
    Compact,
    Backup,
}

/// What a file says in one version, in the syntax of its name; its graphs with what a dump of each is to be, sorted.
fn content(file: usize, version: usize) -> (String, Vec<(String, Vec<String>)>) {
    let (name, statements) = FILES[file];
    let syntax = Syntax::of_file_name(name).unwrap();
    let graphs = if syntax == Syntax::NQuads { 2 } else { 1 };
    let (mut text, mut dumps) = (String::new(), Vec::new());
    for graph in 0..graphs {
        let iri = format!("https://t.example/{name}/{graph}");
        if syntax == Syntax::Turtle {
            writeln!(text, "@base <{iri}> .").unwrap();
        }
        let mut lines = Vec::with_capacity(statements);
        for number in (graph..statements).step_by(graphs) {
            let (subject, words) = (number / 3, "words of a claim ".repeat(3));
            let triple = format!("<{iri}#{subject}> <https://t.example/p{}> \"{words}{version} {number}\"", number % 7);
            match graphs {
                1 => writeln!(text, "{triple} ."),
                _ => writeln!(text, "{triple} <{iri}> ."),
            }
            .unwrap();
            lines.push(format!("{triple} ."));
        }
        lines.sort();
        let name = if syntax == Syntax::NTriples { format!("urn:ibid:report:{name}") } else { iri };
        dumps.push((name, lines));
    }
    (text, dumps)
}

/// Longer than any action takes: the first of its kind is through before its moment, and the others' moments are drawn from
/// the time that it took.
const LONG: Duration = Duration::from_secs(60);

struct Harness<'f> {
    folder: &'f Path,
    dice: Dice,
    /// Which version of each file the store holds.
    versions: Vec<Option<usize>>,
    /// How long an action may take, as far as is known: kills come within that.
    spans: BTreeMap<Action, Duration>,
    files: usize,
    next: usize,
}

impl Harness<'_> {
    fn action(&mut self) -> Action {
        let file = self.dice.below(self.files);
        match self.dice.below(10) {
            0..2 if self.versions[file].is_some() => Action::Remove(file),
            2 if self.versions.iter().any(Option::is_some) => Action::Compact,
            3 if self.versions.iter().any(Option::is_some) => Action::Backup,
            _ => Action::Put(file),
        }
    }

    /// Begins an action and kills it; returns whether it was killed, and the versions that are right if it was through.
    fn kill(&mut self, action: Action) -> (bool, Vec<Option<usize>>) {
        let mut after = self.versions.clone();
        let arguments: Vec<&str> = match action {
            Action::Put(file) => {
                self.next += 1;
                after[file] = Some(self.next);
                std::fs::write(self.folder.join(FILES[file].0), content(file, self.next).0).unwrap();
                vec!["load", "-q", FILES[file].0]
            }
            Action::Remove(file) => {
                after[file] = None;
                vec!["remove", "-q", FILES[file].0]
            }
            Action::Compact => vec!["compact", "-q"],
            Action::Backup => vec!["backup", "-q", "--force", "copy.mdb"],
        };
        let span = *self.spans.entry(action).or_insert(LONG);
        let begun = Instant::now();
        let mut child = ibid(self.folder, &arguments).stderr(Stdio::inherit()).spawn().unwrap();
        let moment = span.mul_f64(f64::from(self.dice.below(10_000) as u32) / 10_000.0);
        let status = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break Some(status);
            }
            if begun.elapsed() >= moment {
                break None;
            }
            std::thread::sleep(Duration::from_micros(200));
        };
        match status {
            // It was through before its moment had come.
            Some(status) => {
                assert!(status.success(), "{action:?}: {status}");
                self.spans.insert(action, begun.elapsed());
                self.versions.clone_from(&after);
                (false, after)
            }
            None => {
                child.kill().unwrap();
                child.wait().unwrap();
                self.spans.insert(action, span.mul_f64(1.1));
                (true, after)
            }
        }
    }

    /// What a file's reports say now: the version, or that there are none; all of one version or there is no answer.
    fn version(&self, file: usize, candidates: [Option<usize>; 2]) -> Result<Option<usize>, String> {
        let mut found = Vec::new();
        for (index, (graph, _)) in content(file, 0).1.into_iter().enumerate() {
            let (code, dump, error) = ran(self.folder, &["dump", "--graph", &graph, "--format", "ntriples"]);
            if code != Some(0) {
                if !error.contains("there is no graph") && !error.contains("there is no store") {
                    return Err(format!("{graph}: {error}"));
                }
                found.push(None);
                continue;
            }
            let mut lines: Vec<&str> = dump.lines().collect();
            lines.sort_unstable();
            let same =
                |version: &Option<usize>| version.is_some_and(|version| content(file, version).1[index].1 == lines);
            match candidates.into_iter().find(same) {
                Some(version) => found.push(version),
                None => return Err(format!("{graph} holds {} statements, of neither version", lines.len())),
            }
        }
        match found.as_slice() {
            [first, rest @ ..] if rest.iter().all(|other| other == first) => Ok(*first),
            _ => Err(format!("{}: its graphs are of different versions: {found:?}", FILES[file].0)),
        }
    }

    /// Looks at the store after an action that was killed or not, and notes what it holds.
    fn look(&mut self, told: &str, after: &[Option<usize>]) {
        let (code, out, error) = ran(self.folder, &["check"]);
        let nothing_yet = error.contains("there is no store") && self.versions.iter().all(Option::is_none);
        assert!(code == Some(0) || nothing_yet, "{told}: {out}{error}");
        for file in 0..self.files {
            let candidates = [self.versions[file], after[file]];
            let version = self.version(file, candidates).unwrap_or_else(|fault| panic!("{told}: {fault}"));
            assert!(candidates.contains(&version), "{told}: {} is {version:?}, not of {candidates:?}", FILES[file].0);
            self.versions[file] = version;
        }
        let copy = self.folder.join("copy.mdb");
        if copy.exists() {
            let restored = tempfile::tempdir().unwrap();
            std::fs::rename(copy, restored.path().join("data.mdb")).unwrap();
            let (code, out, error) = ran(restored.path(), &["--store", ".", "check"]);
            assert_eq!(code, Some(0), "{told}: the copy: {out}{error}");
        }
        let own = ["data.mdb", "lock.mdb", "writer.lock", "data.mdb.new"];
        for entry in std::fs::read_dir(self.folder.join(".ibid")).into_iter().flatten() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            assert!(own.contains(&name.as_str()), "{told}: `{name}` is left in the store's folder");
        }
    }
}

#[test]
fn a_kill_at_any_moment_leaves_whole_files() {
    let rounds = asked("IBID_KILLS", 5);
    let folder = tempfile::tempdir().unwrap();
    let seed = asked("IBID_SEED", 2026) as u64 | 1;
    // The large file takes a debug build too long.
    let files = if rounds < 15 { FILES.len() - 1 } else { FILES.len() };
    let mut harness = Harness {
        folder: folder.path(),
        dice: Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15)),
        versions: vec![None; FILES.len()],
        spans: BTreeMap::new(),
        files,
        next: 0,
    };
    let (mut round, mut done, mut old, mut new) = (0, 0, 0, 0);
    while round < rounds {
        let action = harness.action();
        let before = harness.versions.clone();
        let (killed, after) = harness.kill(action);
        harness.look(&format!("round {round}, {action:?}, seed {seed}"), &after);
        round += usize::from(killed);
        done += usize::from(!killed);
        old += usize::from(killed && harness.versions == before && before != after);
        new += usize::from(killed && harness.versions == after && before != after);
    }
    eprintln!("{rounds} killed: {old} had changed nothing, {new} all of it; {done} were through before their moment");
}
