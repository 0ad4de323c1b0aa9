import type { RouteLimits } from '../../../platform/http/route-limits.js';

export interface MonetizedOptions extends RouteLimits {
  /**
   * Keeps the JSON bodies of request and answer for analytics: masked, and left out when longer than 8 KiB. Off unless a
   * route sets it.
   */
  recordBodies?: boolean;
}

/** The key of the options in the metadata of a controller or a handler. */
export const MONETIZED = 'farebox:monetized';
