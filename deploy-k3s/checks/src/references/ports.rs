//! Ports, by the names that containers give them.

use serde_json::Value;

use super::Here;
use crate::object::{Object, list, selects_plainly, workloads};

impl Here<'_> {
    pub(super) fn service(&self, object: &Object) -> Vec<String> {
        if object.kind() != "Service" {
            return Vec::new();
        }
        let selector = object.at("/spec/selector");
        let meets = |pods: &&Object| selects_plainly(selector, pods.pod_labels());
        let Some(pods) = workloads(self.objects).find(meets) else {
            return vec![format!("its selector {selector} meets no pod")];
        };
        let named = |target: &&Value| pods.in_containers("/ports").any(|port| is(port, target));
        let wanted = list(&object.0, "/spec/ports").iter();
        let unknown = wanted.map(|port| &port["targetPort"]);
        let unknown = unknown.filter(|target| !named(target));
        unknown
            .map(|target| format!("no port of its pods is {target}"))
            .collect()
    }
}

pub(super) fn probes(object: &Object) -> Vec<String> {
    object.containers().iter().flat_map(unnamed).collect()
}

fn is(port: &Value, wanted: &Value) -> bool {
    port["name"] == *wanted || port["containerPort"] == *wanted
}

/// Which of a container's probes ask a port that it does not have.
fn unnamed(container: &Value) -> Vec<String> {
    let probes = ["startupProbe", "readinessProbe", "livenessProbe"];
    let asked = probes.iter().filter_map(|probe| {
        let probe = container.get(probe)?;
        let http = probe.pointer("/httpGet/port");
        http.or_else(|| probe.pointer("/tcpSocket/port"))
    });
    let known = |asked: &&Value| list(container, "/ports").iter().any(|port| is(port, asked));
    let unknown = asked.filter(|asked| !known(asked));
    unknown
        .map(|port| format!("a probe asks port {port}, which it does not name"))
        .collect()
}
