//! How much do the entities of an XML text stand for? Asked before a parser puts them in: a few lines can stand for more than any memory
//! holds. Entities of other files are never fetched.

use super::super::SyntaxError;
use rustc_hash::FxHashMap;

/// What one entity may stand for, in bytes.
const ONE: u64 = 1 << 20;
/// What all places with entities may come to, in bytes, and how many times the file's size that may be.
const ALL: u64 = 64 << 20;
const TIMES: u64 = 8;

const DECLARATION: &[u8] = b"<!ENTITY";

/// Refuses a text whose entities stand for too much. Declarations are taken for such wherever they stand.
pub(in crate::rdf) fn check(bytes: &[u8]) -> Result<(), SyntaxError> {
    let mut sizes: FxHashMap<&[u8], u64> = FxHashMap::default();
    let (mut at, mut whole) = (0, 0u64);
    while let Some(start) = find(&bytes[at..], DECLARATION).map(|found| at + found) {
        whole = whole.saturating_add(references(&bytes[at..start], &sizes));
        at = start + DECLARATION.len();
        let Some((name, value)) = declaration(&bytes[at..]) else { continue };
        let Some(value) = value else {
            return Err(SyntaxError::new("an entity of another file, and nothing is fetched to read this one")
                .at_offset(bytes, start)
                .hint("write the text where it is meant"));
        };
        let size = (value.len() as u64).saturating_add(references(value, &sizes));
        if size > ONE {
            return Err(SyntaxError::new(format!("an entity that stands for more than {} KiB", ONE >> 10))
                .at_offset(bytes, start)
                .hint("write the text where it is meant"));
        }
        // The last declaration of a name counts for the parser, the first for XML: the longest is taken.
        let known = sizes.entry(name).or_default();
        *known = (*known).max(size);
        whole = whole.saturating_add(size);
    }
    if sizes.is_empty() {
        return Ok(());
    }
    whole = whole.saturating_add(references(&bytes[at..], &sizes));
    if whole > ALL + TIMES * bytes.len() as u64 {
        return Err(SyntaxError::new(format!("its entities stand for {} MiB of text", whole >> 20))
            .at(0, 0)
            .hint("write the text where it is meant"));
    }
    Ok(())
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|piece| piece == what)
}

/// Name and value of a declaration, read as the parser reads it; no value where it is in another file.
fn declaration(rest: &[u8]) -> Option<(&[u8], Option<&[u8]>)> {
    let rest = rest.trim_ascii_start();
    let rest = rest.strip_prefix(b"%").unwrap_or(rest).trim_ascii_start();
    let (name, rest) = rest.split_at(rest.iter().position(u8::is_ascii_whitespace)?);
    let rest = rest.trim_ascii_start();
    if rest.starts_with(b"SYSTEM") || rest.starts_with(b"PUBLIC") {
        return Some((name, None));
    }
    let rest = rest.strip_prefix(b"\"")?;
    Some((name, Some(&rest[..rest.iter().position(|byte| *byte == b'"')?])))
}

/// What the references in a text come to.
fn references(text: &[u8], sizes: &FxHashMap<&[u8], u64>) -> u64 {
    if sizes.is_empty() {
        return 0;
    }
    let mut whole = 0u64;
    for piece in text.split(|byte| *byte == b'&').skip(1) {
        let name = piece.split(|byte| *byte == b';').next().unwrap_or_default();
        whole = whole.saturating_add(sizes.get(name).copied().unwrap_or_default());
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn entities_that_multiply_are_refused_where_they_begin_to() {
        let mut text = "<!DOCTYPE a [\n<!ENTITY e0 \"0123456789\">\n".to_owned();
        for level in 1..12 {
            let of_them = format!("&e{};", level - 1).repeat(10);
            text.extend(["<!ENTITY e", &level.to_string(), " \"", &of_them, "\">\n"]);
        }
        let error = check(format!("{text}]><a>&e3;</a>").as_bytes()).unwrap_err();
        assert_eq!(error.position.map(|position| (position.line, position.column)), Some((7, 1)));
    }

    #[test]
    fn entities_of_other_files_are_refused() {
        let error = check(b"<!DOCTYPE a [\n <!ENTITY x SYSTEM \"file:///etc/passwd\"> ]><a>&x;</a>").unwrap_err();
        assert_eq!(error.position.map(|position| (position.line, position.column)), Some((2, 2)));
    }

    #[test]
    fn an_entity_may_stand_often_but_not_for_hundreds_of_megabytes() {
        let text = |length: usize, times: usize| {
            format!("<!DOCTYPE a [ <!ENTITY % e \"{}\"> ]><a>{}</a>", "x".repeat(length), "&e;".repeat(times))
        };
        assert!(check(text(30, 100_000).as_bytes()).is_ok());
        assert!(check(text(100_000, 100_000).as_bytes()).is_err());
        assert!(check(b"<a>&amp; &lt; & &nowhere;</a>").is_ok());
    }
}
