//! `ibid trace`

use super::Ended;
use super::error::CliError;
use super::meant;
use super::target::{Names, TargetArgs};
use super::ui::{Ink, Ui, plain};
use ibid::lineage::around;
use ibid::mapping::Mapped;
use ibid::model::{Chain, Step};
use ibid::trace::{Limits, dot, mermaid, trace};
use std::io::Write;

/// Show what a claim rests on, why it is on its rung, and what would lift it
///
/// The claim is its IRI, a prefixed name, the end of its IRI from the `#` on, or words of its text. Where they name
/// several claims, those are listed.
///
/// Each step says how the one before it was taken from it, in which document it stands, who says it and when, in which
/// words and where in it. What was shown is not shown again, and where a circle closes is marked. Of many sources the first
/// are shown and the others counted; `--all` shows them.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// An IRI, a prefixed name, `#fragment`, or words of the claim's text
    #[arg(value_name = "CLAIM")]
    claim: String,

    /// How it is told: tree, json, dot (for Graphviz), mermaid
    #[arg(long, value_name = "FORMAT", value_parser = ["tree", "json", "dot", "mermaid"], default_value = "tree")]
    format: String,

    /// Leave nothing out, however wide or deep it is
    #[arg(long)]
    all: bool,
}

pub(crate) fn run(args: &Args, target: &TargetArgs, ui: &mut Ui) -> Result<Ended, CliError> {
    let (store, names) = target.open()?;
    let snapshot = store.read()?;
    let mappings = target.mappings()?;
    let view = Mapped::over(&snapshot, &mappings);
    let claim = meant::claim(&view, &args.claim)?;
    let lineage = around(&view, &[claim])?;
    let limits = if args.all { Limits::NONE } else { Limits::READABLE };
    let Some(chain) = trace(&view, &lineage, claim, limits)? else {
        return Err(CliError::new(format!("`{}` is no claim", args.claim)));
    };
    match args.format.as_str() {
        "json" => {
            let text = serde_json::to_string_pretty(&chain).expect("a chain is plain data");
            writeln!(ui.out(), "{text}")?;
        }
        "dot" => write!(ui.out(), "{}", dot(&chain))?,
        "mermaid" => write!(ui.out(), "{}", mermaid(&chain))?,
        _ => tell(&chain, &names, ui)?,
    }
    Ok(Ended::Fine)
}

fn tell(chain: &Chain, names: &Names, ui: &mut Ui) -> Result<(), CliError> {
    let mut cut = false;
    for (line, step) in drawn(&chain.steps) {
        cut |= step.kind == "more";
        let how = step.how.map_or_else(String::new, |how| format!("{how}: "));
        let end = step.end.map_or_else(String::new, |end| format!("  [{}]", Ui::ink(end, end_ink(end))));
        let label = match &step.node {
            Some(node) if step.label.is_empty() => format!("<{node}>"),
            _ if step.kind == "document" => format!("{}{}", step.label, details(step)),
            _ => step.label.clone(),
        };
        let label = if step.depth == 0 { Ui::ink(label, Ink::Strong) } else { plain(&label) };
        writeln!(ui.out(), "{}{}{label}{end}", line.first, Ui::ink(how, Ink::Faint))?;
        let about = about(step, names);
        if !about.is_empty() {
            writeln!(ui.out(), "{}{}", line.next, Ui::ink(about.join(" · "), Ink::Faint))?;
        }
        if let Some(quote) = step.quote.as_ref().filter(|quote| !same_words(quote, &step.label)) {
            writeln!(ui.out(), "{}{}", line.next, Ui::ink(format!("“{quote}”"), Ink::Faint))?;
        }
    }
    let origins = match (chain.origins_min, chain.origins_max) {
        (0, 0) => "–".to_owned(),
        (min, max) if min == max => min.to_string(),
        (min, max) => format!("{min} to {max}"),
    };
    writeln!(ui.out())?;
    if cut {
        writeln!(ui.out(), "more      --all shows what is left out above")?;
    }
    writeln!(
        ui.out(),
        "level     {} {}: {}",
        chain.level,
        Ui::ink(chain.level_name.name(), Ink::Strong),
        plain(&chain.why)
    )?;
    writeln!(ui.out(), "origin    {}", chain.origin.name())?;
    writeln!(ui.out(), "origins   {origins}")?;
    if chain.on_cycle {
        writeln!(ui.out(), "circle    it rests on itself")?;
    }
    for (number, step) in chain.lift.iter().enumerate() {
        writeln!(ui.out(), "{:<9} {}. {}", if number == 0 { "lift" } else { "" }, number + 1, plain(step))?;
    }
    if chain.lift_left_out > 0 {
        writeln!(ui.out(), "{:<9} and {} more", "", chain.lift_left_out)?;
    }
    Ok(())
}

