//! Impact against the plain method: withdraw the node in a copy of the graph, compute everything anew, compare.

use ibid::impact::{impact, ranking};
use ibid::lineage::{Facts, How, Kind, Lineage, Lowered, Role, compute};
use ibid::model::Place;
use ibid::sparql::Query;
use ibid::store::{Columns, Node, Reader, Result, Run};
use ibid::vocab::{ibid as terms, prov, rdf, schema};
use oxigraph::model::{Literal, NamedNode, Term};
use oxigraph::sparql::QueryResults;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// A small graph, edges by name. What is in quotation marks is a literal, all else an IRI.
#[derive(Clone, Debug, Default)]
struct Graph {
    edges: Vec<(String, &'static str, String)>,
}

/// A graph with its nodes numbered in the order of their names.
struct View {
    names: Vec<String>,
    edges: Vec<(Node, &'static str, Node)>,
}

impl View {
    fn of(graph: &Graph) -> Self {
        let all = graph.edges.iter().flat_map(|(s, _, o)| [s.clone(), o.clone()]);
        let names: Vec<String> = all.collect::<BTreeSet<_>>().into_iter().collect();
        let mut view = View { names, edges: Vec::new() };
        view.edges = graph.edges.iter().map(|(s, p, o)| (view.node(s), *p, view.node(o))).collect();
        view
    }

    fn node(&self, name: &str) -> Node {
        let place = self.names.binary_search_by(|known| known.as_str().cmp(name)).unwrap() as u64;
        Node(place << 2 | if name.starts_with('"') { 2 } else { 0 })
    }
}

impl Reader for View {
    fn query<'a>(&'a self, _: &'a Query, _: &Run) -> Result<QueryResults<'a>> {
        unimplemented!("nothing here asks in SPARQL")
    }

    fn edges(&self, predicate: &str, each: &mut dyn FnMut(Node, Node)) -> Result<()> {
        self.edges.iter().filter(|edge| edge.1 == predicate).for_each(|edge| each(edge.0, edge.2));
        Ok(())
    }

    fn objects(&self, subject: Node, predicate: &str) -> Result<Vec<Node>> {
        let edges = self.edges.iter().filter(|edge| edge.0 == subject && edge.1 == predicate);
        Ok(edges.map(|edge| edge.2).collect::<BTreeSet<_>>().into_iter().collect())
    }

    fn statements(&self, _: Node) -> Result<Vec<(Node, Node)>> {
        unimplemented!("nothing here is computed from around a claim")
    }

    fn subjects(&self, _: Node, _: Node) -> Result<Vec<Node>> {
        unimplemented!("nothing here is computed from around a claim")
    }

    fn find(&self, iri: &str) -> Result<Option<Node>> {
        Ok(self.names.binary_search_by(|known| known.as_str().cmp(iri)).is_ok().then(|| self.node(iri)))
    }

    fn term(&self, node: Node) -> Result<Term> {
        let name = self.names[(node.0 >> 2) as usize].clone();
        Ok(if node.is_literal() {
            Literal::new_simple_literal(name).into()
        } else {
            NamedNode::new_unchecked(name).into()
        })
    }

    fn described(&self, node: Node) -> Result<bool> {
        Ok(self.edges.iter().any(|edge| edge.0 == node))
    }

    fn graphs(&self, _: Node) -> Result<Vec<Node>> {
        Ok(Vec::new())
    }

    fn place(&self, _: Node, _: Option<Node>) -> Result<Option<Place>> {
        Ok(None)
    }

