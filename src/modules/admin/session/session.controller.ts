import { Body, Delete, Get, HttpCode, Post, UseGuards } from '@nestjs/common';
import {
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiProperty,
  ApiTags,
} from '../../../platform/http/openapi.js';
import { IsString, MaxLength } from 'class-validator';
import { Settings } from '../../../platform/config/settings.js';
import { FareboxError } from '../../../platform/errors/farebox-error.js';
import { CurrentExchange, type Exchange } from '../../../platform/http/exchange.js';
import { BodyLimit, FORM_BYTES } from '../../../platform/http/route-limits.js';
import { ApiProblems } from '../../../platform/http/api-problem.decorator.js';
import { Public } from '../../auth/index.js';
import { OperatorPresenceGuard } from './operator-presence.guard.js';
import { OperatorGuard } from './operator.guard.js';
import { OperatorSessions } from './operator-session.js';
import { isSecure } from './same-origin.js';
import { noSessionCookie, sessionCookie } from './session-cookie.js';
import { OwnController } from '../../../platform/http/own-routes.js';

class SignInDto {
  @ApiProperty({ description: 'ADMIN_TOKEN.' })
  @MaxLength(1_000, { message: 'is too long' })
  @IsString({ message: 'is required: ADMIN_TOKEN' })
  token!: string;
}

class SessionDto {
  @ApiProperty({ type: String, format: 'date-time', description: 'An hour after it began.' })
  expiresAt!: Date;
}

@ApiTags('Operator')
@Public()
@UseGuards(OperatorPresenceGuard)
@ApiProblems({
  not_found: 'ADMIN_TOKEN is not set.',
  forbidden: 'The request comes from another site.',
})
@OwnController('admin', 'admin/session')
export class SessionController {
  private readonly publicUrl: string | undefined;

  constructor(
    private readonly guard: OperatorGuard,
    private readonly sessions: OperatorSessions,
    settings: Settings,
  ) {
    this.publicUrl = settings.get('PUBLIC_URL');
  }

  @Post()
  @BodyLimit(FORM_BYTES)
  @HttpCode(200)
  @ApiOperation({
    summary: 'Sign in as the operator',
    description: 'Starts a one-hour session, as an HttpOnly cookie.',
  })
  @ApiOkResponse({ type: SessionDto })
  @ApiProblems({
    validation_failed: 'A field is missing, malformed or unknown; each is listed.',
    token_invalid: 'It is not ADMIN_TOKEN.',
    payload_too_large: 'The body is too large.',
    rate_limited: 'It is not ADMIN_TOKEN, and there were too many wrong tokens from this address.',
  })
  signIn(@Body() { token }: SignInDto, @CurrentExchange() exchange: Exchange): SessionDto {
    this.guard.checkToken(token, exchange);
    const { value, session } = this.sessions.begin();
    const secure = isSecure(exchange, this.publicUrl);
    exchange.response.appendHeader('set-cookie', sessionCookie(value, exchange, secure));
    return { expiresAt: session.expiresAt };
  }

  @Get()
  @ApiOperation({ summary: 'Whether the browser is signed in as the operator' })
  @ApiOkResponse({ type: SessionDto })
  @ApiProblems({ token_missing: 'There is no session, or it has ended.' })
  show(@CurrentExchange() exchange: Exchange): SessionDto {
    const session = this.guard.sessionOf(exchange);
    if (typeof session !== 'object') throw new FareboxError('token_missing', 'Not signed in. Sign in.');
    return { expiresAt: session.expiresAt };
  }

  @Delete()
  @HttpCode(204)
  @ApiOperation({ summary: 'Sign out', description: 'Also without a session.' })
  @ApiNoContentResponse({ description: 'Signed out.' })
  async signOut(@CurrentExchange() exchange: Exchange): Promise<void> {
    const session = this.guard.sessionOf(exchange);
    if (typeof session === 'object') await this.sessions.end(session.id);
    const secure = isSecure(exchange, this.publicUrl);
    exchange.response.appendHeader('set-cookie', noSessionCookie(exchange, secure));
  }
}
