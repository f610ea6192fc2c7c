// One chunk: what became of mails to a segment, and to a person.
export { MailPanel } from "./MailPanel.tsx";
export { PersonMail } from "./PersonMail.tsx";
