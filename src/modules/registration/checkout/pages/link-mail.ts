import type { LinkPurpose } from '../access-links.js';

export interface LinkMailFacts {
  /** The token was shown in the browser that began the checkout. */
  shown: boolean;
  /** Using the link revokes the tokens that were issued before. */
  revokes: boolean;
}

/** Subject and text of the mail with a link. No token is ever in it. */
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
      'A subscription was paid for with this email address, which has an account already.',
      '',
      "If that was you, open this link and confirm: your new subscription replaces the current one, and you get a token. We'll send a final invoice for usage so far.",
    ].join('\n'),
    lifetime: '7 days',
  },
  welcome: {
    subject: 'Your token',
    intro: 'Thank you: your subscription has begun. Open this link to get the token for your calls:',
    lifetime: '24 hours',
  },
  welcome_shown: {
    subject: 'Your subscription has begun',
    intro:
      'Thank you: your subscription has begun. Its token was shown in the browser in which the checkout was opened. If you have it, you are done. If somebody else opened the checkout for you, or the token was lost, open this link to get one:',
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
    intro: 'A sign-in link was requested for this email address. Open it to get a token of your account:',
    lifetime: 'an hour',
  },
};

const REVOKES =
  'This email address has not been confirmed before. When you use the link, tokens that were issued until then stop working, whoever has them.';

const footer = (lifetime: string): string =>
  `The link works once, within ${lifetime}. Don't share it: whoever opens it gets the token.\nIf this was not you, ignore this mail. If you received it twice, use the newer one.`;
