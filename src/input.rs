//! Where do bytes come from? Files, folders, standard input; gzip is undone wherever it is found.

use crate::rdf::Syntax;
use flate2::read::MultiGzDecoder;
use std::fs::{File, Metadata};
use std::io::{BufReader, Cursor, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What is read whole, in bytes, uncompressed.
pub const LARGEST: u64 = 1 << 29;
const GZIP: [u8; 2] = [0x1F, 0x8B];
/// How long a named pipe is waited for: opening one does not end before somebody writes to it.
const PIPE: Duration = Duration::from_secs(10);

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

/// What is too large to be held with all that it says.
pub struct Stream {
    /// What the store calls it: a path, a URL, or `-`.
    pub name: String,
    /// The syntax that its media type or its name's ending stands for.
    pub syntax: Syntax,
    /// What relative IRIs are resolved against; the final URL of what came from the network.
    pub base: Option<String>,
    /// The bytes, uncompressed, from the first.
    pub stream: Box<dyn Read + Send>,
}

/// What was opened: all of it, or what is too large for that.
pub enum Opened {
    /// All of it.
    Whole(Input),
    /// What is to be read statement by statement.
    Stream(Stream),
}

impl From<Input> for Opened {
    /// What was read whole, and may be too large for all that it says to be held too.
    fn from(Input { name, bytes, syntax, base }: Input) -> Self {
        match syntax {
            Some(syntax) if bytes.len() as u64 >= SMALL => {
                Self::Stream(Stream { name, syntax, base, stream: Box::new(Cursor::new(bytes)) })
            }
            _ => Self::Whole(Input { name, bytes, syntax, base }),
        }
    }
}

impl Stream {
    /// All of it.
    ///
    /// # Errors
    /// When it cannot be read to its end, or holds more than [`LARGEST`].
    pub fn whole(mut self) -> Result<Input, InputError> {
        read_all(&mut *self.stream, &self.name, Some(self.syntax), self.base, LARGEST)
    }
}

/// What is held with all that it says, up to this many bytes, uncompressed.
pub const SMALL: u64 = 1 << 20;

/// Why bytes could not be had.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// The system does not give them.
    #[error("{}", plain(.0))]
    Io(#[from] std::io::Error),
    /// A folder stands where a file was meant.
    #[error("this is a folder")]
    Folder,
    /// It is no file that could be read.
    #[error("this is a socket")]
    Socket,
    /// Nobody writes to a named pipe.
    #[error("this is a named pipe, and nobody wrote to it for {} s", .0.as_secs())]
    Silent(Duration),
    /// More than the limit, in bytes.
    #[error("this holds more than {} MiB", .0 >> 20)]
    TooLarge(u64),
    /// Its compression is not what it should be.
    #[error("its gzip compression is {}", if .0.kind() == std::io::ErrorKind::UnexpectedEof { "cut short" } else { "damaged" })]
    Gzip(#[source] std::io::Error),
    /// It is no text.
    #[error("this is no text in UTF-8")]
    NoText,
    /// What comes out is compressed too.
    #[error("this is compressed twice")]
    Twice,
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

/// Reads a file, which the store is to call `name`; a pipe or device is read up to [`LARGEST`].
///
/// # Errors
/// When it is none that can be read, is larger than [`LARGEST`], or its compression is damaged.
pub fn read_file(path: &Path, name: &str) -> Result<Input, InputError> {
    let syntax = Syntax::of_file_name(&path.to_string_lossy());
    let mut file = open_file(path, None)?;
    read_all(&mut file, name, syntax, None, LARGEST)
}

/// Reads a text, UTF-8 of at most `largest` bytes; a byte order mark at its beginning is left out.
///
/// # Errors
/// When it is no file, cannot be read, is larger, or holds what no text holds.
pub fn read_text(path: &Path, largest: u64) -> Result<String, InputError> {
    let metadata = std::fs::metadata(path)?;
    if metadata.is_dir() {
        return Err(InputError::Folder);
    }
    if !metadata.is_file() {
        return Err(InputError::NoText);
    }
    let mut bytes = Vec::new();
    // A file may grow while it is read.
    File::open(path)?.take(largest + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > largest {
        return Err(InputError::TooLarge(largest));
    }
    let text = String::from_utf8(bytes).map_err(|_| InputError::NoText)?;
    if text.contains('\0') {
        return Err(InputError::NoText);
    }
    Ok(match text.strip_prefix('\u{FEFF}') {
        Some(rest) => rest.to_owned(),
        None => text,
    })
}

/// Opens a file that is to be read as `syntax`; a named pipe is waited for.
///
/// # Errors
/// When it is none that can be read, or is larger than [`LARGEST`] and has to be held.
pub fn open_file(path: &Path, syntax: Option<Syntax>) -> Result<File, InputError> {
    let metadata = std::fs::metadata(path)?;
    if metadata.is_dir() {
        return Err(InputError::Folder);
    }
    let file = open_as(path, &metadata)?;
    let streamed = syntax.is_some_and(Syntax::is_streamed);
    if metadata.len() > LARGEST && !streamed { Err(InputError::TooLarge(LARGEST)) } else { Ok(file) }
}

#[cfg(unix)]
fn open_as(path: &Path, metadata: &Metadata) -> Result<File, InputError> {
    use std::os::unix::fs::FileTypeExt;
    let kind = metadata.file_type();
    if kind.is_socket() {
        return Err(InputError::Socket);
    }
    if !kind.is_fifo() {
        return Ok(File::open(path)?);
    }
    let (tell, told) = std::sync::mpsc::channel();
    let path = path.to_owned();
    std::thread::spawn(move || {
        // Nobody listens any more when it was too late.
        let _ = tell.send(File::open(path));
    });
    Ok(told.recv_timeout(PIPE).map_err(|_| InputError::Silent(PIPE))??)
}

#[cfg(not(unix))]
fn open_as(path: &Path, _: &Metadata) -> Result<File, InputError> {
    Ok(File::open(path)?)
}

/// Reads a stream to its end; `largest` bounds what it may hold, in bytes, compressed or not.
///
/// # Errors
/// When it cannot be read, holds more, or its compression is damaged.
pub fn read_all(
    stream: &mut dyn Read,
    name: &str,
    syntax: Option<Syntax>,
    base: Option<String>,
    largest: u64,
) -> Result<Input, InputError> {
    let mut bytes = Vec::new();
    stream.take(GZIP.len() as u64).read_to_end(&mut bytes)?;
    if bytes == GZIP {
        let whole = BufReader::new(bytes.as_slice().chain(stream.take(largest)));
        let mut open = Vec::new();
        MultiGzDecoder::new(whole).take(largest + 1).read_to_end(&mut open).map_err(InputError::Gzip)?;
        if open.starts_with(&GZIP) {
            return Err(InputError::Twice);
        }
        bytes = open;
    } else {
        stream.take(largest).read_to_end(&mut bytes)?;
    }
    if bytes.len() as u64 > largest {
        return Err(InputError::TooLarge(largest));
    }
    Ok(Input { name: name.to_owned(), bytes, syntax, base })
}

/// Reads a stream to its end, as [`read_all`] does, or, where it is large and its syntax is known, its beginning.
///
/// # Errors
/// When it cannot be read, its compression is damaged, or it holds more than `largest` and has to be held.
pub fn open(
    mut stream: Box<dyn Read + Send>,
    name: &str,
    syntax: Option<Syntax>,
    largest: u64,
) -> Result<Opened, InputError> {
    let Some(syntax) = syntax else {
        return Ok(Opened::Whole(read_all(&mut *stream, name, syntax, None, largest)?));
    };
    let mut bytes = Vec::new();
    stream.by_ref().take(GZIP.len() as u64).read_to_end(&mut bytes)?;
    let compressed = bytes == GZIP;
    stream = Box::new(Cursor::new(std::mem::take(&mut bytes)).chain(stream));
    if compressed {
        stream = Box::new(MultiGzDecoder::new(BufReader::new(stream)));
    }
    if !syntax.is_streamed() {
        stream = Box::new(AtMost { stream, left: largest, most: largest });
    }
    let read = stream.by_ref().take(SMALL).read_to_end(&mut bytes);
    read.map_err(|error| if compressed { InputError::Gzip(error) } else { InputError::Io(error) })?;
    if compressed && bytes.starts_with(&GZIP) {
        return Err(InputError::Twice);
    }
    let name = name.to_owned();
    Ok(if bytes.len() as u64 == SMALL {
        Opened::Stream(Stream { name, syntax, base: None, stream: Box::new(Cursor::new(bytes).chain(stream)) })
    } else {
        Opened::Whole(Input { name, bytes, syntax: Some(syntax), base: None })
    })
}

/// A stream that may not hold more than so many bytes.
struct AtMost<R> {
    stream: R,
    left: u64,
    most: u64,
}

impl<R: Read> Read for AtMost<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.stream.read(buffer)?;
        let left = self.left.checked_sub(read as u64);
        self.left = left.ok_or_else(|| std::io::Error::other(InputError::TooLarge(self.most)))?;
        Ok(read)
    }
}

/// Lists a folder and those in it; hidden ones are left out, and what is no file is passed over.
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
            } else if path.exists() && !path.is_file() {
                listed.passed_over.push(path);
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
