import { Body, HttpCode, Post, UseGuards } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOperation, ApiTags } from '../../../platform/http/openapi.js';
import { VisitorRateLimitGuard } from '../../../platform/http/rate-limit.guards.js';
import { ApiProblems } from '../../../platform/http/api-problem.decorator.js';
import { Public } from '../../auth/index.js';
import { SignInAnswerDto, SignInDto } from './sign-in.dto.js';
import { SignInService } from './sign-in.service.js';
import { OwnController } from '../../../platform/http/own-routes.js';

@ApiTags('Registration')
@Public()
@UseGuards(VisitorRateLimitGuard)
@OwnController('register', 'sign-in')
export class SignInController {
  constructor(private readonly signIn: SignInService) {}

  @Post()
  @HttpCode(202)
  @ApiOperation({
    summary: 'Email a sign-in link',
    description:
      'For customers who lost their token: the link in the email shows a new one, once. The response is the same whether or not the email has an account. At most one email per minute is sent.',
  })
  @ApiAcceptedResponse({ type: SignInAnswerDto })
  @ApiProblems({
    validation_failed: 'The email is missing or malformed, or a field is unknown.',
    rate_limited: 'Too many requests from this address.',
    mail_unavailable: 'No mail server is configured.',
    database_unavailable: 'The database is not available.',
  })
  async send(@Body() { email }: SignInDto): Promise<SignInAnswerDto> {
    await this.signIn.sendLink(email);
    return { message: 'If this email has an account, a sign-in link is on its way to it.' };
  }
}
