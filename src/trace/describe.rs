//! What is told of one claim or document in a tree.

use super::view::{View, basis_words, kind_name};
use crate::lineage::{Basis, ClaimNode, Kind, Work};
use crate::model::Step;
use crate::store::{Node, Result};
use crate::vocab::{ibid, schema};

/// A step that says which node it is, and nothing about it yet.
pub(super) fn step(view: &View<'_>, depth: usize, kind: Kind, node: Node, how: Option<&'static str>) -> Result<Step> {
    let label = match kind {
        Kind::Claim => view.text(node, schema::TEXT)?.unwrap_or_default(),
        Kind::Work => view.called(node)?,
    };
    Ok(Step {
        depth,
        kind: kind_name(kind),
        node: Some(view.name(node)?),
        how,
        label,
        place: view.reader.place(node, None)?,
        ..Step::default()
    })
}

/// Tells of a claim: its document, whom it credits, its words and where they stand.
pub(super) fn claim(view: &View<'_>, step: &mut Step, claim: Node, known: &ClaimNode, edition: bool) -> Result<()> {
    let document = if claim == known.node { known.document } else { first_document(view, claim)? };
    if let Some(document) = document {
        step.document = Some(view.called(document)?);
        step.by = view.speakers(&[document])?;
        dates(view, step, document)?;
    }
    step.quote = view.text(claim, ibid::QUOTE)?;
    step.locator = view.text(claim, ibid::LOCATOR)?;
    if known.members.len() > 1 && !edition {
        step.notes.push(format!("the same claim in {} editions", known.members.len()));
    }
    let credited = view.reader.objects(claim, ibid::CREDITED_TO)?;
    if !credited.is_empty() {
        let cue = view.text(claim, ibid::CUE)?.map_or_else(String::new, |cue| format!(" (“{cue}”)"));
        step.notes.push(format!("credited to {}{cue}", view.listed(&credited)?));
    }
    if let Some(basis) = known.basis.filter(|_| !edition) {
        step.notes.push(basis_words(basis).to_owned());
    }
    if let Some(formula) = view.text(claim, ibid::FORMULA)? {
        step.notes.push(format!("computed as {formula}"));
    }
    if known.takes_itself && !edition {
        step.notes.push("names itself as its source".to_owned());
    }
    if known.withdrawn && !edition {
        step.notes.push("withdrawn".to_owned());
    }
    Ok(())
}

/// The document of a claim: of several the one with the smallest name.
pub(super) fn first_document(view: &View<'_>, claim: Node) -> Result<Option<Node>> {
    let mut documents = view.reader.objects(claim, schema::APPEARANCE)?;
    documents.retain(|document| !document.is_literal());
    let documents = view.in_order(documents)?;
    Ok(documents.iter().find(|document| document.is_iri()).or(documents.first()).copied())
}

/// Tells of a document that something was taken from as a whole.
pub(super) fn work(view: &View<'_>, step: &mut Step, document: Node, known: &Work, edition: bool) -> Result<()> {
    dates(view, step, document)?;
    step.by = match view.speakers(&[document])? {
        None if !edition => view.speakers(&known.originals)?,
        by => by,
    };
    if edition {
        return Ok(());
    }
    if known.documents.len() > 1 {
        step.notes.push(format!("a work of {} editions", known.documents.len()));
    }
    match known.basis {
        Some(basis) => step.notes.push(basis_words(basis).to_owned()),
        None if !view.reader.described(document)? => step.notes.push("nothing describes it".to_owned()),
        None => step.notes.push("how it knows is not recorded".to_owned()),
    }
    if !known.identified && !known.withdrawn {
        step.notes.push("not identified".to_owned());
    }
    if known.withdrawn {
        step.notes.push("withdrawn".to_owned());
    }
    Ok(())
}

/// What of a document it is an edition of, in the order of their names.
pub(super) fn edition_of(view: &View<'_>, document: Node) -> Result<Vec<Node>> {
    let mut of = view.reader.objects(document, schema::TRANSLATION_OF_WORK)?;
    of.extend(view.reader.objects(document, ibid::REPUBLICATION_OF)?);
    of.retain(|other| !other.is_literal() && *other != document);
    view.in_order(of)
}

/// Whether what a document may itself rest on is of interest: a first-hand source's sources are its own business.
pub(super) fn goes_on(known: &Work) -> bool {
    !known.withdrawn && Basis::origin(known.basis) == crate::model::Origin::Unknown
}

fn dates(view: &View<'_>, step: &mut Step, document: Node) -> Result<()> {
    step.identifier = view.text(document, schema::IDENTIFIER)?;
    step.date = view.text(document, schema::DATE_PUBLISHED)?;
    Ok(())
}
