import type { KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { ExtractJwt, type SecretOrKeyProvider, Strategy } from 'passport-jwt';
import { SigningKeys } from './signing-keys.js';
import { readClaims, TOKEN_AUDIENCE, TOKEN_ISSUER, type TokenClaims } from './token-claims.js';

/**
 * The first verification of a token: signature, algorithm, issuer, audience, shape. Expiry is left to the guard, which
 * checks it on every call against our clock.
 */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy, 'jwt') {
  constructor(keys: SigningKeys) {
    const secretOrKeyProvider = (
      _request: unknown,
      token: string,
      done: (error: unknown, key?: KeyObject) => void,
    ): void => {
      const key = keys.find(kidOf(token));
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

/** The `kid` of a header that nobody has verified yet: used to look a key up in a map, for nothing else. */
function kidOf(token: string): string | undefined {
  try {
    const header = JSON.parse(Buffer.from(token.split('.', 1)[0] ?? '', 'base64url').toString()) as {
      kid?: unknown;
    };
    return header.kid === undefined ? undefined : String(header.kid);
  } catch {
    return undefined;
  }
}
