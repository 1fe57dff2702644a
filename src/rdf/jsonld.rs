//! JSON-LD, with the line that holds a subject's `@id`. Contexts never come from the network.

use super::report::Told;
use super::{Position, SyntaxError, depth};
use oxigraph::model::NamedOrBlankNode;
use oxiri::Iri;
use oxjsonld::{JsonLdParser, JsonLdRemoteDocument};
use rustc_hash::FxHashMap;

/// The contexts that reports may name without their being fetched: address, and what stands in the package for it.
const CONTEXTS: [(&[&str], &str); 2] = [
    (&["https://w3id.org/ibid/context.jsonld"], include_str!("../../ontology/context.jsonld")),
    (
        &["https://schema.org", "https://schema.org/", "http://schema.org", "http://schema.org/"],
        include_str!("../../ontology/schema-context.jsonld"),
    ),
];

/// The processor calls itself for every level of the text, and for every term of a context that is spelt with another: it
/// gets a stack of its own (address space, not memory), whatever its caller's.
const STACK: usize = 512 << 20;

pub(super) fn read(bytes: &[u8], base: Option<&str>, told: &mut Told<'_>) -> Result<(), SyntaxError> {
    depth::json(bytes)?;
    std::thread::scope(|scope| {
        let reader = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || process(bytes, base, told));
        let reader = reader.map_err(|error| SyntaxError::new(format!("no thread to read it on: {error}")))?;
        reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

fn process(bytes: &[u8], base: Option<&str>, told: &mut Told<'_>) -> Result<(), SyntaxError> {
    let mut parser = JsonLdParser::new();
    if let Some(base) = base {
        parser = parser.with_base_iri(base).map_err(|error| SyntaxError::bad_base(&error))?;
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(SyntaxError::new("this is empty, and JSON-LD needs a JSON value").at(0, 0));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| SyntaxError::not_utf8(bytes, error))?;
    let ids = Ids::new(text);
    let mut parser = parser.for_slice(bytes).with_load_document_callback(|url, _| {
        let known = CONTEXTS.iter().find(|(addresses, _)| addresses.contains(&url)).map(|(_, context)| *context);
        match known {
            Some(context) => {
                Ok(JsonLdRemoteDocument { document: context.as_bytes().to_vec(), document_url: url.to_owned() })
            }
            None => {
                Err(format!("the context {url} is not in the package, and nothing is fetched to read a file").into())
            }
        }
    });
    let mut places = None;
    while let Some(result) = parser.next() {
        let quad = result.map_err(|error| {
            let message = match error.code() {
                Some(code) => format!("{error} ({code})"),
                // The position is told apart from the message.
                None => match error.to_string().split_once(": ") {
                    Some((place, message)) if place.starts_with("Parser error") => message.to_owned(),
                    _ => error.to_string(),
                },
            };
            let mut wrong = SyntaxError::new(message);
            if let Some(place) = error.location() {
                wrong = wrong.at(place.start.line, place.start.column);
            }
            wrong
        })?;
        let position = match &quad.subject {
            NamedOrBlankNode::NamedNode(node) => {
                let places = places.get_or_insert_with(|| ids.places(parser.base_iri(), parser.prefixes()));
                places.get(node.as_str()).copied()
            }
            NamedOrBlankNode::BlankNode(_) => None,
        };
        if let Some(found) = parser.base_iri() {
            told.base = Some(found.to_owned());
        }
        told.add(quad, position, bytes.len())?;
    }
    Ok(())
}

/// The values of `@id` and `id` in a JSON text, with the places of their keys.
struct Ids<'a>(Vec<(&'a str, Position)>);

impl<'a> Ids<'a> {
    fn new(text: &'a str) -> Self {
        let mut found = Vec::new();
        for (number, line) in text.lines().enumerate() {
            for key in ["\"@id\"", "\"id\""] {
                // Counted on from the key before: a file may be one line.
                let (mut counted, mut column) = (0, 1);
                for (at, _) in line.match_indices(key) {
                    column += line[counted..at].chars().count() as u32;
                    counted = at;
                    let rest = line[at + key.len()..].trim_start().strip_prefix(':').map(str::trim_start);
                    if let Some((value, _)) =
                        rest.and_then(|rest| rest.strip_prefix('"')).and_then(|rest| rest.split_once('"'))
                    {
                        found.push((value, Position { line: number as u32 + 1, column }));
                    }
                }
            }
        }
        Self(found)
    }

    /// Where the `@id` of a node stands, made whole with the prefixes and the base of the text.
    fn places<'p>(
        &self,
        base: Option<&str>,
        prefixes: impl Iterator<Item = (&'p str, &'p str)>,
    ) -> FxHashMap<String, Position> {
        let base = base.and_then(|base| Iri::parse(base).ok());
        let prefixes: FxHashMap<&str, &str> = prefixes.collect();
        let mut places = FxHashMap::default();
        for (value, position) in &self.0 {
            let compact = value.split_once(':').filter(|(_, local)| !local.starts_with("//"));
            let whole = match compact.and_then(|(prefix, local)| Some((prefixes.get(prefix)?, local))) {
                Some((namespace, local)) => Some(format!("{namespace}{local}")),
                None => match &base {
                    Some(base) => base.resolve(value).ok().map(Iri::into_inner),
                    None => Some((*value).to_owned()),
                },
            };
            if let Some(iri) = whole {
                places.entry(iri).or_insert(*position);
            }
        }
        places
    }
}
