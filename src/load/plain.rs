//! N-Triples and N-Quads as nearly all are written: told apart into tokens, which need no parsing where they stand a second
//! time.
//!
//! What is not plain (an escape by number, a label with a full stop, anything wrong) is left to the parser, which
//! knows the whole of the syntax: this may refuse what it takes, and never takes what it refuses. A test holds both equal.

use crate::rdf::{Position, Syntax};
use oxigraph::model::vocab::rdf::LANG_STRING;
use oxigraph::model::{BlankNodeRef, LiteralRef, NamedNodeRef, TermRef};
use oxilangtag::LanguageTag;
use oxiri::Iri;
use std::borrow::Cow;

/// A statement, its terms as they are written.
pub(super) struct Tokens<'a> {
    pub(super) subject: &'a str,
    pub(super) predicate: &'a str,
    pub(super) object: &'a str,
    /// Empty outside any graph.
    pub(super) graph: &'a str,
    pub(super) position: Position,
}

/// Gives the statements of some lines to `each`; `line` is the number of the first. None where something is not plain, or
/// `each` says so.
pub(super) fn each<'a>(
    text: &'a str,
    mut line: u32,
    syntax: Syntax,
    mut each: impl FnMut(Tokens<'a>) -> Option<()>,
) -> Option<()> {
    let mut rest = text;
    while !rest.is_empty() {
        let end = memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
        if let Some(tokens) = tokens(&rest[..end], line, syntax)? {
            each(tokens)?;
        }
        rest = rest.get(end + 1..).unwrap_or_default();
        line += 1;
    }
    Some(())
}

/// The tokens of a line; `Some(None)` where there is no statement.
fn tokens(line: &str, number: u32, syntax: Syntax) -> Option<Option<Tokens<'_>>> {
    let line = line.strip_suffix('\r').unwrap_or(line);
    let start = blank(line);
    let mut rest = &line[start..];
    if is_over(rest)? {
        return Some(None);
    }
    let mut next = |allowed: &[u8]| {
        if !allowed.contains(rest.as_bytes().first()?) {
            return None;
        }
        let (token, more) = rest.split_at_checked(length(rest)?)?;
        rest = &more[blank(more)..];
        Some(token)
    };
    let (subject, predicate, object) = (next(b"<_")?, next(b"<")?, next(b"<_\"")?);
    let graph = if syntax == Syntax::NQuads { next(b"<_").unwrap_or_default() } else { "" };
    let rest = rest.strip_prefix('.')?;
    let position = Position { line: number, column: start as u32 + 1 };
    is_over(&rest[blank(rest)..])?.then_some(Some(Tokens { subject, predicate, object, graph, position }))
}

fn blank(text: &str) -> usize {
    text.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

/// Whether nothing more is said in a line. A comment ends at a carriage return too.
fn is_over(rest: &str) -> Option<bool> {
    match rest.as_bytes().first() {
        None => Some(true),
        Some(b'#') => memchr::memchr(b'\r', rest.as_bytes()).is_none().then_some(true),
        Some(_) => Some(false),
    }
}

/// The length of the token that a text begins with.
fn length(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let iri = |from: usize| Some(from + memchr::memchr(b'>', bytes.get(from..)?)? + 1);
    let word = |from: usize| {
        let more = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        Some(from + bytes.get(from..)?.iter().take_while(more).count())
    };
    match bytes.first()? {
        b'<' => iri(1),
        b'_' => {
            let end = word(2)?;
            let plain = bytes[1] == b':' && end > 2 && bytes[2] != b'-' && matches!(bytes.get(end), Some(b' ' | b'\t'));
            plain.then_some(end)
        }
        _ => {
            let end = quoted(bytes)?;
            match bytes.get(end + 1) {
                Some(b'@') => word(end + 2),
                Some(b'^') => bytes[end..].starts_with(b"\"^^<").then(|| iri(end + 4))?,
                _ => Some(end + 1),
            }
        }
    }
}

/// Where the quotes end that a token begins with.
fn quoted(bytes: &[u8]) -> Option<usize> {
    let mut end = 1;
    loop {
        end += memchr::memchr2(b'"', b'\\', bytes.get(end..)?)?;
        if bytes[end] == b'"' {
            return Some(end);
        }
        end += 2;
    }
}

/// Gives the term that a token spells to `take`; none where it may not be one.
pub(super) fn term<T>(token: &str, take: impl FnOnce(TermRef<'_>) -> T) -> Option<T> {
    match token.as_bytes().first()? {
        b'<' => Some(take(iri(token)?.into())),
        b'_' => Some(take(BlankNodeRef::new_unchecked(&token[2..]).into())),
        _ => {
            let end = quoted(token.as_bytes())?;
            let (value, rest) = (value_of(&token[1..end])?, &token[end + 1..]);
            let literal = if let Some(tag) = rest.strip_prefix('@') {
                LanguageTag::parse(tag).ok()?;
                let tag = lower(tag);
                return Some(take(LiteralRef::new_language_tagged_literal_unchecked(&value, &tag).into()));
            } else if rest.is_empty() {
                LiteralRef::new_simple_literal(&value)
            } else {
                let datatype = iri(&rest[2..])?;
                if datatype == LANG_STRING {
                    return None;
                }
                LiteralRef::new_typed_literal(&value, datatype)
            };
            Some(take(literal.into()))
        }
    }
}

fn iri(token: &str) -> Option<NamedNodeRef<'_>> {
    let iri = &token[1..token.len() - 1];
    Iri::parse(iri).ok()?;
    Some(NamedNodeRef::new_unchecked(iri))
}

fn lower(tag: &str) -> Cow<'_, str> {
    if tag.bytes().any(|byte| byte.is_ascii_uppercase()) { tag.to_ascii_lowercase().into() } else { tag.into() }
}

