//! The closed vocabularies of identities: scope, sub-type, tier.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A word that the vocabulary does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be one of {0}")]
pub struct UnknownWord(&'static str);

macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $all:literal { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "lowercase")]
        pub enum $name { $($(#[$variant_doc])* $variant,)+ }

        impl $name {
            /// All words of the vocabulary.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// Returns the word on the wire.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = UnknownWord;
            fn from_str(text: &str) -> Result<Self, UnknownWord> {
                Self::ALL.iter().copied().find(|word| word.as_str() == text).ok_or(UnknownWord($all))
            }
        }
    };
}

words! {
    /// The kind of person or group that an identity represents.
    Scope, "actor, family, community, business" {
        /// One person, agent, device, event …
        Actor = "actor",
        /// A family.
        Family = "family",
        /// A community.
        Community = "community",
        /// A business.
        Business = "business",
    }
}

words! {
    /// The kind of actor that an identity is.
    Subtype, "human, agent, device, presence, event, org" {
        /// A person.
        Human = "human",
        /// A program that acts.
        Agent = "agent",
        /// A machine.
        Device = "device",
        /// A place or a being that only exists.
        Presence = "presence",
        /// An event.
        Event = "event",
        /// An organisation.
        Org = "org",
    }
}

words! {
    /// The node's knowledge of an identity: computed, never assigned. In ascending order.
    Tier, "soft, preliminary, established" {
        /// An e-mail address only, or a bare key.
        Soft = "soft",
        /// A chain and an invitation.
        Preliminary = "preliminary",
        /// An established history.
        Established = "established",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_word_in_every_form() {
        for tier in Tier::ALL {
            assert_eq!(tier.as_str().parse(), Ok(*tier));
            assert_eq!(serde_json::to_value(tier).unwrap(), tier.as_str());
        }
        for scope in Scope::ALL {
            assert_eq!(serde_json::to_value(scope).unwrap(), scope.to_string());
        }
        for subtype in Subtype::ALL {
            assert_eq!(serde_json::to_value(subtype).unwrap(), subtype.to_string());
        }
        assert!(Tier::Soft < Tier::Preliminary && Tier::Preliminary < Tier::Established);
        let expected = "must be one of actor, family, community, business";
        assert_eq!("Actor".parse::<Scope>().unwrap_err().to_string(), expected);
    }
}
