//! Jobs that were given up elsewhere, taken over as they are.

use crate::{JobId, NewJob, Queue, QueueError, keys::Keys, record, scripts, trail::redact};

impl Queue {
    /// Accepts a job among the dead, unless one of its id stands. Whether it is new.
    pub async fn admit_dead(
        &self,
        id: JobId,
        job: NewJob,
        attempts: u8,
        error: &str,
    ) -> Result<bool, QueueError> {
        let job = job.id(id);
        job.check()?;
        let partition = self.partition_of(job.queue(), id);
        let keys = Keys::new(&self.prefix, job.queue(), partition);
        let mut call = scripts::ADMIT.on(&keys.all());
        call.arg(self.now.arg())
            .arg(id.as_bytes())
            .arg(record::encode(&job))
            .arg(attempts)
            .arg("imported")
            .arg(redact(error));
        self.link.run(&call).await
    }
}
