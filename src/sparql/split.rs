//! Where do the operations of an update begin and end?
//!
//! The parser writes COPY, MOVE and ADD out as other operations, from which they cannot be told any more, and knows
//! PREFIX and BASE only at the start of a request, where
//! [SPARQL 1.1](https://www.w3.org/TR/sparql11-query/#rUpdate) has them before each operation. So a request is cut at the
//! semicolons between its operations, and each is parsed by itself.

use crate::rdf::Position;

/// One operation of a request as text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Piece<'t> {
    /// From behind the semicolon before it to the one after it, its own prologue included.
    pub(super) text: &'t str,
    /// Where `text` begins.
    pub(super) start: Position,
    /// The declarations before its first word, comments left out.
    pub(super) prologue: String,
    /// Its first two words, in capitals: `INSERT DATA`, `COPY SILENT`; empty where there is no operation.
    pub(super) words: [String; 2],
}

/// What a stretch of a text is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// White space, a comment.
    Nothing,
    /// A keyword, a prefixed name, a number.
    Word,
    /// An IRI in angle brackets, a string.
    Term,
    /// Any other character.
    Sign,
}

/// Cuts a request at the semicolons that stand between its operations. There is always one piece at least.
pub(super) fn split(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut piece = Piece::begun();
    let (mut from, mut start, mut depth) = (0, Position { line: 1, column: 1 }, 0u32);
    // A declaration is a keyword and what belongs to it: PREFIX a name and an IRI, BASE an IRI.
    let (mut declares, mut rest, mut at) = (0, text, start);
    while let Some((kind, length)) = token(rest) {
        let (token, after) = rest.split_at(length);
        match (kind, token) {
            (Kind::Nothing, _) => {}
            (Kind::Sign, ";") if depth == 0 => {
                let end = text.len() - rest.len();
                pieces.push(Piece { text: &text[from..end], start, ..piece });
                (piece, declares) = (Piece::begun(), 0);
            }
            _ if declares > 0 => {
                piece.prologue.push_str(token);
                // `ex:` is a word, `:` alone a sign.
                piece.prologue.push(' ');
                declares -= 1;
            }
            (Kind::Sign, "{") => depth += 1,
            (Kind::Sign, "}") => depth = depth.saturating_sub(1),
            (Kind::Word, word) if depth == 0 && piece.words[1].is_empty() => {
                let word = word.to_uppercase();
                let first = piece.words[0].is_empty();
                declares = match word.as_str() {
                    "PREFIX" if first => 2,
                    "BASE" if first => 1,
                    _ => 0,
                };
                if declares > 0 {
                    piece.prologue.push_str(&word);
                    piece.prologue.push(' ');
                } else {
                    piece.words[usize::from(!first)] = word;
                }
            }
            _ => {}
        }
        at = moved(at, token);
        if kind == Kind::Sign && token == ";" && depth == 0 {
            (from, start) = (text.len() - after.len(), at);
        }
        rest = after;
    }
    pieces.push(Piece { text: &text[from..], start, ..piece });
    pieces
}

impl Piece<'_> {
    fn begun() -> Self {
        Self {
            text: "",
            start: Position { line: 1, column: 1 },
            prologue: String::new(),
            words: [String::new(), String::new()],
        }
    }

    /// Whether there is no operation in it.
    pub(super) fn is_empty(&self) -> bool {
        self.words[0].is_empty() && token_count(self.text, &self.prologue) == 0
    }
}

/// How many tokens a text has beyond those of its prologue.
fn token_count(text: &str, prologue: &str) -> usize {
    let count = |mut text: &str| {
        let mut count = 0usize;
        while let Some((kind, length)) = token(text) {
            count += usize::from(kind != Kind::Nothing);
            text = &text[length..];
        }
        count
    };
    count(text).saturating_sub(count(prologue))
}

/// The place behind a text that begins at `at`.
pub(super) fn moved(at: Position, text: &str) -> Position {
    match text.rsplit_once('\n') {
        None => Position { column: at.column + text.chars().count() as u32, ..at },
        Some((_, last)) => {
            Position { line: at.line + text.matches('\n').count() as u32, column: last.chars().count() as u32 + 1 }
        }
    }
}

