//! What each verb does to a slice, and to which states it may be done.

use jiff::Timestamp;
use platform::{JobId, Mended, State, Under};
use store::Operation;

use super::{
    Plan, Verb,
    origins::{self, Origins},
    source::Wanted,
};
use crate::{Filter, Operator, Trouble, redis};

/// A verb is about some states only, unless others were asked for, and about nothing that comes later.
pub(super) fn narrowed(verb: Verb, filter: Filter, now: Timestamp) -> Filter {
    use State::{Dead, Ready, Retrying, Running, Scheduled};
    // Named ones are refused by name instead.
    if !filter.ids.is_empty() {
        return filter;
    }
    // What happens in this very millisecond may happen after it was looked at: it is not meant.
    let before = filter.before.map_or(now, |before| before.min(now));
    let filter = Filter {
        before: Some(before),
        ..filter
    };
    match verb {
        Verb::Retry | Verb::Delete | Verb::Erase => filter.of_states(&[Dead]),
        Verb::Cancel => filter.of_states(&[Ready, Scheduled, Retrying, Running]),
        Verb::Undo => filter,
    }
}

/// Where a job stands, if what was seen of it is enough to refuse it: then what wanted it stays as it is.
/// Whose unique key another holds shows only in Redis.
pub(super) fn standing_off(verb: Verb, wanted: &Wanted) -> Option<State> {
    use State::{Cancelled, Dead, Done, Ready, Running};
    let state = wanted.view.as_ref()?.state;
    let refused = match verb {
        Verb::Retry => state != Dead,
        Verb::Cancel => matches!(state, Dead | Done | Cancelled),
        Verb::Delete => matches!(state, Ready | Running),
        Verb::Erase => state == Running,
        Verb::Undo => false,
    };
    refused.then_some(state)
}

/// Where a job must stand still to be erased, since nothing brings it back: one that is named, anywhere.
fn erasable(filter: &Filter) -> &[State] {
    if filter.states.is_empty() {
        return &State::ALL;
    }
    &filter.states
}

/// Whether one that was touched before stands so: whoever goes on by the receipt has no more to do with it.
pub(super) fn is_left_so(verb: Verb, state: State) -> bool {
    match verb {
        Verb::Retry => !matches!(state, State::Dead | State::Cancelled),
        Verb::Cancel => matches!(state, State::Cancelled | State::Done),
        Verb::Delete | Verb::Erase | Verb::Undo => false,
    }
}

/// Touches one slice, of one partition: Postgres first, then Redis.
pub(super) async fn touch(
    operator: &Operator,
    operation: &Operation,
    plan: &Plan,
    queue: &str,
    slice: &[&Wanted],
) -> Result<Vec<Mended>, Trouble> {
    let ids: Vec<JobId> = slice.iter().map(|wanted| wanted.id).collect();
    let under = Under {
        receipt: Some(operation.id),
        as_of: Some(operation.as_of),
    };
    let (jobs, verb) = (&operator.queue, plan.verb);
    match verb {
        Verb::Retry => redis(jobs.retry_slice(queue, &ids, under)).await,
        Verb::Cancel => {
            withdraw(operator, operation, verb, slice).await?;
            let why = operation
                .reason
                .as_deref()
                .unwrap_or("an operator called it off");
            let mended = redis(jobs.cancel_slice(queue, &ids, under, why)).await?;
            reinstate_refused(operator, operation, verb, slice, &mended).await?;
            Ok(mended)
        }
        Verb::Delete => {
            withdraw(operator, operation, verb, slice).await?;
            let mended = redis(jobs.delete_slice(queue, &ids, under)).await?;
            reinstate_refused(operator, operation, verb, slice, &mended).await?;
            Ok(mended)
        }
        Verb::Erase => {
            withdraw(operator, operation, verb, slice).await?;
            let why = operation
                .reason
                .as_deref()
                .unwrap_or("an operator erased it");
            let among = erasable(&plan.filter);
            let mended = redis(jobs.erase_slice(queue, &ids, under, among, why)).await?;
            reinstate_refused(operator, operation, verb, slice, &mended).await?;
            Ok(mended)
        }
        Verb::Undo => {
            let undoes = plan.undoes.unwrap_or_default();
            let reason = origins::reason(Verb::Delete.as_str(), undoes);
            let origins = Origins::read(slice.iter().map(|wanted| wanted.origin.as_str()));
            origins.reinstate(&operator.store, &reason, undoes).await?;
            redis(jobs.restore_slice(queue, &ids, under)).await
        }
    }
}

