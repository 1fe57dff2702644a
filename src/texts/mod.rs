//! What does a document's text have of the quotes from it?
//!
//! The answer is the computed graph `urn:ibid:texts`. A text is read from the store (`schema:text`, `schema:articleBody` of the document)
//! and from files that stand beside the report (`schema:encoding`), and from nowhere else: `beside` has the rule.

mod beside;
mod words;

use crate::input::{InputError, read_text};
use crate::store::{Columns, Node, Reader, Result, Value};
use crate::vocab::{ibid, prov, schema, schema_twin};
use beside::Beside;
use oxigraph::model::Term;
use std::collections::{BTreeMap, BTreeSet};
use words::Words;

/// What a text may hold, in bytes.
pub const LARGEST_TEXT: u64 = 64 << 20;

/// The computed graph.
///
/// On claims with a quote, in documents with a text, `ibid:quoteFound` (how often the quote stands in it) and
/// `ibid:quotePlaces` (how often between the words that are to stand before and after it). On claims with words of a source
/// that is given as a bare document, `ibid:sourceQuoteFound` (how often those stand in its text); only where each such source has one. Where there are none of either,
/// `ibid:nearText` is the place of the text that has most of the words. On claims quoted from others in other words `ibid:misquotes` those.
/// On documents with a text that cannot be had `ibid:textTrouble`.
///
/// # Errors
/// When the store fails. What is wrong with a file is a fact.
pub fn facts(reader: &dyn Reader) -> Result<Columns> {
    let mut facts = Columns::default();
    misquotes(reader, &mut facts)?;
    let claims = of_documents(reader)?;
    let sources = of_sources(reader, &claims)?;
    let mut texts: BTreeMap<Node, Vec<Words>> = BTreeMap::new();
    for (document, file) in beside::files(reader)? {
        let read = match file {
            Beside::File(path) => read_text(&path, LARGEST_TEXT).map_err(|error| trouble(&error)),
            Beside::Outside => Err(ibid::OUTSIDE),
        };
        match read {
            Ok(text) => texts.entry(document).or_default().extend(Words::readings(&text)),
            Err(trouble) => facts.say(document, ibid::TEXT_TROUBLE, Value::Iri(trouble)),
        }
    }
    let bare = sources.values().flatten();
    for document in claims.keys().chain(bare).copied().collect::<BTreeSet<Node>>() {
        for property in [schema::TEXT, schema::ARTICLE_BODY] {
            for text in reader.objects(document, property)?.into_iter().filter(|text| text.is_literal()) {
                texts.entry(document).or_default().extend(Words::readings(&reader.name(text)?));
            }
        }
    }
    let mut found: BTreeMap<Node, (usize, usize)> = BTreeMap::new();
    let mut near: BTreeMap<Node, &str> = BTreeMap::new();
    for (document, texts) in &texts {
        for &claim in claims.get(document).into_iter().flatten() {
            let (before, after) =
                (words(reader, claim, ibid::QUOTE_PREFIX)?, words(reader, claim, ibid::QUOTE_SUFFIX)?);
            for quote in words(reader, claim, ibid::QUOTE)? {
                for text in texts {
                    let (all, places) = text.count(&quote, &before, &after);
                    let known = found.entry(claim).or_default();
                    *known = (known.0.max(all), known.1.max(places));
                    if let Some(place) = text.nearest(&quote).filter(|_| all == 0) {
                        near.entry(claim).or_insert(place);
                    }
                }
            }
        }
    }
    let integer = |count: usize| Value::Integer(i64::try_from(count).unwrap_or(i64::MAX));
    for (claim, (all, places)) in &found {
        facts.say(*claim, ibid::QUOTE_FOUND, integer(*all));
        facts.say(*claim, ibid::QUOTE_PLACES, integer(*places));
    }
    near.retain(|claim, _| found.get(claim).is_some_and(|(all, _)| *all == 0));
    for (claim, documents) in &sources {
        let at_hand: Vec<&Vec<Words>> = documents.iter().filter_map(|document| texts.get(document)).collect();
        if at_hand.len() < documents.len() {
            continue;
        }
        let quotes = words(reader, *claim, ibid::SOURCE_QUOTE)?;
        let counts = |quote: &Words| {
            let of_text = |texts: &&Vec<Words>| texts.iter().map(|text| text.count(quote, &[], &[]).0).max();
            at_hand.iter().filter_map(of_text).sum::<usize>()
        };
        // Of several quotes each is to be there.
        if let Some(least) = quotes.iter().map(counts).min() {
            facts.say(*claim, ibid::SOURCE_QUOTE_FOUND, integer(least));
            let missing = quotes.iter().find(|quote| least == 0 && counts(quote) == 0);
            let place =
                missing.and_then(|quote| at_hand.iter().copied().flatten().find_map(|text| text.nearest(quote)));
            if let Some(place) = place {
                near.entry(*claim).or_insert(place);
            }
        }
    }
    for (claim, place) in near {
        facts.say(claim, ibid::NEAR_TEXT, Value::Text(place.into()));
    }
    Ok(facts.sorted())
}

