//! `ibid why`

use super::Ended;
use super::error::CliError;
use super::meant;
use super::target::{Names, TargetArgs};
use super::ui::{Ink, Ui, plain};
use ibid::catalog::prefixes;
use ibid::find::{Found, find_claim};
use ibid::lineage::{Lineage, around, compute};
use ibid::mapping::Mapped;
use ibid::model::{Counted, Edge, Ground, Place, Proof, Way};
use ibid::store::{Node, Reader};
use ibid::trace::{Fact, Limits, NotAValue, wanted, why, why_document};
use ibid::vocab::{ibid as i, schema};
use std::io::Write;

/// Prove a computed fact of a claim, down to the edges of the graph
///
/// The fact is level, origin, originsMin, originsMax, onCycle, restsOn or mayRestOn; of a document it is work or onCycle. It may have
/// `ibid:` before it. With a value, the answer is whether the claim has that: "originsMin 1", "origin primary", "restsOn <IRI>". Without one, it is
/// why it has the value it has.
///
/// For the level and the origin that is the way to the end that decides, edge by edge, and what the graph says of that end;
/// for the numbers of origins, the pairs of ends that count as one, each with its reason, the ends that do not count, and
/// the single facts that would change the number; for a circle, the circle; for a work, the editions that join a document to it.
///
/// Exit status: 0 where the claim has that value, 1 where it has another, 2 where there is no answer.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// An IRI, a prefixed name, `#fragment`, or words of the claim's text; of a document, of its name
    #[arg(value_name = "CLAIM")]
    claim: String,

    /// level, origin, originsMin, originsMax, onCycle, restsOn or mayRestOn; of a document work or onCycle
    #[arg(value_name = "FACT")]
    fact: String,

    /// The value to prove or refute
    #[arg(value_name = "VALUE")]
    value: Option<String>,

    /// How it is told: text, json
    #[arg(long, value_name = "FORMAT", value_parser = ["text", "json"], default_value = "text")]
    format: String,

    /// Leave nothing out, however much it is
    #[arg(long)]
    all: bool,
}

pub(crate) fn run(args: &Args, target: &TargetArgs, ui: &mut Ui) -> Result<Ended, CliError> {
    let (name, value) = match (args.fact.trim().split_once(char::is_whitespace), &args.value) {
        (Some((name, value)), None) => (name, Some(value.trim().to_owned())),
        (_, value) => (args.fact.trim(), value.clone()),
    };
    let Some(fact) = Fact::named(name) else {
        let known = Fact::ALL.map(Fact::name);
        let typed = name.strip_prefix("ibid:").unwrap_or(name);
        return Err(CliError::new(format!("`{name}` is no computed fact")).did_you_mean(typed, known, "the facts"));
    };
    let (store, names) = target.open()?;
    let snapshot = store.read()?;
    let mappings = target.mappings()?;
    let view = Mapped::over(&snapshot, &mappings);
    let (node, lineage) = asked_about(&view, &args.claim, fact)?;
    let asked = match &value {
        Some(value) => {
            Some(wanted(&view, &lineage, node, fact, value)?.map_err(|error| no_value(fact.name(), value, &error))?)
        }
        None => None,
    };
    let limits = if args.all { Limits::NONE } else { Limits::READABLE };
    let proof = match why(&view, &lineage, node, fact, asked.as_ref(), limits)? {
        Some(proof) => Some(proof),
        None => why_document(&view, &lineage, node, fact, asked.as_ref())?,
    };
    let Some(proof) = proof else { return Err(no_document(&view, &lineage, node, &args.claim)?) };
    if args.format == "json" {
        let text = serde_json::to_string_pretty(&proof).expect("a proof is plain data");
        writeln!(ui.out(), "{text}")?;
    } else {
        let most = if args.all { usize::MAX } else { LINES };
        tell(&proof, &names, most, ui)?;
    }
    Ok(if proof.holds { Ended::Fine } else { Ended::No })
}

