//! Does what was decided: each action is one bounded call on Redis or on Postgres.

use std::time::Duration;

use platform::{
    Clock, Pace, QueueError,
    leader::Candidate,
    timetable::{Schedule, TickId},
    trace::Span,
};

use crate::{
    action::{Action, Answer},
    books::Books,
    carrier::Carrier,
};

pub(crate) struct Executor {
    pub(crate) carrier: Carrier,
    pub(crate) books: Books,
    pub(crate) pace: Pace,
    pub(crate) clock: Clock,
    /// Pod name and boot id.
    pub(crate) owner: String,
}

impl Executor {
    pub(crate) async fn perform(&self, action: &Action) -> anyhow::Result<Answer> {
        let (queue, ttl) = (&self.carrier.queue, self.pace.leader_ttl);
        Ok(match action {
            Action::ReadClock => self.read_clock().await?,
            Action::TakeTerm => Answer::Term(self.books.store.next_term().await?),
            Action::Hold { term } => Answer::Held(queue.hold(&self.candidate(*term), ttl).await?),
            Action::Renew { term } => {
                Answer::Renewed(queue.renew(&self.candidate(*term), ttl).await?)
            }
            Action::LetGo { term } => {
                queue.let_go(&self.candidate(*term)).await?;
                Answer::Done
            }
            Action::Fire { tick, term, behind } => {
                let span = Span::apart(format!("fire {}", tick.schedule));
                span.try_run(self.fire(tick, *term, behind)).await?
            }
            Action::AskFired { tick, term, .. } => Answer::Fired(
                queue
                    .ask_fired(&self.candidate(*term), &tick.to_string())
                    .await?,
            ),
            Action::Look => Answer::Ticks(self.books.look().await?),
            action => self.books.write(action).await?,
        })
    }

    /// Redis's clock, and by how much ours is ahead of it for certain, however long it took to answer.
    async fn read_clock(&self) -> anyhow::Result<Answer> {
        let before = self.clock.now();
        let redis = self.carrier.queue.now().await?;
        let after = self.clock.now().max(before);
        let ahead = redis.clamp(before, after).duration_since(redis);
        Ok(Answer::Clock { redis, ahead })
    }

    async fn fire(&self, tick: &TickId, term: i64, behind: &[TickId]) -> anyhow::Result<Answer> {
        let job = match self.carrier.job_of(tick) {
            Ok(job) => job,
            Err(error) => return Ok(Answer::NoJob(error.to_string())),
        };
        let (who, memory, tick) = (self.candidate(term), self.memory(), tick.to_string());
        let behind: Vec<_> = behind.iter().map(TickId::job).collect();
        let fired = self.carrier.queue.fire(&who, &tick, &job, memory, &behind);
        match fired.await {
            Ok(fired) => Ok(Answer::Fired(fired)),
            Err(QueueError::Invalid(error)) => Ok(Answer::NoJob(error)),
            Err(error) => Err(error.into()),
        }
    }

    fn candidate(&self, term: i64) -> Candidate {
        let (owner, version) = (self.owner.clone(), self.carrier.timetable.version());
        Candidate {
            owner,
            term,
            version,
        }
    }

    /// Twice the longest window: once a tick is forgotten, nobody would fire it any more.
    fn memory(&self) -> Duration {
        let windows = self
            .carrier
            .timetable
            .schedules()
            .iter()
            .map(Schedule::window);
        windows.max().unwrap_or_default() * 2
    }
}
