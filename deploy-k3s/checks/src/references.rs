//! Whether everything that is referred to by name is there.

mod keys;
mod ports;
mod ways_in;

use crate::{
    object::{Object, list, selects, text, workloads},
    secrets::Secrets,
};

pub fn check<'a>(objects: &'a [Object], secrets: &'a Secrets) -> Vec<String> {
    let here = Here { objects, secrets };
    let checks: [fn(&Here<'a>, &Object) -> Vec<String>; 7] = [
        Here::selector,
        Here::parts,
        Here::scaled,
        Here::keys,
        |_, object| ports::probes(object),
        Here::service,
        Here::ingress,
    ];
    let wrong = objects.iter().flat_map(|object| {
        let wrong = checks.iter().flat_map(|check| check(&here, object));
        wrong.map(|wrong| format!("{}: {wrong}", object.label()))
    });
    wrong.collect()
}

struct Here<'a> {
    objects: &'a [Object],
    secrets: &'a Secrets,
}

impl Here<'_> {
    /// Nothing is asked for by an empty name.
    fn missing(&self, kind: &str, name: &str) -> Option<String> {
        let there = || self.objects.iter().any(|object| object.is(kind, name));
        (!name.is_empty() && !there()).then(|| format!("there is no {kind} {name}"))
    }

    /// A deployment owns its pods; a budget and a policy are about pods that exist.
    fn selector(&self, object: &Object) -> Vec<String> {
        let selector = match object.kind() {
            "Deployment" | "PodDisruptionBudget" => object.at("/spec/selector"),
            "NetworkPolicy" => object.at("/spec/podSelector"),
            _ => return Vec::new(),
        };
        let own = object.kind() == "Deployment";
        let meets = |pods: &Object| selects(selector, pods.pod_labels());
        let met = meets(object) && own || !own && workloads(self.objects).any(meets);
        let wrong = (!met).then(|| format!("its selector {selector} meets no pod"));
        wrong.into_iter().collect()
    }

    /// What a pod is made of besides its image.
    fn parts(&self, object: &Object) -> Vec<String> {
        let account = text(object.pod(), "/serviceAccountName");
        let account = self.missing("ServiceAccount", account);
        let volumes = list(object.pod(), "/volumes");
        let sources = volumes.iter().filter_map(|volume| {
            let claim = text(volume, "/persistentVolumeClaim/claimName");
            let claim = self.missing("PersistentVolumeClaim", claim);
            claim.or_else(|| self.missing("ConfigMap", text(volume, "/configMap/name")))
        });
        let mounts = object.in_containers("/volumeMounts");
        let mounts = mounts.map(|mount| &mount["name"]);
        let empty = mounts.filter(|name| !volumes.iter().any(|volume| volume["name"] == **name));
        let empty = empty.map(|name| format!("there is no volume {name}"));
        account.into_iter().chain(sources).chain(empty).collect()
    }

    fn scaled(&self, object: &Object) -> Vec<String> {
        let target = object.at("/spec/scaleTargetRef");
        let missing = self.missing(text(target, "/kind"), text(target, "/name"));
        missing.into_iter().collect()
    }
}
