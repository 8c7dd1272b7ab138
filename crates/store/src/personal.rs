//! Personal data lies apart, under a key per person: erasing a person destroys the key, and the log still verifies.

use std::collections::BTreeMap;

use words::{Fault, Id};

use crate::{Read, Tx, params, secret};

impl Read {
    /// A field of a person (`name`, `phone` …); `None` if there is none or the person was erased.
    pub fn personal(&self, person: &Id, field: &str) -> Result<Option<String>, Fault> {
        Ok(self.personal_many(std::slice::from_ref(person), field)?.remove(person))
    }

    /// One field of many persons in one look-up; those who have none are missing.
    pub fn personal_many(&self, persons: &[Id], field: &str) -> Result<BTreeMap<Id, String>, Fault> {
        let mut found = BTreeMap::new();
        for some in persons.chunks(400) {
            let marks: Vec<String> = (2..some.len() + 2).map(|n| format!("${n}")).collect();
            let sql = format!(
                "select d.person, d.sealed, k.sealed_key from store_personal d join store_personal_key k on k.person = d.person
                 where d.field = $1 and d.person in ({})",
                marks.join(", ")
            );
            let values: Vec<crate::Value> = std::iter::once(field.into()).chain(some.iter().map(Into::into)).collect();
            for row in self.rows(&sql, &values)? {
                let key = secret::key(&self.secrets.open(&row.get::<Vec<u8>>("sealed_key")?)?)?;
                let plain = secret::open_with(&key, &row.get::<Vec<u8>>("sealed")?)?;
                found.insert(row.get("person")?, String::from_utf8(plain).map_err(Fault::new)?);
            }
        }
        Ok(found)
    }

    /// Was this person erased?
    pub fn personal_erased(&self, person: &Id) -> Result<bool, Fault> {
        Ok(self.row("select person from store_erasure where person = $1", &params![person])?.is_some())
    }
}

impl Tx {
    /// Keeps a field of a person; an empty text removes it. An erased person stays erased.
    pub fn personal_put(&mut self, person: &Id, field: &str, text: &str) -> Result<(), Fault> {
        if self.personal_erased(person)? {
            return Err(Fault::new(format!("{person} was erased")));
        }
        if text.is_empty() {
            return self.execute("delete from store_personal where person = $1 and field = $2", &params![person, field]).map(drop);
        }
        let key = match self.row("select sealed_key from store_personal_key where person = $1", &params![person])? {
            Some(row) => self.secrets.open(&row.get::<Vec<u8>>("sealed_key")?)?,
            None => self.new_personal_key(person)?,
        };
        let sealed = secret::seal_with(&secret::key(&key)?, text.as_bytes())?;
        let sql = "insert into store_personal (person, field, sealed) values ($1, $2, $3) on conflict (person, field) do update set sealed = excluded.sealed";
        self.execute(sql, &params![person, field, sealed]).map(drop)
    }

    fn new_personal_key(&mut self, person: &Id) -> Result<Vec<u8>, Fault> {
        let mut key = vec![0u8; 32];
        secret::fill(&mut key)?;
        let sealed = self.secrets.seal(&key)?;
        self.execute("insert into store_personal_key (person, sealed_key) values ($1, $2)", &params![person, sealed])?;
        Ok(key)
    }

    /// Destroys the key and the data of a person, for good; also on every restore from an older backup.
    pub fn personal_erase(&mut self, person: &Id) -> Result<(), Fault> {
        let now = self.now();
        self.execute("delete from store_personal where person = $1", &params![person])?;
        self.execute("delete from store_personal_key where person = $1", &params![person])?;
        self.execute("insert into store_erasure (person, at) values ($1, $2) on conflict (person) do nothing", &params![person, now]).map(drop)
    }
}
