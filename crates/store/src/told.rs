//! The shape of what a crate tells upstairs, written once: an event is a struct of ids and facts with its kind, its subject and its node.

/// Declares events. Each is `Name = "crate.kind", subject field, |told| node, { documented fields };`.
///
/// Who uses it has `serde` and `words` among its dependencies.
#[macro_export]
macro_rules! told {
    ($($(#[$doc:meta])+ $name:ident = $kind:literal, $subject:ident, $node:expr, { $($(#[$field_doc:meta])+ $field:ident: $type:ty),* $(,)? };)*) => {
        $($(#[$doc])+
        #[derive(Debug, Clone, PartialEq, Eq, ::serde::Serialize, ::serde::Deserialize)]
        pub struct $name { $($(#[$field_doc])+ pub $field: $type),* }

        impl $crate::Tell for $name {
            const KIND: &'static str = $kind;
            fn node(&self) -> ::words::Node {
                let place: fn(&Self) -> ::words::Node = $node;
                place(self)
            }
            fn subject(&self) -> String {
                self.$subject.to_string()
            }
        })*
    };
}
