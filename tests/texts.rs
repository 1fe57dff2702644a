//! Documents' texts beside the report: what is read, what is not, and what is said of it.

use crate::util::{input, store_of};
use ibid::store::{Reader, Value};
use ibid::texts::{LARGEST_TEXT, facts};
use ibid::vocab::ibid as terms;
use std::fs::File;
use std::path::Path;

const REPORT: &str = "@base <https://test.example/trade/> .
@prefix ibid: <https://w3id.org/ibid/ns#> .
@prefix schema: <https://schema.org/> .
<#article> a ibid:Document ; schema:name \"Trade\" ; schema:encoding [ schema:contentUrl ADDRESS FORMAT ] .
<#c1> a ibid:Claim ; schema:appearance <#article> ; schema:text \"Exports fell.\" ; ibid:quote \"fell to $48 million\" .
";

/// What is said of the document and its claim, with the report in a folder of its own below `home`.
fn said(home: Option<&Path>, address: &str, format: &str) -> Vec<String> {
    let format = if format.is_empty() { String::new() } else { format!("; schema:encodingFormat \"{format}\"") };
    let report = REPORT.replace("ADDRESS", address).replace("FORMAT", &format);
    let (_folder, store) = store_of(&[input("reports/report.ttl", &report)]);
    let store = match home {
        Some(home) => store.with_files(home),
        None => store,
    };
    let snapshot = store.read().unwrap();
    let facts = facts(&snapshot).unwrap();
    let local = |iri: &str| iri.rsplit(['#', '/']).next().unwrap().to_owned();
    let mut said: Vec<String> = facts
        .facts()
        .map(|fact| {
            let subject = local(&snapshot.name(fact.subject).unwrap());
            let object = match fact.object {
                Value::Iri(iri) => local(iri),
                Value::Integer(number) => number.to_string(),
                other => format!("{other:?}"),
            };
            format!("{subject} {} {object}", local(fact.predicate))
        })
        .collect();
    said.sort();
    said
}

fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(home.path().join("reports/texts")).unwrap();
    std::fs::write(home.path().join("above.txt"), "fell to $48 million").unwrap();
    std::fs::write(home.path().join("reports/article.txt"), "\u{FEFF}Exports fell to\n$48 million.").unwrap();
    std::fs::write(home.path().join("reports/texts/an article.txt"), "Exports rose.").unwrap();
    home
}

#[test]
fn a_text_is_looked_for_beside_the_report_and_below() {
    let home = home();
    let found = ["c1 quoteFound 1", "c1 quotePlaces 1"];
    for address in ["<article.txt>", "\"article.txt\"", "<https://test.example/trade/article.txt>"] {
        assert_eq!(said(Some(home.path()), address, "text/plain"), found, "{address}");
        assert_eq!(said(Some(home.path()), address, ""), found, "{address}");
    }
    assert_eq!(said(Some(home.path()), "<texts/an%20article.txt>", ""), ["c1 quoteFound 0", "c1 quotePlaces 0"]);
}

#[test]
fn nothing_is_read_where_nobody_has_said_where_the_files_are() {
    assert_eq!(said(None, "<article.txt>", "text/plain"), [""; 0]);
}

#[test]
fn no_other_address_and_no_markup_is_looked_for() {
    let home = home();
    std::fs::write(home.path().join("reports/article.html"), "<p>Exports rose.").unwrap();
    for (address, format) in [
        ("<https://news.example/article.txt>", "text/plain"),
        ("<article.html>", ""),
        ("<article.txt>", "application/pdf"),
    ] {
        assert_eq!(said(Some(home.path()), address, format), [""; 0], "{address}");
    }
}

#[test]
fn what_lies_outside_is_not_opened() {
    let home = home();
    for address in ["\"../above.txt\"", "\"texts/../../above.txt\"", "\"/etc/hostname\"", "<texts/..%2F..%2Fabove.txt>"]
    {
        assert_eq!(said(Some(home.path()), address, "text/plain"), ["article textTrouble Outside"], "{address}");
    }
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("../above.txt", home.path().join("reports/link.txt")).unwrap();
        assert_eq!(said(Some(home.path()), "<link.txt>", ""), ["article textTrouble Outside"]);
    }
}

#[test]
fn what_is_no_text_is_said_and_ends_nothing() {
    let home = home();
    let reports = home.path().join("reports");
    std::fs::write(reports.join("binary.txt"), b"\x89PNG\0\0").unwrap();
    std::fs::write(reports.join("zeros.txt"), b"fell to\0").unwrap();
    File::create(reports.join("large.txt")).unwrap().set_len(LARGEST_TEXT + 1).unwrap();
    std::fs::create_dir(reports.join("folder.txt")).unwrap();
    let mut cases = vec![
        ("missing.txt", terms::MISSING),
        ("binary.txt", terms::NO_TEXT),
        ("zeros.txt", terms::NO_TEXT),
        ("large.txt", terms::TOO_LARGE),
        ("folder.txt", terms::NO_TEXT),
    ];
    #[cfg(unix)]
    if std::process::Command::new("mkfifo").arg(reports.join("pipe.txt")).status().is_ok_and(|status| status.success())
    {
        // Nobody writes to it, and nobody waits for it.
        cases.push(("pipe.txt", terms::NO_TEXT));
    }
    for (file, trouble) in cases {
        let trouble = trouble.rsplit('#').next().unwrap();
        assert_eq!(
            said(Some(home.path()), &format!("<{file}>"), "text/plain"),
            [format!("article textTrouble {trouble}")]
        );
    }
}