/// What is between the quotes, its escapes undone.
fn value_of(text: &str) -> Option<Cow<'_, str>> {
    if memchr::memchr2(b'\\', b'\r', text.as_bytes()).is_none() {
        return Some(text.into());
    }
    let mut value = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr::memchr2(b'\\', b'\r', rest.as_bytes()) {
        value.push_str(&rest[..at]);
        value.push(match rest.as_bytes()[at..] {
            [b'\\', b't', ..] => '\t',
            [b'\\', b'b', ..] => '\u{8}',
            [b'\\', b'n', ..] => '\n',
            [b'\\', b'r', ..] => '\r',
            [b'\\', b'f', ..] => '\u{C}',
            [b'\\', quoted @ (b'"' | b'\'' | b'\\'), ..] => char::from(quoted),
            _ => return None,
        });
        rest = &rest[at + 2..];
    }
    value.push_str(rest);
    Some(value.into())
}

#[cfg(test)]
mod tests {
    use super::{each, term};
    use crate::rdf::{Position, Syntax};
    use oxigraph::model::{GraphName, NamedOrBlankNode, Quad, Term};
    use oxttl::{NQuadsParser, NTriplesParser};
    use proptest::prelude::*;

    /// The quads and places of lines, if they are plain.
    fn plain(text: &str, syntax: Syntax) -> Option<Vec<(Quad, Position)>> {
        fn node(term: Term) -> NamedOrBlankNode {
            match term {
                Term::NamedNode(node) => node.into(),
                Term::BlankNode(node) => node.into(),
                Term::Literal(_) => panic!("it does not begin as a literal"),
            }
        }
        let mut quads = Vec::new();
        each(text, 1, syntax, |tokens| {
            let read = |token: &str| term(token, |term| Some(term.into_owned())).flatten();
            let NamedOrBlankNode::NamedNode(predicate) = node(read(tokens.predicate)?) else { panic!("it is an IRI") };
            let graph = match tokens.graph {
                "" => GraphName::DefaultGraph,
                graph => node(read(graph)?).into(),
            };
            quads.push((
                Quad::new(node(read(tokens.subject)?), predicate, read(tokens.object)?, graph),
                tokens.position,
            ));
            Some(())
        })?;
        Some(quads)
    }

    fn parsed(text: &str, syntax: Syntax) -> Result<Vec<Quad>, oxttl::TurtleSyntaxError> {
        if syntax == Syntax::NQuads {
            NQuadsParser::new().for_slice(text).collect()
        } else {
            let triples = NTriplesParser::new().for_slice(text);
            triples.map(|triple| Ok(triple?.in_graph(GraphName::DefaultGraph))).collect()
        }
    }

