import type { Answer } from './farebox.js';

/** A request of a `.http` file, as VS Code's REST client and JetBrains read it. */
export interface HttpFileRequest {
  /** Of `# @name`. */
  name?: string;
  method: string;
  /** With its `{{variables}}`, as its headers and body. */
  url: string;
  headers: Readonly<Record<string, string>>;
  body?: string;
}

/** `@name = value` lines, and the requests between `###`. @throws for a line that is none of what the format has. */
export function parseHttpFile(text: string): {
  variables: ReadonlyMap<string, string>;
  requests: HttpFileRequest[];
} {
  const variables = new Map<string, string>();
  const requests: HttpFileRequest[] = [];
  for (const block of text.split(/^###.*$/m)) {
    const found = parseBlock(block, variables);
    if (found) requests.push(found);
  }
  return { variables, requests };
}

function parseBlock(block: string, variables: Map<string, string>): HttpFileRequest | undefined {
  const [head = '', ...rest] = block.trim().split(/\n\s*\n(?=[{[])/);
  let name: string | undefined;
  let line: RegExpMatchArray | undefined;
  const headers: Record<string, string> = {};
  for (const text of head.split('\n').map((each) => each.trim())) {
    const named = text.match(/^(?:#|\/\/) @name (\w+)$/);
    const variable = text.match(/^@(\w+) *= *(.*)$/);
    const header = text.match(/^([\w-]+): (.+)$/);
    if (named) name = named[1];
    else if (text === '' || /^(?:#|\/\/)/.test(text)) continue;
    else if (variable) variables.set(variable[1] as string, variable[2] as string);
    else if (line === undefined && /^[A-Z]+ \S+$/.test(text))
      line = text.match(/^([A-Z]+) (\S+)$/) ?? undefined;
    else if (line && header) headers[header[1] as string] = header[2] as string;
    else throw new Error(`this is no line of a .http file: ${text}`);
  }
  if (!line) return undefined;
  return {
    ...(name === undefined ? {} : { name }),
    method: line[1] as string,
    url: line[2] as string,
    headers,
    ...(rest.length > 0 ? { body: rest.join('\n\n') } : {}),
  };
}

/**
 * Fills `{{variable}}`, `{{$timestamp}}` and `{{name.response.body.$.field}}`.
 * @throws for what is not there, as the editors show it unresolved.
 */
export function resolveVariables(
  text: string,
  variables: ReadonlyMap<string, string>,
  answers: ReadonlyMap<string, Answer>,
): string {
  return text.replace(/\{\{(.+?)\}\}/g, (_all, expression: string) => {
    const answered = expression.match(/^(\w+)\.response\.body\.\$\.(\w+)$/);
    const value = answered
      ? answers.get(answered[1] as string)?.json[answered[2] as string]
      : expression === '$timestamp'
        ? String(Math.floor(Date.now() / 1_000))
        : variables.get(expression);
    if (typeof value !== 'string') throw new Error(`nothing says what {{${expression}}} is`);
    return resolveVariables(value, variables, answers);
  });
}
