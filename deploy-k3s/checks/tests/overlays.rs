//! The overlays are right, and a mistake planted in them is found.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

fn home() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

#[test]
fn nothing_is_wrong_with_the_overlays() {
    for overlay in ["production", "single-node"] {
        let found = deploy::findings(&home(), overlay).expect("an overlay that can be read");
        assert!(found.is_empty(), "{overlay}:\n{}", found.join("\n"));
    }
}

struct Mistake {
    file: &'static str,
    right: &'static str,
    wrong: &'static str,
    /// What the finding says.
    told: &'static str,
}

const MISTAKES: [Mistake; 22] = [
    Mistake {
        file: "base/api/deployment.yaml",
        right: "containerPort: 8000",
        wrong: "containerPort: 8080",
        told: "its port \"http\" is Some(8080), and it listens on Some(8000)",
    },
    Mistake {
        file: "base/worker/deployment.yaml",
        right: "key: SMTP_URL",
        wrong: "key: MAIL_URL",
        told: "secret honeydue-secrets has no key MAIL_URL",
    },
    Mistake {
        file: "base/worker/deployment.yaml",
        right: "key: QUEUES",
        wrong: "key: SHARES",
        told: "ConfigMap honeydue-config has no key SHARES",
    },
    Mistake {
        file: "base/api/service.yaml",
        right: "selector:\n    app.kubernetes.io/name: api",
        wrong: "selector:\n    app.kubernetes.io/name: apl",
        told: "meets no pod",
    },
    Mistake {
        file: "base/scheduler/deployment.yaml",
        right: "runAsUser: 1000",
        wrong: "runAsUser: 0",
        told: "it runs as root",
    },
    Mistake {
        file: "base/worker/deployment.yaml",
        right: "image: honeydue:unreleased",
        wrong: "image: honeydue:latest",
        told: "may be another one tomorrow",
    },
    Mistake {
        file: "base/redis/deployment.yaml",
        right: "memory: 512Mi",
        wrong: "ephemeral-storage: 1Gi",
        told: "it has no limits of memory",
    },
    Mistake {
        file: "availability/budgets.yaml",
        right: "name: worker\n    app.kubernetes.io/part-of: honeydue\nspec:\n  minAvailable: 1",
        wrong: "name: worker\n    app.kubernetes.io/part-of: honeydue\nspec:\n  minAvailable: 2",
        told: "so no node with one could be drained",
    },
    Mistake {
        file: "base/network/default.yaml",
        right: "- protocol: UDP\n          port: 53",
        wrong: "- protocol: UDP\n          port: 5353",
        told: "names can't be looked up",
    },
    Mistake {
        file: "base/network/default.yaml",
        right: "name: dns\n  namespace: honeydue\n  labels:\n    app.kubernetes.io/name: network",
        wrong: "name: dns\n  namespace: honeydue\n  labels:\n    app.kubernetes.io/name: names",
        told: "Job migrate: names can't be looked up",
    },
    Mistake {
        file: "base/worker/deployment.yaml",
        right: "path: /readyz",
        wrong: "path: /ready",
        told: "its readinessProbe asks \"/ready\"",
    },
    Mistake {
        file: "base/api/deployment.yaml",
        right: "- name: LISTEN\n",
        wrong: "- name: LISTEN_ON\n",
        told: "honeydue-api does not read LISTEN_ON",
    },
    Mistake {
        file: "base/worker/deployment.yaml",
        right: "honeydue/left-at-default: SMTP_CA_PATH, ",
        wrong: "honeydue/left-at-default: ",
        told: "reads SMTP_CA_PATH, which is neither set nor left",
    },
    Mistake {
        file: "base/kustomization.yaml",
        right: "QUEUES=mail=20",
        wrong: "QUEUES=post=20",
        told: "there is no queue \"post\"",
    },
    Mistake {
        file: "availability/budgets.yaml",
        right: "minAvailable: 2",
        wrong: "minAvailible: 2",
        told: "minAvailible is not known",
    },
    Mistake {
        file: "traefik/middlewares.yaml",
        right: "burst: 60",
        wrong: "bursts: 60",
        told: "bursts is not known",
    },
    Mistake {
        file: "base/worker/deployment.yaml",
        right: "terminationGracePeriodSeconds: 45",
        wrong: "terminationGracePeriodSeconds: 25",
        told: "25 s are less than",
    },
    Mistake {
        file: "base/redis/deployment.yaml",
        right: "type: Recreate",
        wrong: "type: RollingUpdate",
        told: "two of it may write one disk",
    },
    Mistake {
        file: "base/network/worker.yaml",
        right: "port: 587",
        wrong: "port: 25",
        told: "it reads SMTP_URL and may not call port 587",
    },
    Mistake {
        file: "traefik/chart.yaml",
        right: "\"173.245.48.0/20\"",
        wrong: "\"0.0.0.0/0\"",
        told: "Traefik believes others than cloudflare.txt names",
    },
    Mistake {
        file: "overlays/production/ingress.yaml",
        right: "honeydue-cloudflare-only@kubernetescrd",
        wrong: "honeydue-cloudflare@kubernetescrd",
        told: "there is no Middleware cloudflare",
    },
    Mistake {
        file: "base/redis/deployment.yaml",
        right: "readOnlyRootFilesystem: true",
        wrong: "readOnlyRootFilesystem: false",
        told: "its root can be written",
    },
];

#[test]
fn every_planted_mistake_is_found() {
    for mistake in &MISTAKES {
        let copy = Copy::of(&home());
        copy.plant(mistake);
        let found =
            deploy::findings(copy.dir(), "production").expect("an overlay that can be read");
        let told = found.iter().any(|finding| finding.contains(mistake.told));
        assert!(
            told,
            "{}: {:?} should say {:?}, and says {found:#?}",
            mistake.file, mistake.wrong, mistake.told
        );
    }
}

/// Of `deploy-k3s`, to be spoiled.
struct Copy(tempfile::TempDir);

impl Copy {
    fn of(home: &Path) -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let from = home.join(".");
        let copied = Command::new("cp")
            .arg("-r")
            .arg(from)
            .arg(dir.path())
            .status();
        assert!(
            copied.is_ok_and(|status| status.success()),
            "deploy-k3s is copied"
        );
        Self(dir)
    }

    fn dir(&self) -> &Path {
        self.0.path()
    }

    fn plant(&self, mistake: &Mistake) {
        let file = self.dir().join(mistake.file);
        let text = std::fs::read_to_string(&file).expect("a manifest");
        assert!(
            text.contains(mistake.right),
            "{} says {:?}",
            mistake.file,
            mistake.right
        );
        let spoiled = text.replacen(mistake.right, mistake.wrong, 1);
        std::fs::write(&file, spoiled).expect("a manifest that can be written");
    }
}
