//! The only file that prints. Standard output is the answer, standard error is the talk.

use super::error::{CliError, Shown};
use super::guard::Watch;
use annotate_snippets::renderer::DEFAULT_TERM_WIDTH;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use anstyle::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::fmt::Display;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::time::Duration;

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const RED: Style = AnsiColor::Red.on_default().bold();
const YELLOW: Style = AnsiColor::Yellow.on_default().bold();
const BLUE: Style = AnsiColor::Blue.on_default().bold();
const GREEN: Style = AnsiColor::Green.on_default().bold();

/// Text of a report as one line that cannot command a terminal.
pub(crate) fn plain(text: &str) -> String {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return text.to_owned();
    }
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// What a stretch of text is, which decides its colour.
#[derive(Clone, Copy)]
pub(crate) enum Ink {
    Strong,
    Faint,
    Error,
    Warning,
    Info,
    Good,
}

/// Talks to whoever called.
pub(crate) struct Ui {
    quiet: bool,
    out: BufWriter<Box<dyn Write + Send>>,
}

impl Ui {
    pub(crate) fn new(quiet: bool, watch: &Watch) -> Self {
        let out = watch.unhurried(anstream::AutoStream::auto(io::stdout()));
        Self { quiet, out: BufWriter::new(Box::new(out)) }
    }

    /// Where the answer goes.
    pub(crate) fn out(&mut self) -> &mut (impl Write + Send) {
        &mut self.out
    }

    /// Writes out what is still held back.
    pub(crate) fn finish(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// Whether the answer goes to a person.
    pub(crate) fn to_terminal() -> bool {
        io::stdout().is_terminal()
    }

    /// Text in the colour of what it is; plain where the answer goes to no terminal.
    pub(crate) fn ink(text: impl Display, ink: Ink) -> String {
        let style = match ink {
            Ink::Strong => BOLD,
            Ink::Faint => DIM,
            Ink::Error => RED,
            Ink::Warning => YELLOW,
            Ink::Info => BLUE,
            Ink::Good => GREEN,
        };
        format!("{style}{}{style:#}", plain(&text.to_string()))
    }

    /// Says how it went.
    pub(crate) fn status(&self, text: impl Display) {
        if !self.quiet {
            Self::talk(&plain(&text.to_string()));
        }
    }

    /// Whether only the answer and errors are wanted.
    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Says what was asked for and is not the answer, even under --quiet.
    #[expect(clippy::unused_self, reason = "all talk goes through here")]
    pub(crate) fn answer_aside(&self, text: impl Display) {
        Self::talk(&text);
    }

    /// Says what should be known.
    pub(crate) fn warning(&self, text: impl Display) {
        if !self.quiet {
            Self::talk(&format_args!("{YELLOW}warning{YELLOW:#}: {}", plain(&text.to_string())));
        }
    }

    /// Says what may help.
    pub(crate) fn hint(&self, text: impl Display) {
        if !self.quiet {
            Self::talk(&format_args!("{BLUE}hint{BLUE:#}: {}", plain(&text.to_string())));
        }
    }

    /// Says what went wrong: `FILE:LINE:COL: what`, the line, and what may help.
    #[expect(clippy::unused_self, reason = "an error is told even under --quiet, and still through here")]
    pub(crate) fn error(&self, error: &CliError) {
        let place = match (&error.file, &error.shown) {
            (Some(file), Some(Shown { position, .. })) => format!("{file}:{}:{}", position.line, position.column),
            (Some(file), None) => file.clone(),
            (None, _) => "error".to_owned(),
        };
        Self::talk(&format_args!("{RED}{}{RED:#}: {}", plain(&place), plain(&error.message)));
        if let Some(shown) = &error.shown {
            Self::talk(&excerpt(shown));
        }
        for hint in &error.hints {
            Self::talk(&format_args!("{BLUE}hint{BLUE:#}: {}", plain(hint)));
        }
    }

    /// A bar for long work, where there is a person to see it.
    pub(crate) fn progress(&self, length: u64) -> ProgressBar {
        let bar = Self::hidden(length);
        if self.shows_progress() && length > 1 {
            Self::reveal(&bar);
        }
        bar
    }

    /// Whether there is a person to see how far work is.
    pub(crate) fn shows_progress(&self) -> bool {
        !self.quiet && io::stderr().is_terminal()
    }

    /// A bar for work of so many steps that nobody sees yet.
    pub(crate) fn hidden(length: u64) -> ProgressBar {
        ProgressBar::with_draw_target(Some(length), ProgressDrawTarget::hidden())
    }

    /// Shows a hidden bar from now on.
    pub(crate) fn reveal(bar: &ProgressBar) {
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {wide_msg} {eta}").expect("the template is one");
        bar.set_style(style);
        bar.set_draw_target(ProgressDrawTarget::stderr());
        bar.enable_steady_tick(Duration::from_millis(200));
    }

    /// A bar for the bytes of a file, not seen until it is [shown](Self::show).
    #[expect(clippy::unused_self, reason = "bars come from here")]
    pub(crate) fn bytes(&self) -> ProgressBar {
        ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden())
    }

    /// Shows a bar for bytes, where there is a person to see it.
    pub(crate) fn show(&self, bar: &ProgressBar) {
        if !self.shows_progress() {
            return;
        }
        let template = "{bar:30} {bytes}/{total_bytes} {bytes_per_sec} {eta} {wide_msg}";
        bar.set_style(ProgressStyle::with_template(template).expect("the template is one"));
        bar.set_draw_target(ProgressDrawTarget::stderr());
        bar.enable_steady_tick(Duration::from_millis(200));
    }

    fn talk(text: &dyn Display) {
        anstream::eprintln!("{text}");
    }
}

/// The line at fault with a mark under it.
fn excerpt(shown: &Shown) -> String {
    let line = shown.text.lines().nth(shown.position.line as usize - 1).unwrap_or_default();
    // A line as long as a book is shown around the fault.
    let column = (shown.position.column as usize - 1).min(line.chars().count());
    let skipped = column.saturating_sub(DEFAULT_TERM_WIDTH / 2);
    let piece: String = line.chars().skip(skipped).take(DEFAULT_TERM_WIDTH).collect();
    let piece = plain(&piece);
    let offset = |characters: usize| piece.char_indices().nth(characters).map_or(piece.len(), |(at, _)| at);
    let start = offset(column - skipped);
    let end = offset(column - skipped + shown.length).max(start);
    let snippet = Snippet::source(piece.as_str())
        .line_start(shown.position.line as usize)
        .annotation(AnnotationKind::Primary.span(start..end));
    let report = [Group::with_level(Level::ERROR).element(snippet)];
    Renderer::styled().render(&report)
}
