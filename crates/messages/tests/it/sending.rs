//! Sends: what is counted, what is refused, what the network reports.

use messages::{MessageState, Report, Reports, SendRefusal, TextKind};
use words::{Id, Refusal};

use crate::world::*;

#[test]
fn every_magic_number_has_its_fate_and_what_is_refused_costs_nothing() {
    let world = world();
    let texts = texts(&world);
    let magic: Vec<String> = (1..=8).map(|n| format!("1990000000{n}")).collect();
    let numbers: Vec<&str> = magic.iter().map(String::as_str).collect();
    let (sent, messages) = send(&world, 1, to(&texts, &numbers)).expect("sent");
    assert_eq!((sent.parts_each, sent.numbers, sent.refused, counted(&world, 1)), (1, 8, 2, 6), "【和创】验证码 4711，5 分钟内有效。");
    assert_eq!(messages.iter().map(|one| one.parts).collect::<Vec<_>>(), [1, 1, 1, 1, 0, 0, 1, 1]);
    let fate = |state: &str, code: &str| (state.to_owned(), code.to_owned());
    let (blocked, barred, unknown) = (fate("refused", "blocked"), fate("refused", "barred"), fate("failed", "unknown_number"));
    let (delivered, waits) = (fate("delivered", ""), fate("sent", ""));
    world.settle();
    let now = [&delivered, &waits, &unknown, &waits, &blocked, &barred, &delivered, &waits].map(Clone::clone);
    assert_eq!(fates(&world, &sent.id), now);
    world.run_until(sent.made_at.plus_seconds(59));
    assert_eq!(fates(&world, &sent.id)[1..4], [delivered.clone(), unknown.clone(), waits.clone()]);
    world.run_until(sent.made_at.plus_seconds(3_600));
    assert_eq!(fates(&world, &sent.id)[3], fate("failed", "expired"));
    assert_eq!((fates(&world, &sent.id)[7].clone(), counted(&world, 1)), (waits, 6), "what failed was sent");
    let told = seen(&world, |read| read.events_of(sent.id.as_str(), 0, 100));
    assert_eq!(told.iter().filter(|event| event.kind == "messages.delivery_reported").count(), 3, "one event for what comes together");
    // The seventh answered TD.
    let (again, _) = send(&world, 1, to(&texts, &["+86 199-0000-0007", "13800138000"])).expect("sent");
    world.settle();
    assert_eq!(fates(&world, &again.id), [fate("refused", "opted_out"), delivered]);
    assert_eq!(counted(&world, 1), 7);
    world.assert_clean();
}

#[test]
fn a_number_that_opted_out_is_refused_for_that_sender_only() {
    let world = world();
    let texts = texts(&world);
    let out = |n: u8, text: &'static str| done(&world, move |tx| messages::simulate_reply(tx, &sender(n), "13800138000", text));
    assert!(!out(1, "好的"));
    assert!(out(1, " 退订 ") && out(1, "TD"), "twice is once");
    let (sent, _) = send(&world, 1, to(&texts, &["13800138000"])).expect("sent");
    assert_eq!(fates(&world, &sent.id)[0], ("refused".to_owned(), "opted_out".to_owned()));
    let other = (text_of_other(&world, TextKind::Template, "验证码 {code}"), text_of_other(&world, TextKind::Signature, "别家"));
    let (sent, _) = send(&world, 3, to(&other, &["13800138000"])).expect("sent");
    world.settle();
    assert_eq!(fates(&world, &sent.id)[0].0, "delivered", "of another sender");
    assert!(done(&world, |tx| messages::opt_out(tx, &sender(3), "+85291234567")) && !done(&world, |tx| messages::opt_out(tx, &sender(3), "+852 9123 4567")));
    let live = tried(&world, |tx| messages::simulate_reply(tx, &sender(2), "13800138000", "TD"));
    assert_eq!(refusal(live).code(), "messages-sandbox-only");
    assert_eq!(refusal(tried(&world, |tx| messages::opt_out(tx, &sender(1), "10086"))).code(), "messages-number-shape");
    world.assert_clean();
}

fn text_of_other(world: &store::testing::Temp, kind: TextKind, body: &str) -> messages::Text {
    let draft = draft(kind, body);
    done(world, move |tx| messages::submit_text(tx, &developer(2), &draft))
}

