use std::time::Duration;

use super::*;
use crate::{NewJob, SWEEP};

fn line(id: &str, when: &str) -> Line {
    Line::new(id, when, |at| {
        Ok(NewJob::raw("probe", SWEEP, at.to_string().into_bytes()))
    })
}

fn complaint(lines: impl IntoIterator<Item = Line>) -> String {
    Timetable::new(1, lines).unwrap_err().to_string()
}

#[test]
fn every_wrong_line_is_named_with_what_is_wrong_at_once() {
    let told = complaint([
        line("fine", "0 14 * * *"),
        line("fine", "0 15 * * *"),
        line("soon", "soon"),
        line("never", "0 14 31 2 *"),
        line("lost", "0 14 * * *").zone("Europe/Atlantis"),
        line("No Name", "0 14 * * *"),
    ]);
    assert!(
        told.contains("line `fine`: another line has this id"),
        "{told}"
    );
    assert!(
        told.contains("line `soon`: \"soon\" has 1 fields"),
        "{told}"
    );
    assert!(
        told.contains("line `never`: \"0 14 31 2 *\" does not match once in five years"),
        "{told}"
    );
    assert!(
        told.contains("line `lost`: \"Europe/Atlantis\" is no time zone"),
        "{told}"
    );
    assert!(
        told.contains("line `No Name`: id \"No Name\" must be"),
        "{told}"
    );
}

#[test]
fn a_catch_up_has_a_bound() {
    let all = complaint([line("all", "* * * * *").policy(Policy::All { max: 501 })]);
    assert!(all.contains("1 to 500 ticks, not 501"), "{all}");
    let none = complaint([line("none", "* * * * *").policy(Policy::All { max: 0 })]);
    assert!(none.contains("1 to 500 ticks, not 0"), "{none}");
}

#[test]
fn a_window_is_never_shorter_than_being_on_time_takes() {
    let told = complaint([line("brief", "* * * * *").window(Duration::from_secs(59))]);
    assert!(told.contains("at least 60s"), "{told}");
}

#[test]
fn a_job_for_another_queue_is_refused_for_firing_it_would_not_be_one_step() {
    let told = complaint([Line::new("mail", "* * * * *", |_| {
        Ok(NewJob::raw("probe", "mail", vec![]))
    })]);
    assert!(told.contains("\"mail\""), "{told}");
}

#[test]
fn a_leap_day_is_soon_enough() {
    let table = Timetable::new(1, [line("leap", "0 14 29 2 *")]).unwrap();
    let next = table
        .schedule("leap")
        .unwrap()
        .next("2026-11-21T00:00:00Z".parse().unwrap());
    assert_eq!(next.unwrap().to_string(), "2028-02-29T14:00:00Z");
}

#[test]
fn a_page_of_it_shows_all_that_a_version_stands_for() {
    let berlin = line("night", "30 2 * * MON")
        .zone("Europe/Berlin")
        .gap(Gap::Skip);
    let table = Timetable::new(3, [berlin.policy(Policy::Skip)]).unwrap();
    assert_eq!(
        table.to_string(),
        "version 3\nnight: 30 2 * * MON | Europe/Berlin | gap skip | overlap first | skip within 3600s\n"
    );
}

#[test]
fn a_page_of_it_shows_what_only_some_lines_want() {
    let busy = line("busy", "0 * * * *").unfinished(Unfinished::QueueOne);
    let table = Timetable::new(3, [busy.jitter(Duration::from_mins(5))]).unwrap();
    assert_eq!(
        table.to_string(),
        "version 3\nbusy: 0 * * * * | UTC | gap next | overlap first | jitter 300s | latest within 3600s | unfinished queue one\n"
    );
}

#[test]
fn jitter_moves_all_instants_of_a_line_by_the_same_part_of_it() {
    let jitter = Duration::from_mins(10);
    let ids = ["a", "b", "c", "d", "e", "f"];
    let lines = ids.map(|id| line(id, "0 * * * *").jitter(jitter));
    let table = Timetable::new(1, lines).unwrap();
    let (from, until) = ("2026-11-21T00:00:00Z", "2026-11-21T23:59:59Z");
    let (from, until) = (from.parse().unwrap(), until.parse().unwrap());
    let mut parts = HashSet::new();
    for schedule in table.schedules() {
        let instants = schedule.instants(from, until, 100);
        let part = instants[0].as_second() % 3600;
        assert!((0..=600).contains(&part), "{part}");
        assert!(instants.iter().all(|at| at.as_second() % 3600 == part));
        assert!(instants.len() >= 23, "{}", instants.len());
        parts.insert(part);
    }
    assert!(parts.len() > 3, "{parts:?}");
}

#[test]
fn jitter_has_a_bound() {
    let told = complaint([line("wide", "0 0 * * *").jitter(Duration::from_hours(25))]);
    assert!(told.contains("jitter"), "{told}");
}
