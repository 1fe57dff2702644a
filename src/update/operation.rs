//! One operation: what it removes and adds, over what those before it left.

use super::batch::Batch;
use super::{Request, Result, UpdateError, told};
use crate::sparql::{Modify, Operation, Target, Transfer};
use crate::store::{Error, Node, Reader, Snapshot, node_of};
use crate::vocab::graph::COMPUTED;
use crate::{computed, history};
use oxigraph::model::{BlankNode, NamedOrBlankNode, Quad, Term};
use std::collections::{BTreeMap, BTreeSet};

impl Request<'_, '_> {
    /// Runs an operation and applies what it changes.
    pub(super) fn run(&mut self, operation: &Operation) -> Result<()> {
        if self.run.cancel.is_cancelled() {
            return Err(Error::Cancelled.into());
        }
        let batch = match operation {
            Operation::InsertData(data) => self.insert(data)?,
            Operation::DeleteData(data) => self.delete(data)?,
            Operation::Modify(modify) => self.modify(modify)?,
            Operation::Clear { word, silent, target } => self.clear(word, *silent, target)?,
            Operation::Create { silent, graph } => {
                let known = self.writer.snapshot()?.graph(graph)?.is_some() || self.touched.contains(graph);
                if known && !silent {
                    return Err(UpdateError::Exists(graph.clone()));
                }
                self.touched.insert(graph.clone());
                self.created.insert(graph.clone());
                return Ok(());
            }
            Operation::Transfer { kind, silent, from, to } => {
                self.transfer(*kind, *silent, from.as_deref(), to.as_deref())?
            }
            Operation::Identity => return Ok(()),
            Operation::Load { silent: false, source } => return Err(UpdateError::Load(source.clone())),
            Operation::Load { source, .. } => {
                self.warnings.push(told::not_loaded(source));
                return Ok(());
            }
        };
        // What is emptied is known all the same.
        let snapshot = self.writer.snapshot()?;
        for graph in batch.removed.iter().filter_map(|(graph, _)| *graph).collect::<BTreeSet<_>>() {
            self.touched.insert(snapshot.name(graph)?);
        }
        drop(snapshot);
        self.apply(batch)
    }

    fn insert(&mut self, data: &[Quad]) -> Result<Batch> {
        let snapshot = self.writer.snapshot()?;
        let mut batch = Batch::default();
        // A label is the text's own: a stored blank node of that label is another one.
        let mut labels: BTreeMap<String, BlankNode> = BTreeMap::new();
        let mut new = |node: &BlankNode| labels.entry(node.as_str().to_owned()).or_default().clone();
        for quad in data {
            let mut quad = quad.clone();
            if let NamedOrBlankNode::BlankNode(node) = &quad.subject {
                quad.subject = new(node).into();
            }
            if let Term::BlankNode(node) = &quad.object {
                quad.object = new(node).into();
            }
            batch.add(&snapshot, quad)?;
        }
        batch.settle(&snapshot)?;
        if !batch.changes() && !batch.wanted.is_empty() {
            self.warnings.push(told::THERE_ALREADY.to_owned());
        }
        Ok(batch)
    }

    fn delete(&mut self, data: &[Quad]) -> Result<Batch> {
        let snapshot = self.writer.snapshot()?;
        let mut batch = Batch::default();
        for quad in data {
            batch.remove(&snapshot, quad.clone(), self.run.default_graph)?;
        }
        self.warnings.extend(told::missed(&snapshot, &batch, self.run.default_graph)?);
        Ok(batch)
    }

    fn modify(&mut self, modify: &Modify) -> Result<Batch> {
        let snapshot = self.writer.snapshot()?;
        computed::attach_named(&snapshot, &|graph| modify.names(graph))?;
        let mut batch = Batch::default();
        for quad in snapshot.modified(modify, self.run)? {
            match quad? {
                (false, quad) => batch.remove(&snapshot, quad, self.run.default_graph)?,
                (true, quad) => batch.add(&snapshot, quad)?,
            }
        }
        let removes = !batch.removed.is_empty();
        batch.settle(&snapshot)?;
        let told = if removes { None } else { told::missed(&snapshot, &batch, self.run.default_graph)? };
        if told.is_some() {
            self.warnings.extend(told);
        } else if !batch.changes() && batch.wanted.is_empty() && !removes {
            self.warnings.push(told::nothing_found(&snapshot, modify)?);
        } else if !batch.changes() {
            self.warnings.push(told::THERE_ALREADY.to_owned());
        }
        Ok(batch)
    }

    fn clear(&mut self, word: &'static str, silent: bool, target: &Target) -> Result<Batch> {
        let snapshot = self.writer.snapshot()?;
        let mut batch = Batch::default();
        let graphs: Vec<Option<Node>> = match target {
            Target::Graph(name) => self.existing(&snapshot, word, silent, name)?.map(Some).into_iter().collect(),
            Target::Default => vec![None],
            Target::Named => snapshot.report_graphs()?.into_iter().map(Some).collect(),
            Target::All => snapshot.report_graphs()?.into_iter().map(Some).chain([None]).collect(),
        };
        for graph in graphs {
            batch.empty(&snapshot, graph)?;
        }
        Ok(batch)
    }

    fn transfer(&self, kind: Transfer, silent: bool, from: Option<&str>, to: Option<&str>) -> Result<Batch> {
        let snapshot = self.writer.snapshot()?;
        let mut batch = Batch::default();
        let target = to.map(|to| snapshot.node(node_of(to))).transpose()?;
        let source = match from {
            None => Some(None),
            Some(name) if COMPUTED.contains(&name) => {
                computed::attach_graph(&snapshot, name)?;
                for quad in snapshot.quads(Some(name))? {
                    let Quad { subject, predicate, object, .. } = quad?;
                    let triple = [subject.into(), predicate.into(), object].map(|term| snapshot.node(term));
                    let [s, p, o] = triple;
                    batch.wanted.insert((target, [s?, p?, o?]));
                }
                None
            }
            Some(name) => self.existing(&snapshot, kind.word(), silent, name)?.map(Some),
        };
        if let Some(source) = source {
            for triple in snapshot.triples(source)? {
                batch.wanted.insert((target, triple?));
            }
        }
        if kind != Transfer::Add {
            batch.empty(&snapshot, target)?;
        }
        if let (Transfer::Move, Some(source)) = (kind, source) {
            batch.empty(&snapshot, source)?;
        }
        batch.settle(&snapshot)?;
        Ok(batch)
    }

    /// The node of a graph that is to be there. Reports that say nothing are, and what this request has emptied.
    fn existing(&self, snapshot: &Snapshot<'_>, word: &'static str, silent: bool, name: &str) -> Result<Option<Node>> {
        let found = snapshot.graph(name)?;
        let known = silent || self.touched.contains(name) || !history::current(&self.writer, name)?.is_empty();
        if found.is_none() && !known {
            let known = snapshot.reports()?.into_iter().map(|(report, _)| report).collect();
            return Err(UpdateError::Absent { word, graph: name.to_owned(), known });
        }
        Ok(found)
    }
}
