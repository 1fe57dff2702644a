//! How deep does a SPARQL text go? Asked before it is parsed.
//!
//! The parser, the optimiser and the evaluator call themselves for every level of a query, and some rules of the
//! [grammar](https://www.w3.org/TR/sparql11-query/#grammar) are tried twice. So the text is read here as tokens alone, and
//! what would end a stack or take for ever is refused by its place. What is counted is never too low; a text that is no
//! SPARQL passes, for the parser to say what is wrong with it.

use super::lexer::{Lexer, Token};
use crate::rdf::Position;
use std::fmt;

/// Levels that a query may have: brackets, and the operators of a chain.
const DEPTH: usize = 128;
/// Links of a chain that costs little: `||`, `&&`, `|`, UNION, FILTER.
const CHAIN: usize = 1_000;
/// Triple patterns of a group: finding their order takes time cubed.
const JOINED: usize = 128;
/// What finding orders may take in a whole query, as the cubes of its groups' patterns.
const ORDERS: usize = 4 * JOINED.pow(3);
/// Tokens that may be parsed, those that are parsed twice counted twice.
const WORK: u64 = 1 << 20;

/// A bound that a query goes beyond.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// Levels: brackets, and the operators of a chain.
    Depth,
    /// Links of a chain that costs little.
    Chain,
    /// Triple patterns, in one group or in many together.
    Joined,
    /// What has to be parsed over and over again.
    Work,
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Depth => write!(f, "nested deeper than {DEPTH} levels"),
            Self::Chain => write!(f, "more than {CHAIN} links in a chain of `||`, `&&`, `|`, UNION or FILTER"),
            Self::Joined => write!(f, "more triple patterns than can be joined ({JOINED} in a group)"),
            Self::Work => f.write_str("`!`, REGEX, SUBSTR and REPLACE are nested too deep in each other"),
        }
    }
}

impl Bound {
    /// What helps.
    pub fn hint(self) -> &'static str {
        match self {
            Self::Depth => {
                "each operator of a chain such as 1 + 1 + 1 is a level; VALUES and IN take lists of any length"
            }
            Self::Chain => "VALUES and IN take lists of any length",
            Self::Joined => "ask in several queries",
            Self::Work => "BIND the inner ones to variables",
        }
    }
}

/// What a bracket holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// The query itself.
    Root,
    /// Patterns.
    Group(Opener),
    /// Triples to be written, which nobody joins.
    Template,
    /// A collection, or a path.
    Collection,
    /// A blank node with what is said of it.
    Blank,
    Expression,
    /// Rows of VALUES.
    Rows,
}

impl Kind {
    /// The levels that a bracket is: one, and EXISTS with its group is an expression and a pattern.
    fn levels(self) -> usize {
        if self == Self::Group(Opener::Apart) { 2 } else { 1 }
    }
}

/// What a group is to the one around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Opener {
    /// Joined with it.
    Joined,
    /// OPTIONAL and MINUS: one step over it.
    Beside,
    /// EXISTS: none of it.
    Apart,
}

/// A bracket that is open.
struct Frame {
    kind: Kind,
    /// How often what is in it is parsed, as a power of two, and what the next bracket in it adds to that.
    doubled: u32,
    doubling: u32,
    /// The levels of the chain that is being read, the deepest bracket under it, and the deepest chain before it.
    run: usize,
    inner: usize,
    deepest: usize,
    chain: usize,
    inner_chain: usize,
    joined: usize,
    members: usize,
    is_path: bool,
    is_select: bool,
    /// The patterns of a group that has just ended: the next token says whether they are joined.
    pending: Option<usize>,
    in_union: bool,
}

struct Scan {
    frames: Vec<Frame>,
    /// The levels around the innermost bracket.
    above: usize,
    /// What the words before make of the next bracket.
    opener: Opener,
    expression: bool,
    rows: bool,
    template: bool,
    orders: usize,
    work: u64,
}

/// Refuses a query or an update that goes beyond a bound.
///
/// # Errors
/// The first place at which it does.
pub(crate) fn check(text: &str) -> Result<(), (Position, Bound)> {
    let mut scan = Scan {
        frames: vec![Frame::new(Kind::Root, 0)],
        above: 0,
        opener: Opener::Joined,
        expression: false,
        rows: false,
        template: false,
        orders: 0,
        work: 0,
    };
    let mut lexer = Lexer::new(text);
    while let Some((at, token)) = lexer.next(scan.top().kind == Kind::Expression) {
        scan.token(token).map_err(|bound| (Position::of(text, at), bound))?;
    }
    scan.end().map_err(|bound| (Position::of(text, text.len()), bound))
}

