//! What people typed, made fit for one line of a mail.
//!
//! A mail is built of lines: a header ends at the first line break, and so does an item of a list.
//! The facts of a mail hold [`Line`]s and no `String`s from people, so that nobody has to remember
//! to clean them in a template.

use serde::Serialize;

/// Longer is no title any more, and a mail of many of them would be cut off by the mailbox.
const LONGEST: usize = 120;

/// A single line of text, without control characters, at most 120 characters long. It may be empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Line(String);

impl Line {
    pub fn new(raw: &str) -> Line {
        let visible: String = raw
            .chars()
            .map(|c| if is_unfit(c) { ' ' } else { c })
            .collect();
        Line(shorten(
            &visible.split_whitespace().collect::<Vec<_>>().join(" "),
        ))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What we call a person; empty if what they gave as a name reads like a link.
///
/// Anybody may sign up with somebody else's address. Our greeting must not carry their
/// advertisement there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Name(Line);

impl Name {
    pub fn new(raw: &str) -> Name {
        let line = Line::new(raw);
        if reads_like_a_link(&line.0) {
            Name::default()
        } else {
            Name(line)
        }
    }

    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

/// Ends a line, reorders it (the bidi controls), or isn't text at all.
fn is_unfit(c: char) -> bool {
    let reorders = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let separates = matches!(c, '\u{2028}' | '\u{2029}');
    let is_no_text = matches!(c, '\u{feff}' | '\u{fff0}'..='\u{ffff}');
    c.is_control() || reorders || separates || is_no_text
}

fn shorten(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    let kept: String = text.chars().take(LONGEST - 1).collect();
    format!("{}…", kept.trim_end())
}

fn reads_like_a_link(text: &str) -> bool {
    let has_host = text
        .split('.')
        .skip(1)
        .any(|after| after.chars().take_while(|c| c.is_alphabetic()).count() >= 2);
    text.contains(['/', '@', ':']) || has_host
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_breaks_and_runs_of_space_become_one_space() {
        assert_eq!(
            Line::new(" Clear\r\nBcc: x\u{2028} the\tgutter ").as_str(),
            "Clear Bcc: x the gutter"
        );
    }

    #[test]
    fn nothing_that_is_no_text_gets_through() {
        assert_eq!(Line::new("a\0b\u{202e}c\u{ffff}d").as_str(), "a b c d");
        assert_eq!(Line::new("\u{1b}\n").as_str(), "");
    }

    #[test]
    fn a_long_title_ends_in_an_ellipsis() {
        let line = Line::new(&"ü".repeat(500));
        assert_eq!(line.as_str().chars().count(), LONGEST);
        assert!(line.as_str().ends_with('…'));
    }

    #[test]
    fn a_name_is_kept_as_it_was_given() {
        for name in [
            "Ada",
            "Ada Lovelace",
            "J. R. R.",
            "Dr. Müller-Lüdenscheidt",
            "O'Neil",
            "李",
        ] {
            assert_eq!(Name::new(name).as_str(), name);
        }
    }

    #[test]
    fn a_name_that_reads_like_a_link_is_no_name() {
        for name in [
            "win at example.com",
            "https://example.com",
            "www.example.com",
            "a/b",
            "ada@example.com",
        ] {
            assert_eq!(Name::new(name).as_str(), "", "{name}");
        }
    }
}
