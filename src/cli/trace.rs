//! `ibid trace`

use super::Ended;
use super::error::CliError;
use super::target::{Names, TargetArgs};
use super::ui::{Ink, Ui, plain};
use ibid::lineage::compute;
use ibid::mapping::Mapped;
use ibid::model::{Chain, Step};
use ibid::trace::{Found, find, trace};
use std::io::Write;

/// Show what a claim rests on, why it is on its rung, and what would lift it
///
/// The claim is its IRI, a prefixed name, the end of its IRI from the `#` on, or words of its text. Where they name
/// several claims, those are listed.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// An IRI, a prefixed name, `#fragment`, or words of the claim's text
    #[arg(value_name = "CLAIM")]
    claim: String,

    /// How it is told: tree, json
    #[arg(long, value_name = "FORMAT", value_parser = ["tree", "json"], default_value = "tree")]
    format: String,
}

const CANDIDATES: usize = 20;

pub(crate) fn run(args: &Args, target: &TargetArgs, ui: &mut Ui) -> Result<Ended, CliError> {
    let (store, names) = target.open()?;
    let snapshot = store.read()?;
    let mappings = target.mappings()?;
    let view = Mapped::over(&snapshot, &mappings);
    let lineage = compute(&view)?;
    let claim = match find(&view, &lineage, &args.claim)? {
        Found::Claim(claim) => claim,
        Found::Several(several) => {
            let mut told = CliError::new(format!("`{}` names {} claims", args.claim, several.len()));
            for (iri, text) in several.iter().take(CANDIDATES) {
                told = told.hint(format!("<{iri}>  {text}"));
            }
            if several.len() > CANDIDATES {
                told = told.hint(format!("and {} more: use more of its words", several.len() - CANDIDATES));
            }
            return Err(told);
        }
        Found::Nothing(all) => {
            // Of a name that was typed from its `#` on, the same part of the others is compared.
            let part =
                |name: &'_ str| args.claim.starts_with('#').then(|| name.rfind('#')).flatten().unwrap_or_default();
            let known = all.iter().map(|name| &name[part(name)..]);
            let words = args.claim.contains(char::is_whitespace);
            let what = if words { "has the words" } else { "is called" };
            return Err(CliError::new(format!("no claim {what} `{}`", args.claim)).did_you_mean(
                &args.claim,
                known,
                "the claims",
            ));
        }
    };
    let Some(chain) = trace(&view, &lineage, claim)? else {
        return Err(CliError::new(format!("`{}` is no claim", args.claim)));
    };
    if args.format == "json" {
        let text = serde_json::to_string_pretty(&chain).expect("a chain is plain data");
        writeln!(ui.out(), "{text}")?;
    } else {
        tell(&chain, &names, ui)?;
    }
    Ok(Ended::Fine)
}

fn tell(chain: &Chain, names: &Names, ui: &mut Ui) -> Result<(), CliError> {
    for (line, step) in drawn(&chain.tree) {
        let how = step.how.map_or_else(String::new, |how| format!("{how}: "));
        let end = step.end.map_or_else(String::new, |end| format!("  [{}]", Ui::ink(end, end_ink(end))));
        let label = if step.label.is_empty() { format!("<{}>", step.node) } else { step.label.clone() };
        let label = if step.depth == 0 { Ui::ink(label, Ink::Strong) } else { plain(&label) };
        writeln!(ui.out(), "{}{}{label}{end}", line.first, Ui::ink(how, Ink::Faint))?;
        let place =
            step.place.as_ref().map(|place| format!("{}:{}:{}", names.shown(&place.file), place.line, place.column));
        let about: Vec<String> = step.notes.iter().cloned().chain(place).collect();
        if !about.is_empty() {
            writeln!(ui.out(), "{}{}", line.next, Ui::ink(about.join(" · "), Ink::Faint))?;
        }
    }
    let origins = match (chain.origins_min, chain.origins_max) {
        (0, 0) => "–".to_owned(),
        (min, max) if min == max => min.to_string(),
        (min, max) => format!("{min} to {max}"),
    };
    writeln!(ui.out())?;
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
    Ok(())
}

fn end_ink(end: &str) -> Ink {
    match end {
        "primary" => Ink::Good,
        "withdrawn" | "circle" => Ink::Error,
        _ => Ink::Warning,
    }
}

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
        let stem: String =
            follows.iter().take(step.depth).skip(1).map(|more| if *more { "│   " } else { "    " }).collect();
        let (branch, under) = match (step.depth, follows[step.depth]) {
            (0, _) => ("", ""),
            (_, true) => ("├── ", "│   "),
            (_, false) => ("└── ", "    "),
        };
        let rest = if below { "│   " } else { "    " };
        lines.push((Strokes { first: format!("{stem}{branch}"), next: format!("{stem}{under}{rest}") }, step));
        follows[step.depth] = true;
    }
    lines.reverse();
    lines
}
