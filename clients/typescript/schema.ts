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
         * Get your plan and subscription
         * @description Also available while the subscription is not active.
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
         * Create a billing portal session
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
         * List your paid calls
         * @description Newest first. As CSV, the `link` header with `rel="next"` points to the next page, and values that a spreadsheet would read as formulas start with an apostrophe.
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
         * Stream your calls live
         * @description Server-sent events: `call` with one call as in the list, and its id as the event’s; `skipped` with `{"calls": n}` when there were too many to send (null: unknown). A call may be sent twice with the same ID. The stream ends after ten minutes or when the token is revoked; reconnect with `Last-Event-ID`. A browser’s EventSource cannot send the token: use fetch.
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
         * @description Immediately, with a final invoice for usage so far; or at the end of the period.
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
         * Preview the upcoming invoice
         * @description As Stripe would bill it now, and by our own meters. While Stripe is not available (see `stripe`), by our own meters only.
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
         * List your invoices
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
    "/account/invoices/{id}/lines": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the lines of an invoice
         * @description All of them, in order.
         */
        get: operations["AccountInvoicesController_lines"];
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
         * List the calls of an invoice line
         * @description The calls counted by the meter of the line in its period, as in `GET /account/calls`. All lines of one meter and period, such as the tiers of a graduated price, share their calls.
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
         * @description For all of your tokens: an upgrade takes effect immediately, any other change when the billing period ends (`pendingChange`). Usage so far is billed at the former price. Choosing a plan cancels a scheduled change or cancellation.
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
         * @description Cancels a scheduled change of plan. Without one, nothing is changed.
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
         * @description Reverts a scheduled cancellation. Without one, nothing is changed.
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
         * @description Active tokens, newest first, without their values.
         */
        get: operations["AccountTokensController_list"];
        put?: never;
        /**
         * Issue a token
         * @description For your own program or for an end user. Grant only the scopes it needs: a token that can only call the API can't issue other tokens if it leaks. To rotate, issue a new one before the old one expires; both work.
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
         * @description It stops working within a second. You can also revoke the token you use.
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
         * Get your usage
         * @description For each billed meter: the current and previous billing period, and a series by hour, day or period. Updated within seconds of a call. Also available while the subscription is not active.
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
         * List or search accounts
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
         * Get account details
         * @description The Stripe customer ID.
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
    "/admin/catalog/drift": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Compare Stripe with the catalog
         * @description Read-only; `npm run farebox -- catalog apply` applies the changes.
         */
        get: operations["OperatorCatalogController_drift"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/catalog/revenue": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Revenue by plan in the current billing periods
         * @description Calculated from our meters and the catalog's prices per account: before tax and discounts, and without usage at the former price before a change of plan.
         */
        get: operations["OperatorCatalogController_revenue"];
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
         * GET /admin/catalog/drift
         * @deprecated
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
         * GET /admin/catalog/revenue
         * @deprecated
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
        /** List meters and their current totals */
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
         * Follow a running meter test
         * @description From its beginning, in the process that responds. Does not start a test. Server-sent events: `test` (MeterTestDto) comes first, `progress` (MeterTestProgressDto) on each change, and `end` (MeterTestEndDto) last. If the stream ends without `end`, the connection was lost: follow the test again. A test stops ten seconds after its last follower disconnects.
         */
        get: operations["OperatorMeterTestController_follow"];
        put?: never;
        /**
         * Start a meter test and follow it
         * @description Sends one real call through every step, from meter to Stripe's total; one test per meter at a time. If such a test is running in this process, it is followed. Server-sent events: `test` (MeterTestDto) comes first, `progress` (MeterTestProgressDto) on each change, and `end` (MeterTestEndDto) last. If the stream ends without `end`, the connection was lost: follow the test again. A test stops ten seconds after its last follower disconnects.
         */
        post: operations["OperatorMeterTestController_start"];
        /**
         * Stop a meter test
         * @description In all processes; succeeds also when none is running. A customer that the test created stays.
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
         * @description Starts a one-hour session, as an HttpOnly cookie.
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
         * Correct an excess at Stripe
         * @description Reconciles again and reports the difference, so that usage reported by another sender is no longer billed.
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
         * Bill late or uninvoiced usage
         * @description Reconciles again and adds one invoice item to the customer's next invoice: the price of the used units minus the price of the billed units, at the period's own price. An interrupted decision is completed first.
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
        /** List past reconciliations of all customers */
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
         * List usage missing at Stripe
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
         * Reconcile ledger, meters, reported usage, Stripe totals and invoices
         * @description Billing periods of the last 40 days. Read-only. About 15 per second.
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
        /** Report usage to Stripe now */
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
         * Report missing usage again
         * @description Sent with the next report. If the lost events still arrive at Stripe, they are counted twice: see `adjust`.
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
         * Waive missing usage
         * @description For example events cancelled at Stripe; with `cancel` they are cancelled there first. Waived usage is not reported again and no longer counts as missing.
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
        /** List webhook events */
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
         * Replay webhook events
         * @description The events with these IDs, or all parked ones. Safe to repeat: the current state is read from Stripe.
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
         * Create a checkout session for a plan
         * @description Returns the URL of the provider’s payment page and sets a cookie: after payment the same browser returns to GET /checkout/return and gets the token there.
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
         * One-time link from an email
         * @description A page with a button. Loading it changes nothing.
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
         * Get the pricing table of the /pricing page
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
         * Checkout return URL
         * @description A page. After payment it shows the token once, in the browser that began the checkout. Reloading is safe.
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
        /** List plans and prices */
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
         * @description Creates a customer with a subscription and returns the access token for the paid endpoints. It is shown once.
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
         * Email a sign-in link
         * @description For customers who lost their token: the link in the email shows a new one, once. The response is the same whether or not the email has an account. At most one email per minute is sent.
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
         * Call the example endpoint
         * @description Requires an access token and an active subscription.
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
             * @description `later_event`: the totals show an event that was sent later. `rejected`: Stripe reported that it rejected it. null: no evidence that it is lost.
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
             * @description The subscription status at Stripe.
             * @example active
             */
            status: string;
            /**
             * @description Whether paid endpoints can be called now.
             * @example true
             */
            active: boolean;
            /**
             * @description The paying company's ID in analytics.
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
             * @description Past due: until when paid endpoints can still be called.
             */
            graceEnd: string | null;
            /** @description The plan that the subscription will change to, unless POST /account/plan/cancel-change is called. */
            pendingChange: components["schemas"]["PendingChangeDto"] | null;
            /** @example false */
            cancelAtPeriodEnd: boolean;
            /**
             * Format: date-time
             * @description When the subscription will end.
             */
            cancelAt: string | null;
            /**
             * Format: date-time
             * @description When the account was closed; it cannot be reopened.
             */
            closedAt: string | null;
            /**
             * @description Whether invoices can be collected: POST /account/billing-portal opens the page where a payment method is added. Null until it was first compared with Stripe.
             * @enum {string|null}
             */
            paymentMethod: "present" | "missing" | "not_needed" | null;
            /** @description Paid calls allowed without a payment method; null if there is one, or no limit. */
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
             * @description The subscription status at Stripe.
             * @example active
             */
            status: string;
            /** Format: date-time */
            createdAt: string;
            /**
             * Format: date-time
             * @description When the customer was deleted.
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
             * @description How Stripe handles new invoices while collection is paused; null while it is not. Calls still work.
             * @enum {string|null}
             */
            collectionPaused: "void" | "keep_as_draft" | "mark_uncollectible" | null;
            /** @description The plan that a Stripe schedule changes it to; the current plan where a new price is scheduled. */
            pendingPlan: string | null;
            /**
             * Format: date-time
             * @description When the scheduled change takes effect.
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
             * @description The subscription status at Stripe.
             * @example active
             */
            status: string;
            /** Format: date-time */
            createdAt: string;
            /**
             * Format: date-time
             * @description When the customer was deleted.
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
             * @description How Stripe handles new invoices while collection is paused; null while it is not. Calls still work.
             * @enum {string|null}
             */
            collectionPaused: "void" | "keep_as_draft" | "mark_uncollectible" | null;
            /** @description The plan that a Stripe schedule changes it to; the current plan where a new price is scheduled. */
            pendingPlan: string | null;
            /**
             * Format: date-time
             * @description When the scheduled change takes effect.
             */
            pendingAt: string | null;
            /** Format: uuid */
            accountId: string;
            /** @example Ada */
            firstname: string;
            /** @example Lovelace */
            lastname: string;
            /** @description Former Stripe customers of the account. */
            formerCustomers: string[];
            /**
             * Format: date-time
             * @description Start of the current billing period.
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
            /** @description Active tokens, newest first, without their values. */
            tokens: components["schemas"]["AccountTokenDto"][];
            /** @description The last 20 Stripe events of the customer. */
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
             * @description The meter's total: a whole number.
             * @example 42
             */
            value: string;
            /**
             * @description Of this, what was recorded for reporting to Stripe.
             * @example 42
             */
            reported: string;
            /**
             * @deprecated
             * @description Use `reported`.
             * @example 42
             */
            told: string;
        };
        AdjustDto: {
            /** @example cus_QXg1o8vlGmRkp2 */
            customerId: string;
            /**
             * @description Meter name in the catalog.
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
             * @description The correction that was recorded for reporting: less than 0.
             * @example -5
             */
            value: string;
            /** @description Whether Stripe accepted it immediately; otherwise it is retried. */
            reported: boolean;
            /**
             * @deprecated
             * @description Use `reported`.
             */
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
             * @description The invoice item at Stripe; null when the units cost nothing.
             * @example ii_1Sd8lBLYiULhX7Hz
             */
            itemId: string | null;
            /** @description False when the customer has no live subscription: then create an invoice in Stripe that includes the item. */
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
             * @description The provider’s portal for this customer, valid for a few minutes: redirect the browser there.
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
             * @description Duration until the response was ready.
             * @example 12.345
             */
            durationMs: number;
            /**
             * @description Units reported by the endpoint; otherwise 0.
             * @example 0
             */
            units: number;
            /** @description The end user of the token, or your customer id. */
            user: string;
            /** @description The token, by its jti. */
            tokenId: string;
            /**
             * @description Your plan at the time of the call.
             * @example standard
             */
            plan: string;
            /**
             * Format: uuid
             * @description Set if the row is a correction instead of a call: units that became known after that call's response had started.
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
             * @description `now`: immediately, with a final invoice for usage so far. `period_end`: the subscription continues until then.
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
            /** @description Why it cannot be applied, and what to do. */
            message?: string;
        };
        ChangePlanDto: {
            /**
             * @description The id of a plan of GET /plans.
             * @example volume
             */
            plan: string;
            /**
             * @description `period_end`: when the current billing period ends. `now`: immediately; refused if it is not an upgrade or an allowance, tiers or fees would restart. Default: now where allowed, otherwise at the end of the period.
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
             * @description Pre-fills the email on the payment page; asked for there when absent.
             * @example ada@example.com
             */
            email?: string;
        };
        CheckoutOptionsDto: {
            /** @description The pricing table to embed; null: show the plans of GET /plans. */
            pricingTable: components["schemas"]["PricingTableDto"] | null;
        };
        ChecksDto: {
            /** @description Of all customers, newest first. */
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
             * @description `to_tell`: unreported, will be sent with the next report. `settling`: reported, but Stripe's totals lag. `miscounted`: the meter differs from the recorded calls. `late`: found after the invoice was finalized; `bill-late` bills it on the next one. `billed`: late usage that was billed. `missing`: Stripe's total is less than what it accepted. `excess`: Stripe's total is more than was reported; `adjust` corrects it. `gone`: the customer was deleted at Stripe. `unknown`: Stripe's totals could not be read. `pending`: the period has ended, and its invoice is a draft or not created yet. `uninvoiced`: invoiced less than was used; `bill-late` bills it. `overinvoiced`: invoiced more than was used.
             * @enum {string}
             */
            verdict: "to_tell" | "settling" | "miscounted" | "late" | "billed" | "missing" | "excess" | "gone" | "unknown" | "pending" | "uninvoiced" | "overinvoiced";
            /** @description Recounted from the recorded calls. */
            ledger: string;
            /** @description The meter's total. */
            counted: string;
            /** @description Accepted by Stripe. */
            reported: string;
            /**
             * @deprecated
             * @description Use `reported`.
             */
            told: string;
            /** @description Billed late, as invoice items. */
            billed: string;
            /** @description Waived by an operator: not reported, and not missing. */
            waived: string;
            /** @description Stripe's total. */
            stripe: string;
            /** @description Units on lines of finalized invoices; empty before the first one. */
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
            /** @description Recommended action and invoice details; empty if none. */
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
            /** @description What `catalog apply` would do; empty if Stripe matches the file. */
            changes: components["schemas"]["ChangeDto"][];
            notes: string[];
        };
        FieldProblemBody: {
            /**
             * @description The name of the field.
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
            /** @description Reasons why this process is not ready, and other problems; empty if there are none. */
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
            /** @description Stripe’s page to view and pay the invoice; absent for a draft. */
            hostedUrl?: string;
            /** @description The first ones, if `moreLines`. */
            lines: components["schemas"]["InvoiceLineDto"][];
            /** @description Whether there are more lines: `GET /account/invoices/{id}/lines`. */
            moreLines: boolean;
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
            /** @description The meter of the line: its calls can be listed. */
            meter?: string;
        };
        InvoiceLinePageDto: {
            lines: components["schemas"]["InvoiceLineDto"][];
            /** @description The `cursor` of the next page; null at the end. */
            nextCursor: string | null;
        };
        InvoicePageDto: {
            /** @description Newest first. A page may be short, or empty, and still have a next one. */
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
             * @description `unavailable`: Stripe is not available, `total` and `lines` are calculated by us. `no_invoice`: the subscription has ended, there is no further invoice.
             * @enum {string}
             */
            stripe: "answered" | "unavailable" | "no_invoice";
            /**
             * Format: date-time
             * @description Time of the answer from Stripe, UTC: seconds ago at most, unless the request budget for Stripe is spent. Null while Stripe is not available.
             */
            stripeAt: string | null;
            /**
             * @description The upcoming invoice's total now. In the currency's main unit; below zero for a credit.
             * @example 1000.00
             */
            total: string;
            lines: components["schemas"]["PreviewLineDto"][];
            /** @description Usage by our own meters at catalog prices, and what Stripe bills in addition (fees, credits). */
            ours: components["schemas"]["OwnPreviewDto"];
            /** @description Whether the two totals differ, which is normal until recent usage is synced to Stripe. */
            differs: boolean;
            /**
             * Format: date-time
             * @description When your usage was last synced to Stripe, UTC; null if never.
             */
            reportedAt: string | null;
            /**
             * Format: date-time
             * @description The latest start of the next sync to Stripe, UTC; null if usage is not reported from here.
             */
            nextReportAt: string | null;
        };
        IssueTokenDto: {
            /**
             * @description Name shown in the list.
             * @example production
             */
            name: string;
            /**
             * @description Your ID of the end user the token is for. Its calls count for that user, and it can call the API only. Without it, the token is your own.
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
            /** @enum {string} */
            metric: "event_count" | "unique_users" | "unique_companies" | "unique_sessions" | "sum_of_units" | "average_units";
            /** @enum {string} */
            aggregation: "sum" | "most_recent_in_period" | "most_recent_ever" | "maximum";
            /**
             * @description Of the aggregations but `sum`.
             * @example 3600000
             */
            windowMs: number;
            /** @description The filter that calls must match: route, verb (method), status, plan, header. */
            filter: {
                [key: string]: unknown;
            };
            /** @description Null while it is missing at Stripe. */
            provider: components["schemas"]["ProviderMeterDto"] | null;
            /** @description Customers with usage in the current billing period. */
            customers: number;
            /** @description Of all customers in their current billing periods: a whole number. */
            value: string;
            /** @description Of this, what was recorded for reporting to Stripe. */
            reported: string;
            /**
             * @deprecated
             * @description Use `reported`.
             */
            told: string;
            /** @description Whether a test of it is running in the process that responds. */
            testing: boolean;
        };
        MeterTestDto: {
            /**
             * @description Meter name in the catalog.
             * @example calls
             */
            meter: string;
            synthetic: boolean;
            /** Format: date-time */
            startedAt: string;
            /** @example 600 */
            timeoutSeconds: number;
            /** @description In order; each has `progress` events, unless the test ends before it. */
            stages: ("meter" | "subscription" | "call" | "report" | "stripe")[];
        };
        MeterTestEndDto: {
            /**
             * @description `stopped`: stopped on request. `unfollowed`: no client followed it. `shutting_down`: the process shut down. `broken`: unexpected error, see the log.
             * @enum {string}
             */
            outcome: "passed" | "failed" | "stopped" | "unfollowed" | "shutting_down" | "broken";
        };
        MeterTestProgressDto: {
            /** @enum {string} */
            stage: "meter" | "subscription" | "call" | "report" | "stripe";
            /**
             * @description `working`: checked every second. `failed`: the test ends here.
             * @enum {string}
             */
            state: "working" | "passed" | "failed";
            /**
             * @description The current state.
             * @example no paid call since the test began
             */
            message: string;
            /** @description For `failed`: how to fix it. */
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
            metric: "event_count" | "unique_users" | "unique_companies" | "unique_sessions" | "sum_of_units" | "average_units";
            /** @enum {string} */
            aggregation: "sum" | "most_recent_in_period" | "most_recent_ever" | "maximum";
            /** @description The current billing period, or the last one after the subscription ended. */
            period: components["schemas"]["PeriodUsageDto"];
            /** @description The previous billing period. */
            previous: components["schemas"]["PeriodUsageDto"] | null;
            /** @description Without gaps: 0 where nothing was used. */
            buckets: components["schemas"]["UsageBucketDto"][];
        };
        MetersDto: {
            meters: components["schemas"]["MeterDto"][];
            /**
             * @description Metering lag: age of the oldest paid call that is not metered yet.
             * @example 0
             */
            lagSeconds: number;
            /**
             * @description Paid calls whose billing period is not known yet.
             * @example 0
             */
            waitingCalls: number;
            /** @description Whether the Stripe key is live: then a meter test creates no synthetic customer. */
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
             * @description The price as a sentence.
             * @example $0.10 per call, billed monthly
             */
            price: string;
            /**
             * @description Whether registrations without a plan get this one.
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
             * @description Free units per period.
             * @example 0
             */
            free: number;
            /**
             * @description Charged in advance every period, in addition to usage.
             * @example null
             */
            baseFee: string | null;
            /**
             * @description Free trial in days.
             * @example 0
             */
            trialDays: number;
        };
        OpenedCheckoutDto: {
            /**
             * @description The payment page: redirect the browser there.
             * @example https://checkout.stripe.com/c/pay/cs_test_a1…
             */
            url: string;
            /**
             * @description The Stripe session ID.
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
            /** @description Accounts that are charged. */
            accounts: number;
            /** @description Accounts in trial: their usage is not charged. */
            trialing: number;
            /**
             * @description Usage of the charged accounts: a whole number.
             * @example 42
             */
            units: string;
            /**
             * @description Null, like the amounts, if the price is not in the catalog.
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
             * @description Units; packages where we calculate the invoice.
             * @example 100
             */
            quantity: string;
            /**
             * @description Price per unit in the currency's main unit, exact; null if there is none, such as for packages.
             * @example 10.00
             */
            unitAmount: string | null;
            /**
             * @description In the currency's main unit; below zero for a credit.
             * @example 1000.00
             */
            amount: string;
            /** @description The meter of the line; absent for lines that are not usage. */
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
             * @description Binds the payment to this browser.
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
             * @description A message for people.
             * @example Some fields are invalid. See "errors".
             */
            detail: string;
            /**
             * @description An error code for programs.
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
             * @description Limit to one customer.
             * @example cus_QXg1o8vlGmRkp2
             */
            customerId?: string;
        };
        ReconciledDto: {
            /** @description Customers, meters and billing periods. */
            compared: number;
            /** @description Of these, without any discrepancy. */
            equal: number;
            /** @description Rows with a discrepancy; at most 1,000. */
            differences: components["schemas"]["DifferenceDto"][];
        };
        RegisterDto: {
            /**
             * Format: email
             * @description Case-insensitive; surrounding spaces are ignored.
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
             * @description The access token: send it as `Authorization: Bearer …`. It is shown once.
             * @example eyJhbGciOiJIUzI1NiIs…
             */
            jwt: string;
            /**
             * @description The Stripe customer ID.
             * @example cus_TQ8xYJ2eZvKYlo
             */
            customerId: string;
            /**
             * @description The Stripe subscription ID.
             * @example sub_1SQ8xYJ2eZvKYlo2CJ9
             */
            subscriptionId: string;
            /**
             * @description The plan ID.
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
            /** @description All parked events, instead of ids. */
            parked?: boolean;
        };
        ReplayedDto: {
            /** @description Number of events queued for replay. */
            replayed: number;
        };
        ReportDto: {
            /** @description Usage events recorded for reporting. */
            planned: number;
            sent: number;
            /** @description Rejected by Stripe because of their content; retried in an hour. */
            refused: number;
            /** @description Not reported because Stripe was unavailable or rate limited us; retried soon. */
            postponed: number;
            /** @description Found in Stripe's totals. */
            proven: number;
            /** @description Accepted but lost, by evidence: reported again with the next report. */
            lost: number;
            /** @description Settled but missing from Stripe's totals: waiting for evidence that they are lost rather than late. */
            absent: number;
            /** @description Look lost, but are too many at once to be plausible: none is reported again. 0: none. */
            breaker: number;
            /** @description Customers and meters whose Stripe totals could not be read. */
            unknown: number;
            /** @description Customers and meters whose Stripe totals don't match what was reported. */
            mismatched: number;
            /** @description Cannot be reported: older than 35 days, or more than 15 digits. The log lists them. */
            unreportable: number;
            /**
             * @deprecated
             * @description Use `unreportable`.
             */
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
             * @description Create a test customer and call instead of waiting for a real one. Refused with a live Stripe key.
             * @default false
             */
            synthetic?: boolean;
            /**
             * @description Timeout of the whole test, in seconds.
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
             * @description Usage in the bucket; for users, sessions and companies the number of new ones; for averages that of the calls in it. For maximum and most-recent meters, the largest or latest window that begins in the bucket.
             * @example 12
             */
            value: string;
        };
        UsageDto: {
            /** @description The meters that you are billed by. */
            meters: components["schemas"]["MeterUsageDto"][];
        };
        WaiveDto: {
            /** @example cus_QXg1o8vlGmRkp2 */
            customerId: string;
            /**
             * @description Meter name in the catalog.
             * @example calls
             */
            meter: string;
            /**
             * @description `periodStart` of the difference.
             * @example 2026-11-21T08:00:00.000Z
             */
            periodStart: string;
            /**
             * @description Cancel events sent in the last 24 hours at Stripe, and waive them.
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
             * @description `pending`: about to be processed. `waiting`: its customer has no account yet. `done`, `ignored`. `parked`: failed too often; fix the cause and replay.
             * @enum {string}
             */
            state: "pending" | "waiting" | "done" | "ignored" | "parked";
            /** @description Failed attempts. */
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
        /** @description `request_timeout`: The request timed out. */
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
        /** @description `unsupported_media_type`: The content type is not JSON. */
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
            /** @description `token_missing`: No bearer token was sent.<br>`token_invalid`: The token was not issued here, was modified, or its account was closed.<br>`token_expired`: The token has expired.<br>`token_revoked`: The token was revoked. */
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
            /** @description `rate_limited`: Too many requests from this account or address. */
            429: {
                headers: {
                    /** @description Seconds to wait before retrying. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `database_unavailable`: The database is not available. */
            503: {
                headers: {
                    /** @description Seconds to wait before retrying. */
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
            /** @description `token_missing`: No bearer token was sent.<br>`token_invalid`: The token was not issued here, was modified, or its account was closed.<br>`token_expired`: The token has expired.<br>`token_revoked`: The token was revoked. */
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
            /** @description `rate_limited`: Too many requests from this account or address. */
            429: {
                headers: {
                    /** @description Seconds to wait before retrying. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `billing_unavailable`: Stripe is not available. */
            503: {
                headers: {
                    /** @description Seconds to wait before retrying. */
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
                /** @description The exact route pattern. */
                route?: string;
                /** @description A status or a status class. */
                status?: string;
                verb?: string;
                /** @description Calls that started at this time or later. */
                from?: string;
                /** @description Calls that started before this time. */
                to?: string;
                /** @description At most 200; 10000 as CSV, which is its default. */
                limit?: number;
                /** @description `nextCursor` of the previous page. */
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
            /** @description `validation_failed`: A query parameter is malformed or unknown; each is listed.<br>`malformed_request`: The URL, the headers or the body cannot be read. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `token_missing`: No bearer token was sent.<br>`token_invalid`: The token was not issued here, was modified, or its account was closed.<br>`token_expired`: The token has expired.<br>`token_revoked`: The token was revoked. */
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
            /** @description `rate_limited`: Too many requests from this account or address. */
            429: {
                headers: {
                    /** @description Seconds to wait before retrying. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `database_unavailable`: The database is not available.<br>`busy`: Too many exports are running. */
            503: {
                headers: {
                    /** @description Seconds to wait before retrying. */
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
                /** @description The exact route pattern. */
                route?: string;
                /** @description A status or a status class. */
                status?: string;
                verb?: string;
            };
            header?: {
                /** @description The ID of the last call you received: later calls, and those of the seconds before it, are sent first, at most 200. */
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
            /** @description `validation_failed`: A query parameter is malformed or unknown; each is listed.<br>`malformed_request`: The URL, the headers or the body cannot be read. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `token_missing`: No bearer token was sent.<br>`token_invalid`: The token was not issued here, was modified, or its account was closed.<br>`token_expired`: The token has expired.<br>`token_revoked`: The token was revoked. */
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
            /** @description `rate_limited`: Too many open streams: ten per account, fifty per address. */
            429: {
                headers: {
                    /** @description Seconds to wait before retrying. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `shutting_down`: The process is shutting down. */
            503: {
                headers: {
                    /** @description Seconds to wait before retrying. */
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
                /** @description Repeating the request under it returns the same response for 24 hours without another change. */
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
            /** @description `validation_failed`: A field is missing, malformed or unknown; each is listed.<br>`malformed_request`: The URL, the headers or the body cannot be read. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `token_missing`: No bearer token was sent.<br>`token_invalid`: The token was not issued here, was modified, or its account was closed.<br>`token_expired`: The token has expired.<br>`token_revoked`: The token was revoked. */
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
            /** @description `change_refused`: The change must wait for the end of the period, Stripe does not allow it, or the payment was declined. Nothing was changed. */
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
            /** @description `rate_limited`: Too many requests from this account or address. */
            429: {
                headers: {
                    /** @description Seconds to wait before retrying. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `billing_unavailable`: Stripe is not available. The change is kept and will be made; the same request continues it. */
            503: {
                headers: {
                    /** @description Seconds to wait before retrying. */
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
            /** @description `token_missing`: No bearer token was sent.<br>`token_invalid`: The token was not issued here, was modified, or its account was closed.<br>`token_expired`: The token has expired.<br>`token_revoked`: The token was revoked. */
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
            /** @description `rate_limited`: Too many requests from this account or address. */
            429: {
                headers: {
                    /** @description Seconds to wait before retrying. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `database_unavailable`: The database is not available.<br>`billing_unavailable`: Stripe is not available. */
            503: {
                headers: {
                    /** @description Seconds to wait before retrying. */
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
                /** @description `nextCursor` of the previous page. */
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
            /** @description `validation_failed`: A query parameter is malformed or unknown; each is listed.<br>`malformed_request`: The URL, the headers or the body cannot be read. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `token_missing`: No bearer token was sent.<br>`token_invalid`: The token was not issued here, was modified, or its account was closed.<br>`token_expired`: The token has expired.<br>`token_revoked`: The token was revoked. */
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
            /** @description `rate_limited`: Too many requests from this account or address. */
            429: {
                headers: {
                    /** @description Seconds to wait before retrying. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `database_unavailable`: The database is not available.<br>`billing_unavailable`: Stripe is not available. */
            503: {
                headers: {
                    /** @description Seconds to wait before retrying. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    AccountInvoicesController_lines: {
        parameters: {
            query?: {
                limit?: number;
                /** @description `nextCursor` of the previous page. */
                cursor?: string;
            };
            header?: never;
            path: {
                id: string;
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
                    "application/json": components["schemas"]["InvoiceLinePageDto"];
                };
            };
            /** @description `validation_failed`: A query parameter is malformed or unknown; each is listed.<br>`malformed_request`: The URL, the headers or the body cannot be read. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `token_missing`: No bearer token was sent.<br>`token_invalid`: The token was not issued here, was modified, or its account was closed.<br>`token_expired`: The token has expired.<br>`token_revoked`: The token was revoked. */
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
            /** @description `not_found`: No such invoice of yours, or no such line on it. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `rate_limited`: Too many requests from this account or address. */
            429: {
                headers: {
                    /** @description Seconds to wait before retrying. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `database_unavailable`: The database is not available.<br>`billing_unavailable`: Stripe is not available. */
            503: {
                headers: {
                    /** @description Seconds to wait before retrying. */
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
                /** @description The exact route pattern. */
                route?: string;
                /** @description A status or a status class. */
                status?: string;
                verb?: string;
                /** @description Calls that started at this time or later. */
                from?: string;
                /** @description Calls that started before this time. */
                to?: string;
                /** @description At most 200; 10000 as CSV, which is its default. */
                limit?: number;
                /** @description `nextCursor` of the previous page. */
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
            /** @description `validation_failed`: A query parameter is malformed or unknown; each is listed.<br>`malformed_request`: The URL, the headers or the body cannot be read. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `token_missing`: No bearer token was sent.<br>`token_invalid`: The token was not issued here, was modified, or its account was closed.<br>`token_expired`: The token has expired.<br>`token_revoked`: The token was revoked. */
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
            /** @description `not_found`: No such usage line on your invoices. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `rate_limited`: Too many requests from this account or address. */
            429: {
                headers: {
                    /** @description Seconds to wait before retrying. */
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
                    /** @description Seconds to wait before retrying. */
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
                /** @description Repeating the request under it returns the same response for 24 hours without another change. */
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
            /** @description `validation_failed`: A field is missing, malformed or unknown; each is listed.<br>`malformed_request`: The URL, the headers or the body cannot be read. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `token_missing`: No bearer token was sent.<br>`token_invalid`: The token was not issued here, was modified, or its account was closed.<br>`token_expired`: The token has expired.<br>`token_revoked`: The token was revoked. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `subscription_inactive`: The subscription has not started, or has ended. */
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
            /** @description `change_refused`: The change must wait for the end of the period, Stripe does not allow it, or the payment was declined. Nothing was changed. */
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
            /** @description `rate_limited`: Too many requests from this account or address. */
            429: {
                headers: {
                    /** @description Seconds to wait before retrying. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `billing_unavailable`: Stripe is not available. The change is kept and will be made; the same request continues it. */
            503: {
                headers: {
                    /** @description Seconds to wait before retrying. */
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
                /** @description Repeating the request under it returns the same response for 24 hours without another change. */
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
            /** @description `validation_failed`: A field is missing, malformed or unknown; each is listed.<br>`malformed_request`: The URL, the headers or the body cannot be read. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `token_missing`: No bearer token was sent.<br>`token_invalid`: The token was not issued here, was modified, or its account was closed.<br>`token_expired`: The token has expired.<br>`token_revoked`: The token was revoked. */
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
            /** @description `change_refused`: The change must wait for the end of the period, Stripe does not allow it, or the payment was declined. Nothing was changed. */
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
            /** @description `rate_limited`: Too many requests from this account or address. */
            429: {
                headers: {
                    /** @description Seconds to wait before retrying. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `billing_unavailable`: Stripe is not available. The change is kept and will be made; the same request continues it. */
            503: {
                headers: {
                    /** @description Seconds to wait before retrying. */
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
                /** @description Repeating the request under it returns the same response for 24 hours without another change. */
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
            /** @description `validation_failed`: A field is missing, malformed or unknown; each is listed.<br>`malformed_request`: The URL, the headers or the body cannot be read. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `token_missing`: No bearer token was sent.<br>`token_invalid`: The token was not issued here, was modified, or its account was closed.<br>`token_expired`: The token has expired.<br>`token_revoked`: The token was revoked. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `subscription_inactive`: The subscription has not started, or has ended. */
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
            /** @description `change_refused`: The change must wait for the end of the period, Stripe does not allow it, or the payment was declined. Nothing was changed. */
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
            /** @description `rate_limited`: Too many requests from this account or address. */
            429: {
                headers: {
                    /** @description Seconds to wait before retrying. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `billing_unavailable`: Stripe is not available. The change is kept and will be made; the same request continues it. */
            503: {
                headers: {
                    /** @description Seconds to wait before retrying. */
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
            /** @description `token_missing`: No bearer token was sent.<br>`token_invalid`: The token was not issued here, was modified, or its account was closed.<br>`token_expired`: The token has expired.<br>`token_revoked`: The token was revoked. */
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
            /** @description `rate_limited`: Too many requests from this account or address. */
            429: {
                headers: {
                    /** @description Seconds to wait before retrying. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `database_unavailable`: The database is not available. */
            503: {
                headers: {
                    /** @description Seconds to wait before retrying. */
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
                /** @description Repeating the request under it returns the same token for 24 hours. */
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
            /** @description `validation_failed`: A field is missing, malformed or unknown; each is listed.<br>`malformed_request`: The URL, the headers or the body cannot be read. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `token_missing`: No bearer token was sent.<br>`token_invalid`: The token was not issued here, was modified, or its account was closed.<br>`token_expired`: The token has expired.<br>`token_revoked`: The token was revoked. */
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
            /** @description `too_many_tokens`: The account has the maximum number of tokens. */
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
            /** @description `rate_limited`: Too many requests from this account or address. */
            429: {
                headers: {
                    /** @description Seconds to wait before retrying. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `database_unavailable`: The database is not available. */
            503: {
                headers: {
                    /** @description Seconds to wait before retrying. */
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
            /** @description The token is revoked. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["malformed_request"];
            /** @description `token_missing`: No bearer token was sent.<br>`token_invalid`: The token was not issued here, was modified, or its account was closed.<br>`token_expired`: The token has expired.<br>`token_revoked`: The token was revoked. */
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
            /** @description `not_found`: No token of the account has this ID. */
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
            /** @description `rate_limited`: Too many requests from this account or address. */
            429: {
                headers: {
                    /** @description Seconds to wait before retrying. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `database_unavailable`: The database is not available. */
            503: {
                headers: {
                    /** @description Seconds to wait before retrying. */
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
                /** @description Start of the range, rounded down to the hour or day, UTC. Default: start of the current period. */
                from?: string;
                /** @description End of the range, including its hour or day. Default: now, or the end of the last period. */
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
            /** @description `validation_failed`: A field is malformed, or the range is too long; each is listed.<br>`malformed_request`: The URL, the headers or the body cannot be read. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `token_missing`: No bearer token was sent.<br>`token_invalid`: The token was not issued here, was modified, or its account was closed.<br>`token_expired`: The token has expired.<br>`token_revoked`: The token was revoked. */
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
            /** @description `rate_limited`: Too many requests from this account or address. */
            429: {
                headers: {
                    /** @description Seconds to wait before retrying. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `database_unavailable`: The database is not available. */
            503: {
                headers: {
                    /** @description Seconds to wait before retrying. */
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
                /** @description Part of the email, or a complete Stripe ID: `cus_…`, `sub_…`. */
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
            /** @description `validation_failed`: A query parameter is malformed or unknown; each is listed.<br>`malformed_request`: The URL, the headers or the body cannot be read. */
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
            /** @description `not_found`: ADMIN_TOKEN is not set, or there is no such resource. */
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
                    /** @description Seconds to wait before retrying. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `database_unavailable`: The database is not available. */
            503: {
                headers: {
                    /** @description Seconds to wait before retrying. */
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
            /** @description `not_found`: ADMIN_TOKEN is not set, or there is no such resource. */
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
                    /** @description Seconds to wait before retrying. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `database_unavailable`: The database is not available. */
            503: {
                headers: {
                    /** @description Seconds to wait before retrying. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    OperatorCatalogController_drift: {
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
            /** @description `not_found`: ADMIN_TOKEN is not set, or there is no such resource. */
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
                    /** @description Seconds to wait before retrying. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `billing_unavailable`: Stripe is not available. */
            503: {
                headers: {
                    /** @description Seconds to wait before retrying. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    OperatorCatalogController_revenue: {
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
            /** @description `not_found`: ADMIN_TOKEN is not set, or there is no such resource. */
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
                    /** @description Seconds to wait before retrying. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `database_unavailable`: The database is not available. */
            503: {
                headers: {
                    /** @description Seconds to wait before retrying. */
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
            /**
             * @description `token_missing`: Neither a session nor a bearer token was sent.<br>`token_invalid`: It is not ADMIN_TOKEN.<br>`token_expired`: The session has ended.
             *
             *     `token_missing`: Neither a session nor a bearer token was sent.<br>`token_invalid`: It is not ADMIN_TOKEN.<br>`token_expired`: The session has ended.
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /**
             * @description `forbidden`: With a session: the request does not come from our own page.
             *
             *     `forbidden`: With a session: the request does not come from our own page.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /**
             * @description `not_found`: ADMIN_TOKEN is not set, or there is no such resource.
             *
             *     `not_found`: ADMIN_TOKEN is not set, or there is no such resource.
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /**
             * @description `rate_limited`: Too many wrong tokens from this address.
             *
             *     `rate_limited`: Too many wrong tokens from this address.
             */
            429: {
                headers: {
                    /** @description Seconds to wait before retrying. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `billing_unavailable`: Stripe is not available. */
            503: {
                headers: {
                    /** @description Seconds to wait before retrying. */
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
            /**
             * @description `token_missing`: Neither a session nor a bearer token was sent.<br>`token_invalid`: It is not ADMIN_TOKEN.<br>`token_expired`: The session has ended.
             *
             *     `token_missing`: Neither a session nor a bearer token was sent.<br>`token_invalid`: It is not ADMIN_TOKEN.<br>`token_expired`: The session has ended.
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /**
             * @description `forbidden`: With a session: the request does not come from our own page.
             *
             *     `forbidden`: With a session: the request does not come from our own page.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /**
             * @description `not_found`: ADMIN_TOKEN is not set, or there is no such resource.
             *
             *     `not_found`: ADMIN_TOKEN is not set, or there is no such resource.
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /**
             * @description `rate_limited`: Too many wrong tokens from this address.
             *
             *     `rate_limited`: Too many wrong tokens from this address.
             */
            429: {
                headers: {
                    /** @description Seconds to wait before retrying. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /**
             * @description `database_unavailable`: The database is not available.
             *
             *     `database_unavailable`: The database is not available.
             */
            503: {
                headers: {
                    /** @description Seconds to wait before retrying. */
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
            /** @description `not_found`: ADMIN_TOKEN is not set, or there is no such resource. */
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
                    /** @description Seconds to wait before retrying. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `database_unavailable`: The database is not available. */
            503: {
                headers: {
                    /** @description Seconds to wait before retrying. */
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
            /** @description `not_found`: ADMIN_TOKEN is not set, or there is no such resource. */
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
                    /** @description Seconds to wait before retrying. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `database_unavailable`: The database is not available. */
            503: {
                headers: {
                    /** @description Seconds to wait before retrying. */
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
                /** @description Meter name in the catalog. */
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
            /** @description `not_found`: ADMIN_TOKEN is not set, or there is no such resource. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `rate_limited`: Twenty clients already follow this test. */
            429: {
                headers: {
                    /** @description Seconds to wait before retrying. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `database_unavailable`: The database is not available. */
            503: {
                headers: {
                    /** @description Seconds to wait before retrying. */
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
                /** @description Meter name in the catalog. */
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
            /** @description `validation_failed`: A field is malformed or unknown; each is listed.<br>`malformed_request`: The URL, the headers or the body cannot be read. */
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
            /** @description `not_found`: ADMIN_TOKEN is not set, or there is no such resource. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            408: components["responses"]["request_timeout"];
            /** @description `change_refused`: A synthetic customer was requested with a live Stripe key, or another kind of test of this meter is running. */
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
            /** @description `rate_limited`: Twenty clients already follow this test. */
            429: {
                headers: {
                    /** @description Seconds to wait before retrying. */
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
                    /** @description Seconds to wait before retrying. */
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
                /** @description Meter name in the catalog. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No test of the meter is running. */
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
            /** @description `not_found`: ADMIN_TOKEN is not set, or there is no such resource. */
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
                    /** @description Seconds to wait before retrying. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `database_unavailable`: The database is not available. */
            503: {
                headers: {
                    /** @description Seconds to wait before retrying. */
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
            /** @description `forbidden`: The request comes from another site. */
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
            /** @description `validation_failed`: A field is missing, malformed or unknown; each is listed.<br>`malformed_request`: The URL, the headers or the body cannot be read. */
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
            /** @description `forbidden`: The request comes from another site. */
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
                    /** @description Seconds to wait before retrying. */
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
            /** @description Signed out. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["malformed_request"];
            /** @description `forbidden`: The request comes from another site. */
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
            /** @description `validation_failed`: A field is missing, malformed or unknown; each is listed.<br>`malformed_request`: The URL, the headers or the body cannot be read. */
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
            /** @description `not_found`: ADMIN_TOKEN is not set, or there is no such resource. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            408: components["responses"]["request_timeout"];
            /** @description `change_refused`: There is no excess. A meter is missing at Stripe, another process holds the lock, or Moesif reports usage (USAGE_REPORTER). */
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
                    /** @description Seconds to wait before retrying. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `billing_unavailable`: Stripe is not available. */
            503: {
                headers: {
                    /** @description Seconds to wait before retrying. */
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
            /** @description `validation_failed`: A field is missing, malformed or unknown; each is listed.<br>`malformed_request`: The URL, the headers or the body cannot be read. */
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
            /** @description `not_found`: Unknown billing period, customer or meter. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            408: components["responses"]["request_timeout"];
            /** @description `change_refused`: There is no late usage, or it cannot be billed: see `detail`. A meter is missing at Stripe, another process holds the lock, or Moesif reports usage (USAGE_REPORTER). */
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
                    /** @description Seconds to wait before retrying. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `billing_unavailable`: Stripe is not available. */
            503: {
                headers: {
                    /** @description Seconds to wait before retrying. */
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
            /** @description `validation_failed`: A query parameter is malformed or unknown; each is listed.<br>`malformed_request`: The URL, the headers or the body cannot be read. */
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
            /** @description `not_found`: ADMIN_TOKEN is not set, or there is no such resource. */
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
                    /** @description Seconds to wait before retrying. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `database_unavailable`: The database is not available. */
            503: {
                headers: {
                    /** @description Seconds to wait before retrying. */
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
            /** @description `not_found`: ADMIN_TOKEN is not set, or there is no such resource. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `change_refused`: A meter is missing at Stripe, another process holds the lock, or Moesif reports usage (USAGE_REPORTER). */
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
                    /** @description Seconds to wait before retrying. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `billing_unavailable`: Stripe is not available. */
            503: {
                headers: {
                    /** @description Seconds to wait before retrying. */
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
            /** @description `validation_failed`: A field is malformed or unknown; each is listed.<br>`malformed_request`: The URL, the headers or the body cannot be read. */
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
            /** @description `not_found`: ADMIN_TOKEN is not set, or there is no such resource. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            408: components["responses"]["request_timeout"];
            /** @description `change_refused`: A meter is missing at Stripe, another process holds the lock, or Moesif reports usage (USAGE_REPORTER). */
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
                    /** @description Seconds to wait before retrying. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `billing_unavailable`: Stripe is not available. */
            503: {
                headers: {
                    /** @description Seconds to wait before retrying. */
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
            /** @description `not_found`: ADMIN_TOKEN is not set, or there is no such resource. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            408: components["responses"]["request_timeout"];
            /** @description `change_refused`: A meter is missing at Stripe, another process holds the lock, or Moesif reports usage (USAGE_REPORTER). */
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
                    /** @description Seconds to wait before retrying. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `billing_unavailable`: Stripe is not available. */
            503: {
                headers: {
                    /** @description Seconds to wait before retrying. */
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
            /** @description `validation_failed`: A field is missing, malformed or unknown; each is listed.<br>`malformed_request`: The URL, the headers or the body cannot be read. */
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
            /** @description `not_found`: ADMIN_TOKEN is not set, or there is no such resource. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            408: components["responses"]["request_timeout"];
            /** @description `change_refused`: Nothing is missing. A meter is missing at Stripe, another process holds the lock, or Moesif reports usage (USAGE_REPORTER). */
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
                    /** @description Seconds to wait before retrying. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `billing_unavailable`: Stripe is not available. */
            503: {
                headers: {
                    /** @description Seconds to wait before retrying. */
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
            /** @description `validation_failed`: A field is missing, malformed or unknown; each is listed.<br>`malformed_request`: The URL, the headers or the body cannot be read. */
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
            /** @description `not_found`: ADMIN_TOKEN is not set, or there is no such resource. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            408: components["responses"]["request_timeout"];
            /** @description `change_refused`: Nothing is missing. A meter is missing at Stripe, another process holds the lock, or Moesif reports usage (USAGE_REPORTER). */
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
                    /** @description Seconds to wait before retrying. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `billing_unavailable`: Stripe is not available. */
            503: {
                headers: {
                    /** @description Seconds to wait before retrying. */
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
                /** @description Filter by state. */
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
            /** @description `validation_failed`: A query parameter is malformed or unknown; each is listed.<br>`malformed_request`: The URL, the headers or the body cannot be read. */
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
            /** @description `not_found`: ADMIN_TOKEN is not set, or there is no such resource. */
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
                    /** @description Seconds to wait before retrying. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `database_unavailable`: The database is not available. */
            503: {
                headers: {
                    /** @description Seconds to wait before retrying. */
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
            /** @description `validation_failed`: Either ids or `parked` is required.<br>`malformed_request`: The URL, the headers or the body cannot be read. */
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
            /** @description `not_found`: ADMIN_TOKEN is not set, or there is no such resource. */
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
                    /** @description Seconds to wait before retrying. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `database_unavailable`: The database is not available. */
            503: {
                headers: {
                    /** @description Seconds to wait before retrying. */
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
                /** @description Repeating the request under it returns the same page for 24 hours. Only the first response sets the cookie. */
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
            /** @description `validation_failed`: A field is malformed or unknown, or the plan is not offered; each is listed.<br>`malformed_request`: The body is not JSON. */
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
            /** @description `unsupported_media_type`: The content type is not JSON. */
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
                    /** @description Seconds to wait before retrying. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `billing_unavailable`: Stripe is not available. Nothing was created.<br>`database_unavailable`: The database is not available. */
            503: {
                headers: {
                    /** @description Seconds to wait before retrying. */
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
            /** @description Too many requests from this address, or in all; reload the page to continue. */
            429: {
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
                    /** @description Seconds to wait before retrying. */
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
                /** @description Set by Stripe. */
                session_id: unknown;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Paid: the token, or a note that it was shown already or that an email is on its way. */
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
            /** @description Not a checkout session of this browser. */
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
            /** @description Too many requests from this address, or in all; reload the page to continue. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description A dependency is not available; reload the page to continue. */
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
            /** @description `validation_failed`: A field is missing, malformed or unknown; each is listed.<br>`malformed_request`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description `payment_method_required`: The catalog requires a payment method: use POST /checkout. */
            402: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            408: components["responses"]["request_timeout"];
            /** @description `email_taken`: The email already has an account.<br>`registration_conflict`: The email is being registered with other details. */
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
            /** @description `unsupported_media_type`: The content type is not JSON. */
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
                    /** @description Seconds to wait before retrying. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `billing_unavailable`: Stripe is not available. The registration is kept; the same request continues it.<br>`database_unavailable`: The database is not available.<br>`mail_unavailable`: A link must be sent by email, but no mail server is configured. */
            503: {
                headers: {
                    /** @description Seconds to wait before retrying. */
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
                    /** @description Seconds to wait before retrying. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            431: components["responses"]["headers_too_large"];
            /** @description `mail_unavailable`: No mail server is configured.<br>`database_unavailable`: The database is not available. */
            503: {
                headers: {
                    /** @description Seconds to wait before retrying. */
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
            /** @description `token_missing`: No bearer token was sent.<br>`token_invalid`: The token was not issued here, was modified, or its account was closed.<br>`token_expired`: The token has expired.<br>`token_revoked`: The token was revoked. */
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
            /** @description `method_not_allowed`: HEAD is not offered: send GET. */
            405: {
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
                    /** @description Seconds to wait before retrying. */
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