    fn attach(&self, _: &'static str, _: &mut dyn FnMut() -> Result<Columns>) -> Result<()> {
        Ok(())
    }
}

const BASES: [&str; 5] =
    [terms::OBSERVATION, terms::OWN_ANALYSIS, terms::TESTIMONY, terms::HEARSAY, terms::OWN_INFERENCE];

/// Random graphs of every shape that the definitions name: from a stream of small numbers to edges.
fn graphs() -> impl Strategy<Value = Graph> {
    let sizes = (2..6_usize, 2..9_usize, 1..4_usize);
    (sizes, prop::collection::vec((0..24_u8, 0..64_usize, 0..64_usize), 5..60), any::<u64>()).prop_map(
        |((documents, claims, agents), rolls, bits)| {
            let mut graph = Graph::default();
            let mut add = |s: &str, p: &'static str, o: &str| graph.edges.push((s.to_owned(), p, o.to_owned()));
            let document = |i: usize| format!("https://e.example/d{}", i % documents);
            let claim = |i: usize| format!("https://e.example/c{}", i % claims);
            let agent = |i: usize| format!("https://e.example/a{}", i % agents);
            let either = |i: usize| if i.is_multiple_of(2) { document(i / 2) } else { claim(i / 2) };
            for i in 0..documents {
                add(&document(i), rdf::TYPE, terms::DOCUMENT);
                // Most say which document they are; else nothing is ever identified.
                if bits >> i & 3 != 0 {
                    add(&document(i), schema::NAME, "\"name\"");
                    add(&document(i), schema::URL, "https://e.example/url");
                }
            }
            for i in 0..claims {
                add(&claim(i), rdf::TYPE, terms::CLAIM);
                if bits >> (20 + i) & 7 != 0 {
                    add(&claim(i), schema::APPEARANCE, &document((bits >> (2 * i)) as usize % 7));
                }
            }
            for (kind, a, b) in rolls {
                match kind {
                    0..=5 => add(&claim(a), prov::WAS_DERIVED_FROM, &claim(b)),
                    6..=8 => add(&claim(a), prov::WAS_QUOTED_FROM, &document(b)),
                    9 => add(&claim(a), prov::HAD_PRIMARY_SOURCE, &either(b)),
                    10 => add(&document(a), prov::WAS_DERIVED_FROM, &either(b)),
                    11 => add(&document(a), schema::TRANSLATION_OF_WORK, &document(b)),
                    12 => add(&claim(a), terms::BASIS, BASES[b % 5]),
                    13 | 14 => add(&document(a), terms::DEFAULT_BASIS, BASES[b % 5]),
                    15 => add(&claim(a), terms::CREDITED_TO, &agent(b)),
                    16 => add(&document(a), schema::AUTHOR, &agent(b)),
                    17 => add(&document(a), schema::PUBLISHER, &agent(b)),
                    18 => add(&agent(a), schema::PARENT_ORGANIZATION, &agent(b)),
                    19 if a % 4 == 0 => add(&either(b), prov::INVALIDATED_AT_TIME, "\"2025\""),
                    19 => add(&document(a), prov::WAS_REVISION_OF, &document(b)),
                    20 => {
                        let operand = format!("https://e.example/o{a}-{b}");
                        add(&claim(a), terms::OPERAND, &operand);
                        add(&operand, terms::OF, &claim(b));
                    }
                    21 => add(&claim(a), terms::FOUND_IN, "https://e.example/snapshot"),
                    22 => {
                        let snapshot = format!("https://e.example/s{b}");
                        add(&claim(a), terms::SOURCE_FOUND_IN, &snapshot);
                        add(&snapshot, prov::SPECIALIZATION_OF, &document(b));
                    }
                    _ if a % 3 == 0 => add(&document(a), terms::SHARES_SOURCE_WITH, &document(b)),
                    _ => add(&claim(a), schema::APPEARANCE, &document(b)),
                }
            }
            graph
        },
    )
}

impl Graph {
    /// The documents that fall with one: those of its work that are an edition of no other; all, if there is none.
    fn originals(&self, document: &str) -> Vec<String> {
        let editions: Vec<_> =
            self.edges.iter().filter(|edge| edge.1 == schema::TRANSLATION_OF_WORK && edge.0 != edge.2).collect();
        let mut work = BTreeSet::from([document.to_owned()]);
        loop {
            let before = work.len();
            for (edition, _, of) in &editions {
                if work.contains(edition) || work.contains(of) {
                    work.extend([edition.clone(), of.clone()]);
                }
            }
            if work.len() == before {
                break;
            }
        }
        let is_edition = |document: &String| editions.iter().any(|edge| edge.0 == *document);
        let originals: Vec<String> = work.iter().filter(|document| !is_edition(document)).cloned().collect();
        if originals.is_empty() { work.into_iter().collect() } else { originals }
    }

    /// What is marked as withdrawn with a node in a role.
    fn with(&self, node: &str, role: Role) -> Vec<String> {
        match role {
            Role::Claim => vec![node.to_owned()],
            Role::Document => self.originals(node),
            Role::Agent => {
                let edges = self.edges.iter().filter(|edge| edge.2 == node);
                let falls = edges.filter(|(subject, predicate, _)| match *predicate {
                    terms::CREDITED_TO => true,
                    schema::AUTHOR | schema::PUBLISHER => self.originals(subject).contains(subject),
                    _ => false,
                });
                falls.map(|edge| edge.0.clone()).collect()
            }
        }
    }

