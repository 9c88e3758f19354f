//! The settings that several processes share, each an environment variable and a flag.
//!
//! A process flattens those it needs into its own clap struct. Whatever may hold a password is a
//! [`Secret`] with `hide_env_values`, or `--help` would print it.

use std::net::SocketAddr;

use axum::http::Uri;
use clap::{Args, ValueEnum};

use crate::Secret;

#[derive(Debug, Clone, Args)]
pub struct LogArgs {
    /// What to log: a level (error, warn, info, debug, trace), or several by part, such as
    /// `info,platform=debug`.
    #[arg(
        long = "log",
        env = "LOG",
        default_value = "info",
        value_name = "FILTER"
    )]
    pub log: String,

    /// How a log line looks: one JSON object, or text for people.
    #[arg(
        long,
        env = "LOG_FORMAT",
        default_value = "text",
        value_name = "FORMAT"
    )]
    pub log_format: LogFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    Json,
    Text,
}

#[derive(Debug, Clone, Args)]
pub struct MetricsArgs {
    /// Where /livez, /readyz and /metrics answer. Port 0 takes a free one and logs it.
    #[arg(
        long,
        env = "METRICS_LISTEN",
        default_value = "0.0.0.0:9090",
        value_name = "ADDRESS"
    )]
    pub metrics_listen: SocketAddr,
}

#[derive(Debug, Clone, Args)]
pub struct TraceArgs {
    /// Who collects traces by OTLP over HTTP, such as `http://collector:4318`; `/v1/traces` is added. Without
    /// it, none are recorded. Of OpenTelemetry's other variables `OTEL_EXPORTER_OTLP_HEADERS`,
    /// `OTEL_TRACES_SAMPLER`, `OTEL_TRACES_SAMPLER_ARG` and `OTEL_RESOURCE_ATTRIBUTES` hold.
    #[arg(long = "otlp-endpoint", env = "OTEL_EXPORTER_OTLP_ENDPOINT", hide_env_values = true, value_name = "URL", value_parser = collector_url)]
    pub otel_exporter_otlp_endpoint: Option<String>,
}

impl TraceArgs {
    /// An empty one is none, as deployments leave what they don't use.
    pub(crate) fn collector(&self) -> Option<&str> {
        let collector = self.otel_exporter_otlp_endpoint.as_deref();
        collector.filter(|url| !url.is_empty())
    }
}

#[derive(Debug, Clone, Args)]
pub struct RedisArgs {
    /// The Redis that carries the jobs, such as `redis://localhost:6379/0` (`rediss` for TLS;
    /// several, separated by commas, for a cluster; `redis-sentinel://host:26379,host2:26379/service`
    /// for the master that sentinels name).
    #[arg(long, env = "REDIS_URL", hide_env_values = true, value_name = "URL", value_parser = redis_url)]
    pub redis_url: Secret,

    /// What every key in Redis begins with.
    #[arg(
        long,
        env = "REDIS_PREFIX",
        default_value = "honeydue:",
        value_name = "PREFIX"
    )]
    pub redis_prefix: String,
}

#[derive(Debug, Clone, Args)]
pub struct PostgresArgs {
    /// The Postgres that holds every intention, such as
    /// `postgres://honeydue@localhost/honeydue`.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, value_name = "URL", value_parser = postgres_url)]
    pub database_url: Secret,
}

#[derive(Debug, Clone, Args)]
pub struct LinkArgs {
    /// Where people find honeyDue: what links in messages begin with.
    #[arg(long, env = "PUBLIC_URL", value_name = "URL", value_parser = public_url)]
    pub public_url: String,

    /// Signs the links in mails, in every process alike: 32 characters at least. With another one, links
    /// that are out there stop working.
    #[arg(long, env = "SECRET_KEY", hide_env_values = true, value_name = "KEY", value_parser = secret_key)]
    pub secret_key: Secret,
}

/// People have to be able to follow it.
fn public_url(text: &str) -> Result<String, String> {
    let schemes = ["https://", "http://"];
    if has_one_of(&schemes, text.trim()) {
        Ok(text.trim().trim_end_matches('/').to_owned())
    } else {
        Err(expected(&schemes))
    }
}

/// A name and a password would be sent to nobody: what a collector wants to see goes into headers.
fn collector_url(text: &str) -> Result<String, String> {
    let (text, schemes) = (text.trim(), ["http://", "https://"]);
    let is_address = has_one_of(&schemes, text) && Uri::try_from(text).is_ok();
    if text.is_empty() || (is_address && !text.contains(['@', '?', '#'])) {
        Ok(text.to_owned())
    } else {
        let expected = expected(&schemes);
        Err(format!(
            "{expected}, and no password: OTEL_EXPORTER_OTLP_HEADERS is for those"
        ))
    }
}

/// So that nobody finds it by trying.
fn secret_key(text: &str) -> Result<Secret, String> {
    if text.len() < 32 {
        return Err("it must have 32 characters at least (openssl rand -hex 32)".to_owned());
    }
    Ok(text.to_owned().into())
}

/// Only the schemes are looked at here; the client that connects understands the rest.
fn redis_url(text: &str) -> Result<Secret, String> {
    let schemes = [
        "redis://",
        "rediss://",
        "redis-sentinel://",
        "rediss-sentinel://",
        "unix://",
    ];
    if has_one_of(&schemes, text.trim()) {
        Ok(text.to_owned().into())
    } else {
        Err(expected(&schemes))
    }
}

fn postgres_url(text: &str) -> Result<Secret, String> {
    let schemes = ["postgres://", "postgresql://"];
    if has_one_of(&schemes, text) {
        Ok(text.to_owned().into())
    } else {
        Err(expected(&schemes))
    }
}

fn has_one_of(schemes: &[&str], text: &str) -> bool {
    schemes
        .iter()
        .any(|scheme| text.len() > scheme.len() && text.starts_with(scheme))
}

fn expected(schemes: &[&str]) -> String {
    format!(
        "it must begin with {} and name a host",
        schemes.join(" or ")
    )
}
