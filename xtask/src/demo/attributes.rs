//! The attributes of users: what the product declares of its own. They follow from the user, so that each day has the same.

use chrono::Days;
use domain::profile::User;

use super::dice::mix;

/// What `segmentation-engine attributes apply` reads.
pub(crate) const DECLARATIONS: &str = include_str!("attributes.toml");

pub(crate) const COLUMNS: [&str; 5] =
    ["attr.country", "attr.company", "attr.company_size", "attr.tags", "attr.trial_ends"];

const COUNTRIES: [&str; 12] = ["US", "US", "US", "IN", "IN", "DE", "GB", "BR", "FR", "JP", "CH", "AT"];
/// With employees.
const COMPANIES: [(&str, u32); 6] = [
    ("Northwind Traders", 240),
    ("Contoso", 12_000),
    ("Fabrikam", 85),
    ("Tailspin Toys", 31),
    ("Adventure Works", 1_500),
    ("Wide World Importers", 640),
];
const TAGS: [&str; 5] = ["newsletter", "beta", "student", "referral", "webinar"];
const TRIAL: Days = Days::new(14);

/// The cells of [`COLUMNS`]. Not everybody has all of them.
pub(crate) fn cells(user: &User) -> [String; 5] {
    let of_user = user.id.0.bytes().fold(7, |number, byte| mix(number ^ u64::from(byte)));
    let pick = |what: u64, of: u64| mix(of_user ^ what) % of;
    let country = COUNTRIES[pick(1, COUNTRIES.len() as u64) as usize];
    let company = (pick(2, 10) < 6).then(|| COMPANIES[pick(3, COMPANIES.len() as u64) as usize]);
    let tags: Vec<_> =
        (0_u64..).zip(TAGS).filter(|(number, _)| pick(10 + number, 4) == 0).map(|(_, tag)| tag).collect();
    let trial = (pick(4, 10) < 7).then(|| (user.created_at.date_naive() + TRIAL).to_string());
    [
        country.into(),
        company.map(|(name, _)| name.to_owned()).unwrap_or_default(),
        company.map(|(_, size)| size.to_string()).unwrap_or_default(),
        tags.join(";"),
        trial.unwrap_or_default(),
    ]
}
