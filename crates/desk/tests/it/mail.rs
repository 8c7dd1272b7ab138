//! Mail: queued only with a server, by wish, over SMTP, with a log.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};

use desk::{MailRefusal, MailServer, MessageKind, Protection, choose_mail, declare_message_kinds, mail_job, mail_wishes, mails, resend_mail, switch_mail};
use store::testing::{Temp, temp_with};
use words::{Failure, Never};

use crate::inbox::{message, send};
use crate::place::{both, id, official, person, place, read, write};

/// A server that answers `RCPT` with these codes in turn, then with 250, and hands out what it was told.
fn server(mut codes: Vec<u16>) -> (u16, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (told, heard) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut out = stream.try_clone().unwrap();
            let mut say = |text: &str| out.write_all(format!("{text}\r\n").as_bytes());
            let _ = say("220 test");
            let (mut body, mut in_body) = (String::new(), false);
            for line in BufReader::new(stream).lines().map_while(Result::ok) {
                let reply = match line.split(' ').next().unwrap_or_default() {
                    "." if in_body => {
                        in_body = false;
                        let _ = told.send(std::mem::take(&mut body));
                        "250 taken".to_owned()
                    }
                    _ if in_body => {
                        body.push_str(&line);
                        body.push('\n');
                        continue;
                    }
                    "EHLO" => "250-test\r\n250 AUTH PLAIN".to_owned(),
                    "RCPT" if !codes.is_empty() => format!("{} no", codes.remove(0)),
                    "DATA" => {
                        in_body = true;
                        "354 go on".to_owned()
                    }
                    "QUIT" => "221 bye".to_owned(),
                    "AUTH" => "235 ok".to_owned(),
                    _ => "250 ok".to_owned(),
                };
                if say(&reply).is_err() {
                    break;
                }
            }
        }
    });
    (port, heard)
}

fn mailing(codes: Vec<u16>) -> (Temp, Receiver<String>) {
    let (port, heard) = server(codes);
    let server = MailServer {
        host: "127.0.0.1".into(),
        port,
        protection: Protection::Plain,
        login: Some(("robot".into(), "pw".into())),
        from: "no-reply@hc.cn".into(),
        from_name: "和创".into(),
        site: "https://hc.cn".into(),
    };
    let temp = temp_with(&[&desk::PART], Vec::new(), vec![mail_job(server)]);
    let setup = |tx: &mut store::Tx| {
        tx.personal_put(&id("per_chen"), "email", "chen@hc.cn")?;
        let kind = |kind: &str, mandatory, by_mail| MessageKind { kind: kind.into(), name: both(kind), mandatory, by_mail };
        declare_message_kinds(tx, &[kind("programme.moved", false, true), kind("security", true, true)])?;
        Ok(switch_mail(tx, true)?)
    };
    write::<_, Never>(&temp, setup).unwrap();
    (temp, heard)
}

fn log(temp: &Temp) -> Vec<(String, i64)> {
    read(temp, |r| mails(r, &official("wu", &["desk.mail"]), None, None, 10)).into_iter().map(|mail| (mail.state, mail.attempts)).collect()
}

#[test]
fn without_a_server_no_mail_is_queued() {
    let temp = place();
    send(&temp, message(&["per_chen"], None));
    temp.settle();
    assert!(log(&temp).is_empty());
    temp.assert_clean();
}

#[test]
fn a_mail_arrives_and_the_log_says_so() {
    let (temp, heard) = mailing(vec![]);
    send(&temp, message(&["per_chen", "per_nobody"], None));
    temp.settle();
    let letter = heard.recv_timeout(std::time::Duration::from_secs(5)).unwrap();
    assert!(letter.contains("To: <chen@hc.cn>") && letter.contains("Message-ID: <eml_"), "{letter}");
    let mut states = log(&temp);
    states.sort();
    assert_eq!(states, [("no_address".into(), 0), ("sent".into(), 1)]);
    temp.assert_clean();
}

#[test]
fn a_server_that_is_busy_is_asked_again_and_one_that_refuses_is_not() {
    let (temp, heard) = mailing(vec![451, 250, 550]);
    send(&temp, message(&["per_chen"], None));
    temp.settle();
    assert_eq!(log(&temp), [("queued".into(), 1)]);
    temp.run_until(temp.clock.now().plus_seconds(60));
    assert_eq!(log(&temp), [("sent".into(), 2)]);
    drop(heard.recv_timeout(std::time::Duration::from_secs(5)).unwrap());
    send(&temp, message(&["per_chen"], None));
    temp.settle();
    assert_eq!(log(&temp)[0], ("failed".into(), 1));
    let mail = read(&temp, |r| mails(r, &official("wu", &["desk.mail"]), Some("failed"), None, 10)).remove(0);
    let again = |who: words::Acting| {
        let id = mail.id.clone();
        write(&temp, move |tx| resend_mail(tx, &who, &id))
    };
    assert!(matches!(again(person("li")), Err(Failure::Denied(_))));
    assert_eq!(again(official("wu", &["desk.mail"])).unwrap().state, "queued");
    assert_eq!(again(official("wu", &["desk.mail"])).err(), Some(Failure::Refused(MailRefusal::Waiting)));
    temp.settle();
    assert_eq!(log(&temp)[0], ("sent".into(), 1));
    temp.assert_clean();
}

#[test]
fn people_choose_except_about_mandatory_kinds() {
    let (temp, _heard) = mailing(vec![]);
    let choices: BTreeMap<String, bool> = [("programme.moved", false), ("security", false), ("unknown", true)].map(|(kind, by)| (kind.to_owned(), by)).into();
    write::<_, Never>(&temp, move |tx| Ok(choose_mail(tx, &id("per_chen"), &choices)?)).unwrap();
    let wished = read(&temp, |r| Ok(mail_wishes(r, &id("per_chen"))?)).into_iter().map(|wish| (wish.kind.kind, wish.wished)).collect::<Vec<_>>();
    assert_eq!(wished, [("programme.moved".to_owned(), false), ("security".to_owned(), true)]);
    send(&temp, message(&["per_chen"], None));
    send(&temp, desk::Message { kind: "security".into(), ..message(&["per_chen"], None) });
    assert_eq!(log(&temp), [("queued".into(), 0)]);
    write::<_, Never>(&temp, |tx| Ok(switch_mail(tx, false)?)).unwrap();
    assert_eq!(log(&temp), [("failed".into(), 0)]);
    temp.settle();
    temp.assert_clean();
}
