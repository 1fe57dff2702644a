//! How deep does a text go? Asked before a parser sees it that calls itself for every level, or whose work grows with the
//! square of them. The parsers of the Turtle family do neither: there a text may go as deep as it likes.

use super::SyntaxError;

/// Levels of a JSON-LD text: the time for a node grows with how deep it stands.
const JSON_LEVELS: usize = 128;
/// Terms of a context: one may be spelt with another, and that one with a third.
const CONTEXT_TERMS: usize = 100_000;
/// Levels of an RDF/XML text.
const XML_LEVELS: usize = 1_000;

fn too_deep(bytes: &[u8], at: usize, levels: usize) -> SyntaxError {
    SyntaxError::new(format!("nested deeper than {levels} levels"))
        .at_offset(bytes, at)
        .hint("give what stands inside a name of its own, and name it here")
}

/// Refuses JSON that is nested deeper than a JSON-LD processor goes, or has a context of too many terms. What is no JSON
/// passes, for the parser to say what is wrong with it.
pub(super) fn json(bytes: &[u8]) -> Result<(), SyntaxError> {
    /// An open bracket: whether it is an object, and whether it is in a context.
    struct Level {
        object: bool,
        context: bool,
    }
    let mut levels: Vec<Level> = Vec::new();
    let (mut at, mut terms, mut context_next) = (0, 0, false);
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => {
                let end = string_end(bytes, at);
                let after =
                    bytes[end..].iter().position(|byte| !byte.is_ascii_whitespace()).map_or(end, |gap| end + gap);
                let is_key = bytes.get(after) == Some(&b':');
                if is_key && levels.last().is_some_and(|level| level.context && level.object) {
                    terms += 1;
                    if terms > CONTEXT_TERMS {
                        return Err(SyntaxError::new(format!("a context of more than {CONTEXT_TERMS} terms"))
                            .at_offset(bytes, at)
                            .hint("leave out the terms that the file does not use"));
                    }
                }
                context_next = is_key && is_context(&bytes[at..end]);
                at = end;
                continue;
            }
            b'{' | b'[' => {
                if levels.len() == JSON_LEVELS {
                    return Err(too_deep(bytes, at, JSON_LEVELS));
                }
                let inside = levels.last().is_some_and(|level| level.context);
                if context_next && !inside {
                    terms = 0;
                }
                levels.push(Level { object: byte == b'{', context: inside || context_next });
                context_next = false;
            }
            b'}' | b']' => {
                levels.pop();
            }
            b',' => context_next = false,
            _ => {}
        }
        at += 1;
    }
    Ok(())
}

/// The offset after a string that begins here; one that is not closed reaches to the end.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

fn is_context(key: &[u8]) -> bool {
    key == b"\"@context\""
        || (key.contains(&b'\\') && serde_json::from_slice::<String>(key).is_ok_and(|key| key == "@context"))
}

/// Refuses XML that is nested too deep.
pub(super) fn xml(bytes: &[u8]) -> Result<(), SyntaxError> {
    let mut open = 0;
    for tag in Tags::new(bytes) {
        match tag {
            Tag::Start(at) => {
                open += 1;
                if open > XML_LEVELS {
                    return Err(too_deep(bytes, at, XML_LEVELS));
                }
            }
            Tag::End => open = open.saturating_sub(1),
            Tag::Empty(_) => {}
        }
    }
    Ok(())
}

/// Refuses XML whose end is missing, or that has more than one outermost element: the parser takes both for whole. Asked after
/// it, of a text in which every end tag is the right one.
pub(super) fn xml_is_whole(bytes: &[u8]) -> Result<(), SyntaxError> {
    let mut open = Vec::new();
    let mut ended = false;
    for tag in Tags::new(bytes) {
        match tag {
            Tag::Start(at) | Tag::Empty(at) if ended => {
                return Err(SyntaxError::new("an element after the end of the outermost one").at_offset(bytes, at));
            }
            Tag::Start(at) => open.push(at),
            Tag::End => {
                open.pop();
                ended = open.is_empty();
            }
            Tag::Empty(_) => ended = open.is_empty(),
        }
    }
    match open.pop() {
        Some(at) => Err(SyntaxError::new("this element is never closed")
            .at_offset(bytes, at)
            .hint("the file is cut short, or an end tag is missing")),
        None if !ended => Err(SyntaxError::new("this has no element, and RDF/XML needs one").at(0, 0)),
        None => Ok(()),
    }
}

/// A tag and the offset where it begins.
enum Tag {
    Start(usize),
    End,
    Empty(usize),
}

