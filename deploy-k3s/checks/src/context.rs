//! What the builder of the image is given: the repository without what `.dockerignore` names.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::image::members;

pub struct Context {
    root: PathBuf,
    ignored: Vec<String>,
}

impl Context {
    pub fn new(root: &Path, dockerignore: &str) -> Self {
        let lines = dockerignore.lines().map(str::trim);
        let ignored = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
        Self {
            root: root.to_owned(),
            ignored: ignored.map(str::to_owned).collect(),
        }
    }

    /// Whether a path, as seen from the root, is there and is let through.
    pub fn has(&self, path: &str) -> bool {
        let left_out = self.ignored.iter().any(|pattern| meets(pattern, path));
        self.root.join(path).exists() && !left_out
    }
}

/// Of what patterns may say only what ours do: a path from the root, or the end of any name.
fn meets(pattern: &str, path: &str) -> bool {
    match pattern.strip_prefix("**/*") {
        Some(end) => path.ends_with(end),
        None => Path::new(path).starts_with(pattern),
    }
}

/// What cargo reads before it compiles anything, and the checked queries, of which it does not know: from
/// the root, as paths.
pub fn read_beforehand(root: &Path) -> anyhow::Result<Vec<String>> {
    let members = members(root)?.into_iter();
    let manifests = members.map(|member| format!("{}/Cargo.toml", member.dir));
    let queries = "jobs/store/.sqlx";
    let files = std::fs::read_dir(root.join(queries)).with_context(|| queries.to_owned())?;
    let names = files.map(|file| Ok(file?.file_name().to_string_lossy().into_owned()));
    let names = names.collect::<std::io::Result<Vec<_>>>()?;
    let queries = names.iter().map(|name| format!("{queries}/{name}"));
    let workspace = ["Cargo.toml", "Cargo.lock"].map(str::to_owned);
    Ok(workspace
        .into_iter()
        .chain(manifests)
        .chain(queries)
        .collect())
}
