//! What holds of lineage whatever the graph: agreement with the plain method, and the laws of docs/lineage.md. What looks
//! true and is not stands there too, with the smallest graph that shows it.

use crate::graph::{Graph, Word};
use crate::mappings::{facts, similar};
use crate::plain::{Plain, plain};
use crate::util::{input, root, store_of};
use ibid::lineage::{Lineage, around, compute};
use ibid::model::Origin;
use ibid::store::{Columns, Node, Reader, Value};
use ibid::vocab::{ibid as i, prov, rdf, schema};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt::Write;
use std::sync::Arc;

type Triple = [Word; 3];
type Answers = BTreeMap<Word, Plain>;

/// What the engine computes, by names.
fn computed(triples: &[Triple]) -> Answers {
    let graph = Graph::of(triples);
    let lineage = compute(&graph).unwrap();
    let name = |node| graph.name(node).unwrap();
    let origins = [Origin::Primary, Origin::Original, Origin::Unknown, Origin::Circular, Origin::None];
    let answers = lineage.claims().iter().map(|claim| {
        let facts = lineage.facts(*claim).unwrap();
        let facts = Plain {
            level: facts.level.number(),
            origin: origins.iter().position(|origin| *origin == facts.origin).unwrap(),
            min: facts.origins_min as usize,
            max: facts.origins_max as usize,
            on_cycle: facts.on_cycle,
            ends: lineage.rests_on(*claim).into_iter().map(name).collect(),
            may: lineage.may_rest_on(*claim).into_iter().map(name).collect(),
        };
        (name(*claim), facts)
    });
    answers.collect()
}

/// What is computed of one claim from what it can reach is what is computed of it from everything.
fn is_the_same_from_around(triples: &[Triple]) {
    let graph = Graph::of(triples);
    let whole = compute(&graph).unwrap();
    for claim in whole.claims() {
        let near = around(&graph, &[*claim]).unwrap();
        let told = |lineage: &Lineage| {
            (lineage.facts(*claim), lineage.claim_node(*claim), lineage.ends(*claim), lineage.may_rest_on(*claim))
        };
        assert_eq!(told(&near), told(&whole), "{}", graph.name(*claim).unwrap());
    }
}

fn iri(local: &str) -> Word {
    format!("https://t.example/{local}")
}

fn pick(of: &'static [&'static str]) -> impl Strategy<Value = Word> {
    prop::sample::select(of).prop_map(|local| if local.starts_with(['_', '"']) { local.to_owned() } else { iri(local) })
}

const CLAIMS: &[&str] = &["c0", "c1", "c2", "c3", "c4", "_:c"];
const DOCUMENTS: &[&str] = &["d0", "d1", "d2", "d3", "d4", "_:d"];
const ANY: &[&str] =
    &["c0", "c1", "c2", "c3", "c4", "_:c", "d0", "d1", "d2", "d3", "d4", "_:d", "_:nobody", "x", "\"words"];
const AGENTS: &[&str] = &["a0", "a1", "a2", "a3"];

fn triple(
    from: &'static [&'static str],
    property: &'static [&'static str],
    to: &'static [&'static str],
) -> impl Strategy<Value = Triple> {
    (pick(from), prop::sample::select(property), pick(to))
        .prop_map(|(from, property, to)| [from, property.to_owned(), to])
}

fn with(
    from: &'static [&'static str],
    property: &'static [&'static str],
    to: &'static [&'static str],
) -> BoxedStrategy<Triple> {
    (pick(from), prop::sample::select(property), prop::sample::select(to))
        .prop_map(|(from, property, to)| [from, property.to_owned(), to.to_owned()])
        .boxed()
}

const SOURCING: &[&str] = &[prov::WAS_DERIVED_FROM, prov::WAS_QUOTED_FROM, prov::HAD_PRIMARY_SOURCE];
const EDITION: &[&str] = &[schema::TRANSLATION_OF_WORK, i::REPUBLICATION_OF];
const BASES: &[&str] = &[i::HEARSAY, i::OWN_INFERENCE, i::TESTIMONY, i::OBSERVATION, i::OWN_RECORD, "\"saw it"];

