//! A mapping's test is a document in `tests/mappings/`: prose, and under each heading a block of RDF as others write it,
//! the line that `load` tells of it, the facts of its claims and the tree of each. `SNAPSHOTS=overwrite cargo test mappings`
//! writes the blocks after the data anew; the difference is to be read.

use crate::util::{beside, files, files_below, input, options, root, store_of};
use ibid::lineage::{Lineage, around, compute};
use ibid::load::load;
use ibid::mapping::{Mapped, Mappings};
use ibid::store::{Reader, Store};
use ibid::trace::{Limits, trace};
use rustc_hash::FxHashSet;
use std::fmt::Write;

fn package() -> Mappings {
    Mappings::new(None).unwrap().unwrap_or_else(|broken| panic!("{broken}"))
}

/// A name without the base of the tests.
fn short(name: &str) -> String {
    match name.strip_prefix("https://test.example/") {
        Some(local) => format!("<{local}>"),
        None if name.starts_with("_:") => "_:".to_owned(),
        None => format!("<{name}>"),
    }
}

/// What is said of the claims: a line each, sorted.
pub(crate) fn facts(reader: &dyn Reader, lineage: &Lineage) -> String {
    let mut lines = Vec::new();
    for claim in lineage.claims() {
        let facts = lineage.facts(*claim).unwrap();
        let mut ends: Vec<String> =
            lineage.rests_on(*claim).into_iter().map(|end| short(&reader.name(end).unwrap())).collect();
        ends.sort();
        lines.push(format!(
            "{}: {}, {}, origins {} to {}{}",
            short(&reader.name(*claim).unwrap()),
            facts.level.name(),
            facts.origin.name(),
            facts.origins_min,
            facts.origins_max,
            if ends.is_empty() { String::new() } else { format!(", rests on {}", ends.join(" ")) },
        ));
    }
    lines.sort();
    lines.join("\n")
}

/// The trees of the claims that no other is taken from.
fn trees(reader: &dyn Reader, lineage: &Lineage) -> String {
    let mut sources = FxHashSet::default();
    for claim in lineage.claims() {
        let known = lineage.claim_node(*claim).unwrap();
        sources.extend(known.sources.iter().map(|source| source.node).filter(|source| source != claim));
    }
    let mut trees = Vec::new();
    for claim in lineage.claims().iter().filter(|claim| !sources.contains(claim)) {
        let mut tree = String::new();
        for step in trace(reader, lineage, *claim, Limits::NONE).unwrap().unwrap().steps {
            let label = if step.label.is_empty() {
                short(step.node.as_deref().unwrap_or_default())
            } else {
                step.label.clone()
            };
            let how = step.how.map_or_else(String::new, |how| format!("{how}: "));
            let end = step.end.map_or_else(String::new, |end| format!(" [{end}]"));
            let notes: Vec<String> =
                step.notes.iter().map(|note| note.replace("<https://test.example/", "<")).collect();
            let notes = if notes.is_empty() { String::new() } else { format!(" · {}", notes.join(" · ")) };
            writeln!(tree, "{}{how}{label}{end}{notes}", "  ".repeat(step.depth)).unwrap();
        }
        trees.push(tree.trim_end().to_owned());
    }
    trees.sort();
    trees.join("\n\n")
}

/// What is read of some RDF: what `load` counts in it, then facts and trees.
fn read(syntax: &str, text: &str) -> [String; 3] {
    let ending = match syntax {
        "turtle" => "ttl",
        "jsonld" => "jsonld",
        other => other,
    };
    let name = format!("report.{ending}");
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open_or_create(folder.path()).unwrap();
    let outcomes = load(&store, &[input(&name, text)], &options()).unwrap_or_else(|(_, error)| panic!("{error}"));
    let counted: Vec<String> = outcomes
        .iter()
        .map(|outcome| {
            let graph = short(outcome.graph.as_deref().unwrap_or_default());
            format!("{graph}: claims {}, documents {}", outcome.claims, outcome.documents)
        })
        .chain(outcomes.iter().flat_map(|outcome| outcome.warnings.clone()))
        .collect();
    let snapshot = store.read().unwrap();
    let before = snapshot.quads(None).unwrap().count();
    let mappings = package();
    let mapped = Mapped::over(&snapshot, &mappings);
    let lineage = std::sync::Arc::new(compute(&mapped).unwrap());
    assert_eq!(snapshot.quads(None).unwrap().count(), before, "what a mapping says is not stored");
    let recognised = mapped.recognise().unwrap();
    let sum: usize = outcomes.iter().map(|outcome| outcome.claims).sum();
    assert_eq!(recognised.claims, sum, "load and status count the same claims");
    assert_eq!(lineage.claims().len(), sum, "what is counted is what is computed");
    for claim in lineage.claims() {
        let near = around(&mapped, &[*claim]).unwrap();
        assert_eq!(near.facts(*claim), lineage.facts(*claim), "{:?}: one claim by itself", mapped.name(*claim));
    }
    // The facts are there for queries, of nodes of the store alone.
    mapped.attach("urn:ibid:lineage", &mut || Ok(ibid::lineage::facts(lineage.clone()))).unwrap();
    for quad in snapshot.quads(Some("urn:ibid:lineage")).unwrap() {
        quad.unwrap();
    }
    [counted.join("\n"), facts(&mapped, &lineage), trees(&mapped, &lineage)]
}

