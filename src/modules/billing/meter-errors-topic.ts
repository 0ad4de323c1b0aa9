import { Topic } from '../../platform/topics/topics.js';

/** "The provider rejected meter events that it had taken." Its totals say which. */
export const METER_ERRORS = new Topic<{ eventId: string; type: string }>('billing.meter-errors');
