//! Exporting what is in force: the files of the pack, with the confirmed changes as overlays. No people, money or files of cases.

use std::collections::BTreeMap;

use store::Read;
use words::{Acting, Fault, Never, Node, Outcome};

use crate::files::Files;
use crate::ops::current::overlay_of;
use crate::{Overlay, rights, sql};

/// Path → bytes, ready to be written into a folder and read by `Pack::load_dir`. The demo's people and ideas stay behind when `bare`.
pub fn export(read: &Read, who: &Acting, bare: bool) -> Outcome<Files, Never> {
    who.may(rights::MANAGE, &Node::group())?;
    let head = sql::head(read)?.ok_or_else(|| Fault::new("no pack is installed"))?;
    let mut files = sql::files(read, &head.version)?;
    if bare {
        files.retain(|path, _| path != "personas.toml" && path != "ideas.toml");
    }
    let mut overlays: BTreeMap<Node, Overlay> = BTreeMap::new();
    for change in sql::confirmed(read)? {
        let Some(more) = overlay_of(&change) else { continue };
        let node = change.node.clone();
        let mine = overlays.entry(node.clone()).or_insert(Overlay { node, params: Vec::new(), forms: Vec::new(), rubrics: Vec::new() });
        mine.params.extend(more.params);
        for form in more.forms {
            mine.forms.retain(|other| other.key() != form.key());
            mine.forms.push(form);
        }
        for rubric in more.rubrics {
            mine.rubrics.retain(|other| other.key() != rubric.key());
            mine.rubrics.push(rubric);
        }
    }
    for (node, overlay) in overlays {
        let text = toml::to_string(&overlay).map_err(|mistake| Fault::new(format!("overlay of {node}: {mistake}")))?;
        files.insert(format!("overlays/changes.{}.toml", node.as_str().replace('/', ".")), text.into_bytes());
    }
    Ok(files)
}
