//! What messages of one cause have in common.

/// A message without what differs from job to job: what is quoted, and words with a digit in them.
pub(super) fn normalised(text: &str) -> String {
    let plain = unquoted(text);
    let mut before = None;
    let words = plain.split(' ').map(|word| {
        let common = if says_what_happened(word, before) {
            word.to_owned()
        } else {
            masked(word)
        };
        before = Some(word);
        common
    });
    words.collect::<Vec<_>>().join(" ")
}

fn unquoted(text: &str) -> String {
    let (mut plain, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(open) = rest.find(['"', '`', '“']) {
        let (before, quoted) = rest.split_at(open);
        plain.push_str(before);
        plain.push('…');
        let quote = quoted.chars().next().unwrap_or('"');
        let close = if quote == '“' { '”' } else { quote };
        let inside = &quoted[quote.len_utf8()..];
        rest = inside.split_once(close).map_or("", |(_, after)| after);
    }
    plain + rest
}

/// A status of SMTP or HTTP, at the beginning or named as one, and SMTP's enhanced one: any other
/// number says to whom it happened.
fn says_what_happened(word: &str, before: Option<&str>) -> bool {
    let word = word.trim_end_matches([':', ',', ';', '.', ')']);
    let number = |part: &str| {
        !part.is_empty() && part.len() <= 3 && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let named = |before: &str| ["status", "http", "code"].contains(&before.to_lowercase().as_str());
    let enhanced = word.split('.').count() == 3 && word.split('.').all(number);
    enhanced || word.len() == 3 && number(word) && before.is_none_or(named)
}

fn masked(word: &str) -> String {
    let of_word = |c: char| c.is_alphanumeric() || c == '-';
    let (mut common, mut rest) = (String::new(), word);
    while let Some(start) = rest.find(of_word) {
        let (before, from) = rest.split_at(start);
        let (run, after) = from.split_at(from.find(|c| !of_word(c)).unwrap_or(from.len()));
        common.push_str(before);
        common.push_str(if run.bytes().any(|byte| byte.is_ascii_digit()) {
            "#"
        } else {
            run
        });
        rest = after;
    }
    common + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_varies_from_job_to_job_is_left_out_and_what_says_what_happened_is_not() {
        for (text, common) in [
            ("550 5.1.1 no such user", "550 5.1.1 no such user"),
            ("task 1234 is gone", "task # is gone"),
            ("mailbox 123 of 7 (user:42)", "mailbox # of # (user:#)"),
            ("HTTP 503, then status 410.", "HTTP 503, then status 410."),
            (
                "delivery 0190a2b3-77aa-4c1d-9e1f-0123456789ab: timed out after 20s",
                "delivery #: timed out after #",
            ),
            ("no template \"welcome-7\" here", "no template … here"),
            ("cut \"off", "cut …"),
            ("", ""),
        ] {
            assert_eq!(normalised(text), common);
        }
    }
}
