//! Nothing that people type can change the shape of a mail.

use jiff::civil::date;
use proptest::prelude::*;

use super::given::{TODAY, digest, reminder, render, subject, tasks, welcome};
use crate::mail::{DigestFacts, Name, ReminderFacts};

#[test]
fn nobody_without_a_name_is_greeted_with_an_empty_one() {
    let mail = render(&welcome("see https://example.com")).unwrap();
    assert_eq!(mail.subject, "Welcome home");
    assert!(!mail.text.contains("example.com, "), "{}", mail.text);
}

#[test]
fn a_title_is_shown_and_never_obeyed() {
    let title = "<script>alert(1)</script> & </td> {{ url }} <!-- \r\nBcc: eve@example.com";
    let mail = render(&reminder(&[title], &[])).unwrap();

    assert!(!mail.html.contains("<script"), "{}", mail.html);
    assert!(
        mail.html.contains("&lt;script&gt;alert(1)"),
        "{}",
        mail.html
    );
    assert!(!mail.subject.contains(['\r', '\n']), "{}", mail.subject);
    let line = "- <script>alert(1)</script> & </td> {{ url }} <!-- Bcc: eve@example.com";
    assert!(mail.text.lines().any(|l| l == line), "{}", mail.text);
}

#[test]
fn what_people_typed_is_escaped_once() {
    let mail = render(&reminder(&["Ada & Ben's"], &[])).unwrap();
    assert!(
        mail.html.contains(">Ada &amp; Ben&#x27;s<"),
        "{}",
        mail.html
    );

    let mail = render(&DigestFacts {
        name: Name::new("O'Neil & Sons"),
        ..digest()
    })
    .unwrap();
    assert!(
        mail.html.contains("Hi O&#x27;Neil &amp; Sons,"),
        "{}",
        mail.html
    );
}

#[test]
fn a_subject_is_bounded() {
    assert!(
        subject(&reminder(&[&"long ".repeat(1000)], &[]))
            .chars()
            .count()
            <= 120
    );
}

/// Gmail cuts a mail off at 102 KB.
#[test]
fn a_thousand_tasks_make_a_mail_of_bounded_size() {
    let many = vec!["\"".repeat(400); 1000];
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let mail = render(&DigestFacts {
        overdue: tasks(&many, date(2026, 11, 1)),
        today: tasks(&many, TODAY),
        coming: tasks(&many, date(2026, 12, 1)),
        ..digest()
    })
    .unwrap();

    assert!(mail.html.len() < 102_000, "{} bytes", mail.html.len());
    assert!(mail.text.contains("and 980 more"));
}

/// How often each tag opens: what a title must not change.
fn tags(html: &str) -> Vec<String> {
    html.split('<')
        .skip(1)
        .map(|tag| {
            tag.chars()
                .take_while(|c| !c.is_whitespace() && *c != '>')
                .collect()
        })
        .collect()
}

/// Anything, and what means something to HTML, MJML, minijinja or a header.
fn typed() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[<>&\"'/{}%#=\\]\\[!a-z\r\n\\\\-]{0,150}"]
}

proptest! {
    #[test]
    fn no_title_or_name_changes_the_shape_of_a_mail(title in typed(), name in typed()) {
        let plain = render(&reminder(&["x"], &["x"])).unwrap();
        let mail = render(&ReminderFacts { name: Name::new(&name), ..reminder(&[&title], &[&title]) }).unwrap();

        prop_assert_eq!(tags(&mail.html), tags(&plain.html));
        prop_assert_eq!(mail.text.lines().count(), plain.text.lines().count());
        prop_assert!(!mail.subject.contains(char::is_control));
    }

    #[test]
    fn no_date_stops_a_digest(year in -9999i16..=9999, day in 1i8..=28) {
        let due = date(year, 2, day);
        let facts = DigestFacts { overdue: tasks(&["x"], due), coming: tasks(&["x"], due), ..digest() };
        prop_assert!(render(&facts).is_ok());
    }
}
