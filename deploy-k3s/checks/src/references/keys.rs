//! Keys of secrets and `ConfigMaps`, asked for by a variable or a file.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Here;
use crate::object::{Object, list, of, text};

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Key<'a> {
    Secret(&'a str, &'a str),
    Config(&'a str, &'a str),
}

impl Here<'_> {
    pub(super) fn keys(&self, object: &Object) -> Vec<String> {
        let variables = object.in_containers("/env").filter_map(of_variable);
        let files = list(object.pod(), "/volumes").iter().flat_map(of_files);
        let wanted: BTreeSet<_> = variables.chain(files).collect();
        let missing = wanted.into_iter().filter_map(|key| self.missing_key(&key));
        let accounts = list(&object.0, "/imagePullSecrets").iter();
        let unmade = accounts.filter_map(|secret| self.unmade(text(secret, "/name")));
        missing.chain(unmade).collect()
    }

    fn missing_key(&self, key: &Key<'_>) -> Option<String> {
        match *key {
            Key::Secret(name, key) => {
                let known = self.secrets.get(name);
                let there = known.is_some_and(|keys| keys.contains(key));
                (!there).then(|| format!("secret {name} has no key {key}"))
            }
            Key::Config(name, key) => {
                let known = of(self.objects, "ConfigMap").find(|map| map.name() == name);
                let there = known.is_some_and(|map| map.at("/data").get(key).is_some());
                (!there).then(|| format!("ConfigMap {name} has no key {key}"))
            }
        }
    }

    pub(super) fn unmade(&self, secret: &str) -> Option<String> {
        let made = self.secrets.contains_key(secret);
        (!made).then(|| format!("nobody makes the secret {secret}"))
    }
}

fn of_variable(env: &Value) -> Option<Key<'_>> {
    let from = env.get("valueFrom")?;
    if let Some(from) = from.get("secretKeyRef") {
        return Some(Key::Secret(text(from, "/name"), text(from, "/key")));
    }
    let from = from.get("configMapKeyRef")?;
    Some(Key::Config(text(from, "/name"), text(from, "/key")))
}

fn of_files(volume: &Value) -> impl Iterator<Item = Key<'_>> {
    let name = text(volume, "/secret/secretName");
    let items = list(volume, "/secret/items").iter();
    items.map(move |item| Key::Secret(name, text(item, "/key")))
}
