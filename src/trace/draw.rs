//! A chain as a drawing: the steps of its tree as a graph, in the languages of Graphviz and Mermaid.

use crate::model::{Chain, Step};
use rustc_hash::{FxHashMap, FxHashSet};
use std::fmt::Write;

/// The nodes of a drawing in the order of the tree, each once, and its edges: from, to, how.
struct Drawing<'a> {
    nodes: Vec<&'a Step>,
    edges: Vec<(usize, usize, &'a str)>,
}

/// A subtree that occurs again is one node, and a circle closes at the node it comes back to.
fn drawing(steps: &[Step]) -> Drawing<'_> {
    let mut numbers: FxHashMap<(&str, &str), usize> = FxHashMap::default();
    let mut drawing = Drawing { nodes: Vec::new(), edges: Vec::new() };
    let mut drawn = FxHashSet::default();
    let mut above: Vec<usize> = Vec::new();
    for step in steps {
        let next = drawing.nodes.len();
        let number = match &step.node {
            Some(node) => *numbers.entry((step.kind, node)).or_insert(next),
            None => next,
        };
        if number == next {
            drawing.nodes.push(step);
        }
        above.truncate(step.depth);
        if let Some(&taker) = above.last() {
            let edge = (taker, number, step.how.unwrap_or_default());
            if drawn.insert(edge) {
                drawing.edges.push(edge);
            }
        }
        above.push(number);
    }
    drawing
}

/// The lines of a node's label: how it ends, what it is called, and the document it stands in.
fn lines(step: &Step, root: bool, chain: &Chain) -> Vec<String> {
    let mut lines = Vec::new();
    let name = if step.label.is_empty() { step.node.clone().unwrap_or_default() } else { step.label.clone() };
    lines.push(name);
    let document: Vec<&str> = [&step.document, &step.by, &step.identifier, &step.date, &step.locator]
        .into_iter()
        .flatten()
        .map(String::as_str)
        .collect();
    if !document.is_empty() {
        lines.push(document.join(", "));
    }
    if root {
        lines.push(format!("level {} {}, origin {}", chain.level, chain.level_name.name(), chain.origin.name()));
    }
    if let Some(end) = step.end.filter(|end| *end != "circle") {
        lines.push(format!("[{end}]"));
    }
    lines
}

/// The chain in the DOT language: <https://graphviz.org/doc/info/lang.html>. Nodes are `n0`, `n1` … in the order of the
/// tree.
pub fn dot(chain: &Chain) -> String {
    let drawing = drawing(&chain.steps);
    let mut text = String::from(
        "digraph trace {\n  rankdir=LR;\n  node [shape=box, fontname=\"sans-serif\"];\n  edge [fontname=\"sans-serif\"];\n",
    );
    for (number, step) in drawing.nodes.iter().enumerate() {
        let label = lines(step, number == 0, chain).iter().map(|line| dot_text(line)).collect::<Vec<_>>().join("\\n");
        let style = match (step.kind, step.end) {
            ("more", _) => ", style=dashed",
            (_, Some("primary")) => ", style=\"filled\", fillcolor=\"#d5efd5\"",
            (_, Some("withdrawn")) => ", style=\"filled\", fillcolor=\"#f2d4d4\"",
            (_, Some("unknown" | "original")) => ", style=\"filled\", fillcolor=\"#f7edc8\"",
            ("document", _) => ", style=\"rounded\"",
            _ => "",
        };
        writeln!(text, "  n{number} [label=\"{label}\"{style}];").expect("a string takes all that is written");
    }
    for (from, to, how) in drawing.edges {
        let style = if how == "may itself rest on" { ", style=dashed" } else { "" };
        writeln!(text, "  n{from} -> n{to} [label=\"{}\"{style}];", dot_text(how))
            .expect("a string takes all that is written");
    }
    text.push_str("}\n");
    text
}

/// The chain as a Mermaid flowchart: <https://mermaid.js.org/syntax/flowchart.html>. Nodes are named as in [`dot`].
pub fn mermaid(chain: &Chain) -> String {
    let drawing = drawing(&chain.steps);
    let mut text = String::from("flowchart LR\n");
    for (number, step) in drawing.nodes.iter().enumerate() {
        let label =
            lines(step, number == 0, chain).iter().map(|line| mermaid_text(line)).collect::<Vec<_>>().join("<br/>");
        let (open, close) = if step.kind == "document" { ("(", ")") } else { ("[", "]") };
        writeln!(text, "  n{number}{open}\"{label}\"{close}").expect("a string takes all that is written");
    }
    for (from, to, how) in drawing.edges {
        let arrow = if how == "may itself rest on" { "-.->" } else { "-->" };
        let how = if how.is_empty() { String::new() } else { format!("|\"{}\"|", mermaid_text(how)) };
        writeln!(text, "  n{from} {arrow}{how} n{to}").expect("a string takes all that is written");
    }
    text
}

/// Text within quotes of the DOT language, where a backslash begins an escape; controls are spaces.
fn dot_text(text: &str) -> String {
    let mut told = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' | '\\' => told.extend(['\\', c]),
            c if c.is_control() => told.push(' '),
            c => told.push(c),
        }
    }
    told
}

/// Text within quotes of Mermaid: all that could be markup is given by its number; controls are spaces.
fn mermaid_text(text: &str) -> String {
    let mut told = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if c.is_control() => told.push(' '),
            c if c.is_ascii_punctuation() && !",.:()/-'…".contains(c) => {
                write!(told, "#{};", u32::from(c)).expect("a string takes all that is written");
            }
            c => told.push(c),
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::{dot_text, mermaid_text};
    use proptest::prelude::*;

    proptest! {
        /// No text can end its quotes or begin a line, and all of it comes back.
        #[test]
        fn text_stays_within_its_quotes(text in any::<String>()) {
            let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            let told = dot_text(&text);
            let (mut back, mut escaped) = (String::new(), false);
            for c in told.chars() {
                prop_assert!(c != '\n' && (escaped || c != '"'));
                if escaped || c != '\\' {
                    back.push(c);
                    escaped = false;
                } else {
                    escaped = true;
                }
            }
            prop_assert!(!escaped);
            prop_assert_eq!(&back, &plain);

            let told = mermaid_text(&text);
            prop_assert!(!told.contains(['"', '<', '>', '`', '\n', '[', ']', '|', '&']));
            let mut pieces = told.split('#');
            let mut back = pieces.next().unwrap_or_default().to_owned();
            for piece in pieces {
                let (number, rest) = piece.split_once(';').expect("a number ends");
                back.push(char::from_u32(number.parse().expect("a number")).expect("a character"));
                back.push_str(rest);
            }
            prop_assert_eq!(back, plain);
        }
    }
}
