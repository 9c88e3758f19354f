//! The only file that prints: answers to stdout, asides to stderr.

use std::{
    fmt::Write as _,
    io::{self, IsTerminal as _, Write as _},
};

use clap::ValueEnum;
use jiff::Timestamp;
use serde::Serialize;

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
            Format::Table => {
                let plain = |row| cells(row).iter().map(|cell| plain(cell)).collect();
                answer(&table(heads, &rows.iter().map(plain).collect::<Vec<_>>()))
            }
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
        let plain = |row| cells(row).iter().map(|cell| plain(cell)).collect();
        let table = table(heads, &rows.iter().map(plain).collect::<Vec<_>>());
        table.lines().for_each(|line| self.aside(line));
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

/// What others wrote neither breaks a line nor talks to the terminal.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() {
            plain.extend(c.escape_default());
        } else {
            plain.push(c);
        }
    }
    plain
}

fn table(heads: &[&str], rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = rows
            .iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count());
        cells.chain([heads[column].len()]).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..heads.len()).map(width).collect();
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let mut line = String::new();
        for (cell, width) in cells.zip(&widths) {
            let _ = write!(line, "{cell:width$}  ");
        }
        line.trim_end().to_owned()
    };
    let mut lines = vec![line(&mut heads.iter().copied())];
    lines.extend(
        rows.iter()
            .map(|row| line(&mut row.iter().map(String::as_str))),
    );
    lines.join("\n")
}

fn bar(done: u64, total: Option<u64>) -> String {
    const WIDTH: usize = 30;
    let Some(total) = total.filter(|total| *total > 0) else {
        return format!("{done} done");
    };
    let full = usize::try_from(done.min(total) * WIDTH as u64 / total).unwrap_or(WIDTH);
    let empty = WIDTH.saturating_sub(full);
    format!(
        "[{}{}] {done} of {total}",
        "#".repeat(full),
        " ".repeat(empty)
    )
}

/// An instant to the second, or a dash.
pub(crate) fn time(at: Option<Timestamp>) -> String {
    at.map_or("–".to_owned(), |at| format!("{at:.0}"))
}

/// How long ago, or in how long: the largest two units at most.
pub(crate) fn span(seconds: i64) -> String {
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    match seconds {
        ..60 => format!("{seconds} s"),
        60..3600 => format!("{minutes} min"),
        3600..86_400 => format!("{hours} h {minutes} min"),
        _ => format!("{days} d {hours} h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [
            vec!["mail".into(), "12".into()],
            vec!["x".into(), "3".into()],
        ];
        assert_eq!(
            table(&["QUEUE", "READY"], &rows),
            "QUEUE  READY\nmail   12\nx      3"
        );
    }

    #[test]
    fn a_span_has_two_units_at_most() {
        assert_eq!(
            (span(59), span(3599), span(90_061)),
            ("59 s".into(), "59 min".into(), "1 d 1 h".into())
        );
    }
}
