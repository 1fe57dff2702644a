//! What every output format is given, and which formats there are.

use super::super::error::CliError;
use super::super::target::Names;
use super::{annotations, concise, csv, json, junit, markdown, sarif, shacl, table};
use ibid::audit::{Audited, Brief, reread};
use ibid::catalog::{Rule, prefixes};
use ibid::model::{Failure, Finding, Place, Severity};
use ibid::store::Reader;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::Write;

/// The names of the formats.
pub(super) const FORMATS: [&str; 10] =
    ["table", "concise", "json", "sarif", "github", "gitlab", "junit", "markdown", "csv", "shacl"];

/// An audit to be told.
pub(super) struct Told<'a> {
    pub(super) audited: &'a Audited<'a>,
    pub(super) rules: &'a [Rule],
    pub(super) reader: &'a dyn Reader,
    pub(super) names: &'a Names,
    pub(super) profile: &'a str,
    /// How many findings of a rule people are shown.
    pub(super) limit: usize,
    /// The least severity that fails the run.
    pub(super) fail_on: Option<Severity>,
    pub(super) quiet: bool,
    /// The file that was named last, as the store calls it and as it is shown.
    pub(super) renamed: RefCell<(String, String)>,
    /// The lines of files that were looked into.
    pub(super) files: RefCell<BTreeMap<String, Option<Vec<String>>>>,
}

/// A line of a file, and the part of it that is meant: its first column from 1, and its length.
pub(super) struct Source {
    pub(super) line: String,
    pub(super) column: usize,
    pub(super) length: usize,
}

impl Told<'_> {
    pub(super) fn write(&self, format: &str, out: &mut dyn Write) -> Result<(), CliError> {
        match format {
            "concise" => concise::write(self, out),
            "json" => json::write(self, out),
            "sarif" => sarif::write(self, out),
            "github" => annotations::github(self, out),
            "gitlab" => annotations::gitlab(self, out),
            "junit" => junit::write(self, out),
            "markdown" => markdown::write(self, out),
            "csv" => csv::write(self, out),
            "shacl" => shacl::write(self, out),
            _ => table::write(self, out),
        }
    }

    /// A finding by its place in their order.
    pub(super) fn finding(&self, at: usize) -> Result<Finding, CliError> {
        let mut finding = self.audited.finding(at)?;
        if let Some(place) = &mut finding.location {
            self.rename(place);
        }
        Ok(finding)
    }

    /// As much of a finding as a line tells.
    pub(super) fn brief(&self, at: usize) -> Result<Brief, CliError> {
        let mut brief = self.audited.brief(at)?;
        if let Some(place) = &mut brief.location {
            self.rename(place);
        }
        Ok(brief)
    }

    /// The findings in their order, one at a time.
    pub(super) fn findings(&self) -> impl Iterator<Item = Result<Finding, CliError>> {
        (0..self.audited.len()).map(|at| self.finding(at))
    }

    /// The same, with the places of related nodes.
    pub(super) fn placed(&self) -> impl Iterator<Item = Result<Finding, CliError>> {
        self.findings().map(|finding| self.place_related(finding?))
    }

    fn place_related(&self, mut finding: Finding) -> Result<Finding, CliError> {
        self.audited.place_related(&mut finding)?;
        finding.related_locations.iter_mut().flatten().for_each(|place| self.rename(place));
        Ok(finding)
    }

    /// What waivers silence, with the places of related nodes, and why.
    pub(super) fn waived(&self) -> impl Iterator<Item = Result<(Finding, String), CliError>> {
        self.audited.waived().map(|waived| {
            let (mut finding, reason) = waived?;
            if let Some(place) = &mut finding.location {
                self.rename(place);
            }
            Ok((self.place_related(finding)?, reason))
        })
    }

    /// What could not be run or read.
    pub(super) fn failures(&self) -> Vec<Failure> {
        super::failed(self.audited, self.names)
    }

    /// Files are called in the answer what they are called from here.
    fn rename(&self, place: &mut Place) {
        let mut last = self.renamed.borrow_mut();
        // Most stand in the file of the one before.
        if last.0 != place.file {
            *last = (place.file.clone(), self.names.shown(&place.file));
        }
        place.file.clone_from(&last.1);
    }

    pub(super) fn called(&self, iri: &str) -> Result<String, CliError> {
        Ok(ibid::audit::called(self.reader, iri)?)
    }

    /// The place of a related node, looked up now: formats that show few findings do not need all.
    pub(super) fn place(&self, node: &str) -> Result<Option<Place>, CliError> {
        let found = match self.reader.find(node)? {
            Some(found) => self.reader.place(found, None)?,
            None => None,
        };
        Ok(found.map(|place| Place { file: self.names.shown(&place.file), ..place }))
    }

    /// The line that a finding points at, where the file is here and still has the node there.
    pub(super) fn source(&self, finding: &Finding) -> Option<Source> {
        let (place, subject) = (finding.location.as_ref()?, finding.subject()?);
        let mut files = self.files.borrow_mut();
        let lines = files
            .entry(place.file.clone())
            .or_insert_with(|| Some(reread(place.file.as_ref())?.lines().map(str::to_owned).collect()));
        let line = lines.as_ref()?.get(place.line as usize - 1)?;
        let mut column = place.column as usize;
        let mut rest: Vec<char> = line.chars().skip(column - 1).collect();
        let mut token = token_of(&rest)?;
        if token == "\"@id" || token == "\"id" {
            // What is meant is the value, which stands behind the key.
            let between = rest.iter().skip(token.chars().count() + 1).position(|c| *c == '"')?;
            let skipped = token.chars().count() + 1 + between;
            column += skipped;
            rest.drain(..skipped);
            token = token_of(&rest)?;
        }
        let names = |iri: &str| token.contains(iri.rsplit(['#', '/', ':']).next().unwrap_or_default());
        let told = |token: &str| finding.message.contains(token.rsplit(['#', '/', ':']).next().unwrap_or_default());
        let fits = !token.is_empty()
            && (subject.starts_with("_:")
                || names(subject)
                || finding.related.iter().any(|node| names(node))
                || told(token.trim_end_matches('>')));
        fits.then(|| Source { line: line.clone(), column, length: token.chars().count() })
    }

    /// The file's name and `LINE:COLUMN` as one word, or what stands for it.
    pub(super) fn at(finding: &Finding) -> String {
        Self::at_place(finding.location.as_ref(), finding.subject().map(AsRef::as_ref))
    }

    /// The same of a place and what would stand there.
    pub(super) fn at_place(place: Option<&Place>, subject: Option<&str>) -> String {
        match (place, subject) {
            (Some(place), _) => place.to_string(),
            (None, Some(subject)) => prefixes().shorten(subject),
            (None, None) => "-".to_owned(),
        }
    }
}

/// The word at the start of a line's rest; of a text in quotation marks without the last of them.
fn token_of(rest: &[char]) -> Option<String> {
    let end = |c: &char| c.is_whitespace() || matches!(c, ';' | ',' | '"' | '{' | '}');
    Some(match rest.first()? {
        '<' => rest.iter().take_while(|c| **c != '>').chain(&['>']).collect(),
        '"' => std::iter::once(&'"').chain(rest.iter().skip(1).take_while(|c| **c != '"')).collect(),
        _ => rest.iter().take_while(|c| !end(c)).collect(),
    })
}
