//! Input that is meant to do harm: it is refused or done, within 2 GiB of anonymous memory (the store's map is none), and neither ends the
//! program nor keeps it for ever. Everything is made here. `IBID_LONG=1000000` says how long what is long is to be.

use crate::util::{asked, input, program, root, store_of};
use flate2::Compression;
use flate2::write::GzEncoder;
use ibid::rdf::{Position, Syntax, read};
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

const MIB: usize = 1 << 20;
/// What no run may come to, in MiB.
const MEMORY: u64 = 2048;
/// After this long something hangs.
const HANGS: Duration = Duration::from_secs(300);
/// The nesting that parsers which call themselves do not survive.
const DEEP: usize = 100_000;

const HEAD: &str =
    "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns:e=\"https://t.example/\">\n";

/// How a run of the program ended.
pub(crate) struct Ran {
    pub(crate) code: i32,
    /// Both streams, the beginning of each.
    #[expect(dead_code, reason = "what it answered is shown by whoever looks for a fault")]
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Runs the program in a folder and watches its memory. It ends by itself, with a status of its own.
pub(crate) fn run(folder: &Path, arguments: &[&str]) -> Ran {
    let mut child = Command::new(program())
        .args(arguments)
        .current_dir(folder)
        .env_remove("IBID_STORE")
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (out, err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let readers = [std::thread::spawn(|| drain(out)), std::thread::spawn(|| drain(err))];
    let (began, mut peak) = (Instant::now(), 0);
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        peak = peak.max(anonymous(child.id()));
        if began.elapsed() > HANGS {
            child.kill().unwrap();
            panic!("{arguments:?} hangs");
        }
        std::thread::sleep(Duration::from_millis(3));
    };
    let [out, err] = readers.map(|reader| reader.join().unwrap());
    assert!(peak < MEMORY, "{arguments:?} took {peak} MiB");
    let code = status.code().unwrap_or_else(|| panic!("{arguments:?}: {status}\n{err}"));
    assert!(matches!(code, 0..=2) && !err.contains("panicked"), "{arguments:?}: {status}\n{err}");
    Ran { code, out, err }
}

fn drain(mut stream: impl Read) -> String {
    let mut kept = Vec::new();
    stream.by_ref().take(64 << 10).read_to_end(&mut kept).unwrap();
    std::io::copy(&mut stream, &mut std::io::sink()).unwrap();
    String::from_utf8_lossy(&kept).into_owned()
}

/// The anonymous memory of a process in MiB, 0 where the system does not tell.
fn anonymous(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or_default() >> 10
}

/// One large run at a time.
pub(crate) fn alone() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Loads a file of some content; says how that ended.
fn load(name: &str, content: impl AsRef<[u8]>) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(name), content).unwrap();
    run(folder.path(), &["load", name])
}

fn refused(name: &str, content: impl AsRef<[u8]>, words: &str) {
    let ran = load(name, content);
    assert!(ran.code == 2 && ran.err.contains(words), "{name} should be refused with `{words}`:\n{}", ran.err);
}

fn done(name: &str, content: impl AsRef<[u8]>, words: &str) {
    let ran = load(name, content);
    assert!(ran.code == 0 && ran.err.contains(words), "{name} should be loaded with `{words}`:\n{}", ran.err);
}

fn statement(object: &str) -> String {
    format!("<https://t.example/s> <https://t.example/p> {object} .\n")
}

#[test]
fn the_turtle_family_may_go_as_deep_as_it_likes() {
    let lists = format!("{}{}", "( ".repeat(DEEP), ") ".repeat(DEEP));
    let nodes = format!("{}1 {}", "[ <https://t.example/p> ".repeat(DEEP), "] ".repeat(DEEP));
    for nested in [lists, nodes] {
        done("a.ttl", statement(&nested), "triples");
        done("a.trig", format!("<https://t.example/g> {{ {} }}", statement(&nested)), "triples");
        refused("a.ttl", statement(&nested[..DEEP]), "a.ttl:1:");
    }
    refused("a.trig", "{".repeat(DEEP), "a.trig:1:2:");
}

