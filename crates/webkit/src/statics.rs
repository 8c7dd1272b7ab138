//! Styles, script and icon: compiled in, served with a hash so that a browser may keep them for ever.
//!
//! Invariant: an address with `?v=` of another version still answers, but is not kept.

use ring::digest::{SHA256, digest};

/// A file served under `/static/`.
#[derive(Debug, Clone, Copy)]
pub struct Static {
    /// `app.css`
    pub name: &'static str,
    /// `text/css; charset=utf-8`
    pub media_type: &'static str,
    /// Content.
    pub bytes: &'static [u8],
}

/// Our own files.
pub(crate) const OWN: &[Static] = &[
    Static { name: "own.css", media_type: "text/css; charset=utf-8", bytes: include_bytes!("../static/own.css") },
    Static { name: "app.css", media_type: "text/css; charset=utf-8", bytes: include_bytes!("../static/app.css") },
    Static { name: "app.js", media_type: "text/javascript; charset=utf-8", bytes: include_bytes!("../static/app.js") },
    Static { name: "passkey.js", media_type: "text/javascript; charset=utf-8", bytes: include_bytes!("../static/passkey.js") },
    Static { name: "icon.svg", media_type: "image/svg+xml", bytes: include_bytes!("../static/icon.svg") },
];

/// All files, each with the beginning of its hash.
#[derive(Debug, Default)]
pub(crate) struct Statics(Vec<(Static, String)>);

impl Statics {
    pub(crate) fn of(files: impl IntoIterator<Item = Static>) -> Self {
        Self(files.into_iter().map(|file| (file, hex::encode(digest(&SHA256, file.bytes)).chars().take(12).collect())).collect())
    }

    pub(crate) fn get(&self, name: &str) -> Option<(&Static, &str)> {
        self.0.iter().find(|(file, _)| file.name == name).map(|(file, hash)| (file, hash.as_str()))
    }

    /// `/static/app.css?v=0123456789ab`
    pub(crate) fn address(&self, name: &str) -> Option<String> {
        self.get(name).map(|(file, hash)| format!("/static/{}?v={hash}", file.name))
    }
}
