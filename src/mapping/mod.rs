//! What counts as a claim, a document or an edge in data that nobody wrote for ibid?
//!
//! Files say so: tables (`queries/mappings/*.tsv`, [`Row`]) of classes and properties, and queries (`queries/mappings/*.rq`)
//! that construct triples of the model's vocabulary. Both are compiled in, with a folder of the user's laid over them.
//! [`Mapped`] is a reader over another that answers in the model's terms; what it adds enters lineage and is never stored.

mod mapped;
mod recognise;
mod table;
mod within;

pub use mapped::Mapped;
pub use recognise::Recognised;
pub use table::{Reading, Row, RowError};
pub use within::{recognise, terms};

use crate::catalog::{self, Saved, prefixes};
use crate::sparql::{Kind, NotATerm, Query, QueryError};
use crate::vocab::graph;
use std::path::Path;
use std::sync::Arc;

/// How foreign data are read. Copies share what they hold.
#[derive(Clone, Debug, Default)]
pub struct Mappings {
    /// The rows of all tables, in the order of the tables' names.
    pub rows: Arc<[Row]>,
    /// The queries, in the order of their names.
    pub queries: Arc<[Constructed]>,
}

/// A query that constructs triples of the model's vocabulary.
#[derive(Clone, Debug)]
pub struct Constructed {
    /// The file it is.
    pub saved: Saved,
    /// The IRIs of which one must stand in the store for the query to be run.
    pub triggers: Vec<String>,
    query: Query,
}

/// A mapping that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {error}")]
pub struct Broken {
    /// The file's name.
    pub file: String,
    /// Its text.
    pub text: String,
    /// What is wrong with it.
    pub error: MappingError,
}

/// Why a file is no mapping.
#[derive(Debug, thiserror::Error)]
pub enum MappingError {
    /// A line of a table says nothing that can be used.
    #[error(transparent)]
    Row(#[from] RowError),
    /// A query does not parse.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// A query does not construct triples.
    #[error("it must be a CONSTRUCT")]
    Kind,
    /// A query does not say when it is to be run.
    #[error("its header has no `# where:` line, which names the properties or classes it is run for")]
    Trigger,
    /// Lineage is computed from what a mapping says.
    #[error("it names the computed graph `{0}`, which is computed from what mappings say")]
    Computed(&'static str),
    /// What follows `where:` is no list of terms.
    #[error(transparent)]
    Term(#[from] NotATerm),
}

impl Mappings {
    /// The mappings of the package, and those of a folder over them: a file replaces the package's of the same name.
    ///
    /// # Errors
    /// When the folder cannot be read; the inner error, where one of its files is no mapping.
    pub fn new(folder: Option<&Path>) -> std::io::Result<Result<Self, Box<Broken>>> {
        let (tables, queries) = (catalog::mapping_tables(folder)?, catalog::mapping_queries(folder)?);
        Ok(Self::of(tables, queries.into_values()))
    }

    fn of(
        tables: impl IntoIterator<Item = (String, String)>,
        queries: impl IntoIterator<Item = Saved>,
    ) -> Result<Self, Box<Broken>> {
        let (mut rows, mut all) = (Vec::new(), Vec::new());
        for (name, text) in tables {
            match table::rows(&name, &text) {
                Ok(found) => rows.extend(found),
                Err(error) => {
                    return Err(Box::new(Broken { file: format!("{name}.tsv"), text, error: error.into() }));
                }
            }
        }
        for saved in queries {
            let (file, text) = (format!("{}.rq", saved.id), saved.text.clone());
            all.push(constructed(saved).map_err(|error| Box::new(Broken { file, text, error }))?);
        }
        Ok(Self { rows: rows.into(), queries: all.into() })
    }
}

fn constructed(saved: Saved) -> Result<Constructed, MappingError> {
    let query = Query::parse(&saved.text, prefixes())?;
    if query.kind() != Kind::Graph {
        return Err(MappingError::Kind);
    }
    if let Some(computed) = graph::COMPUTED.into_iter().find(|graph| query.names(graph)) {
        return Err(MappingError::Computed(computed));
    }
    let triggers = saved.field("where").ok_or(MappingError::Trigger)?;
    let triggers = triggers.split_whitespace().map(|term| prefixes().iri(term)).collect::<Result<Vec<_>, _>>()?;
    Ok(Constructed { saved, triggers, query })
}

#[cfg(test)]
mod tests {
    use super::Mappings;
    use crate::catalog::Saved;

    fn broken(header: &str, text: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("mine.rq"), format!("# Mine\n{header}\n{text}")).unwrap();
        Mappings::new(Some(folder.path())).unwrap().unwrap_err().to_string()
    }

    #[test]
    fn the_package_is_whole() {
        let package = Mappings::new(None).unwrap().unwrap_or_else(|broken| panic!("{broken}"));
        assert!(!package.rows.is_empty() && !package.queries.is_empty());
        assert!(package.queries.iter().all(|query| !query.saved.title.is_empty()));
    }

    #[test]
    fn a_query_keeps_its_contract() {
        let construct = "CONSTRUCT { ?a prov:wasDerivedFrom ?b } { ?a prov:qualifiedDerivation/prov:entity ?b }";
        assert!(broken("#", construct).contains("`# where:`"));
        assert!(broken("# where: prov:used", "SELECT ?a { ?a prov:used ?b }").contains("CONSTRUCT"));
        assert!(broken("# where: provv:used", construct).contains("no prefix `provv`"));
        let lineage = "CONSTRUCT { ?a a ibid:Claim } { GRAPH <urn:ibid:lineage> { ?a ?b ?c } }";
        assert!(broken("# where: prov:used", lineage).contains("computed graph"));
        assert!(broken("# where: prov:used", "CONSTRUCT {").starts_with("mine.rq: "));
    }

    #[test]
    fn no_mappings_are_a_mapping() {
        assert!(Mappings::of(Vec::new(), Vec::<Saved>::new()).unwrap().rows.is_empty());
    }
}
