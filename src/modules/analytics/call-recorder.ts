import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Settings } from '../../platform/config/settings.js';
import type { Exchange } from '../../platform/http/exchange.js';
import { HttpExchanges } from '../../platform/http/http-exchanges.js';
import { RateLimit } from '../../platform/http/rate-limit.js';
import { AnalyticsGateway } from './analytics-gateway.js';
import { CallQueue } from './call-queue.js';
import { describeCall } from './describe-call.js';

/** Our own pages and probes: not calls of the API. */
const UNRECORDED =
  /^\/(?:$|health\/|metrics$|docs(?:\/|$|-)|openapi\.json$|favicon|styles\/|scripts\/|dashboard$)/;

/** Each event costs money at Moesif, and anyone can send requests that are refused. */
const STRANGERS_A_MINUTE = 300;

/**
 * With MOESIF_EVENTS=all: reports unpaid calls to analytics: refused ones, unknown paths, other routes. Best effort:
 * paid calls are in the ledger, and go through `ExchangeForwarder`.
 */
@Injectable()
export class CallRecorder implements OnModuleInit {
  private readonly strangers: RateLimit;

  constructor(
    private readonly exchanges: HttpExchanges,
    private readonly queue: CallQueue,
    private readonly gateway: AnalyticsGateway,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {
    this.strangers = new RateLimit(clock, STRANGERS_A_MINUTE);
  }

  onModuleInit(): void {
    if (!this.gateway.enabled || this.settings.get('MOESIF_EVENTS') !== 'all') return;
    this.exchanges.onAnswered((exchange) => this.record(exchange));
  }

  private record(exchange: Exchange): void {
    if (exchange.paid?.row || UNRECORDED.test(exchange.url.split('?', 1)[0] ?? '')) return;
    if (exchange.principal === undefined && this.strangers.waitFor('all') > 0) {
      this.queue.drop();
      return;
    }
    const answer = { status: exchange.response.statusCode, headers: exchange.answerHeaders };
    const call = describeCall(exchange, answer, this.clock, this.settings.origin);
    const weight = this.gateway.weigh(call);
    if (weight > 0) this.queue.add(this.gateway.encode(call, weight));
  }
}
