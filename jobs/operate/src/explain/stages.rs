//! What there is to say at each stage.

use kinds::{Stage, Topic, Why, hours::Hours, preferences, quiet::Quiet};
use store::{Channel, Delivery, Gate, Suppression};

use super::{About, Passed, Step, passed};
use crate::{Trouble, postgres};

/// What is known of the person's wishes now.
struct Known {
    gate: Option<Gate>,
    suppression: Option<Suppression>,
}

pub(super) async fn chain(
    about: &About<'_>,
    topic: &Topic,
    why: &Why,
    row: Option<&Delivery>,
) -> Result<Vec<Step>, Trouble> {
    let (store, user) = (about.store, about.user.id);
    let known = Known {
        gate: postgres(store.gate(user, topic.kind, topic.channel)).await?,
        suppression: postgres(store.suppression_of(user)).await?,
    };
    let end = Stage::of(why.reason);
    let stages = Stage::ALL
        .into_iter()
        .filter(|stage| concerns(*stage, topic));
    let step = |stage: Stage| Step {
        stage: stage.name(),
        passed: match stage.cmp(&end) {
            std::cmp::Ordering::Less => Passed::Yes,
            std::cmp::Ordering::Equal => passed(why.reason),
            std::cmp::Ordering::Greater => Passed::NotReached,
        },
        says: if stage == end {
            at_the_stop(stage, why)
        } else {
            says(stage, about, topic, &known, why, row)
        },
    };
    Ok(stages.map(step).collect())
}

/// What happens at once is asked for by nobody's clock, and a push has no address to suppress.
fn concerns(stage: Stage, topic: &Topic) -> bool {
    match stage {
        Stage::Tick => Hours::of(topic.kind).is_some(),
        Stage::Suppression => topic.channel == Channel::Mail,
        _ => true,
    }
}

fn at_the_stop(stage: Stage, why: &Why) -> String {
    match (stage, &why.answer) {
        (Stage::Provider, Some(answer)) => format!("{}: {answer}", why.sentence),
        _ => why.sentence.clone(),
    }
}

/// With the time at which it goes on, if it waits for one.
pub(super) fn until(sentence: &str, row: &Delivery) -> String {
    match row.not_before.filter(|_| row.decided_at.is_none()) {
        Some(at) => format!("{sentence}, until {at:.0}"),
        None => sentence.to_owned(),
    }
}

fn says(
    stage: Stage,
    about: &About<'_>,
    topic: &Topic,
    known: &Known,
    why: &Why,
    row: Option<&Delivery>,
) -> String {
    match stage {
        Stage::Tick => row.map_or("sweeps run every minute".to_owned(), |row| {
            format!("a sweep found it due by {:.0}", row.created_at)
        }),
        Stage::Selection => {
            row.map_or("–".to_owned(), |row| format!("occasion {}", row.occasion))
        }
        Stage::Suppression => suppression(known.suppression.as_ref()),
        Stage::Preference => preference(topic, known.gate.as_ref()).to_owned(),
        Stage::QuietHours => quiet(about, topic, known.gate.as_ref()),
        Stage::Relevance => "read at the moment of sending".to_owned(),
        Stage::Cap => cap(topic, known.gate.as_ref()),
        Stage::Way => format!("by {}", row.map_or(topic.channel, |row| row.channel)),
        Stage::Ledger => row.map_or("no delivery".to_owned(), ledger),
        Stage::Provider => provider(why.answer.as_deref()),
    }
}

fn suppression(found: Option<&Suppression>) -> String {
    match found {
        None => "their address takes mail".to_owned(),
        Some(found) if found.lapsed => "an address they had before bounced".to_owned(),
        Some(found) => format!("their address takes no mail since {:.0}", found.created_at),
    }
}

fn preference(topic: &Topic, gate: Option<&Gate>) -> &'static str {
    match gate.and_then(|gate| gate.wanted) {
        _ if topic.required => "nobody can switch it off",
        Some(true) => "switched on",
        Some(false) => "switched off by now",
        None => "as usual: on",
    }
}

fn quiet(about: &About<'_>, topic: &Topic, gate: Option<&Gate>) -> String {
    if topic.required {
        return "it comes at any hour".to_owned();
    }
    let zone = about.user.timezone.as_deref();
    let said = gate.map(|gate| gate.quiet).unwrap_or_default();
    let clock = zone.unwrap_or("UTC");
    Quiet::of(said, zone).map_or("none".to_owned(), |quiet| {
        let time = |time: jiff::civil::Time| time.strftime("%H:%M").to_string();
        format!("{} to {} in {clock}", time(quiet.from), time(quiet.until))
    })
}

fn cap(topic: &Topic, gate: Option<&Gate>) -> String {
    if topic.required {
        return "it counts towards none".to_owned();
    }
    let usual = preferences::most_a_day(topic.channel);
    let most = gate.and_then(|gate| gate.most).unwrap_or(usual).min(usual);
    format!("{most} a day by {}", topic.channel.preferred())
}

/// Not reached in the end; it may have been asked before.
fn provider(answer: Option<&str>) -> String {
    answer.map_or("not asked".to_owned(), |answer| {
        format!("it said before: {answer}")
    })
}

fn ledger(row: &Delivery) -> String {
    match row.copies {
        0 | 1 => row.state.to_string(),
        copies => format!("{}, {copies} copies", row.state),
    }
}
