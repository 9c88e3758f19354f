//! Which step comes when, whatever was missed, moved or changed.

use jiff::SignedDuration;
use proptest::prelude::*;
use store::UserId;

use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Signed up on a Saturday evening in Berlin; of all people the one whom the spread leaves at the hour.
fn drip(reached: i16) -> Drip {
    Drip {
        user_id: UserId(0),
        timezone: Some("Europe/Berlin".to_owned()),
        enrolled_at: at("2026-11-21T18:00:00Z"),
        reached,
        next_at: at("2026-11-22T08:00:00Z"),
        goal: false,
        unsubscribed: false,
    }
}

fn names(turn: &Turn) -> (Option<&str>, Vec<&str>) {
    let passed = turn.pass_over.iter().map(|step| step.name);
    (turn.say.map(|step| step.name), passed.collect())
}

#[test]
fn each_step_comes_on_its_day_in_the_morning_on_their_clocks() {
    let first = turn(&STEPS, &drip(0), at("2026-11-22T08:00:00Z"));
    assert_eq!(names(&first), (Some("first-chore"), vec![]));
    assert_eq!(first.next, Some((1, at("2026-11-24T08:00:00Z"))));
    let last = turn(&STEPS, &drip(3), at("2026-11-28T08:00:00Z"));
    assert_eq!((names(&last).0, last.next), (Some("your-hour"), None));

    let early = turn(&STEPS, &drip(0), at("2026-11-22T07:59:59Z"));
    assert_eq!(
        (early.say, early.next),
        (None, Some((0, at("2026-11-22T08:00:00Z"))))
    );
    let nowhere = Drip {
        timezone: None,
        ..drip(0)
    };
    let next = turn(&STEPS, &nowhere, at("2026-11-22T00:00:00Z")).next;
    assert_eq!(next, Some((0, at("2026-11-22T14:00:00Z"))));
}

#[test]
fn a_zones_morning_is_spread_over_a_quarter_of_an_hour_no_minute_with_more_than_its_share() {
    let hour = at("2026-11-22T08:00:00Z");
    let mut minutes = [0; 15];
    for user in 1..=15_000 {
        let enrolled = drip(0).enrolled_at;
        let due = due(STEPS[0], UserId(user), Some("Europe/Berlin"), enrolled);
        let after = due.duration_since(hour).as_mins();
        minutes[usize::try_from(after).expect("not before the hour")] += 1;
    }
    let share = 800..1200;
    assert!(
        minutes.iter().all(|many| share.contains(many)),
        "{minutes:?}"
    );
}

#[test]
fn whoever_is_due_by_the_hour_alone_waits_for_their_own_minute() {
    let own = Drip {
        user_id: UserId(7),
        ..drip(0)
    };
    let early = turn(&STEPS, &own, own.next_at);
    let (_, minute) = early.next.expect("the step is still to come");
    assert!(early.say.is_none() && minute > own.next_at);
    let then = turn(&STEPS, &own, minute);
    assert_eq!(names(&then).0, Some("first-chore"));
}

#[test]
fn after_three_days_of_outage_one_step_comes_and_the_older_is_passed_over() {
    let back = turn(&STEPS, &drip(0), at("2026-11-25T12:00:00Z"));
    assert_eq!(names(&back), (Some("small-start"), vec!["first-chore"]));
    assert_eq!(back.next, Some((3, at("2026-11-28T08:00:00Z"))));
}

#[test]
fn a_step_put_in_where_somebody_has_passed_does_not_come() {
    let more = [
        Step {
            name: "new",
            day: 2,
        },
        STEPS[1],
        STEPS[2],
    ];
    let on = turn(&more, &drip(3), at("2026-11-25T12:00:00Z"));
    assert_eq!((on.say, on.next.map(|(day, _)| day)), (None, Some(3)));
    // And with all steps gone there is nothing left.
    assert_eq!(
        turn(&[], &drip(1), at("2026-11-25T12:00:00Z")),
        Turn::default()
    );
}

/// Each has its own words in every language, and days that rise.
#[test]
fn every_step_has_words() {
    let mut said = Vec::new();
    for (step, locale) in STEPS
        .iter()
        .flat_map(|step| store::Locale::ALL.map(|locale| (step, locale)))
    {
        let facts = StepFacts {
            name: Name::new("Ada"),
            step: step.name,
            url: String::new(),
        };
        let reader = crate::mail::Reader {
            locale,
            unsubscribe: None,
        };
        said.push(crate::mail::render(&facts, &reader).unwrap().subject);
    }
    let count = said.len();
    said.sort_unstable();
    said.dedup();
    assert_eq!(said.len(), count);
    assert!(STEPS.is_sorted_by(|a, b| a.day < b.day));
}

proptest! {
    /// Whenever somebody looks, and however they move about: every step once at most, in order.
    #[test]
    fn no_step_comes_twice(looks in prop::collection::vec((0i64..120, 0usize..3), 1..20)) {
        let zones = ["Europe/Berlin", "Pacific/Auckland", "America/Los_Angeles"];
        let (mut drip, mut now, mut days) = (drip(0), at("2026-11-21T18:00:00Z"), vec![0]);
        for (hours, zone) in looks {
            now += SignedDuration::from_hours(hours);
            drip.timezone = Some(zones[zone].to_owned());
            let turn = turn(&STEPS, &drip, now);
            days.extend(turn.say.map(|step| step.day));
            let Some((reached, next)) = turn.next else { break };
            prop_assert!(next > now);
            (drip.reached, drip.next_at) = (reached, next);
        }
        prop_assert!(days.is_sorted_by(|a, b| a < b), "{:?}", days);
    }
}
