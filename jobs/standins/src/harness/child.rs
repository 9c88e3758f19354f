//! A child that cannot outlive us.
//!
//! A small shell starts it, says its pid, and waits for the end of its own standard input, whose other
//! end we hold: when we end, however we end, it kills the child. The shell's exit status is the
//! child's.

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child as Shell, ChildStdin, Command, Stdio},
    sync::{Mutex, PoisonError},
};

use anyhow::Context as _;

const SHELL: &str = r#"
"$@" </dev/null >>"$LOG_OF_CHILD" 2>&1 &
pid=$!
echo $pid
{ read _; kill -9 $pid; } 2>/dev/null <&3 &
exec 3<&-
wait $pid
"#;

pub(crate) struct Child {
    shell: Mutex<Shell>,
    _alive: ChildStdin,
    pid: u32,
}

impl Child {
    /// Starts `program args…`, with its output in `log`, under `env` and nothing else of ours but PATH.
    pub(crate) fn start(
        program: &Path,
        args: &[String],
        env: &[(String, String)],
        log: &Path,
    ) -> anyhow::Result<Self> {
        let mut command = Command::new("sh");
        command
            .args(["-c", &format!("exec 3<&0\n{SHELL}"), "sh"])
            .arg(program)
            .args(args);
        command
            .env_clear()
            .env("LOG_OF_CHILD", log)
            .env("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin");
        command.envs(env.iter().map(|(name, value)| (name, value)));
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut shell = command.spawn().context("starting sh")?;
        let alive = shell.stdin.take().context("the shell's stdin")?;
        let mut line = String::new();
        BufReader::new(shell.stdout.take().context("the shell's stdout")?).read_line(&mut line)?;
        let pid = line
            .trim()
            .parse()
            .with_context(|| format!("{} did not start", program.display()))?;
        Ok(Self {
            shell: Mutex::new(shell),
            _alive: alive,
            pid,
        })
    }

    pub(crate) fn pid(&self) -> u32 {
        self.pid
    }

    /// Sends a signal by name, such as `KILL` or `STOP`, unless it has ended: then its pid may be
    /// another's by now.
    pub(crate) fn signal(&self, name: &str) {
        if self.ended().is_some() {
            return;
        }
        // The shell's own `kill`: a bare machine has no program of that name.
        let _ = Command::new("sh")
            .args(["-c", &format!("kill -{name} {}", self.pid)])
            .stderr(Stdio::null())
            .status();
    }

    /// Its exit status, once it has ended.
    pub(crate) fn ended(&self) -> Option<std::process::ExitStatus> {
        let mut shell = self.shell.lock().unwrap_or_else(PoisonError::into_inner);
        shell.try_wait().ok().flatten()
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.signal("KILL");
        let mut shell = self.shell.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = shell.wait();
    }
}
