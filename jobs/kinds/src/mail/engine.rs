//! The templates, compiled once, and the few filters they use.
//!
//! Every mail is one file, registered under two names: as `welcome.mjml` it is rendered with the
//! layout and parts of HTML, as `welcome.txt` with those of plain text. So the two can't say
//! different things.

use std::sync::LazyLock;

use jiff::civil::Date;
use minijinja::{
    AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, Value, syntax::SyntaxConfig,
};

/// Name and source of everything that a template may refer to.
#[rustfmt::skip] // a table reads better aligned
const TEMPLATES: [(&str, &str); 10] = [
    ("layout.mjml",        include_str!("../../templates/layout.mjml")),
    ("layout.txt",         include_str!("../../templates/layout.txt")),
    ("parts.mjml",         include_str!("../../templates/parts.mjml")),
    ("parts.txt",          include_str!("../../templates/parts.txt")),
    ("welcome.mjml",       include_str!("../../templates/welcome.jinja")),
    ("welcome.txt",        include_str!("../../templates/welcome.jinja")),
    ("task-reminder.mjml", include_str!("../../templates/task-reminder.jinja")),
    ("task-reminder.txt",  include_str!("../../templates/task-reminder.jinja")),
    ("daily-digest.mjml",  include_str!("../../templates/daily-digest.jinja")),
    ("daily-digest.txt",   include_str!("../../templates/daily-digest.jinja")),
];

pub(super) static ENGINE: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut engine = Environment::new();
    engine.set_undefined_behavior(UndefinedBehavior::Strict);
    engine.set_auto_escape_callback(escaping);
    engine.set_syntax(syntax());
    engine.add_filter("day", day);
    engine.add_filter("days_after", days_after);
    engine.add_filter("link", link);
    for (name, source) in TEMPLATES {
        engine
            .add_template(name, source)
            .expect("the templates are part of the program, and a test renders each");
    }
    engine
});

/// A line that holds only a tag leaves no line behind; plain text depends on it.
fn syntax() -> SyntaxConfig {
    SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .build()
        .expect("the delimiters are the usual ones")
}

/// Escapes all but plain text. By default minijinja escapes what ends in `.html`, and `.mjml` would
/// go through raw.
fn escaping(name: &str) -> AutoEscape {
    match name.rsplit_once('.') {
        Some((_, "txt")) => AutoEscape::None,
        _ => AutoEscape::Html,
    }
}

/// "Friday 21 November", with the year if it isn't that of `on`.
fn day(date: &str, on: &str) -> Result<String, Error> {
    let (date, on) = (parse(date)?, parse(on)?);
    let format = if date.year() == on.year() {
        "%A %-d %B"
    } else {
        "%A %-d %B %Y"
    };
    Ok(date.strftime(format).to_string())
}

/// How many days `date` lies after `on`; negative if before.
fn days_after(date: &str, on: &str) -> Result<i32, Error> {
    let apart = parse(date)? - parse(on)?;
    Ok(apart.get_days())
}

fn parse(date: &str) -> Result<Date, Error> {
    date.parse()
        .map_err(|error| Error::new(ErrorKind::InvalidOperation, "not a date").with_source(error))
}

/// An address for an attribute. Auto-escaping would also write `/` as `&#x2f;`, which is right and
/// yet unreadable for some of the simpler programs that look for links in mail.
fn link(url: &str) -> Value {
    let escaped = url
        .replace('&', "&amp;")
        .replace('"', "&quot;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    Value::from_safe_string(escaped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_reads_as_people_say_it() {
        assert_eq!(
            day("2026-11-20", "2026-11-19").unwrap(),
            "Friday 20 November"
        );
        assert_eq!(
            day("2027-01-02", "2026-12-31").unwrap(),
            "Saturday 2 January 2027"
        );
    }

    #[test]
    fn days_are_counted_across_months_and_years() {
        assert_eq!(days_after("2027-01-01", "2026-12-31").unwrap(), 1);
        assert_eq!(days_after("2026-10-01", "2026-11-01").unwrap(), -31);
        assert_eq!(
            days_after("-009999-01-01", "9999-12-31").unwrap(),
            -7_304_483
        );
    }

    #[test]
    fn a_link_cannot_leave_its_attribute() {
        assert_eq!(
            link(r#"https://x/?a=1&b="><i>"#).to_string(),
            "https://x/?a=1&amp;b=&quot;&gt;&lt;i&gt;"
        );
    }
}
