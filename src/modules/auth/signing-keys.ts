import { createHash, createSecretKey, type KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Settings } from '../../platform/config/settings.js';

interface SigningKey {
  /** Identifies the key in the token's header, so that the right one verifies it while secrets are rotated. */
  kid: string;
  key: KeyObject;
}

/**
 * The secrets that sign and verify tokens, as key objects: given a string, jsonwebtoken tries to parse it as a public
 * key on every call, which costs fifty times as much.
 */
@Injectable()
export class SigningKeys {
  readonly current: SigningKey;
  private readonly accepted: ReadonlyMap<string, KeyObject>;

  constructor(settings: Settings) {
    this.current = signingKey(settings.get('TOKEN_SECRET'));
    const previous = settings.get('TOKEN_SECRET_PREVIOUS');
    const all = previous === undefined ? [this.current] : [signingKey(previous), this.current];
    this.accepted = new Map(all.map(({ kid, key }) => [kid, key]));
  }

  /** The key of that id; the current one for a token without one. `undefined` for an id that is not ours. */
  find(kid: string | undefined): KeyObject | undefined {
    return kid === undefined ? this.current.key : this.accepted.get(kid);
  }
}

/** The id is a truncated hash of the secret under a label: it distinguishes two secrets and reveals nothing about them. */
function signingKey(secret: string): SigningKey {
  const kid = createHash('sha256').update(`farebox token key\n${secret}`).digest('hex').slice(0, 12);
  return { kid, key: createSecretKey(Buffer.from(secret)) };
}
