import { analyse } from 'scslre';
import ts from 'typescript';

/**
 * The regular expressions in a source text whose time grows faster than their input, by a static analysis (the one of
 * eslint-plugin-regexp). It does not see every such expression, and none that is put together at run time.
 * @param {string} file names the text in what is returned
 * @param {string} text
 * @returns {{ expressions: number, slow: string[] }} how many expressions there are, and the slow ones by place
 */
export function slowExpressions(file, text) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  /** @type {string[]} */
  const slow = [];
  let expressions = 0;
  /** @param {import('typescript').Node} node */
  const visit = (node) => {
    if (ts.isRegularExpressionLiteral(node)) {
      expressions++;
      const end = node.text.lastIndexOf('/');
      const literal = { source: node.text.slice(1, end), flags: node.text.slice(end + 1) };
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      if (analyse(literal).reports.length > 0) slow.push(`${file}:${line + 1} ${node.text}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return { expressions, slow };
}
