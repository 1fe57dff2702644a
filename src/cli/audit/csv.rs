//! A row a finding: <https://www.rfc-editor.org/rfc/rfc4180>

use super::super::error::CliError;
use super::told::Told;
use std::io::Write;

const HEADER: &str = "severity,rule,file,line,column,claim,document,graph,message,text,help,related";

pub(super) fn write(told: &Told<'_>, out: &mut dyn Write) -> Result<(), CliError> {
    write!(out, "{HEADER}\r\n")?;
    for finding in told.findings() {
        let finding = &finding?;
        let (file, line, column) = match &finding.location {
            Some(place) => (place.file.clone(), place.line.to_string(), place.column.to_string()),
            None => Default::default(),
        };
        let related: Vec<&str> = finding.related.iter().map(AsRef::as_ref).collect();
        let cells = [
            finding.severity.name(),
            &finding.rule,
            &file,
            &line,
            &column,
            finding.claim.as_deref().unwrap_or_default(),
            finding.document.as_deref().unwrap_or_default(),
            finding.graph.as_deref().unwrap_or_default(),
            &finding.message,
            finding.text.as_deref().unwrap_or_default(),
            finding.help.as_deref().unwrap_or_default(),
            &related.join(" "),
        ];
        let cells: Vec<String> = cells.into_iter().map(cell).collect();
        write!(out, "{}\r\n", cells.join(","))?;
    }
    Ok(())
}

fn cell(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}
