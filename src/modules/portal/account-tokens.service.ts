import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { FareboxError, InvalidFieldsError } from '../../platform/errors/farebox-error.js';
import { fingerprint } from '../../platform/idempotency/fingerprint.js';
import { IdempotencyStore, type KeyedRequest } from '../../platform/idempotency/idempotency-store.js';
import { isId } from '../../platform/ids/ids.js';
import type { Principal } from '../../platform/identity/principal.js';
import { type Scope, SCOPES_OF } from '../../platform/identity/scopes.js';
import { grantOf, type TokenClaims, TokenList, TokenService } from '../auth/index.js';
import type { IssuedTokenDto, IssueTokenDto, ListedTokenDto } from './account-tokens.dto.js';

/** The stored answer under an `Idempotency-Key`: never the token, which is signed again from the same claims. */
interface StoredToken {
  claims: TokenClaims;
  name: string;
}

/** A customer's own tokens. */
@Injectable()
export class AccountTokensService {
  constructor(
    private readonly database: Database,
    private readonly tokens: TokenService,
    private readonly list: TokenList,
    private readonly idempotency: IdempotencyStore,
  ) {}

  async all(principal: Principal): Promise<ListedTokenDto[]> {
    const live = await this.list.live(principal.account.accountId);
    return live.map((token) => ({
      ...token,
      scopes: [...token.scopes],
      current: token.jti === principal.tokenId,
    }));
  }

  /**
   * No token gets more scopes than the one that requests it; without scopes in the request it gets the
   * same, or those of an end user where one is named.
   * @throws {FareboxError} `validation_failed`, `too_many_tokens`, `idempotency_key_reused`.
   */
  async issue(
    principal: Principal,
    { name, user, scopes }: IssueTokenDto,
    idempotencyKey: string | undefined,
  ): Promise<IssuedTokenDto> {
    const { accountId, customerId } = principal.account;
    const order = {
      name,
      ...(user === undefined ? {} : { user }),
      scopes: scopesFor(principal, scopes ?? (user === undefined ? principal.scopes : SCOPES_OF.end_user)),
    };
    const keyed: KeyedRequest | undefined =
      idempotencyKey === undefined
        ? undefined
        : {
            scope: `POST /account/tokens ${customerId}`,
            key: idempotencyKey,
            fingerprint: fingerprint({ ...order }),
          };
    const answered = keyed && (await this.idempotency.begin(keyed));
    if (answered) return this.show(answered.body as StoredToken);
    const issued = await this.database.transaction(async (tx): Promise<StoredToken> => {
      await this.list.assertRoom(tx, accountId, principal.tokenId);
      const claims = await this.tokens.issue(tx, { accountId, customerId, ...order });
      const stored = { claims, name: order.name };
      if (keyed) await this.idempotency.answer(tx, keyed, { status: 201, body: stored });
      return stored;
    });
    // Two of the same at once: both get the answer that was stored first.
    const first = keyed && (await this.idempotency.find(keyed));
    return this.show(first ? (first.body as StoredToken) : issued);
  }

  /** @throws {FareboxError} `not_found` for a token that is not theirs. */
  async revoke(principal: Principal, jti: string): Promise<void> {
    if (!isId(jti) || !(await this.list.revoke(jti, principal.account.accountId)))
      throw new FareboxError('not_found', 'No such token. GET /account/tokens lists your tokens.');
  }

  private show({ claims, name }: StoredToken): IssuedTokenDto {
    const { jti, user, exp } = claims;
    const { role, scopes } = grantOf(claims);
    const expiresAt = new Date(exp * 1_000);
    return { jwt: this.tokens.sign(claims), jti, name, user, role, scopes: [...scopes], expiresAt };
  }
}

function scopesFor(principal: Principal, wanted: readonly Scope[]): readonly Scope[] {
  if (wanted.every((scope) => principal.scopes.includes(scope))) return wanted;
  throw new InvalidFieldsError([
    {
      field: 'scopes',
      message: `must be among those of the token that issues it: ${principal.scopes.join(', ')}`,
    },
  ]);
}
