//! A mail server that misbehaves on cue, in clear text, a connection at a time.
//!
//! It speaks line by line what it was told to say, however wrong; the stand-in, which is a decent
//! server, can't.

use std::sync::{Arc, Mutex};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream, tcp::OwnedWriteHalf},
};

/// What to do where a decent server would answer.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Cue {
    Say(&'static str),
    /// Say this much, and close the connection.
    Mumble(&'static str),
    /// Never answer, and keep the connection.
    Silence,
    /// Close the connection.
    Cut,
}

pub(crate) struct Peer {
    port: u16,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Peer {
    /// `cues` replace the answer to a verb: `HELLO` is the greeting, `.` the end of the mail.
    pub(crate) async fn start(cues: &[(&'static str, Cue)]) -> Peer {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("a bound listener").port();
        let heard = Arc::default();
        let (cues, log) = (cues.to_vec(), Arc::clone(&heard));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(converse(stream, cues.clone(), Arc::clone(&log)));
            }
        });
        Peer { port, heard }
    }

    pub(crate) fn url(&self) -> String {
        format!("smtp+plain://127.0.0.1:{}", self.port)
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Every line so far, over all connections.
    pub(crate) fn heard(&self) -> Vec<String> {
        self.heard
            .lock()
            .expect("nobody panics while holding it")
            .clone()
    }

    /// The verbs alone; `HELLO` marks a new connection.
    pub(crate) fn verbs(&self) -> Vec<String> {
        let is_verb = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_uppercase());
        let first = |line: String| line.split(' ').next().unwrap_or_default().to_owned();
        self.heard()
            .into_iter()
            .map(first)
            .filter(|word| is_verb(word) || word == ".")
            .collect()
    }
}

async fn converse(stream: TcpStream, cues: Vec<(&str, Cue)>, heard: Arc<Mutex<Vec<String>>>) {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    let mut verb = "HELLO".to_owned();
    let mut in_mail = false;
    loop {
        let cue = cues.iter().find(|(on, _)| *on == verb).map(|(_, cue)| *cue);
        if !answer(&mut write, cue.unwrap_or(Cue::Say(decent(&verb)))).await || verb == "QUIT" {
            return;
        }
        in_mail = verb == "DATA" || (in_mail && verb != ".");
        verb = loop {
            let Ok(Some(line)) = lines.next_line().await else {
                return;
            };
            heard
                .lock()
                .expect("nobody panics while holding it")
                .push(line.clone());
            if !in_mail {
                break line
                    .split([' ', ':'])
                    .next()
                    .unwrap_or_default()
                    .to_ascii_uppercase();
            }
            if line == "." {
                break line;
            }
        };
    }
}

async fn answer(write: &mut OwnedWriteHalf, cue: Cue) -> bool {
    match cue {
        Cue::Say(text) => write.write_all(text.as_bytes()).await.is_ok(),
        Cue::Mumble(text) => {
            write.write_all(text.as_bytes()).await.ok();
            false
        }
        Cue::Silence => std::future::pending().await,
        Cue::Cut => false,
    }
}

fn decent(verb: &str) -> &'static str {
    match verb {
        "HELLO" => "220 peer ready\r\n",
        "EHLO" => "250-peer\r\n250 AUTH PLAIN LOGIN\r\n",
        "AUTH" => "235 2.7.0 welcome\r\n",
        "DATA" => "354 go ahead\r\n",
        "." => "250 2.0.0 queued as 7\r\n",
        "QUIT" => "221 goodbye\r\n",
        _ => "250 2.1.0 fine\r\n",
    }
}
