//! What is written inside of a value, where Kubernetes looks no further: Traefik's chart, and the ports.

use std::{collections::BTreeSet, path::Path};

use anyhow::Context as _;
use serde_json::Value;

use crate::object::{Object, list, of, text};

pub fn check(objects: &[Object], home: &Path) -> anyhow::Result<Vec<String>> {
    let mut wrong = listening(objects);
    let cloudflare =
        std::fs::read_to_string(home.join("cloudflare.txt")).context("cloudflare.txt")?;
    let known: BTreeSet<_> = cloudflare
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect();
    for chart in of(objects, "HelmChartConfig") {
        let values: Value = serde_saphyr::from_str(text(&chart.0, "/spec/valuesContent"))
            .context("the values of Traefik's chart")?;
        let trusted = list(&values, "/ports/websecure/forwardedHeaders/trustedIPs");
        wrong.extend(other_than(&known, trusted, "Traefik believes"));
        if values["hostNetwork"] != true || values["deployment"]["kind"] != "DaemonSet" {
            wrong.push("Traefik does not see who connects".to_owned());
        }
    }
    for middleware in of(objects, "Middleware").filter(|one| one.name() == "cloudflare-only") {
        let let_in = list(&middleware.0, "/spec/ipAllowList/sourceRange");
        wrong.extend(other_than(&known, let_in, "cloudflare-only lets in"));
    }
    Ok(wrong)
}

fn other_than(known: &BTreeSet<&str>, said: &[Value], who: &str) -> Option<String> {
    let said: BTreeSet<_> = said.iter().filter_map(Value::as_str).collect();
    (said != *known).then(|| format!("{who} others than cloudflare.txt names"))
}

/// A port that a container names is the one its program listens on.
fn listening(objects: &[Object]) -> Vec<String> {
    let config = of(objects, "ConfigMap").find(|map| map.name() == "honeydue-config");
    let listens = |variable: &str| {
        let address = config.map(|map| text(map.at("/data"), &format!("/{variable}")));
        address.and_then(|address| address.rsplit(':').next()?.parse::<u64>().ok())
    };
    let ports = [
        ("http", listens("LISTEN")),
        ("metrics", listens("METRICS_LISTEN")),
    ];
    let containers = of(objects, "Deployment").flat_map(|object| {
        let ours = |one: &&Value| text(one, "/command/0").starts_with("/usr/bin/honeydue");
        let containers = object.containers().iter().filter(ours);
        containers
            .flat_map(|one| list(one, "/ports"))
            .map(move |port| (object, port))
    });
    let wrong = containers.filter_map(|(object, port)| {
        let (_, wanted) = ports
            .iter()
            .find(|(name, _)| *name == text(port, "/name"))?;
        let said = port["containerPort"].as_u64();
        let name = object.label();
        (said != *wanted).then(|| {
            format!(
                "{name}: its port {} is {said:?}, and it listens on {wanted:?}",
                port["name"]
            )
        })
    });
    wrong.collect()
}
