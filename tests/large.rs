//! Lineage of graphs that would overflow a recursion, or take for ever by pairs.

use crate::util::Dice;
use ibid::lineage::{Facts, Lineage, compute};
use ibid::model::{Level, Origin, Place};
use ibid::sparql::Query;
use ibid::store::{Columns, Error, Node, Reader, Result, Run};
use ibid::vocab::{ibid as i, prov, rdf, schema};
use oxigraph::model::{NamedNode, Term};
use oxigraph::sparql::QueryResults;
use std::collections::{BTreeMap, HashMap};

const MILLION: u64 = 1_000_000;
const MANY: u64 = 100_000;

/// A graph that is made by numbers: node `n` is called by its number, words have numbers far beyond.
#[derive(Default)]
struct Made {
    words: HashMap<&'static str, Node>,
    edges: BTreeMap<&'static str, Vec<(Node, Node)>>,
}

fn node(number: u64) -> Node {
    Node((number + 1) << 2)
}

impl Made {
    fn word(&mut self, iri: &'static str) -> Node {
        let next = node(100 * MILLION + self.words.len() as u64);
        *self.words.entry(iri).or_insert(next)
    }

    fn say(&mut self, subject: u64, property: &'static str, object: u64) {
        self.edges.entry(property).or_default().push((node(subject), node(object)));
    }

    fn say_word(&mut self, subject: u64, property: &'static str, word: &'static str) {
        let object = self.word(word);
        self.edges.entry(property).or_default().push((node(subject), object));
    }

    /// A claim by itself, or in a document.
    fn claim(&mut self, claim: u64, document: Option<u64>) {
        self.say_word(claim, rdf::TYPE, i::CLAIM);
        if let Some(document) = document {
            self.say(claim, schema::APPEARANCE, document);
        }
    }

    /// A document that says which it is, keeps records, and is by an agent.
    fn record(&mut self, document: u64, agent: u64) {
        self.say_word(document, rdf::TYPE, i::DOCUMENT);
        self.say_word(document, schema::NAME, "a name");
        self.say_word(document, schema::URL, "an address");
        self.say(document, schema::AUTHOR, agent);
        self.say_word(document, i::DEFAULT_BASIS, i::OWN_RECORD);
    }
}

impl Reader for Made {
    fn query<'a>(&'a self, _: &'a Query, _: &Run) -> Result<QueryResults<'a>> {
        Err(Error::Other("a made graph answers no queries".into()))
    }

    fn edges(&self, predicate: &str, each: &mut dyn FnMut(Node, Node)) -> Result<()> {
        self.edges.get(predicate).into_iter().flatten().for_each(|(subject, object)| each(*subject, *object));
        Ok(())
    }

    fn objects(&self, subject: Node, predicate: &str) -> Result<Vec<Node>> {
        let of_it = self.edges.get(predicate).into_iter().flatten().filter(|pair| pair.0 == subject);
        Ok(of_it.map(|pair| pair.1).collect())
    }

    fn statements(&self, _: Node) -> Result<Vec<(Node, Node)>> {
        unimplemented!("nothing here is computed from around a claim")
    }

    fn subjects(&self, _: Node, _: Node) -> Result<Vec<Node>> {
        unimplemented!("nothing here is computed from around a claim")
    }

    fn graphs(&self, _: Node) -> Result<Vec<Node>> {
        Ok(Vec::new())
    }

    fn find(&self, iri: &str) -> Result<Option<Node>> {
        Ok(self.words.get(iri).copied())
    }

    fn term(&self, node: Node) -> Result<Term> {
        Ok(NamedNode::new_unchecked(format!("https://t.example/{:012}", node.0 >> 2)).into())
    }

    fn described(&self, _: Node) -> Result<bool> {
        Ok(true)
    }

    fn place(&self, _: Node, _: Option<Node>) -> Result<Option<Place>> {
        Ok(None)
    }

    fn attach(&self, _: &'static str, _: &mut dyn FnMut() -> Result<Columns>) -> Result<()> {
        Ok(())
    }
}

