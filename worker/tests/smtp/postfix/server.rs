//! A Postfix with everything of its own: configuration, queue, mailboxes and port. It needs root to start.

use std::{
    fs,
    net::TcpListener,
    os::unix::fs::{PermissionsExt as _, chown},
    path::{Path, PathBuf},
    process::Stdio,
};

use rcgen::{CertifiedKey, generate_simple_self_signed};
use standins::{until, until_or};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    net::TcpStream,
    process::{Child, Command},
};

pub(super) const MOST_BYTES: usize = 50_000;

/// Whoever owns the mailboxes: nobody.
const NOBODY: u32 = 65_534;

/// Ends with this.
pub(super) struct Server {
    home: PathBuf,
    port: u16,
    pub(super) ca: String,
    _child: Child,
}

impl Server {
    /// One that takes mail for `knows` alone.
    pub(super) async fn start(knows: &str) -> Server {
        let home = std::env::temp_dir().join(format!("postfix-{}", uuid::Uuid::new_v4().simple()));
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("a port").port();
        lay_out(
            &home,
            &format!("{}{}", signing_key.serialize_pem(), cert.pem()),
        );
        configure(&home, knows, port);
        drop(listener);
        let child = Command::new("/usr/sbin/postfix")
            .arg("-c")
            .arg(home.join("etc"))
            .arg("start-fg")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("Postfix, which `make peers` gets");
        let server = Server {
            home,
            port,
            ca: cert.pem(),
            _child: child,
        };
        until("Postfix greets", async || greets(port).await).await;
        server
    }

    pub(super) fn url(&self) -> String {
        format!("smtp://localhost:{}", self.port)
    }

    /// The mail in the mailbox, once there is one.
    pub(super) async fn delivered(&self) -> String {
        let new = self.home.join("mail/box/new");
        let first = || {
            let mut mails = fs::read_dir(&new).ok()?;
            fs::read_to_string(mails.next()?.ok()?.path()).ok()
        };
        let told = || format!("it is delivered: {}", self.log());
        until_or(told, async || first().is_some()).await;
        first().expect("it is there")
    }

    fn log(&self) -> String {
        fs::read_to_string(self.home.join("log")).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = std::process::Command::new("/usr/sbin/postfix")
            .arg("-c")
            .arg(self.home.join("etc"))
            .arg("abort")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        let _ = fs::remove_dir_all(&self.home);
    }
}

async fn greets(port: u16) -> bool {
    let Ok(stream) = TcpStream::connect(("127.0.0.1", port)).await else {
        return false;
    };
    let line = BufReader::new(stream).lines().next_line().await;
    line.is_ok_and(|line| line.is_some_and(|line| line.starts_with("220 ")))
}

fn lay_out(home: &Path, identity: &str) {
    for name in ["etc", "queue", "data", "mail"] {
        fs::create_dir_all(home.join(name)).expect("a directory");
    }
    let id = |flag| {
        let asked = std::process::Command::new("id")
            .args([flag, "postfix"])
            .output();
        let said = String::from_utf8(asked.expect("id runs").stdout).expect("a number");
        said.trim().parse().ok()
    };
    chown(home.join("data"), id("-u"), id("-g")).expect("we are root");
    chown(home.join("mail"), Some(NOBODY), Some(NOBODY)).expect("we are root");
    // Its daemons pass through as others than root.
    fs::set_permissions(home, fs::Permissions::from_mode(0o755)).expect("it is ours");
    fs::write(home.join("identity.pem"), identity).expect("a file");
}

fn configure(home: &Path, knows: &str, port: u16) {
    let (at, domain) = (
        home.display(),
        knows.rsplit_once('@').expect("an address").1,
    );
    let main = format!(
        "compatibility_level = 3.6
queue_directory = {at}/queue
data_directory = {at}/data
maillog_file = {at}/log
maillog_file_prefixes = {at}
myhostname = mail.example.org
mydestination =
mynetworks = 127.0.0.2/32
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
alias_database =
local_recipient_maps =
virtual_mailbox_domains = {domain}
virtual_mailbox_maps = inline:{{ {{ {knows} = box/ }} }}
virtual_mailbox_base = {at}/mail
virtual_uid_maps = static:{NOBODY}
virtual_gid_maps = static:{NOBODY}
virtual_minimum_uid = 1
message_size_limit = {MOST_BYTES}
mailbox_size_limit = 0
virtual_mailbox_limit = 0
smtpd_tls_cert_file = {at}/identity.pem
smtpd_tls_key_file = {at}/identity.pem
smtpd_tls_security_level = encrypt
smtpd_tls_received_header = yes
smtpd_relay_restrictions = reject_unauth_destination
"
    );
    let services = [
        ("pickup", "unix n - n 60 1 pickup"),
        ("cleanup", "unix n - n - 0 cleanup"),
        ("qmgr", "unix n - n 300 1 qmgr"),
        ("tlsmgr", "unix - - n 1000? 1 tlsmgr"),
        ("rewrite", "unix - - n - - trivial-rewrite"),
        ("bounce", "unix - - n - 0 bounce"),
        ("defer", "unix - - n - 0 bounce"),
        ("trace", "unix - - n - 0 bounce"),
        ("proxymap", "unix - - n - - proxymap"),
        ("anvil", "unix - - n - 1 anvil"),
        ("virtual", "unix - n n - - virtual"),
        ("error", "unix - - n - - error"),
        ("retry", "unix - - n - - error"),
        ("postlog", "unix-dgram n - n - 1 postlogd"),
    ];
    let listens = format!("127.0.0.1:{port} inet n - n - - smtpd");
    let services = services.map(|(name, service)| format!("{name} {service}"));
    let master = [vec![listens], services.to_vec()].concat().join("\n") + "\n";
    fs::write(home.join("etc/main.cf"), main).expect("a file");
    fs::write(home.join("etc/master.cf"), master).expect("a file");
}
