//! The record of a draw that anyone can check, and the shell script that does it.
//!
//! Asks: drawings, pools, seats. Invariant: it names nobody until the terms show names; what it publishes suffices to recompute every seat.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use store::Read;
use words::{Acting, Fault, Id};

use crate::draw::draw_name;
use crate::drawing::Drawing;
use crate::pool::tickets;
use crate::read::sees_names;
use crate::seat::Seat;
use crate::views::{DrawProtocol, Protocol, ProtocolSeat};
use crate::{sql, sql_seats};

/// The protocol of a round; `None` if there is no such round.
pub fn protocol(read: &Read, who: Option<&Acting>, id: &Id) -> Result<Option<Protocol>, Fault> {
    let Some(round) = sql::round(read, id)? else { return Ok(None) };
    let open_names = sees_names(who, &round);
    let seats = sql_seats::seats(read, id)?;
    let mut draws = Vec::new();
    for drawing in sql::drawings(read, id)? {
        let pool = sql::pool(read, &drawing.pool)?;
        draws.push(draw_protocol(&drawing, pool.members(), &seats, open_names));
    }
    let script = script(&draws);
    let notes = notes(&draws);
    let appointed = seats.iter().filter(|seat| seat.freeze_no == 0).count() as i64;
    Ok(Some(Protocol { round: id.clone(), subject: round.subject, appointed, draws, notes, script }))
}

fn draw_protocol(drawing: &Drawing, pool: &[Id], seats: &[Seat], open_names: bool) -> DrawProtocol {
    let frozen = drawing.frozen_at.is_some();
    let eligible: Vec<Id> = if frozen { drawing.eligible_of(pool).into_iter().cloned().collect() } else { Vec::new() };
    let (seal_batch, seal_hash) = drawing.seal.clone().map_or((None, None), |(batch, hash)| (Some(batch), Some(hash)));
    DrawProtocol {
        freeze_no: drawing.freeze_no,
        frozen_at: drawing.frozen_at,
        frozen_event: drawing.frozen_event.clone(),
        pool: drawing.pool.clone(),
        eligible: tickets(&drawing.salt, &eligible),
        eligible_hash: drawing.eligible_hash.clone(),
        excluded: drawing.excluded_counts.clone(),
        excluded_hash: drawing.excluded_hash.clone(),
        seal_batch,
        seal_hash,
        nonces: drawing.nonces.clone(),
        draw_name: draw_name(&drawing.round, drawing.freeze_no),
        seed: drawing.seed.clone(),
        passed_over: drawing.passed_over.clone(),
        seats: protocol_seats(drawing, seats, open_names),
        drawn_at: drawing.drawn_at,
        salt: (open_names && frozen).then(|| drawing.salt.clone()),
    }
}

fn protocol_seats(drawing: &Drawing, seats: &[Seat], open_names: bool) -> Vec<ProtocolSeat> {
    let drawn = seats.iter().filter(|seat| seat.freeze_no == drawing.freeze_no);
    let line = |seat: &Seat| {
        let ticket = seat.ticket.clone()?;
        Some(ProtocolSeat { position: seat.position, ticket, replacement: seat.replaces.is_some(), person: open_names.then(|| seat.person.clone()) })
    };
    let mut lines: Vec<ProtocolSeat> = drawn.filter_map(line).collect();
    lines.sort_by_key(|line| line.position);
    lines
}

/// What a reader must be told: without observers an insider could have tried several freezes; a silent observer could have chosen to be silent.
fn notes(draws: &[DrawProtocol]) -> Vec<String> {
    let mut notes = BTreeMap::new();
    for draw in draws {
        let revealed = draw.nonces.iter().filter(|line| line.nonce.is_some()).count();
        if draw.drawn_at.is_some() && revealed == 0 {
            notes.insert("without-observers", ());
        }
        if draw.drawn_at.is_some() && draw.nonces.iter().any(|line| line.nonce.is_none()) {
            notes.insert("observer-silent", ());
        }
        if !draw.passed_over.is_empty() {
            notes.insert("passed-over", ());
        }
    }
    notes.into_keys().map(str::to_owned).collect()
}

/// Nonces may hold anything but a line feed; quoted so that the shell takes them as they are.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

fn script(draws: &[DrawProtocol]) -> String {
    let mut script = String::from("#!/bin/sh\nset -eu\nexport LC_ALL=C\nhash() { sha256sum | cut -c1-64; }\n");
    for draw in draws.iter().filter(|draw| draw.drawn_at.is_some()) {
        let nonces: String = draw.nonces.iter().filter_map(|line| line.nonce.as_deref()).map(|nonce| format!(" {}", quoted(nonce))).collect();
        let seal = draw.seal_hash.as_deref().unwrap_or_default();
        let over: Vec<&str> = draw.passed_over.iter().map(|p| p.ticket.as_str()).collect();
        let over = if over.is_empty() { "-".to_owned() } else { over.join("|") };
        let _ = write!(
            script,
            "\neligible='{eligible}'\ntest \"$(printf '%s\\n' $eligible | sort | hash)\" = {list}\nseed=$(printf '%s\\n' {seal}{nonces} '{name}' | hash)\n\
             test \"$seed\" = {seed}\nfor t in $eligible; do printf '%s %s\\n' \"$(printf '%s:%s' \"$seed\" \"$t\" | hash)\" \"$t\"; done \\\n  | sort | cut -d' ' -f2 | grep -vE '{over}' | sed {seats}q\n",
            eligible = draw.eligible.join("\n"),
            list = draw.eligible_hash,
            name = draw.draw_name,
            seed = draw.seed.as_deref().unwrap_or_default(),
            over = over,
            seats = draw.seats.len().max(1),
        );
    }
    script
}
