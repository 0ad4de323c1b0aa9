import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type ArgumentsHost,
  Body,
  type CallHandler,
  type CanActivate,
  Catch,
  Controller,
  type ExceptionFilter,
  type ExecutionContext,
  Get,
  HttpException,
  Injectable,
  Module,
  type NestInterceptor,
  ParseIntPipe,
  Post,
  Query,
  UnauthorizedException,
  VersioningType,
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map } from 'rxjs';
import {
  CurrentCall,
  CurrentPrincipal,
  FareboxModule,
  isFareboxRoute,
  type FareboxEvents,
  type FareboxOptions,
  type Mail,
  Mailer,
  type MeteredCall,
  Monetized,
  OnFarebox,
  type Principal,
} from '../../../src/index.js';
import { settingsOf } from '../../../src/farebox-options.js';
import {
  type Answer,
  type Farebox,
  newPerson,
  post,
  query,
  request,
  startFarebox,
} from '../../support/farebox.js';
import { until } from '../../support/processes.js';

/** The users of the host, by the names that they send: the host's own sign-in, as simple as can be. */
const customers = new Map<string, string>();

@Injectable()
class HostsGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (isFareboxRoute(context) || context.getClass() === HomeController) return true;
    const { headers } = context.switchToHttp().getRequest<FastifyRequest>();
    if (headers['x-user'] === undefined) throw new UnauthorizedException('who are you?');
    return true;
  }
}

@Catch(HttpException)
class HostsFilter implements ExceptionFilter {
  catch(error: HttpException, host: ArgumentsHost): void {
    void host
      .switchToHttp()
      .getResponse<FastifyReply>()
      .code(error.getStatus())
      .send({ hosts: error.message });
  }
}

@Injectable()
class HostsInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler) {
    return next.handle().pipe(map((value: unknown) => (typeof value === 'string' ? `${value}!` : value)));
  }
}

@Controller({ path: 'weather', version: '1' })
class WeatherController {
  @Get()
  @Monetized()
  paid(@CurrentPrincipal() { customerId, user }: Principal, @CurrentCall() call: MeteredCall): string {
    call.addUnits(2);
    return `sunny for ${user} of ${customerId}`;
  }

  @Get('days')
  @Monetized()
  days(@Query('n', ParseIntPipe) n: number): string {
    return `${n} days`;
  }
}

@Controller({ path: 'free', version: '1' })
class FreeController {
  @Get()
  free(): string {
    return 'free';
  }

  @Post()
  echo(@Body() body: unknown): unknown {
    return body;
  }

  @Get('refuses')
  refuses(): never {
    throw new HttpException('no', 418);
  }
}

@Controller()
class HomeController {
  @Get()
  home(): string {
    return 'the home of the host';
  }
}

@Injectable()
class Listener {
  readonly opened: FareboxEvents['account.opened'][] = [];

  @OnFarebox('account.opened')
  onOpened(message: FareboxEvents['account.opened']): void {
    this.opened.push(message);
  }
}

@Injectable()
class Mails {
  readonly sent: Mail[] = [];
}

@Module({ providers: [Mails], exports: [Mails] })
class MailsModule {}

@Injectable()
class HostsMailer extends Mailer {
  override readonly enabled = true;

  constructor(private readonly mails: Mails) {
    super();
  }

  override async send(mail: Mail): Promise<void> {
    this.mails.sent.push(mail);
  }
}

let farebox: Farebox;
let app: NestFastifyApplication;
let url: string;

const optionsFor = ({ env }: Farebox): FareboxOptions => ({
  stripe: { key: env['STRIPE_KEY'] ?? '', apiBase: env['STRIPE_API_BASE'] },
  tokenSecret: env['TOKEN_SECRET'] ?? '',
  database: { url: env['DATABASE_URL'] },
  catalog: env['CATALOG'],
  routes: { prefix: 'billing', portal: false, admin: false },
  principal: ({ headers }: FastifyRequest) => {
    const customer = customers.get(String(headers['x-user']));
    return customer === undefined ? null : { customer, user: String(headers['x-user']) };
  },
  settings: { FAREBOX_HOME: env['FAREBOX_HOME'], LOG_LEVEL: 'silent', REPORT_INTERVAL: '1h' },
});

beforeAll(async () => {
  farebox = await startFarebox();
  // The host takes its place on the same database.
  await farebox.app.kill('SIGTERM');

  @Module({
    imports: [
      FareboxModule.forRootAsync({
        imports: [MailsModule],
        useFactory: async () => optionsFor(farebox),
        overrides: [{ provide: Mailer, useClass: HostsMailer }],
      }),
      MailsModule,
    ],
    controllers: [WeatherController, FreeController, HomeController],
    providers: [
      Listener,
      { provide: APP_GUARD, useClass: HostsGuard },
      { provide: APP_FILTER, useClass: HostsFilter },
      { provide: APP_INTERCEPTOR, useClass: HostsInterceptor },
    ],
  })
  class HostModule {}

  app = await NestFactory.create<NestFastifyApplication>(HostModule, new FastifyAdapter(), {
    logger: false,
    abortOnError: false,
  });
  app.setGlobalPrefix('api');
  app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' });
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
  await until(async () => (await fetch(`${url}/api/billing/health/ready`)).ok);
});

