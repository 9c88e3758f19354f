//! Times as people read them.

use jiff::Timestamp;

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

/// In lines that are no longer than this, but for words that are.
pub(crate) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + word.chars().count() < width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_has_two_units_at_most() {
        assert_eq!(
            (span(59), span(3599), span(90_061)),
            ("59 s".into(), "59 min".into(), "1 d 1 h".into())
        );
    }

    #[test]
    fn a_text_is_broken_between_words_and_a_longer_word_is_whole() {
        assert_eq!(wrapped("set it right", 6), ["set it", "right"]);
        assert_eq!(wrapped("a/longer/path is", 6), ["a/longer/path", "is"]);
    }
}
