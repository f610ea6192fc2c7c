//! Mails to users, and what became of them.

use crate::text_enum::text_enum;

text_enum! {
    /// What became of a mail. A mail only gains facts, so it does not matter in which order they are reported.
    pub enum MessageFact {
        Sent = "sent",
        Delivered = "delivered",
        Delayed = "delayed",
        Opened = "opened",
        Clicked = "clicked",
        Bounced = "bounced",
        Complained = "complained",
        Failed = "failed",
        Suppressed = "suppressed",
    }
}

impl MessageFact {
    /// The bit that is stored. Bits never change their meaning.
    pub const fn bit(self) -> i32 {
        match self {
            Self::Sent => 1,
            Self::Delivered => 1 << 1,
            Self::Delayed => 1 << 2,
            Self::Opened => 1 << 3,
            Self::Clicked => 1 << 4,
            Self::Bounced => 1 << 5,
            Self::Complained => 1 << 6,
            Self::Failed => 1 << 7,
            Self::Suppressed => 1 << 8,
        }
    }
}

text_enum! {
    /// Which mails count for a segment.
    #[derive(Default)]
    pub enum EngagementScope {
        /// All mails to people who were in the segment when the mail was sent.
        #[default]
        Members = "members",
        /// Mails of broadcasts to the segment.
        Addressed = "addressed",
    }
}
