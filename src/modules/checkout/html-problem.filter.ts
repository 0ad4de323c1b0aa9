import { type ArgumentsHost, Catch, type ExceptionFilter, Injectable } from '@nestjs/common';
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
    const exchange = exchangeOf(host);
    const { error, status } = this.problems.read(thrown, exchange);
    if (error.retryAfterSeconds !== undefined)
      exchange.response.setHeader('retry-after', String(error.retryAfterSeconds));
    sendPage(exchange, status, problemPage(status, exchange.id));
  }
}