/// The document with its blocks of answers made anew.
fn made_anew(document: &str) -> (String, usize) {
    let (mut out, mut cases) = (String::new(), 0);
    let mut lines = document.lines();
    while let Some(line) = lines.next() {
        let block = |lines: &mut std::str::Lines<'_>| -> String {
            lines.by_ref().take_while(|line| *line != "```").map(|line| format!("{line}\n")).collect()
        };
        match line.strip_prefix("```") {
            Some("counted" | "facts" | "trees") => drop(block(&mut lines)),
            Some(syntax) if !syntax.is_empty() => {
                let text = block(&mut lines);
                writeln!(out, "```{syntax}\n{text}```").unwrap();
                for (kind, answer) in ["counted", "facts", "trees"].into_iter().zip(read(syntax, &text)) {
                    writeln!(out, "\n```{kind}\n{answer}\n```").unwrap();
                }
                cases += 1;
            }
            _ if line.is_empty() && (out.is_empty() || out.ends_with("\n\n")) => {}
            _ => writeln!(out, "{line}").unwrap(),
        }
    }
    (format!("{}\n", out.trim_end()), cases)
}

#[test]
fn every_mapping_reads_what_its_document_says() {
    let mut documents = 0;
    for path in files(&root().join("tests/mappings"), "md") {
        let text = std::fs::read_to_string(&path).unwrap();
        let (anew, cases) = made_anew(&text);
        assert!(cases > 0, "{}: no block of RDF", path.display());
        if std::env::var("SNAPSHOTS").is_ok_and(|mode| mode == "overwrite") {
            std::fs::write(&path, &anew).unwrap();
        } else {
            similar(&path.display().to_string(), &text, &anew);
        }
        documents += 1;
    }
    assert!(documents > 0, "tests/mappings holds no documents");
}

pub(crate) fn similar(name: &str, expected: &str, found: &str) {
    for (number, (expected, found)) in expected.lines().zip(found.lines()).enumerate() {
        assert_eq!(expected, found, "{name}:{}", number + 1);
    }
    assert_eq!(expected.lines().count(), found.lines().count(), "{name} ends elsewhere");
}

/// Every file of the package has a document that shows it at work.
#[test]
fn every_mapping_has_its_document() {
    let mappings = package();
    let names: FxHashSet<&str> = mappings
        .rows
        .iter()
        .map(|row| row.table.as_str())
        .chain(mappings.queries.iter().map(|query| query.saved.id.as_str()))
        .collect();
    for name in names {
        assert!(root().join(format!("tests/mappings/{name}.md")).is_file(), "tests/mappings/{name}.md is missing");
    }
}

/// What nobody wrote for ibid costs nothing and changes nothing where it is not: the shipped reports are read as they are.
#[test]
fn reports_written_for_ibid_are_read_the_same_with_and_without_mappings() {
    let mappings = package();
    let mut reports: Vec<_> = ["fictional", "north-korea-crypto"]
        .map(|report| std::fs::read_to_string(root().join(format!("data/{report}/report.ttl"))).unwrap())
        .map(|text| ("report.ttl", text))
        .to_vec();
    reports.extend(
        files(&root().join("tests/lineage"), "nq")
            .iter()
            .map(|path| ("graph.nq", std::fs::read_to_string(path).unwrap())),
    );
    for (name, text) in reports {
        let (_folder, store) = store_of(&[input(name, &text)]);
        let snapshot = store.read().unwrap();
        let mapped = Mapped::over(&snapshot, &mappings);
        let (plain, read) = (compute(&snapshot).unwrap(), compute(&mapped).unwrap());
        for claim in plain.claims() {
            assert_eq!(plain.facts(*claim), read.facts(*claim), "{:?}", snapshot.name(*claim));
            assert_eq!(plain.rests_on(*claim), read.rests_on(*claim));
        }
        // Random graphs have nodes that are taken from something and that nothing leads to: those alone are added.
        let takers = read.claims().iter().filter(|claim| plain.facts(**claim).is_none());
        for taker in takers {
            assert!(snapshot.objects(*taker, "http://www.w3.org/1999/02/22-rdf-syntax-ns#type").unwrap().is_empty());
            assert_eq!(plain.work_of(*taker), None);
        }
    }
}

