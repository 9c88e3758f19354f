//! Facts as people have them, and who reads of them.

use jiff::civil::{Date, date};

use store::Locale;

use crate::mail::{
    DigestFacts, Facts, Line, Name, OverdueFacts, Reader, ReminderFacts, RenderError, Rendered,
    ResetFacts, StepFacts, SummaryFacts, TaskLine, TaskList, VerifyFacts, WelcomeFacts,
    render as render_for,
};

pub(super) const TODAY: Date = date(2026, 11, 20);
pub(super) const URL: &str = "https://honeydue.example.com/tasks?from=mail&at=1";

pub(super) fn welcome(name: &str) -> WelcomeFacts {
    WelcomeFacts {
        name: Name::new(name),
        confirm: Some("https://honeydue.example.com/verify-email?token=t0ken".into()),
        url: URL.into(),
    }
}

pub(super) fn reminder(today: &[&str], tomorrow: &[&str]) -> ReminderFacts {
    ReminderFacts {
        name: Name::new("Ada"),
        on: TODAY,
        today: tasks(today, TODAY),
        tomorrow: tasks(tomorrow, date(2026, 11, 21)),
        url: URL.into(),
    }
}

pub(super) fn digest() -> DigestFacts {
    let overdue = [
        ("Descale the kettle", date(2026, 11, 19)),
        ("Call the chimney sweep", date(2025, 12, 1)),
    ];
    let coming = [
        ("Clear the gutter", date(2026, 11, 21)),
        ("Pay the rent of the storage unit", date(2027, 1, 2)),
    ];
    DigestFacts {
        name: Name::new("Ada"),
        on: TODAY,
        overdue: list(&overdue),
        today: tasks(&["Change the furnace filter"], TODAY),
        coming: list(&coming),
        url: URL.into(),
    }
}

pub(super) fn tasks(titles: &[&str], due: Date) -> TaskList {
    let dated: Vec<_> = titles.iter().map(|title| (*title, due)).collect();
    list(&dated)
}

fn list(dated: &[(&str, Date)]) -> TaskList {
    let line = |(title, due): &(&str, Date)| TaskLine {
        title: Line::new(title),
        due: *due,
    };
    let count = i64::try_from(dated.len()).expect("not that many");
    TaskList::new(dated.iter().map(line), count)
}

pub(super) fn overdue(titles: &[&str]) -> OverdueFacts {
    OverdueFacts {
        name: Name::new("Ada"),
        on: TODAY,
        overdue: tasks(titles, date(2026, 11, 18)),
        url: URL.into(),
    }
}

/// It comes on a Monday.
pub(super) fn summary() -> SummaryFacts {
    SummaryFacts {
        name: Name::new("Ada"),
        on: date(2026, 11, 23),
        done: tasks(&["Water the plants", "Test the smoke alarms"], TODAY),
        overdue: tasks(&["Descale the kettle"], date(2026, 11, 19)),
        coming: tasks(&["Clear the gutter"], date(2026, 11, 27)),
        url: URL.into(),
    }
}

pub(super) fn step(step: &'static str) -> StepFacts {
    StepFacts {
        name: Name::new("Ada"),
        step,
        url: URL.into(),
    }
}

pub(super) fn reset() -> ResetFacts {
    ResetFacts {
        name: Name::new("Ada"),
        url: "https://honeydue.example.com/reset-password?token=t0ken".into(),
    }
}

pub(super) fn verify() -> VerifyFacts {
    VerifyFacts {
        name: Name::new("Ada"),
        url: "https://honeydue.example.com/verify-email?token=t0ken".into(),
    }
}

/// Who can be rid of it.
pub(super) fn reader(locale: Locale) -> Reader {
    Reader {
        locale,
        unsubscribe: Some("https://honeydue.example.com/u/t0ken".into()),
    }
}

/// In English.
pub(super) fn render(facts: &impl Facts) -> Result<Rendered, RenderError> {
    render_for(facts, &reader(Locale::En))
}

pub(super) fn subject_in(locale: Locale, facts: &impl Facts) -> String {
    render_for(facts, &reader(locale)).unwrap().subject
}

pub(super) fn subject(facts: &impl Facts) -> String {
    subject_in(Locale::En, facts)
}
