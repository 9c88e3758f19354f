//! What a push says: a title and a line under it, from one template a language.

use minijinja::{Value, value::Serde};
use store::Locale;

use super::{Facts, Line, RenderError, engine::engine};

/// Title and body.
pub(crate) fn alert<F: Facts>(facts: &F, locale: Locale) -> Result<[Line; 2], RenderError> {
    let engine = engine(locale).map_err(RenderError::Engine)?;
    let filled = || {
        let template = engine.get_template(&format!("{}.txt", F::TEMPLATE))?;
        let mut filled = template.render_captured(Value::from(Serde(facts)))?;
        let mut block = |name| filled.with_state_mut(|state| state.render_block(name));
        Ok([block("title")?, block("body")?])
    };
    let lines = filled().map_err(|error| RenderError::Template(F::TEMPLATE, error))?;
    Ok(lines.map(|line| Line::new(&line)))
}
