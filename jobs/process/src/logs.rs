//! Log lines on stderr, as JSON or for people, each of bounded length; a panic is one of them.
//!
//! stdout is left to answers. A line is cut because what other people's servers and libraries say
//! has no bound of its own, and log collectors drop or split what is too long.

use std::{
    io::{self, Write},
    panic::{self, PanicHookInfo},
    thread,
};

use anyhow::Context as _;
use tracing::{error, info};
use tracing_subscriber::{EnvFilter, fmt::MakeWriter};

use crate::{LogArgs, LogFormat};

const LONGEST_LINE: usize = 8 * 1024;
const LONGEST_PANIC: usize = 200;

/// Makes TLS, logging and panics of this process what they are in all of ours.
///
/// Meant for the first line of a process; a second call fails, for logging is set up once.
pub fn start(name: &str, args: &LogArgs) -> anyhow::Result<()> {
    // The one provider in the house. That it was installed before is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let filter = filter(&args.log)?;
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        // What can't be written, for the disk is full or the reader gone, can't be complained of either:
        // that would panic, and the panic's own line would end the process.
        .log_internal_errors(false)
        .with_writer(Lines(args.log_format));
    match args.log_format {
        LogFormat::Json => {
            let lines = lines.json().flatten_event(true);
            lines.with_current_span(false).try_init()
        }
        LogFormat::Text => lines.with_ansi(false).try_init(),
    }
    .map_err(|error| anyhow::anyhow!("logging is already set up: {error}"))?;
    panic::set_hook(Box::new(log_panic));
    info!(
        process = name,
        version = env!("CARGO_PKG_VERSION"),
        "starting"
    );
    Ok(())
}

fn filter(text: &str) -> anyhow::Result<EnvFilter> {
    EnvFilter::builder().parse(text).with_context(|| {
        format!("LOG is {text:?}: it must be a level such as info, or several by part such as info,platform=debug")
    })
}

/// One line, and the process goes on: who may not is decided where the panic is caught.
fn log_panic(panic: &PanicHookInfo<'_>) {
    let message = panic.payload_as_str().unwrap_or("(no message)");
    let location = panic
        .location()
        .map(ToString::to_string)
        .unwrap_or_default();
    let thread = thread::current();
    let thread = thread.name().unwrap_or("unnamed");
    error!(
        thread,
        location,
        message = cut(message, LONGEST_PANIC),
        "panicked"
    );
}

struct Lines(LogFormat);

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Line;

    fn make_writer(&'a self) -> Line {
        Line(self.0)
    }
}

/// The subscriber writes each line with one call, so a call is a line.
struct Line(LogFormat);

impl Write for Line {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if line.len() <= LONGEST_LINE {
            io::stderr().write_all(line)?;
        } else {
            io::stderr().write_all(&shortened(self.0, line))?;
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A JSON line cut in the middle is no JSON, so what is left of it becomes a string in a new one.
fn shortened(format: LogFormat, line: &[u8]) -> Vec<u8> {
    let line = String::from_utf8_lossy(line);
    let start = cut(&line, LONGEST_LINE / 2);
    match format {
        LogFormat::Json => format!("{}\n", serde_json::json!({ "cut": start })),
        LogFormat::Text => format!("{start}…\n"),
    }
    .into_bytes()
}

fn cut(text: &str, longest: usize) -> &str {
    &text[..text.floor_char_boundary(longest)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_filter_is_refused_naming_the_variable() {
        let error = filter("honeydue=shout").expect_err("no such level");
        assert!(
            error.to_string().starts_with("LOG is \"honeydue=shout\""),
            "{error}"
        );
    }

    #[test]
    fn a_cut_json_line_is_still_one_json_line() {
        let line = format!("{{\"text\":\"{}\"}}\n", "\"é\\".repeat(LONGEST_LINE));
        let short = String::from_utf8(shortened(LogFormat::Json, line.as_bytes())).unwrap();
        assert_eq!(short.matches('\n').count(), 1);
        assert!(short.len() <= 2 * LONGEST_LINE);
        serde_json::from_str::<serde_json::Value>(&short).unwrap();
    }

    #[test]
    fn a_cut_never_splits_a_character() {
        assert_eq!(cut("né", 2), "n");
        assert_eq!(cut("né", 99), "né");
    }
}
