import { runTwin } from '@farebox/twin-kit';
import { buildMailTwin } from './build-mail-twin.js';

await runTwin(
  'mail receiver',
  ({ dataDir, host, flags }) => buildMailTwin({ dataDir, host, smtpPort: Number(flags['smtp-port']) }),
  { 'smtp-port': '0' },
);
