//! The levels of a JSON-LD text, and the size of its contexts.
//!
//! A [context](https://www.w3.org/TR/json-ld11-api/#context-processing-algorithm) is copied whatever is added to it, and a term
//! may be spelt with another that is spelt with a third.

use super::super::SyntaxError;
use super::too_deep;
use rustc_hash::FxHashSet;

/// Levels of a text: the time for a node grows with how deep it stands.
const LEVELS: usize = 128;
/// Terms of a context.
const TERMS: usize = 100_000;
/// Terms that are copied while a text is read.
const COPIES: u64 = 20_000_000;

/// Refuses JSON that is nested deeper than a JSON-LD processor goes, has too large contexts or too many, or halves of characters
/// (which the parser takes for the end of the file). What is no JSON passes, for the parser to say what is wrong with it.
pub(in crate::rdf) fn check(bytes: &[u8]) -> Result<(), SyntaxError> {
    let seen = levels(bytes)?;
    let uses = seen.contexts + if seen.scoped.is_empty() { 0 } else { seen.strings };
    if uses.saturating_mul(seen.terms) <= COPIES || copies(bytes, &seen.scoped)? <= COPIES {
        return Ok(());
    }
    Err(SyntaxError::new(format!("its contexts are so large and so many that {COPIES} terms are copied"))
        .hint("give one context, at the beginning, and leave out the terms that the file does not use"))
}

/// What a text has.
#[derive(Default)]
struct Seen<'a> {
    contexts: u64,
    terms: u64,
    strings: u64,
    /// The terms, as they are spelt, that bring a context of their own.
    scoped: FxHashSet<&'a [u8]>,
}

/// A bracket that is open.
#[derive(Default)]
struct Level<'a> {
    /// Whether it is in a context, and the key that it stands under.
    context: bool,
    key: Option<&'a [u8]>,
    /// The terms of its context, and how often one is copied in it.
    terms: u64,
    uses: u64,
}

fn levels(bytes: &[u8]) -> Result<Seen<'_>, SyntaxError> {
    let mut seen = Seen::default();
    let mut levels: Vec<Level<'_>> = Vec::new();
    let (mut key, mut terms) = (None, 0);
    for event in Events::new(bytes) {
        match event? {
            Event::Key(text, at) => {
                seen.strings += 1;
                let inside = levels.last().filter(|level| level.context);
                if is_context(text) {
                    seen.contexts += 1;
                    seen.scoped.extend(inside.and_then(|level| level.key));
                }
                if inside.is_some() {
                    (terms, seen.terms) = (terms + 1, seen.terms + 1);
                    if terms > TERMS {
                        return Err(SyntaxError::new(format!("a context of more than {TERMS} terms"))
                            .at_offset(bytes, at)
                            .hint("leave out the terms that the file does not use"));
                    }
                }
                key = Some(text);
            }
            Event::Text(_) => {
                seen.strings += 1;
                key = None;
            }
            Event::Open(at) => {
                if levels.len() == LEVELS {
                    return Err(too_deep(bytes, at, LEVELS));
                }
                let inside = levels.last().is_some_and(|level| level.context);
                let begins = key.is_some_and(is_context);
                if begins && !inside {
                    terms = 0;
                }
                levels.push(Level { context: inside || begins, key: key.take(), ..Level::default() });
            }
            Event::Close => drop(levels.pop()),
            Event::Next => key = None,
        }
    }
    Ok(seen)
}

/// How many terms are copied: those of a node's context, for every context and every term with a context of its own inside it,
/// wherever among them the node's context stands.
fn copies(bytes: &[u8], scoped: &FxHashSet<&[u8]>) -> Result<u64, SyntaxError> {
    let mut levels: Vec<Level<'_>> = vec![Level::default()];
    let (mut key, mut copied) = (None, 0u64);
    for event in Events::new(bytes) {
        let Some(level) = levels.last_mut() else { break };
        match event? {
            Event::Key(text, _) => {
                if level.context {
                    level.terms += 1;
                } else if is_context(text) || scoped.contains(text) {
                    level.uses += 1;
                }
                key = Some(text);
            }
            Event::Text(text) => {
                level.uses += u64::from(!level.context && scoped.contains(text));
                key = None;
            }
            Event::Open(_) => {
                let context = level.context || key.is_some_and(is_context);
                key = None;
                levels.push(Level { context, ..Level::default() });
            }
            Event::Close => {
                let Some(closed) = levels.pop() else { break };
                let Some(around) = levels.last_mut() else { break };
                if closed.context {
                    around.terms += closed.terms;
                } else {
                    copied = copied.saturating_add(closed.terms.saturating_mul(closed.uses));
                    around.uses += closed.uses;
                }
            }
            Event::Next => key = None,
        }
    }
    Ok(copied)
}

/// A part of a JSON text; strings are as they are spelt, with their quotation marks.
enum Event<'a> {
    /// A bracket of either kind, and its offset.
    Open(usize),
    Close,
    /// A string with a colon after it, and its offset.
    Key(&'a [u8], usize),
    Text(&'a [u8]),
    /// A comma.
    Next,
}

struct Events<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Events<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }
}

