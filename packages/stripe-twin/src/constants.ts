export { ENABLED_EVENTS } from './events/enabled-events.js';
export { METER_ERROR_TYPES } from './events/thin-events.js';
export { API_VERSION } from './wire/version.js';
