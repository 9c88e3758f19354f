//! Whether each process is given the variables that its clap struct reads: all of them, and no other.
//!
//! One that is left at its default on purpose stands in the annotation `honeydue/left-at-default` of the
//! pod, beside the reason. So a variable that a process learns to read does not go unnoticed here.

use std::collections::{BTreeMap, BTreeSet};

use clap::{Arg, Command, CommandFactory as _};
use serde_json::Value;

use crate::object::{Object, list, of, text};

const DEFAULTS: &str = "honeydue/left-at-default";
/// Read by the C library below each program or by OpenTelemetry's, and not by clap.
const OF_LIBRARIES: [&str; 5] = [
    "MALLOC_MMAP_THRESHOLD_",
    "OTEL_EXPORTER_OTLP_HEADERS",
    "OTEL_RESOURCE_ATTRIBUTES",
    "OTEL_TRACES_SAMPLER",
    "OTEL_TRACES_SAMPLER_ARG",
];

/// Every program that is configured by environment alone, with what clap knows of it.
pub fn programs() -> [(&'static str, Command); 3] {
    [
        ("honeydue-api", honeydue_api::Config::command()),
        ("honeydue-worker", honeydue_worker::Config::command()),
        ("honeydue-scheduler", honeydue_scheduler::Config::command()),
    ]
}

/// The name of the variable that sets an argument.
pub fn name(arg: &Arg) -> Option<&str> {
    arg.get_env().and_then(std::ffi::OsStr::to_str)
}

pub fn check(objects: &[Object]) -> Vec<String> {
    let programs = programs();
    let deployments = of(objects, "Deployment");
    let ours = deployments.filter_map(|object| {
        let command = text(&object.containers()[0], "/command/0");
        let program = command.rsplit('/').next().unwrap_or_default();
        let (_, command) = programs.iter().find(|(name, _)| *name == program)?;
        Some((object, command))
    });
    ours.flat_map(|(object, command)| differences(objects, object, command))
        .collect()
}

fn differences(objects: &[Object], object: &Object, command: &Command) -> Vec<String> {
    let env = list(&object.containers()[0], "/env");
    let set = env.iter().map(|env| text(env, "/name"));
    let set: BTreeSet<_> = set.filter(|name| !OF_LIBRARIES.contains(name)).collect();
    let left = left_at_default(object);
    let args: Vec<_> = command
        .get_arguments()
        .filter(|arg| name(arg).is_some())
        .collect();
    let program = command.get_name();
    let unread = set
        .union(&left)
        .filter(|wanted| !args.iter().any(|arg| name(arg) == Some(wanted)));
    let unread = unread.map(|name| format!("{program} does not read {name}"));
    let unset = args.iter().filter_map(|arg| unset(arg, &set, &left));
    let unset = unset.map(|wrong| format!("{program} {wrong}"));
    let unusable = unusable(objects, env, &args, command);
    unread
        .chain(unset)
        .chain(unusable)
        .map(|wrong| format!("{}: {wrong}", object.label()))
        .collect()
}

fn left_at_default(object: &Object) -> BTreeSet<&str> {
    let annotations = object.at("/spec/template/metadata/annotations");
    let left = annotations
        .get(DEFAULTS)
        .and_then(Value::as_str)
        .unwrap_or_default();
    left.split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .collect()
}

/// What is hidden in help is for tests.
fn unset(arg: &Arg, set: &BTreeSet<&str>, left: &BTreeSet<&str>) -> Option<String> {
    let name = name(arg)?;
    let wrong = match (set.contains(name), left.contains(name)) {
        (true, _) if arg.is_hide_set() => "takes {} in tests only",
        (true, true) => "is given {}, which is said to be left at its default",
        (false, true) if arg.is_required_set() => "has no default for {}",
        (false, false) if !arg.is_hide_set() => {
            "reads {}, which is neither set nor left at its default"
        }
        _ => return None,
    };
    Some(wrong.replace("{}", name))
}

/// The values themselves, read as the program reads them; of secrets, made-up ones.
fn unusable(objects: &[Object], env: &[Value], args: &[&Arg], command: &Command) -> Option<String> {
    let told = args.iter().filter_map(|arg| {
        let env = env
            .iter()
            .find(|env| Some(text(env, "/name")) == name(arg))?;
        Some(format!("--{}={}", arg.get_long()?, value(objects, env)))
    });
    let told = std::iter::once(command.get_name().to_owned()).chain(told);
    let error = command.clone().try_get_matches_from(told).err()?;
    Some(
        error
            .to_string()
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" "),
    )
}

