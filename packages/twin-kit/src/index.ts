export { AppendFile } from './append-file.js';
export { CollectionStore, type Collection } from './collection-store.js';
export { Faults, type Fault } from './faults.js';
export { html, Html } from './html.js';
export { runTwin } from './run-twin.js';
export { startTwin, type RunningTwin, type StartOptions, type TwinOptions } from './start-twin.js';
