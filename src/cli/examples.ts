import type { Command } from 'commander';

/** By command; each as it follows `farebox`. */
export const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  'catalog plan': ['catalog plan', 'catalog plan --migrate'],
  'catalog apply': [
    'catalog apply',
    'catalog apply --migrate',
    'catalog apply --migrate-now --yes',
    'catalog apply --migrate-cancel',
    'catalog apply --show-secrets > secrets.txt',
  ],
  'catalog drift': ['catalog drift || echo "prices were changed in Stripe"'],
  'catalog import': ['catalog import --out monetization.yaml', 'catalog import > monetization.yaml'],
  'catalog price': ['catalog price standard 12500', 'catalog price standard 12500 --json'],
  doctor: ['doctor', 'doctor --json'],
  migrate: ['migrate', 'migrate --check'],
  'webhooks list': ['webhooks list', 'webhooks list --state parked --limit 10'],
  'webhooks replay': ['webhooks replay evt_1Abc evt_2Def', 'webhooks replay --parked'],
  'meter test': ['meter test test-service-calls', 'meter test test-service-calls --synthetic --timeout 2m'],
  'meter backtest': [
    'meter backtest test-service-calls --from 2026-10-01 --to 2026-11-01 --catalog changed.yaml',
  ],
  'usage report': ['usage report'],
  'usage reconcile': [
    'usage reconcile',
    'usage reconcile --customer cus_123 --all',
    'usage reconcile --json | jq .rows',
  ],
  'usage lost': ['usage lost', 'usage lost --json | jq .rows'],
  'usage resend': [
    'usage resend cus_123 api_calls 2026-11-01T00:00:00.000Z',
    'usage resend cus_123 api_calls 2026-11-01T00:00:00.000Z --yes',
  ],
  'usage waive': [
    'usage waive cus_123 api_calls 2026-11-01T00:00:00.000Z',
    'usage waive cus_123 api_calls 2026-11-01T00:00:00.000Z --cancel',
  ],
  'usage take-over': ['usage take-over'],
  'usage adjust': ['usage adjust cus_123 api_calls 2026-11-01T00:00:00.000Z'],
  'usage bill-late': ['usage bill-late cus_123 api_calls 2026-10-01T00:00:00.000Z'],
  'ledger parked list': ['ledger parked list', 'ledger parked list --json | jq length'],
  'ledger parked release': [
    'ledger parked release 019a9f3e-2c7b-7d15-9a40-3f7d2b1c8e55',
    'ledger parked release --all',
  ],
  'ledger parked discard': ['ledger parked discard 019a9f3e-2c7b-7d15-9a40-3f7d2b1c8e55 --yes'],
  'token issue': [
    'token issue --account ada@example.com',
    'token issue --account cus_123 --name "Build server" --user grace',
  ],
  'token revoke': ['token revoke 019a9f3e-2c7b-7d15-9a40-3f7d2b1c8e55'],
  'token list': ['token list --account ada@example.com'],
  'accounts list': ['accounts list', 'accounts list --limit 1000 --json'],
  completion: [
    'completion bash >> ~/.bashrc',
    'completion zsh >> ~/.zshrc',
    'completion fish > ~/.config/fish/completions/farebox.fish',
  ],
};

/** For the program itself: the first commands of a new user. */
const FIRST = [
  'doctor',
  'catalog apply --json',
  'webhooks list --state parked',
  'token issue --account ada@example.com',
];

/** Puts examples under the help of every command; under that of a group, those of its commands. */
export function addExamples(program: Command): void {
  program.addHelpText('after', `${text(FIRST)}\n\n"farebox COMMAND --help" shows more of one command.`);
  for (const [path, command] of commandsOf(program)) {
    const examples = Object.entries(EXAMPLES).flatMap(([of, lines]) =>
      of === path || of.startsWith(`${path} `) ? lines : [],
    );
    if (examples.length > 0) command.addHelpText('after', text(examples));
  }
}

const text = (examples: readonly string[]): string =>
  ['', 'Examples:', ...examples.map((example) => `  npm run farebox -- ${example}`)].join('\n');

/** Every command below the program with its path: `catalog`, `catalog apply`. */
export function commandsOf(parent: Command, path = ''): [path: string, command: Command][] {
  return parent.commands.flatMap((command) => {
    const own = `${path}${command.name()}`;
    return [[own, command], ...commandsOf(command, `${own} `)] as [string, Command][];
  });
}
