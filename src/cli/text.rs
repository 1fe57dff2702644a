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
        let mut text = String::new();
        let read = std::io::stdin().lock().read_to_string(&mut text);
        read.map_err(|error| CliError::new(error.to_string()).of_file("-"))?;
        return Ok(Some(Text { name: "-".to_owned(), text }));
    }
    if Path::new(given).is_dir() {
        return Err(CliError::from(ibid::input::InputError::Folder).of_file(given));
    }
    let sparql = given.contains(|c: char| c.is_whitespace() || c == '{');
    let path = Path::new(given);
    if path.is_file() || (!sparql && path.extension().is_some()) {
        let text = std::fs::read_to_string(path)
            .map_err(|error| CliError::from(ibid::input::InputError::from(error)).of_file(given))?;
        return Ok(Some(Text { name: given.to_owned(), text }));
    }
    Ok(sparql.then(|| Text { name: what.to_owned(), text: given.to_owned() }))
}