/// The claim or document that is meant, and the lineage that has it. A claim's is computed from what it can reach.
fn asked_about(view: &dyn Reader, typed: &str, fact: Fact) -> Result<(Node, Lineage), CliError> {
    let may_be_a_document = [Fact::Work, Fact::OnCycle].contains(&fact);
    if !may_be_a_document || fact == Fact::OnCycle && !matches!(find_claim(view, typed)?, Found::Nothing { .. }) {
        let claim = meant::claim(view, typed)?;
        return Ok((claim, around(view, &[claim])?));
    }
    let lineage = compute(view)?;
    Ok((meant::node(view, &lineage, typed)?, lineage))
}

/// What is told of a node that has no such fact, for it is no document.
fn no_document(view: &dyn Reader, lineage: &Lineage, node: Node, typed: &str) -> Result<CliError, CliError> {
    let told = CliError::new(format!("`{typed}` is no document, and only documents are of a work"));
    Ok(match lineage.document(node) {
        Some(document) => told.hint(format!("the claim stands in <{}>", view.name(document)?)),
        None => told,
    })
}

/// How many lines each part of a proof has, before the others are counted.
const LINES: usize = 20;

fn no_value(fact: &str, typed: &str, error: &NotAValue) -> CliError {
    let told = CliError::new(format!("`{typed}` is no value of {fact}"));
    match error {
        NotAValue::Unknown { what, known } if known.is_empty() => told.hint(*what),
        NotAValue::Unknown { what, known } => {
            told.did_you_mean(typed, known.iter().map(|name| meant::alike(typed, name)), what)
        }
        NotAValue::Several(names) => {
            let mut told = CliError::new(format!("`{typed}` ends {} names", names.len()));
            for name in names.iter().take(LINES) {
                told = told.hint(format!("<{name}>"));
            }
            told
        }
    }
}

fn tell(proof: &Proof, names: &Names, most: usize, ui: &mut Ui) -> Result<(), CliError> {
    let label = proof.text.clone().unwrap_or_else(|| format!("<{}>", proof.claim));
    writeln!(ui.out(), "{}", Ui::ink(label, Ink::Strong))?;
    writeln!(ui.out())?;
    let because = plain(&proof.because);
    let value = match proof.value.as_slice() {
        [] => "nothing".to_owned(),
        [one] => short(one),
        several => format!("{} nodes", several.len()),
    };
    match &proof.asked {
        Some(asked) if proof.holds => writeln!(ui.out(), "{} {}: {because}", proof.fact, short(asked))?,
        Some(asked) => writeln!(
            ui.out(),
            "{}: its {} is {value}, not {}: {because}",
            Ui::ink("no", Ink::Error),
            proof.fact,
            short(asked)
        )?,
        None => writeln!(ui.out(), "{} {value}: {because}", proof.fact)?,
    }
    if proof.operands.len() > 1 {
        let way = proof.operands.iter().map(|claim| short(claim)).collect::<Vec<_>>().join(" computed from ");
        writeln!(ui.out(), "\npremise   {way}")?;
    }
    part(ui, "way", most, &proof.paths, |way| {
        let mut lines = vec![format!("to {}", short(&way.to))];
        lines.extend(edge_lines(way, most, names));
        lines
    })?;
    part(ui, "because", most, &proof.grounds, |ground| vec![ground_line(ground, names)])?;
    part(ui, "counted", most, &proof.counted, |counted| vec![counted_line(counted)])?;
    part(ui, "as one", most, &proof.merged, |merged| {
        vec![
            format!("{} and {}", short(&merged.one), short(&merged.other)),
            format!("{}: {}", merged.reason, plain(&merged.words)),
        ]
    })?;
    let what = if proof.fact == "level" { "lift" } else { "missing" };
    part(ui, what, most, &proof.missing, |words| vec![plain(words)])?;
    if proof.missing.is_empty() && (1..=LINES).contains(&proof.counted.len()) && proof.fact.starts_with("origins") {
        writeln!(ui.out(), "\nmissing   no single fact that is missing would raise it")?;
    }
    Ok(())
}