/// One triple of the kinds that lineage is computed from.
fn statement() -> impl Strategy<Value = Triple> {
    prop_oneof![
        4 => with(CLAIMS, &[rdf::TYPE], &[i::CLAIM]),
        2 => with(DOCUMENTS, &[rdf::TYPE], &[i::DOCUMENT]),
        1 => with(ANY_NODE, &[rdf::TYPE], &[i::CLAIM, i::DOCUMENT]),
        3 => triple(CLAIMS, &[schema::APPEARANCE], DOCUMENTS),
        1 => triple(CLAIMS, &[schema::APPEARANCE], ANY),
        5 => triple(CLAIMS, SOURCING, CLAIMS),
        3 => triple(CLAIMS, SOURCING, DOCUMENTS),
        1 => triple(ANY_NODE, SOURCING, ANY),
        2 => triple(DOCUMENTS, SOURCING, DOCUMENTS),
        2 => triple(DOCUMENTS, EDITION, DOCUMENTS),
        1 => triple(DOCUMENTS, &[prov::WAS_REVISION_OF], &["d0", "d1", "d2", "d3", "d4", "_:d", "x"]),
        1 => triple(DOCUMENTS, &[i::SHARES_SOURCE_WITH], ANY),
        1 => triple(ANY_NODE, &[prov::INVALIDATED_AT_TIME, i::RETRACTED_BY], &["\"soon", "d3"]),
        2 => with(CLAIMS, &[i::BASIS], BASES),
        2 => with(DOCUMENTS, &[i::DEFAULT_BASIS], BASES),
        2 => triple(CLAIMS, &[i::CREDITED_TO], AGENTS),
        3 => triple(DOCUMENTS, &[schema::AUTHOR, schema::PUBLISHER], AGENTS),
        2 => triple(AGENTS, &[schema::PARENT_ORGANIZATION], AGENTS),
        3 => triple(DOCUMENTS, &[schema::NAME, schema::URL, schema::DATE_PUBLISHED, schema::IDENTIFIER], &["\"words"]),
        3 => triple(DOCUMENTS, &[schema::NAME], &["\"words"]),
        1 => triple(CLAIMS, &[i::FOUND_IN, i::SOURCE_FOUND_IN], &["s0", "s1"]),
        1 => triple(&["s0", "s1"], &[prov::SPECIALIZATION_OF], DOCUMENTS),
        1 => triple(CLAIMS, &[i::OPERAND], &["o0", "o1", "o2"]),
        1 => triple(&["o0", "o1", "o2"], &[i::OF], CLAIMS),
    ]
}

const ANY_NODE: &[&str] = &["c0", "c1", "c2", "c3", "c4", "_:c", "d0", "d1", "d2", "d3", "d4", "_:d", "x"];

fn graph() -> impl Strategy<Value = Vec<Triple>> {
    (prop::collection::vec(statement(), 0..70), prop::bool::weighted(0.7)).prop_map(|(mut triples, all_claims)| {
        if all_claims {
            triples.extend(CLAIMS[..5].iter().map(|claim| say(&iri(claim), rdf::TYPE, i::CLAIM)));
        }
        triples.sort();
        triples.dedup();
        triples
    })
}

fn say(subject: &str, property: &str, object: &str) -> Triple {
    [subject.to_owned(), property.to_owned(), object.to_owned()]
}

/// `LAWS=50 cargo test laws` looks at fifty times as many.
fn cases(cases: u32) -> ProptestConfig {
    let times = std::env::var("LAWS").ok().and_then(|times| times.parse().ok()).unwrap_or(1);
    ProptestConfig { cases: cases * times, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases(1500))]

    #[test]
    fn the_engine_agrees_with_the_plain_method(triples in graph()) {
        prop_assert_eq!(computed(&triples), plain(&triples));
    }
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn one_claim_by_itself_has_the_facts_that_it_has_among_all(triples in graph()) {
        is_the_same_from_around(&triples);
    }

    /// Nodes get other numbers, and everything comes in another order.
    #[test]
    fn the_order_of_triples_changes_nothing((triples, shuffled) in graph().prop_flat_map(|triples| {
        (Just(triples.clone()), Just(triples).prop_shuffle())
    })) {
        prop_assert_eq!(computed(&triples), computed(&shuffled));
    }

    /// Names are only compared.
    #[test]
    fn renaming_that_keeps_the_order_of_names_changes_only_names(triples in graph()) {
        let renamed = |word: &str| word.replace("https://t.example/", "urn:x-other:of:");
        let others: Vec<Triple> = triples.iter().map(|triple| triple.clone().map(|word| renamed(&word))).collect();
        let names = |words: &BTreeSet<Word>| words.iter().map(|word| renamed(word)).collect();
        let expected: Answers = computed(&triples).into_iter().map(|(claim, facts)| {
            let facts = Plain { ends: names(&facts.ends), may: names(&facts.may), ..facts };
            (renamed(&claim), facts)
        }).collect();
        prop_assert_eq!(computed(&others), expected);
    }
}

