//! Prefixes that need no declaring, and terms as people type them.

use oxigraph::model::vocab::xsd;
use oxigraph::model::{Literal, NamedNode, Term};
use oxttl::TurtleParser;
use std::str::FromStr;

/// Prefixes and their namespaces.
#[derive(Clone, Debug, Default)]
pub struct Prefixes(Vec<(String, String)>);

/// What somebody typed is no term.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotATerm {
    /// A prefix that nobody declared.
    #[error("no prefix `{prefix}` is known")]
    Prefix {
        /// The prefix.
        prefix: String,
        /// The prefixes there are.
        known: Vec<String>,
    },
    /// Neither an IRI, nor a prefixed name, nor a literal.
    #[error("`{0}` is no IRI")]
    Iri(String),
}

impl Prefixes {
    /// The prefixes that a Turtle text declares, in its order.
    pub fn of_turtle(text: &str) -> Self {
        let mut list: Vec<(String, String)> = Vec::new();
        for line in text.lines().filter(|line| line.starts_with("@prefix")) {
            let mut parser = TurtleParser::new().for_slice(line);
            while parser.next().is_some() {}
            list.extend(parser.prefixes().map(|(prefix, namespace)| (prefix.to_owned(), namespace.to_owned())));
        }
        Self(list)
    }

    /// Prefix and namespace, in their order.
    pub fn list(&self) -> &[(String, String)] {
        &self.0
    }

    /// An IRI as short as the prefixes make it, in angle brackets where they do not.
    pub fn shorten(&self, iri: &str) -> String {
        if iri.starts_with("_:") {
            return iri.to_owned();
        }
        let plain =
            |local: &str| !local.is_empty() && local.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
        for (prefix, namespace) in &self.0 {
            if let Some(local) = iri.strip_prefix(namespace.as_str()).filter(|local| plain(local)) {
                return format!("{prefix}:{local}");
            }
        }
        format!("<{iri}>")
    }

    /// The IRI of a name as typed: in angle brackets or bare, or with a prefix.
    ///
    /// # Errors
    /// When it is neither.
    pub fn iri(&self, typed: &str) -> Result<String, NotATerm> {
        let whole =
            |iri: &str| NamedNode::new(iri).map(NamedNode::into_string).map_err(|_| NotATerm::Iri(typed.to_owned()));
        let bare = typed.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).unwrap_or(typed);
        if bare == typed
            && let Some((prefix, local)) = typed.split_once(':')
        {
            if let Some((_, namespace)) = self.0.iter().find(|(known, _)| known == prefix) {
                return whole(&format!("{namespace}{local}"));
            }
            let scheme = local.starts_with("//") || matches!(prefix, "urn" | "doi" | "tag" | "info" | "mailto");
            if !scheme {
                let known = self.0.iter().map(|(prefix, _)| prefix.clone()).collect();
                return Err(NotATerm::Prefix { prefix: prefix.to_owned(), known });
            }
        }
        whole(bare)
    }

    /// The term of a value as typed: an IRI, a prefixed name, a literal as in Turtle, a number, true or false; any other
    /// text is a plain literal.
    ///
    /// # Errors
    /// When it looks like a name and its prefix is unknown.
    pub fn term(&self, typed: &str) -> Result<Term, NotATerm> {
        if typed.starts_with('"') {
            if let Some((value, datatype)) =
                typed.rsplit_once("\"^^").filter(|(_, datatype)| !datatype.starts_with('<'))
            {
                let full = format!("{value}\"^^<{}>", self.iri(datatype)?);
                return Term::from_str(&full).map_err(|_| NotATerm::Iri(typed.to_owned()));
            }
            return Term::from_str(typed).map_err(|_| NotATerm::Iri(typed.to_owned()));
        }
        let digits = typed.strip_prefix(['+', '-']).unwrap_or(typed);
        let number =
            digits.starts_with(|c: char| c.is_ascii_digit()) && digits.chars().all(|c| c.is_ascii_digit() || c == '.');
        if number && digits.matches('.').count() <= 1 && !digits.ends_with('.') {
            let datatype = if digits.contains('.') { xsd::DECIMAL } else { xsd::INTEGER };
            return Ok(Literal::new_typed_literal(typed, datatype).into());
        }
        if matches!(typed, "true" | "false") {
            return Ok(Literal::new_typed_literal(typed, xsd::BOOLEAN).into());
        }
        let name = typed.starts_with('<') || (typed.contains(':') && !typed.contains(char::is_whitespace));
        if name {
            return Ok(NamedNode::new_unchecked(self.iri(typed)?).into());
        }
        Ok(Literal::new_simple_literal(typed).into())
    }
}

#[cfg(test)]
mod tests {
    use super::{NotATerm, Prefixes};

    #[test]
    fn terms_are_read_as_people_type_them() {
        let prefixes =
            Prefixes::of_turtle("@prefix ex: <http://e/> .\n@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .");
        let term = |typed: &str| prefixes.term(typed).unwrap().to_string();
        assert_eq!(term("ex:a"), "<http://e/a>");
        assert_eq!(term("<http://x/y>"), "<http://x/y>");
        assert_eq!(term("https://x/y"), "<https://x/y>");
        assert_eq!(term("42"), "\"42\"^^<http://www.w3.org/2001/XMLSchema#integer>");
        assert_eq!(term("\"2021\"^^xsd:gYear"), "\"2021\"^^<http://www.w3.org/2001/XMLSchema#gYear>");
        assert_eq!(term("\"oui\"@fr"), "\"oui\"@fr");
        assert_eq!(term("some words: here"), "\"some words: here\"");
        // A name with a prefix is an IRI when it is written out, or none.
        assert!(matches!(prefixes.term("ex:a>b"), Err(NotATerm::Iri(_))));
        assert!(matches!(prefixes.term("ex:\u{FFFD}"), Err(NotATerm::Iri(_))));
        assert!(matches!(prefixes.term("exx:a"), Err(NotATerm::Prefix { .. })));
        assert_eq!(prefixes.shorten("http://e/a"), "ex:a");
        assert_eq!(prefixes.shorten("http://e/a/b"), "<http://e/a/b>");
    }
}
