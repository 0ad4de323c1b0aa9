import { domainToASCII } from 'node:url';
import { isEmail, ValidateBy } from 'class-validator';
import { normaliseEmail } from '../accounts/index.js';

/**
 * Invisible characters (zero-width space, soft hyphen, marks of direction, fillers, other blanks than a quoted space):
 * the email would look like another's.
 */
const INVISIBLE = /[\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Z}/u;
/** Characters that a URL's host would be decoded from, or end at. */
const NO_HOST = /[\s%/?#:\\]/;

export const IsEmailAddress = (): PropertyDecorator =>
  ValidateBy({
    name: 'isEmailAddress',
    validator: {
      validate: (email) => emailProblem(email) === undefined,
      defaultMessage: (context) => emailProblem(context?.value) ?? '',
    },
  });

/** What is wrong with an email address, as a predicate of its field. */
export function emailProblem(email: unknown): string | undefined {
  if (typeof email !== 'string') return 'must be an email address';
  const at = email.lastIndexOf('@');
  if (at < 0) return /[\uFF20\uFE6B]/.test(email) ? 'must have an @, not \uFF20' : 'must be an email address';
  if (INVISIBLE.test(email.slice(0, at))) return 'must not contain invisible characters before the @';
  const domain = email.slice(at + 1);
  if (NO_HOST.test(domain)) return 'must be an email address';
  if (domain !== '' && domainToASCII(domain) === '')
    return 'must have a valid domain: its international characters, or what stands behind xn--, are not';
  // In the form of DNS: one mailbox, however its domain is written.
  return isEmail(normaliseEmail(email)) ? undefined : 'must be an email address';
}
