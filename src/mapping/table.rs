//! Which classes and properties of others are read as which of the model's? A table, a line each.

use crate::catalog::prefixes;
use crate::near::nearest;
use crate::vocab::{ibid, prov, rdf, schema};
use std::str::FromStr;

/// How a term is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// A class: its instances are claims or documents.
    Class,
    /// A property: as another, from subject to object.
    Edge,
    /// A property: as another, from object to subject.
    Inverse,
    /// A property: its subjects are claims or documents.
    Subject,
    /// A property: its objects are claims or documents.
    Object,
    /// The sourcing properties: their subjects are claims, where no claim or document leads to them.
    Taker,
}

impl Reading {
    const NAMES: [&str; 6] = ["class", "edge", "inverse", "subject", "object", "taker"];

    /// The word that stands in a table.
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }

    /// Whether what it is read as is a class: `ibid:Claim` or `ibid:Document`.
    fn gives_class(self) -> bool {
        !matches!(self, Self::Edge | Self::Inverse)
    }
}

impl FromStr for Reading {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        use Reading::{Class, Edge, Inverse, Object, Subject, Taker};
        [Class, Edge, Inverse, Subject, Object, Taker].into_iter().find(|reading| reading.name() == name).ok_or(())
    }
}

/// A line of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The table's name.
    pub table: String,
    /// The term of others.
    pub term: String,
    /// How it is read.
    pub reading: Reading,
    /// The model's term.
    pub model: String,
    /// Why.
    pub why: String,
}

/// A line of a table that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct RowError {
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
    /// How many characters it is about.
    pub length: usize,
    /// What is wrong.
    pub message: String,
    /// What may help.
    pub hint: Option<String>,
}

/// The rows of a table: term, reading, the model's term, and why, divided by white space. Lines that begin with `#` and
/// empty ones say nothing.
pub(super) fn rows(table: &str, text: &str) -> Result<Vec<Row>, RowError> {
    let lines = text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty() && !line.starts_with('#'));
    lines.map(|(line, number)| row(table, line, number)).collect()
}

fn row(table: &str, line: &str, number: u32) -> Result<Row, RowError> {
    let mut rest = line;
    let mut column = || {
        rest = rest.trim_start();
        let at = line[..line.len() - rest.len()].chars().count();
        let (word, after) = rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len()));
        rest = after;
        (word, at)
    };
    let (term, reading, model) = (column(), column(), column());
    let wrong = |(word, at): (&str, usize), message: String, hint: Option<String>| RowError {
        line: number,
        column: u32::try_from(at + 1).unwrap_or(u32::MAX),
        length: word.chars().count().max(1),
        message,
        hint,
    };
    if model.0.is_empty() {
        let columns = "a line is a term, how it is read, and the model's term";
        return Err(wrong(term, "three columns are needed".to_owned(), Some(columns.to_owned())));
    }
    let iri = |column: (&str, usize)| {
        prefixes()
            .iri(column.0)
            .map_err(|error| wrong(column, error.to_string(), Some("write the whole IRI in angle brackets".to_owned())))
    };
    let Ok(read) = reading.0.parse::<Reading>() else {
        let hint = nearest(reading.0, Reading::NAMES).map_or_else(
            || format!("known are {}", Reading::NAMES.join(", ")),
            |near| format!("did you mean `{near}`?"),
        );
        return Err(wrong(reading, format!("`{}` is no way of reading a term", reading.0), Some(hint)));
    };
    let row = Row {
        table: table.to_owned(),
        term: iri(term)?,
        reading: read,
        model: iri(model)?,
        why: rest.trim().to_owned(),
    };
    let known: Vec<&str> = if read.gives_class() {
        vec![ibid::CLAIM, ibid::DOCUMENT]
    } else {
        [ibid::ALL, schema::ALL, prov::ALL, rdf::ALL].concat()
    };
    if !known.contains(&row.model.as_str()) {
        let hint = nearest(&row.model, known.iter().copied()).map(|near| prefixes().shorten(near));
        let message = format!("`{}` is not what a term can be read as here", model.0);
        return Err(wrong(model, message, hint.map(|near| format!("did you mean `{near}`?"))));
    }
    if read == Reading::Taker && (row.term != prov::WAS_DERIVED_FROM || row.model != ibid::CLAIM) {
        let message = "only `prov:wasDerivedFrom taker ibid:Claim` can be said, of all sourcing properties at once";
        return Err(wrong(term, message.to_owned(), None));
    }
    Ok(row)
}

#[cfg(test)]
mod tests {
    use super::{Reading, rows};

    #[test]
    fn a_line_is_read() {
        let read = rows("t", "# about\n\nschema:Claim\tclass  ibid:Claim\tthe same thing\n").unwrap();
        assert_eq!(read.len(), 1);
        assert_eq!((read[0].reading, read[0].why.as_str()), (Reading::Class, "the same thing"));
        assert_eq!(read[0].term, "https://schema.org/Claim");
    }

    #[test]
    fn what_is_wrong_is_placed() {
        let wrong = |line: &str| {
            let error = rows("t", &format!("# about\n{line}")).unwrap_err();
            format!("{}:{} {} ({})", error.line, error.column, error.message, error.hint.unwrap_or_default())
        };
        assert!(wrong("schema:Claim class").starts_with("2:1 three columns"));
        assert!(
            wrong("schema:Claim clas ibid:Claim").contains("2:14") && wrong("a:b clas ibid:Claim").contains("`class`")
        );
        assert!(wrong("exx:a class ibid:Claim").contains("no prefix `exx`"));
        assert!(wrong("schema:Claim class ibid:Clam").contains("did you mean `ibid:Claim`"));
        assert!(wrong("schema:x edge prov:wasDerivedFrm").contains("did you mean `prov:wasDerivedFrom`"));
        assert!(wrong("schema:x taker ibid:Claim").contains("only `prov:wasDerivedFrom"));
    }
}
