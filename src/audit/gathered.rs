//! Which rows of a rule are one finding? Rows become findings of numbers.

use super::found::{Applied, Code, Found, Sayings};
use super::look::{Look, said};
use crate::catalog::Rule;
use crate::model::Severity;
use crate::store::{Error, Node, Result};
use rustc_hash::{FxHashMap, FxHasher};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// What a row says that no rule's may.
#[derive(Debug, thiserror::Error)]
pub(super) enum RowError {
    /// Its severity is none.
    #[error("a row's ?severity is `{0}`, which is none of error, warning, info")]
    Severity(String),
    /// A finding is about a node.
    #[error("a row's ?{0} is the text `{1}`, and a finding is about a node")]
    Text(&'static str, String),
}

impl From<RowError> for Error {
    fn from(error: RowError) -> Self {
        Self::Other(Box::new(error))
    }
}

/// The places of the columns that mean something; none where a rule has no such column.
struct Columns {
    claim: Option<usize>,
    document: Option<usize>,
    graph: Option<usize>,
    related: Vec<usize>,
    severity: Option<usize>,
    case: Option<usize>,
    on: Option<usize>,
    at: Option<usize>,
    /// Those that the words name: first what rows of one finding agree in, then those that only helps name, then the gathered ones.
    said: Vec<Option<usize>>,
}

/// What two rows of one finding agree in; the last is a hash of what the message says, or its text.
type Key<T> = (Code, Code, T);

/// A value of a finding: the finding, a column's place, the row's wording, and the value.
type Value = (u32, u8, u8, Code);

/// The findings of one rule, as its rows come.
pub(super) struct Gathered<'r> {
    rule: &'r Rule,
    columns: Columns,
    /// How many of the columns that are said rows of one finding agree in.
    agreed: usize,
    sayings: Sayings,
    /// The code of what is no stored node: as what it is called, and as what it is named.
    made: FxHashMap<(Node, bool), Code>,
    texts: FxHashMap<Arc<str>, Code>,
    /// The number of the wording for a case.
    cases: FxHashMap<Option<Node>, u8>,
    found: Vec<Found>,
    /// What the words say, as many codes a finding as there are such columns.
    said: Vec<Code>,
    /// Values of gathered columns, with the column's place.
    several: Vec<Value>,
    related: Vec<Value>,
    on: Vec<Value>,
    /// The nodes and terms at which findings stand.
    at: Vec<(u32, Node)>,
    /// The reports that rows of one finding name beside the first.
    graphs: Vec<(u32, Node)>,
    by_codes: FxHashMap<Key<u64>, u32>,
    /// Of each subject its first finding, until there is a second.
    first: FxHashMap<(Code, Code), Option<u32>>,
    by_text: FxHashMap<Key<Arc<str>>, u32>,
}

impl<'r> Gathered<'r> {
    pub(super) fn new(rule: &'r Rule) -> Self {
        let all = rule.query.columns();
        let at = |name: &str| all.iter().position(|known| known == name);
        let messages: Vec<&str> = rule.wordings.iter().flat_map(|wording| wording.message.columns()).collect();
        let helps: Vec<&str> = rule.wordings.iter().flat_map(|wording| wording.help.columns()).collect();
        let is_gathered = |name: &str| rule.gathered.iter().any(|gathered| gathered == name);
        let mut named: Vec<String> = Vec::new();
        let mut name = |columns: &[&str], gathered: bool| {
            for column in columns.iter().filter(|column| is_gathered(column) == gathered) {
                if !named.iter().any(|known| known == column) {
                    named.push((*column).to_owned());
                }
            }
            named.len()
        };
        let agreed = name(&messages, false);
        let single = name(&helps, false);
        name(&[messages, helps].concat(), true);
        let columns = Columns {
            claim: at("claim"),
            document: at("document"),
            graph: at("graph"),
            related: rule.related.iter().filter_map(|name| at(name)).collect(),
            severity: at("severity").filter(|_| !rule.fixed),
            case: at("case").filter(|_| rule.wordings.len() > 1),
            on: rule.on.as_deref().and_then(at),
            at: at("at"),
            said: named.iter().map(|name| at(name)).collect(),
        };
        let sayings = Sayings {
            id: rule.saved.id.as_str().into(),
            wordings: rule.wordings.clone(),
            gathered: (single..named.len()).collect(),
            columns: named,
            texts: Vec::new(),
        };
        Self {
            rule,
            columns,
            agreed,
            sayings,
            made: FxHashMap::default(),
            texts: FxHashMap::default(),
            cases: FxHashMap::default(),
            found: Vec::new(),
            said: Vec::new(),
            several: Vec::new(),
            related: Vec::new(),
            on: Vec::new(),
            at: Vec::new(),
            graphs: Vec::new(),
            by_codes: FxHashMap::default(),
            first: FxHashMap::default(),
            by_text: FxHashMap::default(),
        }
    }

