//! Which claim did the user mean?

use super::error::CliError;
use ibid::store::{Node, Reader};
use ibid::trace::{Found, find};

const CANDIDATES: usize = 20;

/// The claim that is meant by what was typed; where it is several or none, an error that says which there are.
pub(crate) fn meant(reader: &dyn Reader, typed: &str) -> Result<Node, CliError> {
    match find(reader, typed)? {
        Found::Claim(claim) => Ok(claim),
        Found::Several(several) => {
            let mut told = CliError::new(format!("`{typed}` names {} claims", several.len()));
            for (iri, text) in several.iter().take(CANDIDATES) {
                told = told.hint(format!("<{iri}>  {text}"));
            }
            if several.len() > CANDIDATES {
                told = told.hint(format!("and {} more: use more of its words", several.len() - CANDIDATES));
            }
            Err(told)
        }
        Found::Nothing(all) => {
            // Of a name that was typed from its `#` on, the same part of the others is compared.
            let part = |name: &'_ str| typed.starts_with('#').then(|| name.rfind('#')).flatten().unwrap_or_default();
            let known = all.iter().map(|name| &name[part(name)..]);
            let what = if typed.contains(char::is_whitespace) { "has the words" } else { "is called" };
            Err(CliError::new(format!("no claim {what} `{typed}`")).did_you_mean(typed, known, "the claims"))
        }
    }
}
