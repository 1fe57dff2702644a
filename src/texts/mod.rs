//! What does a document's text have of the quotes from it?
//!
//! The answer is the computed graph `urn:ibid:texts`. A text is read from the store (`schema:text`, `schema:articleBody` of the document)
//! and from files that stand beside the report (`schema:encoding`), and from nowhere else: `beside` has the rule.

mod beside;
mod words;

use crate::input::{InputError, read_text};
use crate::store::{Columns, Node, Reader, Result, Value};
use crate::vocab::{ibid, schema, schema_twin};
use beside::Beside;
use std::collections::{BTreeMap, BTreeSet};
use words::Words;

/// What a text may hold, in bytes.
pub const LARGEST_TEXT: u64 = 64 << 20;

/// The computed graph: on claims with a quote, in documents with a text, `ibid:quoteFound` (how often the quote stands in it) and
/// `ibid:quotePlaces` (how often between the words that are to stand before and after it); on documents with a text that cannot be had
/// `ibid:textTrouble`.
///
/// # Errors
/// When the store fails. What is wrong with a file is a fact.
pub fn facts(reader: &dyn Reader) -> Result<Columns> {
    let mut facts = Columns::default();
    let claims = of_documents(reader)?;
    let mut texts: BTreeMap<Node, Vec<Words>> = BTreeMap::new();
    for (document, file) in beside::files(reader)? {
        let read = match file {
            Beside::File(path) => read_text(&path, LARGEST_TEXT).map_err(|error| trouble(&error)),
            Beside::Outside => Err(ibid::OUTSIDE),
        };
        match read {
            Ok(text) => texts.entry(document).or_default().push(Words::of(&text)),
            Err(trouble) => facts.say(document, ibid::TEXT_TROUBLE, Value::Iri(trouble)),
        }
    }
    for &document in claims.keys() {
        for property in [schema::TEXT, schema::ARTICLE_BODY] {
            for text in reader.objects(document, property)?.into_iter().filter(|text| text.is_literal()) {
                texts.entry(document).or_default().push(Words::of(&reader.name(text)?));
            }
        }
    }
    let mut found: BTreeMap<Node, (usize, usize)> = BTreeMap::new();
    for (document, texts) in texts {
        for &claim in claims.get(&document).into_iter().flatten() {
            let words = |property: &str| -> Result<Vec<Words>> {
                let literals = reader.objects(claim, property)?.into_iter().filter(|text| text.is_literal());
                literals.map(|text| Ok(Words::of(&reader.name(text)?))).collect()
            };
            let (before, after) = (words(ibid::QUOTE_PREFIX)?, words(ibid::QUOTE_SUFFIX)?);
            for quote in words(ibid::QUOTE)?.iter().filter(|quote| !quote.is_empty()) {
                for text in &texts {
                    let (all, places) = text.count(quote, &before, &after);
                    let known = found.entry(claim).or_default();
                    *known = (known.0.max(all), known.1.max(places));
                }
            }
        }
    }
    for (claim, (all, places)) in found {
        let integer = |count: usize| Value::Integer(i64::try_from(count).unwrap_or(i64::MAX));
        facts.say(claim, ibid::QUOTE_FOUND, integer(all));
        facts.say(claim, ibid::QUOTE_PLACES, integer(places));
    }
    Ok(facts.sorted())
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
