import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { isEmail } from 'class-validator';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { RateLimits } from '../../platform/http/rate-limits.js';
import { BrowserCookie } from './browser-cookie.js';
import { CheckoutReturnService } from './checkout-return.service.js';
import { HtmlProblemFilter } from './html-problem.filter.js';
import { LinkRedemptionService } from './link-redemption.service.js';
import { linkPage, mailedPage, tokenPage } from './pages/checkout-pages.js';
import { sendPage } from './pages/layout.js';
import { SignInService } from './sign-in/sign-in.service.js';
import { signInPage, signInSentPage } from './pages/sign-in-pages.js';
import { PublicAddress } from '../../platform/http/public-address.js';

const BODY_LIMIT_BYTES = 4_096;
const MAX_EMAIL = 254;

type Form = Readonly<Record<string, string>>;

/**
 * The targets of the forms on our pages: routes of Fastify's own, as they take forms, which no route of the API does.
 * They work without JavaScript.
 */
@Injectable()
export class CheckoutForms implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly links: LinkRedemptionService,
    private readonly returning: CheckoutReturnService,
    private readonly signIn: SignInService,
    private readonly cookie: BrowserCookie,
    private readonly address: PublicAddress,
    private readonly problems: HtmlProblemFilter,
    private readonly limits: RateLimits,
  ) {}

  async onModuleInit(): Promise<void> {
    const fastify: FastifyInstance | undefined = this.host.httpAdapter?.getInstance<FastifyInstance>();
    await fastify?.register(async (scope) => {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser(
        'application/x-www-form-urlencoded',
        { parseAs: 'string', bodyLimit: BODY_LIMIT_BYTES },
        (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
      );
      scope.addHook('onRequest', async (request) => this.limits.takeVisit(request));
      scope.setErrorHandler((error, request, reply) => this.problems.answer(error, request, reply));
      scope.post<{ Body: Form | undefined }>('/checkout/link', (request, reply) =>
        this.redeem(request, reply, request.body?.['token']),
      );
      scope.get('/sign-in', (_request, reply) => {
        sendPage(reply, 200, signInPage());
        return reply;
      });
      scope.post<{ Body: Form | undefined }>('/sign-in/mail', (request, reply) =>
        this.sendSignIn(reply, request.body?.['email'] ?? ''),
      );
      scope.post<{ Body: Form | undefined }>('/checkout/link/mail', (request, reply) =>
        this.mail(request, reply, request.body ?? {}),
      );
    });
  }

  private async redeem(request: FastifyRequest, reply: FastifyReply, secret: unknown): Promise<FastifyReply> {
    const handedOut = await this.links.redeem(secret);
    if (typeof handedOut === 'string') {
      const { status, page } = linkPage(handedOut, String(secret));
      sendPage(reply, status, page);
    } else sendPage(reply, 200, tokenPage(handedOut, this.address.originFor(request)));
    return reply;
  }

  private async sendSignIn(reply: FastifyReply, email: string): Promise<FastifyReply> {
    const asked = email.trim();
    if (asked.length > MAX_EMAIL || !isEmail(asked)) sendPage(reply, 400, signInPage(asked));
    else {
      await this.signIn.sendLink(asked);
      sendPage(reply, 200, signInSentPage());
    }
    return reply;
  }

  /** For a used link, or for the browser that has paid. The mail goes to the account's address alone. */
  private async mail(request: FastifyRequest, reply: FastifyReply, form: Form): Promise<FastifyReply> {
    const browser = this.cookie.read(request.headers.cookie, this.address.originFor(request));
    if (form['token'] === undefined) await this.returning.mailAgain(form['session_id'], browser);
    else await this.links.mailAgain(form['token']);
    sendPage(reply, 200, mailedPage());
    return reply;
  }
}
