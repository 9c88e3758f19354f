//! Why a person got what they got, and not the rest.

use clap::{Args, value_parser};
use store::UserId;

use crate::{
    backends::{Backends, postgres},
    exit::Refusal,
    out::Out,
};

#[derive(Args)]
pub(crate) struct Explain {
    /// The person's id.
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    user: UserId,
    /// How many deliveries at most, the latest first; 1 to 1000.
    #[arg(
        long,
        default_value_t = 50,
        value_name = "N",
        value_parser = value_parser!(i64).range(1..=1000),
        allow_hyphen_values = true
    )]
    limit: i64,
}

impl Explain {
    pub(crate) async fn run(self, backends: &Backends, out: &mut Out) -> anyhow::Result<()> {
        let store = backends.store()?;
        let deliveries = postgres(store.deliveries_of(self.user, self.limit)).await?;
        if deliveries.is_empty() && postgres(store.user(self.user)).await?.is_none() {
            return Err(Refusal::NotFound(format!("there is no user {}", self.user)).into());
        }
        out.rows(
            &["KIND", "OCCASION", "CHANNEL", "STATE", "COPIES", "WHY"],
            &deliveries,
            |delivery| {
                vec![
                    delivery.kind.clone(),
                    delivery.occasion.clone(),
                    delivery.channel.to_string(),
                    delivery.state.to_string(),
                    delivery.copies.to_string(),
                    delivery
                        .reason
                        .clone()
                        .or(delivery.answer.clone())
                        .unwrap_or_else(|| "–".to_owned()),
                ]
            },
        )
    }
}
