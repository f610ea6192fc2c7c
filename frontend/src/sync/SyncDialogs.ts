export { LiftDialog } from "./LiftDialog.tsx";
export { SwitchOffDialog } from "./SwitchOffDialog.tsx";
export { SwitchOnDialog } from "./SwitchOnDialog.tsx";
