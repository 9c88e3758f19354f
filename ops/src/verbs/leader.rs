//! The leader: which scheduler fires.

use clap::Subcommand;

use crate::{
    backends::{Backends, redis},
    exit::Refusal,
    out::Out,
};

#[derive(Subcommand)]
pub(crate) enum Verb {
    /// Who leads, in which term, and for how long unless renewed.
    Status,
}

impl Verb {
    pub(crate) async fn run(self, backends: &Backends, out: &mut Out) -> anyhow::Result<()> {
        let Self::Status = self;
        let leader = redis(backends.queue()?.leader()).await?;
        let nobody = || Refusal::NotFound("nobody leads; is a scheduler running?".to_owned());
        let leader = leader.ok_or_else(nobody)?;
        out.one(
            &leader,
            &[
                ("leader", leader.owner.clone()),
                ("term", leader.term.to_string()),
                ("timetable", format!("version {}", leader.version)),
                (
                    "lease",
                    format!("{} ms left unless renewed", leader.left_ms),
                ),
            ],
        )
    }
}
