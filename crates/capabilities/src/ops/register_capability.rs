//! Somebody registers a capability: a name under which versions will be called.
//!
//! Tells `CapabilityRegistered`. Invariant: a name in addresses stands for one capability for ever.

use store::Tx;
use words::{Acting, Outcome};

use crate::capability::{Capability, CapabilityDraft};
use crate::refusal::CapabilityRefusal;
use crate::told::CapabilityRegistered;
use crate::{feed, rights, sql};

/// Registers it; whoever does so owns it.
pub fn register_capability(tx: &mut Tx, who: &Acting, draft: CapabilityDraft) -> Outcome<Capability, CapabilityRefusal> {
    who.may(rights::OWN, &draft.node)?;
    draft.admit()?;
    if sql::capability_by_slug(tx, &draft.slug)?.is_some() {
        return Err(CapabilityRefusal::SlugTaken { slug: draft.slug }.into());
    }
    let capability = Capability {
        id: tx.id("cap"),
        slug: draft.slug,
        node: draft.node,
        owner: who.person.clone(),
        platform: draft.platform,
        fact: draft.fact,
        zh: draft.zh.trim().to_owned(),
        en: draft.en.trim().to_owned(),
        about_zh: draft.about_zh,
        about_en: draft.about_en,
        made_at: tx.now(),
    };
    sql::capability_insert(tx, &capability)?;
    feed::note(tx, feed::CAPABILITY, &capability.id)?;
    tx.tell(who, &CapabilityRegistered { capability: capability.id.clone(), node: capability.node.clone(), slug: capability.slug.clone() })?;
    Ok(capability)
}
