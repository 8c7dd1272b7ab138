//! A developer makes an app; a sandbox app comes with its first key at once.
//!
//! Tells `AppMade`. Invariant: nobody has more open apps than the bound; a firm pays only for apps of those who develop for it.

use store::Tx;
use words::{Acting, Failure, Outcome};

use crate::app::{App, AppDraft, AppState};
use crate::key::KeyDraft;
use crate::payer::{DEVELOP, firm_place};
use crate::refusal::AppRefusal;
use crate::told::AppMade;
use crate::{NewKey, feed, make_key, sql};

/// Makes an app of one's own and its first key, whose text is in the answer and nowhere else.
pub fn make_app(tx: &mut Tx, who: &Acting, draft: &AppDraft, key_name: &str) -> Outcome<(App, NewKey), AppRefusal> {
    draft.admit(sql::apps_open(tx, &who.person)?)?;
    if draft.payer.as_ref().is_some_and(|firm| !who.can(DEVELOP, &firm_place(firm))) {
        return Err(AppRefusal::Payer.into());
    }
    let app = App {
        id: tx.id("app"),
        owner: who.person.clone(),
        payer: draft.payer.clone(),
        environment: draft.environment,
        name: draft.name.trim().to_owned(),
        state: AppState::Open,
        made_at: tx.now(),
        closed_at: None,
    };
    sql::app_insert(tx, &app)?;
    feed::note(tx, feed::APP, &app.id)?;
    tx.tell(who, &AppMade { app: app.id.clone(), owner: app.owner.clone(), environment: app.environment.as_str().into(), payer: app.payer.clone() })?;
    let draft = KeyDraft { name: key_name.to_owned(), ..KeyDraft::default() };
    let key = make_key(tx, who, &app.id, &draft).map_err(|failure| Failure::Broken(failure.into_fault()))?;
    Ok((app, key))
}
