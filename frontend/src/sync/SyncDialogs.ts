export { AllowRemovalsDialog } from "./AllowRemovalsDialog.tsx";
export { LiftDialog } from "./LiftDialog.tsx";
export { PauseAllDialog } from "./PauseAllDialog.tsx";
export { SwitchOffDialog } from "./SwitchOffDialog.tsx";
export { SwitchOnDialog } from "./SwitchOnDialog.tsx";
