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
/// quotation marks, which come last, stand where none has: `{near, claim ibid:value, "no number"}`. Of what has `…` after it a long text is cut: `{claim ibid:quote…}`.
#[derive(Clone, Debug, Default)]
pub struct Template {
    line: String,
    parts: Vec<Part>,
}

#[derive(Clone, Debug)]
enum Part {
    Words(String),
    Value { of: Vec<Source>, words: String, more: String, alone: String },
}

/// A column, or a property of its node.
#[derive(Clone, Debug)]
struct Source {
    column: String,
    property: Option<String>,
    /// Whether only the beginning is said of a long text.
    is_cut: bool,
}

/// How many characters of a text that is cut are said.
const LENGTH: usize = 120;

impl Source {
    fn read(place: &str) -> Self {
        let (place, is_cut) = place.strip_suffix('…').map_or((place, false), |place| (place, true));
        // A name without a known prefix is left to be no column.
        let property = place.split_once(' ').and_then(|(column, name)| Some((column, prefixes().iri(name).ok()?)));
        let (column, property) = property.map_or((place, None), |(column, property)| (column, Some(property)));
        Self { column: column.to_owned(), property, is_cut }
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
            let place = next();
            let (place, otherwise) = place.split_once(", \"").unwrap_or((&place, ""));
            let of = place.split(", ").map(Source::read).collect();
            parts.push(Part::Words(words.to_owned()));
            let otherwise = otherwise.trim_end_matches('"').to_owned();
            parts.push(Part::Value { of, words: otherwise, more: next(), alone: next() });
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
        let sources = self.parts.iter().flat_map(|part| match part {
            Part::Value { of, .. } => of.as_slice(),
            Part::Words(_) => &[],
        });
        sources.map(|source| source.column.as_str())
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
                Part::Value { of, words, more, alone } => {
                    let mut found = None;
                    for source in of {
                        found = value(&source.column, source.property.as_deref())?.map(|found| (found, source.is_cut));
                        if found.is_some() {
                            break;
                        }
                    }
                    let Some(((first, count), is_cut)) = found else {
                        filled.push_str(words);
                        continue;
                    };
                    let first = first.as_ref();
                    match first.char_indices().nth(LENGTH) {
                        Some(_) if is_cut => filled.extend(first.chars().take(LENGTH - 1).chain(['…'])),
                        _ => filled.push_str(first),
                    }
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
    fn a_long_text_is_cut_between_characters_where_it_is_asked_for() {
        let long = |length: usize, line: &str| {
            let Ok(filled) = Template::read(line).fill(|_, _| Ok::<_, Infallible>(Some(("ü".repeat(length), 0))));
            filled
        };
        assert_eq!(long(120, "{a…}"), "ü".repeat(120));
        assert_eq!(long(121, "{a ibid:quote…}"), "ü".repeat(119) + "…");
        assert_eq!(long(121, "{a}"), "ü".repeat(121));
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