#[test]
fn json_ld_that_is_nested_is_refused_by_its_place() {
    let key = "\"https://t.example/p\":";
    let scoped = "{\"a\":{\"@id\":\"https://t.example/a\",\"@context\":";
    for (open, inside, close) in [
        (format!("{{{key}"), "1", "}"),
        ("[".to_owned(), "", "]"),
        (format!("{{{key}{{\"@list\":["), "1", "]}}"),
        ("{\"@id\":\"https://t.example/a\",\"@graph\":".to_owned(), "[]", "}"),
        ("{\"@context\":{\"a\":\"https://t.example/a\"},\"a\":".to_owned(), "1", "}"),
        ("{\"@context\":[".to_owned(), "", "]}"),
        (format!("{{\"@context\":{scoped}"), "{}", "}}}"),
        ("{\"@reverse\":{\"https://t.example/p\":".to_owned(), "{}", "}}"),
    ] {
        let text = |n: usize| format!("\n{}{inside}{}", open.repeat(n), close.repeat(n));
        refused("a.jsonld", text(DEEP), "a.jsonld:2:");
        refused("a.jsonld", text(DEEP), "nested deeper than 128 levels");
        refused("a.jsonld", &text(DEEP)[..DEEP], "nested deeper than 128 levels");
    }
}

#[test]
fn rdf_xml_that_is_nested_or_cut_short_is_refused_by_its_place() {
    for (open, close) in [
        ("<rdf:Description><e:p>", "</e:p></rdf:Description>"),
        ("<rdf:Description><e:p rdf:parseType=\"Collection\">", "</e:p></rdf:Description>"),
        ("<e:x>", "</e:x>"),
    ] {
        let text = format!("{HEAD}{}{}</rdf:RDF>", open.repeat(DEEP), close.repeat(DEEP));
        refused("a.rdf", &text, "a.rdf:2:");
        refused("a.rdf", &text, "nested deeper than 1000 levels");
    }
    let resources = format!("{HEAD}<rdf:Description>{}", "<e:p rdf:parseType=\"Resource\">".repeat(DEEP));
    refused("a.rdf", resources, "nested deeper than 1000 levels");
    let whole = format!("{HEAD}<rdf:Description>\n<e:p>x</e:p></rdf:Description></rdf:RDF>");
    done("a.rdf", &whole, "1 triple");
    let tags: Vec<usize> = whole.match_indices('>').map(|(at, _)| at + 1).collect();
    for end in &tags[..tags.len() - 1] {
        refused("a.rdf", &whole[..*end], "is never closed");
    }
    let many = format!("{HEAD}<rdf:Description{}/></rdf:RDF>", " e:p=''".repeat(DEEP));
    refused("a.rdf", many, "a.rdf:2:1: more than 4000 attributes");
}

#[test]
fn entities_neither_multiply_nor_reach_other_files() {
    let text = |declared: &str, used: &str| {
        format!(
            "<!DOCTYPE rdf:RDF [\n{declared}]>\n{HEAD}<rdf:Description><e:p>{used}</e:p></rdf:Description></rdf:RDF>"
        )
    };
    let laughs: String =
        (1..12).map(|n| format!("<!ENTITY a{n} \"{}\">\n", format!("&a{};", n - 1).repeat(10))).collect();
    refused("a.rdf", text(&format!("<!ENTITY a0 \"ha\">\n{laughs}"), "&a11;"), "stands for more than 1024 KiB");
    let long = format!("<!ENTITY a \"{}\">", "x".repeat(MIB - 1));
    refused("a.rdf", text(&long, &"&a;".repeat(DEEP)), "its entities stand for");
    for source in ["SYSTEM \"file:///etc/passwd\"", "PUBLIC \"x\" \"http://127.0.0.1/x\""] {
        let declared = format!("<!ENTITY a {source}>");
        refused("a.rdf", text(&declared, "&a;"), "a.rdf:2:1: an entity of another file, and nothing is fetched");
    }
    refused("a.rdf", text("<!ENTITY a \"&a;\">", "&a;"), "unrecognized entity");
    let outside = text("", "x").replace(" [\n]", " SYSTEM \"http://127.0.0.1:9/x.dtd\"");
    done("a.rdf", outside, "1 triple");
}

#[test]
fn a_context_that_is_copied_or_spelt_without_end_is_refused() {
    let chain: String = (0..99_990).map(|n| format!(",\"t{n}\":\"t{}:x\"", n + 1)).collect();
    done("a.jsonld", format!("{{\"@context\":{{\"a\":\"https://t.example/a\"{chain}}},\"t0\":1}}"), "1 triple");
    let many: String = (0..1_000_000).map(|n| format!(",\"t{n}\":\"https://t.example/\"")).collect();
    refused("a.jsonld", format!("{{\"@context\":{{\"a\":\"b\"{many}}}}}"), "a context of more than 100000 terms");
    let terms = ",\"t\":\"https://t.example/\"".repeat(5_000);
    let copied =
        format!("{{\"@context\":{{\"a\":\"b\"{terms}}},\"@graph\":[{{}}{}]}}", ",{\"@context\":{}}".repeat(9_000));
    refused("a.jsonld", copied, "terms are copied");
    let remote = "{\"@context\":[\"https://t.example/c\",\"http://127.0.0.1:9/c\"],\"a\":1}";
    refused("a.jsonld", remote, "nothing is fetched to read a file");
}

