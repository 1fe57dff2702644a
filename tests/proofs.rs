//! Do the proofs of `why` prove what they say? Each is checked against the graph alone, by plain definitions.

use crate::util::{files, input, root, store_of};
use ibid::lineage::compute;
use ibid::model::{Edge, Proof};
use ibid::store::{Reader, Snapshot};
use ibid::trace::{Fact, Limits, Wanted, trace, wanted, why, why_document};
use ibid::vocab::{ibid as terms, prov, schema};
use oxigraph::model::{NamedOrBlankNode, Term};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const SOURCING: [&str; 3] = [prov::WAS_DERIVED_FROM, prov::WAS_QUOTED_FROM, prov::HAD_PRIMARY_SOURCE];
const EDITIONS: [&str; 2] = [schema::TRANSLATION_OF_WORK, terms::REPUBLICATION_OF];

/// A graph as subjects, properties and objects, by name.
struct Graph(BTreeMap<(String, String), BTreeSet<String>>);

impl Graph {
    fn of(snapshot: &Snapshot<'_>) -> Self {
        let mut graph: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
        for quad in snapshot.quads(None).unwrap() {
            let quad = quad.unwrap();
            let subject = match quad.subject {
                NamedOrBlankNode::NamedNode(node) => node.into_string(),
                NamedOrBlankNode::BlankNode(node) => format!("_:{}", node.as_str()),
            };
            let object = match quad.object {
                Term::NamedNode(node) => node.into_string(),
                Term::BlankNode(node) => format!("_:{}", node.as_str()),
                Term::Literal(literal) => literal.value().to_owned(),
            };
            graph.entry((subject, quad.predicate.into_string())).or_default().insert(object);
        }
        Self(graph)
    }

    fn objects(&self, subject: &str, property: &str) -> BTreeSet<String> {
        self.0.get(&(subject.to_owned(), property.to_owned())).cloned().unwrap_or_default()
    }

    fn has(&self, subject: &str, property: &str, object: &str) -> bool {
        self.objects(subject, property).contains(object)
    }

    fn is_claim(&self, node: &str) -> bool {
        self.has(node, ibid::vocab::rdf::TYPE, terms::CLAIM)
    }

    /// All that is reached from some nodes by properties, also backwards if `both`; the nodes included.
    fn closure(&self, from: impl IntoIterator<Item = String>, properties: &[&str], both: bool) -> BTreeSet<String> {
        let mut reached: BTreeSet<String> = from.into_iter().collect();
        loop {
            let mut more = reached.clone();
            for ((subject, property), objects) in &self.0 {
                if properties.contains(&property.as_str()) {
                    if reached.contains(subject) {
                        more.extend(objects.iter().cloned());
                    }
                    if both && objects.iter().any(|object| reached.contains(object)) {
                        more.insert(subject.clone());
                    }
                }
            }
            if more == reached {
                return reached;
            }
            reached = more;
        }
    }

    fn work(&self, document: &str) -> BTreeSet<String> {
        self.closure([document.to_owned()], &EDITIONS, true)
    }

    fn document(&self, claim: &str) -> String {
        let documents = self.objects(claim, schema::APPEARANCE);
        let is_iri = |name: &&String| name.contains("://");
        documents
            .iter()
            .find(is_iri)
            .or(documents.iter().next())
            .cloned()
            .unwrap_or_else(|| format!("nowhere of {claim}"))
    }

    fn originals(&self, work: &BTreeSet<String>) -> BTreeSet<String> {
        let is_edition =
            |document: &String| EDITIONS.iter().any(|property| !self.objects(document, property).is_empty());
        let originals: BTreeSet<String> = work.iter().filter(|document| !is_edition(document)).cloned().collect();
        if originals.is_empty() { work.clone() } else { originals }
    }