impl Frame {
    fn new(kind: Kind, doubled: u32) -> Self {
        Self {
            kind,
            doubled,
            doubling: 0,
            run: 0,
            inner: 0,
            deepest: 0,
            chain: 0,
            inner_chain: 0,
            joined: 0,
            members: 0,
            is_path: false,
            is_select: false,
            pending: None,
            in_union: false,
        }
    }

    fn depth(&self) -> usize {
        self.deepest.max(self.run + self.inner)
    }
}

impl Scan {
    fn top(&mut self) -> &mut Frame {
        self.frames.last_mut().expect("the root is never closed")
    }

    fn token(&mut self, token: Token<'_>) -> Result<(), Bound> {
        let times = 1u64.checked_shl(self.top().doubled).unwrap_or(u64::MAX);
        // What is parsed once may be of any length.
        self.work = self.work.saturating_add(times - 1);
        if self.work > WORK {
            return Err(Bound::Work);
        }
        let upper = if let Token::Word(word) = token { word.to_ascii_uppercase() } else { String::new() };
        self.settle(upper == "UNION")?;
        match token {
            Token::Word(_) => self.word(&upper),
            Token::Operand => {
                self.top().members += 1;
                Ok(())
            }
            Token::Sign(sign) => self.sign(sign),
        }
    }

    fn word(&mut self, word: &str) -> Result<(), Bound> {
        match word {
            "OPTIONAL" | "MINUS" | "LATERAL" => {
                self.opener = Opener::Beside;
                return self.level();
            }
            "UNION" => {
                self.top().in_union = true;
                return self.link();
            }
            "FILTER" => {
                self.expression = true;
                return self.link();
            }
            "BIND" => self.expression = true,
            "VALUES" => {
                self.rows = true;
                return self.level();
            }
            "AS" => return self.outer_level(),
            "EXISTS" => self.opener = Opener::Apart,
            "CONSTRUCT" | "INSERT" | "DELETE" | "DATA" => self.template = true,
            "WHERE" => self.template = false,
            "SELECT" => self.top().is_select = true,
            "REGEX" | "SUBSTR" | "REPLACE" | "GROUP_CONCAT" => self.top().doubling += 1,
            _ => self.top().members += 1,
        }
        Ok(())
    }

