//! `ibid impact`

use super::Ended;
use super::error::CliError;
use super::load::counted;
use super::meant;
use super::rows;
use super::target::TargetArgs;
use super::ui::{Ink, Ui, plain};
use ibid::catalog::prefixes;
use ibid::impact::{impact, ranking};
use ibid::lineage::{Role, compute};
use ibid::mapping::Mapped;
use ibid::model::{Impact, Ranking, Shaken, Standing};
use std::io::Write;

/// Show which claims would fall with a source, or whose loss would lower most claims
///
/// Says which claims rest on a document, an agent or a claim, and where each would stand were it withdrawn; several are
/// withdrawn all at once. Nothing is changed in the store. A node is its IRI, a prefixed name, the end of its IRI from
/// the `#` on, or words of its name or text.
///
/// What is withdrawn ends the chains that come to it, first-hand no longer and not identified. With a document falls its
/// work, all editions being one source, and the claims in it. With an agent fall the works of whose originals it is an author or
/// publisher, and the claims that are credited to it: nothing with a translator or re-publisher, nor what organisations below it published.
/// That a claim is itself withdrawn does not change where it stands.
///
/// A claim is lowered if its level falls, its origin gets worse, or the least number of its independent origins falls.
/// Claims are ordered by what they lose in level, then in origin, then in origins at least, then at most. --top orders
/// nodes by how many claims they lower, then by how many in level, in origin, in origins at least.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Documents, agents or claims: IRIs, prefixed names, `#fragment`s, or words of a name or text
    #[arg(value_name = "NODE", required_unless_present = "top", conflicts_with = "top")]
    nodes: Vec<String>,

    /// Instead of naming nodes, rank them: the N whose loss would lower most claims
    #[arg(long, value_name = "N")]
    top: Option<usize>,

    /// What --top ranks: documents, agents, claims [default: documents, agents]
    #[arg(long, value_name = "KINDS", value_delimiter = ',', value_parser = ["documents", "agents", "claims"], hide_possible_values = true, requires = "top")]
    of: Vec<String>,

    /// Tell no more claims than this one by one; counts are of all [default: 20 in a table, else all]
    #[arg(long, value_name = "N", conflicts_with = "top")]
    limit: Option<usize>,

    /// How it is told: table, json, csv (a line a claim, or with --top a node)
    #[arg(long, value_name = "FORMAT", value_parser = ["table", "json", "csv"], default_value = "table")]
    format: String,
}

/// So many claims a person reads.
const TOLD: usize = 20;

pub(crate) fn run(args: &Args, target: &TargetArgs, ui: &mut Ui) -> Result<Ended, CliError> {
    let (store, _) = target.open()?;
    let snapshot = store.read()?;
    let mappings = target.mappings()?;
    let view = Mapped::over(&snapshot, &mappings);
    let lineage = compute(&view)?;
    if let Some(top) = args.top {
        let ranking = ranking(&view, &lineage, &roles(&args.of), top)?;
        match args.format.as_str() {
            "json" => json(ui, &ranking)?,
            "csv" => ranking_csv(&ranking, ui)?,
            _ => ranking_table(&ranking, ui)?,
        }
        return Ok(Ended::Fine);
    }
    let nodes = args.nodes.iter().map(|typed| meant::node(&view, &lineage, typed)).collect::<Result<Vec<_>, _>>()?;
    let all = if args.format == "table" { TOLD } else { usize::MAX };
    let impact = impact(&view, &lineage, &nodes, args.limit.unwrap_or(all))?;
    match args.format.as_str() {
        "json" => json(ui, &impact)?,
        "csv" => impact_csv(&impact, ui)?,
        _ => {
            impact_table(&impact, ui)?;
            for (node, typed) in nodes.iter().zip(&args.nodes) {
                if lineage.withdrawal(*node).is_some_and(|what| what.works.is_empty() && what.claims.is_empty()) {
                    ui.hint(format_args!(
                        "nothing falls with `{typed}`: it is no author or publisher of an original, and no claim is credited to it"
                    ));
                }
            }
        }
    }
    Ok(Ended::Fine)
}

fn roles(typed: &[String]) -> Vec<Role> {
    let of = |name: &str| match name {
        "documents" => Role::Document,
        "agents" => Role::Agent,
        _ => Role::Claim,
    };
    if typed.is_empty() { vec![Role::Document, Role::Agent] } else { typed.iter().map(|name| of(name)).collect() }
}

fn json(ui: &mut Ui, told: &impl serde::Serialize) -> Result<(), CliError> {
    let text = serde_json::to_string_pretty(told).expect("what is told is plain data");
    writeln!(ui.out(), "{text}")?;
    Ok(())
}

