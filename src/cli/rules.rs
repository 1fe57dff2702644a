//! `ibid rules`

use super::Ended;
use super::audit::settings::{self, Chosen};
use super::audit::{ink, today};
use super::error::CliError;
use super::ui::{Ink, Ui};
use ibid::catalog::{Example, Profile, Rule, Threshold, Wording, profiles};
use serde_json::{Value, json};
use std::io::Write;

/// List the audit rules, or explain some
///
/// On a pipe a rule is a line: its id, its severity (error, warning, info, or off where it is not run) and what it finds, with
/// tabs between them. How heavy a rule is depends on the profile, on the project's `ibid.toml` and on --only, --deny, --warn
/// and --allow, as for the audit.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The rules to explain
    #[arg(value_name = "ID")]
    ids: Vec<String>,

    /// How it is told: text, json
    #[arg(long, value_name = "FORMAT", value_parser = ["text", "json"], default_value = "text")]
    format: String,

    #[command(flatten)]
    choice: settings::ChoiceArgs,

    /// List the profiles, each with the norm it follows
    #[arg(long, conflicts_with = "ids")]
    profiles: bool,
}

/// A rule, and whether it is run.
type Listed<'r> = (&'r Rule, bool);

pub(crate) fn run(args: &Args, ui: &mut Ui) -> Result<Ended, CliError> {
    let as_json = args.format == "json";
    if args.profiles {
        return tell_profiles(as_json, ui);
    }
    let Chosen { rules, failures, off, mut troubled, .. } = settings::choose(&args.choice, None, Some(&today()), ui)?;
    let run = rules.iter().map(|rule| (rule, true));
    let mut all: Vec<Listed<'_>> = run.chain(off.values().flatten().map(|rule| (rule, false))).collect();
    all.sort_by(|a, b| a.0.saved.id.cmp(&b.0.saved.id));
    if !args.ids.is_empty() {
        let mut asked = Vec::new();
        for id in &args.ids {
            match all.iter().find(|(rule, _)| rule.saved.id == *id) {
                Some(listed) => asked.push(*listed),
                None if failures.iter().any(|failure| failure.rule == *id) => {}
                None if off.contains_key(id) => {
                    ui.error(&CliError::new(format!("the rule `{id}` is off, and broken")));
                    troubled = true;
                }
                None => {
                    let known = all.iter().map(|(rule, _)| rule.saved.id.as_str());
                    let told = CliError::new(format!("there is no rule `{id}`"));
                    ui.error(&told.did_you_mean(id, known, "the rules").hint("`ibid rules` lists them"));
                    troubled = true;
                }
            }
        }
        all = asked;
    }
    if as_json {
        let told: Vec<_> = all.iter().map(|listed| described(*listed)).collect();
        serde_json::to_writer_pretty(ui.out(), &told).map_err(std::io::Error::from)?;
        writeln!(ui.out())?;
    } else if args.ids.is_empty() {
        list(&all, ui)?;
    } else {
        for (number, listed) in all.into_iter().enumerate() {
            if number > 0 {
                writeln!(ui.out(), "\n{}\n", Ui::ink("---", Ink::Faint))?;
            }
            explain(listed, ui)?;
        }
    }
    Ok(if failures.is_empty() && !troubled { Ended::Fine } else { Ended::Troubled })
}

fn tell_profiles(as_json: bool, ui: &mut Ui) -> Result<Ended, CliError> {
    if as_json {
        let profile = |profile: Profile| json!({ "id": profile.id, "title": profile.title, "norm": profile.norm });
        let told: Vec<_> = profiles().into_iter().map(profile).collect();
        serde_json::to_writer_pretty(ui.out(), &told).map_err(std::io::Error::from)?;
        writeln!(ui.out())?;
        return Ok(Ended::Fine);
    }
    for profile in profiles() {
        writeln!(ui.out(), "{}: {}\n  {}", Ui::ink(&profile.id, Ink::Strong), profile.title, profile.norm)?;
    }
    Ok(Ended::Fine)
}

