//! Whether everybody may talk to whom they must, and nobody else.

use serde_json::{Value, json};

use crate::object::{Object, list, of, selects, text, workloads};

pub fn check(objects: &[Object]) -> Vec<String> {
    let shut = of(objects, "NetworkPolicy").any(|policy| {
        let both = policy.at("/spec/policyTypes") == &json!(["Ingress", "Egress"]);
        let silent = policy.at("/spec/ingress").is_null() && policy.at("/spec/egress").is_null();
        both && silent && policy.at("/spec/podSelector") == &json!({})
    });
    let open = (!shut).then(|| "no NetworkPolicy denies by default".to_owned());
    let cut = workloads(objects).flat_map(|pods| cut(objects, pods));
    open.into_iter().chain(cut).collect()
}

/// What a pod needs by what it is given to read, and is not allowed.
fn cut(objects: &[Object], pods: &Object) -> Vec<String> {
    let env = pods.in_containers("/env");
    let reads: Vec<_> = env.map(|env| text(env, "/name")).collect();
    let needs = [
        ("REDIS_URL", 6379),
        ("DATABASE_URL", 5432),
        ("MIGRATE_DATABASE_URL", 5432),
        ("SMTP_URL", 587),
        ("FEATURE_PUSH_ENABLED", 443),
    ];
    let needs = needs
        .into_iter()
        .filter(|(variable, _)| reads.contains(variable));
    let calls = pods.name() != "redis";
    let names = [(53, "names can't be looked up")];
    let names = names
        .into_iter()
        .filter(|(port, _)| calls && !may_call(objects, pods, "UDP", *port));
    let names = names.map(|(_, why)| why.to_owned());
    let unreachable = needs.filter(|(_, port)| !may_call(objects, pods, "TCP", *port));
    let unreachable = unreachable
        .map(|(variable, port)| format!("it reads {variable} and may not call port {port}"));
    let unheard = unheard(objects, pods);
    let wrong = names.chain(unreachable).chain(unheard);
    wrong
        .map(|wrong| format!("{}: {wrong}", pods.label()))
        .collect()
}

/// Labels of what stands before the Job that migrates; the rest comes after it.
const BEFORE: [&str; 2] = ["network", "migrate"];

fn policies<'a>(objects: &'a [Object], pods: &'a Object) -> impl Iterator<Item = &'a Object> {
    let early = pods.kind() == "Job";
    let stands = move |policy: &&Object| {
        let label = &policy.at("/metadata/labels")["app.kubernetes.io/name"];
        !early || BEFORE.iter().any(|name| label == name)
    };
    let all = of(objects, "NetworkPolicy").filter(stands);
    all.filter(|policy| selects(policy.at("/spec/podSelector"), pods.pod_labels()))
}

fn may_call(objects: &[Object], pods: &Object, protocol: &str, port: u16) -> bool {
    let rules = policies(objects, pods).flat_map(|policy| list(&policy.0, "/spec/egress"));
    let mut open = rules.flat_map(|rule| list(rule, "/ports"));
    open.any(|open| open["protocol"] == protocol && open["port"] == port)
}

/// Whom a service or a client of ours calls, and whose policy does not let it in.
fn unheard(objects: &[Object], pods: &Object) -> Vec<String> {
    let rules: Vec<_> = policies(objects, pods)
        .flat_map(|policy| list(&policy.0, "/spec/ingress"))
        .collect();
    let ports = pods.in_containers("/ports");
    let serves = ports
        .filter(|_| pods.name() != "vmagent")
        .map(|port| text(port, "/name"));
    let closed = serves.filter(|port| !rules.iter().any(|rule| opens(rule, port)));
    closed
        .map(|port| format!("nobody may call its port {port}"))
        .collect()
}

fn opens(rule: &Value, port: &str) -> bool {
    list(rule, "/ports").iter().any(|open| open["port"] == port)
}