    fn sign(&mut self, sign: &str) -> Result<(), Bound> {
        let kind = self.top().kind;
        let in_expression = kind == Kind::Expression;
        match sign {
            "{" => {
                let template = std::mem::take(&mut self.template) || kind == Kind::Template;
                let opener = std::mem::replace(&mut self.opener, Opener::Joined);
                self.expression = false;
                let kind = match std::mem::take(&mut self.rows) {
                    true => Kind::Rows,
                    false if template => Kind::Template,
                    false => Kind::Group(opener),
                };
                self.open(kind)
            }
            "[" => self.open(Kind::Blank),
            "(" if self.rows || kind == Kind::Rows => self.open(Kind::Rows),
            "(" if in_expression => self.open(Kind::Expression),
            "(" if kind == Kind::Root || self.top().is_select => {
                self.link()?;
                self.open(Kind::Expression)
            }
            "(" if std::mem::take(&mut self.expression) => self.open(Kind::Expression),
            "(" => self.open(Kind::Collection),
            "}" | "]" | ")" if self.frames.len() > 1 => self.close(),
            "||" | "&&" => {
                self.start_chain();
                self.link()
            }
            "," | ";" if in_expression => {
                self.start_chain();
                Ok(())
            }
            ";" if kind == Kind::Root => self.end(),
            "." | ";" | "," => self.join(1),
            "!" if in_expression => {
                self.top().doubling += 1;
                self.level()
            }
            _ if in_expression => {
                self.top().doubling = 0;
                self.level()
            }
            "/" => {
                self.top().is_path = true;
                self.join(1)
            }
            "|" => {
                self.top().is_path = true;
                self.link()
            }
            "^" | "!" | "*" | "+" | "?" => {
                self.top().is_path = true;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn open(&mut self, kind: Kind) -> Result<(), Bound> {
        let top = self.top();
        top.members += 1;
        let doubled = top.doubled + std::mem::take(&mut top.doubling);
        self.above += kind.levels() + self.top().run;
        self.frames.push(Frame::new(kind, doubled));
        self.within()
    }

    fn close(&mut self) -> Result<(), Bound> {
        self.settle(false)?;
        let closed = self.frames.pop().expect("only what was opened is closed");
        let top = self.top();
        top.inner = top.inner.max(closed.kind.levels() + closed.depth());
        top.inner_chain = top.inner_chain.max(closed.chain + closed.inner_chain);
        let levels = closed.kind.levels() + top.run;
        self.above -= levels;
        match closed.kind {
            Kind::Collection if closed.is_path => self.join(closed.joined),
            // A member is two triples.
            Kind::Collection => self.join(closed.joined + 2 * closed.members),
            Kind::Blank => self.join(closed.joined + usize::from(closed.members > 0)),
            Kind::Group(Opener::Joined) if !closed.is_select => {
                self.top().pending = Some(closed.joined);
                Ok(())
            }
            Kind::Group(Opener::Apart) => self.order(closed.joined),
            Kind::Group(_) => {
                self.top().in_union = false;
                self.order(closed.joined)?;
                self.join(1)
            }
            Kind::Root | Kind::Template | Kind::Expression | Kind::Rows => Ok(()),
        }?;
        self.within()
    }

    /// Decides about the group that has just ended: it is joined, or a branch of a union.
    fn settle(&mut self, union: bool) -> Result<(), Bound> {
        let top = self.top();
        let Some(joined) = top.pending.take() else { return Ok(()) };
        if !union && !top.in_union {
            return self.join(joined);
        }
        top.in_union = union;
        self.order(joined)?;
        if union { Ok(()) } else { self.join(1) }
    }

    /// The end of the text, or of one operation of an update.
    fn end(&mut self) -> Result<(), Bound> {
        self.settle(false)?;
        let whole = std::mem::replace(self.top(), Frame::new(Kind::Root, 0));
        self.order(whole.joined)
    }

    /// One more level in the chain that is being read.
    fn level(&mut self) -> Result<(), Bound> {
        self.top().run += 1;
        self.within()
    }

    /// One more level in the chain around the innermost bracket: what is found so far gets a column.
    fn outer_level(&mut self) -> Result<(), Bound> {
        let around = self.frames.len().saturating_sub(2);
        self.frames[around].run += 1;
        self.above += usize::from(self.frames.len() > 1);
        self.within()
    }

    fn within(&mut self) -> Result<(), Bound> {
        if self.above + self.top().depth() > DEPTH { Err(Bound::Depth) } else { Ok(()) }
    }

    /// What comes now stands beside the chain that was read, not under it.
    fn start_chain(&mut self) {
        let top = self.top();
        top.deepest = top.depth();
        (top.run, top.inner, top.doubling) = (0, 0, 0);
    }

    fn link(&mut self) -> Result<(), Bound> {
        let around: usize = self.frames.iter().map(|frame| frame.chain).sum();
        let top = self.top();
        top.chain += 1;
        if around + 1 + top.inner_chain > CHAIN { Err(Bound::Chain) } else { Ok(()) }
    }

    fn join(&mut self, count: usize) -> Result<(), Bound> {
        self.top().joined += count;
        let written = self.frames.iter().any(|frame| frame.kind == Kind::Template);
        if !written && self.top().joined > JOINED { Err(Bound::Joined) } else { Ok(()) }
    }

    /// Counts a group that is joined with nothing more.
    fn order(&mut self, joined: usize) -> Result<(), Bound> {
        self.orders = self.orders.saturating_add(joined.saturating_pow(3));
        if self.orders > ORDERS { Err(Bound::Joined) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::{Bound, CHAIN, DEPTH, JOINED, check};

    /// A text of some length in which something is repeated.
    type Made = fn(usize) -> String;

    fn bound(text: &str) -> Option<Bound> {
        check(text).err().map(|(_, bound)| bound)
    }

    #[test]
    fn what_goes_deeper_is_refused_and_what_is_long_is_not() {
        let deep: [(Made, Bound, usize); 15] = [
            (|n| format!("SELECT * {}{}", "{".repeat(n), "}".repeat(n)), Bound::Depth, DEPTH),
            (|n| format!("SELECT * {{ FILTER({}1) }}", "1 + ".repeat(n)), Bound::Depth, DEPTH - 2),
            (|n| format!("SELECT * {{ FILTER({}1{}) }}", "(".repeat(n), ")".repeat(n)), Bound::Depth, DEPTH - 2),
            (|n| format!("SELECT * {{ FILTER(1{}) }}", " = STR(1".repeat(n)), Bound::Depth, DEPTH / 2 - 1),
            (|n| format!("SELECT * {{ {} }}", "OPTIONAL { } ".repeat(n)), Bound::Depth, DEPTH - 2),
            (|n| format!("SELECT * {{ {} }}", "BIND(1 AS ?x) ".repeat(n)), Bound::Depth, DEPTH - 2),
            (|n| format!("SELECT {} {{ }}", "(1 AS ?x) ".repeat(n)), Bound::Depth, DEPTH - 1),
            (|n| format!("SELECT * {{ ?s {}<p>{} ?o }}", "(".repeat(n), ")*".repeat(n)), Bound::Depth, DEPTH - 1),
            (
                |n| format!("INSERT DATA {{ <s> <p> {}{} }}", "[ <p> ".repeat(n), "] ".repeat(n)),
                Bound::Depth,
                DEPTH - 1,
            ),
            (|n| format!("SELECT * {{ FILTER(1{}) }}", " || 1".repeat(n)), Bound::Chain, CHAIN - 1),
            (|n| format!("SELECT * {{ {{}} {} }}", "UNION {} ".repeat(n)), Bound::Chain, CHAIN),
            (|n| format!("SELECT * {{ ?s <p>{} ?o }}", "|<p>".repeat(n)), Bound::Chain, CHAIN),
            (|n| format!("SELECT * {{ {} }}", "?s ?p ?o . ".repeat(n)), Bound::Joined, JOINED),
            (|n| format!("SELECT * {{ ?s <p>{} ?o }}", "/<p>".repeat(n)), Bound::Joined, JOINED),
            (|n| format!("SELECT * {{ ?s ?p ({}) }}", "1 ".repeat(n)), Bound::Joined, JOINED / 2),
        ];
        for (text, expected, most) in deep {
            assert_eq!(bound(&text(most)), None, "{}", text(3));
            assert_eq!(bound(&text(most + 1)), Some(expected), "{}", text(3));
            assert_eq!(bound(&text(100_000)), Some(expected), "{}", text(3));
        }
        let long: [Made; 5] = [
            |n| format!("SELECT * {{ VALUES (?x ?y) {{ {} }} }}", "(1 2) ".repeat(n)),
            |n| format!("SELECT * {{ FILTER(?x IN (1{})) }}", ", 1".repeat(n)),
            |n| format!("INSERT DATA {{ GRAPH <g> {{ {} }} }}", "<s> <p> 1 , ( 1 2 ) . ".repeat(n)),
            |n| format!("CONSTRUCT {{ {} }} WHERE {{ ?s ?p ?o }}", "?s ?p ?o . ".repeat(n)),
            |n| format!("SELECT * {{ ?s ?p ?o }} ORDER BY {}", "?s ".repeat(n)),
        ];
        for text in long {
            assert_eq!(bound(&text(100_000)), None, "{}", text(3));
        }
    }

    #[test]
    fn groups_that_are_joined_count_together_and_branches_do_not() {
        let group = format!("{{ {} }} ", "?s ?p ?o . ".repeat(JOINED / 2));
        assert_eq!(bound(&format!("SELECT * {{ {group} {group} }}")), None);
        assert_eq!(bound(&format!("SELECT * {{ {group} {group} ?s ?p ?o . }}")), Some(Bound::Joined));
        assert_eq!(bound(&format!("SELECT * {{ {group} UNION {group} UNION {group} }}")), None);
        assert_eq!(bound(&format!("SELECT * {{ {group} OPTIONAL {group} FILTER NOT EXISTS {group} }}")), None);
        assert_eq!(
            bound(&format!("SELECT * {{ {group} {} }}", format!("UNION {group}").repeat(40))),
            Some(Bound::Joined)
        );
        assert_eq!(bound(&format!("DELETE {group} INSERT {group} WHERE {group} ;").repeat(10)), None);
    }

    #[test]
    fn what_is_parsed_twice_at_every_level_is_refused() {
        for (open, close) in [("!(", ")"), ("REGEX(", ",'a')"), ("REPLACE(", ",'a','b')"), ("!STR(", ")")] {
            let text = |n: usize| format!("SELECT * {{ FILTER({}1{}) }}", open.repeat(n), close.repeat(n));
            assert_eq!(bound(&text(12)), None, "{open}");
            assert_eq!(bound(&text(24)), Some(Bound::Work), "{open}");
        }
        let beside = "!(?x) && REGEX(?x, 'a') && ".repeat(60);
        assert_eq!(bound(&format!("SELECT * {{ FILTER({beside} true) }}")), None);
    }

    #[test]
    fn the_place_is_that_of_the_first_level_too_many() {
        let (position, _) = check(&format!("SELECT *\n{{ 'é' {}", "(".repeat(1_000))).unwrap_err();
        assert_eq!((position.line, position.column), (2, 7 + DEPTH as u32 - 1));
    }
}
