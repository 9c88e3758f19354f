//! The scripts do their steps in order, stop at the first that fails, and say what to do next.

mod deploying;
mod looking;
mod machine;
mod secrets;
mod walk;
