//! PostgreSQL: one transaction a use case on 16 connections, beside pgbench with the same statements, beside several use cases in one transaction.

use benches::{Ask, Crowd, Done, Figures, Ground, must, sure};
use postgres::{Client, NoTls};
use store::{Db, Options, Place, verify};
use words::Fault;

use crate::deed::{self, PLAIN};
use crate::{grouped, pgbench};

const CALLERS: usize = 16;

/// A database of this run on the given server, gone with it.
struct Made {
    server: String,
    name: String,
}

impl Made {
    fn on(server: &str) -> Done<Self> {
        let name = format!("hechuang_bench_{}", std::process::id());
        connect(server)?.batch_execute(&format!("create database {name}")).map_err(Fault::new)?;
        Ok(Self { server: server.into(), name })
    }

    /// The server's URL with the name of this database in it.
    fn url(&self) -> Done<String> {
        let (front, query) = self.server.split_once('?').map_or((self.server.as_str(), String::new()), |(front, query)| (front, format!("?{query}")));
        let (host, _) = front.rsplit_once('/').ok_or_else(|| Fault::new("--database: no name of a database in it"))?;
        Ok(format!("{host}/{}{query}", self.name))
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        if let Ok(mut client) = connect(&self.server) {
            let _ = client.batch_execute(&format!("drop database if exists {} with (force)", self.name));
        }
    }
}

fn connect(url: &str) -> Done<Client> {
    Client::connect(url, NoTls).map_err(Fault::new)
}

pub(crate) fn measure(ask: &Ask, ground: &Ground, server: &str) -> Done {
    let made = Made::on(server)?;
    let url = made.url()?;
    let mut figures = Figures::of("store on PostgreSQL: the same use case, serializable");
    let db = Db::open(Options { place: Place::Postgres(url.clone()), ..Options::at(ground.folder("postgres"), vec![&PLAIN]) })?;
    deed::fill(&db, false)?;
    let run = |callers: usize| Crowd { callers, time: ask.time }.run(|dice| deed::transfer(&db, dice, false));
    let (alone, many) = (run(1)?, run(CALLERS)?);
    figures.row("one at a time", alone.text(), "");
    figures.row("16 callers, a transaction each", many.text(), "aim ≥ 5,700");
    while db.seal()? > 0 {}
    db.start_worker()?;
    let sealed = run(CALLERS)?;
    figures.row("16 callers, a transaction each, sealer beside it", sealed.text(), "");
    while db.seal()? > 0 {}
    deed::check(&db, alone.all + many.all + sealed.all)?;
    let report = sure(db.read(|read| Ok(verify(read, &[&PLAIN])?)))?;
    must(report.is_clean(), format!("verify: {:?}", report.first()))?;
    drop(db);
    let peer = pgbench::run(ask, ground, &url, CALLERS)?;
    figures.row("peer: pgbench, 16 clients, prepared, the same statements", format!("{} a second", benches::thousands(peer)), "");
    figures.row("16 callers ÷ pgbench", format!("{:.2} ×", many.rate / peer), "");
    for (callers, lanes, group) in [(16, 4, 4), (256, 4, 4), (256, 4, 16), (256, 1, 100)] {
        let timing = grouped::run(&url, lanes, group, Crowd { callers, time: ask.time })?;
        figures.row(format!("tried: {callers} callers, up to {group} in savepoints, {lanes} connection(s)"), timing.text(), "");
    }
    figures.print();
    Ok(())
}
