//! SPARQL from the command line, from a file, or from standard input.

use super::error::CliError;
use ibid::input::{Input, InputError, read_all, read_file};
use std::path::Path;

/// What a text may hold that comes from standard input, in bytes.
const LARGEST_QUERY: u64 = 64 << 20;

/// A text and what to call it.
pub(crate) struct Text {
    pub(crate) name: String,
    pub(crate) text: String,
}

/// The text that is meant: standard input (`-`), SPARQL itself (which is called `what`), or a file; none where it is but a
/// word, and no file is called so.
pub(crate) fn read(given: &str, what: &str) -> Result<Option<Text>, CliError> {
    if given == "-" {
        let read = read_all(&mut std::io::stdin().lock(), "-", None, None, LARGEST_QUERY);
        return decoded("-", read).map(Some);
    }
    let sparql = given.contains(|c: char| c.is_whitespace() || c == '{');
    let path = Path::new(given);
    if path.exists() || (!sparql && path.extension().is_some()) {
        return decoded(given, read_file(path, given)).map(Some);
    }
    Ok(sparql.then(|| Text { name: what.to_owned(), text: given.to_owned() }))
}

/// A file's text; a byte order mark at its start is passed over.
fn decoded(name: &str, read: Result<Input, InputError>) -> Result<Text, CliError> {
    let bytes = read.map_err(|error| CliError::from(error).of_file(name))?.bytes;
    let text = String::from_utf8(bytes).map_err(|error| {
        let told = CliError::not_utf8(error.as_bytes(), error.utf8_error().valid_up_to());
        told.of_file(name).hint("save the file as UTF-8")
    })?;
    let text = text.strip_prefix('\u{FEFF}').map(str::to_owned).unwrap_or(text);
    Ok(Text { name: name.to_owned(), text })
}
