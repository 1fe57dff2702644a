//! What rules have found, as numbers: there may be millions of findings, and most are never read.

use super::look::Look;
use crate::catalog::{Template, Wording};
use crate::model::{Finding, Place, Severity};
use crate::store::{Node, Result};
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A stored node, or a text among those of the rule's [`Sayings`], or a count, or nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Code(u64);

/// Marks a number as that of a text, or as a count.
const TEXT: u64 = 1 << 63;
const COUNT: u64 = 1 << 62;

impl Code {
    pub(super) const NOTHING: Self = Self(0);

    pub(super) fn of_node(node: Node) -> Self {
        Self(node.0)
    }

    pub(super) fn of_text(number: usize) -> Self {
        Self(number as u64 | TEXT)
    }

    pub(super) fn of_count(count: usize) -> Self {
        Self(count as u64 | COUNT)
    }

    pub(super) fn is_nothing(self) -> bool {
        self == Self::NOTHING
    }

    pub(super) fn node(self) -> Option<Node> {
        (!self.is_nothing() && self.0 & (TEXT | COUNT) == 0).then_some(Node(self.0))
    }

    fn count(self) -> usize {
        (self.0 & !COUNT) as usize
    }

    fn text(self) -> Option<usize> {
        (self.0 & TEXT != 0).then_some((self.0 & !TEXT) as usize)
    }
}

/// Where something stands: the number of a file, line and column.
pub(super) type Spot = (u32, u32, u32);

/// One finding.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) claim: Code,
    pub(super) document: Code,
    pub(super) graph: Code,
    pub(super) spot: Option<Spot>,
    /// What the words name, how many more there are of each gathered column, the related nodes, and those on which the help is to be done.
    pub(super) codes: Box<[Code]>,
    pub(super) related: (u32, u32),
    /// Which of the wordings it has.
    pub(super) wording: u8,
    /// The number of the rule among those of the run.
    pub(super) rule: u16,
    pub(super) severity: Severity,
}

impl Found {
    /// The claim, else the document.
    pub(super) fn subject(&self) -> Code {
        if self.claim.is_nothing() { self.document } else { self.claim }
    }

    pub(super) fn related(&self) -> &[Code] {
        &self.codes[self.related.0 as usize..self.related.1 as usize]
    }

    fn on(&self) -> &[Code] {
        &self.codes[self.related.1 as usize..]
    }
}

/// What one rule has found.
pub(super) struct Applied {
    pub(super) found: Vec<Found>,
    pub(super) sayings: Sayings,
}

/// See [`Sayings::key`].
pub(super) type Key = (Option<Arc<str>>, Option<Arc<str>>, Arc<str>);

/// How a rule's findings are put into words.
pub(super) struct Sayings {
    pub(super) id: Arc<str>,
    pub(super) wordings: Vec<Wording>,
    /// The columns that the words name, in the order of a finding's codes.
    pub(super) columns: Vec<String>,
    /// The places of the gathered ones among them, in the order of the counts.
    pub(super) gathered: Vec<usize>,
    /// What the query has made itself.
    pub(super) texts: Vec<Arc<str>>,
}

impl Sayings {
    /// A node's name: its IRI, a blank node's label, a literal's text.
    pub(super) fn name(&self, look: &mut Look<'_>, code: Code) -> Result<Option<Arc<str>>> {
        match (code.node(), code.text()) {
            (Some(node), _) => look.name(node).map(Some),
            (None, Some(text)) => Ok(Some(Arc::clone(&self.texts[text]))),
            (None, None) => Ok(None),
        }
    }

    /// What people call a value.
    pub(super) fn said(&self, look: &mut Look<'_>, code: Code) -> Result<Option<Arc<str>>> {
        match code.node() {
            Some(node) => look.said(node).map(Some),
            None => self.name(look, code),
        }
    }

