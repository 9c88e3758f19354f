//! What kustomize makes of a directory, as far as ours use it.
//!
//! Only the words that kustomize 2.0.3 and the current one share; any other is refused. Names of
//! generated maps stay without their hash.

use std::path::Path;

use anyhow::{Context as _, bail};
use serde::Deserialize;
use serde_json::{Map, Value, json};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Kustomization {
    #[serde(rename = "apiVersion")]
    _api_version: String,
    #[serde(rename = "kind")]
    _kind: String,
    #[serde(default)]
    bases: Vec<String>,
    #[serde(default)]
    resources: Vec<String>,
    #[serde(default)]
    patches_strategic_merge: Vec<String>,
    #[serde(default)]
    config_map_generator: Vec<Generator>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Generator {
    name: String,
    namespace: String,
    behavior: Option<String>,
    literals: Vec<String>,
}

pub fn render(dir: &Path) -> anyhow::Result<Vec<Value>> {
    let file = dir.join("kustomization.yaml");
    let text = std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
    let wanted: Kustomization =
        serde_saphyr::from_str(&text).with_context(|| file.display().to_string())?;
    let mut objects = Vec::new();
    for base in &wanted.bases {
        objects.extend(render(&dir.join(base))?);
    }
    for resource in &wanted.resources {
        objects.extend(documents(&dir.join(resource))?);
    }
    for generator in &wanted.config_map_generator {
        generator.apply(&mut objects)?;
    }
    for patch in &wanted.patches_strategic_merge {
        for patch in documents(&dir.join(patch))? {
            merge(found(&mut objects, &patch)?, &patch);
        }
    }
    Ok(objects)
}

/// The YAML documents in a file.
pub fn documents(file: &Path) -> anyhow::Result<Vec<Value>> {
    let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    serde_saphyr::from_multiple(&text).with_context(|| file.display().to_string())
}

impl Generator {
    fn apply(&self, objects: &mut Vec<Value>) -> anyhow::Result<()> {
        let mut data = Map::new();
        for literal in &self.literals {
            let (key, value) = literal
                .split_once('=')
                .with_context(|| format!("{}: {literal:?} has no =", self.name))?;
            data.insert(key.to_owned(), value.into());
        }
        let map = json!({
            "apiVersion": "v1", "kind": "ConfigMap", "data": data,
            "metadata": { "name": self.name, "namespace": self.namespace },
        });
        match self.behavior.as_deref() {
            None => objects.push(map),
            Some("merge") => merge(found(objects, &map)?, &map),
            Some(other) => bail!("{}: behavior {other} is not known here", self.name),
        }
        Ok(())
    }
}

fn found<'a>(objects: &'a mut [Value], wanted: &Value) -> anyhow::Result<&'a mut Value> {
    let identity = ["/kind", "/metadata/name", "/metadata/namespace"];
    let same = |object: &&mut Value| {
        let mut identity = identity.iter();
        identity.all(|at| object.pointer(at) == wanted.pointer(at))
    };
    let named = wanted.pointer("/metadata/name");
    let there = objects.iter_mut().find(same);
    there.with_context(|| format!("a patch is for {named:?}, which is not there"))
}

/// Maps merge, lists of named things merge by name, all else is replaced; null takes away.
fn merge(into: &mut Value, patch: &Value) {
    match (into, patch) {
        (Value::Object(into), Value::Object(patch)) => {
            for (key, value) in patch {
                if value.is_null() {
                    into.remove(key);
                } else {
                    merge(into.entry(key).or_insert(Value::Null), value);
                }
            }
        }
        (Value::Array(into), Value::Array(patch)) if patch.iter().all(is_named) => {
            for value in patch {
                match into
                    .iter_mut()
                    .find(|one| one.get("name") == value.get("name"))
                {
                    Some(one) => merge(one, value),
                    None => into.push(value.clone()),
                }
            }
        }
        (into, patch) => *into = patch.clone(),
    }
}

fn is_named(value: &Value) -> bool {
    value.get("name").is_some()
}
