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
  Post,
  UnauthorizedException,
  ValidationPipe,
} from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE, Reflector } from '@nestjs/core';
import { InjectRepository, TypeOrmModule } from '@nestjs/typeorm';
import {
  CurrentCall,
  CurrentPrincipal,
  FareboxModule,
  type FareboxEvents,
  type MeteredCall,
  Monetized,
  OnFarebox,
  type Principal,
} from 'farebox';
import { map, type Observable } from 'rxjs';
import { Column, Entity, PrimaryGeneratedColumn, type Repository } from 'typeorm';

/** A table of the host, under a name that Farebox has a table of as well. */
@Entity('accounts')
export class UserEntity {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: 'text', unique: true })
  name!: string;

  /** The customer of Farebox. */
  @Column({ type: 'text' })
  customer!: string;
}

interface HostRequest {
  headers: Record<string, string | undefined>;
  hostUser?: string;
}

/** The host's sign-in, as simple as can be: a header. Only on controllers of its own. */
@Injectable()
class HostGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    if (!this.reflector.get<boolean>('hosts', context.getClass())) return true;
    const request = context.switchToHttp().getRequest<HostRequest>();
    const user = request.headers['x-user'];
    if (user === undefined) throw new UnauthorizedException('who are you?');
    request.hostUser = user;
    return true;
  }
}

const Hosts = (): ClassDecorator => (target) => Reflect.defineMetadata('hosts', true, target);

interface HostReply {
  status(code: number): HostReply;
  send(body: object): void;
}

@Catch(HttpException)
class HostFilter implements ExceptionFilter {
  catch(error: HttpException, host: ArgumentsHost): void {
    host.switchToHttp().getResponse<HostReply>().status(error.getStatus()).send({ hosts: error.message });
  }
}

@Injectable()
class HostInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((value: unknown) => (typeof value === 'string' ? `${value}!` : value)));
  }
}

@Injectable()
class Users {
  constructor(@InjectRepository(UserEntity) private readonly users: Repository<UserEntity>) {}

  async add(name: string, customer: string): Promise<void> {
    await this.users.save({ name, customer });
  }

  async customerOf(name: string): Promise<string | undefined> {
    return (await this.users.findOneBy({ name }))?.customer;
  }
}

@Module({ imports: [TypeOrmModule.forFeature([UserEntity])], providers: [Users], exports: [Users] })
class UsersModule {}

@Hosts()
@Controller({ path: 'weather', version: '1' })
class WeatherController {
  @Get()
  @Monetized()
  now(@CurrentPrincipal() { user }: Principal, @CurrentCall() call: MeteredCall): string {
    call.addUnits(3);
    return `sunny for ${user}`;
  }

  @Get('free')
  free(): string {
    return 'free';
  }
}

@Controller({ path: 'users', version: '1' })
class UsersController {
  constructor(private readonly users: Users) {}

  @Post()
  async add(@Body() { name, customer }: { name: string; customer: string }): Promise<{ name: string }> {
    await this.users.add(name, customer);
    return { name };
  }
}

@Injectable()
class Heard {
  readonly events: FareboxEvents['account.opened'][] = [];

  @OnFarebox('account.opened')
  async opened(event: FareboxEvents['account.opened']): Promise<void> {
    this.events.push(event);
  }
}

@Controller({ path: 'heard', version: '1' })
class HeardController {
  constructor(private readonly heard: Heard) {}

  @Get()
  all(): object[] {
    return this.heard.events;
  }
}

@Controller()
class HomeController {
  @Get()
  home(): string {
    return 'the home of the host';
  }
}

@Module({
  imports: [
    ConfigModule.forRoot({ isGlobal: true }),
    TypeOrmModule.forRootAsync({
      inject: [ConfigService],
      useFactory: (config: ConfigService) => ({
        type: 'postgres' as const,
        url: config.getOrThrow<string>('DATABASE_URL'),
        entities: [UserEntity],
        synchronize: true,
      }),
    }),
    UsersModule,
    FareboxModule.forRootAsync({
      imports: [UsersModule],
      inject: [ConfigService, Users],
      useFactory: (config: ConfigService, users: Users) => ({
        stripe: {
          key: config.getOrThrow<string>('STRIPE_KEY'),
          apiBase: config.get<string>('STRIPE_API_BASE'),
          webhookSecret: config.get<string>('STRIPE_WEBHOOK_SECRET'),
        },
        tokenSecret: config.getOrThrow<string>('TOKEN_SECRET'),
        database: { url: config.getOrThrow<string>('DATABASE_URL') },
        catalog: config.get<string>('CATALOG'),
        routes: { prefix: 'billing', portal: false },
        principal: async ({ hostUser }: HostRequest) => {
          const customer = hostUser === undefined ? undefined : await users.customerOf(hostUser);
          return customer === undefined ? null : { customer, user: hostUser };
        },
        settings: { FAREBOX_HOME: config.get<string>('FAREBOX_HOME') },
      }),
    }),
  ],
  controllers: [WeatherController, UsersController, HeardController, HomeController],
  providers: [
    Heard,
    { provide: APP_GUARD, useClass: HostGuard },
    { provide: APP_PIPE, useValue: new ValidationPipe({ transform: true }) },
    { provide: APP_FILTER, useClass: HostFilter },
    { provide: APP_INTERCEPTOR, useClass: HostInterceptor },
  ],
})
export class AppModule {}
