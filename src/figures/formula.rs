//! Formulas of computed claims: numbers, names, `+ - * /` and parentheses.

use super::Interval;
use super::number::{Number, parse};

/// Why a formula gives no number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Gap {
    /// A name that no operand has.
    #[error("`{0}` is the name of no operand")]
    Name(String),
    /// An operand of this name without a number.
    #[error("`{0}` has no figure")]
    Figure(String),
    /// Two operands of one name.
    #[error("`{0}` is the name of two operands")]
    Twice(String),
    /// An operand that is computed itself, by a formula that gives no number.
    #[error("`{0}` is itself computed, by a formula that gives no number")]
    Formula(String),
    /// A divisor in whose interval zero is.
    #[error("what it divides by may be zero")]
    Zero,
    /// Numbers of thousands of digits.
    #[error("its numbers grow too long")]
    Long,
    /// No end on either side.
    #[error("any number can come of it")]
    Any,
}

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
    Number(Number),
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

    /// What it gives when each name lies in the interval of `value`.
    pub fn evaluate(&self, value: impl Fn(&str) -> Result<Interval, Gap>) -> Result<Interval, Gap> {
        let mut stack: Vec<Interval> = Vec::new();
        let pop = |stack: &mut Vec<Interval>| stack.pop().expect("a formula is read with a value for each operator");
        for token in &self.0 {
            let next = match token {
                Token::Number(number) => Interval::new(Some(number.clone()), Some(number.clone())),
                Token::Name(name) => value(name)?,
                Token::Operator('~') => pop(&mut stack).negate(),
                Token::Operator(sign) => {
                    let (right, left) = (pop(&mut stack), pop(&mut stack));
                    let result = match sign {
                        '+' => left.plus(&right),
                        '-' => left.plus(&right.negate()),
                        '*' => left.multiply(&right),
                        _ if right.has_zero() => return Err(Gap::Zero),
                        _ => left.divide(&right),
                    };
                    result.ok_or(Gap::Long)?
                }
                Token::Open | Token::Close => continue,
            };
            stack.push(next);
        }
        Ok(pop(&mut stack))
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
            '0'..='9' => Token::Number(parse(word).ok_or_else(|| FormulaError::Number(word.to_owned()))?),
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
    use super::{Formula, FormulaError, Gap};
    use crate::figures::Interval;
    use crate::figures::number::Number;

    fn value(text: &str) -> Result<String, Gap> {
        let known = |name: &str| {
            let n: Number = match name {
                "a" => 6.into(),
                "b" => 4.into(),
                _ => return Err(Gap::Name(name.to_owned())),
            };
            Ok(Interval::new(Some(n.clone()), Some(n)))
        };
        Ok(Formula::parse(text).unwrap().evaluate(known)?.lower().unwrap().to_string())
    }

    #[test]
    fn operators_bind_as_people_read_them() {
        assert_eq!(value("a - b - 1"), Ok("1".into()));
        assert_eq!(value("a + b * 2"), Ok("14".into()));
        assert_eq!(value("(a + b) * -2"), Ok("-20".into()));
        assert_eq!(value("-a * b"), Ok("-24".into()));
        assert_eq!(value("a - (b - (1 + 1))"), Ok("4".into()));
        assert_eq!(value("a / b * 2"), Ok("3".into()));
        assert_eq!(value("a / (b - 4)"), Err(Gap::Zero));
        assert_eq!(value("a + c"), Err(Gap::Name("c".into())));
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
        assert_eq!(value(&deep), Ok("6".into()));
    }
}
