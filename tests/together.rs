//! One writes and many read, across processes.

use crate::util::{ibid, input, options, program, ran, store_of};
use ibid::load::{Options, load};
use ibid::store::{Error, Store};
use std::fs::File;
use std::path::Path;
use std::process::{Child, Output, Stdio};
use std::time::Duration;

/// A report of many statements, each of which names the version.
fn version(number: usize) -> String {
    (0..400)
        .fold("@base <https://t.example/r> .\n".to_owned(), |text, line| text + &format!("<#{line}> <#v> {number} .\n"))
}

const VERSIONS: &str = "SELECT ?v (COUNT(*) AS ?n) { ?s <https://t.example/r#v> ?v } GROUP BY ?v";

fn store(folder: &Path, number: usize) {
    std::fs::write(folder.join("r.ttl"), version(number)).unwrap();
    let (code, _, error) = ran(folder, &["load", "-q", "r.ttl"]);
    assert_eq!(code, Some(0), "{error}");
}

fn begin(folder: &Path, arguments: &[&str]) -> Child {
    ibid(folder, arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), output.stderr.as_slice()].concat()).into_owned()
}

/// Waits until a process has the store open.
fn has_open(child: &mut Child, folder: &Path) {
    let data = std::fs::canonicalize(folder.join(".ibid/data.mdb")).unwrap();
    let maps = format!("/proc/{}/maps", child.id());
    while !std::fs::read_to_string(&maps).unwrap_or_default().contains(&*data.to_string_lossy()) {
        assert!(child.try_wait().unwrap().is_none(), "it ended before it had the store open");
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Whoever reads while a file is replaced sees all of it as it was or as it is.
#[test]
fn readers_see_whole_files_while_one_writes() {
    let folder = tempfile::tempdir().unwrap();
    store(folder.path(), 0);
    let (here, done) = (folder.path(), std::sync::atomic::AtomicBool::new(false));
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..3)
            .map(|_| {
                scope.spawn(|| {
                    let mut answers = Vec::new();
                    while answers.len() < 2 || !done.load(std::sync::atomic::Ordering::Relaxed) {
                        let (code, out, error) = ran(here, &["query", VERSIONS, "--format", "csv"]);
                        assert_eq!(code, Some(0), "{error}");
                        answers.push(out);
                    }
                    answers
                })
            })
            .collect();
        for number in 1..8 {
            store(here, number);
        }
        done.store(true, std::sync::atomic::Ordering::Relaxed);
        for reader in readers {
            for answer in reader.join().unwrap() {
                let rows: Vec<&str> = answer.lines().skip(1).collect();
                assert!(rows.len() == 1 && rows[0].ends_with(",400"), "{answer}");
            }
        }
    });
    assert_eq!(ran(here, &["check"]).0, Some(0));
}

/// Nobody who reads, examines or copies waits for a writer in the middle of its transaction.
#[test]
fn readers_are_not_held_up_by_a_writer() {
    let folder = tempfile::tempdir().unwrap();
    store(folder.path(), 1);
    {
        let open = Store::open(&folder.path().join(".ibid")).unwrap();
        let mut writer = open.write(Duration::ZERO, "process 1 on a-host (a test, since today)").unwrap();
        let node = writer.intern(&oxigraph::model::NamedNode::new_unchecked("https://t.example/new").into()).unwrap();
        writer.add(node, node, node, Some(node)).unwrap();
        let (code, out, _) = ran(folder.path(), &["query", VERSIONS, "--format", "csv"]);
        assert_eq!((code, out.contains("1,400")), (Some(0), true), "{out}");
        assert_eq!(ran(folder.path(), &["check"]).0, Some(0));
        assert_eq!(ran(folder.path(), &["backup", "copy.mdb"]).0, Some(0));
        // A second writer is told who it waits for.
        let (code, _, error) = ran(folder.path(), &["load", "r.ttl", "--wait", "0"]);
        assert_eq!(code, Some(2));
        assert!(error.contains("is being written to by process 1 on a-host (a test, since today)"), "{error}");
        writer.commit().unwrap();
    }
    std::fs::create_dir(folder.path().join("copy")).unwrap();
    std::fs::rename(folder.path().join("copy.mdb"), folder.path().join("copy/data.mdb")).unwrap();
    let (code, out, _) = ran(folder.path(), &["--store", "copy", "dump"]);
    assert_eq!((code, out.contains("https://t.example/new"), out.lines().count()), (Some(0), false, 400));
}

/// A second writer waits, and goes on when the first is through.
#[test]
fn a_second_writer_waits_its_turn() {
    let folder = tempfile::tempdir().unwrap();
    store(folder.path(), 1);
    std::fs::write(folder.path().join("r.ttl"), version(2)).unwrap();
    let lock = File::open(folder.path().join(".ibid/writer.lock")).unwrap();
    lock.lock().unwrap();
    let mut second = begin(folder.path(), &["load", "r.ttl", "--wait", "60"]);
    has_open(&mut second, folder.path());
    assert!(second.try_wait().unwrap().is_none(), "it waits");
    drop(lock);
    let output = second.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    assert!(ran(folder.path(), &["query", VERSIONS, "--format", "csv"]).1.contains("2,400"));
}

