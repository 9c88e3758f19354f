//! What every pod of ours must be: bounded, without rights, and of a version that says which it is.

use serde_json::{Value, json};

use crate::object::{Object, text, workloads};

/// Tags that mean another image tomorrow.
const MOVING: [&str; 5] = ["", "latest", "stable", "main", "edge"];
/// What the health endpoints of `process` and the API answer, and on which port.
const PROBES: [(&str, &str, &str); 4] = [
    ("startupProbe", "/api/health/", "http"),
    ("startupProbe", "/livez", "metrics"),
    ("readinessProbe", "/readyz", "metrics"),
    ("livenessProbe", "/livez", "metrics"),
];

pub fn check(objects: &[Object]) -> Vec<String> {
    let homeless = objects.iter().filter_map(home);
    let pods = workloads(objects).flat_map(|object| {
        let containers = object.containers().iter();
        let containers = containers.flat_map(|one| container(object, one));
        let wrong = pod(object).into_iter().chain(containers);
        wrong.map(|wrong| format!("{}: {wrong}", object.label()))
    });
    pods.chain(homeless).collect()
}

/// Where it is said at all: a namespace has none, and Traefik belongs to k3s.
fn home(object: &Object) -> Option<String> {
    let at_home = match object.kind() {
        "Namespace" => object.name() == "honeydue",
        "HelmChartConfig" => text(&object.0, "/metadata/namespace") == "kube-system",
        _ => text(&object.0, "/metadata/namespace") == "honeydue",
    };
    (!at_home).then(|| format!("{}: it is not in the namespace honeydue", object.label()))
}

fn pod(object: &Object) -> Vec<String> {
    let pod = object.pod();
    let must = [
        (
            "/automountServiceAccountToken",
            json!(false),
            "it is given a token for Kubernetes",
        ),
        (
            "/securityContext/runAsNonRoot",
            json!(true),
            "it may run as root",
        ),
        (
            "/securityContext/seccompProfile/type",
            json!("RuntimeDefault"),
            "any system call is allowed",
        ),
        (
            "/enableServiceLinks",
            json!(false),
            "variables nobody asked for are set in it",
        ),
    ];
    let mut wrong = unmet(pod, &must);
    let user = pod
        .pointer("/securityContext/runAsUser")
        .and_then(Value::as_u64);
    if user.is_none_or(|user| user == 0) {
        wrong.push("it runs as root".to_owned());
    }
    let host = ["hostNetwork", "hostPID", "hostIPC"];
    let host = host.iter().filter(|name| pod.get(**name).is_some());
    wrong.extend(host.map(|name| format!("{name}: it leaves its own world")));
    wrong
}

fn container(object: &Object, container: &Value) -> Vec<String> {
    let must = [
        (
            "/securityContext/readOnlyRootFilesystem",
            json!(true),
            "its root can be written",
        ),
        (
            "/securityContext/allowPrivilegeEscalation",
            json!(false),
            "it may gain rights",
        ),
        (
            "/securityContext/capabilities/drop",
            json!(["ALL"]),
            "it keeps capabilities",
        ),
    ];
    let mut wrong = unmet(container, &must);
    let amounts = ["requests", "limits"]
        .into_iter()
        .flat_map(|what| [(what, "cpu"), (what, "memory")]);
    let unbounded = amounts.filter(|(what, of)| container["resources"][what][of].is_null());
    wrong.extend(unbounded.map(|(what, of)| format!("it has no {what} of {of}")));
    if MOVING.contains(&tag(text(container, "/image"))) {
        wrong.push(format!(
            "its image {} may be another one tomorrow",
            container["image"]
        ));
    }
    if object.kind() == "Deployment" {
        wrong.extend(probes(container));
    }
    wrong
}

/// A colon before the last slash is the registry's port.
fn tag(image: &str) -> &str {
    let name = image.rsplit('/').next().unwrap_or_default();
    name.split_once(':').map_or("", |(_, tag)| tag)
}

fn unmet(value: &Value, must: &[(&str, Value, &str)]) -> Vec<String> {
    let unmet = must
        .iter()
        .filter(|(at, wanted, _)| value.pointer(at) != Some(wanted));
    unmet
        .map(|(at, wanted, why)| format!("{why}: {at} must be {wanted}"))
        .collect()
}

fn probes(container: &Value) -> Vec<String> {
    let ours = text(container, "/command/0").starts_with("/usr/bin/honeydue");
    let missing = ["readinessProbe", "livenessProbe"].into_iter();
    let missing = missing.filter(|probe| container.get(probe).is_none());
    let missing = missing.map(|probe| format!("it has no {probe}"));
    let asked = ["startupProbe", "readinessProbe", "livenessProbe"].into_iter();
    let wrong = asked.filter(|_| ours).filter_map(|probe| {
        let path = text(container, &format!("/{probe}/httpGet/path"));
        let port = text(container, &format!("/{probe}/httpGet/port"));
        let known = PROBES.contains(&(probe, path, port));
        (!known)
            .then(|| format!("its {probe} asks {path:?} on {port:?}, where nothing answers that"))
    });
    missing.chain(wrong).collect()
}

#[cfg(test)]
mod tests {
    use super::tag;

    #[test]
    fn a_registrys_port_is_no_tag() {
        assert_eq!(tag("registry.example.com:5000/honeydue"), "");
        assert_eq!(tag("registry.example.com:5000/honeydue:1a2b"), "1a2b");
        assert_eq!(tag("redis:7.4-alpine"), "7.4-alpine");
    }
}
