//! Where the link at the end of a mail leads: a page that asks, says that it is done, or that it can't.

use minijinja::context;
use store::Locale;

use super::{RenderError, engine::engine};

/// What a page has to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page<'a> {
    /// Whether they want no more of this kind.
    Ask(&'a str),
    Done(&'a str),
    /// The link is none of ours.
    Bad,
}

impl Page<'_> {
    pub fn html(self, locale: Locale) -> Result<String, RenderError> {
        let (said, kind) = match self {
            Self::Ask(kind) => ("ask", kind),
            Self::Done(kind) => ("done", kind),
            Self::Bad => ("bad", ""),
        };
        let engine = engine(locale).map_err(RenderError::Engine)?;
        let page = engine.get_template("page.html");
        page.and_then(|page| page.render(context! { said, kind }))
            .map_err(|error| RenderError::Template("page.html", error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_unsubscribed_from_has_a_name_in_every_language() {
        let mails = crate::notices().iter();
        let mails = mails.filter(|topic| topic.channel == store::Channel::Mail && !topic.required);
        for (topic, locale) in mails.flat_map(|topic| Locale::ALL.map(|locale| (topic, locale))) {
            for page in [Page::Ask(topic.kind), Page::Done(topic.kind)] {
                let html = page.html(locale);
                assert!(html.is_ok(), "{} in {locale}: {html:?}", topic.kind);
            }
        }
    }

    #[test]
    fn a_page_speaks_the_readers_language_and_asks_before_it_does_anything() {
        let ask = Page::Ask("daily-digest").html(Locale::De).unwrap();
        assert!(
            ask.contains(r#"<html lang="de">"#) && ask.contains("die Tagesübersicht"),
            "{ask}"
        );
        assert!(ask.contains(r#"<form method="post">"#), "{ask}");
        let done = Page::Done("daily-digest").html(Locale::En).unwrap();
        assert!(
            done.contains("the daily digest") && !done.contains("<form"),
            "{done}"
        );
        assert!(
            Page::Bad
                .html(Locale::En)
                .unwrap()
                .contains("does not work")
        );
    }
}
