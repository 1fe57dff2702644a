//! What does one rule find? Its rows, gathered into findings.

use super::found::{Applied, Code, Found, Sayings};
use super::look::Look;
use crate::catalog::{Rule, fill};
use crate::computed;
use crate::model::Severity;
use crate::store::{Error, Node, Result, Run};
use rustc_hash::{FxHashMap, FxHasher};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// Runs one rule, the one of this number.
pub(super) fn apply(look: &mut Look<'_>, number: u16, rule: &Rule, run: &Run) -> Result<Applied> {
    let reader = look.reader;
    computed::attach(reader, &rule.query)?;
    let mut gathered = Gathered::new(rule);
    reader.rows(&rule.query, run, &mut |row| {
        if run.cancel.is_cancelled() {
            return Err(Error::Cancelled);
        }
        gathered.add(look, row)
    })?;
    gathered.finish(look, number)
}

/// The places of the columns that mean something; none where a rule has no such column.
struct Columns {
    claim: Option<usize>,
    document: Option<usize>,
    graph: Option<usize>,
    related: Option<usize>,
    severity: Option<usize>,
    on: Option<usize>,
    /// Those that message and help name.
    said: Vec<Option<usize>>,
}

/// What two rows of one finding agree in; the last is a hash of what the message says, or its text.
type Key<T> = (Code, Code, T);

struct Gathered<'r> {
    rule: &'r Rule,
    columns: Columns,
    /// How many of the columns that are said are the message's.
    in_message: usize,
    sayings: Sayings,
    /// The code of what is no stored node: as what it is called, and as what it is named.
    made: FxHashMap<(Node, bool), Code>,
    texts: FxHashMap<Arc<str>, Code>,
    found: Vec<Found>,
    /// What message and help say, as many codes a finding as there are such columns.
    said: Vec<Code>,
    related: Vec<(u32, Code)>,
    on: Vec<(u32, Code)>,
    by_codes: FxHashMap<Key<u64>, u32>,
    /// Of each subject its first finding, until there is a second.
    first: FxHashMap<(Code, Code), Option<u32>>,
    by_text: FxHashMap<Key<Arc<str>>, u32>,
}

/// The columns that a template names.
fn columns_of(template: &str) -> Vec<String> {
    let mut named = Vec::new();
    fill(template, |column| {
        named.push(column.to_owned());
        None
    });
    named
}

impl<'r> Gathered<'r> {
    fn new(rule: &'r Rule) -> Self {
        let all = rule.query.columns();
        let at = |name: &str| all.iter().position(|known| known == name);
        let mut named = columns_of(&rule.message);
        let in_message = named.len();
        named.extend(columns_of(&rule.help));
        let columns = Columns {
            claim: at("claim"),
            document: at("document"),
            graph: at("graph"),
            related: at("related"),
            severity: at("severity").filter(|_| !rule.fixed),
            on: rule.on.as_deref().and_then(at),
            said: named.iter().map(|name| at(name)).collect(),
        };
        let sayings = Sayings {
            id: rule.saved.id.as_str().into(),
            message: rule.message.clone(),
            help: rule.help.clone(),
            columns: named,
            texts: Vec::new(),
        };
        Self {
            rule,
            columns,
            in_message,
            sayings,
            made: FxHashMap::default(),
            texts: FxHashMap::default(),
            found: Vec::new(),
            said: Vec::new(),
            related: Vec::new(),
            on: Vec::new(),
            by_codes: FxHashMap::default(),
            first: FxHashMap::default(),
            by_text: FxHashMap::default(),
        }
    }

    /// The code of a value; `called` says whether it is to be said, or to be named.
    fn code(&mut self, look: &mut Look<'_>, value: Option<Node>, called: bool) -> Result<Code> {
        let Some(node) = value else { return Ok(Code::NOTHING) };
        if node.is_stored() {
            return Ok(Code::of_node(node));
        }
        if let Some(known) = self.made.get(&(node, called)) {
            return Ok(*known);
        }
        let name = look.reader.name(node)?;
        let text = if called && !node.is_literal() { look.called(&name)? } else { name.into() };
        let next = Code::of_text(self.sayings.texts.len());
        let code = *self.texts.entry(Arc::clone(&text)).or_insert(next);
        if code == next {
            self.sayings.texts.push(text);
        }
        self.made.insert((node, called), code);
        Ok(code)
    }

