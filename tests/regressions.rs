//! What went wrong once and must not again.

use crate::util::{input, options, store_of};
use assert_cmd::Command;
use ibid::catalog::prefixes;
use ibid::input::Input;
use ibid::load::{LoadError, Options, load};
use ibid::model::Status;
use ibid::sparql::{BindError, Query};
use ibid::store::{DefaultGraph, Error, Reader, Run, Store};
use oxigraph::model::NamedNode;
use oxigraph::sparql::QueryResults;

fn rows(store: &Store, text: &str) -> usize {
    let snapshot = store.read().unwrap();
    let query = Query::parse(text, prefixes()).unwrap();
    let QueryResults::Solutions(rows) = snapshot.query(&query, &Run::default()).unwrap() else { panic!("no rows") };
    rows.collect::<Result<Vec<_>, _>>().unwrap().len()
}

/// An environment of somebody else's is neither read as a store nor made into one.
#[test]
fn another_program_s_environment_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    {
        let mut options = heed::EnvOpenOptions::new();
        #[expect(unsafe_code, reason = "a map of a file that only this test has")]
        let env = unsafe { options.max_dbs(2).open(folder.path()).unwrap() };
        let txn = env.write_txn().unwrap();
        env.create_databases_and_commit(txn, |opener, txn| {
            let mail = opener.create_database::<heed::types::Str, heed::types::Str>(txn, Some("mail"))?;
            mail.put(txn, "a", "b")?;
            Ok::<_, heed::Error>(heed::CommitOrAbort::<_, ()>::Commit(mail))
        })
        .unwrap();
    }
    let before = std::fs::read(folder.path().join("data.mdb")).unwrap();
    assert!(matches!(Store::open_or_create(folder.path()), Err(Error::NotAStore(_))));
    assert_eq!(std::fs::read(folder.path().join("data.mdb")).unwrap(), before);
}

/// Standard input is never the same file again: the second report neither removes nor replaces the first.
#[test]
fn what_came_from_standard_input_stays() {
    let (_folder, store) = store_of(&[]);
    let piped = |text: &str| {
        let file = Input { name: "-".to_owned(), syntax: Some(ibid::rdf::Syntax::Turtle), ..input("-", text) };
        load(&store, &[file], &options())
    };
    piped("@base <https://t.example/a> . <#a> <#p> 1 .").unwrap();
    piped("@base <https://t.example/b> . <#a> <#p> 1 .").unwrap();
    assert_eq!(store.read().unwrap().reports().unwrap().len(), 2);
    assert!(matches!(piped("@base <https://t.example/b> . <#a> <#p> 2 ."), Err((0, LoadError::Owned { .. }))));
}

/// A name that somebody chose for a report is not taken back because the file is loaded under its own.
#[test]
fn a_report_under_a_chosen_name_stays() {
    let file = [input("a.ttl", "@base <https://t.example/a> . <#a> <#p> 1 .")];
    let (_folder, store) = store_of(&[]);
    load(&store, &file, &Options { graph: Some("https://t.example/chosen".into()), ..options() }).unwrap();
    let outcome = load(&store, &file, &options()).unwrap().remove(0);
    assert!(outcome.warnings.iter().any(|warning| warning.contains("stays")), "{:?}", outcome.warnings);
    assert_eq!(store.read().unwrap().reports().unwrap().len(), 2);
}

/// Graphs of one file that share a blank node are changed together.
#[test]
fn blank_nodes_that_graphs_share_stay_shared() {
    let text = |node: &str, value: u8| {
        format!(
            "<https://t.example/g1> {{ <https://t.example/a> <https://t.example/p> _:x . <https://t.example/b> <https://t.example/p> _:y }} <https://t.example/g2> {{ _:{node} <https://t.example/q> {value} }}"
        )
    };
    let (_folder, store) = store_of(&[input("a.trig", &text("x", 1))]);
    let again = |text: String| load(&store, &[input("a.trig", &text)], &options()).unwrap().remove(0).status;
    let ask = |who: &str, value: u8| {
        rows(
            &store,
            &format!("SELECT * {{ <https://t.example/{who}> <https://t.example/p>/<https://t.example/q> {value} }}"),
        )
    };
    assert_eq!((ask("a", 1), ask("b", 1)), (1, 0));
    assert_eq!(again(text("x", 1)), Status::Unchanged);
    assert_eq!(again(text("y", 1)), Status::Replaced);
    assert_eq!((ask("a", 1), ask("b", 1)), (0, 1));
    assert_eq!(again(text("y", 2)), Status::Replaced);
    assert_eq!((ask("b", 1), ask("b", 2)), (0, 1));
}

