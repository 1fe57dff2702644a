//! What the system does not let be read or written is said in words.

use crate::util::{input, options, store_of};
use ibid::load::{LoadError, load};
use ibid::store::{Error, Store};
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// The superuser is let do everything.
fn is_superuser(folder: &Path) -> bool {
    let probe = folder.join("probe");
    std::fs::write(&probe, "x").unwrap();
    std::fs::set_permissions(&probe, Permissions::from_mode(0o000)).unwrap();
    let superuser = std::fs::read(&probe).is_ok();
    std::fs::remove_file(&probe).unwrap();
    if superuser {
        eprintln!("skipped: the superuser is refused nothing");
    }
    superuser
}

#[test]
fn a_file_that_may_not_be_read_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    if is_superuser(folder.path()) {
        return;
    }
    let path = folder.path().join("secret.ttl");
    std::fs::write(&path, "").unwrap();
    std::fs::set_permissions(&path, Permissions::from_mode(0o000)).unwrap();
    let error = ibid::input::read_file(&path, "secret.ttl").unwrap_err();
    assert!(error.to_string().contains("does not let"), "{error}");
}

#[test]
fn a_store_that_may_only_be_read_answers_and_refuses_to_be_written() {
    let (folder, store) = store_of(&[input("a.ttl", "@base <https://t.example/> . <#a> <#p> 1 .")]);
    if is_superuser(folder.path()) {
        return;
    }
    drop(store);
    for (name, mode) in [("data.mdb", 0o444), ("lock.mdb", 0o444), ("writer.lock", 0o444), (".", 0o555)] {
        std::fs::set_permissions(folder.path().join(name), Permissions::from_mode(mode)).unwrap();
    }
    let store = Store::open(folder.path()).unwrap();
    assert_eq!(store.read().unwrap().quads(None).unwrap().count(), 1);
    let refused = load(&store, &[input("b.ttl", "@base <https://t.example/b> . <#a> <#p> 1 .")], &options());
    std::fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    assert!(matches!(refused, Err((_, LoadError::Store(Error::ReadOnly(_))))), "{refused:?}");
}
