//! The gateway beside nginx with Lua, bare nginx and HAProxy: processor time a request, requests a second, what it adds to the wait.
//!
//! Each has one worker, the same upstream and the same callers (`wrk`, 64 connections, 10,000 keys in turn). The gateway does all of its work: key, rate, quota from leased units,
//! both records of a call with their sync, and shipping into a database. Invariant: every answer is a 200, and every call that was answered is metered once.

mod load;
mod peers;
mod process;
mod side;

use std::time::Duration;

use benches::{Ask, Done, Figures, Ground, must, thousands};
use load::{Load, Seen};
use peers::Peers;
use side::Side;
use words::Fault;

/// Keys of the usual run, and of the large one.
const KEYS: usize = 10_000;
const MANY: usize = 1_000_000;

/// What is measured, in this order; `--only` names one.
const PARTS: [(&str, Part); 4] = [("plain", plain), ("doors", other_doors), ("half", half_load), ("many", many_keys)];

type Part = fn(&Load, &Peers, &Ground, &mut Figures) -> Done;

fn main() {
    let done = match std::env::args().nth(1).as_deref() {
        Some(side::WORD) => side::run(),
        _ => bench(),
    };
    if let Err(fault) = done {
        eprintln!("{fault}");
        std::process::exit(1);
    }
}

fn bench() -> Done {
    let ask = Ask::of_command_line()?;
    let ground = Ground::below(&ask.data)?;
    let peers = Peers::start(&ground, KEYS)?;
    let load = Load { time: ask.time, rounds: if ask.quick { 1 } else { 5 }, folder: ground.folder("load") };
    let mut figures = Figures::of(format!("gateway: 64 connections, {} keys, one worker each", thousands(KEYS as f64)));
    let known: Vec<&str> = PARTS.iter().map(|(name, _)| *name).collect();
    let wanted = |name: &str| ask.only.as_deref().is_none_or(|only| only == name);
    must(known.iter().any(|name| wanted(name)), format!("--only is one of {}", known.join(", ")))?;
    for (_, part) in PARTS.iter().filter(|(name, _)| wanted(name)) {
        part(&load, &peers, &ground, &mut figures)?;
    }
    figures.print();
    Ok(())
}

/// HTTP/1.1, 1 KB: each in turn, several rounds, the middle one of each by processor time a request.
fn plain(load: &Load, peers: &Peers, ground: &Ground, figures: &mut Figures) -> Done {
    let side = Side::start(ground, "plain", &peers.upstream_address(), KEYS)?;
    let mut seen: Vec<(&str, Vec<Seen>)> = Vec::new();
    for _ in 0..load.rounds {
        let mut round = vec![("upstream, nothing between", load.keys(peers.upstream.port, KEYS, &peers.upstream)?)];
        for (name, peer) in [("peer: nginx, bare", &peers.bare), ("peer: HAProxy, key and rate", &peers.haproxy), (LUA, &peers.lua)] {
            round.push((name, load.keys(peer.port, KEYS, peer)?));
        }
        round.push((OURS, load.keys(side.port, KEYS, &side.process)?));
        for (name, one) in round {
            match seen.iter_mut().find(|(other, _)| *other == name) {
                Some((_, all)) => all.push(one),
                None => seen.push((name, vec![one])),
            }
        }
    }
    let mut of_lua = 0.0;
    let mut ours = 0.0;
    for (name, all) in &mut seen {
        all.sort_by(|a, b| a.us_a_request().total_cmp(&b.us_a_request()));
        let middle = &all[all.len() / 2];
        figures.row(*name, middle.text(), "");
        match *name {
            LUA => of_lua = middle.us_a_request(),
            OURS => ours = middle.us_a_request(),
            _ => {}
        }
    }
    figures.row("hechuang ÷ nginx with Lua, processor time a request", format!("{:.2}", ours / of_lua), "≤ 1.0, aim 0.8");
    side.end(figures)
}

const LUA: &str = "peer: nginx with Lua: key, window, counter, log";
const OURS: &str = "hechuang: key, rate, quota, both records";

/// HTTP/2 and TLS, and bodies of 100 KB.
fn other_doors(load: &Load, peers: &Peers, ground: &Ground, figures: &mut Figures) -> Done {
    let side = Side::start(ground, "doors", &peers.upstream_address(), KEYS)?;
    let doors = [
        ("100 KB", "--h1", "http", peers.lua.port, side.port),
        ("HTTP/2", "", "http", peers.lua_h2, side.port),
        ("TLS, HTTP/1.1", "--h1", "https", peers.lua_tls, side.tls_port),
        ("TLS, HTTP/2", "", "https", peers.lua_tls, side.tls_port),
    ];
    for (name, more, scheme, lua_port, port) in doors {
        let more: Vec<&str> = more.split_whitespace().collect();
        let path = if name == "100 KB" { "/bench/v1/large" } else { "/bench/v1/small" };
        let peer = load.h2load(&more, scheme, lua_port, path, None, &peers.lua)?;
        let own = load.h2load(&more, scheme, port, path, None, &side.process)?;
        figures.row(format!("{name}: nginx with Lua"), peer.text(), "");
        figures.row(format!("{name}: hechuang"), own.text(), "");
    }
    side.end(figures)
}

