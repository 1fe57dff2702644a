//! Where do bytes come from? Files, folders, standard input; gzip is undone wherever it is found.

use crate::rdf::Syntax;
use flate2::read::MultiGzDecoder;
use std::fs::File;
use std::io::{BufReader, Cursor, Read};
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

/// N-Triples or N-Quads that are too large to be held.
pub struct Lines {
    /// What the store calls it: a path, a URL, or `-`.
    pub name: String,
    /// N-Triples or N-Quads.
    pub syntax: Syntax,
    /// The bytes, uncompressed, from the first.
    pub stream: Box<dyn Read + Send>,
}

/// What was opened: all of it, or what is too large for that and can be read line by line.
pub enum Opened {
    /// All of it.
    Whole(Input),
    /// What is left to be read.
    Lines(Lines),
}

/// What a file of lines is held whole up to, in bytes, uncompressed.
pub const SMALL: u64 = 16 << 20;

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
    read_all(&mut open_file(path)?, name, Syntax::of_file_name(&path.to_string_lossy()), None, LARGEST)
}

/// Opens a file, which must not be a folder.
pub fn open_file(path: &Path) -> Result<File, InputError> {
    if path.is_dir() { Err(InputError::Folder) } else { Ok(File::open(path)?) }
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

/// Reads a stream to its end, as [`read_all`] does, or, where it is large and of lines, its beginning.
pub fn open(
    mut stream: Box<dyn Read + Send>,
    name: &str,
    syntax: Option<Syntax>,
    largest: u64,
) -> Result<Opened, InputError> {
    let Some(syntax @ (Syntax::NTriples | Syntax::NQuads)) = syntax else {
        return Ok(Opened::Whole(read_all(&mut *stream, name, syntax, None, largest)?));
    };
    let mut bytes = Vec::new();
    stream.by_ref().take(GZIP.len() as u64).read_to_end(&mut bytes)?;
    let compressed = bytes == GZIP;
    stream = Box::new(Cursor::new(std::mem::take(&mut bytes)).chain(stream));
    if compressed {
        stream = Box::new(MultiGzDecoder::new(BufReader::new(stream)));
    }
    stream.by_ref().take(SMALL).read_to_end(&mut bytes)?;
    let name = name.to_owned();
    Ok(if bytes.len() as u64 == SMALL {
        Opened::Lines(Lines { name, syntax, stream: Box::new(Cursor::new(bytes).chain(stream)) })
    } else {
        Opened::Whole(Input { name, bytes, syntax: Some(syntax), base: None })
    })
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
