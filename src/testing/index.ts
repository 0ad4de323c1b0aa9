/** What an application imports from `farebox/testing`, in its tests alone. */
export {
  FareboxTesting,
  FareboxTestingModule,
  type FareboxTestingOptions,
} from './farebox-testing.module.js';
export { TestingClock } from './testing-clock.js';
