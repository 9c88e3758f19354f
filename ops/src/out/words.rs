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
}
