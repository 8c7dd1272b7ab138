//! One-time links: the first administrator of an empty house, and a first or forgotten password. Each works once, for half an hour.

use store::{Read, Tx};
use words::{Acting, Bilingual, Failure, Fault, Id, Lang, Node, Outcome};

use crate::access::{AccessRefusal, NewSession, SETUP_SECONDS};
use crate::grant::RoleRights;
use crate::mistakes::{Mistakes, needed};
use crate::ops::{add_person_system, grant_system, here, home_node, login, reaches, sign_in};
use crate::person::{PersonDraft, PersonRefusal};
use crate::secret::LoginSecret;
use crate::told::{LinkRemoved, NodeAdded, PasskeyRemoved, SessionsEnded, SetupOffered, TokenRevoked, TotpChanged};
use crate::tree::{NodeDraft, NodeKind};
use crate::{rights, secret, sql, sql_access, sql_links, sql_passkeys};

/// The first administrator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstDraft {
    /// What the group is called.
    pub group: Bilingual,
    /// Name of the administrator.
    pub name: String,
    /// Login name.
    pub login: String,
    /// The hashed password.
    pub secret: LoginSecret,
    /// The role that the packs give to whoever administers the house.
    pub role: String,
}

/// A password chosen through a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordDraft {
    /// Login name.
    pub login: String,
    /// The hashed password.
    pub secret: LoginSecret,
}

/// Makes the link of an empty house; none once somebody can sign in.
pub fn begin_first_setup(tx: &mut Tx) -> Outcome<Option<String>, AccessRefusal> {
    if sql_access::any_login(tx)? { Ok(None) } else { offer(tx, &Acting::system("setup"), None).map(Some) }
}

/// What goes besides the sessions when a password is reset; what is not named stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AlsoGone {
    /// Passkeys.
    pub passkeys: bool,
    /// Linked accounts of identity providers.
    pub links: bool,
    /// Personal tokens.
    pub tokens: bool,
    /// Two-step sign-in with its recovery codes.
    pub totp: bool,
}

/// Makes a link with which a person chooses their password: their administrator hands it over. Their sessions end at once, and what `also` names with them.
pub fn offer_setup(tx: &mut Tx, who: &Acting, roles: &RoleRights, person: &Id, also: AlsoGone) -> Outcome<String, AccessRefusal> {
    let home = home_node(tx, person)?;
    who.may(rights::PEOPLE, &home)?;
    here(tx, person, AccessRefusal::PersonGone)?;
    if !reaches(tx, who, roles, person)? {
        return Err(Failure::Refused(AccessRefusal::HoldsMore));
    }
    let count = sql_access::sessions_delete(tx, person, None)?;
    tx.tell(who, &SessionsEnded { person: person.clone(), count })?;
    take_away(tx, who, person, also)?;
    offer(tx, who, Some(person))
}

fn take_away(tx: &mut Tx, who: &Acting, person: &Id, also: AlsoGone) -> Result<(), Fault> {
    if also.passkeys {
        for passkey in sql_passkeys::passkeys(tx, person)? {
            tx.tell(who, &PasskeyRemoved { person: person.clone(), passkey: passkey.id })?;
        }
        sql_passkeys::passkeys_delete(tx, person)?;
    }
    if also.links {
        for link in sql_links::links(tx, person)? {
            tx.tell(who, &LinkRemoved { person: person.clone(), link: link.id })?;
        }
        sql_links::links_delete(tx, person)?;
    }
    if also.tokens {
        for token in sql_access::tokens_revoke(tx, person, None)? {
            tx.tell(who, &TokenRevoked { person: person.clone(), token })?;
        }
    }
    if also.totp && sql_access::totp(tx, person)?.is_some() {
        sql_access::totp_delete(tx, person)?;
        sql_access::recovery_replace(tx, person, &[])?;
        tx.tell(who, &TotpChanged { person: person.clone(), on: false })?;
    }
    Ok(())
}

