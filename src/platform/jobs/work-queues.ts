import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import type { Sql } from '../database/database.js';
import { DatabaseStartup } from '../database/database-startup.js';
import { Notifications } from '../database/notifications.js';
import { Role } from '../lifecycle/role.js';
import { Shutdown } from '../lifecycle/shutdown.js';
import { Sweep } from './sweep.js';
import { WorkQueue, type WorkQueueOptions } from './work-queue.js';

const CHANNEL = 'farebox_work';

/**
 * The work queues of this process. A wake is a notification of PostgreSQL, sent with the transaction that adds the
 * work: every process searches, and claims what no other has. A lost wake costs a minute at most, as the sweep wakes
 * each queue too.
 */
@Injectable()
export class WorkQueues implements OnModuleInit {
  private readonly named = new Map<string, WorkQueue[]>();
  /** Before that, other parts of this process are not up: work would fail and be postponed beyond the first sweep. */
  private isReady = false;

  constructor(
    protected readonly clock: Clock,
    private readonly sweep: Sweep,
    private readonly shutdown: Shutdown,
    private readonly notifications: Notifications,
    private readonly startup: DatabaseStartup,
    private readonly role: Role,
  ) {}

  onModuleInit(): void {
    this.notifications.listen(CHANNEL, {
      onPayload: (name) => {
        if (this.isReady) this.wakeNamed(name);
      },
      // Wakes may have been missed until now. While the connection is lost, this process still receives its own.
      onGap: () => {
        if (this.isReady && this.notifications.connected) for (const queue of this.queues()) queue.wake();
      },
    });
    this.startup.onReady(async () => {
      this.isReady = true;
    });
  }

  /** Wakes the queues of that name, in all processes, when the transaction of `tx` commits. */
  static async wake(tx: Sql, name: string): Promise<void> {
    await Notifications.notify(tx, CHANNEL, name);
  }

  /** Must be called while modules are initialised. Several queues may have one name. */
  open(options: WorkQueueOptions): WorkQueue {
    const { name } = options;
    const queue = this.create(options);
    // Without background work in this process it never begins: a wake makes other processes search.
    if (!this.role.runs('worker')) void queue.stop();
    const others = this.named.get(name);
    if (!others) this.sweep.register(name, async () => this.wakeNamed(name));
    this.named.set(name, [...(others ?? []), queue]);
    this.shutdown.beforeDrain(() => queue.stop());
    return queue;
  }

  /** Resolves when no queue is busy: one may wake another. */
  async idle(): Promise<void> {
    while (this.queues().some(({ busy }) => busy))
      await Promise.all(this.queues().map((queue) => queue.idle()));
  }

  protected create(options: WorkQueueOptions): WorkQueue {
    return new WorkQueue(options, () => this.clock.ms());
  }

  private queues(): WorkQueue[] {
    return [...this.named.values()].flat();
  }

  private wakeNamed(name: string): void {
    for (const queue of this.named.get(name) ?? []) queue.wake();
  }
}
