import { runTwin } from '@farebox/twin-kit';
import { buildStripeTwin } from './build-stripe-twin.js';

await runTwin('stripe twin', buildStripeTwin);