    /// The claims that are the same claim in several editions.
    fn members(&self, claim: &str) -> BTreeSet<String> {
        let mut members = BTreeSet::from([claim.to_owned()]);
        loop {
            let mut more = members.clone();
            for ((subject, property), objects) in &self.0 {
                if !SOURCING.contains(&property.as_str()) || !self.is_claim(subject) {
                    continue;
                }
                for object in objects.iter().filter(|object| self.is_claim(object)) {
                    let (a, b) = (self.document(subject), self.document(object));
                    if a != b
                        && self.work(&a) == self.work(&b)
                        && (members.contains(subject) || members.contains(object))
                    {
                        more.extend([subject.clone(), object.clone()]);
                    }
                }
            }
            if more == members {
                return members;
            }
            members = more;
        }
    }

    /// Work, agents and house of an end, by the definitions.
    fn bearing(&self, kind: &str, node: &str) -> Bearing {
        let work = self.work(&if kind == "claim" { self.document(node) } else { node.to_owned() });
        let originals = self.originals(&work);
        let people = |property| originals.iter().flat_map(|document| self.objects(document, property)).collect();
        let (authors, publishers): (BTreeSet<String>, BTreeSet<String>) =
            (people(schema::AUTHOR), people(schema::PUBLISHER));
        let mut agents = BTreeSet::new();
        if kind == "claim" {
            agents.extend(self.members(node).iter().flat_map(|member| self.objects(member, terms::CREDITED_TO)));
        }
        if agents.is_empty() {
            agents = if authors.is_empty() { publishers.clone() } else { authors.clone() };
        }
        let house = agents.iter().chain(&authors).chain(&publishers).cloned();
        let house = self.closure(house, &[schema::PARENT_ORGANIZATION], false);
        (work, agents, house)
    }
}

/// The work, the agents and the house of an end.
type Bearing = (BTreeSet<String>, BTreeSet<String>, BTreeSet<String>);

fn meets(a: &BTreeSet<String>, b: &BTreeSet<String>) -> bool {
    a.intersection(b).next().is_some()
}

/// The groups of what counts, by the pairs that were merged; every pair must join two groups.
fn groups(proof: &Proof) -> usize {
    let mut group: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (number, counted) in proof.counted.iter().filter(|counted| counted.counts).enumerate() {
        group.insert((counted.kind, &counted.node), number);
    }
    for pair in &proof.merged {
        let (a, b) = (group[&(pair.one_kind, pair.one.as_str())], group[&(pair.other_kind, pair.other.as_str())]);
        assert_ne!(a, b, "a pair that was joined already: {pair:?}");
        group.values_mut().filter(|number| **number == b).for_each(|number| *number = a);
    }
    group.into_values().collect::<BTreeSet<_>>().len()
}

/// Checks each pair's reason, and that pairs of different groups have none.
fn reasons_hold(graph: &Graph, proof: &Proof, houses: bool) {
    let shared = |a: &BTreeSet<String>, b: &BTreeSet<String>| {
        let from =
            |x: &BTreeSet<String>, y| x.iter().any(|one| meets(&graph.objects(one, terms::SHARES_SOURCE_WITH), y));
        from(a, b) || from(b, a)
    };
    // Revisions join works, so the way goes over editions too.
    let chain =
        |work: &BTreeSet<String>| graph.closure(work.clone(), &[prov::WAS_REVISION_OF, EDITIONS[0], EDITIONS[1]], true);
    for pair in &proof.merged {
        let (a, b) = (graph.bearing(pair.one_kind, &pair.one), graph.bearing(pair.other_kind, &pair.other));
        let common = |set: &dyn Fn(&Bearing) -> BTreeSet<String>| {
            let common = pair.common.as_ref().unwrap();
            set(&a).contains(common) && set(&b).contains(common)
        };
        let holds = match pair.reason {
            "same work" => a.0 == b.0,
            "same agent" => common(&|bearing| bearing.1.clone()),
            "same house" => houses && common(&|bearing| bearing.2.clone()),
            "chain of revisions" => meets(&chain(&a.0), &b.0),
            "shared source" => shared(&a.0, &b.0),
            _ => false,
        };
        assert!(holds, "{pair:?}");
        assert!(!pair.words.is_empty());
    }
}