/// The first stretch of a text: what it is, and its length in bytes.
fn token(text: &str) -> Option<(Kind, usize)> {
    let first = text.chars().next()?;
    let until = |stop: &dyn Fn(char) -> bool| text.find(stop).unwrap_or(text.len());
    Some(match first {
        c if c.is_whitespace() => (Kind::Nothing, until(&|c| !c.is_whitespace())),
        '#' => (Kind::Nothing, until(&|c| matches!(c, '\n' | '\r'))),
        '<' => match iri(text) {
            Some(length) => (Kind::Term, length),
            None => (Kind::Sign, 1),
        },
        '"' | '\'' => (Kind::Term, string(text, first)),
        '\\' => (Kind::Word, 1 + text[1..].chars().next().map_or(0, char::len_utf8)),
        c if in_word(c) => (Kind::Word, until(&|c| !in_word(c))),
        c => (Kind::Sign, c.len_utf8()),
    })
}

fn in_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | ':' | '.' | '%')
}

/// The length of an [IRI in angle brackets](https://www.w3.org/TR/sparql11-query/#rIRIREF), where one begins.
fn iri(text: &str) -> Option<usize> {
    let end = text[1..].find(|c: char| c <= ' ' || "<>\"{}|^`\\".contains(c))? + 1;
    text[end..].starts_with('>').then_some(end + 1)
}

/// The length of a string with its quotes; to the end of the text where it does not end.
fn string(text: &str, quote: char) -> usize {
    let long = quote.to_string().repeat(3);
    let close = if text.starts_with(&long) { long } else { quote.to_string() };
    let mut at = close.len();
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with(&close) {
            return at + close.len();
        }
        let mut characters = rest.chars();
        at += match characters.next() {
            Some('\\') => 1 + characters.next().map_or(0, char::len_utf8),
            Some(c) => c.len_utf8(),
            None => 0,
        };
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::split;

    /// First words, prologue, and where each piece starts.
    fn cut(text: &str) -> Vec<(String, String, u32, u32)> {
        let told = |piece: super::Piece<'_>| {
            (piece.words.join(" ").trim().to_owned(), piece.prologue, piece.start.line, piece.start.column)
        };
        split(text).into_iter().map(told).collect()
    }

    fn words(text: &str) -> Vec<String> {
        cut(text).into_iter().map(|(words, ..)| words).collect()
    }

    #[test]
    fn a_request_is_cut_between_its_operations_only() {
        let text = "INSERT DATA { <a> <b> 'x;}' , \"\"\"y\" ; { \"\"\" ; <c;d> 1 } ; # ; a comment {\n clear all;";
        assert_eq!(words(text), ["INSERT DATA", "CLEAR ALL", ""]);
        assert_eq!(
            words("DELETE WHERE { ?s ?p ?o FILTER(?o < 3) ; ex:a\\;b ?x } ; DROP ALL"),
            ["DELETE WHERE", "DROP ALL"]
        );
        assert_eq!(words("insert data { <a> <b> 'it\\'s;' } ; copy silent <a> to <b>"), ["INSERT DATA", "COPY SILENT"]);
    }

    #[test]
    fn declarations_and_places_belong_to_their_operation() {
        let text = "PREFIX a: <http://a/> # one\nBASE <http://b/>\nCLEAR ALL;\n  PREFIX : <http://c/>\n  DROP GRAPH :x";
        assert_eq!(
            cut(text),
            [
                ("CLEAR ALL".to_owned(), "PREFIX a: <http://a/> BASE <http://b/> ".to_owned(), 1, 1),
                ("DROP GRAPH".to_owned(), "PREFIX : <http://c/> ".to_owned(), 3, 11),
            ]
        );
    }

    #[test]
    fn an_empty_piece_is_told_from_a_broken_one() {
        let empty = |text: &str| split(text).iter().map(super::Piece::is_empty).collect::<Vec<_>>();
        assert_eq!(empty("PREFIX a: <http://a/> # nothing more\n"), [true]);
        assert_eq!(empty("CLEAR ALL ; ; { } ;"), [false, true, false, true]);
    }
}
