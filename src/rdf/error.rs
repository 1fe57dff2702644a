//! One shape of syntax error for every RDF syntax.

use oxigraph::model::IriParseError;
use std::fmt;
use std::io;
use std::str::Utf8Error;

/// A position in a text: line and column count from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: u32,
    /// The column.
    pub column: u32,
}

impl Position {
    /// The place of a byte of a text; that of its end where it has no such byte.
    pub fn of(text: &str, at: usize) -> Self {
        let before = text.get(..at).unwrap_or(text);
        let line = before.bytes().filter(|byte| *byte == b'\n').count() as u32 + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() as u32 + 1;
        Self { line, column }
    }
}

/// What is wrong with a text that should be RDF, where, and what may help.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct SyntaxError {
    /// Where, if the parser knows.
    pub position: Option<Position>,
    /// How many characters it is about, at least 1.
    pub length: usize,
    /// What is wrong, without a full stop.
    pub message: String,
    /// What may help.
    pub hint: Option<String>,
    /// The line, where the text it is from is not held.
    pub line: Option<String>,
}

/// Why a stream could not be read.
#[derive(Debug)]
pub enum Broken {
    /// It is not what its syntax allows.
    Syntax(SyntaxError),
    /// The system does not give it.
    Io(io::Error),
}

impl From<SyntaxError> for Broken {
    fn from(error: SyntaxError) -> Self {
        Self::Syntax(error)
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl SyntaxError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { position: None, length: 1, message: message.into(), hint: None, line: None }
    }

    pub(super) fn bad_base(error: &IriParseError) -> Self {
        Self::new(format!("the base IRI is not one: {error}"))
            .hint("--base takes a whole IRI, such as https://example.org/report")
    }

    pub(crate) fn at(mut self, line: u64, column: u64) -> Self {
        self.position = Some(Position { line: line as u32 + 1, column: column as u32 + 1 });
        self
    }

    pub(super) fn not_utf8(bytes: &[u8], error: Utf8Error) -> Self {
        Self::new("this is not UTF-8").at_offset(bytes, error.valid_up_to())
    }

    /// The place of an offset.
    pub(super) fn at_offset(self, bytes: &[u8], at: usize) -> Self {
        let before = &bytes[..at.min(bytes.len())];
        let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
        let line = before.iter().filter(|byte| **byte == b'\n').count() as u64;
        self.at(line, String::from_utf8_lossy(&before[line_start..]).chars().count() as u64)
    }

    /// Adds the line that it is about.
    pub(super) fn with_line(mut self, bytes: &[u8]) -> Self {
        let line = |position: Position| bytes.split(|byte| *byte == b'\n').nth(position.line as usize - 1);
        self.line = self.position.and_then(line).map(|line| String::from_utf8_lossy(line).into_owned());
        self
    }

    pub(crate) fn hint(mut self, hint: &str) -> Self {
        self.hint = Some(hint.to_owned());
        self
    }

    /// Puts the parsers' terse words for frequent mistakes into words that say what to do.
    pub(crate) fn explained(mut self, has_base: bool) -> Self {
        if self.message.contains("No scheme found in an absolute IRI") && !has_base {
            "a relative IRI, and nothing it is relative to".clone_into(&mut self.message);
            self.hint = Some("give the file an @base, or pass --base IRI".to_owned());
        } else if self.message.contains("prefix") && self.message.contains("declared") {
            self.hint = Some("declare it with @prefix; a data file gets no prefixes by itself".to_owned());
        } else if self.message.contains("is not in the package") {
            self.hint =
                Some("write the context into the file; ibid's own and schema.org's are in the package".to_owned());
        } else if self.message.contains("A dot is expected") {
            self.hint =
                Some("before this a `.`, a `;` or a `,` is missing, or a quotation mark is not closed".to_owned());
        } else if self.message.contains("Invalid IRI code point") {
            self.hint = Some("an IRI has no blanks, quotation marks or braces: write them as %20, %22…".to_owned());
        } else if self.message.contains("UTF-8") {
            self.hint = Some("save the file as UTF-8".to_owned());
        }
        self
    }
}
