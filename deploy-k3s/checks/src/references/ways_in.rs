//! What an Ingress leads to, and what it sends requests through.

use serde_json::Value;

use super::Here;
use crate::object::{Object, list, of, text};

const MIDDLEWARES: &str = "traefik.ingress.kubernetes.io/router.middlewares";

impl Here<'_> {
    pub(super) fn ingress(&self, object: &Object) -> Vec<String> {
        if object.kind() != "Ingress" {
            return Vec::new();
        }
        let rules = list(&object.0, "/spec/rules").iter();
        let paths = rules.flat_map(|rule| list(rule, "/http/paths"));
        let backends = paths.filter_map(|path| self.backend(&path["backend"]["service"]));
        let tls = list(&object.0, "/spec/tls").iter();
        let secrets = tls.filter_map(|tls| self.unmade(text(tls, "/secretName")));
        let through = object.at("/metadata/annotations")[MIDDLEWARES].as_str();
        let through = through.unwrap_or_default().split(',');
        let through = through.filter_map(|name| self.missing("Middleware", plain(name)));
        backends.chain(secrets).chain(through).collect()
    }

    fn backend(&self, wanted: &Value) -> Option<String> {
        let (name, port) = (text(wanted, "/name"), &wanted["port"]["name"]);
        let mut services = of(self.objects, "Service").filter(|service| service.name() == name);
        let there = services.any(|service| {
            let ports = list(&service.0, "/spec/ports");
            ports.iter().any(|known| known["name"] == *port)
        });
        (!there).then(|| format!("there is no service {name} with a port {port}"))
    }
}

/// Traefik's name of a middleware says where it is and who defined it.
fn plain(name: &str) -> &str {
    let here = name.strip_prefix("honeydue-");
    here.and_then(|name| name.strip_suffix("@kubernetescrd"))
        .unwrap_or(name)
}
