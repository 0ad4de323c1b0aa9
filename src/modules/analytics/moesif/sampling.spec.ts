import { describe, expect, it } from '@jest/globals';
import { Sampling } from './sampling.js';

const weigh = (config: unknown, random: number, call = {}): number => {
  const sampling = new Sampling(() => random);
  sampling.update(config);
  return sampling.weigh(call);
};

describe('Moesif’s sampling', () => {
  it('wants everything unless told otherwise', () => {
    expect(weigh(undefined, 0.99)).toBe(1);
    expect(weigh({ sample_rate: 100 }, 0.99)).toBe(1);
  });

  it('takes its share, and says what each stands for', () => {
    expect(weigh({ sample_rate: 25 }, 0.24)).toBe(4);
    expect(weigh({ sample_rate: 25 }, 0.25)).toBe(0);
    expect(weigh({ sample_rate: 30 }, 0)).toBe(3);
    expect(weigh({ sample_rate: 0 }, 0)).toBe(0);
  });

  it('goes by the user, else by the company, else overall', () => {
    const config = { sample_rate: 100, user_sample_rate: { u: 0 }, company_sample_rate: { c: 50 } };
    expect(weigh(config, 0.1, { userId: 'u', companyId: 'c' })).toBe(0);
    expect(weigh(config, 0.1, { userId: 'x', companyId: 'c' })).toBe(2);
    expect(weigh(config, 0.1, { userId: 'x' })).toBe(1);
  });
});
