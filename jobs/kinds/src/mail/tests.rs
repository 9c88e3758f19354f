//! What the mails look like, and that nothing people type can change their shape.

use insta::{assert_snapshot, with_settings};
use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::*;

const TODAY: Date = date(2026, 11, 20);
const URL: &str = "https://honeydue.example.com/tasks?from=mail&at=1";

fn welcome(name: &str) -> WelcomeFacts {
    WelcomeFacts {
        name: Name::new(name),
        confirm: Some("https://honeydue.example.com/verify-email?token=t0ken".into()),
        url: URL.into(),
    }
}

fn reminder(today: &[&str], tomorrow: &[&str]) -> ReminderFacts {
    ReminderFacts {
        name: Name::new("Ada"),
        on: TODAY,
        today: tasks(today, TODAY),
        tomorrow: tasks(tomorrow, date(2026, 11, 21)),
        url: URL.into(),
    }
}

fn digest() -> DigestFacts {
    let mut overdue = tasks(&["Descale the kettle"], date(2026, 11, 19));
    overdue.extend(tasks(&["Call the chimney sweep"], date(2025, 12, 1)));
    let mut coming = tasks(&["Clear the gutter"], date(2026, 11, 21));
    coming.extend(tasks(
        &["Pay the rent of the storage unit"],
        date(2027, 1, 2),
    ));
    DigestFacts {
        name: Name::new("Ada"),
        on: TODAY,
        overdue,
        today: tasks(&["Change the furnace filter"], TODAY),
        coming,
        url: URL.into(),
    }
}

fn tasks(titles: &[&str], due: Date) -> Vec<TaskLine> {
    titles
        .iter()
        .map(|title| TaskLine {
            title: Line::new(title),
            due,
        })
        .collect()
}

fn overdue(titles: &[&str]) -> OverdueFacts {
    OverdueFacts {
        name: Name::new("Ada"),
        on: TODAY,
        overdue: tasks(titles, date(2026, 11, 18)),
        url: URL.into(),
    }
}

/// It comes on a Monday.
fn summary() -> SummaryFacts {
    SummaryFacts {
        name: Name::new("Ada"),
        on: date(2026, 11, 23),
        done: tasks(&["Water the plants", "Test the smoke alarms"], TODAY),
        overdue: tasks(&["Descale the kettle"], date(2026, 11, 19)),
        coming: tasks(&["Clear the gutter"], date(2026, 11, 27)),
        url: URL.into(),
    }
}

fn step(step: &'static str) -> StepFacts {
    StepFacts {
        name: Name::new("Ada"),
        step,
        url: URL.into(),
    }
}

fn reset() -> ResetFacts {
    ResetFacts {
        name: Name::new("Ada"),
        url: "https://honeydue.example.com/reset-password?token=t0ken".into(),
    }
}

fn verify() -> VerifyFacts {
    VerifyFacts {
        name: Name::new("Ada"),
        url: "https://honeydue.example.com/verify-email?token=t0ken".into(),
    }
}

/// Who can be rid of it.
fn reader(locale: Locale) -> Reader {
    Reader {
        locale,
        unsubscribe: Some("https://honeydue.example.com/u/t0ken".into()),
    }
}

/// In English.
fn render(facts: &impl Facts) -> Result<Rendered, RenderError> {
    super::render(facts, &reader(Locale::En))
}

fn subject_in(locale: Locale, facts: &impl Facts) -> String {
    super::render(facts, &reader(locale)).unwrap().subject
}

fn subject(facts: &impl Facts) -> String {
    subject_in(Locale::En, facts)
}

/// Subject and text together, for that is how they are read, in each language.
fn snapshot(name: &str, facts: &impl Facts) {
    for locale in Locale::ALL {
        written_as(&format!("{name}.{locale}"), facts, &reader(locale));
    }
}

/// The same for what nobody can be rid of.
fn snapshot_of_required(name: &str, facts: &impl Facts) {
    for locale in Locale::ALL {
        let unsubscribe = None;
        written_as(
            &format!("{name}.{locale}"),
            facts,
            &Reader {
                locale,
                unsubscribe,
            },
        );
    }
}

fn written_as(name: &str, facts: &impl Facts, reader: &Reader) {
    let mail = super::render(facts, reader).unwrap();
    with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        assert_snapshot!(format!("{name}.txt"), format!("Subject: {}\n\n{}", mail.subject, mail.text));
        assert_snapshot!(format!("{name}.html"), mail.html);
    });
}

#[test]
fn a_way_back_in_and_a_question_whose_address_it_is() {
    snapshot_of_required("password-reset", &reset());
    snapshot_of_required("verify-email", &verify());
}

#[test]
fn overdue_reminder_names_what_is_late() {
    snapshot(
        "overdue-reminder",
        &overdue(&["Descale the kettle", "Clear the gutter"]),
    );
}

#[test]
fn weekly_summary_tells_last_week_from_this_one() {
    snapshot("weekly-summary", &summary());
}

#[test]
fn each_step_of_the_first_days_has_its_own_mail() {
    for name in ["first-chore", "small-start", "your-hour"] {
        snapshot(&format!("onboarding-{name}"), &step(name));
    }
}

#[test]
fn one_is_one_and_two_are_several_in_both_languages() {
    let told = |locale, count: usize| {
        let mail = super::render(&reminder(&vec!["x"; count], &[]), &reader(locale)).unwrap();
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
        super::render(&reset(), &Reader::default()).unwrap(),
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
fn welcome_says_hello() {
    snapshot_of_required("welcome", &welcome("Ada"));
}

#[test]
fn task_reminder_names_what_is_due_today_and_tomorrow() {
    snapshot(
        "task-reminder",
        &reminder(
            &["Change the furnace filter", "Water the plants"],
            &["Clear the gutter"],
        ),
    );
}

#[test]
fn daily_digest_tells_late_from_due_from_coming() {
    snapshot("daily-digest", &digest());
}

#[test]
fn nobody_without_a_name_is_greeted_with_an_empty_one() {
    let mail = render(&welcome("see https://example.com")).unwrap();
    assert_eq!(mail.subject, "Welcome home");
    assert!(!mail.text.contains("example.com, "), "{}", mail.text);
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
