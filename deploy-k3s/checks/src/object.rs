//! One thing that Kubernetes is asked for, and how to look into it.

use serde_json::Value;

#[derive(Debug, Clone, PartialEq)]
pub struct Object(pub Value);

/// Kinds that run pods from a template.
const WORKLOADS: [&str; 2] = ["Deployment", "Job"];

impl Object {
    pub fn kind(&self) -> &str {
        text(&self.0, "/kind")
    }

    pub fn name(&self) -> &str {
        text(&self.0, "/metadata/name")
    }

    pub fn is(&self, kind: &str, name: &str) -> bool {
        self.kind() == kind && self.name() == name
    }

    pub fn label(&self) -> String {
        format!("{} {}", self.kind(), self.name())
    }

    pub fn at(&self, pointer: &str) -> &Value {
        self.0.pointer(pointer).unwrap_or(&Value::Null)
    }

    pub fn runs_pods(&self) -> bool {
        WORKLOADS.contains(&self.kind())
    }

    /// The pod that it runs; null for what runs none.
    pub fn pod(&self) -> &Value {
        if self.runs_pods() {
            self.at("/spec/template/spec")
        } else {
            &Value::Null
        }
    }

    pub fn pod_labels(&self) -> &Value {
        self.at("/spec/template/metadata/labels")
    }

    pub fn containers(&self) -> &[Value] {
        list(self.pod(), "/containers")
    }

    /// What all of its containers list there.
    pub fn in_containers<'a>(&'a self, pointer: &'static str) -> impl Iterator<Item = &'a Value> {
        let containers = self.containers().iter();
        containers.flat_map(move |container| list(container, pointer))
    }
}

/// Those of a kind.
pub fn of<'a>(objects: &'a [Object], kind: &'a str) -> impl Iterator<Item = &'a Object> {
    objects.iter().filter(move |object| object.kind() == kind)
}

/// What runs pods.
pub fn workloads(objects: &[Object]) -> impl Iterator<Item = &Object> {
    objects.iter().filter(|object| object.runs_pods())
}

pub fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

pub fn list<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    let found = value.pointer(pointer).and_then(Value::as_array);
    found.map_or(&[], Vec::as_slice)
}

/// Whether a selector meets the labels. An empty one meets all, an absent one nothing.
pub fn selects(selector: &Value, labels: &Value) -> bool {
    let exact = selector.get("matchLabels").and_then(Value::as_object);
    let mut exact = exact.into_iter().flatten();
    let one_of = list(selector, "/matchExpressions");
    selector.is_object()
        && exact.all(|(key, wanted)| labels.get(key) == Some(wanted))
        && one_of.iter().all(|one| {
            let has = labels.get(text(one, "/key"));
            text(one, "/operator") == "In"
                && has.is_some_and(|has| list(one, "/values").contains(has))
        })
}

/// The same, as services say it: the labels alone.
pub fn selects_plainly(selector: &Value, labels: &Value) -> bool {
    selects(&serde_json::json!({ "matchLabels": selector }), labels)
}
