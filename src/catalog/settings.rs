//! What do a profile and a project's `ibid.toml` say: which rules weigh what, and with which thresholds?

use crate::model::Severity;
use crate::rdf::Position;
use oxigraph::model::Literal;
use oxigraph::model::vocab::xsd;
use std::collections::BTreeMap;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

/// How much a rule is to weigh.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// It is not run.
    Off,
    /// All its findings have this severity.
    Severity(Severity),
}

impl Weight {
    const NAMES: [&str; 4] = ["error", "warning", "info", "off"];

    fn of(name: &str) -> Option<Self> {
        if name == "off" { Some(Self::Off) } else { name.parse().ok().map(Self::Severity) }
    }
}

/// What is set of rules.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Rules by their ids.
    pub weights: BTreeMap<String, Weight>,
    /// Thresholds by their names.
    pub thresholds: BTreeMap<String, Literal>,
    /// A profile chosen by name, and where.
    pub profile: Option<(String, Position)>,
    /// Folders of rules, as they are written, and where.
    pub rules: Vec<(String, Position)>,
    /// What a profile says of itself: title and norm.
    pub(super) about: BTreeMap<String, String>,
    /// Where the names of rules and thresholds stand.
    pub places: BTreeMap<String, Position>,
    /// Where the values of thresholds stand, and how long they are, in characters.
    pub values: BTreeMap<String, (Position, usize)>,
}

/// Why a text is no settings.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct SettingsError {
    /// What is wrong.
    pub message: String,
    /// Where.
    pub position: Option<Position>,
    /// How long what is wrong is, in characters.
    pub length: usize,
    /// The names that could stand there, where a name is wrong: what was typed, and they.
    pub known: Option<(String, Vec<String>)>,
}

impl Settings {
    /// Reads TOML (<https://toml.io/en/v1.0.0>): `profile`, `rules`, the tables `severity` and `threshold`, and for
    /// profiles `title` and `norm`. What is wrong is told beside what could be read.
    pub fn read(text: &str, profile: bool) -> (Self, Vec<SettingsError>) {
        let mut settings = Self::default();
        let table = match DeTable::parse(text) {
            Ok(table) => table,
            Err(error) => {
                let span = error.span().unwrap_or_default();
                return (settings, vec![wrong(text, &span, error.message().trim().replace('\n', ", "))]);
            }
        };
        let keys: &[&str] = if profile {
            &["title", "norm", "severity", "threshold"]
        } else {
            &["profile", "rules", "severity", "threshold"]
        };
        let mut errors = Vec::new();
        for (key, value) in table.get_ref() {
            let name: &str = key.get_ref();
            if keys.contains(&name) {
                errors.extend(settings.read_key(text, name, value));
            } else {
                errors.push(unknown(text, key, format!("there is no setting `{name}`"), keys));
            }
        }
        errors.sort_by_key(|error| error.position.map(|position| (position.line, position.column)));
        (settings, errors)
    }

    fn read_key(&mut self, text: &str, name: &str, value: &Spanned<DeValue<'_>>) -> Vec<SettingsError> {
        let read = match (name, value.get_ref()) {
            ("severity", DeValue::Table(table)) => {
                return table.iter().filter_map(|(rule, value)| self.read_weight(text, rule, value).err()).collect();
            }
            ("threshold", DeValue::Table(table)) => {
                return table.iter().filter_map(|(name, value)| self.read_threshold(text, name, value).err()).collect();
            }
            ("severity" | "threshold", _) => {
                Err(wrong(text, &value.span(), format!("`{name}` must be a table: [{name}]")))
            }
            ("rules", DeValue::Array(list)) => list.iter().try_for_each(|folder| {
                let named = string(text, "each of `rules`", folder)?.to_owned();
                self.rules.push((named, Position::of(text, folder.span().start)));
                Ok(())
            }),
            ("rules", _) => Err(wrong(text, &value.span(), "`rules` must be a list of folders: [\"DIR\"]".to_owned())),
            ("profile", _) => string(text, "`profile`", value).map(|named| {
                self.profile = Some((named.to_owned(), Position::of(text, value.span().start)));
            }),
            (name, _) => string(text, &format!("`{name}`"), value).map(|said| {
                self.about.insert(name.to_owned(), said.to_owned());
            }),
        };
        read.err().into_iter().collect()
    }

