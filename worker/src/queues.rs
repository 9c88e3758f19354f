//! Each queue's share of this worker: how many of its jobs run at a time.
//!
//! What must not wait behind others has a queue of its own, so a share is all the priority there is.

use std::{collections::BTreeMap, str::FromStr};

/// Shares that differ from the usual ones.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shares(BTreeMap<String, usize>);

const MOST: usize = 1000;

/// Mail waits for a provider and costs next to nothing meanwhile; what is urgent is little; a sweep is one
/// at a time, plus one that an operator asked for.
fn usual(queue: &str) -> usize {
    match queue {
        "sweep" => 2,
        "urgent" => 5,
        _ => 20,
    }
}

impl Shares {
    pub(crate) fn of(&self, queue: &str) -> usize {
        self.0.get(queue).copied().unwrap_or_else(|| usual(queue))
    }
}

impl FromStr for Shares {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let pairs = text
            .split(',')
            .map(str::trim)
            .filter(|pair| !pair.is_empty());
        pairs.map(share).collect::<Result<_, _>>().map(Self)
    }
}

fn share(pair: &str) -> Result<(String, usize), String> {
    let known = kinds::catalog().queues();
    let wrong = || format!("QUEUES: {pair:?} must read name=number, the number from 1 to {MOST}");
    let (name, number) = pair.split_once('=').ok_or_else(wrong)?;
    let number = number
        .trim()
        .parse()
        .ok()
        .filter(|number| (1..=MOST).contains(number));
    if !known.contains(name.trim()) {
        let known = known.into_iter().collect::<Vec<_>>().join(", ");
        return Err(format!(
            "QUEUES: there is no queue {name:?}; the queues are {known}"
        ));
    }
    Ok((name.trim().to_owned(), number.ok_or_else(wrong)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_not_named_keeps_its_usual_share() {
        let shares: Shares = "mail=7".parse().unwrap();
        assert_eq!((shares.of("mail"), shares.of("default")), (7, 20));
        assert_eq!(shares.of("urgent"), 5);
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, said) in [
            ("mail", "name=number"),
            ("mail=0", "from 1"),
            ("post=3", "no queue \"post\""),
        ] {
            let error = text.parse::<Shares>().unwrap_err();
            assert!(error.contains(said), "{error}");
        }
    }
}