/// What each adds to the wait at half of what the slower of both can do.
fn half_load(load: &Load, peers: &Peers, ground: &Ground, figures: &mut Figures) -> Done {
    let side = Side::start(ground, "half", &peers.upstream_address(), KEYS)?;
    let most = load.h2load(&["--h1"], "http", side.port, "/bench/v1/small", None, &side.process)?;
    let rate = (most.a_second() / 2.0) as u64;
    let direct = load.h2load(&["--h1"], "http", peers.upstream.port, "/bench/v1/small", Some(rate), &peers.upstream)?;
    for (name, port, process) in [("nginx with Lua", peers.lua.port, &peers.lua), ("hechuang", side.port, &side.process)] {
        let seen = load.h2load(&["--h1"], "http", port, "/bench/v1/small", Some(rate), process)?;
        let added = |percent| seen.wait(percent).saturating_sub(direct.wait(percent)).as_secs_f64() * 1_000.0;
        let mark = if name == "hechuang" { "aim ≤ 1 ms" } else { "" };
        let text = format!("p50 {:.2} ms, p99 {:.2} ms", added(50), added(99));
        figures.row(format!("added at half load ({} a second): {name}", thousands(rate as f64)), text, mark);
    }
    side.end(figures)
}

/// Requests a second with many keys ÷ those with few: while each call is the first of its key (and what was seen then), and the middle of rounds behind it. The callers begin with the first key
/// each time, so what a round uses, those behind it use again.
fn throughput(load: &Load, few: &Side, side: &Side, many: usize) -> Done<(f64, f64, Seen)> {
    let round = || -> Done<(f64, Seen)> {
        let of_few = load.keys(few.port, KEYS, &few.process)?;
        let of_many = load.keys(side.port, many, &side.process)?;
        Ok((of_many.a_second() / of_few.a_second(), of_many))
    };
    let (first, seen) = round()?;
    let mut ratios = (0..load.rounds.min(3)).map(|_| Ok(round()?.0)).collect::<Done<Vec<f64>>>()?;
    ratios.sort_by(f64::total_cmp);
    Ok((first, ratios[ratios.len() / 2], seen))
}

/// A million keys: memory, throughput, the next start, and changes under load.
fn many_keys(load: &Load, peers: &Peers, ground: &Ground, figures: &mut Figures) -> Done {
    let many = if load.rounds == 1 { MANY / 10 } else { MANY };
    let name = format!("{} keys", thousands(many as f64));
    let few = Side::start(ground, "few", &peers.upstream_address(), KEYS)?;
    let side = Side::start(ground, "many", &peers.upstream_address(), many)?;
    let base = few.process.memory()?;
    let (first, again, seen) = throughput(load, &few, &side, many)?;
    few.end(figures)?;
    let few = thousands(KEYS as f64);
    figures.row(format!("{name}: requests a second ÷ those of {few}, keys that were used before"), format!("{again:.2}"), "≥ 0.9");
    figures.row(format!("{name}: the same while each call is the first of its key"), format!("{first:.2}"), "");
    side.end(figures)?;
    let side = Side::start(ground, "many", &peers.upstream_address(), many)?;
    figures.row(format!("{name}: a start from the last good snapshot"), format!("{:.2} s", side.ready_after.as_secs_f64()), "< 5 s");
    let resting = side.process.memory()?;
    side.change(true)?;
    let changing = load.keys(side.port, many, &side.process)?;
    side.change(false)?;
    let peak = side.process.peak()?;
    figures.row(format!("{name}: twenty changes a second under load: calls that failed"), "0", "0");
    figures.row(format!("{name}: requests a second meanwhile ÷ without"), format!("{:.2}", changing.a_second() / seen.a_second()), "");
    let megabytes = |bytes: u64| format!("{:.0} MB", bytes as f64 / 1e6);
    figures.row(format!("{name}: memory in use, at rest"), megabytes(resting), "");
    let grown = peak.saturating_sub(base);
    figures.row(format!("{name}: its peak, beyond that of {} keys", thousands(KEYS as f64)), megabytes(grown), "≤ 500 MB");
    side.end(figures)
}

/// A moment for what was told to take hold.
fn settle() {
    std::thread::sleep(Duration::from_millis(300));
}

fn io(error: std::io::Error) -> Fault {
    Fault::new(error)
}
