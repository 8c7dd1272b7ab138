//! Personal data and settings change: by those who look after the register, or by the person for what is theirs to say.

use store::Tx;
use words::{Acting, Id, Lang, Outcome};

use crate::ops::{add_person, here, home_node};
use crate::person::{FIELDS, PersonDraft, PersonRefusal, found_terms};
use crate::told::PersonChanged;
use crate::{rights, sql};

/// Replaces all personal data of a person; a field left out is removed.
pub fn change_person(tx: &mut Tx, who: &Acting, person: &Id, draft: &PersonDraft) -> Outcome<(), PersonRefusal> {
    let home = home_node(tx, person)?;
    who.may_see(rights::PEOPLE, &home)?;
    here(tx, person, PersonRefusal::Gone)?;
    replace(tx, who, person, draft, FIELDS)
}

/// What a person says about themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnDraft {
    /// Mobile phone, checked.
    pub phone: Option<String>,
    /// E-mail address, checked.
    pub email: Option<String>,
    /// Language of pages and letters.
    pub lang: Lang,
    /// `auto`, `light`, `dark`.
    pub theme: String,
}

/// A person changes their own phone, e-mail address, language and theme. What they newly say was verified by nobody, so nobody is found by it:
/// else whoever enters another's address would be taken for them where a provider vouches for that address.
pub fn change_own(tx: &mut Tx, who: &Acting, own: &OwnDraft) -> Outcome<(), PersonRefusal> {
    let person = here(tx, &who.person, PersonRefusal::Gone)?;
    if person.lang != own.lang || person.theme != own.theme {
        sql::person_settings(tx, &who.person, own.lang, &own.theme)?;
    }
    let kept = |field: &str| tx.personal(&who.person, field);
    let (name, id_number, staff_no) = (kept("name")?.unwrap_or_default(), kept("id_number")?, kept("staff_no")?);
    let draft = PersonDraft { name, phone: own.phone.clone(), email: own.email.clone(), id_number, staff_no, lang: own.lang };
    let mut vouched = vec!["name", "id_number", "staff_no"];
    for (field, text) in draft.fields().filter(|(field, text)| matches!(*field, "phone" | "email") && !text.is_empty()) {
        if sql::finds(tx, &who.person, &tx.keyed_hash(&found_terms(field, text).concat()))? {
            vouched.push(field);
        }
    }
    replace(tx, who, &who.person, &draft, &vouched)
}

/// `vouched`: the fields by which the person may be found afterwards.
fn replace(tx: &mut Tx, who: &Acting, person: &Id, draft: &PersonDraft, vouched: &[&str]) -> Outcome<(), PersonRefusal> {
    add_person::free_staff_no(tx, draft, Some(person))?;
    let mut fields = Vec::new();
    for field in FIELDS {
        let before = tx.personal(person, field)?;
        let after = draft.fields().find(|(name, _)| name == field).map(|(_, text)| text.to_owned());
        if before != after {
            fields.push((*field).to_owned());
        }
    }
    add_person::keep_fields(tx, person, draft, vouched)?;
    tx.tell(who, &PersonChanged { person: person.clone(), fields })?;
    Ok(())
}
