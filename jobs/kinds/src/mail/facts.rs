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
#[derive(Debug, Clone, Serialize)]
pub struct WelcomeFacts {
    pub name: Name,
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
