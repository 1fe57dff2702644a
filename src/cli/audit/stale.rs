//! Which files are no longer what was loaded? Their lines may be others now.

use super::super::error::CliError;
use super::super::load::counted;
use super::super::target::Names;
use super::super::ui::Ui;
use ibid::audit::Audited;
use ibid::history;
use ibid::rdf::canon;
use ibid::store::Snapshot;
use std::path::Path;

/// So much is read to find out, in bytes.
const MOST: u64 = 64 << 20;
/// How many files are named.
const SHOWN: usize = 3;

/// Says of which files that findings stand in the places may be stale.
pub(super) fn tell(audited: &Audited<'_>, snapshot: &Snapshot<'_>, names: &Names, ui: &Ui) -> Result<(), CliError> {
    let (mut stale, mut left) = (Vec::new(), MOST);
    for file in audited.files() {
        let path = names.home().join(&*file);
        // The digest is that of the text, whichever way it is packed.
        let packed = Path::new(&*file).extension().is_some_and(|ending| ending == "gz");
        let Ok(known) = std::fs::metadata(&path) else { continue };
        if packed || !known.is_file() || known.len() > left {
            continue;
        }
        left -= known.len();
        let (Some(then), Ok(bytes)) = (history::last_digest(snapshot, &file)?, std::fs::read(&path)) else { continue };
        if canon::sha256(&bytes) != then {
            stale.push(names.shown(&file));
        }
    }
    for file in stale.iter().take(SHOWN) {
        ui.warning(format_args!("{file}: it has changed since it was loaded, and its lines may be others now"));
    }
    if stale.len() > SHOWN {
        let more = counted(stale.len() - SHOWN, "file");
        ui.warning(format_args!("and {more} more changed since they were loaded"));
    }
    Ok(())
}