fn impact_table(impact: &Impact, ui: &mut Ui) -> Result<(), CliError> {
    for withdrawn in &impact.withdrawn {
        let name = withdrawn.name.clone().unwrap_or_else(|| prefixes().shorten(&withdrawn.node));
        let documents = counted(withdrawn.works, "document");
        let falls = match (withdrawn.kinds.as_slice(), withdrawn.works, withdrawn.claims) {
            (_, 0, 0) => "nothing falls with it".to_owned(),
            (["document"], _, claims) => format!("with it {}", falls(claims)),
            (["claim"], _, 1) => "without it".to_owned(),
            (["claim"], _, claims) => format!("with it the same in {}", counted(claims - 1, "other edition")),
            (_, _, claims) => format!("with it {documents} and {}", counted(claims, "claim")),
        };
        writeln!(
            ui.out(),
            "{}  {}",
            Ui::ink(name, Ink::Strong),
            Ui::ink(format!("{}: {falls}", withdrawn.kinds.join(", ")), Ink::Faint)
        )?;
    }
    let how: Vec<String> = [
        (impact.directly, "directly"),
        (impact.through, "through others"),
        (impact.may, "perhaps, as what they rest on may itself rest on it"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, how)| format!("{count} {how}"))
    .collect();
    if impact.resting == 0 {
        writeln!(ui.out(), "no claim rests on it")?;
        return Ok(());
    }
    writeln!(ui.out(), "{} on it: {}", rest(impact.resting), how.join(", "))?;
    writeln!(
        ui.out(),
        "{} be lowered: {} in level, {} in origin, {} in origins at least",
        if impact.lowered == 1 { "1 would".to_owned() } else { format!("{} would", impact.lowered) },
        impact.level_falls,
        impact.origin_falls,
        impact.origins_min_falls
    )?;
    if impact.raised > 0 {
        writeln!(
            ui.out(),
            "{} would stand higher, as what is withdrawn is an end, and a circle is none",
            impact.raised
        )?;
    }
    writeln!(ui.out())?;
    let rows = impact.claims.iter().map(|shaken| {
        let (before, after) = (&shaken.before, &shaken.after);
        vec![
            change(level(before), &level(after)),
            change(before.origin.name().to_owned(), after.origin.name()),
            change(origins(before), &origins(after)),
            shaken.how.to_owned(),
            plain(&text(shaken)),
        ]
    });
    rows::table(ui, &["level", "origin", "origins", "rests", "claim"], &rows.collect::<Vec<_>>())?;
    let left = impact.resting - impact.claims.len();
    if left > 0 {
        writeln!(ui.out(), " and {left} more (--limit)")?;
    }
    writeln!(ui.out())?;
    for report in impact.reports.iter().take(TOLD) {
        writeln!(ui.out(), "in <{}>: {}, {} lowered", report.graph, counted(report.claims, "claim"), report.lowered)?;
    }
    if impact.reports.len() > TOLD {
        writeln!(ui.out(), "and in {} more", counted(impact.reports.len() - TOLD, "report"))?;
    }
    Ok(())
}

fn falls(claims: usize) -> String {
    match claims {
        0 => "no claim, as none is recorded in it".to_owned(),
        claims => counted(claims, "claim"),
    }
}

fn rest(claims: usize) -> String {
    if claims == 1 { "1 claim rests".to_owned() } else { format!("{claims} claims rest") }
}

fn text(shaken: &Shaken) -> String {
    shaken.text.clone().unwrap_or_else(|| prefixes().shorten(&shaken.claim))
}

fn level(standing: &Standing) -> String {
    format!("{} {}", standing.level, standing.level_name.name())
}

fn origins(standing: &Standing) -> String {
    match (standing.origins_min, standing.origins_max) {
        (0, 0) => "–".to_owned(),
        (min, max) if min == max => min.to_string(),
        (min, max) => format!("{min} to {max}"),
    }
}

fn change(before: String, after: &str) -> String {
    if before == after { before } else { format!("{before} → {after}") }
}

fn impact_csv(impact: &Impact, ui: &mut Ui) -> Result<(), CliError> {
    let header = [
        "claim",
        "text",
        "how",
        "lowered",
        "levelBefore",
        "levelAfter",
        "originBefore",
        "originAfter",
        "originsMinBefore",
        "originsMinAfter",
        "originsMaxBefore",
        "originsMaxAfter",
    ];
    let rows = impact.claims.iter().map(|shaken| {
        let (before, after) = (&shaken.before, &shaken.after);
        vec![
            shaken.claim.clone(),
            shaken.text.clone().unwrap_or_default(),
            shaken.how.to_owned(),
            shaken.lowered.to_string(),
            before.level.to_string(),
            after.level.to_string(),
            before.origin.name().to_owned(),
            after.origin.name().to_owned(),
            before.origins_min.to_string(),
            after.origins_min.to_string(),
            before.origins_max.to_string(),
            after.origins_max.to_string(),
        ]
    });
    rows::csv(ui, &header, rows)
}

fn ranking_table(ranking: &Ranking, ui: &mut Ui) -> Result<(), CliError> {
    if ranking.losses.is_empty() {
        writeln!(ui.out(), "no claim would be lowered by the loss of any one of them")?;
        return Ok(());
    }
    let rows = ranking.losses.iter().map(|loss| {
        vec![
            loss.lowered.to_string(),
            loss.level_falls.to_string(),
            loss.origin_falls.to_string(),
            loss.origins_min_falls.to_string(),
            loss.resting.to_string(),
            loss.kind.to_owned(),
            plain(&loss.name.clone().unwrap_or_else(|| prefixes().shorten(&loss.node))),
        ]
    });
    rows::table(ui, &["lowered", "level", "origin", "origins", "resting", "kind", "node"], &rows.collect::<Vec<_>>())
}

fn ranking_csv(ranking: &Ranking, ui: &mut Ui) -> Result<(), CliError> {
    let header = ["node", "kind", "name", "resting", "lowered", "levelFalls", "originFalls", "originsMinFalls"];
    let rows = ranking.losses.iter().map(|loss| {
        vec![
            loss.node.clone(),
            loss.kind.to_owned(),
            loss.name.clone().unwrap_or_default(),
            loss.resting.to_string(),
            loss.lowered.to_string(),
            loss.level_falls.to_string(),
            loss.origin_falls.to_string(),
            loss.origins_min_falls.to_string(),
        ]
    });
    rows::csv(ui, &header, rows)
}
