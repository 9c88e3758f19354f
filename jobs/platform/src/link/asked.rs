//! What is asked of a cluster: one command, or several of one slot; and which key says where.

use redis::{Arg, Cmd, Pipeline, RedisError, RedisResult, ServerErrorKind, Value};

use super::lasting::Lasting;

/// Any node may answer these.
const WITHOUT_KEY: [&[u8]; 6] = [b"PING", b"TIME", b"PUBLISH", b"INFO", b"CONFIG", b"CLIENT"];
const SCRIPTS: [&[u8]; 2] = [b"EVALSHA", b"EVAL"];

#[derive(Clone, Copy)]
pub(super) enum Asked<'a> {
    One(&'a Cmd),
    Many(&'a Pipeline, usize, usize),
}

pub(super) enum Failed {
    /// It certainly did not happen: it never left, or was turned away as another node's.
    Not(RedisError),
    /// It may have happened.
    Maybe(RedisError),
}

impl Failed {
    pub(super) fn into_error(self) -> RedisError {
        let (Self::Not(error) | Self::Maybe(error)) = self;
        error
    }
}

impl Asked<'_> {
    pub(super) fn key(&self) -> Option<&[u8]> {
        match self {
            Self::One(cmd) => key(cmd),
            Self::Many(pipeline, ..) => pipeline.cmd_iter().find_map(key),
        }
    }

    pub(super) async fn of(&self, node: &Lasting) -> Result<Vec<Value>, Failed> {
        let mut open = node.open().await.map_err(Failed::Not)?;
        let answers = self.send(&mut open.connection).await;
        open.learn(answers.as_deref());
        let answers = answers.map_err(Failed::Maybe)?;
        if answers
            .iter()
            .all(|answer| is(answer, &[ServerErrorKind::Moved]))
        {
            return Err(Failed::Not(error_in(answers)));
        }
        Ok(answers)
    }

    async fn send(
        &self,
        connection: &mut redis::aio::MultiplexedConnection,
    ) -> RedisResult<Vec<Value>> {
        match self {
            Self::One(cmd) => Ok(vec![connection.send_packed_command(cmd).await?]),
            Self::Many(pipeline, offset, count) => {
                let sent = connection.send_packed_commands(pipeline, *offset, *count);
                sent.await
            }
        }
    }
}

/// Whether an answer is one of these errors.
pub(super) fn is(answer: &Value, kinds: &[ServerErrorKind]) -> bool {
    let kind = |error: &redis::ServerError| error.kind().is_some_and(|kind| kinds.contains(&kind));
    matches!(answer, Value::ServerError(error) if kind(error))
}

fn error_in(answers: Vec<Value>) -> RedisError {
    let first = answers.into_iter().next().unwrap_or(Value::Nil);
    let no_error = || std::io::Error::other("no answer").into();
    first.extract_error().err().unwrap_or_else(no_error)
}

fn key(cmd: &Cmd) -> Option<&[u8]> {
    let arg = |place| match cmd.args_iter().nth(place) {
        Some(Arg::Simple(arg)) => Some(arg),
        _ => None,
    };
    let name = arg(0)?.to_ascii_uppercase();
    if WITHOUT_KEY.contains(&name.as_slice()) {
        None
    } else if SCRIPTS.contains(&name.as_slice()) {
        (arg(2)? != b"0").then(|| arg(3))?
    } else {
        arg(1)
    }
}
