import { Body, Get, Header, HttpCode, Post, Query, Res, UseFilters, UseGuards } from '@nestjs/common';
import {
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiQuery,
  ApiResponse,
  ApiTags,
} from '../../platform/http/openapi.js';
import { Settings } from '../../platform/config/settings.js';
import { BodyLimit, FORM_BYTES } from '../../platform/http/route-limits.js';
import { CurrentExchange, type Exchange } from '../../platform/http/exchange.js';
import { ApiProblems } from '../../platform/http/api-problem.decorator.js';
import { VisitorRateLimitGuard } from '../../platform/http/rate-limit.guards.js';
import { IdempotencyKey } from '../../platform/idempotency/idempotency-key.decorator.js';
import { Public } from '../auth/index.js';
import type { OpenedCheckout } from '../billing/ports/checkout-gateway.js';
import { BrowserCookie, referenceOf } from './browser-cookie.js';
import { CheckoutDto, CheckoutOptionsDto, OpenedCheckoutDto } from './checkout.dto.js';
import { CheckoutReturnService } from './checkout-return.service.js';
import { CheckoutService } from './checkout.service.js';
import { HtmlProblemFilter } from './html-problem.filter.js';
import { LinkRedemptionService } from './link-redemption.service.js';
import { linkPage, returnPage } from './pages/checkout-pages.js';
import { sendPage } from './pages/layout.js';
import { PublicAddress } from '../../platform/http/public-address.js';
import { OwnController } from '../../platform/http/own-routes.js';

/** A page for people in a browser. */
const PAGE = { content: { 'text/html': { schema: { type: 'string' } } } } as const;
const TOO_MANY = {
  status: 429,
  description: 'Too many requests from this address, or in all; reload the page to continue.',
  ...PAGE,
} as const;

@ApiTags('Checkout')
@Public()
@UseGuards(VisitorRateLimitGuard)
@OwnController('register', 'checkout')
export class CheckoutController {
  constructor(
    private readonly checkout: CheckoutService,
    private readonly returning: CheckoutReturnService,
    private readonly links: LinkRedemptionService,
    private readonly cookie: BrowserCookie,
    private readonly address: PublicAddress,
    private readonly settings: Settings,
  ) {}

