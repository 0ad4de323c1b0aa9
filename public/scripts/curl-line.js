/**
 * A command that calls an address with a token, ready to paste. Double quotes serve in sh, PowerShell and cmd alike;
 * a token with any character that one of them would read gets a POSIX shell's single quotes.
 *
 * @param {string} url
 * @param {string} token
 */
export function curlLine(url, token) {
  const header = `Authorization: Bearer ${token}`;
  const quoted = /^[\w.~+/=-]+$/.test(token)
    ? `"${header}"`
    : `'${header.replaceAll("'", String.raw`'\''`)}'`;
  return `curl ${url} -H ${quoted}`;
}
