export { CurrentPrincipal } from '../../platform/identity/current-principal.decorator.js';
export { Public } from '../../platform/identity/public.decorator.js';
export { RequiresScope } from '../../platform/identity/requires-scope.decorator.js';
export { AuthModule } from './auth.module.js';
export { RevokedTokens } from './revoked-tokens.js';
export type { TokenClaims } from './token-claims.js';
export {
  grantOf,
  TokenExpiredError,
  TokenInvalidError,
  TokenMissingError,
  TokenRevokedError,
} from './token-claims.js';
export { ApiTokenProblems } from './token.openapi.js';
export { TokenService } from './token.service.js';
export { MAX_LIVE_TOKENS, TokenList, type TokenRecord, TooManyTokensError } from './token-list.js';
