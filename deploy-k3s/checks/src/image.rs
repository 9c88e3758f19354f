//! Whether the Dockerfile fits the workspace it compiles and the manifests that run what it makes.
//!
//! What it comes to is seen by building it, which needs a machine that can (`image.sh`). That it names
//! what is there is seen anywhere.

use std::{collections::BTreeSet, path::Path};

use anyhow::Context as _;

use crate::{
    context,
    object::{Object, text, workloads},
    tree,
};

/// Everything that is wrong with it, a sentence each; `root` is the repository.
pub fn findings(root: &Path, dockerfile: &str) -> anyhow::Result<Vec<String>> {
    // An instruction may go on behind a backslash.
    let whole = dockerfile.replace("\\\n", " ");
    let lines: Vec<&str> = whole
        .lines()
        .map(str::trim)
        .filter(|line| !line.starts_with('#'))
        .collect();
    Ok([
        programs(root, &lines)?,
        copies(root, &lines)?,
        user(root, &lines)?,
        version(root, &lines)?,
    ]
    .concat())
}

/// The packages that it compiles make the programs that it keeps, and those are what the manifests run.
fn programs(root: &Path, lines: &[&str]) -> anyhow::Result<Vec<String>> {
    let words = || lines.iter().flat_map(|line| line.split_whitespace());
    let packages = words()
        .zip(words().skip(1))
        .filter(|(word, _)| *word == "--package");
    let packages: BTreeSet<_> = packages.map(|(_, name)| name).collect();
    let made: BTreeSet<String> = members(root)?
        .into_iter()
        .filter(|member| packages.contains(member.package.as_str()))
        .map(|member| member.program)
        .collect();
    let kept = words().skip_while(|word| *word != "cp").skip(1);
    let kept: BTreeSet<String> = kept
        .take_while(|word| *word != "/out/")
        .map(str::to_owned)
        .collect();
    let mut wrong = Vec::new();
    if made != kept || made.len() != packages.len() {
        wrong.push(format!(
            "it compiles {packages:?}, which makes {made:?}, and keeps {kept:?}"
        ));
    }
    for (who, program) in run(root)?
        .into_iter()
        .filter(|(_, run)| !kept.contains(run))
    {
        wrong.push(format!("{who} runs {program}, which is not among {kept:?}"));
    }
    Ok(wrong)
}

/// What the manifests run of ours: who, and which program.
fn run(root: &Path) -> anyhow::Result<Vec<(String, String)>> {
    let rendered = tree::render(&root.join("deploy-k3s/overlays/production"))?;
    let objects: Vec<_> = rendered.into_iter().map(Object).collect();
    let commands = workloads(&objects).flat_map(|object| {
        let containers = object.containers().iter();
        containers.map(|one| (object.label(), text(one, "/command/0").to_owned()))
    });
    let ours = commands.filter_map(|(who, command)| {
        let program = command.strip_prefix("/usr/bin/honeydue")?;
        Some((who, format!("honeydue{program}")))
    });
    Ok(ours.collect())
}

pub(crate) struct Member {
    pub(crate) dir: String,
    package: String,
    program: String,
}

pub(crate) fn members(root: &Path) -> anyhow::Result<Vec<Member>> {
    let workspace = read(root, "Cargo.toml")?;
    let list = workspace.split("members = [").nth(1).unwrap_or_default();
    let dirs = list.split(']').next().unwrap_or_default().split('"');
    dirs.skip(1)
        .step_by(2)
        .map(|dir| {
            let manifest = read(root, &format!("{dir}/Cargo.toml"))?;
            let package = quoted(&manifest, "\nname = ").to_owned();
            let program = manifest.split("[[bin]]").nth(1);
            let program = program.map_or(package.clone(), |bin| quoted(bin, "name = ").to_owned());
            Ok(Member {
                dir: dir.to_owned(),
                package,
                program,
            })
        })
        .collect()
}

/// What is copied is in the context, or comes from a stage above.
fn copies(root: &Path, lines: &[&str]) -> anyhow::Result<Vec<String>> {
    let context = context::Context::new(root, &read(root, ".dockerignore")?);
    let mut stages = BTreeSet::new();
    let mut wrong = Vec::new();
    for line in lines {
        let words: Vec<_> = line.split_whitespace().collect();
        match words.as_slice() {
            ["FROM", .., "AS", name] => drop(stages.insert(*name)),
            ["COPY", from, ..] if from.starts_with("--from=") => {
                let from = from.trim_start_matches("--from=");
                if !stages.contains(from) {
                    wrong.push(format!("it copies from {from}, which is no stage above"));
                }
            }
            ["COPY", sources @ .., _] => {
                let left_out = sources.iter().filter(|source| !context.has(source));
                let told = |source| format!("it copies {source}, which is not in the context");
                wrong.extend(left_out.map(told));
            }
            _ => {}
        }
    }
    Ok(wrong)
}

/// Its user is the one that the image's passwd knows.
fn user(root: &Path, lines: &[&str]) -> anyhow::Result<Vec<String>> {
    let passwd = read(root, "deploy-k3s/image/etc/passwd")?;
    let known: Vec<_> = passwd.trim().split(':').skip(2).take(2).collect();
    let known = known.join(":");
    let said = lines.iter().find_map(|line| line.strip_prefix("USER "));
    Ok(said
        .filter(|said| *said != known)
        .map(|said| format!("its user is {said}, and passwd knows {known}"))
        .or_else(|| said.is_none().then(|| "it runs as root".to_owned()))
        .into_iter()
        .collect())
}

/// It compiles with the Rust that the workspace asks for.
fn version(root: &Path, lines: &[&str]) -> anyhow::Result<Vec<String>> {
    let workspace = read(root, "Cargo.toml")?;
    let wanted = format!(
        "ARG BUILDER=rust:{}-",
        quoted(&workspace, "rust-version = ")
    );
    let found = lines.iter().any(|line| line.starts_with(&wanted));
    Ok((!found)
        .then(|| format!("no line begins with {wanted}"))
        .into_iter()
        .collect())
}

fn read(root: &Path, path: &str) -> anyhow::Result<String> {
    std::fs::read_to_string(root.join(path)).with_context(|| format!("reading {path}"))
}

/// What stands in quotes behind `before`, where it comes first.
fn quoted<'a>(text: &'a str, before: &str) -> &'a str {
    let behind = text.split(before).nth(1).unwrap_or_default();
    behind.split('"').nth(1).unwrap_or_default()
}
