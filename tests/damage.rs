//! What is damaged is found by `ibid check`, and told in words.

use crate::util::{Dice, asked, ibid, input, ran, store_of};
use heed::types::Bytes;
use heed::{CommitOrAbort, Database, RwTxn};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::process::{Command, Stdio};

const REPORT: &str = "@base <https://t.example/r> . @prefix ibid: <https://w3id.org/ibid/ns#> .
<#c> a ibid:Claim ; <https://schema.org/text> \"Forty ships left.\"@en ; <https://schema.org/appearance> <#d> .
<#d> a ibid:Document ; <https://schema.org/name> \"The article\" ; <#pages> 12 ; <#by> [ <#name> \"A\" ] .";

/// A store of two reports, one of which was replaced a few times, so that it has free pages; below `.ibid` of a folder.
fn sample() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("r.ttl"), REPORT).unwrap();
    for version in 0..4 {
        let many: String = (0..120)
            .map(|number| format!("<https://t.example/s#{number}> <https://t.example/p> \"{version}.{number}\" .\n"))
            .collect();
        std::fs::write(folder.path().join("s.nt"), many).unwrap();
        let (code, _, error) = ran(folder.path(), &["load", "-q", "r.ttl", "s.nt"]);
        assert_eq!(code, Some(0), "{error}");
    }
    folder
}

/// All that a store holds, as text; none where that cannot be had.
fn all(folder: &Path) -> Option<String> {
    let dump = |arguments: &[&str]| {
        let (code, out, _) = ran(folder, arguments);
        (code == Some(0)).then_some(out)
    };
    Some(dump(&["dump"])? + &dump(&["dump", "--graph", "urn:ibid:history"])?)
}

/// A store in a folder of its own, its data file made of these bytes.
fn with(data: &[u8]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join(".ibid")).unwrap();
    std::fs::write(folder.path().join(".ibid/data.mdb"), data).unwrap();
    folder
}

/// A byte that is not what it was is found, or it stood where nothing is. `IBID_FLIPS` says how many are tried.
#[test]
fn flipped_bytes_are_found_or_were_in_unused_space() {
    let sample = sample();
    let before = all(sample.path()).unwrap();
    let with_free = std::fs::read(sample.path().join(".ibid/data.mdb")).unwrap();
    assert_eq!(ran(sample.path(), &["compact"]).0, Some(0));
    let compact = std::fs::read(sample.path().join(".ibid/data.mdb")).unwrap();
    let (mut dice, mut found) = (Dice(7), 0);
    let rounds = asked("IBID_FLIPS", 40);
    for round in 0..rounds {
        let mut data = if round % 4 == 0 { with_free.clone() } else { compact.clone() };
        let at = dice.below(data.len());
        data[at] ^= 1 + dice.below(255) as u8;
        let folder = with(&data);
        let (code, out, error) = ran(folder.path(), &["check"]);
        match code {
            Some(0) => assert_eq!(all(folder.path()).as_ref(), Some(&before), "byte {at}: {out}"),
            // What was to be told was told by the walk, not by its end.
            Some(1) => {
                found += 1;
                assert!(!out.contains("signal"), "byte {at}: {out}");
            }
            Some(2) => assert!(error.contains("error: "), "byte {at}: {error}"),
            _ => panic!("byte {at}: {code:?}, {error}"),
        }
    }
    assert!(found > 0, "of {rounds} flipped bytes none was found");
}

/// Wherever a file is cut, all commands refuse it in words, unless nothing stood behind the cut.
#[test]
fn a_file_cut_short_is_refused_by_every_command() {
    let sample = sample();
    let before = all(sample.path()).unwrap();
    let data = std::fs::read(sample.path().join(".ibid/data.mdb")).unwrap();
    let mut dice = Dice(3);
    let mut refused = 0;
    let cuts = [data.len() - 1, data.len() - 4096, data.len() / 2, 3 * 4096, 8192, 5000, 4096, 200];
    for cut in cuts.into_iter().chain((0..6).map(|_| 200 + dice.below(data.len() - 200))) {
        let folder = with(&data[..cut]);
        std::fs::copy(sample.path().join("r.ttl"), folder.path().join("r.ttl")).unwrap();
        let (code, _, error) = ran(folder.path(), &["status"]);
        if code == Some(0) {
            assert_eq!(all(folder.path()).as_ref(), Some(&before), "cut at {cut}");
            continue;
        }
        refused += 1;
        for arguments in [
            &["status"][..],
            &["query", "ASK {}"],
            &["dump"],
            &["audit"],
            &["load", "r.ttl"],
            &["remove", "r.ttl"],
            &["check"],
            &["compact"],
            &["backup", "copy.mdb"],
        ] {
            let (code, _, error) = ran(folder.path(), arguments);
            assert_eq!(code, Some(2), "{arguments:?}, cut at {cut}: {error}");
            assert!(error.contains("is cut short: it has"), "{arguments:?}, cut at {cut}: {error}");
            assert!(error.contains("hint: "), "{arguments:?}, cut at {cut}: {error}");
        }
        assert!(error.contains("is cut short"), "cut at {cut}: {error}");
    }
    assert!(refused >= 7, "{refused} cuts were refused");
}

