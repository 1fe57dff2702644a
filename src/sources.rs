//! Which documents and agents are there, what rests on them, and how well are they described?

use crate::lineage::{Lineage, Role, Support};
use crate::model::{JSON_VERSION, Source, Sources};
use crate::store::{Node, Reader, Result};
use crate::vocab::{ibid, prov, rdf, schema, spellings};
use rustc_hash::FxHashMap;
use std::cmp::Reverse;
use std::str::FromStr;

/// In which order sources are told; those that are equal in it by `Claims`, then by name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// By how many claims rest on them, then how many on them alone; most first.
    #[default]
    Claims,
    /// By how many claims rest on them alone; most first.
    Alone,
    /// By how much is missing of their description; most first.
    Missing,
    /// By name, else by IRI.
    Name,
}

impl Order {
    /// The names of the orders.
    pub const NAMES: [&str; 4] = ["claims", "alone", "missing", "name"];
}

impl FromStr for Order {
    type Err = ();

    fn from_str(name: &str) -> std::result::Result<Self, ()> {
        Ok(match name {
            "claims" => Self::Claims,
            "alone" => Self::Alone,
            "missing" => Self::Missing,
            "name" => Self::Name,
            _ => return Err(()),
        })
    }
}

/// What describes a document: what it is called, and the properties of which one is enough.
const OF_DOCUMENT: [(&str, &[&str]); 7] = [
    ("name", &[schema::NAME]),
    ("author", &[schema::AUTHOR]),
    ("publisher", &[schema::PUBLISHER]),
    ("date", &[schema::DATE_PUBLISHED]),
    ("address", &[schema::URL, schema::IDENTIFIER]),
    ("basis", &[ibid::DEFAULT_BASIS]),
    ("snapshot", &[]),
];
/// Which of these a claim can say of its document, and which a snapshot.
const BASIS: u8 = 1 << 5;
const SNAPSHOT: u8 = 1 << 6;

/// The same of an agent.
const OF_AGENT: [(&str, &[&str]); 2] = [("name", &[schema::NAME]), ("type", &[rdf::TYPE])];

/// The sources in these roles, documents or agents, by the lineage computed from the same reader; no more than `limit` of them.
///
/// A document is described by a name, an author, a publisher, a date, an address (a URL or an identifier), a basis (its default,
/// or that of a claim in it) and a snapshot, each in any of its editions; an agent by a name and a type.
///
/// # Errors
/// When the store fails.
pub fn sources(reader: &dyn Reader, lineage: &Lineage, of: &[Role], order: Order, limit: usize) -> Result<Sources> {
    let supports = lineage.supports();
    let known = known(reader, lineage, &supports)?;
    let count = |role| supports.iter().filter(|support| support.role == role).count();
    let mut told = Sources {
        version: JSON_VERSION,
        documents: count(Role::Document),
        agents: count(Role::Agent),
        sources: Vec::new(),
    };
    let mut rows = Vec::with_capacity(supports.len());
    for (support, known) in supports.iter().zip(known) {
        if of.contains(&support.role) {
            rows.push((support, known, reader.name(support.node)?, name(reader, support.node)?));
        }
    }
    rows.sort_by_cached_key(|(support, known, node, name)| {
        let called = name.as_ref().unwrap_or(node).clone();
        let missing = description(support.role).len() - known.count_ones() as usize;
        let by_claims = (Reverse(support.claims), Reverse(support.alone));
        let first = match order {
            Order::Claims => (None, 0),
            Order::Alone => (None, support.alone),
            Order::Missing => (None, missing as u64),
            Order::Name => (Some(called.clone()), 0),
        };
        (first.0, Reverse(first.1), by_claims, called, node.clone(), support.role)
    });
    for (support, known, node, name) in rows.into_iter().take(limit) {
        let parts = description(support.role).iter().enumerate();
        let (known, missing): (Vec<_>, Vec<_>) = parts.partition(|(bit, _)| known >> bit & 1 == 1);
        let names = |parts: Vec<(usize, &(&'static str, _))>| parts.into_iter().map(|(_, (name, _))| *name).collect();
        told.sources.push(Source {
            node,
            kind: support.role.name(),
            name,
            claims: support.claims,
            alone: support.alone,
            own: support.own,
            known: names(known),
            missing: names(missing),
        });
    }
    Ok(told)
}

fn description(role: Role) -> &'static [(&'static str, &'static [&'static str])] {
    if role == Role::Agent { &OF_AGENT } else { &OF_DOCUMENT }
}

/// For each source what is known of it, as bits in the order of its description.
fn known(reader: &dyn Reader, lineage: &Lineage, supports: &[Support]) -> Result<Vec<u8>> {
    // A node may be a document and an agent.
    let (mut documents, mut agents) = (FxHashMap::default(), FxHashMap::default());
    for (at, support) in supports.iter().enumerate() {
        let rows = if support.role == Role::Agent { &mut agents } else { &mut documents };
        rows.insert(support.node, at);
    }
    for (document, work) in lineage.documents() {
        if let Some(&at) = documents.get(&work) {
            documents.insert(document, at);
        }
    }
    let mut known = vec![0; supports.len()];
    let mut note = |at: Option<&usize>, bit: u8| {
        if let Some(&at) = at {
            known[at] |= bit;
        }
    };
    for (rows, description) in [(&documents, &OF_DOCUMENT[..]), (&agents, &OF_AGENT[..])] {
        for (bit, (_, properties)) in description.iter().enumerate() {
            for property in *properties {
                each(reader, property, |node, _| note(rows.get(&node), 1 << bit))?;
            }
        }
    }
    each(reader, ibid::BASIS, |claim, _| {
        note(lineage.document(claim).and_then(|document| documents.get(&document)), BASIS);
    })?;
    each(reader, prov::SPECIALIZATION_OF, |_, document| note(documents.get(&document), SNAPSHOT))?;
    Ok(known)
}

/// Streams the edges of a predicate, one of schema.org in either spelling.
fn each(reader: &dyn Reader, predicate: &str, mut each: impl FnMut(Node, Node)) -> Result<()> {
    spellings(predicate).try_for_each(|predicate| reader.edges(&predicate, &mut each))
}

/// The smallest of a node's names.
fn name(reader: &dyn Reader, node: Node) -> Result<Option<String>> {
    let names = reader.objects(node, schema::NAME)?;
    Ok(names.into_iter().map(|name| reader.name(name)).collect::<Result<Vec<_>>>()?.into_iter().min())
}
