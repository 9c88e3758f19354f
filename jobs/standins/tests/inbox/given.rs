//! An inbox, and a client for it.

use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::MultiPart,
    transport::smtp::{
        Error,
        authentication::Credentials,
        client::{Certificate, Tls, TlsParameters},
        response::Response,
    },
};
use standins::{Inbox, SmtpOptions};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

pub(crate) type Client = AsyncSmtpTransport<Tokio1Executor>;

pub(crate) async fn inbox() -> Inbox {
    Inbox::start(SmtpOptions::default())
        .await
        .expect("an inbox")
}

pub(crate) fn client(inbox: &Inbox) -> Client {
    client_with_password(inbox, "inbox")
}

pub(crate) fn client_with_password(inbox: &Inbox, password: &str) -> Client {
    let ca = Certificate::from_pem(inbox.ca_pem().as_bytes()).expect("a certificate");
    let trust = TlsParameters::builder("127.0.0.1".to_owned())
        .add_root_certificate(ca)
        .build()
        .expect("trust");
    Client::builder_dangerous("127.0.0.1")
        .port(inbox.smtp_addr().port())
        .tls(Tls::Required(trust))
        .credentials(Credentials::new("honeydue".to_owned(), password.to_owned()))
        .build()
}

pub(crate) fn mail(to: &str, text: &str) -> Message {
    let html = format!("<p>{text}</p>");
    Message::builder()
        .from("reminders@example.com".parse().expect("an address"))
        .to(to.parse().expect("an address"))
        .subject("Filter wechseln: fällig")
        .message_id(Some("<1@example.com>".to_owned()))
        .multipart(MultiPart::alternative_plain_html(text.to_owned(), html))
        .expect("a mail")
}

pub(crate) async fn send(client: &Client, to: &str) -> Result<Response, Error> {
    client.send(mail(to, "Zeit für den Filter")).await
}

/// The answer to an HTTP request, whole.
pub(crate) async fn ask(inbox: &Inbox, what: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(inbox.web_addr())
        .await
        .expect("the page");
    let length = body.len();
    let request = format!(
        "{what} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    stream
        .write_all(request.as_bytes())
        .await
        .expect("a request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer");
    answer
}
