//! Rows in columns, each as wide as its widest cell; on a terminal the last one takes what is left of a line,
//! and goes on below itself.

use std::{fmt::Write as _, io};

use terminal_size::{Width, terminal_size_of};

use super::words::wrapped;

/// With less room than this the terminal may as well break the lines itself.
const NARROWEST: usize = 16;

/// Rows under their heads; what others wrote is made plain.
pub(crate) fn table<T>(heads: &[&str], rows: &[T], cells: impl Fn(&T) -> Vec<String>) -> String {
    let plain = |row| cells(row).iter().map(|cell| plain(cell)).collect();
    let rows: Vec<Vec<String>> = rows.iter().map(plain).collect();
    let widths = widths(heads, &rows);
    let before = widths.iter().rev().skip(1).map(|width| width + 2).sum();
    let room = terminal_size_of(io::stdout()).map(|(Width(wide), _)| usize::from(wide));
    let room = room.map(|wide| wide.saturating_sub(before));
    let room = room.filter(|room| *room >= NARROWEST);
    laid_out(heads, &rows, &widths, room.unwrap_or(usize::MAX))
}

/// What others wrote neither breaks a line nor talks to the terminal.
pub(super) fn plain(text: &str) -> String {
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

fn widths(heads: &[&str], rows: &[Vec<String>]) -> Vec<usize> {
    let width = |column: usize| {
        let cells = rows
            .iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count());
        cells.chain([heads[column].len()]).max().unwrap_or_default()
    };
    (0..heads.len()).map(width).collect()
}

/// With so much room for the last column.
fn laid_out(heads: &[&str], rows: &[Vec<String>], widths: &[usize], room: usize) -> String {
    let mut lines = Vec::new();
    let heads = heads.iter().map(ToString::to_string).collect();
    for row in [&heads].into_iter().chain(rows) {
        let (last, first) = row.split_last().unwrap_or((&heads[0], &[]));
        let mut before = String::new();
        for (cell, width) in first.iter().zip(widths) {
            let _ = write!(before, "{cell:width$}  ");
        }
        for text in wrapped(last, room) {
            lines.push(format!("{before}{text}").trim_end().to_owned());
            before = " ".repeat(before.chars().count());
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [["mail", "12"], ["x", "3"]];
        assert_eq!(
            table(&["QUEUE", "READY"], &rows, |row| row
                .map(str::to_owned)
                .to_vec()),
            "QUEUE  READY\nmail   12\nx      3"
        );
    }

    #[test]
    fn what_does_not_fit_goes_on_below_itself() {
        let row = ["mail", "until resumed, by ada"].map(str::to_owned);
        assert_eq!(
            laid_out(&["QUEUE", "PAUSED"], &[row.to_vec()], &[5, 21], 17),
            "QUEUE  PAUSED\nmail   until resumed, by\n       ada"
        );
    }
}
