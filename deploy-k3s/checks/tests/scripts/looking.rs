//! What changes nothing, and the machines below.

use crate::machine::Machine;

#[test]
fn a_dry_run_changes_nothing() {
    let machine = Machine::new();
    let changing = [
        "apply", "delete", "undo", "label", "build", "ufw ", "apt-get ", "enqueue",
    ];
    for (script, args) in [
        ("03-deploy.sh", vec!["--dry-run"]),
        ("04-rollback.sh", vec!["--dry-run", "old"]),
        (
            "01-node.sh",
            vec![
                "--dry-run",
                "--first",
                "--address",
                "10.0.0.1",
                "--admin",
                "203.0.113.7/32",
            ],
        ),
    ] {
        let ran = machine.run(script, &args, &[("CHANGES", " M file")]);
        assert!(ran.well, "{script}: {}", ran.said);
        assert!(
            ran.answer.contains("would run: "),
            "{script}: {}",
            ran.answer
        );
        for verb in changing {
            assert!(!ran.called(verb), "{script}:\n{}", ran.calls.join("\n"));
        }
    }
}

#[test]
fn the_status_fails_when_pods_are_missing() {
    let machine = Machine::new();
    assert!(machine.run("05-status.sh", &[], &[]).well);
    let short = machine.run("05-status.sh", &[], &[("READY", "2")]);
    assert!(
        !short.well && short.said.contains("api has 2 of 3 pods"),
        "{}",
        short.said
    );
    let dead = machine.run("05-status.sh", &[], &[("DEAD", "{ \"id\": \"9\" }")]);
    assert!(
        !dead.well && dead.said.contains("there are dead jobs"),
        "{}",
        dead.said
    );
    let asked_in_vain = machine.run("05-status.sh", &[], &[("FAIL", "leader status")]);
    assert!(
        !asked_in_vain.well
            && asked_in_vain.said.contains("who leads can't be asked")
            && !asked_in_vain.said.contains("nobody leads"),
        "{}",
        asked_in_vain.said
    );
    let nobody = [("FAIL", "leader status"), ("CODE", "3")];
    let headless = machine.run("05-status.sh", &[], &nobody);
    assert!(
        !headless.well && headless.said.contains("nobody leads"),
        "{}",
        headless.said
    );
    let ill = machine.run("05-status.sh", &[], &[("FAIL", "doctor --no-probe")]);
    assert!(
        !ill.well && ill.said.contains("the doctor finds something critical"),
        "{}",
        ill.said
    );
}

/// Each program that they ask says more than they want to know, line by line.
#[test]
fn a_script_that_has_read_enough_takes_no_healthy_cluster_for_an_ill_one() {
    let machine = Machine::new();
    let status = machine.run("05-status.sh", &[], &[]);
    assert!(status.well, "{}", status.said);
    assert_eq!(status.answer.matches("sweep@").count(), 5);
    let node = machine.run(
        "01-node.sh",
        &[
            "--first",
            "--admin",
            "203.0.113.7/32",
            "--address",
            "10.0.0.1",
        ],
        &[],
    );
    assert!(node.well && !node.called("get.k3s.io"), "{}", node.said);
}

#[test]
fn a_node_lets_in_cloudflare_and_its_peers_alone_and_may_be_made_twice() {
    let machine = Machine::new();
    let args = [
        "--first",
        "--redis",
        "--address",
        "10.0.0.1",
        "--peers",
        "10.0.0.2 10.0.0.3",
        "--admin",
        "203.0.113.7/32",
    ];
    let ran = machine.run("01-node.sh", &args, &[]);
    assert!(ran.well, "{}", ran.said);
    ran.in_order(&[
        "ufw default deny incoming",
        "ufw allow from 203.0.113.7/32 to any port 22",
        "ufw allow from 173.245.48.0/20 to any port 443",
        "ufw allow from 10.0.0.3 to any port 8472",
        "ufw --force enable",
        "k3s kubectl wait --for=create node/",
        "k3s kubectl wait --for=condition=Ready node/",
        "k3s kubectl label",
    ]);
    assert!(
        !ran.called("port 80 ") && !ran.called("get.k3s.io"),
        "{}",
        ran.calls.join("\n")
    );
    let bare = machine.run("01-node.sh", &["--first", "--admin"], &[]);
    assert!(
        !bare.well && bare.said.contains("--admin needs a value"),
        "{}",
        bare.said
    );
    let refused = machine.run("01-node.sh", &["--first", "--admin", "everybody"], &[]);
    assert!(
        !refused.well && refused.said.contains("--admin must be"),
        "{}",
        refused.said
    );
}

/// Else k3s takes the address that leads outside, and its nodes call each other where the firewall is shut.
#[test]
fn nodes_call_each_other_by_their_private_addresses() {
    let machine = Machine::new();
    let node = |address| {
        let args = ["--join", "10.0.0.1", "--public", "node2.example.com"];
        let admin = ["--admin", "203.0.113.7/32", "--address", address];
        let args = [&args[..], &admin[..], &["--dry-run"][..]].concat();
        machine.run("01-node.sh", &args, &[("K3S", "another")])
    };
    let ran = node("10.0.0.2");
    assert!(ran.well, "{}", ran.said);
    for option in [
        "--node-ip 10.0.0.2 --flannel-iface enp7s0",
        "--tls-san node2.example.com",
        "--server https://10.0.0.1:6443",
    ] {
        assert!(ran.answer.contains(option), "{option}: {}", ran.answer);
    }
    let unnamed = node("private");
    let told = unnamed.said.contains("--address must be");
    assert!(!unnamed.well && told, "{}", unnamed.said);
}

#[test]
fn a_node_is_not_made_with_an_address_that_it_has_not() {
    let args = ["--first", "--admin", "203.0.113.7/32", "--address"];
    let elsewhere = [&args[..], &["192.0.2.1"][..]].concat();
    let ran = Machine::new().run("01-node.sh", &elsewhere, &[]);
    let told = ran
        .said
        .contains("no interface of this machine has 192.0.2.1");
    assert!(!ran.well && told && !ran.called("ufw"), "{}", ran.said);
}
