/*
 * For twins that are containers (docker-compose.yml): makes the webhook endpoints and the event destination between
 * Stripe, Moesif and the application, and writes the signing secrets of the application's into a file that it reads as
 * ENV_FILE. Running it again changes nothing.
 */
import { parseArgs } from 'node:util';
import { readEnvFile, readSettings } from '../platform/config/read-environment.js';
import { connectApplication, connectPricingTable, connectTwins } from './launcher/connect-twins.js';
import { writeSettingsFile } from './launcher/settings-file.js';

const { values } = parseArgs({
  options: {
    /** Addresses as the twins reach each other. */
    stripe: { type: 'string', default: 'http://stripe:4010' },
    moesif: { type: 'string', default: 'http://moesif:4020' },
    application: { type: 'string', default: 'http://app:3000' },
    'settings-file': { type: 'string', default: '/data/application.env' },
  },
});
const { stripe, moesif, application, 'settings-file': file } = values;
const settings = readSettings();
const key = settings.get('STRIPE_KEY');

await connectTwins({ stripe, moesif }, key, settings.get('MOESIF_COMPANY_ID'));
// Those who have paid come back in their browser, which knows the application by another address.
await connectPricingTable({ stripe, application: settings.get('PUBLIC_URL') ?? application });
const known = readEnvFile(file, false)['STRIPE_WEBHOOK_SECRET']?.split(',').filter(Boolean) ?? [];
const secrets = await connectApplication({ stripe, application }, key, known);
writeSettingsFile(file, { STRIPE_WEBHOOK_SECRET: secrets.join(',') });
