//! Whether everything that is referred to by name is there.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{
    object::{Object, list, of, selects, selects_plainly, text, workloads},
    secrets::Secrets,
};

/// Made by scripts/02-secrets.sh of files, not of keys.
const MADE_OF_FILES: [&str; 2] = ["registry-credentials", "honeydue-origin-cert"];

pub fn check<'a>(objects: &'a [Object], secrets: &'a Secrets) -> Vec<String> {
    let here = Here { objects, secrets };
    let each: [fn(&Here<'a>, &Object) -> Vec<String>; 6] = [
        Here::selector,
        Here::pods,
        Here::keys,
        Here::service,
        Here::scaled,
        Here::ingress,
    ];
    let wrong = objects.iter().flat_map(|object| {
        let wrong = each.iter().flat_map(|check| check(&here, object));
        wrong.map(|wrong| format!("{}: {wrong}", object.label()))
    });
    wrong.collect()
}

struct Here<'a> {
    objects: &'a [Object],
    secrets: &'a Secrets,
}

impl Here<'_> {
    fn has(&self, kind: &str, name: &str) -> bool {
        self.objects.iter().any(|object| object.is(kind, name))
    }

    fn missing(&self, kind: &str, name: &str) -> Option<String> {
        let unknown = !name.is_empty() && !self.has(kind, name);
        unknown.then(|| format!("there is no {kind} {name}"))
    }

    /// A deployment owns its pods; a budget and a policy are about pods that exist.
    fn selector(&self, object: &Object) -> Vec<String> {
        let (selector, own) = match object.kind() {
            "Deployment" => (object.at("/spec/selector"), true),
            "PodDisruptionBudget" => (object.at("/spec/selector"), false),
            "NetworkPolicy" => (object.at("/spec/podSelector"), false),
            _ => return Vec::new(),
        };
        let met = if own {
            selects(selector, object.pod_labels())
        } else {
            workloads(self.objects).any(|pods| selects(selector, pods.pod_labels()))
        };
        (!met)
            .then(|| format!("its selector {selector} meets no pod"))
            .into_iter()
            .collect()
    }

    fn pods(&self, object: &Object) -> Vec<String> {
        let pod = object.pod();
        let account = self.missing("ServiceAccount", text(pod, "/serviceAccountName"));
        let volumes = list(pod, "/volumes");
        let claims = volumes.iter().filter_map(|volume| {
            let claim = text(volume, "/persistentVolumeClaim/claimName");
            let map = text(volume, "/configMap/name");
            let claim = self.missing("PersistentVolumeClaim", claim);
            claim.or_else(|| self.missing("ConfigMap", map))
        });
        let mounts = object
            .containers()
            .iter()
            .flat_map(|container| list(container, "/volumeMounts"));
        let unmounted = mounts.filter_map(|mount| {
            let name = text(mount, "/name");
            let known = volumes.iter().any(|volume| text(volume, "/name") == name);
            (!known).then(|| format!("there is no volume {name}"))
        });
        let probes = object.containers().iter().flat_map(probed_ports);
        account
            .into_iter()
            .chain(claims)
            .chain(unmounted)
            .chain(probes)
            .collect()
    }

    fn keys(&self, object: &Object) -> Vec<String> {
        let env = object
            .containers()
            .iter()
            .flat_map(|container| list(container, "/env"));
        let by_variable = env.filter_map(|env| {
            let from = env
                .pointer("/valueFrom/secretKeyRef")
                .map(|from| (true, from));
            from.or_else(|| {
                env.pointer("/valueFrom/configMapKeyRef")
                    .map(|from| (false, from))
            })
        });
        let by_variable =
            by_variable.map(|(secret, from)| (secret, text(from, "/name"), text(from, "/key")));
        let files = list(object.pod(), "/volumes").iter().flat_map(|volume| {
            let name = text(volume, "/secret/secretName");
            let items = list(volume, "/secret/items").iter();
            items.map(move |item| (true, name, text(item, "/key")))
        });
        let wanted: BTreeSet<_> = by_variable.chain(files).collect();
        wanted
            .into_iter()
            .filter_map(|(secret, name, key)| self.missing_key(secret, name, key))
            .collect()
    }

    fn missing_key(&self, secret: bool, name: &str, key: &str) -> Option<String> {
        let (what, there) = if secret {
            (
                "secret",
                self.secrets
                    .get(name)
                    .is_some_and(|keys| keys.contains(key)),
            )
        } else {
            let map = of(self.objects, "ConfigMap").find(|map| map.name() == name);
            (
                "ConfigMap",
                map.is_some_and(|map| map.at("/data").get(key).is_some()),
            )
        };
        (!there).then(|| format!("{what} {name} has no key {key}"))
    }

    fn service(&self, object: &Object) -> Vec<String> {
        if object.kind() != "Service" {
            return Vec::new();
        }
        let selector = object.at("/spec/selector");
        let pods =
            workloads(self.objects).find(|pods| selects_plainly(selector, pods.pod_labels()));
        let Some(pods) = pods else {
            return vec![format!("its selector {selector} meets no pod")];
        };
        let ports: Vec<_> = pods
            .containers()
            .iter()
            .flat_map(|one| list(one, "/ports"))
            .collect();
        let wanted = list(&object.0, "/spec/ports").iter();
        let unknown = wanted.map(|port| &port["targetPort"]).filter(|target| {
            !ports
                .iter()
                .any(|port| port["name"] == **target || port["containerPort"] == **target)
        });
        unknown
            .map(|target| format!("no port of its pods is {target}"))
            .collect()
    }

    fn scaled(&self, object: &Object) -> Vec<String> {
        let target = object.at("/spec/scaleTargetRef");
        let missing = self.missing(text(target, "/kind"), text(target, "/name"));
        missing.into_iter().collect()
    }

    fn ingress(&self, object: &Object) -> Vec<String> {
        if object.kind() != "Ingress" {
            return Vec::new();
        }
        let paths = list(&object.0, "/spec/rules")
            .iter()
            .flat_map(|rule| list(rule, "/http/paths"));
        let services = paths.filter_map(|path| self.backend(&path["backend"]["service"]));
        let tls = list(&object.0, "/spec/tls")
            .iter()
            .map(|tls| text(tls, "/secretName"));
        let secrets = tls.filter(|name| !MADE_OF_FILES.contains(name));
        let secrets = secrets.map(|name| format!("nobody makes the secret {name}"));
        let names =
            &object.at("/metadata/annotations")["traefik.ingress.kubernetes.io/router.middlewares"];
        let names = names.as_str().unwrap_or_default().split(',');
        let middlewares = names.filter_map(|name| {
            let plain = name.strip_prefix("honeydue-");
            let plain = plain.and_then(|name| name.strip_suffix("@kubernetescrd"));
            self.missing("Middleware", plain.unwrap_or(name))
        });
        services.chain(secrets).chain(middlewares).collect()
    }

    fn backend(&self, wanted: &Value) -> Option<String> {
        let name = text(wanted, "/name");
        let service = of(self.objects, "Service").find(|service| service.name() == name);
        let ports = service.map(|service| list(&service.0, "/spec/ports"));
        let port = &wanted["port"]["name"];
        let there = ports.is_some_and(|ports| ports.iter().any(|known| known["name"] == *port));
        (!there).then(|| format!("there is no service {name} with a port {port}"))
    }
}

fn probed_ports(container: &Value) -> Vec<String> {
    let probes = ["startupProbe", "readinessProbe", "livenessProbe"];
    let wanted = probes.iter().filter_map(|probe| {
        let probe = container.get(probe)?;
        let port = probe
            .pointer("/httpGet/port")
            .or_else(|| probe.pointer("/tcpSocket/port"))?;
        let known = list(container, "/ports").iter();
        let mut known = known.flat_map(|known| [&known["name"], &known["containerPort"]]);
        (!known.any(|known| known == port))
            .then(|| format!("a probe asks port {port}, which it does not name"))
    });
    wanted.collect()
}