/// What queries see of a graph, fact by fact.
fn told(triples: &[Triple]) -> BTreeMap<(&'static str, Word), BTreeSet<Word>> {
    let graph = Graph::of(triples);
    let name = |node| graph.name(node).unwrap();
    let value = |value| match value {
        Value::Node(node) => name(node),
        value => format!("{value:?}"),
    };
    let mut told: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    let lineage = Arc::new(compute(&graph).unwrap());
    let columns = [ibid::lineage::facts(Arc::clone(&lineage)), ibid::lineage::unsettled(&lineage)];
    for fact in columns.iter().flat_map(Columns::facts) {
        let objects = told.entry((fact.predicate, name(fact.subject))).or_default();
        let said = format!("{fact:?}");
        assert!(objects.insert(value(fact.object)), "said twice: {said}");
    }
    told
}

proptest! {
    #![proptest_config(cases(400))]

    /// What a query finds by a subject, by an object, or looking for both, is what there is.
    #[test]
    fn facts_are_the_same_from_either_side(triples in graph()) {
        let graph = Graph::of(&triples);
        let lineage = Arc::new(compute(&graph).unwrap());
        let columns = [ibid::lineage::facts(Arc::clone(&lineage)), ibid::lineage::unsettled(&lineage)];
        let asked: BTreeSet<Node> = graph.nodes().chain([Node(u64::MAX), Node(1 << 40)]).collect();
        for (predicate, facts) in columns.iter().flat_map(Columns::by_predicate) {
            prop_assert!(facts.subjects().is_sorted_by(|a, b| a < b));
            let mut by_object: HashMap<Value, Vec<Node>> = asked.iter().map(|&node| (Value::Node(node), Vec::new())).collect();
            by_object.insert(Value::Integer(77), Vec::new());
            let iris: HashSet<&str> = facts.iris().into_iter().collect();
            for &subject in &asked {
                let objects = facts.objects(subject);
                prop_assert!(objects.is_empty() || facts.subjects().contains(&subject));
                for object in objects {
                    let known = if let Value::Iri(iri) = object { iris.contains(iri) } else { true };
                    prop_assert!(known);
                    by_object.entry(object).or_default().push(subject);
                }
            }
            for (object, subjects) in by_object {
                prop_assert_eq!(facts.subjects_of(&object), subjects.clone(), "{} {:?}", predicate, object);
                for &subject in &asked {
                    prop_assert_eq!(facts.has(subject, &object), subjects.contains(&subject), "{} {:?}", predicate, object);
                }
            }
        }
    }

    /// The graph says what the plain method does, and of documents their works.
    #[test]
    fn the_graph_says_what_the_plain_method_does(triples in graph()) {
        let told = told(&triples);
        let of = |predicate, claim: &Word| told.get(&(predicate, claim.clone())).cloned().unwrap_or_default();
        let number = |number: usize| BTreeSet::from([format!("Integer({number})")]);
        let plain = plain(&triples);
        for (claim, facts) in &plain {
            prop_assert_eq!(of(i::LEVEL, claim), number(facts.level.into()));
            prop_assert_eq!(of(i::ORIGINS_MIN, claim), number(facts.min));
            prop_assert_eq!(of(i::ORIGINS_MAX, claim), number(facts.max));
            prop_assert_eq!(of(i::RESTS_ON, claim), facts.ends.clone());
            prop_assert_eq!(of(i::MAY_REST_ON, claim), facts.may.clone());
            let further = facts.may.difference(&facts.ends).cloned().collect();
            prop_assert_eq!(of(i::MAY_REST_FURTHER_ON, claim), further);
            let (gaps, unsettled) = (of(i::UNSETTLED, claim), of(i::UNSETTLED_END, claim));
            prop_assert_eq!(gaps.len(), usize::from(facts.min != facts.max && !facts.ends.is_empty()));
            prop_assert!(unsettled.is_subset(&facts.ends) && unsettled.is_empty() == gaps.is_empty());
            let on_cycle = format!("Boolean({})", facts.on_cycle);
            prop_assert!(of(i::ON_CYCLE, claim).contains(&on_cycle));
        }
        for ((predicate, subject), objects) in &told {
            if !plain.contains_key(subject) {
                prop_assert!([i::WORK, i::ON_CYCLE].contains(predicate), "{predicate} of {subject}");
            }
            if *predicate == i::WORK {
                let [work] = objects.iter().collect::<Vec<_>>()[..] else { panic!("{subject} is in several works") };
                prop_assert_eq!(&of(i::WORK, work), objects);
            }
        }
    }
}

