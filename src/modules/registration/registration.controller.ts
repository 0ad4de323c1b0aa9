import { Body, Controller, HttpCode, Post, UseGuards } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ThrottlerGuard } from '@nestjs/throttler';
import { ApiProblems } from '../../platform/http/api-problem.decorator.js';
import { IdempotencyKey } from '../../platform/idempotency/idempotency-key.decorator.js';
import { Public } from '../auth/index.js';
import { RegisterDto, RegisteredDto } from './register.dto.js';
import { type Registered, RegistrationService } from './registration.service.js';

@ApiTags('Registration')
@Public()
@UseGuards(ThrottlerGuard)
@Controller('register')
export class RegistrationController {
  constructor(private readonly registration: RegistrationService) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Register and get a token',
    description:
      'Makes you a customer with a subscription, and answers the token for the paid endpoints, this once.',
  })
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description:
      'Any text of up to 255 visible ASCII characters, new for each new request: repeating the request under it gives the same answer for 24 hours.',
  })
  @ApiOkResponse({ type: RegisteredDto })
  @ApiProblems({
    validation_failed: 'A field is missing, malformed or unknown; each is named.',
    malformed_request: 'The body is not JSON.',
    payment_method_required: 'The catalogue asks for a payment method: POST /checkout is the way.',
    email_taken: 'The email has an account.',
    registration_conflict: 'The email is being registered with other details.',
    payload_too_large: 'The body is too large.',
    unsupported_media_type: 'The body is not sent as JSON.',
    idempotency_key_reused: 'The Idempotency-Key was used for another request.',
    rate_limited: 'Too many registrations from this address.',
    billing_unavailable:
      'Stripe is away. The registration is kept; the same request carries on where it stopped.',
    database_unavailable: 'The database is away.',
  })
  register(@Body() body: RegisterDto, @IdempotencyKey() idempotencyKey?: string): Promise<Registered> {
    const { plan, ...person } = body;
    return this.registration.register({ ...person, ...(plan === undefined ? {} : { plan }) }, idempotencyKey);
  }
}
