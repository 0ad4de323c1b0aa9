// Written by `npm run client` from openapi.json. Changes here are lost.

export interface paths {
    "/account": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Your plan and subscription
         * @description Also while the subscription is not active.
         */
        get: operations["AccountController_show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account/billing-portal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Open the page for cards, invoices and cancelling
         * @description Stripe’s customer portal. Cancelling there takes effect at the end of the period.
         */
        post: operations["BillingPortalController_open"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account/calls": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Your calls of paid endpoints
         * @description Newest first, from the ledger. As CSV, `link` with `rel="next"` leads to the next page, and texts that a spreadsheet would take for formulas begin with an apostrophe.
         */
        get: operations["AccountCallsController_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account/calls/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Your calls while they come in
         * @description Server-sent events: `call` with one call as in the list, and its id as the event’s; `skipped` with `{"calls": n}` when there were too many to show (null: unknown). A call may be shown twice: its id tells. It ends after ten minutes, or when the token is revoked; come back with `Last-Event-ID`. A browser’s EventSource cannot send the token: use fetch.
         */
        get: operations["AccountCallsController_follow"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel the subscription
         * @description At once, with a last invoice of what was used; or with the end of the period.
         */
        post: operations["AccountController_cancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account/invoice-preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What this period costs so far
         * @description As Stripe would bill it now, and beside it by our own count. While Stripe is away, our own reckoning alone, and `stripe` says so.
         */
        get: operations["AccountInvoicesController_showPreview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account/invoices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Your invoices
         * @description Newest first, with their lines.
         */
        get: operations["AccountInvoicesController_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account/invoices/{id}/lines/{line}/calls": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The calls behind a line of an invoice
         * @description The very calls that its meter counted in the period of the line, as in `GET /account/calls`. The tiers of a graduated price, and the lines of one meter and period in general, share their calls.
         */
        get: operations["AccountInvoicesController_calls"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change the plan
         * @description For all of your tokens: an upgrade at once, anything else when the billing period ends (`pendingChange`). What was used until then is billed at the price it had. Choosing a plan takes a scheduled change and a scheduled cancellation back.
         */
        post: operations["AccountController_changePlan"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account/plan/cancel-change": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Keep the current plan
         * @description Takes a scheduled change of plan back. Without one, nothing is changed.
         */
        post: operations["AccountController_keepPlan"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Keep the subscription
         * @description Takes a scheduled cancellation back. Without one, nothing is changed.
         */
        post: operations["AccountController_resume"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List your tokens
         * @description Those that work, newest first, without their value.
         */
        get: operations["AccountTokensController_list"];
        put?: never;
        /**
         * Issue a token
         * @description For a program of yours, or for an end user. Give each the scopes that it needs: one that only calls cannot issue others when it leaks. Issue a new one before the old one expires: both work.
         */
        post: operations["AccountTokensController_issue"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account/tokens/{jti}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke a token
         * @description It stops working everywhere within a second. The one in use may be revoked too.
         */
        delete: operations["AccountTokensController_revoke"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account/usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What you have used
         * @description By each meter that you are billed by: the current and the previous billing period, and a course of hours, days or periods. Within seconds of the calls. Also while the subscription is not active.
         */
        get: operations["AccountUsageController_show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/accounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Find accounts
         * @description Newest first.
         */
        get: operations["OperatorAccountsController_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/accounts/{customerId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Everything about one account
         * @description By the id of its customer at Stripe.
         */
        get: operations["OperatorAccountsController_show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/catalogue/drift": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What is not at Stripe as in the catalogue
         * @description Changes nothing; `npm run farebox -- catalog apply` does.
         */
        get: operations["OperatorCatalogueController_drift"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/catalogue/revenue": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What each plan has earned so far in the billing periods that run
         * @description Worked out from our own meters and the prices of the catalogue, account by account, as the next invoices will: before tax, and without discounts and what was used at another price before a change of plan.
         */
        get: operations["OperatorCatalogueController_revenue"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lags, spool and backlog of the process that answers */
        get: operations["OperatorHealthController_show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/meters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The meters, and what they show now */
        get: operations["OperatorMetersController_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/meters/{name}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow a test that runs
         * @description In the process that answers, and from its beginning. Starts nothing. Server-sent events: `test` (MeterTestDto) comes first, `progress` (MeterTestProgressDto) whenever something else is seen, and `end` (MeterTestEndDto) last. A stream without `end` was cut: follow the test again. It ends ten seconds after the last one who followed it has gone.
         */
        get: operations["OperatorMeterTestController_follow"];
        put?: never;
        /**
         * Test a meter, and follow the test
         * @description Follows usage from the catalogue to Stripe's total, once and really; one test of a meter at a time. When such a test runs in this process, it is followed. Server-sent events: `test` (MeterTestDto) comes first, `progress` (MeterTestProgressDto) whenever something else is seen, and `end` (MeterTestEndDto) last. A stream without `end` was cut: follow the test again. It ends ten seconds after the last one who followed it has gone.
         */
        post: operations["OperatorMeterTestController_start"];
        /**
         * Stop the test of a meter
         * @description In all processes, and also when none runs. A customer that it made stays.
         */
        delete: operations["OperatorMeterTestController_stop"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the browser is signed in as the operator */
        get: operations["SessionController_show"];
        put?: never;
        /**
         * Sign in as the operator
         * @description Gives the browser a session of an hour, as a cookie that scripts cannot read.
         */
        post: operations["SessionController_signIn"];
        /**
         * Sign out
         * @description Also without a session.
         */
        delete: operations["SessionController_signOut"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/usage/adjust": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take back what Stripe shows beyond what it was told
         * @description Compares once more, and tells the difference: what somebody else told is billed no more.
         */
        post: operations["OperatorUsageController_adjust"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/usage/bill-late": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Bill what no invoice has, or was found after it was final
         * @description Compares once more, and puts one invoice item on the customer's next invoice: the price of what was used less the price of what was billed, at the price that the period had. A decision that was cut off is finished first, as it was made.
         */
        post: operations["OperatorUsageController_billLate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/usage/checks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What past reconciliations of everybody found */
        get: operations["OperatorUsageController_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/usage/lost": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What Stripe took and its totals do not show
         * @description With the evidence that it is lost and not late. Changes nothing.
         */
        get: operations["OperatorUsageController_lost"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/usage/reconcile": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Compare ledger, meters, what was told, what Stripe shows and what it invoiced
         * @description Billing periods of the last 40 days. Changes nothing. About 15 a second.
         */
        post: operations["OperatorUsageController_reconcile"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/usage/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Tell Stripe now what the meters show */
        post: operations["OperatorUsageController_report"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/usage/resend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Report again what Stripe took and does not show
         * @description The next report does it. If Stripe shows it later, it is counted twice: see `adjust`.
         */
        post: operations["OperatorUsageController_resend"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/usage/waive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give up what Stripe took and does not show
         * @description Such as events that were cancelled there; with `cancel` they are cancelled at Stripe first. It is not reported again, and not missing.
         */
        post: operations["OperatorUsageController_waive"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What Stripe told us */
        get: operations["OperatorWebhooksController_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/webhooks/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Have events applied again
         * @description Those of the ids, or all that are parked. Each reads the present state from Stripe: it is always safe.
         */
        post: operations["OperatorWebhooksController_replay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/checkout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Open a payment page for a plan
         * @description Answers the address of the provider’s payment page, and sets a cookie: whoever pays comes back to GET /checkout/return in the same browser, and gets the token there.
         */
        post: operations["CheckoutController_open"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/checkout/link": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where a one-time link in a mail leads to
         * @description A page with a button. Looking at it changes nothing.
         */
        get: operations["CheckoutController_link"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/checkout/options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How the page at /pricing sells the plans
         * @description With a pricing table, it sets the cookie that binds what is paid for to this browser.
         */
        get: operations["CheckoutController_options"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/checkout/return": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where those who paid come back to
         * @description A page. In the browser that began the checkout, and once it is paid, it shows the token, once. Loading it again is safe.
         */
        get: operations["CheckoutController_return"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/plans": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is offered, and what it costs */
        get: operations["PlansController_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Register and get a token
         * @description Makes you a customer with a subscription, and answers the token for the paid endpoints, this once.
         */
        post: operations["RegistrationController_register"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sign-in": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Get a sign-in link by mail
         * @description For who has no token any more: the link in the mail shows a new one, once. The answer is the same whether or not the email has an account. One mail a minute is sent.
         */
        post: operations["SignInController_send"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/test-service": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Answer, for a price
         * @description Needs a token, and a subscription in good standing.
         */
        get: operations["TestServiceController_answer"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        AbsentUsageDto: {
            customerId: string;
            meter: string;
            /** Format: date-time */
            periodStart: string;
            /** @description Of the event, within customer, meter and period. */
            number: number;
            /** @example 3 */
            units: string;
            /** Format: date-time */
            sentAt: string | null;
            /** Format: date-time */
            absentSince: string | null;
            /**
             * @description `later_event`: the totals show an event that was sent later. `rejected`: Stripe reported that it rejected it. null: nothing says that it is lost.
             * @enum {string|null}
             */
            evidence: "later_event" | "rejected" | null;
        };
        AbsentUsagesDto: {
            /** @description Oldest first; 1,000 at most. */
            events: components["schemas"]["AbsentUsageDto"][];
        };
        AccountCallDto: {
            /** Format: uuid */
            id: string;
            /** Format: date-time */
            startedAt: string;
            /** @example GET */
            verb: string;
            /** @example /items/:id */
            route: string;
            /** @example 200 */
            status: number;
            /** @example 12.345 */
            durationMs: number;
            /** @example 0 */
            units: number;
            user: string;
        };
        AccountDto: {
            /**
             * @description With which the account was registered or paid for.
             * @example ada@example.com
             */
            email: string;
            /**
             * @description Of GET /plans.
             * @example standard
             */
            plan: string;
            /**
             * @description Of the subscription, in the words of Stripe.
             * @example active
             */
            status: string;
            /**
             * @description Whether paid endpoints answer now.
             * @example true
             */
            active: boolean;
            /**
             * @description The company that pays, as analytics knows it.
             * @example sub_…
             */
            companyId: string;
            /** @example cus_… */
            customerId: string;
            /** @example sub_… */
            subscriptionId: string;
            /** @description The current billing period. */
            currentPeriod: components["schemas"]["PeriodDto"];
            /**
             * Format: date-time
             * @description When the trial ends or ended.
             */
            trialEnd: string | null;
            /**
             * Format: date-time
             * @description Past due: until when paid endpoints still answer.
             */
            graceEnd: string | null;
            /** @description The plan that the subscription changes to, until it does or POST /account/plan/cancel-change. */
            pendingChange: components["schemas"]["PendingChangeDto"] | null;
            /** @example false */
            cancelAtPeriodEnd: boolean;
            /**
             * Format: date-time
             * @description When the subscription is going to end.
             */
            cancelAt: string | null;
            /**
             * Format: date-time
             * @description When the account was closed: nothing opens it again.
             */
            closedAt: string | null;
            /**
             * @description Whether invoices can be collected: POST /account/billing-portal opens the page where a payment method is added. Null until it was first compared with Stripe.
             * @enum {string|null}
             */
            paymentMethod: "present" | "missing" | "not_needed" | null;
            /** @description What may be called without a payment method; null when there is one, or no bound. */
            callsWithoutCard: components["schemas"]["AllowanceDto"] | null;
        };
        AccountEntriesDto: {
            /** @description Newest first. */
            accounts: components["schemas"]["AccountEntryDto"][];
            /** @description `cursor` of the next page; null at the end. */
            nextCursor: string | null;
        };
        AccountEntryDto: {
            /** @example ada@example.com */
            email: string;
            /** @example cus_QXg1o8vlGmRkp2 */
            customerId: string;
            /** @example sub_1PgafTB7WZ01zgkWb3Hc2XyZ */
            subscriptionId: string;
            /** @example standard */
            plan: string;
            /**
             * @description Of the subscription, in Stripe's words.
             * @example active
             */
            status: string;
            /** Format: date-time */
            createdAt: string;
            /**
             * Format: date-time
             * @description When its customer was deleted.
             */
            closedAt: string | null;
            /** @description Subscription items beyond the first on one meter: there should be none. */
            surplusItems: string[];
            /**
             * @description Whether invoices can be collected; null until it was first compared with Stripe.
             * @enum {string|null}
             */
            paymentMethod: "present" | "missing" | "not_needed" | null;
            /**
             * @description What becomes of new invoices while their collection is paused in Stripe; null while it is not. Calls go on.
             * @enum {string|null}
             */
            collectionPaused: "void" | "keep_as_draft" | "mark_uncollectible" | null;
            /** @description The plan that a schedule at Stripe changes it to; its own where a new price is scheduled. */
            pendingPlan: string | null;
            /**
             * Format: date-time
             * @description When it does.
             */
            pendingAt: string | null;
        };
        AccountProfileDto: {
            /** @example ada@example.com */
            email: string;
            /** @example cus_QXg1o8vlGmRkp2 */
            customerId: string;
            /** @example sub_1PgafTB7WZ01zgkWb3Hc2XyZ */
            subscriptionId: string;
            /** @example standard */
            plan: string;
            /**
             * @description Of the subscription, in Stripe's words.
             * @example active
             */
            status: string;
            /** Format: date-time */
            createdAt: string;
            /**
             * Format: date-time
             * @description When its customer was deleted.
             */
            closedAt: string | null;
            /** @description Subscription items beyond the first on one meter: there should be none. */
            surplusItems: string[];
            /**
             * @description Whether invoices can be collected; null until it was first compared with Stripe.
             * @enum {string|null}
             */
            paymentMethod: "present" | "missing" | "not_needed" | null;
            /**
             * @description What becomes of new invoices while their collection is paused in Stripe; null while it is not. Calls go on.
             * @enum {string|null}
             */
            collectionPaused: "void" | "keep_as_draft" | "mark_uncollectible" | null;
            /** @description The plan that a schedule at Stripe changes it to; its own where a new price is scheduled. */
            pendingPlan: string | null;
            /**
             * Format: date-time
             * @description When it does.
             */
            pendingAt: string | null;
            /** Format: uuid */
            accountId: string;
            /** @example Ada */
            firstname: string;
            /** @example Lovelace */
            lastname: string;
            /** @description Stripe customers that the account had before. */
            formerCustomers: string[];
            /**
             * Format: date-time
             * @description Of the subscription's billing period.
             */
            periodStart: string;
            /** Format: date-time */
            periodEnd: string;
            /** Format: date-time */
            pastDueSince: string | null;
            /** Format: date-time */
            trialEnd: string | null;
            /** Format: date-time */
            cancelAt: string | null;
            cancelAtPeriodEnd: boolean;
            /** @description The latest billing period of each meter. */
            usage: components["schemas"]["AccountUsageDto"][];
            /** @description The last 20 paid calls, newest first. */
            calls: components["schemas"]["AccountCallDto"][];
            /** @description Those that work, newest first, without their value. */
            tokens: components["schemas"]["AccountTokenDto"][];
            /** @description The last 20 events of Stripe about the customer. */
            webhooks: components["schemas"]["WebhookDto"][];
        };
        AccountTokenDto: {
            /** Format: uuid */
            jti: string;
            /** @example production */
            name: string;
            /** @description The end user it is for, or the customer. */
            user: string;
            /** Format: date-time */
            issuedAt: string;
            /** Format: date-time */
            expiresAt: string;
            /** Format: date-time */
            lastUsedAt: string | null;
        };
        AccountUsageDto: {
            /** @example calls */
            meter: string;
            /** Format: date-time */
            periodStart: string;
            /** Format: date-time */
            periodEnd: string;
            /**
             * @description What the meter shows: a whole number.
             * @example 42
             */
            value: string;
            /**
             * @description Of this, what was written down to be told to Stripe.
             * @example 42
             */
            told: string;
        };
        AdjustDto: {
            /** @example cus_QXg1o8vlGmRkp2 */
            customerId: string;
            /**
             * @description Its name in the catalogue.
             * @example calls
             */
            meter: string;
            /**
             * @description `periodStart` of the difference.
             * @example 2026-11-21T08:00:00.000Z
             */
            periodStart: string;
        };
        AdjustedDto: {
            /**
             * @description What was written down to be told: less than 0.
             * @example -5
             */
            value: string;
            /** @description Whether Stripe took it at once; otherwise it is tried again. */
            told: boolean;
        };
        AllowanceDto: {
            /**
             * @description Paid calls of a billing period.
             * @example 1000
             */
            limit: number;
            /**
             * @description Made in the current billing period.
             * @example 12
             */
            used: number;
        };
        BilledLateDto: {
            /**
             * @description Of the decision, within customer, meter and period.
             * @example 1
             */
            number: number;
            /**
             * @description Less than 0 when too much was billed.
             * @example 3
             */
            units: string;
            /**
             * @description In units of the currency; less than 0 is a credit.
             * @example 2.75
             */
            amount: string;
            /** @example usd */
            currency: string;
            /**
             * @description The invoice item at Stripe; null when the units cost nothing more, so that none is needed.
             * @example ii_1Sd8lBLYiULhX7Hz
             */
            itemId: string | null;
            /** @description False when no subscription of the customer is live: then make an invoice in Stripe that takes it up. */
            invoiceComes: boolean;
        };
        BillingPeriodDto: {
            /**
             * @example month
             * @enum {string}
             */
            interval: "day" | "week" | "month" | "year";
            /** @example 1 */
            count: number;
        };
        BillingPortalDto: {
            /**
             * @description The provider’s page for this customer, good for a few minutes: lead the browser there.
             * @example https://billing.stripe.com/p/session/…
             */
            url: string;
        };
        CallDto: {
            /**
             * Format: uuid
             * @description The x-request-id of the call.
             */
            id: string;
            /** Format: date-time */
            startedAt: string;
            /** @example GET */
            verb: string;
            /**
             * @description The route's pattern.
             * @example /items/:id
             */
            route: string;
            /**
             * @description Without its query; credentials and emails in it are masked.
             * @example /items/7
             */
            path: string;
            /** @example 200 */
            status: number;
            /**
             * @description Until the answer was ready.
             * @example 12.345
             */
            durationMs: number;
            /**
             * @description What the endpoint counted; 0 unless it did.
             * @example 0
             */
            units: number;
            /** @description The end user of the token, or your customer id. */
            user: string;
            /** @description The token, by its jti. */
            tokenId: string;
            /**
             * @description Your plan at that moment.
             * @example standard
             */
            plan: string;
            /**
             * Format: uuid
             * @description Set when the row is no call but a correction: units that became known after the answer of that call had begun.
             */
            corrects: string | null;
        };
        CallPageDto: {
            /** @description Newest first. */
            calls: components["schemas"]["CallDto"][];
            /** @description The `cursor` of the next page; null at the end. Where a filter finds little, a page may hold few calls or none and still have a next one. */
            nextCursor: string | null;
        };
        CancelDto: {
            /**
             * @description `now`: at once, with a last invoice of what was used. `period_end`: it goes on until then.
             * @default now
             * @enum {string}
             */
            at?: "now" | "period_end";
        };
        ChangeDto: {
            /** @enum {string} */
            kind: "meter" | "product" | "price" | "base fee" | "webhook" | "event destination" | "subscription";
            /** @example standard */
            name: string;
            /** @enum {string} */
            action: "create" | "change" | "reactivate" | "archive" | "migrate" | "refuse";
            /** @description Stripe's; null while there is none. */
            id: string | null;
            differences: components["schemas"]["DifferenceOfChangeDto"][];
            /** @description Why it cannot be made so, and what to do. */
            message?: string;
        };
        ChangePlanDto: {
            /**
             * @description The id of a plan of GET /plans.
             * @example volume
             */
            plan: string;
            /**
             * @description `period_end`: when the current billing period ends. `now`: at once, refused where it is no upgrade or an allowance, tiers or fees would start anew. Absent: now where that is allowed, else at the end of the period.
             * @enum {string}
             */
            when?: "now" | "period_end";
        };
        CheckDto: {
            /** Format: uuid */
            id: string;
            /** Format: date-time */
            checkedAt: string;
            /** @description Customers, meters and billing periods. */
            compared: number;
            differences: components["schemas"]["DifferenceDto"][];
        };
        CheckoutDto: {
            /**
             * @description The id of a plan from GET /plans; the default plan when absent.
             * @example standard
             */
            plan?: string;
            /**
             * Format: email
             * @description Settles the email on the payment page; asked for there when absent.
             * @example ada@example.com
             */
            email?: string;
        };
        CheckoutOptionsDto: {
            /** @description What to embed in the place of our own plans; null: show the plans of GET /plans. */
            pricingTable: components["schemas"]["PricingTableDto"] | null;
        };
        ChecksDto: {
            /** @description Of everybody, newest first. */
            checks: components["schemas"]["CheckDto"][];
        };
        CurrencyTotalDto: {
            /** @example usd */
            currency: string;
            /** @example 4.20 */
            total: string;
        };
        DecidedUsageDto: {
            /** @description Meter events. */
            events: number;
            /** @example 3 */
            units: string;
        };
        DifferenceDto: {
            customerId: string;
            meter: string;
            /** Format: date-time */
            periodStart: string;
            /**
             * @description `to_tell`: the next report tells it. `settling`: told, and Stripe's totals lag. `miscounted`: the meter is not what the raw calls come to. `late`: found after the invoice was final; `bill-late` puts it on the next. `billed`: it was late, and was billed so. `missing`: Stripe shows less than it took. `excess`: it shows more than it was told; `adjust` takes it back. `gone`: Stripe has deleted the customer. `unknown`: its totals could not be read. `pending`: the period has ended, and its invoice is a draft or yet to come. `uninvoiced`: invoices have less than was used; `bill-late` bills it. `overinvoiced`: they have more.
             * @enum {string}
             */
            verdict: "to_tell" | "settling" | "miscounted" | "late" | "billed" | "missing" | "excess" | "gone" | "unknown" | "pending" | "uninvoiced" | "overinvoiced";
            /** @description Counted anew from the raw calls. */
            ledger: string;
            /** @description What the meter shows. */
            counted: string;
            /** @description What Stripe took. */
            told: string;
            /** @description Billed late, as invoice items. */
            billed: string;
            /** @description Given up by an operator: not reported, and not missing. */
            waived: string;
            /** @description What Stripe's totals show. */
            stripe: string;
            /** @description Units on lines of final invoices; empty while nothing can be on one. */
            invoiced: string;
            /**
             * @description By credit notes, of the whole invoices that bill it, in units of `currency`; empty for nothing.
             * @example 3.00
             */
            credited: string;
            /** @description Refunded, in the same way. */
            refunded: string;
            /** @description Disputed and not won, in the same way. */
            disputed: string;
            /**
             * @description Of these amounts; empty without any.
             * @example usd
             */
            currency: string;
            /** @description What to do, and what is to be known of its invoices; empty for nothing. */
            advice: string;
        };
        DifferenceOfChangeDto: {
            /** @example amount */
            what: string;
            /**
             * @description At Stripe; `-` for nothing.
             * @example 0.05 USD
             */
            from: string;
            /**
             * @description In the file.
             * @example 0.10 USD
             */
            to: string;
        };
        DriftDto: {
            /**
             * @description The file, or the setting.
             * @example monetization.yaml
             */
            source: string;
            /** @description What `catalog apply` would do; empty when all is as in the file. */
            changes: components["schemas"]["ChangeDto"][];
            notes: string[];
        };
        FieldProblemBody: {
            /**
             * @description The field at fault, by its name in the request.
             * @example email
             */
            field: string;
            /**
             * @description What is wrong with it and what to do.
             * @example must be an email address
             */
            message: string;
        };
        HealthDto: {
            /** @description Why this process cannot serve, and what else is wrong with it; empty when all is well. */
            problems: string[];
            measures: components["schemas"]["MeasureDto"][];
        };
        InvoiceDto: {
            /** @example in_1 */
            id: string;
            /**
             * @description Null for a draft.
             * @example FARE-0001
             */
            number: string | null;
            /** @enum {string} */
            status: "draft" | "open" | "paid" | "uncollectible" | "void";
            /**
             * @description In the currency's main unit; below zero for a credit.
             * @example 123.40
             */
            total: string;
            /** @example usd */
            currency: string;
            /** Format: date-time */
            periodStart: string;
            /** Format: date-time */
            periodEnd: string;
            /** @description Stripe’s page of it, where it is paid; absent for a draft. */
            hostedUrl?: string;
            lines: components["schemas"]["InvoiceLineDto"][];
        };
        InvoiceLineDto: {
            /** @example il_1 */
            id: string;
            /** @example 1234 × My API (at $0.10 / month) */
            description: string;
            /** @example 1234 */
            quantity: string;
            /**
             * @description In the currency's main unit; below zero for a credit.
             * @example 123.40
             */
            amount: string;
            /** @description The meter that counted it: then its calls can be listed. */
            meter?: string;
        };
        InvoicePageDto: {
            /** @description Newest first. */
            invoices: components["schemas"]["InvoiceDto"][];
            /** @description The `cursor` of the next page; null at the end. */
            nextCursor: string | null;
        };
        InvoicePreviewDto: {
            /** @example usd */
            currency: string;
            /** Format: date-time */
            periodStart: string;
            /** Format: date-time */
            periodEnd: string;
            /**
             * @description `unavailable`: Stripe is away, and `total` and `lines` are our own reckoning. `no_invoice`: the subscription has ended, there will be none.
             * @enum {string}
             */
            stripe: "answered" | "unavailable" | "no_invoice";
            /**
             * @description What the invoice would come to now. In the currency's main unit; below zero for a credit.
             * @example 1000.00
             */
            total: string;
            lines: components["schemas"]["PreviewLineDto"][];
            /** @description The usage by our own count and the catalogue’s prices, and what Stripe bills beside it (fees, credits). */
            ours: components["schemas"]["OwnPreviewDto"];
            /** @description Whether the two totals differ. They do for a while after each call: until the next report, and until Stripe has counted it. */
            differs: boolean;
            /**
             * Format: date-time
             * @description When your usage was last reported to Stripe, UTC; null when it never was.
             */
            reportedAt: string | null;
            /**
             * Format: date-time
             * @description The latest time at which the next report begins, UTC; null when usage is not reported from here.
             */
            nextReportAt: string | null;
        };
        IssueTokenDto: {
            /**
             * @description What you call it in the list.
             * @example production
             */
            name: string;
            /**
             * @description Your id of the end user for whom it is. Calls with it count for that user; it can call the API and nothing else. Without, the token is your own.
             * @example user-42
             */
            user?: string;
            /**
             * @description `call` the API, `read` the account (usage, calls, invoices, tokens), `manage` it (tokens, plan, payment). Absent: those of the token that you send; for an end user `call`.
             * @example [
             *       "call"
             *     ]
             */
            scopes?: ("call" | "read" | "manage")[];
        };
        IssuedTokenDto: {
            /** @description The token: shown here, and never again. */
            jwt: string;
            /** Format: uuid */
            jti: string;
            name: string;
            user: string;
            /** @enum {string} */
            role: "owner" | "end_user";
            scopes: ("call" | "read" | "manage")[];
            /** Format: date-time */
            expiresAt: string;
        };
        ListedTokenDto: {
            /**
             * Format: uuid
             * @description The id of the token, by which it is revoked.
             */
            jti: string;
            /** @example production */
            name: string;
            /** @description The end user it is for, or your customer id. */
            user: string;
            /**
             * @description `owner`: your own. `end_user`: it can call the API only.
             * @enum {string}
             */
            role: "owner" | "end_user";
            scopes: ("call" | "read" | "manage")[];
            /** Format: date-time */
            issuedAt: string;
            /** Format: date-time */
            expiresAt: string;
            /**
             * Format: date-time
             * @description Within a minute or so.
             */
            lastUsedAt: string | null;
            /** @description Whether it is the one that this request was made with. */
            current: boolean;
        };
        MeasureDto: {
            /**
             * @description As in `/metrics`, without its prefix.
             * @example meter_lag_seconds
             */
            name: string;
            description: string;
            value: number;
        };
        MeterDto: {
            /** @example calls */
            name: string;
            /** @example Paid calls */
            displayName: string;
            /** @example event_count */
            metric: string;
            /** @example sum */
            aggregation: string;
            /**
             * @description Of the aggregations but `sum`.
             * @example 3600000
             */
            windowMs: number;
            /** @description What must hold for a call to count: route, verb, status, plan, header. */
            filter: {
                [key: string]: unknown;
            };
            /** @description Null while it is not there at Stripe. */
            provider: components["schemas"]["ProviderMeterDto"] | null;
            /** @description Customers who have used something in the billing period that runs. */
            customers: number;
            /** @description Of all customers, in the billing periods that run: a whole number. */
            value: string;
            /** @description Of this, what was written down to be told. */
            told: string;
            /** @description Whether a test of it runs, in the process that answers. */
            testing: boolean;
        };
        MeterTestDto: {
            /**
             * @description Its name in the catalogue.
             * @example calls
             */
            meter: string;
            synthetic: boolean;
            /** Format: date-time */
            startedAt: string;
            /** @example 600 */
            timeoutSeconds: number;
            /** @description In order; each gets events `progress`, unless the test ends before it. */
            stages: ("meter" | "subscription" | "call" | "report" | "stripe")[];
        };
        MeterTestEndDto: {
            /**
             * @description `stopped`: somebody stopped it. `unfollowed`: nobody followed it. `shutting_down`: the process ended. `broken`: something unforeseen; the log has it.
             * @enum {string}
             */
            outcome: "passed" | "failed" | "stopped" | "unfollowed" | "shutting_down" | "broken";
        };
        MeterTestProgressDto: {
            /** @enum {string} */
            stage: "meter" | "subscription" | "call" | "report" | "stripe";
            /**
             * @description `working`: it looks again every second. `failed`: the test ends here.
             * @enum {string}
             */
            state: "working" | "passed" | "failed";
            /**
             * @description What is seen.
             * @example no paid call since the test began
             */
            message: string;
            /** @description For `failed`: what to do. */
            advice?: string;
            /**
             * @description Since the test began.
             * @example 1000
             */
            elapsedMs: number;
        };
        MeterUsageDto: {
            /** @example test-service-calls */
            meter: string;
            /** @example Calls of /test-service */
            displayName: string;
            /** @enum {string} */
            metric: "event_count" | "unique_users" | "unique_companies" | "unique_sessions" | "sum_of_units";
            /** @enum {string} */
            aggregation: "sum" | "most_recent_in_period" | "most_recent_ever" | "maximum";
            /** @description The billing period that runs; after the end of the subscription, the last. */
            period: components["schemas"]["PeriodUsageDto"];
            /** @description The one before it. */
            previous: components["schemas"]["PeriodUsageDto"] | null;
            /** @description Without gaps: what nobody used shows 0. */
            buckets: components["schemas"]["UsageBucketDto"][];
        };
        MetersDto: {
            meters: components["schemas"]["MeterDto"][];
            /**
             * @description Age of the oldest paid call that the meters have not looked at.
             * @example 0
             */
            lagSeconds: number;
            /**
             * @description Paid calls whose billing period Stripe has not told us yet.
             * @example 0
             */
            waitingCalls: number;
            /** @description Whether the key of Stripe is live: a meter test makes no synthetic customer then. */
            live: boolean;
        };
        OfferDto: {
            plans: components["schemas"]["OfferedPlanDto"][];
        };
        OfferedPlanDto: {
            /**
             * @description What POST /register takes as `plan`.
             * @example standard
             */
            id: string;
            /** @example My API */
            name: string;
            /** @example This is a monetized API */
            description: string;
            /**
             * @description What it costs, in a sentence.
             * @example 0.10 USD per call, billed monthly
             */
            price: string;
            /**
             * @description Whether a registration that names no plan gets this one.
             * @example true
             */
            default: boolean;
            /**
             * @example standard
             * @enum {string|null}
             */
            model: "standard" | "package" | "graduated" | "volume" | null;
            /** @example usd */
            currency: string | null;
            billingPeriod: components["schemas"]["BillingPeriodDto"] | null;
            tiers: components["schemas"]["TierDto"][];
            /**
             * @description Units per package; 1 unless the model is package.
             * @example 1
             */
            packageSize: number;
            /**
             * @description Units of every period that cost nothing.
             * @example 0
             */
            free: number;
            /**
             * @description Charged every period in advance, beside the usage.
             * @example null
             */
            baseFee: string | null;
            /**
             * @description Days before anything is charged.
             * @example 0
             */
            trialDays: number;
        };
        OpenedCheckoutDto: {
            /**
             * @description The payment page: lead the browser there.
             * @example https://checkout.stripe.com/c/pay/cs_test_a1…
             */
            url: string;
            /**
             * @description Stripe's id of the session.
             * @example cs_test_a1b2c3
             */
            sessionId: string;
        };
        OwnPreviewDto: {
            /** @example 1000.00 */
            total: string;
            lines: components["schemas"]["PreviewLineDto"][];
        };
        PendingChangeDto: {
            /**
             * @description Of GET /plans.
             * @example package
             */
            plan: string;
            /**
             * Format: date-time
             * @description When it takes effect.
             */
            at: string;
        };
        PeriodDto: {
            /** Format: date-time */
            start: string;
            /** Format: date-time */
            end: string;
        };
        PeriodUsageDto: {
            /** Format: date-time */
            start: string;
            /** Format: date-time */
            end: string;
            /**
             * @description Units, a whole number as text.
             * @example 123
             */
            value: string;
        };
        PlanRevenueDto: {
            /** @example standard */
            plan: string;
            /** @example My API */
            name: string | null;
            /** @description Those that are charged. */
            accounts: number;
            /** @description Those in their trial: nothing is charged for what they use. */
            trialing: number;
            /**
             * @description What the charged accounts have used: a whole number.
             * @example 42
             */
            units: string;
            /**
             * @description Null, as the amounts, when the price is not in the catalogue.
             * @example usd
             */
            currency: string | null;
            /** @example 4.20 */
            usage: string | null;
            /**
             * @description Charged in advance.
             * @example 0.00
             */
            baseFees: string | null;
            /** @example 4.20 */
            total: string | null;
        };
        PreviewLineDto: {
            /** @example 100 × My API (Tier 1 at $10.00 / month) */
            description: string;
            /**
             * @description Units, or packages in our own reckoning.
             * @example 100
             */
            quantity: string;
            /**
             * @description Of one, in the currency's main unit, exact; null where there is none, as for packages.
             * @example 10.00
             */
            unitAmount: string | null;
            /**
             * @description In the currency's main unit; below zero for a credit.
             * @example 1000.00
             */
            amount: string;
            /** @description The meter that counts it; absent for what is not billed by use. */
            meter?: string;
            /**
             * @description The tier, from 1.
             * @example 1
             */
            tier?: number;
        };
        PricingTableDto: {
            /** @description Stripe’s script with the element <stripe-pricing-table>. */
            script: string;
            /** @example prctbl_1SQ8xYJ2eZvKYlo2C */
            id: string;
            /** @example pk_test_… */
            publishableKey: string;
            /**
             * @description Binds what is paid for to this browser.
             * @example farebox-…
             */
            clientReferenceId: string;
        };
        ProblemBody: {
            /** @example urn:farebox:problem:validation_failed */
            type: string;
            /** @example Bad Request */
            title: string;
            /** @example 400 */
            status: number;
            /**
             * @description For people.
             * @example Some fields cannot be accepted. See "errors".
             */
            detail: string;
            /**
             * @description For programs.
             * @example validation_failed
             */
            code: string;
            /**
             * @description The same as the header x-request-id.
             * @example 019a9f3e-2c7b-7d15-9a40-3f7d2b1c8e55
             */
            requestId: string;
            errors?: components["schemas"]["FieldProblemBody"][];
        };
        ProviderMeterDto: {
            /** @example mtr_test_61R */
            id: string;
            /** @example farebox_calls */
            eventName: string;
        };
        ReconcileDto: {
            /**
             * @description Of one customer alone.
             * @example cus_QXg1o8vlGmRkp2
             */
            customerId?: string;
        };
        ReconciledDto: {
            /** @description Customers, meters and billing periods. */
            compared: number;
            /** @description Of these, where all books say the same. */
            equal: number;
            /** @description The rest; 1,000 at most. */
            differences: components["schemas"]["DifferenceDto"][];
        };
        RegisterDto: {
            /**
             * Format: email
             * @description Compared without regard to case and outer blanks.
             * @example ada@example.com
             */
            email: string;
            /** @example Ada */
            firstname: string;
            /** @example Lovelace */
            lastname: string;
            /**
             * @description The id of a plan from GET /plans; the default plan when absent.
             * @example standard
             */
            plan?: string;
        };
        RegisteredDto: {
            /**
             * @description The token: send it as `Authorization: Bearer …`. It is shown this once.
             * @example eyJhbGciOiJIUzI1NiIs…
             */
            jwt: string;
            /**
             * @description Stripe's id of the customer.
             * @example cus_TQ8xYJ2eZvKYlo
             */
            customerId: string;
            /**
             * @description Stripe's id of the subscription.
             * @example sub_1SQ8xYJ2eZvKYlo2CJ9
             */
            subscriptionId: string;
            /**
             * @description The id of the plan.
             * @example standard
             */
            plan: string;
        };
        RegistrationMailedDto: {
            /** @example A link to your token is on its way to this email. */
            message: string;
        };
        ReplayDto: {
            /**
             * @example [
             *       "evt_1PgafTB7WZ01zgkW"
             *     ]
             */
            ids?: string[];
            /** @description All that are parked, in the place of ids. */
            parked?: boolean;
        };
        ReplayedDto: {
            /** @description How many are to be applied again. */
            replayed: number;
        };
        ReportDto: {
            /** @description Numbers that were written down to be told. */
            planned: number;
            sent: number;
            /** @description For what they say; tried again in an hour. */
            refused: number;
            /** @description Not told because Stripe was away or asked for time; tried again soon. */
            postponed: number;
            /** @description Found in Stripe's totals. */
            proven: number;
            /** @description Taken and never counted, by evidence: reported again by the next report. */
            lost: number;
            /** @description Settled and not in Stripe's totals: they wait for evidence that they are lost and not late. */
            absent: number;
            /** @description Would count as lost and are too many to be believed: none is reported again. 0: none. */
            breaker: number;
            /** @description Customers and meters whose totals could not be read. */
            unknown: number;
            /** @description Customers and meters whose totals say something else than was told. */
            mismatched: number;
            /** @description Older than 35 days, or more than 15 digits: the log names them. */
            untellable: number;
        };
        RevenueDto: {
            plans: components["schemas"]["PlanRevenueDto"][];
            /** @description The amounts that are known, by currency. */
            totals: components["schemas"]["CurrencyTotalDto"][];
        };
        SessionDto: {
            /**
             * Format: date-time
             * @description An hour after it began.
             */
            expiresAt: string;
        };
        SignInAnswerDto: {
            /** @example If this email has an account, a sign-in link is on its way to it. */
            message: string;
        };
        SignInDto: {
            /** @description ADMIN_TOKEN. */
            token: string;
        };
        StartMeterTestDto: {
            /**
             * @description Register a customer and make a call, in the place of waiting for somebody’s. Refused with a live key of Stripe.
             * @default false
             */
            synthetic?: boolean;
            /**
             * @description How long it looks for what is not there yet, for the whole test, in seconds.
             * @default 600
             */
            timeoutSeconds?: number;
        };
        TierDto: {
            /** @example inf */
            upTo: number | "inf";
            /**
             * @description In the currency's main unit, exact.
             * @example 0.10
             */
            amount: string;
            /**
             * @description Charged once when the step is reached.
             * @example 0.00
             */
            flatFee: string;
        };
        TokenListDto: {
            tokens: components["schemas"]["ListedTokenDto"][];
        };
        UsageBucketDto: {
            /** Format: date-time */
            start: string;
            /**
             * @description What the hour or day added; of users, sessions and companies, how many were new. Of a meter that takes the largest or latest of its windows, the largest or latest that begins there.
             * @example 12
             */
            value: string;
        };
        UsageDto: {
            /** @description The meters by which you are billed. */
            meters: components["schemas"]["MeterUsageDto"][];
        };
        WaiveDto: {
            /** @example cus_QXg1o8vlGmRkp2 */
            customerId: string;
            /**
             * @description Its name in the catalogue.
             * @example calls
             */
            meter: string;
            /**
             * @description `periodStart` of the difference.
             * @example 2026-11-21T08:00:00.000Z
             */
            periodStart: string;
            /**
             * @description Cancel at Stripe what was sent within 24 hours, and give that up.
             * @default false
             */
            cancel?: boolean;
        };
        WebhookDto: {
            /** @example evt_1PgafTB7WZ01zgkW */
            id: string;
            /** @example customer.subscription.updated */
            type: string;
            /** @example cus_QXg1o8vlGmRkp2 */
            customerId: string | null;
            /** Format: date-time */
            receivedAt: string;
            /**
             * @description `pending`: about to be applied. `waiting`: its customer has no account here (yet). `done`, `ignored`. `parked`: failed too often; look, and replay.
             * @enum {string}
             */
            state: "pending" | "waiting" | "done" | "ignored" | "parked";
            /** @description How often applying it failed. */
            attempts: number;
            lastError: string | null;
        };
        WebhooksDto: {
            /** @description Newest first. */
            webhooks: components["schemas"]["WebhookDto"][];
        };
    };
    responses: {
        /** @description `headers_too_large`: The URL and headers are too long. */
        headers_too_large: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemBody"];
            };
        };
        /** @description `request_timeout`: The request did not arrive in time. */
        request_timeout: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemBody"];
            };
        };
        /** @description `payload_too_large`: The body is too large. */
        payload_too_large: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemBody"];
            };
        };
        /** @description `unsupported_media_type`: The body is not sent as JSON. */
        unsupported_media_type: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemBody"];
            };
        };
        /** @description `malformed_request`: The URL, the headers or the body cannot be read. */
        malformed_request: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProblemBody"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    AccountController_show: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountDto"];
                };
            };
            400: components["responses"]["malformed_request"];
            /** @description `token_missing`: No bearer token was sent.<br>`token_invalid`: The token was not issued here, was changed, or its account is gone.<br>`token_expired`: The token has expired.<br>`token_revoked`: The token was taken back. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `forbidden`: The token does not have the scope `read`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `rate_limited`: Too many requests of this account, or from this address. */
            429: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `database_unavailable`: The database is away. */
            503: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    BillingPortalController_open: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BillingPortalDto"];
                };
            };
            400: components["responses"]["malformed_request"];
            /** @description `token_missing`: No bearer token was sent.<br>`token_invalid`: The token was not issued here, was changed, or its account is gone.<br>`token_expired`: The token has expired.<br>`token_revoked`: The token was taken back. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `forbidden`: The token does not have the scope `manage`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            408: components["responses"]["request_timeout"];
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            /** @description `rate_limited`: Too many requests of this account, or from this address. */
            429: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `billing_unavailable`: Stripe is away. */
            503: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    AccountCallsController_list: {
        parameters: {
            query?: {
                /** @description The route's pattern, to the letter. */
                route?: string;
                /** @description One status, or a class of them. */
                status?: string;
                verb?: string;
                /** @description Calls that began then or later. */
                from?: string;
                /** @description Calls that began before then. */
                to?: string;
                /** @description At most 200; 10000 as CSV, which is its default. */
                limit?: number;
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                format?: "json" | "csv";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CallPageDto"];
                    "text/csv": string;
                };
            };
            /** @description `validation_failed`: A part of the query is malformed or unknown; each is named.<br>`malformed_request`: The URL, the headers or the body cannot be read. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `token_missing`: No bearer token was sent.<br>`token_invalid`: The token was not issued here, was changed, or its account is gone.<br>`token_expired`: The token has expired.<br>`token_revoked`: The token was taken back. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `forbidden`: The token does not have the scope `read`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `rate_limited`: Too many requests of this account, or from this address. */
            429: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `database_unavailable`: The database is away.<br>`busy`: Too many exports are running. */
            503: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    AccountCallsController_follow: {
        parameters: {
            query?: {
                /** @description The route's pattern, to the letter. */
                route?: string;
                /** @description One status, or a class of them. */
                status?: string;
                verb?: string;
            };
            header?: {
                /** @description The id of the last call you have: what came after it, and in the seconds before, is sent first, 200 at most. */
                "Last-Event-ID"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description `validation_failed`: A part of the query is malformed or unknown; each is named.<br>`malformed_request`: The URL, the headers or the body cannot be read. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `token_missing`: No bearer token was sent.<br>`token_invalid`: The token was not issued here, was changed, or its account is gone.<br>`token_expired`: The token has expired.<br>`token_revoked`: The token was taken back. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `forbidden`: The token does not have the scope `read`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `rate_limited`: Too many live logs are open: ten an account, fifty an address. */
            429: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `shutting_down`: This process ends. */
            503: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    AccountController_cancel: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same request under it gives the same answer for 24 hours, and changes nothing again. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CancelDto"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountDto"];
                };
            };
            /** @description `validation_failed`: A field is missing, malformed or unknown; each is named.<br>`malformed_request`: The URL, the headers or the body cannot be read. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `token_missing`: No bearer token was sent.<br>`token_invalid`: The token was not issued here, was changed, or its account is gone.<br>`token_expired`: The token has expired.<br>`token_revoked`: The token was taken back. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `forbidden`: The token does not have the scope `manage`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            408: components["responses"]["request_timeout"];
            /** @description `change_refused`: The change has to wait for the end of the period, Stripe does not allow it, or the payment was declined. Nothing was changed. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            /** @description `idempotency_key_reused`: The Idempotency-Key was used for another request. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `rate_limited`: Too many requests of this account, or from this address. */
            429: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `billing_unavailable`: Stripe is away. The change is kept and will be made; the same request carries on. */
            503: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    AccountInvoicesController_showPreview: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvoicePreviewDto"];
                };
            };
            400: components["responses"]["malformed_request"];
            /** @description `token_missing`: No bearer token was sent.<br>`token_invalid`: The token was not issued here, was changed, or its account is gone.<br>`token_expired`: The token has expired.<br>`token_revoked`: The token was taken back. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `forbidden`: The token does not have the scope `read`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `rate_limited`: Too many requests of this account, or from this address. */
            429: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `database_unavailable`: The database is away.<br>`billing_unavailable`: Stripe is away. */
            503: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    AccountInvoicesController_list: {
        parameters: {
            query?: {
                limit?: number;
                /** @description `nextCursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvoicePageDto"];
                };
            };
            /** @description `validation_failed`: A part of the query is malformed or unknown; each is named.<br>`malformed_request`: The URL, the headers or the body cannot be read. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `token_missing`: No bearer token was sent.<br>`token_invalid`: The token was not issued here, was changed, or its account is gone.<br>`token_expired`: The token has expired.<br>`token_revoked`: The token was taken back. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `forbidden`: The token does not have the scope `read`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `rate_limited`: Too many requests of this account, or from this address. */
            429: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `database_unavailable`: The database is away.<br>`billing_unavailable`: Stripe is away. */
            503: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    AccountInvoicesController_calls: {
        parameters: {
            query?: {
                /** @description The route's pattern, to the letter. */
                route?: string;
                /** @description One status, or a class of them. */
                status?: string;
                verb?: string;
                /** @description Calls that began then or later. */
                from?: string;
                /** @description Calls that began before then. */
                to?: string;
                /** @description At most 200; 10000 as CSV, which is its default. */
                limit?: number;
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                format?: "json" | "csv";
            };
            header?: never;
            path: {
                id: string;
                line: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CallPageDto"];
                    "text/csv": string;
                };
            };
            /** @description `validation_failed`: A part of the query is malformed or unknown; each is named.<br>`malformed_request`: The URL, the headers or the body cannot be read. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `token_missing`: No bearer token was sent.<br>`token_invalid`: The token was not issued here, was changed, or its account is gone.<br>`token_expired`: The token has expired.<br>`token_revoked`: The token was taken back. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `forbidden`: The token does not have the scope `read`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `not_found`: None of your invoices has such a line that is billed by use. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `rate_limited`: Too many requests of this account, or from this address. */
            429: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `busy`: Too many exports are running. */
            503: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    AccountController_changePlan: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same request under it gives the same answer for 24 hours, and changes nothing again. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangePlanDto"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountDto"];
                };
            };
            /** @description `validation_failed`: A field is missing, malformed or unknown; each is named.<br>`malformed_request`: The URL, the headers or the body cannot be read. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `token_missing`: No bearer token was sent.<br>`token_invalid`: The token was not issued here, was changed, or its account is gone.<br>`token_expired`: The token has expired.<br>`token_revoked`: The token was taken back. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `subscription_inactive`: The subscription has not begun, or has ended. */
            402: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `forbidden`: The token does not have the scope `manage`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            408: components["responses"]["request_timeout"];
            /** @description `change_refused`: The change has to wait for the end of the period, Stripe does not allow it, or the payment was declined. Nothing was changed. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            /** @description `idempotency_key_reused`: The Idempotency-Key was used for another request. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `rate_limited`: Too many requests of this account, or from this address. */
            429: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `billing_unavailable`: Stripe is away. The change is kept and will be made; the same request carries on. */
            503: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    AccountController_keepPlan: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same request under it gives the same answer for 24 hours, and changes nothing again. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountDto"];
                };
            };
            /** @description `validation_failed`: A field is missing, malformed or unknown; each is named.<br>`malformed_request`: The URL, the headers or the body cannot be read. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `token_missing`: No bearer token was sent.<br>`token_invalid`: The token was not issued here, was changed, or its account is gone.<br>`token_expired`: The token has expired.<br>`token_revoked`: The token was taken back. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `forbidden`: The token does not have the scope `manage`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            408: components["responses"]["request_timeout"];
            /** @description `change_refused`: The change has to wait for the end of the period, Stripe does not allow it, or the payment was declined. Nothing was changed. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            /** @description `idempotency_key_reused`: The Idempotency-Key was used for another request. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `rate_limited`: Too many requests of this account, or from this address. */
            429: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `billing_unavailable`: Stripe is away. The change is kept and will be made; the same request carries on. */
            503: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    AccountController_resume: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same request under it gives the same answer for 24 hours, and changes nothing again. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountDto"];
                };
            };
            /** @description `validation_failed`: A field is missing, malformed or unknown; each is named.<br>`malformed_request`: The URL, the headers or the body cannot be read. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `token_missing`: No bearer token was sent.<br>`token_invalid`: The token was not issued here, was changed, or its account is gone.<br>`token_expired`: The token has expired.<br>`token_revoked`: The token was taken back. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `subscription_inactive`: The subscription has not begun, or has ended. */
            402: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `forbidden`: The token does not have the scope `manage`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            408: components["responses"]["request_timeout"];
            /** @description `change_refused`: The change has to wait for the end of the period, Stripe does not allow it, or the payment was declined. Nothing was changed. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            /** @description `idempotency_key_reused`: The Idempotency-Key was used for another request. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `rate_limited`: Too many requests of this account, or from this address. */
            429: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `billing_unavailable`: Stripe is away. The change is kept and will be made; the same request carries on. */
            503: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    AccountTokensController_list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenListDto"];
                };
            };
            400: components["responses"]["malformed_request"];
            /** @description `token_missing`: No bearer token was sent.<br>`token_invalid`: The token was not issued here, was changed, or its account is gone.<br>`token_expired`: The token has expired.<br>`token_revoked`: The token was taken back. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `forbidden`: The token does not have the scope `read`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `rate_limited`: Too many requests of this account, or from this address. */
            429: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `database_unavailable`: The database is away. */
            503: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    AccountTokensController_issue: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same request under it gives the same token for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["IssueTokenDto"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssuedTokenDto"];
                };
            };
            /** @description `validation_failed`: A field is missing, malformed or unknown; each is named.<br>`malformed_request`: The URL, the headers or the body cannot be read. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `token_missing`: No bearer token was sent.<br>`token_invalid`: The token was not issued here, was changed, or its account is gone.<br>`token_expired`: The token has expired.<br>`token_revoked`: The token was taken back. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `forbidden`: The token does not have the scope `manage`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            408: components["responses"]["request_timeout"];
            /** @description `too_many_tokens`: The account has as many tokens as it may. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            /** @description `idempotency_key_reused`: The Idempotency-Key was used for another request. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `rate_limited`: Too many requests of this account, or from this address. */
            429: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `database_unavailable`: The database is away. */
            503: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    AccountTokensController_revoke: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                jti: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is revoked. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["malformed_request"];
            /** @description `token_missing`: No bearer token was sent.<br>`token_invalid`: The token was not issued here, was changed, or its account is gone.<br>`token_expired`: The token has expired.<br>`token_revoked`: The token was taken back. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `forbidden`: The token does not have the scope `manage`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `not_found`: You have no token with this id. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            408: components["responses"]["request_timeout"];
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            /** @description `rate_limited`: Too many requests of this account, or from this address. */
            429: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `database_unavailable`: The database is away. */
            503: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    AccountUsageController_show: {
        parameters: {
            query?: {
                /** @description The length of the buckets. By the hour at most 35 days, by the day 400. */
                granularity?: "hour" | "day" | "period";
                /** @description From the hour or day that it lies in, UTC. Absent: the begin of the current period. */
                from?: string;
                /** @description Up to the hour or day that it lies in. Absent: now, or the end of the last period. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UsageDto"];
                };
            };
            /** @description `validation_failed`: A field is malformed, or the range is too long; each is named.<br>`malformed_request`: The URL, the headers or the body cannot be read. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `token_missing`: No bearer token was sent.<br>`token_invalid`: The token was not issued here, was changed, or its account is gone.<br>`token_expired`: The token has expired.<br>`token_revoked`: The token was taken back. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `forbidden`: The token does not have the scope `read`. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `rate_limited`: Too many requests of this account, or from this address. */
            429: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `database_unavailable`: The database is away. */
            503: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    OperatorAccountsController_list: {
        parameters: {
            query?: {
                /** @description A part of the email, or a whole Stripe id: `cus_…`, `sub_…`. */
                q?: string;
                limit?: number;
                /** @description `nextCursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountEntriesDto"];
                };
            };
            /** @description `validation_failed`: A part of the query is malformed or unknown; each is named.<br>`malformed_request`: The URL, the headers or the body cannot be read. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `token_missing`: Neither a session nor a bearer token was sent.<br>`token_invalid`: It is not ADMIN_TOKEN.<br>`token_expired`: The session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `forbidden`: With a session: the request does not come from our own page. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `not_found`: ADMIN_TOKEN is not set, or there is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `rate_limited`: Too many wrong tokens from this address. */
            429: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `database_unavailable`: The database is away. */
            503: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    OperatorAccountsController_show: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                customerId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountProfileDto"];
                };
            };
            400: components["responses"]["malformed_request"];
            /** @description `token_missing`: Neither a session nor a bearer token was sent.<br>`token_invalid`: It is not ADMIN_TOKEN.<br>`token_expired`: The session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `forbidden`: With a session: the request does not come from our own page. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `not_found`: ADMIN_TOKEN is not set, or there is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `rate_limited`: Too many wrong tokens from this address. */
            429: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `database_unavailable`: The database is away. */
            503: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    OperatorCatalogueController_drift: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DriftDto"];
                };
            };
            400: components["responses"]["malformed_request"];
            /** @description `token_missing`: Neither a session nor a bearer token was sent.<br>`token_invalid`: It is not ADMIN_TOKEN.<br>`token_expired`: The session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `forbidden`: With a session: the request does not come from our own page. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `not_found`: ADMIN_TOKEN is not set, or there is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `rate_limited`: Too many wrong tokens from this address. */
            429: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `billing_unavailable`: Stripe is away. */
            503: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    OperatorCatalogueController_revenue: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RevenueDto"];
                };
            };
            400: components["responses"]["malformed_request"];
            /** @description `token_missing`: Neither a session nor a bearer token was sent.<br>`token_invalid`: It is not ADMIN_TOKEN.<br>`token_expired`: The session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `forbidden`: With a session: the request does not come from our own page. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `not_found`: ADMIN_TOKEN is not set, or there is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `rate_limited`: Too many wrong tokens from this address. */
            429: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `database_unavailable`: The database is away. */
            503: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    OperatorHealthController_show: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HealthDto"];
                };
            };
            400: components["responses"]["malformed_request"];
            /** @description `token_missing`: Neither a session nor a bearer token was sent.<br>`token_invalid`: It is not ADMIN_TOKEN.<br>`token_expired`: The session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `forbidden`: With a session: the request does not come from our own page. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `not_found`: ADMIN_TOKEN is not set, or there is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `rate_limited`: Too many wrong tokens from this address. */
            429: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `database_unavailable`: The database is away. */
            503: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    OperatorMetersController_list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MetersDto"];
                };
            };
            400: components["responses"]["malformed_request"];
            /** @description `token_missing`: Neither a session nor a bearer token was sent.<br>`token_invalid`: It is not ADMIN_TOKEN.<br>`token_expired`: The session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `forbidden`: With a session: the request does not come from our own page. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `not_found`: ADMIN_TOKEN is not set, or there is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `rate_limited`: Too many wrong tokens from this address. */
            429: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `database_unavailable`: The database is away. */
            503: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    OperatorMeterTestController_follow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The meter, by its name in the catalogue. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            400: components["responses"]["malformed_request"];
            /** @description `token_missing`: Neither a session nor a bearer token was sent.<br>`token_invalid`: It is not ADMIN_TOKEN.<br>`token_expired`: The session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `forbidden`: With a session: the request does not come from our own page. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `not_found`: ADMIN_TOKEN is not set, or there is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `rate_limited`: Twenty follow this test already. */
            429: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `database_unavailable`: The database is away. */
            503: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    OperatorMeterTestController_start: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The meter, by its name in the catalogue. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["StartMeterTestDto"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description `validation_failed`: A field is malformed or unknown; each is named.<br>`malformed_request`: The URL, the headers or the body cannot be read. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `token_missing`: Neither a session nor a bearer token was sent.<br>`token_invalid`: It is not ADMIN_TOKEN.<br>`token_expired`: The session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `forbidden`: With a session: the request does not come from our own page. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `not_found`: ADMIN_TOKEN is not set, or there is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            408: components["responses"]["request_timeout"];
            /** @description `change_refused`: The key of Stripe is live, and a synthetic customer was asked for; or a test of this meter runs, and is not such a one. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            /** @description `rate_limited`: Twenty follow this test already. */
            429: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `shutting_down`: This process ends. */
            503: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    OperatorMeterTestController_stop: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The meter, by its name in the catalogue. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No test of it runs any more. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["malformed_request"];
            /** @description `token_missing`: Neither a session nor a bearer token was sent.<br>`token_invalid`: It is not ADMIN_TOKEN.<br>`token_expired`: The session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `forbidden`: With a session: the request does not come from our own page. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `not_found`: ADMIN_TOKEN is not set, or there is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            408: components["responses"]["request_timeout"];
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            /** @description `rate_limited`: Too many wrong tokens from this address. */
            429: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `database_unavailable`: The database is away. */
            503: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    SessionController_show: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionDto"];
                };
            };
            400: components["responses"]["malformed_request"];
            /** @description `token_missing`: There is no session, or it has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `forbidden`: Another site asks. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `not_found`: ADMIN_TOKEN is not set. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
        };
    };
    SessionController_signIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignInDto"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionDto"];
                };
            };
            /** @description `validation_failed`: A field is missing, malformed or unknown; each is named.<br>`malformed_request`: The URL, the headers or the body cannot be read. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `token_invalid`: It is not ADMIN_TOKEN. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `forbidden`: Another site asks. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `not_found`: ADMIN_TOKEN is not set. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            408: components["responses"]["request_timeout"];
            /** @description `payload_too_large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            415: components["responses"]["unsupported_media_type"];
            /** @description `rate_limited`: It is not ADMIN_TOKEN, and there were too many wrong tokens from this address. */
            429: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
        };
    };
    SessionController_signOut: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The session is no more. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["malformed_request"];
            /** @description `forbidden`: Another site asks. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `not_found`: ADMIN_TOKEN is not set. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            408: components["responses"]["request_timeout"];
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            431: components["responses"]["headers_too_large"];
        };
    };
    OperatorUsageController_adjust: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AdjustDto"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdjustedDto"];
                };
            };
            /** @description `validation_failed`: A field is missing, malformed or unknown; each is named.<br>`malformed_request`: The URL, the headers or the body cannot be read. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `token_missing`: Neither a session nor a bearer token was sent.<br>`token_invalid`: It is not ADMIN_TOKEN.<br>`token_expired`: The session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `forbidden`: With a session: the request does not come from our own page. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `not_found`: ADMIN_TOKEN is not set, or there is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            408: components["responses"]["request_timeout"];
            /** @description `change_refused`: Stripe shows no excess there. A meter is missing at Stripe, another process is at it, or USAGE_REPORTER leaves usage to Moesif. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            /** @description `rate_limited`: Too many wrong tokens from this address. */
            429: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `billing_unavailable`: Stripe is away. */
            503: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    OperatorUsageController_billLate: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AdjustDto"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BilledLateDto"];
                };
            };
            /** @description `validation_failed`: A field is missing, malformed or unknown; each is named.<br>`malformed_request`: The URL, the headers or the body cannot be read. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `token_missing`: Neither a session nor a bearer token was sent.<br>`token_invalid`: It is not ADMIN_TOKEN.<br>`token_expired`: The session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `forbidden`: With a session: the request does not come from our own page. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `not_found`: No such billing period, customer or meter is known. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            408: components["responses"]["request_timeout"];
            /** @description `change_refused`: Nothing is late there, or it cannot be billed: `detail` says why. A meter is missing at Stripe, another process is at it, or USAGE_REPORTER leaves usage to Moesif. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            /** @description `rate_limited`: Too many wrong tokens from this address. */
            429: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `billing_unavailable`: Stripe is away. */
            503: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    OperatorUsageController_list: {
        parameters: {
            query?: {
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChecksDto"];
                };
            };
            /** @description `validation_failed`: A part of the query is malformed or unknown; each is named.<br>`malformed_request`: The URL, the headers or the body cannot be read. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `token_missing`: Neither a session nor a bearer token was sent.<br>`token_invalid`: It is not ADMIN_TOKEN.<br>`token_expired`: The session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `forbidden`: With a session: the request does not come from our own page. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `not_found`: ADMIN_TOKEN is not set, or there is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `rate_limited`: Too many wrong tokens from this address. */
            429: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `database_unavailable`: The database is away. */
            503: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    OperatorUsageController_lost: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AbsentUsagesDto"];
                };
            };
            400: components["responses"]["malformed_request"];
            /** @description `token_missing`: Neither a session nor a bearer token was sent.<br>`token_invalid`: It is not ADMIN_TOKEN.<br>`token_expired`: The session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `forbidden`: With a session: the request does not come from our own page. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `not_found`: ADMIN_TOKEN is not set, or there is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `change_refused`: A meter is missing at Stripe, another process is at it, or USAGE_REPORTER leaves usage to Moesif. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `rate_limited`: Too many wrong tokens from this address. */
            429: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `billing_unavailable`: Stripe is away. */
            503: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    OperatorUsageController_reconcile: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ReconcileDto"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReconciledDto"];
                };
            };
            /** @description `validation_failed`: A field is malformed or unknown; each is named.<br>`malformed_request`: The URL, the headers or the body cannot be read. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `token_missing`: Neither a session nor a bearer token was sent.<br>`token_invalid`: It is not ADMIN_TOKEN.<br>`token_expired`: The session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `forbidden`: With a session: the request does not come from our own page. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `not_found`: ADMIN_TOKEN is not set, or there is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            408: components["responses"]["request_timeout"];
            /** @description `change_refused`: A meter is missing at Stripe, another process is at it, or USAGE_REPORTER leaves usage to Moesif. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            /** @description `rate_limited`: Too many wrong tokens from this address. */
            429: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `billing_unavailable`: Stripe is away. */
            503: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    OperatorUsageController_report: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReportDto"];
                };
            };
            400: components["responses"]["malformed_request"];
            /** @description `token_missing`: Neither a session nor a bearer token was sent.<br>`token_invalid`: It is not ADMIN_TOKEN.<br>`token_expired`: The session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `forbidden`: With a session: the request does not come from our own page. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `not_found`: ADMIN_TOKEN is not set, or there is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            408: components["responses"]["request_timeout"];
            /** @description `change_refused`: A meter is missing at Stripe, another process is at it, or USAGE_REPORTER leaves usage to Moesif. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            /** @description `rate_limited`: Too many wrong tokens from this address. */
            429: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `billing_unavailable`: Stripe is away. */
            503: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    OperatorUsageController_resend: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AdjustDto"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DecidedUsageDto"];
                };
            };
            /** @description `validation_failed`: A field is missing, malformed or unknown; each is named.<br>`malformed_request`: The URL, the headers or the body cannot be read. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `token_missing`: Neither a session nor a bearer token was sent.<br>`token_invalid`: It is not ADMIN_TOKEN.<br>`token_expired`: The session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `forbidden`: With a session: the request does not come from our own page. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `not_found`: ADMIN_TOKEN is not set, or there is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            408: components["responses"]["request_timeout"];
            /** @description `change_refused`: Stripe shows all of it. A meter is missing at Stripe, another process is at it, or USAGE_REPORTER leaves usage to Moesif. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            /** @description `rate_limited`: Too many wrong tokens from this address. */
            429: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `billing_unavailable`: Stripe is away. */
            503: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    OperatorUsageController_waive: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WaiveDto"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DecidedUsageDto"];
                };
            };
            /** @description `validation_failed`: A field is missing, malformed or unknown; each is named.<br>`malformed_request`: The URL, the headers or the body cannot be read. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `token_missing`: Neither a session nor a bearer token was sent.<br>`token_invalid`: It is not ADMIN_TOKEN.<br>`token_expired`: The session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `forbidden`: With a session: the request does not come from our own page. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `not_found`: ADMIN_TOKEN is not set, or there is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            408: components["responses"]["request_timeout"];
            /** @description `change_refused`: There is nothing to give up. A meter is missing at Stripe, another process is at it, or USAGE_REPORTER leaves usage to Moesif. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            /** @description `rate_limited`: Too many wrong tokens from this address. */
            429: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `billing_unavailable`: Stripe is away. */
            503: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    OperatorWebhooksController_list: {
        parameters: {
            query?: {
                /** @description Only those in this state. */
                state?: "pending" | "waiting" | "done" | "ignored" | "parked";
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhooksDto"];
                };
            };
            /** @description `validation_failed`: A part of the query is malformed or unknown; each is named.<br>`malformed_request`: The URL, the headers or the body cannot be read. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `token_missing`: Neither a session nor a bearer token was sent.<br>`token_invalid`: It is not ADMIN_TOKEN.<br>`token_expired`: The session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `forbidden`: With a session: the request does not come from our own page. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `not_found`: ADMIN_TOKEN is not set, or there is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `rate_limited`: Too many wrong tokens from this address. */
            429: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `database_unavailable`: The database is away. */
            503: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    OperatorWebhooksController_replay: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReplayDto"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReplayedDto"];
                };
            };
            /** @description `validation_failed`: Either ids or `parked` must be given.<br>`malformed_request`: The URL, the headers or the body cannot be read. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `token_missing`: Neither a session nor a bearer token was sent.<br>`token_invalid`: It is not ADMIN_TOKEN.<br>`token_expired`: The session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `forbidden`: With a session: the request does not come from our own page. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `not_found`: ADMIN_TOKEN is not set, or there is no such thing. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            408: components["responses"]["request_timeout"];
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            /** @description `rate_limited`: Too many wrong tokens from this address. */
            429: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `database_unavailable`: The database is away. */
            503: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    CheckoutController_open: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same request under it answers the same page for 24 hours. The cookie is set by the first answer alone. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CheckoutDto"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenedCheckoutDto"];
                };
            };
            /** @description `validation_failed`: A field is malformed or unknown, or the plan is not on offer; each is named.<br>`malformed_request`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            408: components["responses"]["request_timeout"];
            /** @description `payload_too_large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `unsupported_media_type`: The body is not sent as JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `idempotency_key_reused`: The Idempotency-Key was used for another request. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `rate_limited`: Too many requests from this address. */
            429: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `billing_unavailable`: Stripe is away. Nothing was begun.<br>`database_unavailable`: The database is away. */
            503: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    CheckoutController_link: {
        parameters: {
            query: {
                /** @description The secret of the link. */
                token: unknown;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The button. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            400: components["responses"]["malformed_request"];
            /** @description No such link. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description Used or expired. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            431: components["responses"]["headers_too_large"];
        };
    };
    CheckoutController_options: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CheckoutOptionsDto"];
                };
            };
            400: components["responses"]["malformed_request"];
            /** @description `rate_limited`: Too many requests from this address. */
            429: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
        };
    };
    CheckoutController_return: {
        parameters: {
            query: {
                /** @description As Stripe puts it there. */
                session_id: unknown;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Paid: the token; or that it was shown; or that a mail is on its way. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            400: components["responses"]["malformed_request"];
            /** @description The payment is not settled yet. */
            402: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description No session that this browser began. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description Not paid yet. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description Expired. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description Something is away; loading the page again carries on. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
        };
    };
    PlansController_list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfferDto"];
                };
            };
            400: components["responses"]["malformed_request"];
            431: components["responses"]["headers_too_large"];
        };
    };
    RegistrationController_register: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of up to 255 visible ASCII characters, new for each new request: repeating the request under it gives the same answer for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RegisterDto"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RegisteredDto"];
                };
            };
            /** @description The catalog says `registration: verified`: a link to the token is on its way to the email. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RegistrationMailedDto"];
                };
            };
            /** @description `validation_failed`: A field is missing, malformed or unknown; each is named.<br>`malformed_request`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `payment_method_required`: The catalogue asks for a payment method: POST /checkout is the way. */
            402: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            408: components["responses"]["request_timeout"];
            /** @description `email_taken`: The email has an account.<br>`registration_conflict`: The email is being registered with other details. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `payload_too_large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `unsupported_media_type`: The body is not sent as JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `idempotency_key_reused`: The Idempotency-Key was used for another request. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `rate_limited`: Too many registrations from this address, or too many for emails that have an account. */
            429: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `billing_unavailable`: Stripe is away. The registration is kept; the same request carries on where it stopped.<br>`database_unavailable`: The database is away.<br>`mail_unavailable`: A link is to be mailed, and no mail server is set here. */
            503: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    SignInController_send: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignInDto"];
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignInAnswerDto"];
                };
            };
            /** @description `validation_failed`: The email is missing or malformed, or a field is unknown.<br>`malformed_request`: The URL, the headers or the body cannot be read. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            408: components["responses"]["request_timeout"];
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            /** @description `rate_limited`: Too many requests from this address. */
            429: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `mail_unavailable`: No mail server is set here.<br>`database_unavailable`: The database is away. */
            503: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    TestServiceController_answer: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of up to 255 visible ASCII characters, new for each new call. The same call under it is answered again for 24 hours without being made, and is billed once. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description `validation_failed`: The Idempotency-Key cannot be used.<br>`malformed_request`: The URL, the headers or the body cannot be read. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `token_missing`: No bearer token was sent.<br>`token_invalid`: The token was not issued here, was changed, or its account is gone.<br>`token_expired`: The token has expired.<br>`token_revoked`: The token was taken back. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `subscription_inactive`: The subscription does not allow paid calls at the moment.<br>`payment_method_required`: The account has no payment method, and has made the calls of this billing period that need none. */
            402: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `idempotency_key_in_use`: The call with this Idempotency-Key is still being made. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `idempotency_key_reused`: The Idempotency-Key was used for another call. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `subscription_changing`: The subscription is being changed: a second later it answers.<br>`ledger_unavailable`: Calls cannot be recorded at the moment, so they are not answered and cost nothing. */
            503: {
                headers: {
                    /** @description Seconds until it is worth trying again. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
}