/// The union is a set, whichever spellings of schema.org its triples stand in.
#[test]
fn a_triple_in_both_spellings_counts_once() {
    let named = |scheme: &str| {
        format!(
            "<https://t.example/1> <{scheme}://schema.org/name> \"n\" .\n<https://t.example/2> <{scheme}://schema.org/name> \"n\" .\n"
        )
    };
    let (_folder, store) = store_of(&[input("a.nt", &named("https")), input("b.nt", &named("http"))]);
    assert_eq!(rows(&store, "SELECT * { ?s schema:name ?n }"), 2);
    assert_eq!(rows(&store, "SELECT * { GRAPH ?g { ?s schema:name ?n } }"), 4);
}

/// Several graphs after FROM are merged, and a merge is a set.
#[test]
fn a_triple_of_two_from_graphs_counts_once() {
    let line =
        |graph: &str| format!("<https://t.example/s> <https://t.example/p> \"o\" <https://t.example/{graph}> .\n");
    let (_folder, store) = store_of(&[input("a.nq", &(line("a") + &line("b") + &line("c")))]);
    assert_eq!(rows(&store, "SELECT * FROM <https://t.example/a> FROM <https://t.example/b> { ?s ?p ?o }"), 1);
    assert_eq!(rows(&store, "SELECT * FROM <https://t.example/a> FROM <https://t.example/none> { ?s ?p ?o }"), 1);
    assert_eq!(rows(&store, "SELECT * FROM <https://t.example/x> FROM <https://t.example/none> { ?s ?p ?o }"), 0);
}

/// A parameter keeps what a query means, or is refused.
#[test]
fn a_parameter_keeps_the_meaning_of_groups_and_minus() {
    let (_folder, store) =
        store_of(&[input("a.nt", "<https://t.example/c> <https://t.example/in> <https://t.example/d> .\n")]);
    let bind = |text: &str, node: &str| {
        let parameter = ("d".to_owned(), NamedNode::new_unchecked(format!("https://t.example/{node}")).into());
        Query::parse(text, prefixes()).unwrap().bind(&[parameter])
    };
    let count = |node: &str| {
        let query = bind("SELECT ?d (COUNT(?c) AS ?n) { ?c <https://t.example/in> ?d } GROUP BY ?d", node).unwrap();
        let snapshot = store.read().unwrap();
        let QueryResults::Solutions(rows) = snapshot.query(&query, &Run::default()).unwrap() else { panic!("no rows") };
        rows.map(|row| row.unwrap().get("d").unwrap().to_string()).collect::<Vec<_>>()
    };
    assert_eq!(count("d"), ["<https://t.example/d>"]);
    assert!(count("absent").is_empty());
    let minus = "SELECT * { ?c <https://t.example/in> ?d MINUS { ?x <https://t.example/bad> ?d } }";
    assert_eq!(bind(minus, "d").unwrap_err(), BindError::Minus("d".into()));
}

/// Deep input is answered or refused, and never ends the program.
#[test]
fn deep_queries_and_reports_do_not_end_the_program() {
    let (folder, store) = store_of(&[input(
        "a.nt",
        "<https://t.example/c> <https://t.example/p> 1 .\n".replace(" 1 ", " \"1\" ").as_str(),
    )]);
    drop(store);
    let sum = format!("SELECT * {{ FILTER({}1 > 0) }}", "1+".repeat(2_000));
    let nested = format!("SELECT * {}{}", "{".repeat(2_000), "}".repeat(2_000));
    for query in [sum, nested] {
        let output = Command::new(env!("CARGO_BIN_EXE_ibid"))
            .arg("--store")
            .arg(folder.path())
            .args(["query", &query])
            .output()
            .unwrap();
        assert!(output.status.code().is_some_and(|code| code <= 2), "{:?}", output.status);
    }
    let blank = format!(
        "<https://t.example/a> <https://t.example/p> {}1{} .",
        "[ <https://t.example/p> ".repeat(3_000),
        " ]".repeat(3_000)
    );
    let file = folder.path().join("deep.ttl");
    std::fs::write(&file, blank).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_ibid"))
        .arg("--store")
        .arg(folder.path())
        .arg("load")
        .arg(&file)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}

