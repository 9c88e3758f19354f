//! Whether a node can be drained, and a process told to stop has the time it was promised.

use platform::Pace;
use serde_json::Value;

use crate::object::{Object, of, selects, text, workloads};

/// What a worker does once it has drained: settle, close its connections, flush its logs.
const MARGIN: u64 = 5;

pub fn check(objects: &[Object]) -> Vec<String> {
    let budgets = of(objects, "PodDisruptionBudget").filter_map(|budget| blocks(objects, budget));
    let stops = workloads(objects).filter_map(cut_short);
    let doubled = workloads(objects).filter_map(doubled);
    budgets.chain(stops).chain(doubled).collect()
}

/// One that wants as many as there are at least.
fn blocks(objects: &[Object], budget: &Object) -> Option<String> {
    let selector = budget.at("/spec/selector");
    let pods = workloads(objects).find(|pods| selects(selector, pods.pod_labels()))?;
    let scaler = of(objects, "HorizontalPodAutoscaler")
        .find(|scaler| text(&scaler.0, "/spec/scaleTargetRef/name") == pods.name());
    let least = scaler.map_or(pods.at("/spec/replicas"), |scaler| {
        scaler.at("/spec/minReplicas")
    });
    let least = least.as_u64().unwrap_or(1);
    let kept = budget.at("/spec/minAvailable").as_u64();
    kept.is_none_or(|kept| kept >= least).then(|| {
        format!(
            "{}: it keeps {kept:?} of {least} pods, so no node with one could be drained",
            budget.label()
        )
    })
}

/// SIGTERM comes after the pause, SIGKILL after the grace, both from the same moment.
fn cut_short(object: &Object) -> Option<String> {
    let ours = object
        .containers()
        .iter()
        .find(|one| text(one, "/command/0").starts_with("/usr/bin/honeydue-"))?;
    let pause = ours
        .pointer("/lifecycle/preStop/sleep/seconds")
        .and_then(Value::as_u64)
        .unwrap_or(0);
    let drain = if text(ours, "/command/0").ends_with("worker") {
        Pace::STANDARD.drain.as_secs()
    } else {
        10
    };
    let grace = object
        .at("/spec/template/spec/terminationGracePeriodSeconds")
        .as_u64()
        .unwrap_or(30);
    (grace < pause + drain + MARGIN).then(|| {
        format!(
            "{}: {grace} s are less than a pause of {pause} s and {drain} s to finish",
            object.label()
        )
    })
}

/// Two pods on one disk that only one may write.
fn doubled(object: &Object) -> Option<String> {
    let volumes = object.at("/spec/template/spec/volumes").as_array()?;
    let has_disk = volumes
        .iter()
        .any(|volume| volume.get("persistentVolumeClaim").is_some());
    let alone =
        text(&object.0, "/spec/strategy/type") == "Recreate" && object.at("/spec/replicas") == 1;
    (has_disk && !alone).then(|| format!("{}: two of it may write one disk", object.label()))
}