/// What another process wrote into the lock names its host too.
#[test]
fn the_lock_names_process_host_command_and_time() {
    let folder = tempfile::tempdir().unwrap();
    store(folder.path(), 1);
    let holder = std::fs::read_to_string(folder.path().join(".ibid/writer.lock")).unwrap();
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    assert!(
        holder.starts_with("process ") && holder.contains(&format!(" on {} (ibid load, since 20", host.trim())),
        "{holder}"
    );
}

/// A writer that had the old file open when `compact` put a new one in its place writes into the new one.
#[test]
fn a_writer_that_waited_for_a_compaction_writes_into_the_new_file() {
    for arguments in [&["load", "-q", "r.ttl", "--wait", "60"][..], &["remove", "s.nt", "--wait", "60"]] {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("s.nt"), "<https://t.example/s> <https://t.example/p> \"s\" .\n").unwrap();
        assert_eq!(ran(folder.path(), &["load", "s.nt"]).0, Some(0));
        store(folder.path(), 1);
        std::fs::write(folder.path().join("r.ttl"), version(2)).unwrap();
        let own = folder.path().join(".ibid");
        let lock = File::open(own.join("writer.lock")).unwrap();
        lock.lock().unwrap();
        let mut waiting = begin(folder.path(), arguments);
        has_open(&mut waiting, folder.path());
        // What `compact` does at its end, by whoever holds the lock.
        std::fs::copy(own.join("data.mdb"), own.join("data.mdb.new")).unwrap();
        std::fs::rename(own.join("data.mdb.new"), own.join("data.mdb")).unwrap();
        drop(lock);
        let output = waiting.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", text(&output));
        let (_, out, _) = ran(folder.path(), &["dump"]);
        match arguments[0] {
            "load" => assert!(out.contains("> \"2\"^^") && !out.contains("> \"1\"^^"), "{out}"),
            _ => assert!(!out.contains("\"s\""), "{out}"),
        }
        let (code, out, error) = ran(folder.path(), &["check"]);
        assert_eq!(code, Some(0), "{out}{error}");
    }
}

/// A compaction changes nothing but the size; who reads goes on reading, and who had the store open is told.
#[test]
fn a_compaction_keeps_everything() {
    let folder = tempfile::tempdir().unwrap();
    (0..6).for_each(|number| store(folder.path(), number));
    let own = folder.path().join(".ibid");
    let size = || std::fs::metadata(own.join("data.mdb")).unwrap().len();
    let before = (ran(folder.path(), &["dump"]).1, size());
    let mode = std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(own.join("data.mdb")).unwrap());
    let open = Store::open(&own).unwrap();
    let snapshot = open.read().unwrap();
    // Twice, since the file's two records take turns; and written to in between, by those who have neither open.
    for number in [5, 6] {
        store(folder.path(), number);
        let (code, _, error) = ran(folder.path(), &["compact"]);
        assert_eq!(code, Some(0), "{error}");
        assert_eq!(ran(folder.path(), &["check"]).0, Some(0));
    }
    assert_eq!(snapshot.quads(None).unwrap().flatten().count(), 400);
    assert!(matches!(open.read(), Err(Error::Moved(_))));
    assert!(matches!(open.write(Duration::ZERO, "a test"), Err(Error::Moved(_))));
    drop(snapshot);
    let open = open.reopen().unwrap();
    assert_eq!(open.read().unwrap().quads(None).unwrap().count(), 400);
    load(&open, &[input("r.ttl", &version(5))], &Options { replace: true, ..options() }).unwrap();
    drop(open);
    assert!(size() < before.1, "{} is not smaller than {}", size(), before.1);
    assert_eq!(ran(folder.path(), &["dump"]).1, before.0);
    let after = std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(own.join("data.mdb")).unwrap());
    assert_eq!(after, mode, "the file's rights are kept");
    assert_eq!(ran(folder.path(), &["check"]).0, Some(0));
}

/// The pages that a killed reader looked at are used again.
#[test]
fn a_killed_reader_holds_nothing_up() {
    let size = |killed: bool| {
        let folder = tempfile::tempdir().unwrap();
        store(folder.path(), 0);
        if killed {
            let cross = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }";
            let mut reader = begin(folder.path(), &["query", cross]);
            has_open(&mut reader, folder.path());
            // It reads from some moment after this on; a kill before that is as good as none.
            std::thread::sleep(Duration::from_millis(300));
            reader.kill().unwrap();
            reader.wait().unwrap();
        }
        (1..12).for_each(|number| store(folder.path(), number));
        std::fs::metadata(folder.path().join(".ibid/data.mdb")).unwrap().len()
    };
    let (calm, killed) = (size(false), size(true));
    assert!(killed < calm * 3 / 2, "{killed} bytes with a killed reader, {calm} without");
}

/// The program under test may be another than the library under test; both must name the same format.
#[test]
fn the_program_reads_what_the_library_wrote() {
    let (folder, store) = store_of(&[input("r.ttl", &version(1))]);
    drop(store);
    let (code, _, error) = ran(folder.path(), &["--store", ".", "check"]);
    assert_eq!(code, Some(0), "{}: {error}", program().display());
}
