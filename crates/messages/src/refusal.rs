//! Why messages say no. Each code has two sentences in `locales/`; variants in the order of the checks.

use words::Refusal;

macro_rules! refusals {
    ($($(#[$doc:meta])+ $name:ident {
        $($(#[$variant_doc:meta])+ $variant:ident $({ $($(#[$arg_doc:meta])+ $arg:ident: $type:ty),+ $(,)? })? = $code:literal, $status:literal $(, $field:literal)?;)+
    })+) => {
        $($(#[$doc])+
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum $name { $($(#[$variant_doc])+ $variant $({ $($(#[$arg_doc])+ $arg: $type),+ })?),+ }

        impl Refusal for $name {
            fn code(&self) -> &'static str {
                match self { $(Self::$variant { .. } => $code),+ }
            }

            fn field(&self) -> Option<String> {
                let field: Option<&str> = match self { $(Self::$variant { .. } => { let fields: &[&str] = &[$($field)?]; fields.first().copied() }),+ };
                field.map(str::to_owned)
            }

            fn args(&self) -> Vec<(&'static str, String)> {
                match self { $(Self::$variant $({ $($arg),+ })? => vec![$($((stringify!($arg), $arg.to_string())),+)?]),+ }
            }

            fn status(&self) -> u16 {
                match self { $(Self::$variant { .. } => $status),+ }
            }
        })+
    };
}

refusals! {
    /// Why a template or signature is not submitted or taken back.
    TextRefusal {
        /// It needs a name.
        NameNeeded = "messages-name-needed", 422, "/name";
        /// A signature is two to twenty characters.
        Signature = "messages-signature-shape", 422, "/body";
        /// A template is a text, not too long, without a signature of its own.
        Body { /** Longest. */ most: usize } = "messages-body-shape", 422, "/body";
        /// Its parameters are not `{name}`, or too many.
        Braces = "messages-braces", 422, "/body";
        /// Nobody can opt out by what it says.
        OptOutHint = "messages-opt-out-hint", 422, "/body";
        /// Nobody has more than so many that are not over.
        Many { /** Most. */ most: i64 } = "messages-texts-many", 409;
        /// It is over already.
        Over = "messages-text-over", 409;
    }
    /// Why nothing is sent.
    SendRefusal {
        /// No live network is connected. Not 503: that would say that trying again helps, and put to rest what serves all capabilities of the program.
        NetworkOff = "messages-network-off", 501;
        /// There is no such template of the app's owner.
        TemplateUnknown = "messages-template-unknown", 422, "/template";
        /// It may not be used yet, or not any more.
        TemplateState { /** Its state. */ state: &'static str } = "messages-template-state", 409, "/template";
        /// There is no such signature of the app's owner.
        SignatureUnknown = "messages-signature-unknown", 422, "/signature";
        /// It may not be used yet, or not any more.
        SignatureState { /** Its state. */ state: &'static str } = "messages-signature-state", 409, "/signature";
        /// A parameter of the template is missing.
        ParameterMissing { /** Its name. */ name: String } = "messages-parameter-missing", 422, "/parameters";
        /// The template has no such parameter.
        ParameterUnknown { /** Its name. */ name: String } = "messages-parameter-unknown", 422, "/parameters";
        /// Its value is too long or has characters that it may not.
        ParameterShape { /** Its name. */ name: String, /** Longest. */ most: usize } = "messages-parameter-shape", 422, "/parameters";
        /// It takes too many parts.
        TooLong { /** Most. */ most: usize } = "messages-too-long", 422, "/parameters";
        /// This is no number.
        Number { /** As it was given. */ number: String } = "messages-number-shape", 422, "/numbers";
        /// This number stands there twice.
        NumberTwice { /** As it was given. */ number: String } = "messages-number-twice", 422, "/numbers";
        /// What is owed was not paid: as a gateway says it of calls, with the same code.
        Suspended = "gateway-suspended", 402;
        /// The wallet cannot pay all of its parts.
        WalletShort = "gateway-wallet-short", 402;
        /// All of its parts would pass the spending limit.
        LimitReached = "gateway-limit-reached", 402;
    }
    /// Why a number is not put on the list of those that opted out, or an answer is not taken in.
    OptOutRefusal {
        /// This is no number.
        Number { /** As it was given. */ number: String } = "messages-number-shape", 422, "/number";
        /// In the live network answers come from the network.
        SandboxOnly = "messages-sandbox-only", 409;
    }
}
