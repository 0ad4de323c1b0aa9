import { Get, ServiceUnavailableException } from '@nestjs/common';
import { ApiExcludeController } from '../http/openapi.js';
import {
  HealthCheck,
  HealthCheckService,
  HealthIndicatorService,
  type HealthCheckResult,
} from '@nestjs/terminus';
import { Database } from '../database/database.js';
import { Shutdown } from '../lifecycle/shutdown.js';
import { Readiness } from './readiness.js';
import { Public } from '../identity/public.decorator.js';
import { CurrentExchange, type Exchange } from '../http/exchange.js';
import { OwnController } from '../http/own-routes.js';

@ApiExcludeController()
@Public()
@OwnController('health', 'health')
export class HealthController {
  constructor(
    private readonly checks: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly database: Database,
    private readonly shutdown: Shutdown,
    private readonly readiness: Readiness,
  ) {}

  /** The process runs. Fails only when it hangs: restart it then. */
  @Get('live')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** The process can serve: send it traffic. Says why not. */
  @Get('ready')
  // The controller is in no document; with this on, terminus would load all of Swagger.
  @HealthCheck({ noCache: true, swaggerDocumentation: false })
  async ready(@CurrentExchange() exchange: Exchange): Promise<HealthCheckResult> {
    try {
      return await this.checks.check([
        () => this.databaseAnswers(),
        () => this.notShuttingDown(),
        ...[...this.readiness.checks].map(([name, check]) => () => {
          const problem = check();
          const indicator = this.indicators.check(name);
          return problem === undefined ? indicator.up() : indicator.down({ message: problem });
        }),
        ...[...this.readiness.warnings].map(([name, check]) => () => {
          const message = check();
          return this.indicators.check(name).up(message === undefined ? {} : { message });
        }),
      ]);
    } catch (error) {
      // "Not ready" is a valid response, with its reasons, and no failure of ours.
      if (!(error instanceof ServiceUnavailableException)) throw error;
      exchange.response.statusCode = 503;
      exchange.response.setHeader('retry-after', '1');
      return error.getResponse() as HealthCheckResult;
    }
  }

  private async databaseAnswers() {
    const indicator = this.indicators.check('database');
    try {
      await this.database.ping();
      return indicator.up();
    } catch {
      return indicator.down({ message: 'PostgreSQL does not answer; the log says why' });
    }
  }

  private notShuttingDown() {
    const indicator = this.indicators.check('process');
    return this.shutdown.inProgress ? indicator.down({ message: 'shutting down' }) : indicator.up();
  }
}