/// A name that no random graph has.
fn fresh(local: &str) -> Word {
    iri(&format!("new-{local}"))
}

fn grown(triples: &[Triple], more: &[Triple]) -> Vec<Triple> {
    triples.iter().chain(more).cloned().collect()
}

/// The facts of those that were claims before, by counts alone.
fn counts(answers: &Answers, of: &Answers) -> BTreeMap<Word, (u8, usize, usize, usize, bool)> {
    let counts = |facts: &Plain| (facts.level, facts.origin, facts.min, facts.max, facts.on_cycle);
    answers
        .iter()
        .filter(|(claim, _)| of.contains_key(*claim))
        .map(|(claim, facts)| (claim.clone(), counts(facts)))
        .collect()
}

proptest! {
    #![proptest_config(cases(400))]

    /// Whatever it says of itself, if what it is taken from is a document already or a claim; in an edition of what it is
    /// taken from it would be the same claim (docs/lineage.md has both).
    #[test]
    fn a_claim_that_nobody_takes_from_changes_nobody_elses_facts(
        triples in graph(),
        own in prop::collection::vec(prop_oneof![
            triple(&["c"], SOURCING, &["d0", "d1", "d2", "c0", "c1", "x", "\"words"]),
            with(&["c"], &[i::BASIS], BASES),
            triple(&["c"], &[i::CREDITED_TO], AGENTS),
            triple(&["c"], &[prov::INVALIDATED_AT_TIME, i::FOUND_IN, schema::TEXT], &["\"words", "s0"]),
            triple(&["c"], &[i::OPERAND], &["o0", "o1"]),
        ], 0..6),
        elsewhere: bool,
    ) {
        let mut more: Vec<Triple> = own.into_iter().map(|[_, property, object]| [fresh("c"), property, object]).collect();
        more.push(say(&fresh("c"), rdf::TYPE, i::CLAIM));
        let documents = ["d0", "d1", "d2", "x"].map(|document| say(&iri(document), rdf::TYPE, i::DOCUMENT));
        let claims = ["c0", "c1"].map(|claim| say(&iri(claim), rdf::TYPE, i::CLAIM));
        let triples = grown(&grown(&triples, &documents), &claims);
        if elsewhere {
            more.push(say(&fresh("c"), schema::APPEARANCE, &fresh("d")));
        }
        let (before, mut after) = (computed(&triples), computed(&grown(&triples, &more)));
        after.remove(&fresh("c"));
        prop_assert_eq!(before, after);
    }

    /// It joins its work and brings nothing along.
    #[test]
    fn a_translation_that_says_nothing_of_itself_changes_no_count(
        triples in graph(),
        of in pick(DOCUMENTS),
        property in prop::sample::select(EDITION),
        typed: bool,
    ) {
        // It is a translation of a document: what is none yet becomes one by being translated, and may so be an end.
        let triples = grown(&triples, &[say(&of, rdf::TYPE, i::DOCUMENT)]);
        let mut more = vec![say(&fresh("edition"), property, &of)];
        if typed {
            more.push(say(&fresh("edition"), rdf::TYPE, i::DOCUMENT));
        }
        let (before, after) = (computed(&triples), computed(&grown(&triples, &more)));
        prop_assert_eq!(counts(&after, &before), counts(&before, &before));
    }

    #[test]
    fn facts_of_a_claim_fit_each_other(triples in graph()) {
        let is_computed = triples.iter().any(|triple| triple[1] == i::OPERAND);
        for (claim, facts) in computed(&triples) {
            prop_assert!(facts.min <= facts.max, "{claim}: {facts:?}");
            prop_assert!(facts.level < 3 || facts.origin == 0, "{claim}: {facts:?}");
            prop_assert!(facts.level < 3 || facts.min > 0, "{claim}: {facts:?}");
            prop_assert!(is_computed || facts.ends.is_empty() == (facts.max == 0), "{claim}: {facts:?}");
            prop_assert!(is_computed || facts.ends.is_empty() == (facts.level < 2), "{claim}: {facts:?}");
            prop_assert_eq!(facts.ends.is_empty(), facts.may.is_empty());
        }
    }

    /// Snapshots pin, and do nothing else.
    #[test]
    fn a_snapshot_lowers_nothing_and_changes_only_levels(
        triples in graph(),
        more in prop_oneof![
            triple(CLAIMS, &[i::FOUND_IN, i::SOURCE_FOUND_IN], &["s0", "s1"]),
            triple(&["s0", "s1"], &[prov::SPECIALIZATION_OF], DOCUMENTS),
        ],
    ) {
        let triples = grown(&triples, &[say(&more[0], schema::TEXT, "\"described")]);
        let (before, after) = (computed(&triples), computed(&grown(&triples, &[more])));
        for (claim, facts) in &before {
            prop_assert!(after[claim].level >= facts.level);
            prop_assert_eq!(&Plain { level: facts.level, ..after[claim].clone() }, facts);
        }
    }

    /// What says which document it is never lowers a level, whatever it does to counts (docs/lineage.md).
    #[test]
    fn a_name_an_address_or_a_date_lowers_no_level_and_no_most(
        triples in graph(),
        more in triple(DOCUMENTS, &[schema::NAME, schema::URL, schema::IDENTIFIER, schema::DATE_PUBLISHED], &["\"words"]),
    ) {
        let triples = grown(&triples, &[say(&more[0], schema::TEXT, "\"described")]);
        let (before, after) = (computed(&triples), computed(&grown(&triples, &[more])));
        for (claim, facts) in &before {
            prop_assert!(after[claim].level >= facts.level, "{claim}: {facts:?}, then {:?}", after[claim]);
            prop_assert!(after[claim].max >= facts.max, "{claim}: {facts:?}, then {:?}", after[claim]);
            prop_assert_eq!((after[claim].origin, &after[claim].ends), (facts.origin, &facts.ends));
        }
    }

    /// What makes ends dependent makes no more of them, and changes neither levels nor origins.
    #[test]
    fn what_joins_ends_raises_no_count(
        triples in graph(),
        more in prop_oneof![
            triple(AGENTS, &[schema::PARENT_ORGANIZATION], AGENTS),
            triple(DOCUMENTS, &[i::SHARES_SOURCE_WITH, prov::WAS_REVISION_OF], DOCUMENTS),
        ],
    ) {
        let triples = grown(&triples, &[say(&more[0], schema::TEXT, "\"described")]);
        let (before, after) = (computed(&triples), computed(&grown(&triples, &[more])));
        for (claim, facts) in &before {
            let now = &after[claim];
            prop_assert!(now.min <= facts.min && now.max <= facts.max, "{claim}: {facts:?}, then {now:?}");
            prop_assert_eq!(&Plain { min: facts.min, max: facts.max, ..now.clone() }, facts);
        }
    }
}

