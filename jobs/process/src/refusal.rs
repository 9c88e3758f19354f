//! Why a process does not start: one sentence that names the variable and what is expected.
//!
//! clap speaks of flags, and repeats a wrong value even where it holds a password. People set these
//! processes up by environment variables, so its error is told again in those words.

use std::{
    error::Error as _,
    io::{self, Write as _},
    process::ExitCode,
};

use clap::{
    Arg, Command, Parser,
    error::{ContextKind, ContextValue, Error, ErrorKind},
};

/// Exit code for settings that can't be used, like any command line that can't be understood.
const UNUSABLE: u8 = 2;

/// Reads flags and environment; answers `--help` and `--version`; refuses what can't be used.
pub fn parse<A: Parser>() -> Result<A, ExitCode> {
    let mut command = A::command();
    let parsed = command.try_get_matches_from_mut(std::env::args_os());
    parsed
        .and_then(|matches| A::from_arg_matches(&matches))
        .map_err(|error| say(&command, &error))
}

fn say(command: &Command, error: &Error) -> ExitCode {
    let Some(sentence) = refusal(command, error) else {
        let _ = error.print(); // a closed terminal is no reason to fail
        return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(UNUSABLE));
    };
    refuse(command.get_name(), &sentence)
}

/// Says on stderr why the process does not start; logging may not be up yet.
pub(crate) fn refuse(name: &str, sentence: &str) -> ExitCode {
    let _ = writeln!(io::stderr(), "{name}: {sentence}");
    ExitCode::from(UNUSABLE)
}

/// The sentence, where the error is about settings rather than about how a flag is spelled.
fn refusal(command: &Command, error: &Error) -> Option<String> {
    let args = settings_named_by(command, error);
    match error.kind() {
        _ if args.is_empty() => None,
        ErrorKind::MissingRequiredArgument => {
            Some(args.into_iter().map(missing).collect::<Vec<_>>().join("; "))
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => Some(wrong(args[0], error)),
        _ => None,
    }
}

fn missing(arg: &Arg) -> String {
    format!("{} is not set: {}", variable(arg), meaning(arg))
}

fn wrong(arg: &Arg, error: &Error) -> String {
    let name = variable(arg);
    let is = match value_of(error) {
        Some(value) if !arg.is_hide_env_values_set() => format!("{name} is {value:?}"),
        _ => format!("{name} can't be used"),
    };
    let why = error
        .source()
        .map_or_else(|| choices(arg), ToString::to_string);
    format!("{is}: {why}. {}", meaning(arg))
}

fn choices(arg: &Arg) -> String {
    let values = arg.get_possible_values();
    let names: Vec<_> = values
        .iter()
        .map(clap::builder::PossibleValue::get_name)
        .collect();
    if names.is_empty() {
        "it needs a value".to_owned()
    } else {
        format!("it must be {}", names.join(" or "))
    }
}

fn variable(arg: &Arg) -> String {
    arg.get_env()
        .map_or_else(|| arg.to_string(), |env| env.to_string_lossy().into_owned())
}

fn meaning(arg: &Arg) -> String {
    let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
    help.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn value_of(error: &Error) -> Option<&str> {
    match error.get(ContextKind::InvalidValue) {
        Some(ContextValue::String(value)) => Some(value),
        _ => None,
    }
}

/// clap names an argument as its usage does (`--redis-url <URL>`), so that is what is compared.
fn settings_named_by<'a>(command: &'a Command, error: &Error) -> Vec<&'a Arg> {
    let names = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(name)) => std::slice::from_ref(name),
        Some(ContextValue::Strings(names)) => names,
        _ => &[],
    };
    command
        .get_arguments()
        .filter(|arg| names.contains(&arg.to_string()))
        .collect()
}

#[cfg(test)]
mod tests;
