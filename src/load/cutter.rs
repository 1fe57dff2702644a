//! Cuts a stream of lines into chunks, and has them read in parallel.

use super::chunk::{self, Chunk, Text};
use crate::rdf::canon::hexadecimal;
use crate::rdf::{Broken, Syntax, SyntaxError, mark};
use crate::store::Fingerprints;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::{ErrorKind, Read};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// How much text a chunk holds, in bytes.
pub(super) const CHUNK: usize = 4 << 20;
/// How much is read at once: what is hashed and copied while a core has it near.
const PIECE: usize = 256 << 10;
/// What it may grow to until a graph ends.
pub(super) const LARGE: usize = 16 << 20;
/// What a line may take.
const LONGEST: usize = 256 << 20;
/// Chunks that wait to be read, and that wait to be taken.
pub(super) const WAITING: usize = 2;

/// Reads a stream, and gives its chunks in their order to `each`; returns the SHA-256 of its bytes.
///
/// # Errors
/// The first thing that is wrong, or what `each` returned.
pub(super) fn read<E: From<Broken>>(
    stream: &mut (dyn Read + Send),
    syntax: Syntax,
    prints: &Fingerprints,
    each: &mut dyn FnMut(Chunk) -> Result<(), E>,
) -> Result<String, E> {
    type Job = (usize, Result<Text, Broken>);
    type Done = (usize, Result<Chunk, Broken>);
    let (to_read, jobs): (SyncSender<Job>, Receiver<Job>) = sync_channel(WAITING);
    let (to_take, done): (SyncSender<Done>, Receiver<Done>) = sync_channel(WAITING);
    let jobs = Arc::new(Mutex::new(jobs));
    thread::scope(|scope| {
        let cutting = scope.spawn(move || cut(stream, syntax, &to_read));
        let readers = thread::available_parallelism().map_or(1, usize::from);
        for _ in 0..readers {
            let (jobs, to_take) = (Arc::clone(&jobs), to_take.clone());
            scope.spawn(move || {
                loop {
                    let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    let Ok((number, text)) = job else { return };
                    let chunk = text.and_then(|text| chunk::read(&text, syntax, prints).map_err(Broken::Syntax));
                    if to_take.send((number, chunk)).is_err() {
                        // Nobody takes any more: the rest is passed over.
                        return;
                    }
                }
            });
        }
        // What only the threads hold ends with them: whoever sends to a thread that has gone is told.
        drop((to_take, jobs));
        let taken = take(done, each);
        let hash = cutting.join().expect("cutting lines does not panic");
        taken.map(|()| hash)
    })
}

/// Gives chunks on in their order, however they come.
fn take<E: From<Broken>>(
    done: Receiver<(usize, Result<Chunk, Broken>)>,
    each: &mut dyn FnMut(Chunk) -> Result<(), E>,
) -> Result<(), E> {
    let mut early = BTreeMap::new();
    let mut next = 0;
    for (number, chunk) in done {
        early.insert(number, chunk);
        while let Some(chunk) = early.remove(&next) {
            each(chunk.map_err(E::from)?)?;
            next += 1;
        }
    }
    Ok(())
}

/// Cuts the stream; returns the SHA-256 of all that it read.
fn cut(stream: &mut (dyn Read + Send), syntax: Syntax, to_read: &SyncSender<(usize, Result<Text, Broken>)>) -> String {
    let mut hash = Sha256::new();
    let (mut piece, mut held, mut line, mut number) = (vec![0; PIECE], Vec::new(), 1, 0);
    let (mut begun, mut ended) = (false, false);
    let mut send = |text: Result<Text, Broken>| {
        number += 1;
        to_read.send((number - 1, text)).is_ok()
    };
    while !ended {
        let enough = held.len() + CHUNK;
        held.reserve_exact(CHUNK + PIECE);
        while !ended && held.len() < enough {
            match stream.read(&mut piece) {
                Ok(read) => {
                    hash.update(&piece[..read]);
                    held.extend_from_slice(&piece[..read]);
                    ended = read == 0;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    send(Err(Broken::Io(error)));
                    return String::new();
                }
            }
        }
        if !std::mem::replace(&mut begun, true) {
            match mark(&held) {
                Ok(length) => drop(held.drain(..length)),
                Err(error) => {
                    send(Err(Broken::Syntax(error)));
                    break;
                }
            }
        }
        if !ended && held.len() > LONGEST && memchr::memchr(b'\n', &held).is_none() {
            let message = format!("this line is longer than {} MiB", LONGEST >> 20);
            send(Err(Broken::Syntax(SyntaxError::new(message).at(u64::from(line) - 1, 0))));
            break;
        }
        let end = if ended { held.len() } else { end_of_graph(&held, syntax) };
        if end > 0 {
            let rest = held.split_off(end);
            let text = Text { bytes: std::mem::replace(&mut held, rest), line };
            line += memchr::memchr_iter(b'\n', &text.bytes).count() as u32;
            if !send(Ok(text)) {
                break;
            }
        }
    }
    hexadecimal(&hash.finalize())
}

/// Where to cut: where the graph changes, else, of much text, where the last line ends. 0 where more is to be read first.
///
/// This looks at the ends of lines as text, and may be mistaken about where a graph ends: then its digest is made later,
/// in another way.
fn end_of_graph(held: &[u8], syntax: Syntax) -> usize {
    let Some(end) = memchr::memrchr(b'\n', held).map(|at| at + 1) else { return 0 };
    if syntax == Syntax::NTriples {
        return end;
    }
    let last = graph_of(&held[..end]);
    let mut cut = end;
    while cut > 0 && graph_of(&held[..cut]) == last {
        cut = memchr::memrchr(b'\n', &held[..cut - 1]).map_or(0, |at| at + 1);
    }
    if cut == 0 && held.len() >= LARGE { end } else { cut }
}

/// The last word before the full stop of the last of some lines.
fn graph_of(lines: &[u8]) -> &[u8] {
    let line = lines.trim_ascii_end();
    let line = line.strip_suffix(b".").unwrap_or(line).trim_ascii_end();
    &line[line.iter().rposition(u8::is_ascii_whitespace).map_or(0, |at| at + 1)..]
}
