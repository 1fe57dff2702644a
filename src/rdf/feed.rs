//! Where do statements start in a text of the Turtle family?
//!
//! The parsers place errors, not triples. So the text is cut at statement ends and fed to them piece by piece: the
//! triples that come out of a piece belong to the statement that it holds. The cutting is only as clever as it must be
//! to find ends; where it is mistaken, a place is a statement off, never the data.

use super::Position;
use std::ops::Range;

/// A piece of the text: bytes up to `end` hold what began at `start`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// Where its first token stands.
    pub(super) start: Position,
    /// The offset of its first token.
    pub(super) offset: usize,
    /// The offset after its last byte.
    pub(super) end: usize,
}

/// Cuts a text into statements; N-Triples and N-Quads are cut the same way.
pub(super) struct Pieces<'a> {
    text: &'a [u8],
    at: usize,
    line: u32,
    /// How far the characters of the line are counted, and how many there are.
    counted: (usize, u32),
    /// Where a comment begins that the text does not hold to its end.
    comment: Option<usize>,
}

/// The statements of a text of the Turtle family: where each begins, and its bytes.
pub fn statements(text: &str) -> impl Iterator<Item = (Position, Range<usize>)> {
    let pieces = Pieces::new(text.as_bytes(), Position { line: 1, column: 1 });
    pieces.map(|piece| (piece.start, piece.offset..piece.end))
}

impl<'a> Pieces<'a> {
    /// Cuts a text whose first byte stands at a place.
    pub(super) fn new(text: &'a [u8], start: Position) -> Self {
        Self { text, at: 0, line: start.line, counted: (0, start.column - 1), comment: None }
    }

    /// How far the text is only blanks and whole comments, after the last piece; the offset, and the place.
    pub(super) fn blank_up_to(&mut self) -> (usize, Position) {
        let end = self.comment.unwrap_or(self.at);
        (end, self.place(end))
    }

    /// Where an offset stands, on the line that has been come to.
    fn place(&mut self, at: usize) -> Position {
        // Bytes that go on a character are none of their own.
        let more = self.text[self.counted.0..at].iter().filter(|byte| **byte & 0xC0 != 0x80).count() as u32;
        self.counted = (at, self.counted.1 + more);
        Position { line: self.line, column: self.counted.1 + 1 }
    }

    fn step(&mut self) {
        if self.text[self.at] == b'\n' {
            self.line += 1;
            self.counted = (self.at + 1, 0);
        }
        self.at += 1;
    }

    fn skip_comment(&mut self) {
        while self.at < self.text.len() && self.text[self.at] != b'\n' {
            self.at += 1;
        }
    }

    fn skip_blank(&mut self) {
        while let Some(&byte) = self.text.get(self.at) {
            match byte {
                b'#' => {
                    let start = self.at;
                    self.skip_comment();
                    self.comment = (self.at == self.text.len()).then_some(start);
                }
                b' ' | b'\t' | b'\r' | b'\n' => self.step(),
                _ => break,
            }
        }
    }

    /// Passes over a string whose quotation mark stands here, long or short.
    fn skip_string(&mut self) {
        let quote = self.text[self.at];
        let long = self.text[self.at..].starts_with(&[quote; 3]);
        let close: &[u8] = if long { &[quote; 3] } else { &[quote] };
        self.at += close.len();
        while self.at < self.text.len() {
            if self.text[self.at] == b'\\' {
                self.step();
                if self.at < self.text.len() {
                    self.step();
                }
            } else if self.text[self.at..].starts_with(close) {
                self.at += close.len();
                return;
            } else if !long && self.text[self.at] == b'\n' {
                return; // the parser will complain
            } else {
                self.step();
            }
        }
    }

    fn skip_iri(&mut self) {
        while self.at < self.text.len() {
            match self.text[self.at] {
                b'>' => {
                    self.at += 1;
                    return;
                }
                b'\n' => return,
                _ => self.at += 1,
            }
        }
    }

