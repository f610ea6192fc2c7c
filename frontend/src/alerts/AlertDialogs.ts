export { AlertDialog } from "./AlertDialog.tsx";
export { DeleteAlertDialog } from "./DeleteAlertDialog.tsx";
