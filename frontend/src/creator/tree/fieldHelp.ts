// What the fields that are built in mean, and their units. Attributes are named by those who declared them.

const HELP: Record<string, string> = {
  plan: "What they are subscribed to now",
  currentStreak: "Days in a row, up to now",
  totalPoints: "Points collected so far",
  level: "The level reached so far",
  quizCount: "Quizzes completed so far",
  awsShare: "AWS among their latest 100 quizzes, in percent",
  azureShare: "Azure among their latest 100 quizzes, in percent",
  gcpShare: "GCP among their latest 100 quizzes, in percent",
  createdAt: "When they signed up",
  lastActivityAt: "When they were last active",
  lastQuizAt: "When they completed their latest quiz",
  email: "Email address; case does not matter",
  firstName: "First name; case does not matter",
  lastName: "Last name; case does not matter",
  quizAttempts: "Quizzes in a period, of a provider, or of a certification",
  events: "How often something happened that your app reports",
  purchases: "Purchases in a period, with a name, or of at least an amount",
  totalSpent: "Money spent in one currency",
  purchaseCount: "Purchases made so far",
  firstPurchaseAt: "When they bought for the first time",
  lastPurchaseAt: "When they bought most recently",
  segment: "Members of other segments",
  randomBucket: "0 to 99, the same for a person at all times: splits people evenly",
};

/** In a line, without a final period. Nothing for attributes, and for fields of a newer server. */
export function helpOf(field: string): string | undefined {
  return Object.hasOwn(HELP, field) ? HELP[field] : undefined;
}