fn all(lineage: &Lineage) -> impl Iterator<Item = Facts> {
    lineage.claims().iter().map(|claim| lineage.facts(*claim).unwrap())
}

const ONE: Facts =
    Facts { level: Level::Primary, origin: Origin::Primary, origins_min: 1, origins_max: 1, on_cycle: false };

#[test]
fn a_chain_of_a_million_claims() {
    let mut made = Made::default();
    for claim in 0..MILLION {
        made.claim(claim, None);
        made.say(claim, prov::WAS_DERIVED_FROM, claim + 1);
    }
    let (end, document, agent) = (MILLION, 2 * MILLION, 2 * MILLION + 1);
    made.claim(end, Some(document));
    made.record(document, agent);
    let lineage = compute(&made).unwrap();
    assert_eq!(lineage.claims().len() as u64, MILLION + 1);
    assert!(all(&lineage).all(|facts| facts == ONE));
    assert_eq!(lineage.rests_on(node(0)), [node(end)]);
    let ends = lineage.ends(node(0));
    let path = lineage.paths(&made, node(0)).unwrap().unwrap().to(&ends[0]);
    assert_eq!((path.len() as u64, path[0], path[path.len() - 1]), (MILLION + 1, node(0), node(end)));
}

#[test]
fn a_circle_of_a_million_claims() {
    let mut made = Made::default();
    for claim in 0..MILLION {
        made.claim(claim, None);
        made.say(claim, prov::WAS_DERIVED_FROM, (claim + 1) % MILLION);
    }
    let lineage = compute(&made).unwrap();
    let circular =
        Facts { level: Level::Unsourced, origin: Origin::Circular, origins_min: 0, origins_max: 0, on_cycle: true };
    assert!(all(&lineage).all(|facts| facts == circular));
}

/// Chains of editions, revisions, documents taken from documents, organisations, and operands, all long.
#[test]
fn everything_else_that_can_be_a_chain() {
    let mut made = Made::default();
    let (editions, revisions, sources, agents, operands, nodes) =
        (MILLION, 2 * MILLION, 3 * MILLION, 4 * MILLION, 5 * MILLION, 6 * MILLION);
    for step in 0..MANY {
        made.say(editions + step, schema::TRANSLATION_OF_WORK, editions + step + 1);
        made.say(revisions + step, prov::WAS_REVISION_OF, revisions + step + 1);
        made.say_word(revisions + step, rdf::TYPE, i::DOCUMENT);
        made.say(sources + step, prov::WAS_DERIVED_FROM, sources + step + 1);
        made.say(agents + step, schema::PARENT_ORGANIZATION, agents + step + 1);
        made.claim(operands + step, None);
        made.say(operands + step, i::OPERAND, nodes + step);
        made.say(nodes + step, i::OF, operands + step + 1);
    }
    made.claim(operands + MANY, Some(editions + MANY));
    made.record(editions + MANY, agents);
    made.record(revisions, agents + MANY);
    made.say_word(sources, rdf::TYPE, i::DOCUMENT);
    made.claim(0, None);
    for source in [editions, revisions, sources] {
        made.say(0, prov::WAS_DERIVED_FROM, source);
    }
    let lineage = compute(&made).unwrap();
    // The agents of the two records are one house, and the third may rest on the far end of its chain.
    assert_eq!(lineage.facts(node(0)).unwrap(), Facts { origins_max: 3, ..ONE });
    assert_eq!(lineage.may_rest_on(node(0)), [node(editions), node(revisions), node(sources + MANY)]);
    assert_eq!(lineage.facts(node(operands)).unwrap(), ONE);
}

