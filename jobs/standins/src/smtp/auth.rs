//! `AUTH PLAIN` and `AUTH LOGIN`.

use std::io;

use base64::{Engine as _, prelude::BASE64_STANDARD};

use super::wire::Wire;

/// What a client said it is; None if that couldn't be understood.
pub(super) async fn ask(wire: &mut Wire, said: &str) -> io::Result<Option<(String, String)>> {
    let (mechanism, first) = said.split_once(' ').unwrap_or((said, ""));
    match mechanism.to_ascii_uppercase().as_str() {
        "PLAIN" => plain(wire, first).await,
        "LOGIN" => login(wire, first).await,
        _ => Ok(None),
    }
}

async fn plain(wire: &mut Wire, first: &str) -> io::Result<Option<(String, String)>> {
    let said = given(wire, first, "").await?;
    Ok(said.and_then(|said| {
        let mut parts = said.split('\0').skip(1).map(str::to_owned);
        parts.next().zip(parts.next())
    }))
}

async fn login(wire: &mut Wire, first: &str) -> io::Result<Option<(String, String)>> {
    let Some(user) = given(wire, first, "Username:").await? else {
        return Ok(None);
    };
    let password = given(wire, "", "Password:").await?;
    Ok(password.map(|password| (user, password)))
}

/// What came along with the command, or else the answer to `prompt`.
async fn given(wire: &mut Wire, first: &str, prompt: &str) -> io::Result<Option<String>> {
    if !first.is_empty() {
        return Ok(decode(first));
    }
    let prompt = BASE64_STANDARD.encode(prompt);
    wire.say(&format!("334 {prompt}")).await?;
    let line = wire.line().await?;
    Ok(line.and_then(|line| decode(&line)))
}

fn decode(said: &str) -> Option<String> {
    String::from_utf8(BASE64_STANDARD.decode(said).ok()?).ok()
}
