//! Which rules are run, how heavy is each, and who says so? The profile, then `ibid.toml`, then the command line.

use super::super::error::{CliError, Shown, rule_error, settings_error};
use super::super::target::nearest_file;
use super::super::ui::Ui;
use super::weights::{ALL, Weights};
use ibid::catalog::{self, Broken, DEFAULT_PROFILE, Profile, Rule, Settings, Threshold, Weight, profiles};
use ibid::input::InputError;
use ibid::model::{Failure, Place};
use ibid::rdf::Position;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const PROJECT: &str = "ibid.toml";

/// Which rules, and how heavy.
#[derive(clap::Args)]
pub(crate) struct ChoiceArgs {
    /// Whose view of the rules: newsroom, ifcn, bbc, intel, un-panel, compliance
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,

    /// Run these rules and no others
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    only: Vec<String>,

    #[command(flatten)]
    weights: Weights,

    /// A folder of rules, which go before the package's
    #[arg(long, value_name = "DIR")]
    rules: Vec<PathBuf>,

    /// The project's settings, instead of the nearest `ibid.toml`
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Read no project's settings
    #[arg(long, conflicts_with = "config")]
    isolated: bool,
}

/// What is to be run.
pub(crate) struct Chosen {
    /// The rules, fitted.
    pub(crate) rules: Vec<Rule>,
    /// Those that cannot be run; told already.
    pub(crate) failures: Vec<Failure>,
    /// Those that are off, fitted as far as that can be.
    pub(crate) off: BTreeMap<String, Option<Rule>>,
    /// Whether something that was asked for could not be understood; told already.
    pub(crate) troubled: bool,
    /// The profile's name.
    pub(crate) profile: String,
}

