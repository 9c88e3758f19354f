//! What a mail looks like on the wire, and that nothing in it can become a header of its own.

use proptest::prelude::*;

use super::*;

fn email() -> Email {
    Email {
        to: "ada@example.com".into(),
        to_name: "Ada".into(),
        subject: "Due today: Clear the gutter".into(),
        text: "Hi Ada\n.\nbye\n".into(),
        html: "<p>Hi Ada</p>".into(),
        unsubscribe: None,
        message_id: "d-7@honeydue.example.com".into(),
        at: "2026-11-20T14:00:05Z".parse().unwrap(),
    }
}

fn composed(email: &Email) -> Result<Mail, Sent> {
    compose(&"honeyDue <hello@example.com>".parse().unwrap(), email)
}

fn wire(email: &Email) -> String {
    let mail = composed(email).unwrap_or_else(|sent| panic!("{sent:?}"));
    String::from_utf8(mail.bytes).unwrap()
}

fn refusal(email: &Email) -> Sent {
    composed(email).map(|_| ()).unwrap_err()
}

/// The headers, folded lines put together again.
fn headers(wire: &str) -> Vec<String> {
    let (head, _) = wire.split_once("\r\n\r\n").unwrap();
    let unfolded = head.replace("\r\n ", " ").replace("\r\n\t", " ");
    unfolded.split("\r\n").map(str::to_owned).collect()
}

fn header(wire: &str, name: &str) -> String {
    let found: Vec<String> = headers(wire)
        .iter()
        .filter_map(|line| line.strip_prefix(&format!("{name}: ")).map(str::to_owned))
        .collect();
    assert_eq!(found.len(), 1, "{name} in {wire}");
    found.concat()
}

const NAMES: [&str; 8] = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "MIME-Version",
    "Content-Type",
];

fn names(wire: &str) -> Vec<String> {
    let mut names: Vec<String> = headers(wire)
        .iter()
        .map(|line| line.split(':').next().unwrap_or_default().to_owned())
        .collect();
    names.sort_unstable();
    names
}

fn expected_names() -> Vec<String> {
    let mut names = NAMES.map(str::to_owned).to_vec();
    names.sort_unstable();
    names
}

const LINK: &str = "https://honeydue.example.com/u/NzcubWFpbC5kYWlseS1kaWdlc3SzrgJ0mOn2HBMFCmwZP1ZgkTvHrJFkT_VJt4j4Vx0vGQ";

#[test]
fn what_people_can_be_rid_of_says_how_in_one_click_and_nothing_else_does() {
    let digest = Email {
        unsubscribe: Some(LINK.into()),
        ..email()
    };
    let written = wire(&digest);
    assert_eq!(header(&written, "List-Unsubscribe"), format!("<{LINK}>"));
    assert_eq!(
        header(&written, "List-Unsubscribe-Post"),
        "List-Unsubscribe=One-Click"
    );
    assert!(!wire(&email()).contains("List-Unsubscribe"));
}

#[test]
fn a_link_that_would_end_its_header_is_not_sent() {
    for bad in [
        "https://x/u/a\r\nBcc: eve@example.com",
        "https://x/u/a>, <mailto:eve@example.com",
        "https://ü/",
    ] {
        let unsubscribe = Some(bad.to_owned());
        let refused = refusal(&Email {
            unsubscribe,
            ..email()
        });
        assert!(matches!(refused, Sent::Failed(_)), "{bad}: {refused:?}");
    }
}

#[test]
fn a_mail_says_who_to_whom_what_and_when() {
    let wire = wire(&email());
    assert_eq!(header(&wire, "From"), "honeyDue <hello@example.com>");
    assert_eq!(header(&wire, "To"), "Ada <ada@example.com>");
    assert_eq!(header(&wire, "Subject"), "Due today: Clear the gutter");
    assert_eq!(header(&wire, "Date"), "Fri, 20 Nov 2026 14:00:05 +0000");
    assert_eq!(header(&wire, "Message-ID"), "<d-7@honeydue.example.com>");
    assert_eq!(header(&wire, "Auto-Submitted"), "auto-generated");
    assert_eq!(names(&wire), expected_names());
}

