//! What is shown of a payload: ids, numbers, instants and names of things. Payloads carry ids only; should
//! one hold more, a terminal and its scroll-back are no place for it.

use jiff::{Timestamp, civil::Date};
use platform::inspect::JobView;
use serde_json::Value;
use uuid::Uuid;

const VEIL: &str = "[…]";
/// Longer than any name of a kind, a step or a topic.
const LONGEST: usize = 40;

pub(crate) fn veiled(mut job: JobView) -> JobView {
    veil(&mut job.payload);
    job
}

fn veil(value: &mut Value) {
    match value {
        Value::String(text) if !is_plain(text) => VEIL.clone_into(text),
        Value::Array(items) => items.iter_mut().for_each(veil),
        Value::Object(fields) => fields.values_mut().for_each(veil),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn is_plain(text: &str) -> bool {
    let of_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_:".contains(c);
    let is_name = text.len() <= LONGEST && text.chars().all(of_name);
    is_name || is_an::<Uuid>(text) || is_an::<Timestamp>(text) || is_an::<Date>(text)
}

fn is_an<T: std::str::FromStr>(text: &str) -> bool {
    text.parse::<T>().is_ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn ids_and_instants_are_shown_and_what_may_be_a_person_is_not() {
        let mut payload = json!({
            "user_id": 7, "at": "2126-01-01T09:00:00Z", "on": "2126-01-01", "step": "first-task",
            "id": "0190a2b3-77aa-4c1d-9e1f-0123456789ab", "none": null,
            "email": "ada@example.com", "name": "Ada Lovelace", "deep": [{ "token": "Xy".repeat(20) }],
        });
        veil(&mut payload);
        let shown = json!({
            "user_id": 7, "at": "2126-01-01T09:00:00Z", "on": "2126-01-01", "step": "first-task",
            "id": "0190a2b3-77aa-4c1d-9e1f-0123456789ab", "none": null,
            "email": VEIL, "name": VEIL, "deep": [{ "token": VEIL }],
        });
        assert_eq!(payload, shown);
    }
}
