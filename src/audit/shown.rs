//! How is a literal written in a sentence?

use oxigraph::model::Literal;
use oxigraph::model::vocab::xsd;
use oxsdatatypes::Decimal;

/// A literal as a message or help has it: a number without zeros at its end, of a date with a time the date.
pub(super) fn shown(literal: &Literal) -> String {
    let (text, datatype) = (literal.value(), literal.datatype());
    if datatype == xsd::DATE_TIME {
        return text.split('T').next().unwrap_or(text).to_owned();
    }
    if (datatype == xsd::DECIMAL || datatype == xsd::DOUBLE) && is_plain(text) {
        let rounded = rounded(text);
        let text = rounded.as_deref().unwrap_or(text);
        return if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }.to_owned();
    }
    text.to_owned()
}

/// What was computed by dividing, with four digits after the point, or with none from a thousand on: it has up to eighteen, and who writes a number by hand
/// does not write twelve.
fn rounded(text: &str) -> Option<String> {
    if text.split_once('.')?.1.len() < 12 {
        return None;
    }
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
        let written = |text: &str, datatype| shown(&Literal::new_typed_literal(text, datatype));
        assert_eq!(written("2600000000.0", xsd::DECIMAL), "2600000000");
        assert_eq!(written("-1.50", xsd::DECIMAL), "-1.5");
        assert_eq!(written("2.5e3", xsd::DOUBLE), "2.5e3");
        assert_eq!(written("100", xsd::DECIMAL), "100");
        assert_eq!(written("1.0", xsd::STRING), "1.0");
        assert_eq!(written("0.333333333333333333", xsd::DECIMAL), "0.3333");
        assert_eq!(written("1000.666666666666666667", xsd::DECIMAL), "1001");
        assert_eq!(written("0.00001", xsd::DECIMAL), "0.00001");
        assert_eq!(written("-2000.0", xsd::DECIMAL), "-2000");
        assert_eq!(written("2024-05-31T09:00:00Z", xsd::DATE_TIME), "2024-05-31");
        assert_eq!(written("2024-05-31", xsd::DATE), "2024-05-31");
    }
}
