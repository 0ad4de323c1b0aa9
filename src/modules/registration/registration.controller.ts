import { Body, HttpCode, Post, UseGuards } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '../../platform/http/openapi.js';
import { Settings } from '../../platform/config/settings.js';
import { BodyLimit, FORM_BYTES } from '../../platform/http/route-limits.js';
import { ApiProblems } from '../../platform/http/api-problem.decorator.js';
import { VisitorRateLimitGuard } from '../../platform/http/rate-limit.guards.js';
import { IdempotencyKey } from '../../platform/idempotency/idempotency-key.decorator.js';
import { Public } from '../auth/index.js';
import { isSyntheticPass, SYNTHETIC_PASS } from '../../platform/identity/synthetic-pass.js';
import { limitKeyOf } from '../../platform/http/client-address.js';
import { EmailTakenError } from '../accounts/index.js';
import { ConflictLimit } from './conflict-limit.js';
import { RegisterDto, RegisteredDto, RegistrationMailedDto } from './register.dto.js';
import { RegistrationConflictError } from './registration-errors.js';
import { type Registered, RegistrationService } from './registration.service.js';
import { CurrentExchange, type Exchange } from '../../platform/http/exchange.js';
import { OwnController } from '../../platform/http/own-routes.js';

@ApiTags('Registration')
@Public()
@UseGuards(VisitorRateLimitGuard)
@OwnController('register', 'register')
export class RegistrationController {
  constructor(
    private readonly registration: RegistrationService,
    private readonly conflicts: ConflictLimit,
    private readonly settings: Settings,
  ) {}

  @Post()
  @BodyLimit(FORM_BYTES)
  @HttpCode(200)
  @ApiOperation({
    summary: 'Register and get a token',
    description:
      'Creates a customer with a subscription and returns the access token for the paid endpoints. It is shown once.',
  })
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description:
      'Any text of up to 255 visible ASCII characters, new for each new request: repeating the request under it gives the same answer for 24 hours.',
  })
  @ApiOkResponse({ type: RegisteredDto })
  @ApiAcceptedResponse({
    type: RegistrationMailedDto,
    description: 'The catalog says `registration: verified`: a link to the token is on its way to the email.',
  })
  @ApiProblems({
    validation_failed: 'A field is missing, malformed or unknown; each is listed.',
    malformed_request: 'The body is not JSON.',
    payment_method_required: 'The catalog requires a payment method: use POST /checkout.',
    email_taken: 'The email already has an account.',
    registration_conflict: 'The email is being registered with other details.',
    payload_too_large: 'The body is too large.',
    unsupported_media_type: 'The content type is not JSON.',
    idempotency_key_reused: 'The Idempotency-Key was used for another request.',
    rate_limited: 'Too many registrations from this address, or too many for emails that have an account.',
    billing_unavailable: 'Stripe is not available. The registration is kept; the same request continues it.',
    database_unavailable: 'The database is not available.',
    mail_unavailable: 'A link must be sent by email, but no mail server is configured.',
  })
  async register(
    @Body() { plan, ...person }: RegisterDto,
    @CurrentExchange() exchange: Exchange,
    @IdempotencyKey() key?: string,
  ): Promise<Registered | RegistrationMailedDto> {
    const address = limitKeyOf(exchange.ip);
    this.conflicts.assertMayAsk(address);
    try {
      const order = { ...person, ...(plan === undefined ? {} : { plan }) };
      const synthetic = isSyntheticPass(this.settings, person.email, exchange.headers[SYNTHETIC_PASS]);
      const registered = await this.registration.register(order, { key, address }, synthetic);
      if (registered !== 'mailed') return registered;
      exchange.response.statusCode = 202;
      return { message: 'A link to your token is on its way to this email. It works once, within an hour.' };
    } catch (error) {
      if (error instanceof EmailTakenError || error instanceof RegistrationConflictError)
        this.conflicts.noteConflict(address);
      throw error;
    }
  }
}