/// The graphs of docs/lineage.md give the facts that stand under them: a block `turtle adds` is added to the graph before.
/// With `SNAPSHOTS=overwrite` the facts are written anew; the difference is to be read.
#[test]
fn the_documents_graphs_give_the_facts_they_show() {
    let path = root().join("docs/lineage.md");
    let document = std::fs::read_to_string(&path).unwrap();
    let prefixes: String = ibid::catalog::prefixes()
        .list()
        .iter()
        .map(|(prefix, namespace)| format!("@prefix {prefix}: <{namespace}> .\n"))
        .collect();
    let facts_of = |turtle: &str| {
        let text = format!("@base <https://test.example/> .\n{prefixes}{turtle}");
        let (_folder, store) = store_of(&[input("graph.ttl", &text)]);
        let snapshot = store.read().unwrap();
        facts(&snapshot, &compute(&snapshot).unwrap())
    };
    let (mut anew, mut turtle, mut lines, mut changes) = (String::new(), String::new(), document.lines(), 0);
    while let Some(line) = lines.next() {
        let mut block =
            || lines.by_ref().take_while(|line| *line != "```").fold(String::new(), |text, line| text + line + "\n");
        match line {
            "```facts" => drop(block()),
            "```turtle" | "```turtle adds" => {
                let more = block();
                let before = facts_of(&turtle);
                let adds = line.ends_with("adds");
                turtle = if adds { turtle + &more } else { more.clone() };
                let now = facts_of(&turtle);
                assert!(!adds || before != now, "what is added changes nothing:\n{turtle}");
                changes += usize::from(adds);
                writeln!(anew, "{line}\n{more}```\n\n```facts\n{now}\n```").unwrap();
            }
            "" if anew.ends_with("\n\n") => {}
            line => writeln!(anew, "{line}").unwrap(),
        }
    }
    let anew = format!("{}\n", anew.trim_end());
    if std::env::var("SNAPSHOTS").is_ok_and(|mode| mode == "overwrite") {
        std::fs::write(&path, &anew).unwrap();
    } else {
        similar("docs/lineage.md", &document, &anew);
    }
    assert!(changes > 5, "the document shows what only looks true");
}
