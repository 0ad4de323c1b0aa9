import { runTwin } from '@farebox/twin-kit';
import { buildMoesifTwin } from './build-moesif-twin.js';

await runTwin('moesif', buildMoesifTwin);
