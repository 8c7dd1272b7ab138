//! Sends queued mails to the mail server, and keeps the log of it.
//!
//! Outer job `desk.send_mail`, key: the mail; at least once, with one Message-ID, so that a mailbox shows it once.
//! Asks the store for the person's address at the moment of sending: the log holds none. Tells `desk.mail_resent`.

use store::{Db, Job, JobRun, OuterJob, Read, Tx};
use words::{Acting, Failure, Fault, Id, Never, Node, Outcome};

use crate::letter::{Letter, is_address};
use crate::message::{Mail, MailRefusal};
use crate::smtp::{MailServer, SmtpMistake, deliver};
use crate::told::MailResent;
use crate::{rights, sql_inbox as sql};

pub(crate) const JOB: &str = "desk.send_mail";
pub(crate) const SWITCH: &str = "mail";
const FIELD: &str = "email";
const MOST_ATTEMPTS: i64 = 8;

/// Says, at start, whether a mail server is configured. Without one no mails are queued, and those that wait are given up.
pub fn switch_mail(tx: &mut Tx, on: bool) -> Result<(), Fault> {
    if sql::switch(tx, SWITCH)? != on {
        sql::switch_put(tx, SWITCH, on)?;
    }
    if on { Ok(()) } else { give_up(tx) }
}

fn give_up(tx: &mut Tx) -> Result<(), Fault> {
    loop {
        let waiting = sql::mails_queued(tx, 500)?;
        if waiting.is_empty() {
            return Ok(());
        }
        for id in waiting {
            sql::mail_state(tx, &id, "failed", 0, "no mail server is configured")?;
            tx.cancel_job(JOB, id.as_str())?;
        }
    }
}

/// The job that speaks to this mail server, for `store::Options::outer`.
pub fn mail_job(server: MailServer) -> OuterJob {
    OuterJob { name: JOB, run: Box::new(move |db, run| send(db, &server, run)) }
}

fn send(db: &Db, server: &MailServer, run: &JobRun) -> Result<(), Fault> {
    let id = Id::fixed(run.key.clone());
    let looked = db.read::<_, Never>(|read| Ok(look(read, server, &id)?)).map_err(Failure::into_fault)?;
    let Some((mail, letter)) = looked else { return Ok(()) };
    let sent = match letter {
        None => return note(db, &id, "no_address", mail.attempts, ""),
        Some(letter) => deliver(server, &letter),
    };
    let attempts = mail.attempts + 1;
    match sent {
        Ok(()) => note(db, &id, "sent", attempts, ""),
        Err(SmtpMistake::Refused(reply)) => note(db, &id, "failed", attempts, &reply),
        Err(SmtpMistake::Later(reply)) if attempts >= MOST_ATTEMPTS => note(db, &id, "failed", attempts, &reply),
        Err(SmtpMistake::Later(reply)) => {
            note(db, &id, "queued", attempts, &reply)?;
            Err(Fault::transient(reply))
        }
    }
}

/// The mail if it waits, and its letter if the person has an address.
fn look(read: &Read, server: &MailServer, id: &Id) -> Result<Option<(Mail, Option<Letter>)>, Fault> {
    let Some(mail) = sql::mail(read, id)?.filter(|mail| mail.state == "queued") else { return Ok(None) };
    let Some((person, item)) = sql::mail_message(read, id)? else { return Ok(None) };
    let address = read.personal(&person, FIELD)?.filter(|address| is_address(address));
    let letter = address.map(|to| Letter {
        id: id.to_string(),
        to,
        item,
        at: read.now(),
        from: server.from.clone(),
        from_name: server.from_name.clone(),
        site: server.site.clone(),
    });
    Ok(Some((mail, letter)))
}

fn note(db: &Db, id: &Id, state: &'static str, attempts: i64, error: &str) -> Result<(), Fault> {
    let (id, error): (Id, String) = (id.clone(), error.chars().take(500).collect());
    let noted = db.write::<_, Never>("desk.note_mail", move |tx| Ok(sql::mail_state(tx, &id, state, attempts, &error)?));
    noted.map_err(Failure::into_fault)
}

/// The mail log, newest first, before the cursor. Asks for `desk.mail`.
pub fn mails(read: &Read, who: &Acting, state: Option<&str>, before: Option<&str>, limit: i64) -> Outcome<Vec<Mail>, Never> {
    who.may(rights::MAIL, &Node::group())?;
    Ok(sql::mails(read, state, before, limit)?)
}

/// Sends a mail again. Asks for `desk.mail`.
pub fn resend_mail(tx: &mut Tx, who: &Acting, id: &Id) -> Outcome<Mail, MailRefusal> {
    who.may(rights::MAIL, &Node::group())?;
    let mail = sql::mail(tx, id)?.ok_or(Failure::Absent)?;
    if mail.state == "queued" {
        return Err(MailRefusal::Waiting.into());
    }
    if !sql::switch(tx, SWITCH)? {
        return Err(MailRefusal::Off.into());
    }
    sql::mail_state(tx, id, "queued", 0, "")?;
    tx.later(Job::new(JOB, id.as_str()))?;
    tx.tell(who, &MailResent { subject: mail.subject.clone(), node: Node::group(), mail: id.clone() })?;
    sql::mail(tx, id)?.ok_or(Failure::Absent)
}
