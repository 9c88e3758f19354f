//! Codes that people read to each other and type: 79 random bits, too many to try within a code's life.

use uuid::Uuid;

/// None of them looks like another; so 32 that each letter says five bits.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const GROUP: usize = 4;

/// Such as 7Q2M-XK0D-93FA-TR8W.
pub(crate) fn fresh() -> String {
    let random = Uuid::new_v4().into_bytes();
    let letters = random.map(|byte| char::from(LETTERS[usize::from(byte % 32)]));
    let groups: Vec<_> = letters.chunks(GROUP).map(String::from_iter).collect();
    groups.join("-")
}

/// What somebody typed, as it was meant: capitals, dashes and spaces don't count, and neither do letters
/// that are taken for digits.
pub(crate) fn meant(typed: &str) -> String {
    let letters = typed.chars().filter(char::is_ascii_alphanumeric);
    letters
        .map(|letter| match letter.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_four_groups_of_letters_that_look_like_no_other() {
        let code = fresh();
        let groups: Vec<_> = code.split('-').collect();
        assert_eq!(groups.len(), 4, "{code}");
        assert!(groups.iter().all(|group| group.len() == GROUP), "{code}");
        assert!(
            code.bytes()
                .all(|letter| letter == b'-' || LETTERS.contains(&letter))
        );
        assert_eq!(meant(&code), code.replace('-', ""));
        assert_ne!(fresh(), code);
    }

    #[test]
    fn what_was_typed_is_what_was_meant() {
        for typed in ["0101-ABCD", "olol abcd", " oIoI–aBcD\n"] {
            assert_eq!(meant(typed), "0101ABCD", "{typed}");
        }
        assert_eq!(meant("– ü\0"), "");
    }
}
