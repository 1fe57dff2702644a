//! What does one claim rest on, why is it on its rung, and what would lift it?

mod find;
mod lift;
mod tree;

pub use find::{Found, find};

use crate::lineage::{self, Kind, Lineage};
use crate::model::{Chain, End, JSON_VERSION};
use crate::store::{Node, Reader, Result};
use crate::vocab::schema;

/// What a claim rests on, by the lineage computed from the same reader; nothing, if the node is no claim.
///
/// # Errors
/// When the store fails.
pub fn trace(reader: &dyn Reader, lineage: &Lineage, claim: Node) -> Result<Option<Chain>> {
    let (Some(facts), Some(paths)) = (lineage.facts(claim), lineage.paths(claim)) else { return Ok(None) };
    let view = View { reader, lineage };
    let mut ends = Vec::new();
    for end in view.ends(claim)? {
        let path = view.names(&paths.to(reader, &end)?)?;
        let document = end.document.map(|document| view.name(document)).transpose()?;
        let mut agents = view.names(&end.agents)?;
        agents.sort();
        let told = End {
            node: view.name(end.node)?,
            kind: if end.kind == Kind::Claim { "claim" } else { "document" },
            origin: end.origin,
            identified: end.identified,
            document,
            agents,
        };
        ends.push((told, path));
    }
    let (ends, paths) = ends.into_iter().unzip();
    let mut may_rest_on = view.names(&lineage.may_rest_on(claim))?;
    may_rest_on.sort();
    Ok(Some(Chain {
        version: JSON_VERSION,
        claim: view.name(claim)?,
        text: view.text(claim, schema::TEXT)?,
        level: facts.level.number(),
        level_name: facts.level,
        origin: facts.origin,
        origins_min: facts.origins_min,
        origins_max: facts.origins_max,
        on_cycle: facts.on_cycle,
        ends,
        may_rest_on,
        paths,
        lift: lift::lift(&view, claim)?,
        why: lift::why(&view, claim)?,
        tree: tree::tree(&view, claim)?,
    }))
}

/// A reader and the lineage computed from it.
struct View<'a> {
    reader: &'a dyn Reader,
    lineage: &'a Lineage,
}

impl View<'_> {
    fn name(&self, node: Node) -> Result<String> {
        self.reader.name(node)
    }

    fn names(&self, nodes: &[Node]) -> Result<Vec<String>> {
        nodes.iter().map(|node| self.name(*node)).collect()
    }

    /// The ends of a claim in the order of their names, whatever their numbers.
    fn ends(&self, claim: Node) -> Result<Vec<lineage::End>> {
        let ends = self.lineage.ends(claim).into_iter().map(|end| Ok((self.name(end.node)?, end)));
        let mut named = ends.collect::<Result<Vec<_>>>()?;
        named.sort_by(|(a, left), (b, right)| (a, left.kind).cmp(&(b, right.kind)));
        Ok(named.into_iter().map(|(_, end)| end).collect())
    }

    /// The smallest of a property's values, as text.
    fn text(&self, node: Node, property: &str) -> Result<Option<String>> {
        let values = self.reader.objects(node, property)?;
        Ok(self.names(&values)?.into_iter().min())
    }

    /// What people call a document or agent: its name, else its IRI, shortened.
    fn called(&self, node: Node) -> Result<String> {
        match self.text(node, schema::NAME)? {
            Some(name) => Ok(name),
            None => Ok(crate::catalog::prefixes().shorten(&self.name(node)?)),
        }
    }

    /// The same of several, as a list in words.
    fn listed(&self, nodes: &[Node]) -> Result<String> {
        let mut names = nodes.iter().map(|node| self.called(*node)).collect::<Result<Vec<_>>>()?;
        names.sort();
        names.dedup();
        Ok(match names.as_slice() {
            [] => "nobody".to_owned(),
            [only] => only.clone(),
            [first @ .., last] => format!("{} and {last}", first.join(", ")),
        })
    }
}
