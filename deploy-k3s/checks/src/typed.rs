//! Whether Kubernetes 1.34, Traefik and the Helm controller know every word that is said to them.
//!
//! Each object is read as its type and written again: what the type does not know gets lost, and what
//! gets lost was misspelled.

use k8s_crds_traefik::Middleware;
use k8s_openapi::api::{
    apps::v1::Deployment,
    autoscaling::v2::HorizontalPodAutoscaler,
    batch::v1::Job,
    core::v1::{ConfigMap, Namespace, PersistentVolumeClaim, Service, ServiceAccount},
    networking::v1::{Ingress, NetworkPolicy},
    policy::v1::PodDisruptionBudget,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::object::{Object, text};

pub fn check(objects: &[Object]) -> Vec<String> {
    objects.iter().flat_map(misspelled).collect()
}

fn misspelled(object: &Object) -> Vec<String> {
    let wrong = match (text(&object.0, "/apiVersion"), object.kind()) {
        ("v1", "ConfigMap") => lost::<ConfigMap>(object),
        ("v1", "Namespace") => lost::<Namespace>(object),
        ("v1", "PersistentVolumeClaim") => lost::<PersistentVolumeClaim>(object),
        ("v1", "Service") => lost::<Service>(object),
        ("v1", "ServiceAccount") => lost::<ServiceAccount>(object),
        ("apps/v1", "Deployment") => lost::<Deployment>(object),
        ("autoscaling/v2", "HorizontalPodAutoscaler") => lost::<HorizontalPodAutoscaler>(object),
        ("batch/v1", "Job") => lost::<Job>(object),
        ("networking.k8s.io/v1", "Ingress") => lost::<Ingress>(object),
        ("networking.k8s.io/v1", "NetworkPolicy") => lost::<NetworkPolicy>(object),
        ("policy/v1", "PodDisruptionBudget") => lost::<PodDisruptionBudget>(object),
        ("traefik.io/v1alpha1", "Middleware") => lost::<Middleware>(object),
        // A chart's values have no schema; `values` looks at what ours say.
        ("helm.cattle.io/v1", "HelmChartConfig") => Vec::new(),
        (version, kind) => vec![format!(
            "there is no {kind} in {version}, as far as is known here"
        )],
    };
    let name = object.label();
    wrong
        .iter()
        .map(|wrong| format!("{name}: {wrong}"))
        .collect()
}

fn lost<T: Serialize + DeserializeOwned>(object: &Object) -> Vec<String> {
    let known: T = match serde_json::from_value(object.0.clone()) {
        Ok(known) => known,
        Err(error) => return vec![error.to_string()],
    };
    match serde_json::to_value(known) {
        Ok(written) => differences("", &object.0, &written),
        Err(error) => vec![error.to_string()],
    }
}

/// What was said and is not there any more.
fn differences(at: &str, said: &Value, kept: &Value) -> Vec<String> {
    match (said, kept) {
        (Value::Object(said), Value::Object(kept)) => {
            let each = said.iter().flat_map(|(key, value)| {
                let at = format!("{at}/{key}");
                match kept.get(key) {
                    Some(kept) => differences(&at, value, kept),
                    None => vec![format!("{at} is not known")],
                }
            });
            each.collect()
        }
        (Value::Array(said), Value::Array(kept)) if said.len() == kept.len() => {
            let each = said.iter().zip(kept).enumerate();
            each.flat_map(|(n, (said, kept))| differences(&format!("{at}/{n}"), said, kept))
                .collect()
        }
        (said, kept) if said == kept => Vec::new(),
        (said, kept) => vec![format!("{at} says {said}, which is read as {kept}")],
    }
}
