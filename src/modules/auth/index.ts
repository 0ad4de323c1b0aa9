export { CurrentPrincipal } from '../../platform/identity/current-principal.decorator.js';
export { Public } from '../../platform/identity/public.decorator.js';
export { AuthModule } from './auth.module.js';
export type { TokenClaims } from './token-claims.js';
export { TokenExpiredError, TokenInvalidError, TokenMissingError } from './token-claims.js';
export { ApiTokenProblems } from './token.openapi.js';
export { TokenService } from './token.service.js';