/// Each rests on a document of its own and on what all share, which rests on a hundred thousand documents; all are by one
/// agency, or by two in turn.
#[test]
fn a_hundred_thousand_claims_that_rest_on_one_agency() {
    for agencies in [1, 2] {
        let mut made = Made::default();
        let (shared, documents, own, agency) = (MANY, MILLION, 2 * MILLION, 9 * MILLION);
        made.claim(shared, None);
        for claim in 0..MANY {
            made.claim(claim, None);
            made.say(claim, prov::WAS_DERIVED_FROM, shared);
            made.say(claim, prov::WAS_DERIVED_FROM, own + claim);
            made.say(shared, prov::WAS_DERIVED_FROM, documents + claim);
            made.record(documents + claim, agency + claim % agencies);
            made.record(own + claim, agency + claim % agencies);
        }
        let lineage = compute(&made).unwrap();
        let expected = Facts { origins_min: agencies as u32, origins_max: agencies as u32, ..ONE };
        assert!(all(&lineage).all(|facts| facts == expected));
        assert_eq!(lineage.rests_on(node(0)).len() as u64, MANY + 1);
    }
}

/// Webs in which each claim rests on a document of its own and on claims after it, so that all sets of ends are large, most are
/// different, and none is another with a little more.
#[test]
fn webs_of_claims_in_which_all_sets_of_ends_differ() {
    let mut dice = Dice(7);
    for (claims, every) in [(300, 1), (10_000, 997)] {
        let mut near = |_: usize| 1 + dice.below(20) * dice.below(20);
        let shapes: [(&str, Vec<Vec<usize>>); 4] = [
            ("1, 5 and 77 after it", vec![vec![1, 5, 77]; claims]),
            ("5 and 77 after it", vec![vec![5, 77]; claims]),
            ("3 near after it", (0..claims).map(|claim| [claim; 3].map(&mut near).to_vec()).collect()),
            ("3 after it", (0..claims).map(|claim| [claim; 3].map(|_| 1 + dice.below(claims)).to_vec()).collect()),
        ];
        for (shape, steps) in shapes {
            let mut made = Made::default();
            let document = |claim: usize| MILLION + claim as u64;
            for (claim, steps) in steps.iter().enumerate() {
                made.claim(claim as u64, None);
                made.say(claim as u64, prov::WAS_DERIVED_FROM, document(claim));
                for to in steps.iter().map(|step| claim + step).filter(|to| *to < claims) {
                    made.say(claim as u64, prov::WAS_DERIVED_FROM, to as u64);
                }
            }
            let lineage = compute(&made).unwrap();
            for claim in (0..claims).step_by(every) {
                let mut reached = vec![false; claims];
                reached[claim] = true;
                for from in claim..claims {
                    if reached[from] {
                        steps[from]
                            .iter()
                            .map(|step| from + step)
                            .filter(|to| *to < claims)
                            .for_each(|to| reached[to] = true);
                    }
                }
                let ends: Vec<Node> = (0..claims).filter(|end| reached[*end]).map(|end| node(document(end))).collect();
                assert_eq!(lineage.rests_on(node(claim as u64)), ends, "{claim} of {claims}, {shape}");
                assert_eq!(lineage.facts(node(claim as u64)).unwrap().origins_max as usize, ends.len());
            }
        }
    }
}

/// Enough sets of ends that they are weighed by several threads.
#[test]
fn the_number_of_threads_changes_nothing() {
    let mut made = Made::default();
    let (documents, agents) = (MILLION, 9 * MILLION);
    for claim in 0..MANY {
        made.claim(claim, Some(documents + claim));
        if claim % 7 == 0 {
            made.record(documents + claim, agents + claim % 11);
        }
        for step in [1, 5, 7] {
            if claim % 3 != 0 && claim % 50 + step < 50 {
                made.say(claim, prov::WAS_DERIVED_FROM, claim + step);
            }
        }
        if claim % 10 == 6 {
            made.say(claim, prov::WAS_QUOTED_FROM, documents + claim / 2);
        }
    }
    let by = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| all(&compute(&made).unwrap()).collect::<Vec<_>>())
    };
    let one = by(1);
    assert!(one.iter().any(|facts| facts.origins_max > 2) && one.iter().any(|facts| facts.level == Level::Unsourced));
    assert!(one == by(2) && one == by(5));
}
