//! A live view: what goes on in all queues, drawn again every few seconds.

mod page;

use std::time::Duration;

use clap::{Args, value_parser};
use operate::{Overview, Trouble, span_of};
use platform::Queue;
use tokio::{
    signal::unix::{SignalKind, signal},
    time::sleep,
};

use crate::{
    backends::Backends,
    out::{Out, Screen},
};

#[derive(Args)]
pub(crate) struct Top {
    /// How often it looks; 1s to 1h.
    #[arg(long, default_value = "2s", value_name = "DURATION", value_parser = pause, allow_hyphen_values = true)]
    every: Duration,
    /// Look so many times, and end; on a terminal without end, and else once, if not said.
    #[arg(long, value_name = "N", value_parser = value_parser!(u32).range(1..), allow_hyphen_values = true)]
    times: Option<u32>,
}

fn pause(text: &str) -> Result<Duration, String> {
    let long = span_of(text)?;
    let sane = Duration::from_secs(1)..=Duration::from_hours(1);
    (sane.contains(&long))
        .then_some(long)
        .ok_or_else(|| "it must be 1s to 1h".to_owned())
}

impl Top {
    pub(crate) async fn run(self, backends: &Backends, out: &Out) -> anyhow::Result<()> {
        let queue = backends.queue()?;
        match out.screen() {
            Some(screen) => self.watch(&queue, &screen).await,
            None => self.tell(&queue, out).await,
        }
    }

    /// Until it is told to end. Redis may go and come back meanwhile: that is when people watch.
    async fn watch(&self, queue: &Queue, screen: &Screen) -> anyhow::Result<()> {
        let mut seen = Seen::default();
        let watching = async {
            for look in 1.. {
                seen.look(queue).await;
                screen.draw(&seen.page(self.every));
                if self.times.is_some_and(|times| look >= times) {
                    return;
                }
                sleep(self.every).await;
            }
        };
        let mut terminated = signal(SignalKind::terminate())?;
        tokio::select! {
            () = watching => {}
            _ = terminated.recv() => {}
            ended = tokio::signal::ctrl_c() => ended?,
        }
        Ok(())
    }

    async fn tell(&self, queue: &Queue, out: &Out) -> anyhow::Result<()> {
        let mut before: Option<Overview> = None;
        for look in 1..=self.times.unwrap_or(1) {
            if look > 1 {
                sleep(self.every).await;
            }
            let now = Overview::look(queue).await?;
            out.page(&now, &page::of(&now, before.as_ref()))?;
            before = Some(now);
        }
        Ok(())
    }
}

/// What was seen last, and once before; and why nothing newer was.
#[derive(Default)]
struct Seen {
    now: Option<Overview>,
    before: Option<Overview>,
    trouble: Option<Trouble>,
}

impl Seen {
    async fn look(&mut self, queue: &Queue) {
        match Overview::look(queue).await {
            Ok(now) => {
                self.before = self.now.replace(now);
                self.trouble = None;
            }
            Err(trouble) => self.trouble = Some(trouble),
        }
    }

    fn page(&self, every: Duration) -> String {
        let every = format!("Every {} s; Ctrl-C ends it.", every.as_secs());
        let trouble = self.trouble.as_ref();
        let trouble = trouble.map_or_else(String::new, |trouble| format!("\n{trouble}"));
        let page = self.now.as_ref();
        let page = page.map_or_else(String::new, |now| page::of(now, self.before.as_ref()));
        format!("{every}{trouble}\n\n{page}")
    }
}
