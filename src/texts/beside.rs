//! Which file is a document's text?
//!
//! A document says so with `schema:encoding [ schema:contentUrl FILE ; schema:encodingFormat "text/plain" ]`. FILE is an IRI that begins with
//! the folder of the report's own (its graph's name up to the last `/`), as a relative IRI in the report does, or a text. What follows is a
//! path from the folder that the report's file is in, downwards: a path with `..`, or one that leads out of that folder through a link, is not
//! followed. Other addresses are of the network, and are not asked.

use crate::store::{Node, Reader, Result, pairs};
use crate::vocab::schema;
use std::path::{Component, Path, PathBuf};

/// Where a text is said to be.
pub(super) enum Beside {
    /// In a file at the report's or below, which may be there or not.
    File(PathBuf),
    /// Somewhere else on this machine.
    Outside,
}

/// What is read as it is; markup would have to be taken out first.
const PLAIN: [&str; 2] = ["text/plain", "text/markdown"];
const ENDINGS: [&str; 3] = ["txt", "text", "md"];

/// The files that documents name as their texts.
pub(super) fn files(reader: &dyn Reader) -> Result<Vec<(Node, Beside)>> {
    let Some(home) = reader.files() else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for (document, encoding) in pairs(reader, schema::ENCODING)? {
        let names = |property: &str| -> Result<Vec<(String, bool)>> {
            reader
                .objects(encoding, property)?
                .into_iter()
                .map(|node| Ok((reader.name(node)?, node.is_iri())))
                .collect()
        };
        let formats = names(schema::ENCODING_FORMAT)?;
        let stated = formats.iter().map(|(format, _)| format.split(';').next().unwrap_or_default().trim());
        let plain = stated.clone().any(|format| PLAIN.iter().any(|plain| plain.eq_ignore_ascii_case(format)));
        for (address, is_iri) in names(schema::CONTENT_URL)? {
            let ending = Path::new(&address).extension().unwrap_or_default();
            if !plain && (!formats.is_empty() || !ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known))) {
                continue;
            }
            for graph in reader.graphs(document)? {
                let Some(place) = reader.place(document, Some(graph))? else { continue };
                if place.file == "-" || place.file.contains("://") {
                    continue;
                }
                let report = home.join(&place.file);
                let folder = report.parent().unwrap_or(Path::new(""));
                let path = if is_iri { below(&reader.name(graph)?, &address) } else { Some(address.clone()) };
                if let Some(path) = path {
                    found.push((document, within(folder, &path)));
                    break;
                }
            }
        }
    }
    Ok(found)
}

/// What an IRI adds to the folder of a report's IRI, as a path; none where it is not below it.
fn below(report: &str, address: &str) -> Option<String> {
    let report = report.split(['#', '?']).next().unwrap_or_default();
    let folder = &report[..=report.rfind('/')?];
    let rest = address.strip_prefix(folder)?;
    (!rest.contains(['#', '?'])).then(|| unescaped(rest))?
}

/// Percent-encoding undone.
fn unescaped(text: &str) -> Option<String> {
    let mut parts = text.split('%');
    let mut bytes = parts.next()?.as_bytes().to_vec();
    for part in parts {
        let code = part.get(..2).filter(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        bytes.push(u8::from_str_radix(code, 16).ok()?);
        bytes.extend(&part.as_bytes()[2..]);
    }
    String::from_utf8(bytes).ok()
}

fn within(folder: &Path, path: &str) -> Beside {
    let down = !path.is_empty() && Path::new(path).components().all(|step| matches!(step, Component::Normal(_)));
    if !down || path.contains(['\0', '\\']) {
        return Beside::Outside;
    }
    let file = folder.join(path);
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    match (std::fs::canonicalize(folder), std::fs::canonicalize(&file)) {
        (Ok(folder), Ok(real)) if !real.starts_with(&folder) => Beside::Outside,
        _ => Beside::File(file),
    }
}

#[cfg(test)]
mod tests {
    use super::{Beside, below, within};
    use std::path::Path;

    #[test]
    fn a_relative_iri_of_a_report_is_a_path_from_its_folder() {
        let below = |address| below("https://data.example/trade/", address);
        assert_eq!(below("https://data.example/trade/article.txt").as_deref(), Some("article.txt"));
        assert_eq!(below("https://data.example/trade/texts/a%20b.txt").as_deref(), Some("texts/a b.txt"));
        assert_eq!(below("https://data.example/other/article.txt"), None);
        assert_eq!(below("https://data.example/trade/article.txt#p1"), None);
        assert_eq!(below("https://data.example/trade/%zz"), None);
        assert_eq!(
            super::below("https://data.example/trade#it", "https://data.example/a.txt").as_deref(),
            Some("a.txt")
        );
    }

    #[test]
    fn no_path_leads_up_or_away() {
        for path in ["../secret.txt", "/etc/passwd", "a/../../b", "", ".", "a\\b", "a\0b"] {
            assert!(matches!(within(Path::new("reports"), path), Beside::Outside), "{path:?}");
        }
        assert!(matches!(within(Path::new("reports"), "texts/a.txt"), Beside::File(_)));
    }

    #[cfg(unix)]
    #[test]
    fn no_link_leads_away() {
        let folder = tempfile::tempdir().unwrap();
        let reports = folder.path().join("reports");
        std::fs::create_dir(&reports).unwrap();
        std::fs::write(folder.path().join("secret.txt"), "secret").unwrap();
        std::fs::write(reports.join("article.txt"), "text").unwrap();
        std::os::unix::fs::symlink("../secret.txt", reports.join("away.txt")).unwrap();
        std::os::unix::fs::symlink("article.txt", reports.join("near.txt")).unwrap();
        assert!(matches!(within(&reports, "away.txt"), Beside::Outside));
        assert!(matches!(within(&reports, "near.txt"), Beside::File(_)));
    }
}
