//! What a sync keeps about segments and people at the mail service.

use crate::text_enum::text_enum;

text_enum! {
    /// Whether a segment is synced.
    pub enum SyncState {
        /// Each sync carries over what changed.
        On = "on",
        /// Only people who must not get mail are taken out.
        Paused = "paused",
        /// The next sync removes what we put there.
        Removing = "removing",
        /// The remote segment was deleted there. An admin decides.
        Gone = "gone",
    }
}

text_enum! {
    /// What a full sync does with people in a remote segment whom we did not put there.
    #[derive(Default)]
    pub enum Extras {
        /// They stay.
        #[default]
        Keep = "keep",
        /// They are taken out of the remote segment.
        Remove = "remove",
    }
}

text_enum! {
    /// Who made a contact.
    pub enum ContactOrigin {
        /// Not known yet.
        Unknown = "unknown",
        /// We did.
        Here = "here",
        /// It was there before.
        Elsewhere = "elsewhere",
    }
}

text_enum! {
    /// What is known of a contact.
    pub enum ContactState {
        /// We are about to make it, or have. The answer is not known.
        Creating = "creating",
        /// It is in an import that has not ended.
        Importing = "importing",
        /// It exists.
        Present = "present",
        /// Somebody deleted it there.
        Gone = "gone",
        /// The mail service refused it.
        Refused = "refused",
    }
}

text_enum! {
    /// What is known of a contact in a remote segment.
    pub enum MemberState {
        /// We are about to put it in, or have. The answer is not known.
        Joining = "joining",
        /// We put it in.
        In = "in",
        /// Others put it in, so it is never taken out.
        Found = "found",
        /// We are about to take it out, or have. The answer is not known.
        Leaving = "leaving",
    }
}

text_enum! {
    /// How a remote segment differs from what syncs have done.
    pub enum DriftKind {
        /// We put them there, and they are not.
        Missing = "missing",
        /// They are there, and we did not put them there.
        Extra = "extra",
    }
}

text_enum! {
    /// What a sync compares.
    #[derive(Default)]
    pub enum SyncMode {
        /// What changed since the last sync.
        #[default]
        Delta = "delta",
        /// All of it, with the lists of the mail service.
        Full = "full",
    }
}

text_enum! {
    /// What became of an event of the mail service.
    pub enum EventState {
        /// It is applied within a second, or tried again.
        Waiting = "waiting",
        /// It is applied.
        Done = "done",
        /// It is about nobody here, or of a kind that is not used.
        Ignored = "ignored",
        /// It could not be applied.
        Failed = "failed",
    }
}