fn value(objects: &[Object], env: &Value) -> String {
    let secret = match text(env, "/valueFrom/secretKeyRef/key") {
        "DATABASE_URL" => "postgres://somebody@somewhere/something",
        "REDIS_URL" => "redis://somewhere:6379/0",
        "SECRET_KEY" => "made-up, and longer than anybody guesses",
        _ => "made-up",
    };
    said(objects, env).unwrap_or(secret).to_owned()
}

/// What a variable is set to, where the manifests say it: all but secrets and what a pod is told of itself.
pub fn said<'a>(objects: &'a [Object], env: &'a Value) -> Option<&'a str> {
    let from = &env["valueFrom"]["configMapKeyRef"];
    let map = of(objects, "ConfigMap").find(|map| map.name() == text(from, "/name"));
    let kept = map.and_then(|map| map.at("/data").get(text(from, "/key")));
    env.get("value").or(kept).and_then(Value::as_str)
}

const HEAD: &str = "\
# Every variable

What our processes read from the environment, as they say it themselves: this chapter is printed by the code,
and `make test` fails when it is not what the code says. Where each value comes from is told in
[configuration.md](configuration.md). Of these `honeydue` reads `REDIS_URL`, `REDIS_PREFIX`, `DATABASE_URL` and
`MIGRATE_DATABASE_URL`; its `--help` says which verb needs which. It alone reads `HONEYDUE_TIMEOUT`, how long Redis or
Postgres may take to answer it, and for `honeydue import` `IMPORT_REDIS_URL`, the Redis to take jobs over from;
`honeydue doctor` and `config show` look at whatever is set where they run.

| variable | read by | if not set | what it says |
| --- | --- | --- | --- |
";
const FOOT: &str = "
## Commands

```sh
cargo run -q -p deploy --example variables > docs/deployment/variables.md
```
";

/// The book's chapter: the variables of all programs, each once.
pub fn page() -> String {
    let programs = programs();
    let mut rows = BTreeMap::<&str, Row<'_>>::new();
    for (program, command) in &programs {
        for arg in command.get_arguments().filter(|arg| !arg.is_hide_set()) {
            let Some(name) = name(arg) else { continue };
            let row = rows.entry(name).or_insert_with(|| Row::of(arg));
            row.read(program.trim_start_matches("honeydue-"), arg);
        }
    }
    let rows = rows.iter().map(|(name, row)| row.written(name));
    HEAD.to_owned() + &rows.collect::<String>() + FOOT
}

struct Row<'a> {
    arg: &'a Arg,
    /// With what each takes if it is not set.
    readers: Vec<(&'a str, String)>,
}

impl<'a> Row<'a> {
    fn of(arg: &'a Arg) -> Self {
        Self {
            arg,
            readers: Vec::new(),
        }
    }

    fn read(&mut self, program: &'a str, arg: &Arg) {
        self.readers.push((program, default(arg)));
    }

    fn written(&self, name: &str) -> String {
        let readers: Vec<_> = self.readers.iter().map(|(reader, _)| *reader).collect();
        let (readers, default, meaning) = (readers.join(", "), self.default(), meaning(self.arg));
        format!("| `{name}` | {readers} | {default} | {meaning} |\n")
    }

    /// Once, if all take the same.
    fn default(&self) -> String {
        let each = self.readers.iter();
        let differ: BTreeSet<_> = each.clone().map(|(_, default)| default).collect();
        match differ.first() {
            Some(same) if differ.len() == 1 => (*same).clone(),
            _ => {
                let each = each.map(|(reader, default)| format!("{default} in {reader}"));
                each.collect::<Vec<_>>().join(", ")
            }
        }
    }
}

fn meaning(arg: &Arg) -> String {
    let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
    help.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace('|', "\\|")
}

fn default(arg: &Arg) -> String {
    let values: Vec<_> = arg
        .get_default_values()
        .iter()
        .filter_map(|value| value.to_str())
        .collect();
    match values.concat() {
        _ if arg.is_required_set() => "does not start".to_owned(),
        value if value.is_empty() => "nothing".to_owned(),
        value => format!("`{value}`"),
    }
}