/// Where the first page of a kind begins.
fn page_of(data: &[u8], kind: u16) -> usize {
    let kinds = data.chunks_exact(4096).map(|page| u16::from_ne_bytes([page[10], page[11]]));
    let page = kinds.enumerate().skip(2).find(|(_, found)| *found == kind);
    page.map_or_else(|| panic!("no page of kind {kind}"), |(number, _)| number * 4096)
}

/// Each kind of damage to the pages is named.
#[test]
fn damaged_pages_are_named() {
    let sample = sample();
    let file = sample.path().join(".ibid/data.mdb");
    // Without free pages all that is there is in use.
    assert_eq!(ran(sample.path(), &["compact"]).0, Some(0));
    let data = std::fs::read(&file).unwrap();
    let leaf = page_of(&data, 0x02);
    let damages: [(&str, usize, &[u8]); 5] = [
        ("it says that it is page 77", leaf, &77u64.to_ne_bytes()),
        ("it should be a leaf", leaf + 10, &[0x04]),
        ("its free space is said to be from", leaf + 12, &[0xFF, 0xFF]),
        ("entry 0 is said to be at", leaf + 16, &[0x03, 0x00]),
        ("the file's two records say", 4096 + 16 + 128, &9u64.to_ne_bytes()),
    ];
    for (words, at, bytes) in damages {
        let mut changed = data.clone();
        changed[at..at + bytes.len()].copy_from_slice(bytes);
        let (code, out, error) = ran(with(&changed).path(), &["check"]);
        assert_eq!(code, Some(1), "{words}: {out}{error}");
        assert!(out.contains(words), "{words}: {out}");
        assert!(out.contains("the tables were not examined"), "{words}: {out}");
    }
}

/// A list of free pages that names one in use would have the next load write over it.
#[test]
fn a_page_that_is_both_free_and_in_use_is_found() {
    let sample = sample();
    let path = sample.path().join(".ibid/data.mdb");
    let data = std::fs::read(&path).unwrap();
    let number = |at: usize| u64::from_ne_bytes(data[at..at + 8].try_into().unwrap());
    // The newest record, the root of its tree of free pages, and there the last entry: a count, then the pages.
    let meta = [0, 4096].into_iter().max_by_key(|at| number(at + 16 + 128)).unwrap() + 16;
    let (free, main) = (number(meta + 24 + 40) as usize * 4096, number(meta + 72 + 40));
    let entries = (usize::from(u16::from_ne_bytes([data[free + 12], data[free + 13]])) - 16) / 2;
    let pointer = free + 16 + 2 * (entries - 1);
    let list = free + usize::from(u16::from_ne_bytes([data[pointer], data[pointer + 1]])) + 16;
    assert!(number(list) > 0, "something is free");
    let file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
    let at = list + 8 * number(list) as usize;
    file.write_all_at(&main.to_ne_bytes(), at as u64).unwrap();
    let (code, out, _) = ran(sample.path(), &["check"]);
    assert_eq!(code, Some(1), "{out}");
    assert!(out.contains("belongs to something else already") || out.contains("out of order"), "{out}");
}

type Table<'e> = Database<'e, Bytes, Bytes>;

/// Changes a table of a store behind its back.
fn meddle(folder: &Path, table: &str, change: impl FnOnce(Table<'_>, &mut RwTxn<'_>)) {
    let mut options = heed::EnvOpenOptions::new();
    #[expect(unsafe_code, reason = "a map of a file that only this test has")]
    let env = unsafe { options.max_dbs(16).map_size(1 << 30).open(folder.join(".ibid")).unwrap() };
    let txn = env.read_txn().unwrap();
    let opened = env.open_databases_and_commit(txn, |opener, txn| {
        Ok::<_, heed::Error>(CommitOrAbort::<_, ()>::Commit(opener.open_database(txn, Some(table))?.unwrap()))
    });
    let table: Table<'_> = opened.unwrap().commit().unwrap();
    let mut txn = env.write_txn().unwrap();
    change(table, &mut txn);
    txn.commit().unwrap();
}

fn first(table: Table<'_>, txn: &RwTxn<'_>) -> (Vec<u8>, Vec<u8>) {
    let (key, value) = table.first(txn).unwrap().unwrap();
    (key.to_vec(), value.to_vec())
}

