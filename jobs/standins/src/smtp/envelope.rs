//! Who sends to whom, as `MAIL` and `RCPT` say it.

/// RFC 5321, 4.5.3.1.8.
const RECIPIENTS: usize = 100;
/// A mailbox's longest name and domain, with what is between.
const ADDRESS: usize = 320;

#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Envelope {
    /// Empty for a bounce.
    pub(super) from: String,
    pub(super) to: Vec<String>,
}

impl Envelope {
    pub(super) fn is_full(&self) -> bool {
        self.to.len() >= RECIPIENTS
    }
}

/// `FROM:<ada@example.com> SIZE=12`: the address and the rest. `label` is `FROM:` or `TO:`.
pub(super) fn path<'a>(label: &str, said: &'a str) -> Option<(&'a str, &'a str)> {
    let (start, rest) = said.split_at_checked(label.len())?;
    let rest = rest.trim_start().strip_prefix('<')?;
    if !start.eq_ignore_ascii_case(label) || !rest.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return None;
    }
    let (address, parameters) = rest.split_at_checked(closing(rest)?)?;
    (address.len() <= ADDRESS).then_some((address, &parameters[1..]))
}

/// The declared size, if any.
pub(super) fn size(parameters: &str) -> Option<usize> {
    parameters.split(' ').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.eq_ignore_ascii_case("SIZE")
            .then(|| value.parse().ok())?
    })
}

/// Where `>` is: a quoted name may contain one.
fn closing(path: &str) -> Option<usize> {
    let (mut quoted, mut escaped) = (false, false);
    path.bytes().position(|byte| {
        let plain = !escaped;
        escaped = plain && quoted && byte == b'\\';
        quoted ^= plain && byte == b'"';
        plain && !quoted && byte == b'>'
    })
}

#[cfg(test)]
mod tests {
    use super::{path, size};

    #[test]
    fn a_path_is_between_angle_brackets() {
        let said = "from:<ada@example.com> SIZE=12 BODY=8BITMIME";
        let (address, parameters) = path("FROM:", said).expect("a path");
        assert_eq!(address, "ada@example.com");
        assert_eq!(size(parameters), Some(12));
    }

    #[test]
    fn a_quoted_name_may_contain_anything() {
        let said = r#"TO:<"a>\"b"@example.com>"#;
        assert_eq!(path("TO:", said), Some((r#""a>\"b"@example.com"#, "")));
    }

    #[test]
    fn what_is_no_path_is_refused() {
        for said in [
            "",
            "FROM:",
            "FROM:<ada",
            "TO:<ada@example.com>",
            "FROM:<\u{fc}@x>",
            "FR\u{fc}M:<>",
        ] {
            assert_eq!(path("FROM:", said), None, "{said}");
        }
    }
}