fn offer(tx: &mut Tx, who: &Acting, person: Option<&Id>) -> Outcome<String, AccessRefusal> {
    let text = secret::text_of(&tx.random());
    let ends_at = tx.now().plus_seconds(SETUP_SECONDS);
    let hash = tx.keyed_hash(&text);
    sql_access::setup_insert(tx, &hash, person, ends_at)?;
    tx.tell(who, &SetupOffered { person: person.cloned(), ends_at })?;
    Ok(text)
}

/// For whom a link is that still works; `None` inside is the first administrator.
pub fn setup_for(read: &Read, token: &str) -> Outcome<Option<Id>, AccessRefusal> {
    sql_access::setup_of(read, &read.keyed_hash(token))?.ok_or(Failure::Refused(AccessRefusal::SetupGone))
}

/// The first administrator comes in: the group, the person, the login and the role in one transaction.
pub fn finish_first_setup(tx: &mut Tx, token: &str, draft: &FirstDraft, agent: &str) -> Outcome<NewSession, AccessRefusal> {
    if setup_for(tx, token)?.is_some() || sql_access::any_login(tx)? {
        return Err(Failure::Refused(AccessRefusal::SetupGone));
    }
    let mut mistakes = Mistakes::default();
    let name = mistakes.take("name", "identity-name-needed", needed(&draft.name, 60));
    let name = mistakes.draft(name).map_err(AccessRefusal::Fields)?;
    ensure_group(tx, &draft.group)?;
    let person = PersonDraft { lang: Lang::Zh, ..PersonDraft::named(name) };
    let person = add_person_system(tx, &person, None).map_err(|failure| failure.map(person_words))?;
    let system = Acting::system("setup");
    login::put(tx, &system, &person, &draft.login, &draft.secret)?;
    let now = tx.now();
    grant_system(tx, &person, &draft.role, &Node::group(), now, None, "首次设置 · first set-up")
        .map_err(|failure| failure.map(|_| AccessRefusal::PersonGone))?;
    sql_access::setup_used(tx, &tx.keyed_hash(token))?;
    sign_in::begin(tx, &person, "password", agent)
}

/// A person chooses their login and password through a link; all older sessions end.
pub fn finish_setup(tx: &mut Tx, token: &str, draft: &PasswordDraft, agent: &str) -> Outcome<NewSession, AccessRefusal> {
    let person = setup_for(tx, token)?.ok_or(AccessRefusal::SetupGone)?;
    here(tx, &person, AccessRefusal::PersonGone)?;
    let oneself = Acting { person: person.clone(), grants: Vec::new(), proved_at: None, scopes: None };
    login::put(tx, &oneself, &person, &draft.login, &draft.secret)?;
    let count = sql_access::sessions_delete(tx, &person, None)?;
    tx.tell(&oneself, &SessionsEnded { person: person.clone(), count })?;
    sql_access::setup_used(tx, &tx.keyed_hash(token))?;
    sign_in::begin(tx, &person, "password", agent)
}

/// The top of the tree, made if it is not there.
pub fn ensure_group(tx: &mut Tx, title: &Bilingual) -> Result<(), Fault> {
    let path = Node::group();
    if sql::node(tx, &path)?.is_some() {
        return Ok(());
    }
    let draft = NodeDraft { parent: path.clone(), name: String::new(), kind: NodeKind::Group, title: title.clone(), city: None };
    sql::node_insert(tx, &path, &draft)?;
    tx.tell(&Acting::system("setup"), &NodeAdded { node: path, kind: NodeKind::Group.as_str().into() })?;
    Ok(())
}

fn person_words(refusal: PersonRefusal) -> AccessRefusal {
    match refusal {
        PersonRefusal::Fields(mistakes) => AccessRefusal::Fields(mistakes),
        _ => AccessRefusal::PersonGone,
    }
}