    fn read_weight(
        &mut self,
        text: &str,
        rule: &Spanned<DeString<'_>>,
        value: &Spanned<DeValue<'_>>,
    ) -> Result<(), SettingsError> {
        let id = rule.get_ref().to_string();
        let typed = string(text, &format!("the severity of `{id}`"), value)?;
        let weight = Weight::of(typed).ok_or_else(|| SettingsError {
            known: Some((typed.to_owned(), Weight::NAMES.map(str::to_owned).to_vec())),
            ..wrong(text, &value.span(), format!("`{typed}` is no severity"))
        })?;
        self.places.insert(id.clone(), Position::of(text, rule.span().start));
        self.weights.insert(id, weight);
        Ok(())
    }

    fn read_threshold(
        &mut self,
        text: &str,
        name: &Spanned<DeString<'_>>,
        value: &Spanned<DeValue<'_>>,
    ) -> Result<(), SettingsError> {
        let id = name.get_ref().to_string();
        let literal = match value.get_ref() {
            DeValue::Integer(number) if number.radix() == 10 => literal(number.as_str()),
            DeValue::Float(number) => literal(number.as_str()),
            DeValue::String(text) => Literal::new_simple_literal(text.as_ref()),
            _ => {
                return Err(wrong(
                    text,
                    &value.span(),
                    format!("the threshold `{id}` must be a decimal number or a text"),
                ));
            }
        };
        self.places.insert(id.clone(), Position::of(text, name.span().start));
        let span = value.span();
        let length = text.get(span.clone()).map_or(1, |value| value.chars().count());
        self.values.insert(id.clone(), (Position::of(text, span.start), length));
        self.thresholds.insert(id, literal);
        Ok(())
    }

    /// Lays others over these: what they set counts.
    pub fn overlay(&mut self, other: &Self) {
        self.weights.extend(other.weights.iter().map(|(rule, weight)| (rule.clone(), *weight)));
        self.thresholds.extend(other.thresholds.iter().map(|(name, value)| (name.clone(), value.clone())));
    }

    /// Whether a rule is to be left out.
    pub fn leaves_out(&self, rule: &str) -> bool {
        self.weights.get(rule) == Some(&Weight::Off)
    }
}

/// A value as SPARQL would read it: an integer, a decimal, else a text.
pub(super) fn literal(value: &str) -> Literal {
    let digits = value.strip_prefix('-').unwrap_or(value);
    let whole = !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit());
    let decimal = digits
        .split_once('.')
        .is_some_and(|(whole, part)| !part.is_empty() && (whole.to_owned() + part).chars().all(|c| c.is_ascii_digit()));
    if whole {
        Literal::new_typed_literal(value, xsd::INTEGER)
    } else if decimal {
        Literal::new_typed_literal(value, xsd::DECIMAL)
    } else {
        Literal::new_simple_literal(value)
    }
}

fn string<'a>(text: &str, what: &str, value: &'a Spanned<DeValue<'_>>) -> Result<&'a str, SettingsError> {
    value
        .get_ref()
        .as_str()
        .ok_or_else(|| wrong(text, &value.span(), format!("{what} must be a text in quotation marks")))
}

fn unknown(text: &str, key: &Spanned<DeString<'_>>, message: String, known: &[&str]) -> SettingsError {
    let known = known.iter().map(|&name| name.to_owned()).collect();
    SettingsError { known: Some((key.get_ref().to_string(), known)), ..wrong(text, &key.span(), message) }
}

fn wrong(text: &str, span: &std::ops::Range<usize>, message: String) -> SettingsError {
    let length = text.get(span.clone()).map_or(1, |piece| piece.lines().next().unwrap_or_default().chars().count());
    SettingsError { message, position: Some(Position::of(text, span.start)), length: length.max(1), known: None }
}

#[cfg(test)]
mod tests {
    use super::{Settings, literal};

    #[test]
    fn what_is_wrong_is_told_with_its_line_and_the_rest_is_read() {
        let (settings, errors) =
            Settings::read("profile = \"ifcn\"\n[severty]\n[severity]\na = \"off\"\nb = \"grave\"\n", false);
        let places: Vec<_> = errors.iter().map(|error| error.position.map(|at| (at.line, at.column))).collect();
        assert_eq!(places, [Some((2, 2)), Some((5, 5))], "{errors:?}");
        assert_eq!(errors[0].known.as_ref().map(|(typed, _)| typed.as_str()), Some("severty"));
        assert!(settings.leaves_out("a") && settings.profile.is_some());
        assert!(Settings::read("profile = ", false).1[0].position.is_some());
    }

    #[test]
    fn numbers_stay_numbers() {
        assert_eq!(literal("10").to_string(), "\"10\"^^<http://www.w3.org/2001/XMLSchema#integer>");
        assert_eq!(literal("0.5").datatype().as_str(), "http://www.w3.org/2001/XMLSchema#decimal");
        assert_eq!(literal("P2Y").to_string(), "\"P2Y\"");
    }
}
