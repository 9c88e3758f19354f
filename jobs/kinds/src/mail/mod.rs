//! Mails: facts in, subject, plain text and HTML out.
//!
//! One template a mail and language says everything; minijinja fills it twice, and mrml turns the MJML of the
//! one into HTML that mail programs understand. Words stay in the templates, where a translation
//! can find them; those of pushes, too.

mod alert;
mod dates;
mod engine;
mod facts;
mod line;
mod page;

use minijinja::{Value, context, value::Serde};
use mrml::prelude::{parser::ParserOptions, render::RenderOptions};
use store::Locale;

use self::engine::engine;

pub(crate) use alert::alert;
pub(crate) use facts::MOST_NAMED;
pub use facts::{
    AssignedFacts, CompletedFacts, DigestFacts, Facts, OverdueFacts, ReminderFacts, ResetFacts,
    StepFacts, SummaryFacts, TaskLine, TaskList, VerifyFacts, WelcomeFacts,
};
pub use line::{Line, Name};
pub use page::Page;

/// Who a mail is for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reader {
    pub locale: Locale,
    /// Where they go to get no more of its kind; none where nobody can.
    pub unsubscribe: Option<String>,
}

/// A mail ready to be addressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// A single line.
    pub subject: String,
    pub text: String,
    pub html: String,
    /// As the reader's.
    pub unsubscribe: Option<String>,
}

/// A mistake in a template; no fact can cause one.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    #[error("the templates can't be read")]
    Engine(#[source] &'static minijinja::Error),
    #[error("the template {0} can't be filled")]
    Template(&'static str, #[source] minijinja::Error),
    #[error("the template {0} is no valid MJML")]
    Parse(&'static str, #[source] mrml::prelude::parser::Error),
    #[error("the template {0} can't become HTML")]
    Html(&'static str, #[source] mrml::prelude::render::Error),
}

/// Says `facts` by mail.
pub fn render<F: Facts>(facts: &F, reader: &Reader) -> Result<Rendered, RenderError> {
    let (text, subject) = fill("txt", facts, reader)?;
    let (mjml, _) = fill("mjml", facts, reader)?;
    Ok(Rendered {
        subject: Line::new(&subject).as_str().to_owned(),
        text: tidy(&text),
        html: html::<F>(&mjml)?,
        unsubscribe: reader.unsubscribe.clone(),
    })
}

/// The whole of a mail in one medium, and its subject.
fn fill<F: Facts>(
    medium: &str,
    facts: &F,
    reader: &Reader,
) -> Result<(String, String), RenderError> {
    let unsubscribe = &reader.unsubscribe;
    let context = context! { medium, unsubscribe, ..Value::from(Serde(facts)) };
    let engine = engine(reader.locale).map_err(RenderError::Engine)?;
    let filled = || {
        let template = engine.get_template(&format!("{}.{medium}", F::TEMPLATE))?;
        let mut filled = template.render_captured(context)?;
        let subject = filled.with_state_mut(|state| state.render_block("subject"))?;
        Ok((filled.into_output(), subject))
    };
    filled().map_err(|error| RenderError::Template(F::TEMPLATE, error))
}

fn html<F: Facts>(mjml: &str) -> Result<String, RenderError> {
    let parsed = mrml::parse_with_options(mjml, &ParserOptions::default())
        .map_err(|error| RenderError::Parse(F::TEMPLATE, error))?;
    // No fonts from elsewhere: opening a mail must not tell a third party that it was opened.
    let options = RenderOptions {
        disable_comments: true,
        fonts: [].into(),
        ..RenderOptions::default()
    };
    parsed
        .element
        .render(&options)
        .map_err(|error| RenderError::Html(F::TEMPLATE, error))
}

/// Templates leave a blank line wherever a branch was not taken; a reader should see one at most.
fn tidy(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    let mut blank = true;
    for line in text.lines() {
        let was_blank = std::mem::replace(&mut blank, line.trim().is_empty());
        if !(blank && was_blank) {
            tidy.push_str(if blank { "" } else { line });
            tidy.push('\n');
        }
    }
    tidy.trim_end().to_owned() + "\n"
}

#[cfg(test)]
mod tests;
