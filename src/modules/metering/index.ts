export { MeteringModule } from './metering.module.js';
export { Monetized } from './monetized.decorator.js';
