//! `ibid rules`

use super::Ended;
use super::audit::{ink, rules};
use super::error::CliError;
use super::ui::{Ink, Ui};
use ibid::catalog::Rule;
use std::io::Write;
use std::path::PathBuf;

/// List the audit rules, or explain one
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The rule to explain
    #[arg(value_name = "ID")]
    id: Option<String>,

    /// A folder of rules, which go before the package's
    #[arg(long, value_name = "DIR")]
    rules: Option<PathBuf>,
}

pub(crate) fn run(args: &Args, ui: &mut Ui) -> Result<Ended, CliError> {
    let (rules, failures) = rules(args.rules.as_deref())?;
    for failure in &failures {
        ui.error(&CliError::new(failure.error.clone()).of_file(&format!("{}.rq", failure.rule)));
    }
    match &args.id {
        None => list(&rules, ui)?,
        Some(id) => {
            if let Some(rule) = rules.iter().find(|rule| rule.saved.id == *id) {
                explain(rule, ui)?;
            } else {
                let known = rules.iter().map(|rule| rule.saved.id.as_str());
                return Err(CliError::new(format!("there is no rule `{id}`"))
                    .did_you_mean(id, known, "the rules")
                    .hint("`ibid rules` lists them"));
            }
        }
    }
    Ok(if failures.is_empty() { Ended::Fine } else { Ended::Troubled })
}

fn list(rules: &[Rule], ui: &mut Ui) -> Result<(), CliError> {
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
    Ok(())
}
