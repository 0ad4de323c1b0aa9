import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/index.js';
import { CallPause } from './changes/call-pause.js';
import { ChangeDecision } from './changes/change-decision.js';
import { ChangeExecution } from './changes/change-execution.js';
import { ChangeShortfall } from './changes/change-shortfall.js';
import { ReplacedSubscriptions } from './changes/replaced-subscriptions.js';
import { ScheduledChanges } from './changes/scheduled-changes.js';
import { SubscriptionChangeIntents } from './changes/subscription-change-intents.js';
import { SubscriptionChanges } from './changes/subscription-changes.js';
import { UsagePeriods } from './periods/usage-periods.js';
import { UsageSettlement } from './usage-settlement.js';

/** Billing periods, and changes of subscriptions. The provider's part is behind `SubscriptionGateway` and `SubscriptionEnding`. */
@Module({
  imports: [AccountsModule],
  providers: [
    UsagePeriods,
    UsageSettlement,
    SubscriptionChangeIntents,
    SubscriptionChanges,
    ScheduledChanges,
    ReplacedSubscriptions,
    ChangeDecision,
    ChangeExecution,
    ChangeShortfall,
    CallPause,
  ],
  exports: [UsagePeriods, UsageSettlement, SubscriptionChanges, ScheduledChanges],
})
export class SubscriptionsModule {}
