import { invalid } from './api-error.js';

/** The one version whose objects the twin builds. */
export const API_VERSION = '2026-10-28.endive';

/** Before this release, periods stood on the subscription and usage had records: other shapes than ours. */
const OLDEST = '2025-03-31';

/**
 * The version to answer with.
 * @throws {ApiError} 400 for a header that is no version, and for one whose shapes the twin does not play.
 */
export function negotiateVersion(header: string | undefined): string {
  if (header === undefined) return API_VERSION;
  const date = /^(\d{4}-\d{2}-\d{2})(\.[a-z_]+)?$/.exec(header)?.[1];
  if (date === undefined) throw invalid(`Invalid Stripe API version: ${header}`);
  if (date < OLDEST) {
    throw invalid(`The sandbox speaks version ${API_VERSION}, and no version before ${OLDEST}: ${header}`);
  }
  return header;
}

/** Whether the version is older than a release, or than a day: `2025-09-30`. */
export function isBefore(version: string, release: string): boolean {
  return version.slice(0, 10) < release.slice(0, 10);
}
