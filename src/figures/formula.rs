//! Formulas of computed claims: numbers, names, `+ - * /` and parentheses.

use super::Interval;
use oxsdatatypes::Decimal;

/// Why a text is no formula.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormulaError {
    /// A character that no formula has.
    #[error("`{0}` has no meaning in a formula")]
    Character(char),
    /// A number that is none, or too large.
    #[error("`{0}` is no number")]
    Number(String),
    /// Operators, values or parentheses do not fit together.
    #[error("the formula does not add up")]
    Shape,
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Number(Decimal),
    Name(String),
    /// `+ - * /`, and `~` for a minus sign before a value.
    Operator(char),
    Open,
    Close,
}

/// A formula, in the order it is computed (reverse Polish), so that no depth of parentheses is a depth of calls.
#[derive(Clone, Debug, PartialEq)]
pub struct Formula(Vec<Token>);

impl Formula {
    /// Reads a formula.
    pub fn parse(text: &str) -> Result<Self, FormulaError> {
        let (mut output, mut waiting) = (Vec::new(), Vec::new());
        let mut value_before = false;
        for token in tokens(text)? {
            match token {
                Token::Number(_) | Token::Name(_) => {
                    if value_before {
                        return Err(FormulaError::Shape);
                    }
                    output.push(token);
                    value_before = true;
                }
                Token::Open => {
                    if value_before {
                        return Err(FormulaError::Shape);
                    }
                    waiting.push(token);
                }
                Token::Close => {
                    loop {
                        match waiting.pop() {
                            Some(Token::Open) => break,
                            Some(operator) => output.push(operator),
                            None => return Err(FormulaError::Shape),
                        }
                    }
                    if !value_before {
                        return Err(FormulaError::Shape);
                    }
                }
                Token::Operator(sign) => {
                    let sign = match (sign, value_before) {
                        ('-', false) => '~',
                        (sign, true) => sign,
                        _ => return Err(FormulaError::Shape),
                    };
                    while let Some(Token::Operator(before)) = waiting.last()
                        && sign != '~'
                        && rank(*before) >= rank(sign)
                    {
                        output.extend(waiting.pop());
                    }
                    waiting.push(Token::Operator(sign));
                    value_before = false;
                }
            }
        }
        if !value_before || waiting.contains(&Token::Open) {
            return Err(FormulaError::Shape);
        }
        output.extend(waiting.into_iter().rev());
        Ok(Self(output))
    }

    /// What it gives when each name lies in the interval of `value`; none where a name has none, a divisor may be zero,
    /// or a number is beyond the range of decimals.
    pub fn evaluate(&self, value: impl Fn(&str) -> Option<Interval>) -> Option<Interval> {
        let mut stack: Vec<Interval> = Vec::new();
        for token in &self.0 {
            let next = match token {
                Token::Number(number) => Interval::new(Some(*number), Some(*number)),
                Token::Name(name) => value(name)?,
                Token::Operator('~') => stack.pop()?.negate()?,
                Token::Operator(sign) => {
                    let (right, left) = (stack.pop()?, stack.pop()?);
                    match sign {
                        '+' => left.plus(right)?,
                        '-' => left.plus(right.negate()?)?,
                        '*' => left.multiply(right)?,
                        _ => left.divide(right)?,
                    }
                }
                Token::Open | Token::Close => return None,
            };
            stack.push(next);
        }
        stack.pop()
    }
}

fn rank(operator: char) -> u8 {
    match operator {
        '~' => 3,
        '*' | '/' => 2,
        _ => 1,
    }
}

fn tokens(text: &str) -> Result<Vec<Token>, FormulaError> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = if first.is_ascii_digit() {
            rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len())
        } else if first.is_alphabetic() || first == '_' {
            rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let (word, after) = rest.split_at(length);
        tokens.push(match first {
            '0'..='9' => Token::Number(word.parse().map_err(|_| FormulaError::Number(word.to_owned()))?),
            '+' | '-' | '*' | '/' => Token::Operator(first),
            '(' => Token::Open,
            ')' => Token::Close,
            c if c.is_alphabetic() || c == '_' => Token::Name(word.to_owned()),
            other => return Err(FormulaError::Character(other)),
        });
        rest = after.trim_start();
    }
    Ok(tokens)
}

#[cfg(test)]
mod tests {
    use super::{Formula, FormulaError};
    use crate::figures::Interval;

    fn value(text: &str) -> Option<String> {
        let known = |name: &str| {
            let n = match name {
                "a" => 6,
                "b" => 4,
                _ => return None,
            };
            Some(Interval::new(Some(n.into()), Some(n.into())))
        };
        Formula::parse(text).unwrap().evaluate(known).and_then(Interval::lower).map(|n| n.to_string())
    }

    #[test]
    fn operators_bind_as_people_read_them() {
        assert_eq!(value("a - b - 1"), Some("1".into()));
        assert_eq!(value("a + b * 2"), Some("14".into()));
        assert_eq!(value("(a + b) * -2"), Some("-20".into()));
        assert_eq!(value("-a * b"), Some("-24".into()));
        assert_eq!(value("a - (b - (1 + 1))"), Some("4".into()));
        assert_eq!(value("a / (b - 4)"), None);
        assert_eq!(value("a + c"), None);
    }

    #[test]
    fn what_is_no_formula_is_refused() {
        for wrong in ["", "a b", "a +", "* a", "(a", "a)", "()", "a (b)"] {
            assert_eq!(Formula::parse(wrong), Err(FormulaError::Shape), "{wrong}");
        }
        assert_eq!(Formula::parse("a % b"), Err(FormulaError::Character('%')));
        assert_eq!(Formula::parse("1.2.3"), Err(FormulaError::Number("1.2.3".into())));
    }

    #[test]
    fn no_depth_of_parentheses_is_too_deep() {
        let deep = format!("{}a{}", "(".repeat(100_000), ")".repeat(100_000));
        assert_eq!(value(&deep), Some("6".into()));
    }
}
