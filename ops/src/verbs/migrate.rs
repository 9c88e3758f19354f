//! The schema of Postgres.

use clap::Args;
use store::StoreError;

use crate::{backends::Backends, exit::Refusal, out::Out};

#[derive(Args)]
pub(crate) struct Migrate {}

impl Migrate {
    /// Not bounded by two seconds: another replica may be migrating, and a migration takes its time.
    pub(crate) async fn run(self, backends: &Backends, out: &mut Out) -> anyhow::Result<()> {
        let (variable, url) = backends.migrate_url()?;
        store::migrate(url).await.map_err(|error| match error {
            StoreError::Url => anyhow::Error::new(Refusal::Usage(format!(
                "{variable} is no URL of a Postgres database; one reads postgres://user@host:5432/name"
            ))),
            error => error.into(),
        })?;
        out.aside("The schema is up to date.");
        Ok(())
    }
}
