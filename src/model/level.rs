//! The ladder, and what a chain of sources ends in.

use serde::Serialize;

/// The rung a claim stands on. Computed, never stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Nothing upstream, nobody outside its own work credited.
    Unsourced,
    /// Somebody is credited, no document is given.
    Attributed,
    /// There is an end; none is known to be first-hand and identified.
    Cited,
    /// A path ends at an identified first-hand source.
    Primary,
    /// Primary, and the words relied on were found in a snapshot of that source.
    Pinned,
}

impl Level {
    /// All levels, lowest first.
    pub const ALL: [Self; 5] = [Self::Unsourced, Self::Attributed, Self::Cited, Self::Primary, Self::Pinned];

    /// The level's number, 0 to 4.
    pub fn number(self) -> u8 {
        self as u8
    }

    /// The level's name, as JSON and tables give it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unsourced => "unsourced",
            Self::Attributed => "attributed",
            Self::Cited => "cited",
            Self::Primary => "primary",
            Self::Pinned => "pinned",
        }
    }
}

/// What the best end of a claim is. Ordered from best to worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// First-hand.
    Primary,
    /// Testimony first put on record there.
    Original,
    /// Nobody knows how it came to know.
    Unknown,
    /// It has sources, and they lead nowhere but round.
    Circular,
    /// No end at all.
    None,
}

impl Origin {
    /// The origin's name, as JSON and tables give it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Original => "original",
            Self::Unknown => "unknown",
            Self::Circular => "circular",
            Self::None => "none",
        }
    }
}
