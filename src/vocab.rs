//! Which IRIs? Every vocabulary term that the program names, as constants.
//!
//! `ibid` is held against `ontology/ibid.ttl` by a test, both ways: no term is missing here, and none is made up.

macro_rules! terms {
    ($namespace:literal, $($name:ident = $local:literal),* $(,)?) => {
        /// The namespace's IRI.
        pub const NAMESPACE: &str = $namespace;
        $(#[doc = concat!("`", $namespace, $local, "`")] pub const $name: &str = concat!($namespace, $local);)*
        /// All terms of this module, in the order they are declared.
        pub const ALL: &[&str] = &[$($name),*];
    };
}

/// ibid's own terms: <https://w3id.org/ibid/ns#>, described in `ontology/ibid.ttl`.
pub mod ibid {
    terms! { "https://w3id.org/ibid/ns#",
        // nodes
        CLAIM = "Claim", DOCUMENT = "Document", SNAPSHOT = "Snapshot", ASSESSMENT = "Assessment", WAIVER = "Waiver",
        UNNAMED_AGENT = "UnnamedAgent", ASSESSES = "assesses", RELIABILITY = "reliability", CREDIBILITY = "credibility",
        WAIVES = "waives", ON_CLAIM = "onClaim", REASON = "reason", UNTIL = "until", CAPTURED_AT = "capturedAt",
        // a claim's words
        QUOTE = "quote", QUOTE_PREFIX = "quotePrefix", QUOTE_SUFFIX = "quoteSuffix", LOCATOR = "locator",
        GARBLED = "garbled", CLAIM_KIND = "claimKind", SENSITIVITY = "sensitivity", MODALITY = "modality",
        CLAIM_KIND_CLASS = "ClaimKind", FACT = "Fact", OPINION = "Opinion", FORECAST = "Forecast", NORM = "Norm",
        SENSITIVITY_CLASS = "Sensitivity", ALLEGATION = "Allegation", CASUALTIES = "Casualties", MONEY = "Money",
        ATTRIBUTION_OF_ACT = "AttributionOfAct", MODALITY_CLASS = "Modality", WEAKER_THAN = "weakerThan",
        POSSIBLE = "Possible", ALLEGED = "Alleged", ASSESSED = "Assessed", ASSERTED = "Asserted",
        // sourcing
        SOURCE_QUOTE = "sourceQuote", SOURCE_LOCATOR = "sourceLocator", CREDITED_TO = "creditedTo", CUE = "cue",
        BASIS = "basis", DEFAULT_BASIS = "defaultBasis", RETRACTED_BY = "retractedBy",
        SHARES_SOURCE_WITH = "sharesSourceWith", FOUND_IN = "foundIn", SOURCE_FOUND_IN = "sourceFoundIn",
        REPUBLICATION_OF = "republicationOf", EDITION_KIND = "editionKind",
        EDITION_KIND_CLASS = "EditionKind", TRANSLATION = "Translation", MACHINE_TRANSLATION = "MachineTranslation",
        REPUBLICATION = "Republication",
        // how the author comes to know
        BASIS_CLASS = "Basis", OBSERVATION = "Observation", MEASUREMENT = "Measurement", OWN_RECORD = "OwnRecord",
        OWN_ANALYSIS = "OwnAnalysis", OWN_ACT = "OwnAct", TESTIMONY = "Testimony", OWN_INFERENCE = "OwnInference",
        HEARSAY = "Hearsay",
        // figures
        MEASURE = "measure", MEASURE_KIND = "measureKind", COUNTERPART = "counterpart", VALUE = "value",
        LOWER = "lower", UPPER = "upper", UNIT = "unit", PRECISION = "precision", BOUND = "bound",
        FORMULA = "formula", OPERAND = "operand", OPERAND_CLASS = "Operand", NAME = "name", OF = "of",
        MEASURE_KIND_CLASS = "MeasureKind", FLOW = "Flow", STOCK = "Stock", RATE = "Rate", SHARE = "Share",
        COUNT = "Count", BOUND_CLASS = "Bound",
        EXACT = "Exact", ABOUT = "About", AT_LEAST = "AtLeast", AT_MOST = "AtMost", JUST_UNDER = "JustUnder",
        JUST_OVER = "JustOver",
        // computed
        LEVEL = "level", ORIGIN = "origin", ORIGINS_MIN = "originsMin", ORIGINS_MAX = "originsMax",
        RESTS_ON = "restsOn", MAY_REST_ON = "mayRestOn", ON_CYCLE = "onCycle", WORK = "work",
        COMPUTED_LOWER = "computedLower", COMPUTED_UPPER = "computedUpper", FITS_OPERANDS = "fitsOperands", UNCOMPUTED = "uncomputed",
        CONFLICTS_WITH = "conflictsWith", CONFLICTS_WITHIN = "conflictsWithin", STATED_RANGE = "statedRange", SOURCE_FIGURE = "sourceFigure", YEARS_OLD = "yearsOld", PERIOD = "period", PERIOD_TROUBLE = "periodTrouble", DATE_TROUBLE = "dateTrouble", FIGURE_TROUBLE = "figureTrouble", REVERSED = "reversed",
        FIGURE_IN_QUOTE = "figureInQuote", FIGURE_OF_QUOTE = "figureOfQuote", SAID = "Said", ROUNDED = "Rounded", MISSING = "Missing",
        MISQUOTES = "misquotes", MISQUOTED_AS = "misquotedAs", SOURCE_QUOTE_MISSING = "sourceQuoteMissing", SOURCE_QUOTE_FOUND = "sourceQuoteFound", NEAR_TEXT = "nearText", QUOTE_FOUND = "quoteFound", QUOTE_PLACES = "quotePlaces", TEXT_TROUBLE = "textTrouble",
        OUTSIDE = "Outside", TOO_LARGE = "TooLarge", NO_TEXT = "NoText", UNREADABLE = "Unreadable",
        DATED_BEFORE = "datedBefore", PUBLISHED_BEFORE = "publishedBefore", FIRST_DATE = "firstDate", LAST_DATE = "lastDate",
        UNINVOLVED_AGENT = "uninvolvedAgent",
        UNSETTLED = "unsettled", UNSETTLED_END = "unsettledEnd", MAY_REST_FURTHER_ON = "mayRestFurtherOn",
        BASIS_UNKNOWN = "BasisUnknown", UNIDENTIFIED = "Unidentified", UNSIGNED = "Unsigned", SECOND_HAND = "SecondHand",
        WITHDRAWN = "Withdrawn", ONE_HOUSE = "OneHouse",
        UNKNOWN_TERM = "unknownTerm", NEAR_TERM = "nearTerm", OTHER_SPELLING = "otherSpelling", STATED_TWICE = "statedTwice", REPEATED_IN = "repeatedIn",
        ORIGIN_CLASS = "Origin", PRIMARY = "Primary", ORIGINAL = "Original", UNKNOWN = "Unknown", CIRCULAR = "Circular", NONE = "None",
        // history
        LOAD = "Load", REMOVAL = "Removal", SHA256 = "sha256", DIGEST = "digest", FILE = "file",
        TOOL_VERSION = "toolVersion", QUADS = "quads", REPLACED = "replaced", CURRENT_LOAD = "currentLoad",
        UPDATE = "Update", SPARQL = "sparql", PARAMETER = "parameter", CHANGE_CLASS = "Change", CHANGE = "change",
        GRAPH = "graph", ADDED = "added", REMOVED = "removed", CURRENT_UPDATE = "currentUpdate",
    }
}

/// schema.org, in the spelling the product writes; reports that spell it `http:` are read the same.
pub mod schema {
    terms! { "https://schema.org/",
        TEXT = "text", APPEARANCE = "appearance", NAME = "name", AUTHOR = "author", PUBLISHER = "publisher",
        DATE_PUBLISHED = "datePublished", URL = "url", IDENTIFIER = "identifier",
        TRANSLATION_OF_WORK = "translationOfWork", PARENT_ORGANIZATION = "parentOrganization",
        ENCODING = "encoding", CONTENT_URL = "contentUrl", ENCODING_FORMAT = "encodingFormat",
        ARTICLE_BODY = "articleBody", ABOUT = "about", TEMPORAL_COVERAGE = "temporalCoverage",
    }
    /// The other spelling of the namespace, as found in the wild.
    pub const HTTP_NAMESPACE: &str = "http://schema.org/";
}

/// PROV-O: <https://www.w3.org/TR/prov-o/>.
pub mod prov {
    terms! { "http://www.w3.org/ns/prov#",
        WAS_DERIVED_FROM = "wasDerivedFrom", WAS_QUOTED_FROM = "wasQuotedFrom",
        HAD_PRIMARY_SOURCE = "hadPrimarySource", WAS_REVISION_OF = "wasRevisionOf",
        WAS_ATTRIBUTED_TO = "wasAttributedTo", SPECIALIZATION_OF = "specializationOf", INVALIDATED_AT_TIME = "invalidatedAtTime",
        ENDED_AT_TIME = "endedAtTime", GENERATED_AT_TIME = "generatedAtTime", GENERATED = "generated", INVALIDATED = "invalidated",
    }

    /// The properties by which something is taken from something else, the strongest word first.
    pub const SOURCING: [&str; 3] = [WAS_QUOTED_FROM, HAD_PRIMARY_SOURCE, WAS_DERIVED_FROM];
}

/// RDF and XSD terms that the parsers' own constants do not cover as plain text.
pub mod rdf {
    terms! { "http://www.w3.org/1999/02/22-rdf-syntax-ns#", TYPE = "type" }
}

/// The graphs that the program writes or computes, and that no file may write into.
pub mod graph {
    /// Load activities.
    pub const HISTORY: &str = "urn:ibid:history";
    /// Computed: levels, origins and what rests on what.
    pub const LINEAGE: &str = "urn:ibid:lineage";
    /// Computed: the intervals of figures.
    pub const FIGURES: &str = "urn:ibid:figures";
    /// Computed: what documents' texts have of the quotes.
    pub const TEXTS: &str = "urn:ibid:texts";
    /// Computed: terms that are misspelt or spelt in two ways, what is said several times where it holds once, and which texts a document has twice.
    pub const TERMS: &str = "urn:ibid:terms";
    /// Computed: what is dated before what it is taken from.
    pub const DATES: &str = "urn:ibid:dates";
    /// Computed: who is credited and has no part in the sources.
    pub const CREDITS: &str = "urn:ibid:credits";
    /// Computed: what is not settled of the ends of claims.
    pub const ENDS: &str = "urn:ibid:ends";
    /// Those that are computed when a query names them.
    pub const COMPUTED: [&str; 7] = [LINEAGE, FIGURES, TEXTS, TERMS, DATES, CREDITS, ENDS];
    /// Those that only the program writes.
    pub const RESERVED: [&str; 8] = [HISTORY, LINEAGE, FIGURES, TEXTS, TERMS, DATES, CREDITS, ENDS];
}

/// An IRI, and if it is one of schema.org's, that in the other spelling.
pub fn spellings(iri: &str) -> impl Iterator<Item = String> {
    [Some(iri.to_owned()), schema_twin(iri)].into_iter().flatten()
}

/// The same schema.org term in the other spelling (`http:` for `https:` and back), if it is one.
pub fn schema_twin(iri: &str) -> Option<String> {
    if let Some(local) = iri.strip_prefix(schema::NAMESPACE) {
        return Some(format!("{}{local}", schema::HTTP_NAMESPACE));
    }
    iri.strip_prefix(schema::HTTP_NAMESPACE).map(|local| format!("{}{local}", schema::NAMESPACE))
}
