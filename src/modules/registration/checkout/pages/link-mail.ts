import type { LinkPurpose } from '../access-links.js';

/** Subject and text of the mail with a link. No token is ever in it. */
export function linkMail(purpose: LinkPurpose, url: string): { subject: string; text: string } {
  return purpose === 'proof'
    ? {
        subject: 'Confirm your new subscription',
        text: `${PROOF}\n\n${url}\n\n${footer('7 days')}`,
      }
    : { subject: 'Your token', text: `${TOKEN[purpose]}\n\n${url}\n\n${footer('24 hours')}` };
}

const PROOF = [
  'A subscription was paid for with this email address, which has an account already.',
  '',
  'If that was you, open this link and confirm: the new subscription takes the place of the one your account has, which ends at once with a last invoice over what was used. Tokens that you have go on working, and you get another one.',
].join('\n');

const TOKEN = {
  welcome: 'Thank you: your subscription has begun. Open this link to get the token for your calls:',
  token: 'You asked for a new token. Open this link to get it:',
} as const;

const footer = (lifetime: string): string =>
  `The link works once, within ${lifetime}. Whoever has it gets the token: do not pass it on.\nIf this was not you, ignore this mail. Where the same mail came twice, the newer link works.`;
