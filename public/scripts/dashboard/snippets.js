/** @typedef {import('./metered-endpoints.js').Endpoint} Endpoint */

/**
 * A first call of an endpoint, to paste. The token is read from the environment: what is pasted into a file or a chat
 * holds no secret.
 *
 * @type {Record<string, (endpoint: Endpoint, origin: string) => string>}
 */
export const SNIPPETS = {
  curl: ({ method, path, body }, origin) =>
    [
      `export FAREBOX_TOKEN='paste your token'`,
      '',
      `curl ${method === 'GET' ? '' : `-X ${method} `}'${origin}${path}' \\`,
      `  -H "Authorization: Bearer $FAREBOX_TOKEN"${body === null ? '' : ` \\`}`,
      ...(body === null
        ? []
        : [`  -H 'content-type: application/json' \\`, `  -d '${body.replaceAll("'", String.raw`'\''`)}'`]),
    ].join('\n'),

  javascript: ({ method, path, body }, origin) =>
    [
      `const response = await fetch(${JSON.stringify(origin + path)}, {`,
      ...(method === 'GET' ? [] : [`  method: '${method}',`]),
      '  headers: {',
      '    authorization: `Bearer ${process.env.FAREBOX_TOKEN}`,',
      ...(body === null ? [] : [`    'content-type': 'application/json',`]),
      '  },',
      ...(body === null ? [] : [`  body: JSON.stringify(${body}),`]),
      '});',
      'if (!response.ok) throw new Error(await response.text());',
      'console.log(await response.text());',
    ].join('\n'),

  python: ({ method, path, body }, origin) =>
    [
      `import ${body === null ? '' : 'json, '}os, urllib.request`,
      '',
      'request = urllib.request.Request(',
      `    ${JSON.stringify(origin + path)},`,
      `    method="${method}",`,
      ...(body === null ? [] : [`    data=json.dumps(${pythonOf(body)}).encode(),`]),
      `    headers={"Authorization": "Bearer " + os.environ["FAREBOX_TOKEN"]${body === null ? '' : `, "Content-Type": "application/json"`}},`,
      ')',
      'with urllib.request.urlopen(request) as response:',
      '    print(response.read().decode())',
    ].join('\n'),
};

/**
 * JSON as Python writes it.
 *
 * @param {string} json
 */
function pythonOf(json) {
  return json.replaceAll(/"(?:[^"\\]|\\.)*"|\b(?:true|false|null)\b/g, (part) =>
    part.startsWith('"') ? part : ({ true: 'True', false: 'False', null: 'None' }[part] ?? part),
  );
}
