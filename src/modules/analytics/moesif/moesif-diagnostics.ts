import { Injectable } from '@nestjs/common';
import { Settings } from '../../../platform/config/settings.js';
import type { Finding } from '../../../platform/health/finding.js';
import { AnalyticsDiagnostics } from '../analytics-gateway.js';

const CHECK = 'Moesif accepts the application id';
const TIMEOUT_MS = 10_000;

/** Requests the collector's configuration from Moesif: it needs a valid application id and stores nothing. */
@Injectable()
export class MoesifDiagnostics extends AnalyticsDiagnostics {
  constructor(private readonly settings: Settings) {
    super();
  }

  override async examine(): Promise<Finding[]> {
    const applicationId = this.settings.get('MOESIF_APPLICATION_ID');
    if (applicationId === undefined) {
      return [
        {
          check: CHECK,
          level: 'warning',
          message: 'MOESIF_APPLICATION_ID is not set: analytics is off',
          advice: 'Set it to the Collector Application Id from Moesif.',
        },
      ];
    }
    const base = this.settings.get('MOESIF_BASE_URI') ?? 'https://api.moesif.net';
    try {
      const answer = await fetch(`${base}/v1/config`, {
        headers: { 'x-moesif-application-id': applicationId },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      await answer.arrayBuffer();
      if (answer.ok) return [{ check: CHECK, level: 'ok', message: 'accepted' }];
      return [
        {
          check: CHECK,
          level: 'problem',
          message: `Moesif answered ${answer.status}`,
          advice: 'Check MOESIF_APPLICATION_ID.',
        },
      ];
    } catch {
      return [
        {
          check: CHECK,
          level: 'problem',
          message: 'Moesif cannot be reached',
          advice: 'Check the network and, if set, MOESIF_BASE_URI.',
        },
      ];
    }
  }
}
