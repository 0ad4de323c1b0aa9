import type { LinkPurpose } from '../access-links.js';

export interface LinkMailFacts {
  /** The token was shown in the browser that began the checkout. */
  shown: boolean;
  /** Using the link revokes the tokens that were issued before. */
  revokes: boolean;
}

/** Subject and text of the mail with a link. It never contains a token. */
export function linkMail(
  purpose: LinkPurpose,
  url: string,
  { shown, revokes }: LinkMailFacts,
): { subject: string; text: string } {
  const { subject, intro, lifetime } = MAILS[purpose === 'welcome' && shown ? 'welcome_shown' : purpose];
  const warning = revokes && (purpose !== 'welcome' || shown) ? `\n\n${REVOKES}` : '';
  return { subject, text: `${intro}\n\n${url}${warning}\n\n${footer(lifetime)}` };
}

const MAILS: Readonly<
  Record<LinkPurpose | 'welcome_shown', { subject: string; intro: string; lifetime: string }>
> = {
  proof: {
    subject: 'Confirm your new subscription',
    intro: [
      'A subscription was paid for with this email address, which already has an account.',
      '',
      "If that was you, open this link and confirm: your new subscription replaces the current one, and you get a token. We'll send a final invoice for usage so far.",
    ].join('\n'),
    lifetime: '7 days',
  },
  welcome: {
    subject: 'Your token',
    intro: 'Thank you: your subscription has started. Open this link to get the token for your calls:',
    lifetime: '24 hours',
  },
  welcome_shown: {
    subject: 'Your subscription has started',
    intro:
      'Thank you: your subscription has started. The token was shown in the browser in which the checkout was opened. If you have it, you are done. If another person opened the checkout for you, or you lost the token, open this link to get a new one:',
    lifetime: '24 hours',
  },
  token: {
    subject: 'Your token',
    intro: 'You asked for a new token. Open this link to get it:',
    lifetime: '24 hours',
  },
  register: {
    subject: 'Confirm your email address',
    intro: 'Open this link to confirm your email address and get your token:',
    lifetime: 'an hour',
  },
  sign_in: {
    subject: 'Your sign-in link',
    intro: 'A sign-in link was requested for this email address. Open it to get a token for your account:',
    lifetime: 'an hour',
  },
};

const REVOKES =
  'This email address has not been confirmed before. When you use the link, all tokens issued before stop working.';

const footer = (lifetime: string): string =>
  `The link works once, within ${lifetime}. Don't share this link.\nIf this was not you, ignore this email. If you received two emails, use the newer one.`;
