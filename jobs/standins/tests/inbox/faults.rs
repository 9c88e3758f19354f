use standins::smtp::{BadFault, Fault, Stage};

use crate::given::{client, inbox, send};

#[tokio::test]
async fn a_fault_for_one_address_hits_only_that_one() {
    let inbox = inbox().await;
    let unknown = Fault::answer(Stage::Rcpt, 550, "5.1.1 no such user").address("Bob@example.com");
    inbox.faults().add(unknown).expect("a fault");

    let bob = send(&client(&inbox), "bob@example.com").await;
    let ada = send(&client(&inbox), "ada@example.com").await;

    assert_eq!(bob.expect_err("refused").status().map(u16::from), Some(550));
    ada.expect("sent");
    assert_eq!(inbox.mails().len(), 1);
    assert_eq!(inbox.mails()[0].to, ["ada@example.com"]);
}

#[tokio::test]
async fn a_fault_strikes_as_often_as_told() {
    let inbox = inbox().await;
    let busy = Fault::answer(Stage::Data, 451, "4.3.0 busy").times(2);
    inbox.faults().add(busy).expect("a fault");
    let client = client(&inbox);

    for _ in 0..2 {
        let refused = send(&client, "ada@example.com").await;
        assert_eq!(
            refused.expect_err("refused").status().map(u16::from),
            Some(451)
        );
    }
    send(&client, "ada@example.com").await.expect("sent");
    assert!(inbox.faults().list().is_empty());
}

#[tokio::test]
async fn a_cut_after_the_mail_leaves_it_stored_or_not_as_told() {
    let inbox = inbox().await;
    for (fault, stored) in [
        (Fault::cut(Stage::End), 0),
        (Fault::cut(Stage::End).stored(), 1),
    ] {
        inbox.faults().add(fault.times(1)).expect("a fault");
        let cut = send(&client(&inbox), "ada@example.com").await;
        assert_eq!(cut.expect_err("cut").status(), None);
        assert_eq!(inbox.mails().len(), stored);
    }
}

#[tokio::test]
async fn a_fault_that_would_break_the_protocol_is_refused() {
    let inbox = inbox().await;
    let faults = inbox.faults();
    let add = |code, text| faults.add(Fault::answer(Stage::Mail, code, text));
    assert_eq!(add(99, "x"), Err(BadFault::Code));
    assert_eq!(add(600, "x"), Err(BadFault::Code));
    assert_eq!(add(550, "x\r\n250 y"), Err(BadFault::Text));
    assert!(faults.list().is_empty());
}