fn words(reader: &dyn Reader, claim: Node, property: &str) -> Result<Vec<Words>> {
    let literals = reader.objects(claim, property)?.into_iter().filter(|text| text.is_literal());
    literals.map(|text| Ok(Words::of(&reader.name(text)?))).collect()
}

/// The bare documents that claims with words of their source are taken from.
fn of_sources(reader: &dyn Reader, claims: &BTreeMap<Node, BTreeSet<Node>>) -> Result<BTreeMap<Node, BTreeSet<Node>>> {
    let mut sources: BTreeMap<Node, BTreeSet<Node>> = BTreeMap::new();
    let mut quoting = BTreeSet::new();
    reader.edges(ibid::SOURCE_QUOTE, &mut |claim, _| {
        quoting.insert(claim);
    })?;
    if quoting.is_empty() {
        return Ok(sources);
    }
    let of_claims: BTreeSet<Node> = claims.values().flatten().copied().collect();
    for property in [prov::WAS_DERIVED_FROM, prov::WAS_QUOTED_FROM, prov::HAD_PRIMARY_SOURCE] {
        for (claim, source) in edges(reader, property)? {
            if quoting.contains(&claim) && !of_claims.contains(&source) {
                sources.entry(claim).or_default().insert(source);
            }
        }
    }
    Ok(sources)
}

/// Says which claims are quoted from others in words that those do not have.
fn misquotes(reader: &dyn Reader, facts: &mut Columns) -> Result<()> {
    for (claim, source) in edges(reader, prov::WAS_QUOTED_FROM)? {
        if claim == source {
            continue;
        }
        let (here, there) = (quotes(reader, claim)?, quotes(reader, source)?);
        for (language, mine) in &here {
            let comparable =
                there.iter().filter(|(other, _)| language.is_none() || other.is_none() || language == other);
            let theirs: Vec<&Words> = comparable.map(|(_, words)| words).collect();
            if !theirs.is_empty() && !theirs.iter().any(|theirs| quoted(mine, theirs)) {
                facts.say(claim, ibid::MISQUOTES, Value::Node(source));
            }
        }
    }
    Ok(())
}

/// Whether one quote may be from another: by its passages in quotation marks, or as a whole.
fn quoted(mine: &Words, theirs: &Words) -> bool {
    let passages = mine.passages();
    theirs.is_marked()
        || mine.stand_in(theirs)
        || if passages.is_empty() {
            theirs.stand_in(mine) && !mine.is_marked() && !mine.add_to(theirs)
        } else {
            passages.iter().all(|passage| passage.stand_in(theirs))
        }
}

/// A claim's quotes that have words, with the first part of their language tags.
fn quotes(reader: &dyn Reader, claim: Node) -> Result<Vec<(Option<String>, Words)>> {
    let mut found = Vec::new();
    for node in reader.objects(claim, ibid::QUOTE)? {
        if let Term::Literal(literal) = reader.term(node)? {
            let words = Words::of(literal.value());
            if !words.is_empty() {
                let language = literal.language().and_then(|tag| tag.split('-').next()).map(str::to_lowercase);
                found.push((language, words));
            }
        }
    }
    Ok(found)
}

/// The claims of each document.
fn of_documents(reader: &dyn Reader) -> Result<BTreeMap<Node, BTreeSet<Node>>> {
    let mut claims: BTreeMap<Node, BTreeSet<Node>> = BTreeMap::new();
    for (claim, document) in edges(reader, schema::APPEARANCE)? {
        claims.entry(document).or_default().insert(claim);
    }
    Ok(claims)
}

/// The edges of a schema.org term in either spelling.
fn edges(reader: &dyn Reader, property: &str) -> Result<Vec<(Node, Node)>> {
    let mut pairs = Vec::new();
    let twin = schema_twin(property);
    for spelling in std::iter::once(property).chain(twin.as_deref()) {
        reader.edges(spelling, &mut |subject, object| pairs.push((subject, object)))?;
    }
    Ok(pairs)
}

fn trouble(error: &InputError) -> &'static str {
    match error {
        InputError::Io(error) if error.kind() == std::io::ErrorKind::NotFound => ibid::MISSING,
        InputError::TooLarge(_) => ibid::TOO_LARGE,
        InputError::NoText | InputError::Folder => ibid::NO_TEXT,
        _ => ibid::UNREADABLE,
    }
}
