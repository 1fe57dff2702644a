//! Which store, and what files are called in it.

use super::error::{CliError, mapping_error};
use clap::Args;
use ibid::input::InputError;
use ibid::mapping::Mappings;
use ibid::store::Store;
use std::path::{Path, PathBuf};

const FOLDER: &str = ".ibid";
const MAPPINGS: &str = "mappings";

/// Which store a command works on.
#[derive(Args)]
pub(crate) struct TargetArgs {
    /// The store's folder, else that of the environment variable IBID_STORE, else the `.ibid` here or in the nearest
    /// folder above
    #[arg(long, global = true, value_name = "DIR")]
    store: Option<PathBuf>,

    /// A folder of mappings of foreign data, which go before the package's; else `mappings` in the store's folder
    #[arg(long, global = true, value_name = "DIR")]
    mappings: Option<PathBuf>,
}

/// What files are called: the store knows them by their path from the folder that its own folder is in, so that it can
/// be moved with them; people see the path from where they are.
pub(crate) struct Names {
    home: PathBuf,
    here: PathBuf,
}

#[expect(clippy::disallowed_methods, reason = "the library is told where it is by this function")]
fn here() -> Result<PathBuf, CliError> {
    std::env::current_dir().map_err(|error| CliError::new(format!("the current folder cannot be read: {error}")))
}

/// A file of this name, in the folder `from` (or here) or in the nearest folder above that has one, as a path from here where it is
/// above or below.
pub(crate) fn nearest_file(name: &str, from: Option<&Path>) -> Result<Option<PathBuf>, CliError> {
    let here = here()?;
    let here = std::fs::canonicalize(&here).unwrap_or(here);
    let start = from.map_or_else(|| Ok(here.clone()), std::fs::canonicalize).unwrap_or_else(|_| here.clone());
    let Some(folder) = start.ancestors().find(|folder| folder.join(name).is_file()) else { return Ok(None) };
    if let Ok(below) = folder.strip_prefix(&here) {
        return Ok(Some(below.join(name)));
    }
    Ok(Some(match here.strip_prefix(folder) {
        Ok(steps) => std::iter::repeat_n("..", steps.components().count()).collect::<PathBuf>().join(name),
        Err(_) => folder.join(name),
    }))
}

impl TargetArgs {
    fn folder(&self) -> Result<Option<PathBuf>, CliError> {
        if let Some(folder) = &self.store {
            return Ok(Some(folder.clone()));
        }
        if let Some(folder) = std::env::var_os("IBID_STORE").filter(|folder| !folder.is_empty()) {
            return Ok(Some(folder.into()));
        }
        let above = here()?.ancestors().position(|folder| folder.join(FOLDER).is_dir());
        Ok(above.map(|steps| std::iter::repeat_n("..", steps).collect::<PathBuf>().join(FOLDER)))
    }

    /// Where the store is, or would be.
    pub(crate) fn place(&self) -> Result<PathBuf, CliError> {
        Ok(self.folder()?.unwrap_or_else(|| PathBuf::from(FOLDER)))
    }

    /// The package's mappings, and those of the folder that was named, or that the store's folder holds, over them.
    pub(crate) fn mappings(&self) -> Result<Mappings, CliError> {
        let folder = match &self.mappings {
            Some(folder) => Some(folder.clone()),
            None => self.folder()?.map(|store| store.join(MAPPINGS)).filter(|folder| folder.is_dir()),
        };
        let shown = |name: &str| folder.as_deref().unwrap_or(Path::new("")).join(name).to_string_lossy().into_owned();
        let read = Mappings::new(folder.as_deref());
        let read = read.map_err(|error| CliError::from(InputError::from(error)).of_file(&shown("")))?;
        read.map_err(|broken| mapping_error(&broken, &shown(&broken.file)))
    }

    /// Opens the store that is there.
    pub(crate) fn open(&self) -> Result<(Store, Names), CliError> {
        let folder = self.place()?;
        let names = Names::of(&folder)?;
        let store = Store::open(&folder)?.with_files(&names.home);
        Ok((store, names))
    }

    /// Opens the store, or makes it.
    pub(crate) fn open_or_create(&self) -> Result<Store, CliError> {
        let folder = self.place()?;
        Ok(Store::open_or_create(&folder)?)
    }

    /// Whether there is a folder that may be a store.
    pub(crate) fn exists(&self) -> Result<bool, CliError> {
        Ok(self.folder()?.is_some_and(|folder| folder.is_dir()))
    }

    /// What files are called in the store, whether it is there yet or not.
    pub(crate) fn names(&self) -> Result<Names, CliError> {
        Names::of(&self.place()?)
    }
}

impl Names {
    fn of(folder: &Path) -> Result<Self, CliError> {
        let here = here()?;
        let whole = here.join(folder);
        let parent = std::fs::canonicalize(&whole).ok().and_then(|whole| whole.parent().map(Path::to_owned));
        // A store that is yet to be made has no real path; the folder it will be in has.
        let home = parent.or_else(|| whole.parent().and_then(|parent| std::fs::canonicalize(parent).ok()));
        let home = home.unwrap_or_else(|| here.clone());
        Ok(Self { home, here: std::fs::canonicalize(&here).unwrap_or(here) })
    }

    /// Names as they are given, for a store that exists only for a run.
    pub(crate) fn as_given() -> Result<Self, CliError> {
        let here = here()?;
        let here = std::fs::canonicalize(&here).unwrap_or(here);
        Ok(Self { home: here.clone(), here })
    }

    /// The folder from which the store names files.
    pub(crate) fn home(&self) -> &Path {
        &self.home
    }

    /// What the store calls a file.
    pub(crate) fn stored(&self, path: &Path) -> String {
        let whole = std::fs::canonicalize(path).unwrap_or_else(|_| self.here.join(path));
        whole.strip_prefix(&self.home).unwrap_or(&whole).to_string_lossy().into_owned()
    }

    /// What people see: the path from here, up and down again where the file is below the store's home.
    pub(crate) fn shown(&self, name: &str) -> String {
        if name == "-" || name.contains("://") {
            return name.to_owned();
        }
        let whole = self.home.join(name);
        if let Ok(below) = whole.strip_prefix(&self.here) {
            return below.to_string_lossy().into_owned();
        }
        let Ok(steps) = self.here.strip_prefix(&self.home) else { return whole.to_string_lossy().into_owned() };
        let shared = steps.components().zip(Path::new(name).components()).take_while(|(a, b)| a == b).count();
        let up = std::iter::repeat_n("..", steps.components().count() - shared).collect::<PathBuf>();
        up.join(Path::new(name).components().skip(shared).collect::<PathBuf>()).to_string_lossy().into_owned()
    }
}