    /// Takes a row in.
    fn add(&mut self, look: &mut Look<'_>, row: &[Option<Node>]) -> Result<()> {
        let value = |column: Option<usize>| column.and_then(|column| row[column]);
        let claim = self.code(look, value(self.columns.claim), false)?;
        let document = self.code(look, value(self.columns.document), false)?;
        let start = self.said.len();
        let said: Vec<Option<Node>> = self.columns.said.iter().map(|column| value(*column)).collect();
        for value in said {
            let code = self.code(look, value, true)?;
            self.said.push(code);
        }
        let severity = self.severity(look, value(self.columns.severity))?;
        let known = self.known(look, (claim, document), start)?;
        let number = if let Some(number) = known {
            self.said.truncate(start);
            number
        } else {
            let graph = self.code(look, value(self.columns.graph), false)?;
            let (codes, spot) = (Box::default(), None);
            self.found.push(Found { claim, document, graph, spot, codes, related: (0, 0), rule: 0, severity });
            self.found.len() as u32 - 1
        };
        // Rows of one finding may differ in weight: the heaviest counts.
        let finding = &mut self.found[number as usize];
        finding.severity = finding.severity.max(severity);
        let related = self.code(look, value(self.columns.related), false)?;
        if !related.is_nothing() {
            self.related.push((number, related));
        }
        if let Some(node) = value(self.columns.on).filter(|node| !node.is_literal()) {
            let on = self.code(look, Some(node), false)?;
            self.on.push((number, on));
        }
        Ok(())
    }

    fn severity(&self, look: &Look<'_>, value: Option<Node>) -> Result<Severity> {
        match value {
            Some(node) if node.is_literal() => Ok(look.reader.name(node)?.parse().unwrap_or(self.rule.severity)),
            _ => Ok(self.rule.severity),
        }
    }

    /// The finding that a row belongs to, if it is known; else the row is taken down as that of the next. Rows that agree in
    /// subject and message are one finding.
    fn known(&mut self, look: &mut Look<'_>, subject: (Code, Code), start: usize) -> Result<Option<u32>> {
        let (next, width) = (self.found.len() as u32, self.columns.said.len());
        let message = start..start + self.in_message;
        let mut hasher = FxHasher::default();
        self.said[message.clone()].hash(&mut hasher);
        let key = (subject.0, subject.1, hasher.finish());
        if let Some(number) = self.by_codes.get(&key) {
            let other = *number as usize * width;
            if self.said[other..other + self.in_message] == self.said[message.clone()] {
                return Ok(Some(*number));
            }
        }
        match self.first.get_mut(&subject) {
            None => {
                self.first.insert(subject, Some(next));
            }
            Some(first) => {
                // Other values may come to the same words.
                if let Some(first) = first.take() {
                    let at = first as usize * width;
                    let text = self.sayings.message(look, &self.said[at..at + width])?;
                    self.by_text.insert((subject.0, subject.1, text), first);
                }
                let text = self.sayings.message(look, &self.said[start..])?;
                if let Some(number) = self.by_text.get(&(subject.0, subject.1, Arc::clone(&text))) {
                    return Ok(Some(*number));
                }
                self.by_text.insert((subject.0, subject.1, text), next);
            }
        }
        self.by_codes.insert(key, next);
        Ok(None)
    }

    fn finish(mut self, look: &mut Look<'_>, rule: u16) -> Result<Applied> {
        (self.by_codes, self.first, self.by_text) = Default::default();
        let width = self.columns.said.len();
        for list in [&mut self.related, &mut self.on] {
            list.sort_unstable();
            list.dedup();
        }
        let (mut related, mut on) = (self.related.as_slice(), self.on.as_slice());
        let mut codes: Vec<Code> = Vec::new();
        for (number, found) in self.found.iter_mut().enumerate() {
            codes.clear();
            codes.extend(&self.said[number * width..(number + 1) * width]);
            let mut take = |list: &mut &[(u32, Code)]| {
                let (mine, rest) = list.split_at(list.partition_point(|(of, _)| *of as usize <= number));
                *list = rest;
                codes.extend(mine.iter().map(|(_, code)| *code));
                codes.len() as u32
            };
            found.related = (width as u32, take(&mut related));
            take(&mut on);
            found.codes = codes.as_slice().into();
            found.rule = rule;
        }
        // Places are read in the order in which they are stored, those of one subject once.
        let mut order: Vec<u32> = (0..self.found.len() as u32).collect();
        let place = |found: &Found| (found.graph, found.subject());
        order.sort_unstable_by_key(|number| place(&self.found[*number as usize]));
        let mut last = None;
        for number in order {
            let found = &mut self.found[number as usize];
            let (graph, subject) = place(found);
            let spot = match last {
                Some((known, spot)) if known == (graph, subject) => spot,
                _ => match subject.node() {
                    Some(node) => look.spot(node, graph.node())?,
                    None => None,
                },
            };
            last = Some(((graph, subject), spot));
            found.spot = spot;
        }
        self.found.shrink_to_fit();
        self.sayings.texts.shrink_to_fit();
        Ok(Applied { found: self.found, sayings: self.sayings })
    }
}
