//! The Dockerfile fits the workspace and the manifests, and a mistake planted in it is found.

use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn dockerfile() -> String {
    std::fs::read_to_string(root().join("Dockerfile")).expect("the Dockerfile")
}

fn findings(dockerfile: &str) -> Vec<String> {
    deploy::image::findings(&root(), dockerfile).expect("a workspace that can be read")
}

#[test]
fn nothing_is_wrong_with_the_dockerfile() {
    assert_eq!(findings(&dockerfile()), Vec::<String>::new());
}

#[test]
fn every_mistake_planted_in_it_is_found() {
    for (right, wrong, told) in [
        ("--package honeydue-worker", "", "it compiles"),
        (
            "--package honeydue-ops",
            "--package honeydue-cli",
            "it compiles",
        ),
        (
            "cp honeydue-api ",
            "cp ",
            "Deployment api runs honeydue-api",
        ),
        (" honeydue /out/", " /out/", "Job migrate runs honeydue"),
        (
            "--from=authorities",
            "--from=certificates",
            "which is no stage above",
        ),
        (
            "COPY deploy-k3s/image/etc/",
            "COPY deploy/etc/",
            "not in the context",
        ),
        (
            "COPY deploy-k3s/image/etc/",
            "COPY docs/",
            "not in the context",
        ),
        ("USER 1000:1000", "USER 1001:1000", "passwd knows 1000:1000"),
        ("USER 1000:1000\n", "", "it runs as root"),
        ("rust:1.", "rust:2.", "no line begins with"),
    ] {
        let text = dockerfile();
        assert!(text.contains(right), "{right:?}");
        let found = findings(&text.replacen(right, wrong, 1));
        assert!(
            found.iter().any(|finding| finding.contains(told)),
            "{right:?} → {wrong:?} should say {told:?}, and says {found:#?}"
        );
    }
}