/// The edges are in the graph, and lead from one to the next.
fn edges_hold(graph: &Graph, from: &str, edges: &[Edge]) {
    let mut at = from.to_owned();
    for edge in edges {
        let property = edge.property.as_deref().unwrap_or_else(|| panic!("no property makes {edge:?}"));
        if property == terms::OPERAND {
            let operands = graph.objects(&edge.from, terms::OPERAND);
            assert!(operands.iter().any(|operand| graph.has(operand, terms::OF, &edge.to)), "{edge:?}");
            // What is computed is the claim in all its editions.
            assert!(graph.members(&at).contains(&edge.from), "from {at} nothing leads by {edge:?}");
            at.clone_from(&edge.to);
            continue;
        }
        assert!(graph.has(&edge.from, property, &edge.to), "{edge:?} is not in the graph");
        let (one, other) = if edge.edition && edge.to == at { (&edge.to, &edge.from) } else { (&edge.from, &edge.to) };
        let steps_on = *one == at || graph.work(&at).contains(one) || graph.work(&graph.document(&at)).contains(one);
        assert!(steps_on, "from {at} nothing leads by {edge:?}");
        at.clone_from(other);
    }
}

/// Checks all proofs of all claims and documents of a graph.
fn proofs_hold(quads: &str) {
    proofs_of_documents_hold(quads);
    let (_folder, store) = store_of(&[input("graph.nq", quads)]);
    let snapshot = store.read().unwrap();
    let graph = Graph::of(&snapshot);
    let lineage = compute(&snapshot).unwrap();
    for &claim in lineage.claims() {
        let name = snapshot.name(claim).unwrap();
        let facts = lineage.facts(claim).unwrap();
        let prove = |fact, wanted: Option<&Wanted>| {
            why(&snapshot, &lineage, claim, fact, wanted, Limits::NONE).unwrap().unwrap()
        };
        assert!(why(&snapshot, &lineage, claim, Fact::Work, None, Limits::NONE).unwrap().is_none());
        for fact in Fact::ALL.into_iter().filter(|fact| *fact != Fact::Work) {
            let proof = prove(fact, None);
            assert!(proof.holds && !proof.because.is_empty(), "{name} {fact:?}");
            let decisive = proof.operands.last().unwrap_or(&name).clone();
            for way in &proof.paths {
                edges_hold(&graph, &decisive, &way.edges);
                let last = way
                    .edges
                    .last()
                    .map_or(&decisive, |edge| if edge.edition && edge.to != way.to { &edge.from } else { &edge.to });
                let arrived = graph.members(last).contains(&way.to) || graph.work(last).contains(&way.to);
                assert!(arrived, "{name} {fact:?}: the way to {} leads to {last}", way.to);
            }
            for ground in &proof.grounds {
                match &ground.value {
                    Some(value) => assert!(graph.has(&ground.node, &ground.property, value), "{ground:?}"),
                    None => assert!(graph.objects(&ground.node, &ground.property).is_empty(), "{ground:?}"),
                }
            }
            for value in &proof.value {
                let meant = wanted(&snapshot, &lineage, claim, fact, value).unwrap().unwrap();
                let proof = prove(fact, Some(&meant));
                assert!(proof.holds, "{name} {fact:?} {value}");
                assert!(fact != Fact::RestsOn || !proof.paths.is_empty(), "{name} rests on {value}");
            }
        }
        let least = prove(Fact::OriginsMin, None);
        reasons_hold(&graph, &least, true);
        let any_identified = facts.origins_min > 0 && !least.counted.iter().any(|counted| counted.counts);
        if least.paths.is_empty() {
            assert_eq!(groups(&least) as u32, if any_identified { 0 } else { facts.origins_min }, "{name}");
            assert!(!any_identified || facts.origins_min == 1, "{name}");
        }
        let most = prove(Fact::OriginsMax, None);
        reasons_hold(&graph, &most, false);
        let least =
            lineage.facts(snapshot.find(most.operands.last().unwrap_or(&name)).unwrap().unwrap()).unwrap().origins_min;
        if most.paths.is_empty() {
            assert_eq!((groups(&most) as u32).max(least), facts.origins_max, "{name}");
        }
        let circle = prove(Fact::OnCycle, None);
        assert_eq!(facts.on_cycle, !circle.paths.is_empty(), "{name}");
        let other = Wanted::Plain(if facts.level.number() == 4 { "0" } else { "4" }.to_owned());
        assert!(!prove(Fact::Level, Some(&other)).holds);
        tree_holds(&snapshot, &lineage, claim);
    }
}

