//! What is said on the command line, or stands in a file, or is piped in.

use std::{
    fs::File,
    io::{self, Read},
};

use crate::exit::Refusal;

/// More than any payload or mapping has; what is longer is something else.
const LONGEST: u64 = 1024 * 1024;

/// `@file` is what stands there, `@-` what is piped in, and everything else is meant as it is.
pub(crate) fn text(flag: &str, said: &str) -> Result<String, Refusal> {
    let wrong = |error: io::Error| Refusal::Usage(format!("{flag} {said:?}: {error}"));
    let read: Box<dyn Read> = match said.strip_prefix('@') {
        None => return Ok(said.to_owned()),
        Some("-") => Box::new(io::stdin()),
        Some(path) => Box::new(File::open(path).map_err(wrong)?),
    };
    let mut text = String::new();
    read.take(LONGEST + 1)
        .read_to_string(&mut text)
        .map_err(wrong)?;
    if text.len() as u64 > LONGEST {
        let found = format!("{flag} {said:?} has more than {LONGEST} bytes");
        return Err(Refusal::Usage(found));
    }
    Ok(text)
}
