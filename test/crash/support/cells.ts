import { AFTER, BEFORE } from '../../e2e/answers/ways.controller.js';
import { titleOf, type Way, waysOf } from '../../e2e/answers/ways.js';

/** What every call counts before its handler runs (ways-app.js). */
const WAITING = 3;

export type Signal = 'SIGTERM' | 'SIGKILL';

/** One cell of the table: a way to answer, and where the call is when the signal comes. */
export interface Cell {
  way: Way;
  key: string | undefined;
  /** `before`: nothing was answered. `between`: the first byte was, and not the last. `after`: all of it. */
  waits: 'before' | 'between' | 'after';
  /** Whether it goes on when the process is asked to end; otherwise never. */
  goesOn: boolean;
  /** The caller hangs up while it waits. */
  leaves: boolean;
}

const BOTH = [false, true];

export const cellsOf = (signal: Signal): Cell[] =>
  waysOf('fastify').flatMap((way) =>
    (['before', ...(way.pauses ? (['between'] as const) : []), 'after'] as const).flatMap((waits) =>
      (signal === 'SIGTERM' ? BOTH : [false]).flatMap((goesOn) =>
        (waits === 'after' ? [false] : BOTH).flatMap((leaves) =>
          BOTH.map((keyed) => cellOf({ way, waits, goesOn, leaves, key: undefined }, keyed && signal)),
        ),
      ),
    ),
  );

function cellOf(cell: Cell, keyed: Signal | false): Cell {
  return keyed ? { ...cell, key: `${keyed}-${titleOfCell(cell).replaceAll(/\W+/g, '-')}` } : cell;
}

export function titleOfCell({ way, key, waits, goesOn, leaves }: Cell): string {
  const where = {
    before: 'before it answers',
    between: 'after its first byte',
    after: 'when it has answered',
  };
  return [
    titleOf(way),
    key === undefined ? 'without a key' : 'with a key',
    where[waits],
    ...(leaves ? ['its caller has left'] : []),
    goesOn ? 'goes on' : 'does not go on',
  ].join(', ');
}

export interface Outcome {
  /** One of these statuses in the one row that there is. */
  statuses: readonly number[];
  /** There may be no row; without a status, there is none. */
  none?: boolean;
  units: { least: number; most: number };
  /** What the caller has: the status, or nothing when there was no head; and whether the connection broke. */
  seen: number | undefined;
  end: 'complete' | 'cut';
}

export function outcomeOf(cell: Cell, signal: Signal): Outcome {
  const { way, waits, goesOn, leaves } = cell;
  const { status, parts = 0 } = way;
  const late = leaves ? AFTER : 0;
  const answered = waits === 'after' || (goesOn && !leaves);
  const exactly = (units: number): Outcome['units'] => ({ least: units, most: units });
  if (answered) {
    const seen = waits === 'before' && way.headFirst ? 200 : status;
    const end = way.breaks ? 'cut' : 'complete';
    return { statuses: [seen], units: exactly(WAITING + BEFORE + parts + (goesOn ? AFTER : 0)), seen, end };
  }
  if (waits === 'between')
    return {
      statuses: [status],
      units: {
        least: WAITING + BEFORE + (parts && 1) + late,
        most: WAITING + BEFORE + (goesOn ? parts : parts && 1) + late,
      },
      seen: status,
      end: 'cut',
    };
  const head = way.headFirst ? 200 : undefined;
  // What a handler makes of an answer that nobody waits for is its own, and what is never answered is 499.
  if (goesOn)
    return {
      statuses: head ? [head] : [status, 499, 500],
      units: { least: WAITING + AFTER, most: WAITING + BEFORE + parts + AFTER },
      seen: head,
      end: 'cut',
    };
  const cutOff = signal === 'SIGTERM' ? [503] : [];
  // Who has left is waited for: a kill that comes a minute later, on a busy machine, finds the row of 499.
  const statuses = head ? [head] : leaves ? [499] : cutOff;
  const most = statuses.length > 0 ? WAITING + late : 0;
  const none = signal === 'SIGKILL' && !head;
  return { statuses, none, units: { least: none ? 0 : most, most }, seen: head, end: 'cut' };
}

/** Whether the same call again is answered with what was answered. */
export const isKept = ({ way, key, waits, goesOn }: Cell, status: unknown): boolean =>
  key !== undefined && way.kept && status === way.status && (goesOn || waits === 'after');
