import { createInterface } from 'node:readline/promises';
import { UsageError } from './output.js';

export interface ConfirmOptions {
  json?: boolean;
  /** Answers for scripts. */
  yes?: boolean;
}

/** The place of question and answer: the terminal, by default. */
export interface Terminal {
  interactive: boolean;
  ask(question: string): Promise<string>;
}

const TERMINAL: Terminal = {
  interactive: process.stdin.isTTY === true && process.stderr.isTTY === true,
  ask: async (question) => {
    const lines = createInterface({ input: process.stdin, output: process.stderr });
    try {
      return await lines.question(question);
    } finally {
      lines.close();
    }
  },
};

/**
 * Asks before money moves. Without a terminal there is no answer: then `--yes` is required.
 * @throws {UsageError} when the answer is no, or cannot be given.
 */
export async function confirm(
  summary: string,
  { yes, json }: ConfirmOptions,
  terminal: Terminal = TERMINAL,
): Promise<void> {
  if (yes) return;
  if (json || !terminal.interactive)
    throw new UsageError(`${summary}\nNothing was changed. Pass --yes to confirm.`);
  const answer = await terminal.ask(`${summary}\nContinue? [y/N] `);
  if (!/^y(es)?$/i.test(answer.trim())) throw new UsageError('Nothing was changed.');
}

/** The same for commands that scripts have always called without `--yes`: the question comes at a terminal alone. */
export async function confirmAtTerminal(
  summary: string,
  options: ConfirmOptions,
  terminal: Terminal = TERMINAL,
): Promise<void> {
  if (options.json || !terminal.interactive) return;
  await confirm(summary, options, terminal);
}