/// The valid part of the nanopublications' own suite: every file has a claim, and what it is taken from is followed.
#[test]
fn nanopublications_are_claims() {
    let Some(folder) = beside("suites/nanopub/valid") else { return };
    let mappings = package();
    let (mut files, mut sourced) = (0, 0);
    for path in files_below(&folder, "trig").into_iter().chain(files_below(&folder, "nq")) {
        let text = std::fs::read_to_string(&path).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open_or_create(folder.path()).unwrap();
        let file = input(path.file_name().unwrap().to_str().unwrap(), &text);
        let outcomes = load(&store, &[file], &options()).unwrap_or_else(|(_, error)| panic!("{error}"));
        let counted: usize = outcomes.iter().map(|outcome| outcome.claims).sum();
        assert!(outcomes.iter().all(|outcome| outcome.warnings.iter().all(|warning| !warning.contains("no claims"))));
        let snapshot = store.read().unwrap();
        let mut assertions = FxHashSet::default();
        snapshot
            .edges("http://www.nanopub.org/nschema#hasAssertion", &mut |_, of| {
                assertions.insert(of);
            })
            .unwrap();
        let mapped = Mapped::over(&snapshot, &mappings);
        let lineage = compute(&mapped).unwrap();
        let claims: FxHashSet<_> = lineage.claims().iter().copied().collect();
        for claim in &claims {
            let near = around(&mapped, &[*claim]).unwrap();
            assert_eq!(near.facts(*claim), lineage.facts(*claim), "{}", path.display());
        }
        assert_eq!(counted, claims.len(), "{}", path.display());
        assert!(claims.is_superset(&assertions), "{}", path.display());
        // What an assertion is derived from may be a quotation with its words, which is a claim too.
        for other in claims.difference(&assertions) {
            assert!(
                !mapped.objects(*other, "http://www.w3.org/ns/prov#value").unwrap().is_empty(),
                "{}",
                path.display()
            );
        }
        for claim in &assertions {
            let known = lineage.claim_node(*claim).unwrap();
            assert!(known.document.is_some(), "{}: an assertion appears in its nanopublication", path.display());
            sourced += usize::from(!known.sources.is_empty());
        }
        files += 1;
    }
    assert!(files > 60 && sourced > 20, "{files} files, {sourced} claims with sources");
}

/// A user's own mappings lie over the package's, by name; what is wrong with one is said.
#[test]
fn a_folder_of_mappings_lies_over_the_package() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("house.tsv"),
        "<https://house.example/from> edge prov:wasQuotedFrom the desk's word\n",
    )
    .unwrap();
    std::fs::write(folder.path().join("schema-org.tsv"), "# nothing of schema.org\n").unwrap();
    let mappings = Mappings::new(Some(folder.path())).unwrap().unwrap();
    let text = "@base <https://test.example/> . @prefix schema: <https://schema.org/> .
        <a> <https://house.example/from> <b> . <c> a schema:Claim ; schema:isBasedOn <b> .";
    let (_folder, store) = store_of(&[input("a.ttl", text)]);
    let snapshot = store.read().unwrap();
    let mapped = Mapped::over(&snapshot, &mappings);
    let lineage = compute(&mapped).unwrap();
    let claims: Vec<String> = lineage.claims().iter().map(|claim| mapped.name(*claim).unwrap()).collect();
    // `c` is still one: claim-review.rq of the package calls what is a schema:Claim so.
    assert_eq!(claims, ["https://test.example/a", "https://test.example/c"]);
    assert_eq!(lineage.rests_on(lineage.claims()[1]), []);
    std::fs::write(folder.path().join("house.tsv"), "\n<https://house.example/from> edgy prov:wasQuotedFrom\n")
        .unwrap();
    let broken = Mappings::new(Some(folder.path())).unwrap().unwrap_err();
    assert_eq!(broken.to_string(), "house.tsv: `edgy` is no way of reading a term");
}

/// The tables of docs/mappings.md are made from the files; `SNAPSHOTS=overwrite cargo test mappings` makes them anew.
#[test]
fn the_documentation_lists_every_mapping() {
    let path = root().join("docs/mappings.md");
    let document = std::fs::read_to_string(&path).unwrap();
    let heading = "## The package's\n";
    let (before, _) = document.split_once(heading).unwrap();
    let mut anew = format!("{before}{heading}");
    let mappings = package();
    let prefixes = ibid::catalog::prefixes();
    for (name, text) in ibid::catalog::mapping_tables(None).unwrap() {
        let about = text.lines().next().unwrap().trim_start_matches("# ");
        writeln!(anew, "\n### {name}\n\n{about}\n\n| term | read as | the model's | why |\n|---|---|---|---|").unwrap();
        for row in mappings.rows.iter().filter(|row| row.table == name) {
            let (term, model) = (prefixes.shorten(&row.term), prefixes.shorten(&row.model));
            writeln!(anew, "| `{term}` | {} | `{model}` | {} |", row.reading.name(), row.why).unwrap();
        }
    }
    for query in &*mappings.queries {
        let where_ =
            query.triggers.iter().map(|term| format!("`{}`", prefixes.shorten(term))).collect::<Vec<_>>().join(", ");
        writeln!(anew, "\n### {}\n\n{}. Run where there is {where_}.", query.saved.id, query.saved.title).unwrap();
    }
    if std::env::var("SNAPSHOTS").is_ok_and(|mode| mode == "overwrite") {
        std::fs::write(&path, &anew).unwrap();
    } else {
        similar("docs/mappings.md", &document, &anew);
    }
}
