import { Argument, type Command, type Option } from 'commander';
import { commandsOf } from './examples.js';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

/** A word that may come next, and its purpose. */
interface Word {
  word: string;
  description: string;
  /** The words that may follow an option. */
  choices?: readonly string[];
}

/** `farebox completion SHELL` prints a script with the words of all other commands. */
export function addCompletion(program: Command): void {
  program
    .command('completion')
    .description('print a completion script for your shell')
    .addArgument(new Argument('<shell>', 'which').choices(SHELLS))
    .action((shell: Shell) => {
      const words = wordsOf(program);
      const script = { bash: bashScript, zsh: zshScript, fish: fishScript }[shell](words);
      process.stdout.write(script);
    });
}

/** The words that may follow each command; the program itself is ''. */
function wordsOf(program: Command): Map<string, Word[]> {
  const every: [string, Command][] = [['', program], ...commandsOf(program)];
  return new Map(
    every.map(([path, command]) => [
      path,
      [
        ...command.commands.map((each) => ({ word: each.name(), description: each.description() })),
        ...command.registeredArguments.flatMap(({ argChoices = [] }) =>
          argChoices.map((word) => ({ word, description: '' })),
        ),
        ...command.options.map(ofOption),
        { word: '--help', description: 'show help' },
      ],
    ]),
  );
}

function ofOption({ long, flags, description, argChoices }: Option): Word {
  return { word: long ?? flags, description, ...(argChoices ? { choices: argChoices } : {}) };
}

function bashScript(words: ReadonlyMap<string, readonly Word[]>): string {
  const paths = [...words].map(
    ([path, list]) => `    '${path}') words='${list.map(({ word }) => word).join(' ')}' ;;`,
  );
  const choices = [...words].flatMap(([path, list]) =>
    list.flatMap((each) =>
      each.choices ? [`    '${path} ${each.word}') words='${each.choices.join(' ')}' ;;`] : [],
    ),
  );
  return `# farebox completion bash
_farebox() {
  local word command='' words='' current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}"
  for word in "\${COMP_WORDS[@]:1:$((COMP_CWORD - 1))}"; do
    case "$word" in -*) break ;; *) command="\${command:+$command }$word" ;; esac
  done
  case "$command $before" in
${choices.join('\n')}
  esac
  [ -n "$words" ] || while :; do
    case "$command" in
${paths.map((line) => `  ${line}`).join('\n')}
    *' '*) command="\${command% *}"; continue ;;
    *) command=''; continue ;;
    esac
    break
  done
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -F _farebox farebox
`;
}

/** zsh takes completions written for bash. */
function zshScript(words: ReadonlyMap<string, readonly Word[]>): string {
  return bashScript(words).replace(
    '# farebox completion bash\n',
    '# farebox completion zsh\nautoload -Uz compinit bashcompinit && compinit && bashcompinit\n',
  );
}

function fishScript(words: ReadonlyMap<string, readonly Word[]>): string {
  const lines = [...words].flatMap(([path, list]) => {
    const when = path === '' ? '__fish_use_subcommand' : conditionOf(path, list);
    return list.map(({ word, description, choices }) => {
      const what = word.startsWith('--') ? `-l ${word.slice(2)}` : `-a ${word}`;
      const then = choices ? ` -x -a ${quote(choices.join(' '))}` : '';
      return `complete -c farebox -f -n ${quote(when)} ${what}${then} -d ${quote(description)}`;
    });
  });
  return ['# farebox completion fish', ...lines, ''].join('\n');
}

/** All words of the path are there, and none of those that would lead further. */
function conditionOf(path: string, list: readonly Word[]): string {
  const seen = path.split(' ').map((word) => `__fish_seen_subcommand_from ${word}`);
  const further = list.map(({ word }) => word).filter((word) => !word.startsWith('-'));
  const not = further.length > 0 ? [`not __fish_seen_subcommand_from ${further.join(' ')}`] : [];
  return [...seen, ...not].join('; and ');
}

const quote = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`;
