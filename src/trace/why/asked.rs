//! Which fact is meant, and which value of it?

use crate::catalog::prefixes;
use crate::lineage::{Kind, Lineage};
use crate::model::{Level, Origin};
use crate::store::{Node, Reader, Result};
use crate::vocab::ibid;

/// A computed fact, as `urn:ibid:lineage` has it: of claims, but for `Work`, which is of documents; these may be on a cycle too.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the terms are described in the ontology")]
pub enum Fact {
    Level,
    Origin,
    OriginsMin,
    OriginsMax,
    OnCycle,
    RestsOn,
    MayRestOn,
    Work,
}

impl Fact {
    /// All of them.
    pub const ALL: [Fact; 8] = [
        Fact::Level,
        Fact::Origin,
        Fact::OriginsMin,
        Fact::OriginsMax,
        Fact::OnCycle,
        Fact::RestsOn,
        Fact::MayRestOn,
        Fact::Work,
    ];

    /// Its property without the prefix.
    pub fn name(self) -> &'static str {
        &self.iri()[ibid::NAMESPACE.len()..]
    }

    fn iri(self) -> &'static str {
        match self {
            Fact::Level => ibid::LEVEL,
            Fact::Origin => ibid::ORIGIN,
            Fact::OriginsMin => ibid::ORIGINS_MIN,
            Fact::OriginsMax => ibid::ORIGINS_MAX,
            Fact::OnCycle => ibid::ON_CYCLE,
            Fact::RestsOn => ibid::RESTS_ON,
            Fact::MayRestOn => ibid::MAY_REST_ON,
            Fact::Work => ibid::WORK,
        }
    }

    /// The fact of a name: its property with or without the prefix, or its IRI.
    pub fn named(typed: &str) -> Option<Fact> {
        let whole = prefixes().iri(typed).unwrap_or_default();
        Fact::ALL.into_iter().find(|fact| fact.name() == typed || fact.iri() == whole)
    }
}

/// A value that was asked about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Wanted {
    /// A number, a name or a boolean, as the fact's values are written.
    Plain(String),
    /// A claim or document, by the node it is part of.
    Node(Kind, Node),
}

/// Why something is no value of a fact.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NotAValue {
    /// It is none; with what the values are, and names for a "did you mean".
    Unknown {
        /// What the values are, in words.
        what: &'static str,
        /// Their names.
        known: Vec<String>,
    },
    /// It is the end of several names.
    Several(Vec<String>),
}

/// Reads a value as it was typed.
///
/// # Errors
/// When the store fails; within, when it is no value of the fact.
pub fn wanted(
    reader: &dyn Reader,
    lineage: &Lineage,
    claim: Node,
    fact: Fact,
    typed: &str,
) -> Result<std::result::Result<Wanted, NotAValue>> {
    let local = prefixes().iri(typed).ok().and_then(|iri| iri.strip_prefix(ibid::NAMESPACE).map(str::to_lowercase));
    let plain = local.unwrap_or_else(|| typed.to_lowercase());
    let one_of = |what, known: Vec<String>, number: Option<String>| {
        Ok(match number.or_else(|| known.iter().find(|name| **name == plain).cloned()) {
            Some(value) => Ok(Wanted::Plain(value)),
            None => Err(NotAValue::Unknown { what, known }),
        })
    };
    match fact {
        Fact::Level => {
            let found =
                Level::ALL.into_iter().find(|level| level.name() == plain || level.number().to_string() == plain);
            let known = Level::ALL.map(|level| level.number().to_string()).to_vec();
            one_of("the levels", known, found.map(|level| level.number().to_string()))
        }
        Fact::Origin => {
            let all = [Origin::Primary, Origin::Original, Origin::Unknown, Origin::Circular, Origin::None];
            one_of("the origins", all.map(|origin| origin.name().to_owned()).to_vec(), None)
        }
        Fact::OnCycle => one_of("its values", vec!["true".to_owned(), "false".to_owned()], None),
        Fact::OriginsMin | Fact::OriginsMax => {
            let number = plain.parse::<u32>().ok().map(|number| number.to_string());
            Ok(number
                .map(Wanted::Plain)
                .ok_or(NotAValue::Unknown { what: "its values are whole numbers", known: Vec::new() }))
        }
        Fact::RestsOn | Fact::MayRestOn => node(reader, lineage, claim, typed),
        Fact::Work => Ok(match node(reader, lineage, claim, typed)? {
            Err(NotAValue::Unknown { .. }) => {
                let work = lineage.work_of(claim).map(|work| reader.name(work)).transpose()?;
                Err(NotAValue::Unknown { what: "its work is", known: work.into_iter().collect() })
            }
            found => found,
        }),
    }
}

/// The claim or document that is meant: first among what the claim rests on or may rest on, then anywhere.
fn node(
    reader: &dyn Reader,
    lineage: &Lineage,
    claim: Node,
    typed: &str,
) -> Result<std::result::Result<Wanted, NotAValue>> {
    let ends = lineage.ends(claim).into_iter().map(|end| (end.kind, end.node));
    let beyond = lineage.beyond(reader, claim)?.bearings;
    let near: Vec<(Kind, Node)> =
        ends.chain(beyond.into_iter().map(|bearing| (bearing.end.kind, bearing.end.node))).collect();
    let names = near.iter().map(|key| Ok((reader.name(key.1)?, *key))).collect::<Result<Vec<_>>>()?;
    let iri = if typed.starts_with("_:") { Some(typed.to_owned()) } else { prefixes().iri(typed).ok() };
    if let Some(node) = iri.as_deref().map(|iri| reader.find(iri)).transpose()?.flatten() {
        // A node that is a claim and a document is the one of them that the claim rests on.
        let keys =
            [lineage.named(node).map(|name| (Kind::Claim, name)), lineage.work_of(node).map(|name| (Kind::Work, name))];
        let keys: Vec<_> = keys.into_iter().flatten().collect();
        if let Some(&(kind, name)) = keys.iter().find(|key| near.contains(key)).or(keys.first()) {
            return Ok(Ok(Wanted::Node(kind, name)));
        }
        return Ok(Err(NotAValue::Unknown {
            what: "it is neither claim nor document; the claim rests on",
            known: told(names),
        }));
    }
    if typed.starts_with('#') {
        let mut found: Vec<(String, (Kind, Node))> =
            names.iter().filter(|(name, _)| name.ends_with(typed)).cloned().collect();
        if found.is_empty() {
            let claims = lineage.claims().iter().map(|&claim| (Kind::Claim, claim));
            let documents = lineage.documents().map(|(document, _)| (Kind::Work, document));
            for (kind, node) in claims.chain(documents) {
                let name = reader.name(node)?;
                if name.ends_with(typed) {
                    let of = if kind == Kind::Claim { lineage.named(node) } else { lineage.work_of(node) };
                    found.push((name, (kind, of.unwrap_or(node))));
                }
            }
        }
        found.sort();
        found.dedup();
        match found.as_slice() {
            [(_, (kind, node))] => return Ok(Ok(Wanted::Node(*kind, *node))),
            [] => {}
            several => return Ok(Err(NotAValue::Several(several.iter().map(|(name, _)| name.clone()).collect()))),
        }
    }
    Ok(Err(NotAValue::Unknown { what: "the claim rests on", known: told(names) }))
}

fn told(names: Vec<(String, (Kind, Node))>) -> Vec<String> {
    let mut names: Vec<_> = names.into_iter().map(|(name, _)| name).collect();
    names.sort();
    names.dedup();
    names
}
