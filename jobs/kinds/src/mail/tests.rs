//! What the mails look like, each beside this file as a snapshot.

mod given;
mod pushes;
mod typed;
mod words;

use insta::{assert_snapshot, with_settings};

use self::given::{digest, overdue, reader, reminder, reset, step, summary, verify, welcome};
use super::*;

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
