//! A page on the terminal that is drawn over again and again, and leaves no trace.

use std::io::{self, Write as _};

use terminal_size::{Height, Width, terminal_size};

use super::table::plain;

const OPEN: &str = "\x1b[?1049h\x1b[?25l";
const HOME: &str = "\x1b[H";
/// To the end of the line, and of the page.
const REST: &str = "\x1b[K";
const BELOW: &str = "\x1b[J";
const CLOSE: &str = "\x1b[?25h\x1b[?1049l";

/// The terminal is given back as it was when this is dropped.
pub(crate) struct Screen(());

impl Screen {
    pub(super) fn open() -> Self {
        say(OPEN);
        Self(())
    }

    /// As much of the page as there is room for.
    #[expect(clippy::unused_self, reason = "who draws has opened it")]
    pub(crate) fn draw(&self, page: &str) {
        let (Width(wide), Height(high)) = terminal_size().unwrap_or((Width(80), Height(24)));
        let lines: Vec<String> = page
            .lines()
            .take(high.into())
            .map(|line| plain(line).chars().take(wide.into()).collect())
            .collect();
        let drawn = lines.join(&format!("{REST}\r\n"));
        say(&format!("{HOME}{drawn}{REST}{BELOW}"));
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        say(CLOSE);
    }
}

/// A terminal that is gone is not worth a word: nobody would read it.
fn say(text: &str) {
    let mut terminal = io::stdout();
    let _ = terminal.write_all(text.as_bytes());
    let _ = terminal.flush();
}
