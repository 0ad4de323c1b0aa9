import type { Finding } from '../../../platform/health/finding.js';
import { SKEW_PROBLEM_MS, SKEW_WARNING_MS } from './stripe-clock.js';

/** @param skewMs how far our clock is ahead of Stripe's; undefined when no answer showed it. */
export function examineClock(skewMs: number | undefined): Finding {
  const check = "The clock agrees with Stripe's";
  if (skewMs === undefined)
    return { check, level: 'warning', message: 'no answer of Stripe came fast enough to compare them' };
  const size = Math.abs(skewMs);
  const seconds = (size / 1_000).toFixed(1);
  if (size <= SKEW_WARNING_MS) return { check, level: 'ok', message: `within ${seconds} s` };
  return {
    check,
    level: size > SKEW_PROBLEM_MS ? 'problem' : 'warning',
    message: `this machine's clock is ${seconds} s ${skewMs > 0 ? 'ahead of' : 'behind'} Stripe's`,
    advice:
      'Keep the clock of each machine with NTP (chrony, systemd-timesyncd). At the edge of a billing period calls count for the wrong one, and beyond 300 s every webhook is refused.',
  };
}
