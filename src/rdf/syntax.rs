//! The RDF syntaxes, by name, file extension and media type.

use oxigraph::io::{JsonLdProfileSet, RdfFormat};
use std::str::FromStr;

/// A syntax that reports are read and written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// <https://www.w3.org/TR/turtle/>
    Turtle,
    /// <https://www.w3.org/TR/trig/>
    TriG,
    /// <https://www.w3.org/TR/n-triples/>
    NTriples,
    /// <https://www.w3.org/TR/n-quads/>
    NQuads,
    /// <https://www.w3.org/TR/rdf-syntax-grammar/>
    RdfXml,
    /// <https://www.w3.org/TR/json-ld11/>
    JsonLd,
}

/// Not the name of a syntax.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is no RDF syntax")]
pub struct UnknownSyntax(pub String);

impl Syntax {
    const ALL: [Self; 6] = [Self::Turtle, Self::TriG, Self::NTriples, Self::NQuads, Self::RdfXml, Self::JsonLd];

    /// The names, for help and error texts.
    pub const NAMES: [&str; 6] = ["turtle", "trig", "ntriples", "nquads", "rdfxml", "jsonld"];

    /// The file extensions that are recognised, the first of a syntax being the usual one.
    pub const EXTENSIONS: [(&str, Self); 10] = [
        ("ttl", Self::Turtle),
        ("trig", Self::TriG),
        ("nt", Self::NTriples),
        ("nq", Self::NQuads),
        ("rdf", Self::RdfXml),
        ("jsonld", Self::JsonLd),
        ("turtle", Self::Turtle),
        ("xml", Self::RdfXml),
        ("owl", Self::RdfXml),
        ("json", Self::JsonLd),
    ];

    /// The syntax's name.
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }

    /// The syntax that a file name's ending stands for, a `.gz` at its end left aside.
    pub fn of_file_name(name: &str) -> Option<Self> {
        let name = name.strip_suffix(".gz").unwrap_or(name);
        let (_, extension) = name.rsplit_once('.')?;
        Self::EXTENSIONS.iter().find(|(known, _)| known.eq_ignore_ascii_case(extension)).map(|(_, syntax)| *syntax)
    }

    /// The syntax of a media type, parameters left aside.
    pub fn of_media_type(media_type: &str) -> Option<Self> {
        Self::of_format(RdfFormat::from_media_type(media_type)?)
    }

    fn of_format(format: RdfFormat) -> Option<Self> {
        match format {
            RdfFormat::Turtle => Some(Self::Turtle),
            RdfFormat::TriG => Some(Self::TriG),
            RdfFormat::NTriples => Some(Self::NTriples),
            RdfFormat::NQuads => Some(Self::NQuads),
            RdfFormat::RdfXml => Some(Self::RdfXml),
            RdfFormat::JsonLd { .. } => Some(Self::JsonLd),
            _ => None,
        }
    }

    /// Whether it can say in which graph a triple stands.
    pub fn has_graphs(self) -> bool {
        matches!(self, Self::TriG | Self::NQuads | Self::JsonLd)
    }

    /// Whether it is read statement by statement; the others are held whole.
    pub fn is_streamed(self) -> bool {
        matches!(self, Self::Turtle | Self::TriG | Self::NTriples | Self::NQuads)
    }

    /// Oxigraph's name for it.
    pub(crate) fn format(self) -> RdfFormat {
        match self {
            Self::Turtle => RdfFormat::Turtle,
            Self::TriG => RdfFormat::TriG,
            Self::NTriples => RdfFormat::NTriples,
            Self::NQuads => RdfFormat::NQuads,
            Self::RdfXml => RdfFormat::RdfXml,
            Self::JsonLd => RdfFormat::JsonLd { profile: JsonLdProfileSet::empty() },
        }
    }
}

impl FromStr for Syntax {
    type Err = UnknownSyntax;

    /// Takes a name, or the ending of a file's.
    fn from_str(name: &str) -> Result<Self, UnknownSyntax> {
        let named = Self::ALL.into_iter().find(|syntax| syntax.name() == name);
        let ending = || Self::EXTENSIONS.iter().find(|(ending, _)| *ending == name).map(|(_, syntax)| *syntax);
        named.or_else(ending).ok_or_else(|| UnknownSyntax(name.to_owned()))
    }
}