afterAll(async () => {
  await app?.close();
  await farebox?.stop();
});

const get = (path: string, headers: Record<string, string> = {}): Promise<Answer> =>
  request(`${url}/api${/^\/(weather|free)/.test(path) || path === '' ? '/v1' : ''}${path}`, { headers });
const register = (body: object): Promise<Answer> => post(`${url}/api/billing/register`, body);
const rowsOf = (customerId: unknown) =>
  query(farebox, 'select route, units, user_id, status from calls where customer_id = $1', [customerId]);

describe('a Nest application that imports FareboxModule', () => {
  let person: Readonly<Record<string, unknown>>;

  beforeAll(async () => {
    person = (await register(newPerson())).json;
    customers.set('ada', String(person['customerId']));
  });

  it('has our routes behind its prefix and ours, without its version, and none elsewhere', async () => {
    const account = await get('/billing/account', { authorization: `Bearer ${String(person['jwt'])}` });
    expect(account.json).toMatchObject({ plan: 'standard' });
    expect((await get('/billing/plans')).status).toBe(200);
    for (const path of ['/plans', '/register', '/api/v1/plans', '/account'])
      expect((await request(`${url}${path}`)).status).toBe(404);
  });

  it('keeps its own page at /, and has none of the routes that it left out', async () => {
    expect((await get('')).text).toBe('the home of the host!');
    expect((await get('/billing/admin/accounts')).json).toEqual({
      hosts: expect.stringMatching(/^Cannot GET/),
    });
    expect((await get('/billing/dashboard')).status).toBe(404);
  });

  it('prices its own routes, for callers that its guard and its resolver know', async () => {
    const answer = await get('/weather', { 'x-user': 'ada' });
    expect(answer.text).toBe(`sunny for ada of ${String(person['customerId'])}!`);
    expect(await rowsOf(person['customerId'])).toEqual([
      { route: '/api/v1/weather', units: '2', user_id: 'ada', status: 200 },
    ]);
  });

  it('is asked who calls only after its own guard, and refuses whom it does not know as a problem', async () => {
    expect((await get('/weather')).json).toEqual({ hosts: 'who are you?' });
    const stranger = await get('/weather', { 'x-user': 'nobody' });
    expect(stranger.json).toMatchObject({ status: 401, code: 'token_missing' });
    expect(await rowsOf(person['customerId'])).toHaveLength(1);
  });

  it('answers its own errors, bodies and free routes as before', async () => {
    const headers = { 'x-user': 'ada' };
    expect((await get('/free', headers)).text).toBe('free!');
    expect((await get('/free/refuses', headers)).json).toEqual({ hosts: 'no' });
    // Our pipe would refuse what no DTO knows.
    const echo = await post(`${url}/api/v1/free`, { anything: [1, null] }, headers);
    expect(echo.json).toEqual({ anything: [1, null] });
    expect((await get('/weather/days?n=x', headers)).json).toEqual({
      hosts: 'Validation failed (numeric string is expected)',
    });
  });

  it('gets problem details from our routes alone', async () => {
    const refused = await register({ email: 'no' });
    expect(refused.headers.get('content-type')).toMatch('application/problem+json');
    expect(refused.json).toMatchObject({ status: 400, code: 'validation_failed' });
  });

  it('hears of what happens, in its own class', async () => {
    await until(() => app.get(Listener).opened.some(({ customerId }) => customerId === person['customerId']));
  });

  it('has its own class for a port, with what that needs', () => {
    expect(app.get(Mailer, { strict: false })).toBeInstanceOf(HostsMailer);
  });
});

describe('FareboxModule refuses', () => {
  it('options that cannot be, by their paths and without their values', () => {
    const options: FareboxOptions = {
      stripe: { key: 'sk_wrong' },
      tokenSecret: 'short',
      settings: { REPORT_INTERVAL: 'often' },
    };
    expect(() => settingsOf(options)).toThrow(
      /^FareboxModule cannot be used[^]*stripe\.key must be[^]*tokenSecret must be[^]*settings\.REPORT_INTERVAL must/,
    );
    expect(() => settingsOf(options)).not.toThrow(/sk_wrong|short|often/);
  });

  it('another class for what is no port', () => {
    expect(() =>
      FareboxModule.forRoot({
        stripe: { key: 'sk_test_1' },
        tokenSecret: 'x'.repeat(32),
        overrides: [{ provide: Mails, useClass: Mails }],
      }),
    ).toThrow(/^overrides: Mails is no port of Farebox\. These are: AnalyticsGateway,.*Mailer/);
  });

  it('a listener to what does not happen', () => {
    const misspelt = 'account.openend' as 'account.opened';
    expect(() => OnFarebox(misspelt)({}, 'on', {} as never)).toThrow(
      /there is no such event.*account\.opened/,
    );
  });
});
