import { Get, Post, Res, UseFilters, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '../../platform/http/openapi.js';
import { isEmail } from 'class-validator';
import { CurrentExchange, type Exchange } from '../../platform/http/exchange.js';
import { OwnController } from '../../platform/http/own-routes.js';
import { PublicAddress } from '../../platform/http/public-address.js';
import { VisitorRateLimitGuard } from '../../platform/http/rate-limit.guards.js';
import { TakesRawBody } from '../../platform/http/raw-body.js';
import { Public } from '../auth/index.js';
import { BrowserCookie } from './browser-cookie.js';
import { CheckoutReturnService } from './checkout-return.service.js';
import { readForm } from './form-body.js';
import { HtmlProblemFilter } from './html-problem.filter.js';
import { LinkRedemptionService } from './link-redemption.service.js';
import { linkPage, mailedPage, tokenPage } from './pages/checkout-pages.js';
import { sendPage } from './pages/layout.js';
import { signInPage, signInSentPage } from './pages/sign-in-pages.js';
import { SignInService } from './sign-in/sign-in.service.js';

const MAX_EMAIL = 254;

/** The targets of the forms on our pages. They work without JavaScript. */
@ApiExcludeController()
@Public()
@UseGuards(VisitorRateLimitGuard)
@UseFilters(HtmlProblemFilter)
@OwnController('register')
export class CheckoutFormsController {
  constructor(
    private readonly links: LinkRedemptionService,
    private readonly returning: CheckoutReturnService,
    private readonly signIn: SignInService,
    private readonly cookie: BrowserCookie,
    private readonly address: PublicAddress,
  ) {}

  @Post('checkout/link')
  @TakesRawBody()
  async redeem(@CurrentExchange() exchange: Exchange, @Res() _answered: unknown): Promise<void> {
    const { token } = await readForm(exchange);
    const handedOut = await this.links.redeem(token);
    if (typeof handedOut === 'string') {
      const { status, page } = linkPage(handedOut, String(token));
      sendPage(exchange, status, page);
    } else sendPage(exchange, 200, tokenPage(handedOut, this.address.baseFor(exchange, '/checkout/link')));
  }

  @Get('sign-in')
  show(@CurrentExchange() exchange: Exchange, @Res() _answered: unknown): void {
    sendPage(exchange, 200, signInPage());
  }

  @Post('sign-in/mail')
  @TakesRawBody()
  async sendSignIn(@CurrentExchange() exchange: Exchange, @Res() _answered: unknown): Promise<void> {
    const { email = '' } = await readForm(exchange);
    const asked = email.trim();
    if (asked.length > MAX_EMAIL || !isEmail(asked)) return sendPage(exchange, 400, signInPage(asked));
    await this.signIn.sendLink(asked);
    sendPage(exchange, 200, signInSentPage());
  }

  /** For a used link, or for the browser that has paid. The mail goes to the account's address alone. */
  @Post('checkout/link/mail')
  @TakesRawBody()
  async mail(@CurrentExchange() exchange: Exchange, @Res() _answered: unknown): Promise<void> {
    const { token, session_id: sessionId } = await readForm(exchange);
    const base = this.address.baseFor(exchange, '/checkout/link/mail');
    const browser = this.cookie.read(exchange.headers.cookie, base);
    if (token === undefined) await this.returning.mailAgain(sessionId, browser);
    else await this.links.mailAgain(token);
    sendPage(exchange, 200, mailedPage());
  }
}
