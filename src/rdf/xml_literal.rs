//! XML literals of RDF/XML in their canonical form.
//!
//! `rdf:parseType="Literal"` gives a literal whose text is the [exclusive canonical
//! XML](https://www.w3.org/TR/xml-exc-c14n/) of what stands there: a namespace is declared where it is used, and nowhere
//! else. The parser declares all that are in scope, and some twice.

use quick_xml::Reader;
use quick_xml::escape::{unescape, unescape_with};
use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesStart, Event};
use std::collections::BTreeSet;
use std::str;

const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// Namespaces in force: prefix and address, the innermost last; the default namespace has the empty prefix.
#[derive(Default)]
struct Scope(Vec<(String, String)>);

impl Scope {
    fn find(&self, prefix: &str) -> &str {
        self.0.iter().rev().find(|(known, _)| known == prefix).map_or("", |(_, address)| address)
    }
}

/// The canonical form of a literal as the parser gives it; none where it is no XML that can be read.
pub(super) fn canonical(literal: &str) -> Option<String> {
    let mut reader = Reader::from_str(literal);
    reader.config_mut().expand_empty_elements = true;
    let mut out = String::with_capacity(literal.len());
    let (mut scope, mut written) = (Scope::default(), Scope::default());
    // How much of both was there before each open element.
    let mut open = Vec::new();
    loop {
        match reader.read_event().ok()? {
            Event::Start(tag) => {
                open.push((scope.0.len(), written.0.len()));
                start(&tag, &mut scope, &mut written, &mut out)?;
            }
            Event::End(tag) => {
                let (in_scope, on_paper) = open.pop()?;
                scope.0.truncate(in_scope);
                written.0.truncate(on_paper);
                out.extend(["</", str::from_utf8(tag.name().as_ref()).ok()?, ">"]);
            }
            Event::Text(text) => {
                let text = unescape(str::from_utf8(&text).ok()?).ok()?.into_owned();
                escape(&text, &[('&', "&amp;"), ('<', "&lt;"), ('>', "&gt;"), ('\r', "&#xD;")], &mut out);
            }
            Event::Eof => return open.is_empty().then_some(out),
            _ => return None,
        }
    }
}

fn start(tag: &BytesStart<'_>, scope: &mut Scope, written: &mut Scope, out: &mut String) -> Option<()> {
    let mut seen = BTreeSet::new();
    let mut attributes = Vec::new();
    for attribute in tag.attributes().with_checks(false) {
        let attribute = attribute.ok()?;
        let name = str::from_utf8(attribute.key.as_ref()).ok()?.to_owned();
        // What the parser adds to an element that already says it.
        if !seen.insert(name.clone()) {
            continue;
        }
        let value = value(&attribute)?;
        match name.strip_prefix("xmlns") {
            Some("") => scope.0.push((String::new(), value)),
            Some(rest) if rest.starts_with(':') => scope.0.push((rest[1..].to_owned(), value)),
            _ => attributes.push((name, value)),
        }
    }
    let name = str::from_utf8(tag.name().into_inner()).ok()?.to_owned();
    let prefix = |name: &str| name.split_once(':').map_or_else(String::new, |(prefix, _)| prefix.to_owned());
    let mut used = BTreeSet::from([prefix(&name)]);
    used.extend(attributes.iter().map(|(name, _)| prefix(name)).filter(|prefix| !prefix.is_empty()));
    used.remove("xml");
    out.extend(["<", &name]);
    for prefix in used {
        let address = scope.find(&prefix).to_owned();
        if written.find(&prefix) != address {
            let named = if prefix.is_empty() { "xmlns".to_owned() } else { format!("xmlns:{prefix}") };
            attribute(&named, &address, out);
            written.0.push((prefix, address));
        }
    }
    attributes.sort_by_key(|(name, _)| {
        let (prefix, local) = name.split_once(':').unwrap_or(("", name));
        let address = if prefix == "xml" { XML } else { scope.find(prefix) };
        (if prefix.is_empty() { String::new() } else { address.to_owned() }, local.to_owned())
    });
    for (name, value) in &attributes {
        attribute(name, value, out);
    }
    out.push('>');
    Some(())
}

/// A value with its references resolved; white space that is not a reference is a blank.
fn value(attribute: &Attribute<'_>) -> Option<String> {
    let raw = str::from_utf8(&attribute.value).ok()?.replace(['\t', '\n', '\r'], " ");
    Some(unescape_with(&raw, quick_xml::escape::resolve_xml_entity).ok()?.into_owned())
}

fn attribute(name: &str, value: &str, out: &mut String) {
    out.extend([" ", name, "=\""]);
    let marks = [('&', "&amp;"), ('<', "&lt;"), ('"', "&quot;"), ('\t', "&#x9;"), ('\n', "&#xA;"), ('\r', "&#xD;")];
    escape(value, &marks, out);
    out.push('"');
}

fn escape(text: &str, marks: &[(char, &str)], out: &mut String) {
    for character in text.chars() {
        match marks.iter().find(|(mark, _)| *mark == character) {
            Some((_, written)) => out.push_str(written),
            None => out.push(character),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::canonical;

    #[test]
    fn namespaces_are_declared_where_they_are_used() {
        let literal = r#"<a:x xmlns:a="A" xmlns:b="B" xmlns="D"><y b:q="1" p='2'/><a:z xmlns:a="A"/></a:x>"#;
        assert_eq!(
            canonical(literal).unwrap(),
            r#"<a:x xmlns:a="A"><y xmlns="D" xmlns:b="B" p="2" b:q="1"></y><a:z></a:z></a:x>"#
        );
    }

    #[test]
    fn what_is_declared_twice_is_declared_once() {
        assert_eq!(canonical(r#"<x xmlns="A" xmlns="A">t</x>"#).unwrap(), r#"<x xmlns="A">t</x>"#);
        assert_eq!(canonical(r#"<x xmlns="A"><y xmlns=""/></x>"#).unwrap(), r#"<x xmlns="A"><y xmlns=""></y></x>"#);
    }

    #[test]
    fn text_is_escaped_as_little_as_may_be() {
        assert_eq!(
            canonical("a &quot;b&quot; &lt;&amp;&gt; <x y=\"&lt;&#10;\">&apos;</x>").unwrap(),
            "a \"b\" &lt;&amp;&gt; <x y=\"&lt;&#xA;\">'</x>"
        );
        assert_eq!(canonical("<x>"), None);
    }
}
