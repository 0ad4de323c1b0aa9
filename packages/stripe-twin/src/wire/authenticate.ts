import { ApiError } from './api-error.js';

const TEST_KEY = /^[sr]k_test_\w+$/;

/**
 * Accepts any secret or restricted test key, as a Bearer token or as the user name of Basic authentication.
 * @throws {ApiError} 401 for anything else; a key is never repeated in full.
 */
export function authenticate(header: string | undefined): void {
  const key = keyOf(header);
  if (key === undefined) {
    throw unauthorized(
      "You did not provide an API key. Send it in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
    );
  }
  if (!TEST_KEY.test(key)) throw unauthorized(`Invalid API Key provided: ${masked(key)}`);
}

function keyOf(header: string | undefined): string | undefined {
  const [scheme, value] = header?.trim().split(/\s+/, 2) ?? [];
  if (!value) return undefined;
  if (scheme?.toLowerCase() === 'bearer') return value;
  if (scheme?.toLowerCase() !== 'basic') return undefined;
  return Buffer.from(value, 'base64').toString('utf8').split(':', 1)[0] || undefined;
}

/** The start that says what kind of key it is and the last four characters, and only of a key long enough. */
function masked(key: string): string {
  if (key.length < 16) return '*'.repeat(key.length);
  return key.slice(0, 8) + '*'.repeat(key.length - 12) + key.slice(-4);
}

function unauthorized(message: string): ApiError {
  return new ApiError(
    401,
    { type: 'invalid_request_error', message },
    { 'www-authenticate': 'Basic realm="Stripe"' },
  );
}
