//! How deep does a text go, and how much does it stand for? Asked before a parser sees it that calls itself for every level, or
//! whose work grows with the square of them. The parsers of the Turtle family do neither: there a text may go as deep as it
//! likes.

mod entities;
mod json;
mod xml;

pub(super) use entities::check as entities;
pub(super) use json::check as json;
pub(super) use xml::{check as xml, whole as xml_is_whole};

use super::SyntaxError;

fn too_deep(bytes: &[u8], at: usize, levels: usize) -> SyntaxError {
    SyntaxError::new(format!("nested deeper than {levels} levels"))
        .at_offset(bytes, at)
        .hint("give what stands inside a name of its own, and name it here")
}

#[cfg(test)]
fn place(error: &SyntaxError) -> (u32, u32) {
    error.position.map(|position| (position.line, position.column)).expect("the error has a place")
}
