//! Terms and their numbers. A term comes back to the letter.

use super::Result;
use super::blocks::{LEAST_UNKNOWN, Table};
use super::error::Error;
use super::port::Node;
use heed::{PutFlags, RoTxn, RwTxn};
use oxigraph::model::vocab::xsd;
use oxigraph::model::{BlankNode, Literal, NamedNode, Term};
use xxhash_rust::xxh3::xxh3_128;

const PLAIN: u8 = 0;
const TAGGED: u8 = 1;
const TYPED: u8 = 2;

/// The two tables of the dictionary: number to term, and hash of the term to number.
#[derive(Clone, Copy)]
pub(super) struct Dictionary {
    pub(super) terms: Table,
    pub(super) ids: Table,
}

impl Dictionary {
    /// A term as it is stored: its kind, then its text; a literal's datatype or language comes before its text.
    pub(super) fn encode(term: &Term) -> Vec<u8> {
        let mut bytes = vec![Node::kind_of(term) as u8];
        let with_length = |bytes: &mut Vec<u8>, tag: u8, head: &str, value: &str| {
            bytes.push(tag);
            bytes.extend((head.len() as u32).to_be_bytes());
            bytes.extend(head.as_bytes());
            bytes.extend(value.as_bytes());
        };
        match term {
            Term::NamedNode(node) => bytes.extend(node.as_str().as_bytes()),
            Term::BlankNode(node) => bytes.extend(node.as_str().as_bytes()),
            Term::Literal(literal) => match literal.language() {
                Some(tag) => with_length(&mut bytes, TAGGED, tag, literal.value()),
                None if literal.datatype() == xsd::STRING => {
                    bytes.push(PLAIN);
                    bytes.extend(literal.value().as_bytes());
                }
                None => with_length(&mut bytes, TYPED, literal.datatype().as_str(), literal.value()),
            },
        }
        bytes
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Term> {
        let damaged = || Error::Corrupt("a term that cannot be read".to_owned());
        let text = |bytes: &[u8]| std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| damaged());
        let (&kind, rest) = bytes.split_first().ok_or_else(damaged)?;
        Ok(match u64::from(kind) {
            Node::IRI => NamedNode::new_unchecked(text(rest)?).into(),
            Node::BLANK => BlankNode::new_unchecked(text(rest)?).into(),
            Node::LITERAL => {
                let (&tag, rest) = rest.split_first().ok_or_else(damaged)?;
                if tag == PLAIN {
                    return Ok(Literal::new_simple_literal(text(rest)?).into());
                }
                let (length, rest) = rest.split_first_chunk::<4>().ok_or_else(damaged)?;
                let (head, value) = rest.split_at_checked(u32::from_be_bytes(*length) as usize).ok_or_else(damaged)?;
                match tag {
                    TAGGED => Literal::new_language_tagged_literal_unchecked(text(value)?, text(head)?).into(),
                    TYPED => Literal::new_typed_literal(text(value)?, NamedNode::new_unchecked(text(head)?)).into(),
                    _ => return Err(damaged()),
                }
            }
            _ => return Err(damaged()),
        })
    }

    /// Where the hash table has this term, or would have it: the key, and the number if there is one. Two terms of one
    /// hash stand under neighbouring keys.
    fn look(&self, txn: &RoTxn<'_>, bytes: &[u8]) -> Result<([u8; 16], Option<Node>)> {
        let mut hash = xxh3_128(bytes);
        loop {
            let key = hash.to_be_bytes();
            let Some(found) = self.ids.get(txn, &key)? else { return Ok((key, None)) };
            let node = Node(u64::from_be_bytes(
                found.try_into().map_err(|_| Error::Corrupt("a term number of the wrong length".to_owned()))?,
            ));
            if self.stored(txn, node)? == bytes {
                return Ok((key, Some(node)));
            }
            hash = hash.wrapping_add(1);
        }
    }

    fn stored<'t>(&self, txn: &'t RoTxn<'_>, node: Node) -> Result<&'t [u8]> {
        self.terms
            .get(txn, &node.0.to_be_bytes())?
            .ok_or_else(|| Error::Corrupt(format!("term {} is not in the dictionary", node.0)))
    }

    /// The number of a term, if it has one.
    pub(super) fn find(&self, txn: &RoTxn<'_>, term: &Term) -> Result<Option<Node>> {
        Ok(self.look(txn, &Self::encode(term))?.1)
    }

    /// The term of a number.
    pub(super) fn term(&self, txn: &RoTxn<'_>, node: Node) -> Result<Term> {
        Self::decode(self.stored(txn, node)?)
    }

    /// The number of a term, a new one made from `next` if it has none.
    pub(super) fn intern(&self, txn: &mut RwTxn<'_>, term: &Term, next: &mut u64) -> Result<Node> {
        let bytes = Self::encode(term);
        let (key, known) = self.look(txn, &bytes)?;
        if let Some(node) = known {
            return Ok(node);
        }
        let node = Node(*next << 2 | Node::kind_of(term));
        if node.0 >= LEAST_UNKNOWN {
            return Err(Error::Corrupt("the dictionary is full".to_owned()));
        }
        *next += 1;
        self.terms.put_with_flags(txn, PutFlags::APPEND, &node.0.to_be_bytes(), &bytes)?;
        self.ids.put(txn, &key, &node.0.to_be_bytes())?;
        Ok(node)
    }
}
