//! Takes reports out of the store.

use crate::history;
use crate::store::{Error, Store, node_of};
use crate::vocab::graph::RESERVED;
use std::time::Duration;

/// Why nothing was taken out.
#[derive(Debug, thiserror::Error)]
pub enum RemoveError {
    /// No report and no file has that name.
    #[error("there is no such report")]
    Unknown,
    /// The program's own graph.
    #[error("`{0}` is ibid's own")]
    Reserved(String),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] Error),
}

/// Removes the report of the first of `names` that is one, else the reports of the first that is a loaded file; all in one
/// transaction. Returns the graphs and how many quads each had.
///
/// # Errors
/// When none of the names is known, or the store fails.
pub fn remove(
    store: &Store,
    names: &[&str],
    now: &str,
    wait: Duration,
    who: &str,
) -> Result<Vec<(String, u64)>, RemoveError> {
    if let Some(reserved) = names.iter().find(|name| RESERVED.contains(name)) {
        return Err(RemoveError::Reserved((*reserved).to_owned()));
    }
    let mut writer = store.write(wait, who)?;
    let mut graphs: Vec<String> = Vec::new();
    for name in names {
        if writer.graph_size(&node_of(name))? > 0 || !history::current(&writer, name)?.is_empty() {
            graphs.push((*name).to_owned());
            break;
        }
    }
    if graphs.is_empty() {
        for name in names {
            let loads = history::of_file(&writer, name)?;
            graphs.extend(loads.into_iter().filter_map(|(_, graph)| graph));
            if !graphs.is_empty() {
                break;
            }
        }
    }
    if graphs.is_empty() {
        return Err(RemoveError::Unknown);
    }
    graphs.sort();
    graphs.dedup();
    let mut removed = Vec::with_capacity(graphs.len());
    for graph in graphs {
        let past = history::current(&writer, &graph)?;
        let quads = history::take_out(&mut writer, &graph, &past, now)?;
        removed.push((graph, quads));
    }
    writer.commit()?;
    Ok(removed)
}
