//! What the tests share.

use ibid::input::Input;
use ibid::load::{Options, load};
use ibid::mapping::Mappings;
use ibid::rdf::Syntax;
use ibid::store::Store;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The checkout.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
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

/// How the tests load.
pub(crate) fn options() -> Options {
    Options {
        graph: None,
        base: None,
        syntax: None,
        replace: false,
        dry_run: false,
        now: "2026-01-01T00:00:00Z".to_owned(),
        // A process that another test starts holds the lock from its fork to its exec.
        wait: Duration::from_secs(5),
        who: "a test".to_owned(),
        mappings: Mappings::new(None).unwrap().unwrap(),
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
