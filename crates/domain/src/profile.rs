//! Users and quiz attempts as the host application describes them, checked once on the way in.

use crate::{
    attribute::AttributeChanges,
    criteria::{
        DateField::{self, CreatedAt, LastActivityAt},
        NumberField::{self, CurrentStreak, Level, TotalPoints},
        TextField::{self, Email, FirstName, LastName},
    },
    ids::UserId,
    instant::Instant,
};

/// A user of the host application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    pub id: UserId,
    pub email: String,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    /// Uppercase, such as `FREE`. A plan without a segment is kept as it is.
    pub plan: String,
    /// Uppercase, such as `USER`.
    pub role: String,
    /// In days.
    pub current_streak: i64,
    pub total_points: i64,
    pub level: i64,
    pub last_activity_at: Option<Instant>,
    pub created_at: Instant,
    /// When the host application deleted the user.
    pub deleted_at: Option<Instant>,
}

impl User {
    /// A user with the default in every other field.
    pub fn new(id: UserId, email: String, created_at: Instant) -> Self {
        Self {
            id,
            email,
            first_name: None,
            last_name: None,
            plan: "FREE".into(),
            role: "USER".into(),
            current_streak: 0,
            total_points: 0,
            level: 1,
            last_activity_at: None,
            created_at,
            deleted_at: None,
        }
    }
}

/// A field of a user that sources give, besides the id.
#[derive(Debug, Clone, Copy)]
pub struct ProfileField {
    /// The name on the wire, of a column of a file, and of a column of a query.
    pub name: &'static str,
    pub value: ProfileValue,
    /// What callers of the API read about it.
    pub about: &'static str,
}

/// What a field holds, the criteria field that tests it, and where a user has it.
#[derive(Debug, Clone, Copy)]
pub enum ProfileValue {
    /// A new user needs one.
    Text(TextField, Accessor<String>),
    OptionalText(TextField, Accessor<Option<String>>),
    /// Uppercase.
    Word(Accessor<String>),
    Number(NumberField, Accessor<i64>),
    /// A new user needs one.
    Date(DateField, Accessor<Instant>),
    OptionalDate(DateField, Accessor<Option<Instant>>),
    /// When the host application deleted the user. No criteria test it: a user who is deleted matches nothing.
    Deletion(Accessor<Option<Instant>>),
}

/// Where a user has a value.
#[derive(Debug)]
pub struct Accessor<T: 'static> {
    pub get: fn(&User) -> &T,
    pub get_mut: fn(&mut User) -> &mut T,
}

// `derive` would require `T: Copy`.
impl<T> Copy for Accessor<T> {}

impl<T> Clone for Accessor<T> {
    fn clone(&self) -> Self {
        *self
    }
}

macro_rules! at {
    ($name:ident) => {
        Accessor { get: |user| &user.$name, get_mut: |user| &mut user.$name }
    };
}

/// Every field that sources give, in the order in which documents list them. Files, calls, and queries are read by it, and the
/// database is written by it.
pub const PROFILE: &[ProfileField] = {
    use ProfileValue::{Date, Deletion, Number, OptionalDate, OptionalText, Text, Word};
    &[
        field(
            "email",
            Text(Email, at!(email)),
            "Required for a new user; stored without the spaces around it, not blank.",
        ),
        field(
            "firstName",
            OptionalText(FirstName, at!(first_name)),
            "Stored without the spaces around it; null unsets it.",
        ),
        field(
            "lastName",
            OptionalText(LastName, at!(last_name)),
            "Stored without the spaces around it; null unsets it.",
        ),
        field("plan", Word(at!(plan)), "`FREE` for a new user unless given; stored in upper case."),
        field("role", Word(at!(role)), "`USER` for a new user unless given; stored in upper case."),
        field(
            "currentStreak",
            Number(CurrentStreak, at!(current_streak)),
            "Days in a row: 0 for a new user unless given, never negative.",
        ),
        field("totalPoints", Number(TotalPoints, at!(total_points)), "0 for a new user unless given."),
        field("level", Number(Level, at!(level)), "1 for a new user unless given, never negative."),
        field(
            "lastActivityAt",
            OptionalDate(LastActivityAt, at!(last_activity_at)),
            "The last activity; null unsets it.",
        ),
        field("createdAt", Date(CreatedAt, at!(created_at)), "When the account was made; required for a new user."),
        field(
            DELETION,
            Deletion(at!(deleted_at)),
            "When the host application deleted the user: needs only the id and makes nobody. Null takes that back.",
        ),
    ]
};