/// A literal of some mebibytes, as one syntax spells it, is loaded and dumped.
fn back_to_the_letter(mebibytes: usize, name: &str, spelt: impl Fn(&str, &str) -> String) {
    let long = "0123456789abcdé\n".repeat(mebibytes * MIB / 17 + 1);
    let escaped = long.replace('\n', "\\n");
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(name), spelt(&long, &escaped)).unwrap();
    let ran = run(folder.path(), &["load", name]);
    assert!(ran.code == 0 && ran.err.contains("1 triple"), "{name}: {}", ran.err);
    let dumped = Command::new(program()).arg("dump").current_dir(folder.path()).output().unwrap().stdout;
    let expected = format!("<https://t.example/s> <https://t.example/p> \"{escaped}\"");
    assert!(dumped.starts_with(expected.as_bytes()), "{name}: another literal came back");
}

#[test]
fn a_literal_of_64_mib_comes_back_to_the_letter() {
    let _turn = alone();
    back_to_the_letter(64, "a.ttl", |long, _| statement(&format!("\"\"\"{long}\"\"\"")));
}

/// As long as no file is that is held whole.
#[test]
fn so_does_a_long_one_in_every_syntax() {
    let _turn = alone();
    back_to_the_letter(17, "a.trig", |_, escaped| statement(&format!("\"{escaped}\"")));
    back_to_the_letter(17, "a.nt", |_, escaped| statement(&format!("\"{escaped}\"")));
    back_to_the_letter(17, "a.nq", |_, escaped| statement(&format!("\"{escaped}\"")));
    back_to_the_letter(17, "a.jsonld", |_, escaped| {
        format!("{{\"@id\":\"https://t.example/s\",\"https://t.example/p\":\"{escaped}\"}}")
    });
    back_to_the_letter(17, "a.rdf", |long, _| {
        format!(
            "{HEAD}<rdf:Description rdf:about=\"https://t.example/s\"><e:p>{long}</e:p></rdf:Description></rdf:RDF>"
        )
    });
}

#[test]
fn an_iri_of_a_megabyte_is_one_but_not_a_thousand_times() {
    let long = format!("https://t.example/{}", "a".repeat(MIB));
    done("a.nt", statement(&format!("<{long}>")), "1 triple");
    done("a.jsonld", format!("{{\"@id\":\"{long}\",\"https://t.example/p\":\"x\"}}"), "1 triple");
    let often = |head: &str, line: &str| format!("{head}{}", line.repeat(DEEP));
    let words = "its IRIs come to more than";
    refused("a.ttl", often(&format!("@prefix e: <{long}> .\n"), "e:s e:p e:o .\n"), words);
    refused("a.ttl", often(&format!("@base <{long}/> .\n"), "<s> <p> <o> .\n"), words);
    refused("a.trig", often(&format!("<{long}> {{\n"), &statement("1")), words);
    let elements = "<rdf:Description><f:p>x</f:p></rdf:Description>".repeat(DEEP);
    refused("a.rdf", format!("{}{elements}</rdf:RDF>", HEAD.replace('>', &format!(" xmlns:f=\"{long}\">"))), words);
}

/// A gzip file of so many mebibytes of one character.
fn bomb(mebibytes: usize, of: u8) -> Vec<u8> {
    let mut member = GzEncoder::new(Vec::new(), Compression::fast());
    member.write_all(&vec![of; MIB]).unwrap();
    member.finish().unwrap().repeat(mebibytes)
}

#[test]
fn what_is_compressed_is_bounded_whole_and_compressed_once() {
    let _turn = alone();
    refused("a.rdf.gz", bomb(1_100, b' '), "this holds more than 512 MiB");
    done("a.ttl.gz", bomb(100, b' '), "0 triples");
    refused("a.nt.gz", bomb(1_000, b'#'), "this line is longer than 256 MiB");
    let compress = |bytes: &[u8]| {
        let mut member = GzEncoder::new(Vec::new(), Compression::fast());
        member.write_all(bytes).unwrap();
        member.finish().unwrap()
    };
    let file = compress(statement("1").replace(" 1 ", " \"1\" ").as_bytes());
    done("a.nt.gz", &file, "1 triple");
    done("a.nt.gz", compress(b"").repeat(DEEP), "0 triples");
    for end in [1, 10, file.len() - 8, file.len() - 1] {
        refused("a.nt.gz", &file[..end], if end == 1 { "a.nt.gz:1:1" } else { "its gzip compression is cut short" });
    }
    refused("a.nt.gz", [&file[..], b"\x1F\x8Bmore than a header"].concat(), "its gzip compression is");
    refused("a.nt.gz", compress(&file), "this is compressed twice");
}

