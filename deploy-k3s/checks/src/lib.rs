//! Whether the manifests under `deploy-k3s/` fit each other, the programs they run, and our rules.
//!
//! No cluster is asked. What kustomize makes of an overlay is worked out here ([`tree`]), so that the
//! checks need Rust alone; that kubectl makes the same of it is checked where there is one.

pub mod budgets;
pub mod context;
pub mod image;
pub mod network;
pub mod object;
pub mod policy;
pub mod references;
pub mod secrets;
pub mod tree;
pub mod typed;
pub mod values;
pub mod variables;

use std::path::Path;

use object::Object;

/// Everything that is wrong with an overlay, a sentence each; `home` is `deploy-k3s/`.
pub fn findings(home: &Path, overlay: &str) -> anyhow::Result<Vec<String>> {
    let rendered = tree::render(&home.join("overlays").join(overlay))?;
    let objects: Vec<_> = rendered.into_iter().map(Object).collect();
    let secrets = secrets::made_by_script(home)?;
    Ok([
        typed::check(&objects),
        references::check(&objects, &secrets),
        variables::check(&objects),
        policy::check(&objects),
        budgets::check(&objects),
        network::check(&objects),
        values::check(&objects, home)?,
    ]
    .concat())
}