/// A link that leads back up is not followed for ever.
#[cfg(unix)]
#[test]
fn links_that_lead_back_up_are_not_followed() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a", "b"] {
        std::os::unix::fs::symlink(".", folder.path().join(name)).unwrap();
    }
    std::fs::write(folder.path().join("r.ttl"), "").unwrap();
    assert_eq!(ibid::input::list_folder(folder.path()).unwrap().files.len(), 1);
}

/// A report's text cannot command the terminal it is shown on.
#[test]
fn text_of_a_report_does_not_reach_the_terminal_raw() {
    let folder = tempfile::tempdir().unwrap();
    let text = "@base <https://t.example/> . @prefix ibid: <https://w3id.org/ibid/ns#> .\n<#c> a ibid:Claim ; <https://schema.org/text> \"x\\u001B]0;owned\\u0007\\u001B[2J\" .";
    std::fs::write(folder.path().join("r.ttl"), text).unwrap();
    let output =
        Command::new(env!("CARGO_BIN_EXE_ibid")).current_dir(folder.path()).args(["audit", "r.ttl"]).output().unwrap();
    assert!(
        !output.stdout.contains(&0x1B) && !output.stdout.contains(&0x07),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
}

/// Saying what would happen makes nothing, and neither does a file that is not there.
#[test]
fn no_store_is_made_where_nothing_is_loaded() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("r.nt"), "").unwrap();
    for arguments in [&["load", "--dry-run", "r.nt"][..], &["load", "missing.ttl"]] {
        Command::new(env!("CARGO_BIN_EXE_ibid")).current_dir(folder.path()).args(arguments).output().unwrap();
        assert!(!folder.path().join(".ibid").exists(), "{arguments:?}");
    }
}

/// Whatever stands in a column, it can be sorted: the engine's own order is none, and ended in a panic.
#[test]
fn a_column_of_everything_can_be_sorted() {
    let value = |number: usize| match number % 5 {
        0 => format!("\"{}\"^^<http://www.w3.org/2001/XMLSchema#integer>", number % 200),
        1 => format!("\"{}a\"", number % 190),
        2 => format!(
            "\"200{}-01-02{}\"^^<http://www.w3.org/2001/XMLSchema#date>",
            number % 9,
            ["", "Z", "+14:00"][number % 3]
        ),
        3 => "\"NaN\"^^<http://www.w3.org/2001/XMLSchema#double>".to_owned(),
        _ => format!("\"{}.5\"^^<http://www.w3.org/2001/XMLSchema#double>", number % 170),
    };
    let text: String = (0..2000)
        .map(|number| format!("<https://t.example/{number}> <https://t.example/p> {} .\n", value(number)))
        .collect();
    let (_folder, store) = store_of(&[input("a.nt", &text)]);
    assert_eq!(rows(&store, "SELECT ?o { ?s <https://t.example/p> ?o } ORDER BY ?o"), 2000);
    assert_eq!(rows(&store, "SELECT ?o { ?s <https://t.example/p> ?o } ORDER BY DESC(COALESCE(?o, 1)) ?s"), 2000);
}

