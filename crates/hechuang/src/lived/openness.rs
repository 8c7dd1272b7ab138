//! The first developer comes: an app in the sandbox with its key, so that the pages of the demo show what one looks like.

use capabilities::{AppDraft, Environment};
use words::Fault;

use super::World;
use crate::data_plane;

/// What the program can do is registered; the outside developer makes a sandbox app.
pub(super) fn settle(world: &World) -> Result<(), Fault> {
    data_plane::ensure_builtins(&world.db)?;
    let who = world.acting_as("developer")?;
    let draft = AppDraft { name: "智慧社区小程序".into(), environment: Environment::Sandbox };
    world.write("lived.app", move |tx| capabilities::make_app(tx, &who, &draft, "第一个密钥").map(drop))
}
