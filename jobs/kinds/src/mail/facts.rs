//! What each mail needs to know, and nothing else: a template can't tell what it wasn't told.

use jiff::civil::Date;
use serde::Serialize;

use super::{Line, Name};

/// The facts of one mail or push, and the template they fill.
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
    pub today: TaskList,
    pub tomorrow: TaskList,
    pub url: String,
}

/// Somebody's tasks that are late.
#[derive(Debug, Clone, Serialize)]
pub struct OverdueFacts {
    pub name: Name,
    /// The reader's today.
    pub on: Date,
    pub overdue: TaskList,
    pub url: String,
}

/// Somebody's last week, and this one.
#[derive(Debug, Clone, Serialize)]
pub struct SummaryFacts {
    pub name: Name,
    /// The reader's Monday.
    pub on: Date,
    pub done: TaskList,
    pub overdue: TaskList,
    pub coming: TaskList,
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
    pub overdue: TaskList,
    pub today: TaskList,
    pub coming: TaskList,
    pub url: String,
}

/// Somebody gave the reader a task.
#[derive(Debug, Clone, Serialize)]
pub struct AssignedFacts {
    pub who: Name,
    pub task: Line,
}

/// Somebody in the reader's household did a task.
#[derive(Debug, Clone, Serialize)]
pub struct CompletedFacts {
    pub who: Name,
    pub task: Line,
}

/// Tasks of one sort: those that a mail names, and how many there are in all.
#[derive(Debug, Clone, Serialize)]
pub struct TaskList {
    first: Vec<TaskLine>,
    count: i64,
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

impl Facts for AssignedFacts {
    const TEMPLATE: &'static str = "task-assigned";
}

impl Facts for CompletedFacts {
    const TEMPLATE: &'static str = "task-completed";
}

impl Facts for DigestFacts {
    const TEMPLATE: &'static str = "daily-digest";
}

/// More of one sort nobody reads, and a mailbox would cut the mail off.
pub(crate) const MOST_NAMED: u8 = 20;

impl TaskList {
    /// The first of `tasks`, of which there are `count`.
    pub fn new(tasks: impl IntoIterator<Item = TaskLine>, count: i64) -> Self {
        let first = tasks.into_iter().take(MOST_NAMED.into()).collect();
        Self { first, count }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.first.is_empty()
    }
}

impl From<store::Due> for TaskList {
    fn from(due: store::Due) -> Self {
        let line = |task: store::DueTask| TaskLine {
            title: Line::new(&task.title),
            due: task.due_on,
        };
        Self::new(due.first.into_iter().map(line), due.count)
    }
}