/// A graph without a name is the same report when it is loaded again, and so are the nodes that it shares with others.
#[test]
fn a_graph_without_a_name_is_known_again() {
    let (_folder, store) = store_of(&[]);
    let again = |text: &str| {
        let outcomes = load(&store, &[input("a.nq", text)], &options()).unwrap();
        outcomes.iter().map(|outcome| outcome.status).collect::<Vec<_>>()
    };
    let alone = "<https://t.example/s> <https://t.example/p> \"o\" _:g .\n";
    assert_eq!(again(alone), [Status::Loaded]);
    assert_eq!(again(&alone.replace("_:g", "_:other")), [Status::Unchanged]);
    let shared = "_:x <https://t.example/p> \"o\" _:g .\n_:x <https://t.example/p> \"o\" <https://t.example/g> .\n";
    again(shared);
    let turned: String = shared.lines().rev().map(|line| format!("{line}\n")).collect();
    assert_eq!(again(&turned), [Status::Unchanged; 2]);
    assert_eq!(rows(&store, "SELECT * { GRAPH ?a { ?x ?p ?o } GRAPH ?b { ?x ?p ?o } FILTER(?a != ?b) }"), 2);
}

/// SPARQL's plain reading has the graphs that were loaded; the history is for those who name it.
#[test]
fn the_history_is_no_graph_among_others_in_the_plain_reading() {
    let (_folder, store) =
        store_of(&[input("a.nq", "<https://t.example/s> <https://t.example/p> \"o\" <https://t.example/g> .\n")]);
    let graphs = |text: &str, default_graph: DefaultGraph| {
        let snapshot = store.read().unwrap();
        let query = Query::parse(text, prefixes()).unwrap();
        let run = Run { default_graph, ..Run::default() };
        let QueryResults::Solutions(rows) = snapshot.query(&query, &run).unwrap() else { panic!("no rows") };
        rows.map(|row| row.unwrap().get("g").unwrap().to_string()).collect::<Vec<_>>()
    };
    let all = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }";
    assert_eq!(graphs(all, DefaultGraph::Unnamed), ["<https://t.example/g>"]);
    assert_eq!(graphs("SELECT ?g { GRAPH ?g {} }", DefaultGraph::Unnamed), ["<https://t.example/g>"]);
    assert_eq!(graphs(all, DefaultGraph::Union).len(), 2);
    let named = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } VALUES ?g { <urn:ibid:history> } }";
    assert_eq!(graphs(named, DefaultGraph::Unnamed), ["<urn:ibid:history>"]);
}

/// A second report that is further away does not hide that one contradicts itself.
#[test]
fn a_conflict_within_a_report_is_told_whatever_others_say() {
    let claim = |name: &str, value: &str| {
        format!(
            "<#{name}> a ibid:Claim ; schema:appearance <#d> ; schema:about <#x> ; ibid:measure <#m> ; ibid:unit <#u> ; \
             ibid:value {value} ; schema:temporalCoverage \"2016\" .\n"
        )
    };
    let report = |claims: &[String]| {
        format!(
            "@base <https://test.example/> . @prefix ibid: <https://w3id.org/ibid/ns#> . @prefix schema: <https://schema.org/> .\n{}",
            claims.concat()
        )
    };
    let one = report(&[claim("a", "100"), claim("b", "300")]);
    let other = report(&[claim("c", "9000")]);
    for reports in [[("one.ttl", &one), ("other.ttl", &other)], [("other.ttl", &other), ("one.ttl", &one)]] {
        let (_folder, store) = store_of(&reports.map(|(name, text)| {
            let graph = format!("<https://test.example/{name}> {{");
            let (head, body) = text.split_once('\n').unwrap();
            input(&name.replace(".ttl", ".trig"), &format!("{head}\n{graph}\n{body}}}\n"))
        }));
        let snapshot = store.read().unwrap();
        let facts = ibid::figures::facts(&snapshot).unwrap();
        let local = |node| snapshot.name(node).unwrap().rsplit('#').next().unwrap().to_owned();
        let mut said: Vec<String> = facts
            .facts()
            .filter_map(|fact| {
                let ibid::store::Value::Node(object) = fact.object else { return None };
                let predicate = fact.predicate.strip_prefix(ibid::vocab::ibid::NAMESPACE).unwrap();
                predicate
                    .starts_with("conflicts")
                    .then(|| format!("{} {predicate} {}", local(fact.subject), local(object)))
            })
            .collect();
        said.sort();
        assert_eq!(
            said,
            [
                "a conflictsWith c",
                "a conflictsWithin b",
                "b conflictsWith c",
                "b conflictsWithin a",
                "c conflictsWith a"
            ]
        );
    }
}