    /// The code of a value; `is_called` says whether it is to be said, or to be named.
    fn code(&mut self, look: &mut Look<'_>, value: Option<Node>, is_called: bool) -> Result<Code> {
        let Some(node) = value else { return Ok(Code::NOTHING) };
        if node.is_stored() {
            return Ok(Code::of_node(node));
        }
        if let Some(known) = self.made.get(&(node, is_called)) {
            return Ok(*known);
        }
        let text: Arc<str> = if is_called { said(look.reader, node)? } else { look.reader.name(node)? }.into();
        let next = Code::of_text(self.sayings.texts.len());
        let code = *self.texts.entry(Arc::clone(&text)).or_insert(next);
        if code == next {
            self.sayings.texts.push(text);
        }
        self.made.insert((node, is_called), code);
        Ok(code)
    }

    /// Takes a row in.
    pub(super) fn add(&mut self, look: &mut Look<'_>, row: &[Option<Node>]) -> Result<()> {
        let value = |column: Option<usize>| column.and_then(|column| row[column]);
        for (column, at) in [("claim", self.columns.claim), ("document", self.columns.document)] {
            if let Some(node) = value(at).filter(|node| node.is_literal()) {
                return Err(RowError::Text(column, look.reader.name(node)?).into());
            }
        }
        let claim = self.code(look, value(self.columns.claim), false)?;
        let document = self.code(look, value(self.columns.document), false)?;
        let (start, single) = (self.said.len(), self.columns.said.len() - self.sayings.gathered.len());
        for place in 0..single {
            let code = self.code(look, value(self.columns.said[place]), true)?;
            self.said.push(code);
        }
        let (severity, wording) = (self.severity(look, value(self.columns.severity))?, self.wording(look, row)?);
        let known = self.known(look, (claim, document), start)?;
        let graph = self.code(look, value(self.columns.graph), false)?;
        let number = if let Some(number) = known {
            self.said.truncate(start);
            let first = self.found[number as usize].graph;
            if let Some(other) = graph.node().filter(|_| graph != first) {
                self.graphs.extend(first.node().map(|first| (number, first)));
                self.graphs.push((number, other));
            }
            number
        } else {
            let (codes, spot, related) = (Box::default(), None, (0, 0));
            self.found.push(Found { claim, document, graph, spot, codes, related, wording, rule: 0, severity });
            self.found.len() as u32 - 1
        };
        // Rows of one finding may differ in weight and case: the heaviest counts, and the first that there are words for.
        let finding = &mut self.found[number as usize];
        finding.severity = finding.severity.max(severity);
        finding.wording = finding.wording.min(wording);
        for place in single..self.columns.said.len() {
            let code = self.code(look, value(self.columns.said[place]), true)?;
            if !code.is_nothing() {
                self.several.push((number, place as u8, wording, code));
            }
        }
        for place in 0..self.columns.related.len() {
            let Some(node) = row[self.columns.related[place]].filter(|node| !node.is_literal()) else { continue };
            let related = self.code(look, Some(node), false)?;
            // Nothing is related to itself.
            if related != claim && related != document {
                self.related.push((number, 0, wording, related));
            }
        }
        if let Some(node) = value(self.columns.at) {
            self.at.push((number, node));
        }
        if let Some(node) = value(self.columns.on).filter(|node| !node.is_literal()) {
            let on = self.code(look, Some(node), false)?;
            self.on.push((number, 0, wording, on));
        }
        Ok(())
    }

