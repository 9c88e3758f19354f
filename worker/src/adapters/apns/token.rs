//! The token that proves who we are to Apple: made once per 50 minutes, and shared by all sends.
//!
//! Apple takes one for an hour, and refuses whoever shows a new one more often than every 20 minutes.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};
use rustls::pki_types::{PrivatePkcs8KeyDer, pem::PemObject as _};
use serde_json::json;

use crate::adapters::{ConfigError, jwt};

const LASTS: SignedDuration = SignedDuration::from_mins(50);
/// A refused one that is younger is no matter of age, and another one would be refused like it.
const YOUNG: SignedDuration = SignedDuration::from_mins(20);

pub(super) struct Tokens {
    key: EcdsaKeyPair,
    key_id: String,
    team_id: String,
    random: SystemRandom,
    made: Mutex<Option<Made>>,
}

#[derive(Clone)]
struct Made {
    token: Arc<str>,
    at: Timestamp,
}

impl Tokens {
    pub(super) fn new(p8: &[u8], key_id: &str, team_id: &str) -> Result<Tokens, ConfigError> {
        let no_key = || {
            ConfigError::new(
                "APNS_AUTH_KEY_PATH",
                "the file holds no private key of the kind that Apple gives out (a .p8 file)",
            )
        };
        let random = SystemRandom::new();
        let key = PrivatePkcs8KeyDer::from_pem_slice(p8).map_err(|_| no_key())?;
        let key = key.secret_pkcs8_der();
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, key, &random);
        Ok(Tokens {
            key: key.map_err(|_| no_key())?,
            key_id: ten("APNS_KEY_ID", key_id)?,
            team_id: ten("APNS_TEAM_ID", team_id)?,
            random,
            made: Mutex::default(),
        })
    }

    /// The one that all sends show at this time.
    pub(super) fn at(&self, now: Timestamp) -> Arc<str> {
        self.unless(now, |made| age(made, now) < LASTS)
    }

    /// After `refused` was: the one that another made meanwhile, or a new one, if that can help.
    pub(super) fn instead_of(&self, refused: &str, now: Timestamp) -> Option<Arc<str>> {
        let token = self.unless(now, |made| {
            &*made.token != refused || age(made, now) < YOUNG
        });
        (*token != *refused).then_some(token)
    }

    /// Whoever comes first makes it while the others wait, which is a matter of microseconds.
    fn unless(&self, now: Timestamp, good: impl Fn(&Made) -> bool) -> Arc<str> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(made) = made.as_ref().filter(|made| good(made)) {
            return Arc::clone(&made.token);
        }
        let token = Arc::<str>::from(self.make(now));
        *made = Some(Made {
            token: Arc::clone(&token),
            at: now,
        });
        token
    }

    fn make(&self, now: Timestamp) -> String {
        let header = json!({ "alg": "ES256", "kid": self.key_id });
        let claims = json!({ "iss": self.team_id, "iat": now.as_second() });
        let signed = jwt::sign(&header, &claims, |said| {
            let signature = self.key.sign(&self.random, said)?;
            Ok::<_, ring::error::Unspecified>(signature.as_ref().to_vec())
        });
        // It fails only for want of random numbers; Apple then says that the token is missing.
        signed.unwrap_or_default()
    }
}

/// A clock that was set back makes a token as useless as age does.
fn age(made: &Made, now: Timestamp) -> SignedDuration {
    now.duration_since(made.at).abs()
}

fn ten(variable: &'static str, id: &str) -> Result<String, ConfigError> {
    let right = id.len() == 10 && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    right.then(|| id.to_owned()).ok_or_else(|| {
        ConfigError::new(
            variable,
            "it must be the ten letters and digits that Apple shows",
        )
    })
}

#[cfg(test)]
mod tests {
    use base64::{Engine as _, engine::general_purpose::STANDARD};

    use super::*;

    const START: &str = "2026-11-21T14:00:00Z";

    fn tokens() -> Tokens {
        let key = rcgen::KeyPair::generate().unwrap().serialize_pem();
        Tokens::new(key.as_bytes(), "ABC123DEFG", "DEF123GHIJ").unwrap()
    }

    fn after(minutes: i64) -> Timestamp {
        START.parse::<Timestamp>().unwrap() + SignedDuration::from_mins(minutes)
    }

    #[test]
    fn one_is_made_per_fifty_minutes_and_shared() {
        let tokens = tokens();
        let first = tokens.at(after(0));
        for minutes in [0, 1, 49] {
            assert_eq!(tokens.at(after(minutes)), first, "{minutes}");
        }
        let second = tokens.at(after(50));
        assert_ne!(second, first);
        assert_eq!(tokens.at(after(99)), second);
    }

    #[test]
    fn a_refused_one_is_made_anew_by_one_of_those_who_showed_it_unless_it_is_young() {
        let tokens = tokens();
        let first = tokens.at(after(0));
        assert_eq!(tokens.instead_of(&first, after(19)), None);
        let second = tokens.instead_of(&first, after(20)).unwrap();
        assert_ne!(second, first);
        // Another one who was refused with the first.
        assert_eq!(
            tokens.instead_of(&first, after(20)),
            Some(Arc::clone(&second))
        );
        assert_eq!(tokens.instead_of(&second, after(21)), None);
    }

    #[test]
    fn a_clock_that_was_set_back_makes_a_token_too_old() {
        let tokens = tokens();
        let first = tokens.at(after(0));
        assert_eq!(tokens.at(after(-5)), first);
        assert_ne!(tokens.at(after(-50)), first);
    }

    /// Apple names the curve once more within the key, as few others do.
    #[test]
    fn a_key_is_read_as_apple_writes_it() {
        let mut der = rcgen::KeyPair::generate().unwrap().serialize_der();
        let curve = [0xa0, 10, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
        // Within the key, behind its number, and in the three lengths around that.
        let at = der.len() - 70;
        der.splice(at..at, curve);
        for length in [2, 28, 30] {
            der[length] += 12;
        }
        let key = STANDARD.encode(der);
        let pem = format!("-----BEGIN PRIVATE KEY-----\n{key}\n-----END PRIVATE KEY-----\n");
        assert!(Tokens::new(pem.as_bytes(), "ABC123DEFG", "DEF123GHIJ").is_ok());
    }
}