/// Where each syntax is not what it should be, to the character; in the process, for there are many.
#[test]
fn characters_that_are_none_have_their_place() {
    let quoted = |inside: &[u8]| [b"<https://t.example/s> <https://t.example/p> \"", inside, b"\" ."].concat();
    let json = |inside: &[u8]| [b"{\n\"https://t.example/p\":\"", inside, b"\"}"].concat();
    let xml = |inside: &[u8]| {
        [HEAD.as_bytes(), b"<rdf:Description><e:p>", inside, b"</e:p></rdf:Description></rdf:RDF>"].concat()
    };
    for (what, inside) in [("not UTF-8", &b"\xC3\xA9\xFF"[..]), ("a surrogate as bytes", b"\xC3\xA9\xED\xA0\x80")] {
        for syntax in [Syntax::Turtle, Syntax::TriG, Syntax::NTriples, Syntax::NQuads] {
            place(&quoted(inside), syntax, (1, 47), what);
        }
        place(&json(inside), Syntax::JsonLd, (2, 25), what);
        place(&xml(inside), Syntax::RdfXml, (2, 24), what);
    }
    for syntax in [Syntax::Turtle, Syntax::TriG, Syntax::NTriples, Syntax::NQuads] {
        for half in [&b"\\uD800"[..], b"\\uD83D\\uDE00", b"\\U00110000"] {
            place(&quoted(half), syntax, (1, 46), "half a character");
        }
        for iri in
            ["<https://t.example/a b>", "<https://t.example/{a}>", "<https://t.example/\n>", "<https://t.example/%zz>"]
        {
            place(statement(iri).as_bytes(), syntax, (1, 45), iri);
        }
        place(b"<https://t.example/s> \0 .", syntax, (1, 23), "NUL");
    }
    place(&json(b"\\uD800"), Syntax::JsonLd, (2, 24), "half a character");
    place(&json(b"\0"), Syntax::JsonLd, (2, 24), "NUL");
    place(&xml(b"&#xD800;"), Syntax::RdfXml, (2, 23), "half a character");
    let latin = b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a/>";
    place(latin, Syntax::RdfXml, (1, 1), "another encoding");
}

#[track_caller]
fn place(bytes: &[u8], syntax: Syntax, (line, column): (u32, u32), what: &str) {
    let error = read(bytes, syntax, None).err().unwrap_or_else(|| panic!("{what}: {syntax:?} reads it"));
    assert_eq!(error.position, Some(Position { line, column }), "{what} in {syntax:?}: {error}");
}

#[test]
fn byte_order_marks_and_line_ends_of_every_kind_are_read() {
    let xml = format!("{HEAD}<rdf:Description><e:p>x</e:p></rdf:Description></rdf:RDF>\n");
    let json = "{\n\"https://t.example/p\":\n\"x\"}\n".to_owned();
    for (syntax, text) in [
        (Syntax::Turtle, statement("\"x\"")),
        (Syntax::TriG, statement("\"x\"")),
        (Syntax::NTriples, statement("\"x\"")),
        (Syntax::NQuads, statement("\"x\"")),
        (Syntax::RdfXml, xml),
        (Syntax::JsonLd, json),
    ] {
        for ends in ["\n", "\r\n", "\r"] {
            let text = format!("\u{FEFF}{}", text.replace('\n', ends));
            let report = read(text.as_bytes(), syntax, None).unwrap_or_else(|error| panic!("{syntax:?}: {error}"));
            assert_eq!(report.statements.len(), 1, "{syntax:?}");
        }
    }
}