    /// The template with the finding's values in it.
    fn filled(&self, look: &mut Look<'_>, template: &Template, found: &Found) -> Result<Arc<str>> {
        let filled = template.fill(|column, property| -> Result<_> {
            let Some(place) = self.columns.iter().position(|known| known == column) else { return Ok(None) };
            if let Some(property) = property {
                let Some(node) = found.codes[place].node() else { return Ok(None) };
                let value = look.value(node, property)?;
                return Ok(value.map(|value| look.said(value)).transpose()?.map(|said| (said, 0)));
            }
            let more = self.gathered.iter().position(|gathered| *gathered == place);
            let more = more.map_or(0, |gathered| found.codes[self.columns.len() + gathered].count());
            Ok(self.said(look, found.codes[place])?.map(|said| (said, more)))
        })?;
        Ok(filled.into())
    }

    /// What is the matter.
    pub(super) fn message(&self, look: &mut Look<'_>, found: &Found) -> Result<Arc<str>> {
        self.filled(look, &self.wordings[usize::from(found.wording)].message, found)
    }

    /// What findings in one place are sorted by: the names of claim and document, and the message.
    pub(super) fn key(&self, look: &mut Look<'_>, found: &Found) -> Result<Key> {
        let document = self.document(look, found)?;
        Ok((self.name(look, found.claim)?, document, self.message(look, found)?))
    }

    /// The document it is about, or the one the claim stands in.
    fn document(&self, look: &mut Look<'_>, found: &Found) -> Result<Option<Arc<str>>> {
        match found.claim.node() {
            Some(claim) if found.document.is_nothing() => look.document(claim),
            _ => self.name(look, found.document),
        }
    }

    /// A finding in full, but for the places of related nodes.
    pub(super) fn finding(&self, look: &mut Look<'_>, files: &Files, found: &Found) -> Result<Finding> {
        let names = |look: &mut Look<'_>, codes: &[Code]| -> Result<Vec<Arc<str>>> {
            let mut names = Vec::with_capacity(codes.len());
            for code in codes {
                names.extend(self.name(look, *code)?);
            }
            names.sort_unstable();
            names.dedup();
            Ok(names)
        };
        let text = match found.claim.node() {
            Some(claim) => look.text(claim)?,
            None => None,
        };
        Ok(Finding {
            rule: Arc::clone(&self.id),
            severity: found.severity,
            claim: self.name(look, found.claim)?,
            document: self.document(look, found)?,
            graph: self.name(look, found.graph)?,
            message: self.message(look, found)?,
            text,
            location: found.spot.map(|spot| files.place(spot)),
            related: names(look, found.related())?,
            related_locations: Vec::new(),
            help: Some(self.filled(look, &self.wordings[usize::from(found.wording)].help, found)?),
            on: names(look, found.on())?,
        })
    }
}

/// The names of files, each once.
#[derive(Default)]
pub(super) struct Files(Mutex<Named>);

#[derive(Default)]
struct Named {
    names: Vec<Arc<str>>,
    numbers: FxHashMap<Arc<str>, u32>,
}

impl Files {
    fn named(&self) -> MutexGuard<'_, Named> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The number of a file.
    pub(super) fn number(&self, name: &str) -> u32 {
        let mut named = self.named();
        if let Some(known) = named.numbers.get(name) {
            return *known;
        }
        let (name, number): (Arc<str>, _) = (name.into(), named.names.len() as u32);
        named.names.push(Arc::clone(&name));
        named.numbers.insert(name, number);
        number
    }

    pub(super) fn place(&self, (file, line, column): Spot) -> Place {
        Place { file: self.named().names[file as usize].as_ref().to_owned(), line, column }
    }

    /// Their names, sorted.
    pub(super) fn sorted(&self) -> Vec<Arc<str>> {
        let mut names = self.named().names.clone();
        names.sort_unstable();
        names
    }

    /// For each number where the file's name comes in the order of names.
    pub(super) fn ranks(&self) -> Vec<u32> {
        let named = self.named();
        let mut order: Vec<usize> = (0..named.names.len()).collect();
        order.sort_by_key(|number| &named.names[*number]);
        let mut ranks = vec![0; order.len()];
        for (rank, number) in order.into_iter().enumerate() {
            ranks[number] = rank as u32;
        }
        ranks
    }
}
