//! Does the jobs: the worker's parts, so that tests can hold each on its own.

pub mod adapters;
