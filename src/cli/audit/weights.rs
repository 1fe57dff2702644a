//! Which rules are made errors and warnings, and which are left out, on the command line: the last one typed has the last word.

use clap::{Arg, ArgAction, ArgMatches, Args, Command, Error, FromArgMatches};
use ibid::catalog::Weight;
use ibid::model::Severity;

/// The word that stands for every rule.
pub(super) const ALL: &str = "all";

const OPTIONS: [(&str, Weight, &str); 3] = [
    ("deny", Weight::Severity(Severity::Error), "Make all findings of these rules errors; `all` is every rule"),
    ("warn", Weight::Severity(Severity::Warning), "Make all findings of these rules warnings"),
    ("allow", Weight::Off, "Leave these rules out; of --deny, --warn and --allow the last one typed holds"),
];

/// The options `--deny`, `--warn` and `--allow` in the order in which they were typed: the option, the rule, its weight.
pub(super) struct Weights(pub(super) Vec<(&'static str, String, Weight)>);

impl FromArgMatches for Weights {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let mut typed = Vec::new();
        for (option, weight, _) in OPTIONS {
            let rules = matches.get_many::<String>(option).into_iter().flatten();
            let places = matches.indices_of(option).into_iter().flatten();
            typed.extend(places.zip(rules).map(|(place, rule)| (place, (option, rule.clone(), weight))));
        }
        typed.sort_by_key(|(place, _)| *place);
        Ok(Self(typed.into_iter().map(|(_, typed)| typed).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Args for Weights {
    fn augment_args(command: Command) -> Command {
        let option = |(name, _, help): (&'static str, Weight, &'static str)| {
            Arg::new(name).long(name).value_name("RULE").value_delimiter(',').action(ArgAction::Append).help(help)
        };
        command.args(OPTIONS.map(option))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}
