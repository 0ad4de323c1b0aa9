import { Global, Module } from '@nestjs/common';
import { JwtModule } from '@nestjs/jwt';
import { PassportModule } from '@nestjs/passport';
import { Authentication } from '../../platform/identity/authentication.js';
import { PrincipalResolver } from '../../platform/identity/principal-resolver.js';
import { port } from '../../platform/ports/port.js';
import { AccountsModule } from '../accounts/index.js';
import { JwtStrategy } from './jwt.strategy.js';
import { RevokedTokens } from './revoked-tokens.js';
import { SigningKeys } from './signing-keys.js';
import { TokenAuthentication } from './token-authentication.js';
import { TokenList } from './token-list.js';
import { TokenRetention } from './token-retention.js';
import { TokenUse } from './token-use.js';
import { TokenService } from './token.service.js';

/** Tokens: issued, listed, revoked, verified. Global for the guard of our own routes, which is made in the module of each. */
@Global()
@Module({
  imports: [AccountsModule, PassportModule, JwtModule.register({})],
  providers: [
    SigningKeys,
    TokenService,
    TokenList,
    RevokedTokens,
    TokenUse,
    TokenRetention,
    JwtStrategy,
    ...port(PrincipalResolver),
    { provide: Authentication, useClass: TokenAuthentication },
  ],
  exports: [Authentication, TokenService, TokenList, RevokedTokens],
})
export class AuthModule {}
