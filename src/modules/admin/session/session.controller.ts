import { Body, Delete, Get, HttpCode, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Settings } from '../../../platform/config/settings.js';
import { FareboxError } from '../../../platform/errors/farebox-error.js';
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
  signIn(
    @Body() { token }: SignInDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): SessionDto {
    this.guard.checkToken(token, request);
    const { value, session } = this.sessions.begin();
    void reply.header('set-cookie', sessionCookie(value, isSecure(request, this.publicUrl)));
    return { expiresAt: session.expiresAt };
  }

  @Get()
  @ApiOperation({ summary: 'Whether the browser is signed in as the operator' })
  @ApiOkResponse({ type: SessionDto })
  @ApiProblems({ token_missing: 'There is no session, or it has ended.' })
  show(@Req() request: FastifyRequest): SessionDto {
    const session = this.guard.sessionOf(request);
    if (typeof session !== 'object') throw new FareboxError('token_missing', 'Not signed in. Sign in.');
    return { expiresAt: session.expiresAt };
  }

  @Delete()
  @HttpCode(204)
  @ApiOperation({ summary: 'Sign out', description: 'Also without a session.' })
  @ApiNoContentResponse({ description: 'Signed out.' })
  async signOut(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const session = this.guard.sessionOf(request);
    if (typeof session === 'object') await this.sessions.end(session.id);
    void reply.header('set-cookie', noSessionCookie(isSecure(request, this.publicUrl)));
  }
}
