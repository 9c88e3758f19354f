//! Three gates on a mail's way, around the moment from which nobody can take it back.
//!
//! Shut, they hold every mail where it is until opened: time enough to kill whoever sends it, and to
//! look at what it leaves behind.

use tokio::sync::watch;

use crate::harness::until::until_count;

#[derive(Default)]
pub struct Hold {
    before_rcpt: Gate,
    before_data: Gate,
    after_data: Gate,
    held: watch::Sender<usize>,
}

#[derive(Default)]
struct Gate(watch::Sender<Position>);

#[derive(Default)]
struct Position {
    shut: bool,
    /// Whoever waits leaves when this moves, even if the gate is shut again at once.
    opened: u64,
}

impl Hold {
    pub fn before_rcpt(&self, on: bool) {
        self.before_rcpt.turn(on);
    }

    pub fn before_data(&self, on: bool) {
        self.before_data.turn(on);
    }

    pub fn after_data(&self, on: bool) {
        self.after_data.turn(on);
    }

    /// Which gates are shut: before the recipient, before the content, after it.
    pub fn shut(&self) -> [bool; 3] {
        [&self.before_rcpt, &self.before_data, &self.after_data].map(|gate| gate.0.borrow().shut)
    }

    pub fn held(&self) -> usize {
        *self.held.borrow()
    }

    pub fn release(&self) {
        self.before_rcpt(false);
        self.before_data(false);
        self.after_data(false);
    }

    pub(super) async fn wait_for(&self, count: usize) {
        until_count(&self.held, count, "held mails").await;
    }

    pub(super) async fn pass_before_rcpt(&self) {
        self.pass(&self.before_rcpt).await;
    }

    pub(super) async fn pass_before_data(&self) {
        self.pass(&self.before_data).await;
    }

    pub(super) async fn pass_after_data(&self) {
        self.pass(&self.after_data).await;
    }

    async fn pass(&self, gate: &Gate) {
        let mut position = gate.0.subscribe();
        let opened = {
            let now = position.borrow_and_update();
            if !now.shut {
                return;
            }
            now.opened
        };
        let _held = Held::new(&self.held);
        // An error would mean that the gate is gone, and we hold it.
        let _ = position.wait_for(|now| now.opened != opened).await;
    }
}

impl Gate {
    fn turn(&self, shut: bool) {
        self.0.send_modify(|position| {
            if position.shut && !shut {
                position.opened += 1;
            }
            position.shut = shut;
        });
    }
}

/// Counts for as long as it lives, so also when the connection ends first.
struct Held<'a>(&'a watch::Sender<usize>);

impl<'a> Held<'a> {
    fn new(count: &'a watch::Sender<usize>) -> Held<'a> {
        count.send_modify(|held| *held += 1);
        Held(count)
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|held| *held = held.saturating_sub(1));
    }
}
