import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { JwtModule } from '@nestjs/jwt';
import { PassportModule } from '@nestjs/passport';
import { AccountsModule } from '../accounts/index.js';
import { JwtStrategy } from './jwt.strategy.js';
import { RevokedTokens } from './revoked-tokens.js';
import { SigningKeys } from './signing-keys.js';
import { TokenGuard } from './token.guard.js';
import { TokenList } from './token-list.js';
import { TokenRetention } from './token-retention.js';
import { TokenUse } from './token-use.js';
import { TokenService } from './token.service.js';

/** Tokens: issued, verified, required on every route that is not `@Public()`. */
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
    { provide: APP_GUARD, useClass: TokenGuard },
  ],
  exports: [TokenService, TokenList, RevokedTokens],
})
export class AuthModule {}