/// Checks the proofs of all documents of a graph: each edge is in it, and begins where the one before ended.
fn proofs_of_documents_hold(quads: &str) {
    let (_folder, store) = store_of(&[input("graph.nq", quads)]);
    let snapshot = store.read().unwrap();
    let graph = Graph::of(&snapshot);
    let lineage = compute(&snapshot).unwrap();
    for (document, work) in lineage.documents() {
        let name = snapshot.name(document).unwrap();
        let prove = |fact| why_document(&snapshot, &lineage, document, fact, None).unwrap().unwrap();
        let editions = lineage.work(document).unwrap().documents;
        let of_work = prove(Fact::Work);
        assert_eq!(of_work.value, [snapshot.name(work).unwrap()]);
        assert_eq!(of_work.paths.is_empty(), editions.len() == 1, "{name}");
        let circle = prove(Fact::OnCycle);
        assert_eq!(circle.paths.is_empty(), !lineage.work(document).unwrap().on_cycle, "{name}");
        for way in of_work.paths.iter().chain(&circle.paths) {
            let mut at = name.clone();
            for edge in &way.edges {
                assert!(
                    graph.has(&edge.from, edge.property.as_ref().unwrap(), &edge.to),
                    "{edge:?} is not in the graph"
                );
                let (from, to) =
                    if edge.edition && edge.to == at { (&edge.to, &edge.from) } else { (&edge.from, &edge.to) };
                assert!(
                    *from == at || !edge.edition && graph.work(&at).contains(from),
                    "from {at} nothing leads by {edge:?}"
                );
                at.clone_from(to);
            }
            assert!(at == way.to || graph.work(&at).contains(&way.to), "{name}: the way to {} leads to {at}", way.to);
        }
    }
}

/// In the tree every end stands with its mark, whatever else is shown.
fn tree_holds(snapshot: &Snapshot<'_>, lineage: &ibid::lineage::Lineage, claim: ibid::store::Node) {
    let chain = trace(snapshot, lineage, claim, Limits::NONE).unwrap().unwrap();
    for (end, path) in chain.ends.iter().zip(&chain.paths) {
        assert_eq!(path.last(), Some(&end.node));
    }
    let mut marked = 0;
    let mut before = 0;
    for step in &chain.steps {
        assert!(step.depth <= before + 1, "{}: a line is two deeper than the one above", chain.claim);
        before = step.depth;
        let from_premise = step.how == Some("computed from");
        marked +=
            usize::from(matches!(step.end, Some("primary" | "original" | "unknown" | "withdrawn")) && !from_premise);
    }
    let computed = chain.steps.iter().any(|step| step.how == Some("computed from"));
    assert!(
        computed || marked >= chain.ends.len(),
        "{}: {marked} of {} ends are marked",
        chain.claim,
        chain.ends.len()
    );
    assert_eq!(chain.ends.len(), chain.paths.len());
}

#[test]
fn the_proofs_of_small_graphs_of_every_shape_hold() {
    for path in files(&root().join("tests/lineage"), "nq") {
        proofs_hold(&std::fs::read_to_string(&path).unwrap());
    }
}

