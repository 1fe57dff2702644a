//! What does a document's text have of the quotes from it?
//!
//! The answer is the computed graph `urn:ibid:texts`. A text is read from the store (`schema:text`, `schema:articleBody` of the document)
//! and from files that stand beside the report (`schema:encoding`), and from nowhere else: `beside` has the rule.

mod beside;
mod text;
mod words;

use crate::input::{InputError, read_text};
use crate::store::{Columns, Node, Reader, Result, Value, pairs};
use crate::vocab::{ibid, prov, schema};
use beside::Beside;
use oxigraph::model::Term;
use std::collections::{BTreeMap, BTreeSet};
use text::Text;
use words::Words;

/// What a text may hold, in bytes.
pub const LARGEST_TEXT: u64 = 64 << 20;

/// The computed graph.
///
/// On claims with a quote, in documents with a text, `ibid:quoteFound` (how often the quote stands in it) and
/// `ibid:quotePlaces` (how often between the words that are to stand before and after it). On claims with words of a source
/// that is given as a bare document, `ibid:sourceQuoteFound` (how often those stand in its text), and `ibid:sourceQuoteMissing` those that are not
/// there; only where each such source has one. Where there are none of either,
/// `ibid:nearText` is the place of the text that has most of the words. On claims quoted from others in other words `ibid:misquotes` those, and
/// `ibid:misquotedAs` the words.
/// On documents with a text that cannot be had `ibid:textTrouble`.
///
/// # Errors
/// When the store fails. What is wrong with a file is a fact.
pub fn facts(reader: &dyn Reader) -> Result<Columns> {
    let mut facts = Columns::default();
    misquotes(reader, &mut facts)?;
    let claims = of_documents(reader)?;
    let mut sources = of_sources(reader, &claims)?;
    let mut files: BTreeMap<Node, Vec<Beside>> = BTreeMap::new();
    for (document, file) in beside::files(reader)? {
        files.entry(document).or_default().push(file);
    }
    let bare: BTreeSet<Node> = sources.iter().flat_map(|(_, words)| words.documents.iter().copied()).collect();
    let mut documents: BTreeSet<Node> = files.keys().chain(claims.keys()).copied().collect();
    documents.extend(&bare);
    let mut takers: BTreeMap<Node, Vec<usize>> = BTreeMap::new();
    for (number, (_, words)) in sources.iter().enumerate() {
        words.documents.iter().for_each(|document| takers.entry(*document).or_default().push(number));
    }
    let mut found: BTreeMap<Node, Found> = BTreeMap::new();
    // Texts may be long: one document's are held at a time.
    for document in documents {
        let texts = texts(reader, document, files.remove(&document).unwrap_or_default(), &mut facts)?;
        if texts.is_empty() {
            continue;
        }
        for &claim in claims.get(&document).into_iter().flatten() {
            let quotes = words(reader, claim, ibid::QUOTE)?;
            if quotes.is_empty() {
                continue;
            }
            let sides = (words(reader, claim, ibid::QUOTE_PREFIX)?, words(reader, claim, ibid::QUOTE_SUFFIX)?);
            found.entry(claim).or_default().look(&texts, &quotes, &sides);
        }
        for &number in takers.get(&document).into_iter().flatten() {
            sources[number].1.look(reader, &texts)?;
        }
    }
    let mut near: BTreeMap<Node, String> = BTreeMap::new();
    for (claim, found) in found {
        facts.say(claim, ibid::QUOTE_FOUND, integer(found.all));
        facts.say(claim, ibid::QUOTE_PLACES, integer(found.places));
        near.extend(found.near.filter(|_| found.all == 0).map(|place| (claim, place)));
    }
    for (claim, words) in sources {
        // Of several quotes each is to be there.
        let Some(least) = words.counts.iter().min().filter(|_| words.texts == words.documents.len()) else { continue };
        facts.say(claim, ibid::SOURCE_QUOTE_FOUND, integer(*least));
        let missing = words.counts.iter().zip(words.quotes).zip(words.near).filter(|((count, _), _)| **count == 0);
        for ((_, quote), place) in missing {
            facts.say(claim, ibid::SOURCE_QUOTE_MISSING, Value::Node(quote));
            if let Some(place) = place {
                near.entry(claim).or_insert(place);
            }
        }
    }
    for (claim, place) in near {
        facts.say(claim, ibid::NEAR_TEXT, Value::Text(place.into()));
    }
    Ok(facts.sorted())
}

fn integer(count: usize) -> Value {
    Value::Integer(i64::try_from(count).unwrap_or(i64::MAX))
}

/// The texts of a document; says which of its files cannot be had.
fn texts(reader: &dyn Reader, document: Node, files: Vec<Beside>, facts: &mut Columns) -> Result<Vec<Text>> {
    let mut texts = Vec::new();
    for file in files {
        let read = match file {
            Beside::File(path) => read_text(&path, LARGEST_TEXT).map_err(|error| trouble(&error)),
            Beside::Outside => Err(ibid::OUTSIDE),
        };
        match read {
            Ok(text) => texts.push(Text::of(&text)),
            Err(trouble) => facts.say(document, ibid::TEXT_TROUBLE, Value::Iri(trouble)),
        }
    }
    for property in [schema::TEXT, schema::ARTICLE_BODY] {
        for text in reader.objects(document, property)?.into_iter().filter(|text| text.is_literal()) {
            texts.push(Text::of(&reader.name(text)?));
        }
    }
    Ok(texts)
}