#[test]
fn plain_text_comes_before_html() {
    let wire = wire(&email());
    assert!(
        header(&wire, "Content-Type").starts_with("multipart/alternative;"),
        "{wire}"
    );
    let at = |part: &str| {
        wire.find(part)
            .unwrap_or_else(|| panic!("{part} in {wire}"))
    };
    assert!(at("text/plain; charset=utf-8") < at("text/html; charset=utf-8"));
}

#[test]
fn a_name_is_encoded_if_it_must_be_and_left_out_if_there_is_none() {
    let umlaut = Email {
        to_name: "Änne \"A\" <x@example.com>".into(),
        ..email()
    };
    let to = header(&wire(&umlaut), "To");
    assert!(to.is_ascii() && to.ends_with(" <ada@example.com>"), "{to}");
    assert!(!to.contains("x@example.com"), "{to}");

    let nameless = Email {
        to_name: "\r\n ".into(),
        ..email()
    };
    assert_eq!(header(&wire(&nameless), "To"), "ada@example.com");
}

#[test]
fn a_domain_beyond_ascii_is_spelled_in_ascii() {
    let mail = composed(&Email {
        to: "ada@bücher.example".into(),
        ..email()
    });
    assert_eq!(
        mail.map(|mail| mail.to.to_string()).ok().as_deref(),
        Some("ada@xn--bcher-kva.example")
    );
}

#[test]
fn what_no_server_could_be_asked_about_is_refused_and_not_called_a_bad_address() {
    for to in [
        "",
        "ada",
        "ada@",
        "@example.com",
        "ada@example.com\r\nBcc: x@example.com",
        "a da@example.com",
        "ädä@example.com",
        "ada@example.com, x@example.com",
        "<ada@example.com>",
        "\"a\r\nb\"@example.com",
    ] {
        let sent = refusal(&Email {
            to: to.into(),
            ..email()
        });
        assert!(matches!(sent, Sent::Refused { .. }), "{to:?}: {sent:?}");
    }
}

#[test]
fn a_message_id_that_would_end_its_header_is_no_message_id() {
    for id in [
        "",
        "no-at",
        "a@b\r\nBcc: x@example.com",
        "a@b>",
        "a b@c",
        &format!("{}@c", "x".repeat(300)),
    ] {
        let sent = refusal(&Email {
            message_id: id.into(),
            ..email()
        });
        assert!(matches!(sent, Sent::Failed(_)), "{id:?}: {sent:?}");
    }
}

#[test]
fn a_time_beyond_reason_is_still_a_date() {
    for at in [jiff::Timestamp::MIN, jiff::Timestamp::MAX] {
        header(&wire(&Email { at, ..email() }), "Date");
    }
}

#[test]
fn a_carriage_return_that_stands_alone_ends_a_line_like_any_other() {
    let wire = wire(&Email {
        text: "one\rtwo\r\nthree\nfour\r".into(),
        ..email()
    });
    assert!(wire.contains("one\r\ntwo\r\nthree\r\nfour\r\n"), "{wire}");
}

proptest! {
    #[test]
    fn nothing_in_a_mail_becomes_a_header_or_a_line_too_long(
        to_name in any::<String>(), subject in "(?s).{0,300}", text in "(?s).{0,3000}", html in "(?s).{0,3000}",
    ) {
        let wire = wire(&Email { to_name, subject, text, html, ..email() });
        prop_assert_eq!(names(&wire), expected_names());
        prop_assert!(wire.is_ascii());
        prop_assert!(wire.split("\r\n").all(|line| line.len() <= 998 && !line.contains(['\r', '\n'])));
    }
}
