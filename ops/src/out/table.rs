//! Rows in columns, each as wide as its widest cell.

use std::fmt::Write as _;

/// Rows under their heads; what others wrote is made plain.
pub(crate) fn table<T>(heads: &[&str], rows: &[T], cells: impl Fn(&T) -> Vec<String>) -> String {
    let plain = |row| cells(row).iter().map(|cell| plain(cell)).collect();
    laid_out(heads, &rows.iter().map(plain).collect::<Vec<_>>())
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

fn laid_out(heads: &[&str], rows: &[Vec<String>]) -> String {
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
}
