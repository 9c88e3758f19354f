//! The only file that prints: answers to stdout, asides to stderr.

mod bar;
mod screen;
mod table;
mod words;

use std::io::{self, IsTerminal as _, Write as _};

use clap::ValueEnum;
use serde::Serialize;

use self::{bar::bar, table::plain};
pub(crate) use self::{
    screen::Screen,
    table::table,
    words::{span, time, wrapped},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Table,
    Json,
    Jsonl,
}

pub(crate) struct Out(Format);

impl Out {
    pub(crate) fn new(format: Format) -> Self {
        Self(format)
    }

    /// Whether a person reads it.
    pub(crate) fn is_table(&self) -> bool {
        self.0 == Format::Table
    }

    /// Many rows of one sort.
    pub(crate) fn rows<T: Serialize>(
        &self,
        heads: &[&str],
        rows: &[T],
        cells: impl Fn(&T) -> Vec<String>,
    ) -> anyhow::Result<()> {
        match self.0 {
            Format::Json => answer(&serde_json::to_string_pretty(rows)?),
            Format::Jsonl => rows
                .iter()
                .try_for_each(|row| answer(&serde_json::to_string(row)?)),
            Format::Table => answer(&table(heads, rows, cells)),
        }
    }

    /// Rows that are part of an answer: as JSON all of it is told, else the rows alone.
    pub(crate) fn rows_of<A: Serialize, T: Serialize>(
        &self,
        answered: &A,
        heads: &[&str],
        rows: &[T],
        cells: impl Fn(&T) -> Vec<String>,
    ) -> anyhow::Result<()> {
        if self.0 == Format::Json {
            return answer(&serde_json::to_string_pretty(answered)?);
        }
        self.rows(heads, rows, cells)
    }

    /// One thing, told in lines of name and value.
    pub(crate) fn one<T: Serialize>(
        &self,
        thing: &T,
        lines: &[(&str, String)],
    ) -> anyhow::Result<()> {
        match self.0 {
            Format::Json => answer(&serde_json::to_string_pretty(thing)?),
            Format::Jsonl => answer(&serde_json::to_string(thing)?),
            Format::Table => {
                let width = lines
                    .iter()
                    .map(|(name, _)| name.len())
                    .max()
                    .unwrap_or_default();
                lines.iter().try_for_each(|(name, value)| {
                    answer(&format!("{name:width$}  {}", plain(value)))
                })
            }
        }
    }

    /// What is laid out by hand for people, and for programs is one thing.
    pub(crate) fn page<T: Serialize>(&self, thing: &T, page: &str) -> anyhow::Result<()> {
        match self.0 {
            Format::Table => answer(page),
            Format::Json | Format::Jsonl => self.one(thing, &[]),
        }
    }

    /// What is handed on as it is, to a shell or a pager.
    #[expect(clippy::unused_self, reason = "as with asides")]
    pub(crate) fn text(&self, bytes: &[u8]) -> anyhow::Result<()> {
        answer(String::from_utf8_lossy(bytes).trim_end())
    }

    /// What a person may want to know and a program does not.
    #[expect(clippy::unused_self, reason = "a quiet flag will live here")]
    pub(crate) fn aside(&self, line: &str) {
        let _ = writeln!(io::stderr(), "{}", plain(line));
    }

    /// Rows that are shown before a question, and are not the answer.
    pub(crate) fn aside_table<T>(
        &self,
        heads: &[&str],
        rows: &[T],
        cells: impl Fn(&T) -> Vec<String>,
    ) {
        let table = table(heads, rows, cells);
        table.lines().for_each(|line| self.aside(line));
    }

    /// What a person watches and nobody reads afterwards; `None`: the answer goes to a file or a program.
    pub(crate) fn screen(&self) -> Option<Screen> {
        let watched = self.0 == Format::Table && io::stdout().is_terminal();
        watched.then(Screen::open)
    }

    /// Asks a person yes or no; `None`: nobody is there to be asked.
    #[expect(clippy::unused_self, reason = "as with asides")]
    pub(crate) fn asks(&self, question: &str) -> Option<bool> {
        if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
            return None;
        }
        let _ = write!(io::stderr(), "{} [y/N] ", plain(question));
        let mut said = String::new();
        io::stdin().read_line(&mut said).ok()?;
        Some(matches!(said.trim(), "y" | "Y" | "yes"))
    }

    /// How far it came, on one line that a terminal draws over.
    #[expect(clippy::unused_self, reason = "as with asides")]
    pub(crate) fn progress(&self, done: u64, total: Option<u64>) {
        if io::stderr().is_terminal() {
            let _ = write!(io::stderr(), "\r{}", bar(done, total));
        }
    }

    #[expect(clippy::unused_self, reason = "as with asides")]
    pub(crate) fn progress_over(&self) {
        if io::stderr().is_terminal() {
            let _ = write!(io::stderr(), "\r{:70}\r", "");
        }
    }
}

/// A reader that has seen enough closes the pipe; that is not an error.
fn answer(text: &str) -> anyhow::Result<()> {
    match writeln!(io::stdout(), "{text}") {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written?),
    }
}