/// The tags of an XML text; those in comments, sections of character data, instructions and the document type are none.
struct Tags<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Tags<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    fn skip_past(&mut self, end: &[u8]) {
        let rest = &self.bytes[self.at..];
        self.at += rest.windows(end.len()).position(|piece| piece == end).map_or(rest.len(), |found| found + end.len());
    }

    /// Passes over the document type: as many `>` as `<`.
    fn skip_doctype(&mut self) {
        let mut open = 0;
        while let Some(&byte) = self.bytes.get(self.at) {
            self.at += 1;
            match byte {
                b'<' => open += 1,
                b'>' if open == 1 => return,
                b'>' => open -= 1,
                _ => {}
            }
        }
    }

    /// Passes over a tag to its `>` outside of quotation marks; tells whether it closes itself.
    fn skip_tag(&mut self) -> bool {
        let mut quote = None;
        while let Some(&byte) = self.bytes.get(self.at) {
            self.at += 1;
            match (quote, byte) {
                (None, b'>') => return self.bytes[self.at - 2] == b'/',
                (None, b'"' | b'\'') => quote = Some(byte),
                (Some(open), _) if open == byte => quote = None,
                _ => {}
            }
        }
        false
    }
}

impl Iterator for Tags<'_> {
    type Item = Tag;

    fn next(&mut self) -> Option<Tag> {
        loop {
            let start = self.at + self.bytes[self.at..].iter().position(|byte| *byte == b'<')?;
            self.at = start;
            let rest = &self.bytes[start..];
            if rest.starts_with(b"<!--") {
                self.at += 4;
                self.skip_past(b"-->");
            } else if rest.starts_with(b"<![CDATA[") {
                self.skip_past(b"]]>");
            } else if rest.starts_with(b"<?") {
                self.skip_past(b"?>");
            } else if rest.starts_with(b"<!") {
                self.skip_doctype();
            } else if rest.starts_with(b"</") {
                self.skip_past(b">");
                return Some(Tag::End);
            } else {
                return Some(if self.skip_tag() { Tag::Empty(start) } else { Tag::Start(start) });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{CONTEXT_TERMS, JSON_LEVELS, XML_LEVELS, json, xml, xml_is_whole};

    fn place(error: &super::SyntaxError) -> (u32, u32) {
        error.position.map(|position| (position.line, position.column)).unwrap()
    }

    #[test]
    fn json_is_bounded_by_levels_and_terms() {
        let nested = |n: usize| format!("\n{}{}", "[".repeat(n), "]".repeat(n));
        assert!(json(nested(JSON_LEVELS).as_bytes()).is_ok());
        let error = json(nested(JSON_LEVELS + 1).as_bytes()).unwrap_err();
        assert_eq!(place(&error), (2, JSON_LEVELS as u32 + 1));
        let text = format!("[\"{}\", \"\\\\\", \"{}\\\"{}\"]", "[".repeat(500), "{".repeat(500), "[".repeat(500));
        assert!(json(text.as_bytes()).is_ok(), "brackets in strings are none");
        for key in ["@context", "\\u0040context"] {
            let context = |n: usize| format!("{{\"{key}\": [{{\"b\": 1{}}}]}}", ", \"a\": {}".repeat(n));
            assert!(json(context(CONTEXT_TERMS - 1).as_bytes()).is_ok());
            assert!(json(context(CONTEXT_TERMS).as_bytes()).is_err());
        }
        let nodes = "{\"@context\": {\"a\": \"b\"}, \"a\": 1},".repeat(CONTEXT_TERMS);
        assert!(json(nodes.as_bytes()).is_ok(), "contexts beside each other are not one");
    }

    #[test]
    fn xml_is_bounded_by_levels() {
        let nested = |n: usize| {
            format!(
                "<?xml a=\"<\"?>\n<!DOCTYPE a [ <!ENTITY b \"<c>\"> ]><!-- <a> -->{}{}",
                "<a b='>' c=\">\">".repeat(n),
                "</a>".repeat(n)
            )
        };
        assert!(xml(nested(XML_LEVELS).as_bytes()).is_ok());
        assert!(xml_is_whole(nested(XML_LEVELS).as_bytes()).is_ok());
        let error = xml(nested(XML_LEVELS + 1).as_bytes()).unwrap_err();
        assert_eq!(error.position.unwrap().line, 2);
        let flat = format!("<a>{}</a>", "<b/><![CDATA[<a>]]><c></c>".repeat(2 * XML_LEVELS));
        assert!(xml(flat.as_bytes()).is_ok() && xml_is_whole(flat.as_bytes()).is_ok());
    }

    #[test]
    fn xml_that_is_cut_short_is_not_whole() {
        for (text, expected) in
            [("<a>\n <b>", (2, 2)), ("<a><b></b>", (1, 1)), ("<a/>\n<b/>", (2, 1)), ("<!-- a -->", (1, 1))]
        {
            assert_eq!(place(&xml_is_whole(text.as_bytes()).unwrap_err()), expected, "{text}");
        }
    }
}
