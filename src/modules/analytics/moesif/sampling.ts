import type { CallEvent } from '../analytics-gateway.js';

/** The sampling part of `GET /v1/config`, in percent. */
interface SamplingConfig {
  sample_rate?: number;
  user_sample_rate?: Readonly<Record<string, number>>;
  company_sample_rate?: Readonly<Record<string, number>>;
}

/**
 * Moesif's sampling: the share of events it wants, by user, else by company, else overall. An event that represents
 * others has a weight, `floor(100 / rate)`. Never applied to paid calls: each of those is billed.
 */
export class Sampling {
  private config: SamplingConfig = {};

  constructor(private readonly random: () => number = Math.random) {}

  /** Takes the service's answer; anything but a configuration changes nothing. */
  update(config: unknown): void {
    if (config !== null && typeof config === 'object') this.config = config;
  }

  /** 0: not wanted. */
  weigh({ userId, companyId }: Pick<CallEvent, 'userId' | 'companyId'>): number {
    const { sample_rate: overall, user_sample_rate: users, company_sample_rate: companies } = this.config;
    const rate = (userId && users?.[userId]) ?? (companyId && companies?.[companyId]) ?? overall ?? 100;
    if (typeof rate !== 'number' || rate >= 100) return 1;
    if (this.random() * 100 >= rate) return 0;
    return Math.floor(100 / rate);
  }
}