/// IRIs are compared letter by letter, whatever they mean.
#[test]
fn iris_that_differ_only_in_spelling_are_different() {
    let spellings = ["é", "e\u{301}", "%C3%A9", "%c3%a9", "a/../é"];
    let lines: String = spellings.iter().map(|end| statement(&format!("<https://t.example/{end}>"))).collect();
    let (_folder, store) = store_of(&[input("a.nt", &(lines + &statement("<HTTPS://t.example/é>")))]);
    assert_eq!(store.read().unwrap().quads(Some("urn:ibid:report:a.nt")).unwrap().count(), spellings.len() + 1);
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_refused_in_words() {
    use std::os::unix::ffi::OsStrExt;
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let _socket = std::os::unix::net::UnixListener::bind(at("socket.ttl")).unwrap();
    for (link, to) in [("broken.ttl", "nowhere"), ("loop.ttl", "loop.ttl"), ("device.ttl", "/dev/zero")] {
        std::os::unix::fs::symlink(to, at(link)).unwrap();
    }
    std::fs::create_dir(at("folder.ttl")).unwrap();
    assert!(Command::new("mkfifo").arg(at("pipe.ttl")).status().unwrap().success());
    for (name, words) in [
        ("socket.ttl", "this is a socket"),
        ("broken.ttl", "there is no such file or folder"),
        ("loop.ttl", "symbolic links"),
        ("device.ttl", "this holds more than 512 MiB"),
        ("pipe.ttl", "this is a named pipe, and nobody wrote to it for 10 s"),
    ] {
        let ran = run(folder.path(), &["load", name]);
        assert!(ran.code == 2 && ran.err.starts_with(&format!("{name}: ")) && ran.err.contains(words), "{}", ran.err);
    }
    // In a folder pipes, sockets and devices are passed over.
    for name in [&b"a\xFE.ttl"[..], b"a\xFF.ttl", b"new\nline\x1B[2J.ttl"] {
        std::fs::write(folder.path().join(std::ffi::OsStr::from_bytes(name)), statement("true")).unwrap();
    }
    let ran = run(folder.path(), &["load", "."]);
    assert_eq!(ran.code, 2);
    assert_eq!(ran.err.matches("its name is not UTF-8").count(), 2, "{}", ran.err);
    assert_eq!(ran.err.matches(": it is no file\n").count(), 3, "{}", ran.err);
    assert!(ran.err.contains("new line [2J.ttl: loaded"), "{}", ran.err);
    let query = run(folder.path(), &["query", "device.ttl"]);
    assert!(query.code == 2 && query.err.contains("this holds more than"), "{}", query.err);
}

#[test]
fn what_is_long_is_loaded() {
    let _turn = alone();
    let long = asked("IBID_LONG", 20_000);
    let (all, both) = (format!("{long} triples"), format!("{} triples", 2 * long + 1));
    let million = 0..long;
    let members: String = million.clone().map(|n| format!(" {n}")).collect();
    done("list.ttl", statement(&format!("({members})")), &both);
    done("list.ttl", statement(&format!("({})", " 1".repeat(long))), &both);
    let prefixes: String = million.clone().map(|n| format!("@prefix p{n}: <https://t.example/{n}/> .\n")).collect();
    done("prefixes.ttl", prefixes + "p5:s p6:p p7:o .", "1 triple");
    let line: String = million.clone().map(|n| statement(&n.to_string()).replace('\n', " ")).collect();
    done("line.ttl", &line, &all);
    refused("line.nt", &line, "line.nt:1:");
    let nodes: String =
        million.clone().map(|n| format!(",{{\"@id\":\"https://t.example/{n}\",\"https://t.example/p\":1}}")).collect();
    done("line.jsonld", format!("[{{}}{nodes}]"), &all);
    let nodes: String = million
        .clone()
        .map(|n| format!("<rdf:Description rdf:about=\"https://t.example/{n}\"><e:p>x</e:p></rdf:Description>"))
        .collect();
    done("line.rdf", format!("{}{nodes}</rdf:RDF>", HEAD.trim_end()), &all);
    for blank in [
        |n| format!("_:b{n} <https://t.example/p> \"{n}\" .\n"),
        |n| format!("_:b{n} <https://t.example/p> _:b{} .\n", n + 1),
    ] {
        done("blank.nt", million.clone().map(blank).collect::<String>(), &all);
    }
}

/// The limits that are written down are those that are told.
#[test]
fn the_documented_limits_are_the_ones_there_are() {
    let documented = std::fs::read_to_string(root().join("docs/limits.md")).unwrap();
    let sources: String = crate::util::files_below(&root().join("src"), "rs")
        .iter()
        .map(|path| std::fs::read_to_string(path).unwrap())
        .collect();
    let (_, fixed) = documented.split_once("## What is fixed").unwrap();
    let rows = fixed.lines().filter_map(|line| line.strip_prefix("| `"));
    let mut known = 0;
    for row in rows {
        let (name, value) = row.split_once("` | `").unwrap();
        let value = value.split('`').next().unwrap();
        assert!(sources.contains(&format!("{name} = {value};")), "docs/limits.md: there is no `{name} = {value}`");
        known += 1;
    }
    assert!(known > 10, "docs/limits.md lists {known} limits");
}
