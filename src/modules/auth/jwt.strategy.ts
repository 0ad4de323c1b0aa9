import type { KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { ExtractJwt, type SecretOrKeyProvider, Strategy } from 'passport-jwt';
import { SigningKeys } from './signing-keys.js';
import { readClaims, TOKEN_AUDIENCE, TOKEN_ISSUER, type TokenClaims } from './token-claims.js';

/** Its name among the strategies of passport: an application around us may have a `jwt` of its own. */
export const JWT_STRATEGY = 'farebox-jwt';

/**
 * The first verification of a token: signature, algorithm, issuer, audience, shape. Expiry is left to the guard, which
 * checks it on every call against our clock.
 */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy, JWT_STRATEGY) {
  constructor(keys: SigningKeys) {
    const secretOrKeyProvider = (
      _request: unknown,
      token: string,
      done: (error: unknown, key?: KeyObject) => void,
    ): void => {
      const [header, payload] = token.split('.', 2).map(fieldsIn);
      // jsonwebtoken reads claims of any JSON value, and throws at `null`.
      if (!header || !payload) return done(new Error('a part of the token is no JSON object'));
      const key = keys.find(kidOf(header));
      done(key ? null : new Error('the token names a key that is not ours'), key);
    };
    super({
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      // The typings know strings and buffers only; jsonwebtoken takes a KeyObject, fifty times as fast.
      secretOrKeyProvider: secretOrKeyProvider as SecretOrKeyProvider,
      algorithms: ['HS256'],
      issuer: TOKEN_ISSUER,
      audience: TOKEN_AUDIENCE,
      ignoreExpiration: true,
    });
  }

  validate(payload: Readonly<Record<string, unknown>>): TokenClaims {
    return readClaims(payload);
  }
}

type Fields = Readonly<Record<string, unknown>>;

/** The `kid` of a header that is not verified yet: only used to look up a key in a map. */
const kidOf = ({ kid }: Fields): string | undefined => (kid === undefined ? undefined : String(kid));

/** The fields in a part of a token; `undefined` when it is not a JSON object. */
function fieldsIn(part: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Fields)
      : undefined;
  } catch {
    return undefined;
  }
}
