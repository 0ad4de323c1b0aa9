import { type Addresses, sandboxFiles } from './plan.js';

/** What the person sees once everything is ready. */
export function banner({ application, stripe, moesif, mail }: Addresses, home: string): string {
  const json = `-H 'content-type: application/json'`;
  const person = (email: string): string =>
    `-d '{"email":"${email}","firstname":"Ada","lastname":"Lovelace"}'`;
  const jwtOf = `node -p 'JSON.parse(require("fs").readFileSync(0)).jwt'`;
  return `
Farebox is ready.

  Register          ${application}/
  Dashboard         ${application}/dashboard
  Plans             ${application}/pricing  (pay with the card 4242 4242 4242 4242)
  Operator page     ${application}/admin/ui
     its token:     grep ADMIN_TOKEN ${sandboxFiles(home).settings}
  API reference     ${application}/docs
  Health            ${application}/health/ready
  Stripe emulator   ${stripe}
  Moesif emulator   ${moesif}/
  Inbox             ${mail}/
  Data, logs        ${home}

Register, then call the paid endpoint with the token from the answer:

  curl ${json} ${person('ada@example.com')} ${application}/register
  curl -H 'authorization: Bearer PASTE_THE_TOKEN' ${application}/test-service

Or both in one command:

  curl -s -H "authorization: Bearer $(curl -s ${json} ${person(`ada-'$(date +%s)'@example.com`)} ${application}/register | ${jwtOf})" ${application}/test-service

The events sent to Moesif: ${moesif}/_sandbox/events

Press Ctrl-C to stop everything.
`;
}
