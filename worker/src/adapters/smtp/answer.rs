//! What a mail server said, fit for the ledger, the logs and the queue: a line without the address.
//!
//! Servers like to repeat whom they refuse. That belongs to the household, and neither to Redis nor
//! to a log.

const LONGEST: usize = 300;

/// `text` on one line of at most 300 characters, without `to` and whatever else looks like an address.
pub(super) fn tidy(text: &str, to: &str) -> String {
    let user = to.rsplit_once('@').map_or(to, |(user, _)| user);
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    let tidied: Vec<&str> = words
        .filter(|word| !word.is_empty())
        .map(|word| if names(word, user) { "<address>" } else { word })
        .collect();
    tidied.join(" ").chars().take(LONGEST).collect()
}

fn names(word: &str, user: &str) -> bool {
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
    word.contains('@') || (!bare.is_empty() && bare.eq_ignore_ascii_case(user))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_kept_but_for_whom_it_is_about() {
        let said = "5.1.1 <ada@example.com>: Recipient address rejected:\r\nuser 'Ada' unknown";
        assert_eq!(
            tidy(said, "ada@example.com"),
            "5.1.1 <address> Recipient address rejected: user <address> unknown"
        );
    }

    #[test]
    fn an_answer_is_bounded_and_on_one_line() {
        let tidied = tidy(&"Ärger\0\n".repeat(1000), "ada@example.com");
        assert_eq!(tidied.chars().count(), LONGEST);
        assert!(!tidied.contains(char::is_control));
    }
}
