//! What do the findings of a rule say? Words with places for a row's values.

use super::prefixes;
use std::fmt::Write;

/// What findings say, all of a rule or those of one case.
#[derive(Clone, Debug)]
pub struct Wording {
    /// Which rows it is for: those with this in `?case`. None is for all others.
    pub case: Option<String>,
    /// What is the matter.
    pub message: Template,
    /// The next step for whoever reads it.
    pub help: Template,
    /// Whether there is a finding at all where a row is of this case.
    pub is_found: bool,
}

/// Words with places in braces: `{column}` stands for a value, `{column| and # more| alone}` for the first of several, and then for what is
/// between the bars if there are more, with their number for `#`, or for what is after them if there is one. `{column ibid:unit}` stands for the
/// first of the values that the column's node has of a property. Of several such, with commas between, the first that has a value counts; words in
/// quotation marks have one always: `{near, claim ibid:value, "no number"}`.
#[derive(Clone, Debug, Default)]
pub struct Template {
    line: String,
    parts: Vec<Part>,
}

#[derive(Clone, Debug)]
enum Part {
    Words(String),
    Value { from: Vec<From>, more: String, alone: String },
}

#[derive(Clone, Debug)]
enum From {
    Column { column: String, property: Option<String> },
    Words(String),
}

impl From {
    fn read(place: &str) -> Self {
        if let Some(words) = place.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
            return Self::Words(words.to_owned());
        }
        // A name without a known prefix is left to be no column.
        let property = place.split_once(' ').and_then(|(column, name)| Some((column, prefixes().iri(name).ok()?)));
        match property {
            Some((column, property)) => Self::Column { column: column.to_owned(), property: Some(property) },
            None => Self::Column { column: place.to_owned(), property: None },
        }
    }
}

impl Template {
    /// Reads a line of a rule's header. A brace that nothing closes is a brace.
    pub fn read(line: &str) -> Self {
        let (mut parts, mut rest) = (Vec::new(), line);
        while let Some((words, (place, after))) =
            rest.split_once('{').and_then(|(words, rest)| Some((words, rest.split_once('}')?)))
        {
            let mut said = place.splitn(3, '|').map(str::to_owned);
            let mut next = || said.next().unwrap_or_default();
            let from = next().split(", ").map(From::read).collect();
            parts.push(Part::Words(words.to_owned()));
            parts.push(Part::Value { from, more: next(), alone: next() });
            rest = after;
        }
        parts.push(Part::Words(rest.to_owned()));
        Self { line: line.to_owned(), parts }
    }

    /// The line as it was read.
    pub fn line(&self) -> &str {
        &self.line
    }

    /// The columns that it names, in the order in which they stand there.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        let from = self.parts.iter().flat_map(|part| match part {
            Part::Value { from, .. } => from.as_slice(),
            Part::Words(_) => &[],
        });
        from.filter_map(|from| match from {
            From::Column { column, .. } => Some(column.as_str()),
            From::Words(_) => None,
        })
    }

    /// The words with values: `value` gives a column's, or of its node a property's, and how many more there are; what it does not give is
    /// left out.
    ///
    /// # Errors
    /// The first of `value`.
    pub fn fill<T: AsRef<str>, E>(
        &self,
        mut value: impl FnMut(&str, Option<&str>) -> Result<Option<(T, usize)>, E>,
    ) -> Result<String, E> {
        let mut filled = String::new();
        for part in &self.parts {
            match part {
                Part::Words(words) => filled.push_str(words),
                Part::Value { from, more, alone } => {
                    let mut found = None;
                    for from in from {
                        match from {
                            From::Column { column, property } => found = value(column, property.as_deref())?,
                            From::Words(words) => filled.push_str(words),
                        }
                        if found.is_some() {
                            break;
                        }
                    }
                    let Some((first, count)) = found else { continue };
                    filled.push_str(first.as_ref());
                    match more.split_once('#') {
                        _ if count == 0 => filled.push_str(alone),
                        Some((before, after)) => {
                            let _ = write!(filled, "{before}{count}{after}");
                        }
                        None => filled.push_str(more),
                    }
                }
            }
        }
        Ok(filled)
    }
}

#[cfg(test)]
mod tests {
    use super::Template;
    use std::convert::Infallible;

    fn filled(line: &str) -> String {
        let known = [("one", ("A", 0)), ("three", ("B", 2))];
        let value = |column: &str, property: Option<&str>| {
            let known = known.iter().find(|(name, _)| *name == column).map(|(_, value)| *value);
            Ok::<_, Infallible>(known.map(|(value, more)| (format!("{value}{}", property.unwrap_or_default()), more)))
        };
        let Ok(filled) = Template::read(line).fill(value);
        filled
    }

    #[test]
    fn values_stand_in_the_places() {
        assert_eq!(filled("rests on {one}, and {three}{none}."), "rests on A, and B.");
        assert_eq!(filled("{one| and # more}; {three| and # more}; {none| and # more}"), "A; B and 2 more; ");
        assert_eq!(filled("{one ibid:unit}"), "Ahttps://w3id.org/ibid/ns#unit");
        assert_eq!(filled("{one| and others| alone}; {three| and others| alone} {"), "A alone; B and others {");
        assert_eq!(
            filled("{none, three| and others, \"nobody\"} {none, \"nobody\"}{none}"),
            "B and others, \"nobody\" nobody"
        );
    }
}
