import { runTwin } from '../kit/run-twin.js';
import { buildStripeTwin } from './build-stripe-twin.js';

await runTwin('stripe twin', buildStripeTwin);
