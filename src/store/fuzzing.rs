//! What may go wrong in the keys and values of the tables, as bodies of fuzz targets: they panic where something does.

use super::blocks::{Key, LEAST_UNKNOWN, decode, encode, key_bytes};
use super::dictionary::{Dictionary, encode as encode_term};

/// A block of any bytes is read or refused; one in its order comes back from being written.
pub fn block(bytes: &[u8]) {
    let (key, value) = bytes.split_at(bytes.len().min(20));
    let mut keys = Vec::new();
    if decode(key, value, &mut keys).is_ok() {
        back(&keys);
    }
    // The same bytes as the numbers of keys.
    let mut keys: Vec<Key> = bytes
        .chunks_exact(32)
        .map(|part| {
            let mut numbers = part.chunks_exact(8).map(|number| {
                let number = number.try_into().expect("a chunk of eight is eight bytes");
                u64::from_le_bytes(number) % LEAST_UNKNOWN
            });
            std::array::from_fn(|_| numbers.next().unwrap_or_default())
        })
        .collect();
    keys.sort_unstable();
    keys.dedup();
    back(&keys);
}

/// Keys that are in order and fit into the table are the same after they were written.
fn back(keys: &[Key]) {
    let in_order = keys.windows(2).all(|pair| pair[0] < pair[1]);
    let Some(first) = keys.first().filter(|_| in_order) else { return };
    let mut value = Vec::new();
    for pair in keys.windows(2) {
        encode(&mut value, &pair[0], &pair[1]);
    }
    let mut again = Vec::new();
    decode(&key_bytes(first), &value, &mut again).expect("what was written can be read");
    assert_eq!(keys, again);
}

/// A term of any bytes is read or refused; one that is read comes back from being written.
pub fn term(bytes: &[u8]) {
    let Ok(term) = Dictionary::decode(bytes) else { return };
    let mut spelt = Vec::new();
    encode_term(term.as_ref(), &mut spelt);
    let again = Dictionary::decode(&spelt).expect("what was written can be read");
    assert_eq!(term, again);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    fn seeds(target: &str, body: fn(&[u8])) {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(target);
        let files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
        assert!(!files.is_empty(), "fuzz/seeds/{target} is empty");
        files.iter().for_each(|file| body(&std::fs::read(file).unwrap()));
    }

    #[test]
    fn the_seeds_do_no_harm() {
        seeds("block", super::block);
        seeds("term", super::term);
    }

    proptest! {
        #[test]
        fn no_bytes_do(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            super::block(&bytes);
            super::term(&bytes);
        }
    }
}
