//! A developer makes an app; a sandbox app comes with its first key at once.
//!
//! Tells `AppMade`. Invariant: nobody has more open apps than the bound.

use store::Tx;
use words::{Acting, Failure, Outcome};

use crate::app::{App, AppDraft, AppState};
use crate::key::KeyDraft;
use crate::refusal::AppRefusal;
use crate::told::AppMade;
use crate::{NewKey, feed, make_key, sql};

/// Makes an app of one's own and its first key, whose text is in the answer and nowhere else.
pub fn make_app(tx: &mut Tx, who: &Acting, draft: &AppDraft, key_name: &str) -> Outcome<(App, NewKey), AppRefusal> {
    draft.admit(sql::apps_open(tx, &who.person)?)?;
    let app = App {
        id: tx.id("app"),
        owner: who.person.clone(),
        environment: draft.environment,
        name: draft.name.trim().to_owned(),
        state: AppState::Open,
        made_at: tx.now(),
        closed_at: None,
    };
    sql::app_insert(tx, &app)?;
    feed::note(tx, feed::APP, &app.id)?;
    tx.tell(who, &AppMade { app: app.id.clone(), owner: app.owner.clone(), environment: app.environment.as_str().into() })?;
    let draft = KeyDraft { name: key_name.to_owned(), ..KeyDraft::default() };
    let key = make_key(tx, who, &app.id, &draft).map_err(|failure| Failure::Broken(failure.into_fault()))?;
    Ok((app, key))
}
