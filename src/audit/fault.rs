//! Where in the statements of a subject does a term stand? A store keeps the place of each subject, not of each triple: so the
//! file is read again, where it is still there and has the subject in that place.

use crate::model::Place;
use crate::rdf::{Position, Syntax, statements};
use crate::sparql::string_length;
use crate::vocab::rdf;
use rustc_hash::FxHashMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// A file beyond this is not read again.
const LARGEST: u64 = 64 << 20;

/// The files of reports; those that were looked into are remembered, up to the size of the largest.
#[derive(Default)]
pub(super) struct Texts {
    home: Option<PathBuf>,
    known: FxHashMap<String, Option<Reread>>,
    size: u64,
}

/// A file's text, and where each of its statements begins.
struct Reread {
    text: String,
    statements: Vec<(Position, Range<usize>)>,
}

/// The text of a report's file, to show of it what a finding points at; none where it is too large, or no file that can be read twice.
pub fn reread(path: &Path) -> Option<String> {
    let about = std::fs::metadata(path).ok()?;
    if about.is_file() && about.len() <= LARGEST { std::fs::read_to_string(path).ok() } else { None }
}

impl Texts {
    /// Those that are named from a folder.
    pub(super) fn of(home: Option<&Path>) -> Self {
        Self { home: home.map(Path::to_owned), ..Self::default() }
    }

    /// Where a term stands in what is said of a subject from its place on; none where that is not to be seen.
    pub(super) fn find(&mut self, place: &Place, subject: &str, term: &str) -> Option<Place> {
        if !self.known.contains_key(&place.file) {
            let text = self.home.as_ref().and_then(|home| Reread::read(&home.join(&place.file)));
            let size = text.as_ref().map_or(0, |text| text.text.len() as u64);
            if self.size + size > LARGEST {
                self.known.clear();
                self.size = 0;
            }
            self.size += size;
            self.known.insert(place.file.clone(), text);
        }
        let text = self.known.get(&place.file)?.as_ref()?;
        let start = Position { line: place.line, column: place.column };
        let at = text.find(start, subject, term)?;
        Some(Place { file: place.file.clone(), line: at.line, column: at.column })
    }
}

impl Reread {
    fn read(path: &Path) -> Option<Self> {
        let streamed = Syntax::of_file_name(&path.to_string_lossy()).is_some_and(Syntax::is_streamed);
        let text = if streamed { reread(path) } else { None }?;
        let statements = statements(&text).collect();
        Some(Self { text, statements })
    }

    fn find(&self, start: Position, subject: &str, term: &str) -> Option<Position> {
        let first = self.statements.binary_search_by_key(&start, |(start, _)| *start).ok()?;
        let mut begins = None;
        for (start, bytes) in &self.statements[first..] {
            let statement = self.text.get(bytes.clone())?;
            let mut words = Words { text: statement, at: 0 };
            if statement.starts_with('[') {
                // It has no name, and so no other statement.
                if begins.is_some() || !subject.starts_with("_:") {
                    return None;
                }
                begins = Some("[");
            } else {
                // What goes on about the same subject may be a statement of its own.
                let (_, head) = words.next()?;
                let named = if subject.starts_with("_:") { head.starts_with("_:") } else { stands_for(head, subject) };
                if *begins.get_or_insert(head) != head || !named {
                    return None;
                }
            }
            if let Some((at, _)) = words.find(|(_, word)| stands_for(word, term)) {
                let before = Position::of(statement, at);
                return Some(Position {
                    line: start.line + before.line - 1,
                    column: if before.line == 1 { start.column + before.column - 1 } else { before.column },
                });
            }
        }
        None
    }
}

/// Whether a word of a text may stand for an IRI: whole or relative in angle brackets, with a prefix, or as `a`.
fn stands_for(word: &str, iri: &str) -> bool {
    if let Some(inner) = word.strip_prefix('<') {
        let inner = inner.trim_end_matches('>');
        return !inner.is_empty() && iri.ends_with(inner);
    }
    match word.split_once(':') {
        Some((_, local)) => {
            !local.is_empty() && iri.strip_suffix(local).is_some_and(|namespace| namespace.ends_with(['#', '/', ':']))
        }
        None => word == "a" && iri == rdf::TYPE,
    }
}

/// The words of a statement, each with its offset; strings and comments are none.
struct Words<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Iterator for Words<'t> {
    type Item = (usize, &'t str);

    fn next(&mut self) -> Option<(usize, &'t str)> {
        let bytes = self.text.as_bytes();
        loop {
            let start = self.at;
            let rest = &bytes[start..];
            let length = match *rest.first()? {
                b'#' => rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len()),
                b'"' | b'\'' => string_length(rest),
                b'<' => {
                    let length = rest.iter().position(|byte| *byte == b'>').map_or(rest.len(), |end| end + 1);
                    self.at = start + length;
                    return Some((start, &self.text[start..self.at]));
                }
                byte if parts(byte) => 1,
                _ => {
                    let length = rest.iter().position(|byte| parts(*byte) || *byte == b'<').unwrap_or(rest.len());
                    self.at = start + length;
                    return Some((start, self.text[start..self.at].trim_end_matches('.')));
                }
            };
            self.at = start + length;
        }
    }
}

fn parts(byte: u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, b';' | b',' | b'[' | b']' | b'(' | b')' | b'{' | b'}' | b'"' | b'\'')
}

#[cfg(test)]
mod tests {
    use super::Reread;
    use crate::rdf::Position;

    #[test]
    fn a_term_is_found_from_the_subject_to_its_last_statement() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.ttl");
        let text = "@prefix e: <https://e/> .\ne:c e:p \"e:q\" ; # e:q\n  <https://e/q> 1 .\ne:c e:r 2 . e:d e:s 3 .\n[ e:s ( 4 ) ] .\n[] e:t 5 .";
        std::fs::write(&path, text).unwrap();
        let text = Reread::read(&path).unwrap();
        let find = |line, column, subject: &str, term: &str| {
            text.find(Position { line, column }, subject, &format!("https://e/{term}")).map(|at| (at.line, at.column))
        };
        assert_eq!(find(2, 1, "https://e/c", "q"), Some((3, 3)));
        assert_eq!(find(2, 1, "https://e/c", "r"), Some((4, 5)));
        assert_eq!(find(2, 1, "https://e/c", "s"), None, "another subject's");
        assert_eq!(find(2, 1, "https://e/x", "q"), None, "the subject is no longer there");
        assert_eq!(find(5, 1, "_:b", "s"), Some((5, 3)));
        assert_eq!(find(5, 1, "_:b", "t"), None, "another node's");
    }
}
