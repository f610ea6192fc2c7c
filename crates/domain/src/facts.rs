//! Everything that a rule can read about a user.

use sha2::{Digest, Sha256};

use crate::{
    certification::Provider,
    ids::UserId,
    instant::Instant,
    profile::{QuizAttempt, User},
    text::fold,
};

/// Facts about one user at the moment of evaluation. Text is [folded](crate::text::fold).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UserFacts {
    /// Uppercase, such as `FREE`. May be none of the three plans that have a segment.
    pub plan: String,
    /// In days, as the host application counts them.
    pub current_streak: i64,
    pub total_points: i64,
    pub level: i64,
    pub created_at: Instant,
    pub last_activity_at: Option<Instant>,
    pub quizzes: QuizFacts,
    pub email: String,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub random_bucket: i64,
    /// Empty unless a rule [needs](crate::criteria::Needs) them.
    pub attempts: Vec<Attempt>,
}

impl UserFacts {
    /// The facts of a user with exactly these attempts. The stored statistics must agree with them.
    pub fn of(user: &User, attempts: &[QuizAttempt]) -> Self {
        let attempts: Vec<_> = latest_first(attempts).into_iter().map(Attempt::of).collect();
        Self {
            plan: user.plan.clone(),
            current_streak: user.current_streak,
            total_points: user.total_points,
            level: user.level,
            created_at: user.created_at,
            last_activity_at: user.last_activity_at,
            quizzes: QuizFacts::of(&attempts),
            email: fold(&user.email),
            first_name: user.first_name.as_deref().map(fold),
            last_name: user.last_name.as_deref().map(fold),
            random_bucket: random_bucket(&user.id),
            attempts,
        }
    }
}

/// By `completed_at`, then by the bytes of the id, descending.
fn latest_first(attempts: &[QuizAttempt]) -> Vec<&QuizAttempt> {
    let mut attempts: Vec<_> = attempts.iter().collect();
    attempts.sort_unstable_by_key(|attempt| std::cmp::Reverse((attempt.completed_at, &attempt.id)));
    attempts
}

/// Statistics on a user's quiz attempts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct QuizFacts {
    pub count: i64,
    pub last_at: Option<Instant>,
    /// The denominator of a share: all attempts, up to [`RECENT`].
    pub recent: i64,
    pub recent_aws: i64,
    pub recent_azure: i64,
    pub recent_gcp: i64,
}

/// Shares count the latest 100 attempts by `completed_at`, then id.
pub const RECENT: usize = 100;

impl QuizFacts {
    /// Takes the latest attempt first.
    fn of(attempts: &[Attempt]) -> Self {
        let count = |attempts: usize| i64::try_from(attempts).unwrap_or(i64::MAX);
        let recent = &attempts[..attempts.len().min(RECENT)];
        let recent_of = |provider| count(recent.iter().filter(|attempt| attempt.provider == provider).count());
        Self {
            count: count(attempts.len()),
            last_at: attempts.first().map(|attempt| attempt.completed_at),
            recent: count(recent.len()),
            recent_aws: recent_of(Provider::Aws),
            recent_azure: recent_of(Provider::Azure),
            recent_gcp: recent_of(Provider::Gcp),
        }
    }

    /// `Other` is what the three known providers leave.
    pub fn recent_of(&self, provider: Provider) -> i64 {
        match provider {
            Provider::Aws => self.recent_aws,
            Provider::Azure => self.recent_azure,
            Provider::Gcp => self.recent_gcp,
            Provider::Other => self.recent - self.recent_aws - self.recent_azure - self.recent_gcp,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    pub completed_at: Instant,
    pub provider: Provider,
    /// Folded.
    pub certification: String,
}

impl Attempt {
    fn of(attempt: &QuizAttempt) -> Self {
        Self {
            completed_at: attempt.completed_at,
            provider: Provider::of_certification(&attempt.certification),
            certification: fold(&attempt.certification),
        }
    }
}

/// A stable number from 0 to 99 for A/B splits: the first eight bytes of the SHA-256 of the id, big-endian, modulo 100.
/// Integrators may compute it themselves, so it must not change.
pub fn random_bucket(id: &UserId) -> i64 {
    let digest = Sha256::digest(id.0.as_bytes());
    let head = digest.iter().take(8).fold(0_u64, |head, byte| head << 8 | u64::from(*byte));
    i64::try_from(head % 100).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::criteria::arbitrary::{now, user_at};

    #[test]
    fn shares_look_at_the_latest_100_by_time_then_by_the_bytes_of_the_id() {
        let user = user_at(now());
        let attempt = |id: &str, certification: &str, hour| QuizAttempt {
            id: id.into(),
            user_id: user.id.clone(),
            certification: certification.into(),
            score: None,
            completed_at: now() + chrono::TimeDelta::hours(hour),
        };
        let mut attempts: Vec<_> = (0..99).map(|n| attempt(&format!("m{n}"), "AZ-104", 1)).collect();
        // Only one of the three in the same hour fits: the one with the greatest id. `Z` sorts before `a`.
        attempts.extend([attempt("Z", "AWS", 0), attempt("b", "GCP ACE", 0), attempt("a", "Linux+", 0)]);
        let quizzes = UserFacts::of(&user, &attempts).quizzes;
        assert_eq!((quizzes.count, quizzes.recent), (102, 100));
        assert_eq!(quizzes.last_at, Some(now() + chrono::TimeDelta::hours(1)));
        let of = |provider| quizzes.recent_of(provider);
        assert_eq!(Provider::ALL.map(of), [0, 99, 1, 0]);
        assert_eq!(UserFacts::of(&user, &[]).quizzes, QuizFacts::default());
    }

    #[test]
    fn buckets_are_stable_and_even() {
        // printf %s student-3733 | sha256sum | cut -c1-16, as a number, modulo 100
        assert_eq!(random_bucket(&UserId("student-3733".into())), 68);
        let mut sizes = [0_usize; 100];
        for n in 0..100_000 {
            sizes[usize::try_from(random_bucket(&UserId(format!("user-{n}")))).expect("0 to 99")] += 1;
        }
        assert!(sizes.iter().all(|size| (850..=1150).contains(size)), "{sizes:?}");
    }
}
