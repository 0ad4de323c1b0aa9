import { Global, Module, type OnModuleInit } from '@nestjs/common';
import type pg from 'pg';
import { Shutdown } from '../lifecycle/shutdown.js';
import { Log } from '../logging/logger.js';
import { Settings } from '../config/settings.js';
import { Database } from './database.js';
import { DatabaseSource, HOST_POOL, SettingsDatabaseSource } from './database-source.js';
import { DatabaseStartup } from './database-startup.js';
import { Notifications } from './notifications.js';
import { Reports } from './reports.js';

@Global()
@Module({
  providers: [
    {
      provide: Database,
      useFactory: (log: Log, shutdown: Shutdown) => {
        const database = new Database(log.named('database'));
        shutdown.release(() => database.close());
        return database;
      },
      inject: [Log, Shutdown],
    },
    {
      provide: DatabaseSource,
      useFactory: (settings: Settings, pool?: pg.Pool) => new SettingsDatabaseSource(settings, pool),
      inject: [Settings, { token: HOST_POOL, optional: true }],
    },
    Notifications,
    DatabaseStartup,
    Reports,
  ],
  exports: [Database, DatabaseStartup, Notifications, Reports],
})
export class DatabaseModule implements OnModuleInit {
  constructor(
    private readonly startup: DatabaseStartup,
    private readonly notifications: Notifications,
    private readonly database: Database,
  ) {}

  onModuleInit(): void {
    this.startup.onOpen(() => this.notifications.start(this.database));
  }
}
