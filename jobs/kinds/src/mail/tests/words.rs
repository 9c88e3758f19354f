//! What is said, in which words.

use store::Locale;

use super::given::{
    digest, overdue, reader, reminder, render, reset, subject, subject_in, welcome,
};
use crate::mail::{Reader, WelcomeFacts, render as render_for};

#[test]
fn one_is_one_and_two_are_several_in_both_languages() {
    let told = |locale, count: usize| {
        let mail = render_for(&reminder(&vec!["x"; count], &[]), &reader(locale)).unwrap();
        mail.text
            .lines()
            .find(|line| line.contains("Ada"))
            .unwrap()
            .to_owned()
    };
    assert_eq!(told(Locale::En, 1), "Hi Ada, one thing wants doing.");
    assert_eq!(told(Locale::En, 2), "Hi Ada, 2 things want doing.");
    assert_eq!(
        told(Locale::De, 1),
        "Hallo Ada, eine Aufgabe wartet auf dich."
    );
    assert_eq!(
        told(Locale::De, 2),
        "Hallo Ada, 2 Aufgaben warten auf dich."
    );
    assert_eq!(
        subject_in(Locale::De, &overdue(&["Dachrinne"])),
        "Überfällig: Dachrinne"
    );
    assert_eq!(
        subject_in(Locale::De, &overdue(&["a", "b"])),
        "2 Aufgaben sind überfällig"
    );
}

#[test]
fn the_way_out_stands_in_both_parts_of_what_people_can_be_rid_of_and_nowhere_else() {
    let link = reader(Locale::En).unsubscribe.unwrap();
    let (mail, required) = (
        render(&digest()).unwrap(),
        render_for(&reset(), &Reader::default()).unwrap(),
    );
    assert!(mail.html.contains(&format!(r#"href="{link}""#)) && mail.text.contains(&link));
    assert!(!required.html.contains("/u/") && !required.text.contains("Unsubscribe"));
}

#[test]
fn a_confirmed_address_is_not_asked_about() {
    let asked = render(&welcome("Ada")).unwrap();
    assert!(
        asked.text.contains("Confirm my address: https://"),
        "{}",
        asked.text
    );
    let known = render(&WelcomeFacts {
        confirm: None,
        ..welcome("Ada")
    })
    .unwrap();
    assert!(
        !known.text.to_lowercase().contains("confirm"),
        "{}",
        known.text
    );
}

#[test]
fn a_reminders_subject_names_the_only_task_and_counts_several() {
    assert_eq!(
        subject(&reminder(&["Water the plants"], &[])),
        "Due today: Water the plants"
    );
    assert_eq!(
        subject(&reminder(&[], &["Water the plants"])),
        "Due tomorrow: Water the plants"
    );
    assert_eq!(subject(&reminder(&["a", "b"], &[])), "2 tasks due today");
    assert_eq!(subject(&reminder(&[], &["a", "b"])), "2 tasks due tomorrow");
    assert_eq!(
        subject(&reminder(&["a", "b"], &["c"])),
        "2 due today, 1 tomorrow"
    );
}
