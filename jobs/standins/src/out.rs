//! The only place that prints.

/// Something to know that is no answer: it goes to stderr.
#[expect(clippy::print_stderr, reason = "this is the one place that prints")]
pub fn aside(text: &str) {
    eprintln!("{text}");
}

/// What was asked for: it goes to stdout.
#[expect(clippy::print_stdout, reason = "this is the one place that prints")]
pub fn answer(text: &str) {
    println!("{text}");
}
