//! What pushes say, in each language.

use insta::assert_snapshot;
use store::Locale;

use crate::mail::{AssignedFacts, CompletedFacts, Facts, Line, Name, alert};

/// By Ada, of a task; and by somebody without a name, of one without a title.
fn said(by: impl Fn(Name, Line) -> String) -> String {
    let known = by(
        Name::new("Ada"),
        Line::new("Clear the gutter & <b>drain</b>"),
    );
    known + &by(Name::new("win at example.com"), Line::new("\n"))
}

fn in_each_language(facts: &impl Facts) -> String {
    let said = Locale::ALL.map(|locale| {
        let [title, body] = alert(facts, locale).unwrap();
        format!("{} | {}\n", title.as_str(), body.as_str())
    });
    said.concat()
}

#[test]
fn a_push_speaks_its_readers_language_also_of_what_has_no_name() {
    let assigned = said(|who, task| in_each_language(&AssignedFacts { who, task }));
    assert_snapshot!(assigned, @"
    Ada gave you a task | Clear the gutter & <b>drain</b>
    Ada hat dir eine Aufgabe gegeben | Clear the gutter & <b>drain</b>
    Somebody gave you a task | A task without a title
    Jemand hat dir eine Aufgabe gegeben | Eine Aufgabe ohne Titel
    ");
    let completed = said(|who, task| in_each_language(&CompletedFacts { who, task }));
    assert_snapshot!(completed, @"
    Done: Clear the gutter & <b>drain</b> | Ada took care of it.
    Erledigt: Clear the gutter & <b>drain</b> | Ada hat sich darum gekümmert.
    Done: a task | Somebody took care of it.
    Erledigt: eine Aufgabe | Jemand hat sich darum gekümmert.
    ");
}
