import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { replaceFile } from '../../platform/processes/replace-file.js';
import { commandOf } from '../../platform/processes/process-table.js';
import type { Addresses } from './plan.js';

/** How long what is left of an earlier run may take to end by itself. */
const LEFTOVER_PATIENCE_MS = 10_000;

export interface RecordedProcess {
  name: string;
  pid: number;
  /** Stands in the process's command line, and in no other's: its proof that the number was not used again. */
  mark: string;
}

export interface RunRecord {
  launcherPid: number;
  addresses?: Addresses;
  /** Whether the catalog has been applied to the Stripe twin, in this run or an earlier one. */
  catalogApplied: boolean;
  /** It was told to end and is about to. */
  stopping?: boolean;
  /** Empty after an orderly end. */
  processes: RecordedProcess[];
}

export function readRecord(file: string): RunRecord | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as RunRecord;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export function writeRecord(file: string, record: RunRecord): void {
  replaceFile(file, `${JSON.stringify(record, null, 2)}\n`);
}

/**
 * Waits for what a killed launcher left: its children end by themselves, after finishing what is in flight. One that does
 * not end in time is killed.
 */
export async function outwaitLeftovers(
  processes: readonly RecordedProcess[],
  say: (message: string) => void,
  patienceMs = LEFTOVER_PATIENCE_MS,
): Promise<void> {
  const isLeft = ({ pid, mark }: RecordedProcess): boolean => commandOf(pid)?.includes(mark) ?? false;
  const startedAt = performance.now();
  let said = false;
  for (;;) {
    const left = processes.filter(isLeft);
    if (left.length === 0) return;
    const waited = performance.now() - startedAt;
    if (!said && waited > 300) {
      said = true;
      say(`Waiting for an earlier run to end (${left.map(({ name }) => name).join(', ')}) …`);
    }
    if (waited > patienceMs) {
      for (const { pid } of left) process.kill(pid, 'SIGKILL');
    }
    await delay(50);
  }
}