impl<'a> Iterator for Events<'a> {
    type Item = Result<Event<'a>, SyntaxError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let start = self.at;
            let byte = *self.bytes.get(start)?;
            self.at += 1;
            return Some(Ok(match byte {
                b'{' | b'[' => Event::Open(start),
                b'}' | b']' => Event::Close,
                b',' => Event::Next,
                b'"' => {
                    self.at = match string_end(self.bytes, start) {
                        Ok(end) => end,
                        Err(error) => return Some(Err(error)),
                    };
                    let text = &self.bytes[start..self.at];
                    let after = self.bytes[self.at..].iter().find(|byte| !byte.is_ascii_whitespace());
                    if after == Some(&b':') { Event::Key(text, start) } else { Event::Text(text) }
                }
                _ => continue,
            }));
        }
    }
}

/// The offset after a string that begins here; one that is not closed reaches to the end.
fn string_end(bytes: &[u8], start: usize) -> Result<usize, SyntaxError> {
    let mut at = start + 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => match (half(bytes, at), half(bytes, at + 6)) {
                (Some(0xD800..0xDC00), Some(0xDC00..0xE000)) => at += 12,
                (Some(_), _) => {
                    let escape = String::from_utf8_lossy(&bytes[at..at + 6]);
                    return Err(SyntaxError::new(format!("`{escape}` is half a character without the other half"))
                        .at_offset(bytes, at));
                }
                (None, _) => at += 2,
            },
            b'"' => return Ok(at + 1),
            _ => at += 1,
        }
    }
    Ok(bytes.len())
}

/// The surrogate that an escape here stands for.
fn half(bytes: &[u8], at: usize) -> Option<u16> {
    let digits = bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
    let code = u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    (0xD800..0xE000).contains(&code).then_some(code)
}

fn is_context(key: &[u8]) -> bool {
    key == b"\"@context\""
        || (key.contains(&b'\\') && serde_json::from_slice::<String>(key).is_ok_and(|key| key == "@context"))
}

#[cfg(test)]
mod tests {
    use super::super::place;
    use super::{LEVELS, TERMS, check};

    #[test]
    fn levels_and_terms_are_bounded() {
        let nested = |n: usize| format!("\n{}{}", "[".repeat(n), "]".repeat(n));
        assert!(check(nested(LEVELS).as_bytes()).is_ok());
        let error = check(nested(LEVELS + 1).as_bytes()).unwrap_err();
        assert_eq!(place(&error), (2, LEVELS as u32 + 1));
        let text = format!("[\"{}\", \"\\\\\", \"{}\\\"{}\"]", "[".repeat(500), "{".repeat(500), "[".repeat(500));
        assert!(check(text.as_bytes()).is_ok(), "brackets in strings are none");
        for key in ["@context", "\\u0040context"] {
            let context = |n: usize| format!("{{\"{key}\": [{{\"b\": 1{}}}]}}", ", \"a\": {}".repeat(n));
            assert!(check(context(TERMS - 1).as_bytes()).is_ok());
            assert!(check(context(TERMS).as_bytes()).is_err());
        }
        let nodes = "{\"@context\": {\"a\": \"b\"}, \"a\": 1},".repeat(TERMS);
        assert!(check(nodes.as_bytes()).is_ok(), "contexts beside each other are not one");
    }

    #[test]
    fn contexts_that_are_copied_too_often_are_refused() {
        let terms = |n: usize| ", \"t\": \"x\"".repeat(n);
        let nodes = |inside: &str, n: usize| format!("\"@graph\": [{{}}{}]", format!(", {{{inside}}}").repeat(n));
        let (context, scoped) = ("\"@context\": {}", "\"s\": {\"@context\": {}}");
        for (first, inside) in [("\"a\": 1", context), (scoped, "\"s\": 1"), (scoped, "\"@type\": \"s\"")] {
            let text = |terms: &str, nodes: &str| format!("{{\"@context\": {{{first}{terms}}}, {nodes}}}");
            assert!(check(text(&terms(5_000), &nodes(inside, 10_000)).as_bytes()).is_err(), "{inside}");
            assert!(check(text(&terms(50), &nodes(inside, 10_000)).as_bytes()).is_ok(), "{inside}");
            let last = format!("{{{}, \"@context\": {{{first}{}}}}}", nodes(inside, 10_000), terms(5_000));
            assert!(check(last.as_bytes()).is_err(), "{inside}");
        }
        let beside = format!("[{{}}{}]", format!(", {{\"@context\": {{\"a\": 1{}}}}}", terms(100)).repeat(10_000));
        assert!(check(beside.as_bytes()).is_ok());
    }

    #[test]
    fn halves_of_characters_are_refused_where_they_stand() {
        assert!(check(b"[\"\\uD83D\\uDE00\", \"\\\\uD800\", \"\\u00e9\"]").is_ok());
        for text in ["[\n\"a\\uD83D\"]", "[\n\"a\\uDE00\\uD83D\"]", "[\n\"a\\uD83Dx\"]"] {
            assert_eq!(place(&check(text.as_bytes()).unwrap_err()), (2, 3), "{text}");
        }
    }
}
