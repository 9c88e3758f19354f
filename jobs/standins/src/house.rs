//! All of honeyDue on loopback: servers, stand-ins, and our processes.

mod settings;

use std::process::Command;

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};

use self::settings::Files;
use crate::{Apns, Collector, Fcm, Inbox, Postgres, Process, Redis, SmtpOptions, find, http, out};

pub struct House {
    pub inbox: Inbox,
    pub apns: Apns,
    pub fcm: Fcm,
    pub collector: Collector,
    /// Where the API answers, without a slash at the end.
    pub api: String,
    env: Vec<(&'static str, String)>,
    processes: Vec<(&'static str, Process)>,
    pub redis: Redis,
    pub postgres: Postgres,
    _files: Files,
}

impl House {
    /// Servers, inbox, migrations, API and scheduler; workers are spawned as wanted. `pace` divides every
    /// wait on which correctness hangs.
    pub async fn start(pace: u32) -> anyhow::Result<Self> {
        out::aside("Starting Redis …");
        let redis = Redis::start(&[
            "--appendonly",
            "yes",
            "--maxmemory",
            "256mb",
            "--maxmemory-policy",
            "noeviction",
        ])
        .await?;
        out::aside("Starting Postgres …");
        let postgres = Postgres::start().await?;
        out::aside("Starting the inbox …");
        let inbox = Inbox::start(SmtpOptions::default()).await?;
        out::aside("Starting stand-ins of Apple and Google …");
        let apns = Apns::start(inbox.pushes()).await?;
        let fcm = Fcm::start(inbox.pushes()).await?;
        let collector = Collector::start().await?;
        let files = Files::new()?;
        let mut env = vec![
            ("REDIS_URL", redis.url()),
            ("DATABASE_URL", postgres.url()),
            ("METRICS_LISTEN", "127.0.0.1:0".to_owned()),
            ("LISTEN", "127.0.0.1:0".to_owned()),
            ("PUBLIC_URL", "https://honeydue.example.com".to_owned()),
            (
                "SECRET_KEY",
                "of-this-loopback-only-and-32-long-at-least".to_owned(),
            ),
            ("LOG_FORMAT", "json".to_owned()),
            ("PACE", pace.to_string()),
        ];
        env.extend(settings::mail(&inbox, &files)?);
        env.extend(settings::push(&apns, &fcm, &files)?);
        env.push(("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url()));
        let mut house = Self {
            inbox,
            apns,
            fcm,
            collector,
            api: String::new(),
            env,
            processes: Vec::new(),
            redis,
            postgres,
            _files: files,
        };
        house.open().await?;
        Ok(house)
    }

    async fn open(&mut self) -> anyhow::Result<()> {
        out::aside("Migrating the schema …");
        self.honeydue(&["migrate"])?;
        for (what, name) in [("API", "honeydue-api"), ("scheduler", "honeydue-scheduler")] {
            self.spawn(what, name)?;
        }
        let line = self.processes[0].1.wait_for_log("\"Answering\"").await;
        let addr = line
            .split("\"addr\":\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next());
        let api = format!(
            "http://{}",
            addr.with_context(|| format!("no address in {line}"))?
        );
        // Links in mails lead here, so that they work.
        self.set("PUBLIC_URL", &api);
        self.api = api;
        Ok(())
    }

    /// Starts one more of our processes; answers its place in [`House::process`].
    pub fn spawn(&mut self, what: &'static str, name: &str) -> anyhow::Result<usize> {
        out::aside(&format!("Starting the {what} …"));
        self.processes
            .push((what, Process::spawn(name, &self.env)?));
        Ok(self.processes.len() - 1)
    }

    pub fn process(&self, place: usize) -> &Process {
        &self.processes[place].1
    }

    /// The scheduler that leads; `None` while nobody does.
    pub fn leader(&self) -> Option<&Process> {
        let schedulers = self.processes.iter().map(|(_, process)| process);
        let leads = |process: &&Process| {
            let logs = process.logs();
            let last = |text| logs.rfind(text);
            last("\"Leading\"") > last("\"No longer leading\"")
        };
        schedulers
            .filter(|process| process.ended().is_none())
            .find(leads)
    }

    /// Where its servers are, as a shell says it to the operator's CLI.
    pub fn places(&self) -> String {
        let servers = self
            .env
            .iter()
            .filter(|(name, _)| ["REDIS_URL", "DATABASE_URL"].contains(name));
        let servers: Vec<_> = servers.map(|(name, url)| format!("{name}={url}")).collect();
        servers.join(" ")
    }

    /// How processes started from now on are told to be.
    pub fn set(&mut self, name: &'static str, value: &str) {
        self.env.retain(|(set, _)| *set != name);
        self.env.push((name, value.to_owned()));
    }

    /// Posts JSON to the API, and answers what came back with a 2xx.
    pub fn post(&self, path: &str, token: Option<&str>, body: &Value) -> anyhow::Result<Value> {
        http::send(&self.api, "POST", path, token, body)
    }

    /// What the API answers.
    pub fn get(&self, path: &str, token: Option<&str>) -> anyhow::Result<Value> {
        http::send(&self.api, "GET", path, token, &Value::Null)
    }

    /// All that were spawned, by what they are.
    pub fn processes(&self) -> impl Iterator<Item = (&'static str, &Process)> {
        self.processes
            .iter()
            .map(|(what, process)| (*what, process))
    }

    /// The same for a change.
    pub fn patch(&self, path: &str, token: Option<&str>, body: &Value) -> anyhow::Result<Value> {
        http::send(&self.api, "PATCH", path, token, body)
    }

    /// The guest joins the owner's household by a code; each of them is a login's token.
    pub fn move_in(&self, guest: &str, owner: &str) -> anyhow::Result<()> {
        let told = self.get("/api/residences/", Some(owner))?;
        let home = &told["residences"][0]["id"];
        let path = format!("/api/residences/{home}/invitations/");
        let invitation = self.post(&path, Some(owner), &Value::Null)?;
        let code = json!({ "code": invitation["code"] });
        self.post("/api/residences/join/", Some(guest), &code)?;
        Ok(())
    }

    /// Presses the button that a mailbox shows for a mail: one click, no login.
    pub fn unsubscribe(&self, mail: &crate::smtp::Mail) -> anyhow::Result<()> {
        let headers = mail.headers();
        let link = headers.iter().find(|(name, _)| name == "List-Unsubscribe");
        let (_, link) = link.context("a mail that can be unsubscribed from")?;
        let link = link.trim_matches(['<', '>']);
        let (status, answer) = http::press(link, "List-Unsubscribe=One-Click")?;
        ensure!(status == 200, "{link}: {status}\n{answer}");
        Ok(())
    }

    /// Runs the operator's CLI, and answers what it said.
    pub fn honeydue(&self, args: &[&str]) -> anyhow::Result<String> {
        let mut command = Command::new(find::ours("honeydue")?);
        command
            .args(args)
            .envs(self.env.iter().map(|(name, value)| (name, value)));
        let ran = command.output().context("running honeydue")?;
        let said = String::from_utf8_lossy(&ran.stderr);
        ensure!(ran.status.success(), "honeydue {}: {said}", args.join(" "));
        Ok(String::from_utf8_lossy(&ran.stdout).into_owned())
    }

    /// The last lines of each process, for when it went wrong.
    pub fn logs(&self) -> String {
        let last = |text: String| {
            text.lines()
                .rev()
                .take(12)
                .collect::<Vec<_>>()
                .into_iter()
                .rev()
                .collect::<Vec<_>>()
                .join("\n")
        };
        let told = self.processes.iter();
        let told = told.map(|(what, process)| format!("--- {what}\n{}", last(process.logs())));
        told.collect::<Vec<_>>().join("\n")
    }
}
