//! The levels of an XML text, and whether it is all there.

use super::super::SyntaxError;
use super::too_deep;

/// Levels of an RDF/XML text: the parser looks through all that are open at each.
const LEVELS: usize = 1_000;
/// Attributes of the elements that are open: each is compared with those beside it, and each name with all namespaces.
const ATTRIBUTES: usize = 4_000;

/// Refuses XML that is nested too deep, or has too many attributes.
pub(in crate::rdf) fn check(bytes: &[u8]) -> Result<(), SyntaxError> {
    let mut open = Vec::new();
    let mut attributes = 0;
    for tag in Tags::new(bytes) {
        match tag {
            Tag::Start(at, more) | Tag::Empty(at, more) => {
                if attributes + more > ATTRIBUTES {
                    let message =
                        format!("more than {ATTRIBUTES} attributes, with those of the elements around this one");
                    return Err(SyntaxError::new(message).at_offset(bytes, at).hint("write them as elements inside"));
                }
                if matches!(tag, Tag::Start(..)) {
                    open.push(more);
                    attributes += more;
                    if open.len() > LEVELS {
                        return Err(too_deep(bytes, at, LEVELS));
                    }
                }
            }
            Tag::End => attributes -= open.pop().unwrap_or_default(),
        }
    }
    Ok(())
}

/// Refuses XML whose end is missing, or that has more than one outermost element: the parser takes both for whole. Asked after
/// it, of a text in which every end tag is the right one.
pub(in crate::rdf) fn whole(bytes: &[u8]) -> Result<(), SyntaxError> {
    let mut open = Vec::new();
    let mut ended = false;
    for tag in Tags::new(bytes) {
        match tag {
            Tag::Start(at, _) | Tag::Empty(at, _) if ended => {
                return Err(SyntaxError::new("an element after the end of the outermost one").at_offset(bytes, at));
            }
            Tag::Start(at, _) => open.push(at),
            Tag::End => {
                open.pop();
                ended = open.is_empty();
            }
            Tag::Empty(..) => ended = open.is_empty(),
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

/// A tag: the offset where it begins, and how many attributes it has.
enum Tag {
    Start(usize, usize),
    End,
    Empty(usize, usize),
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

    /// Passes over a tag to its `>` outside of quotation marks; tells whether it closes itself, and its attributes.
    fn skip_tag(&mut self) -> (bool, usize) {
        let (mut quote, mut attributes) = (None, 0);
        while let Some(&byte) = self.bytes.get(self.at) {
            self.at += 1;
            match (quote, byte) {
                (None, b'>') => return (self.bytes[self.at - 2] == b'/', attributes),
                (None, b'=') => attributes += 1,
                (None, b'"' | b'\'') => quote = Some(byte),
                (Some(open), _) if open == byte => quote = None,
                _ => {}
            }
        }
        (false, attributes)
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
                let (closed, attributes) = self.skip_tag();
                return Some(if closed { Tag::Empty(start, attributes) } else { Tag::Start(start, attributes) });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::place;
    use super::{ATTRIBUTES, LEVELS, check, whole};

    #[test]
    fn xml_is_bounded_by_levels() {
        let nested = |n: usize| {
            format!(
                "<?xml a=\"<\"?>\n<!DOCTYPE a [ <!ENTITY b \"<c>\"> ]><!-- <a> -->{}{}",
                "<a b='>' c=\">\">".repeat(n),
                "</a>".repeat(n)
            )
        };
        assert!(check(nested(LEVELS).as_bytes()).is_ok());
        assert!(whole(nested(LEVELS).as_bytes()).is_ok());
        let error = check(nested(LEVELS + 1).as_bytes()).unwrap_err();
        assert_eq!(error.position.unwrap().line, 2);
        let flat = format!("<a>{}</a>", "<b/><![CDATA[<a>]]><c></c>".repeat(2 * LEVELS));
        assert!(check(flat.as_bytes()).is_ok() && whole(flat.as_bytes()).is_ok());
    }

    #[test]
    fn attributes_are_bounded() {
        let text = |n: usize| format!("<a b='='>\n<c{}/></a>", " d='>'".repeat(n));
        assert!(check(text(ATTRIBUTES - 1).as_bytes()).is_ok());
        assert_eq!(place(&check(text(ATTRIBUTES).as_bytes()).unwrap_err()), (2, 1));
        let flat = format!("<a>{}</a>", "<b c=''></b><b c=''/>".repeat(ATTRIBUTES));
        assert!(check(flat.as_bytes()).is_ok());
    }

    #[test]
    fn xml_that_is_cut_short_is_not_whole() {
        for (text, expected) in
            [("<a>\n <b>", (2, 2)), ("<a><b></b>", (1, 1)), ("<a/>\n<b/>", (2, 1)), ("<!-- a -->", (1, 1))]
        {
            assert_eq!(place(&whole(text.as_bytes()).unwrap_err()), expected, "{text}");
        }
    }
}
