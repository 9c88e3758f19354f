//! Telling a peer that can't prove who it is from one that is merely away.

use std::{error::Error, io};

/// A failed handshake is reported like any other lost connection; only the chain below knows. An
/// `io::Error` hides what it wraps from that chain.
pub(super) fn is_at_fault(error: &(dyn Error + 'static)) -> bool {
    let is_rustls = error.downcast_ref::<rustls::Error>();
    let wrapped = error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref);
    matches!(is_rustls, Some(rustls::Error::InvalidCertificate(_)))
        || wrapped.is_some_and(|wrapped| is_at_fault(wrapped))
        || error.source().is_some_and(is_at_fault)
}
