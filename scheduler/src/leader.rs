//! Leads while it holds the lease, waits its turn while it does not: does what [`decide`] says.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use process::Beat;
use tokio::{
    sync::{Notify, watch},
    time::sleep,
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    action::{Action, Answer, Moment},
    alarm::{Alarm, Instants},
    decide::decide,
    executor::Executor,
    notice::Notices,
    seen::Seen,
};

const SECOND: Duration = Duration::from_secs(1);

pub(crate) struct Leader {
    pub(crate) seen: Seen,
    pub(crate) executor: Executor,
    pub(crate) look: Arc<Notify>,
    /// The term, while it leads; what else only a leader does follows it.
    pub(crate) term: watch::Sender<Option<i64>>,
    pub(crate) notices: Notices,
    pub(crate) began: Instant,
}

impl Leader {
    /// Until told to stop; the lease is given up on the way out.
    pub(crate) async fn run(mut self, instants: Instants, stop: CancellationToken, beat: Beat) {
        let mut alarm = Alarm::set(instants);
        loop {
            beat.tick();
            self.seen.moment(self.now(), self.jitter());
            self.seen.stopping = stop.is_cancelled();
            self.tell();
            match decide(&self.seen) {
                Action::Stop => break,
                Action::Wait { until } => self.wait(until, &mut alarm, &stop).await,
                action => self.act(action).await,
            }
        }
        beat.done();
    }

    /// Until then, or until something happens that may change what there is to do; a second at most,
    /// so that what is measured is never older.
    async fn wait(&mut self, until: Moment, alarm: &mut Alarm, stop: &CancellationToken) {
        tokio::select! {
            () = sleep(until.saturating_sub(self.now()).min(SECOND)) => {}
            () = alarm.ring() => {}
            () = stop.cancelled() => {}
            () = self.look.notified() => self.seen.hinted(),
        }
    }

    async fn act(&mut self, action: Action) {
        let asked = self.now();
        let answer = self.executor.perform(&action).await;
        let answer = answer.unwrap_or_else(|error| {
            self.notices.failed(action.place(), &error);
            Answer::Failed
        });
        self.notices.learnt(&action, &answer);
        self.seen.learn(action, answer, asked, self.now());
    }

    /// Says what has changed to whom it concerns.
    fn tell(&mut self) {
        let term = self.seen.leading().map(|leading| leading.term);
        self.term
            .send_if_modified(|known| std::mem::replace(known, term) != term);
        self.notices.stands(&self.seen);
    }

    fn now(&self) -> Moment {
        self.began.elapsed()
    }

    fn jitter(&self) -> Duration {
        let most = self.seen.pace.follower_wait / 8;
        most.mul_f64(f64::from(Uuid::new_v4().as_bytes()[0]) / 255.0)
    }
}
