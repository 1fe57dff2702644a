//! The tokens of a SPARQL text, as far as they tell how it is nested.

/// A token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'t> {
    /// A keyword or a function's name.
    Word(&'t str),
    /// A variable, an IRI, a name with a prefix, a string, a number.
    Operand,
    /// A bracket, an operator, a separator.
    Sign(&'t str),
}

/// Reads tokens; what is no SPARQL comes as signs of one character each.
pub(super) struct Lexer<'t> {
    text: &'t str,
    at: usize,
    /// Whether the token before ended a value, so that `<` compares.
    valued: bool,
}

const PAIRS: [&str; 7] = ["||", "&&", "!=", "<=", ">=", "^^", "<<"];

fn in_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, at: 0, valued: false }
    }

    /// The offset after the token before.
    pub(super) fn offset(&self) -> usize {
        self.at
    }

    /// The next token and the offset where it begins. In an expression a `<` after a value compares; anywhere else it begins
    /// an IRI.
    pub(super) fn next(&mut self, in_expression: bool) -> Option<(usize, Token<'t>)> {
        self.skip_blank();
        let start = self.at;
        let rest = &self.text.as_bytes()[start..];
        let token = match *rest.first()? {
            b'<' if !(in_expression && self.valued) => match rest.iter().position(|byte| *byte == b'>') {
                Some(end) => self.operand(end + 1),
                None => self.sign(),
            },
            b'"' | b'\'' => self.operand(string_length(rest)),
            b'?' | b'$' if rest.get(1).is_some_and(|byte| in_name(*byte)) => self.operand(1 + run(&rest[1..], in_name)),
            b'@' => self.operand(1 + run(&rest[1..], |byte| byte.is_ascii_alphanumeric() || byte == b'-')),
            b'0'..=b'9' => self.operand(number_length(rest)),
            byte if in_name(byte) || byte == b':' => self.name(rest),
            _ => self.sign(),
        };
        self.valued = match token {
            Token::Operand | Token::Sign(")" | "*") => true,
            Token::Word(word) => matches!(word.to_ascii_lowercase().as_str(), "true" | "false"),
            Token::Sign(_) => false,
        };
        Some((start, token))
    }

    fn skip_blank(&mut self) {
        let bytes = self.text.as_bytes();
        while let Some(&byte) = bytes.get(self.at) {
            match byte {
                b'#' => self.at += run(&bytes[self.at..], |byte| !matches!(byte, b'\n' | b'\r')),
                b' ' | b'\t' | b'\n' | b'\r' => self.at += 1,
                _ => break,
            }
        }
    }

    fn take(&mut self, length: usize) -> &'t str {
        let mut end = (self.at + length).min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end += 1;
        }
        let taken = &self.text[self.at..end];
        self.at = end;
        taken
    }

    fn operand(&mut self, length: usize) -> Token<'t> {
        self.take(length);
        Token::Operand
    }

    fn sign(&mut self) -> Token<'t> {
        let pair = PAIRS.iter().any(|pair| self.text[self.at..].starts_with(pair));
        Token::Sign(self.take(if pair { 2 } else { 1 }))
    }

    /// A name with a prefix, or a word: a word has no `-` and no `.` in it.
    fn name(&mut self, rest: &[u8]) -> Token<'t> {
        let prefix = run(rest, |byte| in_name(byte) || matches!(byte, b'-' | b'.'));
        if rest.get(prefix) != Some(&b':') {
            return Token::Word(self.take(run(rest, in_name)));
        }
        let mut length = prefix + 1;
        while let Some(&byte) = rest.get(length) {
            match byte {
                b'\\' => length += 2,
                b':' | b'%' | b'-' | b'.' => length += 1,
                _ if in_name(byte) => length += 1,
                _ => break,
            }
        }
        while length > prefix + 1 && rest.get(length - 1) == Some(&b'.') {
            length -= 1;
        }
        self.operand(length)
    }
}

fn run(bytes: &[u8], belongs: impl Fn(u8) -> bool) -> usize {
    bytes.iter().position(|byte| !belongs(*byte)).unwrap_or(bytes.len())
}

/// How long the string is that these bytes begin with, long or short, as SPARQL and Turtle write strings; one that is not closed reaches to the end.
pub(crate) fn string_length(rest: &[u8]) -> usize {
    let quote = &rest[..1];
    let long = rest.len() >= 3 && rest[1] == rest[0] && rest[2] == rest[0];
    let close = if long { &rest[..3] } else { quote };
    let mut at = close.len();
    while at < rest.len() {
        if rest[at] == b'\\' {
            at += 2;
        } else if rest[at..].starts_with(close) {
            return at + close.len();
        } else {
            at += 1;
        }
    }
    rest.len()
}

fn number_length(rest: &[u8]) -> usize {
    let digits = |at: usize| run(&rest[at.min(rest.len())..], |byte| byte.is_ascii_digit());
    let mut at = digits(0);
    if rest.get(at) == Some(&b'.') && rest.get(at + 1).is_some_and(u8::is_ascii_digit) {
        at += 1 + digits(at + 1);
    }
    if rest.get(at).is_some_and(|byte| matches!(byte, b'e' | b'E')) {
        let sign = usize::from(rest.get(at + 1).is_some_and(|byte| matches!(byte, b'+' | b'-')));
        let exponent = digits(at + 1 + sign);
        if exponent > 0 {
            at += 1 + sign + exponent;
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::{Lexer, Token};

    fn signs(text: &str, in_expression: bool) -> String {
        let mut lexer = Lexer::new(text);
        let mut told = Vec::new();
        while let Some((_, token)) = lexer.next(in_expression) {
            told.push(match token {
                Token::Word(word) => word.to_owned(),
                Token::Operand => "_".to_owned(),
                Token::Sign(sign) => sign.to_owned(),
            });
        }
        told.join(" ")
    }

    #[test]
    fn brackets_in_strings_iris_names_and_comments_are_none() {
        assert_eq!(signs("{ ?s <a(b> ex:c\\(d 'x(' . # (\n \"\"\"(\"(\"\"\" }", false), "{ _ _ _ _ . _ }");
        assert_eq!(signs("ex:a.b. :c _:d 1.5. 2e3 ?x", false), "_ . _ _ _ . _ _");
    }

    #[test]
    fn an_angle_bracket_after_a_value_compares() {
        assert_eq!(signs("?a < ?b && ?c > <d>", true), "_ < _ && _ > _");
        assert_eq!(signs("true-true<1", true), "true - true < _");
        assert_eq!(signs("COUNT(*)<3", true), "COUNT ( * ) < _");
    }
}
