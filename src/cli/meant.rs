//! Which node did the user mean?

use super::error::CliError;
use ibid::find::{Found, find, find_claim};
use ibid::lineage::Lineage;
use ibid::near::nearest;
use ibid::store::{Node, Reader};

const CANDIDATES: usize = 20;

/// The claim that is meant by what was typed; where it is several or none, an error that says which there are.
pub(crate) fn claim(reader: &dyn Reader, typed: &str) -> Result<Node, CliError> {
    one(find_claim(reader, typed)?, typed, "claim", "claims")
}

/// The same for a document, an agent or a claim, by the lineage computed from the same reader.
pub(crate) fn node(reader: &dyn Reader, lineage: &Lineage, typed: &str) -> Result<Node, CliError> {
    one(find(reader, lineage, typed)?, typed, "document, agent or claim", "documents, agents or claims")
}

fn one(found: Found, typed: &str, one: &str, several: &str) -> Result<Node, CliError> {
    match found {
        Found::Node(node) => Ok(node),
        Found::Several(meant) => {
            let mut told = CliError::new(format!("`{typed}` names {} {several}", meant.len()));
            for (iri, words) in meant.iter().take(CANDIDATES) {
                told = told.hint(format!("<{iri}>  {words}"));
            }
            if meant.len() > CANDIDATES {
                told = told.hint(format!("and {} more: use more of its words", meant.len() - CANDIDATES));
            }
            Err(told)
        }
        Found::Nothing { names, words } => {
            let what = if typed.contains(char::is_whitespace) { "has the words" } else { "is called" };
            let told = CliError::new(format!("no {one} {what} `{typed}`"));
            Err(match nearest(typed, words.iter().map(String::as_str)) {
                Some(near) => told.hint(format!("did you mean `{near}`?")),
                None => {
                    let several = format!("the {}", several.replace(" or ", " and "));
                    told.did_you_mean(typed, names.iter().map(|name| alike(typed, name)), &several)
                }
            })
        }
    }
}

/// The part of a name that is to be held against what was typed: of what was typed from its `#` on, the same part.
pub(crate) fn alike<'a>(typed: &str, name: &'a str) -> &'a str {
    &name[typed.starts_with('#').then(|| name.rfind('#')).flatten().unwrap_or_default()..]
}
