export { portSettings } from './settings.ts';
export { buildLabClient, type LabClient } from './client/lab-client.ts';
export { labState, type LabState, type ServiceState, type TaskState } from './client/lab-state.ts';