/// The name of the field that says when the host application deleted a user.
pub const DELETION: &str = "deletedAt";

const fn field(name: &'static str, value: ProfileValue, about: &'static str) -> ProfileField {
    ProfileField { name, value, about }
}

/// The names of all fields of a user: the id, and the [`PROFILE`].
pub const USER_FIELDS: [&str; PROFILE.len() + 1] = {
    let (mut names, mut place) = (["id"; PROFILE.len() + 1], 0);
    while place < PROFILE.len() {
        names[place + 1] = PROFILE[place].name;
        place += 1;
    }
    names
};

impl ProfileField {
    /// Whether there is no default for a new user.
    pub fn is_required(&self) -> bool {
        matches!(self.value, ProfileValue::Text(..) | ProfileValue::Date(..))
    }

    pub fn is_deletion(&self) -> bool {
        matches!(self.value, ProfileValue::Deletion(_))
    }

    /// Whether null unsets it.
    pub fn is_nullable(&self) -> bool {
        matches!(
            self.value,
            ProfileValue::OptionalText(..) | ProfileValue::OptionalDate(..) | ProfileValue::Deletion(_)
        )
    }
}

/// What a source says about a user. A field that it does not give stays as it is for an existing user, and has its default for a
/// new one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserChange {
    /// With the default in every field that is not given.
    pub user: User,
    pub given: GivenFields,
    pub attributes: AttributeChanges,
    /// Whether an unknown id makes a new user. That of a user deleted in the host application does not.
    pub may_create: bool,
}

/// Some fields of the [`PROFILE`], by their places in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct GivenFields(u64);

impl GivenFields {
    pub fn insert(&mut self, place: usize) {
        self.0 |= 1 << place;
    }

    pub fn contains(self, place: usize) -> bool {
        self.0 >> place & 1 == 1
    }

    pub fn fields(self) -> impl Iterator<Item = &'static ProfileField> {
        PROFILE.iter().enumerate().filter(move |(place, _)| self.contains(*place)).map(|(_, field)| field)
    }

    /// The names of the fields that a new user needs and that are not among these.
    pub fn missing_for_new_user(self) -> impl Iterator<Item = &'static str> {
        let fields = PROFILE.iter().enumerate();
        fields.filter(move |(place, field)| field.is_required() && !self.contains(*place)).map(|(_, field)| field.name)
    }
}

impl UserChange {
    pub fn nothing_but(id: UserId) -> Self {
        let user = User::new(id, String::new(), Instant::default());
        Self { user, given: GivenFields::default(), attributes: AttributeChanges::new(), may_create: true }
    }

    /// Says only these fields of a user.
    pub fn of_fields(user: User, names: &[&str]) -> Self {
        let mut given = GivenFields::default();
        for (place, field) in PROFILE.iter().enumerate() {
            if names.contains(&field.name) {
                given.insert(place);
            }
        }
        Self { user, given, attributes: AttributeChanges::new(), may_create: true }
    }

    /// Says nothing about whether the host application has deleted the user.
    pub fn without_deletion(self) -> Self {
        let names: Vec<_> = self.given.fields().filter(|field| !field.is_deletion()).map(|field| field.name).collect();
        Self { may_create: self.may_create, attributes: self.attributes, ..Self::of_fields(self.user, &names) }
    }

    /// Whether it has all that a new user needs.
    pub fn can_create(&self) -> bool {
        self.may_create && self.given.missing_for_new_user().next().is_none()
    }
}

/// Says every field of a user.
impl From<User> for UserChange {
    fn from(user: User) -> Self {
        Self::of_fields(user, &USER_FIELDS)
    }
}

/// A completed quiz. Its id is unique among the attempts of its user.
#[derive(Debug, Clone, PartialEq)]
pub struct QuizAttempt {
    pub id: String,
    pub user_id: UserId,
    /// As the host application writes it, such as `AWS-SAA-C03`.
    pub certification: String,
    /// In the host application's own scale. No rule reads it. `None` leaves a stored one as it is; `Some(None)` unsets it.
    pub score: Option<Option<f64>>,
    pub completed_at: Instant,
}