/// A graph of few nodes and many edges of every kind, from numbers.
fn quads(edges: &[(u8, u8, u8)]) -> String {
    use std::fmt::Write;
    let node = |letter: char, number: u8| format!("https://test.example/{letter}{}", number % 6);
    let bases = [terms::HEARSAY, terms::TESTIMONY, terms::OBSERVATION, terms::OWN_RECORD, terms::OWN_INFERENCE];
    let mut text = String::new();
    let mut say = |subject: &str, property: &str, object: &str| {
        writeln!(text, "{subject} <{property}> {object} <https://test.example/report> .").unwrap();
    };
    let iri = |name: &str| format!("<{name}>");
    for number in 0..6 {
        say(&iri(&node('c', number)), ibid::vocab::rdf::TYPE, &iri(terms::CLAIM));
        say(&iri(&node('d', number)), ibid::vocab::rdf::TYPE, &iri(terms::DOCUMENT));
        say(&iri(&node('c', number)), schema::APPEARANCE, &iri(&node('d', number)));
        say(&iri(&node('d', number)), schema::NAME, "\"a document\"");
    }
    for &(kind, a, b) in edges {
        let (c, d, g) = (node('c', a), node('d', a), node('a', a));
        let (of, properties): (String, [&str; 1]) = match kind % 24 {
            0 | 1 => (node('c', b), [prov::WAS_DERIVED_FROM]),
            2 => (node('c', b), [prov::WAS_QUOTED_FROM]),
            3 => (node('d', b), [prov::WAS_DERIVED_FROM]),
            4 => (node('d', b), [prov::HAD_PRIMARY_SOURCE]),
            5 | 6 => (bases[b as usize % 5].to_owned(), [terms::BASIS]),
            7 | 8 => (node('a', b), [terms::CREDITED_TO]),
            9 => (node('s', b), [terms::FOUND_IN]),
            10 => (node('s', b), [terms::SOURCE_FOUND_IN]),
            11 => (node('d', b), [schema::APPEARANCE]),
            _ => (String::new(), [""]),
        };
        if !of.is_empty() {
            say(&iri(&c), properties[0], &iri(&of));
            continue;
        }
        match kind % 24 {
            12 => say(&iri(&d), prov::WAS_DERIVED_FROM, &iri(&node('d', b))),
            13 => say(&iri(&d), terms::DEFAULT_BASIS, &iri(bases[b as usize % 5])),
            14 => say(&iri(&d), schema::AUTHOR, &iri(&node('a', b))),
            15 => say(&iri(&d), schema::PUBLISHER, &iri(&node('a', b))),
            16 => say(&iri(&d), schema::IDENTIFIER, "\"1\""),
            17 => say(&iri(&d), schema::TRANSLATION_OF_WORK, &iri(&node('d', b))),
            18 => say(&iri(&d), prov::WAS_REVISION_OF, &iri(&node('d', b))),
            19 => say(&iri(&d), terms::SHARES_SOURCE_WITH, &iri(&node('d', b))),
            20 => say(&iri(&g), schema::PARENT_ORGANIZATION, &iri(&node('a', b))),
            21 => say(&iri(&node('s', a)), prov::SPECIALIZATION_OF, &iri(&node('d', b))),
            22 if b % 3 == 0 => say(&iri(if a < 128 { &c } else { &d }), terms::RETRACTED_BY, &iri(&node('r', b))),
            22 => say(&iri(&d), schema::URL, "<https://test.example/u>"),
            _ => {
                let operand = format!("_:o{a}x{b}");
                say(&iri(&c), terms::OPERAND, &operand);
                say(&operand, terms::OF, &iri(&node('c', b)));
            }
        }
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_proofs_of_random_graphs_hold(edges in prop::collection::vec(any::<(u8, u8, u8)>(), 0..40)) {
        proofs_hold(&quads(&edges));
    }

    /// Graphs with many ends, which is where there is something to merge.
    #[test]
    fn the_proofs_of_claims_with_many_first_hand_ends_hold(edges in prop::collection::vec(any::<(u8, u8, u8)>(), 0..25)) {
        let mut all: Vec<(u8, u8, u8)> = (1..6).flat_map(|number| {
            [(0, 0, number), (5, number, 3), (16, number, 0), (14, number, number)]
        }).collect();
        all.extend(edges.into_iter().map(|(kind, a, b)| (12 + kind % 12, a, b)));
        proofs_hold(&quads(&all));
    }
}
