//! Where does a text stop being SPARQL, and in which words?
//!
//! The parser tells the furthest place that it looked at, and to see whether a keyword stands somewhere it looks as many characters
//! ahead as the keyword has. So the text is parsed once more with its tokens far apart: then no look goes beyond the token that
//! it begins at.

use super::QueryError;
use super::lexer::{Lexer, Token};
use crate::rdf::Position;

/// More blanks than the longest keyword has letters.
const APART: &str = "                                        ";

/// Gives the parser's words about a text; none where it parses.
pub(super) type Again<'a> = dyn Fn(&str) -> Option<String> + 'a;

/// What is wrong with a text, from the parser's words (`error at 3:5: expected …`). `what` is what the text should be.
pub(super) fn of(message: &str, text: &str, what: &str, again: &Again<'_>) -> QueryError {
    let Some((position, expected)) = taken_apart(message) else {
        return QueryError::Syntax { position: None, message: message.to_owned() };
    };
    if expected.contains("Prefix not found") {
        return prefix_error(position, text);
    }
    // Where the grammar has a reason of its own, it stands among the tokens as a sentence.
    let reason =
        options(expected).into_iter().find(|option| option.starts_with(char::is_uppercase) && option.contains(' '));
    if let Some(reason) = reason {
        let abbreviation = reason.chars().nth(1).is_some_and(char::is_uppercase);
        let (first, rest) = reason.split_at(usize::from(!abbreviation));
        return QueryError::Syntax { position: Some(position), message: first.to_lowercase() + rest };
    }
    let Fault { position, exact, end, expected } = fault(text, again).unwrap_or_else(|| {
        let end = offset(text, position) >= text.len();
        Fault { position, exact: true, end, expected: expected.to_owned() }
    });
    let options = options(&expected);
    let many = options.len() > 8 || !exact;
    // A class of characters is how the grammar says that a name could go on.
    let words: Vec<&str> = options.into_iter().filter(|option| !option.starts_with('[')).collect();
    let message = match words.as_slice() {
        // The parser lists every token there is where it has no idea.
        words if many || words.is_empty() => "this is not expected here".to_owned(),
        [only] => format!("expected {only}"),
        several => format!("expected one of {}", several.join(", ")),
    };
    let message = match (end, many) {
        (false, _) => message,
        (true, true) => format!("the {what} ends too early"),
        (true, false) => format!("the {what} ends too early: {message}"),
    };
    QueryError::Syntax { position: Some(position), message }
}

/// What could stand there, by the parser's words.
fn options(expected: &str) -> Vec<&str> {
    let expected = expected.strip_prefix("expected ").unwrap_or(expected);
    expected.strip_prefix("one of ").map_or_else(|| vec![expected], |list| list.split(", ").collect())
}

fn taken_apart(message: &str) -> Option<(Position, &str)> {
    let (place, expected) = message.strip_prefix("error at ")?.split_once(": ")?;
    let (line, column) = place.split_once(':')?;
    Some((Position { line: line.parse().ok()?, column: column.parse().ok()? }, expected))
}

/// A prefix that is not declared, whose name ends at a place.
fn prefix_error(position: Position, text: &str) -> QueryError {
    let line = text.lines().nth(position.line as usize - 1).unwrap_or_default();
    let before: Vec<char> = line.chars().take(position.column as usize - 1).collect();
    let name: String =
        before.iter().rev().take_while(|c| c.is_alphanumeric() || matches!(c, ':' | '-' | '_' | '.')).collect();
    let name: String = name.chars().rev().collect();
    let start = Position { column: position.column - name.chars().count() as u32, ..position };
    let prefix = name.split(':').next().unwrap_or_default().to_owned();
    QueryError::Prefix { position: start, prefix }
}

/// Where a text is at fault.
struct Fault {
    position: Position,
    /// Whether the parser's words are about this place, and not about one within what it looked ahead.
    exact: bool,
    /// Whether the text ends there.
    end: bool,
    expected: String,
}

fn fault(text: &str, again: &Again<'_>) -> Option<Fault> {
    let (spread, tokens) = spread(text);
    let message = again(&spread)?;
    let (position, expected) = taken_apart(&message)?;
    let at = offset(&spread, position);
    let number = tokens.partition_point(|(start, ..)| *start <= at).checked_sub(1)?;
    let (start, from, length) = tokens[number];
    let inside = (at - start) < length;
    let end = number + 1 == tokens.len();
    let place = if inside { from + (at - start) } else { from };
    Some(Fault {
        position: Position::of(text, place),
        exact: at == start || inside && !end,
        end,
        expected: expected.to_owned(),
    })
}

/// The text with its tokens far apart, and of each where it begins there, where in the text, and its length; the last is the end.
/// What stands side by side and may be one name stays so.
fn spread(text: &str) -> (String, Vec<(usize, usize, usize)>) {
    let mut lexer = Lexer::new(text);
    let (mut spread, mut tokens, mut brackets) = (String::new(), Vec::new(), Vec::new());
    let (mut last, mut parts) = (0, true);
    while let Some((from, token)) = lexer.next(brackets.last() == Some(&'(')) {
        let taken = &text[from..lexer.offset()];
        let sign = match token {
            Token::Sign(sign) => sign.chars().next(),
            _ => None,
        };
        match sign {
            Some(open @ ('(' | '{')) => brackets.push(open),
            Some(')' | '}') => drop(brackets.pop()),
            _ => {}
        }
        let bracket = matches!(sign, Some('(' | ')' | '{' | '}' | ';' | ','));
        if parts || bracket || from > last {
            spread.push_str(APART);
        }
        tokens.push((spread.len(), from, taken.len()));
        spread.push_str(taken);
        (last, parts) = (lexer.offset(), bracket);
    }
    spread.push_str(APART);
    tokens.push((spread.len(), last, 0));
    spread.push_str(APART);
    (spread, tokens)
}

/// The byte of a place; that after the last where there is no such place.
fn offset(text: &str, position: Position) -> usize {
    let before: usize = text.split_inclusive('\n').take(position.line as usize - 1).map(str::len).sum();
    let rest = &text[before..];
    before + rest.char_indices().nth(position.column as usize - 1).map_or(rest.len(), |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use crate::sparql::{Prefixes, Query, QueryError};

    fn told(text: &str) -> String {
        match Query::parse(text, &Prefixes::default()) {
            Err(QueryError::Syntax { position: Some(at), message }) => format!("{}:{} {message}", at.line, at.column),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn the_place_is_where_the_text_stops_being_sparql() {
        assert_eq!(told("SELECT ?c {\n  ?c <u:p> ?t FILTER(?t = ) }\n"), "2:27 this is not expected here");
        assert_eq!(
            told("SELECT ?c {\n  ?c <u:p> ?t FILTER(?t = \"a\" }\n# ends (\n"),
            "2:31 this is not expected here"
        );
        assert_eq!(told("SELECT ?c { ?c a <u:C> . FILTR(?c) }"), "1:26 this is not expected here");
        assert_eq!(told("SELECT ?c {\n  ?c a }"), "2:8 this is not expected here");
        assert_eq!(
            told("SELECT ?c { ?c <u:a(b> <u:c> FILTER(?a < 3 && ?b > 4 5) }"),
            "1:54 expected one of \"&&\", \")\", \"*\", \"+\", \"-\", \"/\", \"||\""
        );
        assert_eq!(told("SELECT ?c { ?c a <u:C>\n\n"), "1:23 the query ends too early");
    }
}
