//! Which rules are run, how heavy is each, and who says so? The profile, then `ibid.toml`, then the command line.

use super::super::error::{CliError, rule_error, settings_error};
use super::super::target::nearest_file;
use super::super::ui::Ui;
use ibid::catalog::{self, Broken, DEFAULT_PROFILE, Profile, Rule, Settings, Weight, profiles};
use ibid::input::InputError;
use ibid::model::{Failure, Severity};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const PROJECT: &str = "ibid.toml";

/// Which rules, and how heavy.
#[derive(clap::Args)]
pub(crate) struct ChoiceArgs {
    /// Whose view of the rules: newsroom, ifcn, bbc, intel, un-panel, compliance
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,

    /// Make all findings of a rule errors
    #[arg(long, value_name = "RULE")]
    deny: Vec<String>,

    /// Make all findings of a rule warnings
    #[arg(long, value_name = "RULE")]
    warn: Vec<String>,

    /// Leave a rule out
    #[arg(long, value_name = "RULE")]
    allow: Vec<String>,

    /// A folder of rules, which go before the package's
    #[arg(long, value_name = "DIR")]
    rules: Vec<PathBuf>,
}

/// What is to be run.
pub(crate) struct Chosen {
    /// The rules, fitted.
    pub(crate) rules: Vec<Rule>,
    /// Those that cannot be run; told already.
    pub(crate) failures: Vec<Failure>,
    /// Those that are off.
    pub(crate) off: BTreeSet<String>,
    /// Whether something that was asked for could not be understood; told already.
    pub(crate) troubled: bool,
    /// The profile's name.
    pub(crate) profile: String,
}

/// Reads all there is to read and says what is wrong with it; what can be understood holds.
pub(crate) fn choose(args: &ChoiceArgs, today: Option<&str>, ui: &Ui) -> Result<Chosen, CliError> {
    let mut troubled = false;
    let mut trouble = |error: &CliError| {
        ui.error(error);
        troubled = true;
    };
    let project = match nearest_file(PROJECT)? {
        Some(path) => Some(Project::read(path, &mut trouble)?),
        None => None,
    };
    let profile = profile_of(args, project.as_ref(), &mut trouble)?;
    let mut folders: Vec<PathBuf> = Vec::new();
    for (folder, line) in project.iter().flat_map(Project::folders) {
        match std::fs::read_dir(&folder) {
            Ok(_) => folders.push(folder),
            Err(error) => {
                let told = CliError::new(format!("the folder of rules `{line}`: {}", InputError::from(error)));
                trouble(&told.of_file(PROJECT));
            }
        }
    }
    folders.extend(args.rules.iter().cloned());
    let found = catalog::rules(&folders)
        .map_err(|(folder, error)| CliError::from(InputError::from(error)).of_file(&folder.to_string_lossy()))?;
    let known: Vec<&str> = found.keys().map(String::as_str).collect();
    let mut settings = profile.settings.clone();
    if let Some(project) = &project {
        let thresholds = found.values().flatten().flat_map(|rule| &rule.thresholds);
        let thresholds: Vec<&str> = thresholds.map(|threshold| threshold.name.as_str()).collect();
        let what = [
            (project.settings.weights.keys().collect::<Vec<_>>(), &known, "rule", "the rules"),
            (project.settings.thresholds.keys().collect(), &thresholds, "threshold", "the thresholds"),
        ];
        for (named, known, kind, all) in what {
            for name in named.into_iter().filter(|name| !known.contains(&name.as_str())) {
                let place = project.settings.places.get(name).copied();
                let told = CliError::new(format!("there is no {kind} `{name}`")).of_file(&project.name()).show(
                    &project.text,
                    place,
                    name.chars().count(),
                );
                trouble(&told.did_you_mean(name, known.iter().copied(), all));
            }
        }
        settings.overlay(&project.settings);
    }
    let typed = [
        (&args.deny, Weight::Severity(Severity::Error), "--deny"),
        (&args.warn, Weight::Severity(Severity::Warning), "--warn"),
        (&args.allow, Weight::Off, "--allow"),
    ];
    for (named, weight, option) in typed {
        for rule in named {
            if known.contains(&rule.as_str()) {
                settings.weights.insert(rule.clone(), weight);
            } else {
                let told = CliError::new(format!("there is no rule `{rule}`")).of_file(option);
                trouble(&told.did_you_mean(rule, known.iter().copied(), "the rules"));
            }
        }
    }
    let (mut rules, mut failures, mut off) = (Vec::new(), Vec::new(), BTreeSet::new());
    for (id, rule) in found {
        if settings.leaves_out(&id) {
            off.insert(id);
            continue;
        }
        let fitted = rule.and_then(|rule| {
            let broken = |error| Broken { file: rule.file_name().into(), text: rule.saved.text.clone(), error };
            rule.fitted(&settings, today).map_err(broken)
        });
        match fitted {
            Ok(rule) => rules.push(rule),
            Err(broken) => {
                let told = rule_error(&broken);
                ui.error(&told);
                failures.push(Failure { error: told.message, rule: id, location: None });
            }
        }
    }
    Ok(Chosen { rules, failures, off, troubled, profile: profile.id })
}

fn profile_of(
    args: &ChoiceArgs,
    project: Option<&Project>,
    trouble: &mut dyn FnMut(&CliError),
) -> Result<Profile, CliError> {
    let mut profiles = profiles();
    let mut find = |name: &str| {
        let place = profiles.iter().position(|profile| profile.id == name);
        place.map(|place| profiles.swap_remove(place)).ok_or_else(|| {
            CliError::new(format!("there is no profile `{name}`")).did_you_mean(
                name,
                profiles.iter().map(|profile| profile.id.as_str()),
                "the profiles",
            )
        })
    };
    if let Some(name) = &args.profile {
        return find(name);
    }
    if let Some(project) = project
        && let Some((name, place)) = &project.settings.profile
    {
        match find(name) {
            Ok(profile) => return Ok(profile),
            Err(error) => {
                trouble(&error.of_file(&project.name()).show(&project.text, Some(*place), name.chars().count() + 2));
            }
        }
    }
    find(DEFAULT_PROFILE)
}

/// A project's `ibid.toml`.
struct Project {
    path: PathBuf,
    text: String,
    settings: Settings,
}

impl Project {
    fn read(path: PathBuf, trouble: &mut dyn FnMut(&CliError)) -> Result<Self, CliError> {
        let name = path.to_string_lossy().into_owned();
        let text =
            std::fs::read_to_string(&path).map_err(|error| CliError::from(InputError::from(error)).of_file(&name))?;
        let (settings, errors) = Settings::read(&text, false);
        for error in errors {
            trouble(&settings_error(&error, &name, &text));
        }
        Ok(Self { path, text, settings })
    }

    fn name(&self) -> String {
        self.path.to_string_lossy().into_owned()
    }

    /// The folders of rules, from here, each with how it is written.
    fn folders(&self) -> impl Iterator<Item = (PathBuf, &str)> {
        let home = self.path.parent().unwrap_or(Path::new(""));
        self.settings.rules.iter().map(move |folder| (home.join(folder), folder.as_str()))
    }
}
