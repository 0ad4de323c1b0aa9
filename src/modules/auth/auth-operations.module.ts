import { Module } from '@nestjs/common';
import { JwtModule } from '@nestjs/jwt';
import { AccountsOperationsModule } from '../accounts/index.js';
import { SigningKeys } from './signing-keys.js';
import { TokenList } from './token-list.js';
import { TokenService } from './token.service.js';

/** What the operator's command line does with tokens: it needs the database, and guards nothing. */
@Module({
  imports: [AccountsOperationsModule, JwtModule.register({})],
  providers: [SigningKeys, TokenService, TokenList],
  exports: [AccountsOperationsModule, TokenService, TokenList],
})
export class AuthOperationsModule {}
