//! The templates, compiled once for each language, and the few filters they use.
//!
//! Every mail is one file a language, registered under two names: as `welcome.mjml` it is rendered with
//! the layout and parts of HTML, as `welcome.txt` with those of plain text. So the two can't say
//! different things. A push has no HTML.

use std::sync::LazyLock;

use minijinja::{AutoEscape, Environment, Error, UndefinedBehavior, Value, syntax::SyntaxConfig};
use store::Locale;

use super::dates;

type Engine = Environment<'static>;
type Sources = [(&'static str, &'static str)];

/// What is the same in every language.
#[rustfmt::skip] // a table reads better aligned
const FRAME: [(&str, &str); 5] = [
    ("layout.mjml", include_str!("../../templates/layout.mjml")),
    ("layout.txt",  include_str!("../../templates/layout.txt")),
    ("parts.mjml",  include_str!("../../templates/parts.mjml")),
    ("parts.txt",   include_str!("../../templates/parts.txt")),
    ("page.html",   include_str!("../../templates/page.html")),
];

macro_rules! mails {
    ($language:literal: $($mail:literal)*, $($push:literal)*) => {
        &[
            ("words", include_str!(concat!("../../templates/", $language, "/words.jinja"))),
            $(
                (concat!($mail, ".mjml"), include_str!(concat!("../../templates/", $language, "/", $mail, ".jinja"))),
                (concat!($mail, ".txt"), include_str!(concat!("../../templates/", $language, "/", $mail, ".jinja"))),
            )*
            $((concat!($push, ".txt"), include_str!(concat!("../../templates/", $language, "/", $push, ".jinja"))),)*
        ]
    };
}

macro_rules! languages {
    ($($name:ident = $language:literal),*) => {
        $(const $name: &Sources = mails!($language: "welcome" "onboarding" "task-reminder" "overdue-reminder"
            "daily-digest" "weekly-summary" "password-reset" "verify-email",
            "task-assigned" "task-completed");)*
    };
}
languages!(ENGLISH = "en", GERMAN = "de");

static IN_ENGLISH: LazyLock<Result<Engine, Error>> = LazyLock::new(|| build(Locale::En, ENGLISH));
static IN_GERMAN: LazyLock<Result<Engine, Error>> = LazyLock::new(|| build(Locale::De, GERMAN));

/// What speaks this language; the mistake in a template if there is one.
pub(super) fn engine(locale: Locale) -> Result<&'static Engine, &'static Error> {
    match locale {
        Locale::En => IN_ENGLISH.as_ref(),
        Locale::De => IN_GERMAN.as_ref(),
    }
}

fn build(locale: Locale, mails: &'static Sources) -> Result<Engine, Error> {
    let mut engine = Environment::new();
    engine.set_undefined_behavior(UndefinedBehavior::Strict);
    engine.set_auto_escape_callback(escaping);
    engine.set_syntax(syntax()?);
    engine.add_global("lang", locale.name());
    engine.add_filter("day", move |date: &str, on: &str| {
        dates::day(locale, date, on)
    });
    engine.add_filter("date", move |date: &str| dates::date(locale, date));
    engine.add_filter("days_after", dates::days_after);
    engine.add_filter("plural", plural);
    engine.add_filter("link", link);
    for (name, source) in FRAME.iter().chain(mails) {
        engine.add_template(name, source)?;
    }
    Ok(engine)
}

/// A line that holds only a tag leaves no line behind; plain text depends on it.
fn syntax() -> Result<SyntaxConfig, Error> {
    SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .build()
}

/// Escapes all but plain text. By default minijinja escapes what ends in `.html`, and `.mjml` would
/// go through raw.
fn escaping(name: &str) -> AutoEscape {
    match name.rsplit_once('.') {
        Some((_, "txt")) => AutoEscape::None,
        _ => AutoEscape::Html,
    }
}

/// English and German have two forms, and the same numbers take them.
fn plural(count: i64, one: Value, other: Value) -> Value {
    if count == 1 { one } else { other }
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
    fn the_templates_of_every_language_can_be_read() {
        for locale in Locale::ALL {
            assert!(
                engine(locale).is_ok(),
                "{locale}: {:?}",
                engine(locale).err()
            );
        }
    }

    #[test]
    fn every_language_has_the_same_mails_and_pushes() {
        let names = |sources: &Sources| sources.iter().map(|(name, _)| *name).collect::<Vec<_>>();
        assert_eq!(names(ENGLISH), names(GERMAN));
    }

    #[test]
    fn a_link_cannot_leave_its_attribute() {
        assert_eq!(
            link(r#"https://x/?a=1&b="><i>"#).to_string(),
            "https://x/?a=1&amp;b=&quot;&gt;&lt;i&gt;"
        );
    }
}
