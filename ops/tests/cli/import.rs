//! `import`: another queue's jobs, each once, whatever is cut off and however often it is done.

pub(crate) mod apalis;
pub(crate) mod asynq;
mod bounds;
pub(crate) mod other;
mod task;
