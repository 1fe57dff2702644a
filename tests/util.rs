//! What the tests share.

use ibid::input::Input;
use ibid::load::{Options, load};
use ibid::rdf::Syntax;
use ibid::store::Store;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// The checkout.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The program: the one that the environment variable `IBID_BIN` names, else that of this build.
pub(crate) fn program() -> PathBuf {
    std::env::var_os("IBID_BIN").map_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_ibid")), |named| root().join(named))
}

/// A command of the program, to be run in a folder.
pub(crate) fn ibid(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(program());
    command.current_dir(folder).env_remove("IBID_STORE").env("NO_COLOR", "1").args(arguments);
    command
}

/// Runs a command of the program to its end: its exit status (none if a signal ended it), standard output and standard
/// error.
pub(crate) fn ran(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = ibid(folder, arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// The number that an environment variable asks for, else another.
pub(crate) fn asked(variable: &str, otherwise: usize) -> usize {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// Numbers that look random, the same in every run.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    /// A number below another.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % bound
    }
}

/// A folder that stands beside the checkout where the project is developed, and nowhere else.
pub(crate) fn beside(path: &str) -> Option<PathBuf> {
    let found = root().join("../shared").join(path);
    if found.exists() {
        return Some(found);
    }
    eprintln!("skipped: ../shared/{path} is not here");
    None
}

/// How long tests wait for another writer. There is none; but a process that another test is just starting holds, until it
/// runs its program, the locks of this one.
pub(crate) const WAIT: Duration = Duration::from_secs(30);

/// How the tests load.
pub(crate) fn options() -> Options {
    Options {
        graph: None,
        base: None,
        syntax: None,
        replace: false,
        dry_run: false,
        now: "2026-01-01T00:00:00Z".to_owned(),
        wait: WAIT,
        who: "a test".to_owned(),
    }
}

/// An input of some text.
pub(crate) fn input(name: &str, text: &str) -> Input {
    Input { name: name.to_owned(), bytes: text.as_bytes().to_vec(), syntax: Syntax::of_file_name(name), base: None }
}

/// A store in a folder that goes with the first value.
pub(crate) fn store_of(inputs: &[Input]) -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open_or_create(folder.path()).unwrap();
    for one in inputs {
        load(&store, std::slice::from_ref(one), &options())
            .unwrap_or_else(|(_, error)| panic!("{}: {error}", one.name));
    }
    (folder, store)
}

/// The files of a folder with an ending, sorted.
pub(crate) fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .map(|entries| entries.map(|entry| entry.unwrap().path()).collect())
        .unwrap_or_default();
    files.retain(|path| path.extension().is_some_and(|extension| extension == ending));
    files.sort();
    files
}

/// All files below a folder with an ending, sorted.
pub(crate) fn files_below(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = files(folder, ending);
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_below(&path, ending));
        }
    }
    found.sort();
    found
}