  @Post()
  @BodyLimit(FORM_BYTES)
  @HttpCode(200)
  @ApiOperation({
    summary: 'Create a checkout session for a plan',
    description:
      'Returns the URL of the provider’s payment page and sets a cookie: after payment the same browser returns to GET /checkout/return and gets the token there.',
  })
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description:
      'Repeating the request under it returns the same page for 24 hours. Only the first response sets the cookie.',
  })
  @ApiOkResponse({ type: OpenedCheckoutDto })
  @ApiProblems({
    validation_failed: 'A field is malformed or unknown, or the plan is not offered; each is listed.',
    malformed_request: 'The body is not JSON.',
    payload_too_large: 'The body is too large.',
    unsupported_media_type: 'The content type is not JSON.',
    idempotency_key_reused: 'The Idempotency-Key was used for another request.',
    rate_limited: 'Too many requests from this address.',
    billing_unavailable: 'Stripe is not available. Nothing was created.',
    database_unavailable: 'The database is not available.',
  })
  async open(
    @Body() body: CheckoutDto,
    @CurrentExchange() exchange: Exchange,
    @IdempotencyKey() idempotencyKey?: string,
  ): Promise<OpenedCheckout> {
    const base = this.address.baseFor(exchange, '/checkout');
    const secret = this.cookie.read(exchange.headers.cookie, base) ?? this.cookie.make();
    const { opened, replayed } = await this.checkout.open(body, secret, base, idempotencyKey);
    // A key may be guessed: it replays the address, and never the secret that binds the payment to the first browser.
    if (!replayed) exchange.response.appendHeader('set-cookie', this.cookie.header(secret, base));
    return opened;
  }

  @Get('options')
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'Get the pricing table of the /pricing page',
    description: 'With a pricing table, it sets the cookie that binds what is paid for to this browser.',
  })
  @ApiOkResponse({ type: CheckoutOptionsDto })
  @ApiProblems({ rate_limited: 'Too many requests from this address.' })
  options(@CurrentExchange() exchange: Exchange): CheckoutOptionsDto {
    const [id, publishableKey] = [
      this.settings.get('STRIPE_PRICING_TABLE_ID'),
      this.settings.get('STRIPE_PUBLISHABLE_KEY'),
    ];
    if (id === undefined || publishableKey === undefined) return { pricingTable: null };
    const base = this.address.baseFor(exchange, '/checkout/options');
    const secret = this.cookie.read(exchange.headers.cookie, base) ?? this.cookie.make();
    exchange.response.appendHeader('set-cookie', this.cookie.header(secret, base));
    const script = pricingTableScript(this.settings.get('STRIPE_API_BASE'));
    return { pricingTable: { script, id, publishableKey, clientReferenceId: referenceOf(secret) } };
  }

  @Get('return')
  @UseFilters(HtmlProblemFilter)
  @ApiOperation({
    summary: 'Checkout return URL',
    description:
      'A page. After payment it shows the token once, in the browser that began the checkout. Reloading is safe.',
  })
  @ApiQuery({ name: 'session_id', description: 'Set by Stripe.', example: 'cs_test_a1b2c3' })
  @ApiResponse({
    status: 200,
    description: 'Paid: the token, or a note that it was shown already or that an email is on its way.',
    ...PAGE,
  })
  @ApiResponse({ status: 402, description: 'The payment is not settled yet.', ...PAGE })
  @ApiResponse({ status: 404, description: 'Not a checkout session of this browser.', ...PAGE })
  @ApiResponse({ status: 409, description: 'Not paid yet.', ...PAGE })
  @ApiResponse({ status: 410, description: 'Expired.', ...PAGE })
  @ApiResponse(TOO_MANY)
  @ApiResponse({
    status: 503,
    description: 'A dependency is not available; reload the page to continue.',
    ...PAGE,
  })
  async return(
    @Query('session_id') sessionId: unknown,
    @CurrentExchange() exchange: Exchange,
    @Res() _answered: unknown,
  ): Promise<void> {
    // HEAD is answered as GET is; it must not use up the one showing.
    if (exchange.method === 'HEAD')
      return exchange.send(200, { 'content-type': 'text/html; charset=utf-8' }, '');
    const base = this.address.baseFor(exchange, '/checkout/return');
    const outcome = await this.returning.arrive(sessionId, this.cookie.read(exchange.headers.cookie, base));
    const { status, page } = returnPage(outcome, base);
    sendPage(exchange, status, page);
  }

  @Get('link')
  @UseFilters(HtmlProblemFilter)
  @ApiOperation({
    summary: 'One-time link from an email',
    description: 'A page with a button. Loading it changes nothing.',
  })
  @ApiQuery({ name: 'token', description: 'The secret of the link.' })
  @ApiResponse({ status: 200, description: 'The button.', ...PAGE })
  @ApiResponse({ status: 404, description: 'No such link.', ...PAGE })
  @ApiResponse({ status: 410, description: 'Used or expired.', ...PAGE })
  @ApiResponse(TOO_MANY)
  async link(
    @Query('token') secret: unknown,
    @CurrentExchange() exchange: Exchange,
    @Res() _answered: unknown,
  ): Promise<void> {
    const { state, revokes } = await this.links.look(secret);
    const { status, page } = linkPage(state, String(secret), revokes);
    sendPage(exchange, status, page);
  }
}

/** Stripe's script for `<stripe-pricing-table>`, or that of the Stripe emulator. */
function pricingTableScript(apiBase: string | undefined): string {
  return apiBase === undefined
    ? 'https://js.stripe.com/v3/pricing-table.js'
    : `${new URL(apiBase).origin}/_sandbox/pricing-table.js`;
}