/// Reads all there is to read and says what is wrong with it; what can be understood holds. A project's settings are looked for
/// from `from` upwards, or from here.
pub(crate) fn choose(args: &ChoiceArgs, from: Option<&Path>, today: Option<&str>, ui: &Ui) -> Result<Chosen, CliError> {
    let mut troubled = false;
    let mut trouble = |error: &CliError| {
        ui.error(error);
        troubled = true;
    };
    let project = match &args.config {
        Some(file) => Some(file.clone()),
        None if args.isolated => None,
        None => nearest_file(PROJECT, from)?,
    };
    let project = project.map(|path| Project::read(path, &mut trouble)).transpose()?;
    let profile = profile_of(args, project.as_ref(), &mut trouble)?;
    let mut folders: Vec<PathBuf> = Vec::new();
    if let Some(project) = &project {
        folders.extend(project.folders(&mut trouble));
    }
    folders.extend(args.rules.iter().cloned());
    let found = catalog::rules(&folders)
        .map_err(|(folder, error)| CliError::from(InputError::from(error)).of_file(&folder.to_string_lossy()))?;
    let known: Vec<&str> = found.keys().map(String::as_str).collect();
    let mut settings = profile.settings.clone();
    if let Some(project) = &project {
        settings.overlay(&project.checked(&found, &mut trouble));
    }
    let mut is_known = |rule: &str, option: &str| {
        let is_known = known.contains(&rule);
        if !is_known {
            let told = CliError::new(format!("there is no rule `{rule}`")).of_file(option);
            trouble(&told.did_you_mean(rule, known.iter().copied(), "the rules"));
        }
        is_known
    };
    let only: Vec<&String> = args.only.iter().filter(|rule| is_known(rule, "--only")).collect();
    if !args.only.is_empty() {
        for rule in &known {
            if !only.iter().any(|wanted| wanted == rule) {
                settings.weights.insert((*rule).to_owned(), Weight::Off);
            } else if settings.leaves_out(rule) {
                // Who asks for a rule by name wants it run.
                settings.weights.remove(*rule);
            }
        }
    }
    for (option, rule, weight) in &args.weights.0 {
        let named: &[&str] = if rule == ALL {
            &known
        } else if is_known(rule, &format!("--{option}")) {
            &[rule]
        } else {
            &[]
        };
        for rule in named.iter().filter(|rule| only.is_empty() || only.iter().any(|wanted| wanted == *rule)) {
            settings.weights.insert((*rule).to_owned(), *weight);
        }
    }
    let (mut rules, mut failures, mut off) = (Vec::new(), Vec::new(), BTreeMap::new());
    for (id, rule) in found {
        let is_off = settings.leaves_out(&id);
        let fitted = rule.and_then(|rule| {
            let broken = |error| Broken { file: rule.file_name().into(), text: rule.saved.text.clone(), error };
            rule.fitted(&settings, today).map_err(broken)
        });
        match fitted {
            fitted if is_off => drop(off.insert(id, fitted.ok())),
            Ok(rule) => rules.push(rule),
            Err(broken) => {
                let (told, file) = (rule_error(&broken), broken.file.to_string_lossy().into_owned());
                ui.error(&told);
                let location = told.shown.map(|Shown { position: Position { line, column }, .. }| Place {
                    file: file.clone(),
                    line,
                    column,
                });
                failures.push(Failure { error: told.message, rule: id, file: Some(file), location });
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

    /// The folders of rules, from here.
    fn folders(&self, trouble: &mut dyn FnMut(&CliError)) -> Vec<PathBuf> {
        let home = self.path.parent().unwrap_or(Path::new(""));
        let mut folders = Vec::new();
        for (named, place) in &self.settings.rules {
            let folder = home.join(named);
            match std::fs::read_dir(&folder) {
                Ok(_) => folders.push(folder),
                Err(error) => {
                    let told = CliError::new(format!("the folder of rules `{named}`: {}", InputError::from(error)));
                    let length = named.chars().count() + 2;
                    trouble(&told.of_file(&self.name()).show(&self.text, Some(*place), length));
                }
            }
        }
        folders
    }

    /// What it sets of the rules there are; the rest is told.
    fn checked(&self, found: &BTreeMap<String, Result<Rule, Broken>>, trouble: &mut dyn FnMut(&CliError)) -> Settings {
        let mut settings = self.settings.clone();
        let thresholds: Vec<&Threshold> = found.values().flatten().flat_map(|rule| &rule.thresholds).collect();
        let rules: Vec<&str> = found.keys().map(String::as_str).collect();
        let names: Vec<&str> = thresholds.iter().map(|threshold| threshold.name.as_str()).collect();
        let unknown = |name: &str, kind: &str, known: &[&str]| {
            let (place, length) = (self.settings.places.get(name).copied(), name.chars().count());
            let told = CliError::new(format!("there is no {kind} `{name}`")).of_file(&self.name());
            let told = told.show(&self.text, place, length);
            told.did_you_mean(name, known.iter().copied(), &format!("the {kind}s"))
        };
        for rule in self.settings.weights.keys().filter(|rule| !rules.contains(&rule.as_str())) {
            trouble(&unknown(rule, "rule", &rules));
        }
        let mut set: Vec<_> = self.settings.thresholds.iter().collect();
        set.sort_by_key(|(name, _)| self.settings.values.get(*name).map(|(place, _)| *place));
        for (name, value) in set {
            if !names.contains(&name.as_str()) {
                trouble(&unknown(name, "threshold", &names));
            }
            let mut of_it = thresholds.iter().filter(|threshold| threshold.name == *name);
            let refused = of_it.find_map(|threshold| Some((threshold, threshold.refuses(value)?)));
            if let Some((threshold, asked)) = refused {
                let told = CliError::new(format!("the threshold `{name}` must be {asked}")).of_file(&self.name());
                let (place, length) = self.settings.values.get(name).copied().unzip();
                let told = told.show(&self.text, place, length.unwrap_or(1));
                trouble(&told.hint(format!("it is {}: {}", threshold.default.value(), threshold.what)));
                settings.thresholds.remove(name);
            }
        }
        settings
    }
}