#[test]
fn what_may_not_be_sent_says_why_and_counts_nothing() {
    let world = world();
    let texts = texts(&world);
    let code = |n: u8, draft| refusal(send(&world, n, draft)).code();
    assert_eq!(refusal(send(&world, 2, to(&texts, &["13800138000"]))), SendRefusal::NetworkOff, "honestly");
    let swapped = (texts.1.clone(), texts.0.clone());
    assert_eq!(code(1, to(&swapped, &["13800138000"])), "messages-template-unknown", "a signature is no template");
    assert_eq!(code(3, to(&texts, &["13800138000"])), "messages-template-unknown", "somebody else's");
    let waits = (text(&world, TextKind::Template, "您好 {code}", false), texts.1.clone());
    send(&world, 1, to(&waits, &["13800138000"])).expect("the sandbox may try what waits for its review");
    let id = waits.0.id.clone();
    done(&world, move |tx| messages::withdraw_text(tx, &developer(1), &id));
    assert_eq!(code(1, to(&waits, &["13800138000"])), "messages-template-state");
    assert_eq!(code(1, to(&texts, &["138"])), "messages-number-shape");
    assert_eq!(code(1, to(&texts, &["13800138000", "+86 13800138000"])), "messages-number-twice");
    let none = messages::SendDraft { parameters: Default::default(), ..to(&texts, &["13800138000"]) };
    assert_eq!(code(1, none), "messages-parameter-missing");
    let long = (text(&world, TextKind::Template, &"很".repeat(500), true), text(&world, TextKind::Signature, &"长".repeat(20), true));
    let long = messages::SendDraft { parameters: Default::default(), ..to(&long, &["13800138000", "+12125550100"]) };
    let (sent, _) = send(&world, 1, long).expect("sent");
    assert_eq!((sent.parts_each, counted(&world, 1)), (8, 1 + 16), "522 characters of 67 each");
    let kinds = seen(&world, |read| {
        let rows = read.rows("select distinct kind from meter_parts order by kind", &[])?;
        rows.iter().map(|row| row.get::<String>("kind")).collect::<Result<Vec<_>, _>>()
    });
    assert_eq!(kinds, ["cn", "intl"]);
    world.assert_clean();
}

#[test]
fn a_report_counts_once_and_only_for_what_the_network_has() {
    let world = world();
    let texts = texts(&world);
    let (sent, all) = send(&world, 1, to(&texts, &["19900000008", "19900000005"])).expect("sent");
    let report = |message: &Id, state, reply: Option<&str>| Report { message: message.clone(), state, code: String::new(), reply: reply.map(str::to_owned) };
    let take = |reports: Vec<Report>| {
        let all = Reports { send: sent.id.clone(), reports };
        done(&world, move |tx| Ok::<_, words::Failure<words::Never>>(messages::take_reports(tx, &all)?));
    };
    take(vec![report(&all[0].id, MessageState::Delivered, Some("退订")), report(&all[1].id, MessageState::Delivered, None)]);
    take(vec![report(&all[0].id, MessageState::Failed, None), report(&Id::fixed("sms_nosuch"), MessageState::Failed, None)]);
    assert_eq!(fates(&world, &sent.id), [("delivered".to_owned(), String::new()), ("refused".to_owned(), "blocked".to_owned())]);
    world.settle();
    let told = seen(&world, |read| read.events_of(sent.id.as_str(), 0, 100));
    assert_eq!(told.iter().filter(|event| event.kind == "messages.delivery_reported").count(), 1);
    let (again, _) = send(&world, 1, to(&texts, &["19900000008"])).expect("sent");
    assert_eq!(fates(&world, &again.id)[0].1, "opted_out", "the answer came with the report");
    world.assert_clean();
    world.tamper("update messages_message set state = 'delivered' where code = 'blocked'");
    assert_eq!(world.verify().first().map(|finding| finding.place.clone()).as_deref(), Some("messages_send"));
}

#[test]
fn what_cannot_be_paid_as_a_whole_is_not_sent_and_what_was_not_sent_is_free_again() {
    let world = world();
    let texts = texts(&world);
    purse(&world, 1, 3);
    let four = ["13800138001", "13800138002", "13800138003", "13800138004"];
    assert_eq!(refusal(send(&world, 1, to(&texts, &four))).code(), "gateway-wallet-short");
    assert_eq!((left(&world, 1), counted(&world, 1)), (Some(3), 0), "nothing of it went out");
    // Of three numbers the network refuses one: its part is free again.
    send(&world, 1, to(&texts, &["13800138001", "19900000005", "13800138002"])).expect("sent");
    assert_eq!((left(&world, 1), counted(&world, 1)), (Some(1), 2));
    assert_eq!(refusal(send(&world, 1, to(&texts, &four[..2]))), SendRefusal::WalletShort);
    send(&world, 1, to(&texts, &four[..1])).expect("the last");
    assert_eq!((left(&world, 1), counted(&world, 1)), (Some(0), 3));
    world.settle();
    world.assert_clean();
}
