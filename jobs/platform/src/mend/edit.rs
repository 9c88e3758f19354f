//! Another payload for a job: compared and set, so that nobody's edit is lost unseen.

use redis::AsyncCommands;
use serde_json::Value;

use crate::{JobId, Queue, QueueError, State, new_job::payload_fits, record, scripts};

/// What became of an edit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edited {
    Granted,
    /// Somebody else changed it meanwhile, or it is not there.
    Changed,
    TooLate(State),
}

impl Queue {
    /// Gives a job that is not running another payload, if its payload still is `before`.
    pub async fn edit(
        &self,
        queue: &str,
        id: JobId,
        before: &Value,
        payload: &Value,
    ) -> Result<Edited, QueueError> {
        let keys = self.keys_of(queue, id);
        let stored: Option<Vec<u8>> = self.link.shared().hget(&keys.jobs, id.as_bytes()).await?;
        let Some(stored) = stored else {
            return Ok(Edited::Changed);
        };
        let seen = record::decode(stored.clone())?;
        if serde_json::from_slice::<Value>(seen.payload())
            .ok()
            .as_ref()
            != Some(before)
        {
            return Ok(Edited::Changed);
        }
        let payload = payload.to_string();
        payload_fits(payload.len())?;
        let edited = record::with_payload(&stored, payload.as_bytes())?;
        let mut call = scripts::EDIT.on(&keys.all());
        call.arg(self.now.arg())
            .arg(id.as_bytes())
            .arg(stored)
            .arg(edited);
        let answer: String = self.link.run(&call).await?;
        Ok(match answer.as_str() {
            "granted" => Edited::Granted,
            "changed" => Edited::Changed,
            state => Edited::TooLate(state.parse().map_err(QueueError::Corrupt)?),
        })
    }
}