/// A part of the proof: its items numbered, their further lines under them.
fn part<T>(
    ui: &mut Ui,
    title: &str,
    most: usize,
    items: &[T],
    lines: impl Fn(&T) -> Vec<String>,
) -> Result<(), CliError> {
    if items.is_empty() {
        return Ok(());
    }
    writeln!(ui.out())?;
    for (number, item) in items.iter().take(most).enumerate() {
        let title = if number == 0 { title } else { "" };
        for (place, line) in lines(item).iter().enumerate() {
            if place == 0 {
                writeln!(ui.out(), "{title:<9} {}. {line}", number + 1)?;
            } else {
                writeln!(ui.out(), "{:<9}    {line}", "")?;
            }
        }
    }
    if items.len() > most {
        writeln!(ui.out(), "{:<9} and {} more: --all shows them", "", items.len() - most)?;
    }
    Ok(())
}

/// The edges of a way; of many the first and the last, with the number of those between them.
fn edge_lines(way: &Way, most: usize, names: &Names) -> Vec<String> {
    let tell = |edge: &Edge| edge_line(edge, names);
    let all = way.edges.len() + way.last.len();
    if all + way.left_out <= most {
        return way.edges.iter().chain(&way.last).map(tell).collect();
    }
    let (head, tail) = (most - most / 4, most / 4);
    let mut lines: Vec<String> = way.edges.iter().take(head).map(tell).collect();
    let rest = way.edges.iter().skip(head).chain(&way.last);
    let skipped = all.saturating_sub(head + tail);
    lines.push(format!("… {} edges between: --all shows them", skipped + way.left_out));
    lines.extend(rest.skip(skipped).map(tell));
    lines
}

fn edge_line(edge: &Edge, names: &Names) -> String {
    let property = edge.property.as_deref().map_or_else(|| "is taken from".to_owned(), short);
    // Of two documents the property says so.
    let of_documents = [schema::TRANSLATION_OF_WORK, i::REPUBLICATION_OF].map(Some).contains(&edge.property.as_deref());
    let edition = if edge.edition && !of_documents { "  (editions of one claim)" } else { "" };
    format!("{} {property} {}{edition}{}", short(&edge.from), short(&edge.to), place(edge.place.as_ref(), names))
}

fn ground_line(ground: &Ground, names: &Names) -> String {
    let place = place(ground.place.as_ref(), names);
    match &ground.value {
        Some(value) => {
            let value = if value.contains("://") || value.starts_with("urn:") || value.starts_with("_:") {
                short(value)
            } else {
                format!("“{}”", plain(value))
            };
            format!(
                "{} {} {value}, which decides {}{place}",
                short(&ground.node),
                short(&ground.property),
                ground.decides
            )
        }
        None => format!(
            "{} has no {}, which decides {}{place}",
            short(&ground.node),
            short(&ground.property),
            ground.decides
        ),
    }
}

fn counted_line(counted: &Counted) -> String {
    let through = counted.through.as_ref().map_or_else(String::new, |end| format!(", behind {}", short(end)));
    let lacks = if counted.counts { String::new() } else { format!(": does not count, {}", counted.lacks.join(", ")) };
    format!("{}  {}  [{}]{through}{lacks}", short(&counted.node), plain(&counted.label), counted.origin.name())
}

fn place(place: Option<&Place>, names: &Names) -> String {
    place.map_or_else(String::new, |place| {
        format!("  {}", Ui::ink(format!("{}:{}:{}", names.shown(&place.file), place.line, place.column), Ink::Faint))
    })
}

/// A name with its prefix where it has one, else in angle brackets; a plain value as it is.
fn short(name: &str) -> String {
    if name.contains(':') { plain(&prefixes().shorten(name)) } else { plain(name) }
}