    #[test]
    fn what_is_plain_is_taken() {
        let text = "<a:b> <a:c> \"d\" .\n\n# of e\n\t_:b1 <a:c> _:x-_y <a:g> . # so\r\n<a:b><a:c>\"\\\"\\t\\\\é\"@EN-gb<a:g>.\n<a:b> <a:c> \"1\"^^<a:i> _:g .";
        let found = plain(text, Syntax::NQuads).unwrap();
        let places: Vec<_> = found.iter().map(|(_, place)| (place.line, place.column)).collect();
        assert_eq!(places, [(1, 1), (4, 2), (5, 1), (6, 1)]);
        let quads: Vec<_> = found.into_iter().map(|(quad, _)| quad).collect();
        assert_eq!(quads, parsed(text, Syntax::NQuads).unwrap());
    }

    const IRIS: [&str; 11] =
        ["<a:b>", "<a:c>", "<a:é>", "<b>", "<>", "<a: b>", "<a:\\u0062>", "<a:b", "<<a:b>", "<a:\"b>", "<http://[a/>"];
    const BLANKS: [&str; 9] = ["_:a", "_:1-", "_:a.b", "_:a.", "_:é", "_:aé", "_:-a", "_:", "_a"];
    const LITERALS: [&str; 31] = [
        "\"\"",
        "\"a\"",
        "\"é\\n\\\"\"",
        "\"\\\\\"",
        "\"\\t\\b\\r\\f\\'\"",
        "\"\\u00E9\"",
        "\"\\x\"",
        "\"\\é\"",
        "\"a",
        "\"\\",
        "\"a\r\"",
        "\"a\"@en",
        "\"a\"@EN-us",
        "\"a\"@e_n",
        "\"a\"@",
        "\"a\"@en--ltr",
        "\"a\"@toolonglanguage",
        "\"a\"@1",
        "\"a\"@en-",
        "\"a\"@x-1",
        "\"a\"^^<a:b>",
        "\"a\"^^<b>",
        "\"a\"^^ <a:b>",
        "\"a\"^^<x\"y>",
        "\"a\"^^_:b",
        "'a'",
        "\"\"\"a\"\"\"",
        "1",
        "true",
        "\"a\"^^<http://www.w3.org/2001/XMLSchema#string>",
        "\"a\"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#langString>",
    ];

    /// One of some, the first ones more often.
    fn one(of: Vec<&'static str>) -> impl Strategy<Value = &'static str> {
        let few = of[..of.len().min(2)].to_vec();
        prop_oneof![2 => prop::sample::select(few), 1 => prop::sample::select(of)]
    }

    /// Lines that say something, and such as nearly do.
    fn line() -> impl Strategy<Value = String> {
        let gap = || one(vec![" ", "\t", "", "  ", "\r", "\u{a0}", "\0", "\u{feff}", " # "]);
        let node = || one([&IRIS[..], &BLANKS, &LITERALS[..2]].concat());
        let object = prop_oneof![node(), one(LITERALS.to_vec())];
        let predicate = one([&IRIS[..], &BLANKS[..1]].concat());
        let graph = prop_oneof![Just(""), node()];
        let stop = one(vec![".", ". ", "", "..", ". .", "# a", ".# a", ". # a\rb", ".\r", ". <a:b> <a:c> <a:d> ."]);
        let end = one(vec!["\n", "\r\n", "\n\n", "", " \n", "# a\n", "\n# a\n", "\r"]);
        let parts = ((gap(), node(), gap(), predicate), (gap(), object, gap(), graph), (gap(), stop, end));
        parts.prop_map(|((a, b, c, d), (e, f, g, h), (i, j, k))| [a, b, c, d, e, f, g, h, i, j, k].concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(8192))]
        #[test]
        fn the_parser_reads_the_same(lines in prop::collection::vec(line(), 1..3), quads: bool) {
            let (text, syntax) = (lines.concat(), if quads { Syntax::NQuads } else { Syntax::NTriples });
            if let Some(found) = plain(&text, syntax) {
                let quads: Vec<_> = found.into_iter().map(|(quad, _)| quad).collect();
                match parsed(&text, syntax) {
                    Ok(expected) => prop_assert_eq!(quads, expected, "{:?}", text),
                    Err(error) => prop_assert!(false, "{error}: {text:?}"),
                }
            }
        }
    }
}
