//! The head of a call, however it was read: hyper's map of headers, or the bytes as they came. What looks at a call looks at it through this, so there is one way of each check. Pure.

use http_body::Body;
use hyper::{HeaderMap, Request};

use crate::ask;
use crate::problem::Refusal;

/// Header fields. Names are given in lower case.
pub(crate) trait Fields {
    /// The values of all lines of this name, in their order.
    fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]>;

    /// The value of the first line of this name.
    fn said(&self, name: &str) -> Option<&[u8]>;
}

/// The head of a call.
pub(crate) trait Head: Fields {
    /// `GET`
    fn method(&self) -> &str;
    /// Still percent-encoded.
    fn path(&self) -> &str;
    /// Behind the `?`.
    fn query(&self) -> Option<&str>;
    /// The host, if the target names it.
    fn authority(&self) -> Option<&str>;
    /// Is there a body, or one to come?
    fn has_body(&self) -> bool;
    /// Can it be read in one way only?
    fn check(&self) -> Result<(), Refusal>;
}

impl Fields for HeaderMap {
    fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
        self.get_all(name).into_iter().map(|value| value.as_bytes())
    }

    fn said(&self, name: &str) -> Option<&[u8]> {
        self.get(name).map(|value| value.as_bytes())
    }
}

impl<B> Fields for Request<B> {
    fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
        self.headers().all(name)
    }

    fn said(&self, name: &str) -> Option<&[u8]> {
        self.headers().said(name)
    }
}

impl<B: Body> Head for Request<B> {
    fn method(&self) -> &str {
        Request::method(self).as_str()
    }

    fn path(&self) -> &str {
        self.uri().path()
    }

    fn query(&self) -> Option<&str> {
        self.uri().query()
    }

    fn authority(&self) -> Option<&str> {
        self.uri().authority().map(|authority| authority.as_str())
    }

    fn has_body(&self) -> bool {
        !self.body().is_end_stream()
    }

    fn check(&self) -> Result<(), Refusal> {
        ask::check_head(self.version(), Request::method(self), self.uri(), self.headers())
    }
}
