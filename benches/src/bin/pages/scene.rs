//! The scene: the demo's projects lived through, then a crowd of people and projects beside them; and people who look at it.

use std::path::PathBuf;

use benches::{Done, must, sure};
use hechuang::lived::{World, live_some};
use hechuang::{config, wiring};
use identity::TokenDraft;
use store::{Clock, Db, verify};
use webkit::App;
use words::{Failure, Fault, Id, Instant};

const DAY: i64 = 86_400;

/// A world with its door.
pub(crate) struct Scene {
    pub(crate) world: World,
    pub(crate) app: App,
}

impl Scene {
    /// The demo's own projects, lived up to today, on SQLite in this folder.
    pub(crate) fn lived(folder: PathBuf) -> Done<Self> {
        let (config, _) = config::load(None, &[("server.data", folder.display().to_string())]).map_err(Fault::new)?;
        let until = Clock::system().now();
        let clock = Clock::frozen(until.plus_seconds(-420 * DAY));
        let mut options = wiring::options(&config);
        options.clock = clock.clone();
        let db = Db::open(options)?;
        let world = live_some(&db, &clock, until, 1, |_| true)?;
        let app = wiring::app(db, &config, None)?;
        Ok(Self { world, app })
    }

    pub(crate) fn db(&self) -> &Db {
        &self.world.db
    }

    pub(crate) fn now(&self) -> Instant {
        self.world.clock.now()
    }

    /// The headers of somebody's browser.
    pub(crate) fn browser(&self, person: &Id) -> Done<String> {
        let person = person.clone();
        let session = self.world.write("identity.sign_in_as", move |tx| identity::sign_in_as(tx, &person, "bench"))?;
        Ok(format!("accept: text/html\r\naccept-language: zh-CN\r\ncookie: {}={}\r\n", webkit::SESSION_COOKIE, session.secret))
    }

    /// The headers of somebody's program.
    pub(crate) fn token(&self, person: &Id) -> Done<String> {
        let (owner, person) = (self.world.acting(person)?, person.clone());
        let draft = TokenDraft { name: "bench".into(), scopes: Vec::new(), days: 30 };
        let (_, token) = self.world.write("identity.make_token", move |tx| identity::make_token(tx, &owner, &person, &draft))?;
        Ok(format!("accept: application/json\r\nauthorization: Bearer {token}\r\n"))
    }

    pub(crate) fn count(&self, sql: &str) -> Done<i64> {
        self.db().read::<_, words::Never>(|read| Ok(read.row(sql, &[])?.map_or(Ok(0), |row| row.get("n"))?)).map_err(Failure::into_fault)
    }

    pub(crate) fn ids(&self, sql: &str) -> Done<Vec<Id>> {
        let rows = sure(self.db().read(|read| Ok(read.rows(sql, &[])?)))?;
        rows.iter().map(|row| row.get("id")).collect()
    }

    /// Nothing is found, and no job has failed.
    pub(crate) fn must_be_clean(&self) -> Done {
        let report = sure(self.db().read(|read| Ok(verify(read, wiring::PARTS)?)))?;
        must(report.is_clean(), format!("verify: {:?}", report.first()))?;
        must(self.count("select count(*) as n from store_job where state = 'failed'")? == 0, "a job has failed")
    }
}
