//! The schema of Postgres.

use clap::Args;

use crate::{backends::Backends, out::Out};

#[derive(Args)]
pub(crate) struct Migrate {}

impl Migrate {
    /// Not bounded by two seconds: another replica may be migrating, and a migration takes its time.
    pub(crate) async fn run(self, backends: &Backends, out: &mut Out) -> anyhow::Result<()> {
        store::migrate(backends.migrate_url()?).await?;
        out.aside("The schema is up to date.");
        Ok(())
    }
}
