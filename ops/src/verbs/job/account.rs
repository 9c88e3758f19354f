//! What work in bulk would touch, and what came of it.

use operate::{Done, Verb};
use platform::State;

use super::ls;
use crate::{exit::Refusal, out::Out};

pub(super) fn preview(would: &Done, verb: Verb, out: &Out) -> anyhow::Result<()> {
    show_samples(would, out);
    not_found(would)?;
    let mut lines = vec![(word(verb).2, would.touched.to_string())];
    lines.extend((would.refused > 0).then(|| ("would be refused", refused(would))));
    out.one(would, &lines)
}

pub(super) fn show_samples(would: &Done, out: &Out) {
    if would.samples.is_empty() {
        return;
    }
    out.aside_table(&ls::HEADS, &would.samples, ls::cells);
}

pub(super) fn account(
    done: Result<Done, operate::Trouble>,
    verb: Verb,
    out: &Out,
) -> anyhow::Result<()> {
    out.progress_over();
    let done = done?;
    not_found(&done)?;
    if let ([only], 0) = (&done.refusals[..], done.touched) {
        return Err(Refusal::Refused(format!(
            "{} was not {}: {}; nothing was changed{}",
            only.id,
            word(verb).1,
            only.why,
            instead(&done, verb)
        ))
        .into());
    }
    out.one(&done, &lines(&done, verb))?;
    if let (Verb::Delete, Some(receipt), 1..) = (verb, done.receipt, done.touched) {
        out.aside(&format!(
            "Within a week they can come back: `honeydue job undo {receipt}`."
        ));
    }
    if done.cut {
        out.aside("It ended at --max; there may be more.");
    }
    if done.refused > 0 || !done.missing.is_empty() {
        return Err(Refusal::Partial(partly(&done) + instead(&done, verb)).into());
    }
    Ok(())
}

/// Without a receipt if nothing was begun.
fn lines(done: &Done, verb: Verb) -> Vec<(&'static str, String)> {
    let receipt = done.receipt.map(|receipt| ("receipt", receipt.to_string()));
    let touched = (word(verb).1, done.touched.to_string());
    let refused = (done.refused > 0).then(|| ("refused", refused(done)));
    receipt
        .into_iter()
        .chain([touched])
        .chain(refused)
        .collect()
}

/// What to do with what runs, and so can't be taken away.
fn instead(done: &Done, verb: Verb) -> &'static str {
    let runs = done.why.contains_key(State::Running.as_str());
    if runs && matches!(verb, Verb::Delete | Verb::Erase) {
        return "; `honeydue job cancel` stops what runs";
    }
    ""
}

fn refused(done: &Done) -> String {
    let why = done.why.iter().map(|(why, many)| format!("{many} {why}"));
    format!("{}: {}", done.refused, why.collect::<Vec<_>>().join(", "))
}

fn partly(done: &Done) -> String {
    let told = done
        .refusals
        .iter()
        .map(|one| format!("{}: {}", one.id, one.why));
    let missing = done
        .missing
        .iter()
        .map(|id| format!("{id}: it stands nowhere"));
    let all: Vec<String> = told.chain(missing).collect();
    format!("not all of them were touched: {}", all.join("; "))
}

fn not_found(done: &Done) -> Result<(), Refusal> {
    match &done.missing[..] {
        [first, ..] if done.looked == 0 && done.touched == 0 => Err(Refusal::NotFound(format!(
            "no job {first} stands in any queue; it may be done, which is not kept"
        ))),
        _ => Ok(()),
    }
}

/// The verb as a question, as what was done, and as what would be.
pub(super) fn word(verb: Verb) -> (&'static str, &'static str, &'static str) {
    match verb {
        Verb::Retry => ("Retry", "retried", "would be retried"),
        Verb::Cancel => ("Cancel", "cancelled", "would be cancelled"),
        Verb::Delete => ("Delete", "deleted", "would be deleted"),
        Verb::Erase => ("Delete for good", "erased", "would be erased"),
        Verb::Undo => ("Restore", "restored", "would be restored"),
    }
}
