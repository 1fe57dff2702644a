//! Which profiles are there: what a norm asks of sourcing, as severities and thresholds?

use super::packaged;
use super::settings::Settings;

/// The profile where nobody chooses one.
pub const DEFAULT_PROFILE: &str = "newsroom";

/// A house's or a norm's view of the rules.
#[derive(Clone, Debug)]
pub struct Profile {
    /// Its name, as `--profile` takes it.
    pub id: String,
    /// For whom it is, as a phrase.
    pub title: String,
    /// Which norm it follows: its name, and the article.
    pub norm: String,
    /// What it sets.
    pub settings: Settings,
}

/// The profiles of the package, by name.
pub fn profiles() -> Vec<Profile> {
    let mut profiles: Vec<Profile> = packaged("profiles", "toml")
        .map(|(id, text)| {
            // A test holds the package's profiles to having nothing wrong with them.
            let (mut settings, _) = Settings::read(text, true);
            let mut about = |key| settings.about.remove(key).unwrap_or_default();
            Profile { id: id.to_owned(), title: about("title"), norm: about("norm"), settings }
        })
        .collect();
    profiles.sort_by(|a, b| a.id.cmp(&b.id));
    profiles
}