async fn withdraw(
    operator: &Operator,
    operation: &Operation,
    verb: Verb,
    slice: &[&Wanted],
) -> Result<(), Trouble> {
    let reason = origins::reason(verb.as_str(), operation.id);
    let origins = Origins::read(slice.iter().map(|wanted| wanted.origin.as_str()));
    origins
        .withdraw(&operator.store, &reason, operation.id)
        .await
}

/// One that began to run meanwhile was not deleted, one that is retried meanwhile not erased, and one that
/// was given up meanwhile not called off: they shall still be wanted.
async fn reinstate_refused(
    operator: &Operator,
    operation: &Operation,
    verb: Verb,
    slice: &[&Wanted],
    mended: &[Mended],
) -> Result<(), Trouble> {
    let refused = slice
        .iter()
        .zip(mended)
        .filter(|(_, mended)| is_still_wanted(verb, mended));
    let reason = origins::reason(verb.as_str(), operation.id);
    let origins = Origins::read(refused.map(|(wanted, _)| wanted.origin.as_str()));
    origins
        .reinstate(&operator.store, &reason, operation.id)
        .await
}

/// What stands as cancelled may have been called off under this very receipt, before it was cut off.
fn is_still_wanted(verb: Verb, mended: &Mended) -> bool {
    match mended {
        Mended::Elsewhere(Some(state)) => verb != Verb::Cancel || *state == State::Dead,
        Mended::EndedSince => true,
        Mended::Touched | Mended::Stopping | Mended::Elsewhere(None) | Mended::KeyHeldBy(_) => {
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_given_up_meanwhile_is_still_wanted_and_what_was_called_off_before_is_not() {
        let stands = |state| Mended::Elsewhere(Some(state));
        assert!(is_still_wanted(Verb::Cancel, &stands(State::Dead)));
        assert!(!is_still_wanted(Verb::Cancel, &stands(State::Cancelled)));
        assert!(!is_still_wanted(Verb::Cancel, &Mended::Stopping));
        assert!(is_still_wanted(Verb::Delete, &stands(State::Running)));
        assert!(!is_still_wanted(Verb::Delete, &Mended::Touched));
        assert!(is_still_wanted(Verb::Erase, &stands(State::Ready)));
        assert!(is_still_wanted(Verb::Erase, &Mended::EndedSince));
    }

    #[test]
    fn nothing_that_comes_later_is_meant_unless_it_is_named() {
        let now: Timestamp = "2126-01-01T09:00:00Z".parse().expect("an instant");
        let hour = jiff::SignedDuration::from_hours(1);
        let before = |before| Filter {
            before,
            ..Filter::default()
        };
        for (asked, meant) in [
            (None, now),
            (Some(now + hour), now),
            (Some(now - hour), now - hour),
        ] {
            for verb in [Verb::Retry, Verb::Cancel, Verb::Delete, Verb::Erase] {
                let narrowed = narrowed(verb, before(asked), now);
                assert_eq!(narrowed.before, Some(meant), "{verb:?}");
            }
        }
        let named = Filter {
            ids: vec![JobId::from_bytes([7; 16])],
            ..Filter::default()
        };
        assert_eq!(narrowed(Verb::Erase, named.clone(), now), named);
    }
}
