// Users for the tests that need a few, as a CSV to import.
const COLUMNS = "id,email,firstName,lastName,plan,role,currentStreak,totalPoints,level,lastActivityAt,createdAt";

export function usersCsv(rows: string[]): string {
  return `${[COLUMNS, ...rows].join("\n")}\n`;
}

export const THREE_USERS = usersCsv([
  "u1,ann@example.com,Ann,Archer,PRO,USER,9,2500,6,2026-01-10T08:00:00Z,2025-06-01T08:00:00Z",
  "u2,bob@example.com,Bob,Baker,PRO,USER,0,10,1,,2025-07-01T08:00:00Z",
  "u3,cat@example.com,Cat,Cooper,FREE,USER,0,0,1,,2025-08-01T08:00:00Z",
]);