    fn severity(&self, look: &Look<'_>, value: Option<Node>) -> Result<Severity> {
        let Some(node) = value else { return Ok(self.rule.severity) };
        let name = look.reader.name(node)?;
        Ok(name.parse().map_err(|()| RowError::Severity(name))?)
    }

    /// The number of the wording for a row.
    fn wording(&mut self, look: &Look<'_>, row: &[Option<Node>]) -> Result<u8> {
        let Some(column) = self.columns.case else { return Ok(0) };
        if let Some(known) = self.cases.get(&row[column]) {
            return Ok(*known);
        }
        let case = row[column].map(|node| look.reader.name(node)).transpose()?;
        let wordings = &self.sayings.wordings;
        let place = wordings.iter().position(|wording| wording.case.is_some() && wording.case == case);
        let number = place.unwrap_or(wordings.len() - 1) as u8;
        self.cases.insert(row[column], number);
        Ok(number)
    }

    /// The finding that a row belongs to, if it is known; else the row is taken down as that of the next. Rows that agree in
    /// subject and message are one finding.
    fn known(&mut self, look: &mut Look<'_>, subject: (Code, Code), start: usize) -> Result<Option<u32>> {
        let (next, width) = (self.found.len() as u32, self.columns.said.len() - self.sayings.gathered.len());
        let message = start..start + self.agreed;
        let is_last = |last: &Found| {
            (last.claim, last.document) == subject
                && self.said[start - width..][..self.agreed] == self.said[message.clone()]
        };
        // Rows of one finding mostly come one after the other.
        if self.found.last().is_some_and(is_last) {
            return Ok(Some(next - 1));
        }
        let mut hasher = FxHasher::default();
        self.said[message.clone()].hash(&mut hasher);
        let key = (subject.0, subject.1, hasher.finish());
        if let Some(number) = self.by_codes.get(&key) {
            let other = *number as usize * width;
            if self.said[other..other + self.agreed] == self.said[message.clone()] {
                return Ok(Some(*number));
            }
        }
        // Other values may come to the same words.
        if self.agreed > 0 {
            match self.first.get_mut(&subject) {
                None => {
                    self.first.insert(subject, Some(next));
                }
                Some(first) => {
                    if let Some(first) = first.take() {
                        let at = first as usize * width;
                        let text = self.words(look, at..at + self.agreed)?;
                        self.by_text.insert((subject.0, subject.1, text), first);
                    }
                    let text = self.words(look, message)?;
                    if let Some(number) = self.by_text.get(&(subject.0, subject.1, Arc::clone(&text))) {
                        return Ok(Some(*number));
                    }
                    self.by_text.insert((subject.0, subject.1, text), next);
                }
            }
        }
        self.by_codes.insert(key, next);
        Ok(None)
    }

    /// What values are called, one a line.
    fn words(&self, look: &mut Look<'_>, codes: std::ops::Range<usize>) -> Result<Arc<str>> {
        let mut words = String::new();
        for code in &self.said[codes] {
            words.push_str(&self.sayings.said(look, *code)?.unwrap_or_default());
            words.push('\n');
        }
        Ok(words.into())
    }

    /// Of the values of a gathered column the first by name, and how many more there are.
    fn first_of(&self, look: &mut Look<'_>, values: &[Value]) -> Result<(Code, usize)> {
        let [(.., first), rest @ ..] = values else { return Ok((Code::NOTHING, 0)) };
        let (mut first, mut known) = (*first, None);
        for (.., code) in rest {
            let name = self.sayings.name(look, *code)?;
            if known.is_none() {
                known = Some(self.sayings.name(look, first)?);
            }
            if known.as_ref().is_some_and(|known| name < *known) {
                (first, known) = (*code, Some(name));
            }
        }
        Ok((first, rest.len()))
    }

