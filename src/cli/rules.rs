//! `ibid rules`

use super::Ended;
use super::audit::settings::{self, Chosen};
use super::audit::{ink, today};
use super::error::CliError;
use super::ui::{Ink, Ui};
use ibid::catalog::{Example, Rule, profiles};
use std::io::Write;

/// List the audit rules, or explain one
///
/// On a pipe a rule is a line: its id, its severity (error, warning, info) and what it finds, with tabs between them. How
/// heavy a rule is depends on the profile, on the project's `ibid.toml` and on --deny, --warn and --allow, as for the audit.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The rule to explain
    #[arg(value_name = "ID")]
    id: Option<String>,

    #[command(flatten)]
    choice: settings::ChoiceArgs,

    /// List the profiles, each with the norm it follows
    #[arg(long, conflicts_with = "id")]
    profiles: bool,
}

pub(crate) fn run(args: &Args, ui: &mut Ui) -> Result<Ended, CliError> {
    if args.profiles {
        for profile in profiles() {
            writeln!(ui.out(), "{}: {}\n  {}", Ui::ink(&profile.id, Ink::Strong), profile.title, profile.norm)?;
        }
        return Ok(Ended::Fine);
    }
    let Chosen { rules, failures, off, troubled, .. } = settings::choose(&args.choice, Some(&today()), ui)?;
    match &args.id {
        None => list(&rules, ui)?,
        Some(id) => {
            if let Some(rule) = rules.iter().find(|rule| rule.saved.id == *id) {
                explain(rule, ui)?;
            } else if off.contains(id) {
                return Err(CliError::new(format!("the rule `{id}` is off")));
            } else {
                let known = rules.iter().map(|rule| rule.saved.id.as_str());
                return Err(CliError::new(format!("there is no rule `{id}`"))
                    .did_you_mean(id, known, "the rules")
                    .hint("`ibid rules` lists them"));
            }
        }
    }
    Ok(if failures.is_empty() && !troubled { Ended::Fine } else { Ended::Troubled })
}

fn list(rules: &[Rule], ui: &mut Ui) -> Result<(), CliError> {
    if !Ui::to_terminal() {
        for rule in rules {
            writeln!(ui.out(), "{}\t{}\t{}", rule.saved.id, rule.severity, rule.saved.title)?;
        }
        return Ok(());
    }
    let width = rules.iter().map(|rule| rule.saved.id.len()).max().unwrap_or_default();
    for rule in rules {
        let severity = Ui::ink(format_args!("{:7}", rule.severity), ink(rule.severity));
        writeln!(ui.out(), "{:width$}  {severity}  {}", rule.saved.id, rule.saved.title)?;
    }
    Ok(())
}

fn explain(rule: &Rule, ui: &mut Ui) -> Result<(), CliError> {
    writeln!(ui.out(), "{} ({})", Ui::ink(&rule.saved.id, Ink::Strong), Ui::ink(rule.severity, ink(rule.severity)))?;
    writeln!(ui.out(), "\nFinds {}.", rule.saved.title)?;
    for (heading, text) in &rule.saved.manual {
        writeln!(ui.out(), "\n{}\n{text}", Ui::ink(heading, Ink::Strong))?;
    }
    if !rule.thresholds.is_empty() {
        writeln!(ui.out(), "\n{}", Ui::ink("Thresholds", Ink::Strong))?;
        for threshold in &rule.thresholds {
            let (name, value) = (&threshold.name, threshold.default.value());
            writeln!(ui.out(), "{name} = {value}: {}", threshold.what)?;
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