/// A document's identifier and date, in parentheses.
fn details(step: &Step) -> String {
    let details: Vec<&str> = [&step.identifier, &step.date].into_iter().flatten().map(String::as_str).collect();
    if details.is_empty() { String::new() } else { format!(" ({})", details.join(", ")) }
}

/// Where a step stands, who says it, what matters about it.
fn about(step: &Step, names: &Names) -> Vec<String> {
    let mut about = Vec::new();
    let by = step.by.as_ref().map(|by| format!("by {by}"));
    if let Some(document) = &step.document {
        let by = by.map_or_else(String::new, |by| format!(" {by}"));
        let locator = step.locator.as_ref().map_or_else(String::new, |locator| format!(", {locator}"));
        about.push(format!("in {document}{}{by}{locator}", details(step)));
    } else {
        about.extend(by);
        about.extend(step.locator.clone());
    }
    about.extend(step.notes.iter().cloned());
    about.extend(
        step.place.as_ref().map(|place| format!("{}:{}:{}", names.shown(&place.file), place.line, place.column)),
    );
    about
}

/// Whether a quote is what the claim says, white space, case and the full stop aside.
fn same_words(quote: &str, label: &str) -> bool {
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").trim_end_matches('.').to_lowercase();
    words(quote) == words(label)
}

fn end_ink(end: &str) -> Ink {
    match end {
        "primary" | "pinned" => Ink::Good,
        "withdrawn" | "circle" => Ink::Error,
        _ => Ink::Warning,
    }
}

/// Deeper than this a line stands no further to the right; it says how deep it is.
const INDENTED: usize = 21;

/// The strokes before a step's line, and before what is said under it.
struct Strokes {
    first: String,
    next: String,
}

/// A step has strokes for each depth: whether another branch of that depth follows below.
fn drawn(steps: &[Step]) -> Vec<(Strokes, &Step)> {
    // From the last line up: at each depth, does a later line stand there before one less deep ends the branch?
    let mut follows: Vec<bool> = Vec::new();
    let mut lines = Vec::with_capacity(steps.len());
    for (at, step) in steps.iter().enumerate().rev() {
        follows.resize(step.depth + 1, false);
        let below = steps.get(at + 1).is_some_and(|next| next.depth > step.depth);
        let indented = step.depth.min(INDENTED);
        let mut stem: String =
            follows.iter().take(indented).skip(1).map(|more| if *more { "│   " } else { "    " }).collect();
        let (branch, under) = match (step.depth, follows[step.depth]) {
            (0, _) => ("", ""),
            (_, true) => ("├── ", "│   "),
            (_, false) => ("└── ", "    "),
        };
        if step.depth > INDENTED {
            stem = format!("{stem}{} ", step.depth);
        }
        let rest = if below { "│   " } else { "    " };
        lines.push((Strokes { first: format!("{stem}{branch}"), next: format!("{stem}{under}{rest}") }, step));
        follows[step.depth] = true;
    }
    lines.reverse();
    lines
}