/// How heavy a rule is, in a word.
fn weight((rule, runs): Listed<'_>) -> (&'static str, Ink) {
    if runs { (rule.severity.name(), ink(rule.severity)) } else { ("off", Ink::Faint) }
}

fn described(listed: Listed<'_>) -> Value {
    let rule = listed.0;
    let threshold = |threshold: &Threshold| {
        let (value, default) = (threshold.value.value(), threshold.default.value());
        json!({ "name": threshold.name, "value": value, "default": default, "what": threshold.what })
    };
    let section = |(heading, text): &(String, String)| json!({ "heading": heading, "text": text });
    let wording = |wording: &Wording| {
        let (message, help) = (wording.message.line(), wording.help.line());
        json!({ "case": wording.case, "message": message, "help": help })
    };
    json!({
        "id": rule.saved.id,
        "severity": weight(listed).0,
        "finds": rule.saved.title,
        "messages": rule.wordings.iter().filter(|wording| wording.is_found).map(wording).collect::<Vec<_>>(),
        "manual": rule.saved.manual.iter().map(section).collect::<Vec<_>>(),
        "thresholds": rule.thresholds.iter().map(threshold).collect::<Vec<_>>(),
        "file": rule.file_name(),
    })
}

fn list(rules: &[Listed<'_>], ui: &mut Ui) -> Result<(), CliError> {
    if !Ui::to_terminal() {
        for listed in rules {
            writeln!(ui.out(), "{}\t{}\t{}", listed.0.saved.id, weight(*listed).0, listed.0.saved.title)?;
        }
        return Ok(());
    }
    let width = rules.iter().map(|(rule, _)| rule.saved.id.len()).max().unwrap_or_default();
    for listed in rules {
        let (word, ink) = weight(*listed);
        let word = Ui::ink(format_args!("{word:7}"), ink);
        writeln!(ui.out(), "{:width$}  {word}  {}", listed.0.saved.id, listed.0.saved.title)?;
    }
    Ok(())
}

fn explain(listed: Listed<'_>, ui: &mut Ui) -> Result<(), CliError> {
    let (rule, (word, ink)) = (listed.0, weight(listed));
    writeln!(ui.out(), "{} ({})", Ui::ink(&rule.saved.id, Ink::Strong), Ui::ink(word, ink))?;
    writeln!(ui.out(), "\nFinds {}.", rule.saved.title)?;
    for (heading, text) in &rule.saved.manual {
        writeln!(ui.out(), "\n{}\n{text}", Ui::ink(heading, Ink::Strong))?;
    }
    if !rule.thresholds.is_empty() {
        writeln!(ui.out(), "\n{}", Ui::ink("Thresholds", Ink::Strong))?;
        for threshold in &rule.thresholds {
            let (name, value, default) = (&threshold.name, threshold.value.value(), threshold.default.value());
            let unset = if value == default { String::new() } else { format!(" ({default} where nobody sets it)") };
            writeln!(ui.out(), "{name} = {value}{unset}: {}", threshold.what)?;
        }
    }
    let (fails, passes) = rule.examples();
    for (example, heading) in
        [(fails, "A report in which it finds something"), (passes, "One in which it finds nothing")]
    {
        if let Some(example) = example {
            show(&example, heading, ui)?;
        }
    }
    Ok(())
}

fn show(example: &Example, heading: &str, ui: &mut Ui) -> Result<(), CliError> {
    writeln!(ui.out(), "\n{}", Ui::ink(format_args!("{heading}: {}", example.heading), Ink::Strong))?;
    for line in
        example.settings.lines().map(|line| format!("# {line}")).chain(example.turtle.lines().map(str::to_owned))
    {
        writeln!(ui.out(), "  {line}")?;
    }
    for finding in &example.findings {
        writeln!(ui.out(), "  {} {finding}", Ui::ink("=>", Ink::Faint))?;
    }
    Ok(())
}
