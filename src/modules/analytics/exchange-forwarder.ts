import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Settings } from '../../platform/config/settings.js';
import { Log } from '../../platform/logging/logger.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import { type LedgerLine, LedgerReading, type Park } from '../ledger/index.js';
import { AnalyticsGateway, CallsRefusedError } from './analytics-gateway.js';
import { describeCall } from './describe-call.js';
import { identify } from './identify.interceptor.js';
import { IdentityMapping } from './identity-mapping.js';
import { BATCH, bytesOf, callsOf, type Exchange, partsThatFit } from './exchange-batches.js';

/** When there are few calls, those of so many milliseconds are sent together. */
const LINGER_MS = 200;
const QUERY_DEADLINE_MS = 10_000;

/**
 * Sends the exchange of every paid call to the analytics provider: a consumer of the ledger. Calls that the provider
 * has not acknowledged stay there, so an outage costs only disk space. Delivery is at least once.
 */
@Injectable()
export class ExchangeForwarder implements OnModuleInit {
  private readonly log: Log;
  private readonly sent;
  private readonly parked;

  constructor(
    private readonly reading: LedgerReading,
    private readonly gateway: AnalyticsGateway,
    private readonly settings: Settings,
    private readonly clock: Clock,
    private readonly mapping: IdentityMapping,
    metrics: Metrics,
    log: Log,
  ) {
    this.log = log.named('analytics');
    this.sent = metrics.counter(
      'analytics_exchanges_sent_total',
      'Paid calls that the analytics provider took.',
    );
    this.parked = metrics.counter(
      'analytics_exchanges_parked_total',
      'Paid calls that the analytics provider refused.',
    );
    if (!gateway.enabled) return;
    metrics.gauge(
      'analytics_exchanges_lag_seconds',
      'Analytics lag: age of the oldest paid call that is not delivered yet.',
      () => reading.lagSeconds('exchanges'),
    );
  }

  onModuleInit(): void {
    if (!this.gateway.enabled) return;
    const { origin } = this.settings;
    this.reading.readExchanges({
      describe: (exchange, answer) => {
        // An application around us need not have the global interceptor.
        identify(exchange, this.mapping);
        return this.gateway.encode(describeCall(exchange, answer, this.clock, origin), 1);
      },
      limit: BATCH,
      lingerMs: LINGER_MS,
      deadlineMs: QUERY_DEADLINE_MS,
      deliver: (lines, park) => this.send(lines, park),
      failed: (error) => this.logFailure(error),
    });
  }

  private async send(lines: readonly LedgerLine[], park: Park): Promise<void> {
    for (const part of partsThatFit(lines)) {
      try {
        await this.gateway.send(part.flatMap(bytesOf));
      } catch (error) {
        if (!(error instanceof CallsRefusedError)) throw error;
        await this.sendHalves(part.flatMap(callsOf), error, park);
      }
    }
    this.sent.inc(lines.reduce((sum, { calls }) => sum + calls.length, 0));
  }

  /** When the provider refuses a batch for its content, the batch is halved until the invalid call is alone, and parked. */
  private async sendHalves(
    calls: readonly Exchange[],
    refusal: CallsRefusedError,
    park: Park,
  ): Promise<void> {
    const [only] = calls;
    if (only && calls.length === 1) {
      await park(only.callId, refusal.reason, only.text);
      this.logParked(only.callId, refusal);
      return;
    }
    const half = calls.length >> 1;
    for (const part of [calls.slice(0, half), calls.slice(half)]) {
      try {
        await this.gateway.send(part.flatMap(bytesOf));
      } catch (error) {
        if (!(error instanceof CallsRefusedError)) throw error;
        await this.sendHalves(part, error, park);
      }
    }
  }

  private logParked(callId: string, refusal: CallsRefusedError): void {
    this.parked.inc();
    this.log.error(
      'The analytics provider refuses a paid call for what is in it. It is kept in ledger_parked; billing does not depend on it. See: npm run farebox -- ledger parked list',
      { call: callId },
      refusal,
    );
  }

  private logFailure(error: unknown): void {
    this.log.warn(
      'The analytics provider does not take paid calls; they stay in the ledger and are sent again.',
      {},
      error,
    );
  }
}