    /// Whether a full stop here ends a statement, and is not part of a name or number.
    fn ends_here(&self, first: usize) -> bool {
        let part_of_word = |byte: u8| {
            byte.is_ascii_alphanumeric() || byte >= 0x80 || matches!(byte, b'_' | b'-' | b':' | b'%' | b'\\')
        };
        let after = self.text.get(self.at + 1).copied();
        let inside_word = self.at > first
            && part_of_word(self.text[self.at - 1])
            && after.is_some_and(|b| part_of_word(b) || b == b'.');
        let number = after.is_some_and(|byte| byte.is_ascii_digit());
        !inside_word && !number
    }
}

impl Iterator for Pieces<'_> {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        self.skip_blank();
        let first = self.at;
        if first == self.text.len() {
            return None;
        }
        let start = self.place(first);
        let word: Vec<u8> = self.text[first..]
            .iter()
            .take_while(|b| b.is_ascii_alphabetic())
            .take(7)
            .map(u8::to_ascii_lowercase)
            .collect();
        let after = self.text.get(first + word.len());
        let directive = matches!(word.as_slice(), b"prefix" | b"base")
            && after.is_some_and(|b| b.is_ascii_whitespace() || *b == b'<');
        while self.at < self.text.len() {
            match self.text[self.at] {
                b'#' => self.skip_comment(),
                b'"' | b'\'' => {
                    self.skip_string();
                    // A language tag has no full stop in it.
                    while self.text.get(self.at).is_some_and(|b| *b == b'@' || b.is_ascii_alphanumeric() || *b == b'-')
                    {
                        self.at += 1;
                    }
                    if self.text.get(self.at) == Some(&b'.') {
                        self.at += 1;
                        break;
                    }
                }
                b'<' => {
                    self.skip_iri();
                    if directive {
                        break; // SPARQL's directives end without a full stop
                    }
                }
                b'\\' => self.at = (self.at + 2).min(self.text.len()),
                b'.' if self.ends_here(first) => {
                    self.at += 1;
                    break;
                }
                b'{' | b'}' => {
                    self.at += 1;
                    break;
                }
                _ => self.step(),
            }
        }
        Some(Piece { start, offset: first, end: self.at })
    }
}

#[cfg(test)]
mod tests {
    use super::{Pieces, Position};

    fn starts(text: &str) -> Vec<(u32, u32, &str)> {
        Pieces::new(text.as_bytes(), Position { line: 1, column: 1 })
            .map(|piece| (piece.start.line, piece.start.column, &text[piece.offset..piece.end]))
            .collect()
    }

    #[test]
    fn full_stops_inside_names_numbers_strings_and_iris_end_nothing() {
        let text = "<a.b> ex:c.d 1.5 , \"x. y\" , \"\"\"p. \"\n q.\"\"\" .\n  # a comment.\n<e> <f> ex:g\\.h, true.\n<i> <j> 2 .";
        assert_eq!(
            starts(text),
            [
                (1, 1, "<a.b> ex:c.d 1.5 , \"x. y\" , \"\"\"p. \"\n q.\"\"\" ."),
                (4, 1, "<e> <f> ex:g\\.h, true."),
                (5, 1, "<i> <j> 2 ."),
            ]
        );
    }

    #[test]
    fn directives_and_graph_braces_are_pieces_of_their_own() {
        let text = "PREFIX ex: <http://e/>\n@base <http://b/> . <g> { <s> <p> <o> . <t> <p> <o> }";
        let cut: Vec<&str> = starts(text).into_iter().map(|(_, _, piece)| piece).collect();
        let text = "base:c <p> <o> . ex:d ex:name \"x\"@en.ex:c a <t> .";
        let names: Vec<&str> = starts(text).into_iter().map(|(_, _, piece)| piece).collect();
        assert_eq!(names, ["base:c <p> <o> .", "ex:d ex:name \"x\"@en.", "ex:c a <t> ."]);
        assert_eq!(cut, ["PREFIX ex: <http://e/>", "@base <http://b/> .", "<g> {", "<s> <p> <o> .", "<t> <p> <o> }"]);
    }

    #[test]
    fn columns_count_characters() {
        assert_eq!(starts("<é> <p> \"é\" . <s> <p> <o> .")[1].1, 15);
    }
}
