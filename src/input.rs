//! Where do bytes come from? Files, folders, standard input; gzip is undone wherever it is found.

use crate::rdf::Syntax;
use flate2::read::MultiGzDecoder;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// What a compressed file on this machine may grow to, in bytes.
pub const LARGEST: u64 = 4 << 30;
const GZIP: [u8; 2] = [0x1F, 0x8B];

/// Bytes that are to be read as RDF.
#[derive(Clone, Debug)]
pub struct Input {
    /// What the store calls it: a path, a URL, or `-`.
    pub name: String,
    /// The bytes, uncompressed.
    pub bytes: Vec<u8>,
    /// The syntax that its media type or its name's ending stands for.
    pub syntax: Option<Syntax>,
    /// What relative IRIs are resolved against; the final URL of what came from the network.
    pub base: Option<String>,
}

/// Why bytes could not be had.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// The system does not give them.
    #[error("{}", plain(.0))]
    Io(#[from] std::io::Error),
    /// A folder stands where a file was meant.
    #[error("this is a folder")]
    Folder,
    /// It grows beyond the limit when it is uncompressed.
    #[error("uncompressed, this is larger than {0} bytes")]
    TooLarge(u64),
}

fn plain(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => {
            "there is no such file or folder".to_owned()
        }
        std::io::ErrorKind::PermissionDenied => "the system does not let this be read".to_owned(),
        _ => error.to_string(),
    }
}

/// What a folder holds.
#[derive(Debug, Default)]
pub struct Folder {
    /// Files whose endings are known, in the order of their paths.
    pub files: Vec<PathBuf>,
    /// The others.
    pub passed_over: Vec<PathBuf>,
}

/// Reads a file, which the store is to call `name`.
pub fn read_file(path: &Path, name: &str) -> Result<Input, InputError> {
    if path.is_dir() {
        return Err(InputError::Folder);
    }
    read_all(&mut File::open(path)?, name, Syntax::of_file_name(&path.to_string_lossy()), None, LARGEST)
}

/// Reads a stream to its end; `largest` bounds what a compressed one may grow to, in bytes.
pub fn read_all(
    stream: &mut dyn Read,
    name: &str,
    syntax: Option<Syntax>,
    base: Option<String>,
    largest: u64,
) -> Result<Input, InputError> {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    if bytes.starts_with(&GZIP) {
        let mut open = Vec::new();
        MultiGzDecoder::new(bytes.as_slice()).take(largest + 1).read_to_end(&mut open)?;
        if open.len() as u64 > largest {
            return Err(InputError::TooLarge(largest));
        }
        bytes = open;
    }
    Ok(Input { name: name.to_owned(), bytes, syntax, base })
}

/// Lists a folder and those in it, hidden ones left out.
pub fn list_folder(folder: &Path) -> Result<Folder, InputError> {
    let mut listed = Folder::default();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.')) {
                continue;
            }
            // A link to a folder may lead back up.
            if path.is_dir() {
                if !path.is_symlink() {
                    folders.push(path);
                }
            } else if Syntax::of_file_name(&path.to_string_lossy()).is_some() {
                listed.files.push(path);
            } else {
                listed.passed_over.push(path);
            }
        }
    }
    listed.files.sort();
    listed.passed_over.sort();
    Ok(listed)
}
