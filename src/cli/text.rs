//! SPARQL from the command line, from a file, or from standard input.

use super::error::CliError;
use std::io::Read;
use std::path::Path;

/// A text and what to call it.
pub(crate) struct Text {
    pub(crate) name: String,
    pub(crate) text: String,
}

/// The text that is meant: standard input (`-`), SPARQL itself (which is called `what`), or a file; none where it is but a
/// word, and no file is called so.
pub(crate) fn read(given: &str, what: &str) -> Result<Option<Text>, CliError> {
    if given == "-" {
        let mut bytes = Vec::new();
        let read = std::io::stdin().lock().read_to_end(&mut bytes);
        read.map_err(|error| CliError::new(error.to_string()).of_file("-"))?;
        return decoded("-", bytes).map(Some);
    }
    if Path::new(given).is_dir() {
        return Err(CliError::from(ibid::input::InputError::Folder).of_file(given));
    }
    let sparql = given.contains(|c: char| c.is_whitespace() || c == '{');
    let path = Path::new(given);
    if path.is_file() || (!sparql && path.extension().is_some()) {
        let bytes =
            std::fs::read(path).map_err(|error| CliError::from(ibid::input::InputError::from(error)).of_file(given))?;
        return decoded(given, bytes).map(Some);
    }
    Ok(sparql.then(|| Text { name: what.to_owned(), text: given.to_owned() }))
}

/// A file's text; a byte order mark at its start is passed over.
fn decoded(name: &str, bytes: Vec<u8>) -> Result<Text, CliError> {
    let text = String::from_utf8(bytes)
        .map_err(|_| CliError::new("this is no UTF-8 text").of_file(name).hint("save the file as UTF-8"))?;
    let text = text.strip_prefix('\u{FEFF}').map(str::to_owned).unwrap_or(text);
    Ok(Text { name: name.to_owned(), text })
}
