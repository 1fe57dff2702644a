//! How is a literal written in a sentence?

use oxigraph::model::Literal;
use oxigraph::model::vocab::xsd;
use oxsdatatypes::Decimal;

/// How many characters of a text a sentence holds.
const LENGTH: usize = 120;

/// A literal as a message or help has it: a number without zeros at its end, of a date with a time the date, of a long text of a report
/// the beginning. What a rule's query has put into words is the rule's, however long.
pub(super) fn shown(literal: &Literal, is_stored: bool) -> String {
    let (text, datatype) = (literal.value(), literal.datatype());
    if datatype == xsd::DATE_TIME {
        return text.split('T').next().unwrap_or(text).to_owned();
    }
    if (datatype == xsd::DECIMAL || datatype == xsd::DOUBLE) && is_plain(text) {
        let rounded = if is_stored { None } else { rounded(text) };
        let text = rounded.as_deref().unwrap_or(text);
        return if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }.to_owned();
    }
    match text.char_indices().nth(LENGTH) {
        Some(_) if is_stored => text.chars().take(LENGTH - 1).chain(['…']).collect(),
        _ => text.to_owned(),
    }
}

/// What the program has computed, with four digits after the point, or with none from a thousand on: it may have eighteen.
fn rounded(text: &str) -> Option<String> {
    let number: Decimal = text.parse().ok()?;
    let digits = Decimal::from(if number.checked_abs()? < Decimal::from(1000) { 10_000 } else { 1 });
    Some(number.checked_mul(digits)?.checked_round()?.checked_div(digits)?.to_string())
}

/// Whether a number has digits on both sides of a point, and no exponent.
fn is_plain(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    text.trim_start_matches(['-', '+']).split_once('.').is_some_and(|(whole, rest)| digits(whole) && digits(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_dates_are_as_people_write_them() {
        let written = |text: &str, datatype| shown(&Literal::new_typed_literal(text, datatype), true);
        assert_eq!(written("2600000000.0", xsd::DECIMAL), "2600000000");
        assert_eq!(written("-1.50", xsd::DECIMAL), "-1.5");
        assert_eq!(written("2.5e3", xsd::DOUBLE), "2.5e3");
        assert_eq!(written("100", xsd::DECIMAL), "100");
        assert_eq!(written("1.0", xsd::STRING), "1.0");
        let computed = |text: &str| shown(&Literal::new_typed_literal(text, xsd::DECIMAL), false);
        assert_eq!(computed("0.333333333333333333"), "0.3333");
        assert_eq!(computed("1000.6"), "1001");
        assert_eq!(computed("-2000.0"), "-2000");
        assert_eq!(written("2024-05-31T09:00:00Z", xsd::DATE_TIME), "2024-05-31");
        assert_eq!(written("2024-05-31", xsd::DATE), "2024-05-31");
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        let of = |length: usize| shown(&Literal::new_simple_literal("ü".repeat(length)), true);
        assert_eq!(of(120), "ü".repeat(120));
        assert_eq!(of(121), "ü".repeat(119) + "…");
        assert_eq!(shown(&Literal::new_simple_literal("a".repeat(200)), false), "a".repeat(200));
    }
}