/// Tables that do not agree are found, and the finding names what is wrong.
#[test]
fn tables_that_disagree_are_named() {
    type Change = fn(Table<'_>, &mut RwTxn<'_>);
    let remove_first: Change = |table, txn| {
        let (key, _) = first(table, txn);
        table.delete(txn, &key).unwrap();
    };
    let cases: [(&str, Change, &str); 11] = [
        ("ids", remove_first, "is not found by its hash"),
        ("terms", remove_first, "which is not in the dictionary"),
        ("posg", remove_first, "and not in `posg`"),
        ("spog", remove_first, "the orders differ in how many quads they have"),
        (
            "ospg",
            |table, txn| {
                let (key, mut value) = first(table, txn);
                value.push(0xFF);
                table.put(txn, &key, &value).unwrap();
            },
            "`ospg`: block 1 cannot be read",
        ),
        ("graphs", remove_first, "more than it is said to have"),
        (
            "places",
            |table, txn| {
                let (key, mut value) = first(table, txn);
                value[0] = 1;
                table.put(txn, &key, &value).unwrap();
            },
            "is none: no such load, line or column",
        ),
        (
            "places",
            |table, txn| {
                let (key, mut value) = first(table, txn);
                value[..8].copy_from_slice(&2u64.to_be_bytes());
                table.put(txn, &key, &value).unwrap();
            },
            "is of a load that another graph is from",
        ),
        (
            "places",
            |table, txn| {
                let (_, value) = first(table, txn);
                table.put(txn, &[1; 16], &value).unwrap();
            },
            "and is no subject there",
        ),
        ("meta", |table, txn| table.put(txn, b"next-term", &2u64.to_be_bytes()).unwrap(), "is yet to be given"),
        (
            "terms",
            |table, txn| {
                let (key, mut value) = first(table, txn);
                value.truncate(1);
                value.extend(b"no iri");
                table.put(txn, &key, &value).unwrap();
            },
            "which is none",
        ),
    ];
    for (table, change, words) in cases {
        let sample = sample();
        meddle(sample.path(), table, change);
        let (code, out, error) = ran(sample.path(), &["check"]);
        assert_eq!(code, Some(1), "{table}, {words}: {out}{error}");
        assert!(out.contains(words), "{table}, {words}: {out}");
    }
}

/// A report that is not what was loaded is found by its digest.
#[test]
fn a_report_that_is_not_what_was_loaded_is_found() {
    let sample = sample();
    {
        let store = ibid::store::Store::open(&sample.path().join(".ibid")).unwrap();
        let mut writer = store.write(std::time::Duration::ZERO, "a test").unwrap();
        let mut node = |iri: &str| writer.intern(&oxigraph::model::NamedNode::new_unchecked(iri).into()).unwrap();
        let (subject, graph) = (node("https://t.example/more"), node("https://t.example/r"));
        let alone = node("https://t.example/alone");
        writer.add(subject, subject, subject, Some(graph)).unwrap();
        writer.add(subject, subject, subject, Some(alone)).unwrap();
        writer.commit().unwrap();
    }
    let (code, out, error) = ran(sample.path(), &["check"]);
    assert_eq!(code, Some(1), "{out}{error}");
    assert!(out.contains("<https://t.example/r> is not what was loaded from `r.ttl`"), "{out}");
    assert!(out.contains("<https://t.example/alone> holds a report, and the history does not say"), "{out}");
}

/// Reports that share blank nodes have a digest of the whole file; one that cannot be made again is said to be so.
#[test]
fn joint_digests_are_made_again() {
    let text = "<https://t.example/g1> { <https://t.example/a> <https://t.example/p> _:x } <https://t.example/g2> { _:x <https://t.example/q> 1 } GRAPH _:g { _:x <https://t.example/r> 2 }";
    let (folder, store) = store_of(&[input("a.trig", text)]);
    drop(store);
    let (code, out, error) = ran(folder.path(), &["--store", ".", "check"]);
    assert_eq!(code, Some(0), "{out}{error}");
    assert!(out.contains("3 reports, each with the digest"), "{out}");
    let (folder, store) = store_of(&[input("a.trig", &format!("{text} _:x <https://t.example/s> 3 ."))]);
    drop(store);
    let (code, out, _) = ran(folder.path(), &["--store", ".", "check"]);
    assert_eq!(code, Some(0), "{out}");
    assert!(out.contains("cannot be made again: <https://t.example/g1>"), "{out}");
}

/// The walk is a process of its own: its crash is a finding.
#[test]
fn a_crash_of_the_walk_is_a_finding() {
    let sample = sample();
    for _ in 0..200 {
        let mut asker = ibid(sample.path(), &["check"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let children = format!("/proc/{0}/task", asker.id());
        // The walker is a child of whichever thread began it.
        let walker = loop {
            let tasks = std::fs::read_dir(&children).into_iter().flatten().flatten();
            let found: String =
                tasks.filter_map(|task| std::fs::read_to_string(task.path().join("children")).ok()).collect();
            if !found.trim().is_empty() || asker.try_wait().unwrap().is_some() {
                break found.trim().to_owned();
            }
        };
        if !walker.is_empty() {
            Command::new("sh").args(["-c", &format!("kill -SEGV {walker} 2>&1")]).output().unwrap();
        }
        let output = asker.wait_with_output().unwrap();
        let out = String::from_utf8_lossy(&output.stdout);
        if out.contains("signal 11") {
            assert_eq!(output.status.code(), Some(1), "{out}");
            assert!(out.contains("what is read here ended the process that read it"), "{out}");
            return;
        }
    }
    panic!("the walk was never caught at it");
}
