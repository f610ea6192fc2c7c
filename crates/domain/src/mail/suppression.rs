//! Standing reasons not to mail an address.

use crate::{instant::Instant, text_enum::text_enum};

text_enum! {
    /// Why an address must not be mailed.
    pub enum SuppressionReason {
        /// The person unsubscribed.
        Unsubscribed = "unsubscribed",
        /// The person reported a mail as spam.
        Complained = "complained",
        /// Mail to the address was refused for good.
        Bounced = "bounced",
        /// Somebody put the address on the list of suppressions at the mail service.
        Manual = "manual",
        /// Somebody deleted the contact at the mail service.
        Deleted = "deleted",
    }
}

text_enum! {
    /// How a suppression became known.
    pub enum SuppressionOrigin {
        /// By an event of the mail service.
        Webhook = "webhook",
        /// By looking at the mail service.
        Listing = "listing",
        /// The same user had it at an earlier address.
        Carried = "carried",
        /// By an admin.
        Admin = "admin",
    }
}

/// Who can lift a suppression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clearing {
    /// An admin, with a reason.
    ByAdmin,
    /// A superadmin, with a reason.
    BySuperadmin,
    /// Only the mail service, or the person there.
    AtTheMailService,
}

impl SuppressionReason {
    /// Whether it belongs to the person, and follows a user to another address.
    pub fn is_of_the_person(self) -> bool {
        match self {
            Self::Unsubscribed | Self::Complained => true,
            Self::Bounced | Self::Manual | Self::Deleted => false,
        }
    }

    pub fn clearing(self, origin: SuppressionOrigin) -> Clearing {
        match (self, origin) {
            (Self::Deleted, _) => Clearing::ByAdmin,
            (_, SuppressionOrigin::Carried) => Clearing::BySuperadmin,
            (Self::Unsubscribed | Self::Complained | Self::Bounced | Self::Manual, _) => Clearing::AtTheMailService,
        }
    }
}

/// One reason at one address: the latest statement for it, and the latest against it. Statements may arrive in any order and more
/// than once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Suppression {
    pub set_at: Option<Instant>,
    pub lifted_at: Option<Instant>,
    /// When it came along from an earlier address of the same person. No statement about this address lifts that.
    pub carried_at: Option<Instant>,
}

impl Suppression {
    pub fn is_active(self) -> bool {
        self.carried_at.is_some() || self.is_stated()
    }

    /// Whether it holds by statements about this address. Of two statements of the same instant, the careful one holds.
    pub fn is_stated(self) -> bool {
        self.set_at.is_some() && self.set_at >= self.lifted_at
    }

    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        Self {
            set_at: self.set_at.max(other.set_at),
            lifted_at: self.lifted_at.max(other.lifted_at),
            carried_at: self.carried_at.max(other.carried_at),
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use proptest::prelude::*;

    use super::*;

    fn at(second: i64) -> Option<Instant> {
        DateTime::from_timestamp(second, 0)
    }

    #[test]
    fn suppression_ends_with_a_later_word_and_not_with_an_earlier_one() {
        for (set_at, lifted_at, is_active) in [
            (None, None, false),
            (None, at(5), false),
            (at(5), None, true),
            (at(5), at(4), true),
            (at(5), at(5), true),
            (at(5), at(6), false),
        ] {
            let stated = Suppression { set_at, lifted_at, carried_at: None };
            assert_eq!(stated.is_active(), is_active, "{set_at:?} {lifted_at:?}");
            let carried = Suppression { carried_at: at(1), ..stated };
            assert!(carried.is_active(), "{set_at:?} {lifted_at:?}");
        }
    }

    #[test]
    fn clearing_of_an_opt_out_is_not_for_admins() {
        use SuppressionOrigin::{Carried, Webhook};
        use SuppressionReason::{Bounced, Complained, Deleted, Unsubscribed};
        assert_eq!(Unsubscribed.clearing(Webhook), Clearing::AtTheMailService);
        assert_eq!(Complained.clearing(Webhook), Clearing::AtTheMailService);
        assert_eq!(Unsubscribed.clearing(Carried), Clearing::BySuperadmin);
        assert_eq!(Bounced.clearing(Webhook), Clearing::AtTheMailService);
        assert_eq!(Deleted.clearing(Webhook), Clearing::ByAdmin);
    }

    proptest! {
        #[test]
        fn suppression_does_not_depend_on_the_order_of_statements(
            statements in prop::collection::vec((any::<bool>(), 0_i64..5), 0..8), seed in any::<prop::sample::Index>()
        ) {
            let merged = |statements: &[(bool, i64)]| statements.iter().fold(Suppression::default(), |sum, (is_set, second)| {
                sum.merge(if *is_set {
                    Suppression { set_at: at(*second), ..Suppression::default() }
                } else {
                    Suppression { lifted_at: at(*second), ..Suppression::default() }
                })
            });
            let mut shuffled = statements.clone();
            if !shuffled.is_empty() {
                let place = seed.index(shuffled.len());
                shuffled.rotate_left(place);
                shuffled.push(shuffled[0]);
            }
            prop_assert_eq!(merged(&statements), merged(&shuffled));
        }
    }
}
