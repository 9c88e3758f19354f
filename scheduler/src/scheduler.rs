//! One replica: the leader loop, and the loops that keep what Postgres wants and what Redis carries
//! the same.

use std::{sync::Arc, time::Instant};

use platform::{Clock, Pace, Queue, timetable::Timetable};
use process::{Health, Stop};
use store::Store;
use tokio::sync::{Notify, watch};
use tokio_util::task::AbortOnDropHandle;
use uuid::Uuid;

use crate::{
    alarm::Instants,
    births::Births,
    books::Books,
    carrier::Carrier,
    depths::{self, Depths},
    executor::Executor,
    hints,
    leader::Leader,
    loops::Loops,
    notice::Notices,
    reconcile::Reconcile,
    relay::Relay,
    rounds::Term,
    seen::Seen,
};

pub struct Scheduler {
    pub queue: Queue,
    pub store: Store,
    pub timetable: Arc<Timetable>,
    pub pace: Pace,
    /// What this replica is called.
    pub name: String,
    /// What it compares with Redis's; nothing is due by it.
    pub clock: Clock,
}

impl Scheduler {
    /// Until told to stop. Fails if one of its loops has died.
    pub async fn run(self, stop: &Stop, health: &Health) -> anyhow::Result<()> {
        let (term, leads) = watch::channel(None);
        let (leads, look) = (Term(leads), Arc::new(Notify::new()));
        let hints = hints::listen(
            self.queue.clone(),
            Arc::clone(&look),
            self.pace.follower_wait,
        );
        let _listening = AbortOnDropHandle::new(tokio::spawn(hints));
        let mut loops = Loops::new(stop, health);
        loops.lead(self.leader(term, look), self.instants());
        loops.keep(self.relay(), self.pace.relay_after / 2);
        loops.keep(self.reconcile(leads.clone()), self.pace.check_first / 12);
        loops.keep(self.births(leads), self.pace.leader_renew);
        loops.keep(self.depths(), depths::EVERY);
        loops.end(stop).await
    }

    fn leader(&self, term: watch::Sender<Option<i64>>, look: Arc<Notify>) -> Leader {
        let seen = Seen::new(Arc::clone(&self.timetable), self.pace);
        Leader {
            executor: Executor {
                carrier: self.carrier(),
                books: self.books(),
                pace: self.pace,
                clock: self.clock.clone(),
                owner: format!("{}/{}", self.name, Uuid::new_v4()),
            },
            seen,
            look,
            term,
            notices: Notices::begin(),
            began: Instant::now(),
        }
    }

    fn instants(&self) -> Instants {
        let (timetable, clock) = (Arc::clone(&self.timetable), self.clock.clone());
        Instants { timetable, clock }
    }

    fn relay(&self) -> Relay {
        let (store, carrier, after) = (self.store.clone(), self.carrier(), self.pace.relay_after);
        Relay {
            store,
            carrier,
            after,
        }
    }

    fn reconcile(&self, term: Term) -> Reconcile {
        let (store, carrier, pace) = (self.store.clone(), self.carrier(), self.pace);
        Reconcile {
            store,
            carrier,
            pace,
            term,
        }
    }

    fn births(&self, term: Term) -> Births {
        Births::new(self.store.clone(), self.carrier(), term, queues())
    }

    fn depths(&self) -> Depths {
        Depths::new(self.queue.clone(), queues())
    }

    fn books(&self) -> Books {
        let (store, timetable) = (self.store.clone(), Arc::clone(&self.timetable));
        Books { store, timetable }
    }

    fn carrier(&self) -> Carrier {
        let (queue, timetable) = (self.queue.clone(), Arc::clone(&self.timetable));
        Carrier { queue, timetable }
    }
}

fn queues() -> Vec<&'static str> {
    kinds::catalog().queues().into_iter().collect()
}
