//! What may happen next: few ids and few keys, so that things meet.

use proptest::prelude::*;

/// Jobs by number, times by ms from now, leases ever given by number (also those long gone).
#[derive(Debug, Clone)]
pub(super) enum Step {
    Enqueue {
        job: u8,
        wait: u64,
        key: Option<(u8, Held)>,
        late: Option<u64>,
    },
    Claim {
        many: usize,
    },
    Settle {
        lease: usize,
        end: End,
    },
    Extend {
        lease: usize,
    },
    Cancel {
        job: u8,
    },
    Move {
        job: u8,
        wait: u64,
    },
    Retry {
        job: u8,
    },
    Pause {
        long: Option<u64>,
    },
    Resume,
    Pass {
        ms: i64,
    },
    Wipe,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Held {
    Started,
    Done,
    Window(u64),
}

#[derive(Debug, Clone, Copy)]
pub(super) enum End {
    Done,
    Retry { wait: u64 },
    Later { wait: u64 },
    HandBack,
    Bury,
    Cancelled,
}

pub(super) const JOBS: u8 = 4;

pub(super) fn any() -> impl Strategy<Value = Step> {
    let job = || 0..JOBS;
    let wait = || prop_oneof![Just(0), 1_u64..3000];
    prop_oneof![
        8 => enqueue(),
        8 => (0_usize..4).prop_map(|many| Step::Claim { many }),
        10 => (any_lease(), end()).prop_map(|(lease, end)| Step::Settle { lease, end }),
        2 => (any_lease()).prop_map(|lease| Step::Extend { lease }),
        3 => job().prop_map(|job| Step::Cancel { job }),
        2 => (job(), wait()).prop_map(|(job, wait)| Step::Move { job, wait }),
        2 => job().prop_map(|job| Step::Retry { job }),
        1 => proptest::option::of(1_u64..3000).prop_map(|long| Step::Pause { long }),
        2 => Just(Step::Resume),
        6 => (1_i64..4000).prop_map(|ms| Step::Pass { ms }),
        2 => Just(Step::Pass { ms: 15_000 }),
        1 => Just(Step::Wipe),
    ]
}

fn enqueue() -> impl Strategy<Value = Step> {
    let held = prop_oneof![
        Just(Held::Started),
        Just(Held::Done),
        (1_u64..3000).prop_map(Held::Window)
    ];
    let key = proptest::option::of((0..2_u8, held));
    let wait = prop_oneof![2 => Just(0), 1 => 1_u64..3000];
    (
        0..JOBS,
        wait,
        key,
        proptest::option::weighted(0.2, 1_u64..3000),
    )
        .prop_map(|(job, wait, key, late)| Step::Enqueue {
            job,
            wait,
            key,
            late,
        })
}

/// One of those given so far, by its number from the first, going round.
fn any_lease() -> std::ops::Range<usize> {
    0..100
}

fn end() -> impl Strategy<Value = End> {
    prop_oneof![
        3 => Just(End::Done),
        2 => (1_u64..3000).prop_map(|wait| End::Retry { wait }),
        1 => (1_u64..3000).prop_map(|wait| End::Later { wait }),
        1 => Just(End::HandBack),
        2 => Just(End::Bury),
        1 => Just(End::Cancelled),
    ]
}