/// How often a claim's quotes stand in its documents' texts, the best of them; and what is near where none does.
#[derive(Default)]
struct Found {
    all: usize,
    places: usize,
    near: Option<String>,
}

impl Found {
    fn look(&mut self, texts: &[Text], quotes: &[Words], (before, after): &(Vec<Words>, Vec<Words>)) {
        for (text, quote) in texts.iter().flat_map(|text| quotes.iter().map(move |quote| (text, quote))) {
            let (all, places) = text.count(quote, before, after);
            self.all = self.all.max(all);
            self.places = self.places.max(places);
        }
        if self.all == 0 && self.near.is_none() {
            self.near = quotes.iter().find_map(|quote| texts.iter().find_map(|text| text.nearest(quote)));
        }
    }
}

/// The words that a claim has of its sources.
struct SourceWords {
    documents: BTreeSet<Node>,
    /// The literals, how often each is in the sources' texts, and what is near.
    quotes: Vec<Node>,
    counts: Vec<usize>,
    near: Vec<Option<String>>,
    /// How many of the documents have a text.
    texts: usize,
}

impl SourceWords {
    fn look(&mut self, reader: &dyn Reader, texts: &[Text]) -> Result<()> {
        self.texts += 1;
        for ((quote, count), near) in self.quotes.iter().zip(&mut self.counts).zip(&mut self.near) {
            let words = Words::of(&reader.name(*quote)?);
            *count += texts.iter().map(|text| text.count(&words, &[], &[]).0).max().unwrap_or_default();
            if *count == 0 && near.is_none() {
                *near = texts.iter().find_map(|text| text.nearest(&words));
            }
        }
        Ok(())
    }
}

fn words(reader: &dyn Reader, claim: Node, property: &str) -> Result<Vec<Words>> {
    let literals = reader.objects(claim, property)?.into_iter().filter(|text| text.is_literal());
    literals.map(|text| Ok(Words::of(&reader.name(text)?))).collect()
}

/// The claims with words of their source that are taken from bare documents.
fn of_sources(reader: &dyn Reader, claims: &BTreeMap<Node, BTreeSet<Node>>) -> Result<Vec<(Node, SourceWords)>> {
    let mut quoting: BTreeMap<Node, SourceWords> = BTreeMap::new();
    for (claim, quote) in pairs(reader, ibid::SOURCE_QUOTE)? {
        let words = quoting.entry(claim).or_insert_with(|| SourceWords {
            documents: BTreeSet::new(),
            quotes: Vec::new(),
            counts: Vec::new(),
            near: Vec::new(),
            texts: 0,
        });
        if quote.is_literal() && !words.quotes.contains(&quote) {
            words.quotes.push(quote);
            words.counts.push(0);
            words.near.push(None);
        }
    }
    if quoting.is_empty() {
        return Ok(Vec::new());
    }
    let of_claims: BTreeSet<Node> = claims.values().flatten().copied().collect();
    for property in prov::SOURCING {
        for (claim, source) in pairs(reader, property)? {
            if let Some(words) = quoting.get_mut(&claim).filter(|_| !of_claims.contains(&source)) {
                words.documents.insert(source);
            }
        }
    }
    quoting.retain(|_, words| !words.documents.is_empty());
    Ok(quoting.into_iter().collect())
}

/// Says which claims are quoted from others in words that those do not have.
fn misquotes(reader: &dyn Reader, facts: &mut Columns) -> Result<()> {
    for (claim, source) in pairs(reader, prov::WAS_QUOTED_FROM)? {
        if claim == source {
            continue;
        }
        let (here, there) = (quotes(reader, claim)?, quotes(reader, source)?);
        for (quote, language, mine) in &here {
            let comparable =
                there.iter().filter(|(_, other, _)| language.is_none() || other.is_none() || language == other);
            let theirs: Vec<&Words> = comparable.map(|(_, _, words)| words).collect();
            if !theirs.is_empty() && !theirs.iter().any(|theirs| quoted(mine, theirs)) {
                facts.say(claim, ibid::MISQUOTES, Value::Node(source));
                facts.say(claim, ibid::MISQUOTED_AS, Value::Node(*quote));
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
fn quotes(reader: &dyn Reader, claim: Node) -> Result<Vec<(Node, Option<String>, Words)>> {
    let mut found = Vec::new();
    for node in reader.objects(claim, ibid::QUOTE)? {
        if let Term::Literal(literal) = reader.term(node)? {
            let words = Words::of(literal.value());
            if !words.is_empty() {
                let language = literal.language().and_then(|tag| tag.split('-').next()).map(str::to_lowercase);
                found.push((node, language, words));
            }
        }
    }
    Ok(found)
}

/// The claims of each document.
fn of_documents(reader: &dyn Reader) -> Result<BTreeMap<Node, BTreeSet<Node>>> {
    let mut claims: BTreeMap<Node, BTreeSet<Node>> = BTreeMap::new();
    for (claim, document) in pairs(reader, schema::APPEARANCE)? {
        claims.entry(document).or_default().insert(claim);
    }
    Ok(claims)
}

fn trouble(error: &InputError) -> &'static str {
    match error {
        InputError::Io(error) if error.kind() == std::io::ErrorKind::NotFound => ibid::MISSING,
        InputError::TooLarge(_) => ibid::TOO_LARGE,
        InputError::NoText | InputError::Folder => ibid::NO_TEXT,
        _ => ibid::UNREADABLE,
    }
}