    /// A copy in which some nodes are withdrawn.
    fn without(&self, nodes: &[String]) -> Graph {
        let mut copy = self.clone();
        copy.edges.extend(nodes.iter().map(|node| (node.clone(), prov::INVALIDATED_AT_TIME, "\"2026\"".to_owned())));
        copy
    }
}

/// The facts of all claims, by name.
fn facts(graph: &Graph) -> BTreeMap<String, Facts> {
    let view = View::of(graph);
    let lineage = compute(&view).unwrap();
    let named = lineage.claims().iter().map(|claim| (view.name(*claim).unwrap(), lineage.facts(*claim).unwrap()));
    named.collect()
}

/// All that can be withdrawn, by name.
fn nodes(view: &View, lineage: &Lineage) -> BTreeSet<(String, Role)> {
    let documents = lineage.documents().map(|(document, _)| (document, Role::Document));
    let agents = lineage.agents().map(|agent| (agent, Role::Agent));
    let claims = lineage.claims().iter().map(|claim| (*claim, Role::Claim));
    documents.chain(agents).chain(claims).map(|(node, role)| (view.name(node).unwrap(), role)).collect()
}

/// How many claims are lowered at all, in level, in origin, in the least number of origins.
fn counts(before: &BTreeMap<String, Facts>, after: &BTreeMap<String, Facts>) -> (u64, u64, u64, u64) {
    let lowered: Vec<_> = before.iter().map(|(claim, before)| Lowered::between(before, &after[claim])).collect();
    let count = |is: &dyn Fn(&Lowered) -> bool| lowered.iter().filter(|lowered| is(lowered)).count() as u64;
    (count(&|l| l.any()), count(&|l| l.level), count(&|l| l.origin), count(&|l| l.origins_min))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_heaviest_losses_are_those_of_the_plain_method(graph in graphs()) {
        const ROLES: [Role; 3] = [Role::Document, Role::Agent, Role::Claim];
        let view = View::of(&graph);
        let lineage = compute(&view).unwrap();
        let before = facts(&graph);
        let found: BTreeMap<_, _> = lineage
            .losses(&ROLES, usize::MAX)
            .into_iter()
            .map(|loss| ((view.name(loss.node).unwrap(), loss.role), loss))
            .collect();
        for (node, role) in nodes(&view, &lineage) {
            let plain = counts(&before, &facts(&graph.without(&graph.with(&node, role))));
            // Those of several names are told by one of them.
            let named = match role {
                Role::Document => graph.originals(&node).into_iter().min().unwrap(),
                Role::Agent => node.clone(),
                Role::Claim => {
                    let known = lineage.claim_node(view.node(&node)).unwrap();
                    view.name(known.node).unwrap()
                }
            };
            match found.get(&(named, role)) {
                Some(loss) => prop_assert_eq!(loss.rank(), plain, "{} as {:?}", node, role),
                None => prop_assert_eq!(plain.0, 0, "{} as {:?}", node, role),
            }
        }
        // The first of them are the first of all.
        let all = ranking(&view, &lineage, &ROLES, usize::MAX).unwrap().losses;
        for most in 0..all.len() {
            prop_assert_eq!(&ranking(&view, &lineage, &ROLES, most).unwrap().losses, &all[..most]);
        }
        for loss in found.values() {
            let resting = lineage.resting_on(&[loss.node]).into_iter().filter(|(_, how)| *how != How::May).count();
            let roles = lineage.roles(loss.node);
            prop_assert!(roles.len() > 1 || resting as u64 == loss.resting);
        }
    }

    #[test]
    fn an_impact_is_that_of_the_plain_method(graph in graphs(), picks in prop::collection::vec(any::<prop::sample::Index>(), 1..4)) {
        let view = View::of(&graph);
        let lineage = compute(&view).unwrap();
        let before = facts(&graph);
        let all: Vec<_> = nodes(&view, &lineage).into_iter().collect();
        let picked: BTreeSet<_> = picks.iter().map(|pick| pick.get(&all).0.clone()).collect();
        let marked: Vec<String> = all.iter().filter(|(node, _)| picked.contains(node)).flat_map(|(node, role)| graph.with(node, *role)).collect();
        let after = facts(&graph.without(&marked));
        let numbers: Vec<Node> = picked.iter().map(|node| view.node(node)).collect();
        let told = impact(&view, &lineage, &numbers, usize::MAX).unwrap();
        let (lowered, level, origin, least) = counts(&before, &after);
        prop_assert_eq!(
            [told.lowered, told.level_falls, told.origin_falls, told.origins_min_falls].map(|count| count as u64),
            [lowered, level, origin, least]
        );
        prop_assert_eq!(told.directly + told.through + told.may, told.resting);
        for claim in &told.claims {
            let (before, after) = (before[&claim.claim], after[&claim.claim]);
            prop_assert_eq!((claim.before.level, claim.before.origin), (before.level.number(), before.origin));
            prop_assert_eq!((claim.after.level, claim.after.origin), (after.level.number(), after.origin));
            prop_assert_eq!((claim.after.origins_min, claim.after.origins_max), (after.origins_min, after.origins_max));
        }
        let listed: BTreeSet<_> = told.claims.iter().map(|claim| &claim.claim).collect();
        prop_assert_eq!(listed.len(), told.claims.len());
        for (claim, facts) in &before {
            prop_assert!(after[claim] == *facts || listed.contains(claim), "{} changes and is not told", claim);
        }
    }

    #[test]
    fn what_rests_on_sources_is_what_the_ends_say(graph in graphs()) {
        let view = View::of(&graph);
        let lineage = compute(&view).unwrap();
        let mut plain: BTreeMap<(Node, Role), (u64, u64)> = BTreeMap::new();
        for &claim in lineage.claims() {
            let known = lineage.claim_node(claim).unwrap();
            if known.sources.is_empty() && !known.takes_itself {
                continue;
            }
            let mut of_ends = Vec::new();
            for end in lineage.ends(claim) {
                let (work, credited) = match end.kind {
                    Kind::Claim => {
                        let end = lineage.claim_node(end.node).unwrap();
                        (end.work, end.credited)
                    }
                    Kind::Work => (lineage.work_of(end.node), Vec::new()),
                };
                let mut holders: BTreeSet<(Node, Role)> = credited.into_iter().map(|agent| (agent, Role::Agent)).collect();
                if let Some(work) = work {
                    holders.insert((work, Role::Document));
                    for original in lineage.work(work).unwrap().originals {
                        for property in [schema::AUTHOR, schema::PUBLISHER] {
                            let agents = view.objects(original, property).unwrap();
                            holders.extend(agents.into_iter().map(|agent| (agent, Role::Agent)));
                        }
                    }
                }
                // A claim in no document is of another work than any other.
                of_ends.push((work.is_none() || work != known.work, holders));
            }
            let all: BTreeSet<_> = of_ends.iter().filter(|end| end.0).flat_map(|end| end.1.clone()).collect();
            for holder in all {
                let count = plain.entry(holder).or_default();
                count.0 += 1;
                count.1 += u64::from(of_ends.iter().all(|end| end.1.contains(&holder)));
            }
        }
        let found: BTreeMap<_, _> = lineage
            .supports()
            .into_iter()
            .filter(|support| support.claims > 0)
            .map(|support| ((support.node, support.role), (support.claims, support.alone)))
            .collect();
        prop_assert_eq!(found, plain);
    }
}

/// Along a chain of many claims, each with one source more, sets of ends are large, and every loss is felt above it.
#[test]
fn losses_along_a_chain_with_many_ends() {
    const LENGTH: usize = 120;
    let mut graph = Graph::default();
    let mut add = |s: String, p: &'static str, o: String| graph.edges.push((s, p, o));
    let name = |kind: &str, i: usize| format!("https://e.example/{kind}{i:03}");
    for i in 0..LENGTH {
        add(name("c", i), rdf::TYPE, terms::CLAIM.to_owned());
        add(name("c", i), schema::APPEARANCE, name("d", i));
        add(name("c", i), prov::WAS_DERIVED_FROM, name("s", i));
        if i > 0 {
            add(name("c", i), prov::WAS_DERIVED_FROM, name("c", i - 1));
        }
        for document in [name("d", i), name("s", i)] {
            add(document.clone(), rdf::TYPE, terms::DOCUMENT.to_owned());
            add(document.clone(), schema::NAME, "\"name\"".to_owned());
            add(document, schema::URL, "https://e.example/url".to_owned());
        }
        add(name("s", i), terms::DEFAULT_BASIS, terms::OBSERVATION.to_owned());
        add(name("s", i), schema::AUTHOR, name("a", i % 50));
    }
    let view = View::of(&graph);
    let lineage = compute(&view).unwrap();
    let before = facts(&graph);
    let losses = lineage.losses(&[Role::Document, Role::Agent], usize::MAX);
    for role in [Role::Document, Role::Agent] {
        for loss in losses.iter().filter(|loss| loss.role == role).step_by(9) {
            let node = view.name(loss.node).unwrap();
            assert_eq!(loss.rank(), counts(&before, &facts(&graph.without(&graph.with(&node, role)))), "{node}");
        }
    }
    // With the first agent every claim loses an origin; with the last source none does, as its agent has others.
    assert_eq!(losses[0].lowered, LENGTH as u64);
    assert!(losses.iter().all(|loss| view.name(loss.node).unwrap() != name("s", LENGTH - 1)));
    let supports = lineage.supports();
    let of = |node: &str, role| supports.iter().find(|of| of.node == view.node(node) && of.role == role).unwrap();
    assert_eq!((of(&name("s", 0), Role::Document).claims, of(&name("s", 0), Role::Document).alone), (120, 1));
    assert_eq!((of(&name("a", 0), Role::Agent).claims, of(&name("a", 0), Role::Agent).alone), (120, 1));
}
