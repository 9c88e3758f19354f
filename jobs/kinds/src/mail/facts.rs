//! What each mail needs to know, and nothing else: a template can't tell what it wasn't told.

use jiff::civil::Date;
use serde::Serialize;

use super::{Line, Name};

/// The facts of one mail, and the template they fill.
pub trait Facts: Serialize {
    /// The template's file name, without its ending.
    const TEMPLATE: &'static str;
}

/// Someone signed up.
#[derive(Clone, Serialize)]
pub struct WelcomeFacts {
    pub name: Name,
    /// Where they say that the address is theirs; none if they have.
    pub confirm: Option<String>,
    /// Where their tasks are.
    pub url: String,
}

/// Somebody's tasks due today and tomorrow.
#[derive(Debug, Clone, Serialize)]
pub struct ReminderFacts {
    pub name: Name,
    /// The reader's today.
    pub on: Date,
    pub today: Vec<TaskLine>,
    pub tomorrow: Vec<TaskLine>,
    pub url: String,
}

/// Somebody's tasks that are late.
#[derive(Debug, Clone, Serialize)]
pub struct OverdueFacts {
    pub name: Name,
    /// The reader's today.
    pub on: Date,
    pub overdue: Vec<TaskLine>,
    pub url: String,
}

/// Somebody's last week, and this one.
#[derive(Debug, Clone, Serialize)]
pub struct SummaryFacts {
    pub name: Name,
    /// The reader's Monday.
    pub on: Date,
    pub done: Vec<TaskLine>,
    pub overdue: Vec<TaskLine>,
    pub coming: Vec<TaskLine>,
    pub url: String,
}

/// One step of somebody's first days.
#[derive(Debug, Clone, Serialize)]
pub struct StepFacts {
    pub name: Name,
    /// Its name, for which the template has words.
    pub step: &'static str,
    pub url: String,
}

/// The way to a new password. Not `Debug`: its link lets somebody in.
#[derive(Clone, Serialize)]
pub struct ResetFacts {
    pub name: Name,
    pub url: String,
}

/// The way to prove an address. Not `Debug`, as above.
#[derive(Clone, Serialize)]
pub struct VerifyFacts {
    pub name: Name,
    pub url: String,
}

/// Somebody's day: what is late, what is due, what comes.
#[derive(Debug, Clone, Serialize)]
pub struct DigestFacts {
    pub name: Name,
    /// The reader's today.
    pub on: Date,
    pub overdue: Vec<TaskLine>,
    pub today: Vec<TaskLine>,
    pub coming: Vec<TaskLine>,
    pub url: String,
}

/// A task as a mail mentions it.
#[derive(Debug, Clone, Serialize)]
pub struct TaskLine {
    pub title: Line,
    pub due: Date,
}

impl Facts for WelcomeFacts {
    const TEMPLATE: &'static str = "welcome";
}

impl Facts for ReminderFacts {
    const TEMPLATE: &'static str = "task-reminder";
}

impl Facts for OverdueFacts {
    const TEMPLATE: &'static str = "overdue-reminder";
}

impl Facts for SummaryFacts {
    const TEMPLATE: &'static str = "weekly-summary";
}

impl Facts for StepFacts {
    const TEMPLATE: &'static str = "onboarding";
}

impl Facts for ResetFacts {
    const TEMPLATE: &'static str = "password-reset";
}

impl Facts for VerifyFacts {
    const TEMPLATE: &'static str = "verify-email";
}

impl Facts for DigestFacts {
    const TEMPLATE: &'static str = "daily-digest";
}

/// The tasks that are due when `wanted` says, as a mail mentions them.
pub(crate) fn lines(tasks: &[store::Task], wanted: impl Fn(Date) -> bool) -> Vec<TaskLine> {
    let dated = tasks.iter().filter_map(|task| Some((task, task.due_on?)));
    let wanted = dated.filter(|(_, due)| wanted(*due));
    wanted
        .map(|(task, due)| TaskLine {
            title: Line::new(&task.title),
            due,
        })
        .collect()
}
