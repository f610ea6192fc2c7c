//! Where a member stands at the mail service.

use crate::text_enum::text_enum;

text_enum! {
    /// Why a member is not delivered to the mail service.
    pub enum HeldReason {
        /// A suppression of the address.
        Suppressed = "suppressed",
        /// No mail can be sent to the address.
        NoAddress = "no_address",
        /// The mail service refused the address.
        Refused = "refused",
    }
}

text_enum! {
    /// Which members are meant, by whether mail may reach them.
    #[derive(Default)]
    pub enum MailFilter {
        /// All members.
        #[default]
        All = "all",
        /// Members whom mail may reach.
        Reachable = "reachable",
        /// Members who are held back.
        Held = "held",
    }
}

/// Every member of a synced segment is one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MailStanding {
    Delivered,
    /// The next sync delivers the member.
    Pending,
    Held(HeldReason),
}

impl MailStanding {
    /// For tables. Of a segment that is not synced, nobody is delivered or about to be.
    pub fn in_one_word(self, is_synced: bool) -> &'static str {
        match self {
            Self::Held(reason) => reason.as_str(),
            Self::Delivered | Self::Pending if !is_synced => "none",
            Self::Delivered => "delivered",
            Self::Pending => "pending",
        }
    }

    /// The number by which statements return it.
    pub fn from_code(code: i64) -> Option<Self> {
        match code {
            // By us, or by others.
            0 | 5 => Some(Self::Delivered),
            1 => Some(Self::Pending),
            2 => Some(Self::Held(HeldReason::Suppressed)),
            3 => Some(Self::Held(HeldReason::NoAddress)),
            4 => Some(Self::Held(HeldReason::Refused)),
            _ => None,
        }
    }
}
