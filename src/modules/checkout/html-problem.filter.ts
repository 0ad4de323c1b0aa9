import { type ArgumentsHost, Catch, type ExceptionFilter, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { exchangeOf } from '../../platform/http/exchange.js';
import { ProblemDetailsFilter } from '../../platform/http/problem-details.filter.js';
import { problemPage } from './pages/checkout-pages.js';
import { sendPage } from './pages/layout.js';

/** Errors on a page for people, as a page. */
@Catch()
@Injectable()
export class HtmlProblemFilter implements ExceptionFilter {
  constructor(private readonly problems: ProblemDetailsFilter) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(thrown, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  /** Also used for routes that are Fastify's own. */
  answer(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const exchange = exchangeOf(request);
    const { error, status } = this.problems.read(thrown, exchange);
    if (error.retryAfterSeconds !== undefined)
      void reply.header('retry-after', String(error.retryAfterSeconds));
    sendPage(reply, status, problemPage(status, exchange.id));
  }
}
