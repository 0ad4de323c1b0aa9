import { runTwin } from '../kit/run-twin.js';
import { buildMoesifTwin } from './build-moesif-twin.js';

await runTwin('moesif', buildMoesifTwin);