    pub(super) fn finish(mut self, look: &mut Look<'_>, rule: u16) -> Result<Applied> {
        (self.by_codes, self.first, self.by_text) = Default::default();
        let mut found = std::mem::take(&mut self.found);
        let all = self.sayings.wordings.len() - 1;
        for list in [&mut self.several, &mut self.related, &mut self.on] {
            // Rows of another case than the finding's do not count; those of none do.
            list.retain(|(number, _, wording, _)| {
                usize::from(*wording) == all || *wording == found[*number as usize].wording
            });
            list.iter_mut().for_each(|(_, _, wording, _)| *wording = 0);
            list.sort_unstable();
            list.dedup();
        }
        let width = self.columns.said.len() - self.sayings.gathered.len();
        let mut several = self.several.as_slice();
        let (mut related, mut on) = (self.related.as_slice(), self.on.as_slice());
        let mut codes: Vec<Code> = Vec::new();
        for (number, found) in found.iter_mut().enumerate() {
            codes.clear();
            codes.extend(&self.said[number * width..(number + 1) * width]);
            let mut counts = Vec::with_capacity(self.sayings.gathered.len());
            for place in &self.sayings.gathered {
                let (first, more) = self.first_of(look, take(&mut several, (number, *place)))?;
                codes.push(first);
                counts.push(Code::of_count(more));
            }
            codes.append(&mut counts);
            let start = codes.len();
            codes.extend(take(&mut related, (number, 0)).iter().map(|(.., code)| *code));
            found.related = (start as u32, codes.len() as u32);
            codes.extend(take(&mut on, (number, 0)).iter().map(|(.., code)| *code));
            found.codes = codes.as_slice().into();
            found.rule = rule;
        }
        // Of several reports it is always the same one, in whichever order they were given.
        self.graphs.sort_unstable();
        for several in self.graphs.chunk_by(|a, b| a.0 == b.0) {
            let found = &mut found[several[0].0 as usize];
            let graphs: Vec<Node> = several.iter().map(|(_, graph)| *graph).collect();
            if let Some(subject) = found.subject().node()
                && let Some(graph) = look.first_graph(subject, &graphs)?
            {
                found.graph = Code::of_node(graph);
            }
        }
        place(&mut found, look)?;
        self.at.sort_unstable();
        for several in self.at.chunk_by(|a, b| a.0 == b.0) {
            let found = &mut found[several[0].0 as usize];
            let Some(subject) = found.subject().node() else { continue };
            let mut spots = Vec::with_capacity(several.len());
            for (_, at) in several {
                spots.extend(look.fault(subject, *at)?);
            }
            found.spot = look.first(spots).or(found.spot);
        }
        found.retain(|found| self.sayings.wordings[usize::from(found.wording)].is_found);
        found.shrink_to_fit();
        self.sayings.texts.shrink_to_fit();
        Ok(Applied { found, sayings: self.sayings })
    }
}

/// Takes from sorted values those of a finding and a place, and of what comes before.
fn take<'v>(values: &mut &'v [Value], upto: (usize, usize)) -> &'v [Value] {
    let of = |(number, place, ..): &&Value| (*number as usize, usize::from(*place)) <= upto;
    let (mine, rest) = values.split_at(values.iter().take_while(of).count());
    *values = rest;
    mine
}

/// Says where each stands: places are read in the order in which they are stored, those of one subject once.
fn place(found: &mut [Found], look: &mut Look<'_>) -> Result<()> {
    let mut order: Vec<u32> = (0..found.len() as u32).collect();
    let place = |found: &Found| (found.graph, found.subject());
    order.sort_unstable_by_key(|number| place(&found[*number as usize]));
    let mut last = None;
    for number in order {
        let found = &mut found[number as usize];
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
    Ok(())
}
