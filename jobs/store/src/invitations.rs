//! Codes by which people come into a household: only a code's hash is kept, as of a token.

use std::time::Duration;

use jiff::Timestamp;

use crate::{Residence, ResidenceId, Store, StoreError, Tx, UserId, column, secs, within};

/// Whoever has the code may come, once and for so long.
#[derive(Debug, Clone, Copy)]
pub struct NewInvitation<'a> {
    pub residence: ResidenceId,
    /// Who gives the code to somebody.
    pub by: UserId,
    /// The SHA-256 of the code.
    pub hash: &'a [u8],
    pub life: Duration,
    /// Of one household within an hour.
    pub most: i64,
}

/// What becomes of the wish to invite somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Invited {
    Until(Timestamp),
    /// To who is no member, the household doesn't exist.
    NotAMember,
    NotTheOwner,
    TooOften,
}

/// What becomes of the wish to join by a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Joined {
    Yes(Residence),
    UnknownCode,
    Expired,
    /// By somebody else: who joined by it themselves may say so again.
    Used,
    AlreadyAMember,
    Full,
}

struct Invitation {
    residence_id: ResidenceId,
    expired: bool,
    used: bool,
    by_them: bool,
}

impl Store {
    /// Its owner may; any member once nobody owns it any more. Two who ask at once count each other.
    pub async fn invite(&self, new: NewInvitation<'_>) -> Result<Invited, StoreError> {
        let mut tx = self.begin().await?;
        let Some(may) = tx.may_invite(new.residence, new.by).await? else {
            return Ok(Invited::NotAMember);
        };
        if !may {
            return Ok(Invited::NotTheOwner);
        }
        let until = tx.add_invitation(new).await?;
        tx.commit().await?;
        Ok(until.map_or(Invited::TooOften, Invited::Until))
    }

    /// `most` members is as many as a household can have.
    pub async fn join(&self, user: UserId, hash: &[u8], most: i64) -> Result<Joined, StoreError> {
        let mut tx = self.begin().await?;
        let joined = tx.join(user, hash, most).await?;
        if matches!(joined, Joined::Yes(_)) {
            tx.commit().await?;
        }
        Ok(joined)
    }
}

impl Tx {
    async fn join(&mut self, user: UserId, hash: &[u8], most: i64) -> Result<Joined, StoreError> {
        let Some(found) = self.invitation(user, hash).await? else {
            return Ok(Joined::UnknownCode);
        };
        let home = found.residence_id;
        match found {
            Invitation { by_them: true, .. } => {}
            Invitation { used: true, .. } => return Ok(Joined::Used),
            Invitation { expired: true, .. } => return Ok(Joined::Expired),
            _ if !self.move_in(home, user).await? => return Ok(Joined::AlreadyAMember),
            _ if self.members_in(home).await? > most => return Ok(Joined::Full),
            _ => self.use_invitation(user, hash).await?,
        }
        self.residence(home).await.map(Joined::Yes)
    }

    /// Whether this member may invite people, in a household kept from others who do; `None` if they are
    /// none.
    async fn may_invite(
        &mut self,
        residence: ResidenceId,
        user: UserId,
    ) -> Result<Option<bool>, StoreError> {
        let may = sqlx::query_scalar!(
            r#"SELECT coalesce(owner_id = $2, true) AS "may!" FROM residences
            JOIN members ON residence_id = id AND user_id = $2
            WHERE id = $1 FOR NO KEY UPDATE OF residences"#,
            residence.0,
            user.0,
        );
        within(may.fetch_optional(&mut *self.inner)).await
    }

    async fn add_invitation(
        &mut self,
        new: NewInvitation<'_>,
    ) -> Result<Option<Timestamp>, StoreError> {
        let added = sqlx::query_scalar!(
            r#"INSERT INTO invitations (hash, residence_id, invited_by, expires_at)
            SELECT $1, $2, $3, now() + make_interval(secs => $4)
            WHERE (
                SELECT count(*) FROM invitations
                WHERE residence_id = $2 AND created_at > now() - interval '1 hour') < $5
            RETURNING expires_at AS "expires_at!: column::Timestamp""#,
            new.hash,
            new.residence.0,
            new.by.0,
            secs(new.life),
            new.most,
        );
        let added = within(added.fetch_optional(&mut *self.inner)).await?;
        Ok(added.map(Timestamp::from))
    }

    /// Kept from others who have the same code.
    async fn invitation(
        &mut self,
        user: UserId,
        hash: &[u8],
    ) -> Result<Option<Invitation>, StoreError> {
        let found = sqlx::query_as!(
            Invitation,
            r#"SELECT residence_id AS "residence_id!: ResidenceId", expires_at <= now() AS "expired!",
                used_at IS NOT NULL AS "used!",
                used_by IS NOT DISTINCT FROM $2 AND EXISTS (
                    SELECT FROM members
                    WHERE members.residence_id = invitations.residence_id AND user_id = $2) AS "by_them!"
            FROM invitations WHERE hash = $1 FOR UPDATE"#,
            hash,
            user.0,
        );
        within(found.fetch_optional(&mut *self.inner)).await
    }

    /// Whether they did not live there before. Whoever comes at the same time is counted by who comes last.
    async fn move_in(&mut self, residence: ResidenceId, user: UserId) -> Result<bool, StoreError> {
        let held = sqlx::query!(
            "SELECT FROM residences WHERE id = $1 FOR NO KEY UPDATE",
            residence.0
        );
        within(held.fetch_optional(&mut *self.inner)).await?;
        self.add_member(residence, user).await
    }

    async fn members_in(&mut self, residence: ResidenceId) -> Result<i64, StoreError> {
        let members = sqlx::query_scalar!(
            r#"SELECT count(*) AS "count!" FROM members WHERE residence_id = $1"#,
            residence.0,
        );
        within(members.fetch_one(&mut *self.inner)).await
    }

    async fn use_invitation(&mut self, user: UserId, hash: &[u8]) -> Result<(), StoreError> {
        let taken = sqlx::query!(
            "UPDATE invitations SET used_at = now(), used_by = $2 WHERE hash = $1",
            hash,
            user.0,
        );
        within(taken.execute(&mut *self.inner)).await?;
        Ok(())
    }
}
